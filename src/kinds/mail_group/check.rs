//! Rules of mail groups that need no tenant: addresses that are wanted twice, senders that nobody asks about,
//! strangers who are none, groups that lead back to themselves.

use std::collections::BTreeSet;

use super::lists::SENDERS;
use super::spec::{EXTERNAL, GROUPS_IN, LISTED, WHO};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::kinds::mail::check::said_once;
use crate::kinds::mail::{EMAIL, GROUP, fold};
use crate::model::{Address, Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    said_once(manifest, GROUP, problems);
    for group in manifest.of_kind(GROUP) {
        senders(group, problems);
        strangers(group, problems);
        circle(manifest, group, problems);
    }
}

/// Senders count under one setting only; under another they would look as if they did.
fn senders(group: &Declared, problems: &mut Diagnostics) {
    let Some(who) = group.value(WHO).and_then(Value::as_text).filter(|who| *who != LISTED) else { return };
    for (attribute, _) in SENDERS.attributes.iter().filter(|(name, _)| group.attributes.contains_key(*name)) {
        problems.push(
            Diagnostic::new(Code("mail_group::senders_unused"), "senders are listed and not asked about")
                .at(group.place(attribute), "has no effect")
                .also(group.place(WHO), format!("says {who}"))
                .because("the list of senders counts with `who_can_send: senders` alone")
                .remedy(format!("write `who_can_send: senders`, or take `{attribute}` away")),
        );
    }
}

fn domain(mail: &str) -> String {
    fold(mail).rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
}

/// The group's own domain is one of the tenant's, so nobody there is a stranger.
fn strangers(group: &Declared, problems: &mut Diagnostics) {
    let Some(own) = group.value(EMAIL).and_then(Value::as_text).map(domain) else { return };
    for mail in group.value(EXTERNAL).into_iter().flat_map(Value::elements).filter_map(Value::as_text) {
        if domain(mail) == own {
            problems.push(
                Diagnostic::new(
                    Code("mail_group::not_external"),
                    "an address of the company is called external",
                )
                .at(group.place(EXTERNAL), format!("{mail} is inside"))
                .because(format!("{} is at {own}, as {} itself is", Quoted(mail), group.address))
                .remedy(
                    "name the person in `members`, the group in `member_groups`, the mailbox in \
                             `member_mailboxes`, anything else in `other_members`",
                ),
            );
        }
    }
}

fn inner<'m>(manifest: &'m Manifest, group: &'m Declared) -> impl Iterator<Item = &'m Declared> {
    let members = group.value(GROUPS_IN).into_iter().flat_map(Value::elements);
    members.filter_map(Value::as_address).filter_map(|address| manifest.things.get(address))
}

/// Mail to a group must not come back to it; told once a circle, at its first group.
fn circle(manifest: &Manifest, group: &Declared, problems: &mut Diagnostics) {
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    let mut open: Vec<Vec<&Declared>> = vec![vec![group]];
    while let Some(path) = open.pop() {
        let Some(last) = path.last() else { continue };
        for next in inner(manifest, last) {
            if next.address == group.address {
                if path.iter().all(|member| member.address >= group.address) {
                    let names: Vec<String> =
                        path.iter().chain([&group]).map(|member| member.address.to_string()).collect();
                    problems.push(
                        Diagnostic::new(Code("mail_group::circle"), "mail groups lead back to themselves")
                            .at(group.place(GROUPS_IN), "a circle begins here")
                            .because(format!("{}: a mail would go round for ever", names.join(" → ")))
                            .remedy("take one of these out of another's `member_groups`"),
                    );
                }
                return;
            }
            if seen.insert(&next.address) {
                let mut longer = path.clone();
                longer.push(next);
                open.push(longer);
            }
        }
    }
}
