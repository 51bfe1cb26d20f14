//! Who is named in a group, and in which field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::spec::{DEPARTMENTS, EXEMPT, EXEMPT_DEPARTMENTS, LEADERS, MEMBERS, SUB_LEADERS};
use crate::model::{Live, Target, Value};
use crate::resource::{ThingChange, Work};

/// Attribute, field, kind.
pub(super) const ALL: [(&str, &str, &str); 6] = [
    (MEMBERS, "bind_user_ids", "user"),
    (DEPARTMENTS, "bind_dept_ids", "department"),
    (EXEMPT, "bind_default_user_ids", "user"),
    (EXEMPT_DEPARTMENTS, "bind_default_dept_ids", "department"),
    (LEADERS, "group_leader_ids", "user"),
    (SUB_LEADERS, "sub_group_leader_ids", "user"),
];
/// Those whom one group alone can name.
pub(super) const EXCLUSIVE: [&str; 4] = [MEMBERS, DEPARTMENTS, EXEMPT, EXEMPT_DEPARTMENTS];

/// Fact: the open id of each department that the group names, by its own id.
const OPEN: &str = "open_departments";

/// The open ids of all departments that a group names.
pub(super) fn open_ids(read: &Json) -> impl Iterator<Item = &str> {
    let departments = ALL.iter().filter(|(.., kind)| *kind == "department");
    departments.flat_map(|(_, field, _)| {
        read.get(*field).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    })
}

/// Who is named, by attribute; an attribute with a department that could not be told is left out.
pub(super) fn attributes(read: &Json, departments: &BTreeMap<String, String>, live: &mut Live) {
    let mut open = BTreeMap::new();
    for (attribute, field, kind) in ALL {
        let ids = read.get(field).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        let own = ids.map(|id| match kind {
            "department" => {
                let own = departments.get(id)?;
                open.insert(own.clone(), Value::text(id));
                Some(Value::remote(kind, own))
            }
            _ => Some(Value::remote(kind, id)),
        });
        if let Some(named) = own.collect::<Option<BTreeSet<Value>>>() {
            live.attributes.insert(attribute.to_owned(), Value::Set(named));
        }
    }
    live.facts.insert(OPEN.to_owned(), Value::Map(open));
}

/// Whom a value names.
pub(super) fn targets(value: Option<&Value>) -> BTreeSet<&Target> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_target).collect()
}

/// The id of a person or a department for a body. Departments have an open id, which a live group knows of those
/// that it names.
pub(super) fn id(work: &Work<'_>, target: &Target, kind: &str) -> Json {
    if kind != "department" {
        return work.json_id(target, "id");
    }
    if let Target::Remote { id, .. } = target {
        let groups = work.snapshot.kind(crate::kinds::attendance::GROUP);
        let known = groups.into_iter().flat_map(|groups| groups.things.values()).find_map(|live| {
            live.facts.get(OPEN)?.get(id)?.as_text()
        });
        if let Some(open) = known {
            return open.into();
        }
    }
    work.json_id(target, "open_department_id")
}

/// Lays who is named over the whole; `false` when the attribute names nobody.
pub(super) fn lay(work: &Work<'_>, whole: &mut Map<String, Json>, attribute: &str, value: &Value) -> bool {
    let Some((_, field, kind)) = ALL.iter().find(|(name, ..)| *name == attribute) else { return false };
    let ids = targets(Some(value)).into_iter().map(|target| id(work, target, kind)).collect();
    whole.insert((*field).to_owned(), ids);
    true
}

/// Whom a group names after its change, of those that one group alone can name. References as the planner has them.
pub(super) fn after(work: &Work<'_>, change: &ThingChange<'_>) -> BTreeSet<Target> {
    EXCLUSIVE
        .iter()
        .flat_map(|attribute| match change.after(attribute) {
            Some(value) => named(value),
            None => change.live.map(|live| live_of(work, live, attribute)).unwrap_or_default(),
        })
        .collect()
}

fn named(value: &Value) -> BTreeSet<Target> {
    value.elements().filter_map(Value::as_target).cloned().collect()
}

/// Whom a live group names in an attribute, by address where somebody manages them.
pub(super) fn live_of(work: &Work<'_>, live: &Live, attribute: &str) -> BTreeSet<Target> {
    let value = live.attributes.get(attribute);
    let planned = value.map(|value| crate::kinds::membership::as_planned(work, value));
    planned.as_ref().map(named).unwrap_or_default()
}

/// The same of all attributes that one group alone can name people in.
pub(super) fn before(work: &Work<'_>, live: &Live) -> BTreeSet<Target> {
    EXCLUSIVE.iter().flat_map(|attribute| live_of(work, live, attribute)).collect()
}

/// Takes some out of every list of the whole.
pub(super) fn strike(work: &Work<'_>, whole: &mut Map<String, Json>, gone: &BTreeSet<Target>, lists: &[&str]) {
    for (attribute, field, kind) in ALL.iter().filter(|(name, ..)| lists.contains(name)) {
        let _ = attribute;
        let ids: Vec<Json> = gone
            .iter()
            .filter(|target| match target {
                Target::Address(address) => address.kind() == *kind,
                Target::Remote { kind: of, .. } => of == kind,
                Target::Lookup(_) => false,
            })
            .map(|target| id(work, target, kind))
            .collect();
        if let Some(list) = whole.get_mut(*field).and_then(Json::as_array_mut) {
            list.retain(|entry| !ids.contains(entry));
        }
    }
}
