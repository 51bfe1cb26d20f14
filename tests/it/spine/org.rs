//! An organisation as a test thinks of it, and its YAML. It shares nothing with the program but the YAML's words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub(crate) type Key = String;

/// Everything that a random organisation holds, by local key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Org {
    pub types: BTreeMap<Key, String>,
    pub levels: BTreeMap<Key, (String, i64)>,
    pub families: BTreeMap<Key, (String, Option<Key>)>,
    pub units: BTreeMap<Key, (String, String)>,
    pub departments: BTreeMap<Key, Department>,
    pub users: BTreeMap<Key, User>,
    pub groups: BTreeMap<Key, Group>,
    pub roles: BTreeMap<Key, Role>,
    pub chats: BTreeMap<Key, Chat>,
    /// What surrounds the messages of the chats.
    pub fronts: BTreeMap<Key, super::notices::Front>,
    pub mail: super::mail::Mail,
    pub rooms: super::rooms::Rooms,
    pub calendars: super::calendars::Calendars,
    pub desks: super::helpdesks::Desks,
    pub attendance: super::attendance::Attendance,
    /// What the `lifecycle` of an address says, in YAML.
    pub lifecycles: BTreeMap<String, &'static str>,
    /// Addresses that are said to have moved: from, to.
    pub moved: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Department {
    pub name: String,
    pub parent: Option<Key>,
    pub order: Option<i64>,
    /// The first is the primary one.
    pub leaders: Vec<Key>,
    pub hrbps: BTreeSet<Key>,
    pub unit: Option<Key>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct User {
    pub name: String,
    pub mobile: String,
    pub email: String,
    pub number: String,
    /// `None` is the root; the first is the primary one.
    pub departments: Vec<Option<Key>>,
    pub leader: Option<Key>,
    pub dotted: BTreeSet<Key>,
    /// A built-in word or a key.
    pub kind: String,
    pub level: Option<Key>,
    pub family: Option<Key>,
    pub title: String,
    pub heir: Option<Key>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub name: String,
    pub description: String,
    pub members: BTreeSet<Key>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Role {
    pub name: String,
    /// With the departments of the range.
    pub members: BTreeMap<Key, BTreeSet<Key>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Chat {
    pub name: String,
    pub description: String,
    pub public: bool,
    /// Settings by the API's names, each of two values.
    pub closed: BTreeSet<&'static str>,
    /// Nobody: the bot. Once a person owns it, one always does.
    pub owner: Option<Key>,
    pub members: BTreeSet<Key>,
    /// Only while the bot owns it; `None`: not declared.
    pub managers: Option<BTreeSet<Key>>,
    /// Who may post, if a list decides.
    pub speakers: Option<BTreeSet<Key>>,
}

/// Settings that are `only_owner` or `all_members`, under their names in YAML.
pub(crate) const SWITCHES: [&str; 6] = [
    "invite",
    "at_all_permission",
    "edit_permission",
    "urgent_setting",
    "video_conference_setting",
    "hide_member_count_setting",
];

pub(super) fn list<'k>(keys: impl IntoIterator<Item = &'k Key>) -> String {
    format!("[{}]", keys.into_iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn or_null(key: Option<&Key>) -> &str {
    key.map_or("null", String::as_str)
}

impl Org {
    /// Whether the manifest has this address.
    pub(crate) fn declares(&self, kind: &str, key: &str) -> bool {
        match kind {
            "employee_type" => self.types.contains_key(key),
            "job_level" => self.levels.contains_key(key),
            "job_family" => self.families.contains_key(key),
            "unit" => self.units.contains_key(key),
            "department" => self.departments.contains_key(key),
            "user" => self.users.contains_key(key),
            "user_group" => self.groups.contains_key(key),
            "role" => self.roles.contains_key(key),
            "chat" => self.chats.contains_key(key),
            "mail_group" => self.mail.groups.contains_key(key),
            "room_level" => self.rooms.levels.contains_key(key),
            "room" => self.rooms.rooms.contains_key(key),
            "public_mailbox" => self.mail.mailboxes.contains_key(key),
            "calendar" => self.calendars.contains_key(key),
            "calendar/event" => key.split_once('/').is_some_and(|(calendar, event)| {
                self.calendars.get(calendar).is_some_and(|c| c.events.contains_key(event))
            }),
            "shift" => self.attendance.shifts.contains_key(key),
            "attendance_group" => self.attendance.groups.contains_key(key),
            _ => super::helpdesks::declares(self, kind, key),
        }
    }

    /// The manifest. Every modelled attribute is written, so that the tenant has nothing to choose.
    pub(crate) fn yaml(&self) -> String {
        let mut y = String::from(
            "version: 1\nsettings:\n  max_destroy: 100000\n  spare_mobiles: [\"+8613999990001\", \"+8613999990002\", \"+8613999990003\"]\n",
        );
        let mut line = |text: std::fmt::Arguments<'_>| {
            let _ = writeln!(y, "{text}");
        };
        if !self.moved.is_empty() {
            line(format_args!("moved:"));
        }
        for (from, to) in &self.moved {
            line(format_args!("  - {{ from: {from}, to: {to} }}"));
        }
        let lifecycle = |kind: &str, key: &str| match self.lifecycles.get(&format!("{kind}.{key}")) {
            Some(words) => format!("\n    lifecycle: {{ {words} }}"),
            None => String::new(),
        };
        line(format_args!("employee_types:"));
        for (key, content) in &self.types {
            line(format_args!("  {key}: {{ content: {content}, active: true }}"));
        }
        line(format_args!("job_levels:"));
        for (key, (name, order)) in &self.levels {
            line(format_args!("  {key}: {{ name: {name}, order: {order}, enabled: true }}"));
        }
        line(format_args!("job_families:"));
        for (key, (name, parent)) in &self.families {
            let parent = parent.as_ref().map_or(String::new(), |p| format!(", parent: {p}"));
            line(format_args!("  {key}: {{ name: {name}, enabled: true{parent} }}"));
        }
        line(format_args!("units:"));
        for (key, (name, ty)) in &self.units {
            line(format_args!("  {key}: {{ name: {name}, type: {ty} }}"));
        }
        line(format_args!("departments:"));
        for (key, d) in &self.departments {
            line(format_args!("  {key}:"));
            line(format_args!("    name: {}{}", d.name, lifecycle("department", key)));
            line(format_args!("    parent: {}", d.parent.as_deref().unwrap_or("root")));
            if let Some(order) = d.order {
                line(format_args!("    order: {order}"));
            }
            match d.leaders.split_first() {
                None => line(format_args!("    leaders: null")),
                Some((first, rest)) => {
                    line(format_args!("    leaders: {{ primary: {first}, deputies: {} }}", list(rest)));
                }
            }
            line(format_args!("    hrbps: {}", list(&d.hrbps)));
            line(format_args!("    unit: {}", or_null(d.unit.as_ref())));
        }
        line(format_args!("users:"));
        for (key, u) in &self.users {
            let departments: Vec<Key> =
                u.departments.iter().map(|d| d.clone().unwrap_or_else(|| "root".to_owned())).collect();
            line(format_args!("  {key}:"));
            line(format_args!("    name: {}{}", u.name, lifecycle("user", key)));
            line(format_args!("    mobile: \"{}\"\n    email: {}", u.mobile, u.email));
            if let Some(mail) = self.mail.boxes.get(key) {
                line(format_args!("    enterprise_email: {mail}"));
            }
            line(format_args!("    employee_no: \"{}\"\n    employee_type: {}", u.number, u.kind));
            line(format_args!("    departments: {}", list(&departments)));
            line(format_args!(
                "    leader: {}\n    dotted_line: {}",
                or_null(u.leader.as_ref()),
                list(&u.dotted)
            ));
            line(format_args!("    job_level: {}", or_null(u.level.as_ref())));
            line(format_args!("    job_family: {}", or_null(u.family.as_ref())));
            line(format_args!("    job_title: {}", u.title));
            if let Some(heir) = &u.heir {
                line(format_args!("    on_delete: {{ default: {heir}, email: {{ action: keep }} }}"));
            }
        }
        line(format_args!("user_groups:"));
        for (key, g) in &self.groups {
            line(format_args!("  {key}:"));
            line(format_args!("    name: {}\n    description: {}", g.name, g.description));
            line(format_args!("    members: {}{}", list(&g.members), lifecycle("user_group", key)));
        }
        line(format_args!("roles:"));
        for (key, r) in &self.roles {
            line(format_args!("  {key}:\n    name: {}{}\n    members:", r.name, lifecycle("role", key)));
            for (user, scope) in &r.members {
                line(format_args!("      - {{ user: {user}, scope: {} }}", list(scope)));
            }
            if r.members.is_empty() {
                line(format_args!("      []"));
            }
        }
        line(format_args!("chats:"));
        for (key, c) in &self.chats {
            line(format_args!("  {key}:\n    name: {}\n    description: {}", c.name, c.description));
            line(format_args!("    chat_type: {}", if c.public { "public" } else { "private" }));
            for switch in SWITCHES {
                let who = if c.closed.contains(switch) { "only_owner" } else { "all_members" };
                line(format_args!("    {switch}: {who}"));
            }
            line(format_args!("    members: {}", list(&c.members)));
            line(format_args!("    owner: {}", c.owner.as_deref().unwrap_or("bot")));
            if let Some(managers) = &c.managers {
                line(format_args!("    managers: {}", list(managers)));
            }
            match &c.speakers {
                None => line(format_args!("    moderation: all_members")),
                Some(all) => {
                    line(format_args!("    moderation: moderator_list\n    moderators: {}", list(all)));
                }
            }
            let front = self.fronts.get(key).map(super::notices::Front::yaml).unwrap_or_default();
            line(format_args!("{front}    lifecycle: {{ on_remove: delete }}"));
        }
        y.push_str(&self.mail.yaml());
        y.push_str(&self.rooms.yaml());
        y.push_str(&super::calendars::yaml(self));
        y.push_str(&super::helpdesks::yaml(self));
        y.push_str(&self.attendance.yaml());
        // A section without entries is left out: an empty map is an empty map, `null` is a mistake.
        let mut kept = String::new();
        let lines: Vec<&str> = y.lines().collect();
        for (i, text) in lines.iter().enumerate() {
            let section = !text.starts_with(' ') && text.ends_with(':');
            let empty = lines.get(i + 1).is_none_or(|next| !next.starts_with(' '));
            if !(section && empty) {
                kept.push_str(text);
                kept.push('\n');
            }
        }
        kept
    }
}
