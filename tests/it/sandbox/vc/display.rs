//! Screens: raw values per node, merged values, and levels that are closed as a whole.

use serde_json::{Value, json};

use super::{House, at, get_room, house};

async fn set(h: &House, scope: i64, id: &str, config: Value) {
    h.t.ok(
        "POST",
        &at("/scope_config"),
        json!({ "scope_type": scope, "scope_id": id, "scope_config": config }),
    )
    .await;
}

async fn read(h: &House, scope: i64, id: &str) -> Value {
    h.t.ok("GET", &at(&format!("/scope_config?scope_type={scope}&scope_id={id}")), Value::Null).await
}

#[tokio::test]
async fn the_nearest_value_wins_and_the_raw_ones_are_told() {
    let h = house().await;
    set(
        &h,
        1,
        &h.building,
        json!({ "room_background": "https://a/tower.png", "display_background": "https://a/d.png" }),
    )
    .await;
    set(&h, 1, &h.floor, json!({ "room_background": "https://a/floor.png" })).await;
    let got = read(&h, 2, &h.room).await;
    let now = &got["current_config"];
    assert_eq!(
        (&now["scope_id"], &now["scope_config"]["room_background"]),
        (&json!(h.room), &json!("https://a/floor.png"))
    );
    assert_eq!(now["scope_config"]["display_background"], "https://a/d.png");
    let origins = got["origin_configs"].as_array().expect("origins");
    let ids: Vec<&Value> = origins.iter().map(|o| &o["scope_id"]).collect();
    assert_eq!(
        ids,
        [&json!(h.room), &json!(h.floor), &json!(h.building), &json!(h.root)],
        "from the node up"
    );
    assert_eq!(origins[0]["scope_config"]["room_background"], Value::Null, "unset is empty");
    assert_eq!(origins[1]["scope_config"]["room_background"], "https://a/floor.png");
}

#[tokio::test]
async fn a_write_changes_the_fields_that_it_names() {
    let h = house().await;
    let signage = json!({ "enable": true, "mute": false, "start_display": 3, "stop_display": 720, "materials": [
        { "name": "film", "material_type": 2, "url": "https://a/f.mp4", "duration": 15 },
    ] });
    set(&h, 1, &h.floor, json!({ "digital_signage": signage, "room_background": "https://a/1.png" })).await;
    set(&h, 1, &h.floor, json!({ "room_background": "https://a/2.png" })).await;
    let own = read(&h, 1, &h.floor).await["origin_configs"][0]["scope_config"].clone();
    assert_eq!(
        (&own["room_background"], &own["digital_signage"]["start_display"]),
        (&json!("https://a/2.png"), &json!(3))
    );
    assert!(
        own["digital_signage"]["materials"][0]["id"].as_str().is_some_and(|id| !id.is_empty()),
        "the server gives ids"
    );
    for config in [
        json!({ "digital_signage": { "start_display": 0 } }),
        json!({ "digital_signage": { "stop_display": 721 } }),
        json!({ "room_box_digital_signage": { "materials": [{ "url": "https://a", "duration": 43_201 }] } }),
        json!({ "room_box_digital_signage": { "materials": [{ "name": "a" }] } }),
        json!({ "room_background": "picture.png" }),
    ] {
        let body = json!({ "scope_type": 1, "scope_id": h.floor, "scope_config": config });
        h.t.refused("POST", &at("/scope_config"), body, 400, 121_003).await;
    }
    set(&h, 1, &h.building, json!({ "digital_signage": { "if_cover_child_scope": true, "enable": false } }))
        .await;
    assert_eq!(
        read(&h, 2, &h.room).await["origin_configs"][0]["scope_config"]["digital_signage"]["enable"],
        false
    );
}

#[tokio::test]
async fn a_level_is_closed_here_and_a_rooms_status_is_its_own() {
    let h = house().await;
    set(&h, 1, &h.floor, json!({ "room_status": { "status": false, "disable_reason": "flood" } })).await;
    let got = read(&h, 1, &h.floor).await;
    assert_eq!(got["current_config"]["scope_config"]["room_status"]["status"], false);
    assert_eq!(get_room(&h.t, &h.room).await["room_status"]["status"], true, "nothing is inherited");
    set(&h, 2, &h.room, json!({ "room_status": { "status": false, "disable_end_time": "0" } })).await;
    assert_eq!(get_room(&h.t, &h.room).await["room_status"]["status"], false, "one and the same");
}

#[tokio::test]
async fn the_kind_of_node_must_be_right() {
    let h = house().await;
    for (scope, id, status, code) in [
        (2, &h.floor, 400, 121_003),
        (1, &h.room, 400, 121_003),
        (1, &"omb_none".to_owned(), 404, 121_004),
        (3, &h.floor, 400, 99_992_402),
    ] {
        h.t.refused(
            "GET",
            &at(&format!("/scope_config?scope_type={scope}&scope_id={id}")),
            Value::Null,
            status,
            code,
        )
        .await;
        let body = json!({ "scope_type": scope, "scope_id": id, "scope_config": {} });
        h.t.refused("POST", &at("/scope_config"), body, status, code).await;
    }
}
