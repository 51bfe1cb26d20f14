use serde_json::{Value, json};

use super::{MAX_DEPARTMENTS, MAX_GROUPS, add_department, create_dynamic, set_dynamic_members};
use crate::sandbox::contact::catalogue_tests::Tenant;

/// A tenant with the normal group `g1` and the people `u1` and `u2` in department `d1`.
fn tenant() -> Tenant {
    let mut tenant = Tenant::new();
    let department = tenant.department("d1", 0);
    tenant.user("u1", department);
    tenant.user("u2", department);
    tenant.ok("POST", "/group", &json!({ "name": "One", "group_id": "g1" }));
    tenant
}

fn member(id: &str) -> Value {
    json!({ "member_type": "user", "member_id_type": "user_id", "member_id": id })
}

fn members(ids: &[&str]) -> Value {
    json!({ "members": ids.iter().map(|id| member(id)).collect::<Vec<_>>() })
}

fn listed(tenant: &mut Tenant, group: &str) -> Vec<Value> {
    let target = format!("/group/{group}/member/simplelist?member_id_type=user_id");
    tenant.all(&target, "memberlist").into_iter().map(|m| m["member_id"].clone()).collect()
}

#[test]
fn a_group_reads_back_as_it_was_made() {
    let mut tenant = tenant();
    tenant.ok("POST", "/group", &json!({ "name": "Two", "group_id": "g2", "type": 1, "description": "d" }));
    let group = tenant.get("/group/g2")["group"].clone();
    assert_eq!(
        group,
        json!({ "id": "g2", "name": "Two", "description": "d", "member_user_count": 0,
            "member_department_count": 0, "type": 1 })
    );
}

#[test]
fn a_group_without_an_id_gets_one_that_no_client_could_choose() {
    let mut tenant = tenant();
    let made = tenant.ok("POST", "/group", &json!({ "name": "Two", "group_id": "" }));
    let id = made["group_id"].as_str().expect("id");
    assert!(id.starts_with("og-"), "{id}");
    assert_eq!(tenant.get(&format!("/group/{id}"))["group"]["name"], "Two");
}

#[test]
fn a_bad_group_is_refused_by_the_field_that_is_bad() {
    let mut tenant = tenant();
    let long = |n: usize| "长".repeat(n);
    for (body, code) in [
        (json!({ "name": "" }), 42001),
        (json!({ "name": "  " }), 42001),
        (json!({ "name": long(101) }), 42013),
        (json!({ "name": "X", "description": long(501) }), 42014),
        (json!({ "name": "X", "type": 2 }), 42003),
        (json!({ "name": "X", "group_id": "a-b" }), 42002),
        (json!({ "name": "X", "group_id": "a b" }), 42002),
        (json!({ "name": "X", "group_id": "a".repeat(65) }), 42002),
        (json!({ "name": "X", "group_id": "g1" }), 47005),
        (json!({ "name": "One" }), 47009),
    ] {
        assert_eq!(tenant.code("POST", "/group", &body), code, "{body}");
    }
    tenant.ok("POST", "/group", &json!({ "name": long(100), "description": long(500) }));
}

#[test]
fn the_501st_group_is_refused_dynamic_ones_counted() {
    let mut tenant = tenant();
    create_dynamic(&mut tenant.world, "dynamic", &[]).expect("dynamic");
    for n in 2..MAX_GROUPS {
        tenant.ok("POST", "/group", &json!({ "name": n.to_string() }));
    }
    assert_eq!(tenant.code("POST", "/group", &json!({ "name": "last" })), 42016);
    assert_eq!(create_dynamic(&mut tenant.world, "last", &[]).expect_err("full").code, 42016);
}

#[test]
fn a_switched_off_feature_refuses_every_write() {
    let mut tenant = tenant();
    tenant.set(|s| s.groups_enabled = false);
    assert_eq!(tenant.code("POST", "/group", &json!({ "name": "X" })), 42015);
    assert_eq!(tenant.code("PATCH", "/group/g1", &json!({ "name": "X" })), 42015);
    assert_eq!(tenant.code("DELETE", "/group/g1", &Value::Null), 42015);
}

#[test]
fn only_the_whole_organisation_makes_and_deletes_groups() {
    let mut tenant = tenant();
    tenant.see_only(&[], &[], &["g1"]);
    assert_eq!(tenant.code("POST", "/group", &json!({ "name": "X" })), 42010);
    assert_eq!(tenant.code("DELETE", "/group/g1", &Value::Null), 42009);
    tenant.ok("PATCH", "/group/g1", &json!({ "name": "X" }));
}

#[test]
fn a_group_out_of_range_is_neither_read_nor_written() {
    let mut tenant = tenant();
    tenant.ok("POST", "/group", &json!({ "name": "Two", "group_id": "g2" }));
    tenant.see_only(&[], &[], &["g1"]);
    assert_eq!(tenant.get_code("/group/g2"), 42002);
    assert_eq!(tenant.code("PATCH", "/group/g2", &json!({ "name": "X" })), 42009);
    assert_eq!(tenant.get_code("/group/g2/member/simplelist"), 42009);
    for call in ["add", "remove"] {
        assert_eq!(tenant.code("POST", &format!("/group/g2/member/{call}"), &member("u1")), 42009);
        let batch = format!("/group/g2/member/batch_{call}");
        assert_eq!(tenant.code("POST", &batch, &members(&["u1"])), 42009);
    }
    let ids: Vec<Value> =
        tenant.all("/group/simplelist", "grouplist").into_iter().map(|g| g["id"].clone()).collect();
    assert_eq!(ids, ["g1"]);
}

#[test]
fn an_unknown_group_is_42002_everywhere() {
    let mut tenant = tenant();
    assert_eq!(tenant.get_code("/group/g9"), 42002);
    assert_eq!(tenant.code("PATCH", "/group/g9", &json!({})), 42002);
    assert_eq!(tenant.code("DELETE", "/group/g9", &Value::Null), 42002);
    assert_eq!(tenant.get_code("/group/g9/member/simplelist"), 42002);
    for call in ["add", "remove"] {
        assert_eq!(tenant.code("POST", &format!("/group/g9/member/{call}"), &member("u1")), 42002);
        let batch = format!("/group/g9/member/batch_{call}");
        assert_eq!(tenant.code("POST", &batch, &members(&["u1"])), 42002);
    }
}

#[test]
fn an_empty_text_in_a_patch_changes_nothing() {
    let mut tenant = tenant();
    tenant.ok("PATCH", "/group/g1", &json!({ "description": "d" }));
    tenant.ok("PATCH", "/group/g1", &json!({ "name": "", "description": "" }));
    let group = tenant.get("/group/g1")["group"].clone();
    assert_eq!((&group["name"], &group["description"]), (&json!("One"), &json!("d")));
}

#[test]
fn a_patch_obeys_the_rules_of_creation() {
    let mut tenant = tenant();
    tenant.ok("POST", "/group", &json!({ "name": "Two", "group_id": "g2" }));
    assert_eq!(tenant.code("PATCH", "/group/g2", &json!({ "name": "One" })), 47009);
    assert_eq!(tenant.code("PATCH", "/group/g2", &json!({ "name": " " })), 40001);
    assert_eq!(tenant.code("PATCH", "/group/g2", &json!({ "name": "x".repeat(101) })), 42013);
    assert_eq!(tenant.code("PATCH", "/group/g2", &json!({ "description": "x".repeat(501) })), 42014);
    tenant.ok("PATCH", "/group/g2", &json!({ "name": "Two" }));
    assert_eq!(tenant.get("/group/g2")["group"]["name"], "Two");
}

#[test]
fn a_group_with_members_cannot_be_deleted() {
    let mut tenant = tenant();
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
    assert_eq!(tenant.code("DELETE", "/group/g1", &Value::Null), 42017);
    tenant.ok("POST", "/group/g1/member/remove", &member("u1"));
    tenant.ok("DELETE", "/group/g1", &Value::Null);
    assert_eq!(tenant.get_code("/group/g1"), 42002);
}

#[test]
fn a_group_with_a_department_cannot_be_deleted_through_the_api() {
    let mut tenant = tenant();
    let department = tenant.department("d2", 0);
    add_department(&mut tenant.world, "g1", department).expect("added");
    assert_eq!(tenant.code("DELETE", "/group/g1", &Value::Null), 42017);
    assert!(tenant.world.contact.groups.remove_department("g1", department));
    tenant.ok("DELETE", "/group/g1", &Value::Null);
}

#[test]
fn a_dynamic_group_is_read_but_never_written() {
    let mut tenant = tenant();
    let user = tenant.user("u3", 0);
    let id = create_dynamic(&mut tenant.world, "dynamic", &[user]).expect("made");
    assert_eq!(tenant.get(&format!("/group/{id}"))["group"]["type"], 2);
    assert_eq!(listed(&mut tenant, &id), ["u3"]);
    assert_eq!(tenant.code("PATCH", &format!("/group/{id}"), &json!({ "name": "X" })), 42024);
    for call in ["add", "remove"] {
        assert_eq!(tenant.code("POST", &format!("/group/{id}/member/{call}"), &member("u3")), 42009);
        let batch = format!("/group/{id}/member/batch_{call}");
        assert_eq!(tenant.code("POST", &batch, &members(&["u3"])), 42009);
    }
    assert!(set_dynamic_members(&mut tenant.world, &id, &[]));
    assert_eq!(tenant.code("DELETE", &format!("/group/{id}"), &Value::Null), 42009);
    assert!(!set_dynamic_members(&mut tenant.world, "g1", &[]));
}

#[test]
fn the_list_shows_one_type_at_a_time_and_normal_ones_unless_asked() {
    let mut tenant = tenant();
    create_dynamic(&mut tenant.world, "dynamic", &[]).expect("made");
    for (query, name) in [("", "One"), ("?type=1", "One"), ("?type=2", "dynamic")] {
        let groups = tenant.all(&format!("/group/simplelist{query}"), "grouplist");
        let names: Vec<&Value> = groups.iter().map(|g| &g["name"]).collect();
        assert_eq!(names, [name], "{query}");
    }
}

#[test]
fn the_custom_id_of_the_list_is_not_the_usable_one() {
    let mut tenant = tenant();
    let group = tenant.all("/group/simplelist", "grouplist").remove(0);
    assert_ne!(group["group_id"], group["id"]);
    assert_eq!(tenant.get_code(&format!("/group/{}", group["group_id"].as_str().expect("id"))), 42002);
}

#[test]
fn lists_of_groups_come_in_pages_of_fifty_and_at_most_a_hundred() {
    let mut tenant = tenant();
    for n in 0..60 {
        tenant.ok("POST", "/group", &json!({ "name": n.to_string() }));
    }
    let first = tenant.get("/group/simplelist");
    assert_eq!((first["grouplist"].as_array().map(Vec::len), &first["has_more"]), (Some(50), &json!(true)));
    assert_eq!(tenant.all("/group/simplelist", "grouplist").len(), 61);
    assert_eq!(tenant.get_code("/group/simplelist?page_size=101"), 40011);
    assert_eq!(tenant.get_code("/group/simplelist?page_token=x"), 40012);
}

#[test]
fn a_fresh_group_is_missing_from_lists_as_long_as_the_lag_says() {
    let mut tenant = tenant();
    tenant.set(|s| s.list_lag_ms = 500);
    assert!(tenant.all("/group/simplelist", "grouplist").is_empty());
    assert_eq!(tenant.get("/group/g1")["group"]["name"], "One");
    tenant.world.now += 500;
    assert_eq!(tenant.all("/group/simplelist", "grouplist").len(), 1);
}

#[test]
fn a_group_configured_beyond_the_api_cannot_be_read() {
    let mut tenant = tenant();
    assert!(tenant.world.contact.groups.set_beyond_api("g1", true));
    assert_eq!(tenant.get_code("/group/g1"), 42029);
}

#[test]
fn a_bad_member_is_refused_by_what_is_bad_about_it() {
    let mut tenant = tenant();
    let gone = tenant.user("u3", 0);
    let gone_id = tenant.open_id(gone);
    tenant.resign(gone);
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
    let with = |ty: &str, id_type: &str, id: &str| json!({ "member_type": ty, "member_id_type": id_type, "member_id": id });
    for (body, code) in [
        (with("department", "open_id", "d1"), 41074),
        (with("user", "department_id", "d1"), 41072),
        (with("user", "nickname", "u1"), 41071),
        (with("user", "user_id", "u9"), 41073),
        (with("user", "open_id", "u1"), 41073),
        (with("user", "open_id", &gone_id), 42006),
        (member("u1"), 42005),
    ] {
        assert_eq!(tenant.code("POST", "/group/g1/member/add", &body), code, "{body}");
    }
    for (body, code) in [
        (with("department", "open_id", "d1"), 41074),
        (with("user", "department_id", "d1"), 41072),
        (with("user", "nickname", "u1"), 41071),
        (with("user", "user_id", "u9"), 41073),
        (member("u2"), 41073),
    ] {
        assert_eq!(tenant.code("POST", "/group/g1/member/remove", &body), code, "{body}");
    }
}

#[test]
fn a_person_out_of_range_cannot_be_added_removed_or_seen() {
    let mut tenant = tenant();
    let stranger = tenant.department("d2", 0);
    tenant.user("u3", stranger);
    tenant.ok("POST", "/group/g1/member/batch_add", &members(&["u1", "u3"]));
    let near = tenant.world.contact.directory.department_by_id("d1").expect("d1");
    tenant.see_only(&[near], &[], &["g1"]);
    assert_eq!(tenant.code("POST", "/group/g1/member/add", &member("u3")), 41050);
    assert_eq!(tenant.code("POST", "/group/g1/member/remove", &member("u3")), 41050);
    assert_eq!(tenant.get_code("/group/member_belong?member_id_type=user_id&member_id=u3"), 41050);
    assert_eq!(listed(&mut tenant, "g1"), ["u1"]);
    tenant.ok("POST", "/group/g1/member/add", &member("u2"));
}

#[test]
fn a_batch_adds_whom_it_can_and_says_why_not_the_others() {
    let mut tenant = tenant();
    let gone = tenant.user("u3", 0);
    let gone_id = tenant.open_id(gone);
    tenant.resign(gone);
    let body = json!({ "members": [
        member("u1"),
        member("u1"),
        member("u9"),
        { "member_type": "user", "member_id_type": "open_id", "member_id": gone_id },
        { "member_type": "department", "member_id_type": "open_id", "member_id": "d1" },
        { "member_type": "user", "member_id": "u2" },
        { "member_type": "user", "member_id_type": "department_id", "member_id": "u2" },
        member("u2"),
    ] });
    let results = tenant.ok("POST", "/group/g1/member/batch_add", &body)["results"].clone();
    let codes: Vec<i64> =
        results.as_array().expect("list").iter().filter_map(|r| r["code"].as_i64()).collect();
    assert_eq!(codes, [0, 42005, 41073, 42006, 41074, 41071, 41071, 0]);
    assert_eq!(results[2]["member_id"], "u9");
    assert_eq!(listed(&mut tenant, "g1"), ["u1", "u2"]);
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_add", &json!({})), 40001);
}

#[test]
fn memberships_of_normal_groups_cannot_exceed_ten_per_person() {
    let mut tenant = tenant();
    tenant.user("u3", 0);
    let everybody = members(&["u1", "u2", "u3"]);
    for n in 0..10 {
        let id = format!("n{n}");
        tenant.ok("POST", "/group", &json!({ "name": id, "group_id": id }));
        tenant.ok("POST", &format!("/group/{id}/member/batch_add"), &everybody);
    }
    assert_eq!(tenant.code("POST", "/group/g1/member/add", &member("u1")), 42012);
    let results = tenant.ok("POST", "/group/g1/member/batch_add", &everybody)["results"].clone();
    assert!(results.as_array().expect("list").iter().all(|r| r["code"] == 42012), "{results}");
    let user = tenant.world.contact.directory.user_by_id("u1").expect("u1");
    tenant.ok("POST", "/group/n0/member/remove", &member("u1"));
    create_dynamic(&mut tenant.world, "dynamic", &[user]).expect("dynamic ones do not count");
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
}

#[test]
fn a_normal_group_holds_a_hundred_thousand_people() {
    let mut tenant = tenant();
    let groups = &mut tenant.world.contact.groups;
    for user in 1_000..1_000 + super::MAX_USERS as u64 - 1 {
        groups.members.put("g1", user, super::GroupMember { joined: 0 });
    }
    assert_eq!(tenant.world.contact.groups.room("g1", 1_000_000), 1);
    tenant.world.contact.groups.members.put("g1", 7, super::GroupMember { joined: 0 });
    assert_eq!(tenant.world.contact.groups.room("g1", 1_000_000), 0);
}

#[test]
fn a_batch_removes_whom_it_can_and_says_that_it_was_not_all() {
    let mut tenant = tenant();
    tenant.ok("POST", "/group/g1/member/batch_add", &members(&["u1", "u2"]));
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_remove", &members(&["u1", "u9"])), 40022);
    assert_eq!(listed(&mut tenant, "g1"), ["u2"]);
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_remove", &members(&["u1", "u9"])), 41073);
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_remove", &members(&["u2", "u2"])), 40022);
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_remove", &json!({})), 40001);
    let odd = json!({ "members": [{ "member_type": "user", "member_id": "u1" }] });
    assert_eq!(tenant.code("POST", "/group/g1/member/batch_remove", &odd), 40001);
    tenant.ok("POST", "/group/g1/member/add", &member("u2"));
    tenant.ok("POST", "/group/g1/member/batch_remove", &members(&["u2"]));
    assert!(listed(&mut tenant, "g1").is_empty());
}

#[test]
fn members_are_listed_by_type_in_an_id_type_that_fits() {
    let mut tenant = tenant();
    let department = tenant.department("d2", 0);
    add_department(&mut tenant.world, "g1", department).expect("added");
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
    let group = tenant.get("/group/g1")["group"].clone();
    assert_eq!((&group["member_user_count"], &group["member_department_count"]), (&json!(1), &json!(1)));
    let user = tenant.world.contact.directory.user_by_id("u1").expect("u1");
    let list = "/group/g1/member/simplelist";
    for (query, id) in [
        ("", tenant.open_id(user)),
        ("?member_type=user&member_id_type=user_id", "u1".to_owned()),
        ("?member_type=department&member_id_type=department_id", "d2".to_owned()),
        (
            "?member_type=department",
            crate::sandbox::contact::ids::open_department_id(&tenant.world, department),
        ),
    ] {
        let found = tenant.all(&format!("{list}{query}"), "memberlist");
        let found: Vec<&str> = found.iter().filter_map(|m| m["member_id"].as_str()).collect();
        assert_eq!(found, [id], "{query}");
    }
    for (query, code) in [
        ("?member_type=user&member_id_type=department_id", 41072),
        ("?member_type=department&member_id_type=user_id", 41072),
        ("?member_type=department&member_id_type=nickname", 41071),
        ("?member_type=robot", 41074),
        ("?page_size=101", 40011),
        ("?page_token=x", 40012),
    ] {
        assert_eq!(tenant.get_code(&format!("{list}{query}")), code, "{query}");
    }
}

#[test]
fn a_group_takes_twenty_departments() {
    let mut tenant = tenant();
    for n in 0..MAX_DEPARTMENTS {
        let department = tenant.department(&format!("x{n}"), 0);
        add_department(&mut tenant.world, "g1", department).expect("added");
        assert_eq!(add_department(&mut tenant.world, "g1", department).expect_err("twice").code, 42005);
    }
    let one_more = tenant.department("more", 0);
    assert_eq!(add_department(&mut tenant.world, "g1", one_more).expect_err("full").code, 42011);
    assert_eq!(add_department(&mut tenant.world, "g9", one_more).expect_err("unknown").code, 42002);
}

#[test]
fn the_groups_of_a_person_are_found_across_types() {
    let mut tenant = tenant();
    let user = tenant.world.contact.directory.user_by_id("u1").expect("u1");
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
    let dynamic = create_dynamic(&mut tenant.world, "dynamic", &[user]).expect("made");
    let belong = "/group/member_belong?member_id_type=user_id&member_id=u1";
    assert_eq!(tenant.all(belong, "group_list"), ["g1", dynamic.as_str()]);
    assert_eq!(tenant.all(&format!("{belong}&group_type=1"), "group_list"), ["g1"]);
    assert_eq!(tenant.all(&format!("{belong}&group_type=2"), "group_list"), [dynamic.as_str()]);
    assert!(tenant.all("/group/member_belong?member_id_type=user_id&member_id=u2", "group_list").is_empty());
    for (query, code) in [
        ("member_id=", 40001),
        ("member_id=u1", 41073),
        ("member_id=u1&member_id_type=department_id", 41071),
        ("member_id=u1&member_id_type=user_id&group_type=3", 41074),
        ("member_id=u1&page_size=1001", 40011),
        ("member_id=u1&page_token=x", 40012),
    ] {
        assert_eq!(tenant.get_code(&format!("/group/member_belong?{query}")), code, "{query}");
    }
}

#[test]
fn who_resigns_and_what_is_deleted_leaves_every_group() {
    let mut tenant = tenant();
    let user = tenant.world.contact.directory.user_by_id("u1").expect("u1");
    let department = tenant.department("d2", 0);
    add_department(&mut tenant.world, "g1", department).expect("added");
    tenant.ok("POST", "/group/g1/member/add", &member("u1"));
    tenant.world.contact.groups.forget_user(user);
    tenant.world.contact.groups.forget_department(department);
    tenant.ok("DELETE", "/group/g1", &Value::Null);
}
