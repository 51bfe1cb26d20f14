//! The calls for rooms. A patch sends what changed and nothing else, all of it at once: twenty a minute is all there is.

use serde_json::{Map, Value as Json, json};

use super::observe::{BOOKINGS, DAYS_AHEAD, FIRST_BOOKING, FREE_BUSY};
use crate::base::count::Count;
use crate::kinds::rooms::rules::{Rules, with_people};
use crate::kinds::rooms::spec::CLOSED;
use crate::kinds::rooms::{ROOM, Sort};
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::kinds::unread;
use crate::model::{Accept, Action, Call, Capture, Fact, Live, OnRemove, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ROOMS: &str = "/open-apis/vc/v1/rooms";
const ONE: &str = "/open-apis/vc/v1/rooms/:room_id";
const OWN: [&str; 7] = ["name", "level", "capacity", "custom_id", "description", "devices", CLOSED];
const CUSTOM_IDS: &str = "room custom_id";
/// Not there: what a deletion wants.
const GONE: i64 = 121_004;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        let room = Room { work, change };
        match (change.action, change.live) {
            (Action::Create, _) => room.create(out),
            (Action::Update | Action::Adopt, Some(live)) => room.update(live, out),
            (Action::Keep, Some(_)) => room.rules(out),
            (Action::Delete, Some(live)) => room.delete(live, out),
            // Nothing of a room is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Keep | Action::Delete, None)
            | (Action::Replace | Action::Forget, _) => {}
        }
    }
}

struct Room<'b, 'w> {
    work: &'b Work<'w>,
    change: &'b ThingChange<'w>,
}

fn custom_id(live: &Live) -> &str {
    live.attributes.get("custom_id").and_then(Value::as_text).unwrap_or_default()
}

impl<'w> Room<'_, 'w> {
    fn level(&self) -> Option<Target> {
        let declared = self.change.after("level");
        let level = declared.or_else(|| self.change.live.and_then(|live| live.attributes.get("level")))?;
        level.as_target().cloned()
    }

    fn rules_of(&self) -> Rules<'_, 'w> {
        Rules { work: self.work, change: self.change, sort: Sort::Room, on: self.level() }
    }

    fn rules(&self, out: &mut Drafts) {
        self.rules_of().steps(out);
    }

    /// What the API calls an attribute, and its value.
    fn field(&self, name: &str) -> Option<(&'static str, Json)> {
        let after = self.change.after(name)?;
        let text = || json!(after.as_text().unwrap_or_default());
        Some(match name {
            "name" => ("name", text()),
            "level" => ("room_level_id", self.work.json_id(after.as_target()?, "id")),
            "capacity" => ("capacity", json!(after.as_int()?)),
            "custom_id" => ("custom_room_id", text()),
            "description" => ("description", text()),
            "devices" => {
                let names = after.elements().filter_map(Value::as_text);
                ("device", names.map(|name| json!({ "name": name })).collect())
            }
            _ => ("room_status", self.rules_of().status()),
        })
    }

    fn body(&self, names: &[&str]) -> Map<String, Json> {
        let fields = names.iter().filter_map(|name| self.field(name));
        fields.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn on_its_level(&self, mut step: StepDraft) -> StepDraft {
        if let Some(Target::Address(level)) = self.level()
            && self.work.is_new(&level)
        {
            step = step.needs(Fact::Exists(level.clone()), format!("{level} exists"));
        }
        step
    }

    fn custom_id_is_free(&self, out: &mut Drafts) {
        let Some(wanted) = self.change.field("custom_id").and_then(|f| f.after.as_text()) else { return };
        let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes("custom_id");
        let what = format!("the custom id {wanted}");
        nobody_keeps_it(self.work, self.change, "custom_id", &what, |l| custom_id(l) == wanted, lets_go, out);
    }

    fn create(&self, out: &mut Drafts) {
        let address = &self.change.address;
        self.looks_moved(out);
        self.custom_id_is_free(out);
        // A new room is open and has no text: what is declared as nothing is not sent.
        let said = |name: &&str| self.change.after(name).is_some_and(|value| !value.is_null());
        let names: Vec<&str> = OWN.into_iter().filter(said).collect();
        let call = Call::new("POST", ROOMS).query("user_id_type", "user_id").body(self.body(&names).into());
        let mut step = StepDraft::new(address.clone(), Verb::Create, "create", call)
            .gives(Fact::Exists(address.clone()));
        step = self.on_its_level(step);
        let custom = self.change.after("custom_id").and_then(Value::as_text);
        step.takes.extend(custom.map(|id| claim(CUSTOM_IDS, id)));
        step.captures.push(Capture { pointer: "/room/room_id".to_owned(), id: "id".to_owned() });
        step.applies = applies(self.change, &OWN);
        step.lane = Some(ROOM.to_owned());
        out.step(with_people(step, self.work, self.change, &[CLOSED]));
        self.rules(out);
    }

    /// One of the same name elsewhere may be what is meant.
    fn looks_moved(&self, out: &mut Drafts) {
        let things = self.work.snapshot.kind(ROOM).into_iter().flat_map(|seen| seen.things.values());
        let same = |live: &&Live| live.attributes.get("name") == self.change.after("name");
        for live in things.filter(same).filter(|live| self.work.address_of(ROOM, &live.id).is_none()) {
            let address = &self.change.address;
            out.note(
                address,
                format!("{} elsewhere has this name: if it is meant, write import: {{{address}: {}}}", live.id, live.id),
            );
        }
    }

    fn update(&self, live: &'w Live, out: &mut Drafts) {
        let (address, change) = (&self.change.address, self.change);
        let changed: Vec<&str> = OWN.into_iter().filter(|name| change.changes(name)).collect();
        if !changed.is_empty() {
            self.custom_id_is_free(out);
            let patch = |body: Map<String, Json>| {
                let call = Call::new("PATCH", ONE).param("room_id", live.id.clone());
                call.query("user_id_type", "user_id").body(body.into())
            };
            let what = match changed.as_slice() {
                ["level"] => "move".to_owned(),
                ["name"] => "rename".to_owned(),
                several => format!("update {}", several.join(", ")),
            };
            let mut step = StepDraft::new(address.clone(), Verb::Update, what, patch(self.body(&changed)));
            if change.changes("level") {
                step = self.on_its_level(step).gives(Fact::Settled("place".to_owned(), address.clone()));
            }
            if let Some(after) = change.field("custom_id").map(|f| &f.after) {
                step.takes.extend(after.as_text().map(|id| claim(CUSTOM_IDS, id)));
                let held = custom_id(live);
                if !held.is_empty() {
                    let spare = stand_in(live);
                    let body = Map::from_iter([("custom_room_id".to_owned(), json!(spare))]);
                    let (frees, takes) = (claim(CUSTOM_IDS, held), claim(CUSTOM_IDS, spare));
                    give_up(&mut step, frees, takes, "custom id in between", patch(body), Some(ROOM));
                }
            }
            step.applies = applies(change, &changed);
            step.lane = Some(ROOM.to_owned());
            out.step(with_people(step, self.work, change, &[CLOSED]));
        }
        self.rules(out);
    }

    fn delete(&self, live: &'w Live, out: &mut Drafts) {
        let address = &self.change.address;
        if self.change.on_remove == OnRemove::Deactivate {
            out.problem(
                address,
                None,
                "plan::no_such_state",
                format!("{address} cannot be closed by taking it out"),
                "declare it once more with `closed: {}`, or with `on_remove: forget` or `delete`",
            );
            return;
        }
        if !self.work.snapshot.kind(ROOM).is_some_and(|seen| seen.complete) {
            let gap = unread::of(self.work, ROOM, &live.id);
            out.block(address, unread::why("no room is deleted while not all were read", gap), None);
            return;
        }
        let call = Call::new("DELETE", ONE).param("room_id", live.id.clone());
        let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call)
            .needs(Fact::Settled("released".to_owned(), address.clone()), "nothing books it any more")
            .gives(Fact::Gone(address.clone()))
            .accepts(Accept::Done { code: GONE });
        let held = custom_id(live);
        if !held.is_empty() {
            step.frees.push(claim(CUSTOM_IDS, held));
        }
        step.forgets = true;
        step.lane = Some(ROOM.to_owned());
        if self.bookings(live, out) {
            out.step(step);
        }
    }

    /// Says who counts on a room that leaves, and whether it may be planned at all.
    fn bookings(&self, live: &Live, out: &mut Drafts) -> bool {
        let address = &self.change.address;
        match live.facts.get(BOOKINGS) {
            None => {
                let scope = FREE_BUSY[0];
                out.note(address, format!("what is booked in it is not looked at: the app lacks the scope {scope}"));
            }
            Some(Value::Int(0)) => {}
            Some(Value::Int(count)) => {
                let first = live.facts.get(FIRST_BOOKING).and_then(Value::as_text).unwrap_or_default();
                let booked =
                    format!("it is booked {} in the next {DAYS_AHEAD} days, first at {first}", Count(usize::try_from(*count).unwrap_or(usize::MAX), "time"));
                if self.let_go_by_ours(&live.id) {
                    out.note(address, format!("{booked}; events of this plan, which let it go, may be among them"));
                } else {
                    out.guard(address, "booked", format!("{booked}; `closed: {{}}` keeps what is booked"));
                }
            }
            Some(why) => {
                let why = why.as_text().unwrap_or_default();
                out.block(address, format!("whether it is booked could not be read: {why}"), None);
                return false;
            }
        }
        true
    }

    /// Whether an event that this plan changes or deletes books the room: free-busy tells times and no more.
    fn let_go_by_ours(&self, live_id: &str) -> bool {
        let changed = |c: &&ThingChange<'_>| c.action == Action::Delete || !c.fields.is_empty();
        let others = self.work.all.values().filter(|c| c.address != self.change.address).filter(changed);
        // What an event that leaves invites is not read: the state remembers it.
        others.into_iter().any(|other| {
            let live = other.live.into_iter().flat_map(|live| live.attributes.values().cloned());
            let applied = other.record.into_iter().flat_map(|record| record.applied.values());
            let applied = applied.filter_map(|value| serde_json::from_value::<Value>(value.clone()).ok());
            live.chain(applied).any(|value| self.names(&value, live_id))
        })
    }

    /// Whether a value refers to this room.
    fn names(&self, value: &Value, id: &str) -> bool {
        let mut names = false;
        value.each_target(&mut |target| {
            names |= match target {
                Target::Address(address) => *address == self.change.address,
                Target::Remote { kind, id: other } => kind == ROOM && other == id,
                Target::Lookup(_) => false,
            };
        });
        names
    }
}
