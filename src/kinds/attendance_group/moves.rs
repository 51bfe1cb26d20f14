//! Everybody is in one group at most: who leaves which group before joining another.
//!
//! A group that takes somebody from another one waits until that one has let go. One that both lets go and takes lets go
//! in a call of its own first, so that no circle can arise: letting go waits for nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{after, before};
use super::spec::{MEMBERS, TAKE_OVER};
use crate::kinds::attendance::GROUP;
use crate::model::{Action, Address, Fact, Live, Target, Value};
use crate::resource::{Drafts, ThingChange, Work};

/// What this plan does to who is where.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// By address: whom it lets go, to another group of this plan.
    pub leaving: BTreeMap<Address, BTreeSet<Target>>,
    /// By address: from which groups of this plan it takes somebody.
    pub from: BTreeMap<Address, BTreeSet<Address>>,
    /// By address: whom another group of this plan wants, so that they must not be written here.
    pub elsewhere: BTreeMap<Address, BTreeSet<Target>>,
}

/// A group has let go of whoever goes to another.
pub(super) fn let_go(address: &Address) -> Fact {
    Fact::Settled("let go".to_owned(), address.clone())
}

impl Moves {
    pub(super) fn of(work: &Work<'_>, out: &mut Drafts) -> Self {
        let mut moves = Self::default();
        let staying = |change: &&ThingChange<'_>| !matches!(change.action, Action::Delete | Action::Forget);
        let wanted: Vec<(&ThingChange<'_>, BTreeSet<Target>)> =
            work.changes.iter().filter(staying).map(|change| (change, after(work, change))).collect();
        let mut owners: BTreeMap<&Target, &ThingChange<'_>> = BTreeMap::new();
        for (change, targets) in &wanted {
            // What is only live and declared elsewhere is no wish of this group.
            for target in targets.iter().filter(|target| declares(change, target)) {
                match owners.get(target) {
                    Some(first) if first.address != change.address => twice(target, first, change, out),
                    _ => drop(owners.insert(target, change)),
                }
            }
        }
        for (change, targets) in &wanted {
            let not_mine = |target: &&Target| owners.get(*target).is_some_and(|owner| owner.address != change.address);
            moves.elsewhere.insert(change.address.clone(), targets.iter().filter(not_mine).cloned().collect());
        }
        for live in work.snapshot.kind(GROUP).into_iter().flat_map(|groups| groups.things.values()) {
            moves.look(work, live, &owners, out);
        }
        moves
    }

    /// Whom a live group has that another one wants.
    fn look(&mut self, work: &Work<'_>, live: &Live, owners: &BTreeMap<&Target, &ThingChange<'_>>, out: &mut Drafts) {
        let address = work.address_of(GROUP, &live.id);
        let change = address.and_then(|address| work.change(address));
        for target in before(work, live) {
            let Some(owner) = owners.get(&target).filter(|owner| Some(&owner.address) != address) else { continue };
            let takes_over = owner.after(TAKE_OVER).or_else(|| owner.live?.attributes.get(TAKE_OVER));
            let takes_over = takes_over.and_then(Value::as_bool) == Some(true);
            let name = live.attributes.get("name").and_then(Value::as_text).unwrap_or_default();
            match change {
                Some(holder) if writes(holder) => {
                    self.leaving.entry(holder.address.clone()).or_default().insert(target.clone());
                    self.from.entry(owner.address.clone()).or_default().insert(holder.address.clone());
                }
                _ if takes_over => {
                    out.note(&owner.address, format!("it takes {} out of {name} ({})", said(&target), live.id));
                }
                _ => out.problem(
                    &owner.address,
                    Some(MEMBERS),
                    "plan::taken",
                    format!("{} is in {name} ({}), and everybody is in one attendance group", said(&target), live.id),
                    "take them out there first, or write `take_over: true`",
                ),
            }
        }
    }
}

/// Whether the plan writes the group or deletes it.
fn writes(change: &ThingChange<'_>) -> bool {
    match change.action {
        Action::Delete => true,
        Action::Update | Action::Adopt => !change.fields.is_empty(),
        Action::Create | Action::Replace | Action::Forget | Action::Keep => false,
    }
}

fn declares(change: &ThingChange<'_>, target: &Target) -> bool {
    super::people::EXCLUSIVE.iter().any(|attribute| {
        let wanted = change.wanted.get(*attribute).map(crate::model::Wanted::value);
        wanted.is_some_and(|value| value.elements().any(|v| v.as_target() == Some(target)))
    })
}

fn twice(target: &Target, first: &ThingChange<'_>, second: &ThingChange<'_>, out: &mut Drafts) {
    out.problem(
        &second.address,
        Some(MEMBERS),
        "plan::taken",
        format!("{} is in {} too, and everybody is in one attendance group", said(target), first.address),
        "take them out of one of the two",
    );
}

fn said(target: &Target) -> String {
    match target {
        Target::Address(address) => address.to_string(),
        Target::Remote { kind, id } => format!("the {kind} {id}"),
        Target::Lookup(lookup) => lookup.value.clone(),
    }
}
