//! Department chats, which the directory drives.

use serde_json::{Value, json};

use super::*;

const DEPARTMENTS: &str =
    "/open-apis/contact/v3/departments?department_id_type=department_id&user_id_type=user_id";

async fn department_chat(t: &Tenant, body: Value) -> String {
    let made = t.ok("POST", DEPARTMENTS, body).await;
    made["department"]["chat_id"].as_str().expect("a chat").to_owned()
}

async fn rows(t: &Tenant) -> (Value, usize) {
    let chats = t.rows("chats").await;
    let chat = chats.as_object().and_then(|m| m.values().next()).cloned().expect("the chat");
    (chat, t.rows("chat_members").await.as_object().map_or(0, serde_json::Map::len))
}

#[tokio::test]
async fn members_follow_the_directory_and_the_leader_owns_it() {
    let t = tenant(&["boss"]).await;
    let body = json!({
        "name": "R&D", "department_id": "rd", "parent_department_id": "0", "create_group_chat": true,
        "leader_user_id": "boss",
    });
    let chat = department_chat(&t, body).await;
    t.department("sub", "rd").await;
    t.joined("ann", "rd").await;
    t.joined("bob", "sub").await;
    t.invited("new", "rd").await;
    let (row, count) = rows(&t).await;
    assert_eq!(
        (&row["chat_id"], &row["name"], count),
        (&json!(chat), &json!("R&D"), 3),
        "who joined, and below"
    );
    t.act(json!({ "action": "chat", "chat": chat, "add_bots": ["cli_sandbox"] })).await;
    let got = read(&t, &chat).await;
    assert_eq!((&got["owner_id"], &got["chat_tag"]), (&json!("boss"), &json!("inner")));
    t.refused("POST", &by_user(&chat, "/members"), json!({ "id_list": ["boss"] }), 400, 232_090).await;
    t.refused("DELETE", &by_user(&chat, "/members"), json!({ "id_list": ["ann"] }), 400, 232_014).await;
    let move_away = json!({ "department_ids": ["0"] });
    t.ok("PATCH", &user_path("ann"), move_away).await;
    assert_eq!(members(&t, &chat).await, ["boss", "bob"]);
    t.ok("DELETE", &user_path("boss"), Value::Null).await;
    assert_eq!(read(&t, &chat).await["owner_id"], "bob");
}

#[tokio::test]
async fn a_chat_that_is_unbound_keeps_its_people_and_is_an_ordinary_one() {
    let t = tenant(&["out"]).await;
    let body = json!({
        "name": "a", "department_id": "a", "parent_department_id": "0", "create_group_chat": true,
        "group_chat_employee_types": [1],
    });
    let chat = department_chat(&t, body).await;
    t.joined("ann", "a").await;
    t.act(json!({ "action": "chat", "chat": chat, "add_bots": ["cli_sandbox"] })).await;
    let unbind = format!("{CONTACT}/departments/unbind_department_chat?department_id_type=department_id");
    t.ok("POST", &unbind, json!({ "department_id": "a" })).await;
    t.joined("late", "a").await;
    assert_eq!(members(&t, &chat).await, ["ann"]);
    t.ok("POST", &by_user(&chat, "/members"), json!({ "id_list": ["out"] })).await;
    assert_eq!(members(&t, &chat).await, ["ann", "out"]);
}
