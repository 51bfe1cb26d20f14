//! Calendars in random organisations: people with roles, days and times, series with skipped days, guests. Drawn
//! beside the rest, from dice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::draw::Dice;
use super::org::{Key, Org, list};

pub(crate) type Calendars = BTreeMap<Key, Calendar>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Calendar {
    pub name: String,
    pub description: Option<String>,
    pub visibility: usize,
    /// A place in [`ROLES`].
    pub roles: BTreeMap<Key, usize>,
    pub events: BTreeMap<Key, Event>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub title: String,
    pub description: Option<usize>,
    pub when: When,
    /// Every day for a month; it never becomes one or ceases to be one.
    pub series: bool,
    /// Days of it that are skipped, counted from the first; they only become more.
    pub skipped: BTreeSet<i64>,
    pub free: bool,
    pub video: usize,
    pub may: usize,
    pub place: Option<usize>,
    pub must: BTreeSet<Key>,
    pub may_come: BTreeSet<Key>,
    pub chats: BTreeSet<Key>,
    pub mails: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum When {
    /// From this day of October on, so many more.
    Days(u32, u32),
    /// A place in [`TIMES`], and minutes.
    At(usize, i64),
}

impl Default for When {
    fn default() -> Self {
        Self::Days(1, 0)
    }
}

const ROLES: [(&str, &str); 4] = [
    ("free_busy_readers", "free_busy_reader"),
    ("readers", "reader"),
    ("writers", "writer"),
    ("owners", "owner"),
];
const VISIBILITIES: [&str; 3] = ["private", "show_only_free_busy", "public"];
const VIDEOS: [(&str, &str); 3] =
    [("none", "no_meeting"), ("lark", "vc"), ("{ url: https://meet.example/1 }", "third_party")];
const MAYS: [(&str, &str); 4] = [
    ("nothing", "none"),
    ("see_others", "can_see_others"),
    ("invite", "can_invite_others"),
    ("edit", "can_modify_event"),
];
/// On the wall, where, and in seconds: reckoned elsewhere. The last ones see the clocks change within a month.
const TIMES: [(&str, &str, i64); 6] = [
    ("2026-09-04T10:00", "Asia/Shanghai", 1_788_487_200),
    ("2026-12-24T18:00", "Asia/Tokyo", 1_798_102_800),
    ("2026-10-20T09:00", "America/New_York", 1_792_501_200),
    ("2026-10-20T14:00", "America/New_York", 1_792_519_200),
    ("2026-10-22T08:30", "Europe/London", 1_792_654_200),
    ("2026-10-01T16:00", "Australia/Sydney", 1_790_834_400),
];

/// Gives an organisation its calendars.
pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    for i in 0..1 + dice.below(3) {
        let calendar = Calendar { name: format!("日历{i}"), ..Calendar::default() };
        org.calendars.insert(format!("k{i}"), calendar);
    }
    for calendar in org.calendars.values_mut() {
        for i in 0..1 + dice.below(4) {
            arrive(dice, calendar, i);
        }
    }
    contents(dice, org);
}

fn arrive(dice: &mut Dice, calendar: &mut Calendar, i: usize) {
    let event =
        Event { title: format!("事{i}"), series: dice.one_in(3), when: when(dice), ..Event::default() };
    calendar.events.insert(format!("e{i}"), event);
}

fn when(dice: &mut Dice) -> When {
    if dice.one_in(2) {
        When::Days(
            1 + u32::try_from(dice.below(20)).expect("small"),
            u32::try_from(dice.below(3)).expect("small"),
        )
    } else {
        When::At(dice.below(TIMES.len()), 30 + 15 * i64::try_from(dice.below(3)).expect("small"))
    }
}

/// Changes the calendars of an organisation whose people and chats have changed already.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    let doomed: Vec<Key> = org.calendars.keys().filter(|_| dice.one_in(4)).cloned().collect();
    doomed.iter().for_each(|key| drop(org.calendars.remove(key)));
    for _ in 0..dice.below(2) {
        let i = 100 + dice.below(900);
        let calendar = Calendar { name: format!("新日历{i}"), ..Calendar::default() };
        org.calendars.entry(format!("k{i}")).or_insert(calendar);
    }
    for calendar in org.calendars.values_mut() {
        if dice.one_in(3) {
            calendar.name.push('改');
        }
        let doomed: Vec<Key> = calendar.events.keys().filter(|_| dice.one_in(4)).cloned().collect();
        doomed.iter().for_each(|key| drop(calendar.events.remove(key)));
        for event in calendar.events.values_mut() {
            if dice.one_in(3) {
                event.title.push('改');
            }
            if dice.one_in(3) {
                let next = when(dice);
                // A series is on days or at a time for ever, and its days are counted from the first.
                match (&event.when, &next) {
                    _ if !event.series => event.when = next,
                    (When::At(..), When::At(2 | 3, _)) if matches!(event.when, When::At(2 | 3, _)) => {
                        event.when = next;
                    }
                    (When::At(place, _), When::At(_, minutes)) => event.when = When::At(*place, *minutes),
                    (When::Days(from, _), When::Days(_, more)) => event.when = When::Days(*from, *more),
                    _ => {}
                }
            }
        }
        for _ in 0..dice.below(3) {
            let i = 100 + dice.below(900);
            arrive(dice, calendar, i);
        }
    }
    contents(dice, org);
}

fn contents(dice: &mut Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    let chats: Vec<Key> = org.chats.keys().cloned().collect();
    let mails: Vec<String> = (0..4).map(|n| format!("g{n}@else.example")).collect();
    for calendar in org.calendars.values_mut() {
        calendar.description = (!dice.one_in(3)).then(|| format!("说明{}", dice.below(3)));
        calendar.visibility = dice.below(VISIBILITIES.len());
        calendar.roles =
            dice.some(&people, 6).into_iter().map(|key| (key, dice.below(ROLES.len()))).collect();
        for event in calendar.events.values_mut() {
            // What was said once stays said.
            if event.description.is_some() || dice.one_in(2) {
                event.description = Some(dice.below(3));
            }
            if event.place.is_some() || dice.one_in(2) {
                event.place = Some(dice.below(3));
            }
            if event.series && dice.one_in(2) {
                event.skipped.insert(1 + i64::try_from(dice.below(20)).expect("small"));
            }
            if dice.one_in(4) {
                event.free = !event.free;
            }
            event.video = dice.below(VIDEOS.len());
            event.may = dice.below(MAYS.len());
            event.must = dice.some(&people, 5);
            event.may_come = dice.some(&people, 3).difference(&event.must).cloned().collect();
            event.chats = dice.some(&chats, 2);
            event.mails = dice.some(&mails, 3);
        }
    }
}

/// The day so many days after the first of October.
fn day(from: u32, on: i64) -> String {
    let date = jiff::civil::date(2026, 10, i8::try_from(from).expect("a day"));
    (date + jiff::Span::new().days(on)).to_string()
}

impl Event {
    /// The day so many days after the first one of a series.
    fn day(&self, on: i64) -> String {
        match self.when {
            When::Days(from, _) => day(from, on),
            When::At(place, _) => {
                let date: jiff::civil::Date = TIMES[place].0[..10].parse().expect("a day");
                (date + jiff::Span::new().days(on)).to_string()
            }
        }
    }
}

pub(crate) fn yaml(org: &Org) -> String {
    let mut y = String::new();
    if !org.calendars.is_empty() {
        y.push_str("calendars:\n");
    }
    for (key, c) in &org.calendars {
        let _ = writeln!(y, "  {key}:\n    name: {}\n    visibility: {}", c.name, VISIBILITIES[c.visibility]);
        let _ = writeln!(y, "    description: {}", c.description.as_deref().unwrap_or("null"));
        for (place, (name, _)) in ROLES.iter().enumerate() {
            let people = c.roles.iter().filter(|(_, role)| **role == place).map(|(key, _)| key);
            let _ = writeln!(y, "    {name}: {}", list(people));
        }
        if !c.events.is_empty() {
            y.push_str("    events:\n");
        }
        for (key, e) in &c.events {
            let _ = writeln!(y, "      {key}:\n        title: {}", e.title);
            let _ = match e.when {
                When::Days(from, more) => {
                    writeln!(
                        y,
                        "        all_day: {{ from: {}, to: {} }}",
                        day(from, 0),
                        day(from, i64::from(more))
                    )
                }
                When::At(place, minutes) => {
                    let (start, zone, _) = TIMES[place];
                    writeln!(y, "        at: {{ start: {start}, minutes: {minutes}, timezone: {zone} }}")
                }
            };
            if e.series {
                let until = e.day(30).replace('-', "");
                let days: Vec<String> = e.skipped.iter().map(|on| e.day(*on)).collect();
                let _ =
                    writeln!(y, "        repeat: FREQ=DAILY;UNTIL={until}\n        except: {}", list(&days));
            }
            if let Some(n) = e.description {
                let _ = writeln!(y, "        description: 正文{n}");
            }
            if let Some(n) = e.place {
                let _ = writeln!(y, "        location: {{ name: 地点{n}, address: 路{n}号 }}");
            }
            let _ = writeln!(y, "        show_as: {}", if e.free { "free" } else { "busy" });
            let _ =
                writeln!(y, "        video: {}\n        attendees_may: {}", VIDEOS[e.video].0, MAYS[e.may].0);
            let _ =
                writeln!(y, "        attendees: {}\n        optional: {}", list(&e.must), list(&e.may_come));
            let _ = writeln!(y, "        chats: {}\n        emails: {}", list(&e.chats), list(&e.mails));
        }
    }
    y
}

/// Every way in which the store's calendars are not the organisation's.
pub(crate) fn differences(dump: &Value, org: &Org, user: &dyn Fn(i64) -> String) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, want: String, have: String| {
        if want != have {
            wrong.push(format!("{what}: wanted {want}, the store has {have}"));
        }
    };
    let rows = |table: &str| -> Vec<(String, Value)> {
        dump[table].as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let chats: BTreeMap<String, String> =
        rows("chats").into_iter().map(|(_, row)| (text(&row, "chat_id"), text(&row, "name"))).collect();
    let living = rows("calendars").into_iter().map(|(_, row)| row).filter(|row| row["deleted"] != true);
    let living: Vec<Value> = living.filter(|row| row["primary_of"].is_null()).collect();
    same("how many calendars", org.calendars.len().to_string(), living.len().to_string());
    for (key, want) in &org.calendars {
        let of = |what: &str| format!("calendar {key}: {what}");
        let Some(row) = living.iter().find(|row| row["summary"] == want.name) else {
            same(&of("name"), want.name.clone(), "nothing of that name".to_owned());
            continue;
        };
        let id = text(row, "calendar_id");
        same(&of("description"), want.description.clone().unwrap_or_default(), text(row, "description"));
        same(&of("visibility"), VISIBILITIES[want.visibility].to_owned(), text(row, "permissions"));
        let roles: BTreeMap<String, String> = rows("calendar_acls")
            .into_iter()
            .filter_map(|(seat, row)| {
                let (calendar, person) = seat.rsplit_once('/')?;
                (calendar == id).then(|| (user(person.parse().unwrap_or(-1)), text(&row, "role")))
            })
            .collect();
        let wanted: BTreeMap<String, String> =
            want.roles.iter().map(|(key, role)| (key.clone(), ROLES[*role].1.to_owned())).collect();
        same(&of("roles"), format!("{wanted:?}"), format!("{roles:?}"));
        let all: Vec<Value> = rows("calendar_events")
            .into_iter()
            .map(|(_, row)| row)
            .filter(|row| row["calendar_id"] == id)
            .collect();
        let events: Vec<&Value> =
            all.iter().filter(|row| row["cancelled"] != true && row["original"] == 0).collect();
        same(&of("how many events"), want.events.len().to_string(), events.len().to_string());
        for (name, want) in &want.events {
            let of = |what: &str| format!("calendar {key}, event {name}: {what}");
            let Some(row) = events.iter().find(|row| row["summary"] == want.title) else {
                same(&of("title"), want.title.clone(), "nothing of that title".to_owned());
                continue;
            };
            let (start, end) = (&row["start"], &row["end"]);
            match want.when {
                When::Days(from, more) => {
                    let have = (text(&start["day"], "date"), text(&end["day"], "date"));
                    same(
                        &of("days"),
                        format!("{:?}", (day(from, 0), day(from, i64::from(more)))),
                        format!("{have:?}"),
                    );
                }
                When::At(place, minutes) => {
                    let (_, zone, at) = TIMES[place];
                    let have =
                        (start["at"]["at"].as_i64(), end["at"]["at"].as_i64(), text(&start["at"], "zone"));
                    let want = (Some(at), Some(at + minutes * 60), zone.to_owned());
                    same(&of("time"), format!("{want:?}"), format!("{have:?}"));
                }
            }
            same(&of("series"), want.series.to_string(), (!text(row, "recurrence").is_empty()).to_string());
            let holes =
                all.iter().filter(|e| e["uid"] == row["uid"] && e["original"] != 0 && e["cancelled"] == true);
            same(&of("skipped"), want.skipped.len().to_string(), holes.count().to_string());
            let description = want.description.map(|n| format!("正文{n}")).unwrap_or_default();
            same(&of("description"), description, text(row, "description"));
            let place = want.place.map(|n| format!("地点{n}")).unwrap_or_default();
            same(&of("place"), place, text(&row["location"], "name"));
            let show = if want.free { "free" } else { "busy" };
            same(&of("free or busy"), show.to_owned(), text(row, "free_busy"));
            same(&of("video"), VIDEOS[want.video].1.to_owned(), text(&row["vchat"], "vc_type"));
            same(&of("what attendees may"), MAYS[want.may].1.to_owned(), text(row, "attendee_ability"));
            let guests: BTreeSet<String> = row["attendees"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|a| a["rsvp"] != "removed")
                .map(|a| {
                    let who = &a["who"];
                    let word = if a["optional"] == true { "may" } else { "must" };
                    match (who["user"].as_i64(), who["chat"].as_str(), who["mail"].as_str()) {
                        (Some(key), ..) => format!("{word} {}", user(key)),
                        (_, Some(id), _) => format!("chat {}", chats.get(id).map_or("?", String::as_str)),
                        (.., Some(mail)) => format!("mail {mail}"),
                        _ => "?".to_owned(),
                    }
                })
                .collect();
            let must = want.must.iter().map(|k| format!("must {k}"));
            let may = want.may_come.iter().map(|k| format!("may {k}"));
            let chats = want.chats.iter().map(|k| format!("chat {}", org.chats[k].name));
            let mails = want.mails.iter().map(|m| format!("mail {m}"));
            let wanted: BTreeSet<String> = must.chain(may).chain(chats).chain(mails).collect();
            same(&of("guests"), format!("{wanted:?}"), format!("{guests:?}"));
        }
    }
    // Nobody was messaged.
    same("messages", "0".to_owned(), rows("calendar_notices").len().to_string());
    wrong
}
