//! Meetings reserved in advance.

use serde_json::{Value, json};

use super::{at, text};
use crate::support::Tenant;

#[tokio::test]
async fn a_meeting_is_reserved_changed_and_cancelled() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let now =
        t.send("GET", "/_sandbox/clock", None, None).await.body["now_ms"].as_i64().expect("a clock") / 1000;
    let apply = at("/reserves/apply?user_id_type=user_id");
    let settings = json!({ "topic": "review", "password": "1234", "assign_host_list": [{ "user_type": 1, "id": "u1" }, { "user_type": 1, "id": "nobody" }] });
    let body = json!({ "end_time": (now + 600).to_string(), "owner_id": "u1", "meeting_settings": settings });
    let made = t.ok("POST", &apply, body.clone()).await;
    assert_eq!(made["reserve_correction_check_info"]["invalid_host_id_list"], json!(["nobody"]));
    let path = at(&format!("/reserves/{}?user_id_type=user_id", text(&made["reserve"], "id")));
    let got = t.ok("GET", &path, Value::Null).await["reserve"].clone();
    assert_eq!(
        (&got["reserve_user_id"], &got["meeting_settings"]["topic"], &got["expire_status"]),
        (&json!("u1"), &json!("review"), &json!(1))
    );
    t.step(900).await;
    assert_eq!(t.ok("GET", &path, Value::Null).await["reserve"]["expire_status"], 2);
    let later =
        json!({ "end_time": (now + 99_000).to_string(), "meeting_settings": { "topic": "second review" } });
    let put = t.ok("PUT", &path, later).await;
    assert_eq!(put["reserve"]["expire_status"], 1);
    let active = path.replace('?', "/get_active_meeting?");
    t.refused("GET", &active, Value::Null, 404, 121_004).await;
    t.ok("DELETE", &path.replace("?user_id_type=user_id", ""), Value::Null).await;
    t.refused("GET", &path, Value::Null, 404, 121_004).await;
    for (field, value, code) in [
        ("end_time", json!("1"), 121_003),
        ("owner_id", json!(""), 121_003),
        ("meeting_settings", json!({ "password": "12" }), 123_006),
        (
            "meeting_settings",
            json!({ "assign_host_list": vec![json!({ "user_type": 1, "id": "u1" }); 11] }),
            123_003,
        ),
    ] {
        let mut bad = body.clone();
        bad["end_time"] = (now + 99_000).to_string().into();
        bad[field] = value;
        t.refused("POST", &apply, bad, 400, code).await;
    }
    let mut fresh = body;
    fresh["end_time"] = (now + 99_000).to_string().into();
    let made = t.ok("POST", &apply, fresh).await;
    let second = t.second_app().await;
    let path = at(&format!("/reserves/{}", text(&made["reserve"], "id")));
    let answer = t.send("GET", &path, Some(&second), None).await;
    assert_eq!((answer.status, answer.code()), (403, 121_005));
}
