//! The rows: calendars, what one identity sees of them, who has which role, events, and the small ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::time::When;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::roster::Seat;
use crate::sandbox::im::Actor;
use crate::sandbox::world::{Millis, Row};

/// What an identity may do with a calendar, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Unknown,
    FreeBusyReader,
    Reader,
    Writer,
    Owner,
}

impl Role {
    pub fn text(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::FreeBusyReader => "free_busy_reader",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Owner => "owner",
        }
    }

    pub fn of(text: &str) -> Option<Self> {
        [Self::Unknown, Self::FreeBusyReader, Self::Reader, Self::Writer, Self::Owner]
            .into_iter()
            .find(|r| r.text() == text)
    }
}

/// A calendar. One that belongs to a person or a bot by nature exists without a row until it is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub calendar_id: String,
    pub number: u64,
    /// Whose primary calendar it is; none means a shared one.
    pub primary_of: Option<Actor>,
    pub summary: String,
    pub description: String,
    pub permissions: String,
    /// Apps with a role. People are rows of their own.
    pub bots: BTreeMap<String, Role>,
    pub deleted: bool,
    pub created: Millis,
    /// Grows with every change of the tenant's calendars.
    pub version: u64,
}

impl Row for Calendar {
    type Key = String;
    const TABLE: &'static str = "calendars";
}

impl Calendar {
    pub fn kind(&self) -> &'static str {
        if self.primary_of.is_some() { "primary" } else { "shared" }
    }
}

/// A person's role on a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Acl {
    pub role: Role,
}

impl Row for Acl {
    type Key = Seat;
    const TABLE: &'static str = "calendar_acls";
}

/// What one identity sees of a calendar: whether it is in the list, under which name and colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct View {
    pub actor: Actor,
    pub calendar_id: String,
    pub subscribed: bool,
    pub alias: String,
    pub color: i32,
    pub version: u64,
}

/// The page's default.
pub(super) const COLOR: i32 = -14_513_409;

impl Row for View {
    type Key = String;
    const TABLE: &'static str = "calendar_views";
}

impl View {
    pub(super) fn key(actor: &Actor, calendar_id: &str) -> String {
        match actor {
            Actor::User(user) => format!("u{user:020}/{calendar_id}"),
            Actor::Bot(app) => format!("b{app}/{calendar_id}"),
        }
    }
}

/// An event, or an exception of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub uid: String,
    /// 0, or for an exception when the series had it.
    pub original: i64,
    pub number: u64,
    pub calendar_id: String,
    pub creator: Actor,
    pub summary: String,
    pub description: String,
    pub start: When,
    pub end: When,
    pub recurrence: String,
    pub attendee_ability: String,
    pub location: Option<Value>,
    pub vchat: Option<Value>,
    pub meeting_settings: Option<Value>,
    pub schemas: Value,
    pub attachments: Vec<String>,
    pub check_in: Option<Value>,
    /// As made. What an identity says later is only its own.
    pub visibility: String,
    pub free_busy: String,
    /// By [`actor_text`].
    pub views: BTreeMap<String, Own>,
    pub attendees: Vec<Attendee>,
    pub cancelled: bool,
    pub created: Millis,
    pub version: u64,
    pub meeting_chat: Option<String>,
    pub minute: bool,
}

impl Row for Event {
    type Key = String;
    const TABLE: &'static str = "calendar_events";
}

impl Event {
    pub fn id(&self) -> String {
        event_id(&self.uid, self.original)
    }

    pub fn series(&self) -> bool {
        !self.recurrence.is_empty()
    }

    pub fn is_exception(&self) -> bool {
        self.original != 0
    }

    pub fn all_day(&self) -> bool {
        matches!(self.start, When::Day { .. })
    }

    /// From when until when, in seconds; the end is not part of it.
    pub fn span(&self) -> (i64, i64) {
        (self.start.seconds(), self.end.until())
    }
}

pub(super) fn event_id(uid: &str, original: i64) -> String {
    format!("{uid}_{original}")
}

pub(super) fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::User(user) => format!("u{user}"),
        Actor::Bot(app) => format!("b{app}"),
    }
}

/// What an identity made of an event for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub color: Option<i64>,
    pub reminders: Option<Vec<i64>>,
    pub visibility: Option<String>,
    pub free_busy: Option<String>,
}

/// Who or what is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    pub number: u64,
    pub who: Who,
    pub optional: bool,
    pub rsvp: String,
    /// The contact of a room.
    pub operator: Option<UserKey>,
    /// When a room answers, and what.
    pub answer: Option<(Millis, String)>,
    pub customization: Option<Value>,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    User(UserKey),
    Chat(String),
    Room(String),
    Mail(String),
}

impl Who {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Chat(_) => "chat",
            Self::Room(_) => "resource",
            Self::Mail(_) => "third_party",
        }
    }
}

impl Attendee {
    pub fn id(&self) -> String {
        format!("{}_{}", self.who.kind(), 6_900_000_000_000_000_000_u64 + self.number)
    }

    /// What it says now: rooms take their time.
    pub fn rsvp(&self, now: Millis) -> &str {
        match &self.answer {
            Some((at, answer)) if *at <= now => answer,
            _ => &self.rsvp,
        }
    }
}

/// A key under which an event was created.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Creation {
    pub event_id: String,
}

impl Row for Creation {
    type Key = String;
    const TABLE: &'static str = "calendar_creations";
}

/// People were messaged about something: the proof of who was bothered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Notice {
    pub event_id: String,
    pub cause: String,
    pub people: usize,
}

impl Row for Notice {
    type Key = u64;
    const TABLE: &'static str = "calendar_notices";
}

/// Leave shown on a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TimeOff {
    pub app_id: String,
    pub user: UserKey,
    pub timezone: String,
    pub start: String,
    pub end: String,
    pub title: String,
    pub description: String,
}

impl Row for TimeOff {
    type Key = String;
    const TABLE: &'static str = "calendar_time_off";
}

/// An Exchange mailbox bound to a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Binding {
    pub admin_account: String,
    pub exchange_account: String,
    pub user: UserKey,
    pub since: Millis,
}

impl Row for Binding {
    type Key = String;
    const TABLE: &'static str = "calendar_exchange_bindings";
}

/// Somebody wants to be told about changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Watch {
    pub user: UserKey,
    pub what: String,
    pub calendar_id: String,
}

impl Row for Watch {
    type Key = String;
    const TABLE: &'static str = "calendar_watches";
}
