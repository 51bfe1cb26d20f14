//! What is not declared does not change: groups and shifts with every field that a write has, drawn from the contract,
//! are changed in one attribute, and the store is compared before and after.

use std::collections::BTreeMap;

use larkctl::base::contract::{Contract, Field};
use serde_json::{Map, Value, json};

use super::{BASE, by_hand, converge, group, knobs, office, plain, shift};
use crate::spine::draw::Dice;
use crate::spine::run::World;

/// A value that the pages allow, for a field of a write.
fn value(dice: &mut Dice, field: &Field) -> Value {
    let list = field.ty.ends_with("[]");
    let base = field.ty.trim_end_matches("[]");
    let one = |dice: &mut Dice| match base {
        "string" => json!(format!("{}{}", field.name, dice.below(9))),
        "boolean" => json!(dice.one_in(2)),
        "int" if !field.allowed.is_empty() => {
            let allowed = &field.allowed[dice.below(field.allowed.len())];
            json!(allowed.parse::<i64>().expect("a number"))
        }
        "int" => json!(1 + dice.below(2)),
        base if base.starts_with("number") => json!(1.0),
        _ => object(dice, &field.fields),
    };
    if list { (0..1 + dice.below(2)).map(|_| one(dice)).collect() } else { one(dice) }
}

fn object(dice: &mut Dice, fields: &[Field]) -> Value {
    fields.iter().map(|field| (field.name.clone(), value(dice, field))).collect::<Map<_, _>>().into()
}

fn fields(path: &str, under: Option<&str>) -> &'static [Field] {
    let endpoint = Contract::built_in().expect("contract").endpoint("POST", path).expect("endpoint");
    match under {
        Some(name) => &endpoint.body.iter().find(|f| f.name == name).expect("field").fields,
        None => &endpoint.body,
    }
}

/// Every leaf of a row under its path.
fn leaves(path: String, value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(name, value)| leaves(format!("{path}/{name}"), value, into));
        }
        // What has no order has none in the comparison.
        Value::Array(items) if items.iter().all(Value::is_u64) => {
            let mut items = items.clone();
            items.sort_by_key(Value::as_u64);
            into.insert(path, items.into());
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(i, value)| leaves(format!("{path}/{i}"), value, into));
        }
        other => drop(into.insert(path, other.clone())),
    }
}

/// The paths at which two rows differ.
fn moved(before: &Value, after: &Value) -> Vec<String> {
    let (mut was, mut is) = (BTreeMap::new(), BTreeMap::new());
    leaves(String::new(), before, &mut was);
    leaves(String::new(), after, &mut is);
    let mut paths: Vec<String> =
        was.keys().chain(is.keys()).filter(|p| was.get(*p) != is.get(*p)).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A group with all that can be said of one. What a field depends on beyond its type is put right here.
fn rich_group(dice: &mut Dice, open: &str, shift: &str) -> Value {
    let mut group = object(dice, fields(&format!("{BASE}/groups"), Some("group")));
    let map = group.as_object_mut().expect("object");
    for offline in ["group_id", "except_dept_ids", "except_user_ids"] {
        map.remove(offline);
    }
    let kind = 1 + dice.below(3);
    map.insert("group_name".to_owned(), "组".into());
    map.insert("time_zone".to_owned(), "Asia/Shanghai".into());
    map.insert("group_type".to_owned(), kind.into());
    map.insert(
        "punch_day_shift_ids".to_owned(),
        if kind == 1 { json!([shift, "0", shift, "0", shift, "0", "0"]) } else { json!([]) },
    );
    if kind == 3 {
        map["free_punch_cfg"]["free_start_time"] = "7:00".into();
        map["free_punch_cfg"]["free_end_time"] = "22:00".into();
        map["free_punch_cfg"]["punch_day"] = 10_110.into();
    } else {
        map.remove("free_punch_cfg");
    }
    let day = |day: i64, shift: &str| json!([{ "punch_day": day, "shift_id": shift }]);
    map.insert("need_punch_special_days".to_owned(), day(20_261_010, shift));
    // The console lets a day off keep its shift.
    map.insert("no_need_punch_special_days".to_owned(), day(20_261_231, shift));
    map.insert("new_calendar_id".to_owned(), "7302".into());
    for (field, ids) in [
        ("bind_user_ids", json!(["bob"])),
        ("bind_dept_ids", json!([open])),
        ("bind_default_user_ids", json!(["cat"])),
        ("bind_default_dept_ids", json!([])),
        ("group_leader_ids", json!(["ann"])),
        ("sub_group_leader_ids", json!(["cat", "bob"])),
        (
            "locations",
            json!([{ "location_name": "a", "location_type": 8, "ip": "10.0.0.1", "feature": "x" }]),
        ),
        (
            "machines",
            json!([{ "machine_sn": "a", "machine_name": "b" }, { "machine_sn": "c", "machine_name": "d" }]),
        ),
    ] {
        map.insert(field.to_owned(), ids);
    }
    for parent in ["allow_out_punch", "allow_remedy", "face_punch"] {
        map.insert(parent.to_owned(), true.into());
    }
    let cfg = map["face_punch_cfg"].clone();
    if cfg != 1 {
        map.insert("face_live_need_action".to_owned(), false.into());
    }
    // Names count before rules.
    map.remove("need_punch_members");
    map.remove("no_need_punch_members");
    // And some things nobody ever said.
    let optional: Vec<String> = fields(&format!("{BASE}/groups"), Some("group"))
        .iter()
        .filter(|f| !f.required && !f.name.starts_with("free_"))
        .map(|f| f.name.clone())
        .collect();
    for name in optional {
        if dice.one_in(8) {
            map.remove(&name);
        }
    }
    if !map.contains_key("face_punch_cfg") {
        map.remove("face_live_need_action");
    }
    group
}

/// A change of YAML, and where it may be seen in the row.
const CHANGES: [(&str, &[&str]); 14] = [
    ("holidays: singapore", &["/calendar"]),
    ("own_holidays: null", &["/own_calendar"]),
    ("members: [ann]", &["/people/users"]),
    ("exempt: [ann]", &["/people/exempt_users"]),
    ("sub_leaders: [ann]", &["/people/sub_leaders"]),
    ("member_departments: [yard]", &["/people/departments"]),
    ("off_days: { at_least: [2027-01-01] }", &["/special"]),
    ("gps_range: 12345", &["/switches/gps_range"]),
    ("machines: []", &["/switches/machines"]),
    (
        "outside: { allow: true, adjust_range: 12345 }",
        &["/switches/adjust_range", "/switches/allow_out_punch"],
    ),
    ("corrections: { allow: true, for: [normal] }", &["/switches/allow_remedy"]),
    ("leave: { late_after: 12345 }", &["/switches/leave_need_punch_cfg/late_minutes_as_late"]),
    (
        "staff_changes: { first_day_no_punch_in: true }",
        &["/switches/member_status_change/onboarding_on_no_need_punch"],
    ),
    ("gps: [{ name: b, lat: \"1.5\", lng: \"2.5\" }]", &["/locations/1"]),
];

async fn world() -> (World, String, String) {
    let world = office().await;
    knobs(&world, json!({ "grey": true, "enterprise": true })).await;
    converge(&world, "").await;
    let path = "/open-apis/contact/v3/departments/lab?department_id_type=department_id";
    let open = world.tenant.ok("GET", path, Value::Null).await["department"]["open_department_id"].clone();
    let listed = world.tenant.ok("GET", &format!("{BASE}/shifts"), Value::Null).await;
    let shift = listed["shift_list"][0]["shift_id"].as_str().expect("id").to_owned();
    (world, open.as_str().expect("id").to_owned(), shift)
}

#[tokio::test]
async fn no_undeclared_field_of_a_group_changes() {
    let mut changed = 0;
    for (seed, (yaml, paths)) in (0..42).zip(CHANGES.iter().cycle()) {
        let mut dice = Dice::new(seed);
        let (world, open, shift) = world().await;
        let id = by_hand(&world, rich_group(&mut dice, &open, &shift)).await;
        let kind = group(&world, "组").await["kind"].as_i64().expect("type");
        let days = match kind {
            1 => "    week: { mon: { name: 默认班次 }, wed: { name: 默认班次 }, fri: { name: 默认班次 } }\n",
            3 => "    free: { days: [wed, fri, sat], from: \"7:00\", to: \"22:00\" }\n",
            _ => "",
        };
        let word = ["fixed", "scheduled", "free"][usize::try_from(kind - 1).expect("type")];
        let of = |more: &str| {
            let text = plain("g", "组", &format!("{days}{more}"))
                .replace("type: scheduled", &format!("type: {word}"));
            format!("attendance_groups:\n{text}")
        };
        // Taking it under management changes nothing.
        let before = group(&world, "组").await;
        let plan = converge(&world, &of("")).await;
        assert!(plan.steps.is_empty(), "seed {seed}: {:?}", super::steps(&plan));
        world.tenant.step(100_000).await;
        let plan = converge(&world, &of(&format!("    {yaml}\n"))).await;
        changed += plan.steps.len();
        let after = group(&world, "组").await;
        assert_eq!(after["group_id"], json!(id), "no twin");
        let bookkeeping = ["/effect_time", "/changed", "/effect_now"];
        let wrong: Vec<String> = moved(&before, &after)
            .into_iter()
            .filter(|path| {
                !bookkeeping.contains(&path.as_str()) && !paths.iter().any(|may| path.starts_with(may))
            })
            .collect();
        assert!(wrong.is_empty(), "seed {seed}, {yaml}: {wrong:#?}\nbefore {before:#}\nafter {after:#}");
    }
    assert!(changed >= 60, "hardly anything was written: {changed}");
    assert!(fields(&format!("{BASE}/groups"), Some("group")).len() > 60);
}

#[tokio::test]
async fn no_undeclared_field_of_a_shift_changes() {
    for seed in 0..24 {
        let mut dice = Dice::new(seed);
        let (world, ..) = world().await;
        let mut body = object(&mut dice, fields(&format!("{BASE}/shifts"), None));
        let map = body.as_object_mut().expect("object");
        for (field, value) in
            [("shift_name", json!("早")), ("sub_shift_leader_ids", json!([])), ("day_type", json!(1))]
        {
            map.insert(field.to_owned(), value);
        }
        map.remove("id");
        map.remove("shift_attendance_time_config");
        for (i, period) in map["punch_time_rule"].as_array_mut().expect("periods").iter_mut().enumerate() {
            period["on_time"] = format!("{}:00", 8 + 4 * i).into();
            period["off_time"] = format!("{}:00", 11 + 4 * i).into();
            if i == 0 {
                period["no_need_on"] = false.into();
            }
        }
        for (list, from, to) in [
            ("rest_time_rule", "rest_begin_time", "rest_end_time"),
            ("overtime_rest_time_rule", "rest_begin_time", "rest_end_time"),
            ("overtime_rule", "on_overtime", "off_overtime"),
        ] {
            for (i, span) in map[list].as_array_mut().expect("spans").iter_mut().enumerate() {
                span[from] = format!("{}:00", 9 + i).into();
                span[to] = format!("{}:30", 9 + i).into();
            }
        }
        let middle = dice.below(4);
        let mut rule = json!({ "middle_time_type": middle });
        if middle == 3 {
            rule["fixed_middle_time"] = "12:30".into();
        }
        map.insert("shift_middle_time_rule".to_owned(), rule);
        for name in [
            "flexible_rule",
            "rest_time_rule",
            "late_off_late_on_rule",
            "overtime_rule",
            "rest_time_flexible_configs",
            "late_minutes_as_serious_late",
            "shift_middle_time_rule",
            "late_off_late_on_setting",
        ] {
            if dice.one_in(4) {
                map.remove(name);
            }
        }
        let periods = map["punch_time_rule"].as_array().expect("periods").len();
        map.insert("punch_times".to_owned(), periods.into());
        world.tenant.ok("POST", &format!("{BASE}/shifts"), body).await;
        let before = shift(&world, "早").await;
        // The one field besides the name that has to be written is written as it is.
        let listed: Vec<String> = before["rule"]["punch_time_rule"]
            .as_array()
            .expect("periods")
            .iter()
            .map(|p| {
                let punch = match (p["no_need_on"] == true, p["no_need_off"] == true) {
                    (false, false) => "both",
                    (false, true) => "in_only",
                    (true, false) => "out_only",
                    (true, true) => "none",
                };
                format!(
                    "{{ on: {}, off: {}, late: {{ counts_after: {}, absent_after: {}, serious_after: {} }}, early: {{ counts_before: {}, absent_before: {} }}, punch_in_from: {}, punch_out_until: {}, punch: {punch} }}",
                    p["on_time"], p["off_time"], p["late_minutes_as_late"], p["late_minutes_as_lack"],
                    p["late_minutes_as_serious_late"], p["early_minutes_as_early"], p["early_minutes_as_lack"],
                    p["on_advance_minutes"], p["off_delay_minutes"],
                )
            })
            .collect();
        let of = |name: &str| format!("shifts:\n  a: {{ name: {name}, periods: [{}] }}\n", listed.join(", "));
        let plan = converge(&world, &of("早")).await;
        assert!(plan.steps.is_empty(), "seed {seed}: {:?}", super::steps(&plan));
        converge(&world, &of("晚")).await;
        let after = shift(&world, "晚").await;
        let wrong: Vec<String> = moved(&before, &after).into_iter().filter(|path| path != "/name").collect();
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}\nbefore {before:#}\nafter {after:#}");
    }
}
