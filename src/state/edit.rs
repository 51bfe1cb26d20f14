//! What a person may do to the state by hand: look, rename, let go. The tenant is never touched.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use crate::base::suggest;
use crate::model::{Address, Record};

/// An edit that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("{address} is not in the state{}", near(.nearest.as_ref()))]
    NotThere { address: Address, nearest: Option<Address> },
    #[error("{0} is in the state already")]
    Taken(Address),
    #[error("{from} cannot become {to}: they are different kinds of thing")]
    OtherKind { from: Address, to: Address },
}

fn near(nearest: Option<&Address>) -> String {
    nearest.map(|address| format!("; did you mean {address}?")).unwrap_or_default()
}

/// What is recorded, in order; with filters, what any of them names: an address, or a kind.
pub fn list<'d>(document: &'d Document, filters: &[String]) -> Vec<(&'d Address, &'d Record)> {
    let wanted = |address: &Address| {
        filters.is_empty() || filters.iter().any(|f| *f == address.kind() || *f == address.to_string())
    };
    document.things.iter().filter(|(address, _)| wanted(address)).collect()
}

/// One record.
///
/// # Errors
/// It is not there.
pub fn show<'d>(document: &'d Document, address: &Address) -> Result<&'d Record, EditError> {
    document.things.get(address).ok_or_else(|| missing(document, address))
}

/// Gives a thing another address; what refers to it follows.
///
/// # Errors
/// It is not there, the new address is taken, or of another kind.
pub fn mv(document: &mut Document, from: &Address, to: &Address) -> Result<(), EditError> {
    show(document, from)?;
    if from.kind() != to.kind() {
        return Err(EditError::OtherKind { from: from.clone(), to: to.clone() });
    }
    if document.things.contains_key(to) {
        return Err(EditError::Taken(to.clone()));
    }
    document.rename(&BTreeMap::from([(from.clone(), to.clone())]));
    Ok(())
}

/// Stops managing things; gives what was recorded. All or none.
///
/// # Errors
/// One of them is not there.
pub fn rm(document: &mut Document, addresses: &[Address]) -> Result<BTreeMap<Address, Record>, EditError> {
    for address in addresses.iter().filter(|address| !document.unsettled.contains_key(*address)) {
        show(document, address)?;
    }
    let wanted: BTreeSet<&Address> = addresses.iter().collect();
    document.unsettled.retain(|address, _| !wanted.contains(address));
    Ok(wanted.into_iter().filter_map(|a| document.things.remove_entry(a)).collect())
}

fn missing(document: &Document, address: &Address) -> EditError {
    let names: Vec<String> = document.things.keys().map(ToString::to_string).collect();
    let nearest = suggest::nearest(&address.to_string(), names.iter().map(String::as_str));
    EditError::NotThere { address: address.clone(), nearest: nearest.and_then(|name| name.parse().ok()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Value, plain};

    fn address(text: &str) -> Address {
        text.parse().expect("address")
    }

    fn document() -> Document {
        let mut document = Document::fresh();
        for name in ["user.ann", "user.bob", "department.hq"] {
            document.things.insert(address(name), Record::default());
        }
        let led = Value::Set([Value::address(address("user.ann"))].into());
        let hq = document.things.get_mut(&address("department.hq")).expect("hq");
        hq.applied.insert("leaders".to_owned(), plain(&led));
        hq.on_delete = Some(led);
        document
    }

    #[test]
    fn list_takes_kinds_and_addresses() {
        let document = document();
        let named = |filters: &[&str]| {
            let filters: Vec<String> = filters.iter().map(|&f| f.to_owned()).collect();
            list(&document, &filters).into_iter().map(|(a, _)| a.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(named(&[]), ["department.hq", "user.ann", "user.bob"]);
        assert_eq!(named(&["user"]), ["user.ann", "user.bob"]);
        assert_eq!(named(&["department", "user.bob"]), ["department.hq", "user.bob"]);
    }

    #[test]
    fn a_move_takes_its_references_along() {
        let mut document = document();
        mv(&mut document, &address("user.ann"), &address("user.anna")).expect("moves");
        let led = Value::Set([Value::address(address("user.anna"))].into());
        let hq = show(&document, &address("department.hq")).expect("hq");
        assert_eq!((&hq.applied["leaders"], hq.on_delete.as_ref()), (&plain(&led), Some(&led)));
        let taken = mv(&mut document, &address("user.anna"), &address("user.bob"));
        assert_eq!(taken, Err(EditError::Taken(address("user.bob"))));
        let other = mv(&mut document, &address("user.anna"), &address("department.x"));
        assert!(matches!(other, Err(EditError::OtherKind { .. })));
    }

    #[test]
    fn two_things_swap_their_addresses() {
        let mut document = document();
        let id = |n: &str| Record { ids: [("id".to_owned(), n.to_owned())].into(), ..Record::default() };
        document.things.insert(address("user.ann"), id("1"));
        document.things.insert(address("user.bob"), id("2"));
        let swap = [("user.ann", "user.bob"), ("user.bob", "user.ann")];
        document.rename(&swap.map(|(a, b)| (address(a), address(b))).into());
        assert_eq!(document.things[&address("user.ann")].id(), Some("2"));
        assert_eq!(document.things[&address("user.bob")].id(), Some("1"));
    }

    #[test]
    fn rm_is_all_or_none_and_suggests() {
        let mut document = document();
        let before = document.clone();
        let error = rm(&mut document, &[address("user.bob"), address("user.anm")]).expect_err("one is wrong");
        assert_eq!(error.to_string(), "user.anm is not in the state; did you mean user.ann?");
        assert_eq!(document, before);
        let gone = rm(&mut document, &[address("user.bob"), address("user.bob")]).expect("removes");
        assert_eq!((gone.len(), document.things.len()), (1, 2));
    }
}
