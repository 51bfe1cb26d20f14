//! Making, changing and removing groups. Without `group_id` every write makes a new one.

use serde_json::{Map, Value, json};

use super::{Group, People, calendar, each, locations, membership, read, switches};
use crate::sandbox::attendance::gate::{NO_GROUP, bad, general, open, operator, range};
use crate::sandbox::attendance::people::{NOBODY, Names, departments, open_departments};
use crate::sandbox::attendance::{days, number_id, schedules};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/attendance/v1/groups", put),
        Route::write("DELETE", "/open-apis/attendance/v1/groups/:group_id", delete),
    ]
}

fn put(world: &mut World, call: &Call<'_>) -> Answer {
    let names = Names::of_call(call)?;
    open_departments(call)?;
    operator(world, call, names)?;
    let empty = Map::new();
    let written = call.body.get("group").and_then(Value::as_object).unwrap_or(&empty);
    let before = match written.get("group_id").and_then(Value::as_str).filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => {
            open(world, id)?;
            let before = world.attendance.groups.get(&id.to_owned());
            Some(before.ok_or_else(|| general(NO_GROUP))?.clone())
        }
    };
    let group = composed(world, written, names, before.as_ref())?;
    let pulled = membership::taken(world, &group);
    if !pulled.is_empty() {
        if group.switches.get("save_auto_changes") != Some(&json!(true)) {
            let who: Vec<String> = pulled.iter().map(|party| party.text(world, names)).collect();
            return Err(general(&format!("{} already in another group", who.join(", "))));
        }
        let own = group.group_id.clone();
        each(&mut world.attendance, |other| other.group_id != own && membership::release(other, &pulled));
    }
    // Only now is the new one sure to be made.
    let group = match before {
        Some(_) => group,
        None => Group { group_id: number_id(world), number: world.next("attendance_place"), ..group },
    };
    let shown = read::as_written(world, &group, names);
    let (id, kind) = (group.group_id.clone(), group.kind);
    world.attendance.groups.insert(id.clone(), group);
    if kind != super::SCHEDULED {
        schedules::forget(world, |day| day.group == id);
    }
    Ok(one("group", shown))
}

/// The group that a write means, judged.
fn composed(
    world: &World,
    written: &Map<String, Value>,
    names: Names,
    before: Option<&Group>,
) -> Result<Group, Refusal> {
    let text = |name: &str| written.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("group_name").trim().is_empty() {
        return Err(bad("group_name"));
    }
    if !zone(text("time_zone")) {
        return Err(bad("time_zone"));
    }
    let (kind, week) = calendar::week(world, written)?;
    let free = calendar::free(kind, written)?;
    let special = calendar::special(world, written)?;
    let (calendar, own_calendar) = calendar::holidays(written)?;
    let people = people(world, written, names)?;
    let mut places = before.map(|group| group.locations.clone()).unwrap_or_default();
    for mut place in locations::added(world, written, places.len())? {
        place.insert("location_id".to_owned(), (places.len() + 1).to_string().into());
        places.push(place);
    }
    let switches = switches::judged(world, written)?;
    let effect_now = written.get("effect_now") == Some(&json!(true));
    Ok(Group {
        group_id: before.map(|group| group.group_id.clone()).unwrap_or_default(),
        number: before.map(|group| group.number).unwrap_or_default(),
        name: text("group_name").to_owned(),
        time_zone: text("time_zone").to_owned(),
        kind,
        week,
        free,
        free_clock: None,
        calendar,
        own_calendar,
        special,
        people,
        locations: places,
        switches,
        or_rules: Vec::new(),
        effect_now,
        effect_time: if effect_now { world.now } else { days::tomorrow(world.now) },
        changed: world.now,
    })
}

/// A name of the IANA form; which zones there are is nobody's business here.
fn zone(name: &str) -> bool {
    let part = |p: &str| {
        p.starts_with(|c: char| c.is_ascii_alphabetic())
            && p.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
    };
    name == "UTC" || name.split('/').count() >= 2 && name.split('/').all(part)
}

fn people(world: &World, written: &Map<String, Value>, names: Names) -> Result<People, Refusal> {
    let ids = |name: &str| -> Vec<&str> {
        written.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let people = People {
        users: names.all(world, &ids("bind_user_ids"))?,
        departments: departments(world, &ids("bind_dept_ids"))?,
        exempt_users: names.all(world, &ids("bind_default_user_ids"))?,
        exempt_departments: departments(world, &ids("bind_default_dept_ids"))?,
        leaders: names.all(world, &ids("group_leader_ids"))?,
        sub_leaders: names.all(world, &ids("sub_group_leader_ids"))?,
    };
    if people.leaders.is_empty() {
        return Err(bad("group_leader_ids"));
    }
    let knobs = &world.settings().attendance;
    for key in people.leaders.iter().chain(&people.sub_leaders) {
        let id = Names::UserId.of(world, *key);
        if !knobs.admins.has(&id) && !knobs.group_admins.contains(&id) {
            return Err(refuse(1_220_004).msg(NOBODY));
        }
    }
    Ok(people)
}

/// The page has no operator here.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    range(world)?;
    let id = call.path("group_id").to_owned();
    open(world, &id)?;
    if world.attendance.groups.remove(&id).is_none() {
        return Err(general(NO_GROUP));
    }
    schedules::forget(world, |day| day.group == id);
    Ok(Data::empty())
}
