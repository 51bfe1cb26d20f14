//! The menu of a chat: three entries, five below each.
//!
//! What an entry says can be changed; what hangs below it cannot, nor whether it leads somewhere. An entry that has to
//! become another one is deleted and made anew, which puts it to the end, so that the entries are sorted afterwards.

mod item;

use serde_json::{Value as Json, json as object};

use self::item::{Item, patch};
use super::parts::{Parts, get, json};
use crate::api::{ApiError, Reader};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Capture, Declared, Fact, Late, Live, Record, StepDraft, Value};
use crate::resource::{Attribute, Shape};

pub(super) const NAME: &str = "menu";

const TREE: &str = "/open-apis/im/v1/chats/:chat_id/menu_tree";
const SORT: &str = "/open-apis/im/v1/chats/:chat_id/menu_tree/sort";

/// `group/chat-menu_tree/overview`.
const TOPS: usize = 3;

pub(super) const ATTRIBUTE: Attribute = Attribute::new(
    NAME,
    Shape::List { of: &Shape::Object(item::TOP), max: TOPS },
    "The menu below the chat: three entries at most, five below each. The list is exact; `null` or an empty list \
     takes the menu away. Where entries below another come, go or change places, the one above them is made anew.",
)
.clear()
.scopes(&["im:chat", "im:chat.menu_tree:read", "im:chat:readonly"])
.example("[{ name: 看板, link: https://example.com/board }]");

pub(super) fn check(thing: &Declared, problems: &mut Diagnostics) {
    let Some(value) = thing.value(NAME) else { return };
    for top in value.elements() {
        let below = top.get("children").is_some_and(|children| children.elements().next().is_some());
        for field in ["link", "icon"] {
            if below && top.get(field).is_some() {
                let name = top.get("name").and_then(Value::as_text).unwrap_or_default();
                problems.push(
                    Diagnostic::new(Code("chat::menu"), "a menu that cannot be made")
                        .at(thing.place(NAME), format!("the entry {name:?}"))
                        .because(format!("an entry with others below it has no `{field}` of its own"))
                        .remedy(format!("take `{field}` away, or give it to an entry below")),
                );
            }
        }
    }
}

pub(super) fn normal(value: Value) -> Value {
    match value {
        Value::Null => Value::List(Vec::new()),
        Value::List(tops) => Value::List(tops.into_iter().map(item::normal).collect()),
        other => other,
    }
}

pub(super) fn same(declared: &Value, live: &Value) -> bool {
    let (declared, live): (Vec<_>, Vec<_>) = (declared.elements().collect(), live.elements().collect());
    declared.len() == live.len() && declared.iter().zip(live).all(|(declared, live)| item::is_as(declared, live))
}

pub(super) async fn read(reader: &Reader, record: Option<&Record>, live: &mut Live) -> Result<(), ApiError> {
    let answer = get(reader, TREE, &live.id).await?;
    let tops = answer.pointer("/menu_tree/chat_menu_top_levels").and_then(Json::as_array);
    let tops = tops.cloned().unwrap_or_default();
    let shown = tops.iter().map(|top| Item::top(top).shown(record));
    live.attributes.insert(NAME.to_owned(), Value::List(shown.collect()));
    live.facts.insert(NAME.to_owned(), Value::text(Json::Array(tops).to_string()));
    Ok(())
}

/// Patches in place, then one deletion, one creation and one sorting at most.
pub(super) fn steps(parts: &mut Parts<'_, '_>) {
    let Some(after) = parts.change.after(NAME).cloned() else { return };
    let wanted: Vec<&Value> = after.elements().collect();
    let fact = parts.live().and_then(|live| live.facts.get(NAME)).and_then(Value::as_text);
    let tree: Vec<Json> = fact.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let live: Vec<Item<'_>> = tree.iter().map(Item::top).collect();
    let matched = matched(&wanted, &live);
    let mut chain = Chain::default();
    let record = parts.change.record;
    for (wanted, at) in wanted.iter().zip(&matched) {
        let Some(top) = at.and_then(|at| live.get(at)) else { continue };
        let below = wanted.get("children").into_iter().flat_map(Value::elements);
        let pairs = std::iter::once((*wanted, top)).chain(below.zip(&top.children));
        for (wanted, item) in pairs {
            if let Some((step, needs)) = patch(parts, wanted, item, record) {
                chain.push(parts, step, needs);
            }
        }
    }
    let gone: Vec<&str> =
        live.iter().enumerate().filter(|(at, _)| !matched.contains(&Some(*at))).map(|(_, top)| top.id).collect();
    if !gone.is_empty() {
        let call = parts.call("DELETE", TREE).body(object!({ "chat_menu_top_level_ids": gone }));
        let step = parts.step(format!("remove {}", count(gone.len())), call);
        chain.push(parts, step, Vec::new());
    }
    let fresh: Vec<&Value> =
        wanted.iter().zip(&matched).filter(|(_, at)| at.is_none()).map(|(top, _)| *top).collect();
    let base = live.len() - gone.len();
    if !fresh.is_empty() {
        let mut needs = Vec::new();
        let bodies: Vec<Json> = fresh.iter().map(|top| item::body(parts, top, &mut needs)).collect();
        let call = parts.call("POST", TREE).body(object!({ "menu_tree": { "chat_menu_top_levels": bodies } }));
        let mut step = parts.step(format!("add {}", count(fresh.len())), call);
        for n in 0..fresh.len() {
            let pointer = format!("/menu_tree/chat_menu_top_levels/{}/chat_menu_top_level_id", base + n);
            step.captures.push(Capture { pointer, id: new_id(n) });
        }
        chain.push(parts, step, needs);
    }
    if let Some(order) = order(parts, &matched, &live) {
        let ids: Vec<Json> = order.iter().map(json).collect();
        let call = parts.call("POST", SORT).body(object!({ "chat_menu_top_level_ids": ids }));
        let step = parts.step("order of the menu", call);
        chain.push(parts, step, Vec::new());
    }
    chain.finish(parts, after);
}

fn count(many: usize) -> String {
    if many == 1 { "1 menu entry".to_owned() } else { format!("{many} menu entries") }
}

fn new_id(n: usize) -> String {
    format!("~menu.{n}")
}

/// Steps one after the other; the last of them applies the attribute.
#[derive(Default)]
struct Chain {
    last: Option<StepDraft>,
    length: usize,
}

impl Chain {
    fn push(&mut self, parts: &mut Parts<'_, '_>, mut step: StepDraft, needs: Vec<Fact>) {
        for fact in needs {
            step = step.needs(fact, "its picture is uploaded");
        }
        if let Some(before) = self.last.take() {
            let done = parts.fact(&format!("menu {}", self.length));
            step = step.needs(done.clone(), "the menu is changed one step at a time");
            parts.push(before.gives(done));
            self.length += 1;
        }
        self.last = Some(step);
    }

    fn finish(self, parts: &mut Parts<'_, '_>, after: Value) {
        if let Some(mut last) = self.last {
            last.applies.insert(NAME.to_owned(), after);
            parts.push(last);
        }
    }
}

/// Which live entry becomes which declared one: of the same form, by name, then in order.
fn matched(wanted: &[&Value], live: &[Item<'_>]) -> Vec<Option<usize>> {
    let mut taken: Vec<usize> = Vec::new();
    let mut found: Vec<Option<usize>> = vec![None; wanted.len()];
    for by_name in [true, false] {
        for (at, top) in wanted.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            let free = live.iter().enumerate().find(|(n, item)| {
                !taken.contains(n) && item.can_become(top) && (!by_name || item.is_named(top))
            });
            if let Some((n, _)) = free {
                taken.push(n);
                found[at] = Some(n);
            }
        }
    }
    found
}

/// All ids in their order, if it is not the one that comes about by itself.
fn order(parts: &Parts<'_, '_>, matched: &[Option<usize>], live: &[Item<'_>]) -> Option<Vec<Late>> {
    let mut fresh = 0;
    let mut sorted = Vec::with_capacity(matched.len());
    for at in matched {
        sorted.push(match at.and_then(|at| live.get(at)) {
            Some(item) => Late::from(item.id),
            None => {
                fresh += 1;
                parts.own(&new_id(fresh - 1))
            }
        });
    }
    let left = live.iter().enumerate().filter(|(at, _)| matched.contains(&Some(*at)));
    let left = left.map(|(_, item)| Late::from(item.id));
    let natural: Vec<Late> = left.chain((0..fresh).map(|n| parts.own(&new_id(n)))).collect();
    (sorted != natural).then_some(sorted)
}
