//! The calls for the changes of departments: first the tree, then what hangs on its nodes.

mod leaving;
mod order;
mod people;
mod place;
mod rest;
mod scene;

use super::sequence::{self, Fault, Stuck};
use crate::resource::{Drafts, Work};
use scene::Scene;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let scene = Scene::new(work);
    let mut input = scene.input();
    order::children(&scene, &mut input, out);
    leaving::judge(&scene, &mut input, out);
    let faults = sequence::faults(&input);
    for fault in &faults {
        say(&scene, fault, out);
    }
    let rewritten = if faults.is_empty() {
        match sequence::sequence(&input) {
            Ok(ops) => place::drafts(&scene, &ops, out),
            Err(Stuck { id, by }) => {
                let why = format!("{} stands in the way, and nothing can be put aside for a while", scene.name(&by));
                let remedy = "give the app a contact range with a common parent, or make the change in two runs";
                out.problem(&scene.owner(&id), None, "plan::stuck", why, remedy);
                place::Rewritten::default()
            }
        }
    } else {
        place::Rewritten::default()
    };
    for change in scene.staying() {
        people::leaders(&scene, change, &rewritten, out);
        people::hrbps(&scene, change, &rewritten, out);
        rest::unit(&scene, change, out);
        rest::chat(&scene, change, out);
    }
}

/// A target that no sequence of calls can reach, in words.
fn say(scene: &Scene<'_>, fault: &Fault, out: &mut Drafts) {
    let (id, attribute, code, why, remedy) = match fault {
        Fault::NoParent { id, parent } => (
            id,
            Some("parent"),
            "plan::no_parent",
            format!("its parent {} is not there, or goes in the same plan", scene.name(parent)),
            "choose a parent that stays",
        ),
        Fault::Circle { id, circle } => {
            let names: Vec<String> = circle.iter().map(|id| scene.name(id)).collect();
            let why = format!("its new parent is below it: {}", names.join(" is above "));
            (id, Some("parent"), "plan::circle", why, "move the one below it out first, or manage it here too")
        }
        Fault::Deep { id, depth } => (
            id,
            Some("parent"),
            "plan::too_deep",
            format!("it would reach down to level {depth}; {} are allowed", sequence::DEPTH),
            "choose a parent further up",
        ),
        Fault::Wide { parent, children } => (
            parent,
            None,
            "plan::too_many",
            format!("{children} departments would be under it; {} are allowed", sequence::CHILDREN),
            "put a level in between",
        ),
        Fault::Name { id, other, name } => (
            id,
            Some("name"),
            "plan::name_taken",
            format!("{} has the name {name} under the same parent and keeps it", scene.name(other)),
            "choose another name, or rename or import the other one",
        ),
        Fault::Order { id, other, order } => (
            id,
            Some("order"),
            "plan::order_taken",
            format!("{} has the number {order} under the same parent and keeps it", scene.name(other)),
            "choose another number, or declare the order of the other one too",
        ),
        Fault::Children { id, stay } => {
            let names: Vec<String> = stay.iter().map(|id| scene.name(id)).collect();
            let why = format!("departments stay in it: {}", scene::some_of(&names));
            (id, None, "plan::not_empty", why, "declare them elsewhere or import them, so that they move or go first")
        }
    };
    let owner = scene.owner(id);
    out.problem(&owner, attribute, code, why, remedy);
}
