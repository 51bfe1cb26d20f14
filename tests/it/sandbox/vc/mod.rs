//! Meeting rooms, rule by rule over HTTP. Codes are literals from the reference pages.

mod checklist;
mod display;
mod documented;
mod legacy;
mod levels;
mod meetings;
mod rooms;
mod rules;

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

const VC: &str = "/open-apis/vc/v1";

fn at(path: &str) -> String {
    format!("{VC}{path}")
}

/// The id that the alias `0` stands for.
async fn root(t: &Tenant) -> String {
    text(&t.ok("GET", &at("/room_levels/0"), Value::Null).await["room_level"], "room_level_id")
}

async fn level(t: &Tenant, name: &str, parent: &str) -> String {
    let body = json!({ "name": name, "parent_id": parent });
    text(&t.ok("POST", &at("/room_levels"), body).await["room_level"], "room_level_id")
}

async fn room(t: &Tenant, name: &str, level: &str) -> String {
    let body = json!({ "name": name, "capacity": 4, "room_level_id": level });
    text(&t.ok("POST", &at("/rooms"), body).await["room"], "room_id")
}

/// A tenant with a building, its floor and a room on it, department d1 and people u1 to u3.
struct House {
    t: Tenant,
    root: String,
    building: String,
    floor: String,
    room: String,
}

async fn house() -> House {
    let t = Tenant::start().await;
    t.department("d1", "0").await;
    for id in ["u1", "u2", "u3"] {
        t.joined(id, "d1").await;
    }
    let root = root(&t).await;
    let building = level(&t, "tower", &root).await;
    let floor = level(&t, "12F", &building).await;
    let room = room(&t, "river", &floor).await;
    House { t, root, building, floor, room }
}

async fn open_department(t: &Tenant, id: &str) -> String {
    let path = format!("{CONTACT}/departments/{id}?department_id_type=department_id");
    text(&t.ok("GET", &path, Value::Null).await["department"], "open_department_id")
}

async fn get_room(t: &Tenant, id: &str) -> Value {
    t.ok("GET", &at(&format!("/rooms/{id}?user_id_type=user_id")), Value::Null).await["room"].clone()
}

async fn limits(t: &Tenant, id: &str, scope_type: i64) -> Value {
    let path =
        format!("/reserve_configs/reserve_scope?scope_id={id}&scope_type={scope_type}&user_id_type=user_id");
    t.ok("GET", &at(&path), Value::Null).await
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}

/// A field of all items, sorted: lists are in no order.
fn sorted(items: &Value, name: &str) -> Vec<String> {
    let items = items.as_array().unwrap_or_else(|| panic!("a list: {items}"));
    let mut texts: Vec<String> = items.iter().map(|i| text(i, name)).collect();
    texts.sort();
    texts
}
