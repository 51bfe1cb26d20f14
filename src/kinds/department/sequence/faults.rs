//! Targets that no sequence of calls can reach.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Slot, Tree, What, slots};
use super::{CHILDREN, DEPTH, Input, Place, Wish};

/// Why the target is impossible.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Fault {
    /// Its parent is not there, or is going.
    NoParent { id: String, parent: String },
    /// Below itself; the whole circle.
    Circle { id: String, circle: Vec<String> },
    Deep { id: String, depth: usize },
    Wide { parent: String, children: usize },
    /// Another child of the same parent keeps this name.
    Name { id: String, other: String, name: String },
    /// Another child of the same parent keeps this number.
    Order { id: String, other: String, order: i64 },
    /// It goes, and these stay in it.
    Children { id: String, stay: Vec<String> },
}

pub(in super::super) fn faults(input: &Input) -> Vec<Fault> {
    let mut found = Vec::new();
    let target = target(input);
    for (id, wish) in &input.wishes {
        match wish {
            Wish::At(place) => place_faults(input, &target, id, place, &mut found),
            Wish::Gone { .. } => {
                let stay: Vec<String> = target.children(id).map(str::to_owned).collect();
                if !stay.is_empty() && input.live.contains_key(id) {
                    found.push(Fault::Children { id: id.clone(), stay });
                }
            }
        }
    }
    let receiving: BTreeSet<&str> = input.moving().map(|(_, place)| place.parent.as_str()).collect();
    for parent in receiving {
        let children = target.count(parent);
        if children > CHILDREN {
            found.push(Fault::Wide { parent: parent.to_owned(), children });
        }
    }
    found.sort();
    found.dedup();
    found
}

/// How it shall be in the end. Who moves without an order of its own takes any number, so none here.
fn target(input: &Input) -> Tree {
    let mut nodes = input.live.clone();
    for (id, wish) in &input.wishes {
        match wish {
            Wish::Gone { .. } => {
                nodes.remove(id);
            }
            Wish::At(place) => {
                let before = input.live.get(id).filter(|live| live.parent == place.parent);
                let order = place.order.or_else(|| before.and_then(|live| live.order));
                nodes.insert(id.clone(), Place { order, ..place.clone() });
            }
        }
    }
    Tree::new(&nodes)
}

fn place_faults(input: &Input, target: &Tree, id: &str, place: &Place, found: &mut Vec<Fault>) {
    let live = input.live.get(id);
    if live.is_none_or(|live| live.parent != place.parent) {
        if !target.has(&place.parent) {
            found.push(Fault::NoParent { id: id.to_owned(), parent: place.parent.clone() });
            return;
        }
        if target.is_below(&place.parent, id) {
            let circle = target.chain(&place.parent).take_while(|above| *above != id).map(str::to_owned);
            found.push(Fault::Circle { id: id.to_owned(), circle: circle.collect() });
            return;
        }
        let depth = target.depth(&place.parent) + target.height(id);
        if depth > DEPTH {
            found.push(Fault::Deep { id: id.to_owned(), depth });
        }
    }
    let held: BTreeMap<Slot, ()> = live.into_iter().flat_map(slots).map(|slot| (slot, ())).collect();
    for slot in slots(place).filter(|slot| !held.contains_key(slot)) {
        let Some(other) = target.holder(&slot, id).map(str::to_owned) else { continue };
        let id = id.to_owned();
        found.push(match slot.what {
            What::Name(name) | What::Locale(_, name) => Fault::Name { id, other, name },
            What::Order(order) => Fault::Order { id, other, order },
        });
    }
}
