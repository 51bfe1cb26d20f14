//! Lists over several pages.

use larkctl::api::error::Cause;
use larkctl::api::page::PageError;
use larkctl::api::{Draft, Listing, ReadRequest};
use serde_json::json;

use super::client;
use super::server::{Server, code, ok};

fn groups() -> ReadRequest {
    Draft::to("GET", "/open-apis/contact/v3/group/simplelist").query("type", "1").read().expect("read")
}

#[tokio::test]
async fn a_list_is_read_to_its_end_through_empty_pages() {
    let script = [
        ok(json!({"grouplist": [1, 2], "has_more": true, "page_token": "a/b="})),
        ok(json!({"grouplist": [], "has_more": true, "page_token": "p3"})),
        ok(json!({"has_more": true, "page_token": "p4"})),
        ok(json!({"grouplist": [3], "has_more": false, "page_token": "p5"})),
        code(500, 1),
    ];
    let server = Server::start(script).await;
    let listing = client(&server).reader().list(&groups(), "grouplist").await;
    assert_eq!(listing.into_complete().expect("complete"), [json!(1), json!(2), json!(3)]);
    let targets: Vec<String> = server.requests().into_iter().map(|r| r.target).collect();
    let base = "GET /open-apis/contact/v3/group/simplelist?type=1&page_size=100";
    assert_eq!(targets[0], base);
    assert_eq!(targets[1], format!("{base}&page_token=a%2Fb%3D"));
    assert_eq!(targets.len(), 4);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_partial() {
    let script = [ok(json!({"grouplist": [1], "has_more": true, "page_token": "x"})), code(403, 40_004)];
    let server = Server::start(script).await;
    match client(&server).reader().list(&groups(), "grouplist").await {
        Listing::Partial { items, why } => {
            assert_eq!(items, [json!(1)]);
            assert_eq!(why.code(), Some(40_004));
        }
        Listing::Complete(items) => panic!("{items:?} taken for everything"),
    }
}

#[tokio::test]
async fn a_circle_ends_with_an_error_and_keeps_what_was_read() {
    let page = |n: i32, token: &str| ok(json!({"grouplist": [n], "has_more": true, "page_token": token}));
    let server = Server::start([page(1, "a"), page(2, "b"), page(3, "a")]).await;
    match client(&server).reader().list(&groups(), "grouplist").await {
        Listing::Partial { items, why } => {
            assert_eq!(items.len(), 3);
            assert!(matches!(why.cause(), Cause::Page(PageError::Circle)), "{why}");
        }
        Listing::Complete(items) => panic!("{items:?} taken for everything"),
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn more_without_a_token_is_partial() {
    let server = Server::start([ok(json!({"grouplist": [1], "has_more": true}))]).await;
    let listing = client(&server).reader().list(&groups(), "grouplist").await;
    assert!(!listing.is_complete());
    assert_eq!(listing.items().len(), 1);
}

#[tokio::test]
async fn pages_with_several_lists_are_read_raw() {
    let script = [
        ok(json!({"department_ids": ["od-1"], "user_ids": ["ou_1"], "has_more": true, "page_token": "x"})),
        ok(json!({"group_ids": ["g1"], "has_more": false})),
    ];
    let server = Server::start(script).await;
    let reader = client(&server).reader();
    let scopes = Draft::to("GET", "/open-apis/contact/v3/scopes").read().expect("read");
    let mut pages = reader.pages(&scopes);
    let mut fields = Vec::new();
    while let Some(page) = pages.next().await.expect("page") {
        fields.extend(page.as_object().expect("object").keys().cloned());
    }
    assert_eq!(fields, ["department_ids", "has_more", "page_token", "user_ids", "group_ids", "has_more"]);
    assert_eq!(server.requests().len(), 2);
}
