//! What the kinds inside of a helpdesk have in common: which desks to read, which live thing is which, and where a call
//! goes.
//!
//! A helpdesk is a tenant within the tenant: every call names it, carries its own credential, and what one desk cannot
//! show says nothing about another. The kind of helpdesks reads first and tells which id belongs to which address; each
//! kind inside hands that on in its own answer, so that [`identify`] and [`recall`] know what was read of a desk.
//!
//! | file | holds |
//! |---|---|
//! | `read` | the desks that an ask is about, and the answer made of what each of them showed |
//! | `find` | which live thing a declared or remembered one is |
//! | `names` | the people and departments that ids stand for |
//! | `place` | the desk of a change: its calls, its lane, its ids |

mod find;
mod names;
mod place;
mod read;
#[cfg(test)]
mod tests;

pub(in crate::kinds) use find::{found, identify, identify_by, own, recall};
pub(in crate::kinds) use names::{Names, departments, people};
pub(in crate::kinds) use place::Place;
pub(in crate::kinds) use read::{Desk, Reading, foreign, gap, id_at, list, odd, read};

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Address, Lookup, Manifest, Target};
use crate::resource::{Attribute, Change, Inside, Shape};

/// The kind around, and the attribute that says which one.
pub(in crate::kinds) const HELPDESK: &str = "helpdesk";

/// Among the ids of everything inside: the desk, and the variable with its token.
pub(in crate::kinds) const DESK: &str = "desk";
pub(in crate::kinds) const VARIABLE: &str = "token_variable";

/// What a person must grant before anything inside can be written.
pub(in crate::kinds) const CONSENT: &[&str] = &["helpdesk:all"];
/// Who that must be: for schedules, skills and fields, and for categories and FAQs.
pub(in crate::kinds) const ADMINISTRATOR: &str = "who is an administrator or the owner of the helpdesk";
pub(in crate::kinds) const AGENT: &str = "who is an agent, an administrator or the owner of the helpdesk";

/// Where the things of a kind are written.
pub(in crate::kinds) const fn inside(field: &'static str) -> Inside {
    Inside { kind: HELPDESK, field, attribute: HELPDESK }
}

/// The attribute that what stands around fills.
pub(in crate::kinds) const fn holder(about: &'static str) -> Attribute {
    Attribute::new(HELPDESK, Shape::Ref { kind: HELPDESK, also: &[] }, about)
        .required()
        .change(Change::Replace)
}

/// The look-up by which an answer tells the id of the helpdesk at an address.
pub(in crate::kinds) fn at(kind: &str, address: &Address) -> Lookup {
    Lookup { kind: kind.to_owned(), by: "helpdesk at".to_owned(), value: address.to_string() }
}

/// The look-up by which an answer tells whether a desk was read.
fn of(kind: &str, desk: &str) -> Lookup {
    Lookup { kind: kind.to_owned(), by: "helpdesk".to_owned(), value: desk.to_owned() }
}

/// The part of a thing inside that is settled once nothing refers to it any more: whoever takes a reference away gives
/// it, whoever deletes the thing needs it.
pub(in crate::kinds) const RELEASED: &str = "released";

/// Refuses references from one desk into another.
pub(in crate::kinds) fn stays_inside(
    manifest: &Manifest,
    kind: &str,
    attribute: &str,
    problems: &mut Diagnostics,
) {
    for thing in manifest.of_kind(kind) {
        let mut away = None;
        if let Some(value) = thing.value(attribute) {
            value.each_target(&mut |target| {
                if let Target::Address(address) = target
                    && address.holder().is_some()
                    && address.holder() != thing.address.holder()
                {
                    away = Some(address.clone());
                }
            });
        }
        if let Some(away) = away {
            problems.push(
                Diagnostic::new(Code("helpdesk::other_desk"), "a reference into another helpdesk")
                    .at(thing.place(attribute), format!("this is {away}"))
                    .because(format!("{} can only refer to what is in its own helpdesk", thing.address))
                    .remedy("declare it in this helpdesk too, and refer to that one"),
            );
        }
    }
}
