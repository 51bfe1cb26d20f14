//! Tabs that an app may make: links and documents, in their order. All others are left where they are.
//!
//! | call | for |
//! |---|---|
//! | delete | what is not declared, first, as twenty are the most |
//! | add | what is new, at the end |
//! | update | what has another name, address, picture |
//! | sort | when the order is another; every tab of the chat is named in it |

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json as object};

use super::icons;
use super::parts::{Parts, address, get, json};
use crate::api::{ApiError, Reader};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Capture, Declared, Fact, Late, Live, Record, StepDraft, Value};
use crate::resource::{Attribute, Drafts, Format, Shape};

pub(super) const NAME: &str = "tabs";

const LIST: &str = "/open-apis/im/v1/chats/:chat_id/chat_tabs/list_tabs";
const ADD: &str = "/open-apis/im/v1/chats/:chat_id/chat_tabs";
const UPDATE: &str = "/open-apis/im/v1/chats/:chat_id/chat_tabs/update_tabs";
const SORT: &str = "/open-apis/im/v1/chats/:chat_id/chat_tabs/sort_tabs";
const DELETE: &str = "/open-apis/im/v1/chats/:chat_id/chat_tabs/delete_tabs";

/// `group/chat-tab/create`.
const MOST: usize = 20;
const LONGEST_NAME: usize = 60;
const URL: Shape = Shape::Text { min: 8, max: 2_000, format: Format::Url };

const TAB: &[Attribute] = &[
    Attribute::new(
        "name",
        Shape::text(LONGEST_NAME),
        "At most 60 characters; the client shows about 30, or ten of Chinese.",
    )
    .required()
    .example("看板"),
    Attribute::new("url", URL, "The web page that it shows.").example("https://example.com/board"),
    Attribute::new("doc", URL, "Or the document, on which larkctl's app must be a collaborator.")
        .example("https://example.feishu.cn/docx/xxx"),
    icons::ATTRIBUTE,
    Attribute::new("is_built_in", Shape::Bool, "Whether the page opens inside of the client. For `url` only.")
        .example("false"),
];

pub(super) const ATTRIBUTE: Attribute = Attribute::new(
    NAME,
    Shape::List { of: &Shape::Object(TAB), max: MOST },
    "Tabs that show a page or a document, in their order. The list is exact: other tabs of these two kinds are \
     removed, tabs of all other kinds stay. A picture can be replaced, not taken away.",
)
.scopes(&["im:chat", "im:chat.tabs:read", "im:chat:readonly"])
.example("[{ name: 看板, url: https://example.com/board }]");

pub(super) fn check(thing: &Declared, problems: &mut Diagnostics) {
    let Some(value) = thing.value(NAME) else { return };
    let place = thing.place(NAME);
    let mut wrong = |label: String, because: &str, remedy: &str| {
        problems.push(
            Diagnostic::new(Code("chat::tab"), "a tab that cannot be made")
                .at(place, label)
                .because(because)
                .remedy(remedy),
        );
    };
    let mut seen = BTreeSet::new();
    for tab in value.elements() {
        let name = text(tab, "name").unwrap_or_default();
        match (tab.get("url"), tab.get("doc")) {
            (Some(_), None) => {}
            (None, Some(_)) => {
                if tab.get("icon").is_some() || tab.get("is_built_in").is_some() {
                    let because = "`icon` and `is_built_in` are for tabs with a `url`";
                    wrong(format!("the tab {name:?}"), because, "take them away");
                }
            }
            _ => wrong(format!("the tab {name:?}"), "a tab shows one thing", "write either `url` or `doc`"),
        }
        if !seen.insert((kind(tab), text(tab, kind(tab)).map(address))) {
            let because = "tabs are known again by what they show";
            wrong(format!("the tab {name:?}"), because, "show each page once");
        }
    }
}

fn text<'v>(tab: &'v Value, name: &str) -> Option<&'v str> {
    tab.get(name).and_then(Value::as_text)
}

fn kind(tab: &Value) -> &'static str {
    if tab.get("doc").is_some() { "doc" } else { "url" }
}

pub(super) fn normal(value: Value) -> Value {
    let Value::List(tabs) = value else { return value };
    let tab = |tab: Value| match tab {
        Value::Map(mut map) => {
            for name in ["url", "doc"] {
                if let Some(Value::Text(url)) = map.get_mut(name) {
                    *url = address(url);
                }
            }
            Value::Map(map)
        }
        other => other,
    };
    Value::List(tabs.into_iter().map(tab).collect())
}

pub(super) fn same(declared: &Value, live: &Value) -> bool {
    let (declared, live): (Vec<_>, Vec<_>) = (declared.elements().collect(), live.elements().collect());
    declared.len() == live.len() && declared.iter().zip(live).all(|(declared, live)| is_as(declared, live))
}

/// Whether a tab is as it shall be; what is not written of it does not count.
fn is_as(declared: &Value, live: &Value) -> bool {
    declared.as_map().into_iter().flatten().all(|(name, value)| match name.as_str() {
        "icon" => icons::same(value, live.get("icon")),
        name => live.get(name) == Some(value),
    })
}

pub(super) async fn read(reader: &Reader, record: Option<&Record>, live: &mut Live) -> Result<(), ApiError> {
    let answer = get(reader, LIST, &live.id).await?;
    let Some(all) = answer.get("chat_tabs").and_then(Json::as_array) else { return Ok(()) };
    let ours = all.iter().filter(|tab| is_ours(tab)).map(|tab| shown(tab, record));
    live.attributes.insert(NAME.to_owned(), Value::List(ours.collect()));
    live.facts.insert(NAME.to_owned(), Value::text(Json::Array(all.clone()).to_string()));
    Ok(())
}

fn is_ours(tab: &Json) -> bool {
    matches!(tab["tab_type"].as_str(), Some("url" | "doc"))
}

fn shown(tab: &Json, record: Option<&Record>) -> Value {
    let mut map = BTreeMap::new();
    let kind = tab["tab_type"].as_str().unwrap_or_default();
    map.insert("name".to_owned(), Value::text(tab["tab_name"].as_str().unwrap_or_default()));
    map.insert(kind.to_owned(), Value::text(address(tab["tab_content"][kind].as_str().unwrap_or_default())));
    if kind == "url" {
        let built_in = tab["tab_config"]["is_built_in"].as_bool().unwrap_or(false);
        map.insert("is_built_in".to_owned(), Value::Bool(built_in));
        map.extend(icons::seen(&tab["tab_config"]["icon_key"], record).map(|icon| ("icon".to_owned(), icon)));
    }
    Value::Map(map)
}

/// At most four calls.
pub(super) fn steps(parts: &mut Parts<'_, '_>, out: &mut Drafts) {
    let Some(after) = parts.change.after(NAME).cloned() else { return };
    let wanted: Vec<&Value> = after.elements().collect();
    let fact = parts.live().and_then(|live| live.facts.get(NAME)).and_then(Value::as_text);
    let live: Vec<Json> = fact.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let matched = matched(&wanted, &live);
    let gone: Vec<&str> = live
        .iter()
        .enumerate()
        .filter(|(at, tab)| is_ours(tab) && !matched.contains(&Some(*at)))
        .filter_map(|(_, tab)| tab["tab_id"].as_str())
        .collect();
    let mut chain = Chain { last: None };
    if !gone.is_empty() {
        let call = parts.call("DELETE", DELETE).body(object!({ "tab_ids": gone }));
        let step = parts.step(format!("remove {}", count(gone.len())), call);
        chain.push(parts, step, "removed");
    }
    let fresh: Vec<&Value> =
        wanted.iter().zip(&matched).filter(|(_, at)| at.is_none()).map(|(tab, _)| *tab).collect();
    // New ones come behind all that are left.
    let base = live.len() - gone.len();
    if !fresh.is_empty() {
        let (bodies, needs) = bodies(parts, fresh.iter().map(|tab| (*tab, None)));
        let call = parts.call("POST", ADD).body(object!({ "chat_tabs": bodies }));
        let mut step = parts.step(format!("add {}", count(fresh.len())), call);
        for n in 0..fresh.len() {
            let pointer = format!("/chat_tabs/{}/tab_id", base + n);
            step.captures.push(Capture { pointer, id: new_id(n) });
        }
        chain.push(parts, uploaded(step, needs), "added");
    }
    let record = parts.change.record;
    let changed: Vec<(&Value, Option<&Json>)> = wanted
        .iter()
        .zip(&matched)
        .filter_map(|(tab, at)| Some((*tab, live.get((*at)?)?)))
        .filter(|(tab, live)| !is_as(tab, &shown(live, record)))
        .map(|(tab, live)| (tab, Some(live)))
        .collect();
    if !changed.is_empty() {
        let many = changed.len();
        let (bodies, needs) = bodies(parts, changed.into_iter());
        let call = parts.call("POST", UPDATE).body(object!({ "chat_tabs": bodies }));
        let step = parts.step(format!("change {}", count(many)), call);
        chain.push(parts, uploaded(step, needs), "changed");
    }
    if let Some(order) = order(parts, &wanted, &matched, &live) {
        let ids: Vec<Json> = order.iter().map(json).collect();
        let call = parts.call("POST", SORT).body(object!({ "tab_ids": ids }));
        let step = parts.step("order of the tabs", call);
        chain.push(parts, step, "sorted");
    }
    match chain.last {
        Some(mut last) => {
            last.applies.insert(NAME.to_owned(), after.clone());
            parts.push(last);
        }
        // Nothing that differs can be written: a picture that is to go away, for example.
        None => out.note(&parts.change.address, "nothing of the tabs can be changed"),
    }
}

/// Steps one after the other; the last of them applies the attribute.
struct Chain {
    last: Option<StepDraft>,
}

impl Chain {
    fn push(&mut self, parts: &mut Parts<'_, '_>, step: StepDraft, what: &str) {
        let fact = parts.fact(&format!("tabs {what}"));
        let mut step = step.gives(fact);
        if let Some(before) = self.last.take() {
            let done: Option<Fact> = before.gives.last().cloned();
            if let Some(done) = done {
                step = step.needs(done, "the tabs are changed one step at a time");
            }
            parts.push(before);
        }
        self.last = Some(step);
    }
}

fn count(many: usize) -> String {
    if many == 1 { "1 tab".to_owned() } else { format!("{many} tabs") }
}

fn new_id(n: usize) -> String {
    format!("~tab.{n}")
}

fn uploaded(mut step: StepDraft, needs: Vec<Fact>) -> StepDraft {
    for fact in needs {
        step = step.needs(fact, "its picture is uploaded");
    }
    step
}

/// Which live tab each declared one is: by what it shows, then by its name.
fn matched(wanted: &[&Value], live: &[Json]) -> Vec<Option<usize>> {
    let mut taken = BTreeSet::new();
    let mut found: Vec<Option<usize>> = vec![None; wanted.len()];
    let by_content = |tab: &Value, live: &Json| {
        let kind = kind(tab);
        live["tab_type"] == kind && live["tab_content"][kind].as_str().map(address).as_deref() == text(tab, kind)
    };
    let by_name = |tab: &Value, live: &Json| live["tab_name"].as_str() == text(tab, "name");
    for by_its_name in [false, true] {
        let rule = |tab: &Value, live: &Json| {
            if by_its_name { by_name(tab, live) } else { by_content(tab, live) }
        };
        for (at, tab) in wanted.iter().enumerate().filter(|(at, _)| found[*at].is_none()).collect::<Vec<_>>() {
            let free = live.iter().enumerate().find(|(n, l)| is_ours(l) && !taken.contains(n) && rule(tab, l));
            if let Some((n, _)) = free {
                taken.insert(n);
                found[at] = Some(n);
            }
        }
    }
    found
}

fn bodies<'t>(
    parts: &mut Parts<'_, '_>,
    tabs: impl Iterator<Item = (&'t Value, Option<&'t Json>)>,
) -> (Vec<Json>, Vec<Fact>) {
    let mut needs = Vec::new();
    let record = parts.change.record;
    let mut all = Vec::new();
    for (tab, live) in tabs {
        let kind = kind(tab);
        let mut body = Map::new();
        if let Some(live) = live {
            body.insert("tab_id".to_owned(), live["tab_id"].clone());
        }
        body.insert("tab_name".to_owned(), text(tab, "name").into());
        body.insert("tab_type".to_owned(), kind.into());
        body.insert("tab_content".to_owned(), object!({ kind: text(tab, kind) }));
        let mut config = Map::new();
        if let Some(on) = tab.get("is_built_in").and_then(Value::as_bool) {
            config.insert("is_built_in".to_owned(), on.into());
        }
        let before = live.map(|live| &live["tab_config"]["icon_key"]).filter(|key| key.is_string());
        let seen = before.and_then(|key| icons::seen(key, record));
        match tab.get("icon") {
            // What was uploaded once is not uploaded again.
            Some(icon) if !icons::same(icon, seen.as_ref()) => {
                if let Some((key, fact)) = icons::upload(parts, icon) {
                    config.insert("icon_key".to_owned(), key);
                    needs.push(fact);
                }
            }
            Some(_) | None => {
                config.extend(before.map(|key| ("icon_key".to_owned(), key.clone())));
            }
        }
        if kind == "url" && !config.is_empty() {
            body.insert("tab_config".to_owned(), Json::Object(config));
        }
        all.push(Json::Object(body));
    }
    (all, needs)
}

/// All ids in their order, if it is not the one that comes about by itself.
fn order(
    parts: &Parts<'_, '_>,
    wanted: &[&Value],
    matched: &[Option<usize>],
    live: &[Json],
) -> Option<Vec<Late>> {
    let mut fresh = 0;
    let mut ours: Vec<Late> = Vec::with_capacity(wanted.len());
    for at in matched {
        let known = at.and_then(|at| live.get(at)).and_then(|tab| tab["tab_id"].as_str());
        ours.push(known.map_or_else(
            || {
                fresh += 1;
                parts.own(&new_id(fresh - 1))
            },
            Late::from,
        ));
    }
    // How it is without sorting: what is left, then what is new.
    let left: Vec<Late> = live
        .iter()
        .enumerate()
        .filter(|(at, tab)| !is_ours(tab) || matched.contains(&Some(*at)))
        .filter_map(|(_, tab)| tab["tab_id"].as_str().map(Late::from))
        .collect();
    let is_one = |id: &Late| ours.contains(id);
    let natural: Vec<Late> = left.iter().cloned().chain((0..fresh).map(|n| parts.own(&new_id(n)))).collect();
    // The places of ours are filled with ours in their order; the others keep theirs.
    let mut next = ours.iter().cloned();
    let sorted: Vec<Late> =
        natural.iter().filter_map(|id| if is_one(id) { next.next() } else { Some(id.clone()) }).collect();
    (sorted != natural && !live.is_empty()).then_some(sorted)
}
