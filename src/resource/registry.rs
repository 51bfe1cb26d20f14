//! All kinds, in a fixed order.

use std::collections::BTreeMap;

use super::kind::Kind;
use super::schema::Inside;
use crate::model::{Address, DeskKey, Manifest, Record};

/// Looks kinds up by name; iterates in the order of registration.
#[derive(Debug, Clone, Copy)]
pub struct Registry(&'static [&'static dyn Kind]);

impl Registry {
    pub const fn new(kinds: &'static [&'static dyn Kind]) -> Self {
        Self(kinds)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &'static dyn Kind> + use<> {
        self.0.iter().copied()
    }

    /// By the singular name of addresses.
    pub fn kind(&self, name: &str) -> Option<&'static dyn Kind> {
        self.iter().find(|kind| kind.info().name == name)
    }

    /// Top-level keys that hold the sections of several kinds.
    pub fn groups(&self) -> Vec<&'static str> {
        let mut groups: Vec<&str> =
            self.iter().filter_map(|kind| Some(kind.info().plural.split_once('.')?.0)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// By the plural of the top level.
    pub fn plural(&self, plural: &str) -> Option<&'static dyn Kind> {
        self.iter().find(|kind| kind.info().plural == plural && kind.inside().is_none())
    }

    /// Every helpdesk that somebody knows the variable of. What the manifest says goes before what is remembered.
    pub fn desks(&self, manifest: &Manifest, records: &BTreeMap<Address, Record>) -> Vec<DeskKey> {
        let none = Manifest::default();
        let mut known: BTreeMap<String, DeskKey> = BTreeMap::new();
        for (manifest, records) in [(&none, records), (manifest, &BTreeMap::new())] {
            let keys = self.iter().flat_map(|kind| kind.desks(manifest, records));
            known.extend(keys.map(|key| (key.desk.clone(), key)));
        }
        known.into_values().collect()
    }

    /// The kinds that are written inside of this one, with where.
    pub fn within(&self, kind: &'static str) -> impl Iterator<Item = (&'static dyn Kind, Inside)> + use<> {
        self.iter().filter_map(move |inner| {
            let inside = inner.inside().filter(|inside| inside.kind == kind)?;
            Some((inner, inside))
        })
    }
}
