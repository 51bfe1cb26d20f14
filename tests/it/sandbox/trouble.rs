//! Scripted trouble: each effect does to the store and to the connection what it says, and no more.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

const DEPARTMENTS: &str = "/open-apis/contact/v3/departments?department_id_type=department_id";
const CREATE: &str = "POST /open-apis/contact/v3/departments";
const LIST: &str = "GET /open-apis/contact/v3/departments/:department_id/children";

fn named(name: &str) -> Value {
    json!({ "name": name, "department_id": name, "parent_department_id": "0" })
}

async fn names(t: &Tenant) -> BTreeSet<String> {
    let rows = t.rows("departments").await;
    let rows = rows.as_object().cloned().unwrap_or_default();
    rows.values().map(|d| d["name"].as_str().unwrap_or_default().to_owned()).collect()
}

/// A create whose answer may not arrive: the status and the text, or that the connection broke.
async fn create(t: &Tenant, name: &str) -> Result<(u16, String), String> {
    let request = t.http.post(format!("{}{DEPARTMENTS}", t.base)).bearer_auth(&t.token);
    let request = request.header("Content-Type", "application/json").body(named(name).to_string());
    let response = request.send().await.map_err(|e| e.to_string())?;
    let status = response.status().as_u16();
    Ok((status, response.text().await.map_err(|e| e.to_string())?))
}

fn one(effect: Value) -> Value {
    json!({ "endpoint": CREATE, "effect": effect, "times": 1 })
}

async fn hits(t: &Tenant) -> Vec<(u64, u64)> {
    let report = t.send("GET", "/_sandbox/faults", None, None).await.body;
    let number = |v: &Value| v.as_u64().unwrap_or_default();
    report.as_array().expect("rules").iter().map(|r| (number(&r["seen"]), number(&r["hit"]))).collect()
}

#[tokio::test]
async fn an_answer_stands_in_for_the_effect_or_hides_it() {
    let t = Tenant::start().await;
    let answer = |commit: bool| {
        json!({ "answer": {
            "status": 503, "code": 40_003, "msg": "later", "headers": [["retry-after", "7"]], "commit": commit,
        } })
    };
    t.faults(one(answer(false))).await;
    let refused = t.call("POST", DEPARTMENTS, named("a")).await;
    assert_eq!((refused.status, refused.code()), (503, 40_003));
    assert_eq!((refused.header("retry-after"), &refused.body["msg"]), (Some("7"), &json!("later")));
    assert_eq!(refused.header("X-Tt-Logid"), refused.body["error"]["log_id"].as_str());
    assert!(names(&t).await.is_empty(), "nothing happened");
    t.faults(one(answer(true))).await;
    assert_eq!(t.call("POST", DEPARTMENTS, named("b")).await.status, 503);
    assert!(names(&t).await.contains("b"), "it happened");
    // With a body that is no JSON, as proxies answer.
    t.faults(one(json!({ "answer": { "status": 502, "msg": "Bad Gateway" } }))).await;
    let proxy = t.call("POST", DEPARTMENTS, named("c")).await;
    assert_eq!((proxy.status, proxy.text.as_str()), (502, "Bad Gateway"));
    assert!(proxy.header("content-type").is_some_and(|c| c.starts_with("text/plain")));
}

#[tokio::test]
async fn a_cut_comes_before_or_after_the_effect() {
    let t = Tenant::start().await;
    t.faults(one(json!("cut_before"))).await;
    create(&t, "a").await.expect_err("cut");
    assert!(names(&t).await.is_empty(), "nothing happened");
    t.faults(one(json!("cut_after"))).await;
    create(&t, "b").await.expect_err("cut");
    assert_eq!(names(&t).await, ["b".to_owned()].into(), "it happened");
    let report = t.send("GET", "/_sandbox/requests", None, None).await.body;
    let last: Vec<&Value> = report["requests"].as_array().expect("list").iter().rev().take(2).collect();
    assert!(last.iter().all(|r| r["fault"].as_str().is_some_and(|f| f.starts_with("Cut"))));
    assert_eq!((&last[0]["code"], &last[1]["code"]), (&json!(0), &Value::Null));
    assert_eq!(create(&t, "c").await.expect("an answer").0, 200, "the next one goes through");
}

#[tokio::test]
async fn a_truncated_body_breaks_off_after_the_effect() {
    let t = Tenant::start().await;
    t.faults(one(json!("truncate"))).await;
    create(&t, "a").await.expect_err("half a body");
    assert!(names(&t).await.contains("a"));
    t.faults(json!({ "endpoint": LIST, "effect": "truncate", "times": 1 })).await;
    let list = format!("{CONTACT}/departments/0/children");
    let response =
        t.http.get(format!("{}{list}", t.base)).bearer_auth(&t.token).send().await.expect("a head");
    assert_eq!(response.status().as_u16(), 200, "the head is fine");
    response.bytes().await.expect_err("half a body");
    t.ok("GET", &list, Value::Null).await;
}

#[tokio::test]
async fn a_slow_answer_takes_virtual_time() {
    let t = Tenant::start().await;
    let clock = |body: Option<Value>| {
        let method = if body.is_some() { "POST" } else { "GET" };
        t.send(method, "/_sandbox/clock", None, body)
    };
    clock(Some(json!({ "scale": 1_000 }))).await;
    t.faults(one(json!({ "slow": { "ms": 60_000 } }))).await;
    let before = clock(None).await.body["now_ms"].as_i64().expect("now");
    assert_eq!(create(&t, "a").await.expect("an answer").0, 200);
    let after = clock(None).await.body["now_ms"].as_i64().expect("now");
    assert!(after - before >= 60_000, "{}", after - before);
    // A clock that stands still waits for nobody.
    clock(Some(json!({ "scale": 0 }))).await;
    t.faults(one(json!({ "slow": { "ms": 86_400_000 } }))).await;
    assert_eq!(create(&t, "b").await.expect("an answer").0, 200);
}

#[tokio::test]
async fn rules_apply_by_endpoint_count_and_after() {
    let t = Tenant::start().await;
    let busy = json!({ "answer": { "status": 500, "code": 40_003 } });
    let rule = |endpoint: &str, after: u64, times: u64| json!({ "endpoint": endpoint, "effect": busy, "after": after, "times": times });
    t.faults(rule(CREATE, 1, 2)).await;
    let mut statuses = Vec::new();
    for name in ["a", "b", "c", "d"] {
        statuses.push(t.call("POST", DEPARTMENTS, named(name)).await.status);
        t.ok("GET", &format!("{CONTACT}/departments/0/children"), Value::Null).await;
    }
    assert_eq!(statuses, [200, 500, 500, 200]);
    assert_eq!(names(&t).await, ["a".to_owned(), "d".to_owned()].into());
    assert_eq!(hits(&t).await, [(3, 2)]);
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    assert!(hits(&t).await.is_empty());
    // A prefix, and everything.
    t.faults(json!([rule("GET /open-apis/contact/*", 0, 1), rule("*", 1, 1)])).await;
    t.ok("POST", DEPARTMENTS, named("e")).await;
    assert_eq!(t.call("GET", &format!("{CONTACT}/scopes"), Value::Null).await.status, 500, "the first rule");
    assert_eq!(t.call("GET", &format!("{CONTACT}/scopes"), Value::Null).await.status, 500, "the second one");
    t.ok("GET", &format!("{CONTACT}/scopes"), Value::Null).await;
}

#[tokio::test]
async fn the_same_seed_hits_the_same_requests() {
    let t = Tenant::start().await;
    let effect = json!({ "answer": { "status": 500 } });
    let run = |seed: u64| {
        let (t, effect) = (&t, &effect);
        async move {
            t.send("DELETE", "/_sandbox/faults", None, None).await;
            t.faults(json!({ "endpoint": "*", "effect": effect, "probability": 0.3, "seed": seed })).await;
            let mut hits = Vec::new();
            for n in 0..200 {
                if t.call("GET", &format!("{CONTACT}/scopes"), Value::Null).await.status == 500 {
                    hits.push(n);
                }
            }
            hits
        }
    };
    let first = run(7).await;
    assert!((40..80).contains(&first.len()), "about 60 of 200: {}", first.len());
    assert_eq!(run(7).await, first);
    assert_ne!(run(8).await, first);
    for (probability, expected) in [(0.0, 0), (1.0, 5)] {
        t.send("DELETE", "/_sandbox/faults", None, None).await;
        t.faults(json!({ "endpoint": "*", "effect": effect, "probability": probability })).await;
        let mut hit = 0;
        for _ in 0..5 {
            hit += usize::from(t.call("GET", &format!("{CONTACT}/scopes"), Value::Null).await.status == 500);
        }
        assert_eq!(hit, expected);
    }
}

#[tokio::test]
async fn page_tricks_lose_no_row() {
    let t = Tenant::start().await;
    for i in 0..7 {
        t.ok("POST", DEPARTMENTS, named(&format!("d{i}"))).await;
    }
    for trick in ["repeat_page", "stuck_page", "empty_page"] {
        for after in 0..4 {
            t.send("DELETE", "/_sandbox/faults", None, None).await;
            t.faults(json!({ "endpoint": LIST, "effect": trick, "after": after, "times": 1 })).await;
            let (mut seen, mut tokens, mut token) = (Vec::new(), Vec::new(), String::new());
            let mut empty = 0;
            loop {
                let path =
                    format!("{CONTACT}/departments/0/children?page_size=2&department_id_type=department_id");
                let more = if token.is_empty() { String::new() } else { format!("&page_token={token}") };
                let data = t.ok("GET", &format!("{path}{more}"), Value::Null).await;
                let items = data["items"].as_array().cloned().unwrap_or_default();
                empty += usize::from(items.is_empty());
                seen.extend(items.iter().map(|d| d["name"].as_str().unwrap_or_default().to_owned()));
                if data["has_more"] == json!(false) {
                    break;
                }
                token = data["page_token"].as_str().expect("token").to_owned();
                tokens.push(token.clone());
                assert!(tokens.len() < 20, "{trick} never ends");
            }
            let unique: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(unique.len(), 7, "{trick} after {after}: {seen:?}");
            // Each trick is seen for what it is, where there is a page to play it on.
            let repeated = seen.len() > 7;
            match trick {
                "repeat_page" => assert_eq!(repeated, after > 0, "after {after}"),
                "stuck_page" => assert_eq!(repeated, after < 3, "after {after}"),
                _ => assert_eq!((repeated, empty), (false, 1), "after {after}"),
            }
        }
    }
}

#[tokio::test]
async fn a_broken_script_is_refused_whole() {
    let t = Tenant::start().await;
    for bad in [
        json!({ "endpoint": "*" }),
        json!({ "endpoint": "*", "effect": "explode" }),
        json!({ "endpoint": "*", "effect": "truncate", "probability": 1.5 }),
        json!({ "endpoint": "*", "effect": "truncate", "time": 1 }),
        json!([{ "endpoint": "*", "effect": "truncate" }, { "endpoint": "*", "effect": { "slow": {} } }]),
        json!(5),
    ] {
        let answer = t.send("POST", "/_sandbox/faults", None, Some(bad)).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.body["error"].as_str().is_some_and(|e| e.starts_with("rule ")));
    }
    assert!(hits(&t).await.is_empty());
}
