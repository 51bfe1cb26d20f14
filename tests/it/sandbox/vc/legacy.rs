//! The old API of buildings over the same rows.

use serde_json::{Value, json};

use super::{at, get_room, house, level, sorted, text};
use crate::support::Tenant;

const OLD: &str = "/open-apis/meeting_room";

fn old(path: &str) -> String {
    format!("{OLD}{path}")
}

async fn building(t: &Tenant, name: &str, custom: &str) -> String {
    let body = json!({ "name": name, "floors": ["F1", "F2"], "country_id": "1814991", "district_id": "1796236", "custom_building_id": custom });
    text(&t.ok("POST", &old("/building/create"), body).await, "building_id")
}

async fn old_room(t: &Tenant, building: &str, floor: &str, name: &str) -> String {
    let body = json!({ "building_id": building, "floor": floor, "name": name, "capacity": 3, "is_disabled": false, "custom_room_id": name });
    text(&t.ok("POST", &old("/room/create"), body).await, "room_id")
}

#[tokio::test]
async fn a_building_is_a_level_and_its_floors_are_levels() {
    let h = house().await;
    let id = building(&h.t, "old campus", "OC").await;
    let got = h.t.ok("GET", &at(&format!("/room_levels/{id}")), Value::Null).await["room_level"].clone();
    assert_eq!((&got["custom_group_id"], &got["parent_id"]), (&json!("OC"), &json!(h.root)));
    let floors = h.t.ok("GET", &at(&format!("/room_levels?room_level_id={id}")), Value::Null).await;
    assert_eq!(sorted(&floors["items"], "name"), ["F1", "F2"]);
    let room = old_room(&h.t, &id, "F2", "r1").await;
    assert_eq!(get_room(&h.t, &room).await["custom_room_id"], "r1");
    let list = h.t.ok("GET", &old("/building/list"), Value::Null).await;
    let want = json!({ "building_id": id, "name": "old campus", "description": "", "floors": ["F1", "F2"], "country_id": "1814991", "district_id": "1796236" });
    assert_eq!(list["buildings"], json!([want]), "the flexible tower is none");
    let rooms =
        h.t.ok("GET", &old(&format!("/room/list?building_id={id}&fields=id,name,floor_name")), Value::Null)
            .await;
    assert_eq!(rooms["rooms"], json!([{ "room_id": room, "name": "r1", "floor_name": "F2" }]));
    let found = h
        .t
        .ok("GET", &old("/building/batch_get_id?custom_building_ids=x&custom_building_ids=OC"), Value::Null)
        .await;
    assert_eq!(found["buildings"], json!([{ "building_id": id, "custom_bulding_id": "OC" }]));
    let found =
        h.t.ok("GET", &old("/room/batch_get_id?custom_room_ids=r1&custom_room_ids=zz"), Value::Null).await;
    assert_eq!(found["rooms"], json!([{ "room_id": room, "custom_room_id": "r1" }]));
    let got = h
        .t
        .ok("GET", &old(&format!("/building/batch_get?building_ids={id}&building_ids=omb_none")), Value::Null)
        .await;
    assert_eq!(got["buildings"], json!([want]));
    h.t.ok("PATCH", &at(&format!("/rooms/{room}")), json!({ "room_status": { "status": false } })).await;
    let got = h.t.ok("GET", &old(&format!("/room/batch_get?room_ids={room}")), Value::Null).await;
    assert_eq!(
        (&got["rooms"][0]["is_disabled"], &got["rooms"][0]["building_name"]),
        (&json!(true), &json!("old campus"))
    );
}

#[tokio::test]
async fn buildings_change_and_go_without_their_rooms() {
    let h = house().await;
    let id = building(&h.t, "a", "A").await;
    let room = old_room(&h.t, &id, "F1", "r1").await;
    let update = |body: Value| {
        let mut full = json!({ "building_id": id });
        full.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        full
    };
    h.t.ok("POST", &old("/building/update"), update(json!({ "name": "b", "floors": ["F1", "F3"] }))).await;
    let got = h.t.ok("GET", &old(&format!("/building/batch_get?building_ids={id}")), Value::Null).await;
    assert_eq!(
        (&got["buildings"][0]["name"], &got["buildings"][0]["floors"]),
        (&json!("b"), &json!(["F1", "F3"]))
    );
    for body in
        [json!({ "floors": ["F3"] }), json!({ "floors": ["F1", "F1"] }), json!({ "district_id": "1" })]
    {
        h.t.refused("POST", &old("/building/update"), update(body), 400, 10_003).await;
    }
    h.t.refused("POST", &old("/building/delete"), json!({ "building_id": id }), 400, 10_003).await;
    h.t.ok("POST", &old("/room/update"), json!({ "room_id": room, "name": "r2", "capacity": 9 })).await;
    assert_eq!(get_room(&h.t, &room).await["capacity"], 9);
    h.t.refused("POST", &old("/room/update"), json!({ "room_id": "omm_none" }), 400, 10_003).await;
    h.t.ok("POST", &old("/room/delete"), json!({ "room_id": room })).await;
    h.t.ok("POST", &old("/building/delete"), json!({ "building_id": id })).await;
    h.t.refused("GET", &at(&format!("/room_levels/{id}")), Value::Null, 404, 121_004).await;
}

#[tokio::test]
async fn places_are_a_catalogue() {
    let h = house().await;
    let countries = h.t.ok("GET", &old("/country/list"), Value::Null).await;
    assert!(sorted(&countries["countries"], "country_id").contains(&"1814991".to_owned()));
    let cities = h.t.ok("GET", &old("/district/list?country_id=1814991"), Value::Null).await;
    assert!(sorted(&cities["districts"], "district_id").contains(&"1796236".to_owned()));
    h.t.refused("GET", &old("/district/list?country_id=7"), Value::Null, 400, 10_003).await;
    for (floors, district, name) in [
        (json!(["F1"]), "1880252", "a"),
        (json!(["F1", "F1"]), "1796236", "a"),
        (json!(["F1"]), "1796236", ""),
    ] {
        let body =
            json!({ "name": name, "floors": floors, "country_id": "1814991", "district_id": district });
        h.t.refused("POST", &old("/building/create"), body, 400, 10_003).await;
    }
    let id = building(&h.t, "a", "").await;
    for (floor, name, capacity) in [("F9", "r", 1), ("F1", "", 1), ("F1", "r", 0)] {
        let body = json!({ "building_id": id, "floor": floor, "name": name, "capacity": capacity, "is_disabled": true });
        h.t.refused("POST", &old("/room/create"), body, 400, 10_003).await;
    }
}

#[tokio::test]
async fn old_lists_page_and_sort() {
    let h = house().await;
    for i in 0..12 {
        building(&h.t, &format!("b{i:02}"), "").await;
    }
    let first = h.t.ok("GET", &old("/building/list?order_by=name-desc"), Value::Null).await;
    assert_eq!(first["buildings"].as_array().map(Vec::len), Some(10), "ten without a size");
    assert_eq!(first["buildings"][0]["name"], "b11");
    let rest = format!("/building/list?order_by=name-desc&page_token={}", text(&first, "page_token"));
    let rest = h.t.ok("GET", &old(&rest), Value::Null).await;
    assert_eq!((&rest["buildings"][1]["name"], &rest["has_more"]), (&json!("b00"), &json!(false)));
    h.t.refused("GET", &old("/building/list?page_size=101"), Value::Null, 400, 10_003).await;
    h.t.refused("GET", &old("/room/list?building_id=omb_none"), Value::Null, 400, 10_003).await;
    let id = building(&h.t, "z", "").await;
    h.t.refused(
        "GET",
        &old(&format!("/room/list?building_id={id}&page_size=1001")),
        Value::Null,
        400,
        10_003,
    )
    .await;
}

#[tokio::test]
async fn the_questions_of_a_form_are_told() {
    let h = house().await;
    let ask = json!({ "room_ids": [h.room] });
    let none = h.t.call("POST", &old("/room/customization"), ask.clone()).await.body;
    assert_eq!(
        (&none["error_room_ids"][0]["room_id"], &none["room_id_to_customization"]),
        (&json!(h.room), &json!({}))
    );
    h.t.act(json!({ "action": "room_form", "questions": ["Catering?", "Guests?"] })).await;
    let some = h.t.call("POST", &old("/room/customization"), ask).await.body;
    let questions = &some["room_id_to_customization"][&h.room]["customization_data"];
    assert_eq!(sorted(questions, "label"), ["Catering?", "Guests?"]);
}

#[tokio::test]
async fn old_scopes_reach_the_same_screens() {
    let h = house().await;
    let id = building(&h.t, "a", "").await;
    let f1 = h.t.ok("GET", &at(&format!("/room_levels?room_level_id={id}")), Value::Null).await;
    let f1 = f1["items"].as_array().unwrap().iter().find(|l| l["name"] == "F1").expect("F1").clone();
    let set = |more: Value, url: &str| {
        let mut body = json!({ "room_config": { "room_background": url } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let path = at("/room_configs/set");
    h.t.ok("POST", &path, set(json!({ "scope": 1 }), "https://a/1.png")).await;
    h.t.ok(
        "POST",
        &path,
        set(json!({ "scope": 5, "building_id": id, "floor_name": "F1" }), "https://a/5.png"),
    )
    .await;
    h.t.ok("POST", &path, set(json!({ "scope": 6, "room_id": h.room }), "https://a/6.png")).await;
    h.t.ok("POST", &path, set(json!({ "scope": 2, "country_id": "086" }), "https://a/2.png")).await;
    let new =
        h.t.ok(
            "GET",
            &at(&format!("/scope_config?scope_type=1&scope_id={}", text(&f1, "room_level_id"))),
            Value::Null,
        )
        .await;
    assert_eq!(new["current_config"]["scope_config"]["room_background"], "https://a/5.png");
    let got = h.t.ok("GET", &at("/room_configs/query?scope=2&country_id=086"), Value::Null).await;
    assert_eq!(got["room_background"], "https://a/2.png");
    let got =
        h.t.ok("GET", &at(&format!("/room_configs/query?scope=6&room_id={}", h.room)), Value::Null).await;
    assert_eq!(
        (&got["room_background"], &got["room_status"]["status"]),
        (&json!("https://a/6.png"), &json!(true))
    );
    for (query, status, code) in [
        ("scope=4", 400, 121_003),
        ("scope=4&building_id=omb_none", 404, 121_004),
        ("scope=6&room_id=omm_none", 404, 121_004),
        ("scope=7", 400, 99_992_402),
    ] {
        h.t.refused("GET", &at(&format!("/room_configs/query?{query}")), Value::Null, status, code).await;
    }
    for kind in ["set_room_access_code", "set_checkboard_access_code"] {
        let body = json!({ "scope": 6, "room_id": h.room, "valid_day": 7 });
        let code = h.t.ok("POST", &at(&format!("/room_configs/{kind}")), body).await;
        assert_eq!(text(&code, "access_code").len(), 6);
        let body = json!({ "scope": 6, "room_id": h.room, "valid_day": 8 });
        h.t.refused("POST", &at(&format!("/room_configs/{kind}")), body, 400, 99_992_402).await;
    }
    level(&h.t, "free", &h.root).await;
}
