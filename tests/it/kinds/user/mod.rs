//! People: each test is a rule of contact.md B.2 that the sandbox enforces, seen from both ends.

mod reads;
mod runner;

use std::collections::{BTreeMap, BTreeSet};

use larkctl::model::{Live, Observed, Value};
use larkctl::resource::Identity;
use serde_json::{Value as Json, json};

use crate::support::{CONTACT, Tenant};
use runner::{Run, State, Wants, address, run, user};

fn text(text: &str) -> Value {
    Value::text(text)
}

fn department(id: &str) -> Value {
    Value::remote("department", id)
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn set(values: &[Value]) -> Value {
    Value::Set(values.iter().cloned().collect())
}

/// Enough to be invited; later entries replace earlier ones.
fn person(number: u32, more: &[(&'static str, Value)]) -> Wants {
    let mut wants: BTreeMap<&'static str, Value> = BTreeMap::from([
        ("name", text("张三")),
        ("mobile", text(&format!("+86130{number:08}"))),
        ("employee_type", text("regular")),
        ("departments", Value::List(vec![text("root")])),
    ]);
    wants.extend(more.iter().cloned());
    wants.into_iter().collect()
}

/// Everybody who is invited accepts at once.
async fn lively() -> Tenant {
    let t = Tenant::start().await;
    t.settings(json!({ "join": "at_once", "mail_domains": ["corp.cn"] })).await;
    t
}

async fn get(t: &Tenant, id: &str) -> Json {
    let path = format!("{CONTACT}/users/{id}?user_id_type=user_id&department_id_type=department_id");
    t.ok("GET", &path, Json::Null).await["user"].clone()
}

/// The row of the store, which no read of ours made.
async fn row(t: &Tenant, id: &str) -> Json {
    let rows = t.rows("users").await;
    let all = rows.as_object().expect("rows");
    all.values().find(|row| row["user_id"] == id).cloned().expect("a row")
}

/// Applies, and then finds nothing left to do.
async fn settles(t: &Tenant, state: &mut State, people: &[(&str, Wants)]) -> Run {
    let first = run(t, state, people).await;
    first.is_clean();
    let second = run(t, state, people).await;
    second.is_clean();
    assert_eq!(second.steps(), [""; 0], "nothing is left: {:?}", second.sent);
    first
}

#[tokio::test]
async fn a_person_with_everything_is_invited_by_one_call_and_reads_back_as_declared() {
    let t = lively().await;
    t.department("a", "0").await;
    t.department("b", "a").await;
    let base = format!("{CONTACT}/employee_type_enums");
    let body = json!({ "content": "专家", "enum_type": 2, "enum_status": 1 });
    let made = t.ok("POST", &base, body).await["employee_type_enum"].clone();
    let enum_id = made["enum_id"].as_str().expect("id").to_owned();
    let level = t
        .ok("POST", &format!("{CONTACT}/job_levels"), json!({ "name": "P7", "order": 700, "status": true }))
        .await;
    let level = level["job_level"]["job_level_id"].as_str().expect("id").to_owned();
    let enum_value = made["enum_value"].as_str().expect("value").to_owned();
    let kind =
        Live { id: enum_id.clone(), ids: [("enum_value".to_owned(), enum_value)].into(), ..Live::default() };
    let types = Observed { things: [(enum_id.clone(), kind)].into(), complete: true, ..Observed::default() };
    let mut state = State::default();
    state.earlier.kinds.insert("employee_type".to_owned(), types.into());
    let placed = map(&[("department", department("a")), ("order", Value::Int(10))]);
    let link = map(&[("text", text("博客")), ("url", text("https://example.com"))]);
    let full = person(
        1,
        &[
            ("en_name", text("San")),
            ("nickname", text("三")),
            ("email", text("San@example.com")),
            ("mobile_visible", Value::Bool(false)),
            ("gender", text("female")),
            ("avatar_key", text("v2_key")),
            ("departments", Value::List(vec![department("b"), placed, text("root")])),
            ("leader", user("boss")),
            ("dotted_line", set(&[user("boss"), user("other")])),
            ("employee_type", Value::remote("employee_type", enum_id.as_str())),
            ("employee_no", text("E1")),
            ("job_title", text("工程师")),
            ("city", text("杭州")),
            ("country", text("CN")),
            ("work_station", text("7F-12")),
            ("join_date", text("2024-03-01")),
            ("job_level", Value::remote("job_level", level.as_str())),
            ("job_family", Value::Null),
            ("enterprise_email", text("san@corp.cn")),
            (
                "custom",
                map(&[
                    ("座右铭", text("天道酬勤")),
                    ("Homepage", link),
                    ("Shirt size", map(&[("choice", text("M"))])),
                    ("C-7000000000000000004", map(&[("user", user("boss"))])),
                ]),
            ),
            ("frozen", Value::Bool(false)),
            ("tags", set(&[text("x")])),
        ],
    );
    let people = [("boss", person(2, &[])), ("other", person(3, &[])), ("san", full)];
    let first = settles(&t, &mut state, &people).await;
    assert_eq!(first.steps(), ["user.boss: create", "user.other: create", "user.san: create"]);
    let seen = get(&t, "san").await;
    assert_eq!((&seen["leader_user_id"], &seen["join_time"]), (&json!("boss"), &json!(1_709_222_400)));
    assert_eq!(seen["custom_attrs"].as_array().map(Vec::len), Some(4));
    assert_eq!(row(&t, "san").await["avatar_key"], "v2_key");
    assert_eq!(state.records[&address("san")].ids["union_id"], seen["union_id"]);
}

#[tokio::test]
async fn changes_and_clearances_arrive_and_nothing_else_is_touched() {
    let t = lively().await;
    t.department("a", "0").await;
    t.department("b", "0").await;
    let mut state = State::default();
    let before = person(
        1,
        &[
            ("nickname", text("x")),
            ("job_title", text("x")),
            ("city", text("x")),
            ("leader", user("boss")),
            ("dotted_line", set(&[user("boss")])),
            ("join_date", text("2024-03-01")),
            ("email", text("a@example.com")),
            ("work_station", text("stays")),
        ],
    );
    settles(&t, &mut state, &[("boss", person(2, &[])), ("p", before)]).await;
    let names = ["nickname", "job_title", "city", "leader", "dotted_line", "join_date", "email"];
    let mut more: Vec<(&'static str, Value)> = names.iter().map(|name| (*name, Value::Null)).collect();
    more.push(("name", text("新")));
    let first = settles(&t, &mut state, &[("boss", person(2, &[])), ("p", person(1, &more))]).await;
    assert_eq!(first.steps(), ["user.p: update 8 attributes"]);
    let after = row(&t, "p").await;
    assert_eq!((&after["name"], &after["work_station"]), (&json!("新"), &json!("stays")));
    assert!(
        after.get("leader").is_none() && after.get("job_title").is_none() && after.get("join_time").is_none()
    );
    more.extend([
        ("departments", Value::List(vec![department("b"), department("a")])),
        ("frozen", Value::Bool(true)),
    ]);
    let first = settles(&t, &mut state, &[("boss", person(2, &[])), ("p", person(1, &more))]).await;
    assert_eq!(first.steps(), ["user.p: update departments, frozen"]);
    assert_eq!(get(&t, "p").await["orders"][0]["department_id"], "b");
}

#[tokio::test]
async fn an_invited_person_waits_and_is_changed_once_they_joined() {
    let t = Tenant::start().await;
    let mut state = State::default();
    run(&t, &mut state, &[("p", person(1, &[]))]).await.is_clean();
    let changed = [("p", person(1, &[("nickname", text("x"))]))];
    let waits = run(&t, &mut state, &changed).await;
    waits.is_clean();
    assert_eq!(
        (waits.steps().len(), waits.pending.as_slice()),
        (0, ["user.p: nickname".to_owned()].as_slice())
    );
    t.act(json!({ "action": "join", "user": "p" })).await;
    assert_eq!(settles(&t, &mut state, &changed).await.steps(), ["user.p: update nickname"]);
}

#[tokio::test]
async fn who_is_invited_suspended_waits_for_that_alone_even_where_nobody_may_see_the_status() {
    let t = Tenant::start().await;
    let mut state = State::default();
    let people = [("p", person(1, &[("frozen", Value::Bool(true))]))];
    let first = run(&t, &mut state, &people).await;
    first.is_clean();
    assert_eq!(first.steps(), ["user.p: create", "user.p: frozen after joining"]);
    assert_eq!(first.pending, ["user.p: frozen after joining"], "44010 is no failure");
    let seen = run(&t, &mut state, &people).await;
    assert_eq!((seen.steps().len(), seen.pending.as_slice()), (0, ["user.p: frozen".to_owned()].as_slice()));
}

#[tokio::test]
async fn who_is_there_under_another_id_is_taken_over_by_mobile() {
    let t = lively().await;
    t.ok("POST", &format!("{CONTACT}/users?user_id_type=user_id"), json!({ "user_id": "7f3a", "name": "张三", "mobile": "13000000001", "employee_type": 1, "department_ids": ["0"] })).await;
    let mut state = State::default();
    let first = settles(&t, &mut state, &[("san", person(1, &[("nickname", text("x"))]))]).await;
    assert_eq!(first.steps(), ["user.san: update nickname"]);
    assert_eq!(state.records[&address("san")].ids["id"], "7f3a");
}

#[tokio::test]
async fn whoever_only_holds_a_number_for_now_is_not_taken_for_the_new_person() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("old", person(1, &[]))]).await;
    // The new person gets the number that the old one gives up in the same plan.
    let first = settles(&t, &mut state, &[("new", person(1, &[])), ("old", person(2, &[]))]).await;
    assert_eq!(first.steps(), ["user.old: update mobile", "user.new: create"]);
}

#[tokio::test]
async fn a_user_id_that_somebody_else_took_is_not_touched() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("p", person(1, &[]))]).await;
    t.ok("DELETE", &format!("{CONTACT}/users/p?user_id_type=user_id"), Json::Null).await;
    t.invited("p", "0").await;
    let next = run(&t, &mut state, &[("p", person(1, &[("nickname", text("x"))]))]).await;
    assert!(matches!(next.unbound.as_slice(), [(_, Identity::Unclear { .. })]), "{:?}", next.unbound);
    assert_eq!(next.steps(), [""; 0]);
}

#[tokio::test]
async fn two_people_swap_what_only_one_may_have() {
    let t = lively().await;
    let mut state = State::default();
    let with =
        |n: u32, email: &str, no: &str| person(n, &[("email", text(email)), ("employee_no", text(no))]);
    settles(&t, &mut state, &[("a", with(1, "a@x.cn", "1")), ("b", with(2, "b@x.cn", "2"))]).await;
    let swapped = [("a", with(1, "b@x.cn", "1")), ("b", with(2, "a@x.cn", "2"))];
    let first = settles(&t, &mut state, &swapped).await;
    assert_eq!(first.steps(), ["user.a: email for a while", "user.b: update email", "user.a: update email"]);
    let numbers = [("a", with(2, "b@x.cn", "1")), ("b", with(1, "a@x.cn", "2"))];
    let refused = run(&t, &mut state, &numbers).await;
    assert_eq!((refused.problems.as_slice(), refused.steps().len()), (["plan::mobile_swap"].as_slice(), 0));
    state.settings.spare_mobiles = vec!["+8613099999999".to_owned()];
    assert_eq!(settles(&t, &mut state, &numbers).await.steps().len(), 3);
    assert_eq!(row(&t, "a").await["mobile"], "+8613000000002");
    let files = [("a", with(2, "b@x.cn", "2")), ("b", with(1, "a@x.cn", "1"))];
    assert_eq!(settles(&t, &mut state, &files).await.steps()[0], "user.a: employee_no for a while");
}

#[tokio::test]
async fn leaders_turn_around_without_a_circle_on_the_way() {
    let t = lively().await;
    let mut state = State::default();
    let led = |n: u32, by: Value| person(n, &[("leader", by)]);
    let down = [("a", led(1, Value::Null)), ("b", led(2, user("a"))), ("c", led(3, user("b")))];
    assert_eq!(
        settles(&t, &mut state, &down).await.steps(),
        ["user.a: create", "user.b: create", "user.c: create"]
    );
    let up = [("a", led(1, user("b"))), ("b", led(2, user("c"))), ("c", led(3, Value::Null))];
    let first = settles(&t, &mut state, &up).await;
    assert_eq!(first.steps(), ["user.c: update leader", "user.b: update leader", "user.a: update leader"]);
}

#[tokio::test]
async fn new_people_who_name_each_other_are_both_invited() {
    let t = lively().await;
    let mut state = State::default();
    let dotted = |n: u32, to: &str| person(n, &[("dotted_line", set(&[user(to)]))]);
    let first = settles(&t, &mut state, &[("a", dotted(1, "b")), ("b", dotted(2, "a"))]).await;
    assert_eq!(first.steps().len(), 3, "{:?}", first.steps());
}

#[tokio::test]
async fn who_leaves_is_inherited_from_and_heirs_leave_last() {
    let t = lively().await;
    let mut state = State::default();
    let heirs =
        |to: &str| ("on_delete", map(&[("default", user(to)), ("email", map(&[("action", text("keep"))]))]));
    let people = |all: bool| {
        let mut list = vec![("stays", person(3, &[]))];
        if all {
            list.push(("heir", person(1, &[heirs("stays")])));
            list.push(("p", person(2, &[heirs("heir"), ("leader", user("stays"))])));
            list.push(("report", person(4, &[("leader", user("p")), heirs("p")])));
        }
        list
    };
    settles(&t, &mut state, &people(true)).await;
    let first = settles(&t, &mut state, &people(false)).await;
    assert_eq!(first.steps(), ["user.report: delete", "user.p: delete", "user.heir: delete"]);
    let handover = row(&t, "p").await["handover"].clone();
    assert_eq!(
        (&handover["docs_acceptor_user_id"], &handover["email_acceptor"]),
        (&json!("heir"), &json!({ "processing_type": "2" }))
    );
    assert_eq!(handover.as_object().map(serde_json::Map::len), Some(9));
    assert_eq!(row(&t, "heir").await["status"]["resigned"], true);
    assert_eq!(state.records.keys().collect::<Vec<_>>(), [&address("stays")]);
}

#[tokio::test]
async fn a_report_gets_another_leader_before_the_old_one_leaves() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("old", person(1, &[])), ("p", person(2, &[("leader", user("old"))]))]).await;
    let people = [("new", person(3, &[])), ("p", person(2, &[("leader", user("new"))]))];
    let first = settles(&t, &mut state, &people).await;
    assert_eq!(first.steps(), ["user.new: create", "user.p: update leader", "user.old: delete"]);
}

#[tokio::test]
async fn who_somebody_deleted_meanwhile_is_no_failure_and_managers_stay() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("p", person(1, &[]))]).await;
    t.ok("DELETE", &format!("{CONTACT}/users/p?user_id_type=user_id"), Json::Null).await;
    settles(&t, &mut state, &[]).await;
    settles(&t, &mut state, &[("m", person(2, &[]))]).await;
    t.act(json!({ "action": "mark", "user": "m", "manager": true })).await;
    assert_eq!(run(&t, &mut state, &[]).await.problems, ["plan::tenant_manager"]);
}

#[tokio::test]
async fn who_left_is_called_back_with_the_same_account() {
    let mut t = lively().await;
    for d in ["a", "b"] {
        t.department(d, "0").await;
    }
    let mut state = State::default();
    let both = Value::List(vec![department("b"), department("a")]);
    let p = person(1, &[("departments", both), ("leader", user("boss")), ("job_title", text("工程师"))]);
    let all = [("boss", person(2, &[])), ("p", p)];
    settles(&t, &mut state, &all).await;
    let union_id = get(&t, "p").await["union_id"].clone();
    settles(&t, &mut state, &all[..1]).await;
    state.now += 29 * 86_400;
    let first = settles(&t, &mut state, &all).await;
    assert_eq!(first.steps()[0], "user.p: call back");
    let back = get(&t, "p").await;
    assert_eq!((&back["union_id"], &back["leader_user_id"]), (&union_id, &json!("boss")));
    assert_eq!(back["status"]["is_resigned"], false);
    // Somebody else dismisses them by hand.
    t.ok("DELETE", &format!("{CONTACT}/users/p?user_id_type=user_id"), Json::Null).await;
    state.departed.clear();
    assert_eq!(settles(&t, &mut state, &all).await.steps()[0], "user.p: call back");
    // After thirty days they are invited as somebody new.
    settles(&t, &mut state, &all[..1]).await;
    state.now += 31 * 86_400;
    t.step(31 * 86_400).await;
    t.renew().await;
    assert_eq!(settles(&t, &mut state, &all).await.steps(), ["user.p: create"]);
    assert_ne!(get(&t, "p").await["union_id"], union_id);
}

#[tokio::test]
async fn who_comes_back_with_another_number_gets_it_by_the_patch() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("p", person(1, &[]))]).await;
    settles(&t, &mut state, &[]).await;
    settles(&t, &mut state, &[("p", person(9, &[("nickname", text("x"))]))]).await;
    assert_eq!(row(&t, "p").await["mobile"], "+8613000000009");
    assert_eq!(t.rows("users").await.as_object().map(serde_json::Map::len), Some(1), "nobody is there twice");
}

#[tokio::test]
async fn a_title_that_is_switched_off_is_a_warning_and_the_person_exists() {
    let t = lively().await;
    let mut state = State::default();
    settles(&t, &mut state, &[("x", person(1, &[("job_title", text("旧职"))]))]).await;
    t.act(json!({ "action": "job_title", "name": "旧职", "enabled": false })).await;
    let titled = ("p", person(2, &[("job_title", text("旧职"))]));
    let first = run(&t, &mut state, &[("x", person(1, &[])), titled.clone()]).await;
    assert_eq!((first.failed.as_slice(), first.warned.as_slice()), ([].as_slice(), [44_055].as_slice()));
    let again = run(&t, &mut state, &[("x", person(1, &[])), titled]).await;
    assert_eq!(
        (again.steps(), again.warned.as_slice()),
        (vec!["user.p: update job_title"], [44_058].as_slice())
    );
}

#[tokio::test]
async fn a_custom_field_that_is_not_there_is_said() {
    let t = lively().await;
    let mut state = State::default();
    let wants = person(1, &[("custom", map(&[("血型", text("A"))]))]);
    assert_eq!(run(&t, &mut state, &[("p", wants)]).await.problems, ["plan::custom_field"]);
}

#[tokio::test]
async fn seats_are_read_and_changed_where_they_are_declared() {
    let t = lively().await;
    for id in ["7001", "7002"] {
        let plan = json!({
            "action": "subscription", "subscription_id": id, "license_plan_key": "pro", "product_name": "Pro",
            "total_seats": 10, "start_time": 0, "end_time": 9_999_999_999_i64,
        });
        let answer = t.send("POST", "/_sandbox/act", None, Some(plan)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let mut state = State::default();
    let seats = |id: &str| [("p", person(1, &[("seats", set(&[text(id)]))]))];
    settles(&t, &mut state, &seats("7001")).await;
    assert_eq!(settles(&t, &mut state, &seats("7002")).await.steps(), ["user.p: update seats"]);
}

fn ids(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
