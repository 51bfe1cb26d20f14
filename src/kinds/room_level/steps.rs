//! The calls for levels.
//!
//! A patch names name and parent each time, so everything that changes of a level goes into one. Moves go from the top
//! of the new tree down: whoever is above a level's new place is in its own place first, so that no move ever closes
//! a circle. A level goes last, when whatever was on it is somewhere else or gone.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::observe::{ROOMS, root_lookup};
use crate::kinds::rooms::rules::Rules;
use crate::kinds::rooms::{LEVEL, ROOM, Sort};
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::kinds::unread;
use crate::model::{
    Accept, Action, Address, Call, Capture, Fact, Found, Live, OnRemove, StepDraft, Target, Value, Verb,
};
use crate::resource::{Drafts, ThingChange, Work};

const LEVELS: &str = "/open-apis/vc/v1/room_levels";
const ONE: &str = "/open-apis/vc/v1/room_levels/:room_level_id";
const OWN: [&str; 3] = ["name", "parent", "custom_id"];
const CUSTOM_IDS: &str = "room_level custom_id";
/// Not there: what a deletion wants.
const GONE: i64 = 121_004;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let levels = Levels { work };
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => levels.create(change, out),
            (Action::Update | Action::Adopt, Some(live)) => levels.update(change, live, out),
            (Action::Keep, Some(_)) => levels.rules(change, out),
            (Action::Delete, Some(live)) => levels.delete(change, live, out),
            // Nothing of a level is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Keep | Action::Delete, None)
            | (Action::Replace | Action::Forget, _) => {}
        }
    }
}

struct Levels<'b, 'w> {
    work: &'b Work<'w>,
}

fn placed(level: &Address) -> Fact {
    Fact::Settled("place".to_owned(), level.clone())
}

fn text<'l>(live: &'l Live, name: &str) -> &'l str {
    live.attributes.get(name).and_then(Value::as_text).unwrap_or_default()
}

/// Where a level will be.
fn parent_of<'c>(change: &'c ThingChange<'_>) -> Option<&'c Value> {
    let declared = change.wanted.get("parent").map(crate::model::Wanted::value);
    declared.or_else(|| change.live.and_then(|live| live.attributes.get("parent")))
}

impl<'w> Levels<'_, 'w> {
    fn root(&self) -> Option<&'w str> {
        match self.work.snapshot.kind(LEVEL)?.lookups.get(&root_lookup())? {
            Found::One(id) => Some(id),
            Found::None | Found::Many(_) | Found::Unknown(_) => None,
        }
    }

    /// The id of a parent, for a body; nothing while the tenant's own is not known.
    fn parent_id(&self, parent: Option<&Value>) -> Option<Json> {
        match parent.and_then(Value::as_target) {
            Some(target) => Some(self.work.json_id(target, "id")),
            None => self.root().map(|id| json!(id)),
        }
    }

    /// The levels above a place, upwards, by where they will be; each with its change if it is declared.
    fn above(&self, parent: Option<&Value>) -> Vec<Target> {
        let mut found: Vec<Target> = Vec::new();
        let mut at = parent.and_then(Value::as_target).cloned();
        while let Some(target) = at {
            let target = self.work.managed(&target).map_or(target.clone(), |a| Target::Address(a.clone()));
            if found.contains(&target) {
                break;
            }
            at = match &target {
                Target::Address(address) => {
                    self.work.change(address).and_then(|c| parent_of(c)?.as_target().cloned())
                }
                Target::Remote { id, .. } => {
                    let live = self.work.snapshot.live(LEVEL, id);
                    live.and_then(|l| l.attributes.get("parent")?.as_target().cloned())
                }
                Target::Lookup(_) => None,
            };
            found.push(target);
        }
        found
    }

    fn moves(&self, address: &Address) -> bool {
        self.work.change(address).is_some_and(|c| c.live.is_some() && c.changes("parent"))
    }

    /// What has to have happened before something can be put below `parent`.
    fn arrives(&self, mut step: StepDraft, parent: Option<&Value>) -> StepDraft {
        for (distance, target) in self.above(parent).iter().enumerate() {
            let Target::Address(above) = target else { continue };
            if distance == 0 && self.work.is_new(above) {
                step = step.needs(Fact::Exists(above.clone()), format!("{above} exists"));
            } else if self.moves(above) {
                step = step.needs(placed(above), format!("{above} is in its place above"));
            }
        }
        step
    }

    fn custom_id_is_free(&self, change: &ThingChange<'_>, out: &mut Drafts) {
        let Some(wanted) = change.field("custom_id").and_then(|f| f.after.as_text()) else { return };
        let has_it = |live: &Live| text(live, "custom_id") == wanted;
        let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes("custom_id");
        let what = format!("the custom id {wanted}");
        nobody_keeps_it(self.work, change, "custom_id", &what, has_it, lets_go, out);
    }

    fn rules(&self, change: &ThingChange<'w>, out: &mut Drafts) {
        let on = parent_of(change).and_then(Value::as_target).cloned();
        Rules { work: self.work, change, sort: Sort::Level, on }.steps(out);
    }

    fn create(&self, change: &ThingChange<'w>, out: &mut Drafts) {
        let address = &change.address;
        let parent = change.after("parent");
        let Some(parent_id) = self.parent_id(parent) else {
            let gap = unread::of(self.work, LEVEL, "");
            out.block(address, unread::why("the tenant's own level is not known", gap), None);
            return;
        };
        self.looks_moved(change, out);
        self.custom_id_is_free(change, out);
        let mut body = json!({ "name": change.after("name").map(Value::plain), "parent_id": parent_id });
        let custom = change.after("custom_id").and_then(Value::as_text);
        if let Some(custom) = custom {
            body["custom_group_id"] = custom.into();
        }
        let call = Call::new("POST", LEVELS).body(body);
        let mut step = StepDraft::new(address.clone(), Verb::Create, "create", call)
            .gives(Fact::Exists(address.clone()));
        step = self.arrives(step, parent);
        step.takes.extend(custom.map(|id| claim(CUSTOM_IDS, id)));
        step.captures.push(Capture { pointer: "/room_level/room_level_id".to_owned(), id: "id".to_owned() });
        step.applies = applies(change, &OWN);
        step.lane = Some(LEVEL.to_owned());
        out.step(step);
        self.rules(change, out);
    }

    /// One of the same name elsewhere may be what is meant.
    fn looks_moved(&self, change: &ThingChange<'_>, out: &mut Drafts) {
        let things = self.work.snapshot.kind(LEVEL).into_iter().flat_map(|seen| seen.things.values());
        let same = |live: &&Live| live.attributes.get("name") == change.after("name");
        for live in things.filter(same).filter(|live| self.work.address_of(LEVEL, &live.id).is_none()) {
            let address = &change.address;
            out.note(
                address,
                format!("{} elsewhere has this name: if it is meant, write import: {{{address}: {}}}", live.id, live.id),
            );
        }
    }

    fn patch(&self, live: &Live, name: &str, parent: &Json, custom: &str) -> Call {
        let body = json!({ "name": name, "parent_id": parent, "custom_group_id": custom });
        Call::new("PATCH", ONE).param("room_level_id", live.id.clone()).body(body)
    }

    fn update(&self, change: &ThingChange<'w>, live: &'w Live, out: &mut Drafts) {
        let address = &change.address;
        let changed: Vec<&str> = OWN.into_iter().filter(|name| change.changes(name)).collect();
        if !changed.is_empty() {
            let parent = change.field("parent").map(|f| &f.after);
            let now = live.attributes.get("parent");
            let (Some(parent_id), Some(now_id)) = (self.parent_id(parent.or(now)), self.parent_id(now)) else {
                let gap = unread::of(self.work, LEVEL, &live.id);
                out.block(address, unread::why("the tenant's own level is not known", gap), None);
                return;
            };
            if parent.is_some() && self.above(parent).contains(&Target::Address(address.clone())) {
                out.problem(
                    address,
                    Some("parent"),
                    "plan::circle",
                    format!("{address} would be below itself: a level in between is not managed here and stays below it"),
                    "put it elsewhere, or declare the levels in between with their new parents",
                );
                return;
            }
            self.custom_id_is_free(change, out);
            let name = change.after("name").and_then(Value::as_text).unwrap_or_else(|| text(live, "name"));
            let held = text(live, "custom_id");
            let custom = match change.field("custom_id").map(|f| &f.after) {
                Some(after) => after.as_text().unwrap_or_default(),
                None => held,
            };
            let what = match changed.as_slice() {
                ["parent"] => "move".to_owned(),
                ["name"] => "rename".to_owned(),
                several => format!("update {}", several.join(", ")),
            };
            let call = self.patch(live, name, &parent_id, custom);
            let mut step = StepDraft::new(address.clone(), Verb::Update, what, call);
            if parent.is_some() {
                step = self.arrives(step, parent).gives(placed(address));
            }
            if change.changes("custom_id") {
                if !custom.is_empty() {
                    step.takes.push(claim(CUSTOM_IDS, custom));
                }
                if !held.is_empty() {
                    let spare = stand_in(live);
                    let call = self.patch(live, text(live, "name"), &now_id, &spare);
                    let (frees, takes) = (claim(CUSTOM_IDS, held), claim(CUSTOM_IDS, spare));
                    give_up(&mut step, frees, takes, "custom id in between", call, Some(LEVEL));
                }
            }
            step.applies = applies(change, &changed);
            step.lane = Some(LEVEL.to_owned());
            out.step(step);
        }
        self.rules(change, out);
    }

    fn delete(&self, change: &ThingChange<'w>, live: &'w Live, out: &mut Drafts) {
        let address = &change.address;
        if change.on_remove == OnRemove::Deactivate {
            out.problem(
                address,
                None,
                "plan::no_such_state",
                format!("{address} cannot be switched off by taking it out"),
                "declare it once more with `closed: {}`, or with `on_remove: forget` or `delete`",
            );
            return;
        }
        let (Some(observed), Some(rooms)) = (self.work.snapshot.kind(LEVEL), live.facts.get(ROOMS)) else {
            let gap = unread::of(self.work, LEVEL, &live.id);
            out.block(address, unread::why("whether there are rooms on it is not known", gap), None);
            return;
        };
        if !observed.complete {
            let gap = unread::of(self.work, LEVEL, &live.id);
            out.block(address, unread::why("whether there are levels below it is not known", gap), None);
            return;
        }
        let below = observed.things.values().filter(|l| {
            l.attributes.get("parent").and_then(Value::as_target)
                == Some(&Target::Remote { kind: LEVEL.to_owned(), id: live.id.clone() })
        });
        let below = below.map(|level| (LEVEL, level.id.as_str()));
        let rooms = rooms.elements().filter_map(Value::as_text).map(|id| (ROOM, id));
        let call = Call::new("POST", "/open-apis/vc/v1/room_levels/del")
            .body(json!({ "room_level_id": live.id, "delete_child": false }));
        let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call)
            .gives(Fact::Gone(address.clone()))
            .accepts(Accept::Done { code: GONE });
        let mut stay: BTreeSet<String> = BTreeSet::new();
        for (kind, id) in below.chain(rooms) {
            let managed = self.work.address_of(kind, id);
            let other = managed.and_then(|address| self.work.change(address));
            let place = if kind == LEVEL { "parent" } else { "level" };
            match other {
                Some(other) if other.action == Action::Delete => {
                    step = step.needs(Fact::Gone(other.address.clone()), format!("{} is on it", other.address));
                }
                Some(other) if other.changes(place) => {
                    step = step.needs(placed(&other.address), format!("{} is on it", other.address));
                }
                Some(other) => drop(stay.insert(other.address.to_string())),
                None => drop(stay.insert(id.to_owned())),
            }
        }
        if let Some(first) = stay.first() {
            let others = if stay.len() == 1 { String::new() } else { format!(" and {} more", stay.len() - 1) };
            out.problem(
                address,
                None,
                "plan::not_empty",
                format!("{first}{others} would still be on it, and a level never goes with what is on it"),
                "move these elsewhere or delete them, or keep the level: on_remove: forget",
            );
            return;
        }
        let held = text(live, "custom_id");
        if !held.is_empty() {
            step.frees.push(claim(CUSTOM_IDS, held));
        }
        step.forgets = true;
        step.lane = Some(LEVEL.to_owned());
        out.step(step);
    }
}
