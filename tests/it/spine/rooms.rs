//! Meeting rooms in random organisations: a tree of levels that is turned over, rooms that move, custom ids that go
//! round, closures, rules and screens that come, change and are no longer said. What is said of a rule is said in full,
//! so that what is remembered of it does not depend on what the tenant fills in; kinds/room/whole.rs has the rest.
//! Drawn beside the others, from dice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::draw::Dice;
use super::org::{Key, Org, list};

#[derive(Debug, Clone, Default)]
pub(crate) struct Rooms {
    pub levels: BTreeMap<Key, Level>,
    pub rooms: BTreeMap<Key, Room>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Level {
    pub name: String,
    pub parent: Option<Key>,
    pub custom: Option<String>,
    pub closed: Option<Option<Closed>>,
    pub rules: Rules,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    pub name: String,
    pub level: Key,
    pub capacity: usize,
    pub custom: Option<String>,
    pub description: Option<String>,
    pub devices: BTreeSet<String>,
    pub closed: Option<Option<Closed>>,
    pub rules: Rules,
}

/// In whole days since 1970.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Closed {
    pub from: i64,
    pub until: Option<i64>,
    pub reason: String,
    pub contacts: BTreeSet<Key>,
}

/// What nobody says is not there; an inner nothing switches off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    pub who: Option<Option<Parties>>,
    /// From, to (hours of the day), days ahead.
    pub times: Option<Option<(usize, usize, usize)>>,
    /// Over how many minutes, and who.
    pub approval: Option<Option<(Option<usize>, BTreeSet<Key>)>>,
    pub admins: Option<Parties>,
    pub inform: Option<Option<Parties>>,
    pub background: Option<usize>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parties {
    pub users: BTreeSet<Key>,
    pub departments: BTreeSet<Key>,
}

/// Days of the tests' clock: long over, and far ahead.
const OVER: i64 = 19_000;
const AHEAD: i64 = 22_000;
const DEVICES: [&str; 5] = ["电话", "投影仪", "白板", "屏幕", "音响"];

pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    for i in 0..=dice.below(5) {
        let parent = (i > 0 && !dice.one_in(3)).then(|| format!("v{}", dice.below(i)));
        arrive_level(dice, &mut org.rooms, &format!("v{i}"), parent);
    }
    for i in 0..=dice.below(5) {
        arrive_room(dice, &mut org.rooms, &format!("w{i}"));
    }
    details(dice, org);
}

fn arrive_level(dice: &mut Dice, rooms: &mut Rooms, key: &str, parent: Option<Key>) {
    let custom = dice.one_in(2).then(|| format!("L-{key}"));
    let level = Level { name: format!("层{key}"), parent, custom, ..Level::default() };
    rooms.levels.entry(key.to_owned()).or_insert(level);
}

fn arrive_room(dice: &mut Dice, rooms: &mut Rooms, key: &str) {
    let levels: Vec<Key> = rooms.levels.keys().cloned().collect();
    let level = levels[dice.below(levels.len())].clone();
    let custom = dice.one_in(2).then(|| format!("R-{key}"));
    let room = Room { name: format!("室{key}"), level, custom, ..Room::default() };
    rooms.rooms.entry(key.to_owned()).or_insert(room);
}

/// Changes the rooms of an organisation whose people and departments have changed already.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    let rooms = &mut org.rooms;
    for key in rooms.levels.keys().cloned().collect::<Vec<_>>() {
        if rooms.levels.len() > 1 && dice.one_in(5) {
            let heir = rooms.levels.remove(&key).and_then(|gone| gone.parent);
            for level in rooms.levels.values_mut().filter(|l| l.parent.as_ref() == Some(&key)) {
                level.parent.clone_from(&heir);
            }
        }
    }
    let doomed: BTreeSet<Key> = rooms.rooms.keys().filter(|_| dice.one_in(5)).cloned().collect();
    rooms.rooms.retain(|key, _| !doomed.contains(key));
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        arrive_level(dice, rooms, &format!("v{i}"), None);
    }
    // Branches are put elsewhere, and a parent below its own child.
    let keys: Vec<Key> = rooms.levels.keys().cloned().collect();
    for _ in 0..dice.below(5) {
        let (moved, target) = (keys[dice.below(keys.len())].clone(), keys[dice.below(keys.len())].clone());
        if above(rooms, &target).contains(&moved) {
            let up = rooms.levels[&moved].parent.clone();
            if let Some(level) = rooms.levels.get_mut(&target).filter(|_| target != moved) {
                level.parent = up;
            }
        }
        if target != moved && !above(rooms, &target).contains(&moved) {
            rooms
                .levels
                .entry(moved)
                .and_modify(|l| l.parent = if dice.one_in(4) { None } else { Some(target) });
        }
    }
    let living: BTreeSet<Key> = rooms.levels.keys().cloned().collect();
    for room in rooms.rooms.values_mut() {
        if !living.contains(&room.level) || dice.one_in(3) {
            room.level = keys[dice.below(keys.len())].clone();
        }
    }
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        arrive_room(dice, rooms, &format!("w{i}"));
    }
    if dice.one_in(2) {
        let mut ids: Vec<Option<String>> = rooms.rooms.values().map(|r| r.custom.clone()).collect();
        dice.shuffle(&mut ids);
        rooms.rooms.values_mut().zip(ids).for_each(|(room, id)| room.custom = id);
    }
    if dice.one_in(2) {
        let mut ids: Vec<Option<String>> = rooms.levels.values().map(|l| l.custom.clone()).collect();
        dice.shuffle(&mut ids);
        rooms.levels.values_mut().zip(ids).for_each(|(level, id)| level.custom = id);
    }
    for level in rooms.levels.values_mut().filter(|_| dice.one_in(4)) {
        level.name.push('改');
    }
    for room in rooms.rooms.values_mut().filter(|_| dice.one_in(4)) {
        room.name.push('改');
    }
    details(dice, org);
}

/// A level with all that is above it.
fn above(rooms: &Rooms, key: &Key) -> Vec<Key> {
    let mut chain = vec![key.clone()];
    while let Some(parent) = chain.last().and_then(|k| rooms.levels.get(k)?.parent.clone()) {
        assert!(chain.len() <= rooms.levels.len(), "a circle: {chain:?}");
        chain.push(parent);
    }
    chain
}

fn details(dice: &mut Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    let departments: Vec<Key> = org.departments.keys().cloned().collect();
    let (people, departments) = (people.as_slice(), departments.as_slice());
    for level in org.rooms.levels.values_mut() {
        level.closed = closure(dice, people, &level.closed);
        level.rules = rules(dice, people, departments);
    }
    for room in org.rooms.rooms.values_mut() {
        room.capacity = 1 + dice.below(20);
        room.description = (!dice.one_in(3)).then(|| format!("说明{}", dice.below(3)));
        let devices: Vec<Key> = DEVICES.iter().map(|d| (*d).to_owned()).collect();
        room.devices = dice.some(&devices, 4);
        room.closed = closure(dice, people, &room.closed);
        room.rules = rules(dice, people, departments);
    }
}

fn closure(dice: &mut Dice, people: &[Key], before: &Option<Option<Closed>>) -> Option<Option<Closed>> {
    let contacts = dice.some(people, 2);
    match dice.below(6) {
        0 => None,
        1 | 2 => Some(None),
        3 => before.clone().map(|inner| {
            inner.map(|mut closed| {
                closed.contacts.retain(|k| people.contains(k));
                closed
            })
        }),
        kind => {
            let from = if dice.one_in(6) { OVER } else { AHEAD } + dice.below(3) as i64;
            let until = (kind == 4 || from < AHEAD).then(|| from + 7);
            Some(Some(Closed { from, until, reason: format!("检修{}", dice.below(3)), contacts }))
        }
    }
}

fn rules(dice: &mut Dice, people: &[Key], departments: &[Key]) -> Rules {
    let parties =
        |dice: &mut Dice| Parties { users: dice.some(people, 3), departments: dice.some(departments, 2) };
    let somebody = |dice: &mut Dice| {
        let mut parties = parties(dice);
        if parties.users.is_empty() && parties.departments.is_empty() {
            parties.users.insert(people[dice.below(people.len())].clone());
        }
        parties
    };
    Rules {
        who: dice.one_in(2).then(|| (!dice.one_in(3)).then(|| somebody(dice))),
        times: dice
            .one_in(2)
            .then(|| (!dice.one_in(3)).then(|| (dice.below(9), 10 + dice.below(15), 1 + dice.below(730)))),
        approval: dice.one_in(3).then(|| {
            (!dice.one_in(3)).then(|| {
                let over = (!dice.one_in(3)).then(|| 6 + dice.below(5000));
                let mut approvers = dice.some(people, 3);
                if approvers.is_empty() {
                    approvers.insert(people[0].clone());
                }
                (over, approvers)
            })
        }),
        admins: dice.one_in(4).then(|| parties(dice)),
        inform: dice.one_in(4).then(|| (!dice.one_in(3)).then(|| parties(dice))),
        background: dice.one_in(3).then(|| dice.below(4)),
    }
}

fn date(days: i64) -> String {
    let date = jiff::Timestamp::from_second(days * 86_400).expect("a day");
    format!("{}+00:00", date.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn picture(number: usize) -> String {
    format!("https://assets.example.com/{number}.png")
}

impl Parties {
    fn yaml(&self) -> String {
        format!("{{ users: {}, departments: {} }}", list(&self.users), list(&self.departments))
    }
}

fn closed_yaml(y: &mut String, closed: &Option<Option<Closed>>) {
    match closed {
        None => {}
        Some(None) => y.push_str("      closed: null\n"),
        Some(Some(c)) => {
            let until = c.until.map_or(String::new(), |until| format!(", until: \"{}\"", date(until)));
            let _ = writeln!(
                y,
                "      closed: {{ from: \"{}\"{until}, reason: {}, contacts: {}, notify_booked: true, notify_on_resume: false }}",
                date(c.from),
                c.reason,
                list(&c.contacts)
            );
        }
    }
}

impl Rules {
    fn yaml(&self, y: &mut String) {
        let mut line = |name: &str, value: String| {
            let _ = writeln!(y, "      {name}: {value}");
        };
        if let Some(who) = &self.who {
            line("bookable_by", who.as_ref().map_or("all".to_owned(), Parties::yaml));
        }
        if let Some(times) = &self.times {
            let text = times.map(|(from, to, days)| {
                format!("{{ from: \"{from:02}:00\", to: \"{to:02}:00\", opens_at: \"09:30\", days_ahead: {days}, max_hours: 5 }}")
            });
            line("booking_times", text.unwrap_or("null".to_owned()));
        }
        if let Some(approval) = &self.approval {
            let text = approval.as_ref().map(|(over, people)| {
                let over = over.map_or("null".to_owned(), |minutes| minutes.to_string());
                format!("{{ over_minutes: {over}, approvers: {} }}", list(people))
            });
            line("approval", text.unwrap_or("null".to_owned()));
        }
        if let Some(admins) = &self.admins {
            line("admins", admins.yaml());
        }
        if let Some(inform) = &self.inform {
            line("disable_notice", inform.as_ref().map_or("null".to_owned(), Parties::yaml));
        }
        if let Some(number) = self.background {
            let signage = "{ enabled: true, mute: false, start: 3, stop: 4 }";
            let (room, panel) = (picture(number), picture(number + 1));
            let pictures = format!("room_background: \"{room}\", panel_background: \"{panel}\"");
            line("display", format!("{{ {pictures}, signage: {signage}, room_signage: {signage} }}"));
        }
    }
}

impl Rooms {
    pub(crate) fn yaml(&self) -> String {
        let mut y = String::new();
        if self.levels.is_empty() {
            return y;
        }
        y.push_str("meeting_rooms:\n  levels:\n");
        for (key, level) in &self.levels {
            let _ = writeln!(y, "    {key}:\n      name: {}", level.name);
            let _ = writeln!(y, "      parent: {}", level.parent.as_deref().unwrap_or("root"));
            let _ = writeln!(y, "      custom_id: {}", level.custom.as_deref().unwrap_or("null"));
            closed_yaml(&mut y, &level.closed);
            level.rules.yaml(&mut y);
        }
        if !self.rooms.is_empty() {
            y.push_str("  rooms:\n");
        }
        for (key, room) in &self.rooms {
            let _ = writeln!(y, "    {key}:\n      name: {}\n      level: {}", room.name, room.level);
            let _ = writeln!(
                y,
                "      capacity: {}\n      custom_id: {}",
                room.capacity,
                room.custom.as_deref().unwrap_or("null")
            );
            let _ = writeln!(y, "      description: {}", room.description.as_deref().unwrap_or("null"));
            let _ = writeln!(y, "      devices: {}", list(&room.devices));
            closed_yaml(&mut y, &room.closed);
            room.rules.yaml(&mut y);
        }
        y
    }
}

/// Every way in which the store's rooms are not the organisation's.
pub(crate) fn differences(
    dump: &Value,
    org: &Org,
    user: &dyn Fn(i64) -> String,
    department: &dyn Fn(i64) -> String,
) -> Vec<String> {
    let store = Store { dump, user, department };
    let mut wrong = Vec::new();
    let levels: BTreeMap<String, &Value> =
        store.rows("room_levels").map(|(id, row)| (store.path(id), row)).collect();
    let rooms: BTreeMap<String, &Value> = store
        .rows("rooms")
        .map(|(_, row)| (format!("{}/{}", store.path(text(row, "level")), text(row, "name")), row))
        .collect();
    let path = |key: &Key| -> String {
        let mut names: Vec<&str> =
            above(&org.rooms, key).iter().map(|k| org.rooms.levels[k].name.as_str()).collect();
        names.reverse();
        format!("/{}", names.join("/"))
    };
    let want: BTreeMap<String, &Key> = org.rooms.levels.keys().map(|k| (path(k), k)).collect();
    let want_rooms: BTreeMap<String, &Key> =
        org.rooms.rooms.iter().map(|(k, r)| (format!("{}/{}", path(&r.level), r.name), k)).collect();
    for (what, want, have, many) in [
        (
            "levels",
            want.keys().collect::<Vec<_>>(),
            levels.keys().collect::<Vec<_>>(),
            store.rows("room_levels").count(),
        ),
        ("rooms", want_rooms.keys().collect(), rooms.keys().collect(), store.rows("rooms").count()),
    ] {
        if want != have || want.len() != many {
            wrong.push(format!("{what}: wanted {want:?}, the store has {many}: {have:?}"));
        }
    }
    let mut same = |what: String, want: String, have: String| {
        if want != have {
            wrong.push(format!("{what}: wanted {want}, the store has {have}"));
        }
    };
    for (path, key) in &want {
        let (Some(row), level) = (levels.get(path), &org.rooms.levels[*key]) else { continue };
        let id = text(row, "room_level_id");
        same(
            format!("level {key}: custom id"),
            level.custom.clone().unwrap_or_default(),
            text(row, "custom_group_id").to_owned(),
        );
        let status = &store.dump["room_displays"][id]["status"];
        store.closure(&format!("level {key}"), &level.closed, status, &mut same);
        store.rules(&format!("level {key}"), &level.rules, id, &mut same);
    }
    for (path, key) in &want_rooms {
        let (Some(row), room) = (rooms.get(path), &org.rooms.rooms[*key]) else { continue };
        let of = |what: &str| format!("room {key}: {what}");
        same(of("capacity"), room.capacity.to_string(), row["capacity"].to_string());
        same(
            of("custom id"),
            room.custom.clone().unwrap_or_default(),
            text(row, "custom_room_id").to_owned(),
        );
        same(
            of("description"),
            room.description.clone().unwrap_or_default(),
            text(row, "description").to_owned(),
        );
        let devices: BTreeSet<String> = row["devices"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|d| d.as_str().map(str::to_owned))
            .collect();
        same(of("devices"), format!("{:?}", room.devices), format!("{devices:?}"));
        store.closure(&of("closed"), &room.closed, &row["status"], &mut same);
        store.rules(&format!("room {key}"), &room.rules, text(row, "room_id"), &mut same);
    }
    wrong
}

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_default()
}

struct Store<'d> {
    dump: &'d Value,
    user: &'d dyn Fn(i64) -> String,
    department: &'d dyn Fn(i64) -> String,
}

impl<'d> Store<'d> {
    fn rows(&self, table: &str) -> impl Iterator<Item = (&'d str, &'d Value)> {
        self.dump[table].as_object().into_iter().flatten().map(|(k, v)| (k.as_str(), v))
    }

    /// The names of a level and of those above it.
    fn path(&self, id: &str) -> String {
        match self.dump["room_levels"].get(id) {
            Some(row) => format!("{}/{}", self.path(text(row, "parent")), text(row, "name")),
            None => String::new(),
        }
    }

    fn users(&self, list: &Value) -> BTreeSet<Key> {
        list.as_array().into_iter().flatten().filter_map(Value::as_i64).map(|k| (self.user)(k)).collect()
    }

    fn parties(&self, row: &Value) -> Parties {
        let departments = row["departments"].as_array().into_iter().flatten().filter_map(Value::as_i64);
        Parties {
            users: self.users(&row["users"]),
            departments: departments.map(|k| (self.department)(k)).collect(),
        }
    }

    fn closure(
        &self,
        what: &str,
        want: &Option<Option<Closed>>,
        row: &Value,
        same: &mut impl FnMut(String, String, String),
    ) {
        let Some(want) = want else { return };
        // One that is over needs nothing any more.
        let (day, ahead) = (86_400, AHEAD * 86_400);
        let want = want.as_ref().filter(|c| c.from >= AHEAD);
        let window = &row["closed"];
        let have = window.is_object().then(|| Closed {
            from: window["start"].as_i64().unwrap_or(-1) / day,
            until: window["end"].as_i64().filter(|end| *end != 0).map(|end| end / day),
            reason: text(row, "reason").to_owned(),
            contacts: self.users(&row["contacts"]),
        });
        let have = have.filter(|_| window["end"] == 0 || window["end"].as_i64() >= Some(ahead));
        same(format!("{what}: closure"), format!("{want:?}"), format!("{:?}", have.as_ref()));
    }

    fn rules(&self, what: &str, want: &Rules, id: &str, same: &mut impl FnMut(String, String, String)) {
        let row = &self.dump["room_rules"][id];
        if let Some(who) = &want.who {
            let have = (row["who"]["everybody"] == false).then(|| self.parties(&row["who"]["parties"]));
            same(format!("{what}: who"), format!("{who:?}"), format!("{have:?}"));
        }
        if let Some(times) = &want.times {
            let hours = |name: &str| row["times"][name].as_i64().unwrap_or(-1) as usize / 3600;
            let have = (row["times"]["on"] == true).then(|| {
                (
                    hours("start"),
                    hours("end"),
                    row["times"]["days_in_advance"].as_i64().unwrap_or(-1) as usize,
                )
            });
            same(format!("{what}: times"), format!("{times:?}"), format!("{have:?}"));
        }
        if let Some(approval) = &want.approval {
            let have = (row["approval"]["on"] == true).then(|| {
                // Hundredths of an hour.
                let over = row["approval"]["over"].as_f64().unwrap_or(-1.0) * 0.6;
                let over = (row["approval"]["condition"] == 1).then(|| over.round() as usize);
                (over, self.users(&row["approval"]["approvers"]))
            });
            same(format!("{what}: approval"), format!("{approval:?}"), format!("{have:?}"));
        }
        if let Some(admins) = &want.admins {
            same(
                format!("{what}: admins"),
                format!("{admins:?}"),
                format!("{:?}", self.parties(&row["admins"])),
            );
        }
        if let Some(inform) = &want.inform {
            let have = (row["inform"]["on"] == true).then(|| self.parties(&row["inform"]["parties"]));
            same(format!("{what}: disable notice"), format!("{inform:?}"), format!("{have:?}"));
        }
        if let Some(number) = want.background {
            let have = text(&self.dump["room_displays"][id]["fields"], "room_background").to_owned();
            same(format!("{what}: background"), picture(number), have);
        }
    }
}
