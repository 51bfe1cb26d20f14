//! Operations on the tree as calls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::super::sequence::{Act, Op, Place, Why};
use super::super::spec::NAME;
use super::super::wire;
use super::people;
use super::rest;
use super::scene::Scene;
use crate::model::{Accept, Address, Capture, Fact, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange};

/// Refusals of a deletion that mean that it is gone already.
const GONE: [i64; 4] = [40_015, 40_008, 99_992_357, 99_992_380];

/// Departments that were written whole, with the fact that they were.
pub(super) type Rewritten = BTreeMap<String, Fact>;

pub(super) fn drafts(scene: &Scene<'_>, ops: &[Op], out: &mut Drafts) -> Rewritten {
    let mut rewritten = Rewritten::new();
    let mut used: BTreeSet<(Address, String)> = BTreeSet::new();
    let mut facts: Vec<Fact> = Vec::with_capacity(ops.len());
    for op in ops {
        let address = scene.owner(&op.id);
        let whole = drops_a_language(op);
        let what = unique(&mut used, &address, &words(scene, op));
        let fact = match op.act {
            Act::Create => Fact::Exists(address.clone()),
            Act::Delete => Fact::Gone(address.clone()),
            Act::Change | Act::Park => Fact::Settled(what.clone(), address.clone()),
        };
        let change = scene.change(&op.id);
        let mut draft = match (op.act, change, &op.to, &op.from) {
            (Act::Create, Some(change), Some(to), _) => create(scene, change, &op.id, to, address),
            (Act::Delete, Some(change), ..) => delete(scene, change, &op.id, address),
            (_, _, Some(to), Some(from)) => {
                let body = changed(from, to);
                let call = if whole {
                    let Some(body) = rewrite(scene, &op.id, to, &body, out) else {
                        facts.push(fact);
                        continue;
                    };
                    rewritten.insert(op.id.clone(), fact.clone());
                    wire::put(&op.id, Json::Object(body))
                } else {
                    wire::patch(&op.id, Json::Object(body))
                };
                let verb = if op.act == Act::Park { Verb::Park } else { Verb::Update };
                let mut draft = StepDraft::new(address, verb, what.clone(), call);
                draft.applies = applied(scene, change, op, from, to);
                if whole {
                    draft.gives.extend(people::released_by_rewrite(scene, &op.id));
                }
                draft
            }
            _ => {
                facts.push(fact);
                continue;
            }
        };
        draft.what = what;
        draft.lane = Some(NAME.to_owned());
        draft.gives.push(fact.clone());
        for (index, why) in &op.needs {
            if let (Some(fact), Some(other)) = (facts.get(*index), ops.get(*index)) {
                draft = draft.needs(fact.clone(), reason(scene, *why, other));
            }
        }
        facts.push(fact);
        out.step(draft);
    }
    rewritten
}

fn unique(used: &mut BTreeSet<(Address, String)>, address: &Address, what: &str) -> String {
    let mut name = what.to_owned();
    let mut n = 1;
    while !used.insert((address.clone(), name.clone())) {
        n += 1;
        name = format!("{what} ({n})");
    }
    name
}

fn words(scene: &Scene<'_>, op: &Op) -> String {
    let (from, to) = match (op.act, &op.from, &op.to) {
        (Act::Create, ..) | (_, None, _) => return "create".to_owned(),
        (Act::Delete, ..) | (_, _, None) => return "delete".to_owned(),
        (Act::Change | Act::Park, Some(from), Some(to)) => (from, to),
    };
    let moved = from.parent != to.parent;
    let parts: Vec<&str> = if op.act == Act::Park {
        let named = from.name != to.name || from.i18n != to.i18n;
        let parts = [(moved, "parent"), (named, "name"), (!moved && from.order != to.order, "number")];
        parts.iter().filter(|(is, _)| *is).map(|(_, part)| *part).collect()
    } else {
        let parts = [
            (moved, "move"),
            (from.name != to.name, "rename"),
            (from.i18n != to.i18n, "names"),
            (!moved && from.order != to.order, "order"),
        ];
        parts.iter().filter(|(is, _)| *is).map(|(_, part)| *part).collect()
    };
    let stand_in = if op.act == Act::Park { "stand-in " } else { "" };
    let of = if scene.change(&op.id).is_some() { String::new() } else { format!(" of {}", op.id) };
    format!("{stand_in}{}{of}", parts.join(" and "))
}

fn reason(scene: &Scene<'_>, why: Why, other: &Op) -> String {
    let name = scene.name(&other.id);
    match why {
        Why::Itself => "its earlier change".to_owned(),
        Why::Parent if other.act == Act::Create => format!("{name} exists"),
        Why::Parent => format!("{name} is in its place"),
        Why::Name => format!("{name} gives the name up"),
        Why::Order => format!("{name} gives the number up"),
        Why::Room => format!("{name} makes room"),
        Why::Depth => format!("{name} has moved, which keeps the tree shallow enough"),
        Why::Left if other.act == Act::Delete => format!("{name} is gone"),
        Why::Left => format!("{name} has left it"),
    }
}

fn drops_a_language(op: &Op) -> bool {
    match (&op.from, &op.to) {
        (Some(from), Some(to)) => from.i18n.keys().any(|locale| !to.i18n.contains_key(locale)),
        _ => false,
    }
}

/// What a PATCH holds. Names in other languages go together, so that it does not matter whether they are merged.
fn changed(from: &Place, to: &Place) -> Map<String, Json> {
    let mut body = Map::new();
    if from.name != to.name {
        body.insert("name".to_owned(), json!(to.name));
    }
    if from.i18n != to.i18n {
        body.insert("i18n_name".to_owned(), json!(to.i18n));
    }
    if from.parent != to.parent {
        body.insert("parent_department_id".to_owned(), json!(to.parent));
    }
    if let Some(order) = to.order.filter(|_| from.order != to.order) {
        body.insert("order".to_owned(), json!(order.to_string()));
    }
    body
}

/// Everything that a PUT would otherwise empty.
fn rewrite(
    scene: &Scene<'_>,
    id: &str,
    to: &Place,
    changed: &Map<String, Json>,
    out: &mut Drafts,
) -> Option<Map<String, Json>> {
    let live = scene.live(id)?;
    let hidden: Vec<&str> =
        ["leaders", "hrbps", "parent"].into_iter().filter(|name| !live.attributes.contains_key(*name)).collect();
    if !hidden.is_empty() {
        out.problem(
            &scene.owner(id),
            Some("i18n_name"),
            "plan::unreadable",
            format!(
                "taking a language away rewrites the whole department, and its {} cannot be read and would be lost",
                hidden.join(" and ")
            ),
            "grant the scopes that show them, or leave the language",
        );
        return None;
    }
    let mut body = changed.clone();
    body.insert("name".to_owned(), json!(to.name));
    body.insert("parent_department_id".to_owned(), json!(to.parent));
    body.insert("i18n_name".to_owned(), json!(to.i18n));
    body.insert("leaders".to_owned(), people::leaders_for_rewrite(scene, live));
    if let Some(types) = live.attributes.get("group_chat").and_then(|chat| chat.get("employee_types"))
        && !types.is_null()
    {
        body.insert("group_chat_employee_types".to_owned(), rest::employee_types(scene, types));
    }
    Some(body)
}

/// What is in force afterwards, of what is declared. A stand-in is in force too, for a while.
fn applied(
    scene: &Scene<'_>,
    change: Option<&ThingChange<'_>>,
    op: &Op,
    from: &Place,
    to: &Place,
) -> BTreeMap<String, Value> {
    let mut applied = BTreeMap::new();
    let Some(change) = change else {
        // In the name of the parent that orders it.
        let parent = scene.change(&to.parent).and_then(|parent| parent.after("children_order"));
        applied.extend(parent.map(|order| ("children_order".to_owned(), order.clone())));
        return applied;
    };
    let fine = op.act == Act::Change;
    let mut put = |name: &str, differs: bool, stand_in: Value| {
        if let Some(field) = change.field(name).filter(|_| fine) {
            applied.insert(name.to_owned(), field.after.clone());
        } else if differs && change.wanted.contains_key(name) {
            let wanted = change.after(name).filter(|_| fine).cloned();
            applied.insert(name.to_owned(), wanted.unwrap_or(stand_in));
        }
    };
    put("name", from.name != to.name, Value::text(&to.name));
    let i18n = to.i18n.iter().map(|(locale, text)| (locale.clone(), Value::text(text))).collect();
    put("i18n_name", from.i18n != to.i18n, Value::Map(i18n));
    put("parent", from.parent != to.parent, wire::reference(&to.parent));
    put("order", from.order != to.order, to.order.map_or(Value::Null, Value::Int));
    applied
}

fn create(scene: &Scene<'_>, change: &ThingChange<'_>, id: &str, to: &Place, address: Address) -> StepDraft {
    let mut body = changed(&Place { name: String::new(), i18n: BTreeMap::new(), parent: String::new(), order: None }, to);
    body.insert("department_id".to_owned(), json!(id));
    let mut needs = Vec::new();
    if let Some(unit) = change.after("unit").and_then(Value::as_target) {
        body.insert("unit_ids".to_owned(), json!([scene.work.json_id(unit, "id")]));
        needs.extend(rest::exists(unit, "its unit exists"));
    }
    if let Some(chat) = change.after("group_chat") {
        body.extend(rest::chat_body(scene, chat, &mut needs));
    }
    let mut draft = StepDraft::new(address, Verb::Create, "create", wire::create(Json::Object(body)));
    draft.needs.extend(needs);
    let now = ["id", "name", "i18n_name", "parent", "order", "unit", "group_chat", "children_order"];
    let after = |name: &str| Some((name.to_owned(), change.after(name)?.clone()));
    draft.applies = now.into_iter().filter_map(after).collect();
    draft.ids.insert("id".to_owned(), id.to_owned());
    draft.captures.push(Capture {
        pointer: "/department/open_department_id".to_owned(),
        id: "open_department_id".to_owned(),
    });
    draft
}

fn delete(scene: &Scene<'_>, change: &ThingChange<'_>, id: &str, address: Address) -> StepDraft {
    let mut draft = StepDraft::new(address.clone(), Verb::Delete, "delete", wire::delete(id))
        .needs(Fact::Settled("left".to_owned(), address.clone()), "everybody has left it")
        .needs(Fact::Settled("released".to_owned(), address), "nothing that leaves it behind names it any more");
    draft.forgets = true;
    for code in GONE {
        draft = draft.accepts(Accept::Done { code });
    }
    draft.gives.extend(rest::unbound(scene, change));
    draft
}

