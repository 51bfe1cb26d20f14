//! Calendars themselves: what is everybody's and what is one identity's, lists, and what may not be done.

use serde_json::{Value, json};

use super::{at, calendar, enc, office, ok_as, refused_as, text, token};
use crate::support::{Tenant, options};

async fn list(t: &Tenant) -> Vec<Value> {
    let data = t.ok("GET", &at("/calendars?page_size=50"), Value::Null).await;
    data["calendar_list"].as_array().expect("list").clone()
}

#[tokio::test]
async fn a_calendar_reads_back_as_made_and_unsaid_things_have_the_pages_defaults() {
    let t = office().await;
    let body = json!({
        "summary": "假期", "description": "d", "permissions": "public", "color": -1, "summary_alias": "mark"
    });
    let made = t.ok("POST", &at("/calendars"), body.clone()).await["calendar"].clone();
    for (name, value) in body.as_object().expect("fields") {
        assert_eq!(&made[name], value);
    }
    assert_eq!((&made["type"], &made["role"]), (&json!("shared"), &json!("owner")));
    // `data` of get is the calendar itself.
    let path = at(&format!("/calendars/{}", enc(&text(&made, "calendar_id"))));
    assert_eq!(t.ok("GET", &path, Value::Null).await, made);
    let bare = t.ok("POST", &at("/calendars"), json!({})).await["calendar"].clone();
    assert_eq!(
        (&bare["permissions"], &bare["color"], &bare["summary"]),
        (&json!("show_only_free_busy"), &json!(-14_513_409), &json!(""))
    );
    t.refused("POST", &at("/calendars"), json!({ "summary": "x".repeat(256) }), 400, 99_992_402).await;
    t.refused("POST", &at("/calendars"), json!({ "permissions": "all" }), 400, 99_992_402).await;
}

#[tokio::test]
async fn a_patch_leaves_alone_what_is_absent_and_a_title_is_never_emptied() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.ok("PATCH", &c, json!({ "description": "d" })).await;
    t.refused("PATCH", &c, json!({ "summary": "" }), 400, 190_014).await;
    let got = t.ok("PATCH", &c, json!({ "permissions": "private" })).await["calendar"].clone();
    assert_eq!((text(&got, "summary"), text(&got, "description")), ("c".to_owned(), "d".to_owned()));
    // The length rule allows an empty description.
    let got = t.ok("PATCH", &c, json!({ "description": "" })).await["calendar"].clone();
    assert_eq!(text(&got, "description"), "");
}

#[tokio::test]
async fn role_colour_and_alias_are_those_of_whoever_asks() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.ok("PATCH", &c, json!({ "summary_alias": "larkctl:calendar.c", "color": 7 })).await;
    let u1 = token(&t, "u1").await;
    let seen = ok_as(&t, &u1, "GET", &c, Value::Null).await;
    assert_eq!(
        (&seen["role"], &seen["summary_alias"], &seen["color"]),
        (&json!("free_busy_reader"), &json!(""), &json!(-14_513_409))
    );
    // Not in the list: nothing of one's own can be said about it. Not an owner: nothing of everybody's.
    refused_as(&t, &u1, ("PATCH", &c, json!({ "color": 3 })), 400, 191_009).await;
    ok_as(&t, &u1, "POST", &format!("{c}/subscribe"), Value::Null).await;
    ok_as(&t, &u1, "PATCH", &c, json!({ "color": 3, "summary_alias": "mine" })).await;
    refused_as(&t, &u1, ("PATCH", &c, json!({ "summary": "x" })), 403, 191_002).await;
    let ours = t.ok("GET", &c, Value::Null).await;
    assert_eq!((&ours["summary_alias"], &ours["color"]), (&json!("larkctl:calendar.c"), &json!(7)));
}

#[tokio::test]
async fn the_list_is_that_of_the_identity_and_small_pages_are_refused() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let titles = |list: &[Value]| {
        let mut titles: Vec<String> = list.iter().map(|c| text(c, "summary")).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&list(&t).await), ["c", "larkctl"]);
    let u1 = token(&t, "u1").await;
    let data = ok_as(&t, &u1, "GET", &at("/calendars"), Value::Null).await;
    assert_eq!(titles(data["calendar_list"].as_array().expect("list")), ["u1"]);
    t.ok("POST", &format!("{c}/unsubscribe"), Value::Null).await;
    assert_eq!(titles(&list(&t).await), ["larkctl"]);
    // It is still ours.
    assert_eq!(t.ok("GET", &c, Value::Null).await["role"], "owner");
    t.refused("POST", &format!("{c}/unsubscribe"), Value::Null, 400, 191_007).await;
    t.ok("POST", &format!("{c}/subscribe"), Value::Null).await;
    for bad in [10, 49, 1001] {
        let path = at(&format!("/calendars?page_size={bad}"));
        t.refused("GET", &path, Value::Null, 400, 190_002).await;
    }
}

#[tokio::test]
async fn lists_are_paged_and_a_sync_token_gives_what_came_later() {
    let t = office().await;
    for n in 0..60 {
        calendar(&t, &format!("c{n:02}")).await;
    }
    let first = t.ok("GET", &at("/calendars?page_size=50"), Value::Null).await;
    assert_eq!(
        (first["calendar_list"].as_array().map(Vec::len), &first["has_more"]),
        (Some(50), &json!(true))
    );
    let next = format!("/calendars?page_size=50&page_token={}", text(&first, "page_token"));
    let last = t.ok("GET", &at(&next), Value::Null).await;
    assert_eq!(
        (last["calendar_list"].as_array().map(Vec::len), &last["has_more"]),
        (Some(11), &json!(false))
    );
    let sync = text(&last, "sync_token");
    let since = format!("/calendars?sync_token={sync}");
    assert_eq!(t.ok("GET", &at(&since), Value::Null).await["calendar_list"], json!([]));
    let c = calendar(&t, "late").await;
    let news = t.ok("GET", &at(&since), Value::Null).await["calendar_list"].clone();
    assert_eq!((news.as_array().map(Vec::len), text(&news[0], "summary")), (Some(1), "late".to_owned()));
    t.ok("DELETE", &c, Value::Null).await;
    let news = t.ok("GET", &at(&since), Value::Null).await["calendar_list"].clone();
    assert_eq!(news[0]["is_deleted"], true);
    t.refused("GET", &at("/calendars?sync_token=zzz"), Value::Null, 400, 190_008).await;
    t.step(91 * 86_400).await;
    let mut t = t;
    t.renew().await;
    t.refused("GET", &at(&since), Value::Null, 400, 190_008).await;
}

#[tokio::test]
async fn a_closed_calendar_is_for_those_on_its_list_only() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.ok("PATCH", &c, json!({ "permissions": "private" })).await;
    let u1 = token(&t, "u1").await;
    refused_as(&t, &u1, ("GET", &c, Value::Null), 403, 191_002).await;
    refused_as(&t, &u1, ("POST", &format!("{c}/subscribe"), Value::Null), 400, 191_006).await;
    t.ok("PATCH", &c, json!({ "permissions": "public" })).await;
    assert_eq!(ok_as(&t, &u1, "GET", &c, Value::Null).await["role"], "reader");
}

#[tokio::test]
async fn what_is_deleted_says_so_and_what_never_was_says_that() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.ok("DELETE", &c, Value::Null).await;
    t.refused("GET", &c, Value::Null, 403, 191_003).await;
    t.refused("DELETE", &c, Value::Null, 403, 191_003).await;
    let strange = at("/calendars/feishu.cn_x%40group.calendar.feishu.cn");
    t.refused("GET", &strange, Value::Null, 404, 191_000).await;
    t.refused("GET", &at("/calendars/nonsense"), Value::Null, 400, 191_001).await;
}

#[tokio::test]
async fn primary_calendars_are_there_by_nature_and_are_never_deleted() {
    let t = office().await;
    let own = t.ok("POST", &at("/calendars/primary?user_id_type=open_id"), Value::Null).await;
    let own = own["calendars"][0].clone();
    assert_eq!((&own["calendar"]["type"], &own["calendar"]["role"]), (&json!("primary"), &json!("owner")));
    assert!(text(&own, "user_id").starts_with("ou_"));
    // A bot has no user_id.
    let path = at("/calendars/primary?user_id_type=user_id");
    t.refused("POST", &path, Value::Null, 400, 190_002).await;
    t.refused("DELETE", &at("/calendars/primary"), Value::Null, 403, 191_004).await;
    t.refused("POST", &at("/calendars/primary/unsubscribe"), Value::Null, 400, 191_008).await;
    let body = json!({ "user_ids": ["u1", "u2"] });
    let found = t.ok("POST", &at("/calendars/primarys?user_id_type=user_id"), body).await;
    assert_eq!(found["calendars"][1]["calendar"]["summary"], "u2");
    let many: Vec<String> = (0..11).map(|n| format!("u{n}")).collect();
    let path = at("/calendars/primarys?user_id_type=user_id");
    t.refused("POST", &path, json!({ "user_ids": many }), 400, 198_001).await;
}

#[tokio::test]
async fn some_calendars_are_had_by_ten_and_the_broad_scope_is_not_enough_for_it() {
    let t = office().await;
    let mut ids = Vec::new();
    for n in 0..11 {
        let made = t.ok("POST", &at("/calendars"), json!({ "summary": format!("c{n}") })).await;
        ids.push(text(&made["calendar"], "calendar_id"));
    }
    let body = |ids: &[String]| json!({ "calendar_ids": ids });
    let got = t.ok("POST", &at("/calendars/mget"), body(&ids[..10])).await;
    assert_eq!(got["calendars"].as_array().map(Vec::len), Some(10));
    t.refused("POST", &at("/calendars/mget"), body(&ids), 400, 198_007).await;
    t.act(json!({ "action": "scopes", "only": ["calendar:calendar"] })).await;
    t.refused("POST", &at("/calendars/mget"), body(&ids[..1]), 400, 99_991_672).await;
    t.refused("POST", &at("/calendars/primary"), Value::Null, 400, 99_991_672).await;
    t.ok("GET", &at("/calendars"), Value::Null).await;
}

#[tokio::test]
async fn search_finds_public_ones_and_people_only_for_people() {
    let t = office().await;
    let body = json!({ "summary": "u1 holidays", "permissions": "public" });
    t.ok("POST", &at("/calendars"), body).await;
    calendar(&t, "u1 hidden").await;
    let query = json!({ "query": "U1" });
    let found = t.ok("POST", &at("/calendars/search"), query.clone()).await;
    let titles = |found: &Value| {
        let mut titles: Vec<String> =
            found["items"].as_array().expect("items").iter().map(|c| text(c, "summary")).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&found), ["u1 holidays"]);
    assert_eq!(found.get("has_more"), None);
    let u2 = token(&t, "u2").await;
    let found = ok_as(&t, &u2, "POST", &at("/calendars/search"), query).await;
    assert_eq!(titles(&found), ["u1", "u1 holidays"]);
}

#[tokio::test]
async fn an_app_without_a_bot_has_no_calendars() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    t.act(json!({ "action": "app", "app_id": crate::support::APP, "set": { "bot": false } })).await;
    t.refused("GET", &c, Value::Null, 404, 190_007).await;
    t.refused("POST", &at("/calendars"), json!({}), 404, 190_007).await;
}

#[tokio::test]
async fn the_thousand_and_first_is_refused() {
    let t = office().await;
    for _ in 0..1000 {
        t.ok("POST", &at("/calendars"), json!({})).await;
    }
    t.refused("POST", &at("/calendars"), json!({}), 400, 191_005).await;
}

#[tokio::test]
async fn calendars_have_throttling_codes_of_their_own_beside_the_gateways() {
    let options = larkctl::sandbox::server::Options { rate_limits: true, ..options() };
    let t = Tenant::with(options).await;
    for code in [99_991_400, 190_004, 190_005, 190_010] {
        if code != 99_991_400 {
            t.settings(json!({ "rate_codes": { "GET /open-apis/calendar/v4/calendars": code } })).await;
        }
        let mut last = t.call("GET", &at("/calendars"), Value::Null).await;
        for _ in 0..60 {
            if last.code() != 0 {
                break;
            }
            last = t.call("GET", &at("/calendars"), Value::Null).await;
        }
        assert_eq!((last.status, last.code()), (429, code));
        t.step(2).await;
    }
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let dir = tempfile::tempdir().expect("dir");
    let t = Tenant::in_dir(dir.path()).await;
    let c = calendar(&t, "kept").await;
    let e = super::event(&t, &c, super::days("国庆节", "2026-10-01", "2026-10-07")).await;
    t.stop().await;
    let t = Tenant::in_dir(dir.path()).await;
    assert_eq!(t.ok("GET", &c, Value::Null).await["summary"], "kept");
    assert_eq!(super::get(&t, &e).await["summary"], "国庆节");
    assert_eq!(super::listed(&t, &c).await.len(), 1);
}
