//! The calls for job levels. Names and order numbers are claims; a free number stands in where two swap theirs.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{MAX_ORDER, MIN_ORDER, NAME, PATH};
use crate::kinds::locales;
use crate::kinds::unique::{applies, claim, give_up, nobody_holds_it, nobody_keeps_it, stand_in};
use crate::model::{Accept, Action, Call, Capture, Fact, Live, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ONE: &str = "/open-apis/contact/v3/job_levels/:job_level_id";
const NAMES: &str = "job_level name";
const ORDERS: &str = "job_level order";
const ALL: [&str; 6] = ["name", "description", "order", "enabled", "i18n_name", "i18n_description"];
/// `job_level/delete`: there is no such level.
const GONE: i64 = 42_301;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let mut spare = SpareOrders::of(work);
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, &mut spare, out),
            (Action::Delete, Some(live)) => delete(work, change, live, &mut spare, out),
            // Nothing of a level is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

/// Order numbers that nobody has and nobody is to have, the small ones first: the largest number decides where a
/// level without a place goes.
struct SpareOrders {
    taken: BTreeSet<i64>,
    next: i64,
}

impl SpareOrders {
    fn of(work: &Work<'_>) -> Self {
        let live = work.snapshot.kind(NAME).into_iter().flat_map(|o| o.things.values());
        let mut taken: BTreeSet<i64> = live.filter_map(order_of).collect();
        taken.extend(work.changes.iter().filter_map(|c| c.after("order").and_then(Value::as_int)));
        Self { taken, next: MIN_ORDER }
    }

    fn take(&mut self) -> Option<i64> {
        let free = (self.next..=MAX_ORDER).find(|n| !self.taken.contains(n))?;
        self.next = free + 1;
        Some(free)
    }
}

fn order_of(live: &Live) -> Option<i64> {
    live.attributes.get("order").and_then(Value::as_int)
}

fn name_of(live: &Live) -> &str {
    live.attributes.get("name").and_then(Value::as_text).unwrap_or_default()
}

/// The fields of a write for these attributes; what cannot be written is left out.
fn body(change: &ThingChange<'_>, attributes: &[&str]) -> Map<String, Json> {
    let mut body = Map::new();
    for &name in attributes {
        let Some(after) = change.after(name) else { continue };
        let field = match name {
            "enabled" => after.as_bool().map(|b| ("status", json!(b))),
            "order" => after.as_int().map(|n| (name, json!(n))),
            "i18n_name" | "i18n_description" => {
                let before = change.live.and_then(|live| live.attributes.get(name));
                after.as_map().map(|_| (name, locales::write(after, before)))
            }
            _ => after.as_text().map(|text| (name, json!(text))),
        };
        body.extend(field.map(|(field, value)| (field.to_owned(), value)));
    }
    body
}

fn put(live: &Live, body: Json) -> Call {
    Call::new("PUT", ONE).param("job_level_id", live.id.clone()).body(body)
}

fn draft(change: &ThingChange<'_>, verb: Verb, what: &str, call: Call) -> StepDraft {
    let mut step = StepDraft::new(change.address.clone(), verb, what, call);
    step.lane = Some(NAME.to_owned());
    step
}

fn values_are_free(work: &Work<'_>, change: &ThingChange<'_>, attribute: &str, out: &mut Drafts) {
    let Some(after) = change.after(attribute) else { return };
    let shown = after.as_int().map(|n| n.to_string());
    let what = format!("the {attribute} {}", shown.as_deref().or(after.as_text()).unwrap_or_default());
    let has_it = |live: &Live| live.attributes.get(attribute) == Some(after);
    let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes(attribute);
    nobody_keeps_it(work, change, attribute, &what, has_it, lets_go, out);
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    values_are_free(work, change, "name", out);
    values_are_free(work, change, "order", out);
    let mut body = body(change, &ALL);
    body.entry("status").or_insert(json!(true));
    let call = Call::new("POST", PATH).body(Json::Object(body));
    let mut step = draft(change, Verb::Create, "create", call).gives(Fact::Exists(change.address.clone()));
    step.takes.extend(change.after("name").and_then(Value::as_text).map(|name| claim(NAMES, name)));
    step.takes.extend(change.after("order").and_then(Value::as_int).map(|n| claim(ORDERS, n.to_string())));
    step.captures.push(Capture { pointer: "/job_level/job_level_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, &ALL);
    out.step(step);
}

fn update(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    live: &Live,
    spare: &mut SpareOrders,
    out: &mut Drafts,
) {
    let fields: Vec<&str> = change.fields.iter().map(|field| field.name.as_str()).collect();
    let body = body(change, &fields);
    if body.is_empty() {
        return;
    }
    let what = if change.changes("name") { "rename" } else { "update" };
    let mut step = draft(change, Verb::Update, what, put(live, Json::Object(body)));
    if let Some(name) = change.field("name").and_then(|f| f.after.as_text()) {
        values_are_free(work, change, "name", out);
        step.takes.push(claim(NAMES, name));
        give_name(&mut step, live);
    }
    if let Some(order) = change.field("order").and_then(|f| f.after.as_int()) {
        values_are_free(work, change, "order", out);
        step.takes.push(claim(ORDERS, order.to_string()));
        give_order(&mut step, live, spare);
    }
    if change.field("enabled").is_some_and(|f| f.after == Value::Bool(true)) {
        // People may have it only from then on.
        step.gives.push(Fact::Exists(change.address.clone()));
    }
    step.applies = applies(change, &fields);
    out.step(step);
}

fn delete(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    live: &Live,
    spare: &mut SpareOrders,
    out: &mut Drafts,
) {
    let call = Call::new("DELETE", ONE).param("job_level_id", live.id.clone());
    let mut step = draft(change, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.needs = nobody_holds_it(work, change, out);
    step.forgets = true;
    give_name(&mut step, live);
    give_order(&mut step, live, spare);
    out.step(step);
}

fn give_name(step: &mut StepDraft, live: &Live) {
    let (freed, name) = (claim(NAMES, name_of(live)), stand_in(live));
    let call = put(live, json!({ "name": name }));
    give_up(step, freed, claim(NAMES, name), "temporary name", call, Some(NAME));
}

fn give_order(step: &mut StepDraft, live: &Live, spare: &mut SpareOrders) {
    let Some(old) = order_of(live) else { return };
    let freed = claim(ORDERS, old.to_string());
    match spare.take() {
        Some(free) => {
            let call = put(live, json!({ "order": free }));
            give_up(step, freed, claim(ORDERS, free.to_string()), "temporary order", call, Some(NAME));
        }
        None => step.frees.push(freed),
    }
}
