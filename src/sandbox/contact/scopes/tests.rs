use serde_json::{Value, json};

use crate::sandbox::contact::catalogue_tests::Tenant;
use crate::sandbox::contact::groups::create_dynamic;

const LIST: &str = "/scopes?user_id_type=user_id&department_id_type=department_id";

/// `d1` > `d2`, `boss` in the root, `u1` in `d1`, the group `g1`.
fn tenant() -> Tenant {
    let mut tenant = Tenant::new();
    let d1 = tenant.department("d1", 0);
    tenant.department("d2", d1);
    tenant.user("boss", 0);
    tenant.user("u1", d1);
    tenant.ok("POST", "/group", &json!({ "name": "One", "group_id": "g1" }));
    tenant
}

fn lists(data: &Value) -> [&Value; 3] {
    [&data["user_ids"], &data["department_ids"], &data["group_ids"]]
}

#[test]
fn everybody_reads_as_the_first_level_and_all_groups() {
    let mut tenant = tenant();
    let dynamic = create_dynamic(&mut tenant.world, "dynamic", &[]).expect("made");
    let data = tenant.get(LIST);
    assert_eq!(lists(&data), [&json!(["boss"]), &json!(["d1"]), &json!(["g1", dynamic])]);
    assert_eq!(data["has_more"], false);
}

#[test]
fn a_partial_range_reads_as_its_entries_alone() {
    let mut tenant = tenant();
    let d2 = tenant.world.contact.directory.department_by_id("d2").expect("d2");
    let u1 = tenant.world.contact.directory.user_by_id("u1").expect("u1");
    tenant.see_only(&[d2], &[u1], &["g1", "gone"]);
    assert_eq!(lists(&tenant.get(LIST)), [&json!(["u1"]), &json!(["d2"]), &json!(["g1"])]);
    tenant.resign(u1);
    tenant.see_only(&[], &[u1], &[]);
    assert_eq!(lists(&tenant.get(LIST)), [&json!([]), &json!([]), &json!([])]);
}

#[test]
fn a_page_counts_people_then_departments_then_groups() {
    let mut tenant = tenant();
    let first = tenant.get(&format!("{LIST}&page_size=2"));
    assert_eq!(lists(&first), [&json!(["boss"]), &json!(["d1"]), &json!([])]);
    let token = first["page_token"].as_str().expect("token");
    let second = tenant.get(&format!("{LIST}&page_size=2&page_token={token}"));
    assert_eq!(lists(&second), [&json!([]), &json!([]), &json!(["g1"])]);
    assert_eq!(second.get("page_token"), None);
}

#[test]
fn ids_are_the_apps_own_unless_asked_otherwise() {
    let mut tenant = tenant();
    let boss = tenant.world.contact.directory.user_by_id("boss").expect("boss");
    let data = tenant.get("/scopes");
    assert_eq!(data["user_ids"], json!([tenant.open_id(boss)]));
    assert!(data["department_ids"][0].as_str().is_some_and(|d| d.starts_with("od-")));
}

#[test]
fn pages_of_the_range_are_bounded() {
    let mut tenant = tenant();
    assert_eq!(tenant.get_code("/scopes?page_size=101"), 40011);
    assert_eq!(tenant.get_code("/scopes?page_size=0"), 40011);
    assert_eq!(tenant.get_code("/scopes?page_token=x"), 40012);
}
