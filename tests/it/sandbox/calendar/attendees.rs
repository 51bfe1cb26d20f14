//! Who is invited: people, chats, rooms, addresses; removing, counting, answering.

use serde_json::{Value, json};

use super::{IDS, at, calendar, event, get, invite, meeting, office, ok_as, refused_as, text, token};
use crate::support::Tenant;

fn quiet(entries: Value) -> Value {
    json!({ "attendees": entries, "need_notification": false })
}

async fn add(t: &Tenant, e: &str, entries: Value) -> Value {
    t.ok("POST", &format!("{e}/attendees?{IDS}"), quiet(entries)).await["attendees"].clone()
}

/// Type and answer of everybody listed, by name of the type and id.
async fn listed(t: &Tenant, e: &str) -> Vec<(String, String, String)> {
    let data = t.ok("GET", &format!("{e}/attendees?{IDS}&page_size=100"), Value::Null).await;
    let id = |a: &Value| {
        let fields = ["user_id", "chat_id", "room_id", "third_party_email"];
        fields.iter().map(|f| text(a, f)).find(|t| !t.is_empty()).unwrap_or_default()
    };
    let items = data["items"].as_array().expect("items");
    let mut found: Vec<_> = items.iter().map(|a| (text(a, "type"), id(a), text(a, "rsvp_status"))).collect();
    found.sort();
    found
}

fn row(kind: &str, id: &str, answer: &str) -> (String, String, String) {
    (kind.to_owned(), id.to_owned(), answer.to_owned())
}

fn room(id: &str) -> Value {
    json!({ "type": "resource", "room_id": id, "operate_id": "u3" })
}

#[tokio::test]
async fn people_and_addresses_are_invited_once_and_removed_rows_stay() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let both = json!([
        invite("user", "user_id", "u1"),
        { "type": "user", "user_id": "u2", "is_optional": true },
        invite("third_party", "third_party_email", "guest@example.org"),
        invite("user", "user_id", "u1"),
    ]);
    let made = add(&t, &e, both.clone()).await;
    assert_eq!(made.as_array().map(Vec::len), Some(3));
    let ids: Vec<String> = made.as_array().expect("rows").iter().map(|a| text(a, "attendee_id")).collect();
    assert!(ids[0].starts_with("user_") && ids[2].starts_with("third_party_"), "{ids:?}");
    add(&t, &e, both).await;
    assert_eq!(listed(&t, &e).await.len(), 3);
    let gone = json!({ "attendee_ids": [ids[0]], "delete_ids": [invite("user", "user_id", "u2")], "need_notification": false });
    t.ok("POST", &format!("{e}/attendees/batch_delete?{IDS}"), gone.clone()).await;
    let rows = listed(&t, &e).await;
    assert_eq!(rows[1..], [row("user", "u1", "removed"), row("user", "u2", "removed")]);
    t.refused("POST", &format!("{e}/attendees/batch_delete?{IDS}"), gone, 404, 194_000).await;
    // Coming back is a new invitation in the same place.
    add(&t, &e, json!([invite("user", "user_id", "u1")])).await;
    assert_eq!(listed(&t, &e).await.len(), 3);
}

#[tokio::test]
async fn the_first_guest_brings_a_meeting_unless_there_is_to_be_none() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    assert_eq!(get(&t, &e).await.get("vchat"), None);
    add(&t, &e, json!([invite("user", "user_id", "u1")])).await;
    assert_eq!(get(&t, &e).await["vchat"]["vc_type"], "vc");
    let mut body = meeting("n");
    body["vchat"] = json!({ "vc_type": "no_meeting" });
    let e = event(&t, &c, body).await;
    add(&t, &e, json!([invite("user", "user_id", "u1")])).await;
    assert_eq!(get(&t, &e).await["vchat"]["vc_type"], "no_meeting");
}

#[tokio::test]
async fn a_room_needs_a_contact_who_comes_along_unless_told_not_to() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let path = format!("{e}/attendees?{IDS}");
    t.refused("POST", &path, quiet(json!([invite("resource", "room_id", "omm_1")])), 400, 190_002).await;
    t.refused("POST", &path, quiet(json!([room("omm_unknown")])), 400, 190_002).await;
    let mut body = quiet(json!([room("omm_1")]));
    body["add_operator_to_attendee"] = false.into();
    t.ok("POST", &path, body).await;
    assert_eq!(listed(&t, &e).await, [row("resource", "omm_1", "needs_action")]);
    add(&t, &e, json!([room("omm_2")])).await;
    assert!(listed(&t, &e).await.contains(&row("user", "u3", "needs_action")));
}

#[tokio::test]
async fn a_room_answers_after_seconds_and_says_no_to_the_second_and_to_apps_without_approval() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let first = event(&t, &c, meeting("first")).await;
    add(&t, &first, json!([room("omm_1"), room("omm_2")])).await;
    t.step(4).await;
    let rows = listed(&t, &first).await;
    assert_eq!(rows[..2], [row("resource", "omm_1", "accept"), row("resource", "omm_2", "decline")]);
    let second = event(&t, &c, meeting("second")).await;
    add(&t, &second, json!([room("omm_1")])).await;
    t.step(4).await;
    assert_eq!(listed(&t, &second).await[0], row("resource", "omm_1", "decline"));
}

#[tokio::test]
async fn rooms_of_the_room_service_are_booked_and_closed_ones_decline() {
    let t = office().await;
    let vc = "/open-apis/vc/v1";
    let root = t.ok("GET", &format!("{vc}/room_levels/0"), Value::Null).await["room_level"].clone();
    let made = |name: &str| json!({ "name": name, "capacity": 4, "room_level_id": root["room_level_id"] });
    let open = t.ok("POST", &format!("{vc}/rooms"), made("open")).await["room"].clone();
    let mut shut = made("shut");
    shut["room_status"] = json!({ "status": false, "disable_end_time": "0", "disable_reason": "漏水" });
    let shut = t.ok("POST", &format!("{vc}/rooms"), shut).await["room"].clone();
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let both = json!([room(&text(&open, "room_id")), room(&text(&shut, "room_id"))]);
    let mut body = quiet(both);
    body["add_operator_to_attendee"] = false.into();
    t.ok("POST", &format!("{e}/attendees?{IDS}"), body).await;
    t.step(4).await;
    let rows = listed(&t, &e).await;
    let answer = |room: &Value| {
        let id = text(room, "room_id");
        rows.iter().find(|(_, r, _)| *r == id).map(|(.., answer)| answer.clone()).unwrap_or_default()
    };
    assert_eq!((answer(&open), answer(&shut)), ("accept".to_owned(), "decline".to_owned()));
}

#[tokio::test]
async fn a_series_with_a_room_ends_within_two_years() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    for (rule, fits) in [
        ("FREQ=WEEKLY", false),
        ("FREQ=WEEKLY;UNTIL=20281001T000000Z", false),
        ("FREQ=WEEKLY;UNTIL=20280801T000000Z", true),
    ] {
        let mut body = meeting("m");
        body["recurrence"] = rule.into();
        let e = event(&t, &c, body).await;
        let answer = t.call("POST", &format!("{e}/attendees?{IDS}"), quiet(json!([room("omm_1")]))).await;
        assert_eq!(answer.code() == 0, fits, "{rule}: {}", answer.text);
    }
}

#[tokio::test]
async fn entries_that_are_none_are_refused_and_nothing_is_done() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let path = format!("{e}/attendees?{IDS}");
    for (entry, status, code) in [
        (json!({ "user_id": "u1" }), 400, 194_004),
        (json!({ "type": "user" }), 400, 190_002),
        (invite("user", "user_id", "nobody"), 400, 99_992_360),
        (invite("chat", "chat_id", "oc_none"), 400, 190_002),
        (invite("third_party", "third_party_email", "none"), 400, 190_002),
        (
            json!({ "type": "resource", "room_id": "omm_1", "operate_id": "u1", "is_optional": true }),
            400,
            190_002,
        ),
        (
            json!({ "type": "resource", "room_id": "omm_1", "operate_id": "u1", "approval_reason": "please" }),
            400,
            190_002,
        ),
    ] {
        let body = quiet(json!([invite("user", "user_id", "u2"), entry]));
        t.refused("POST", &path, body, status, code).await;
    }
    t.refused("POST", &path, quiet(json!([])), 400, 190_002).await;
    let many: Vec<Value> =
        (0..1001).map(|n| invite("third_party", "third_party_email", &format!("a{n}@b.c"))).collect();
    t.refused("POST", &path, quiet(many.into()), 400, 190_002).await;
    let none = json!({ "attendee_ids": vec!["user_1"; 501] });
    t.refused("POST", &format!("{e}/attendees/batch_delete"), none, 400, 190_002).await;
    assert_eq!(listed(&t, &e).await, []);
    super::resign(&t, "u2").await;
    t.refused("POST", &path, quiet(json!([invite("user", "user_id", "u2")])), 404, 195_100).await;
}

#[tokio::test]
async fn an_event_has_three_thousand_attendees_and_a_chat_counts_by_head() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let chat = json!({ "name": "all", "user_id_list": ["u1", "u2", "u3"] });
    let made = t.ok("POST", "/open-apis/im/v1/chats?user_id_type=user_id", chat).await;
    let chat = text(&made, "chat_id");
    add(&t, &e, json!([invite("chat", "chat_id", &chat)])).await;
    for part in 0..3 {
        let range = part * 1000..(part * 1000 + 1000).min(2997);
        let many: Vec<Value> =
            range.map(|n| invite("third_party", "third_party_email", &format!("a{n}@b.c"))).collect();
        add(&t, &e, many.into()).await;
    }
    let path = format!("{e}/attendees?{IDS}");
    t.refused("POST", &path, quiet(json!([invite("user", "user_id", "u1")])), 400, 190_002).await;
    let small = t.ok("GET", &format!("{e}/attendees?page_size=1"), Value::Null).await;
    assert_eq!(small["items"].as_array().map(Vec::len), Some(10));
    let got =
        t.ok("GET", &format!("{e}?need_attendee=true&max_attendee_num=100"), Value::Null).await["event"]
            .clone();
    assert_eq!(
        (got["attendees"].as_array().map(Vec::len), &got["has_more_attendee"]),
        (Some(100), &json!(true))
    );
    // Who stands behind the chat, for those who are in it.
    let rows = t.ok("GET", &format!("{e}/attendees?page_size=100"), Value::Null).await["items"].clone();
    let mut pages = vec![rows];
    let mut token =
        text(&t.ok("GET", &format!("{e}/attendees?page_size=100"), Value::Null).await, "page_token");
    while !token.is_empty() {
        let page = t.ok("GET", &format!("{e}/attendees?page_size=100&page_token={token}"), Value::Null).await;
        token = text(&page, "page_token");
        pages.push(page["items"].clone());
    }
    let all: Vec<Value> = pages.iter().flat_map(|p| p.as_array().expect("items").clone()).collect();
    let chats: Vec<&Value> = all.iter().filter(|a| a["type"] == "chat").collect();
    assert_eq!((all.len(), chats.len()), (2998, 1));
    let members = format!("{e}/attendees/{}/chat_members", text(chats[0], "attendee_id"));
    let people = t.ok("GET", &members, Value::Null).await["items"].clone();
    assert_eq!(people.as_array().map(Vec::len), Some(3));
    t.refused("GET", &format!("{e}/attendees/chat_1/chat_members"), Value::Null, 404, 194_000).await;
}

#[tokio::test]
async fn who_is_invited_sees_the_event_on_the_own_calendar_and_answers_there() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    add(&t, &e, json!([invite("user", "user_id", "u1")])).await;
    let (u1, u2) = (token(&t, "u1").await, token(&t, "u2").await);
    let id = e.rsplit_once('/').expect("id").1;
    let mine = at(&format!("/calendars/primary/events/{id}"));
    assert_eq!(ok_as(&t, &u1, "GET", &mine, Value::Null).await["event"]["summary"], "m");
    let seen = ok_as(&t, &u1, "GET", &at("/calendars/primary/events?anchor_time=1"), Value::Null).await;
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(1));
    ok_as(&t, &u1, "POST", &format!("{mine}/reply"), json!({ "rsvp_status": "decline" })).await;
    assert_eq!(listed(&t, &e).await, [row("user", "u1", "decline")]);
    refused_as(&t, &u2, ("POST", &format!("{mine}/reply"), json!({ "rsvp_status": "accept" })), 404, 193_001)
        .await;
    t.refused("POST", &format!("{e}/reply"), json!({ "rsvp_status": "accept" }), 403, 193_002).await;
    // A guest invites nobody here, and takes nobody away.
    let path = format!("{mine}/attendees?{IDS}");
    refused_as(&t, &u1, ("POST", &path, quiet(json!([invite("user", "user_id", "u2")]))), 403, 194_002).await;
    let gone = json!({ "delete_ids": [invite("user", "user_id", "u1")] });
    refused_as(&t, &u1, ("POST", &format!("{mine}/attendees/batch_delete?{IDS}"), gone), 403, 194_003).await;
}
