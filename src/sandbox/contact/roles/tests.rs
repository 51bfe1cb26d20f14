use serde_json::{Value, json};

use super::{MAX_MEMBERS, MAX_ROLES, RoleMember, Scope, create_system};
use crate::sandbox::contact::catalogue_tests::Tenant;
use crate::sandbox::contact::directory::UserKey;

/// A tenant with one role, the departments `d1` and `d2`, and `u1` in `d1`, `u2` in `d2`.
struct Cast {
    tenant: Tenant,
    /// Where the role is.
    role: String,
    u1: UserKey,
    d1: u64,
}

fn cast() -> Cast {
    let mut tenant = Tenant::new();
    let (d1, d2) = (tenant.department("d1", 0), tenant.department("d2", 0));
    let u1 = tenant.user("u1", d1);
    tenant.user("u2", d2);
    let made = tenant.ok("POST", "/functional_roles", &json!({ "role_name": "One" }));
    let role = format!("/functional_roles/{}", made["role_id"].as_str().expect("id"));
    Cast { tenant, role, u1, d1 }
}

impl Cast {
    #[track_caller]
    fn batch(&mut self, method: &str, call: &str, list: &str, body: &Value) -> Vec<i64> {
        let target = format!("{}/members/{call}?user_id_type=user_id", self.role);
        let target =
            if call == "scopes" { format!("{target}&department_id_type=department_id") } else { target };
        let data = self.tenant.ok(method, &target, body);
        data[list].as_array().expect("list").iter().filter_map(|r| r["reason"].as_i64()).collect()
    }

    #[track_caller]
    fn add(&mut self, ids: &[&str]) -> Vec<i64> {
        self.batch("POST", "batch_create", "results", &json!({ "members": ids }))
    }

    #[track_caller]
    fn take_out(&mut self, ids: &[&str]) -> Vec<i64> {
        self.batch("PATCH", "batch_delete", "result", &json!({ "members": ids }))
    }

    #[track_caller]
    fn set(&mut self, ids: &[&str], departments: &[&str]) -> Vec<i64> {
        self.batch("PATCH", "scopes", "results", &json!({ "members": ids, "departments": departments }))
    }

    #[track_caller]
    fn member(&mut self, id: &str) -> Value {
        let query = "user_id_type=user_id&department_id_type=department_id";
        self.tenant.get(&format!("{}/members/{id}?{query}", self.role))["member"].clone()
    }
}

#[test]
fn a_role_name_is_unique_even_against_itself() {
    let Cast { mut tenant, role, .. } = cast();
    assert_eq!(tenant.code("POST", "/functional_roles", &json!({ "role_name": "One" })), 41201);
    assert_eq!(tenant.code("PUT", &role, &json!({ "role_name": "One" })), 41201);
    tenant.ok("PUT", &role, &json!({ "role_name": "Two" }));
    tenant.ok("POST", "/functional_roles", &json!({ "role_name": "One" }));
}

#[test]
fn a_role_name_has_one_to_fifty_characters() {
    let Cast { mut tenant, role, .. } = cast();
    for name in ["".to_owned(), " ".to_owned(), "长".repeat(51)] {
        let body = json!({ "role_name": name });
        assert_eq!(tenant.code("POST", "/functional_roles", &body), 99_992_402);
        assert_eq!(tenant.code("PUT", &role, &body), 99_992_402);
    }
}

#[test]
fn the_501st_role_is_refused() {
    let Cast { mut tenant, .. } = cast();
    for n in 1..MAX_ROLES {
        tenant.ok("POST", "/functional_roles", &json!({ "role_name": n.to_string() }));
    }
    assert_eq!(tenant.code("POST", "/functional_roles", &json!({ "role_name": "last" })), 41208);
}

#[test]
fn a_system_role_is_neither_renamed_nor_deleted() {
    let Cast { mut tenant, .. } = cast();
    let id = create_system(&mut tenant.world, "owners").expect("made");
    assert_eq!(create_system(&mut tenant.world, "owners"), None);
    let role = format!("/functional_roles/{id}");
    assert_eq!(tenant.code("PUT", &role, &json!({ "role_name": "X" })), 41213);
    assert_eq!(tenant.code("DELETE", &role, &Value::Null), 41206);
}

#[test]
fn a_role_with_members_cannot_be_deleted() {
    let mut cast = cast();
    assert_eq!(cast.add(&["u1"]), [1]);
    let role = cast.role.clone();
    assert_eq!(cast.tenant.code("DELETE", &role, &Value::Null), 41206);
    assert_eq!(cast.take_out(&["u1"]), [1]);
    cast.tenant.ok("DELETE", &role, &Value::Null);
    assert_eq!(cast.tenant.code("DELETE", &role, &Value::Null), 41202);
}

#[test]
fn an_unknown_role_is_41202_everywhere() {
    let Cast { mut tenant, .. } = cast();
    let role = "/functional_roles/none";
    let body = json!({ "members": ["x"], "departments": ["x"] });
    assert_eq!(tenant.code("PUT", role, &json!({ "role_name": "X" })), 41202);
    assert_eq!(tenant.code("DELETE", role, &Value::Null), 41202);
    assert_eq!(tenant.code("POST", &format!("{role}/members/batch_create"), &body), 41202);
    assert_eq!(tenant.code("PATCH", &format!("{role}/members/batch_delete"), &body), 41202);
    assert_eq!(tenant.code("PATCH", &format!("{role}/members/scopes"), &body), 41202);
    assert_eq!(tenant.get_code(&format!("{role}/members")), 41202);
    assert_eq!(tenant.get_code(&format!("{role}/members/x")), 41202);
}

#[test]
fn adding_says_for_each_person_what_happened() {
    let mut cast = cast();
    let gone = cast.tenant.user("u3", 0);
    cast.tenant.resign(gone);
    assert_eq!(cast.add(&["u1"]), [1]);
    assert_eq!(cast.add(&["u1", "u9", "u3", "u2", "u2"]), [4, 2, 2, 1, 4]);
    let gone = cast.tenant.open_id(gone);
    let target = format!("{}/members/batch_create", cast.role);
    let data = cast.tenant.ok("POST", &target, &json!({ "members": [gone] }));
    assert_eq!(data, json!({ "results": [{ "user_id": gone, "reason": 2 }] }));
}

#[test]
fn removing_says_for_each_person_what_happened() {
    let mut cast = cast();
    cast.add(&["u1"]);
    assert_eq!(cast.take_out(&["u1", "u1", "u2", "u9"]), [1, 5, 5, 2]);
    let target = format!("{}/members/batch_delete", cast.role);
    assert_eq!(cast.tenant.code("PATCH", &target, &json!({})), 99_992_402);
}

#[test]
fn a_person_out_of_range_is_reason_3() {
    let mut cast = cast();
    cast.add(&["u2"]);
    cast.tenant.see_only(&[cast.d1], &[], &[]);
    assert_eq!(cast.add(&["u1", "u2"]), [1, 3]);
    assert_eq!(cast.set(&["u1", "u2"], &["d1"]), [1, 3]);
    assert_eq!(cast.take_out(&["u2", "u1"]), [3, 1]);
}

#[test]
fn an_old_scope_out_of_range_is_reason_6() {
    let mut cast = cast();
    cast.add(&["u1"]);
    assert_eq!(cast.set(&["u1"], &["d1", "d2"]), [1]);
    cast.tenant.see_only(&[cast.d1], &[], &[]);
    assert_eq!(cast.set(&["u1"], &["d1"]), [6]);
    assert_eq!(cast.take_out(&["u1"]), [6]);
    let id = cast.role.rsplit('/').next().expect("id").to_owned();
    assert!(cast.tenant.world.contact.roles.let_manage_all(&id, cast.u1));
    assert_eq!(cast.take_out(&["u1"]), [6]);
    assert_eq!(cast.member("u1"), json!({ "user_id": "u1", "scope_type": "All" }));
}

#[test]
fn a_scope_is_not_set_until_it_is_and_then_replaced_whole() {
    let mut cast = cast();
    cast.add(&["u1"]);
    assert_eq!(cast.member("u1"), json!({ "user_id": "u1", "scope_type": "None" }));
    assert_eq!(cast.set(&["u1", "u2", "u9"], &["d1", "d1"]), [1, 5, 2]);
    assert_eq!(cast.member("u1"), json!({ "user_id": "u1", "scope_type": "Part", "department_ids": ["d1"] }));
    assert_eq!(cast.set(&["u1"], &["d2"]), [1]);
    assert_eq!(cast.member("u1")["department_ids"], json!(["d2"]));
}

#[test]
fn a_scope_of_the_root_or_of_nothing_is_refused_whole() {
    let mut cast = cast();
    cast.add(&["u1"]);
    let target =
        format!("{}/members/scopes?user_id_type=user_id&department_id_type=department_id", cast.role);
    for (departments, code) in [
        (json!(["d1", "0"]), 41210),
        (json!(["d9"]), 41210),
        (json!([]), 41210),
        (json!(["d1", "d2"]), 41211),
    ] {
        if code == 41211 {
            cast.tenant.see_only(&[cast.d1], &[], &[]);
        }
        let body = json!({ "members": ["u1"], "departments": departments });
        assert_eq!(cast.tenant.code("PATCH", &target, &body), code, "{body}");
    }
    assert_eq!(cast.member("u1")["scope_type"], "None");
}

#[test]
fn the_1001st_member_spoils_the_whole_batch() {
    let mut cast = cast();
    let id = cast.role.rsplit('/').next().expect("id").to_owned();
    for user in 0..MAX_MEMBERS as u64 - 1 {
        let row = RoleMember { scope: Scope::None, joined: 0 };
        cast.tenant.world.contact.roles.members.put(&id, 10_000 + user, row);
    }
    let target = format!("{}/members/batch_create?user_id_type=user_id", cast.role);
    assert_eq!(cast.tenant.code("POST", &target, &json!({ "members": ["u1", "u2"] })), 41209);
    assert_eq!(cast.add(&["u1", "u1", "u9"]), [1, 4, 2]);
    assert_eq!(cast.tenant.code("POST", &target, &json!({ "members": ["u2"] })), 41209);
}

#[test]
fn whoever_is_not_a_member_is_41203() {
    let Cast { mut tenant, role, .. } = cast();
    for id in ["u1", "u9"] {
        assert_eq!(tenant.get_code(&format!("{role}/members/{id}?user_id_type=user_id")), 41203);
    }
}

#[test]
fn members_are_listed_in_the_callers_id_types() {
    let mut cast = cast();
    cast.add(&["u1", "u2"]);
    cast.set(&["u1"], &["d1"]);
    let target = format!("{}/members", cast.role);
    let members = cast.tenant.all(&format!("{target}?page_size=1"), "members");
    assert_eq!(members[0]["user_id"], cast.tenant.open_id(cast.u1));
    assert!(members[0]["department_ids"][0].as_str().is_some_and(|d| d.starts_with("od-")));
    assert_eq!(members.len(), 2);
    assert_eq!(cast.tenant.get_code(&format!("{target}?page_size=101")), 40001);
    assert_eq!(cast.tenant.get_code(&format!("{target}?page_token=x")), 40001);
    cast.tenant.set(|s| s.list_lag_ms = 500);
    assert!(cast.tenant.all(&target, "members").is_empty());
}

#[test]
fn who_resigns_and_what_is_deleted_leaves_every_role() {
    let mut cast = cast();
    cast.add(&["u1", "u2"]);
    cast.set(&["u1"], &["d1"]);
    cast.set(&["u2"], &["d1", "d2"]);
    cast.tenant.world.contact.roles.forget_department(cast.d1);
    assert_eq!(cast.member("u1")["scope_type"], "None");
    assert_eq!(cast.member("u2")["department_ids"], json!(["d2"]));
    cast.tenant.world.contact.roles.forget_user(cast.u1);
    assert_eq!(cast.tenant.all(&format!("{}/members", cast.role), "members").len(), 1);
}
