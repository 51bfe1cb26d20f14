//! Which step waits for which, as numbers: circles, the way around one, and one order for all. The only file that
//! knows petgraph.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// For every node those that it waits for, and why. Nodes are numbered in the order of preference.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Waits(Vec<BTreeMap<usize, String>>);

impl Waits {
    pub(super) fn new(nodes: usize) -> Self {
        Self(vec![BTreeMap::new(); nodes])
    }

    /// `node` waits for `earlier`; the first reason stays. A node never waits for itself.
    pub(super) fn add(&mut self, node: usize, earlier: usize, why: impl FnOnce() -> String) {
        if node != earlier
            && let Some(waits) = self.0.get_mut(node)
        {
            waits.entry(earlier).or_insert_with(why);
        }
    }

    pub(super) fn of(&self, node: usize) -> impl Iterator<Item = (usize, &str)> {
        self.0.get(node).into_iter().flatten().map(|(earlier, why)| (*earlier, why.as_str()))
    }

    /// Groups of nodes that wait for each other, each sorted, in the order of their first.
    pub(super) fn circles(&self) -> Vec<Vec<usize>> {
        let mut graph: DiGraph<(), (), usize> = DiGraph::default();
        for _ in &self.0 {
            graph.add_node(());
        }
        for (node, waits) in self.0.iter().enumerate() {
            for earlier in waits.keys() {
                graph.add_edge(NodeIndex::new(*earlier), NodeIndex::new(node), ());
            }
        }
        let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
        let mut circles: Vec<Vec<usize>> = groups
            .map(|group| {
                let mut nodes: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
                nodes.sort_unstable();
                nodes
            })
            .collect();
        circles.sort_unstable();
        circles
    }

    /// All that a node waits for, directly or not.
    pub(super) fn behind(&self, node: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            open.extend(self.of(node).map(|(earlier, _)| earlier).filter(|earlier| found.insert(*earlier)));
        }
        found
    }

    /// The shortest way from a node over what it waits for back to itself, without the return.
    pub(super) fn way_around(&self, start: usize) -> Vec<usize> {
        let mut from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            for (next, _) in self.of(node) {
                if next == start {
                    let mut way = vec![node];
                    while let Some(before) = way.last().and_then(|last| from.get(last)) {
                        way.push(*before);
                    }
                    way.reverse();
                    return way;
                }
                if let std::collections::btree_map::Entry::Vacant(entry) = from.entry(next) {
                    entry.insert(node);
                    open.push_back(next);
                }
            }
        }
        Vec::new()
    }

    /// All nodes, each behind what it waits for, and otherwise in the order of preference. Nodes of circles are
    /// left out.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut later: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        let mut open: Vec<usize> = Vec::with_capacity(self.0.len());
        let mut ready = BinaryHeap::new();
        for (node, waits) in self.0.iter().enumerate() {
            open.push(waits.len());
            if waits.is_empty() {
                ready.push(Reverse(node));
            }
            for earlier in waits.keys() {
                later[*earlier].push(node);
            }
        }
        let mut order = Vec::with_capacity(self.0.len());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            for next in &later[node] {
                open[*next] -= 1;
                if open[*next] == 0 {
                    ready.push(Reverse(*next));
                }
            }
        }
        order
    }
}
