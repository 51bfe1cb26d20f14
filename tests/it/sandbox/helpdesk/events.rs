//! Subscriptions: written by the app, read by nobody.

use serde_json::{Value, json};

use super::{App, Office, office};

fn pair(ty: &str, subtype: &str) -> Value {
    json!({ "type": ty, "subtype": subtype })
}

async fn kept(o: &Office) -> Vec<String> {
    o.rows("helpdesk_events").await.iter().map(|row| super::text(&row["subtype"])).collect()
}

#[tokio::test]
async fn subscribed_twice_is_subscribed_once() {
    let o = office().await;
    let (ticket, message) = (
        pair("helpdesk.ticket", "ticket.created_v1"),
        pair("helpdesk.ticket_message", "ticket_message.created_v1"),
    );
    let body = |events: Value| json!({ "events": events });
    for _ in 0..2 {
        assert_eq!(o.ok(App, "POST", "/events/subscribe", body(json!([ticket, message]))).await, json!({}));
    }
    assert_eq!(kept(&o).await, ["ticket.created_v1", "ticket_message.created_v1"]);
    for _ in 0..2 {
        o.ok(App, "POST", "/events/unsubscribe", body(json!([ticket]))).await;
    }
    assert_eq!(kept(&o).await, ["ticket_message.created_v1"]);
}

#[tokio::test]
async fn one_strange_event_spoils_the_batch() {
    let o = office().await;
    let good = pair("helpdesk.notification", "notification.approve_v1");
    for bad in [pair("helpdesk.ticket", "ticket_message.created_v1"), pair("helpdesk.faq", "faq.created_v1")]
    {
        for verb in ["subscribe", "unsubscribe"] {
            let body = json!({ "events": [good, bad] });
            o.refused(App, "POST", &format!("/events/{verb}"), body, (400, 154_000)).await;
        }
    }
    o.refused(App, "POST", "/events/subscribe", json!({ "events": [] }), (400, 154_000)).await;
    o.refused(App, "POST", "/events/subscribe", json!({}), (400, 99_992_402)).await;
    assert_eq!(kept(&o).await, [""; 0]);
}

#[tokio::test]
async fn the_scope_that_reads_is_enough() {
    let o = office().await;
    o.t.act(json!({ "action": "scopes", "only": ["helpdesk:all:readonly"] })).await;
    let body = json!({ "events": [pair("helpdesk.ticket", "ticket.updated_v1")] });
    o.ok(App, "POST", "/events/subscribe", body).await;
}
