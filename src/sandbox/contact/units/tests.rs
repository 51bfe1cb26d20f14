use serde_json::{Value, json};

use super::{MAX_DEPARTMENTS, MAX_UNITS};
use crate::sandbox::contact::catalogue_tests::Tenant;

/// A tenant with the unit `b1` (`One`, `branch`) and the departments `d1` and, below it, `d2`.
fn tenant() -> Tenant {
    let mut tenant = Tenant::new();
    let parent = tenant.department("d1", 0);
    tenant.department("d2", parent);
    tenant.ok("POST", "/unit", &json!({ "name": "One", "unit_type": "branch", "unit_id": "b1" }));
    tenant
}

fn pair(unit: &str, department: &str) -> Value {
    json!({ "unit_id": unit, "department_id": department, "department_id_type": "department_id" })
}

fn bound(tenant: &mut Tenant, unit: &str) -> Vec<Value> {
    let target = format!("/unit/list_department?unit_id={unit}&department_id_type=department_id");
    tenant.all(&target, "departmentlist").into_iter().map(|d| d["department_id"].clone()).collect()
}

#[test]
fn a_unit_reads_back_as_it_was_made() {
    let mut tenant = tenant();
    let unit = json!({ "unit_id": "b1", "name": "One", "unit_type": "branch" });
    assert_eq!(tenant.get("/unit/b1")["unit"], unit);
    assert_eq!(tenant.all("/unit", "unitlist"), [unit]);
    let made = tenant.ok("POST", "/unit", &json!({ "name": "Two", "unit_type": "branch" }));
    let id = made["unit_id"].as_str().expect("id");
    assert_eq!(tenant.get(&format!("/unit/{id}"))["unit"]["name"], "Two");
}

#[test]
fn a_bad_unit_is_refused_by_the_field_that_is_bad() {
    let mut tenant = tenant();
    for (id, name, unit_type, code) in [
        ("a-b", "X", "T", 43051),
        (&*"a".repeat(65), "X", "T", 43051),
        ("b2", "", "T", 43052),
        ("b2", &*"长".repeat(101), "T", 43052),
        ("b2", "X", "", 43053),
        ("b2", "X", &*"长".repeat(101), 43053),
        ("b1", "X", "T", 43056),
        ("b2", "One", "branch", 43055),
    ] {
        let body = json!({ "unit_id": id, "name": name, "unit_type": unit_type });
        assert_eq!(tenant.code("POST", "/unit", &body), code, "{body}");
    }
    tenant.ok("POST", "/unit", &json!({ "unit_id": "b2", "name": "One", "unit_type": "daughter" }));
}

#[test]
fn the_1001st_unit_is_refused() {
    let mut tenant = tenant();
    for n in 1..MAX_UNITS {
        tenant.ok("POST", "/unit", &json!({ "name": n.to_string(), "unit_type": "T" }));
    }
    assert_eq!(tenant.code("POST", "/unit", &json!({ "name": "last", "unit_type": "T" })), 43059);
}

#[test]
fn units_are_a_paid_feature() {
    let mut tenant = tenant();
    tenant.set(|s| s.units_enabled = false);
    assert_eq!(tenant.code("POST", "/unit", &json!({ "name": "X", "unit_type": "T" })), 43050);
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b1", "d1")), 43050);
    assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b1", "d1")), 43050);
}

#[test]
fn only_the_name_changes_and_it_must_be_given() {
    let mut tenant = tenant();
    tenant.ok("POST", "/unit", &json!({ "unit_id": "b2", "name": "Two", "unit_type": "branch" }));
    assert_eq!(tenant.code("PATCH", "/unit/b2", &json!({})), 43052);
    assert_eq!(tenant.code("PATCH", "/unit/b2", &json!({ "name": "" })), 43052);
    assert_eq!(tenant.code("PATCH", "/unit/b2", &json!({ "name": "One" })), 43055);
    tenant.ok("PATCH", "/unit/b2", &json!({ "name": "Two" }));
    tenant.ok("PATCH", "/unit/b2", &json!({ "name": "Three" }));
    assert_eq!(tenant.get("/unit/b2")["unit"]["name"], "Three");
}

#[test]
fn an_unknown_unit_is_43051_everywhere() {
    let mut tenant = tenant();
    assert_eq!(tenant.get_code("/unit/b9"), 43051);
    assert_eq!(tenant.code("PATCH", "/unit/b9", &json!({ "name": "X" })), 43051);
    assert_eq!(tenant.code("DELETE", "/unit/b9", &Value::Null), 43051);
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b9", "d1")), 43051);
    assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b9", "d1")), 43051);
    assert_eq!(tenant.get_code("/unit/list_department?unit_id=b9"), 43051);
}

#[test]
fn a_unit_in_use_cannot_be_deleted() {
    let mut tenant = tenant();
    tenant.world.contact.units.quote_type("branch", true);
    assert_eq!(tenant.code("DELETE", "/unit/b1", &Value::Null), 43057);
    tenant.world.contact.units.quote_type("branch", false);
    tenant.ok("POST", "/unit/bind_department", &pair("b1", "d1"));
    assert_eq!(tenant.code("DELETE", "/unit/b1", &Value::Null), 43057);
    tenant.ok("POST", "/unit/unbind_department", &pair("b1", "d1"));
    tenant.ok("DELETE", "/unit/b1", &Value::Null);
    assert!(!tenant.world.contact.units.exists("b1"));
}

#[test]
fn the_id_type_of_a_binding_stands_in_the_body() {
    let mut tenant = tenant();
    assert_eq!(
        tenant.code("POST", "/unit/bind_department", &json!({ "unit_id": "b1", "department_id": "d1" })),
        43058
    );
    tenant.ok("POST", "/unit/bind_department", &pair("b1", "d1"));
    assert_eq!(bound(&mut tenant, "b1"), ["d1"]);
    let listed = tenant.all("/unit/list_department?unit_id=b1", "departmentlist");
    let id = listed[0]["department_id"].as_str().expect("id");
    tenant.ok("POST", "/unit/unbind_department", &json!({ "unit_id": "b1", "department_id": id }));
    assert!(bound(&mut tenant, "b1").is_empty());
}

#[test]
fn a_department_has_one_unit() {
    let mut tenant = tenant();
    tenant.ok("POST", "/unit", &json!({ "unit_id": "b2", "name": "Two", "unit_type": "branch" }));
    tenant.ok("POST", "/unit/bind_department", &pair("b1", "d1"));
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b2", "d1")), 43054);
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b1", "d1")), 43054);
    assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b2", "d1")), 43058);
    assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b1", "d2")), 43058);
}

#[test]
fn the_root_and_unknown_departments_are_not_bound() {
    let mut tenant = tenant();
    for department in ["0", "d9", ""] {
        assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b1", department)), 43058);
        assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b1", department)), 43058);
    }
}

#[test]
fn a_department_out_of_range_is_neither_bound_nor_listed() {
    let mut tenant = tenant();
    tenant.ok("POST", "/unit/bind_department", &pair("b1", "d1"));
    tenant.ok("POST", "/unit/bind_department", &pair("b1", "d2"));
    let below = tenant.world.contact.directory.department_by_id("d2").expect("d2");
    tenant.see_only(&[below], &[], &[]);
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b1", "d1")), 40004);
    assert_eq!(tenant.code("POST", "/unit/unbind_department", &pair("b1", "d1")), 40004);
    assert_eq!(bound(&mut tenant, "b1"), ["d2"]);
}

#[test]
fn a_unit_takes_a_thousand_departments() {
    let mut tenant = tenant();
    for n in 0..MAX_DEPARTMENTS {
        let id = format!("x{n}");
        tenant.department(&id, 0);
        tenant.ok("POST", "/unit/bind_department", &pair("b1", &id));
    }
    assert_eq!(tenant.code("POST", "/unit/bind_department", &pair("b1", "d1")), 40001);
    assert_eq!(bound(&mut tenant, "b1").len(), MAX_DEPARTMENTS);
}

#[test]
fn pages_of_units_and_bindings_are_bounded() {
    let mut tenant = tenant();
    for target in ["/unit?", "/unit/list_department?unit_id=b1&"] {
        assert_eq!(tenant.get_code(&format!("{target}page_size=101")), 40011);
        assert_eq!(tenant.get_code(&format!("{target}page_token=x")), 40012);
    }
    tenant.set(|s| s.list_lag_ms = 500);
    assert!(tenant.all("/unit", "unitlist").is_empty());
}
