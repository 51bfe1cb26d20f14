//! Two credentials, and the role of the person: who may do what at which desk.

use larkctl::base::contract::{Contract, TokenType};
use serde_json::{Value, json};

use super::{Admin, Agent, App, By, DESK, Guest, Office, Owner, field, header, office};
use crate::support::options;

/// Every endpoint of the service with its kind of token, ids filled in.
fn endpoints() -> Vec<(String, String, bool)> {
    let contract = Contract::built_in().expect("contract");
    let of_desk = contract.endpoints().iter().filter(|e| e.path.starts_with("/open-apis/helpdesk/"));
    of_desk
        .map(|e| {
            let path = e.path.trim_start_matches("/open-apis/helpdesk/v1");
            let path: Vec<&str> = path.split('/').map(|s| if s.starts_with(':') { "1" } else { s }).collect();
            (e.method.clone(), path.join("/"), e.tokens == [TokenType::Tenant])
        })
        .collect()
}

/// A body that the contract takes, so that only the credentials are left to judge.
fn body(method: &str, path: &str) -> Value {
    match (method, path) {
        ("GET" | "DELETE", _) => Value::Null,
        ("POST", "/categories") => json!({ "name": "a", "parent_id": "0" }),
        ("POST", "/faqs") | ("PATCH", "/faqs/1") => json!({ "faq": { "question": "a", "answer": "b" } }),
        ("POST", "/ticket_customized_fields") => field("a"),
        ("POST", "/events/subscribe" | "/events/unsubscribe") => {
            json!({ "events": [{ "type": "helpdesk.ticket", "subtype": "ticket.created_v1" }] })
        }
        _ => json!({}),
    }
}

fn query(path: &str) -> String {
    if path == "/faqs/search" { format!("{path}?query=a") } else { path.to_owned() }
}

#[test]
fn the_service_has_33_endpoints() {
    assert_eq!(endpoints().len(), 33);
    assert_eq!(endpoints().iter().filter(|(.., app)| *app).count(), 17, "15 reads and both subscriptions");
}

#[tokio::test]
async fn without_a_good_second_header_nothing_is_answered() {
    let o = office().await;
    let bad: Vec<Option<String>> = vec![
        None,
        Some(String::new()),
        Some("not base64".to_owned()),
        Some(format!("Bearer {}", o.header)),
        Some(o.header.trim_end_matches('=').to_owned()),
        Some(header(DESK, "")),
        Some(header(DESK, "ht-0")),
        Some(header("1", "ht-0")),
        Some(header("", "")),
    ];
    assert!(o.header.ends_with('='), "else one of them is good");
    for (method, path, app) in endpoints() {
        for wrong in &bad {
            let token = o.token(if app { App } else { Owner });
            let answer = o.send(token, wrong.as_deref(), &method, &query(&path), body(&method, &path)).await;
            let got = (answer.status, answer.code());
            assert_eq!(got, (401, 154_001), "{method} {path} with {wrong:?}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn reads_take_the_app_and_writes_a_person() {
    let o = office().await;
    for (method, path, app) in endpoints() {
        let (by, code) = if app { (Owner, 99_991_668) } else { (App, 99_991_663) };
        // The token is judged before the second header.
        for header in [Some(o.header.as_str()), None] {
            let answer = o.send(o.token(by), header, &method, &query(&path), body(&method, &path)).await;
            assert_eq!((answer.status, answer.code()), (400, code), "{method} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn scopes_are_judged_before_the_second_header() {
    let o = office().await;
    o.t.act(json!({ "action": "scopes", "only": ["helpdesk:all"] })).await;
    for (method, path, _) in endpoints().into_iter().filter(|(.., app)| *app) {
        let answer = o.send(o.token(App), None, &method, &query(&path), body(&method, &path)).await;
        assert_eq!(answer.code(), 99_991_672, "{method} {path}: the other scope does not read");
    }
    let other = o.t.login("ann", "contact:user.base:readonly").await.access;
    for (method, path, _) in endpoints().into_iter().filter(|(.., app)| !*app) {
        let answer = o.send(&other, None, &method, &path, body(&method, &path)).await;
        assert_eq!(answer.code(), 99_991_679, "{method} {path}: the person did not consent");
    }
}

/// Writes that this person is refused for want of a role; the rest go further and fail for other reasons.
async fn closed(o: &Office, by: By) -> Vec<String> {
    let mut closed = Vec::new();
    for (method, path, _) in endpoints().into_iter().filter(|(.., app)| !*app) {
        let answer = o.ask(by, &method, &path, body(&method, &path)).await;
        if answer.code() == 154_003 {
            assert_eq!(answer.status, 403);
            closed.push(format!("{method} {path}"));
        }
    }
    closed
}

#[tokio::test]
async fn what_each_role_may_write() {
    let o = office().await;
    assert_eq!(closed(&o, Owner).await, [""; 0]);
    assert_eq!(closed(&o, Admin).await, [""; 0]);
    let administrators = [
        "POST /agent_schedules",
        "POST /agent_skills",
        "DELETE /agent_skills/1",
        "PATCH /agent_skills/1",
        "PATCH /agents/1",
        "DELETE /agents/1/schedules",
        "PATCH /agents/1/schedules",
        "POST /ticket_customized_fields",
        "DELETE /ticket_customized_fields/1",
        "PATCH /ticket_customized_fields/1",
    ];
    assert_eq!(closed(&o, Agent).await, administrators, "the knowledge base is left to agents");
    let all = closed(&o, Guest).await;
    assert_eq!(all.len(), 16, "{all:?}");
    // Nothing was written by those who may not.
    assert_eq!(o.rows("helpdesk_fields").await.len(), 1 + 2);
    o.knobs(json!({ "forbidden_is_401": true })).await;
    o.refused(Guest, "POST", "/agent_skills", json!({ "name": "a" }), (401, 154_003)).await;
}

#[tokio::test]
async fn an_agent_who_is_removed_may_write_nothing() {
    let o = office().await;
    let category = json!({ "name": "a", "parent_id": "0" });
    o.ok(Agent, "POST", "/categories", category.clone()).await;
    let agent = o.open_id("agent").await;
    o.ok(Owner, "DELETE", &format!("/agents/{agent}/schedules"), Value::Null).await;
    o.refused(Agent, "POST", "/categories", category, (403, 154_003)).await;
}

#[tokio::test]
async fn desks_are_apart() {
    let o = office().await;
    let made = o.t.act(json!({ "action": "helpdesk", "owner": "guest" })).await;
    let (second, token) = (made["helpdesk_id"].as_str().expect("id"), made["token"].as_str().expect("token"));
    assert_ne!(second, DESK);
    let other = header(second, token);
    let category = o.category("here", "0").await;
    let list = o.send(o.token(App), Some(&other), "GET", "/categories", Value::Null).await;
    assert_eq!(list.body["data"]["categories"], json!([]), "what is at one desk is not at the other");
    let one =
        o.send(o.token(App), Some(&other), "GET", &format!("/categories/{category}"), Value::Null).await;
    assert_eq!((one.status, one.code()), (404, 154_004));
    // Roles are each desk's own.
    let name = json!({ "name": "a", "parent_id": "0" });
    let write = |token: String| {
        let (o, other, name) = (&o, &other, name.clone());
        async move { o.send(&token, Some(other), "POST", "/categories", name).await.code() }
    };
    assert_eq!(write(o.owner.clone()).await, 154_003);
    assert_eq!(write(o.guest.clone()).await, 0);
    // The token of one with the id of the other is no credential.
    let mixed = header(DESK, token);
    let answer = o.send(o.token(App), Some(&mixed), "GET", "/agent_skills", Value::Null).await;
    assert_eq!((answer.status, answer.code()), (401, 154_001));
}

#[tokio::test]
async fn a_desk_of_another_tenant_serves_nobody() {
    let o = office().await;
    o.get("/agent_skills").await;
    o.t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "foreign": true })).await;
    o.refused(App, "GET", "/agent_skills", Value::Null, (401, 154_001)).await;
    o.refused(Owner, "POST", "/agent_skills", json!({ "name": "a" }), (401, 154_001)).await;
}

#[tokio::test]
async fn a_token_that_was_reset_is_worth_nothing_at_once() {
    let mut o = office().await;
    o.get("/agent_skills").await;
    let act = json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true });
    let token = o.t.act(act).await["token"].as_str().expect("a token").to_owned();
    o.refused(App, "GET", "/agent_skills", Value::Null, (401, 154_001)).await;
    o.refused(Owner, "POST", "/agent_skills", json!({ "name": "a" }), (401, 154_001)).await;
    o.header = header(DESK, &token);
    o.get("/agent_skills").await;
}

#[tokio::test]
async fn people_have_another_id_in_every_app() {
    let o = office().await;
    let second = o.t.second_app().await;
    let list = |token: String| {
        let o = &o;
        async move {
            let path = "/agent_schedules?status=1&status=2&status=3";
            let answer = o.send(&token, Some(&o.header), "GET", path, Value::Null).await;
            answer.body["data"]["agent_schedules"][0]["agent"]["id"].as_str().expect("id").to_owned()
        }
    };
    let (here, there) = (list(o.t.token.clone()).await, list(second).await);
    assert_ne!(here, there, "the same person, two apps");
    assert_eq!(here, o.open_id("agent").await);
    let other = json!({ "agent_schedules": [{ "agent_id": there, "schedule": [] }] });
    o.refused(Owner, "POST", "/agent_schedules", other, (400, 154_000)).await;
}

#[tokio::test]
async fn cases_that_no_page_settles_have_a_knob() {
    let o = office().await;
    let gone = json!({ "name": "a" });
    o.refused(Owner, "PATCH", "/categories/1", gone.clone(), (400, 154_000)).await;
    o.knobs(json!({ "codes": { "category_gone": 154_004, "skill_missing": 154_004, "role": 154_001 } }))
        .await;
    o.refused(Owner, "PATCH", "/categories/1", gone.clone(), (404, 154_004)).await;
    o.refused(App, "GET", "/agent_skills/1", Value::Null, (404, 154_004)).await;
    o.refused(Guest, "PATCH", "/categories/1", gone, (401, 154_001)).await;
    // And 0 lets a case through where that means something.
    let category = o.category("a", "0").await;
    o.faq(&category, "q", "a").await;
    let path = format!("/categories/{category}");
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
    o.knobs(json!({ "codes": { "category_in_use": 0 } })).await;
    o.ok(Owner, "DELETE", &path, Value::Null).await;
    assert_eq!(o.get("/faqs?status=1").await["total"], 0, "with what was in it");
}

#[tokio::test]
async fn one_frequency_for_all_and_one_for_presence() {
    let o = super::office_with(larkctl::sandbox::server::Options { rate_limits: true, ..options() }).await;
    let agent = o.open_id("agent").await;
    for _ in 0..5 {
        o.get("/agent_skills").await;
    }
    o.refused(App, "GET", "/agent_skills", Value::Null, (429, 99_991_400)).await;
    let path = format!("/agents/{agent}");
    for _ in 0..100 {
        o.ok(Agent, "PATCH", &path, json!({ "status": 2 })).await;
    }
    o.refused(Agent, "PATCH", &path, json!({ "status": 2 }), (429, 99_991_400)).await;
}

#[tokio::test]
async fn the_tenant_token_of_the_samples_comes_with_the_apps_own() {
    let o = office().await;
    // The address is written with a slash at its end there.
    let path = "/open-apis/auth/v3/app_access_token/internal/";
    let body = json!({ "app_id": "cli_sandbox", "app_secret": "sandbox-secret" });
    let both = o.t.send("POST", path, None, Some(body)).await.body;
    let token = both["tenant_access_token"].as_str().expect("a token");
    let answer = o.send(token, Some(&o.header), "GET", "/agent_skills", Value::Null).await;
    assert_eq!((answer.status, answer.code()), (200, 0));
}
