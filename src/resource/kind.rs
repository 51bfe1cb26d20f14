//! [`Kind`]: what the engine asks of a kind, and nothing more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::schema::{Inside, KindInfo, Naming};
use super::work::{Drafts, Work};
use crate::api::Reader;
use crate::base::diag::Diagnostics;
use crate::model::{
    Address, Declared, Departed, DeskKey, FieldChange, Found, Live, Lookup, Manifest, Observed, OnRemove,
    Presence, Record, Snapshot, Unsettled, Value, Wanted,
};

/// A future of `observe`.
pub type Observing<'o> = Pin<Box<dyn Future<Output = Observed> + Send + 'o>>;

/// One kind of thing.
pub trait Kind: Send + Sync + fmt::Debug {
    fn info(&self) -> &'static KindInfo;

    /// Where it is written, for things inside of things of another kind.
    fn inside(&self) -> Option<Inside> {
        None
    }

    /// What people may look for and will not find, by field, with the reason.
    fn unsupported(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Offline rules that the attribute table cannot say. Runs on a manifest whose shapes are sound.
    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        let _ = (manifest, problems);
    }

    /// Reads what is asked for, with the fewest calls, and says what stayed unknown.
    ///
    /// Live attributes come in the normal form that [`crate::resource::schema`] gives to declared ones, references as
    /// [`crate::model::Target::Remote`] with the id that the referred kind uses as its own.
    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o>;

    /// Which live thing a declared one is. Called when neither the state nor `import:` binds it, or to confirm
    /// what they bind.
    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        identify(self.info(), thing, record, observed)
    }

    /// Whether a live value satisfies a declared one. The default compares normal forms, and of keyed maps and
    /// objects only what is declared.
    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        let _ = attribute;
        satisfied(declared, live)
    }

    /// Brings a declared value into the form that live ones come in, as far as the table cannot say it: Markdown, web
    /// addresses. What is compared, shown and remembered is this form.
    fn normal(&self, attribute: &str, value: Value) -> Value {
        let _ = attribute;
        value
    }

    /// Adds to what is declared what follows from it: an owner is a member too. References stand as the planner names
    /// them, in `live` too, which lacks whoever leaves in this plan.
    fn complete(&self, wanted: &mut BTreeMap<String, Wanted>, live: Option<&BTreeMap<String, Value>>) {
        let _ = (wanted, live);
    }

    /// Scopes that a person must grant before this kind can be managed: those of calls that take a person's token
    /// alone. `larkctl login -f` asks for them; empty for kinds that the app manages by itself.
    fn consent(&self) -> &'static [&'static str] {
        &[]
    }

    /// Who that person must be, in words that follow "a person": `who administers the helpdesk`. Only for kinds with a
    /// [`Self::consent`].
    fn standing(&self) -> &'static str {
        "who may do this in the client"
    }

    /// Helpdesks of which a manifest or records tell where their tokens are.
    fn desks(&self, manifest: &Manifest, records: &BTreeMap<Address, Record>) -> Vec<DeskKey> {
        let _ = (manifest, records);
        Vec::new()
    }

    /// Which live thing is meant by a record without an id: the answer to its creation held none. Asked when nothing
    /// declares the thing any more, so that it can be taken away all the same.
    fn recall(&self, address: &Address, record: &Record, observed: &Observed) -> Identity {
        let _ = (address, record, observed);
        Identity::Absent
    }

    /// What becomes of a thing that is declared no longer, where nothing is written.
    fn when_removed(&self) -> OnRemove {
        OnRemove::Delete
    }

    /// Proposes the calls for the changes of this kind.
    fn steps(&self, work: &Work<'_>, out: &mut Drafts);
}

/// What `observe` is asked for.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Ids to fetch: recorded ones, those that references name, those that keys will be.
    pub ids: BTreeSet<String>,
    /// What `import:` says of them: which live thing they are to be.
    pub imports: BTreeMap<Address, String>,
    /// What is declared of this kind, for natural keys.
    pub declared: Vec<Declared>,
    pub records: BTreeMap<Address, Record>,
    pub lookups: BTreeSet<Lookup>,
    /// What larkctl deleted and may call back.
    pub departed: BTreeMap<Address, Departed>,
    /// Creations of what is declared whose outcome an earlier run did not learn.
    pub unsettled: BTreeMap<Address, Unsettled>,
    /// Everything of the kind is needed: `exclusive`, `--unmanaged`, rules over all people.
    pub everything: bool,
    /// Addresses that are in the state and no longer declared: what is needed to delete them well.
    pub leaving: BTreeSet<Address>,
    /// For users: live departments whose people are needed, with their subtrees.
    pub within: BTreeSet<String>,
    /// `--target`: look at these alone; empty: all.
    pub only: BTreeSet<Address>,
}

/// What `observe` may use.
#[derive(Debug)]
pub struct Context<'c> {
    pub reader: &'c Reader,
    /// Kinds of [`KindInfo::observe_after`], already read.
    pub earlier: &'c Snapshot,
    /// Granted scopes; `None` when they could not be read.
    pub scopes: Option<&'c BTreeSet<String>>,
}

impl Context<'_> {
    /// Whether the app holds one of these scopes; `true` when it cannot be known or none is needed.
    pub fn grants(&self, any: &[&str]) -> bool {
        any.is_empty() || self.scopes.is_none_or(|held| any.iter().any(|scope| held.contains(*scope)))
    }
}

/// Which live thing a declared one is.
#[derive(Debug, Clone, PartialEq)]
pub enum Identity {
    /// This one, by the kind's own id.
    Bound(String),
    /// None: it is to be created.
    Absent,
    /// It cannot be known now; nothing is planned on its strength.
    Unknown { why: String, remedy: Option<String> },
    /// Several could be it, or one that is not what it was: a person decides.
    Unclear { why: String, remedy: String },
}

/// The default identity: recorded id, then key or natural attribute.
pub fn identify(info: &KindInfo, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    let by_id = |id: &str| match observed.presence(id) {
        Presence::Present(live) => Identity::Bound(live.id.clone()),
        Presence::Absent => Identity::Absent,
        Presence::Unknown(gap) => Identity::Unknown {
            why: gap.map_or_else(|| format!("{id} could not be read"), |g| g.why.clone()),
            remedy: gap.and_then(|g| g.remedy.clone()),
        },
    };
    if let Some(id) = record.and_then(Record::id) {
        match by_id(id) {
            Identity::Absent => {}
            known => return known,
        }
    }
    match info.naming {
        Naming::Key => by_id(&own_id(thing)),
        Naming::RecordedOnly | Naming::Own(_) => Identity::Absent,
        Naming::Attribute(attribute) => by_attribute(attribute, thing, observed),
    }
}

/// The id that a thing of [`Naming::Key`] has or will have: `id:` where written, else its key.
pub fn own_id(thing: &Declared) -> String {
    let written = thing.value("id").and_then(Value::as_text);
    written.unwrap_or_else(|| thing.address.key()).to_owned()
}

fn by_attribute(attribute: &str, thing: &Declared, observed: &Observed) -> Identity {
    let Some(wanted) = thing.value(attribute) else { return Identity::Absent };
    let mut same = observed.things.values().filter(|live| live.attributes.get(attribute) == Some(wanted));
    match (same.next(), same.next()) {
        (Some(one), None) => Identity::Bound(one.id.clone()),
        (Some(one), Some(two)) => Identity::Unclear {
            why: format!("{} and {} both have this {attribute}", one.id, two.id),
            remedy: format!("say which one: import: {{{}: ID}}", thing.address),
        },
        (None, _) if observed.complete => Identity::Absent,
        (None, _) => Identity::Unknown {
            why: observed.gaps.first().map_or_else(
                || "the list could not be read completely".to_owned(),
                |gap| format!("{}: {}", gap.what, gap.why),
            ),
            remedy: observed.gaps.first().and_then(|gap| gap.remedy.clone()),
        },
    }
}

/// The default comparison.
pub fn satisfied(declared: &Wanted, live: &Value) -> bool {
    match declared {
        Wanted::Exactly(value) => fits(value, live),
        Wanted::AtLeast(value) => value.elements().all(|e| live.elements().any(|l| l == e)),
    }
}

fn fits(declared: &Value, live: &Value) -> bool {
    match (declared, live) {
        (Value::Map(want), Value::Map(have)) => {
            want.iter().all(|(key, value)| fits(value, have.get(key).unwrap_or(&Value::Null)))
        }
        (Value::Map(want), Value::Null) => want.values().all(Value::is_null),
        (want, have) => want == have,
    }
}

/// What a look-up finds among live things by an attribute of theirs.
pub fn found_by(observed: &Observed, mut is_it: impl FnMut(&Live) -> bool) -> Found {
    let ids: Vec<String> = observed.things.values().filter(|l| is_it(l)).map(|l| l.id.clone()).collect();
    match ids.as_slice() {
        [] if observed.complete => Found::None,
        [] => Found::Unknown(observed.gaps.first().cloned().unwrap_or_else(|| crate::model::Gap {
            what: "the list".to_owned(),
            why: "it could not be read completely".to_owned(),
            remedy: None,
        })),
        [one] => Found::One(one.clone()),
        _ => Found::Many(ids),
    }
}

/// A change of this attribute, if there is one.
pub fn field<'f>(fields: &'f [FieldChange], name: &str) -> Option<&'f FieldChange> {
    fields.iter().find(|field| field.name == name)
}
