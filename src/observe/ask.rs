//! What has to be read, derived from manifest and state: [`Asks`].

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, Declared, Departed, Manifest, Record, Target, UseOf, Value};
use crate::resource::kind::own_id;
use crate::resource::{Ask, KindInfo, Naming, Registry, Shape};
use crate::state::Document;

/// How far to look.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// `--target`: these addresses alone, with what they refer to; empty: all.
    pub only: BTreeSet<Address>,
    /// Kinds whose every live thing is to be listed: `--unmanaged`.
    pub everything: BTreeSet<String>,
    /// `--destroy`: whatever is declared leaves too.
    pub destroy: bool,
}

/// One [`Ask`] a kind, for the kinds that have something to be asked.
#[derive(Debug, Clone, Default)]
pub struct Asks(BTreeMap<String, Ask>);

impl Asks {
    /// Derives what to read.
    pub fn new(registry: Registry, manifest: &Manifest, state: &Document, scope: &Scope) -> Self {
        let mut asks = Self::default();
        let kinds: BTreeMap<&str, &'static KindInfo> =
            registry.iter().map(|k| (k.info().name, k.info())).collect();
        for thing in manifest.things.values() {
            let Some(info) = kinds.get(thing.address.kind()) else { continue };
            asks.declare(info, thing, manifest, scope);
        }
        for (address, record) in &state.things {
            // By the address that it has now: a kind binds what is declared to what is recorded.
            let now = moved_to(address, manifest, state);
            let leaving = scope.destroy || !manifest.things.contains_key(now);
            asks.remember(now, record, leaving);
        }
        for (address, departed) in &state.departed {
            asks.depart(address, departed, manifest);
        }
        for (address, unsettled) in &state.unsettled {
            let now = moved_to(address, manifest, state);
            if manifest.things.contains_key(now) {
                asks.kind(now.kind()).unsettled.insert(now.clone(), unsettled.clone());
            }
        }
        for used in manifest.things.values().flat_map(|thing| &thing.uses) {
            asks.refer(&used.to, manifest, state);
        }
        let all = manifest.settings.exclusive.iter().chain(&scope.everything);
        for kind in all.filter(|kind| kinds.contains_key(kind.as_str())) {
            asks.kind(kind).everything = true;
        }
        asks.people(&kinds, manifest, state);
        asks.0.values_mut().for_each(|ask| ask.only.clone_from(&scope.only));
        asks
    }

    /// What is needed to see whether things are still as a plan saw them: those ids and nothing else.
    pub fn again(
        things: impl IntoIterator<Item = (Address, Option<String>)>,
        manifest: &Manifest,
        state: &Document,
        registry: Registry,
    ) -> Self {
        let mut asks = Self::new(registry, manifest, state, &Scope::default());
        for (address, id) in things {
            let ask = asks.kind(address.kind());
            ask.ids.extend(id);
        }
        asks
    }

    /// Hands out what a kind is asked, once.
    pub(super) fn take(&mut self, kind: &str) -> Option<Ask> {
        self.0.remove(kind)
    }

    fn kind(&mut self, kind: &str) -> &mut Ask {
        self.0.entry(kind.to_owned()).or_default()
    }

    fn declare(&mut self, info: &KindInfo, thing: &Declared, manifest: &Manifest, scope: &Scope) {
        let ask = self.kind(info.name);
        if info.naming == Naming::Key {
            ask.ids.insert(own_id(thing));
        }
        if let Some((id, _)) = manifest.import.get(&thing.address) {
            ask.ids.insert(id.clone());
            ask.imports.insert(thing.address.clone(), id.clone());
        }
        if scope.destroy {
            ask.leaving.insert(thing.address.clone());
        }
        ask.declared.push(thing.clone());
    }

    fn remember(&mut self, address: &Address, record: &Record, leaving: bool) {
        let ask = self.kind(address.kind());
        ask.ids.extend(record.id().map(str::to_owned));
        if leaving {
            ask.leaving.insert(address.clone());
        }
        ask.records.insert(address.clone(), record.clone());
        // Heirs must be there when the time comes.
        let mut heirs: Vec<(String, String)> = Vec::new();
        if let Some(on_delete) = &record.on_delete {
            on_delete.each_target(&mut |target| {
                if let Target::Remote { kind, id } = target {
                    heirs.push((kind.clone(), id.clone()));
                }
            });
        }
        for (kind, id) in heirs {
            self.kind(&kind).ids.insert(id);
        }
    }

    fn depart(&mut self, address: &Address, departed: &Departed, manifest: &Manifest) {
        // Only of interest to a thing that is declared again.
        if let Some(ask) = self.0.get_mut(address.kind())
            && manifest.things.contains_key(address)
        {
            ask.departed.insert(address.clone(), departed.clone());
        }
    }

    fn refer(&mut self, to: &UseOf, manifest: &Manifest, state: &Document) {
        match to {
            // What is declared is read anyway.
            UseOf::Address(address) if manifest.things.contains_key(address) => {}
            UseOf::Address(address) => {
                if let Some(id) = state.things.get(address).and_then(Record::id) {
                    self.kind(address.kind()).ids.insert(id.to_owned());
                }
            }
            // Which of them are its own ids a kind knows best.
            UseOf::Lookup(lookup) => drop(self.kind(&lookup.kind).lookups.insert(lookup.clone())),
        }
    }

    /// Rules over people need the people, and the departments below those that are named.
    fn people(&mut self, kinds: &BTreeMap<&str, &'static KindInfo>, manifest: &Manifest, state: &Document) {
        let mut within: BTreeSet<String> = BTreeSet::new();
        let mut all = false;
        for map in manifest.things.values().flat_map(|thing| rules(kinds, thing)) {
            all |= map.contains_key("where");
            if let Some(departments) = map.get("departments") {
                departments.each_target(&mut |target| match target {
                    Target::Address(address) => within.extend(id_of(address, manifest, state)),
                    Target::Remote { id, .. } => drop(within.insert(id.clone())),
                    Target::Lookup(lookup) if lookup.by == "department_id" => {
                        within.insert(lookup.value.clone());
                    }
                    // Which department it is comes to light while reading: all of them are needed.
                    Target::Lookup(_) => all = true,
                });
                all |= departments.elements().any(|d| d.as_text() == Some("root"));
            }
        }
        let leaving = self.0.get("department").map(|ask| ask.leaving.clone()).unwrap_or_default();
        within.extend(leaving.iter().filter_map(|a| id_of(a, manifest, state)));
        if within.is_empty() && !all {
            return;
        }
        for kind in ["department", "user"] {
            let ask = self.kind(kind);
            ask.within.extend(within.iter().cloned());
            ask.everything |= all;
        }
    }
}

/// The member rules of a thing: what is written in an attribute of people as a map.
fn rules<'t>(
    kinds: &BTreeMap<&str, &'static KindInfo>,
    thing: &'t Declared,
) -> impl Iterator<Item = &'t BTreeMap<String, Value>> {
    let info = kinds.get(thing.address.kind()).copied();
    thing.attributes.iter().filter_map(move |(name, wanted)| {
        let shape = &info?.attribute(name)?.shape;
        if matches!(shape, Shape::People { .. }) { wanted.value().as_map() } else { None }
    })
}

/// Where `moved:` says that a recorded thing is, through chains, never onto another that is recorded.
fn moved_to<'m>(address: &'m Address, manifest: &'m Manifest, state: &Document) -> &'m Address {
    let mut now = address;
    // Every entry is taken once at most: a circle ends where it began.
    for _ in 0..manifest.moved.len() {
        match manifest.moved.get(now) {
            Some((to, _)) if to != address && !state.things.contains_key(to) => now = to,
            Some(_) | None => break,
        }
    }
    now
}

fn id_of(address: &Address, manifest: &Manifest, state: &Document) -> Option<String> {
    let recorded = state.things.get(address).and_then(Record::id).map(str::to_owned);
    recorded.or_else(|| manifest.things.get(address).map(own_id))
}
