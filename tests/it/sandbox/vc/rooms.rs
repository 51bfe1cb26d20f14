//! Rooms and their closures.

use serde_json::{Value, json};

use super::{at, get_room, house, level, room, sorted, text};

#[tokio::test]
async fn a_room_has_what_it_was_given_and_keeps_what_a_patch_leaves_out() {
    let h = house().await;
    let body = json!({
        "name": "lake", "capacity": 12, "description": "a view", "custom_room_id": "R-1", "room_level_id": h.floor,
        "device": [{ "name": "phone" }, { "name": "screen" }, { "name": "phone" }],
    });
    let made = h.t.ok("POST", &at("/rooms"), body).await["room"].clone();
    let id = text(&made, "room_id");
    assert!(id.starts_with("omm_") && text(&made, "display_id").starts_with("FM"), "{made}");
    assert_eq!(made["path"], json!([h.building, h.floor]));
    assert_eq!(sorted(&made["device"], "name"), ["phone", "screen"], "a set");
    assert_eq!(made["room_status"], json!({ "status": true, "schedule_status": true }));
    let path = at(&format!("/rooms/{id}"));
    assert_eq!(h.t.ok("PATCH", &path, json!({ "capacity": 8 })).await, json!({}), "an empty data");
    let mut want = made.clone();
    want["capacity"] = 8.into();
    let mut got = get_room(&h.t, &id).await;
    (want["device"], got["device"]) = (Value::Null, Value::Null);
    assert_eq!(got, want);
    let clear = json!({ "description": "", "custom_room_id": "", "device": [], "room_level_id": h.building });
    h.t.ok("PATCH", &path, clear).await;
    let got = get_room(&h.t, &id).await;
    for (field, want) in [
        ("description", json!("")),
        ("custom_room_id", json!("")),
        ("device", json!([])),
        ("path", json!([h.building])),
    ] {
        assert_eq!(got[field], want, "{field}");
    }
    assert_eq!(h.t.ok("DELETE", &path, Value::Null).await, json!({}));
    h.t.refused("DELETE", &path, Value::Null, 404, 121_004).await;
}

#[tokio::test]
async fn bad_rooms_are_refused() {
    let h = house().await;
    let good = json!({ "name": "a", "capacity": 1, "room_level_id": h.floor, "custom_room_id": "R" });
    h.t.ok("POST", &at("/rooms"), good.clone()).await;
    for (field, value, status, code) in [
        ("custom_room_id", json!("R"), 400, 121_003),
        ("name", json!(""), 400, 121_003),
        ("name", json!("x".repeat(101)), 400, 121_003),
        ("capacity", json!(0), 400, 121_003),
        ("capacity", json!(-1), 400, 121_003),
        ("capacity", json!("4"), 400, 99_992_402),
        ("room_level_id", json!("omb_none"), 404, 121_004),
        ("room_level_id", json!(h.root), 404, 125_001),
        ("device", json!([{}]), 400, 99_992_402),
        ("device", json!([{ "name": " " }]), 400, 121_003),
        ("room_status", json!({}), 400, 99_992_402),
        ("room_status", json!({ "status": false, "disable_end_time": "soon" }), 400, 121_003),
        (
            "room_status",
            json!({ "status": false, "disable_start_time": "20", "disable_end_time": "10" }),
            400,
            121_003,
        ),
        ("room_status", json!({ "status": false, "contact_ids": ["ou_none"] }), 400, 99_992_351),
    ] {
        let mut body = good.clone();
        body["custom_room_id"] = "".into();
        body[field] = value.clone();
        h.t.refused("POST", &at("/rooms"), body, status, code).await;
        h.t.refused("PATCH", &at(&format!("/rooms/{}", h.room)), json!({ field: value }), status, code).await;
    }
    for missing in ["name", "capacity", "room_level_id"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        h.t.refused("POST", &at("/rooms"), body, 400, 99_992_402).await;
    }
    h.t.settings(json!({ "rooms": { "rooms_at_root": true } })).await;
    room(&h.t, "lobby", &h.root).await;
}

#[tokio::test]
async fn a_closure_comes_and_goes_by_the_clock() {
    let h = house().await;
    let now =
        h.t.send("GET", "/_sandbox/clock", None, None).await.body["now_ms"].as_i64().expect("a clock") / 1000;
    let (from, until) = (now + 600, now + 1200);
    let status = json!({
        "status": false, "disable_start_time": from.to_string(), "disable_end_time": until.to_string(),
        "disable_reason": "paint", "contact_ids": ["u1", "u2"], "disable_notice": true, "resume_notice": false,
    });
    let path = at(&format!("/rooms/{}?user_id_type=user_id", h.room));
    h.t.ok("PATCH", &path, json!({ "room_status": status })).await;
    for (step, open, ahead) in [(0, true, false), (600, false, true), (600, true, true)] {
        h.t.step(step).await;
        let got = get_room(&h.t, &h.room).await["room_status"].clone();
        assert_eq!((&got["status"], &got["schedule_status"]), (&json!(open), &json!(ahead)), "{got}");
        assert_eq!(
            (&got["disable_start_time"], &got["disable_end_time"]),
            (&json!(from.to_string()), &json!(until.to_string()))
        );
        assert_eq!(got["contact_ids"].as_array().map(Vec::len), Some(2));
        assert_eq!((&got["disable_reason"], &got["disable_notice"]), (&json!("paint"), &json!(true)));
    }
    h.t.settings(json!({ "rooms": { "past_closures_vanish": true } })).await;
    assert_eq!(
        get_room(&h.t, &h.room).await["room_status"],
        json!({ "status": true, "schedule_status": true })
    );
    // As the official Python SDK sends it: numbers. And for ever, from now on.
    h.t.ok("PATCH", &path, json!({ "room_status": { "status": false, "disable_end_time": 0 } })).await;
    let got = get_room(&h.t, &h.room).await["room_status"].clone();
    assert_eq!((&got["status"], &got["disable_end_time"]), (&json!(false), &json!("0")));
    assert_eq!(
        (&got["disable_start_time"], &got["contact_ids"]),
        (&json!(until.to_string()), &json!([])),
        "replaced whole"
    );
    h.t.ok("PATCH", &path, json!({ "name": "river" })).await;
    assert_eq!(get_room(&h.t, &h.room).await["room_status"]["status"], false, "untouched");
    h.t.ok("PATCH", &path, json!({ "room_status": { "status": true } })).await;
    assert_eq!(get_room(&h.t, &h.room).await["room_status"]["status"], true);
}

#[tokio::test]
async fn the_three_envelopes_and_the_list_of_all_depths() {
    let h = house().await;
    let lobby = room(&h.t, "lobby", &h.building).await;
    let other = level(&h.t, "annex", &h.root).await;
    room(&h.t, "shed", &other).await;
    let all = h.t.ok("GET", &at("/rooms"), Value::Null).await;
    assert_eq!(sorted(&all["rooms"], "name"), ["lobby", "river", "shed"]);
    let filter = at(&format!("/rooms?room_level_id={}", h.building));
    assert_eq!(sorted(&h.t.ok("GET", &filter, Value::Null).await["rooms"], "name"), ["lobby"]);
    h.t.settings(json!({ "rooms": { "filter_is_recursive": true } })).await;
    assert_eq!(sorted(&h.t.ok("GET", &filter, Value::Null).await["rooms"], "name"), ["lobby", "river"]);
    let got = h.t.ok("POST", &at("/rooms/mget"), json!({ "room_ids": [lobby, h.room, "omm_none"] })).await;
    assert_eq!(sorted(&got["items"], "name"), ["lobby", "river"]);
    assert_eq!(get_room(&h.t, &lobby).await["name"], "lobby");
    for ids in [json!([]), json!(vec!["omm_x"; 51])] {
        h.t.refused("POST", &at("/rooms/mget"), json!({ "room_ids": ids }), 400, 121_003).await;
    }
    for bad in ["page_size=101", "page_token=x"] {
        h.t.refused("GET", &at(&format!("/rooms?{bad}")), Value::Null, 400, 121_003).await;
    }
    h.t.refused("GET", &at("/rooms?room_level_id=omb_none"), Value::Null, 404, 121_004).await;
}

#[tokio::test]
async fn people_search_what_they_may_book() {
    let h = house().await;
    let secret = room(&h.t, "secret", &h.floor).await;
    let body = json!({ "custom_room_id": "S" });
    h.t.ok("PATCH", &at(&format!("/rooms/{secret}")), body).await;
    let who = json!({ "scope_type": "2", "reserve_scope_config": { "allow_all_users": 0, "allow_users": [{ "user_id": "u2" }] } });
    h.t.ok("PATCH", &at(&format!("/reserve_configs/{secret}?user_id_type=user_id")), who).await;
    h.t.refused("POST", &at("/rooms/search"), json!({}), 400, 99_991_663).await;
    let u1 = h.t.login("u1", "vc:room:readonly").await.access;
    let u2 = h.t.login("u2", "vc:room:readonly").await.access;
    let path = at("/rooms/search");
    let search = async |token: &str, body: Value| {
        h.t.send("POST", &path, Some(token), Some(body)).await.body["data"].clone()
    };
    assert_eq!(sorted(&search(&u1, json!({})).await["rooms"], "name"), ["river"]);
    assert_eq!(sorted(&search(&u2, json!({})).await["rooms"], "name"), ["river", "secret"]);
    assert_eq!(
        sorted(&search(&u2, json!({ "custom_room_ids": ["S"], "keyword": "x" })).await["rooms"], "name"),
        ["secret"]
    );
    assert_eq!(sorted(&search(&u2, json!({ "keyword": "riv" })).await["rooms"], "name"), ["river"]);
    assert!(sorted(&search(&u2, json!({ "keyword": "12" })).await["rooms"], "name").is_empty());
    let by_level = json!({ "keyword": "12", "search_level_name": true });
    assert_eq!(sorted(&search(&u2, by_level).await["rooms"], "name"), ["river", "secret"]);
    let page = search(&u2, json!({ "page_size": 1, "room_level_id": h.building })).await;
    assert_eq!(page["has_more"], true);
    let rest = search(&u2, json!({ "page_size": 1, "page_token": page["page_token"] })).await;
    assert_ne!(page["rooms"][0]["name"], rest["rooms"][0]["name"]);
}
