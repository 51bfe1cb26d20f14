//! Who has which address of the tenant now, who takes one in this plan, and who has to go through an address in
//! between.
//!
//! All kinds of addresses are one namespace. Two things that swap their addresses wait for each other; a thing
//! that changes its address keeps the old one as an alias, so that giving it up takes two calls. Such circles are
//! therefore found here, and not by the planner, whose stand-ins take one.

use std::collections::{BTreeMap, BTreeSet};

use super::{ALIASES, EMAIL, Family, GROUP, MAILBOX, fold, main_of, status};
use crate::base::quoted::Quoted;
use crate::model::{Action, Address, Found, Gap, Value, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

pub(super) const USER: &str = "user";
const PERSONAL: &str = "enterprise_email";

#[derive(Debug, Clone, Copy)]
struct Holder<'w> {
    kind: &'w str,
    id: &'w str,
    alias: bool,
}

/// The addresses of the tenant, as far as they are known.
#[derive(Debug, Default)]
pub(in crate::kinds) struct Book<'w> {
    holders: BTreeMap<String, Holder<'w>>,
    takers: BTreeMap<String, &'w Address>,
    /// Who shall have an address but is not planned now, as it could not be read.
    waiting: BTreeMap<String, &'w Address>,
    parked: BTreeSet<&'w Address>,
}

/// The attribute with the main address.
fn main_attribute(kind: &str) -> Option<&'static str> {
    match kind {
        USER => Some(PERSONAL),
        GROUP | MAILBOX => Some(EMAIL),
        _ => None,
    }
}

/// The main address that a thing gets in this plan, if it gets another.
fn new_main<'c>(change: &'c ThingChange<'_>) -> Option<&'c str> {
    let attribute = main_attribute(change.address.kind())?;
    match change.action {
        Action::Create | Action::Replace => change.after(attribute)?.as_text(),
        Action::Update | Action::Adopt => change.field(attribute)?.after.as_text(),
        Action::Delete | Action::Forget | Action::Keep => None,
    }
}

/// Texts of a set, folded.
pub(in crate::kinds) fn texts(value: Option<&Value>) -> BTreeMap<String, &str> {
    value.into_iter().flat_map(Value::elements).filter_map(|v| v.as_text().map(|t| (fold(t), t))).collect()
}

impl<'w> Book<'w> {
    pub(in crate::kinds) fn of(work: &Work<'w>) -> Self {
        let mut book = Self::default();
        for kind in [USER, MAILBOX, GROUP] {
            for live in work.snapshot.kind(kind).into_iter().flat_map(|seen| seen.things.values()) {
                let main = match kind {
                    USER if live.fact("resigned") => None,
                    USER => live.attributes.get(PERSONAL).and_then(Value::as_text),
                    _ => Some(main_of(live)),
                };
                let holder = |alias| Holder { kind, id: &live.id, alias };
                if let Some(main) = main.filter(|main| !main.is_empty()) {
                    book.holders.insert(fold(main), holder(false));
                }
                for alias in texts(live.attributes.get(ALIASES).filter(|_| kind != USER)).into_keys() {
                    book.holders.insert(alias, holder(true));
                }
            }
        }
        for change in work.all.values() {
            if let Some(main) = new_main(change) {
                book.takers.insert(fold(main), &change.address);
            }
            if change.address.kind() != USER && main_attribute(change.address.kind()).is_some() {
                let before = texts(change.live.and_then(|live| live.attributes.get(ALIASES)));
                let field = change.field(ALIASES).map(|field| &field.after);
                let added = texts(field).into_keys().filter(|alias| !before.contains_key(alias));
                book.takers.extend(added.map(|alias| (alias, &change.address)));
            }
        }
        for thing in work.declared.values().filter(|thing| work.change(&thing.address).is_none()) {
            let Some(main) = main_attribute(thing.address.kind()) else { continue };
            let aliases = thing.value(ALIASES).filter(|_| thing.address.kind() != USER);
            let main = thing.value(main).and_then(Value::as_text).map(fold);
            let wants = main.into_iter().chain(texts(aliases).into_keys());
            book.waiting.extend(wants.map(|mail| (mail, &thing.address)));
        }
        book.find_circles(work);
        book
    }

    /// Follows "takes the main address of" from everybody who gets another one. Of each circle the first that is
    /// no person goes through an address in between.
    fn find_circles(&mut self, work: &Work<'w>) {
        let mut next: BTreeMap<&'w Address, &'w Address> = BTreeMap::new();
        for change in work.all.values().filter(|change| change.live.is_some()) {
            let Some(holder) = new_main(change).and_then(|main| self.holders.get(&fold(main))) else {
                continue;
            };
            if let Some(giver) = work.address_of(holder.kind, holder.id).and_then(|a| work.change(a))
                && !holder.alias
                && giver.address != change.address
                && new_main(giver).is_some()
            {
                next.insert(&change.address, &giver.address);
            }
        }
        let mut done: BTreeSet<&Address> = BTreeSet::new();
        for &start in next.keys() {
            let mut path: Vec<&'w Address> = Vec::new();
            let mut at = Some(start);
            while let Some(address) = at {
                if let Some(first) = path.iter().position(|a| *a == address) {
                    let circle = path.split_off(first);
                    self.parked.extend(circle.into_iter().filter(|a| a.kind() != USER).min());
                    break;
                }
                if !done.insert(address) {
                    break;
                }
                path.push(address);
                at = next.get(address).copied();
            }
        }
    }

    /// Whether it has to go through an address in between.
    pub(in crate::kinds) fn is_parked(&self, address: &Address) -> bool {
        self.parked.contains(address)
    }

    /// What takes an address in this plan, its own aliases included.
    pub(in crate::kinds) fn taker(&self, mail: &str) -> Option<&'w Address> {
        self.takers.get(&fold(mail)).copied()
    }

    /// Whether something else takes the address in this plan.
    pub(in crate::kinds) fn is_taken_over(&self, mail: &str, from: &Address) -> bool {
        self.takers.get(&fold(mail)).is_some_and(|taker| *taker != from)
    }

    /// Whether something else takes the address, in this plan or in the next. Who lets it go for good now, by the
    /// recycle bin or as an alias that nobody takes away, would keep it from whoever waits.
    pub(in crate::kinds) fn is_wanted_elsewhere(&self, mail: &str, from: &Address) -> bool {
        let waits = self.waiting.get(&fold(mail)).is_some_and(|who| *who != from);
        waits || self.is_taken_over(mail, from)
    }

    /// Says so when an address that `change` takes is somebody else's and stays it.
    pub(in crate::kinds) fn must_be_free(
        &self,
        family: &Family,
        work: &Work<'_>,
        change: &ThingChange<'_>,
        attribute: &str,
        mail: &str,
        out: &mut Drafts,
    ) {
        let own = change.live.map(|live| live.id.as_str());
        let kept = match self.holders.get(&fold(mail)) {
            Some(holder) if holder.kind == family.kind && Some(holder.id) == own => return,
            Some(holder) => match kept_by(work, holder, mail) {
                Some(kept) => kept,
                None => return,
            },
            None => {
                let lookup = status::lookup(family.kind, mail);
                let seen = work.snapshot.kind(family.kind);
                let Some(Found::One(word)) = seen.and_then(|seen| seen.lookups.get(&lookup)) else { return };
                let status = status::of(word);
                // Whoever has it may be something that this plan takes it from, had it been read.
                if let Some(gap) = status.kinds.iter().find_map(|kind| unread(work, kind)) {
                    let why =
                        format!("the address {} {}, and not all could be read", Quoted(mail), status.says);
                    let why = crate::kinds::unread::why(&why, Some(gap));
                    return out.block(&change.address, why, gap.remedy.clone());
                }
                (status.says.to_owned(), status.remedy.to_owned())
            }
        };
        let (who, remedy) = kept;
        out.problem(
            &change.address,
            Some(attribute),
            "plan::taken",
            format!("the address {} {who}", Quoted(mail)),
            remedy,
        );
    }
}

/// What of a kind was to be read and was not.
fn unread<'w>(work: &Work<'w>, kind: &str) -> Option<&'w Gap> {
    let seen = work.snapshot.kind(kind)?;
    seen.gaps.first().or_else(|| seen.unknown.values().next())
}

/// Why the holder of an address does not give it up in this plan, and what helps; nothing if it does.
fn kept_by(work: &Work<'_>, holder: &Holder<'_>, mail: &str) -> Option<(String, String)> {
    let Some(address) = work.address_of(holder.kind, holder.id) else {
        let noun = holder.kind.replace('_', " ");
        let alias = if holder.alias { "an alias of " } else { "" };
        return Some((
            format!("is {alias}the {noun} {}, which nobody manages", holder.id),
            format!(
                "choose another, or take that one over with import: {{{}.KEY: {}}}",
                holder.kind, holder.id
            ),
        ));
    };
    let keeps = || (format!("stays with {address}"), format!("choose another, or change {address} first"));
    let change = work.change(address)?;
    match change.action {
        Action::Delete if holder.kind == USER => Some((
            format!("goes into the recycle bin with {address}"),
            format!("give {address} another enterprise_email first, and apply"),
        )),
        Action::Delete => None,
        Action::Update | Action::Adopt if holder.alias => {
            let exact = matches!(change.wanted.get(ALIASES), Some(Wanted::Exactly(_)));
            let stays = !exact || texts(change.after(ALIASES)).contains_key(&fold(mail));
            // Its own alias may become its main address.
            stays.then(keeps)
        }
        Action::Update | Action::Adopt if new_main(change).is_some() => None,
        Action::Create | Action::Replace | Action::Update | Action::Adopt | Action::Forget | Action::Keep => {
            Some(keeps())
        }
    }
}
