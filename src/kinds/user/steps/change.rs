//! Changing people: one patch each, in the fast or the slow lane.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::body::{Body, named};
use super::claims::Claims;
use super::enter::warnings;
use super::leaders::Leaders;
use super::{SLOW_LANE, USER};
use crate::kinds::user::places::places;
use crate::model::{Accept, Address, Call, Fact, Late, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

/// What a patch never carries: chosen at creation, or never sent.
const NEVER: &[&str] = &["id", "geo", "tags", "on_delete"];

/// A patch of one person.
pub(super) fn patch(user_id: &str, body: Map<String, Json>) -> Call {
    Call::new("PATCH", USER)
        .param("user_id", Late::Known(user_id.to_owned()))
        .query("user_id_type", "user_id")
        .query("department_id_type", "department_id")
        .body(Json::Object(body))
}

/// Refusals of a patch that only time and people can change.
pub(super) fn refusals(address: &Address) -> Vec<Accept> {
    let pending = |code, reason: String| Accept::Pending { code, reason };
    vec![
        pending(44_010, unjoined(address)),
        pending(44_011, exited(address)),
        pending(44_021, format!("the leader of {address} is not active: they have not joined, or are suspended")),
    ]
}

fn unjoined(address: &Address) -> String {
    format!("{address} has not accepted the invitation yet")
}

fn exited(address: &Address) -> String {
    format!("{address} has left the organisation by themselves; take them out of the YAML, or invite them again")
}

pub(super) fn change(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    claims: &Claims<'_>,
    leaders: &Leaders<'_>,
    out: &mut Drafts,
) {
    let Some(live) = change.live else { return };
    let names: BTreeSet<&str> =
        change.fields.iter().map(|f| f.name.as_str()).filter(|name| !NEVER.contains(name)).collect();
    if names.is_empty() {
        return;
    }
    let waits = [("unjoined", unjoined(&change.address)), ("exited", exited(&change.address))];
    if let Some((_, reason)) = waits.iter().find(|(fact, _)| live.fact(fact)) {
        out.pend(&change.address, &names.into_iter().collect::<Vec<_>>(), reason.as_str());
        return;
    }
    if hides_departments(work, change) {
        out.problem(
            &change.address,
            Some("departments"),
            "plan::departments_hidden",
            format!("the app does not see all departments of {}, and writing the list could take them out of one", change.address),
            "widen the app's contact range, or leave the list alone: `lifecycle: {ignore_changes: [departments]}`",
        );
        return;
    }
    let mut body = Body::default();
    for field in change.fields.iter().filter(|f| names.contains(f.name.as_str())) {
        body.add(work, change, &field.name, &field.after, out);
    }
    if body.fields.is_empty() {
        return;
    }
    let slow = body.fields.contains_key("department_ids") || body.fields.contains_key("is_frozen");
    let what = format!("update {}", named(&names));
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, patch(&live.id, body.fields));
    step.needs = body.needs;
    step.applies = body.applies;
    step.lane = slow.then(|| SLOW_LANE.to_owned());
    step.accepts = refusals(&change.address);
    step.accepts.extend(warnings(44_057));
    claims.change(work, change, &mut step, out);
    if change.changes("departments") {
        step.gives.extend(left_behind(work, change));
    }
    step.gives.extend(released(work, change));
    // What nobody holds any longer may be deleted; who has a mailbox may be where mail goes.
    let held = ["employee_type", "job_level", "job_family", "enterprise_email"];
    for held in held.into_iter().filter(|held| change.changes(held)) {
        step.gives.push(Fact::Settled(held.to_owned(), change.address.clone()));
    }
    if change.changes("leader") {
        step.gives.push(Fact::Settled("leader".to_owned(), change.address.clone()));
        if let Some(first) = leaders.first(work, change) {
            let why = format!("{first} has their new leader, so that no circle closes");
            step = step.needs(Fact::Settled("leader".to_owned(), first.clone()), why);
        }
    }
    out.step(step);
}

/// Whether the list of departments would be replaced though part of it cannot be seen (a partial range; without
/// the scope for it nobody's list can be, and what is declared is written).
fn hides_departments(work: &Work<'_>, change: &ThingChange<'_>) -> bool {
    let unreadable = work.snapshot.kind("user").is_some_and(|seen| seen.unreadable.contains_key("departments"));
    let seen = change.live.is_none_or(|live| live.attributes.contains_key("departments"));
    change.changes("departments") && !unreadable && !seen
}

/// The departments that the person is no longer in.
fn left_behind(work: &Work<'_>, change: &ThingChange<'_>) -> Vec<Fact> {
    let targets = |value: Option<&Value>| -> BTreeSet<Address> {
        let list = value.map(places).unwrap_or_default();
        list.iter().filter_map(|p| work.managed(p.target()?).cloned()).collect()
    };
    let before = targets(change.live.and_then(|live| live.attributes.get("departments")));
    let after = targets(change.after("departments"));
    before.difference(&after).map(|address| Fact::Settled("left".to_owned(), address.clone())).collect()
}

/// The people who lead this one no longer.
fn released(work: &Work<'_>, change: &ThingChange<'_>) -> Vec<Fact> {
    let mut found = BTreeSet::new();
    for attribute in ["leader", "dotted_line"] {
        let Some(field) = change.field(attribute) else { continue };
        let people = |value: Option<&Value>| -> BTreeSet<Address> {
            let all = value.into_iter().flat_map(|v| v.elements().chain(std::iter::once(v)));
            all.filter_map(|v| work.managed(v.as_target()?).cloned()).collect()
        };
        let before = people(change.live.and_then(|live| live.attributes.get(attribute)));
        found.extend(before.difference(&people(Some(&field.after))).cloned());
    }
    found.into_iter().map(|address| Fact::Settled("released".to_owned(), address)).collect()
}
