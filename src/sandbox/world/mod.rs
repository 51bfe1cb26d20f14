//! Everything the simulated tenant knows, in memory, as plain rows.
//!
//! Rows live in [`Table`]s, which remember what changed; indexes are derived and rebuilt after loading.

mod app;
mod attendance;
mod calendar;
mod clock;
mod helpdesk;
mod ids;
mod mail;
mod rooms;
mod settings;
mod table;

use crate::sandbox::attendance::{self as attendance_service, Attendance};
use crate::sandbox::auth::AuthState;
use crate::sandbox::calendar::Calendars;
use crate::sandbox::contact::{Contact, directory};
use crate::sandbox::gateway::Replay;
use crate::sandbox::helpdesk::Helpdesks;
use crate::sandbox::im::{self, Im};
use crate::sandbox::mail::Mail;
use crate::sandbox::vc::Vc;

pub use app::{App, Grants, Range};
pub use attendance::{Admins, AttendanceKnobs};
pub use calendar::CalendarKnobs;
pub use clock::{Clock, Millis};
pub use helpdesk::{Break, HelpdeskKnobs, Immutable};
pub use ids::{Counter, digest, opaque, open, short_digest};
pub use mail::{MailKnobs, MailRange};
pub use rooms::RoomKnobs;
pub use settings::{Brand, Chats, ErrorShape, Join, PageShape, Person, Settings, TenantInfo};
pub use table::{Change, Row, RowKey, Stored, Table};

/// The tenant.
#[derive(Debug, Default)]
pub struct World {
    settings: Table<Settings>,
    pub apps: Table<App>,
    counters: Table<Counter>,
    pub auth: AuthState,
    /// Answers to requests that carried an idempotency key.
    pub replays: Table<Replay>,
    pub contact: Contact,
    pub attendance: Attendance,
    pub mail: Mail,
    pub im: Im,
    pub vc: Vc,
    pub calendar: Calendars,
    pub helpdesk: Helpdesks,
    /// The time of the request being handled.
    pub now: Millis,
}

impl World {
    /// Makes a new tenant out of nothing: default settings, the built-in employee types, no people.
    pub fn found(&mut self) {
        self.settings.insert(String::new(), Settings::default());
        self.contact.found();
        attendance_service::shifts::found(self);
    }

    /// A founded tenant with one app that may do everything.
    pub fn with_app(app_id: &str, secret: &str) -> Self {
        let mut world = Self::default();
        world.found();
        world.apps.insert(app_id.to_owned(), App::new(app_id, secret));
        world
    }

    /// The knobs. Missing ones read as their defaults.
    pub fn settings(&self) -> &Settings {
        static DEFAULT: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(Settings::default);
        self.settings.get(&String::new()).unwrap_or(&DEFAULT)
    }

    pub fn set_settings(&mut self, settings: Settings) {
        self.settings.insert(String::new(), settings);
    }

    /// An app that exists here: one of the other brand does not.
    pub fn app(&self, app_id: &str) -> Option<&App> {
        let here = self.settings().brand;
        self.apps.get(&app_id.to_owned()).filter(|app| app.brand.is_none_or(|brand| brand == here))
    }

    /// The next number of a named, never reused sequence, starting at 1.
    pub fn next(&mut self, sequence: &str) -> u64 {
        let key = sequence.to_owned();
        let value = self.counters.get(&key).map_or(1, |c| c.value + 1);
        self.counters.insert(key, Counter { value });
        value
    }

    /// Whether a list may already show something made at `created` (the read-after-write lag is a knob).
    pub fn listed(&self, created: Millis) -> bool {
        let lag = self.settings().list_lag_ms;
        lag == 0 || created.saturating_add(lag) <= self.now
    }

    /// What happens by itself as time goes by: invited people accept, those who left are resigned.
    pub fn tick(&mut self) {
        directory::resign_exited(self);
        if let Join::AfterMs(ms) = self.settings().join {
            self.contact.directory.join_invited_before(self.now.saturating_sub(ms));
        }
    }

    /// What one part of the tenant does because another changed: department chats follow the directory.
    pub fn settle(&mut self) {
        im::follow(self);
    }

    /// Every collection, for the store.
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        let mut tables: Vec<&mut dyn Stored> =
            vec![&mut self.settings, &mut self.apps, &mut self.counters, &mut self.replays];
        tables.extend(self.auth.tables());
        tables.extend(self.contact.tables());
        tables.extend(self.attendance.tables());
        tables.extend(self.mail.tables());
        tables.extend(self.im.tables());
        tables.extend(self.vc.tables());
        tables.extend(self.calendar.tables());
        tables.extend(self.helpdesk.tables());
        tables
    }

    /// Rebuilds what is derived, after the rows were loaded.
    pub fn reindex(&mut self) {
        self.contact.reindex();
        self.mail.reindex();
        self.im.reindex();
        self.calendar.reindex();
    }
}
