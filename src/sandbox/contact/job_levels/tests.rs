use serde_json::{Value, json};

use super::{JobLevel, MAX_LEVELS};
use crate::sandbox::contact::catalogue_tests::Tenant;
use crate::sandbox::gateway::Lock;

const LIST: &str = "/job_levels";

#[track_caller]
fn make(tenant: &mut Tenant, name: &str, order: Option<i64>) -> Value {
    let mut body = json!({ "name": name, "status": true });
    if let Some(order) = order {
        body["order"] = order.into();
    }
    tenant.ok("POST", LIST, &body)["job_level"].clone()
}

fn at(level: &Value) -> String {
    format!("{LIST}/{}", level["job_level_id"].as_str().expect("id"))
}

#[test]
fn a_level_reads_back_as_it_was_made() {
    let mut tenant = Tenant::new();
    let english = json!([{ "locale": "en_us", "value": "Expert" }]);
    let body = json!({ "name": "P7", "description": "d", "order": 700, "status": false,
        "i18n_name": english, "i18n_description": english });
    let made = tenant.ok("POST", LIST, &body)["job_level"].clone();
    assert_eq!(tenant.get(&at(&made))["job_level"], made);
    for (field, value) in body.as_object().expect("body") {
        assert_eq!(made[field], *value, "{field}");
    }
}

#[test]
fn a_bad_level_is_refused_by_the_field_that_is_bad() {
    let mut tenant = Tenant::new();
    make(&mut tenant, "A", Some(100));
    let other = make(&mut tenant, "B", Some(200));
    let long = |n: usize| "长".repeat(n);
    let i18n = |locale: &str, value: &str| json!([{ "locale": locale, "value": value }]);
    for (body, code) in [
        (json!({ "name": " ", "status": true }), 42303),
        (json!({ "name": long(256), "status": true }), 42303),
        (json!({ "name": "C", "status": true, "i18n_name": i18n("en_us", &long(256)) }), 42303),
        (json!({ "name": "C", "status": true, "description": long(5_001) }), 42304),
        (json!({ "name": "C", "status": true, "i18n_description": i18n("en_us", &long(5_001)) }), 42304),
        (json!({ "name": "C", "status": true, "i18n_name": i18n("tlh", "c") }), 99_992_402),
        (json!({ "name": "A", "status": true }), 42305),
        (json!({ "name": "C", "status": true, "order": 100 }), 42306),
        (json!({ "name": "C", "status": true, "order": 99 }), 42308),
        (json!({ "name": "C", "status": true, "order": 100_001 }), 42308),
    ] {
        assert_eq!(tenant.code("POST", LIST, &body), code, "{body}");
        assert_eq!(tenant.code("PUT", &at(&other), &body), code, "{body}");
    }
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "", "status": true })), 42303);
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "C" })), 99_992_402);
}

#[test]
fn a_level_without_a_place_goes_to_the_end() {
    let mut tenant = Tenant::new();
    assert_eq!(make(&mut tenant, "A", None)["order"], 100);
    make(&mut tenant, "B", Some(99_950));
    assert_eq!(make(&mut tenant, "C", None)["order"], 100_000);
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "D", "status": true })), 42308);
}

#[test]
fn two_levels_change_places_by_way_of_a_third() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", Some(100));
    let b = make(&mut tenant, "B", Some(200));
    assert_eq!(tenant.code("PUT", &at(&a), &json!({ "order": 200 })), 42306);
    for (level, order) in [(&a, 300), (&b, 100), (&a, 200), (&a, 200)] {
        tenant.ok("PUT", &at(level), &json!({ "order": order }));
    }
    let names: Vec<Value> = tenant.all(LIST, "items").into_iter().map(|l| l["name"].clone()).collect();
    assert_eq!(names, ["B", "A"]);
}

#[test]
fn a_put_leaves_what_it_does_not_mention_or_leaves_empty() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", Some(100));
    let english = json!([{ "locale": "en_us", "value": "Ay" }]);
    tenant.ok("PUT", &at(&a), &json!({ "description": "d", "i18n_name": english, "status": false }));
    let before = tenant.get(&at(&a));
    assert_eq!(tenant.ok("PUT", &at(&a), &json!({ "name": "", "description": "", "i18n_name": [] })), before);
    assert_eq!(tenant.ok("PUT", &at(&a), &json!({})), before);
}

#[test]
fn an_unknown_level_is_42301_everywhere() {
    let mut tenant = Tenant::new();
    let target = format!("{LIST}/none");
    assert_eq!(tenant.get_code(&target), 42301);
    assert_eq!(tenant.code("PUT", &target, &json!({})), 42301);
    assert_eq!(tenant.code("DELETE", &target, &Value::Null), 42301);
}

#[test]
fn a_level_that_people_have_cannot_be_deleted() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", None);
    let user = tenant.user("u1", 0);
    let id = a["job_level_id"].as_str().expect("id").to_owned();
    tenant.change_user(user, |u| u.job_level_id = id);
    assert_eq!(tenant.code("DELETE", &at(&a), &Value::Null), 40001);
    tenant.resign(user);
    tenant.ok("DELETE", &at(&a), &Value::Null);
    assert_eq!(tenant.get_code(&at(&a)), 42301);
}

#[test]
fn the_10001st_level_is_refused() {
    let mut tenant = Tenant::new();
    make(&mut tenant, "A", Some(100));
    let row = tenant.world.contact.job_levels.rows.values().next().expect("row").clone();
    for order in 101..100 + i64::try_from(MAX_LEVELS).expect("number") {
        let (id, name) = (format!("x{order}"), format!("x{order}"));
        let row = JobLevel { id: id.clone(), name, order, ..row.clone() };
        tenant.world.contact.job_levels.rows.insert(id, row);
    }
    assert_eq!(tenant.code("POST", LIST, &json!({ "name": "last", "status": true })), 42300);
}

#[test]
fn levels_are_listed_ten_at_a_time_and_found_by_their_exact_name() {
    let mut tenant = Tenant::new();
    for n in 0..12 {
        make(&mut tenant, &format!("L{n}"), None);
    }
    assert_eq!(tenant.get(LIST)["items"].as_array().map(Vec::len), Some(10));
    assert_eq!(tenant.all(LIST, "items").len(), 12);
    assert_eq!(tenant.all(&format!("{LIST}?name=L1"), "items").len(), 1);
    assert!(tenant.all(&format!("{LIST}?name=L"), "items").is_empty());
    assert_eq!(tenant.get_code(&format!("{LIST}?page_size=51")), 40011);
    assert_eq!(tenant.get_code(&format!("{LIST}?page_token=x")), 40012);
}

#[test]
fn only_an_enabled_level_may_be_given() {
    let mut tenant = Tenant::new();
    let a = make(&mut tenant, "A", None);
    let id = a["job_level_id"].as_str().expect("id");
    assert!(tenant.world.contact.job_levels.is_enabled(id));
    tenant.ok("PUT", &at(&a), &json!({ "status": false }));
    assert!(!tenant.world.contact.job_levels.is_enabled(id));
    assert!(!tenant.world.contact.job_levels.is_enabled("none"));
}

#[test]
fn every_write_takes_the_lock() {
    for route in super::routes() {
        let lock = (route.method != "GET").then_some((Lock::JobLevels, 42302));
        assert_eq!(route.locks, lock, "{} {}", route.method, route.path);
    }
}
