//! The calendar service: calendars, access lists, events and who is invited, free and busy, and what surrounds it.
//!
//! Almost everything is relative to the identity that asks ([`gate`]). [`rows`] are the rows, [`time`] and
//! [`repeat`] the arithmetic, [`calendars`], [`acl`], [`events`] and [`attendees`] the resources.
//! Pages: `calendar-v4/*`. Assumptions: `docs/fidelity/calendar.md`.

mod acl;
pub mod act;
mod attendees;
mod caldav;
mod calendars;
mod events;
mod exchange;
mod freebusy;
mod gate;
mod meeting;
mod repeat;
mod rooms;
mod rows;
mod sync;
mod time;
mod timeoff;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use super::contact::directory::UserKey;
use super::contact::roster::Roster;
use super::gateway::Route;
use super::world::{Stored, Table, World};

pub use rows::{Calendar, Event, Role, Who};

use rows::{Acl, Binding, Creation, Notice, TimeOff, View, Watch};

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Calendars {
    calendars: Table<Calendar>,
    views: Table<View>,
    acls: Roster<Acl>,
    events: Table<Event>,
    creations: Table<Creation>,
    notices: Table<Notice>,
    time_off: Table<TimeOff>,
    bindings: Table<Binding>,
    watches: Table<Watch>,
    /// Events by calendar, derived.
    by_calendar: BTreeMap<String, BTreeSet<String>>,
}

impl Calendars {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            &mut self.calendars,
            &mut self.views,
            self.acls.stored(),
            &mut self.events,
            &mut self.creations,
            &mut self.notices,
            &mut self.time_off,
            &mut self.bindings,
            &mut self.watches,
        ]
    }

    pub fn reindex(&mut self) {
        self.acls.reindex();
        self.by_calendar.clear();
        for (id, event) in self.events.iter() {
            self.by_calendar.entry(event.calendar_id.clone()).or_default().insert(id.clone());
        }
    }

    /// Calendars with a row of their own, oldest first.
    pub fn all(&self) -> Vec<&Calendar> {
        let mut all: Vec<&Calendar> = self.calendars.values().collect();
        all.sort_by_key(|c| c.number);
        all
    }

    pub fn event(&self, id: &str) -> Option<&Event> {
        self.events.get(&id.to_owned())
    }

    /// Events of a calendar, exceptions and the cancelled included.
    pub fn events_of<'c>(&'c self, calendar_id: &str) -> impl Iterator<Item = &'c Event> + use<'c> {
        let ids = self.by_calendar.get(calendar_id).into_iter().flatten();
        ids.filter_map(|id| self.events.get(id))
    }

    /// Exceptions of a series.
    fn exceptions<'c>(&'c self, series: &'c Event) -> impl Iterator<Item = &'c Event> {
        self.events_of(&series.calendar_id).filter(|e| e.uid == series.uid && e.is_exception())
    }

    /// People with a role, by account.
    pub fn people<'c>(&'c self, calendar_id: &'c str) -> impl Iterator<Item = (UserKey, Role)> + use<'c> {
        self.acls.of(calendar_id).map(|(user, acl)| (user, acl.role))
    }

    pub fn notices(&self) -> usize {
        self.notices.values().map(|n| n.people).sum()
    }

    fn put_event(&mut self, event: Event) {
        let id = event.id();
        self.by_calendar.entry(event.calendar_id.clone()).or_default().insert(id.clone());
        self.events.insert(id, event);
    }
}

/// Who is invited to an event, and what they say.
pub fn guests(event: &Event) -> impl Iterator<Item = (&Who, &str)> {
    attendees::present(event).map(|a| {
        let answer = a.answer.as_ref().map_or(a.rsvp.as_str(), |(_, answer)| answer.as_str());
        (&a.who, answer)
    })
}

/// A person resigned: roles and invitations end.
pub fn forget_user(world: &mut World, user: UserKey) {
    let held: Vec<String> = world.calendar.acls.owners(user).map(str::to_owned).collect();
    for calendar in held {
        world.calendar.acls.remove(&calendar, user);
        gate::touch(world, &calendar);
    }
    let invited: Vec<String> = world
        .calendar
        .events
        .iter()
        .filter(|(_, e)| e.attendees.iter().any(|a| a.who == Who::User(user)))
        .map(|(id, _)| id.clone())
        .collect();
    for id in invited {
        events::edit(world, &id, |e| e.attendees.retain(|a| a.who != Who::User(user)));
    }
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [
        calendars::routes(),
        acl::routes(),
        events::routes(),
        attendees::routes(),
        freebusy::routes(),
        meeting::routes(),
        rooms::routes(),
        timeoff::routes(),
        exchange::routes(),
        caldav::routes(),
        watch::routes(),
    ]
    .concat()
}
