//! Rule list G of the contact brief, by number.
//!
//! Shown plainly elsewhere, and not again here:
//! - 2 wrong id types: `departments::an_id_sent_under_the_wrong_type_fails_in_the_gateway`, `item_36`
//! - 3 omission by scope, silent batches: `item_17`, `item_38`
//! - 5 locks: `item_46`
//! - 7 reuse of ids: `item_37`, `people::deleting_is_resigning_readable_never_listed_and_frees_what_was_theirs`
//! - 8 resignation and return: `people::a_resignation_can_be_undone_for_thirty_days`
//! - 10 leaders: `departments::leaders_have_exactly_one_primary_and_mirror_leader_user_id`
//! - 12 department chats: `departments::a_chat_is_opened_once_and_only_unbound`
//! - 13 orders: `people::the_first_department_is_primary_unless_orders_say_otherwise`
//! - 18 client tokens: `item_41`
//! - 19 mobiles: `people::a_mobile_reads_back_in_one_form_and_belongs_to_one_person`
//!
//! 43000 of rule 1 is not used: the sandbox finds what is wrong with a custom id before it could collide inside.

mod catalogues;

use larkctl::sandbox::contact::directory::{Department, Order, Status, User};
use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant, options, person};

const DEPARTMENTS: &str =
    "/open-apis/contact/v3/departments?department_id_type=department_id&user_id_type=user_id";
const USERS: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";

fn user(id: &str) -> String {
    format!("{CONTACT}/users/{id}?department_id_type=department_id&user_id_type=user_id")
}

fn department(id: &str) -> String {
    format!("{CONTACT}/departments/{id}?department_id_type=department_id&user_id_type=user_id")
}

fn named(name: &str) -> Value {
    json!({ "name": name, "parent_department_id": "0" })
}

fn with(id: &str, field: &str, value: Value) -> Value {
    let mut body = person(id, "0");
    body[field] = value;
    body
}

#[tokio::test]
async fn g_01_codes_come_with_the_odd_statuses_of_their_pages() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.refused("POST", DEPARTMENTS, named(" "), 401, 40_016).await;
    let unbind = format!("{CONTACT}/departments/unbind_department_chat?department_id_type=department_id");
    t.refused("POST", &unbind, json!({ "department_id": "a" }), 403, 40_020).await;
    t.refused("GET", &format!("{CONTACT}/job_levels/nope"), Value::Null, 404, 42_301).await;
    t.refused("GET", &format!("{CONTACT}/job_families/nope"), Value::Null, 404, 42_404).await;
    let put = json!({ "name": "x", "status": true });
    t.refused("PUT", &format!("{CONTACT}/job_families/nope"), put, 404, 42_402).await;
}

#[tokio::test]
async fn g_04_a_patch_that_moves_or_freezes_is_limited_to_one_a_second() {
    let t = Tenant::with(Options { rate_limits: true, ..options() }).await;
    for id in ["u1", "u2"] {
        t.joined(id, "0").await;
    }
    let patch = |id: &'static str, body: Value| {
        let t = &t;
        async move { t.call("PATCH", &user(id), body).await }
    };
    assert_eq!(patch("u1", json!({ "is_frozen": false })).await.code(), 0);
    let refused = patch("u2", json!({ "department_ids": ["0"] })).await;
    assert_eq!((refused.status, refused.code()), (429, 99_991_400), "both kinds share it, for all people");
    assert_eq!(refused.header("x-ogw-ratelimit-limit"), Some("1"));
    for _ in 0..10 {
        assert_eq!(patch("u2", json!({ "nickname": "x" })).await.code(), 0, "other patches are not held up");
    }
    t.step(1).await;
    assert_eq!(patch("u2", json!({ "department_ids": ["0"] })).await.code(), 0);
}

#[tokio::test]
async fn g_06_when_people_join_is_a_knob() {
    let t = Tenant::start().await;
    t.invited("u1", "0").await;
    let shown = t.ok("GET", &user("u1"), Value::Null).await["user"]["status"].clone();
    assert_eq!((&shown["is_unjoin"], &shown["is_activated"]), (&json!(true), &json!(false)));
    let lead = json!({ "name": "a", "parent_department_id": "0", "leader_user_id": "u1" });
    t.refused("POST", DEPARTMENTS, lead.clone(), 400, 43_025).await;
    t.refused("PATCH", &user("u1"), json!({ "name": "x" }), 400, 44_010).await;
    t.act(json!({ "action": "join" })).await;
    t.ok("POST", DEPARTMENTS, lead).await;
    t.settings(json!({ "join": "at_once" })).await;
    t.invited("u2", "0").await;
    t.ok("PATCH", &user("u2"), json!({ "name": "x" })).await;
}

#[tokio::test]
async fn g_09_sizes_have_limits() {
    let t = Tenant::start().await;
    // 1,000 children under one parent, 30,000 departments: the rows are put in place, the next one is asked for.
    let row = |key: u64, parent: u64| Department {
        key,
        department_id: format!("r{key}"),
        name: format!("r{key}"),
        parent,
        order: i64::try_from(key).expect("small"),
        ..Department::default()
    };
    let fill = |from: u64, to: u64, parent: u64| {
        let rows: Vec<Department> = (from..to).map(|key| row(key, parent)).collect();
        t.engine.change(move |w| rows.into_iter().for_each(|d| w.contact.directory.put_department(d)))
    };
    fill(100_000, 100_999, 0).await.expect("stored");
    t.department("last", "0").await;
    t.refused("POST", DEPARTMENTS, named("one too many"), 400, 43_013).await;
    let below = json!({ "name": "below", "parent_department_id": "r100000" });
    t.ok("POST", DEPARTMENTS, below.clone()).await;
    for (n, parent) in (100_001..100_030_u64).enumerate() {
        let from = 200_000 + 1_000 * n as u64;
        fill(from, from + 1_000, parent).await.expect("stored");
    }
    let mut one_more = below;
    one_more["name"] = "30,001".into();
    t.refused("POST", DEPARTMENTS, one_more, 400, 43_013).await;
    // 50 departments per person.
    let many: Vec<String> = (100_000..100_051).map(|key| format!("r{key}")).collect();
    t.ok("POST", USERS, with("u1", "department_ids", json!(many[..50]))).await;
    t.refused("POST", USERS, with("u2", "department_ids", json!(many)), 400, 41_033).await;
    // 10,000 people directly in one.
    let people: Vec<User> = (1_000..10_999_u64)
        .map(|key| User {
            key,
            user_id: format!("m{key}"),
            departments: vec![100_500],
            orders: vec![Order { department: 100_500, user_order: 0, department_order: 1, primary: true }],
            status: Status { joined: true, ..Status::default() },
            ..User::default()
        })
        .collect();
    let put = t.engine.change(move |w| people.into_iter().for_each(|u| w.contact.directory.put_user(u)));
    put.await.expect("stored");
    t.ok("POST", USERS, with("u3", "department_ids", json!(["r100500"]))).await;
    t.refused("POST", USERS, with("u4", "department_ids", json!(["r100500"])), 400, 41_016).await;
}

#[tokio::test]
async fn g_11_a_put_empties_what_it_omits_except_order_and_chat_types() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let body = |chat: bool| {
        json!({
            "name": "a", "department_id": if chat { "chat" } else { "plain" }, "parent_department_id": "0",
            "i18n_name": { "en_us": if chat { "A" } else { "B" } }, "leader_user_id": "u1",
            "department_hrbps": ["u1"], "create_group_chat": chat, "group_chat_employee_types": [1, 2],
        })
    };
    for chat in [true, false] {
        let mut new = body(chat);
        new["name"] = if chat { "a" } else { "b" }.into();
        let id = if chat { "chat" } else { "plain" };
        let before = t.ok("POST", DEPARTMENTS, new).await["department"].clone();
        let put = json!({ "name": id, "parent_department_id": "0" });
        let after = t.ok("PUT", &department(id), put).await["department"].clone();
        assert_eq!(after["order"], before["order"]);
        assert_eq!((&after["i18n_name"], after.get("leader_user_id")), (&json!({}), None));
        assert!(after["leaders"].as_array().is_none_or(Vec::is_empty));
        let rows = t.rows("departments").await;
        let row = rows.as_object().and_then(|m| m.values().find(|d| d["department_id"] == id).cloned());
        let row = row.expect("row");
        assert_eq!(row["chat_employee_types"].is_null(), !chat, "kept while there is a chat: {row}");
    }
}

#[tokio::test]
async fn g_14_titles_and_cities_make_themselves_and_a_disabled_one_fails_after_the_effect() {
    let t = Tenant::start().await;
    let body = |id: &str, title: &str, city: &str| {
        let mut body = person(id, "0");
        body["job_title"] = title.into();
        body["city"] = city.into();
        body
    };
    t.ok("POST", USERS, body("u1", "Chef", "Köln")).await;
    let titles = t.ok("GET", &format!("{CONTACT}/job_titles"), Value::Null).await;
    assert_eq!((&titles["items"][0]["name"], &titles["items"][0]["status"]), (&json!("Chef"), &json!(true)));
    let cities = t.ok("GET", &format!("{CONTACT}/work_cities"), Value::Null).await;
    assert_eq!(cities["items"][0]["name"], "Köln");
    t.act(json!({ "action": "job_title", "name": "Chef", "enabled": false })).await;
    t.act(json!({ "action": "work_city", "name": "Köln", "enabled": false })).await;
    for (id, title, city, code) in
        [("u2", "", "Köln", 44_054), ("u3", "Chef", "", 44_055), ("u4", "Chef", "Köln", 44_056)]
    {
        t.refused("POST", USERS, body(id, title, city), 400, code).await;
        let u = t.ok("GET", &user(id), Value::Null).await["user"].clone();
        assert_eq!((&u["job_title"], &u["city"]), (&json!(""), &json!("")), "{id} exists without it");
    }
    t.joined("u5", "0").await;
    for (patch, code) in [
        (json!({ "city": "Köln", "nickname": "n1" }), 44_057),
        (json!({ "job_title": "Chef", "nickname": "n2" }), 44_058),
        (json!({ "job_title": "Chef", "city": "Köln", "nickname": "n3" }), 44_059),
    ] {
        t.refused("PATCH", &user("u5"), patch.clone(), 400, code).await;
        let u = t.ok("GET", &user("u5"), Value::Null).await["user"].clone();
        assert_eq!(u["nickname"], patch["nickname"], "the rest took effect");
    }
}

#[tokio::test]
async fn g_20_each_kind_has_its_unique_values() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    let mut first = person("u1", "0");
    first["email"] = "u1@example.com".into();
    first["employee_no"] = "7".into();
    let mobile = first["mobile"].clone();
    t.ok("POST", USERS, first).await;
    let foreign = |field: &str, value: Value| with("u2", field, value);
    t.refused("POST", USERS, foreign("mobile", mobile), 400, 41_001).await;
    t.refused("POST", USERS, foreign("email", json!("U1@EXAMPLE.com")), 400, 41_002).await;
    t.refused("POST", USERS, foreign("employee_no", json!("7")), 400, 44_051).await;
    t.refused("POST", USERS, foreign("user_id", json!("u1")), 400, 41_011).await;
    let twice = [
        ("/group", json!({ "name": "g" }), 47_009),
        ("/functional_roles", json!({ "role_name": "r" }), 41_201),
        ("/unit", json!({ "name": "n", "unit_type": "t" }), 43_055),
        ("/job_levels", json!({ "name": "l", "status": true }), 42_305),
        ("/job_families", json!({ "name": "f", "status": true }), 42_406),
        ("/employee_type_enums", json!({ "content": "e", "enum_type": 2, "enum_status": 1 }), 42_301),
    ];
    for (path, body, code) in twice {
        t.ok("POST", &format!("{CONTACT}{path}"), body.clone()).await;
        let again = t.call("POST", &format!("{CONTACT}{path}"), body).await;
        assert_eq!(again.code(), code, "{path}: {}", again.text);
    }
    let other = json!({ "name": "n", "unit_type": "another type" });
    t.ok("POST", &format!("{CONTACT}/unit"), other).await;
    // Department names per parent, or per tenant.
    let below = json!({ "name": "a", "parent_department_id": "a" });
    t.refused("POST", DEPARTMENTS, named("a"), 400, 43_022).await;
    t.settings(json!({ "department_name_unique_in_tenant": true })).await;
    t.refused("POST", DEPARTMENTS, below.clone(), 400, 43_022).await;
    t.settings(json!({ "department_name_unique_in_tenant": false })).await;
    t.ok("POST", DEPARTMENTS, below).await;
}

/// Fields that the console defines, as values of people.
#[tokio::test]
async fn custom_fields_are_defined_by_the_console_and_shown_with_their_texts() {
    let t = Tenant::start().await;
    let define = json!({
        "action": "custom_attribute", "id": "C-9", "type": "ENUMERATION", "name": "Colour",
        "options": [{ "id": "red", "value": "Red" }],
    });
    t.act(define).await;
    let attr = json!([{ "id": "C-9", "type": "ENUMERATION", "value": { "option_id": "red" } }]);
    t.ok("POST", USERS, with("u1", "custom_attrs", attr.clone())).await;
    let shown = t.ok("GET", &user("u1"), Value::Null).await["user"]["custom_attrs"].clone();
    assert_eq!(shown[0]["value"]["option_value"], "Red");
    t.act(json!({ "action": "remove_custom_attribute", "id": "C-9" })).await;
    t.refused("POST", USERS, with("u2", "custom_attrs", attr), 400, 41_045).await;
}
