//! The fidelity checklist of the brief, line by line, as far as no other file has it.

use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use super::{at, house, limits, room, root, text};
use crate::support::{Tenant, options};

#[tokio::test]
async fn no_permission_is_404_for_rooms_and_levels_and_403_for_rules() {
    let h = house().await;
    h.t.settings(json!({ "rooms": { "forbidden": [h.room, h.floor] } })).await;
    h.t.refused("GET", &at(&format!("/rooms/{}", h.room)), Value::Null, 404, 121_005).await;
    h.t.refused("DELETE", &at(&format!("/rooms/{}", h.room)), Value::Null, 404, 121_005).await;
    h.t.refused("GET", &at(&format!("/room_levels/{}", h.floor)), Value::Null, 404, 121_005).await;
    let made = json!({ "name": "a", "capacity": 1, "room_level_id": h.floor });
    h.t.refused("POST", &at("/rooms"), made, 404, 121_005).await;
    let path = format!("/reserve_configs/reserve_scope?scope_id={}&scope_type=2", h.room);
    h.t.refused("GET", &at(&path), Value::Null, 403, 121_005).await;
}

#[tokio::test]
async fn scope_type_is_a_text_in_one_write_and_a_number_in_the_others() {
    let h = house().await;
    let path = at(&format!("/reserve_configs/{}", h.room));
    let times = |scope: Value| json!({ "scope_type": scope, "time_config": { "time_switch": 0 } });
    h.t.ok("PATCH", &path, times(json!("2"))).await;
    h.t.refused("PATCH", &path, times(json!(2)), 400, 99_992_402).await;
    h.t.refused("PATCH", &path, times(json!("3")), 400, 121_003).await;
    let inform = |scope: Value| json!({ "scope_type": scope, "disable_inform": { "if_inform": false } });
    h.t.ok("PATCH", &format!("{path}/disable_inform"), inform(json!(2))).await;
    h.t.refused("PATCH", &format!("{path}/disable_inform"), inform(json!("2")), 400, 99_992_402).await;
    h.t.refused("PATCH", &format!("{path}/disable_inform"), inform(json!(1)), 400, 126_001).await;
    h.t.refused("GET", &format!("{path}/disable_inform?scope_type=1"), Value::Null, 400, 126_001).await;
    h.t.refused("GET", &at("/reserve_configs/omm_none/admin?scope_type=2"), Value::Null, 400, 126_001).await;
    let path = format!("/reserve_configs/reserve_scope?scope_id={}&scope_type=3", h.room);
    h.t.refused("GET", &at(&path), Value::Null, 400, 121_003).await;
    assert_eq!(limits(&h.t, &h.room, 2).await["time_config"]["time_switch"], 0);
}

#[tokio::test]
async fn a_persons_token_serves_for_searching_only() {
    let h = house().await;
    let person = h.t.login("u1", "vc:room vc:room:readonly").await.access;
    for path in ["/rooms", "/room_levels", "/room_levels/0"] {
        let answer = h.t.send("GET", &at(path), Some(&person), None).await;
        assert_eq!((answer.status, answer.code()), (400, 99_991_668), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn missing_scopes_are_told_and_never_an_empty_list() {
    let h = house().await;
    h.t.act(json!({ "action": "scopes", "except": ["vc:room"] })).await;
    h.t.ok("GET", &at("/rooms"), Value::Null).await;
    h.t.refused("PATCH", &at(&format!("/rooms/{}", h.room)), json!({ "name": "a" }), 400, 99_991_672).await;
    h.t.act(json!({ "action": "scopes", "except": ["vc:room", "vc:room:readonly"] })).await;
    for path in ["/rooms", "/room_levels"] {
        h.t.refused("GET", &at(path), Value::Null, 400, 99_991_672).await;
    }
}

#[tokio::test]
async fn twenty_writes_a_minute_for_each_api() {
    let t = Tenant::with(Options { rate_limits: true, ..options() }).await;
    let root = root(&t).await;
    let floor = super::level(&t, "floor", &root).await;
    for i in 0..20 {
        room(&t, &format!("r{i}"), &floor).await;
    }
    let body = json!({ "name": "r", "capacity": 1, "room_level_id": floor });
    let refused = t.refused("POST", &at("/rooms"), body.clone(), 429, 99_991_400).await;
    assert!(refused.header("x-ogw-ratelimit-reset").is_some());
    for i in 1..20 {
        super::level(&t, &format!("l{i}"), &root).await;
    }
    let level = json!({ "name": "l", "parent_id": root });
    t.refused("POST", &at("/room_levels"), level, 429, 99_991_400).await;
    t.step(60).await;
    t.ok("POST", &at("/rooms"), body).await;
    let reserve = at(&format!("/reserve_configs/reserve_scope?scope_id={floor}&scope_type=1"));
    for _ in 0..100 {
        t.ok("GET", &reserve, Value::Null).await;
    }
    t.refused("GET", &reserve, Value::Null, 429, 99_991_400).await;
}

#[tokio::test]
async fn a_page_skips_what_moves_up_when_something_goes() {
    let h = house().await;
    for i in 0..5 {
        room(&h.t, &format!("r{i}"), &h.floor).await;
    }
    let first = h.t.ok("GET", &at("/rooms?page_size=3"), Value::Null).await;
    let gone = text(&first["rooms"][0], "room_id");
    h.t.ok("DELETE", &at(&format!("/rooms/{gone}")), Value::Null).await;
    let rest = format!("/rooms?page_size=3&page_token={}", text(&first, "page_token"));
    let rest = h.t.ok("GET", &at(&rest), Value::Null).await;
    assert_eq!(rest["rooms"].as_array().map(Vec::len), Some(2), "one of the three is skipped");
}

#[tokio::test]
async fn sets_come_in_another_order_each_moment_and_lists_in_one_of_their_own() {
    let h = house().await;
    let devices: Vec<Value> = (0..6).map(|i| json!({ "name": format!("d{i}") })).collect();
    h.t.ok("PATCH", &at(&format!("/rooms/{}", h.room)), json!({ "device": devices })).await;
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..5 {
        orders.insert(super::get_room(&h.t, &h.room).await["device"].to_string());
        h.t.step(1).await;
    }
    assert!(orders.len() > 1, "{orders:?}");
    for i in 0..6 {
        room(&h.t, &format!("r{i}"), &h.floor).await;
    }
    let list = h.t.ok("GET", &at("/rooms"), Value::Null).await;
    let names: Vec<&str> =
        list["rooms"].as_array().unwrap().iter().filter_map(|r| r["name"].as_str()).collect();
    let mut by_name = names.clone();
    by_name.sort_unstable();
    assert_ne!(names, by_name);
}

#[tokio::test]
async fn a_write_that_meets_another_is_121006() {
    let h = house().await;
    h.t.settings(json!({ "update_lock_every": 1 })).await;
    h.t.refused("PATCH", &at(&format!("/rooms/{}", h.room)), json!({ "name": "a" }), 404, 121_006).await;
    let body = json!({ "name": "a", "parent_id": h.building });
    h.t.refused("PATCH", &at(&format!("/room_levels/{}", h.floor)), body, 404, 121_006).await;
}

#[tokio::test]
async fn rooms_survive_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let t = Tenant::in_dir(dir.path()).await;
    let root = root(&t).await;
    let floor = super::level(&t, "floor", &root).await;
    let id = room(&t, "river", &floor).await;
    let times = json!({ "scope_type": "2", "time_config": { "time_switch": 1, "max_duration": 9 } });
    t.ok("PATCH", &at(&format!("/reserve_configs/{id}")), times).await;
    let before = (super::get_room(&t, &id).await, limits(&t, &id, 2).await);
    t.stop().await;
    let t = Tenant::in_dir(dir.path()).await;
    assert_eq!((super::get_room(&t, &id).await, limits(&t, &id, 2).await), before);
}
