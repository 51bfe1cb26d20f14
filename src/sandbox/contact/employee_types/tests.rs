use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{MAX_CUSTOM, enum_id};
use crate::sandbox::contact::catalogue_tests::Tenant;

const LIST: &str = "/employee_type_enums";

fn option(content: &str) -> Value {
    json!({ "content": content, "enum_type": 2, "enum_status": 1 })
}

fn english(content: &str, value: &str) -> Value {
    let mut body = option(content);
    body["i18n_content"] = json!([{ "locale": "en_us", "value": value }]);
    body
}

/// The path of an option, its id escaped.
fn path(id: &str) -> String {
    format!("{LIST}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

#[track_caller]
fn make(tenant: &mut Tenant, body: &Value) -> Value {
    tenant.ok("POST", LIST, body)["employee_type_enum"].clone()
}

fn path_of(made: &Value) -> String {
    path(made["enum_id"].as_str().expect("id"))
}

#[test]
fn a_new_tenant_has_five_built_in_types() {
    let mut tenant = Tenant::new();
    let items = tenant.all(LIST, "items");
    let contents: Vec<&Value> = items.iter().map(|i| &i["content"]).collect();
    assert_eq!(contents, ["正式", "实习", "外包", "劳务", "顾问"]);
    assert!(items.iter().all(|i| i["enum_type"] == 1 && i["enum_status"] == 1));
    let types = &tenant.world.contact.employee_types;
    assert_eq!(
        (types.state(1), types.state(5), types.state(6), types.state(0)),
        (Some(true), Some(true), None, None)
    );
}

#[test]
fn numbers_count_on_from_six_and_are_never_given_twice() {
    let mut tenant = Tenant::new();
    let first = make(&mut tenant, &option("A"));
    assert_eq!(first["enum_value"], "6");
    tenant.ok("DELETE", &path_of(&first), &Value::Null);
    assert_eq!(make(&mut tenant, &option("A"))["enum_value"], "7");
    assert_eq!(tenant.world.contact.employee_types.state(6), None);
}

#[test]
fn an_enum_id_looks_like_base64() {
    let id = enum_id(6);
    assert_eq!(id.len(), 24);
    assert!(id.ends_with("=="));
}

#[test]
fn an_inactive_type_exists_but_may_not_be_given() {
    let mut tenant = Tenant::new();
    let made = make(&mut tenant, &option("A"));
    tenant.ok("PUT", &path_of(&made), &json!({ "content": "A", "enum_type": 2, "enum_status": 2 }));
    assert_eq!(tenant.world.contact.employee_types.state(6), Some(false));
}

#[test]
fn contents_and_translations_are_unique() {
    let mut tenant = Tenant::new();
    make(&mut tenant, &english("A", "Expert"));
    assert_eq!(tenant.code("POST", LIST, &option("A")), 42301);
    assert_eq!(tenant.code("POST", LIST, &option("正式")), 42301);
    assert_eq!(tenant.code("POST", LIST, &english("B", "Expert")), 42302);
    assert_eq!(tenant.code("POST", LIST, &english("B", "Intern")), 42302);
    make(&mut tenant, &english("B", "Novice"));
}

#[test]
fn contents_and_translations_have_at_most_a_hundred_characters() {
    let mut tenant = Tenant::new();
    let long = "长".repeat(101);
    assert_eq!(tenant.code("POST", LIST, &option(&long)), 42303);
    assert_eq!(tenant.code("POST", LIST, &option("")), 42303);
    assert_eq!(tenant.code("POST", LIST, &english("A", &long)), 42303);
    assert_eq!(tenant.code("POST", LIST, &english("A", "")), 99_992_402);
}

#[test]
fn only_custom_types_can_be_written() {
    let mut tenant = Tenant::new();
    let mut body = option("A");
    body["enum_type"] = json!(1);
    assert_eq!(tenant.code("POST", LIST, &body), 99_992_402);
    assert_eq!(tenant.code("PUT", &path(&enum_id(1)), &option("A")), 40001);
    assert_eq!(tenant.code("DELETE", &path(&enum_id(1)), &Value::Null), 40001);
    body["enum_type"] = json!(2);
    body["enum_status"] = json!(3);
    assert_eq!(tenant.code("POST", LIST, &body), 99_992_402);
}

#[test]
fn deleted_types_count_towards_the_limit() {
    let mut tenant = Tenant::new();
    for n in 0..MAX_CUSTOM {
        let made = make(&mut tenant, &option(&n.to_string()));
        tenant.ok("DELETE", &path_of(&made), &Value::Null);
    }
    assert_eq!(tenant.all(LIST, "items").len(), 5);
    assert_eq!(tenant.code("POST", LIST, &option("last")), 42303);
}

#[test]
fn a_put_without_translations_keeps_them() {
    let mut tenant = Tenant::new();
    let made = make(&mut tenant, &english("A", "Expert"));
    let changed = tenant.ok("PUT", &path_of(&made), &option("B"))["employee_type_enum"].clone();
    assert_eq!((&changed["content"], &changed["i18n_content"]), (&json!("B"), &made["i18n_content"]));
    let mut emptied = option("B");
    emptied["i18n_content"] = json!([]);
    tenant.ok("PUT", &path_of(&made), &emptied);
    let changed = tenant.ok("PUT", &path_of(&made), &english("B", "Pro"))["employee_type_enum"].clone();
    assert_eq!(changed["i18n_content"], json!([{ "locale": "en_us", "value": "Pro" }]));
    assert_eq!(changed["enum_id"], made["enum_id"]);
}

#[test]
fn a_bad_put_is_40001_since_its_page_lists_no_code() {
    let mut tenant = Tenant::new();
    make(&mut tenant, &english("A", "Expert"));
    let made = make(&mut tenant, &option("B"));
    for body in [option("A"), option(&"长".repeat(101)), english("B", "Expert"), english("B", "")] {
        assert_eq!(tenant.code("PUT", &path_of(&made), &body), 40001, "{body}");
    }
    assert_eq!(tenant.code("PUT", &path("none"), &option("C")), 40001);
    tenant.ok("PUT", &path_of(&made), &option("B"));
}

#[test]
fn a_type_that_people_have_cannot_be_deleted() {
    let mut tenant = Tenant::new();
    let made = make(&mut tenant, &option("A"));
    let user = tenant.user("u1", 0);
    tenant.change_user(user, |u| u.employee_type = 6);
    assert_eq!(tenant.code("DELETE", &path_of(&made), &Value::Null), 40001);
    tenant.resign(user);
    tenant.ok("DELETE", &path_of(&made), &Value::Null);
    assert_eq!(tenant.code("DELETE", &path_of(&made), &Value::Null), 40001);
}

#[test]
fn pages_of_types_hold_twenty_and_at_most_a_hundred() {
    let mut tenant = Tenant::new();
    for n in 0..20 {
        make(&mut tenant, &option(&n.to_string()));
    }
    assert_eq!(tenant.get(LIST)["items"].as_array().map(Vec::len), Some(20));
    assert_eq!(tenant.all(LIST, "items").len(), 25);
    assert_eq!(tenant.get_code(&format!("{LIST}?page_size=101")), 40011);
    assert_eq!(tenant.get_code(&format!("{LIST}?page_token=x")), 40012);
}
