//! Who is in a group: one group each, names before departments, and what a write takes away from other groups.

use serde_json::{Value, json};

use super::{
    IDS, at, general, group, group_body, groups, members, office, open_id, read, sorted, with, write,
};
use crate::support::CONTACT;

#[tokio::test]
async fn departments_bring_their_people_and_the_nearest_one_counts() {
    let t = office().await;
    let (d1, d2) = (open_id(&t, "d1").await, open_id(&t, "d2").await);
    let a = group(&t, with(group_body("a"), json!({ "bind_dept_ids": [d1] }))).await;
    assert_eq!(members(&t, &a, 0).await, ["u1", "u2", "u3", "u4"]);
    let b = group(&t, with(group_body("b"), json!({ "bind_dept_ids": [d2], "bind_user_ids": ["u1"] }))).await;
    assert_eq!(members(&t, &a, 0).await, ["u2", "u3"]);
    assert_eq!(members(&t, &b, 0).await, ["u1", "u4"]);
    let path = at(&format!("/groups/{b}/list_user?{IDS}&member_clock_type=0"));
    let users = t.ok("GET", &path, Value::Null).await["users"].clone();
    assert_eq!(users[1], json!({ "user_id": "u4", "department_ids": [d2, d1, "0"] }));
    t.refused(
        "GET",
        &at(&format!("/groups/{b}/list_user?{IDS}&member_clock_type=3")),
        Value::Null,
        400,
        1_220_001,
    )
    .await;
    general(
        &t,
        "GET",
        &at(&format!("/groups/1/list_user?{IDS}&member_clock_type=0")),
        Value::Null,
        "rule not exist",
    )
    .await;
}

#[tokio::test]
async fn some_are_members_without_punching() {
    let t = office().await;
    let d1 = open_id(&t, "d1").await;
    let people = json!({ "bind_dept_ids": [d1], "bind_default_user_ids": ["u2"] });
    let a = group(&t, with(group_body("a"), people)).await;
    assert_eq!(members(&t, &a, 1).await, ["u1", "u3", "u4"]);
    assert_eq!(members(&t, &a, 2).await, ["u2"]);
    let got = read(&t, &a).await;
    let kinds = |field: &str| -> Vec<i64> {
        let rules = got[field].as_array().cloned().unwrap_or_default();
        rules.iter().map(|r| r["scope_group_list"]["scope_value_type"].as_i64().expect("type")).collect()
    };
    assert_eq!((kinds("need_punch_members"), kinds("no_need_punch_members")), (vec![1], vec![2]));
    let rule = json!([{ "rule_scope_type": 1 }]);
    let all = group(&t, with(group_body("all"), json!({ "need_punch_members": rule }))).await;
    assert!(members(&t, &all, 0).await.is_empty(), "everybody is in another group by name");
    t.ok("DELETE", &at(&format!("/groups/{a}")), Value::Null).await;
    assert_eq!(members(&t, &all, 0).await.len(), 4);
}

#[tokio::test]
async fn nobody_is_in_two_groups() {
    let t = office().await;
    let d1 = open_id(&t, "d1").await;
    let a = group(&t, with(group_body("a"), json!({ "bind_user_ids": ["u1", "u2"], "bind_dept_ids": [d1] })))
        .await;
    for people in [
        json!({ "bind_user_ids": ["u2", "u3"] }),
        json!({ "bind_default_user_ids": ["u2"] }),
        json!({ "bind_dept_ids": [d1] }),
    ] {
        let body = write(with(group_body("b"), people));
        general(&t, "POST", &groups(), body, "already in another group").await;
    }
    let pull = json!({ "bind_user_ids": ["u2", "u3"], "save_auto_changes": true });
    let b = group(&t, with(group_body("b"), pull)).await;
    assert_eq!(
        (sorted(&read(&t, &a).await["bind_user_ids"]), members(&t, &b, 0).await),
        (vec!["u1".to_owned()], vec!["u2".to_owned(), "u3".to_owned()])
    );
    // Naming one's own people again is no conflict.
    group(&t, with(group_body("b"), json!({ "group_id": b, "bind_user_ids": ["u2"] }))).await;
    group(&t, with(group_body("a"), json!({ "group_id": a, "bind_user_ids": ["u1", "u3"] }))).await;
}

#[tokio::test]
async fn who_leaves_the_company_leaves_the_group() {
    let t = office().await;
    t.department("d3", "0").await;
    let d3 = open_id(&t, "d3").await;
    let people = json!({ "bind_user_ids": ["u2"], "bind_dept_ids": [d3], "group_leader_ids": ["u1", "u3"], "sub_group_leader_ids": ["u2"] });
    let a = group(&t, with(group_body("a"), people)).await;
    t.ok("DELETE", &format!("{CONTACT}/users/u2?user_id_type=user_id"), Value::Null).await;
    t.ok("DELETE", &format!("{CONTACT}/users/u3?user_id_type=user_id"), Value::Null).await;
    t.ok("DELETE", &format!("{CONTACT}/departments/d3?department_id_type=department_id"), Value::Null).await;
    let got = read(&t, &a).await;
    for (field, want) in [
        ("bind_user_ids", json!([])),
        ("bind_dept_ids", json!([])),
        ("group_leader_ids", json!(["u1"])),
        ("sub_group_leader_ids", json!([])),
    ] {
        assert_eq!(got[field], want, "{field}");
    }
    let gone = with(group_body("b"), json!({ "bind_user_ids": ["u2"] }));
    t.refused("POST", &groups(), write(gone), 400, 1_220_004).await;
}

#[tokio::test]
async fn search_is_late_loose_and_short() {
    let t = office().await;
    for i in 0..12 {
        group(&t, group_body(&format!("g{i}"))).await;
        t.step(1).await;
    }
    let names = async |name: &str| -> Vec<String> {
        let data = t.ok("POST", &at("/groups/search"), json!({ "group_name": name })).await;
        let list = data["group_list"].as_array().expect("list").clone();
        list.iter().map(|g| g["group_name"].as_str().expect("name").to_owned()).collect()
    };
    assert_eq!(
        names("g").await.first().map(String::as_str),
        Some("g10"),
        "the last one is too fresh, the latest first"
    );
    assert_eq!(names("g").await.len(), 10);
    assert_eq!(names("g1").await, ["g10", "g1"]);
    t.step(2).await;
    assert_eq!(names("g1").await, ["g11", "g10", "g1"]);
    t.refused("POST", &at("/groups/search"), json!({ "group_name": "" }), 400, 1_220_001).await;
    let listed = t.ok("GET", &at("/groups?page_size=50"), Value::Null).await;
    let first = &listed["group_list"][0];
    assert_eq!(first.as_object().expect("object").keys().collect::<Vec<_>>(), ["group_id", "group_name"]);
    assert_eq!(
        t.ok("GET", &at("/groups"), Value::Null).await["group_list"].as_array().expect("list").len(),
        10
    );
}
