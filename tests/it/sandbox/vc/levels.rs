//! The tree of levels.

use serde_json::{Value, json};

use super::{at, house, level, room, root, sorted, text};
use crate::support::Tenant;

#[tokio::test]
async fn zero_is_an_alias_of_the_root_in_one_place_only() {
    let t = Tenant::start().await;
    let root = root(&t).await;
    assert!(root.starts_with("omb_") && root.len() == 36, "{root}");
    let by_id = t.ok("GET", &at(&format!("/room_levels/{root}")), Value::Null).await;
    assert_eq!(by_id["room_level"]["parent_id"], "");
    let body = |parent: &str| json!({ "name": "a", "parent_id": parent });
    t.refused("POST", &at("/room_levels"), body("0"), 404, 121_004).await;
    t.refused("GET", &at("/room_levels?room_level_id=0"), Value::Null, 404, 121_004).await;
    t.refused("PATCH", &at(&format!("/room_levels/{root}")), body(&root), 400, 121_003).await;
    t.refused("POST", &at("/room_levels/del"), json!({ "room_level_id": root }), 400, 121_003).await;
}

#[tokio::test]
async fn a_level_is_made_found_renamed_and_moved() {
    let h = house().await;
    let body = json!({ "name": "annex", "parent_id": h.root, "custom_group_id": "AN" });
    let made = h.t.ok("POST", &at("/room_levels"), body).await["room_level"].clone();
    let id = text(&made, "room_level_id");
    assert_eq!((&made["path"], &made["has_child"]), (&json!([]), &json!(false)));
    let patch = at(&format!("/room_levels/{id}"));
    let answer = h.t.ok("PATCH", &patch, json!({ "name": "wing", "parent_id": h.building })).await;
    assert_eq!(answer, json!({}), "an empty data");
    let now = h.t.ok("GET", &patch, Value::Null).await["room_level"].clone();
    assert_eq!(
        (&now["name"], &now["custom_group_id"], &now["path"]),
        (&json!("wing"), &json!("AN"), &json!([h.building]))
    );
    h.t.ok("PATCH", &patch, json!({ "name": "wing", "parent_id": h.building, "custom_group_id": "" })).await;
    assert_eq!(h.t.ok("GET", &patch, Value::Null).await["room_level"]["custom_group_id"], "");
    let tower = h.t.ok("GET", &at(&format!("/room_levels/{}", h.building)), Value::Null).await;
    assert_eq!(tower["room_level"]["has_child"], true);
}

#[tokio::test]
async fn a_patch_without_name_or_parent_is_121003() {
    let h = house().await;
    let path = at(&format!("/room_levels/{}", h.floor));
    for body in [
        json!({ "name": "13F" }),
        json!({ "parent_id": h.building }),
        json!({ "name": "", "parent_id": h.building }),
        json!({ "name": " ", "parent_id": h.building }),
        json!({ "name": "x".repeat(101), "parent_id": h.building }),
        json!({ "name": "12F", "parent_id": "" }),
        json!({ "name": "12F", "parent_id": h.floor }),
    ] {
        h.t.refused("PATCH", &path, body, 400, 121_003).await;
    }
    let below = json!({ "name": "tower", "parent_id": h.floor });
    h.t.refused("PATCH", &at(&format!("/room_levels/{}", h.building)), below, 400, 121_003).await;
    h.t.refused("PATCH", &path, json!({ "name": "a", "parent_id": "omb_none" }), 404, 121_004).await;
    let none = json!({ "name": "a", "parent_id": h.root });
    h.t.refused("PATCH", &at("/room_levels/omb_none"), none, 404, 121_004).await;
}

#[tokio::test]
async fn names_may_repeat_and_custom_ids_may_not() {
    let h = house().await;
    level(&h.t, "12F", &h.building).await;
    let body = |name: &str| json!({ "name": name, "parent_id": h.root, "custom_group_id": "X" });
    let first = h.t.ok("POST", &at("/room_levels"), body("a")).await;
    h.t.refused("POST", &at("/room_levels"), body("b"), 400, 121_003).await;
    h.t.refused("PATCH", &at(&format!("/room_levels/{}", h.floor)), body("b"), 400, 121_003).await;
    let id = text(&first["room_level"], "room_level_id");
    h.t.ok("PATCH", &at(&format!("/room_levels/{id}")), body("c")).await;
    h.t.settings(json!({ "rooms": { "duplicate_custom_ids": true } })).await;
    h.t.ok("POST", &at("/room_levels"), body("b")).await;
}

#[tokio::test]
async fn only_empty_levels_go_unless_the_children_are_to_go_too() {
    let h = house().await;
    let del = |id: &str, children: Value| {
        let mut body = json!({ "room_level_id": id });
        if !children.is_null() {
            body["delete_child"] = children;
        }
        body
    };
    for (id, children) in [(&h.building, Value::Null), (&h.building, json!(false)), (&h.floor, json!(false))]
    {
        h.t.refused("POST", &at("/room_levels/del"), del(id, children), 404, 125_001).await;
    }
    let empty = level(&h.t, "13F", &h.building).await;
    assert_eq!(h.t.ok("POST", &at("/room_levels/del"), del(&empty, json!(false))).await, json!({}));
    h.t.refused("POST", &at("/room_levels/del"), del(&empty, json!(false)), 404, 121_004).await;
    h.t.ok("POST", &at("/room_levels/del"), del(&h.building, json!(true))).await;
    h.t.refused("GET", &at(&format!("/rooms/{}", h.room)), Value::Null, 404, 121_004).await;
    h.t.refused("GET", &at(&format!("/room_levels/{}", h.floor)), Value::Null, 404, 121_004).await;
}

#[tokio::test]
async fn a_list_shows_one_generation() {
    let h = house().await;
    let top = h.t.ok("GET", &at("/room_levels"), Value::Null).await;
    assert_eq!(sorted(&top["items"], "name"), ["tower"]);
    let same = h.t.ok("GET", &at(&format!("/room_levels?room_level_id={}", h.root)), Value::Null).await;
    assert_eq!(top, same);
    for i in 0..5 {
        level(&h.t, &format!("l{i}"), &h.building).await;
    }
    let list = at(&format!("/room_levels?room_level_id={}&page_size=4", h.building));
    let first = h.t.ok("GET", &list, Value::Null).await;
    assert_eq!(first["has_more"], true);
    let token = text(&first, "page_token");
    let second = h.t.ok("GET", &format!("{list}&page_token={token}"), Value::Null).await;
    let mut all = sorted(&first["items"], "name");
    all.extend(sorted(&second["items"], "name"));
    all.sort();
    assert_eq!(all, ["12F", "l0", "l1", "l2", "l3", "l4"]);
    for bad in ["page_size=101", "page_size=0", "page_token=x"] {
        h.t.refused("GET", &at(&format!("/room_levels?{bad}")), Value::Null, 400, 121_003).await;
    }
}

#[tokio::test]
async fn custom_ids_are_asked_for_without_an_answer_to_which_is_whose() {
    let h = house().await;
    let mut ids = Vec::new();
    for custom in ["A", "B"] {
        let body = json!({ "name": custom, "parent_id": h.root, "custom_group_id": custom });
        let made = h.t.ok("POST", &at("/room_levels"), body).await;
        ids.push(text(&made["room_level"], "room_level_id"));
    }
    ids.sort();
    let found = h.t.ok("GET", &at("/room_levels/search?custom_level_ids=B,none,A"), Value::Null).await;
    let mut found: Vec<&str> =
        found["level_ids"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, ids);
    let got =
        h.t.ok("POST", &at("/room_levels/mget"), json!({ "level_ids": [ids[0], ids[1], "omb_none"] })).await;
    assert_eq!(sorted(&got["items"], "custom_group_id"), ["A", "B"]);
    for ids in [json!([]), json!(vec!["omb_x"; 51])] {
        h.t.refused("POST", &at("/room_levels/mget"), json!({ "level_ids": ids }), 400, 121_003).await;
    }
}

#[tokio::test]
async fn a_tenant_with_fixed_levels_refuses_their_writes() {
    let h = house().await;
    h.t.settings(json!({ "rooms": { "flexible": false } })).await;
    let body = json!({ "name": "a", "parent_id": h.root });
    h.t.refused("POST", &at("/room_levels"), body.clone(), 400, 121_002).await;
    h.t.refused("PATCH", &at(&format!("/room_levels/{}", h.floor)), body, 400, 121_002).await;
    h.t.refused("POST", &at("/room_levels/del"), json!({ "room_level_id": h.floor }), 400, 121_002).await;
    let made = json!({ "name": "a", "capacity": 1, "room_level_id": h.floor });
    h.t.refused("POST", &at("/rooms"), made, 404, 125_001).await;
    h.t.refused("PATCH", &at(&format!("/rooms/{}", h.room)), json!({ "name": "b" }), 404, 125_001).await;
    h.t.settings(json!({ "rooms": { "rooms_on_leaves_only": true } })).await;
    let inner = json!({ "name": "a", "capacity": 1, "room_level_id": h.building });
    h.t.refused("POST", &at("/rooms"), inner, 404, 125_001).await;
    room(&h.t, "leaf", &h.floor).await;
}
