//! Subscribing to events: the one thing of a helpdesk that can be written.

use std::collections::BTreeSet;

use serde_json::json;

use super::spec::{EVENTS, KNOWN_EVENTS};
use crate::model::{Action, Call, Fact, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const SUBSCRIBE: &str = "/open-apis/helpdesk/v1/events/subscribe";
const UNSUBSCRIBE: &str = "/open-apis/helpdesk/v1/events/unsubscribe";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match change.action {
            Action::Adopt | Action::Keep | Action::Update => events(change, out),
            Action::Create | Action::Replace | Action::Delete => out.problem(
                &change.address,
                None,
                "helpdesk::not_made",
                "the API neither makes nor deletes a helpdesk",
                "make it in the client, and declare it by its id",
            ),
            Action::Forget => {}
        }
    }
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.elements().filter_map(Value::as_text).collect()
}

/// What was last applied, as far as somebody knows: nothing can be read.
fn applied(change: &ThingChange<'_>) -> Option<Value> {
    serde_json::from_value(change.record?.applied.get(EVENTS)?.clone()).ok()
}

fn events(change: &ThingChange<'_>, out: &mut Drafts) {
    let (Some(live), Some(field)) = (change.live, change.field(EVENTS)) else { return };
    let before = applied(change);
    let before = before.as_ref().map(names);
    let after = names(&field.after);
    let all = || KNOWN_EVENTS.iter().map(|(name, ..)| *name).collect();
    // Where nothing is remembered any of them may be subscribed, and none may be.
    let more: BTreeSet<&str> = after.difference(before.as_ref().unwrap_or(&BTreeSet::new())).copied().collect();
    let less: BTreeSet<&str> = before.unwrap_or_else(all).difference(&after).copied().collect();
    let address = &change.address;
    let call = |path: &str, names: &BTreeSet<&str>| {
        let known = KNOWN_EVENTS.iter().filter(|(name, ..)| names.contains(name));
        let events: Vec<_> =
            known.map(|(_, kind, subtype)| json!({ "type": kind, "subtype": subtype })).collect();
        Call::new("POST", path).desk(&live.id).body(json!({ "events": events }))
    };
    let step = |verb: &str, path: &str, names: &BTreeSet<&str>| {
        let list: Vec<&str> = names.iter().copied().collect();
        let what = format!("{verb} {}", list.join(", "));
        let mut step = StepDraft::new(address.clone(), Verb::Update, what, call(path, names));
        step.lane = Some(format!("helpdesk {}", live.id));
        step
    };
    let heard = Fact::Settled("subscribed".to_owned(), address.clone());
    let mut steps = Vec::new();
    if !more.is_empty() {
        steps.push(step("subscribe to", SUBSCRIBE, &more).gives(heard.clone()));
    }
    if !less.is_empty() {
        steps.push(step("unsubscribe from", UNSUBSCRIBE, &less).needs(heard, "the others are subscribed"));
    }
    // Both have to be done before it can be said to be so.
    if let Some(last) = steps.last_mut() {
        last.applies.insert(EVENTS.to_owned(), field.after.clone());
    }
    steps.into_iter().for_each(|step| out.step(step));
}
