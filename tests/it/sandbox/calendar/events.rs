//! Events: times, what a change leaves alone, what is one identity's own, lists, keys, who may.

use serde_json::{Value, json};

use super::{
    IDS, at, bothered, calendar, days, event, get, hour, invite, listed, meeting, office, ok_as, refused_as,
    text, token,
};

async fn give(t: &crate::support::Tenant, c: &str, user: &str, role: &str) {
    let body = json!({ "role": role, "scope": { "type": "user", "user_id": user } });
    t.ok("POST", &format!("{c}/acls?{IDS}"), body).await;
}

#[tokio::test]
async fn an_event_reads_back_as_made() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let mut body = meeting("全员大会");
    body["location"] = json!({ "name": "一号报告厅", "latitude": 31.2397, "longitude": 121.4997 });
    body["vchat"] =
        json!({ "vc_type": "third_party", "meeting_url": "https://example.com/m", "icon_type": "vc" });
    body["attendee_ability"] = "can_see_others".into();
    body["schemas"] = json!([{ "ui_name": "ForwardIcon", "ui_status": "hide" }]);
    let e = event(&t, &c, body.clone()).await;
    assert!(e.ends_with("_0"));
    let got = get(&t, &e).await;
    for name in ["summary", "location", "vchat", "attendee_ability", "schemas"] {
        assert_eq!(got[name], body[name], "{name}");
    }
    assert_eq!(
        got["start_time"],
        json!({ "date": "", "timestamp": "1788487200", "timezone": "Asia/Shanghai" })
    );
    assert_eq!((&got["free_busy_status"], &got["visibility"]), (&json!("busy"), &json!("default")));
    // A shared calendar organises what is on it.
    assert_eq!(got["event_organizer"], json!({ "display_name": "c" }));
}

#[tokio::test]
async fn whole_days_end_with_their_last_day_and_are_in_utc() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, days("国庆节", "2026-10-01", "2026-10-07")).await;
    let got = get(&t, &e).await;
    assert_eq!(got["start_time"], json!({ "date": "2026-10-01", "timezone": "UTC" }));
    assert_eq!(got["end_time"], json!({ "date": "2026-10-07", "timezone": "UTC" }));
    let one = event(&t, &c, days("元旦", "2027-01-01", "2027-01-01")).await;
    assert_eq!(get(&t, &one).await["end_time"]["date"], "2027-01-01");
    let hits = async |from: i64, to: i64| {
        let path = format!("{c}/events/instance_view?start_time={from}&end_time={to}");
        t.ok("GET", &path, Value::Null).await["items"].as_array().map(Vec::len)
    };
    // The last second of the seventh, and the first of the eighth.
    assert_eq!(hits(1_791_417_599, 1_791_417_600).await, Some(1));
    assert_eq!(hits(1_791_417_600, 1_791_417_601).await, Some(0));
}

#[tokio::test]
async fn times_that_are_none_are_refused() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let path = format!("{c}/events");
    let stamp = |at: &str, zone: &str| json!({ "timestamp": at, "timezone": zone });
    for (start, end) in [
        (json!({ "date": "2026-10-07" }), json!({ "date": "2026-10-01" })),
        (json!({ "date": "2026-02-30" }), json!({ "date": "2026-03-01" })),
        (json!({ "date": "2026-10-01" }), stamp("1788487200", "Asia/Shanghai")),
        (json!({ "date": "2026-10-01", "timestamp": "1788487200" }), json!({ "date": "2026-10-01" })),
        (stamp("1788487200", "Asia/Shanghai"), stamp("1788487200", "Asia/Shanghai")),
        (stamp("1788487200", "Asia/Nowhere"), stamp("1788490800", "Asia/Nowhere")),
        (stamp("1788487200", "asia/shanghai"), stamp("1788490800", "asia/shanghai")),
        (stamp("soon", "Asia/Shanghai"), stamp("1788490800", "Asia/Shanghai")),
        (stamp("0", "UTC"), stamp("1", "UTC")),
        (json!({}), json!({})),
    ] {
        let body = json!({ "summary": "x", "start_time": start, "end_time": end });
        t.refused("POST", &path, body, 400, 190_014).await;
    }
    t.refused("POST", &path, json!({ "summary": "x" }), 400, 99_992_402).await;
    // Without a zone it is China's.
    let e = event(
        &t,
        &c,
        json!({ "start_time": { "timestamp": "1788487200" }, "end_time": { "timestamp": "1788490800" } }),
    )
    .await;
    assert_eq!(get(&t, &e).await["start_time"]["timezone"], "Asia/Shanghai");
}

#[tokio::test]
async fn a_change_leaves_alone_what_is_absent_or_empty_and_one_end_of_the_time_is_ignored() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let mut body = meeting("a");
    body["description"] = "d".into();
    body["location"] = json!({ "name": "here" });
    let e = event(&t, &c, body).await;
    let before = get(&t, &e).await;
    let quiet = |mut body: Value| {
        body["need_notification"] = false.into();
        body
    };
    t.ok("PATCH", &e, quiet(json!({ "summary": "", "description": "", "recurrence": "" }))).await;
    t.ok("PATCH", &e, quiet(json!({ "start_time": { "timestamp": "1788480000" } }))).await;
    assert_eq!(get(&t, &e).await, before);
    let (start, _) = hour();
    let end = json!({ "timestamp": "1788494400", "timezone": "Asia/Shanghai" });
    t.ok("PATCH", &e, quiet(json!({ "start_time": start, "end_time": end, "summary": "b" }))).await;
    let after = get(&t, &e).await;
    assert_eq!(
        (text(&after, "summary"), text(&after["end_time"], "timestamp")),
        ("b".to_owned(), "1788494400".to_owned())
    );
    t.refused("PATCH", &e, json!({ "location": { "name": "" } }), 400, 190_014).await;
    // A single event never becomes a series.
    t.refused("PATCH", &e, json!({ "recurrence": "FREQ=DAILY" }), 400, 190_014).await;
    // Hidden parts of the page are replaced in full.
    t.ok("PATCH", &e, quiet(json!({ "schemas": [{ "ui_name": "RSVP", "ui_status": "hide" }] }))).await;
    t.ok("PATCH", &e, quiet(json!({ "schemas": [] }))).await;
    assert_eq!(get(&t, &e).await["schemas"], json!([]));
}

#[tokio::test]
async fn visibility_and_free_or_busy_are_everybodys_at_first_and_ones_own_later() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.ok("PATCH", &c, json!({ "permissions": "public" })).await;
    let mut body = days("假", "2026-10-01", "2026-10-01");
    body["free_busy_status"] = "free".into();
    let e = event(&t, &c, body).await;
    t.ok("PATCH", &e, json!({ "free_busy_status": "busy", "visibility": "private", "color": 5 })).await;
    assert_eq!(get(&t, &e).await["free_busy_status"], "busy");
    let u1 = token(&t, "u1").await;
    let seen = ok_as(&t, &u1, "GET", &e, Value::Null).await["event"].clone();
    assert_eq!(
        (&seen["free_busy_status"], &seen["visibility"], &seen["color"], &seen["summary"]),
        (&json!("free"), &json!("default"), &json!(-1), &json!("假"))
    );
}

#[tokio::test]
async fn titles_are_for_those_who_may_read_them() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    for visibility in ["default", "public", "private"] {
        let mut body = meeting(visibility);
        body["visibility"] = visibility.into();
        event(&t, &c, body).await;
    }
    let titles = async |token: &str| {
        let data = ok_as(&t, token, "GET", &format!("{c}/events?anchor_time=1"), Value::Null).await;
        let mut titles: Vec<String> =
            data["items"].as_array().expect("items").iter().map(|e| text(e, "summary")).collect();
        titles.sort();
        titles
    };
    let u1 = token(&t, "u1").await;
    // Free and busy is all that others get: no list.
    refused_as(&t, &u1, ("GET", &format!("{c}/events"), Value::Null), 403, 191_002).await;
    give(&t, &c, "u1", "reader").await;
    assert_eq!(titles(&u1).await, ["", "default", "public"]);
    give(&t, &c, "u1", "writer").await;
    assert_eq!(titles(&u1).await, ["default", "private", "public"]);
}

#[tokio::test]
async fn writers_write_and_the_organiser_deletes() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("ours")).await;
    give(&t, &c, "u1", "reader").await;
    let u1 = token(&t, "u1").await;
    refused_as(&t, &u1, ("POST", &format!("{c}/events"), meeting("x")), 403, 191_002).await;
    refused_as(&t, &u1, ("PATCH", &e, json!({ "summary": "x" })), 403, 193_002).await;
    give(&t, &c, "u1", "writer").await;
    ok_as(&t, &u1, "PATCH", &e, json!({ "summary": "x" })).await;
    refused_as(&t, &u1, ("DELETE", &e, Value::Null), 403, 193_002).await;
    let made = ok_as(&t, &u1, "POST", &format!("{c}/events"), meeting("theirs")).await;
    // The calendar's owners organise everything on it.
    let theirs = format!("{c}/events/{}", text(&made["event"], "event_id"));
    t.ok("DELETE", &theirs, Value::Null).await;
    t.refused("DELETE", &theirs, Value::Null, 403, 193_003).await;
    t.refused("GET", &theirs, Value::Null, 403, 193_003).await;
    t.refused("GET", &format!("{c}/events/nothing_0"), Value::Null, 404, 193_001).await;
    t.refused("GET", &format!("{c}/events/nothing"), Value::Null, 400, 193_000).await;
    // The event of one calendar is none of another.
    let other = calendar(&t, "other").await;
    let id = e.rsplit_once('/').expect("id").1;
    t.refused("GET", &format!("{other}/events/{id}"), Value::Null, 404, 193_001).await;
}

#[tokio::test]
async fn a_list_gives_tokens_only_from_an_anchor_and_windows_stand_alone() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    for n in 0..51 {
        event(&t, &c, meeting(&format!("e{n}"))).await;
    }
    let list = async |query: &str| t.ok("GET", &format!("{c}/events?{query}"), Value::Null).await;
    let bare = list("page_size=50").await;
    assert_eq!((bare.get("page_token"), &bare["has_more"]), (None, &json!(true)));
    let page = list("page_size=50&anchor_time=1").await;
    let next = list(&format!("page_size=50&anchor_time=1&page_token={}", text(&page, "page_token"))).await;
    assert_eq!(next["items"].as_array().map(Vec::len), Some(1));
    // The anchor is after the end of all of them.
    assert_eq!(list("anchor_time=1788490801").await["items"], json!([]));
    let window = list("start_time=1788487200&end_time=1788487201&page_size=50").await;
    assert_eq!(window["items"].as_array().map(Vec::len), Some(50));
    for bad in ["page_size=49", "anchor_time=1&start_time=1&end_time=2", "anchor_time=soon"] {
        t.refused("GET", &format!("{c}/events?{bad}"), Value::Null, 400, 190_002).await;
    }
    let sync = text(&next, "sync_token");
    let both = format!("{c}/events?sync_token={sync}&start_time=1&end_time=2");
    t.refused("GET", &both, Value::Null, 400, 190_009).await;
    assert_eq!(list(&format!("sync_token={sync}")).await["items"], json!([]));
    let e = event(&t, &c, meeting("late")).await;
    t.ok("DELETE", &e, Value::Null).await;
    let news = list(&format!("sync_token={sync}")).await["items"].clone();
    assert_eq!((&news[0]["summary"], &news[0]["status"]), (&json!("late"), &json!("cancelled")));
}

#[tokio::test]
async fn a_key_makes_two_creations_one_for_ever() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let key = "a5f3c2b4-0000-4000-8000-000000000001";
    let path = format!("{c}/events?idempotency_key={key}");
    let first = t.ok("POST", &path, meeting("a")).await["event"].clone();
    let again = t.ok("POST", &path, meeting("b")).await["event"].clone();
    assert_eq!((&again["event_id"], text(&again, "summary")), (&first["event_id"], "a".to_owned()));
    assert_eq!(listed(&t, &c).await.len(), 1);
    t.refused("POST", &format!("{c}/events?idempotency_key=short"), meeting("a"), 400, 99_992_402).await;
    t.ok("DELETE", &format!("{c}/events/{}", text(&first, "event_id")), Value::Null).await;
    t.refused("POST", &path, meeting("a"), 403, 193_003).await;
    // Another calendar, another key.
    let other = calendar(&t, "other").await;
    t.ok("POST", &format!("{other}/events?idempotency_key={key}"), meeting("a")).await;
}

#[tokio::test]
async fn a_bots_meeting_has_no_hosts_and_files_are_not_here() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let path = format!("{c}/events");
    let with = |settings: Value| {
        let mut body = meeting("m");
        body["vchat"] = json!({ "vc_type": "vc", "meeting_settings": settings });
        body
    };
    for bad in [json!({ "assign_hosts": ["ou_1"] }), json!({ "allow_attendees_start": false })] {
        t.refused("POST", &path, with(bad), 400, 193_101).await;
    }
    let e = event(&t, &c, with(json!({ "allow_attendees_start": true, "open_lobby": true }))).await;
    assert_eq!(get(&t, &e).await["vchat"].get("meeting_settings"), None);
    let full = t.ok("GET", &format!("{e}?need_meeting_settings=true"), Value::Null).await["event"].clone();
    assert_eq!(full["vchat"]["meeting_settings"]["open_lobby"], true);
    let mut body = meeting("m");
    body["attachments"] = json!([{ "file_token": "x" }]);
    t.refused("POST", &path, body, 400, 193_105).await;
    let mut body = meeting("m");
    body["vchat"] = json!({ "vc_type": "lark_live" });
    t.refused("POST", &path, body, 400, 190_014).await;
    t.settings(json!({ "sensitive_words": ["赌博"] })).await;
    t.refused("POST", &path, meeting("赌博"), 400, 190_013).await;
}

#[tokio::test]
async fn checking_in_is_only_seen_by_asking_for_the_one_event() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let mut body = meeting("m");
    let part = |n: i64| json!({ "time_type": "before_event_start", "duration": n });
    body["event_check_in"] =
        json!({ "enable_check_in": true, "check_in_start_time": part(15), "check_in_end_time": part(0) });
    let e = event(&t, &c, body.clone()).await;
    assert_eq!(get(&t, &e).await["event_check_in"], body["event_check_in"]);
    assert_eq!(listed(&t, &c).await[0].get("event_check_in"), None);
    body["event_check_in"]["check_in_start_time"] = part(7);
    t.refused("POST", &format!("{c}/events"), body, 400, 190_014).await;
}

#[tokio::test]
async fn people_are_told_unless_the_request_says_no() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("m")).await;
    let add = |who: &str, loud: Value| {
        let mut body = json!({ "attendees": [invite("user", "user_id", who)] });
        if !loud.is_null() {
            body["need_notification"] = loud;
        }
        body
    };
    let people = format!("{e}/attendees?{IDS}");
    t.ok("POST", &people, add("u1", false.into())).await;
    assert_eq!(bothered(&t).await, 0);
    t.ok("POST", &people, add("u2", Value::Null)).await;
    assert_eq!(bothered(&t).await, 2);
    t.ok("PATCH", &e, json!({ "summary": "n" })).await;
    assert_eq!(bothered(&t).await, 4);
    t.ok("PATCH", &e, json!({ "summary": "o", "need_notification": false })).await;
    t.ok("DELETE", &format!("{e}?need_notification=false"), Value::Null).await;
    assert_eq!(bothered(&t).await, 4);
    let e = event(&t, &c, meeting("m")).await;
    t.ok("POST", &format!("{e}/attendees?{IDS}"), add("u1", false.into())).await;
    t.ok("DELETE", &e, Value::Null).await;
    assert_eq!(bothered(&t).await, 5);
}

#[tokio::test]
async fn search_is_by_title_within_a_month_from_now() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, meeting("Board meeting")).await;
    t.ok("POST", &format!("{e}/attendees?{IDS}"), json!({ "attendees": [invite("user", "user_id", "u1")] }))
        .await;
    event(&t, &c, meeting("lunch")).await;
    let search = async |body: Value| {
        let path = format!("{c}/events/search?{IDS}");
        t.ok("POST", &path, body).await["items"].as_array().map_or(0, Vec::len)
    };
    let window =
        json!({ "start_time": { "timestamp": "1788480000" }, "end_time": { "timestamp": "1788499999" } });
    assert_eq!(search(json!({ "query": "BOARD", "filter": window })).await, 1);
    let mut with = window.clone();
    with["user_ids"] = json!(["u1"]);
    assert_eq!(search(json!({ "query": "", "filter": with })).await, 1);
    assert_eq!(search(json!({ "query": "", "filter": window })).await, 2);
    let past =
        json!({ "start_time": { "timestamp": "1000000000" }, "end_time": { "timestamp": "1000000001" } });
    assert_eq!(search(json!({ "query": "", "filter": past })).await, 0);
    let path = at("/calendars/primary/events/search");
    t.ok("POST", &path, json!({ "query": "x" })).await;
}
