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

#![expect(unused_imports, dead_code, reason = "until the kinds inside use all of it")]

mod find;
mod names;
mod place;
mod read;
#[cfg(test)]
mod tests;

pub(in crate::kinds) use find::{identify, identify_by, own, recall};
pub(in crate::kinds) use names::{Names, departments, people};
pub(in crate::kinds) use place::Place;
pub(in crate::kinds) use read::{Desk, Reading, gap, list, odd, read};

use crate::model::{Address, Lookup};
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
