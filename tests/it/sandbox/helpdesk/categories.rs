//! Categories: a tree, read nested and crooked.

use serde_json::{Value, json};

use super::{Agent, App, DESK, Office, Owner, each, office};

async fn tree(o: &Office, query: &str) -> Value {
    o.get(&format!("/categories{query}")).await["categories"].clone()
}

#[tokio::test]
async fn made_with_a_parent_and_answered_whole() {
    let o = office().await;
    let body = json!({ "name": "Hardware", "parent_id": "0", "language": "en_us" });
    let made = o.ok(Agent, "POST", "/categories", body).await["category"].clone();
    let id = made["category_id"].as_str().expect("id");
    assert_eq!(
        made,
        json!({
            "category_id": id, "id": id, "name": "Hardware", "parent_id": "0", "helpdesk_id": DESK,
            "language": "en_us",
        })
    );
    let child = o.ok(Agent, "POST", "/categories", json!({ "name": "Laptops", "parent_id": id })).await;
    assert_eq!(child["category"]["parent_id"], json!(id));
    assert_eq!(child["category"]["language"], "zh_cn", "the parent's language is not inherited");
}

#[tokio::test]
async fn one_by_one_without_wrapper_and_without_parent() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let read = o.get(&format!("/categories/{b}")).await;
    let whole = json!({ "category_id": b, "id": b, "name": "b", "helpdesk_id": DESK, "language": "zh_cn" });
    assert_eq!(read, whole);
    o.refused(App, "GET", "/categories/1", Value::Null, (404, 154_004)).await;
}

#[tokio::test]
async fn the_list_is_nested_and_only_the_outermost_have_both_ids() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let c = o.category("c", &b).await;
    let list = tree(&o, "").await;
    assert_eq!(list[0]["category_id"], json!(a));
    assert_eq!(list[0]["parent_id"], "0");
    let child = &list[0]["children"][0];
    assert_eq!((&child["id"], child.get("category_id")), (&json!(b), None));
    assert_ne!(child["parent_id"], json!(a), "as in the page's example, where it is somebody else's");
    let leaf = &child["children"][0];
    assert_eq!((&leaf["id"], &leaf["parent_id"]), (&json!(c), &json!(b)));
    assert_eq!((leaf.get("category_id"), leaf.get("children")), (None, None));
    o.knobs(json!({ "odd_parents": false })).await;
    assert_eq!(tree(&o, "").await[0]["children"][0]["parent_id"], json!(a));
}

#[tokio::test]
async fn languages_are_three_and_filter_the_list() {
    let o = office().await;
    for (name, language) in [("中", "zh_cn"), ("en", "en_us"), ("日", "ja_jp")] {
        let body = json!({ "name": name, "parent_id": "0", "language": language });
        o.ok(Owner, "POST", "/categories", body).await;
    }
    let body = json!({ "name": "fr", "parent_id": "0", "language": "fr_fr" });
    o.refused(Owner, "POST", "/categories", body, (400, 154_000)).await;
    assert_eq!(each(&tree(&o, "").await, "name"), ["中", "en", "日"], "all of them, unless asked");
    assert_eq!(each(&tree(&o, "?lang=en_us").await, "name"), ["en"]);
    o.knobs(json!({ "categories_need_lang": true })).await;
    assert_eq!(each(&tree(&o, "").await, "name"), ["中"]);
    assert_eq!(each(&tree(&o, "?lang=ja_jp").await, "name"), ["日"]);
}

#[tokio::test]
async fn every_update_moves_a_category_in_the_list_that_is_sorted_by_it() {
    let o = office().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(o.category(name, "0").await);
        o.t.step(1).await;
    }
    o.ok(Owner, "PATCH", &format!("/categories/{}", ids[0]), json!({ "name": "A" })).await;
    assert_eq!(each(&tree(&o, "").await, "name"), ["A", "b", "c"]);
    assert_eq!(each(&tree(&o, "?order_by=1&asc=true").await, "name"), ["b", "c", "A"]);
    assert_eq!(each(&tree(&o, "?order_by=1").await, "name"), ["A", "c", "b"]);
}

#[tokio::test]
async fn moved_and_never_below_itself() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let c = o.category("c", &b).await;
    let to = |parent: &str| json!({ "parent_id": parent });
    for parent in [&a, &b, &c] {
        o.refused(Owner, "PATCH", &format!("/categories/{a}"), to(parent), (400, 154_000)).await;
    }
    o.refused(Owner, "PATCH", &format!("/categories/{c}"), to("1"), (400, 154_000)).await;
    assert_eq!(o.ok(Owner, "PATCH", &format!("/categories/{c}"), to(&a)).await, json!({}));
    assert_eq!(each(&tree(&o, "").await[0]["children"], "name"), ["b", "c"]);
    o.ok(Owner, "PATCH", &format!("/categories/{c}"), to("0")).await;
    assert_eq!(each(&tree(&o, "").await, "name"), ["a", "c"]);
    // The language cannot be said again.
    let other = json!({ "language": "en_us" });
    o.refused(Owner, "PATCH", &format!("/categories/{c}"), other, (400, 99_992_402)).await;
}

#[tokio::test]
async fn what_is_needed_cannot_go() {
    let o = office().await;
    let a = o.category("a", "0").await;
    let b = o.category("b", &a).await;
    let faq = o.faq(&b, "q", "x").await;
    let delete = |id: &str| format!("/categories/{id}");
    o.refused(Owner, "DELETE", &delete(&a), Value::Null, (400, 154_000)).await;
    o.refused(Owner, "DELETE", &delete(&b), Value::Null, (400, 154_000)).await;
    o.ok(Owner, "DELETE", &format!("/faqs/{faq}"), Value::Null).await;
    assert_eq!(o.ok(Owner, "DELETE", &delete(&b), Value::Null).await, json!({}), "the bin does not count");
    o.ok(Owner, "DELETE", &delete(&a), Value::Null).await;
    o.refused(Owner, "DELETE", &delete(&a), Value::Null, (400, 154_000)).await;
    assert_eq!(tree(&o, "").await, json!([]));
}

#[tokio::test]
async fn a_name_and_a_parent_that_exists() {
    let o = office().await;
    let make = |name: &str, parent: &str| json!({ "name": name, "parent_id": parent });
    o.refused(Owner, "POST", "/categories", make("a", "1"), (404, 154_004)).await;
    o.refused(Owner, "POST", "/categories", make("", "0"), (400, 154_000)).await;
    o.refused(Owner, "POST", "/categories", json!({ "name": "a" }), (400, 99_992_402)).await;
    let a = o.category("a", "0").await;
    o.category("a", "0").await;
    o.category("a", &a).await;
    o.knobs(json!({ "unique_names": true })).await;
    o.refused(Owner, "POST", "/categories", make("a", "0"), (400, 154_000)).await;
    let english = json!({ "name": "a", "parent_id": "0", "language": "en_us" });
    o.ok(Owner, "POST", "/categories", english).await;
    let b = o.category("b", "0").await;
    for said in [json!({ "name": "a" }), json!({ "name": "" })] {
        o.refused(Owner, "PATCH", &format!("/categories/{b}"), said, (400, 154_000)).await;
    }
}
