//! The calls for job families: names apart from moves, so that no swap of names meets an order of moves; a parent is
//! enabled while children arrive, and disabled after.

use serde_json::{Map, Value as Json, json};

use super::tree::{Node, Tree};
use super::{NAME, PATH};
use crate::kinds::locales;
use crate::kinds::unique::{applies, claim, give_up, nobody_holds_it, nobody_keeps_it, stand_in};
use crate::model::{Accept, Action, Call, Capture, Fact, Live, Need, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ONE: &str = "/open-apis/contact/v3/job_families/:job_family_id";
const NAMES: &str = "job_family name";
const TEXTS: [&str; 4] = ["name", "description", "i18n_name", "i18n_description"];
const ALL: [&str; 6] = ["name", "description", "i18n_name", "i18n_description", "parent", "enabled"];
const PARENT: &str = "parent_job_family_id";
/// `job_family/delete`: there is no such family. (The get says 42404, which a write says of a bad name.)
const GONE: i64 = 42_402;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let mut tree = Tree::of(work);
    tree.arrange(out);
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, &tree, change, out),
            // One that stays as it is may have to be open for arrivals.
            (Action::Update | Action::Adopt | Action::Keep, Some(live)) => {
                update(work, &tree, change, live, out);
            }
            (Action::Delete, Some(live)) => delete(work, &tree, change, live, out),
            // Nothing of a family is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Keep | Action::Delete, None)
            | (Action::Replace | Action::Forget, _) => {}
        }
    }
    every_goal_is_open(work, &tree, out);
}

fn put(live: &Live, body: Json) -> Call {
    Call::new("PUT", ONE).param("job_family_id", live.id.clone()).body(body)
}

fn draft(change: &ThingChange<'_>, verb: Verb, what: &str, call: Call) -> StepDraft {
    let mut step = StepDraft::new(change.address.clone(), verb, what, call);
    step.lane = Some(NAME.to_owned());
    step
}

fn name_of(live: &Live) -> &str {
    live.attributes.get("name").and_then(Value::as_text).unwrap_or_default()
}

fn is_enabled(live: &Live) -> bool {
    live.attributes.get("enabled").and_then(Value::as_bool).unwrap_or(true)
}

fn texts(change: &ThingChange<'_>, attributes: &[&str]) -> Map<String, Json> {
    let mut body = Map::new();
    for &name in attributes {
        let Some(after) = change.after(name) else { continue };
        let before = change.live.and_then(|live| live.attributes.get(name));
        let field = match after {
            Value::Text(text) => json!(text),
            Value::Map(_) => locales::write(after, before),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::List(_) | Value::Set(_) | Value::Ref(_) => {
                continue;
            }
        };
        body.insert(name.to_owned(), field);
    }
    body
}

fn name_is_free(work: &Work<'_>, change: &ThingChange<'_>, name: &str, out: &mut Drafts) {
    let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes("name");
    nobody_keeps_it(work, change, "name", &format!("the name {name}"), |l| name_of(l) == name, lets_go, out);
}

fn parent_id(work: &Work<'_>, change: &ThingChange<'_>) -> Option<Json> {
    change.after("parent").and_then(Value::as_target).map(|target| work.json_id(target, "id"))
}

/// Needs of an arrival: its place in the order, and an open goal.
fn arrival_needs(work: &Work<'_>, tree: &Tree<'_>, change: &ThingChange<'_>) -> Vec<Need> {
    let node = change.live.map_or(Node::New(&change.address), |live| Node::Live(&live.id));
    let Some((at, arrival)) = tree.arrival(node) else { return Vec::new() };
    let mut needs = tree.needs(at, arrival);
    if let Some(Node::Live(id)) = arrival.below
        && let Some(parent) = work.address_of(NAME, id)
        && !work.live(parent).is_none_or(is_enabled)
    {
        let fact = Fact::Settled("enabled".to_owned(), parent.clone());
        needs.push(Need { fact, why: format!("{parent} is enabled") });
    }
    needs
}

/// The call that closes a family after the last arrival.
fn close(tree: &Tree<'_>, node: Node<'_>, change: &ThingChange<'_>, call: Call) -> StepDraft {
    let mut step = draft(change, Verb::Update, "disable", call);
    let arrived = tree.arrivals.iter().filter(|arrival| arrival.below == Some(node));
    step.needs = arrived
        .map(|arrival| Need {
            fact: arrival.fact(),
            why: format!("{} is below it: a disabled one takes no children", arrival.address),
        })
        .collect();
    step.applies = applies(change, &["enabled"]);
    step
}

fn create(work: &Work<'_>, tree: &Tree<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let address = &change.address;
    let name = change.after("name").and_then(Value::as_text).unwrap_or_default();
    name_is_free(work, change, name, out);
    let enabled = change.after("enabled").and_then(Value::as_bool).unwrap_or(true);
    let closes_later = !enabled && tree.is_goal(Node::New(address));
    let mut body = texts(change, &TEXTS);
    body.insert("status".to_owned(), json!(enabled || closes_later));
    body.extend(parent_id(work, change).map(|id| (PARENT.to_owned(), id)));
    let call = Call::new("POST", PATH).body(Json::Object(body));
    let mut step = draft(change, Verb::Create, "create", call).gives(Fact::Exists(address.clone()));
    step.takes.push(claim(NAMES, name));
    step.needs = arrival_needs(work, tree, change);
    step.captures.push(Capture { pointer: "/job_family/job_family_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, if closes_later { &ALL[..5] } else { &ALL });
    out.step(step);
    if closes_later {
        let own = crate::model::Target::Address(address.clone());
        let call = Call::new("PUT", ONE)
            .param("job_family_id", work.id_of(&own, "id"))
            .body(json!({ "status": false }));
        let step = close(tree, Node::New(address), change, call);
        out.step(step.needs(Fact::Exists(address.clone()), "it exists"));
    }
}

fn update(work: &Work<'_>, tree: &Tree<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let node = Node::Live(&live.id);
    let door = Door::of(tree.is_goal(node), change, live);
    let moves = change.field("parent").is_some();
    let no_way_up = moves && change.after("parent").is_some_and(Value::is_null);
    if no_way_up {
        out.problem(
            &change.address,
            Some("parent"),
            "plan::not_possible",
            "the API cannot move a family to the top: an empty parent means \"not modified\" to it",
            "keep it below a family; or declare a new one at the top under another name and give it to the people",
        );
    }
    let named: Vec<&str> = TEXTS.into_iter().filter(|name| change.changes(name)).collect();
    let mut body = texts(change, &named);
    let mut done = named.clone();
    if door.opens || door.closes_now {
        body.insert("status".to_owned(), json!(door.opens));
        if door.opens == door.stays_open {
            done.push("enabled");
        }
    }
    let renames = change.changes("name");
    // What claims nothing and opens nothing can travel with the move.
    let together = moves && !no_way_up && !renames && !door.opens;
    if !together && !body.is_empty() {
        let mut step = details(change, live, Json::Object(body.clone()), &door, &named);
        step.applies = applies(change, &done);
        out.step(step);
        if renames {
            name_is_free(work, change, change.after("name").and_then(Value::as_text).unwrap_or_default(), out);
        }
    }
    if moves && !no_way_up {
        let mut body = if together { body } else { Map::new() };
        body.extend(parent_id(work, change).map(|id| (PARENT.to_owned(), id)));
        let mut step = draft(change, Verb::Update, "move", put(live, Json::Object(body)))
            .gives(Fact::Settled("parent".to_owned(), change.address.clone()));
        step.needs = arrival_needs(work, tree, change);
        let mut applied = if together { done } else { Vec::new() };
        applied.push("parent");
        step.applies = applies(change, &applied);
        out.step(step);
    }
    if door.closes_later {
        let mut step = close(tree, node, change, put(live, json!({ "status": false })));
        if door.opens {
            let fact = Fact::Settled("enabled".to_owned(), change.address.clone());
            step = step.needs(fact, "it was enabled for a while");
        }
        out.step(step);
    }
}

/// Whether a family can have new children, over the time of a plan.
struct Door {
    /// Before the first arrival, if only for a while.
    opens: bool,
    closes_now: bool,
    /// After the last arrival.
    closes_later: bool,
    stays_open: bool,
}

impl Door {
    fn of(is_goal: bool, change: &ThingChange<'_>, live: &Live) -> Self {
        let was = is_enabled(live);
        let stays_open = change.field("enabled").and_then(|field| field.after.as_bool()).unwrap_or(was);
        Self {
            opens: !was && (stays_open || is_goal),
            closes_now: was && !stays_open && !is_goal,
            closes_later: is_goal && !stays_open && (was || change.wanted.contains_key("enabled")),
            stays_open,
        }
    }
}

/// The call that writes texts, opens or closes; nothing but names can keep it waiting.
fn details(change: &ThingChange<'_>, live: &Live, body: Json, door: &Door, named: &[&str]) -> StepDraft {
    let (verb, what) = match named {
        [] if door.opens && !door.stays_open => (Verb::Park, "enable for a while"),
        [] if door.opens => (Verb::Update, "enable"),
        [] => (Verb::Update, "disable"),
        ["name", ..] => (Verb::Update, "rename"),
        _ => (Verb::Update, "update"),
    };
    let mut step = draft(change, verb, what, put(live, body));
    if change.changes("name") {
        step.takes.extend(change.after("name").and_then(Value::as_text).map(|name| claim(NAMES, name)));
        give_name(&mut step, live);
    }
    if door.opens {
        step.gives.push(Fact::Settled("enabled".to_owned(), change.address.clone()));
        if door.stays_open {
            // People may have it only from then on.
            step.gives.push(Fact::Exists(change.address.clone()));
        }
    }
    step
}

fn give_name(step: &mut StepDraft, live: &Live) {
    let (freed, name) = (claim(NAMES, name_of(live)), stand_in(live));
    let call = put(live, json!({ "name": name }));
    give_up(step, freed, claim(NAMES, name), "temporary name", call, Some(NAME));
}

fn delete(work: &Work<'_>, tree: &Tree<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let call = Call::new("DELETE", ONE).param("job_family_id", live.id.clone());
    let mut step = draft(change, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.needs = nobody_holds_it(work, change, out);
    step.forgets = true;
    give_name(&mut step, live);
    let mut stay = Vec::new();
    for child_node in tree.live_children(Node::Live(&live.id)) {
        let Node::Live(id) = child_node else { continue };
        let address = work.address_of(NAME, id);
        let leaves = address.and_then(|address| work.change(address));
        match (address, leaves) {
            (Some(address), Some(child)) if child.action == Action::Delete => step.needs.push(Need {
                fact: Fact::Gone(address.clone()),
                why: format!("{address} is below it"),
            }),
            (Some(address), Some(_)) if tree.arrival(child_node).is_some() => step.needs.push(Need {
                fact: Fact::Settled("parent".to_owned(), address.clone()),
                why: format!("{address} has left it"),
            }),
            (address, _) => stay.push(address.map_or_else(|| id.to_owned(), ToString::to_string)),
        }
    }
    if !stay.is_empty() {
        out.problem(
            &change.address,
            None,
            "plan::not_empty",
            format!("a family with others below it cannot be deleted: {}", stay.join(", ")),
            "move these below another family, or take them out too",
        );
    }
    out.step(step);
}

/// Says so where a family shall arrive below one that is disabled and stays so for all that we may do.
fn every_goal_is_open(work: &Work<'_>, tree: &Tree<'_>, out: &mut Drafts) {
    for arrival in &tree.arrivals {
        let Some(Node::Live(id)) = arrival.below else { continue };
        let Some(parent) = work.snapshot.live(NAME, id).filter(|parent| !is_enabled(parent)) else { continue };
        let change = work.address_of(NAME, id).and_then(|address| work.change(address));
        let ours = change.is_some_and(|c| c.wanted.contains_key("enabled") && c.action != Action::Delete);
        if !ours {
            let name = name_of(parent);
            out.problem(
                arrival.address,
                Some("parent"),
                "plan::disabled",
                format!("its parent {name} is disabled, and a disabled family takes no children"),
                format!("write enabled: true at {name}, or enable it in the admin console"),
            );
        }
    }
}
