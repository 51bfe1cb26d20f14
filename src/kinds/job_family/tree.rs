//! Where families are, where they go, and in which order.
//!
//! A family can be moved below any other that is not below itself, and never to the top. So the order from the top
//! of the *final* tree downward always works: whatever is above the goal is in its final place then, and a family
//! is not above itself there. A temporary parent is never needed, not even where parent and child trade places.
//! How deep the tree may be is not documented; a tree as deep as the live or the final one is known to be allowed
//! or wanted, so among the orders that close no circle one is chosen that never goes deeper than that, if there is.

use std::collections::{BTreeMap, BTreeSet};

use super::NAME;
use crate::model::{Action, Address, Fact, Live, Need, Target, Value};
use crate::resource::{Drafts, ThingChange, Work};

/// A family: one that is there, or one that this plan makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node<'w> {
    Live(&'w str),
    New(&'w Address),
}

type Parents<'w> = BTreeMap<Node<'w>, Option<Node<'w>>>;

/// A family that gets a parent: by being made below it, or by moving there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'w> {
    pub node: Node<'w>,
    pub below: Option<Node<'w>>,
    pub address: &'w Address,
}

impl Arrival<'_> {
    /// What holds once it is in its place.
    pub(super) fn fact(&self) -> Fact {
        match self.node {
            Node::New(address) => Fact::Exists(address.clone()),
            Node::Live(_) => Fact::Settled("parent".to_owned(), self.address.clone()),
        }
    }
}

/// The tree as it is, and the arrivals in an order that keeps it one.
#[derive(Debug)]
pub(super) struct Tree<'w> {
    live: Parents<'w>,
    last: Parents<'w>,
    pub arrivals: Vec<Arrival<'w>>,
    /// Where each stands in `arrivals`.
    places: BTreeMap<Node<'w>, usize>,
    goals: BTreeSet<Node<'w>>,
}

/// The live or planned family that a reference means.
fn node_of<'w>(work: &Work<'w>, target: &'w Target) -> Option<Node<'w>> {
    match target {
        Target::Remote { id, .. } => Some(Node::Live(id)),
        Target::Address(address) => match work.change(address) {
            Some(change) if change.live.is_none() => Some(Node::New(&change.address)),
            Some(ThingChange { live: Some(live), .. }) => Some(Node::Live(&live.id)),
            Some(_) | None => work.bound.get(address).map(|id| Node::Live(id)),
        },
        Target::Lookup(_) => None,
    }
}

fn parent_of<'w>(work: &Work<'w>, live: &'w Live) -> Option<Node<'w>> {
    live.attributes.get("parent").and_then(Value::as_target).and_then(|target| node_of(work, target))
}

impl<'w> Tree<'w> {
    pub(super) fn of(work: &Work<'w>) -> Self {
        let families = work.snapshot.kind(NAME).into_iter().flat_map(|observed| observed.things.values());
        let live: Parents<'w> = families.map(|f| (Node::Live(&f.id), parent_of(work, f))).collect();
        let mut last = live.clone();
        let mut arrivals = Vec::new();
        for change in work.changes {
            match (change.action, change.live) {
                (Action::Create, _) => {
                    let below = change.wanted.get("parent").and_then(|w| w.value().as_target());
                    let below = below.and_then(|target| node_of(work, target));
                    let node = Node::New(&change.address);
                    last.insert(node, below);
                    arrivals.push(Arrival { node, below, address: &change.address });
                }
                (Action::Update | Action::Adopt, Some(live)) => {
                    let target =
                        change.field("parent").and_then(|_| change.wanted.get("parent")?.value().as_target());
                    if let Some(below) = target.and_then(|target| node_of(work, target)) {
                        let node = Node::Live(&live.id);
                        last.insert(node, Some(below));
                        arrivals.push(Arrival { node, below: Some(below), address: &change.address });
                    }
                }
                (Action::Delete, Some(live)) => {
                    last.remove(&Node::Live(&live.id));
                }
                (Action::Update | Action::Adopt | Action::Delete, None)
                | (Action::Replace | Action::Forget | Action::Keep, _) => {}
            }
        }
        Self { live, last, arrivals, places: BTreeMap::new(), goals: BTreeSet::new() }
    }

    /// Puts the arrivals in order; says so where the final tree would not be one.
    pub(super) fn arrange(&mut self, out: &mut Drafts) {
        for arrival in &self.arrivals {
            if above(&self.last, arrival.below).any(|node| node == arrival.node) {
                out.problem(
                    arrival.address,
                    Some("parent"),
                    "plan::circle",
                    "its new parent is, or would be, below it",
                    "choose a parent outside of its own branch, or move that parent out in the same plan",
                );
                return;
            }
        }
        let mut waiting = std::mem::take(&mut self.arrivals);
        waiting.sort_by_key(|arrival| (above(&self.last, arrival.below).count(), arrival.address));
        let deepest = depth(&self.live).max(depth(&self.last));
        let mut now = self.live.clone();
        while !waiting.is_empty() {
            let fits = |arrival: &Arrival<'w>| {
                let there = arrival.below.is_none_or(|below| now.contains_key(&below));
                let circle = above(&now, arrival.below).any(|node| node == arrival.node);
                let levels = above(&now, arrival.below).count() + height(&now, arrival.node);
                there && !circle && levels <= deepest
            };
            // The first in final order closes no circle either, though it may be deeper for a while.
            let next = waiting.remove(waiting.iter().position(fits).unwrap_or(0));
            now.insert(next.node, next.below);
            self.places.insert(next.node, self.arrivals.len());
            self.goals.extend(next.below);
            self.arrivals.push(next);
        }
    }

    pub(super) fn arrival(&self, node: Node<'w>) -> Option<(usize, &Arrival<'w>)> {
        let at = *self.places.get(&node)?;
        Some((at, self.arrivals.get(at)?))
    }

    /// Whether somebody arrives below a family.
    pub(super) fn is_goal(&self, node: Node<'w>) -> bool {
        self.goals.contains(&node)
    }

    pub(super) fn live_children(&self, node: Node<'w>) -> impl Iterator<Item = Node<'w>> {
        self.live.iter().filter(move |(_, parent)| **parent == Some(node)).map(|(child, _)| *child)
    }

    /// What must have happened before an arrival: earlier ones above its goal, or out of its own branch.
    pub(super) fn needs(&self, at: usize, arrival: &Arrival<'w>) -> Vec<Need> {
        let mut path: BTreeSet<Node<'w>> = above(&self.last, arrival.below).collect();
        path.extend(above(&self.live, arrival.below));
        let mut first: BTreeSet<usize> = path.iter().filter_map(|node| self.places.get(node)).copied().collect();
        if let Node::Live(_) = arrival.node {
            let inside = |other: &Arrival<'w>| {
                matches!(other.node, Node::Live(_))
                    && above(&self.live, Some(other.node)).any(|node| node == arrival.node)
            };
            let earlier = self.arrivals.iter().enumerate().take(at);
            first.extend(earlier.filter(|(_, other)| inside(other)).map(|(place, _)| place));
        }
        let why = |other: &Arrival<'w>| {
            let address = other.address;
            match other.node {
                Node::New(_) => format!("{address} exists"),
                Node::Live(_) if path.contains(&other.node) => format!("{address} is in its place above"),
                Node::Live(_) => format!("{address} has left its branch"),
            }
        };
        first
            .range(..at)
            .filter_map(|place| self.arrivals.get(*place))
            .map(|other| Need { fact: other.fact(), why: why(other) })
            .collect()
    }
}

/// A family and those above it, upward. Ends where a circle would begin.
fn above<'t, 'w>(tree: &'t Parents<'w>, from: Option<Node<'w>>) -> impl Iterator<Item = Node<'w>> + 't {
    let up = move |node: &Node<'w>| tree.get(node).copied().flatten();
    std::iter::successors(from, up).take(tree.len() + 1)
}

fn depth(tree: &Parents<'_>) -> usize {
    tree.keys().map(|node| above(tree, Some(*node)).count()).max().unwrap_or(0)
}

/// Levels from the family down, itself included.
fn height<'w>(tree: &Parents<'w>, node: Node<'w>) -> usize {
    if let Node::New(_) = node {
        // It is about to be made, and nothing is below it.
        return 1;
    }
    let place = |other: &Node<'w>| above(tree, Some(*other)).position(|n| n == node).map(|at| at + 1);
    tree.keys().filter_map(place).max().unwrap_or(1)
}
