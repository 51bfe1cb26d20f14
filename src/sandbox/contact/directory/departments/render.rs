//! A department as the API shows it.

use serde_json::{Map, Value, json};

use crate::sandbox::contact::directory::{Department, DepartmentKey, User};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::Call;
use crate::sandbox::world::World;

/// The whole object; the gateway takes away what the caller's scopes do not show.
pub(super) fn department(world: &World, call: &Call<'_>, d: &Department) -> Value {
    let id_type = call.department_id_type();
    let person = |key| ids::user_id_of(world, &call.caller.app_id, key, call.user_id_type());
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("name", d.name.as_str().into());
    set("i18n_name", d.i18n_name.render());
    set("parent_department_id", ids::department_id(world, d.parent, id_type).into());
    set("department_id", d.department_id.as_str().into());
    set("open_department_id", ids::open_department_id(world, d.key).into());
    if let Some(leader) = d.primary_leader() {
        set("leader_user_id", person(leader).into());
    }
    if let Some(chat) = &d.chat_id {
        set("chat_id", chat.as_str().into());
    }
    set("order", d.order.to_string().into());
    set("unit_ids", d.unit_id.iter().map(String::as_str).collect());
    let (all, primary) = counts(world, d.key);
    set("member_count", all.into());
    set("primary_member_count", primary.into());
    set("status", json!({ "is_deleted": false }));
    let leaders = d
        .leaders
        .iter()
        .map(|l| json!({ "leaderType": if l.primary { 1 } else { 2 }, "leaderID": person(l.user) }));
    set("leaders", leaders.collect());
    if let Some(types) = &d.chat_employee_types {
        set("group_chat_employee_types", types.iter().copied().collect());
    }
    // The full-update page alone does not show them.
    if call.endpoint.method != "PUT" {
        set("department_hrbps", d.hrbps.iter().map(|u| Value::from(person(*u))).collect());
    }
    Value::Object(map)
}

/// The root as a department: it has no row, only the tenant's name.
pub(super) fn root(world: &World) -> Value {
    json!({
        "name": world.settings().tenant.name,
        "department_id": "0",
        "open_department_id": "0",
        "parent_department_id": "",
        "order": "0",
        "member_count": world.contact.directory.user_count(),
        "status": { "is_deleted": false },
        "leaders": [],
    })
}

/// People in the department and below it, each counted once: all of them, and those whose primary one it is.
fn counts(world: &World, key: DepartmentKey) -> (usize, usize) {
    let directory = &world.contact.directory;
    let inside = |d: DepartmentKey| directory.ancestry(d).any(|a| a == key);
    let mut all = 0;
    let mut primary = 0;
    for at in directory.subtree(key) {
        for user in directory.members(at.key) {
            let first = match user.departments.as_slice() {
                [_] => Some(at.key),
                many => many.iter().copied().find(|d| inside(*d)),
            };
            all += usize::from(first == Some(at.key));
            primary += usize::from(primary_department(user) == Some(at.key));
        }
    }
    (all, primary)
}

fn primary_department(user: &User) -> Option<DepartmentKey> {
    let marked = user.orders.iter().find(|o| o.primary).map(|o| o.department);
    marked.or_else(|| user.departments.first().copied())
}
