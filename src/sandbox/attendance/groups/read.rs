//! Groups as they are read: other numbers for the types, lists in no order, rules made of names, fields that no
//! write has.

use serde_json::{Map, Value, json};

use super::{FIXED, FREE, Group, Special, all, locations};
use crate::sandbox::attendance::gate::{NO_GROUP, bad, general};
use crate::sandbox::attendance::people::{Names, open_departments};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::world::{World, short_digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/attendance/v1/groups/:group_id", get),
        Route::read("GET", "/open-apis/attendance/v1/groups", list),
        Route::read("POST", "/open-apis/attendance/v1/groups/search", search),
    ]
}

/// Results of a search.
const FOUND: usize = 10;

/// The answer of a write has no field that only reads have, and says when it takes effect.
pub(super) fn as_written(world: &World, group: &Group, names: Names) -> Value {
    let mut value = render(world, group, names);
    value["effect_now"] = group.effect_now.into();
    if let Some(free) = value.get_mut("free_punch_cfg").and_then(Value::as_object_mut) {
        free.remove("free_clock_setting");
    }
    value
}

/// In an order that nobody chose.
fn shuffled(mut ids: Vec<String>) -> Value {
    ids.sort_by_key(|id| short_digest(&["shuffled", id], 8));
    ids.into()
}

pub(super) fn render(world: &World, group: &Group, names: Names) -> Value {
    let mut value = group.switches.clone();
    let mut put = |name: &str, field: Value| value.insert(name.to_owned(), field);
    put("group_id", group.group_id.clone().into());
    put("group_name", group.name.clone().into());
    put("time_zone", group.time_zone.clone().into());
    put("group_type", if group.kind == FIXED { 0 } else { group.kind }.into());
    put("calendar_id", group.calendar.into());
    put("new_calendar_id", group.own_calendar.clone().into());
    match group.kind {
        FIXED => put("punch_day_shift_ids", group.week.clone().into()),
        _ => put("punch_day_shift_ids", vec![""; 7].into()),
    };
    if group.kind == FREE {
        put("free_punch_cfg", free(group));
    }
    put("need_punch_special_days", special(group, true));
    put("no_need_punch_special_days", special(group, false));
    let people = &group.people;
    let users = |keys: &[u64]| shuffled(keys.iter().map(|key| names.of(world, *key)).collect());
    let departments =
        |keys: &[u64]| shuffled(keys.iter().map(|key| ids::open_department_id(world, *key)).collect());
    put("bind_user_ids", users(&people.users));
    put("bind_dept_ids", departments(&people.departments));
    put("bind_default_user_ids", users(&people.exempt_users));
    put("bind_default_dept_ids", departments(&people.exempt_departments));
    put("group_leader_ids", users(&people.leaders));
    put("sub_group_leader_ids", users(&people.sub_leaders));
    put("except_user_ids", json!([]));
    put("except_dept_ids", json!([]));
    if !people.users.is_empty() || !people.departments.is_empty() {
        put("need_punch_members", rules(users(&people.users), departments(&people.departments)));
    }
    if !people.exempt_users.is_empty() || !people.exempt_departments.is_empty() {
        let (users, departments) = (users(&people.exempt_users), departments(&people.exempt_departments));
        put("no_need_punch_members", rules(users, departments));
    }
    put("locations", group.locations.iter().rev().map(locations::render).collect());
    for name in ["effect_time", "fixshift_effect_time", "member_effect_time"] {
        put(name, (group.effect_time / 1000).to_string().into());
    }
    value.into()
}

/// What names mean as rules: each sort of name is one.
fn rules(users: Value, departments: Value) -> Value {
    let one = |kind: i64, ids: Value| {
        let scope = json!({ "scope_value_type": kind, "operation_type": 1, "right": [], "member_ids": ids });
        json!({ "rule_scope_type": 2, "scope_group_list": scope })
    };
    let filled = |ids: &Value| ids.as_array().is_some_and(|ids| !ids.is_empty());
    [(1, departments), (2, users)]
        .into_iter()
        .filter(|(_, ids)| filled(ids))
        .map(|(k, ids)| one(k, ids))
        .collect()
}

fn special(group: &Group, punch: bool) -> Value {
    let mut days: Vec<&Special> = group.special.iter().filter(|special| special.punch == punch).collect();
    days.sort_by_key(|special| short_digest(&["day", &special.day.to_string()], 8));
    days.into_iter().map(|special| json!({ "punch_day": special.day, "shift_id": special.shift })).collect()
}

fn free(group: &Group) -> Value {
    let mut free: Map<String, Value> = group.free.clone().unwrap_or_default();
    let clock = json!({ "clock_mode": 0, "clock_internal_hhmm": 0 });
    free.insert("free_clock_setting".to_owned(), group.free_clock.clone().unwrap_or(clock));
    free.into()
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let names = Names::of_call(call)?;
    open_departments(call)?;
    let group = world.attendance.groups.get(&call.path("group_id").to_owned());
    Ok(Data::Of(render(world, group.ok_or_else(|| general(NO_GROUP))?, names)))
}

fn meta(group: &Group) -> Value {
    json!({ "group_id": group.group_id, "group_name": group.name })
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(1_220_001, 1_220_001)?;
    Ok(page.cut(world, all(world), meta).into_data("group_list"))
}

/// By name or a part of it, behind by a while, the latest change first.
fn search(world: &World, call: &Call<'_>) -> Answer {
    let name = call.filled("group_name").ok_or_else(|| bad("group_name"))?;
    let lag = world.settings().attendance.search_lag_ms;
    let mut found: Vec<&Group> = all(world);
    found.retain(|group| group.name.contains(name) && group.changed.saturating_add(lag) <= world.now);
    found.sort_by_key(|group| (std::cmp::Reverse(group.changed), group.number));
    Ok(Data::Of(json!({ "group_list": found.into_iter().take(FOUND).map(meta).collect::<Vec<_>>() })))
}
