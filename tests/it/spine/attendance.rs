//! Attendance in random organisations: shifts that swap their names, groups of every type whose people move from one to
//! another, places that only grow. Drawn beside the rest, from dice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::draw::Dice;
use super::org::{Key, Org, list};

#[derive(Debug, Clone, Default)]
pub(crate) struct Attendance {
    pub shifts: BTreeMap<Key, Shift>,
    pub groups: BTreeMap<Key, Group>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Shift {
    pub name: String,
    pub periods: Vec<Period>,
    pub breaks: Vec<(i64, i64)>,
    pub flexible: BTreeSet<(i64, i64)>,
    pub rest: bool,
    pub no_out: bool,
    pub serious: i64,
    pub leaders: BTreeSet<Key>,
}

/// Minutes of the day, and the index of what is punched.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    pub on: i64,
    pub off: i64,
    pub late: i64,
    pub serious: Option<i64>,
    pub punch: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub name: String,
    /// Fixed, scheduled, free.
    pub kind: usize,
    pub week: Vec<Option<Key>>,
    pub free: Vec<bool>,
    pub hours: i64,
    pub holidays: usize,
    pub work_days: BTreeMap<u8, Option<Key>>,
    pub off_days: BTreeSet<u8>,
    pub users: BTreeSet<Key>,
    pub departments: BTreeSet<Key>,
    pub exempt: BTreeSet<Key>,
    pub leaders: BTreeSet<Key>,
    pub sub_leaders: BTreeSet<Key>,
    pub methods: BTreeSet<usize>,
    pub places: BTreeSet<usize>,
    pub networks: BTreeSet<usize>,
    pub machines: BTreeSet<usize>,
    /// Which of [`SWITCHES`] are on.
    pub on: BTreeSet<usize>,
}

const TYPES: [&str; 3] = ["fixed", "scheduled", "free"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CALENDARS: [&str; 6] = ["none", "china", "us", "japan", "india", "singapore"];
const PUNCHES: [&str; 4] = ["both", "in_only", "out_only", "none"];
const WAYS: [(&str, i64); 4] = [("gps", 1), ("wifi", 2), ("machine", 4), ("ip", 8)];
/// YAML under `BLOCK.FIELD`, field of the API.
const SWITCHES: [(&str, &str, &str); 8] = [
    ("outside", "remark", "out_punch_need_remark"),
    ("outside", "photo", "out_punch_need_photo"),
    ("corrections", "limited", "remedy_limit"),
    ("devices", "pc", "allow_pc_punch"),
    ("devices", "photo", "clockIn_need_photo"),
    ("display", "overtime", "show_over_time"),
    ("face", "photo_instead", "face_downgrade"),
    ("leave", "punch", "leave_need_punch"),
];
/// Blocks that count only while this is on; here it is.
const PARENTS: [(&str, &str, &str); 3] = [
    ("outside", "allow", "allow_out_punch"),
    ("corrections", "allow", "allow_remedy"),
    ("face", "required", "face_punch"),
];

pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    for i in 0..dice.below(4) {
        org.attendance.shifts.insert(format!("s{i}"), Shift { name: format!("班次{i}"), ..Shift::default() });
    }
    for i in 0..dice.below(4) {
        org.attendance
            .groups
            .insert(format!("a{i}"), Group { name: format!("考勤组{i}"), ..Group::default() });
    }
    relations(&mut dice, org);
}

pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let doomed = |dice: &mut Dice, keys: Vec<Key>| -> BTreeSet<Key> {
        keys.into_iter().filter(|_| dice.one_in(4)).collect()
    };
    let gone = doomed(&mut dice, org.attendance.shifts.keys().cloned().collect());
    org.attendance.shifts.retain(|key, _| !gone.contains(key));
    let gone = doomed(&mut dice, org.attendance.groups.keys().cloned().collect());
    org.attendance.groups.retain(|key, _| !gone.contains(key));
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        let shift = Shift { name: format!("新班次{i}"), ..Shift::default() };
        org.attendance.shifts.entry(format!("s{i}")).or_insert(shift);
        let group = Group { name: format!("新考勤组{i}"), ..Group::default() };
        org.attendance.groups.entry(format!("a{i}")).or_insert(group);
    }
    let mut names: Vec<String> = org.attendance.shifts.values().map(|shift| shift.name.clone()).collect();
    if dice.one_in(2) && names.len() > 1 {
        names.rotate_left(1);
        org.attendance.shifts.values_mut().zip(names).for_each(|(shift, name)| shift.name = name);
    }
    relations(&mut dice, org);
}

/// Everything but names and places, drawn anew; places grow.
fn relations(dice: &mut Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    for shift in org.attendance.shifts.values_mut() {
        let mut at = 300 + 30 * dice.below(10) as i64;
        shift.periods.clear();
        for i in 0..=dice.below(3) {
            let off = at + 60 * (1 + dice.below(8)) as i64;
            let punch = if i == 0 { dice.below(2) } else { dice.below(4) };
            let serious = dice.one_in(2).then(|| 30 + dice.below(20) as i64);
            shift.periods.push(Period { on: at, off, late: dice.below(10) as i64, serious, punch });
            at = off + 30 * dice.below(3) as i64;
        }
        shift.breaks = (0..dice.below(3)).map(|i| (600 + 120 * i as i64, 630 + 120 * i as i64)).collect();
        shift.rest = dice.one_in(4);
        let flexible = if shift.rest { 0 } else { dice.below(3) };
        shift.flexible = (0..flexible).map(|_| (dice.below(60) as i64, dice.below(60) as i64)).collect();
        shift.no_out = dice.one_in(3);
        shift.serious = dice.below(60) as i64;
        shift.leaders = dice.some(&people, 2);
    }
    let shifts: Vec<Key> = org.attendance.shifts.keys().cloned().collect();
    // Each person and department is of one group at most.
    let (mut free_people, mut free_departments) =
        (people.clone(), org.departments.keys().cloned().collect::<Vec<_>>());
    dice.shuffle(&mut free_people);
    dice.shuffle(&mut free_departments);
    let take = |dice: &mut Dice, from: &mut Vec<Key>, most: usize| -> BTreeSet<Key> {
        let many = dice.below(most + 1).min(from.len());
        from.drain(..many).collect()
    };
    for group in org.attendance.groups.values_mut() {
        let one = |dice: &mut Dice| {
            if dice.one_in(3) { None } else { shifts.get(dice.below(shifts.len())).cloned() }
        };
        group.kind = dice.below(3);
        group.week = (0..7).map(|_| one(dice)).collect();
        group.free = (0..7).map(|_| dice.one_in(2)).collect();
        group.hours = 60 * dice.below(12) as i64;
        group.holidays = dice.below(6);
        group.work_days = (0..dice.below(4)).map(|_| (1 + dice.below(14) as u8, one(dice))).collect();
        group.off_days = (0..dice.below(4)).map(|_| 15 + dice.below(14) as u8).collect();
        group.users = take(dice, &mut free_people, 4);
        group.exempt = take(dice, &mut free_people, 1);
        group.departments = take(dice, &mut free_departments, 2);
        group.leaders = dice.some(&people, 3);
        if group.leaders.is_empty() {
            group.leaders.insert("p0".to_owned());
        }
        group.sub_leaders = dice.some(&people, 2);
        group.methods = (0..4).filter(|_| dice.one_in(2)).collect();
        group.places.extend((0..dice.below(3)).map(|_| dice.below(20)));
        group.networks.extend((0..dice.below(2)).map(|_| dice.below(20)));
        group.machines = (0..dice.below(3)).map(|_| dice.below(20)).collect();
        group.on = (0..SWITCHES.len()).filter(|_| dice.one_in(2)).collect();
    }
}

fn time(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn degrees(place: usize) -> (f64, f64) {
    (31.2 + place as f64 * 0.001_23, 121.5 + place as f64 * 0.000_37)
}

impl Attendance {
    pub(super) fn yaml(&self) -> String {
        let mut y = String::new();
        let mut line = |text: String| {
            let _ = writeln!(y, "{text}");
        };
        line("shifts:".to_owned());
        for (key, s) in &self.shifts {
            line(format!("  {key}:\n    name: {}\n    periods:", s.name));
            for p in &s.periods {
                let serious = p.serious.map_or(String::new(), |n| format!(", serious_after: {n}"));
                line(format!(
                    "      - {{ on: \"{}\", off: \"{}\", late: {{ counts_after: {}, absent_after: 60{serious} }}, early: {{ counts_before: 5, absent_before: 60 }}, punch_in_from: 60, punch_out_until: 120, punch: {} }}",
                    time(p.on),
                    time(p.off),
                    p.late,
                    PUNCHES[p.punch]
                ));
            }
            let span =
                |(from, to): &(i64, i64)| format!("{{ from: \"{}\", to: \"{}\" }}", time(*from), time(*to));
            line(format!("    breaks: [{}]", s.breaks.iter().map(span).collect::<Vec<_>>().join(", ")));
            let pair = |(early, late): &(i64, i64)| format!("{{ early: {early}, late: {late} }}");
            line(format!("    flexible: [{}]", s.flexible.iter().map(pair).collect::<Vec<_>>().join(", ")));
            line(format!("    rest_day: {}\n    no_punch_out: {}", s.rest, s.no_out));
            line(format!("    serious_late_after: {}\n    leaders: {}", s.serious, list(&s.leaders)));
        }
        line("attendance_groups:".to_owned());
        for (key, g) in &self.groups {
            line(format!("  {key}:\n    name: {}\n    operator: p0\n    timezone: Asia/Shanghai", g.name));
            line(format!("    type: {}\n    holidays: {}", TYPES[g.kind], CALENDARS[g.holidays]));
            let shift = |key: &Option<Key>| key.clone().unwrap_or_else(|| "off".to_owned());
            match g.kind {
                0 => {
                    let days = DAYS.iter().zip(&g.week).map(|(day, key)| format!("{day}: {}", shift(key)));
                    line(format!("    week: {{ {} }}", days.collect::<Vec<_>>().join(", ")));
                }
                2 => {
                    let days = DAYS.iter().zip(&g.free).filter(|(_, on)| **on).map(|(day, _)| *day);
                    line(format!(
                        "    free: {{ days: [{}], from: \"7:00\", to: \"22:30\", minutes: {} }}",
                        days.collect::<Vec<_>>().join(", "),
                        g.hours
                    ));
                }
                _ => {}
            }
            let work = g
                .work_days
                .iter()
                .map(|(d, key)| format!("{{ day: 2026-10-{d:02}, shift: {} }}", shift(key)));
            line(format!("    work_days: [{}]", work.collect::<Vec<_>>().join(", ")));
            let off = g.off_days.iter().map(|d| format!("2026-10-{d:02}"));
            line(format!("    off_days: [{}]", off.collect::<Vec<_>>().join(", ")));
            for (name, keys) in [
                ("members", &g.users),
                ("member_departments", &g.departments),
                ("exempt", &g.exempt),
                ("leaders", &g.leaders),
                ("sub_leaders", &g.sub_leaders),
            ] {
                line(format!("    {name}: {}", list(keys)));
            }
            let ways = g.methods.iter().map(|i| WAYS[*i].0);
            line(format!("    punch_by: [{}]", ways.collect::<Vec<_>>().join(", ")));
            let places = g.places.iter().map(|i| {
                let (lat, lng) = degrees(*i);
                format!("{{ name: 地点{i}, lat: \"{lat:.5}\", lng: \"{lng:.5}\" }}")
            });
            line(format!("    gps: [{}]", places.collect::<Vec<_>>().join(", ")));
            let networks =
                g.networks.iter().map(|i| format!("{{ name: W, bssid: \"08:00:20:0a:8C:{i:02X}\" }}"));
            line(format!("    wifi: [{}]", networks.collect::<Vec<_>>().join(", ")));
            let machines = g.machines.iter().map(|i| format!("{{ serial: FS{i}, name: 机器{i} }}"));
            line(format!("    machines: [{}]", machines.collect::<Vec<_>>().join(", ")));
            for block in ["outside", "corrections", "devices", "display", "face", "leave"] {
                let parent = PARENTS.iter().filter(|p| p.0 == block).map(|p| format!("{}: true", p.1));
                let fields = SWITCHES.iter().enumerate().filter(|(_, s)| s.0 == block);
                let fields = fields.map(|(i, s)| format!("{}: {}", s.1, g.on.contains(&i)));
                line(format!("    {block}: {{ {} }}", parent.chain(fields).collect::<Vec<_>>().join(", ")));
            }
        }
        y
    }
}

/// How the rows differ from what is meant.
pub(super) fn differences(
    dump: &Value,
    org: &Org,
    user: &dyn Fn(i64) -> String,
    department: &dyn Fn(i64) -> String,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let rows = |table: &str| dump[table].as_object().cloned().unwrap_or_default();
    let shifts: BTreeMap<String, Value> = rows("attendance_shifts")
        .into_iter()
        .filter(|(_, row)| row["default"] != true)
        .map(|(_, row)| (row["name"].as_str().unwrap_or_default().to_owned(), row))
        .collect();
    let mut differ = |what: String, want: Value, have: Value| {
        if want != have {
            wrong.push(format!("{what}: want {want}, have {have}"));
        }
    };
    let names = |table: &str| -> Vec<String> {
        let mut names: Vec<String> = rows(table)
            .into_iter()
            .filter(|(_, row)| row["default"] != true)
            .map(|(_, row)| row["name"].as_str().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names
    };
    let mut wanted: Vec<&String> = org.attendance.shifts.values().map(|s| &s.name).collect();
    wanted.sort();
    differ("shifts".to_owned(), json!(wanted), json!(names("attendance_shifts")));
    let mut wanted: Vec<&String> = org.attendance.groups.values().map(|g| &g.name).collect();
    wanted.sort();
    differ("attendance groups".to_owned(), json!(wanted), json!(names("attendance_groups")));
    let keys = |row: &Value, of: &dyn Fn(i64) -> String| -> BTreeSet<String> {
        row.as_array().into_iter().flatten().filter_map(Value::as_i64).map(of).collect()
    };
    for want in org.attendance.shifts.values() {
        let Some(row) = shifts.get(&want.name) else { continue };
        let rule = &row["rule"];
        let of = |what: &str| format!("shift {}: {what}", want.name);
        let periods: Vec<Value> = want
            .periods
            .iter()
            .map(|p| {
                let mut period = json!({
                    "on_time": time(p.on), "off_time": time(p.off), "late_minutes_as_late": p.late,
                    "late_minutes_as_lack": 60, "early_minutes_as_early": 5, "early_minutes_as_lack": 60,
                    "on_advance_minutes": 60, "off_delay_minutes": 120,
                    "no_need_on": p.punch >= 2, "no_need_off": p.punch % 2 == 1,
                });
                if let Some(serious) = p.serious {
                    period["late_minutes_as_serious_late"] = serious.into();
                }
                period
            })
            .collect();
        differ(of("periods"), json!(periods), rule["punch_time_rule"].clone());
        let breaks = want
            .breaks
            .iter()
            .map(|(f, t)| json!({ "rest_begin_time": time(*f), "rest_end_time": time(*t) }));
        differ(of("breaks"), breaks.collect(), rule["rest_time_rule"].clone());
        let flexible = want
            .flexible
            .iter()
            .map(|(e, l)| json!({ "flexible_early_minutes": e, "flexible_late_minutes": l }));
        let as_texts = |list: Value| -> BTreeSet<String> {
            list.as_array().into_iter().flatten().map(Value::to_string).collect()
        };
        differ(
            of("flexible"),
            json!(as_texts(flexible.collect())),
            json!(as_texts(rule["flexible_rule"].clone())),
        );
        differ(of("is flexible"), json!(!want.flexible.is_empty()), rule["is_flexible"].clone());
        differ(of("day type"), json!(if want.rest { 2 } else { 1 }), rule["day_type"].clone());
        differ(of("no punch out"), json!(want.no_out), rule["no_need_off"].clone());
        differ(of("serious"), json!(want.serious), rule["late_minutes_as_serious_late"].clone());
        differ(of("leaders"), json!(want.leaders), json!(keys(&row["leaders"], user)));
    }
    let ids: BTreeMap<&str, &str> = org
        .attendance
        .shifts
        .iter()
        .filter_map(|(key, s)| Some((key.as_str(), shifts.get(&s.name)?["shift_id"].as_str()?)))
        .collect();
    let id = |key: &Option<Key>| {
        key.as_ref().map_or("0", |key| ids.get(key.as_str()).copied().unwrap_or("?")).to_owned()
    };
    let groups: BTreeMap<String, Value> = rows("attendance_groups")
        .into_iter()
        .map(|(_, row)| (row["name"].as_str().unwrap_or_default().to_owned(), row))
        .collect();
    for want in org.attendance.groups.values() {
        let Some(row) = groups.get(&want.name) else { continue };
        let of = |what: &str| format!("attendance group {}: {what}", want.name);
        differ(of("type"), json!(want.kind + 1), row["kind"].clone());
        let week: Vec<String> = if want.kind == 0 { want.week.iter().map(id).collect() } else { Vec::new() };
        differ(of("week"), json!(week), row["week"].clone());
        if want.kind == 2 {
            let days = want.free.iter().fold(0, |n, on| n * 10 + i64::from(*on));
            differ(of("free days"), json!(days), row["free"]["punch_day"].clone());
            differ(of("free hours"), json!(want.hours), row["free"]["work_hours"].clone());
        }
        differ(of("holidays"), json!(want.holidays), row["calendar"].clone());
        let mut special: BTreeSet<(i64, String, bool)> =
            want.work_days.iter().map(|(d, key)| (20_261_000 + i64::from(*d), id(key), true)).collect();
        special.extend(want.off_days.iter().map(|d| (20_261_000 + i64::from(*d), "0".to_owned(), false)));
        let have: BTreeSet<(i64, String, bool)> = row["special"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|s| {
                (
                    s["day"].as_i64().unwrap_or(0),
                    s["shift"].as_str().unwrap_or("").to_owned(),
                    s["punch"] == true,
                )
            })
            .collect();
        differ(of("special days"), json!(special), json!(have));
        let people = &row["people"];
        for (name, want) in [
            ("users", &want.users),
            ("exempt_users", &want.exempt),
            ("leaders", &want.leaders),
            ("sub_leaders", &want.sub_leaders),
        ] {
            differ(of(name), json!(want), json!(keys(&people[name], user)));
        }
        differ(of("departments"), json!(want.departments), json!(keys(&people["departments"], department)));
        let bits: i64 = want.methods.iter().map(|i| WAYS[*i].1).sum();
        let switches = &row["switches"];
        differ(of("punch_type"), json!(bits), switches["punch_type"].clone());
        for (i, (_, _, field)) in SWITCHES.iter().enumerate() {
            differ(of(field), json!(want.on.contains(&i)), switches[*field].clone());
        }
        for (_, _, field) in PARENTS {
            differ(of(field), json!(true), switches[field].clone());
        }
        let machines = |row: &Value| -> BTreeSet<String> {
            let list = row.as_array().into_iter().flatten();
            list.map(|m| m["machine_sn"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let wanted: BTreeSet<String> = want.machines.iter().map(|i| format!("FS{i}")).collect();
        differ(of("machines"), json!(wanted), json!(machines(&switches["machines"])));
        // A list: what is there twice is seen.
        let mut places: Vec<String> = row["locations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|p| match p["latitude"].as_f64() {
                Some(latitude) => {
                    format!("{} {latitude:.5}", p["location_name"].as_str().unwrap_or_default())
                }
                None => p["bssid"].as_str().unwrap_or_default().to_uppercase(),
            })
            .collect();
        places.sort();
        let mut wanted: Vec<String> =
            want.places.iter().map(|i| format!("地点{i} {:.5}", degrees(*i).0)).collect();
        wanted.extend(want.networks.iter().map(|i| format!("08:00:20:0A:8C:{i:02X}")));
        wanted.sort();
        differ(of("places"), json!(wanted), json!(places));
    }
    wrong
}
