//! Answers that are lost after the write was done, lists that are late: why a client must read before it repeats.

use serde_json::{Value, json};

use super::{App, Office, Owner, each, field, office};

async fn lose(o: &Office, endpoint: &str) {
    o.t.faults(json!({
        "endpoint": format!("POST /open-apis/helpdesk/v1{endpoint}"), "times": 1,
        "effect": { "answer": { "status": 500, "code": 155_000, "msg": "Internal error", "commit": true } },
    }))
    .await;
}

#[tokio::test]
async fn who_repeats_a_create_has_two() {
    let o = office().await;
    let category = o.category("a", "0").await;
    let ann = o.open_id("ann").await;
    let writes = [
        ("/categories", json!({ "name": "b", "parent_id": "0" }), "helpdesk_categories"),
        (
            "/faqs",
            json!({ "faq": { "category_id": category, "question": "q", "answer": "x" } }),
            "helpdesk_faqs",
        ),
        ("/agent_skills", json!({ "name": "s" }), "helpdesk_skills"),
        ("/ticket_customized_fields", field("f"), "helpdesk_fields"),
    ];
    for (path, body, table) in writes {
        let before = o.rows(table).await.len();
        lose(&o, path).await;
        o.refused(Owner, "POST", path, body.clone(), (500, 155_000)).await;
        assert_eq!(o.rows(table).await.len(), before + 1, "{path}: it is there all the same");
        o.ok(Owner, "POST", path, body).await;
        assert_eq!(o.rows(table).await.len(), before + 2, "{path}: and now twice");
    }
    // An agent exists once: repeating is refused, which says nothing of who made it.
    let body = json!({ "agent_schedules": [{ "agent_id": ann, "schedule": [] }] });
    lose(&o, "/agent_schedules").await;
    o.refused(Owner, "POST", "/agent_schedules", body.clone(), (500, 155_000)).await;
    o.refused(Owner, "POST", "/agent_schedules", body, (400, 154_000)).await;
}

#[tokio::test]
async fn lists_may_be_late() {
    let o = office().await;
    o.t.settings(json!({ "list_lag_ms": 5000 })).await;
    let category = o.category("a", "0").await;
    let faq = o.faq(&category, "q", "x").await;
    o.skill("s").await;
    o.ok(Owner, "POST", "/ticket_customized_fields", field("f")).await;
    let seen = || async {
        [
            o.get("/categories").await["categories"].as_array().expect("list").len(),
            o.get("/faqs?status=1").await["items"].as_array().expect("list").len(),
            each(&o.get("/agent_skills").await["agent_skills"], "id").len(),
            each(&o.get("/ticket_customized_fields").await["items"], "key_name").len(),
        ]
    };
    assert_eq!(seen().await, [0, 0, 0, 0]);
    o.ok(App, "GET", &format!("/faqs/{faq}"), Value::Null).await;
    o.t.step(5).await;
    assert_eq!(seen().await, [1, 1, 2, 2]);
}
