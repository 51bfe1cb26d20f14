//! The calls for events: made first, then filled; changed in one call; deleted without a word to anybody.
//!
//! An idempotency key makes a repeated creation harmless. Everything that could message people says whether it
//! shall: the API's own default is that it does.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use super::observe::{EXCEPTIONS, ON};
use super::spec::{ALL_DAY, AT, CALENDAR, EXCEPT, LOCATION, NOTIFY, REPEAT, VIDEO};
use super::time::{self, When};
use super::{guests, wire};
use crate::base::count::Count;
use crate::kinds::unique::applies;
use crate::model::{
    Accept, Action, Call, Capture, Fact, Late, LateId, Live, StepDraft, Value, Verb, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events";
pub(super) const ONE: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id";
/// The event, or its calendar, is there no more.
const GONE: [i64; 4] = [191_000, 191_003, 193_001, 193_003];

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Replace, Some(live)) => {
                delete(change, live, false, out);
                create(work, change, out);
            }
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Delete, Some(live)) => delete(change, live, true, out),
            (Action::Keep, Some(_)) => {}
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace | Action::Keep, None)
            | (Action::Forget, _) => {}
        }
        guests::tell(change, out);
    }
}

/// Whether people shall be messaged about this event.
pub(super) fn loud(change: &ThingChange<'_>) -> bool {
    change.wanted.get(NOTIFY).map(Wanted::value).and_then(Value::as_bool).unwrap_or(false)
}

/// The calendar and the event, as a call names them.
pub(super) fn place(work: &Work<'_>, change: &ThingChange<'_>, call: Call) -> Call {
    let calendar = match change.after(CALENDAR).and_then(Value::as_target) {
        Some(target) => work.id_of(target, "id"),
        None => change.live.and_then(|live| live.ids.get(ON)).cloned().unwrap_or_default().into(),
    };
    call.param("calendar_id", calendar)
}

pub(super) fn event(work: &Work<'_>, change: &ThingChange<'_>) -> Late {
    work.id_of_address(&change.address, "id")
}

fn when_of(change: &ThingChange<'_>) -> Option<When> {
    let live = |name: &str| change.live.and_then(|live| live.attributes.get(name));
    let declared = time::read(change.after(ALL_DAY), change.after(AT)).ok().flatten();
    declared.or_else(|| time::read(live(ALL_DAY), live(AT)).ok().flatten())
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let address = &change.address;
    let Some(when) = when_of(change) else { return };
    let said = wire::SAID.into_iter().filter(|name| change.wanted.contains_key(*name));
    let mut body = wire::body(said.filter_map(|name| Some((name, change.after(name)?))));
    body.extend(when.wire().map(|(name, value)| (name.to_owned(), value)));
    // Said nothing, a meeting would come with the first attendee.
    body.entry("vchat").or_insert_with(|| serde_json::json!({ "vc_type": "no_meeting" }));
    body.insert("need_notification".to_owned(), loud(change).into());
    let call = place(work, change, Call::new("POST", ALL)).body(Json::Object(body));
    let mut step = StepDraft::new(address.clone(), Verb::Create, "create", call).gives(Fact::Exists(address.clone()));
    step.call.token = Some("idempotency_key".to_owned());
    step.captures.push(Capture { pointer: "/event/event_id".to_owned(), id: "id".to_owned() });
    step.captures.push(Capture { pointer: "/event/organizer_calendar_id".to_owned(), id: ON.to_owned() });
    let sent: Vec<&str> = wire::SAID.into_iter().chain([ALL_DAY, AT, CALENDAR]).collect();
    step.applies = applies(change, &sent);
    if change.action == Action::Replace {
        step = step.needs(Fact::Gone(address.clone()), "the old one is gone");
    }
    if let Some(calendar) = change.after(CALENDAR).and_then(Value::as_address)
        && work.is_new(calendar)
    {
        step = step.needs(Fact::Exists(calendar.clone()), "the calendar exists");
    }
    out.step(step);
    let days: Vec<Value> = change.after(EXCEPT).into_iter().flat_map(Value::elements).cloned().collect();
    skip(work, change, &when, &days, true, out);
    guests::guests(work, change, true, out);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let Some(when) = when_of(change) else { return };
    if cannot(change, live, &when, out) {
        return;
    }
    let times: Vec<&str> = [ALL_DAY, AT].into_iter().filter(|name| change.changes(name)).collect();
    let names: Vec<&str> =
        wire::SAID.into_iter().filter(|name| change.changes(name)).collect();
    let mut body: Map<String, Json> = wire::body(names.iter().filter_map(|name| {
        let whole = change.after(name)?;
        Some((*name, whole))
    }));
    if names.contains(&LOCATION) {
        whole_location(change, live, &mut body);
    }
    if !times.is_empty() {
        body.extend(when.wire().map(|(name, value)| (name.to_owned(), value)));
    }
    if !body.is_empty() {
        let lost = live.facts.get(EXCEPTIONS).and_then(Value::as_int).unwrap_or(0);
        if lost > 0 && (!times.is_empty() || names.contains(&REPEAT)) {
            let many = Count(usize::try_from(lost).unwrap_or(usize::MAX), "occurrence");
            out.note(&change.address, format!("{many} changed or skipped by hand may go back to what the series says"));
        }
        body.insert("need_notification".to_owned(), loud(change).into());
        let call = place(work, change, Call::new("PATCH", ONE)).param("event_id", live.id.clone());
        let what = if names == [VIDEO] { "video meeting" } else { "change" };
        let call = call.body(Json::Object(body));
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call)
            .gives(Fact::Settled("changed".to_owned(), change.address.clone()));
        step.applies = applies(change, &names.into_iter().chain(times.clone()).collect::<Vec<_>>());
        out.step(step);
    }
    let moved = !times.is_empty() || change.changes(REPEAT);
    let declared = change.wanted.get(EXCEPT).map(Wanted::value);
    let declared = declared.filter(|_| moved || change.changes(EXCEPT));
    let days = declared.into_iter().flat_map(Value::elements).filter(|day| !hole(live, &when, day));
    let days: Vec<Value> = days.cloned().collect();
    skip(work, change, &when, &days, false, out);
    guests::guests(work, change, false, out);
}

/// Whether a day is skipped already, and still will be: a series that begins at another time forgets its holes.
fn hole(live: &Live, when: &When, day: &Value) -> bool {
    let side = |name: &str| live.attributes.get(name);
    let before = time::read(side(ALL_DAY), side(AT)).ok().flatten();
    let date = day.as_text().and_then(|day| day.parse::<Date>().ok());
    let at = |when: &When| when.occurrence(date?);
    side(EXCEPT).into_iter().flat_map(Value::elements).any(|skipped| skipped == day)
        && before.is_some_and(|before| at(&before) == at(when))
}

/// A place is said as a whole: what is not declared of it stays what it is.
fn whole_location(change: &ThingChange<'_>, live: &Live, body: &mut Map<String, Json>) {
    let declared = change.after(LOCATION).and_then(Value::as_map).cloned().unwrap_or_default();
    let there = live.attributes.get(LOCATION).and_then(Value::as_map).cloned().unwrap_or_default();
    let mut whole: BTreeMap<String, Value> = there;
    whole.extend(declared.into_iter().filter(|(_, value)| !value.is_null()));
    body.extend(wire::body([(LOCATION, &Value::Map(whole))]));
}

/// What only another event could be.
fn cannot(change: &ThingChange<'_>, live: &Live, when: &When, out: &mut Drafts) -> bool {
    let series = live.attributes.get(REPEAT).is_some_and(|rule| !rule.is_null());
    let days = live.attributes.get(ALL_DAY).is_some_and(|days| !days.is_null());
    let (attribute, why) = if change.changes(REPEAT) && !series {
        (REPEAT, "a single event cannot become a series")
    } else if series && days != when.is_days() {
        (if when.is_days() { ALL_DAY } else { AT }, "a series cannot change between whole days and times")
    } else {
        return false;
    };
    let remedy = "write it under another key: the old one is deleted and the new one made";
    out.problem(&change.address, Some(attribute), "plan::another_event", why, remedy);
    true
}

/// Takes days out of a series, one call each.
fn skip(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    when: &When,
    days: &[Value],
    fresh: bool,
    out: &mut Drafts,
) {
    let rule = change.after(REPEAT).or_else(|| change.live.and_then(|live| live.attributes.get(REPEAT)));
    let Some(rule) = rule.and_then(Value::as_text) else { return };
    let parsed = days.iter().filter_map(|day| Some((day.as_text()?, day.as_text()?.parse::<Date>().ok()?)));
    let days: Vec<(&str, i64)> = parsed.filter_map(|(day, date)| Some((day, when.occurrence(date)?))).collect();
    let last = days.len().saturating_sub(1);
    let settled = |at: usize| Fact::Settled(format!("skipped {at}"), change.address.clone());
    for (at, (day, occurrence)) in days.into_iter().enumerate() {
        if !super::repeat::occurs(rule, when, occurrence) {
            out.problem(
                &change.address,
                Some(EXCEPT),
                "plan::no_occurrence",
                format!("the series does not take place on {day}"),
                "take the day out of `except`",
            );
            return;
        }
        let id = match event(work, change) {
            Late::Known(id) => id.rsplit_once('_').map(|(uid, _)| format!("{uid}_{occurrence}")).unwrap_or_default().into(),
            Late::Id { late } => Late::Id { late: LateId { form: Some(format!("after_last_:{occurrence}")), ..late } },
        };
        let call = place(work, change, Call::new("DELETE", ONE)).param("event_id", id);
        let call = call.query("need_notification", loud(change).to_string());
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, format!("skip {day}"), call)
            .needs(Fact::Settled("changed".to_owned(), change.address.clone()), "the series is as it shall be")
            .gives(settled(at))
            .accepts(Accept::Done { code: 193_003 });
        if fresh {
            step = step.needs(Fact::Exists(change.address.clone()), "the event exists");
        }
        if at > 0 {
            step = step.needs(settled(at - 1), "one after the other");
        }
        if at == last {
            step.applies = applies(change, &[EXCEPT]);
        }
        out.step(step);
    }
}

fn delete(change: &ThingChange<'_>, live: &Live, for_good: bool, out: &mut Drafts) {
    let calendar = live.ids.get(ON).cloned().unwrap_or_default();
    let call = Call::new("DELETE", ONE)
        .param("calendar_id", calendar)
        .param("event_id", live.id.clone())
        .query("need_notification", loud(change).to_string());
    let mut step = StepDraft::new(change.address.clone(), Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()));
    for code in GONE {
        step = step.accepts(Accept::Done { code });
    }
    step.forgets = for_good;
    out.step(step);
}
