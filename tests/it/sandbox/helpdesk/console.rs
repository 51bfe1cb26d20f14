//! What people do in the console, and what the program's own sandbox does in their place.

use larkctl::sandbox::helpdesk::console;
use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use super::{DESK, HEADER, Owner, at, each, header, office, text};
use crate::support::{Tenant, options};

#[tokio::test]
async fn the_console_makes_a_desk_once_and_copies_its_token() {
    let t = Tenant::start().await;
    let token = |id: &'static str| t.engine.change(move |world| console(world, id));
    let first = token(DESK).await.expect("stored").expect("a token");
    assert_eq!(token(DESK).await.expect("stored").expect("a token"), first, "the same every time");
    assert_ne!(token("1542164574896126").await.expect("stored").expect("a token"), first);
    assert!(first.starts_with("ht-") && first.len() == 39, "{first}");
    for bad in ["", "x", "69397717435316961470000", "-1"] {
        token(bad).await.expect("stored").expect_err("no id of a desk");
    }
    let answer = t
        .http
        .get(format!("{}{}", t.base, at("/agent_skills")))
        .bearer_auth(&t.token)
        .header(HEADER, header(DESK, &first))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true })).await;
    assert_ne!(token(DESK).await.expect("stored").expect("a token"), first);
    t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "foreign": true })).await;
    token(DESK).await.expect("stored").expect_err("it is another tenant's");
}

#[tokio::test]
async fn a_desk_that_nobody_made_belongs_to_the_administrator_of_the_tenant() {
    let t = Tenant::start().await;
    for id in ["first", "second", "third"] {
        t.joined(id, "0").await;
    }
    let token = t.engine.change(|world| console(world, DESK)).await.expect("stored").expect("a token");
    let header = header(DESK, &token);
    let may = |user: &'static str| {
        let (t, header) = (&t, &header);
        async move {
            let token = t.login(user, "helpdesk:all").await.access;
            let request = t.http.post(format!("{}{}", t.base, at("/agent_skills"))).bearer_auth(token);
            let request = request.header(HEADER, header).header("Content-Type", "application/json");
            let answer = request.body(json!({ "name": "s" }).to_string()).send().await.expect("an answer");
            answer.status() == 200
        }
    };
    assert_eq!((may("first").await, may("second").await), (true, false), "else who came first");
    t.act(json!({ "action": "mark", "user": "second", "manager": true })).await;
    assert_eq!((may("first").await, may("second").await), (false, true));
    t.act(json!({ "action": "mark", "user": "third", "founder": true })).await;
    assert_eq!((may("second").await, may("third").await), (false, true));
    t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "owner": "first" })).await;
    assert_eq!((may("first").await, may("third").await), (true, false), "unless it is somebody's");
    t.ok("DELETE", "/open-apis/contact/v3/users/first?user_id_type=user_id", Value::Null).await;
    assert!(may("third").await, "what was theirs falls to the tenant");
}

#[tokio::test]
async fn everything_can_be_changed_by_hand() {
    let o = office().await;
    let id = |answer: Value| text(&answer["id"]);
    // Categories and FAQs.
    let a = id(o.by_hand(json!({ "category": { "name": "a" } })).await);
    let b = id(o.by_hand(json!({ "category": { "name": "b", "parent": a, "language": "en_us" } })).await);
    o.by_hand(json!({ "category": { "id": b, "name": "B", "parent": "0" } })).await;
    assert_eq!(each(&o.get("/categories").await["categories"], "name"), ["a", "B"]);
    let faq = json!({ "category": a, "question": "q", "answer": "x", "tags": ["t"] });
    let faq = id(o.by_hand(json!({ "faq": faq })).await);
    o.by_hand(json!({ "faq": { "id": faq, "answer": "y" } })).await;
    let read = o.get(&format!("/faqs/{faq}")).await["faq"].clone();
    assert_eq!((&read["answer"], &read["update_user"]["name"]), (&json!("y"), &json!("owner")));
    o.by_hand(json!({ "faq": { "id": faq, "remove": true } })).await;
    assert_eq!(o.get("/faqs?status=0").await["total"], 1);
    o.by_hand(json!({ "category": { "id": a, "remove": true } })).await;
    // Skills and agents; a rule by hand may be one that the catalogue does not have.
    let rules = json!([{ "id": "99", "operator": 8, "operand": { "anything": 1 } }]);
    let skill = id(o.by_hand(json!({ "skill": { "name": "s", "rules": rules } })).await);
    let read = o.get(&format!("/agent_skills/{skill}")).await["agent_skill"].clone();
    assert_eq!(read["rules"][0]["operand"], json!({ "anything": 1 }));
    let ann =
        json!({ "user": "ann", "hours": [{ "start": 540, "end": 1080, "weekday": 10 }], "skills": [skill] });
    o.by_hand(json!({ "agent": ann })).await;
    o.by_hand(json!({ "agent": { "user": "ann", "away": true } })).await;
    let listed = o.get("/agent_schedules?status=2").await["agent_schedules"].clone();
    assert_eq!(listed[0]["schedule"], json!([super::hours("09:00", "18:00", 10)]));
    assert_eq!(each(&listed[0]["agent_skills"], "name"), ["默认技能", "s"]);
    o.by_hand(json!({ "agent": { "user": "ann", "remove": true } })).await;
    o.by_hand(json!({ "skill": { "id": skill, "remove": true } })).await;
    assert_eq!(each(&o.get("/agent_skills").await["agent_skills"], "name"), ["默认技能"]);
    // Fields.
    o.ok(Owner, "POST", "/ticket_customized_fields", super::field("f")).await;
    let field = text(&o.get("/ticket_customized_fields").await["items"][1]["ticket_customized_field_id"]);
    o.by_hand(json!({ "field": { "id": field, "display_name": "F", "position": 1 } })).await;
    let list = o.get("/ticket_customized_fields").await["items"].clone();
    assert_eq!(each(&list, "display_name"), ["F", "工单标签"]);
    o.by_hand(json!({ "field": { "id": field, "remove": true } })).await;
    assert_eq!(o.rows("helpdesk_fields").await.len(), 1);
}

#[tokio::test]
async fn the_store_holds_no_token() {
    let o = office().await;
    let token = text(&o.t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK })).await["token"]);
    let dump = o.t.send("GET", "/_sandbox/tenant", None, None).await.text;
    let asked = o.t.send("GET", "/_sandbox/requests", None, None).await.text;
    assert!(dump.contains(DESK) && asked.contains("helpdesk"));
    for secret in [token.as_str(), o.header.as_str()] {
        assert!(!dump.contains(secret) && !asked.contains(secret));
    }
}

#[tokio::test]
async fn a_desk_survives_a_restart_with_all_that_is_at_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = Some(dir.path().to_owned());
    let o = super::office_with(Options { data, ..options() }).await;
    let category = o.category("a", "0").await;
    o.faq(&category, "q", "one\ntwo").await;
    let skill = o.skill("s").await;
    o.by_hand(json!({ "agent": { "user": "ann", "skills": [skill] } })).await;
    o.ok(Owner, "POST", "/ticket_customized_fields", super::field("f")).await;
    let event = json!({ "events": [{ "type": "helpdesk.ticket", "subtype": "ticket.created_v1" }] });
    o.ok(super::App, "POST", "/events/subscribe", event).await;
    o.t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true })).await;
    let tables = ["s", "_agents", "_skills", "_categories", "_faqs", "_pictures", "_fields", "_events"];
    let all = async |t: &Tenant| {
        let mut rows = Vec::new();
        for table in tables {
            rows.push(t.rows(&format!("helpdesk{table}")).await);
        }
        rows
    };
    let before = all(&o.t).await;
    assert!(before[1].as_object().expect("rows").len() == 2);
    o.t.stop().await;
    let t = Tenant::in_dir(dir.path()).await;
    assert_eq!(all(&t).await, before);
    let token = t.act(json!({ "action": "helpdesk", "helpdesk_id": DESK })).await["token"].clone();
    let answer = t
        .http
        .get(format!("{}{}", t.base, at("/faqs?status=1")))
        .bearer_auth(&t.token)
        .header(HEADER, header(DESK, token.as_str().expect("a token")));
    let answer: Value =
        serde_json::from_str(&answer.send().await.expect("an answer").text().await.expect("text"))
            .expect("JSON");
    assert_eq!(answer["data"]["items"][0]["answer"], "one\ntwo");
}
