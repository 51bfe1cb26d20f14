//! Members, senders and managers of a mail group on the wire.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::spec::{EXTERNAL as STRANGERS, GROUPS_IN, LISTED, OTHERS};
use crate::kinds::catalogue::filled;
use crate::kinds::mail::edges::{
    COMPANY, DEPARTMENT, EXTERNAL, List, OF_GROUP, OF_MAILBOX, OTHER, ROOT, USER, key,
};
use crate::kinds::mail::read::Entry;
use crate::kinds::mail::{ALIASES, GROUP, GROUPS, MAILBOX, fold, main_of};
use crate::model::{Observed, Value};

pub(super) static MEMBERS: List = List {
    attributes: &[
        ("members", USER),
        ("member_departments", DEPARTMENT),
        (GROUPS_IN, OF_GROUP),
        ("member_mailboxes", OF_MAILBOX),
        (STRANGERS, EXTERNAL),
        (OTHERS, OTHER),
    ],
    noun: "member",
    part: "members",
    phases: ["members out first", "members in", "members out"],
    read: "/open-apis/mail/v1/mailgroups/:mailgroup_id/members",
    add: ("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/batch_create"),
    remove: ("DELETE", "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/batch_delete"),
    param: GROUPS.id,
    ids: Some(("member_id_list", "member_id")),
    items: "items",
    departments: true,
    no_entry: 1_234_014,
    most: None,
};

pub(super) static SENDERS: List = List {
    attributes: &[
        (LISTED, USER),
        ("sender_departments", DEPARTMENT),
        ("sender_groups", OF_GROUP),
        ("sender_mailboxes", OF_MAILBOX),
    ],
    noun: "sender",
    part: "senders",
    phases: ["senders out first", "senders in", "senders out"],
    read: "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members",
    add: ("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/batch_create"),
    remove: ("DELETE", "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/batch_delete"),
    param: GROUPS.id,
    ids: Some(("permission_member_id_list", "permission_member_id")),
    items: "items",
    departments: true,
    no_entry: 1_234_015,
    most: None,
};

/// Managers have no ids of their own: they leave by a POST that names them.
pub(super) static MANAGERS: List = List {
    attributes: &[("managers", USER)],
    noun: "manager",
    part: "managers",
    phases: ["managers out first", "managers in", "managers out"],
    read: "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers",
    add: ("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers/batch_create"),
    remove: ("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers/batch_delete"),
    param: GROUPS.id,
    ids: None,
    items: "mailgroup_manager_list",
    departments: false,
    no_entry: 0,
    most: None,
};

pub(super) static ALL: [&List; 3] = [&MEMBERS, &SENDERS, &MANAGERS];

/// Groups and mailboxes by all of their addresses, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Known {
    groups: BTreeMap<String, String>,
    mailboxes: BTreeMap<String, String>,
}

impl Known {
    pub(super) fn new(groups: &Observed, mailboxes: Option<&Observed>) -> Self {
        Self { groups: addresses(groups), mailboxes: mailboxes.map(addresses).unwrap_or_default() }
    }

    /// What a list shows, under its attribute and in normal form; nothing when it lacks what it is named by.
    ///
    /// Only the field of the type means anything; samples show the others filled too. A group or mailbox that
    /// nobody read is named by its address: nobody manages it, or it would have been read.
    pub(super) fn entry(&self, which: &List, item: &Json) -> Option<Entry> {
        let Some((_, id_field)) = which.ids else {
            let user = filled(item, "user_id")?;
            return Some(Entry {
                attribute: "managers",
                value: Value::remote("user", user),
                key: key(USER, user),
                id: String::new(),
            });
        };
        let remote = |kind: &str, known: &BTreeMap<String, String>| {
            let mail = fold(filled(item, "email")?);
            let id = known.get(&mail).cloned().unwrap_or(mail);
            Some((Value::remote(kind, id.clone()), id))
        };
        let sort = filled(item, "type")?;
        let (sort, attribute_of, (value, name)) = match sort {
            USER => (USER, USER, filled(item, "user_id").map(|id| (Value::remote("user", id), id.to_owned()))?),
            DEPARTMENT => {
                let id = filled(item, "department_id")?;
                (DEPARTMENT, DEPARTMENT, (Value::remote("department", id), id.to_owned()))
            }
            COMPANY => (COMPANY, DEPARTMENT, (Value::text(ROOT), String::new())),
            OF_GROUP => (OF_GROUP, OF_GROUP, remote(GROUP, &self.groups)?),
            OF_MAILBOX => (OF_MAILBOX, OF_MAILBOX, remote(MAILBOX, &self.mailboxes)?),
            EXTERNAL => {
                let mail = filled(item, "email")?;
                (EXTERNAL, EXTERNAL, (Value::text(mail), mail.to_owned()))
            }
            // A type that is not known yet is an internal address too, as far as anybody can say.
            _ => {
                let mail = filled(item, "email")?;
                (OTHER, OTHER, (Value::text(mail), mail.to_owned()))
            }
        };
        let (attribute, _) = which.attributes.iter().find(|(_, of)| *of == attribute_of)?;
        Some(Entry { attribute, value, key: key(sort, &name), id: filled(item, id_field)?.to_owned() })
    }
}

fn addresses(observed: &Observed) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for live in observed.things.values() {
        for alias in crate::kinds::mail::book::texts(live.attributes.get(ALIASES)).into_keys() {
            known.insert(alias, live.id.clone());
        }
    }
    // A main address counts more than what is left of an old one.
    known.extend(observed.things.values().map(|live| (fold(main_of(live)), live.id.clone())));
    known
}
