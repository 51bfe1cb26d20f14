//! FAQs: made, changed, listed, searched, put into the bin.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Agent, App, DESK, Office, Owner, each, office, text};

async fn online(o: &Office) -> Vec<Value> {
    each(&o.get("/faqs?status=1").await["items"], "question")
}

#[tokio::test]
async fn answered_whole_with_the_path_of_its_category() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let body =
        json!({ "faq": { "category_id": b, "question": "q", "answer": "x", "tags": ["t", "u", "t"] } });
    let made = o.ok(Agent, "POST", "/faqs", body).await["faq"].clone();
    let id = text(&made["faq_id"]);
    assert_eq!((&made["id"], &made["helpdesk_id"]), (&made["faq_id"], &json!(DESK)));
    assert_eq!(each(&made["categories"], "name"), ["a", "b"], "leaf last");
    assert_eq!(made["categories"][1]["parent_id"], json!(a));
    assert_eq!(made["tags"], json!(["t", "u"]));
    assert_eq!(made["answer_richtext"], json!([{ "type": "text", "content": "x" }]));
    assert_eq!(made["create_user"]["name"], "agent");
    assert_eq!(made["create_time"], json!(o.t.engine.clock.now() / 1000), "seconds, as a number");
    assert_eq!(o.get(&format!("/faqs/{id}")).await["faq"], made);
    assert_eq!(o.get("/faqs?status=1").await["items"], json!([made]), "the list has all of it");
}

#[tokio::test]
async fn a_question_a_category_and_one_answer() {
    let o = office().await;
    let a = o.category("a", "0").await;
    for bad in [
        json!({ "category_id": a, "question": "", "answer": "x" }),
        json!({ "category_id": a, "question": "q" }),
        json!({ "category_id": a, "question": "q", "answer": "" }),
        json!({ "category_id": a, "question": "q", "answer_richtext": "" }),
        json!({ "category_id": "1", "question": "q", "answer": "x" }),
        json!({ "question": "q", "answer": "x" }),
        json!({ "category_id": a, "question": "q", "answer": "x", "tags": [""] }),
    ] {
        o.refused(Owner, "POST", "/faqs", json!({ "faq": bad }), (400, 154_000)).await;
    }
    o.refused(Owner, "POST", "/faqs", json!({}), (400, 154_000)).await;
    let nameless = json!({ "faq": { "category_id": a, "answer": "x" } });
    o.refused(Owner, "POST", "/faqs", nameless, (400, 99_992_402)).await;
    assert_eq!(online(&o).await, [""; 0]);
}

#[tokio::test]
async fn a_change_says_question_and_answer_again_and_keeps_the_rest() {
    let o = office().await;
    let (a, b) = (o.category("a", "0").await, o.category("b", "0").await);
    let body = json!({ "faq": { "category_id": a, "question": "q", "answer": "x", "tags": ["t"] } });
    let id = text(&o.ok(Owner, "POST", "/faqs", body).await["faq"]["faq_id"]);
    let path = format!("/faqs/{id}");
    o.refused(Owner, "PATCH", &path, json!({ "faq": { "answer": "y" } }), (400, 99_992_402)).await;
    o.refused(Owner, "PATCH", &path, json!({ "faq": { "question": "q" } }), (400, 154_000)).await;
    o.refused(Owner, "PATCH", &path, json!({}), (400, 154_000)).await;
    o.t.step(5).await;
    let said = |more: Value| json!({ "faq": super::with(json!({ "question": "q2", "answer": "y" }), more) });
    assert_eq!(o.ok(Agent, "PATCH", &path, said(json!({}))).await, json!({}));
    let read = o.get(&path).await["faq"].clone();
    assert_eq!((&read["question"], &read["answer"]), (&json!("q2"), &json!("y")));
    assert_eq!((each(&read["categories"], "name"), &read["tags"]), (vec![json!("a")], &json!(["t"])));
    assert_eq!(
        (&read["create_user"]["name"], &read["update_user"]["name"]),
        (&json!("owner"), &json!("agent"))
    );
    let seconds = |name: &str| read[name].as_i64().expect("seconds");
    assert_eq!(seconds("update_time") - seconds("create_time"), 5);
    o.ok(Owner, "PATCH", &path, said(json!({ "category_id": b, "tags": [] }))).await;
    let read = o.get(&path).await["faq"].clone();
    assert_eq!((each(&read["categories"], "name"), &read["tags"]), (vec![json!("b")], &json!([])));
    o.refused(Owner, "PATCH", &path, said(json!({ "category_id": "1" })), (404, 154_004)).await;
    o.refused(Owner, "PATCH", "/faqs/1", said(json!({})), (404, 154_004)).await;
}

#[tokio::test]
async fn deleted_into_a_bin_for_thirty_days() {
    let mut o = office().await;
    let a = o.category("a", "0").await;
    let gone = o.faq(&a, "gone", "x").await;
    o.faq(&a, "stays", "x").await;
    let path = format!("/faqs/{gone}");
    assert_eq!(o.ok(Owner, "DELETE", &path, Value::Null).await, json!({}));
    o.refused(Owner, "DELETE", &path, Value::Null, (404, 154_004)).await;
    o.refused(App, "GET", &path, Value::Null, (404, 154_004)).await;
    let listed = |o: &Office, query: &str| {
        let path = format!("/faqs{query}");
        let (token, header) = (o.t.token.clone(), o.header.clone());
        let (http, base) = (o.t.http.clone(), o.t.base.clone());
        async move {
            let url = format!("{base}{}", super::at(&path));
            let answer = http.get(url).bearer_auth(token).header(super::HEADER, header).send().await;
            let body: Value =
                serde_json::from_str(&answer.expect("an answer").text().await.expect("text")).expect("JSON");
            each(&body["data"]["items"], "question")
        }
    };
    assert_eq!(listed(&o, "?status=1").await, ["stays"]);
    assert_eq!(listed(&o, "?status=0").await, ["gone"]);
    assert_eq!(listed(&o, "").await, ["gone", "stays"], "who does not say which gets both");
    // Back by hand.
    o.by_hand(json!({ "faq": { "id": gone, "restore": true } })).await;
    assert_eq!(listed(&o, "?status=1").await, ["gone", "stays"]);
    o.ok(Owner, "DELETE", &path, Value::Null).await;
    // Made again it is another one, and the old one stays where it is.
    let again = o.faq(&a, "gone", "x").await;
    assert_ne!(again, gone);
    assert_eq!(listed(&o, "?status=0").await, ["gone"]);
    o.t.step(30 * 86_400).await;
    o.t.renew().await;
    assert_eq!(listed(&o, "?status=0").await, [""; 0]);
    assert_eq!(listed(&o, "?status=2").await, ["gone"]);
    assert_eq!(listed(&o, "?status=1").await, ["stays", "gone"]);
    o.knobs(json!({ "faqs_of_any_status": false })).await;
    assert_eq!(listed(&o, "").await, ["stays", "gone"]);
    o.refused(App, "GET", "/faqs?status=3", Value::Null, (400, 154_000)).await;
}

#[tokio::test]
async fn twenty_a_page_and_a_hundred_at_most() {
    let o = office().await;
    let a = o.category("a", "0").await;
    for i in 0..25 {
        o.by_hand(json!({ "faq": { "category": a, "question": format!("q{i}"), "answer": "x" } })).await;
    }
    let first = o.get("/faqs?status=1").await;
    assert_eq!(first["items"].as_array().expect("items").len(), 20);
    assert_eq!((&first["page_size"], &first["total"]), (&json!(20), &json!(25)));
    assert_eq!(first["has_more"], true);
    let token = text(&first["page_token"]);
    let second = o.get(&format!("/faqs?status=1&page_token={token}")).await;
    assert_eq!((&second["page_size"], &second["has_more"]), (&json!(5), &json!(false)), "how many there are");
    assert_eq!(second.get("page_token"), None);
    assert_eq!(o.get("/faqs?status=1&page_size=100").await["page_size"], 25);
    for bad in ["page_size=101", "page_size=0", "page_token=x"] {
        o.refused(App, "GET", &format!("/faqs?{bad}"), Value::Null, (400, 154_000)).await;
        o.refused(App, "GET", &format!("/faqs/search?query=q&{bad}"), Value::Null, (400, 154_000)).await;
    }
    // A token of another question is none.
    o.refused(App, "GET", &format!("/faqs?status=0&page_token={token}"), Value::Null, (400, 154_000)).await;
}

#[tokio::test]
async fn listed_by_category_with_what_is_below_and_by_words() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let c = o.category("c", "0").await;
    for (category, question) in [(&a, "How to VPN"), (&b, "Printer"), (&c, "Lunch")] {
        o.faq(category, question, "x").await;
    }
    let listed = |query: String| {
        let o = &o;
        async move { each(&o.get(&format!("/faqs?{query}")).await["items"], "question") }
    };
    assert_eq!(listed(format!("category_id={a}")).await, ["How to VPN", "Printer"]);
    assert_eq!(listed(format!("category_id={b}")).await, ["Printer"]);
    o.refused(App, "GET", "/faqs?category_id=1", Value::Null, (404, 154_004)).await;
    assert_eq!(listed("search=vpn".to_owned()).await, ["How to VPN"]);
    assert_eq!(listed("search=owner".to_owned()).await.len(), 3, "who wrote it counts");
}

#[tokio::test]
async fn searched_with_less_of_each_category_and_a_token_that_leads_nowhere() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let body =
        json!({ "faq": { "category_id": a, "question": "如何 连接", "answer": "VPN", "tags": ["wifi"] } });
    o.ok(Owner, "POST", "/faqs", body).await;
    let gone = o.faq(&a, "wifi", "x").await;
    o.ok(Owner, "DELETE", &format!("/faqs/{gone}"), Value::Null).await;
    let found = o.get("/faqs/search?query=wifi").await;
    assert_eq!(each(&found["items"], "question"), ["如何 连接"]);
    let category = found["items"][0]["categories"][0].as_object().expect("object");
    assert_eq!(category.keys().collect::<Vec<_>>(), ["category_id", "id", "name"]);
    assert_eq!((&found["has_more"], found["page_token"].is_string()), (&json!(false), true));
    o.knobs(json!({ "search_token_at_end": false })).await;
    assert_eq!(o.get("/faqs/search?query=wifi").await.get("page_token"), None);
    let encoded = STANDARD.encode("如何").replace('=', "%3D").replace('+', "%2B");
    let found = o.get(&format!("/faqs/search?query={encoded}&base64=true")).await;
    assert_eq!(found["total"], 1);
    assert_eq!(o.get(&format!("/faqs/search?query={encoded}")).await["total"], 0);
    assert_eq!(o.get("/faqs/search?query=%E5%A6%82%E4%BD%95").await["total"], 1);
    for bad in ["query=%20", "query=x&base64=yes", "query=%25&base64=true"] {
        o.refused(App, "GET", &format!("/faqs/search?{bad}"), Value::Null, (400, 154_000)).await;
    }
    o.refused(App, "GET", "/faqs/search", Value::Null, (400, 99_992_402)).await;
}

#[tokio::test]
async fn a_question_may_be_asked_twice_unless_the_knob_says_no() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let first = o.faq(&a, "q", "x").await;
    o.faq(&a, "q", "x").await;
    assert_eq!(online(&o).await, ["q", "q"]);
    o.knobs(json!({ "unique_names": true })).await;
    let again = json!({ "faq": { "category_id": a, "question": "q", "answer": "x" } });
    o.refused(Owner, "POST", "/faqs", again, (400, 154_000)).await;
    let path = format!("/faqs/{first}");
    let other = json!({ "faq": { "question": "other", "answer": "x" } });
    o.ok(Owner, "PATCH", &path, other).await;
    let back = json!({ "faq": { "question": "q", "answer": "x" } });
    o.refused(Owner, "PATCH", &path, back, (400, 154_000)).await;
}

#[tokio::test]
async fn when_it_expires_is_said_in_the_console_alone() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let id = o.faq(&a, "q", "x").await;
    assert_eq!(o.get(&format!("/faqs/{id}")).await["faq"].get("expire_time"), None);
    o.by_hand(json!({ "faq": { "id": id, "expires": 1_800_000_000_000_i64 } })).await;
    assert_eq!(o.get(&format!("/faqs/{id}")).await["faq"]["expire_time"], 1_800_000_000);
}
