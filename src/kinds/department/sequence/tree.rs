//! The tree as it stands in the middle of a plan: who is below whom, and which names and numbers are taken there.

use std::collections::{BTreeMap, BTreeSet};

use super::{CHILDREN, DEPTH, Place, ROOT};

/// Something that only one child of a parent may hold: its name, its name in a language, its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) parent: String,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Name(String),
    Locale(String, String),
    Order(i64),
}

/// The slots that a place holds.
pub(super) fn slots(place: &Place) -> impl Iterator<Item = Slot> + '_ {
    let at = |what| Slot { parent: place.parent.clone(), what };
    let name = at(What::Name(place.name.clone()));
    let locales = place.i18n.iter().map(move |(l, t)| at(What::Locale(l.clone(), t.clone())));
    let order = place.order.map(|n| Slot { parent: place.parent.clone(), what: What::Order(n) });
    std::iter::once(name).chain(locales).chain(order)
}

/// A tree with its indices.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Place>,
    children: BTreeMap<String, BTreeSet<String>>,
    /// Several holders only where the tenant is stranger than its rules.
    holders: BTreeMap<Slot, BTreeSet<String>>,
}

impl Tree {
    pub(super) fn new(nodes: &BTreeMap<String, Place>) -> Self {
        let mut tree = Self::default();
        for (id, place) in nodes {
            tree.put(id, place.clone());
        }
        tree
    }

    pub(super) fn get(&self, id: &str) -> Option<&Place> {
        self.nodes.get(id)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        id == ROOT || self.nodes.contains_key(id)
    }

    pub(super) fn put(&mut self, id: &str, place: Place) {
        self.take(id);
        for slot in slots(&place) {
            self.holders.entry(slot).or_default().insert(id.to_owned());
        }
        self.children.entry(place.parent.clone()).or_default().insert(id.to_owned());
        self.nodes.insert(id.to_owned(), place);
    }

    pub(super) fn take(&mut self, id: &str) -> Option<Place> {
        let place = self.nodes.remove(id)?;
        for slot in slots(&place) {
            if let Some(holders) = self.holders.get_mut(&slot) {
                holders.remove(id);
                if holders.is_empty() {
                    self.holders.remove(&slot);
                }
            }
        }
        if let Some(siblings) = self.children.get_mut(&place.parent) {
            siblings.remove(id);
        }
        Some(place)
    }

    pub(super) fn children(&self, id: &str) -> impl Iterator<Item = &str> {
        self.children.get(id).into_iter().flatten().map(String::as_str)
    }

    pub(super) fn count(&self, id: &str) -> usize {
        self.children.get(id).map_or(0, BTreeSet::len)
    }

    pub(super) fn is_full(&self, id: &str) -> bool {
        self.count(id) >= CHILDREN
    }

    /// Who else holds the slot.
    pub(super) fn holder(&self, slot: &Slot, but: &str) -> Option<&str> {
        self.holders.get(slot)?.iter().map(String::as_str).find(|id| *id != but)
    }

    /// The thing itself and everything above, without the root. Ends in a circle too.
    pub(super) fn chain<'t>(&'t self, id: &'t str) -> impl Iterator<Item = &'t str> {
        let up = |id: &&'t str| self.nodes.get(*id).map(|place| place.parent.as_str());
        let start = self.nodes.contains_key(id).then_some(id);
        std::iter::successors(start, up).take_while(|id| *id != ROOT).take(self.nodes.len() + 1)
    }

    pub(super) fn depth(&self, id: &str) -> usize {
        self.chain(id).count()
    }

    /// The longest way down from a thing to a leaf, both counted.
    pub(super) fn deepest(&self, id: &str) -> Vec<String> {
        let below = self.children(id).map(|child| self.deepest(child)).max_by_key(Vec::len);
        let mut way = vec![id.to_owned()];
        way.extend(below.unwrap_or_default());
        way
    }

    /// Levels that the thing and what is below it take.
    pub(super) fn height(&self, id: &str) -> usize {
        1 + self.children(id).map(|child| self.height(child)).max().unwrap_or(0)
    }

    pub(super) fn is_below(&self, id: &str, above: &str) -> bool {
        self.chain(id).any(|one| one == above)
    }

    pub(super) fn fits_below(&self, id: &str, parent: &str) -> bool {
        self.depth(parent) + self.height(id) <= DEPTH
    }

    /// A number behind all siblings; numbers of siblings that the remote chose are taken to be a thousand apart.
    pub(super) fn free_order(&self, parent: &str, reserved: impl Iterator<Item = i64>) -> i64 {
        let orders: Vec<Option<i64>> =
            self.children(parent).filter_map(|id| self.get(id)).map(|p| p.order).collect();
        let unknown = orders.iter().filter(|order| order.is_none()).count();
        let taken: BTreeSet<i64> = orders.into_iter().flatten().chain(reserved).collect();
        let last = taken.last().copied().unwrap_or(0);
        let step = i64::try_from(unknown).unwrap_or(0).saturating_add(1).saturating_mul(1_000);
        let next = (last / 1_000).saturating_mul(1_000).saturating_add(step);
        if next <= i64::from(i32::MAX) {
            next
        } else {
            // Behind the last there is no room: the first gap from the front.
            (1..).find(|n| !taken.contains(n)).unwrap_or(next)
        }
    }
}
