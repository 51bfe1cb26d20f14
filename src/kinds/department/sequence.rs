//! In which order the tree of departments is rebuilt so that no call is refused on the way.
//!
//! Pure. The live tree and the wanted one go in, calls come out. The tree is simulated: whatever is legal is done,
//! parents first; when nothing is, the chain of who stands in whose way is followed to its end and one thing there
//! is parked: a temporary name, number or parent. A thing is parked at most once for each of these, and a thing
//! that reached its place never leaves it, so this ends.
//!
//! Every operation names the earlier ones without which it would be refused, so that the calls may run in any
//! order that respects these, and a failure skips only what needs it.

mod faults;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub(super) use faults::{Fault, faults};
use tree::{Slot, Tree, What, slots};

pub(super) const ROOT: &str = "0";
/// Limits of `contact-v3/department/create`.
pub(super) const DEPTH: usize = 25;
pub(super) const CHILDREN: usize = 1_000;
/// Room for the suffix of a temporary name.
const LONGEST_NAME: usize = 230;

/// Where a department stands and what it is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) i18n: BTreeMap<String, String>,
    /// Live: `None` when unknown. Wanted: `None` when nobody asked for one.
    pub(super) order: Option<i64>,
}

/// What shall become of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    At(Place),
    /// `empty`: nobody is in it, so that it need not wait for people.
    Gone {
        empty: bool,
    },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Input {
    /// What is there, as far as it is known.
    pub(super) live: BTreeMap<String, Place>,
    /// What is not here stays as it is.
    pub(super) wishes: BTreeMap<String, Wish>,
    /// Whether a department may be put under the root for a while.
    pub(super) root: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Op {
    pub(super) id: String,
    pub(super) act: Act,
    /// Before; `None` for a creation.
    pub(super) from: Option<Place>,
    /// After; `None` for a deletion.
    pub(super) to: Option<Place>,
    /// Earlier operations, by index, and why.
    pub(super) needs: BTreeMap<usize, Why>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Create,
    Change,
    Park,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Itself,
    Parent,
    Name,
    Order,
    Room,
    Depth,
    Left,
}

/// What stands in whose way although [`faults`] found nothing. A bug, or a tenant stranger than its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    pub(super) id: String,
    pub(super) by: String,
}

/// The calls. Only for an input without faults.
pub(super) fn sequence(input: &Input) -> Result<Vec<Op>, Stuck> {
    Run::new(input).finish()
}

/// The name that stands in while another takes its own.
pub(super) fn parked_name(id: &str, name: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    let short: String = name.chars().take(LONGEST_NAME).collect();
    format!("{short} (larkctl-{:02x}{:02x})", digest[0], digest[1])
}

impl Input {
    /// Things that come under a parent: new ones and moved ones.
    fn moving(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.wishes.iter().filter_map(|(id, wish)| match wish {
            Wish::At(place) if self.live.get(id).is_none_or(|live| live.parent != place.parent) => {
                Some((id.as_str(), place))
            }
            Wish::At(_) | Wish::Gone { .. } => None,
        })
    }
}

/// Who stands in the way of a thing, and how it can be pushed aside.
#[derive(Clone, Debug)]
enum Block {
    /// Its parent is yet to come.
    Missing(String),
    /// It holds the name or the number.
    Held(String),
    /// It must get out from under it: it leads to the new parent, or makes the subtree too deep.
    Under(String),
    /// It must make room under the new parent.
    Room(String),
    /// Something is still in it.
    Inside(String),
}

impl Block {
    fn by(&self) -> &str {
        match self {
            Self::Missing(by) | Self::Held(by) | Self::Under(by) | Self::Room(by) | Self::Inside(by) => by,
        }
    }

    /// How much better it is to break this one than another; `None`: it cannot be broken.
    fn rank(&self) -> Option<u8> {
        match self {
            Self::Held(_) => Some(0),
            Self::Under(_) => Some(1),
            Self::Room(_) => Some(2),
            Self::Missing(_) | Self::Inside(_) => None,
        }
    }
}

struct Run<'i> {
    input: &'i Input,
    tree: Tree,
    pending: BTreeSet<String>,
    /// Who wants a name or a number in the end.
    wanted: BTreeMap<Slot, String>,
    /// Parents whose children get numbers from us, so that none can collide with one that the remote picks.
    numbered: BTreeSet<String>,
    /// Whether a different order of moves could go too deep, or overfill a parent, on the way.
    deep: bool,
    crowded: BTreeSet<String>,
    ops: Vec<Op>,
    /// The last operation on a thing.
    last: BTreeMap<String, usize>,
    /// The last operation that hung a thing where it hangs.
    hung: BTreeMap<String, usize>,
    last_hung: Option<usize>,
    freed: BTreeMap<Slot, usize>,
    /// Operations that took a child away from a parent.
    left: BTreeMap<String, Vec<usize>>,
}

impl<'i> Run<'i> {
    fn new(input: &'i Input) -> Self {
        let tree = Tree::new(&input.live);
        let settled = |id: &String, place: &Place| {
            input.live.get(id).is_some_and(|live| {
                let order = place.order.or(live.order);
                Place { order, ..place.clone() } == *live
            })
        };
        let mut wanted = BTreeMap::new();
        let mut pending = BTreeSet::new();
        for (id, wish) in &input.wishes {
            match wish {
                Wish::At(place) => {
                    wanted.extend(slots(place).map(|slot| (slot, id.clone())));
                    if !settled(id, place) {
                        pending.insert(id.clone());
                    }
                }
                Wish::Gone { .. } => {
                    if input.live.contains_key(id) {
                        pending.insert(id.clone());
                    }
                }
            }
        }
        let mut numbered = BTreeSet::new();
        let mut come: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &pending {
            let Some(Wish::At(place)) = input.wishes.get(id) else { continue };
            let live = input.live.get(id);
            let moves = live.is_some_and(|live| live.parent != place.parent);
            if moves || place.order.is_some_and(|o| live.is_none_or(|live| live.order != Some(o))) {
                numbered.insert(place.parent.clone());
            }
            if moves || live.is_none() {
                *come.entry(&place.parent).or_default() += 1;
            }
        }
        let crowded = come.iter().filter(|(parent, n)| tree.count(parent) + **n > CHILDREN);
        let crowded = crowded.map(|(parent, _)| (*parent).to_owned()).collect();
        let mut run = Self {
            input,
            pending,
            wanted,
            numbered,
            deep: false,
            crowded,
            ops: Vec::new(),
            last: BTreeMap::new(),
            hung: BTreeMap::new(),
            last_hung: None,
            freed: BTreeMap::new(),
            left: BTreeMap::new(),
            tree,
        };
        run.deep = run.could_go_too_deep();
        run
    }

    /// On the way a thing may have ancestors of both trees above it, and no more than these.
    fn could_go_too_deep(&self) -> bool {
        let moves = self.input.moving().any(|(id, _)| self.tree.has(id));
        let live = self.input.live.keys().map(|id| self.tree.depth(id)).max().unwrap_or(0);
        let last = self.input.wishes.keys().map(|id| self.rank(id)).max().unwrap_or(0);
        moves && live + last > DEPTH
    }

    fn wish(&self, id: &str) -> Option<&'i Wish> {
        self.input.wishes.get(id)
    }

    fn target(&self, id: &str) -> Option<&'i Place> {
        match self.wish(id) {
            Some(Wish::At(place)) => Some(place),
            Some(Wish::Gone { .. }) => None,
            None => self.input.live.get(id),
        }
    }

    /// The depth at which a thing will be.
    fn rank(&self, id: &str) -> usize {
        let up = |one: &&'i str| self.target(one).map(|place| place.parent.as_str());
        let first = self.target(id).map(|place| place.parent.as_str());
        let most = self.input.live.len() + self.input.wishes.len();
        std::iter::successors(first, up).take_while(|one| *one != ROOT).take(most).count() + 1
    }

    fn finish(mut self) -> Result<Vec<Op>, Stuck> {
        let mut changes: Vec<(usize, String)> = Vec::new();
        let mut deletions: Vec<(usize, String)> = Vec::new();
        for id in &self.pending {
            match self.wish(id) {
                Some(Wish::Gone { .. }) => deletions.push((usize::MAX - self.tree.depth(id), id.clone())),
                Some(Wish::At(_)) => changes.push((self.rank(id), id.clone())),
                None => {}
            }
        }
        changes.sort();
        deletions.sort();
        loop {
            let before = self.ops.len();
            for (_, id) in changes.iter().chain(&deletions) {
                if self.pending.contains(id) && !self.waits_for_people(id) && self.block(id).is_none() {
                    self.settle(id);
                }
            }
            if self.ops.len() > before {
                continue;
            }
            let Some((_, first)) = changes.iter().find(|(_, id)| self.pending.contains(id)) else { break };
            self.push_aside(first)?;
        }
        for (_, id) in &deletions {
            if self.pending.contains(id) {
                match self.block(id) {
                    None => self.settle(id),
                    Some(block) => return Err(Stuck { id: id.clone(), by: block.by().to_owned() }),
                }
            }
        }
        Ok(self.ops)
    }

    fn waits_for_people(&self, id: &str) -> bool {
        matches!(self.wish(id), Some(Wish::Gone { empty: false }))
    }

    /// The number that a thing gets at its place.
    fn order_at(&self, id: &str, place: &Place) -> Option<i64> {
        if place.order.is_some() {
            return place.order;
        }
        let now = self.tree.get(id);
        let slot = |n| Slot { parent: place.parent.clone(), what: What::Order(n) };
        let free = |n: &i64| {
            self.tree.holder(&slot(*n), id).is_none() && self.wanted.get(&slot(*n)).is_none_or(|by| by == id)
        };
        // A number that was parked goes back to what it was.
        let own = self.input.live.get(id).and_then(|live| live.order);
        if let Some(now) = now {
            if now.parent == place.parent && now.order == own {
                return own;
            }
            let strangers = now.parent != place.parent && self.has_unnumbered(&place.parent);
            return match own {
                Some(own) if free(&own) && !strangers => Some(own),
                None if now.parent == place.parent => None,
                Some(_) | None => Some(self.free_order(&place.parent)),
            };
        }
        self.numbered.contains(&place.parent).then(|| self.free_order(&place.parent))
    }

    fn has_unnumbered(&self, parent: &str) -> bool {
        self.tree.children(parent).filter_map(|id| self.tree.get(id)).any(|p| p.order.is_none())
    }

    fn free_order(&self, parent: &str) -> i64 {
        let first = Slot { parent: parent.to_owned(), what: What::Order(i64::MIN) };
        let reserved = self.wanted.range(first..).take_while(|(slot, _)| slot.parent == parent);
        self.tree.free_order(
            parent,
            reserved.filter_map(|(slot, _)| match slot.what {
                What::Order(n) => Some(n),
                What::Name(_) | What::Locale(..) => None,
            }),
        )
    }

    /// The first thing in the way of doing all that is left for a thing in one call.
    fn block(&self, id: &str) -> Option<Block> {
        let place = match self.wish(id)? {
            Wish::At(place) => place,
            Wish::Gone { .. } => return self.tree.children(id).next().map(|c| Block::Inside(c.to_owned())),
        };
        let now = self.tree.get(id);
        if now.is_none_or(|now| now.parent != place.parent) {
            if !self.tree.has(&place.parent) {
                return Some(Block::Missing(place.parent.clone()));
            }
            if self.tree.is_below(&place.parent, id) {
                return Some(Block::Under(self.leaver(id, &self.way_up(&place.parent, id))));
            }
            if now.is_some() && !self.tree.fits_below(id, &place.parent) {
                return Some(self.too_deep(id, &place.parent));
            }
            if now.is_none() && self.tree.depth(&place.parent) >= DEPTH {
                return Some(self.too_deep(id, &place.parent));
            }
            if self.tree.is_full(&place.parent) {
                let leaves = self.tree.children(&place.parent).find(|child| self.leaves_parent(child));
                return Some(Block::Room(leaves.unwrap_or(&place.parent).to_owned()));
            }
        }
        let held = slots(place).find_map(|slot| self.tree.holder(&slot, id));
        held.map(|by| Block::Held(by.to_owned()))
    }

    /// From just below `top` down to `from`.
    fn way_up(&self, from: &str, top: &str) -> Vec<String> {
        let mut way: Vec<String> =
            self.tree.chain(from).take_while(|one| *one != top).map(str::to_owned).collect();
        way.reverse();
        way
    }

    /// The first on a way down that has to go elsewhere.
    fn leaver(&self, id: &str, way: &[String]) -> String {
        way.iter().find(|one| self.leaves_parent(one)).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn leaves_parent(&self, id: &str) -> bool {
        self.pending.contains(id)
            && match self.wish(id) {
                Some(Wish::At(place)) => self.tree.get(id).is_some_and(|now| now.parent != place.parent),
                Some(Wish::Gone { .. }) => true,
                None => false,
            }
    }

    /// Either something below must leave, or something above must come up.
    fn too_deep(&self, id: &str, parent: &str) -> Block {
        let below = self.tree.deepest(id);
        let below = below.iter().skip(1).find(|one| self.leaves_parent(one));
        let above = || self.tree.chain(parent).find(|one| self.leaves_parent(one));
        Block::Under(below.map(String::as_str).or_else(above).unwrap_or(id).to_owned())
    }

    /// Follows who waits for whom to the end of the chain or around its circle, and parks one thing there.
    fn push_aside(&mut self, first: &str) -> Result<(), Stuck> {
        let mut way: Vec<(String, Block)> = Vec::new();
        let mut at = first.to_owned();
        loop {
            if let Some(start) = way.iter().position(|(id, _)| *id == at) {
                let best = way[start..].iter().filter_map(|edge| Some((edge.1.rank()?, edge)));
                let best = best.min_by(|a, b| (a.0, a.1.1.by()).cmp(&(b.0, b.1.1.by())));
                let Some((_, (id, block))) = best else { return Err(Stuck { id: at.clone(), by: at }) };
                let (id, block) = (id.clone(), block.clone());
                return self.park(&id, &block);
            }
            let block = if self.pending.contains(&at) { self.block(&at) } else { None };
            match block {
                Some(block) => {
                    let by = block.by().to_owned();
                    way.push((at, block));
                    at = by;
                }
                // It waits for people, or for nothing that we know.
                None => {
                    let stuck = Stuck { id: first.to_owned(), by: at.clone() };
                    let known = self.pending.contains(&at);
                    let edge = way.into_iter().rev().find(|(_, block)| known && block.rank().is_some());
                    let (id, block) = edge.ok_or(stuck)?;
                    return self.park(&id, &block);
                }
            }
        }
    }

    fn park(&mut self, id: &str, block: &Block) -> Result<(), Stuck> {
        let by = block.by().to_owned();
        let stuck = || Stuck { id: id.to_owned(), by: by.clone() };
        let now = self.tree.get(&by).cloned().ok_or_else(stuck)?;
        let parent = match block {
            Block::Under(_) | Block::Room(_) => self.shelter(id, &by).ok_or_else(stuck)?,
            Block::Held(_) | Block::Missing(_) | Block::Inside(_) => now.parent.clone(),
        };
        let there = self.stand_in(&by, &Place { parent, ..now.clone() });
        if there == now {
            return Err(stuck());
        }
        self.push(&by, Act::Park, Some(there));
        Ok(())
    }

    /// A parent for a while, away from `id` and from the thing itself.
    fn shelter(&self, id: &str, by: &str) -> Option<String> {
        let mut ancestors: Vec<&str> = self.tree.chain(by).skip(1).collect();
        ancestors.reverse();
        let fits = |parent: &&str| {
            self.tree.get(by).is_some_and(|now| now.parent != **parent)
                && !self.tree.is_below(parent, id)
                && !self.tree.is_below(parent, by)
                && !self.tree.is_full(parent)
                && self.tree.fits_below(by, parent)
        };
        let root = self.input.root.then_some(ROOT);
        root.into_iter().chain(ancestors).find(|parent| fits(parent)).map(str::to_owned)
    }

    /// The place with whatever others hold or want replaced.
    fn stand_in(&self, id: &str, place: &Place) -> Place {
        let free = |what: What| {
            let slot = Slot { parent: place.parent.clone(), what };
            self.tree.holder(&slot, id).is_none() && self.wanted.get(&slot).is_none_or(|by| by == id)
        };
        let mut there = place.clone();
        if !free(What::Name(there.name.clone())) {
            there.name = parked_name(id, &place.name);
        }
        for (locale, text) in &mut there.i18n {
            if !free(What::Locale(locale.clone(), text.clone())) {
                *text = parked_name(id, text);
            }
        }
        if there.order.is_some_and(|n| !free(What::Order(n))) {
            there.order = Some(self.free_order(&place.parent));
        }
        there
    }

    fn settle(&mut self, id: &str) {
        self.pending.remove(id);
        match self.wish(id) {
            Some(Wish::At(place)) => {
                let order = self.order_at(id, place);
                let act = if self.tree.has(id) { Act::Change } else { Act::Create };
                self.push(id, act, Some(Place { order, ..place.clone() }));
            }
            Some(Wish::Gone { .. }) => self.push(id, Act::Delete, None),
            None => {}
        }
    }

    /// Carries an operation out and writes down what it needs.
    fn push(&mut self, id: &str, act: Act, to: Option<Place>) {
        let index = self.ops.len();
        let from = self.tree.take(id);
        let before: BTreeSet<Slot> = from.iter().flat_map(slots).collect();
        let after: BTreeSet<Slot> = to.iter().flat_map(slots).collect();
        let hangs = match (&from, &to) {
            (Some(from), Some(to)) => from.parent != to.parent,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let mut needs = Vec::new();
        if let Some(last) = self.last.get(id) {
            needs.push((*last, Why::Itself));
        }
        if let Some(to) = to.as_ref().filter(|_| hangs) {
            let above = self.tree.chain(&to.parent).filter_map(|one| self.hung.get(one));
            needs.extend(above.map(|op| (*op, Why::Parent)));
            if self.deep {
                needs.extend(self.last_hung.map(|op| (op, Why::Depth)));
            }
            if self.crowded.contains(&to.parent) {
                needs.extend(self.left.get(&to.parent).into_iter().flatten().map(|op| (*op, Why::Room)));
            }
        }
        for slot in after.difference(&before) {
            if let Some(op) = self.freed.get(slot) {
                let order = matches!(slot.what, What::Order(_));
                needs.push((*op, if order { Why::Order } else { Why::Name }));
            }
        }
        if to.is_none() {
            needs.extend(self.left.get(id).into_iter().flatten().map(|op| (*op, Why::Left)));
        }
        for slot in before.difference(&after) {
            self.freed.insert(slot.clone(), index);
        }
        if let Some(from) = from.as_ref().filter(|_| hangs || to.is_none()) {
            self.left.entry(from.parent.clone()).or_default().push(index);
        }
        if hangs {
            self.hung.insert(id.to_owned(), index);
            self.last_hung = Some(index);
        }
        if let Some(to) = &to {
            self.tree.put(id, to.clone());
        }
        self.last.insert(id.to_owned(), index);
        let needs = self.reduced(needs);
        self.ops.push(Op { id: id.to_owned(), act, from, to, needs });
    }

    /// Without what follows from the rest.
    fn reduced(&self, mut needs: Vec<(usize, Why)>) -> BTreeMap<usize, Why> {
        needs.sort_by_key(|(op, why)| (std::cmp::Reverse(*op), *why));
        let mut kept: BTreeMap<usize, Why> = BTreeMap::new();
        let mut implied: BTreeSet<usize> = BTreeSet::new();
        for (op, why) in needs {
            if implied.contains(&op) || kept.contains_key(&op) {
                continue;
            }
            kept.insert(op, why);
            let mut open = vec![op];
            while let Some(next) = open.pop() {
                let below = self.ops.get(next).into_iter().flat_map(|op| op.needs.keys().copied());
                open.extend(below.filter(|one| implied.insert(*one)));
            }
        }
        kept
    }
}
