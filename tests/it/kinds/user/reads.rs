//! What is read, with how many calls, and what stays unknown.

use larkctl::model::{Found, Lookup, Presence, Record, Value};
use larkctl::resource::Ask;
use serde_json::json;

use super::runner::{State, address, declared, observe};
use super::{ids, lively, person};
use crate::support::{CONTACT, Tenant};

async fn calls(t: &Tenant, endpoint: &str) -> u64 {
    let report = t.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    report["endpoints"][endpoint.replace('~', CONTACT)]["calls"].as_u64().unwrap_or(0)
}

fn lookup(by: &str, value: &str) -> Lookup {
    Lookup { kind: "user".to_owned(), by: by.to_owned(), value: value.to_owned() }
}

#[tokio::test]
async fn known_people_cost_a_call_for_fifty() {
    let t = lively().await;
    let names: Vec<String> = (0..120).map(|i| format!("u{i}")).collect();
    for name in &names {
        t.invited(name, "0").await;
    }
    let ask = Ask { ids: names.iter().cloned().collect(), ..Ask::default() };
    let seen = observe(&t, &State::default(), &ask).await;
    assert_eq!((seen.things.len(), seen.complete), (120, false));
    assert_eq!(calls(&t, "GET ~/users/batch").await, 3);
    assert_eq!(calls(&t, "GET ~/users/:user_id").await, 0);
}

#[tokio::test]
async fn nobody_asks_nothing() {
    let t = lively().await;
    observe(&t, &State::default(), &Ask::default()).await;
    assert_eq!(calls(&t, "GET ~/departments/:department_id/children").await, 0);
}

#[tokio::test]
async fn everybody_is_found_once_and_empty_departments_cost_nothing() {
    let t = lively().await;
    for (id, parent) in [("a", "0"), ("b", "a"), ("empty", "0")] {
        t.department(id, parent).await;
    }
    for (id, place) in [("u1", "a"), ("u2", "b"), ("u3", "0"), ("gone", "0")] {
        t.invited(id, place).await;
    }
    t.act(json!({ "action": "join" })).await;
    let path = format!("{CONTACT}/users/u1?user_id_type=user_id&department_id_type=department_id");
    t.ok("PATCH", &path, json!({ "department_ids": ["a", "b"] })).await;
    t.ok("DELETE", &format!("{CONTACT}/users/gone?user_id_type=user_id"), json!(null)).await;
    let ask = Ask { everything: true, ids: ids(&["gone", "never"]), ..Ask::default() };
    let seen = observe(&t, &State::default(), &ask).await;
    assert!(seen.complete && seen.gaps.is_empty(), "{:?}", seen.gaps);
    assert_eq!(seen.things.keys().collect::<Vec<_>>(), ["gone", "u1", "u2", "u3"]);
    assert!(seen.things["gone"].fact("resigned") && !seen.things["u1"].fact("resigned"));
    assert_eq!(seen.presence("never"), Presence::Absent);
    assert_eq!(calls(&t, "GET ~/users/find_by_department").await, 3, "a, b and the root");
    let ask = Ask { within: ids(&["a"]), ..Ask::default() };
    let seen = observe(&t, &State::default(), &ask).await;
    assert_eq!(seen.things.keys().collect::<Vec<_>>(), ["u1", "u2"]);
    assert!(!seen.complete);
}

#[tokio::test]
async fn a_department_that_cannot_be_listed_makes_the_whole_incomplete() {
    let t = lively().await;
    t.department("a", "0").await;
    t.invited("u1", "a").await;
    let endpoint = format!("GET {CONTACT}/users/find_by_department");
    t.faults(
        json!({ "endpoint": endpoint, "effect": { "answer": { "status": 400, "code": 40004 } }, "times": 1 }),
    )
    .await;
    let seen = observe(&t, &State::default(), &Ask { everything: true, ..Ask::default() }).await;
    assert!(!seen.complete && seen.gaps.len() == 1, "{:?}", seen.gaps);
}

#[tokio::test]
async fn people_are_looked_up_in_five_ways() {
    let t = lively().await;
    t.ok("POST", &format!("{CONTACT}/users?user_id_type=user_id"), json!({ "user_id": "u1", "name": "n", "mobile": "13000000001", "email": "U1@x.cn", "employee_type": 1, "department_ids": ["0"] })).await;
    let user = super::get(&t, "u1").await;
    let (open, union) = (user["open_id"].as_str().expect("id"), user["union_id"].as_str().expect("id"));
    let good = [
        ("email", "u1@x.cn"),
        ("mobile", "+8613000000001"),
        ("user_id", "u1"),
        ("open_id", open),
        ("union_id", union),
    ];
    let bad = [("email", "no@x.cn"), ("mobile", "+8613000000009"), ("user_id", "no")];
    let lookups = good.iter().chain(&bad).map(|(by, value)| lookup(by, value)).collect();
    let seen = observe(&t, &State::default(), &Ask { lookups, ..Ask::default() }).await;
    for (by, value) in good {
        assert_eq!(seen.lookups[&lookup(by, value)], Found::One("u1".to_owned()), "{by}");
    }
    for (by, value) in bad {
        assert_eq!(seen.lookups[&lookup(by, value)], Found::None, "{by}");
    }
    assert!(seen.things.contains_key("u1"), "what they are is known too");
}

#[tokio::test]
async fn with_a_partial_range_missing_is_told_from_hidden() {
    let t = lively().await;
    for id in ["a", "b"] {
        t.department(id, "0").await;
    }
    for (id, place) in [("in", "a"), ("out", "b"), ("both", "a"), ("granted", "b")] {
        t.invited(id, place).await;
    }
    t.act(json!({ "action": "join" })).await;
    let path = format!("{CONTACT}/users/both?user_id_type=user_id&department_id_type=department_id");
    t.ok("PATCH", &path, json!({ "department_ids": ["a", "b"] })).await;
    let open =
        |data: serde_json::Value| data["department"]["open_department_id"].as_str().expect("id").to_owned();
    let a = open(
        t.ok("GET", &format!("{CONTACT}/departments/a?department_id_type=department_id"), json!(null)).await,
    );
    let granted = super::get(&t, "granted").await["union_id"].clone();
    t.act(json!({ "action": "range", "departments": [a], "users": [granted] })).await;
    let state = State::default();
    let ask = Ask { ids: ids(&["in", "out", "both", "never"]), everything: true, ..Ask::default() };
    let seen = observe(&t, &state, &ask).await;
    assert!(!seen.complete, "what is outside is unknown");
    assert_eq!(seen.things.keys().collect::<Vec<_>>(), ["both", "granted", "in"]);
    assert_eq!(seen.presence("never"), Presence::Absent);
    assert!(matches!(seen.presence("out"), Presence::Unknown(Some(_))));
    let knows = |id: &str| seen.things[id].attributes.contains_key("departments");
    assert!(knows("in") && !knows("both"), "a list that may be cut is never written back");
}

#[tokio::test]
async fn fields_without_their_scope_are_unreadable_and_not_empty() {
    let t = lively().await;
    t.invited("u1", "0").await;
    let closed = "contact:user.phone:readonly";
    t.act(json!({ "action": "scopes", "except": [closed] })).await;
    let held =
        ids(&["contact:user.base:readonly", "contact:user.employee:readonly", "contact:user.email:readonly"]);
    let state = State { scopes: Some(held), ..State::default() };
    let seen = observe(&t, &state, &Ask { ids: ids(&["u1"]), ..Ask::default() }).await;
    assert_eq!(seen.unreadable["mobile"], [closed]);
    let attributes = &seen.things["u1"].attributes;
    assert!(!attributes.contains_key("mobile") && !attributes.contains_key("leader"));
    assert_eq!(attributes.get("email"), Some(&Value::Null), "this one is readable and empty");
    let state = State::default();
    let seen = observe(&t, &state, &Ask { ids: ids(&["u1"]), ..Ask::default() }).await;
    assert!(
        !seen.things["u1"].attributes.contains_key("mobile"),
        "unknown scopes: what is missing is unknown"
    );
}

#[tokio::test]
async fn a_call_that_fails_leaves_people_unknown() {
    let t = lively().await;
    t.invited("u1", "0").await;
    let endpoint = format!("GET {CONTACT}/users/batch");
    t.faults(json!({ "endpoint": endpoint, "effect": { "answer": { "status": 400, "code": 40001 } } })).await;
    let thing = declared("u1", &person(1, &[]));
    let record = Record { ids: [("id".to_owned(), "u1".to_owned())].into(), ..Record::default() };
    let records = [(address("u1"), record)].into();
    let seen =
        observe(&t, &State::default(), &Ask { declared: vec![thing], records, ..Ask::default() }).await;
    assert!(matches!(seen.presence("u1"), Presence::Unknown(Some(_))));
    assert!(seen.absent.is_empty());
}
