//! What a kind plans with ([`Work`]) and what it proposes ([`Drafts`]).

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::model::{
    Action, Address, Declared, Departed, FieldChange, Late, LateId, Lifecycle, Live, OnRemove, Pending,
    Record, Settings, Snapshot, StepDraft, Target, Value, Wanted,
};

/// What the planner decided for one address, before there are steps.
#[derive(Debug, Clone)]
pub struct ThingChange<'w> {
    pub address: Address,
    pub action: Action,
    /// Declared attributes, references resolved to [`Target::Address`] or [`Target::Remote`]. Empty for what leaves.
    pub wanted: BTreeMap<String, Wanted>,
    pub live: Option<&'w Live>,
    pub record: Option<&'w Record>,
    /// What differs; for a creation every declared attribute.
    pub fields: Vec<FieldChange>,
    pub lifecycle: Lifecycle,
    /// What taking it away means, for [`Action::Delete`]: from YAML or remembered.
    pub on_remove: OnRemove,
    /// Who inherits, resolved: from YAML or remembered.
    pub on_delete: Option<Value>,
}

/// Everything that a kind may look at.
#[derive(Debug)]
pub struct Work<'w> {
    /// The changes of this kind, [`Action::Keep`] included, by address.
    pub changes: &'w [ThingChange<'w>],
    /// The changes of all kinds.
    pub all: &'w BTreeMap<Address, ThingChange<'w>>,
    /// What the YAML says, references unresolved: of what this plan leaves alone or has to leave, too.
    pub declared: &'w BTreeMap<Address, Declared>,
    pub snapshot: &'w Snapshot,
    /// Which live id an address is bound to, for everything declared or recorded.
    pub bound: &'w BTreeMap<Address, String>,
    /// The other way: kind and live id to address.
    pub addresses: &'w BTreeMap<(String, String), Address>,
    pub settings: &'w Settings,
    /// What larkctl deleted and may call back.
    pub departed: &'w BTreeMap<Address, Departed>,
    /// Seconds since 1970 by the tenant's clock.
    pub now: i64,
}

impl<'w> Work<'w> {
    pub fn change(&self, address: &Address) -> Option<&'w ThingChange<'w>> {
        self.all.get(address)
    }

    /// The live thing that an address is bound to.
    pub fn live(&self, address: &Address) -> Option<&'w Live> {
        self.change(address).and_then(|change| change.live)
    }

    /// The address that manages a live thing.
    pub fn address_of(&self, kind: &str, id: &str) -> Option<&'w Address> {
        self.addresses.get(&(kind.to_owned(), id.to_owned()))
    }

    /// The address that manages what a reference points at, if any does.
    pub fn managed<'t>(&self, target: &'t Target) -> Option<&'t Address>
    where
        'w: 't,
    {
        match target {
            Target::Address(address) => Some(address),
            Target::Remote { kind, id } => self.address_of(kind, id),
            Target::Lookup(_) => None,
        }
    }

    /// Whether this plan creates the thing, so that steps on it must wait.
    pub fn is_new(&self, address: &Address) -> bool {
        self.change(address).is_some_and(|c| matches!(c.action, Action::Create | Action::Replace))
    }

    /// One of the ids of what a reference points at: known, or open until its step has run.
    ///
    /// `id` is the kind's own id. A thing whose own id we choose is known before it exists.
    pub fn id_of(&self, target: &Target, id: &str) -> Late {
        match target {
            Target::Remote { kind, id: own } => {
                let other = || self.snapshot.live(kind, own).and_then(|live| live.ids.get(id)).cloned();
                Late::Known(if id == "id" { own.clone() } else { other().unwrap_or_else(|| own.clone()) })
            }
            Target::Address(address) => self.id_of_address(address, id),
            // Resolution leaves none of these.
            Target::Lookup(lookup) => Late::Known(lookup.value.clone()),
        }
    }

    pub fn id_of_address(&self, address: &Address, id: &str) -> Late {
        let change = self.change(address);
        if change.is_none_or(|c| c.action != Action::Replace)
            && let Some(live) = change.and_then(|c| c.live)
        {
            if id == "id" {
                return Late::Known(live.id.clone());
            }
            if let Some(known) = live.ids.get(id) {
                return Late::Known(known.clone());
            }
        }
        if id == "id"
            && let Some(own) = self.bound.get(address)
        {
            return Late::Known(own.clone());
        }
        Late::Id { late: LateId { address: address.clone(), id: id.to_owned(), form: None } }
    }

    /// The same as JSON for a body.
    pub fn json_id(&self, target: &Target, id: &str) -> Json {
        late_json(self.id_of(target, id), None)
    }

    /// The same, written as a number.
    pub fn json_int_id(&self, target: &Target, id: &str) -> Json {
        late_json(self.id_of(target, id), Some("int"))
    }
}

fn late_json(late: Late, form: Option<&str>) -> Json {
    match late {
        Late::Known(id) if form == Some("int") => id.parse::<i64>().map_or(Json::String(id), |n| json!(n)),
        Late::Known(id) => Json::String(id),
        Late::Id { mut late } => {
            late.form = form.map(str::to_owned);
            json!({ "$late": late })
        }
    }
}

impl ThingChange<'_> {
    /// The wanted value of an attribute in full: `at_least` already joined with what is live, where it changes.
    pub fn after(&self, attribute: &str) -> Option<&Value> {
        self.field(attribute).map(|f| &f.after).or_else(|| self.wanted.get(attribute).map(Wanted::value))
    }

    pub fn field(&self, attribute: &str) -> Option<&FieldChange> {
        self.fields.iter().find(|field| field.name == attribute)
    }

    pub fn changes(&self, attribute: &str) -> bool {
        self.field(attribute).is_some()
    }
}

/// What a kind proposes.
#[derive(Debug, Default)]
pub struct Drafts {
    pub steps: Vec<StepDraft>,
    pub pending: Vec<(Address, Pending)>,
    /// What a change drags along, said with it: `3 people leave it`.
    pub notes: Vec<(Address, String)>,
    /// What cannot be done, and what to do instead. The plan is not applied while there is one.
    pub problems: Vec<Problem>,
    /// What is not planned because something that it rests on could not be read: address, reason, remedy. The rest
    /// of the plan is made as if nothing were to become of it.
    pub blocked: Vec<(Address, String, Option<String>)>,
    /// What is not deleted without being asked for twice: address, the guard's name, reason. `--allow-destroy` lets it
    /// through.
    pub guards: Vec<(Address, &'static str, String)>,
    /// The same as `blocked` of a part of a thing; the rest of the thing is planned.
    pub unread: Vec<(Address, String, Option<String>)>,
}

/// A reason why the plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub address: Address,
    /// The attribute whose place in the YAML is shown.
    pub attribute: Option<String>,
    /// Stable: `plan::not_empty`.
    pub code: &'static str,
    pub why: String,
    pub remedy: String,
}

impl Drafts {
    pub fn step(&mut self, step: StepDraft) {
        self.steps.push(step);
    }

    pub fn pend(&mut self, address: &Address, attributes: &[&str], reason: impl Into<String>) {
        let attributes = attributes.iter().map(|&a| a.to_owned()).collect();
        self.pending.push((address.clone(), Pending { attributes, reason: reason.into() }));
    }

    pub fn note(&mut self, address: &Address, text: impl Into<String>) {
        self.notes.push((address.clone(), text.into()));
    }

    pub fn block(&mut self, address: &Address, why: impl Into<String>, remedy: Option<String>) {
        self.blocked.push((address.clone(), why.into(), remedy));
    }

    /// A deletion that somebody may not have meant.
    pub fn guard(&mut self, address: &Address, guard: &'static str, why: impl Into<String>) {
        self.guards.push((address.clone(), guard, why.into()));
    }

    pub fn unread(&mut self, address: &Address, why: impl Into<String>, remedy: Option<String>) {
        self.unread.push((address.clone(), why.into(), remedy));
    }

    pub fn problem(
        &mut self,
        address: &Address,
        attribute: Option<&str>,
        code: &'static str,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.problems.push(Problem {
            address: address.clone(),
            attribute: attribute.map(str::to_owned),
            code,
            why: why.into(),
            remedy: remedy.into(),
        });
    }
}
