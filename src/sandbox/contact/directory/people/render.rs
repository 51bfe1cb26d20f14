//! A person as the API shows them.

use serde_json::{Map, Value, json};

use super::countries;
use crate::sandbox::contact::directory::User;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Identity};
use crate::sandbox::tenant;
use crate::sandbox::world::{World, digest};

/// Which page's object is wanted: they differ in a few fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Created,
    Patched,
    One,
    /// In `batch` and `find_by_department`.
    Listed,
}

/// The whole object; the gateway takes away what the caller's scopes do not show.
pub(super) fn user(world: &World, call: &Call<'_>, u: &User, shape: Shape) -> Value {
    let app = &call.caller.app_id;
    let person = |key| ids::user_id_of(world, app, key, call.user_id_type());
    let department = |key| ids::department_id(world, key, call.department_id_type());
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("union_id", ids::union_id(world, u.key).into());
    set("user_id", u.user_id.as_str().into());
    set("open_id", ids::open_id(app, u.key).into());
    for (name, text) in [
        ("name", &u.name),
        ("en_name", &u.en_name),
        ("nickname", &u.nickname),
        ("email", &u.email),
        ("mobile", &u.mobile),
        ("city", &u.city),
        ("work_station", &u.work_station),
        ("employee_no", &u.employee_no),
        ("enterprise_email", &u.enterprise_email),
        ("job_title", &u.job_title),
        ("job_level_id", &u.job_level_id),
        ("job_family_id", &u.job_family_id),
    ] {
        set(name, text.as_str().into());
    }
    set("mobile_visible", u.mobile_visible.into());
    set("gender", u.gender.into());
    set("avatar", avatar(u));
    set("status", status(u));
    set("department_ids", u.departments.iter().map(|d| Value::from(department(*d))).collect());
    set("leader_user_id", u.leader.map(person).unwrap_or_default().into());
    set("country", if countries::shown(&u.country) { u.country.as_str() } else { "" }.into());
    if let Some(seconds) = u.join_time {
        set("join_time", seconds.into());
    }
    set("is_tenant_manager", u.is_tenant_manager.into());
    set("employee_type", u.employee_type.into());
    let orders = u.orders.iter().map(|o| {
        json!({
            "department_id": department(o.department),
            "user_order": o.user_order,
            "department_order": o.department_order,
            "is_primary_dept": o.primary,
        })
    });
    set("orders", orders.collect());
    set("custom_attrs", u.custom_attrs.iter().map(|a| attr(world, call, a, shape)).collect());
    let dotted = u.dotted_line_leaders.iter().map(|l| Value::from(person(*l)));
    set("dotted_line_leader_user_ids", dotted.collect());
    if shape != Shape::One {
        set("is_frozen", u.status.frozen.into());
    }
    if shape != Shape::Patched {
        set("geo", u.geo.as_str().into());
    }
    if shape == Shape::One {
        set("assign_info", u.subscription_ids.iter().filter_map(|id| seat(world, id)).collect());
    }
    if matches!(call.caller.identity, Identity::User(_)) && matches!(shape, Shape::One | Shape::Listed) {
        set("department_path", u.departments.iter().filter_map(|d| path(world, call, *d)).collect());
    }
    Value::Object(map)
}

pub(super) fn status(u: &User) -> Value {
    json!({
        "is_frozen": u.status.frozen,
        "is_resigned": u.status.resigned,
        "is_activated": u.status.joined && !u.status.resigned && !u.status.exited,
        "is_exited": u.status.exited,
        "is_unjoin": !u.status.joined && !u.status.resigned,
    })
}

pub(super) fn avatar(u: &User) -> Value {
    let key = if u.avatar_key.is_empty() {
        format!("default-{}", u.key % 16)
    } else {
        digest(&["avatar", &u.avatar_key])
    };
    let url =
        |size: &str| format!("https://s1-imfile.feishucdn.com/static-resource/v1/{key}~?image_size={size}");
    json!({
        "avatar_72": url("72x72"),
        "avatar_240": url("240x240"),
        "avatar_640": url("640x640"),
        "avatar_origin": url("noop"),
    })
}

/// The value as it was written, with what the server adds: the option's text, the person's own id type.
fn attr(
    world: &World,
    call: &Call<'_>,
    a: &crate::sandbox::contact::directory::CustomAttr,
    shape: Shape,
) -> Value {
    let mut value = a.value.clone();
    if let Some(key) = value.pointer("/generic_user/key").and_then(Value::as_u64) {
        let id = ids::user_id_of(world, &call.caller.app_id, key, call.user_id_type());
        value["generic_user"] = json!({ "id": id, "type": 1 });
    }
    if let Some(option) = value.get("option_id").and_then(Value::as_str).map(str::to_owned) {
        let text = world.contact.custom_attrs.option_text(&a.id, &option).unwrap_or_default();
        value["option_value"] = text.into();
        // The page of a single person shows the text and not the id.
        if shape == Shape::One
            && let Some(map) = value.as_object_mut()
        {
            map.remove("option_id");
        }
    }
    json!({ "type": a.ty, "id": a.id, "value": value })
}

/// Department by department, from the top; only for people's own tokens.
fn path(world: &World, call: &Call<'_>, key: u64) -> Option<Value> {
    let directory = &world.contact.directory;
    let own = directory.department(key)?;
    let mut chain: Vec<u64> = directory.ancestry(key).collect();
    chain.reverse();
    let name = |names: Vec<&str>| json!({ "name": names.join("-") });
    let names: Vec<&str> =
        chain.iter().filter_map(|d| directory.department(*d)).map(|d| d.name.as_str()).collect();
    let id = |d: u64| ids::department_id(world, d, call.department_id_type());
    Some(json!({
        "department_id": id(key),
        "department_name": { "name": own.name, "i18n_name": own.i18n_name.render() },
        "department_path": {
            "department_ids": chain.iter().map(|d| id(*d)).collect::<Vec<_>>(),
            "department_path_name": name(names),
        },
    }))
}

/// A seat of a licence plan.
fn seat(world: &World, id: &str) -> Option<Value> {
    let s = tenant::subscription(world, id)?;
    Some(json!({
        "subscription_id": s.subscription_id,
        "license_plan_key": s.license_plan_key,
        "product_name": s.product_name,
        "i18n_name": { "zh_cn": s.zh_cn, "ja_jp": s.ja_jp, "en_us": s.en_us },
        "start_time": s.start_time.to_string(),
        "end_time": s.end_time.to_string(),
    }))
}
