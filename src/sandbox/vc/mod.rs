//! Meeting rooms: the tree of levels, the rooms on it, who may book them and when, what their screens show.
//!
//! The tree's root is the tenant itself and has no row. A room or a level is a [`Node`], and what can be configured
//! of a node hangs on its id: [`rules`] for reservations, [`display`] for screens. [`legacy`] shows the same rows
//! as buildings and floors. Pages: `vc-v1/{room, room_level, scope_config, reserve}`,
//! `historic-version/meeting_room-v1`; what they leave open is in `docs/fidelity/rooms.md`.

pub mod display;
pub mod legacy;
pub mod levels;
pub mod meetings;
mod node;
mod people;
pub mod rooms;
pub mod rules;
pub mod status;

use super::contact::directory::{DepartmentKey, UserKey};
use super::gateway::Route;
use super::world::{Stored, Table, World};

pub use levels::Level;
pub use node::{Node, root_id};
pub use people::Parties;
pub use rooms::Room;

/// The rows of the service, by their remote ids.
#[derive(Debug, Default)]
pub struct Vc {
    levels: Table<Level>,
    rooms: Table<Room>,
    rules: Table<rules::Rules>,
    displays: Table<display::Display>,
    forms: Table<rules::DesignedForm>,
    buildings: Table<legacy::Building>,
    meetings: Table<meetings::Meeting>,
}

impl Vc {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            &mut self.levels,
            &mut self.rooms,
            &mut self.rules,
            &mut self.displays,
            &mut self.forms,
            &mut self.buildings,
            &mut self.meetings,
        ]
    }

    pub fn levels(&self) -> impl DoubleEndedIterator<Item = &Level> {
        self.levels.values()
    }

    pub fn rooms(&self) -> impl DoubleEndedIterator<Item = &Room> {
        self.rooms.values()
    }

    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.get(&id.to_owned())
    }

    pub fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.get(&id.to_owned())
    }

    pub fn rules(&self, node: &str) -> Option<&rules::Rules> {
        self.rules.get(&node.to_owned())
    }

    /// The levels right below one, or below the root.
    pub fn children(&self, level: &str) -> impl Iterator<Item = &Level> {
        self.levels.values().filter(move |l| l.parent == level)
    }

    /// The rooms right on a level.
    pub fn rooms_on(&self, level: &str) -> impl Iterator<Item = &Room> {
        self.rooms.values().filter(move |r| r.level == level)
    }

    /// From below the root down to the level itself.
    pub fn path(&self, level: &str) -> Vec<String> {
        let mut path: Vec<String> = Vec::new();
        let mut at = level;
        while let Some(found) = self.level(at) {
            path.push(found.room_level_id.clone());
            at = &found.parent;
        }
        path.reverse();
        path
    }

    /// Everything below a level, levels before what is on them; the level itself is not in it.
    pub fn below(&self, level: &str) -> Vec<Node> {
        let mut found = Vec::new();
        let mut open = vec![level.to_owned()];
        while let Some(at) = open.pop() {
            found.extend(self.rooms_on(&at).map(|r| Node::Room(r.room_id.clone())));
            for child in self.children(&at) {
                found.push(Node::Level(child.room_level_id.clone()));
                open.push(child.room_level_id.clone());
            }
        }
        found
    }

    /// Takes a node out, with all that was configured of it.
    fn drop_node(&mut self, node: &Node) {
        let id = node.id().to_owned();
        match node {
            Node::Level(_) => {
                self.levels.remove(&id);
                self.buildings.remove(&id);
            }
            Node::Room(_) => {
                self.rooms.remove(&id);
            }
        }
        self.rules.remove(&id);
        self.displays.remove(&id);
        self.forms.remove(&id);
    }

    /// A department is gone: no rule names it any longer.
    pub fn forget_department(&mut self, department: DepartmentKey) {
        self.edit_rules(|rules| rules.forget_department(department));
    }

    fn edit_rules(&mut self, change: impl Fn(&mut rules::Rules)) {
        let changed: Vec<(String, rules::Rules)> = self
            .rules
            .iter()
            .filter_map(|(id, rules)| {
                let mut new = rules.clone();
                change(&mut new);
                (new != *rules).then(|| (id.clone(), new))
            })
            .collect();
        for (id, rules) in changed {
            self.rules.insert(id, rules);
        }
    }
}

/// A person resigned: no rule, closure or screen names them any longer.
pub fn user_resigned(world: &mut World, user: UserKey) {
    world.vc.edit_rules(|rules| rules.forget_user(user));
    let touched: Vec<Room> =
        world.vc.rooms().filter(|r| r.status.contacts.contains(&user)).cloned().collect();
    for mut room in touched {
        room.status.contacts.remove(&user);
        world.vc.rooms.insert(room.room_id.clone(), room);
    }
    let touched: Vec<(String, display::Display)> = world
        .vc
        .displays
        .iter()
        .filter(|(_, d)| d.status.as_ref().is_some_and(|s| s.contacts.contains(&user)))
        .map(|(id, d)| (id.clone(), d.clone()))
        .collect();
    for (id, mut display) in touched {
        if let Some(status) = &mut display.status {
            status.contacts.remove(&user);
        }
        world.vc.displays.insert(id, display);
    }
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [
        levels::routes(),
        rooms::routes(),
        rules::routes(),
        display::routes(),
        legacy::routes(),
        meetings::routes(),
    ]
    .concat()
}
