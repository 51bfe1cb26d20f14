//! `state list` and `state show`: what larkctl remembers, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::json::{masked_json, written};
use super::paint::{Paint, Show};
use super::text::{Padded, Waits, escaped, width};
use super::wording::{Kinds, Wording};
use crate::model::{Address, OnRemove, Record, Value};
use crate::state::Document;

/// The version of the JSON.
const FORMAT_VERSION: &str = "1.0";

/// What the state is shown with.
#[derive(Clone, Copy, Debug)]
pub struct StateView<'s> {
    pub document: &'s Document,
    pub kinds: &'s Kinds,
    pub show: Show,
}

/// One line for each address: its id, its name, and what is special about it.
pub fn list(view: StateView<'_>) -> String {
    let wording = Wording::of_state(view.document, view.kinds, view.show);
    let rows: Vec<[String; 3]> = sorted(view)
        .into_iter()
        .map(|(address, record)| {
            let id = escaped(record.id().unwrap_or("(no id)"));
            let rest = [wording.name(address), remarks(record)];
            [
                wording.address(address),
                id,
                rest.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("  "),
            ]
        })
        .collect();
    let columns = |at: usize| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0);
    let (first, second) = (columns(0), columns(1));
    let mut out = String::new();
    for [address, id, rest] in &rows {
        let line = format!("{}  {}  {rest}", Padded(address, first), Padded(id, second));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Everything about one address; `None` when the state does not know it.
pub fn show(view: StateView<'_>, address: &Address) -> Option<String> {
    let record = view.document.things.get(address)?;
    let wording = Wording::of_state(view.document, view.kinds, view.show);
    let mut lines = vec![view.show.paint(Paint::Heading, &wording.titled(address))];
    lines.push("  ids:".to_owned());
    lines.extend(record.ids.iter().map(|(name, id)| format!("    {}: {}", escaped(name), escaped(id))));
    if !record.applied.is_empty() {
        lines.push("  last applied:".to_owned());
    }
    for (name, kept) in &record.applied {
        let shown = match value(kept) {
            Kept::Value(value) => wording.value(&value, view.kinds.sensitive(address, name)),
            Kept::Hash => "(only its hash is kept)".to_owned(),
            Kept::Strange => "(not understood by this version)".to_owned(),
        };
        lines.push(format!("    {}: {shown}", escaped(name)));
    }
    if record.prevent_destroy {
        lines.push("  prevent_destroy: true".to_owned());
    }
    if let Some(on_remove) = record.on_remove {
        lines.push(format!("  on_remove: {}", word(on_remove)));
    }
    if let Some(heirs) = &record.on_delete {
        lines.push(format!("  on_delete: {}", wording.value(heirs, false)));
    }
    for pending in &record.pending {
        let (what, why) =
            (wording.sentence(&pending.attributes.join(", "), &[]), wording.sentence(&pending.reason, &[]));
        lines.push(format!("  waits on people: {what}: {why}"));
    }
    Some(lines.join("\n") + "\n")
}

/// The list as JSON.
pub fn list_json(view: StateView<'_>) -> String {
    let wording = Wording::of_state(view.document, view.kinds, view.show);
    let things: Vec<Json> =
        sorted(view).into_iter().map(|(address, record)| thing(&wording, address, record, false)).collect();
    written(&List {
        format_version: FORMAT_VERSION,
        lineage: &view.document.lineage,
        serial: view.document.serial,
        target: &view.document.target,
        things,
        departed: view
            .document
            .departed
            .iter()
            .map(|(address, departed)| json!({ "address": address, "ids": departed.ids, "at": departed.at }))
            .collect(),
    })
}

/// One address as JSON; `None` when the state does not know it.
pub fn show_json(view: StateView<'_>, address: &Address) -> Option<String> {
    let record = view.document.things.get(address)?;
    let wording = Wording::of_state(view.document, view.kinds, view.show);
    let mut document = json!({ "format_version": FORMAT_VERSION });
    if let (Some(all), Json::Object(more)) =
        (document.as_object_mut(), thing(&wording, address, record, true))
    {
        all.extend(more);
    }
    Some(written(&document))
}

#[derive(Serialize)]
struct List<'s> {
    format_version: &'static str,
    lineage: &'s str,
    serial: u64,
    target: &'s str,
    things: Vec<Json>,
    departed: Vec<Json>,
}

fn sorted(view: StateView<'_>) -> Vec<(&Address, &Record)> {
    let mut things: Vec<_> = view.document.things.iter().collect();
    things.sort_by_key(|(address, _)| view.kinds.rank(address.kind()));
    things
}

fn remarks(record: &Record) -> String {
    let mut remarks = Vec::new();
    if record.prevent_destroy {
        remarks.push("protected".to_owned());
    }
    if !record.pending.is_empty() {
        remarks.push(Waits(record.pending.len()).to_string());
    }
    if remarks.is_empty() { String::new() } else { format!("({})", remarks.join(", ")) }
}

fn thing(wording: &Wording<'_>, address: &Address, record: &Record, whole: bool) -> Json {
    let pending: Vec<Json> = record
        .pending
        .iter()
        .map(|p| json!({ "attributes": p.attributes, "reason": wording.clear(&p.reason, &[]) }))
        .collect();
    let mut thing = json!({
        "address": address,
        "type": address.kind(),
        "name": address.key(),
        "id": record.id(),
        "prevent_destroy": record.prevent_destroy,
        "pending": pending,
    });
    if let Some(thing) = thing.as_object_mut().filter(|_| whole) {
        let applied: BTreeMap<&String, Json> =
            record.applied.iter().map(|(name, kept)| (name, applied(wording, address, name, kept))).collect();
        thing.insert("ids".to_owned(), json!(record.ids));
        thing.insert("applied".to_owned(), json!(applied));
        thing.insert("on_remove".to_owned(), json!(record.on_remove));
        thing.insert("on_delete".to_owned(), json!(record.on_delete.as_ref().map(Value::plain)));
    }
    thing
}

fn applied(wording: &Wording<'_>, address: &Address, name: &str, kept: &Json) -> Json {
    match value(kept) {
        Kept::Value(value) if wording.kinds.sensitive(address, name) && !wording.show.sensitive => {
            masked_json(&value.plain())
        }
        Kept::Value(value) => value.plain(),
        // A hash tells nothing, and what is not understood is not ours to show.
        Kept::Hash => json!({ "hashed": true }),
        Kept::Strange => Json::Null,
    }
}

/// What is kept of an attribute.
enum Kept {
    Value(Value),
    Hash,
    Strange,
}

fn value(kept: &Json) -> Kept {
    if kept.get("$sha256").is_some() {
        return Kept::Hash;
    }
    serde_json::from_value(kept.clone()).map_or(Kept::Strange, Kept::Value)
}

fn word(on_remove: OnRemove) -> &'static str {
    match on_remove {
        OnRemove::Delete => "delete",
        OnRemove::Deactivate => "deactivate",
        OnRemove::Forget => "forget",
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::world::{address, kinds, text, to};
    use super::*;
    use crate::model::Pending;

    fn document() -> Document {
        let lossless = |value: &Value| serde_json::to_value(value).expect("json");
        let record = |id: &str, applied: &[(&str, Json)]| Record {
            ids: BTreeMap::from([("id".to_owned(), id.to_owned())]),
            applied: applied.iter().map(|(name, kept)| ((*name).to_owned(), kept.clone())).collect(),
            ..Record::default()
        };
        let mut person = record(
            "li.si",
            &[
                ("name", lossless(&text("李四"))),
                ("mobile", json!({ "$sha256": "5f70bf18" })),
                ("email", lossless(&text("li.si@acme.cn"))),
                ("departments", lossless(&Value::List(vec![to("department.hq")]))),
            ],
        );
        person.prevent_destroy = true;
        person.pending =
            vec![Pending { attributes: vec!["leaders".to_owned()], reason: "未加入".to_owned() }];
        Document {
            format_version: "1.0".to_owned(),
            lineage: "7d2f".to_owned(),
            serial: 4,
            things: BTreeMap::from([
                (address("user.li.si"), person),
                (address("department.hq"), record("hq", &[("name", lossless(&text("总部")))])),
                (address("department.研发"), record("od-1", &[])),
            ]),
            ..Document::default()
        }
    }

    fn shown<T>(with: impl Fn(StateView<'_>) -> T) -> T {
        with(StateView { document: &document(), kinds: &kinds(), show: Show::default() })
    }

    #[test]
    fn the_list_lines_up_and_follows_the_order_of_kinds() {
        insta::assert_snapshot!(shown(list), @r#"
    department.hq    hq     总部
    department.研发  od-1
    user.li.si       li.si  李四  (protected, 1 waits on people)
    "#);
    }

    #[test]
    fn one_address_shows_everything_but_secrets() {
        let text = shown(|view| show(view, &address("user.li.si"))).expect("known");
        insta::assert_snapshot!(text, @r#"
    user.li.si 李四
      ids:
        id: li.si
      last applied:
        departments: [department.hq 总部]
        email: l***@acme.cn
        mobile: (only its hash is kept)
        name: 李四
      prevent_destroy: true
      waits on people: leaders: 未加入
    "#);
        assert_eq!(shown(|view| show(view, &address("user.x"))), None);
    }

    #[test]
    fn json_holds_neither_hashes_nor_personal_data() {
        let text = shown(|view| show_json(view, &address("user.li.si"))).expect("known");
        let document: Json = serde_json::from_str(&text).expect("json");
        assert_eq!(
            document["applied"],
            json!({
                "name": "李四",
                "mobile": { "hashed": true },
                "email": "l***@acme.cn",
                "departments": ["department.hq"],
            })
        );
        let list: Json = serde_json::from_str(&shown(list_json)).expect("json");
        assert_eq!(list["things"][2]["address"], "user.li.si");
        assert_eq!(list["serial"], 4);
        assert!(!text.contains("5f70bf18"));
    }
}
