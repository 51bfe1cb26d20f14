//! One chat while its steps are made.

use std::collections::{BTreeMap, BTreeSet};

use super::super::identity::{operates, own_app};
use super::super::powers::Powers;
use super::super::spec::{NAME, SELF};
use super::super::wire::{CREATOR, OWNER, TAG};
use super::FILLED;
use crate::kinds::membership::MEMBERS;
use crate::model::{
    Call, Fact, Found, Late, Live, StepDraft, Target, Value, Verb, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

pub(super) struct Scene<'s> {
    pub work: &'s Work<'s>,
    pub change: &'s ThingChange<'s>,
    pub id: Late,
    pub powers: Powers,
    /// Attributes that wait on somebody, and why: who cannot be in a chat yet.
    waits: BTreeMap<String, BTreeSet<String>>,
    /// Whom this plan brings in on the way: their additions give a fact.
    pub coming: BTreeSet<Target>,
}

/// Whether somebody can be a member now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    Ready,
    /// Comes with this very plan, and may have to accept an invitation first.
    New,
    /// Not before somebody acts, with what they have to do.
    Not(&'static str),
}

impl<'s> Scene<'s> {
    pub(super) fn new(work: &'s Work<'s>, change: &'s ThingChange<'s>) -> Self {
        let powers = change.live.map_or(Powers::NEW, Powers::of);
        let id = work.id_of_address(&change.address, "id");
        Self { work, change, id, powers, waits: BTreeMap::new(), coming: BTreeSet::new() }
    }

    pub(super) fn is_new(&self) -> bool {
        self.change.live.is_none()
    }

    pub(super) fn fact(&self, part: &str) -> Fact {
        Fact::Settled(part.to_owned(), self.change.address.clone())
    }

    /// A step on this chat: after it exists, and before it is given away.
    pub(super) fn step(&self, what: impl Into<String>, call: Call) -> StepDraft {
        let address = &self.change.address;
        let call = call.param("chat_id", self.id.clone());
        let step = StepDraft::new(address.clone(), Verb::Update, what, call).gives(self.fact(FILLED));
        if self.is_new() { step.needs(Fact::Exists(address.clone()), "the chat exists") } else { step }
    }

    /// The app that larkctl acts as.
    pub(super) fn own_app(&self) -> Option<&'s str> {
        match self.work.snapshot.kind(NAME)?.lookups.get(&own_app())? {
            Found::One(id) => Some(id),
            Found::None | Found::Many(_) | Found::Unknown(_) => None,
        }
    }

    /// Whether the bot may act as the owner of this chat, because it made it.
    pub(super) fn operates(&self) -> bool {
        let ours = self.change.live.is_none_or(|live| live.ids.get(CREATOR).is_some_and(|who| who == SELF));
        let found = self.work.snapshot.kind(NAME).and_then(|seen| seen.lookups.get(&operates()));
        ours && matches!(found, Some(Found::One(_)))
    }

    /// Both sides of a set of people or apps; nothing where it does not change.
    pub(super) fn sets(&self, attribute: &str) -> Option<Sets<'s>> {
        let field = self.change.field(attribute)?;
        let all = |value: Option<&'s Value>| value.into_iter().flat_map(Value::elements).collect::<BTreeSet<_>>();
        let exact = matches!(self.change.wanted.get(attribute), Some(Wanted::Exactly(_)));
        let before = if self.is_new() { Some(BTreeSet::new()) } else { field.before.as_ref().map(|v| all(Some(v))) };
        let after = all(Some(&field.after));
        Some(Sets { before: before?, after, exact })
    }

    /// A part that the bot may not change, or that could not be read.
    pub(super) fn cannot(&self, out: &mut Drafts, attributes: &[&str], why: &str, remedy: &str) {
        let why = format!("{}: {why}", attributes.join(", "));
        out.unread(&self.change.address, why, Some(remedy.to_owned()));
    }

    /// An attribute that changes although nobody knows from what.
    pub(super) fn unread(&self, attribute: &str, out: &mut Drafts) -> bool {
        let unknown = self.change.field(attribute).is_some_and(|field| field.before.is_none()) && !self.is_new();
        if unknown {
            let live = self.change.live.map(|live| live.id.as_str()).unwrap_or_default();
            let gap = crate::kinds::unread::of(self.work, NAME, live);
            let why = format!("its {attribute} could not be read, so nothing is done about them");
            let remedy = gap.and_then(|gap| gap.remedy.clone());
            out.unread(&self.change.address, crate::kinds::unread::why(&why, gap), remedy);
        }
        unknown
    }

    pub(super) fn readiness(&self, target: &Target) -> Readiness {
        let live = match target {
            Target::Address(address) if self.work.is_new(address) => return Readiness::New,
            Target::Address(address) => self.work.live(address),
            Target::Remote { id, .. } => self.work.snapshot.live("user", id),
            Target::Lookup(_) => None,
        };
        let is = |fact: &str| live.is_some_and(|live| live.fact(fact));
        if is("unjoined") {
            Readiness::Not("has not accepted the invitation yet")
        } else if is("frozen") {
            Readiness::Not("is suspended")
        } else if is("exited") {
            Readiness::Not("has left the company's workspace")
        } else {
            Readiness::Ready
        }
    }

    /// Somebody for whom an attribute waits.
    pub(super) fn wait(&mut self, attribute: &str, who: &Target, why: &str) {
        let said = match who {
            Target::Address(address) => address.to_string(),
            Target::Remote { id, .. } => format!("the user {id}"),
            Target::Lookup(lookup) => lookup.value.clone(),
        };
        self.waits.entry(attribute.to_owned()).or_default().insert(format!("{said} {why}"));
    }

    pub(super) fn finish(&self, out: &mut Drafts) {
        for (attribute, who) in &self.waits {
            let who: Vec<&str> = who.iter().map(String::as_str).collect();
            out.pend(&self.change.address, &[attribute], who.join(", "));
        }
    }

    /// The fact that somebody is in, for those who are to have an office.
    pub(super) fn is_in(&self, who: &Target) -> Fact {
        let name = match who {
            Target::Address(address) => address.to_string(),
            Target::Remote { id, .. } => id.clone(),
            Target::Lookup(lookup) => lookup.value.clone(),
        };
        self.fact(&format!("{name} is in"))
    }

    /// Makes a step wait until these people are in.
    pub(super) fn once_in<'t>(&self, mut step: StepDraft, who: impl IntoIterator<Item = &'t Target>) -> StepDraft {
        for who in who {
            if self.coming.contains(who) {
                step = step.needs(self.is_in(who), "whoever gets an office is a member");
            }
        }
        step
    }

    /// Whose chat it is when it is a department's.
    pub(super) fn department(&self, live: &Live) -> Option<String> {
        let departments = self.work.snapshot.kind("department").into_iter().flat_map(|seen| seen.things.values());
        let mut own = departments.filter(|d| d.facts.get("chat_id").and_then(Value::as_text) == Some(&live.id));
        let known = own.next().map(|department| match self.work.address_of("department", &department.id) {
            Some(address) => address.to_string(),
            None => format!("the department {}", department.id),
        });
        let tagged = live.facts.get(TAG).and_then(Value::as_text) == Some("department");
        known.or_else(|| tagged.then(|| "a department".to_owned()))
    }

    /// The person who owns it now.
    pub(super) fn owner_now(&self) -> Option<Target> {
        let owner = self.change.live?.attributes.get(OWNER)?.as_target()?;
        Some(self.work.managed(owner).map_or_else(|| owner.clone(), |a| Target::Address(a.clone())))
    }

    pub(super) fn manages_members(&self) -> bool {
        self.change.wanted.contains_key(MEMBERS)
    }
}

/// What a set was and will be.
pub(super) struct Sets<'s> {
    pub before: BTreeSet<&'s Value>,
    pub after: BTreeSet<&'s Value>,
    exact: bool,
}

impl<'s> Sets<'s> {
    pub(super) fn entering(&self) -> BTreeSet<&'s Value> {
        self.after.difference(&self.before).copied().collect()
    }

    pub(super) fn leaving(&self) -> BTreeSet<&'s Value> {
        if self.exact { self.before.difference(&self.after).copied().collect() } else { BTreeSet::new() }
    }
}

/// The references among values.
pub(super) fn targets<'v>(values: &BTreeSet<&'v Value>) -> BTreeSet<&'v Target> {
    values.iter().filter_map(|value| value.as_target()).collect()
}
