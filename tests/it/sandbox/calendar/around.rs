//! What surrounds calendars: free and busy, rooms' old endpoints, meeting chats, leave, Exchange, CalDAV, watching.

use serde_json::{Value, json};

use super::{IDS, at, calendar, days, event, invite, meeting, office, ok_as, refused_as, text, token};
use crate::support::Tenant;

async fn busy(t: &Tenant, mut body: Value) -> Vec<(String, String)> {
    body["time_min"] = "2026-09-01T00:00:00+08:00".into();
    body["time_max"] = "2026-10-31T00:00:00+08:00".into();
    let data = t.ok("POST", &at(&format!("/freebusy/list?{IDS}")), body).await;
    let list = data["freebusy_list"].as_array().expect("list").clone();
    list.iter().map(|i| (text(i, "start_time"), text(i, "end_time"))).collect()
}

#[tokio::test]
async fn people_are_busy_with_what_they_did_not_decline_and_is_not_free() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let add =
        |who: &str| json!({ "attendees": [invite("user", "user_id", who)], "need_notification": false });
    t.ok("POST", &format!("{e}/attendees?{IDS}"), add("u1")).await;
    let hour = ("2026-09-04T10:00:00+08:00".to_owned(), "2026-09-04T11:00:00+08:00".to_owned());
    assert_eq!(busy(&t, json!({ "user_id": "u1" })).await, std::slice::from_ref(&hour));
    assert!(busy(&t, json!({ "user_id": "u2" })).await.is_empty());
    let mut free = days("假", "2026-10-01", "2026-10-01");
    free["free_busy_status"] = "free".into();
    let holiday = event(&t, &c, free).await;
    t.ok("POST", &format!("{holiday}/attendees?{IDS}"), add("u1")).await;
    assert_eq!(busy(&t, json!({ "user_id": "u1" })).await.len(), 1);
    assert_eq!(busy(&t, json!({ "user_id": "u1", "only_busy": false })).await.len(), 2);
    let u1 = token(&t, "u1").await;
    let id = e.rsplit_once('/').expect("id").1;
    let reply = at(&format!("/calendars/primary/events/{id}/reply"));
    ok_as(&t, &u1, "POST", &reply, json!({ "rsvp_status": "decline" })).await;
    assert!(busy(&t, json!({ "user_id": "u1" })).await.is_empty());
    let body =
        |from: &str, to: &str, ids: &[&str]| json!({ "time_min": from, "time_max": to, "user_ids": ids });
    let path = at(&format!("/freebusy/batch?{IDS}"));
    let two = body("2026-09-01T00:00:00+08:00", "2026-09-14T00:00:00+08:00", &["u1", "u2"]);
    assert_eq!(t.ok("POST", &path, two).await["freebusy_lists"].as_array().map(Vec::len), Some(2));
    let long = body("2026-09-01T00:00:00+08:00", "2026-09-16T00:00:00+08:00", &["u1"]);
    t.refused("POST", &path, long, 400, 198_003).await;
    t.refused("POST", &path, body("1", "2", &["u1"]), 400, 198_002).await;
    let many = ["u1"; 11];
    let many = body("2026-09-01T00:00:00+08:00", "2026-09-02T00:00:00+08:00", &many);
    t.refused("POST", &path, many, 400, 198_001).await;
    let long =
        json!({ "time_min": "2026-01-01T00:00:00Z", "time_max": "2026-04-02T00:00:00Z", "user_id": "u1" });
    t.refused("POST", &at(&format!("/freebusy/list?{IDS}")), long, 400, 190_014).await;
    let nobody = json!({ "time_min": "2026-01-01T00:00:00Z", "time_max": "2026-01-02T00:00:00Z" });
    t.refused("POST", &at("/freebusy/list"), nobody, 400, 190_014).await;
}

#[tokio::test]
async fn a_held_room_is_busy_in_both_apis_and_the_door_may_let_it_go() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let room = json!({ "type": "resource", "room_id": "omm_1", "operate_id": "u3" });
    let body = json!({ "attendees": [room], "need_notification": false, "add_operator_to_attendee": false });
    t.ok("POST", &format!("{e}/attendees?{IDS}"), body).await;
    assert_eq!(busy(&t, json!({ "room_id": "omm_1" })).await.len(), 1);
    // With both, the person counts.
    assert!(busy(&t, json!({ "room_id": "omm_1", "user_id": "u1" })).await.is_empty());
    let window = "time_min=2026-09-04T00%3A00%3A00%2B08%3A00&time_max=2026-09-05T00%3A00%3A00%2B08%3A00";
    let path = format!("/open-apis/meeting_room/freebusy/batch_get?room_ids=omm_1&room_ids=omm_2&{window}");
    let held = t.ok("GET", &path, Value::Null).await["free_busy"].clone();
    assert_eq!((held["omm_1"].as_array().map(Vec::len), &held["omm_2"]), (Some(1), &json!([])));
    let uid = text(&held["omm_1"][0], "uid");
    let ask =
        json!({ "EventUids": [{ "uid": uid, "original_time": 0 }, { "uid": "x", "original_time": 0 }] });
    let found = t.ok("POST", "/open-apis/meeting_room/summary/batch_get", ask).await;
    assert_eq!(found["EventInfos"][0]["summary"], "m");
    assert_eq!(found["ErrorEventUids"].as_array().map(Vec::len), Some(1));
    let reply = json!({ "room_id": "omm_1", "uid": uid, "original_time": 0, "status": "NOT_CHECK_IN" });
    t.ok("POST", "/open-apis/meeting_room/instance/reply", reply.clone()).await;
    assert!(busy(&t, json!({ "room_id": "omm_1" })).await.is_empty());
    let mut wrong = reply;
    wrong["original_time"] = 7.into();
    t.refused("POST", "/open-apis/meeting_room/instance/reply", wrong, 400, 105_003).await;
}

#[tokio::test]
async fn a_meeting_chat_is_for_the_own_calendar_and_two_guests_who_may_see_each_other() {
    let t = office().await;
    let own = at("/calendars/primary");
    let mut body = meeting("m");
    body["attendee_ability"] = "can_see_others".into();
    let e = event(&t, &own, body.clone()).await;
    let chat = format!("{e}/meeting_chat");
    t.refused("POST", &chat, Value::Null, 400, 195_109).await;
    let people = json!({ "attendees": [invite("user", "user_id", "u1"), invite("user", "user_id", "u2")] });
    t.ok("POST", &format!("{e}/attendees?{IDS}"), people).await;
    let made = t.ok("POST", &chat, Value::Null).await;
    t.refused("POST", &chat, Value::Null, 400, 195_109).await;
    t.refused("DELETE", &format!("{chat}?meeting_chat_id=oc_x"), Value::Null, 400, 195_108).await;
    let id = text(&made, "meeting_chat_id");
    t.ok("DELETE", &format!("{chat}?meeting_chat_id={id}"), Value::Null).await;
    assert!(
        text(&t.ok("POST", &format!("{e}/meeting_minute"), Value::Null).await, "doc_url")
            .starts_with("https://")
    );
    let shared = calendar(&t, "c").await;
    let e = event(&t, &shared, body).await;
    t.refused("POST", &format!("{e}/meeting_chat"), Value::Null, 400, 195_109).await;
    t.refused("POST", &format!("{e}/meeting_minute"), Value::Null, 400, 195_110).await;
}

#[tokio::test]
async fn leave_is_in_days_or_moments_and_belongs_to_its_app() {
    let t = office().await;
    let path = at(&format!("/timeoff_events?{IDS}"));
    let leave = |start: &str, end: &str| json!({ "user_id": "u1", "timezone": "Asia/Shanghai", "start_time": start, "end_time": end });
    let made = t.ok("POST", &path, leave("2026-10-08", "2026-10-09")).await;
    t.ok("POST", &path, leave("1788487200", "1788490800")).await;
    for (start, end) in [("2026-10-08", "1788490800"), ("2026-10-09", "2026-10-08"), ("soon", "later")] {
        t.refused("POST", &path, leave(start, end), 400, 190_002).await;
    }
    let one = at(&format!("/timeoff_events/{}", text(&made, "timeoff_event_id")));
    let second = t.second_app().await;
    refused_as(&t, &second, ("DELETE", &one, Value::Null), 403, 195_000).await;
    t.ok("DELETE", &one, Value::Null).await;
    t.refused("DELETE", &one, Value::Null, 400, 190_002).await;
}

#[tokio::test]
async fn exchange_is_for_super_administrators_and_ripens() {
    let t = office().await;
    let u1 = token(&t, "u1").await;
    let path = at(&format!("/exchange_bindings?{IDS}"));
    let body = json!({ "admin_account": "a@x.cn", "exchange_account": "e@x.cn", "user_id": "u2" });
    refused_as(&t, &u1, ("POST", &path, body.clone()), 403, 195_101).await;
    t.act(json!({ "action": "mark", "user": "u1", "manager": true })).await;
    let made = ok_as(&t, &u1, "POST", &path, body.clone()).await;
    refused_as(&t, &u1, ("POST", &path, body), 403, 195_105).await;
    let id = text(&made, "exchange_binding_id").replace('=', "%3D").replace('+', "%2B");
    let one = at(&format!("/exchange_bindings/{id}"));
    assert_eq!(made["status"], "doing");
    t.step(61).await;
    let got = ok_as(&t, &u1, "GET", &format!("{one}?{IDS}"), Value::Null).await;
    assert_eq!((&got["status"], &got["user_id"]), (&json!("done"), &json!("u2")));
    ok_as(&t, &u1, "DELETE", &one, Value::Null).await;
    refused_as(&t, &u1, ("GET", &one, Value::Null), 404, 195_103).await;
    refused_as(&t, &u1, ("GET", &at("/exchange_bindings/!"), Value::Null), 400, 195_102).await;
    // The app itself is refused at the gate.
    t.refused("GET", &one, Value::Null, 400, 99_991_663).await;
}

#[tokio::test]
async fn passwords_and_watching_are_for_people() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let u1 = token(&t, "u1").await;
    let path = at("/settings/generate_caldav_conf");
    let conf = ok_as(&t, &u1, "POST", &path, json!({ "device_name": "phone" })).await;
    assert_eq!((text(&conf, "password").len(), &conf["device_name"]), (16, &json!("phone")));
    t.refused("POST", &path, json!({}), 400, 99_991_663).await;
    for what in ["subscription", "unsubscription"] {
        ok_as(&t, &u1, "POST", &at(&format!("/calendars/{what}")), Value::Null).await;
        t.refused("POST", &at(&format!("/calendars/{what}")), Value::Null, 400, 99_991_663).await;
        refused_as(&t, &u1, ("POST", &format!("{c}/acls/{what}"), Value::Null), 403, 191_002).await;
        refused_as(&t, &u1, ("POST", &format!("{c}/events/{what}"), Value::Null), 403, 191_002).await;
    }
    let body = json!({ "role": "owner", "scope": { "type": "user", "user_id": "u1" } });
    t.ok("POST", &format!("{c}/acls?{IDS}"), body).await;
    for what in ["acls", "events"] {
        ok_as(&t, &u1, "POST", &format!("{c}/{what}/subscription"), Value::Null).await;
    }
    assert_eq!(t.rows("calendar_watches").await.as_object().map(serde_json::Map::len), Some(2));
    ok_as(&t, &u1, "POST", &format!("{c}/acls/unsubscription"), Value::Null).await;
    assert_eq!(t.rows("calendar_watches").await.as_object().map(serde_json::Map::len), Some(1));
}
