//! Announcements of both kinds.

use serde_json::{Value, json};

use super::*;
use crate::support::options;

fn docx(chat: &str, rest: &str) -> String {
    format!("/open-apis/docx/v1/chats/{chat}/announcement{rest}")
}

fn text(content: &str) -> Value {
    json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": content } }] } })
}

fn blocks(list: &[Value]) -> Value {
    json!({ "children": list })
}

#[tokio::test]
async fn the_two_kinds_refuse_each_others_calls_and_one_call_tells_them_apart() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let meta = t.ok("GET", &docx(&chat, ""), Value::Null).await;
    assert_eq!((&meta["announcement_type"], &meta["revision_id"]), (&json!("docx"), &json!(1)));
    t.refused("GET", &at(&chat, "/announcement"), Value::Null, 400, 232_097).await;
    t.settings(json!({ "im": { "old_announcements": true } })).await;
    let meta = t.ok("GET", &docx(&chat, ""), Value::Null).await;
    assert_eq!(meta["announcement_type"], "doc");
    t.refused("GET", &docx(&chat, "/blocks"), Value::Null, 400, 1_772_006).await;
    t.ok("GET", &at(&chat, "/announcement"), Value::Null).await;
}

#[tokio::test]
async fn blocks_are_made_read_in_order_and_deleted_by_place() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let below = docx(&chat, &format!("/blocks/{chat}/children"));
    let made = t.ok("POST", &below, blocks(&[text("one"), text("three")])).await;
    assert_eq!(made["revision_id"], 2);
    let mut between = blocks(&[json!({ "block_type": 19, "callout": {} })]);
    between["index"] = json!(1);
    let callout = t.ok("POST", &below, between).await["children"][0]["block_id"].clone();
    let inside = docx(&chat, &format!("/blocks/{}/children", callout.as_str().expect("an id")));
    t.ok("POST", &inside, blocks(&[text("two")])).await;
    t.refused("POST", &inside, blocks(&[json!({ "block_type": 22, "divider": {} })]), 400, 1_770_030).await;
    let all = t.ok("GET", &docx(&chat, "/blocks"), Value::Null).await;
    let kinds: Vec<i64> = all["items"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(|b| b["block_type"].as_i64().expect("kind"))
        .collect();
    assert_eq!(kinds, [1, 2, 19, 2, 2], "each before those below it");
    assert_eq!(all["items"][0]["block_id"], chat.as_str());
    let run = &all["items"][1]["text"]["elements"][0]["text_run"];
    assert_eq!((&run["content"], &run["text_element_style"]["bold"]), (&json!("one"), &json!(false)));
    let delete = docx(&chat, &format!("/blocks/{chat}/children/batch_delete"));
    t.refused("DELETE", &delete, json!({ "start_index": 0, "end_index": 4 }), 400, 1_770_001).await;
    let gone = t.ok("DELETE", &delete, json!({ "start_index": 0, "end_index": 2 })).await;
    assert_eq!(gone["revision_id"], 5);
    let left = t.ok("GET", &docx(&chat, "/blocks"), Value::Null).await;
    assert_eq!(left["items"].as_array().map(Vec::len), Some(2));
    t.refused("GET", &docx(&chat, "/blocks/doxcnnothing"), Value::Null, 404, 1_770_002).await;
    let old = docx(&chat, "/blocks?revision_id=1");
    t.refused("GET", &old, Value::Null, 400, 1_770_021).await;
}

#[tokio::test]
async fn texts_are_changed_once_a_call_and_judged_inside() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({})).await;
    let below = docx(&chat, &format!("/blocks/{chat}/children"));
    let made = t.ok("POST", &below, blocks(&[text("one")])).await;
    let id = made["children"][0]["block_id"].clone();
    let elements = |e: Value| json!({ "block_id": id, "update_text_elements": { "elements": [e] } });
    let update = docx(&chat, "/blocks/batch_update");
    let run = |style: Value| json!({ "text_run": { "content": "x", "text_element_style": style } });
    let send = |list: Vec<Value>| json!({ "requests": list });
    let bold = t.ok("PATCH", &update, send(vec![elements(run(json!({ "bold": true })))])).await;
    assert_eq!(bold["blocks"][0]["text"]["elements"][0]["text_run"]["text_element_style"]["bold"], true);
    let twice = send(vec![elements(run(json!({}))), elements(run(json!({})))]);
    t.refused("PATCH", &update, twice, 400, 1_770_001).await;
    let raw = elements(run(json!({ "link": { "url": "https://a.cn" } })));
    t.refused("PATCH", &update, send(vec![raw]), 400, 1_770_001).await;
    let encoded = elements(run(json!({ "link": { "url": "https%3A%2F%2Fa.cn" } })));
    t.ok("PATCH", &update, send(vec![encoded])).await;
    let table = json!({ "block_id": id, "insert_table_row": { "row_index": 0 } });
    t.refused("PATCH", &update, send(vec![table]), 400, 1_770_025).await;
    let nobody = elements(json!({ "mention_user": { "user_id": "ou_nobody" } }));
    t.refused("PATCH", &update, send(vec![nobody]), 400, 1_770_038).await;
    let long = text(&"界".repeat(100_001));
    t.refused("POST", &below, blocks(&[long]), 400, 1_770_033).await;
    t.refused("POST", &below, blocks(&[json!({ "block_type": 35, "task": {} })]), 400, 1_770_029).await;
    t.refused("POST", &below, blocks(&[json!({ "block_type": 2, "code": {} })]), 400, 1_770_006).await;
}

#[tokio::test]
async fn a_client_token_makes_a_repeat_harmless() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let below = docx(&chat, &format!("/blocks/{chat}/children?client_token=c-1"));
    let first = t.ok("POST", &below, blocks(&[text("one")])).await;
    assert_eq!(first["client_token"], "c-1");
    assert_eq!(t.ok("POST", &below, blocks(&[text("one")])).await, first);
    assert_eq!(t.ok("GET", &docx(&chat, ""), Value::Null).await["revision_id"], 2);
}

#[tokio::test]
async fn one_announcement_takes_three_edits_a_second() {
    let t = Tenant::with(larkctl::sandbox::server::Options { rate_limits: true, ..options() }).await;
    let chat = create(&t, json!({})).await;
    let below = docx(&chat, &format!("/blocks/{chat}/children"));
    for _ in 0..3 {
        t.ok("POST", &below, blocks(&[text("one")])).await;
    }
    t.refused("POST", &below, blocks(&[text("one")]), 429, 99_991_400).await;
    t.refused("POST", &below, blocks(&[text("one")]), 429, 99_991_400).await;
    let sixth = t.refused("POST", &below, blocks(&[text("one")]), 400, 99_991_400).await;
    assert!(
        sixth.header("x-ogw-ratelimit-reset").is_some(),
        "five calls a second are the app's limit, with 400"
    );
    t.step(1).await;
    t.ok("POST", &below, blocks(&[text("one")])).await;
}

#[tokio::test]
async fn an_old_announcement_is_edited_by_operations_on_its_newest_text() {
    let t = tenant(&[]).await;
    t.settings(json!({ "im": { "old_announcements": true } })).await;
    let chat = create(&t, json!({})).await;
    let path = at(&chat, "/announcement");
    let edit =
        |revision: &str, request: Value| json!({ "revision": revision, "requests": [request.to_string()] });
    let insert = |text: &str, location: Value| {
        let run = json!({ "type": "textRun", "textRun": { "text": text, "style": {} } });
        let payload =
            json!({ "blocks": [{ "type": "paragraph", "paragraph": { "elements": [run], "style": {} } }] });
        let request = json!({ "payload": payload.to_string(), "location": location });
        json!({ "requestType": "InsertBlocksRequestType", "insertBlocksRequest": request })
    };
    let end = json!({ "zoneId": "0", "endOfZone": true });
    t.ok("PATCH", &path, edit("1", insert("second", end.clone()))).await;
    t.ok("PATCH", &path, edit("1", insert("first", json!({ "zoneId": "0", "index": 1 })))).await;
    t.refused("PATCH", &path, edit("4", insert("x", end.clone())), 400, 232_018).await;
    let got = t.ok("GET", &path, Value::Null).await;
    assert_eq!(got["revision"], "3");
    let content: Value = serde_json::from_str(got["content"].as_str().expect("text")).expect("JSON");
    let lines = |content: &Value| -> Vec<String> {
        let runs = content["body"]["blocks"].as_array().expect("blocks").iter();
        runs.filter_map(|b| b["paragraph"]["elements"][0]["textRun"]["text"].as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(lines(&content), ["first", "second"]);
    let place = &content["body"]["blocks"][1]["paragraph"]["location"];
    assert_eq!((&place["startIndex"], &place["endIndex"]), (&json!(7), &json!(13)));
    let range = json!({ "deleteRange": { "zoneId": "0", "startIndex": 1, "endIndex": 7 } });
    let cut = json!({ "requestType": "DeleteContentRangeRequestType", "deleteContentRangeRequest": range });
    t.ok("PATCH", &path, edit("3", cut)).await;
    let got = t.ok("GET", &path, Value::Null).await;
    let content: Value = serde_json::from_str(got["content"].as_str().expect("text")).expect("JSON");
    assert_eq!(lines(&content), ["second"]);
    t.act(json!({ "action": "chat", "chat": chat, "announcement": "by hand" })).await;
    assert_eq!(t.ok("GET", &path, Value::Null).await["revision"], "5");
    t.refused("PATCH", &path, edit("5", json!({ "requestType": "X" })), 400, 232_018).await;
}
