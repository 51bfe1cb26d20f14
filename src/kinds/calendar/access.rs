//! Roles: one call a person. Who gains comes first, so that a new owner is there before an old one is lowered; who
//! only loses goes last. Giving a role replaces the one that was.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::observe::ENTRIES;
use super::spec::ROLES;
use crate::kinds::membership::{Phase, in_order_of, once_they_exist, releasing};
use crate::kinds::unread;
use crate::model::{Accept, Action, Call, Fact, StepDraft, Target, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

const ACLS: &str = "/open-apis/calendar/v4/calendars/:calendar_id/acls";
const ONE: &str = "/open-apis/calendar/v4/calendars/:calendar_id/acls/:acl_id";
/// There is no such entry.
const NO_ENTRY: i64 = 192_000;
pub(super) const PART: &str = "access";

fn people(value: Option<&Value>) -> BTreeSet<&Target> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_target).collect()
}

pub(super) fn access(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let changed: Vec<(&str, &str)> = ROLES.into_iter().filter(|(name, _)| change.changes(name)).collect();
    if changed.is_empty() || two_roles(change, out) {
        return;
    }
    let fresh = change.action == Action::Create;
    if !fresh && changed.iter().any(|(name, _)| change.field(name).is_some_and(|f| f.before.is_none())) {
        let gap = change.live.and_then(|live| unread::of(work, super::spec::NAME, &live.id));
        let why = "its access list could not be read, so nothing is done about it";
        out.unread(&change.address, unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    }
    // Whom each list gains, and whom it loses to no other list.
    let wanted: BTreeMap<&Target, &str> = ROLES
        .into_iter()
        .filter(|(name, _)| change.wanted.contains_key(*name))
        .flat_map(|(name, role)| people(change.after(name)).into_iter().map(move |who| (who, role)))
        .collect();
    let mut given: BTreeMap<&Target, &str> = BTreeMap::new();
    let mut taken: BTreeSet<&Target> = BTreeSet::new();
    for (name, role) in &changed {
        let Some(field) = change.field(name) else { continue };
        let (before, after) = (people(field.before.as_ref()), people(Some(&field.after)));
        given.extend(after.difference(&before).map(|who| (*who, *role)));
        if matches!(change.wanted.get(*name), Some(Wanted::Exactly(_))) {
            taken.extend(before.difference(&after).filter(|who| !wanted.contains_key(*who)));
        }
    }
    let raised = |role: &str| {
        let steps = given.iter().filter(|(_, r)| (**r == "owner") == (role == "owner"));
        steps.map(|(who, role)| give(work, change, who, role)).collect::<Vec<_>>()
    };
    let phases = vec![
        Phase { part: "owners given", why: "the owners are there", steps: raised("owner") },
        Phase { part: "roles given", why: "the roles are given", steps: raised("") },
        Phase {
            part: "roles taken",
            why: "the roles are taken",
            steps: taken.iter().filter_map(|who| take(work, change, who)).collect(),
        },
    ];
    let applied = changed.iter().filter_map(|(name, _)| Some(((*name).to_owned(), change.after(name)?.clone())));
    let many = given.len() + taken.len();
    if many > 100 {
        out.note(&change.address, format!("{many} people, one call each"));
    }
    for mut step in in_order_of(&change.address, PART, phases, applied.collect()) {
        if fresh {
            step = step.needs(Fact::Exists(change.address.clone()), "the calendar exists");
        }
        out.step(step);
    }
}

/// Rules may lead to the same person twice.
fn two_roles(change: &ThingChange<'_>, out: &mut Drafts) -> bool {
    let mut first: BTreeMap<&Target, &str> = BTreeMap::new();
    for (name, _) in ROLES.into_iter().filter(|(name, _)| change.wanted.contains_key(*name)) {
        for who in people(change.after(name)) {
            if let Some(other) = first.insert(who, name) {
                let who = Value::Ref(who.clone()).plain();
                out.problem(
                    &change.address,
                    Some(name),
                    "plan::two_roles",
                    format!("{who} is in {other} and in {name}, and a person has one role on a calendar"),
                    "take the person out of one of the lists",
                );
                return true;
            }
        }
    }
    false
}

fn give(work: &Work<'_>, change: &ThingChange<'_>, who: &Target, role: &str) -> StepDraft {
    let calendar = work.id_of_address(&change.address, "id");
    let body = json!({ "role": role, "scope": { "type": "user", "user_id": work.json_id(who, "id") } });
    let call = Call::new("POST", ACLS).param("calendar_id", calendar).query("user_id_type", "user_id").body(body);
    let what = format!("make {} {role}", said(who));
    let step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
    once_they_exist(step, work, [who], "the person exists")
}

fn take(work: &Work<'_>, change: &ThingChange<'_>, who: &Target) -> Option<StepDraft> {
    let live = change.live?;
    let user = match work.id_of(who, "id") {
        crate::model::Late::Known(id) => id,
        crate::model::Late::Id { .. } => return None,
    };
    let entry = live.facts.get(ENTRIES)?.get(&user)?.as_text()?;
    let call = Call::new("DELETE", ONE).param("calendar_id", live.id.clone()).param("acl_id", entry);
    let what = format!("take the role of {}", said(who));
    let step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
    Some(releasing(step, work, [who]).accepts(Accept::Done { code: NO_ENTRY }))
}

fn said(who: &Target) -> String {
    match who {
        Target::Address(address) => address.to_string(),
        Target::Remote { id, .. } => id.clone(),
        Target::Lookup(lookup) => lookup.value.clone(),
    }
}
