//! Answers as text and as rich text: written in one form when they are made and in another when they are changed.

use serde_json::{Value, json};

use super::{App, Office, Owner, office, text};

fn plain(content: &str) -> Value {
    json!({ "type": "text", "content": content })
}

async fn make(o: &Office, category: &str, nodes: &Value) -> Value {
    let faq = json!({ "category_id": category, "question": "q", "answer_richtext": nodes.to_string() });
    o.ok(Owner, "POST", "/faqs", json!({ "faq": faq })).await["faq"].clone()
}

async fn change(o: &Office, id: &str, nodes: &Value) -> Value {
    let path = format!("/faqs/{id}");
    let faq = json!({ "question": "q", "answer_richtext": nodes });
    o.ok(Owner, "PATCH", &path, json!({ "faq": faq })).await;
    o.get(&path).await["faq"].clone()
}

#[tokio::test]
async fn a_text_when_made_a_list_when_changed() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let nodes = json!([plain("x")]);
    let made = make(&o, &a, &nodes).await;
    assert_eq!(made["answer_richtext"], nodes, "read as a list");
    let path = format!("/faqs/{}", text(&made["faq_id"]));
    let list = json!({ "category_id": a, "question": "q", "answer_richtext": nodes });
    o.refused(Owner, "POST", "/faqs", json!({ "faq": list }), (400, 99_992_402)).await;
    let string = json!({ "question": "q", "answer_richtext": nodes.to_string() });
    o.refused(Owner, "PATCH", &path, json!({ "faq": string }), (400, 99_992_402)).await;
    o.ok(Owner, "PATCH", &path, json!({ "faq": { "question": "q", "answer_richtext": nodes } })).await;
    for bad in ["x", "{}", "[{\"content\":\"x\"}]", "[{\"type\":\"video\"}]", "[1]"] {
        let faq = json!({ "category_id": a, "question": "q", "answer_richtext": bad });
        o.refused(Owner, "POST", "/faqs", json!({ "faq": faq }), (400, 154_000)).await;
    }
}

#[tokio::test]
async fn each_view_follows_from_the_other_and_rich_text_wins() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let id = o.faq(&a, "q", "one\n\ntwo").await;
    let path = format!("/faqs/{id}");
    let read = o.get(&path).await["faq"].clone();
    assert_eq!(read["answer"], "one\n\ntwo");
    assert_eq!(read["answer_richtext"], json!([plain("one"), plain(""), plain(""), plain("two")]));
    let nodes = json!([plain("see "), { "type": "hyperlink", "text": "here", "url": "https://a.cn/" }]);
    let both = json!({ "question": "q", "answer": "something else", "answer_richtext": nodes });
    o.ok(Owner, "PATCH", &path, json!({ "faq": both })).await;
    let read = o.get(&path).await["faq"].clone();
    assert_eq!((&read["answer"], &read["answer_richtext"]), (&json!("see here"), &nodes));
}

#[tokio::test]
async fn three_ways_to_write_a_break_and_one_to_read_it() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let ways = [
        json!([plain("x"), plain(""), plain("y")]),
        json!([plain("x"), plain("\n"), plain("y")]),
        json!([plain("x"), { "type": "line break" }, plain("y")]),
        json!([plain("x\ny")]),
    ];
    let id = text(&make(&o, &a, &ways[0]).await["faq_id"]);
    for (knob, want) in [("empty", &ways[0]), ("feed", &ways[1]), ("node", &ways[2])] {
        o.knobs(json!({ "line_break": knob })).await;
        for way in &ways {
            assert_eq!(change(&o, &id, way).await["answer_richtext"], *want, "{knob}: {way}");
        }
    }
}

#[tokio::test]
async fn links_have_words_and_an_address() {
    let o = office().await;
    let a = o.category("a", "0").await;
    for (words, url) in [("", "https://a.cn"), ("x", ""), ("x", "javascript:alert(1)"), ("x", "a.cn")] {
        let nodes = json!([{ "type": "hyperlink", "text": words, "url": url }]);
        let faq = json!({ "category_id": a, "question": "q", "answer_richtext": nodes.to_string() });
        o.refused(Owner, "POST", "/faqs", json!({ "faq": faq }), (400, 154_000)).await;
    }
}

#[tokio::test]
async fn pictures_are_taken_in_and_have_keys_of_their_own() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let source = json!({ "type": "img", "src": "https://a.cn/a.png", "width": "680", "height": "480" });
    let made = make(&o, &a, &json!([plain("look"), source])).await;
    let id = text(&made["faq_id"]);
    let picture = made["answer_richtext"][1].clone();
    let key = text(&picture["key"]);
    assert!(key.starts_with("img_"), "{key}");
    assert_ne!(picture["src"], source["src"], "it is elsewhere now");
    assert_eq!((&picture["width"], &picture["height"]), (&json!("680"), &json!("480")));
    let path = format!("/faqs/{id}/image/{key}");
    let answer = o.ask(App, "GET", &path, Value::Null).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert!(answer.text.contains("PNG"));
    // The same picture again stays the same, by its key.
    let again = change(&o, &id, &json!([picture.clone()])).await;
    assert_eq!(again["answer_richtext"], json!([picture]));
    o.refused(App, "GET", &format!("/faqs/{id}/image/img_other"), Value::Null, (404, 154_004)).await;
    o.refused(App, "GET", &format!("/faqs/1/image/{key}"), Value::Null, (404, 154_004)).await;
    for bad in [json!({ "type": "img" }), json!({ "type": "img", "key": "img_nobodys" })] {
        let faq = json!({ "question": "q", "answer_richtext": [bad] });
        o.refused(Owner, "PATCH", &format!("/faqs/{id}"), json!({ "faq": faq }), (400, 154_000)).await;
    }
}
