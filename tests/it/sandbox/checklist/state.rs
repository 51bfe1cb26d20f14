//! Items 41 to 46: repeats, lost answers, lag, half successes and locks.

use larkctl::sandbox::server::Options;
use larkctl::sandbox::store::Store;
use larkctl::sandbox::world::World;
use serde_json::{Value, json};

use super::{DEPARTMENTS, children, count, department, members, named, texts, user};
use crate::support::{CONTACT, Tenant, options, person};

const USERS: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";
const CREATE: &str = "POST /open-apis/contact/v3/departments";

#[tokio::test]
async fn item_41_a_client_token_makes_a_repeat_harmless_for_its_window() {
    let t = Tenant::start().await;
    let path = format!("{DEPARTMENTS}&client_token=abc");
    let first = t.ok("POST", &path, named("a")).await;
    assert_eq!(t.ok("POST", &path, named("a")).await, first);
    t.refused("POST", &path, named("b"), 400, 40_021).await;
    assert_eq!(count(&t, "departments").await, 1);
    // Per endpoint and per app: the same token elsewhere is another one.
    t.ok("POST", &format!("{USERS}&client_token=abc"), person("u1", "0")).await;
    let second = t.second_app().await;
    assert_eq!(t.send("POST", &path, Some(&second), Some(named("c"))).await.code(), 0);
    // A refused call leaves no trace, so that it can be corrected under its token.
    let other = format!("{DEPARTMENTS}&client_token=def");
    t.refused("POST", &other, named("a/b"), 400, 43_029).await;
    t.ok("POST", &other, named("ab")).await;
    t.step(3_599).await;
    assert_eq!(t.ok("POST", &path, named("a")).await, first);
    t.step(1).await;
    t.refused("POST", &path, named("a"), 400, 43_022).await;
}

#[tokio::test]
async fn item_42_everything_else_is_done_again() {
    let t = Tenant::start().await;
    t.ok("POST", DEPARTMENTS, named("a")).await;
    t.refused("POST", DEPARTMENTS, named("a"), 400, 43_022).await;
    let unit = json!({ "name": "n", "unit_type": "t" });
    t.ok("POST", &format!("{CONTACT}/unit"), unit.clone()).await;
    t.refused("POST", &format!("{CONTACT}/unit"), unit, 400, 43_055).await;
    let group = json!({ "name": "g" });
    t.ok("POST", &format!("{CONTACT}/group"), group.clone()).await;
    t.refused("POST", &format!("{CONTACT}/group"), group.clone(), 400, 47_009).await;
    let keyed = format!("{CONTACT}/group?client_token=abc");
    t.refused("POST", &keyed, group, 400, 99_992_402).await;
    // Asking again for scopes is asking twice.
    t.act(json!({ "action": "scopes", "except": ["contact:group"] })).await;
    t.act(json!({ "action": "scopes", "except": ["contact:group"], "user": true })).await;
    t.ok("POST", "/open-apis/application/v6/scopes/apply", Value::Null).await;
    let again = t.call("POST", "/open-apis/application/v6/scopes/apply", Value::Null).await;
    assert_eq!(again.code(), 212_004);
}

#[tokio::test]
async fn item_43_an_error_may_come_after_the_effect() {
    let t = Tenant::start().await;
    for (status, code, name) in [(500, None, "a"), (504, None, "b"), (500, Some(40_003), "c")] {
        let answer = json!({ "status": status, "code": code, "commit": true });
        t.faults(json!({ "endpoint": CREATE, "effect": { "answer": answer }, "times": 1 })).await;
        let lost = t.call("POST", DEPARTMENTS, named(name)).await;
        assert_eq!(lost.status, status);
        assert_eq!(lost.body.is_null(), code.is_none(), "an HTTP error without JSON, or with a code");
        let path = children("0", "");
        assert!(texts(&t.ok("GET", &path, Value::Null).await, "items", "name").contains(&name.to_owned()));
    }
    t.faults(json!({ "endpoint": CREATE, "effect": "cut_after", "times": 1 })).await;
    let request = t.http.post(format!("{}{DEPARTMENTS}", t.base)).bearer_auth(&t.token);
    let cut = request.header("Content-Type", "application/json").body(named("d").to_string()).send().await;
    assert!(cut.is_err());
    assert_eq!(count(&t, "departments").await, 4);
}

/// Every list of the contract whose objects the API makes.
#[tokio::test]
async fn item_44_lists_miss_a_fresh_object_for_a_while() {
    let t = Tenant::start().await;
    t.joined("old", "0").await;
    t.settings(json!({ "list_lag_ms": 2_000 })).await;
    t.step(10).await;
    t.department("a", "0").await;
    let mut u1 = person("u1", "a");
    u1["job_title"] = "Chef".into();
    u1["city"] = "Köln".into();
    t.ok("POST", USERS, u1.clone()).await;
    let level = json!({ "name": "l", "status": true });
    t.ok("POST", &format!("{CONTACT}/job_levels"), level.clone()).await;
    t.ok("POST", &format!("{CONTACT}/job_families"), level).await;
    t.ok("POST", &format!("{CONTACT}/unit"), json!({ "unit_id": "n1", "name": "n", "unit_type": "t" })).await;
    let bind = json!({ "unit_id": "n1", "department_id": "a", "department_id_type": "department_id" });
    t.ok("POST", &format!("{CONTACT}/unit/bind_department"), bind).await;
    let kind = json!({ "content": "k", "enum_type": 2, "enum_status": 1 });
    t.ok("POST", &format!("{CONTACT}/employee_type_enums"), kind).await;
    t.ok("POST", &format!("{CONTACT}/group"), json!({ "name": "g", "group_id": "g1" })).await;
    let member = json!({ "member_type": "user", "member_id_type": "user_id", "member_id": "old" });
    t.ok("POST", &format!("{CONTACT}/group/g1/member/add"), member).await;
    let role = t.ok("POST", &format!("{CONTACT}/functional_roles"), json!({ "role_name": "r" })).await;
    let role = role["role_id"].as_str().expect("id").to_owned();
    let path = format!("{CONTACT}/functional_roles/{role}/members/batch_create?user_id_type=user_id");
    t.ok("POST", &path, json!({ "members": ["old"] })).await;
    let lists = [
        (children("0", ""), "items", 0),
        (members("a"), "items", 0),
        (format!("{CONTACT}/scopes"), "department_ids", 0),
        (format!("{CONTACT}/scopes"), "group_ids", 0),
        (format!("{CONTACT}/job_levels"), "items", 0),
        (format!("{CONTACT}/job_families"), "items", 0),
        (format!("{CONTACT}/job_titles"), "items", 0),
        (format!("{CONTACT}/work_cities"), "items", 0),
        (format!("{CONTACT}/unit"), "unitlist", 0),
        (format!("{CONTACT}/unit/list_department?unit_id=n1"), "departmentlist", 0),
        (format!("{CONTACT}/employee_type_enums"), "items", 5),
        (format!("{CONTACT}/group/simplelist"), "grouplist", 0),
        (format!("{CONTACT}/group/g1/member/simplelist"), "memberlist", 0),
        (format!("{CONTACT}/group/member_belong?member_id=old&member_id_type=user_id"), "group_list", 0),
        (format!("{CONTACT}/functional_roles/{role}/members"), "members", 0),
    ];
    let len = |data: &Value, list: &str| data[list].as_array().map_or(0, Vec::len);
    for (path, list, before) in &lists {
        assert_eq!(len(&t.ok("GET", path, Value::Null).await, list), *before, "{path} shows it at once");
    }
    let lookup = format!("{CONTACT}/users/batch_get_id?user_id_type=user_id");
    let found = || async {
        t.ok("POST", &lookup, json!({ "mobiles": [u1["mobile"]] })).await["user_list"][0]
            .get("user_id")
            .is_some()
    };
    assert!(!found().await);
    // Direct reads are not behind.
    t.ok("GET", &department("a"), Value::Null).await;
    t.ok("GET", &user("u1"), Value::Null).await;
    t.step(2).await;
    for (path, list, before) in &lists {
        assert_eq!(len(&t.ok("GET", path, Value::Null).await, list), before + 1, "{path} never shows it");
    }
    assert!(found().await);
}

#[tokio::test]
async fn item_45_a_batch_may_succeed_in_part() {
    let t = Tenant::start().await;
    for id in ["u1", "u2", "u3"] {
        t.joined(id, "0").await;
    }
    t.ok("POST", &format!("{CONTACT}/group"), json!({ "name": "g", "group_id": "g1" })).await;
    let entry = |id: &str| json!({ "member_type": "user", "member_id_type": "user_id", "member_id": id });
    let batch = |ids: &[&str]| json!({ "members": ids.iter().map(|id| entry(id)).collect::<Vec<_>>() });
    let path = format!("{CONTACT}/group/g1/member/batch_add");
    t.ok("POST", &path, batch(&["u1"])).await;
    let data = t.ok("POST", &path, batch(&["u1", "nobody", "u2"])).await;
    let codes: Vec<i64> =
        data["results"].as_array().expect("results").iter().filter_map(|r| r["code"].as_i64()).collect();
    assert_eq!(codes, [42_005, 41_073, 0]);
    assert_eq!(count(&t, "group_members").await, 2);
    // Removing has no room for details: whom it can, and a code for the rest.
    let path = format!("{CONTACT}/group/g1/member/batch_remove");
    t.refused("POST", &path, batch(&["u1", "u3"]), 400, 40_022).await;
    assert_eq!(count(&t, "group_members").await, 1);
    let role = t.ok("POST", &format!("{CONTACT}/functional_roles"), json!({ "role_name": "r" })).await;
    let role = role["role_id"].as_str().expect("id").to_owned();
    let path = format!("{CONTACT}/functional_roles/{role}/members/batch_create?user_id_type=user_id");
    let data = t.ok("POST", &path, json!({ "members": ["u1", "u1", "nobody"] })).await;
    let reasons: Vec<i64> =
        data["results"].as_array().expect("results").iter().filter_map(|r| r["reason"].as_i64()).collect();
    assert_eq!(reasons, [1, 4, 2]);
    assert_eq!(count(&t, "role_members").await, 1);
}

/// The clock runs, a write takes a while, and two set out together: one of them loses, whichever it is.
#[tokio::test]
async fn item_46_overlapping_writes_lose_against_each_other() {
    let t = Tenant::with(Options { time_scale: 1.0, ..options() }).await;
    t.joined("u1", "0").await;
    t.joined("u2", "0").await;
    t.department("a", "0").await;
    let hold = 1_000;
    t.settings(json!({ "structure_write_ms": hold, "update_write_ms": hold })).await;
    let level = |name: &str| json!({ "name": name, "status": true });
    let levels = format!("{CONTACT}/job_levels");
    let families = format!("{CONTACT}/job_families");
    let rename = |name: &str| json!({ "name": name });
    let (one, a) = (user("u1"), department("a"));
    let (x, y, l, m, f, g, p, q) = tokio::join!(
        t.call("POST", DEPARTMENTS, named("x")),
        t.call("PATCH", &a, rename("y")),
        t.call("POST", &levels, level("l")),
        t.call("POST", &levels, level("m")),
        t.call("POST", &families, level("f")),
        t.call("POST", &families, level("g")),
        t.call("PATCH", &one, rename("p")),
        t.call("PATCH", &one, rename("q")),
    );
    for (pair, code) in [([&x, &y], 43_024), ([&l, &m], 42_302), ([&f, &g], 42_403), ([&p, &q], 44_025)] {
        let mut codes = pair.map(crate::support::Answer::code);
        codes.sort_unstable();
        assert_eq!(codes, [0, code]);
    }
    let shown = t.ok("GET", &one, Value::Null).await["user"]["name"].clone();
    assert_eq!(shown, if p.code() == 0 { "p" } else { "q" }, "the loser changed nothing");
    assert_eq!(count(&t, "job_levels").await, 1);
    // Different people do not stand in each other's way; one after the other works.
    let two = user("u2");
    let (p, q) = tokio::join!(t.call("PATCH", &one, rename("r")), t.call("PATCH", &two, rename("s")));
    assert_eq!((p.code(), q.code()), (0, 0));
    t.ok("POST", DEPARTMENTS, named("z")).await;
}

#[tokio::test]
async fn item_46_locks_may_be_taken_by_somebody_else() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.department("a", "0").await;
    t.settings(json!({ "structure_lock_every": 3, "update_lock_every": 0 })).await;
    let mut codes = Vec::new();
    for n in 0..9 {
        codes.push(t.call("POST", DEPARTMENTS, named(&format!("n{n}"))).await.code());
    }
    let refused: Vec<usize> = (0..9).filter(|i| codes[*i] != 0).collect();
    assert_eq!(refused.len(), 3, "one in three: {codes:?}");
    assert!(refused.iter().all(|i| codes[*i] == 43_024));
    assert_eq!(count(&t, "departments").await, 7);
    t.settings(json!({ "structure_lock_every": 0, "update_lock_every": 2 })).await;
    let mut codes = Vec::new();
    for n in 0..4 {
        let body = json!({ "name": format!("m{n}") });
        codes.push(t.call("PATCH", &department("a"), body.clone()).await.code());
        codes.push(t.call("PATCH", &user("u1"), body).await.code());
    }
    codes.sort_unstable();
    assert_eq!(codes.iter().filter(|c| **c == 0).count(), 4, "{codes:?}");
    assert!(codes.iter().all(|c| [0, 43_030, 44_025].contains(c)));
    t.settings(json!({ "structure_lock_every": 1, "update_lock_every": 1 })).await;
    t.refused("PATCH", &user("u1"), json!({ "name": "x" }), 400, 44_025).await;
    t.refused("PATCH", &department("a"), json!({ "name": "x" }), 400, 43_024).await;
    t.settings(json!({ "structure_lock_every": 0 })).await;
    t.refused("PATCH", &department("a"), json!({ "name": "x" }), 400, 43_030).await;
    // Reading needs no lock.
    t.ok("GET", &department("a"), Value::Null).await;
}

#[tokio::test]
async fn who_left_by_themselves_turns_into_a_resigned_person() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.act(json!({ "action": "leave", "user": "u1" })).await;
    let status = || async { t.rows("users").await["00000000000000000001"]["status"].clone() };
    t.step(30 * 86_400 - 1).await;
    let mut t2 = t.fresh_token("cli_sandbox", "sandbox-secret").await;
    let read = |token: String| {
        let t = &t;
        async move { t.send("GET", &user("u1"), Some(&token), None).await.body["data"]["user"]["status"].clone() }
    };
    let shown = read(t2.clone()).await;
    assert_eq!((&shown["is_exited"], &shown["is_resigned"]), (&json!(true), &json!(false)));
    t.step(1).await;
    t2 = t.fresh_token("cli_sandbox", "sandbox-secret").await;
    assert_eq!(read(t2.clone()).await["is_resigned"], true);
    assert_eq!(status().await["resigned"], true);
    let list = t.send("GET", &members("0"), Some(&t2), None).await;
    assert_eq!(list.body["data"]["items"], json!([]));
}

/// The rows in the folder are the rows in memory, tokens and knobs included.
#[tokio::test]
async fn what_was_acknowledged_is_on_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = Tenant::in_dir(folder.path()).await;
    t.joined("u1", "0").await;
    let login = t.login("u1", "offline_access contact:contact.base:readonly").await;
    t.ok("POST", &format!("{DEPARTMENTS}&client_token=abc"), named("a")).await;
    t.second_app().await;
    t.settings(json!({ "update_lock_every": 7 })).await;
    assert_eq!(t.refresh(&login.refresh).await.status, 200);
    let before = t.send("GET", "/_sandbox/tenant", None, None).await.body;
    t.stop().await;
    let mut world = World::default();
    let started = std::time::Instant::now();
    // The thread that owns the file closes it once nobody holds the tenant any more.
    let found = loop {
        match Store::open(folder.path(), &mut world) {
            Ok((_, found)) => break found,
            Err(e) => assert!(started.elapsed().as_secs() < 20, "{e}"),
        }
        tokio::task::yield_now().await;
    };
    assert!(found.rows > 10 && found.clock.is_some());
    let after: serde_json::Map<String, Value> =
        world.tables().into_iter().map(|t| (t.name().to_owned(), t.dump())).collect();
    assert_eq!(Value::Object(after), before);
}
