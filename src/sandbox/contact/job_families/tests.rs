use serde_json::{Value, json};

use super::{JobFamily, MAX_FAMILIES, MAX_LEVELS};
use crate::sandbox::contact::catalogue_tests::Tenant;
use crate::sandbox::gateway::Lock;

const LIST: &str = "/job_families";

#[track_caller]
fn make(tenant: &mut Tenant, name: &str, parent: &str) -> String {
    let body = json!({ "name": name, "status": true, "parent_job_family_id": parent });
    let made = tenant.ok("POST", LIST, &body)["job_family"].clone();
    made["job_family_id"].as_str().expect("id").to_owned()
}

fn at(id: &str) -> String {
    format!("{LIST}/{id}")
}

fn under(parent: &str) -> Value {
    json!({ "parent_job_family_id": parent })
}

#[test]
fn a_family_reads_back_as_it_was_made() {
    let mut tenant = Tenant::new();
    let parent = make(&mut tenant, "A", "");
    let english = json!([{ "locale": "en_us", "value": "Bee" }]);
    let body = json!({ "name": "B", "description": "d", "parent_job_family_id": parent, "status": false,
        "i18n_name": english, "i18n_description": english });
    let made = tenant.ok("POST", LIST, &body)["job_family"].clone();
    let id = made["job_family_id"].as_str().expect("id").to_owned();
    assert_eq!(tenant.get(&at(&id))["job_family"], made);
    for (field, value) in body.as_object().expect("body") {
        assert_eq!(made[field], *value, "{field}");
    }
    assert_eq!(tenant.get(&at(&parent))["job_family"]["parent_job_family_id"], "");
}

#[test]
fn a_bad_family_is_refused_by_the_field_that_is_bad() {
    let mut tenant = Tenant::new();
    make(&mut tenant, "A", "");
    let long = |n: usize| "长".repeat(n);
    let i18n = |locale: &str, value: &str| json!([{ "locale": locale, "value": value }]);
    for (body, code) in [
        (json!({ "name": "", "status": true }), 42404),
        (json!({ "name": " ", "status": true }), 42404),
        (json!({ "name": long(101), "status": true }), 42404),
        (json!({ "name": "B", "status": true, "i18n_name": i18n("en_us", &long(101)) }), 42404),
        (json!({ "name": "B", "status": true, "description": long(5_001) }), 42405),
        (json!({ "name": "B", "status": true, "i18n_description": i18n("en_us", &long(5_001)) }), 42405),
        (json!({ "name": "B", "status": true, "i18n_name": i18n("tlh", "b") }), 42400),
        (json!({ "name": "B", "status": true, "i18n_name": i18n("en_us", "") }), 42400),
        (json!({ "name": "B" }), 42400),
        (json!({ "name": "A", "status": true }), 42406),
        (json!({ "name": "B", "status": true, "parent_job_family_id": "none" }), 42408),
    ] {
        assert_eq!(tenant.code("POST", LIST, &body), code, "{body}");
    }
    tenant.ok("POST", LIST, &json!({ "name": long(100), "status": true, "description": long(5_000) }));
}

#[test]
fn names_are_unique_in_the_tenant_not_under_a_parent() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    let b = make(&mut tenant, "B", &a);
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "B", "status": true })), 42406);
    assert_eq!(tenant.code("PUT", &at(&b), &json!({ "name": "A" })), 42406);
    tenant.ok("PUT", &at(&b), &json!({ "name": "B" }));
    tenant.ok("DELETE", &at(&b), &Value::Null);
    make(&mut tenant, "B", "");
}

#[test]
fn a_parent_must_be_there_and_enabled() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    let b = make(&mut tenant, "B", "");
    tenant.ok("PUT", &at(&a), &json!({ "status": false }));
    assert_eq!(tenant.code("PUT", &at(&b), &under(&a)), 42409);
    tenant.ok("DELETE", &at(&a), &Value::Null);
    assert_eq!(tenant.code("PUT", &at(&b), &under(&a)), 42410);
    assert_eq!(tenant.code("PUT", &at(&b), &under("none")), 42408);
    let body = json!({ "name": "C", "status": true, "parent_job_family_id": a });
    assert_eq!(tenant.code("POST", LIST, &body), 42410);
}

#[test]
fn no_family_is_below_itself() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    let b = make(&mut tenant, "B", &a);
    let c = make(&mut tenant, "C", &b);
    for below in [&a, &b, &c] {
        assert_eq!(tenant.code("PUT", &at(&a), &under(below)), 42407);
    }
    tenant.ok("PUT", &at(&c), &under(&a));
}

#[test]
fn the_tree_has_a_limited_depth_moved_families_counted_whole() {
    let mut tenant = Tenant::new();
    let mut chain = vec![make(&mut tenant, "0", "")];
    for n in 1..MAX_LEVELS {
        let parent = chain[n - 1].clone();
        chain.push(make(&mut tenant, &n.to_string(), &parent));
    }
    let body = json!({ "name": "deeper", "status": true, "parent_job_family_id": chain[MAX_LEVELS - 1] });
    assert_eq!(tenant.code("POST", LIST, &body), 42413);
    let top = make(&mut tenant, "top", "");
    make(&mut tenant, "below", &top);
    assert_eq!(tenant.code("PUT", &at(&top), &under(&chain[MAX_LEVELS - 2])), 42413);
    tenant.ok("PUT", &at(&top), &under(&chain[MAX_LEVELS - 3]));
}

#[test]
fn a_put_leaves_what_it_does_not_mention_or_leaves_empty() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    let b = make(&mut tenant, "B", &a);
    let english = json!([{ "locale": "en_us", "value": "Bee" }]);
    tenant.ok("PUT", &at(&b), &json!({ "description": "d", "i18n_name": english }));
    let before = tenant.get(&at(&b));
    let empty = json!({ "name": "", "description": "", "parent_job_family_id": "", "i18n_name": [] });
    assert_eq!(tenant.ok("PUT", &at(&b), &empty), before);
    assert_eq!(tenant.ok("PUT", &at(&b), &json!({})), before);
}

#[test]
fn a_family_with_children_or_people_cannot_be_deleted() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    let b = make(&mut tenant, "B", &a);
    assert_eq!(tenant.code("DELETE", &at(&a), &Value::Null), 42411);
    let user = tenant.user("u1", 0);
    tenant.change_user(user, |u| b.clone_into(&mut u.job_family_id));
    assert_eq!(tenant.code("DELETE", &at(&b), &Value::Null), 40001);
    tenant.resign(user);
    tenant.ok("DELETE", &at(&b), &Value::Null);
    tenant.ok("DELETE", &at(&a), &Value::Null);
}

#[test]
fn not_found_is_42404_on_get_and_42402_on_writes() {
    let mut tenant = Tenant::new();
    let gone = make(&mut tenant, "A", "");
    tenant.ok("DELETE", &at(&gone), &Value::Null);
    for id in [gone.as_str(), "none"] {
        assert_eq!(tenant.get_code(&at(id)), 42404);
        assert_eq!(tenant.code("PUT", &at(id), &json!({})), 42402);
        assert_eq!(tenant.code("DELETE", &at(id), &Value::Null), 42402);
    }
}

#[test]
fn the_10001st_family_is_refused_deleted_ones_not_counted() {
    let mut tenant = Tenant::new();
    let first = make(&mut tenant, "A", "");
    let row = tenant.world.contact.job_families.find(&first).expect("row").clone();
    for n in 1..MAX_FAMILIES {
        let (id, name) = (format!("x{n}"), format!("x{n}"));
        let row = JobFamily { id: id.clone(), name, ..row.clone() };
        tenant.world.contact.job_families.rows.insert(id, row);
    }
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "last", "status": true })), 42401);
    tenant.ok("DELETE", &at(&first), &Value::Null);
    make(&mut tenant, "last", "");
}

#[test]
fn families_are_listed_ten_at_a_time_and_found_by_their_exact_name() {
    let mut tenant = Tenant::new();
    for n in 0..12 {
        make(&mut tenant, &format!("F{n}"), "");
    }
    assert_eq!(tenant.get(LIST)["items"].as_array().map(Vec::len), Some(10));
    let names: Vec<Value> = tenant.all(LIST, "items").into_iter().map(|f| f["name"].clone()).collect();
    assert_eq!((names.len(), &names[0], &names[11]), (12, &json!("F0"), &json!("F11")));
    assert_eq!(tenant.all(&format!("{LIST}?name=F1"), "items").len(), 1);
    assert!(tenant.all(&format!("{LIST}?name=F"), "items").is_empty());
    assert_eq!(tenant.get_code(&format!("{LIST}?page_size=51")), 40011);
    assert_eq!(tenant.get_code(&format!("{LIST}?page_token=x")), 40012);
}

#[test]
fn only_an_enabled_family_may_be_given() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", "");
    assert!(tenant.world.contact.job_families.is_enabled(&a));
    tenant.ok("PUT", &at(&a), &json!({ "status": false }));
    assert!(!tenant.world.contact.job_families.is_enabled(&a));
    assert!(!tenant.world.contact.job_families.is_enabled("none"));
}

#[test]
fn every_write_takes_the_lock() {
    for route in super::routes() {
        let lock = (route.method != "GET").then_some((Lock::JobFamilies, 42403));
        assert_eq!(route.locks, lock, "{} {}", route.method, route.path);
    }
}
