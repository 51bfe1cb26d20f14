//! Looking at groups: one, all, and those that a person is in.
//!
//! Lists hide what is out of range without a word; the page of a single group names no range code, so a group
//! out of range is 42002 there, as an unknown one.

use serde_json::{Value, json};

use super::{Group, Kind};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Route, one, refuse};
use crate::sandbox::world::{World, short_digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/contact/v3/group/simplelist", list),
        Route::read("GET", "/open-apis/contact/v3/group/member_belong", member_belong),
        Route::read("GET", "/open-apis/contact/v3/group/:group_id", get),
    ]
}

fn render(world: &World, group: &Group) -> Value {
    json!({
        "id": group.group_id,
        "name": group.name,
        "description": group.description,
        "member_user_count": world.contact.groups.user_count(&group.group_id),
        "member_department_count": group.departments.len(),
        "type": group.kind.number(),
    })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let view = View::of(world, &call.caller);
    let group = world.contact.groups.get(call.path("group_id")).filter(|g| view.group(&g.group_id));
    let group = group.ok_or_else(|| refuse(42002))?;
    if group.beyond_api {
        return Err(refuse(42029));
    }
    Ok(one("group", render(world, group)))
}

/// As [`render`], with the two fields that only the list has. Its page shows a `group_id` that differs from the
/// usable `id`; so does this one, lest somebody takes one for the other.
fn render_listed(world: &World, group: &Group) -> Value {
    let mut value = render(world, group);
    value["department_scope_list"] = json!([]);
    value["group_id"] = short_digest(&["group row", &group.number.to_string()], 16).into();
    value
}

fn kind_of(text: &str) -> Option<Kind> {
    [Kind::Normal, Kind::Dynamic].into_iter().find(|k| k.number().to_string() == text)
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let kind = call.query("type").and_then(kind_of).unwrap_or(Kind::Normal);
    let view = View::of(world, &call.caller);
    let seen = |g: &&Group| g.kind == kind && view.group(&g.group_id) && world.listed(g.created);
    let groups = world.contact.groups.all().into_iter().filter(seen);
    Ok(page.cut(world, groups, |g| render_listed(world, g)).into_data("grouplist"))
}

fn member_belong(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let id_type = call.query("member_id_type").unwrap_or(ids::OPEN_ID);
    if ![ids::OPEN_ID, ids::UNION_ID, ids::USER_ID].contains(&id_type) {
        return Err(refuse(41071));
    }
    // The page spends 41074, "invalid member_type", on a wrong group type.
    let kind = match call.query("group_type") {
        None => None,
        Some(text) => Some(kind_of(text).ok_or_else(|| refuse(41074))?),
    };
    let member_id = call.query("member_id").filter(|id| !id.is_empty()).ok_or_else(|| refuse(40001))?;
    let user = ids::find_user(world, call, id_type, member_id).map_err(|_| refuse(41073))?;
    let row = world.contact.directory.user(user).filter(|u| !u.is_gone()).ok_or_else(|| refuse(41073))?;
    let view = View::of(world, &call.caller);
    if !view.user(world, row) {
        return Err(refuse(41050));
    }
    let groups = &world.contact.groups;
    let joined = |g: &Group| groups.members.get(&g.group_id, user).is_some_and(|m| world.listed(m.joined));
    let seen = |g: &&Group| kind.is_none_or(|k| k == g.kind) && view.group(&g.group_id) && joined(g);
    let found = groups.all().into_iter().filter(seen);
    Ok(page.cut(world, found, |g| g.group_id.as_str().into()).into_data("group_list"))
}
