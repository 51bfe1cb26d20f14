//! A group as it is read and as it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::spec::{FREE, MACHINES, METHODS, WAYS, WEEK, WORK_DAYS, ZONE};
use super::{calendar, people, places, switches};
use crate::kinds::attendance::{GROUPS, USES, whole};
use crate::kinds::catalogue::filled;
use crate::model::{Live, Target, Value};
use crate::resource::Work;

/// Fact: people are in it whom no read names: rules joined by "or" choose them.
pub(super) const HIDDEN: &str = "hidden_rules";
/// Fact: a setting of free groups that no write has.
pub(super) const CLOCK: &str = "free_clock";

/// One form for what has several.
pub(super) fn normal(attribute: &str, value: Value) -> Value {
    match attribute {
        WEEK | FREE => calendar::normal(attribute, value),
        "gps" | "wifi" | "ip" => places::normal(value),
        _ => value,
    }
}

fn empty(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => true,
        Some(Json::Array(items)) => items.is_empty() || items.iter().all(|item| item.as_str() == Some("")),
        Some(Json::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// What was read, in the form in which it is written: without what only reads have, with the numbers of writes.
pub(super) fn writable(read: &Json) -> Map<String, Json> {
    let mut whole = whole::writable("POST", GROUPS, Some("group"), read);
    for gone in ["group_id", "except_dept_ids", "except_user_ids", "locations"] {
        whole.remove(gone);
    }
    if whole.get("group_type").and_then(Json::as_i64) == Some(0) {
        whole.insert("group_type".to_owned(), 1.into());
    }
    if empty(whole.get("punch_day_shift_ids")) {
        whole.insert("punch_day_shift_ids".to_owned(), json!([]));
    }
    for (rules, fields) in [
        ("need_punch_members", ["bind_dept_ids", "bind_user_ids"]),
        ("no_need_punch_members", ["bind_default_dept_ids", "bind_default_user_ids"]),
    ] {
        // Names count before rules, and reads show names as rules too.
        if fields.iter().any(|field| !empty(whole.get(*field))) {
            whole.remove(rules);
        }
    }
    // Numbers that are read where nobody said any, and that no write takes.
    for number in ["remedy_period_type", "face_punch_cfg"] {
        if whole.get(number).and_then(Json::as_i64) == Some(0) {
            whole.remove(number);
        }
    }
    if empty(whole.get("new_calendar_id")) {
        whole.remove("new_calendar_id");
    }
    calendar::fit(&mut whole);
    whole::sort(&mut whole, &["punch_day_shift_ids"]);
    whole
}

/// The normal form of a group that was read in full; `departments` by open id.
pub(super) fn live(read: &Json, departments: &BTreeMap<String, String>) -> Option<Live> {
    let mut live = Live { id: filled(read, "group_id")?.to_owned(), ..Live::default() };
    let whole = writable(read);
    let put = |live: &mut Live, name: &str, value: Value| drop(live.attributes.insert(name.to_owned(), value));
    put(&mut live, "name", Value::text(filled(read, "group_name")?));
    put(&mut live, ZONE, filled(read, "time_zone").map_or(Value::Null, Value::text));
    live.attributes.extend(switches::attributes(&whole));
    live.attributes.extend(calendar::attributes(&whole));
    live.attributes.extend(places::attributes(read));
    people::attributes(read, departments, &mut live);
    let bits = whole.get("punch_type").and_then(Json::as_i64).unwrap_or_default();
    let ways = WAYS.iter().filter(|(_, bit)| bits & bit != 0).map(|(word, _)| Value::text(*word));
    put(&mut live, METHODS, Value::Set(ways.collect()));
    let machines = whole.get("machines").and_then(Json::as_array).into_iter().flatten().map(|machine| {
        let text = |field: &str| Value::text(machine.get(field).and_then(Json::as_str).unwrap_or_default());
        Value::Map([("serial".to_owned(), text("machine_sn")), ("name".to_owned(), text("machine_name"))].into())
    });
    put(&mut live, MACHINES, Value::Set(machines.collect()));
    let clock = read.pointer("/free_punch_cfg/free_clock_setting").and_then(Json::as_object);
    if clock.is_some_and(|clock| clock.values().any(|value| value.as_i64().is_some_and(|n| n != 0))) {
        live.facts.insert(CLOCK.to_owned(), Value::Bool(true));
    }
    let mut uses = BTreeSet::new();
    for attribute in [WEEK, WORK_DAYS] {
        if let Some(value) = live.attributes.get(attribute) {
            value.each_target(&mut |target| {
                if let Target::Remote { id, .. } = target {
                    uses.insert(Value::text(id));
                }
            });
        }
    }
    live.facts.insert(USES.to_owned(), Value::Set(uses));
    whole::keep(&mut live, whole);
    Some(live)
}

/// Rules that choose somebody.
pub(super) fn ruled(rules: Option<&Json>) -> bool {
    let mut rules = rules.and_then(Json::as_array).into_iter().flatten();
    rules.any(|rule| rule.get("rule_scope_type").and_then(Json::as_i64).unwrap_or_default() != 0)
}

/// Lays an attribute over the whole. Places are added by the steps, which know what is there.
pub(super) fn lay(work: &Work<'_>, whole: &mut Map<String, Json>, attribute: &str, value: &Value) {
    let id = |target: &Target| work.json_id(target, "id");
    if people::lay(work, whole, attribute, value)
        || switches::lay(whole, attribute, value)
        || calendar::lay(whole, attribute, value, &id)
    {
        return;
    }
    let text = || Json::from(value.as_text().unwrap_or_default());
    match attribute {
        "name" => drop(whole.insert("group_name".to_owned(), text())),
        ZONE => drop(whole.insert("time_zone".to_owned(), text())),
        METHODS => {
            let on = |word: &str| value.elements().any(|value| value.as_text() == Some(word));
            let bits: i64 = WAYS.iter().filter(|(word, _)| on(word)).map(|(_, bit)| bit).sum();
            whole.insert("punch_type".to_owned(), bits.into());
        }
        MACHINES => {
            let text = |machine: &Value, name: &str| Json::from(machine.get(name).and_then(Value::as_text).unwrap_or_default());
            let machines = value.elements().map(|machine| {
                json!({ "machine_sn": text(machine, "serial"), "machine_name": text(machine, "name") })
            });
            whole.insert("machines".to_owned(), machines.collect());
        }
        _ => {}
    }
}
