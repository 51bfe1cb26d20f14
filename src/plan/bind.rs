//! Who is who: every address that is declared or recorded, and the live thing that it is.
//!
//! Binds by `moved:`, `import:`, the state, and [`Kind::identify`](crate::resource::Kind::identify). What could
//! not be read is [`Standing::Unknown`], never absent. Two addresses for one live thing are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::input::Input;
use super::moves;
use super::trouble::{Trouble, Troubles};
use crate::model::{Address, Declared, Found, Live, Observed, Presence, Record, Target, Value};
use crate::resource::kind::own_id;
use crate::resource::{Identity, Kind, Naming};

/// A kind that nobody read: all of it is unknown.
static UNREAD: LazyLock<Observed> = LazyLock::new(Observed::default);

/// What is known of the live side of an address.
#[derive(Debug, Clone)]
pub(super) enum Standing<'i> {
    Live(&'i Live),
    Absent,
    Unknown {
        why: String,
        remedy: Option<String>,
    },
    /// A problem was said; nothing can follow from it.
    Unclear,
}

/// One address.
#[derive(Debug, Clone)]
pub(super) struct Subject<'i> {
    pub(super) kind: &'static dyn Kind,
    pub(super) declared: Option<&'i Declared>,
    pub(super) record: Option<&'i Record>,
    /// Where it was recorded before it moved.
    pub(super) previous: Option<Address>,
    pub(super) standing: Standing<'i>,
}

impl<'i> Subject<'i> {
    pub(super) fn live(&self) -> Option<&'i Live> {
        match self.standing {
            Standing::Live(live) => Some(live),
            Standing::Absent | Standing::Unknown { .. } | Standing::Unclear => None,
        }
    }
}

/// All addresses and their live things.
#[derive(Debug, Default)]
pub(super) struct Bound<'i> {
    pub(super) subjects: BTreeMap<Address, Subject<'i>>,
    /// Ids by address; of things that are to be created too, where we choose the id.
    pub(super) ids: BTreeMap<Address, String>,
    /// Kind and live id to address.
    pub(super) addresses: BTreeMap<(String, String), Address>,
    /// From old to new.
    pub(super) moved: BTreeMap<Address, Address>,
}

impl Bound<'_> {
    /// The name that a target has in this plan: an address wherever one manages it.
    pub(super) fn name(&self, target: &Target) -> Target {
        match target {
            Target::Remote { kind, id } => match self.addresses.get(&(kind.clone(), id.clone())) {
                Some(address) => Target::Address(address.clone()),
                None => target.clone(),
            },
            Target::Address(address) => Target::Address(self.moved.get(address).unwrap_or(address).clone()),
            Target::Lookup(_) => target.clone(),
        }
    }

    /// A value with every target under its name in this plan.
    pub(super) fn canonical(&self, value: &Value) -> Value {
        value.map_targets(&mut |target| self.name(target))
    }

    /// The form for the state: live ids, which outlive addresses.
    pub(super) fn by_id(&self, value: &Value) -> Value {
        value.map_targets(&mut |target| match target {
            Target::Address(address) => match self.ids.get(address) {
                Some(id) => Target::Remote { kind: address.kind().to_owned(), id: id.clone() },
                None => target.clone(),
            },
            Target::Remote { .. } | Target::Lookup(_) => target.clone(),
        })
    }

    /// Why nothing can be said of an address, if so.
    pub(super) fn unknown(&self, address: &Address) -> Option<(&str, Option<&str>)> {
        match &self.subjects.get(address)?.standing {
            Standing::Unknown { why, remedy } => Some((why, remedy.as_deref())),
            Standing::Live(_) | Standing::Absent | Standing::Unclear => None,
        }
    }
}

/// Kind and live id of what is recorded under an address that is still declared.
type Held<'h> = BTreeSet<(&'h str, &'h str)>;

/// The live things that nobody holds.
fn without(observed: &Observed, kind: &str, held: &Held<'_>) -> Observed {
    let mut free = observed.clone();
    free.things.retain(|id, _| !held.contains(&(kind, id.as_str())));
    free
}

/// Live state of a kind; all unknown when it was not read.
pub(super) fn observed<'i>(input: &Input<'i>, kind: &str) -> &'i Observed {
    input.snapshot.kind(kind).unwrap_or(&UNREAD)
}

pub(super) fn bind<'i>(input: &Input<'i>, troubles: &mut Troubles<'i>) -> Bound<'i> {
    let mut bound = Bound::default();
    let (mut records, mut previous) = moves::follow(input, troubles);
    let mut standings: BTreeMap<&'i Address, Standing<'i>> = BTreeMap::new();
    let still_declared = records.iter().filter(|(address, _)| input.manifest.things.contains_key(*address));
    let held: Held<'_> =
        still_declared.filter_map(|(address, record)| Some((address.kind(), record.id()?))).collect();
    // What is inside of something may be told by what it refers to, which is to be known by then.
    let (outer, inner): (Vec<_>, Vec<_>) =
        input.manifest.things.iter().partition(|(address, _)| address.holder().is_none());
    for (address, thing) in outer {
        let Some(kind) = input.registry.kind(address.kind()) else { continue };
        let standing = declared(input, kind, thing, records.get(address).copied(), &held, troubles);
        standings.insert(address, standing);
    }
    for (address, thing) in inner {
        let Some(kind) = input.registry.kind(address.kind()) else { continue };
        let mut named = Named { input, standings: &standings, unsure: None };
        let known = named.thing(kind, thing);
        let unsure = named.unsure;
        let standing = declared(input, kind, &known, records.get(address).copied(), &held, troubles);
        let standing = match (standing, unsure) {
            (Standing::Absent, Some((why, remedy))) => Standing::Unknown { why, remedy },
            (standing, _) => standing,
        };
        standings.insert(address, standing);
    }
    drop(held);
    moves::infer(input, &standings, &mut records, &mut previous);
    for (old, new) in previous.iter().map(|(new, old)| (old, new)) {
        bound.moved.insert(old.clone(), new.clone());
    }
    let addresses: BTreeSet<&Address> = records.keys().chain(input.manifest.things.keys()).collect();
    for address in addresses {
        let Some(kind) = input.registry.kind(address.kind()) else {
            troubles.add(
                address,
                None,
                Trouble {
                    code: "plan::unknown_kind",
                    summary: "the state holds a kind that this larkctl does not know",
                    why: format!("{address} is recorded, and there is no kind {:?}", address.kind()),
                    remedy: format!("use a newer larkctl, or take it out: larkctl state rm {address}"),
                },
            );
            continue;
        };
        let record = records.get(address).copied();
        let declared = input.manifest.things.get(address);
        let standing = match standings.remove(address) {
            Some(standing) => standing,
            None => recorded(input, kind, address, record, troubles),
        };
        let subject = Subject { kind, declared, record, previous: previous.get(address).cloned(), standing };
        bound.enter(address, subject, troubles);
    }
    bound
}

impl<'i> Bound<'i> {
    fn enter(&mut self, address: &Address, subject: Subject<'i>, troubles: &mut Troubles<'i>) {
        let id = match (&subject.standing, subject.declared) {
            (Standing::Live(live), _) => Some(live.id.clone()),
            (Standing::Unknown { .. }, _) => subject.record.and_then(Record::id).map(str::to_owned),
            // We choose it, so it is known before the thing is there; but it names nothing live.
            (Standing::Absent, Some(thing)) if subject.kind.info().naming == Naming::Key => {
                self.ids.insert(address.clone(), own_id(thing));
                None
            }
            (Standing::Absent | Standing::Unclear, _) => None,
        };
        if let Some(id) = id {
            let live = (address.kind().to_owned(), id.clone());
            if let Some(first) = self.addresses.get(&live) {
                let place = super::trouble::place(troubles.manifest(), address, None);
                troubles.add_at(
                    address,
                    place,
                    &[first],
                    Trouble {
                        code: "plan::one_thing_twice",
                        summary: "two addresses are one live thing",
                        why: format!("{first} and {address} are both the live {} {id}", address.kind()),
                        remedy: format!(
                            "declare it once; if it was renamed, write moved: [{{from: {first}, to: {address}}}]"
                        ),
                    },
                );
            } else {
                self.addresses.insert(live, address.clone());
            }
            self.ids.insert(address.clone(), id);
        }
        self.subjects.insert(address.clone(), subject);
    }
}

/// Puts live things in the place of those that name them, as far as they are known.
struct Named<'n, 'i> {
    input: &'n Input<'i>,
    standings: &'n BTreeMap<&'i Address, Standing<'i>>,
    /// Why it is not known what the natural key is, if so.
    unsure: Option<(String, Option<String>)>,
}

impl Named<'_, '_> {
    fn thing(&mut self, kind: &'static dyn Kind, thing: &Declared) -> Declared {
        let mut known = thing.clone();
        let natural = match kind.info().naming {
            Naming::Attribute(name) => Some(name),
            Naming::Key | Naming::RecordedOnly | Naming::Own(_) => None,
        };
        for (name, wanted) in &mut known.attributes {
            let telling = natural == Some(name.as_str());
            let value = wanted.value().map_targets(&mut |target| self.target(target, telling));
            *wanted = super::resolve::with(wanted, value);
        }
        known
    }

    fn target(&mut self, target: &Target, telling: bool) -> Target {
        let remote = |kind: &str, id: &str| Target::Remote { kind: kind.to_owned(), id: id.to_owned() };
        match target {
            Target::Remote { .. } => target.clone(),
            Target::Address(address) => match self.standings.get(address) {
                Some(Standing::Live(live)) => remote(address.kind(), &live.id),
                Some(Standing::Unknown { why, remedy }) => {
                    if telling {
                        self.unsure = Some((format!("{address}: {why}"), remedy.clone()));
                    }
                    target.clone()
                }
                Some(Standing::Absent | Standing::Unclear) | None => target.clone(),
            },
            Target::Lookup(lookup) => match observed(self.input, &lookup.kind).lookups.get(lookup) {
                Some(Found::One(id)) => remote(&lookup.kind, id),
                Some(Found::Unknown(gap)) => {
                    if telling {
                        self.unsure = Some((format!("{}: {}", gap.what, gap.why), gap.remedy.clone()));
                    }
                    target.clone()
                }
                // That there is none, or several, is told where references are resolved.
                Some(Found::None | Found::Many(_)) | None => target.clone(),
            },
        }
    }
}

/// Where something stands that is recorded and declared no longer.
fn recorded<'i>(
    input: &Input<'i>,
    kind: &'static dyn Kind,
    address: &Address,
    record: Option<&'i Record>,
    troubles: &mut Troubles<'i>,
) -> Standing<'i> {
    let observed = observed(input, address.kind());
    let Some(record) = record else { return Standing::Absent };
    match record.id() {
        Some(id) => by_id(observed, id),
        None => identified(kind.recall(address, record, observed), observed, address, troubles),
    }
}

fn by_id<'i>(observed: &'i Observed, id: &str) -> Standing<'i> {
    match observed.presence(id) {
        Presence::Present(live) => Standing::Live(live),
        Presence::Absent => Standing::Absent,
        Presence::Unknown(gap) => Standing::Unknown {
            why: gap.map_or_else(|| format!("{id} could not be read"), |g| format!("{}: {}", g.what, g.why)),
            remedy: gap.and_then(|g| g.remedy.clone()),
        },
    }
}

fn declared<'i>(
    input: &Input<'i>,
    kind: &'static dyn Kind,
    thing: &Declared,
    record: Option<&'i Record>,
    held: &Held<'_>,
    troubles: &mut Troubles<'i>,
) -> Standing<'i> {
    let observed = observed(input, thing.address.kind());
    if let Some((id, span)) = input.manifest.import.get(&thing.address) {
        let mut refuse = |code, summary, why: String, remedy: String| {
            troubles.add_at(&thing.address, Some(*span), &[], Trouble { code, summary, why, remedy });
            Standing::Unclear
        };
        match record.and_then(Record::id) {
            Some(known) if known != id => {
                return refuse(
                    "plan::import_of_a_managed_thing",
                    "it is bound to another live thing",
                    format!("the state says that {} is {known}, import: says {id}", thing.address),
                    format!("drop the import, or first: larkctl state rm {}", thing.address),
                );
            }
            Some(_) => {}
            None => {
                return match by_id(observed, id) {
                    Standing::Absent => refuse(
                        "plan::import_of_nothing",
                        "there is nothing to import",
                        format!("no {} has the id {id}", thing.address.kind()),
                        "check the id, and that the app may see the thing".to_owned(),
                    ),
                    found => found,
                };
            }
        }
    }
    let identity = match kind.identify(thing, record, observed) {
        // Found by its name, but another address is known to be it and gives the name up in this plan.
        Identity::Bound(id)
            if record.and_then(Record::id) != Some(id.as_str())
                && held.contains(&(thing.address.kind(), id.as_str())) =>
        {
            kind.identify(thing, record, &without(observed, thing.address.kind(), held))
        }
        identity => identity,
    };
    identified(identity, observed, &thing.address, troubles)
}

fn identified<'i>(
    identity: Identity,
    observed: &'i Observed,
    address: &Address,
    troubles: &mut Troubles<'i>,
) -> Standing<'i> {
    match identity {
        Identity::Bound(id) => by_id(observed, &id),
        Identity::Absent => Standing::Absent,
        Identity::Unknown { why, remedy } => Standing::Unknown { why, remedy },
        Identity::Unclear { why, remedy } => {
            let trouble = Trouble {
                code: "plan::unclear",
                summary: "it is unclear which live thing is meant",
                why,
                remedy,
            };
            troubles.add(address, None, trouble);
            Standing::Unclear
        }
    }
}
