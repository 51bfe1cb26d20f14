//! Small worlds for the tests of this kind.

use std::collections::BTreeMap;

use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::model::{
    Action, Address, Declared, Departed, FieldChange, Lifecycle, Live, Manifest, Observed, OnRemove, Record,
    Settings, Snapshot, Value, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

pub(super) fn address(key: &str) -> Address {
    Address::new("user", key)
}

/// A reference to a person of the manifest.
pub(super) fn user(key: &str) -> Value {
    Value::address(address(key))
}

pub(super) fn department(key: &str) -> Value {
    Value::address(Address::new("department", key))
}

pub(super) fn declared(key: &str, attributes: &[(&str, Value)]) -> Declared {
    let mut sources = SourceMap::default();
    let span = Span::new(sources.add("t.yaml", ""), 0..0);
    Declared {
        address: address(key),
        span,
        attributes: attributes.iter().map(|(n, v)| ((*n).to_owned(), Wanted::Exactly(v.clone()))).collect(),
        spans: BTreeMap::new(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

pub(super) fn manifest(people: Vec<Declared>) -> Manifest {
    Manifest { things: people.into_iter().map(|p| (p.address.clone(), p)).collect(), ..Manifest::default() }
}

pub(super) fn live_person(id: &str, union_id: &str) -> Live {
    let ids = BTreeMap::from([("union_id".to_owned(), union_id.to_owned())]);
    Live { id: id.to_owned(), ids, ..Live::default() }
}

pub(super) fn live(id: &str, attributes: &[(&str, Value)], facts: &[&str]) -> Live {
    let mut live = live_person(id, &format!("on_{id}"));
    live.attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    live.facts = facts.iter().map(|f| ((*f).to_owned(), Value::Bool(true))).collect();
    live
}

/// What is planned for one person.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) key: &'static str,
    pub(super) action: Action,
    pub(super) wanted: Vec<(&'static str, Value)>,
    pub(super) on_delete: Option<Value>,
    pub(super) on_remove: OnRemove,
    pub(super) record: Option<Record>,
}

pub(super) fn case(key: &'static str, action: Action, wanted: &[(&'static str, Value)]) -> Case {
    let wanted = wanted.to_vec();
    Case { key, action, wanted, on_delete: None, on_remove: OnRemove::Delete, record: None }
}

/// Everything that the steps see beside the cases.
#[derive(Debug, Default)]
pub(super) struct Small {
    pub(super) live: Vec<Live>,
    pub(super) settings: Settings,
    pub(super) departed: BTreeMap<Address, Departed>,
    pub(super) lookups: BTreeMap<crate::model::Lookup, crate::model::Found>,
}

impl Small {
    /// Plans the cases: whoever has a live person of the same id is bound to them.
    pub(super) fn steps(&self, cases: &[Case]) -> Drafts {
        let things: BTreeMap<String, Live> = self.live.iter().map(|l| (l.id.clone(), l.clone())).collect();
        let observed = Observed { things, complete: true, lookups: self.lookups.clone(), ..Observed::default() };
        let snapshot = Snapshot { kinds: BTreeMap::from([("user".to_owned(), observed.into())]), taken: 0 };
        let changes: Vec<ThingChange<'_>> = cases.iter().map(|case| planned(case, &snapshot)).collect();
        let all = changes.iter().map(|c| (c.address.clone(), c.clone())).collect();
        let bound: BTreeMap<Address, String> =
            changes.iter().map(|c| (c.address.clone(), c.address.key().to_owned())).collect();
        let mut addresses: BTreeMap<(String, String), Address> =
            bound.iter().map(|(a, id)| (("user".to_owned(), id.clone()), a.clone())).collect();
        for name in ["a", "b", "c"] {
            addresses.insert(("department".to_owned(), name.to_owned()), Address::new("department", name));
        }
        let work = Work {
            changes: &changes,
            all: &all,
        declared: &BTreeMap::new(),
            snapshot: &snapshot,
            bound: &bound,
            addresses: &addresses,
            settings: &self.settings,
            departed: &self.departed,
            now: 1_000_000_000,
        };
        let mut drafts = Drafts::default();
        super::steps::steps(&work, &mut drafts);
        drafts
    }
}

/// The change of one case; whoever has resigned is not there.
fn planned<'c>(case: &'c Case, snapshot: &'c Snapshot) -> ThingChange<'c> {
    let live = snapshot.live("user", case.key).filter(|l| case.action != Action::Create && !l.fact("resigned"));
    let field = |(name, value): &(&str, Value)| FieldChange {
        name: (*name).to_owned(),
        before: live.and_then(|l| l.attributes.get(*name).cloned()),
        after: value.clone(),
        cause: crate::model::Cause::Config,
    };
    let differs = |f: &FieldChange| f.before.as_ref() != Some(&f.after);
    ThingChange {
        address: address(case.key),
        action: case.action,
        wanted: case.wanted.iter().map(|(n, v)| ((*n).to_owned(), Wanted::Exactly(v.clone()))).collect(),
        live,
        record: case.record.as_ref(),
        fields: case.wanted.iter().map(field).filter(differs).collect(),
        lifecycle: Lifecycle::default(),
        on_remove: case.on_remove,
        on_delete: case.on_delete.clone(),
    }
}
