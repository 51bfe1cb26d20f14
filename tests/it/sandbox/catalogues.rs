//! The catalogues through the whole gateway: what a handler's own tests cannot see.

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

fn at(path: &str) -> String {
    format!("{CONTACT}{path}")
}

fn member(id: &str) -> Value {
    json!({ "member_type": "user", "member_id_type": "user_id", "member_id": id })
}

async fn group_with(t: &Tenant, id: &str, people: &[&str]) {
    t.ok("POST", &at("/group"), json!({ "name": id, "group_id": id })).await;
    let members: Vec<Value> = people.iter().map(|p| member(p)).collect();
    t.ok("POST", &at(&format!("/group/{id}/member/batch_add")), json!({ "members": members })).await;
}

async fn count(t: &Tenant, group: &str) -> Value {
    t.ok("GET", &at(&format!("/group/{group}")), Value::Null).await["group"]["member_user_count"].clone()
}

#[tokio::test]
async fn statuses_are_those_of_the_pages() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    group_with(&t, "g1", &["u1"]).await;
    t.refused("POST", &at("/group"), json!({ "name": "g1" }), 400, 47009).await;
    t.refused("DELETE", &at("/group/g1"), Value::Null, 400, 42017).await;
    t.refused("GET", &at("/functional_roles/none/members"), Value::Null, 404, 41202).await;
    t.refused("GET", &at("/job_families/none"), Value::Null, 404, 42404).await;
    t.refused("DELETE", &at("/job_families/none"), Value::Null, 404, 42402).await;
    t.refused("DELETE", &at("/employee_type_enums/none"), Value::Null, 400, 40001).await;
    t.refused("GET", &at("/employee_type_enums?page_size=101"), Value::Null, 400, 40011).await;
    t.refused("GET", &at("/job_titles?page_size=51"), Value::Null, 400, 40001).await;
    t.act(json!({ "action": "range", "departments": [] })).await;
    t.refused("POST", &at("/group"), json!({ "name": "g2" }), 403, 42010).await;
    t.refused("PATCH", &at("/group/g1"), json!({ "name": "g2" }), 403, 42009).await;
}

#[tokio::test]
async fn a_batch_that_fails_in_part_still_removes_the_rest() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.joined("u2", "0").await;
    group_with(&t, "g1", &["u1", "u2"]).await;
    let body = json!({ "members": [member("u1"), member("u9")] });
    t.refused("POST", &at("/group/g1/member/batch_remove"), body, 400, 40022).await;
    assert_eq!(count(&t, "g1").await, 1);
}

#[tokio::test]
async fn an_enum_id_travels_in_a_path() {
    let t = Tenant::start().await;
    for n in 0..8 {
        let body = json!({ "content": n.to_string(), "enum_type": 2, "enum_status": 1 });
        let made = t.ok("POST", &at("/employee_type_enums"), body.clone()).await;
        let id = made["employee_type_enum"]["enum_id"].as_str().expect("id").to_owned();
        let id = id.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        t.ok("PUT", &at(&format!("/employee_type_enums/{id}")), body).await;
        t.ok("DELETE", &at(&format!("/employee_type_enums/{id}")), Value::Null).await;
    }
}

#[tokio::test]
async fn who_is_deleted_leaves_groups_and_roles() {
    let t = Tenant::start().await;
    t.department("d1", "0").await;
    t.joined("u1", "d1").await;
    group_with(&t, "g1", &["u1"]).await;
    let role = t.ok("POST", &at("/functional_roles"), json!({ "role_name": "r" })).await;
    let role = at(&format!("/functional_roles/{}", role["role_id"].as_str().expect("id")));
    let target = format!("{role}/members/batch_create?user_id_type=user_id");
    t.ok("POST", &target, json!({ "members": ["u1"] })).await;
    t.ok("DELETE", &at("/users/u1?user_id_type=user_id"), json!({})).await;
    assert_eq!(count(&t, "g1").await, 0);
    t.ok("DELETE", &role, Value::Null).await;
    t.ok("DELETE", &at("/group/g1"), Value::Null).await;
}

#[tokio::test]
async fn a_title_exists_once_somebody_has_it() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.ok("PATCH", &at("/users/u1?user_id_type=user_id"), json!({ "job_title": "Chef", "city": "Köln" }))
        .await;
    assert_eq!(t.ok("GET", &at("/job_titles"), Value::Null).await["items"][0]["name"], "Chef");
    assert_eq!(t.ok("GET", &at("/work_cities"), Value::Null).await["items"][0]["name"], "Köln");
}

#[tokio::test]
async fn a_unit_in_use_by_a_new_department_cannot_be_deleted() {
    let t = Tenant::start().await;
    t.ok("POST", &at("/unit"), json!({ "unit_id": "b1", "name": "b", "unit_type": "t" })).await;
    let body =
        json!({ "name": "d1", "department_id": "d1", "parent_department_id": "0", "unit_ids": ["b1"] });
    t.ok("POST", &at("/departments?department_id_type=department_id"), body).await;
    t.refused("DELETE", &at("/unit/b1"), Value::Null, 400, 43057).await;
    let pair = json!({ "unit_id": "b1", "department_id": "d1", "department_id_type": "department_id" });
    t.ok("POST", &at("/unit/unbind_department"), pair).await;
    t.ok("DELETE", &at("/unit/b1"), Value::Null).await;
}
