//! Addresses that two things of the manifest want: people's mailboxes, groups, public mailboxes and all aliases are
//! one namespace, and nobody may have the address with which somebody else logs in.

use std::collections::BTreeMap;

use super::{ALIASES, EMAIL, GROUP, MAILBOX, fold};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::model::{Declared, Manifest, Value};

/// Kinds and their attributes with addresses, in the order in which they are asked for.
const HOLDERS: &[(&str, &[&str])] =
    &[("user", &["enterprise_email"]), (MAILBOX, &[EMAIL, ALIASES]), (GROUP, &[EMAIL, ALIASES])];

/// Says of things of this kind what others, or they themselves, want too.
pub(in crate::kinds) fn said_once(manifest: &Manifest, kind: &str, problems: &mut Diagnostics) {
    let mut first: BTreeMap<String, (&Declared, &str)> = BTreeMap::new();
    for (holder, attributes) in HOLDERS {
        for thing in manifest.of_kind(holder) {
            for attribute in *attributes {
                let Some(value) = thing.value(attribute) else { continue };
                for mail in value.as_text().into_iter().chain(value.elements().filter_map(Value::as_text)) {
                    match first.get(&fold(mail)) {
                        Some(other) if *holder == kind => {
                            problems.push(taken(mail, (thing, attribute), *other));
                        }
                        Some(_) => {}
                        None => drop(first.insert(fold(mail), (thing, attribute))),
                    }
                }
            }
        }
    }
    let own = first.iter().filter(|(_, (thing, _))| thing.address.kind() == kind);
    let own: BTreeMap<&String, &(&Declared, &str)> = own.collect();
    for person in manifest.of_kind("user") {
        let Some(login) = person.value("email").and_then(Value::as_text) else { continue };
        if let Some((thing, attribute)) = own.get(&fold(login)) {
            problems.push(taken(login, (thing, attribute), (person, "email")));
        }
    }
}

fn taken(mail: &str, second: (&Declared, &str), first: (&Declared, &str)) -> Diagnostic {
    let ((two, of_two), (one, of_one)) = (second, first);
    Diagnostic::new(Code("mail::address_twice"), "an address is wanted twice")
        .at(two.place(of_two), format!("{of_two} of {}", two.address))
        .also(one.place(of_one), format!("{of_one} of {}", one.address))
        .because(format!(
            "{} can belong to one of them: people, mail groups, public mailboxes and their aliases share one \
             namespace, in which case does not count",
            Quoted(mail)
        ))
        .remedy(format!("give {} another", two.address))
}
