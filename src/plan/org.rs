//! The organisation as it will be: people, departments and groups, what is declared laid over what is live.
//!
//! Rules about people ([`super::people`]) are the one thing in the planner that must know which kinds are people,
//! departments and groups; their names stand here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{Bound, Standing, observed};
use super::input::{Input, Mode};
use super::people::{Fail, People};
use super::resolve::{Resolved, Unsure};
use crate::model::{Live, Observed, Target, Value, Wanted};
use crate::resource::{KindInfo, Shape};

const USER: &str = "user";
const DEPARTMENT: &str = "department";
const GROUP: &str = "user_group";
const ROOT: &str = "root";

/// Everybody and everything that rules speak of.
pub(super) struct Org<'o> {
    people: BTreeMap<Target, Seen<'o>>,
    /// Who stands over a department: a reference or `root`.
    parents: BTreeMap<Target, Value>,
    live_parents: BTreeMap<Target, Value>,
    groups: BTreeMap<Target, Seen<'o>>,
    users_read: &'o Observed,
    departments_read: &'o Observed,
    info: Option<&'static KindInfo>,
    bound: &'o Bound<'o>,
    /// Attributes of people that could be missing because they were not read.
    pub(super) readable: Vec<&'static str>,
    pub(super) members_attribute: &'static str,
}

/// One thing from both sides.
struct Seen<'o> {
    declared: Option<&'o Resolved>,
    ignored: Option<&'o BTreeSet<String>>,
    live: Option<&'o Live>,
}

impl Seen<'_> {
    /// The value that an attribute will have; `None` when that is not known, or when there is none.
    fn value(&self, bound: &Bound<'_>, name: &str) -> Option<Value> {
        let live = self.live.and_then(|live| live.attributes.get(name)).map(|v| bound.canonical(v));
        let ignored = self.live.is_some() && self.ignored.is_some_and(|names| names.contains(name));
        match self.declared.and_then(|resolved| resolved.wanted.get(name)) {
            Some(_) if ignored => live,
            Some(Wanted::Exactly(value)) => Some(value.clone()),
            Some(Wanted::AtLeast(value)) => Some(super::diff::joined(value, live.as_ref())),
            None => live,
        }
    }
}

impl<'o> Org<'o> {
    pub(super) fn new(
        input: &Input<'o>,
        bound: &'o Bound<'o>,
        all: &'o BTreeMap<crate::model::Address, Resolved>,
    ) -> Self {
        let mut org = Self {
            people: BTreeMap::new(),
            parents: BTreeMap::new(),
            live_parents: BTreeMap::new(),
            groups: BTreeMap::new(),
            users_read: observed(input, USER),
            departments_read: observed(input, DEPARTMENT),
            info: input.registry.kind(USER).map(crate::resource::Kind::info),
            bound,
            readable: Vec::new(),
            members_attribute: "members",
        };
        let attributes = org.info.map(|info| info.attributes).unwrap_or_default();
        // Who is yet to come has no id, and a rule may ask for that.
        org.readable = attributes.iter().map(|a| a.name).filter(|name| *name != "id").collect();
        org.people = seen(input, bound, all, USER);
        org.people.retain(|_, person| !person.live.is_some_and(|live| live.fact("resigned")));
        org.groups = seen(input, bound, all, GROUP);
        for (name, department) in seen(input, bound, all, DEPARTMENT) {
            if let Some(parent) = department.live.and_then(|live| live.attributes.get("parent")) {
                org.live_parents.insert(name.clone(), bound.canonical(parent));
            }
            let parent = department.value(bound, "parent").unwrap_or_else(|| Value::text(ROOT));
            org.parents.insert(name, parent);
        }
        org
    }

    /// Whether all people were read.
    pub(super) fn everybody(&self) -> Result<(), Fail> {
        if self.users_read.complete { Ok(()) } else { Err(unread("people", self.users_read)) }
    }

    /// Everybody as rules see them.
    pub(super) fn users(&self) -> impl Iterator<Item = (&Target, BTreeMap<String, Value>)> {
        self.people.iter().map(|(who, seen)| {
            let mut user = BTreeMap::new();
            let key = match who {
                Target::Address(address) => Value::text(address.key()),
                Target::Remote { .. } | Target::Lookup(_) => Value::Null,
            };
            user.insert("key".to_owned(), key);
            if let Some(live) = seen.live {
                user.insert("id".to_owned(), Value::text(&live.id));
            }
            for attribute in self.info.map(|info| info.attributes).unwrap_or_default() {
                let value = match seen.value(self.bound, attribute.name) {
                    Some(Value::Null) => Some(empty(&attribute.shape)),
                    Some(value) => Some(value),
                    // Not read is not empty, whyever it was not read; nobody reads what is the manifest's alone.
                    None if seen.live.is_some() && !attribute.local && !attribute.write_only => None,
                    None if attribute.name == "id" => None,
                    None => Some(empty(&attribute.shape)),
                };
                user.extend(value.map(|value| (attribute.name.to_owned(), value)));
            }
            (who, user)
        })
    }

    fn scope_for(&self, attribute: &str) -> Option<String> {
        let scopes = self.users_read.unreadable.get(attribute).filter(|scopes| !scopes.is_empty())?;
        Some(format!("give the app the scope {}", scopes.join(" or ")))
    }

    /// What would show an attribute of somebody.
    pub(super) fn remedy_for(&self, attribute: &str, person: &str) -> Option<String> {
        self.scope_for(attribute).or_else(|| self.users_read.gap_about(person)?.remedy.clone())
    }

    /// The people of departments and of all departments below them.
    pub(super) fn within(&self, departments: &Value) -> Result<People, Fail> {
        if departments.elements().any(|d| d.as_text() == Some(ROOT)) {
            self.everybody()?;
            return Ok(self.people.keys().cloned().collect());
        }
        let mut tops = BTreeSet::new();
        departments.each_target(&mut |target| {
            tops.insert(target.clone());
        });
        let read = |what, read: &Observed| {
            let sound = read.complete || (read.gaps.is_empty() && read.unknown.is_empty());
            if sound { Ok(()) } else { Err(unread(what, read)) }
        };
        read("departments", self.departments_read)?;
        read("people", self.users_read)?;
        let all = below(&self.parents, &tops);
        if !self.users_read.complete {
            // What was read are the people of these departments as they stand now. One that only moves here is
            // not among them, unless somebody declared it with its people.
            let now = below(&self.live_parents, &tops);
            if let Some(late) = all.iter().find(|d| self.live_parents.contains_key(d) && !now.contains(d)) {
                return Err(Fail::Unsure(Unsure {
                    why: format!("the people of department {} were not read", super::people::said(late)),
                    remedy: Some("it moves here with this plan; the next run knows them".to_owned()),
                }));
            }
        }
        let mut people = People::new();
        for (who, seen) in &self.people {
            let mut inside = false;
            if let Some(value) = seen.value(self.bound, "departments") {
                value.each_target(&mut |target| inside |= all.contains(target));
            } else if let Some(live) = seen.live {
                return Err(Fail::Unsure(Unsure {
                    why: format!("the departments of {} cannot be read", live.id),
                    remedy: self.remedy_for("departments", &live.id),
                }));
            }
            if inside {
                people.insert(who.clone());
            }
        }
        Ok(people)
    }

    pub(super) fn is_live(&self, group: &Target) -> bool {
        self.groups.get(group).is_some_and(|seen| seen.live.is_some())
    }

    /// The members that a group has now, for groups whose members nobody declares.
    pub(super) fn live_members(&self, group: &Target) -> Result<People, Fail> {
        let members = self.groups.get(group).and_then(|seen| match seen.live {
            Some(live) => live.attributes.get(self.members_attribute).map(|v| self.bound.canonical(v)),
            // It is created without members.
            None => Some(Value::Null),
        });
        let Some(members) = members else {
            let why = format!("the members of user group {} were not read", super::people::said(group));
            return Err(Fail::Unsure(Unsure { why, remedy: None }));
        };
        let mut people = People::new();
        members.each_target(&mut |target| {
            people.insert(target.clone());
        });
        Ok(people)
    }
}

fn unread(what: &str, read: &Observed) -> Fail {
    let gap = read.gaps.first().or_else(|| read.unknown.values().next());
    Fail::Unsure(Unsure {
        why: match gap {
            Some(gap) => format!("not all {what} could be read: {}: {}", gap.what, gap.why),
            None => format!("not all {what} were read"),
        },
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    })
}

/// What an attribute without a value is to a rule.
fn empty(shape: &Shape) -> Value {
    match shape {
        Shape::Set { .. } | Shape::List { .. } | Shape::People { .. } => Value::List(Vec::new()),
        Shape::Keyed { .. } | Shape::Free { .. } | Shape::Object(_) | Shape::Picture { .. } => {
            Value::Map(BTreeMap::new())
        }
        Shape::Either(shapes) => shapes.first().map_or(Value::Null, empty),
        // As the platform answers it: a rule about titles need not ask first whether somebody has one.
        Shape::Text { .. } | Shape::TextFile { .. } => Value::text(""),
        Shape::Bool | Shape::Int { .. } | Shape::Date | Shape::Choice(_) | Shape::Ref { .. } => Value::Null,
    }
}

/// What will be there of a kind: what is declared, and what is live and does not leave.
fn seen<'o>(
    input: &Input<'o>,
    bound: &'o Bound<'o>,
    all: &'o BTreeMap<crate::model::Address, Resolved>,
    kind: &str,
) -> BTreeMap<Target, Seen<'o>> {
    let mut found = BTreeMap::new();
    for (address, subject) in bound.subjects.iter().filter(|(a, _)| a.kind() == kind) {
        let leaves = subject.declared.is_none() && !matches!(subject.standing, Standing::Unknown { .. });
        let stays = super::fate::on_remove(subject, input.mode) != crate::model::OnRemove::Delete;
        if input.mode == Mode::Destroy || (leaves && !stays) {
            continue;
        }
        let seen = Seen {
            declared: all.get(address),
            ignored: subject.declared.map(|thing| &thing.lifecycle.ignore_changes),
            live: subject.live(),
        };
        found.insert(Target::Address(address.clone()), seen);
    }
    for live in observed(input, kind).things.values() {
        let name = bound.name(&Target::Remote { kind: kind.to_owned(), id: live.id.clone() });
        if matches!(name, Target::Remote { .. }) {
            found.insert(name, Seen { declared: None, ignored: None, live: Some(live) });
        }
    }
    found
}

/// Departments below some others, themselves included.
fn below(parents: &BTreeMap<Target, Value>, tops: &BTreeSet<Target>) -> BTreeSet<Target> {
    let mut children: BTreeMap<&Target, Vec<&Target>> = BTreeMap::new();
    for (child, parent) in parents {
        if let Some(parent) = parent.as_target() {
            children.entry(parent).or_default().push(child);
        }
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<&Target> = tops.iter().collect();
    while let Some(department) = open.pop() {
        if found.insert(department.clone()) {
            open.extend(children.get(department).into_iter().flatten());
        }
    }
    found
}
