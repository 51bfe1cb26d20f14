//! The calls for calendars: create, change, delete, and roles.
//!
//! There is no idempotency key: a creation whose answer got lost is found by the mark in the next run.

use serde_json::{Map, Value as Json};

use super::access;
use super::observe::{ALIAS, GONE, ROLE, mark};
use super::spec::{NAME, SENT};
use crate::base::count::Count;
use crate::kinds::unique::applies;
use crate::model::{Accept, Action, Call, Capture, Fact, Live, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/calendar/v4/calendars";
const ONE: &str = "/open-apis/calendar/v4/calendars/:calendar_id";
/// `calendar/introduction`: what one app may have.
const MOST: usize = 1000;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    enough_room(work, out);
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Delete, Some(live)) => delete(work, change, live, out),
            // No attribute asks for a replacement.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

/// An app has a thousand calendars at most.
fn enough_room(work: &Work<'_>, out: &mut Drafts) {
    let there = work.snapshot.kind(NAME).map_or(0, |observed| observed.things.len());
    let mut new = work.changes.iter().filter(|c| c.action == Action::Create);
    if let Some(first) = new.next()
        && there + 1 + new.count() > MOST
    {
        out.problem(
            &first.address,
            None,
            "plan::too_many",
            format!("the app would have more than {MOST} calendars, which is as many as it may have"),
            "put events together, or use another app",
        );
    }
}

fn sent(change: &ThingChange<'_>, changed_only: bool) -> Map<String, Json> {
    let mut body = Map::new();
    for (name, wire) in SENT {
        if changed_only && !change.changes(name) || !change.wanted.contains_key(name) {
            continue;
        }
        match change.after(name) {
            Some(Value::Text(text)) => drop(body.insert(wire.to_owned(), text.as_str().into())),
            Some(Value::Null) if changed_only => drop(body.insert(wire.to_owned(), "".into())),
            _ => {}
        }
    }
    body
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let address = &change.address;
    let mut body = sent(change, false);
    body.insert("summary_alias".to_owned(), mark(address).into());
    let call = Call::new("POST", ALL).body(Json::Object(body));
    let mut step =
        StepDraft::new(address.clone(), Verb::Create, "create", call).gives(Fact::Exists(address.clone()));
    step.captures.push(Capture { pointer: "/calendar/calendar_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, &SENT.map(|(name, _)| name));
    out.step(step);
    access::access(work, change, out);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let mut body = sent(change, true);
    let names: Vec<&str> = SENT.into_iter().map(|(name, _)| name).filter(|name| change.changes(name)).collect();
    // Whoever adopts a calendar, or finds another's mark on it, leaves their own.
    let alias = live.facts.get(ALIAS).and_then(Value::as_text).unwrap_or_default();
    if alias != mark(&change.address) {
        body.insert("summary_alias".to_owned(), mark(&change.address).into());
    }
    let owner = live.facts.get(ROLE).and_then(Value::as_text) == Some("owner");
    if !owner && !change.fields.is_empty() {
        out.problem(
            &change.address,
            change.fields.first().map(|field| field.name.as_str()),
            "plan::no_owner",
            format!("the app is no owner of calendar {}, and can change nothing of it that others see", live.id),
            "make the app an owner of this calendar, or let larkctl make one of its own",
        );
        return;
    }
    if !body.is_empty() {
        let what = if names.is_empty() { "mark" } else { "settings" };
        let call = Call::new("PATCH", ONE).param("calendar_id", live.id.clone()).body(Json::Object(body));
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
        step.applies = applies(change, &names);
        out.step(step);
    }
    access::access(work, change, out);
}

/// Events that we know go first and one by one, so that nobody is messaged about them.
fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = &change.address;
    let inside = work.all.values().filter(|c| c.address.holder().as_ref() == Some(address));
    let leaving: Vec<&ThingChange<'_>> = inside.filter(|c| c.action == Action::Delete).collect();
    let known = Count(leaving.len(), "event").to_string();
    out.note(address, format!("{known} and whatever else is on it go with it, and everybody who subscribed loses it"));
    let call = Call::new("DELETE", ONE).param("calendar_id", live.id.clone());
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call).gives(Fact::Gone(address.clone()));
    for code in GONE {
        step = step.accepts(Accept::Done { code });
    }
    for event in leaving {
        step = step.needs(Fact::Gone(event.address.clone()), "the event is gone");
    }
    step.forgets = true;
    let mut people = Vec::new();
    for (name, _) in super::spec::ROLES {
        if let Some(list) = live.attributes.get(name) {
            let list = crate::kinds::membership::as_planned(work, list);
            people.extend(list.elements().filter_map(Value::as_target).cloned().collect::<Vec<_>>());
        }
    }
    out.step(crate::kinds::membership::releasing(step, work, &people));
}
