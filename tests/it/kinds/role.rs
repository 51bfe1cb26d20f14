//! Roles in a tenant: names that nobody can read, members with ranges, what is refused and what to do then.

use std::collections::{BTreeMap, BTreeSet};

use larkctl::kinds::role::KIND;
use larkctl::model::{Declared, Found, Lookup, Presence, Value, Wanted};
use larkctl::resource::Ask;
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, checked, declared, set, text};
use crate::support::{CONTACT, Tenant};

fn role(key: &str, name: &str) -> Declared {
    declared(&format!("role.{key}"), &[("name", text(name))])
}

fn with(mut thing: Declared, wanted: Wanted) -> Declared {
    thing.attributes.insert("members".to_owned(), wanted);
    thing
}

fn exactly(thing: Declared, entries: impl IntoIterator<Item = Value>) -> Declared {
    with(thing, Wanted::Exactly(set(entries)))
}

fn alone(user: &str) -> Value {
    Value::remote("user", user)
}

fn over(user: &str, departments: &[&str]) -> Value {
    let scope = set(departments.iter().map(|d| Value::remote("department", *d)));
    Value::Map(BTreeMap::from([("user".to_owned(), alone(user)), ("scope".to_owned(), scope)]))
}

async fn tenant(users: &[&str], departments: &[&str]) -> Tenant {
    let t = Tenant::start().await;
    for department in departments {
        t.department(department, "0").await;
    }
    for user in users {
        t.invited(user, "0").await;
    }
    t
}

/// Members and ranges by the store's own rows: role name, user_id, department ids.
async fn store(t: &Tenant) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let ids = |rows: Json, id: &str, key: fn(&str, &Json) -> String| -> BTreeMap<String, String> {
        let rows = rows.as_object().cloned().unwrap_or_default();
        rows.into_iter()
            .map(|(at, row)| (key(&at, &row), row[id].as_str().expect("an id").to_owned()))
            .collect()
    };
    let users = ids(t.rows("users").await, "user_id", |at, _| at.to_owned());
    let departments = ids(t.rows("departments").await, "department_id", |_, row| row["key"].to_string());
    let (roles, seats) = (t.rows("roles").await, t.rows("role_members").await);
    let mut found: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    let name = |id: &str| roles[id]["name"].as_str().expect("a name").to_owned();
    for id in roles.as_object().expect("roles").keys() {
        found.entry(name(id)).or_default();
    }
    for (seat, row) in seats.as_object().expect("seats") {
        let (role, user) = seat.rsplit_once('/').expect("a seat");
        let part = row["scope"]["part"].as_array().cloned().unwrap_or_default();
        let scope = part.iter().map(|d| departments[&d.to_string()].clone());
        let user = users[user].clone();
        found.entry(name(role)).or_default().insert(user, scope.collect());
    }
    found
}

/// A member and the departments of the range.
type Member<'m> = (&'m str, &'m [&'m str]);

fn expected(roles: &[(&str, &[Member<'_>])]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let scope = |d: &[&str]| d.iter().map(|d| (*d).to_owned()).collect();
    let members = |m: &[Member<'_>]| m.iter().map(|(u, d)| ((*u).to_owned(), scope(d))).collect();
    roles.iter().map(|(name, m)| ((*name).to_owned(), members(m))).collect()
}

#[tokio::test]
async fn a_role_is_made_filled_renamed_emptied_and_deleted() {
    for backwards in [false, true] {
        let t = tenant(&["a", "b", "c"], &["x", "y"]).await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        let round = w.converge(&[exactly(role("r", "审批"), [over("a", &["x", "y"]), alone("b")])]).await;
        assert_eq!(
            round.done,
            ["role.r: create", "role.r: add 2 members", "role.r: set the range of 1 member"]
        );
        assert_eq!(store(&t).await, expected(&[("审批", &[("a", &["x", "y"]), ("b", &[])])]));
        let round = w.converge(&[exactly(role("r", "终审"), [over("a", &["y"]), over("c", &["y"])])]).await;
        let members: Vec<&String> = round.done.iter().filter(|what| !what.contains("name")).collect();
        assert_eq!(
            members,
            ["role.r: remove 1 member", "role.r: add 1 member", "role.r: set the range of 2 members"]
        );
        assert_eq!(round.done.len(), 3 + 2);
        assert_eq!(store(&t).await, expected(&[("终审", &[("a", &["y"]), ("c", &["y"])])]));
        let round = w.converge(&[]).await;
        assert_eq!(round.done, ["role.r: remove 2 members", "role.r: delete"]);
        assert_eq!(store(&t).await, expected(&[]));
    }
}

#[tokio::test]
async fn at_least_adds_members_and_sets_ranges_and_removes_nobody() {
    let t = tenant(&["a", "b", "c"], &["x"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[exactly(role("r", "审批"), [alone("a"), alone("b")])]).await;
    let round =
        w.converge(&[with(role("r", "审批"), Wanted::AtLeast(set([over("a", &["x"]), alone("c")])))]).await;
    assert_eq!(round.done, ["role.r: add 1 member", "role.r: set the range of 1 member"]);
    let all: &[Member<'_>] = &[("a", &["x"]), ("b", &[]), ("c", &[])];
    assert_eq!(store(&t).await, expected(&[("审批", all)]));
    // A range that is not written is not touched.
    let round = w.converge(&[exactly(role("r", "审批"), [alone("a"), alone("b"), alone("c")])]).await;
    assert!(round.done.is_empty());
}

#[tokio::test]
async fn a_range_is_taken_away_by_leaving_and_entering_again() {
    let t = tenant(&["a"], &["x"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[exactly(role("r", "审批"), [over("a", &["x"])])]).await;
    let round = w.converge(&[exactly(role("r", "审批"), [over("a", &[])])]).await;
    assert_eq!(round.done, ["role.r: remove 1 member", "role.r: add 1 member"]);
    assert_eq!(store(&t).await, expected(&[("审批", &[("a", &[])])]));
    // The console can let somebody manage everything; a declared range puts it right.
    let id = w.records.values().next().and_then(|r| r.id()).expect("id").to_owned();
    t.act(json!({ "action": "manage_all", "role": id, "user": "a" })).await;
    let round = w.converge(&[exactly(role("r", "审批"), [over("a", &["x"])])]).await;
    assert_eq!(round.done, ["role.r: set the range of 1 member"]);
}

#[tokio::test]
async fn two_hundred_and_fifty_members_go_by_the_hundred_with_their_ranges() {
    let t = tenant(&[], &["x", "y"]).await;
    let user = |n: usize| format!("u{n:03}");
    for n in 0..250 {
        t.invited(&user(n), "0").await;
    }
    let mut w = Workshop::new(&KIND, &t);
    let all = |x: &'static [&'static str]| {
        let entry = move |n: usize| if n < 120 { over(&user(n), x) } else { over(&user(n), &["y"]) };
        exactly(role("r", "审批"), (0..250).map(entry))
    };
    let round = w.converge(&[all(&["x"])]).await;
    // Three batches of people; two ranges, of 120 and of 130 people.
    assert_eq!(round.done.len(), 1 + 3 + 4, "{:?}", round.done);
    let round = w.converge(&[all(&["x", "y"])]).await;
    assert_eq!(round.done.len(), 2, "{:?}", round.done);
    let store = store(&t).await;
    assert_eq!(store["审批"].values().filter(|scope| scope.len() == 2).count(), 120);
    let round = w.converge(&[]).await;
    assert_eq!(round.done.len(), 3 + 1, "{:?}", round.done);
}

#[tokio::test]
async fn roles_swap_their_names() {
    for backwards in [false, true] {
        let t = tenant(&[], &[]).await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[role("a", "甲"), role("b", "乙"), role("c", "丙")]).await;
        let id = |w: &Workshop<'_>, key: &str| {
            w.records[&format!("role.{key}").parse().expect("address")].ids["id"].clone()
        };
        let (a, b) = (id(&w, "a"), id(&w, "b"));
        w.converge(&[role("a", "乙"), role("b", "甲"), role("d", "丙")]).await;
        let rows = t.rows("roles").await;
        assert_eq!((&rows[&a]["name"], &rows[&b]["name"]), (&json!("乙"), &json!("甲")));
        assert_eq!(rows[id(&w, "d")]["name"], "丙");
        assert_eq!(rows.as_object().map(serde_json::Map::len), Some(3));
    }
}

#[tokio::test]
async fn a_rename_that_was_cut_off_anywhere_is_finished_by_the_next_run() {
    let t = tenant(&[], &[]).await;
    for done in 0..=2 {
        let mut w = Workshop::new(&KIND, &t);
        w.converge(&[role("a", "甲")]).await;
        // The calls go out, and nobody remembers them.
        let plan = w.plan(&[role("a", "乙")]).await;
        assert_eq!(plan.drafts.steps.len(), 2);
        for step in plan.drafts.steps.iter().take(done) {
            w.attempt(step).await.expect("it succeeds");
        }
        w.converge(&[role("a", "乙")]).await;
        assert_eq!(store(&t).await, expected(&[("乙", &[])]), "cut off after {done}");
        w.converge(&[]).await;
    }
}

#[tokio::test]
async fn a_name_of_another_role_is_refused_with_the_way_out() {
    let t = tenant(&[], &[]).await;
    let made = t.ok("POST", &format!("{CONTACT}/functional_roles"), json!({ "role_name": "审批" })).await;
    let mut w = Workshop::new(&KIND, &t);
    let round = w.plan(&[role("r", "审批")]).await;
    let refused = w.attempt(&round.drafts.steps[0]).await.expect_err("the name exists");
    assert_eq!(refused.code(), Some(41_201));
    let remedy = refused.remedy().expect("a way out");
    assert!(remedy.contains("import: {role.KEY: ROLE_ID}") && remedy.contains("admin console"), "{remedy}");
    // What the remedy says: the state is told the id. The name is made sure of, although it is right.
    let id = made["role_id"].as_str().expect("id").to_owned();
    let thing = role("r", "审批");
    w.records.entry(thing.address.clone()).or_default().ids.insert("id".to_owned(), id.clone());
    w.converge(&[thing]).await;
    // Renaming to a name that another role has.
    t.ok("POST", &format!("{CONTACT}/functional_roles"), json!({ "role_name": "别的" })).await;
    let round = w.plan(&[role("r", "别的")]).await;
    w.attempt(&round.drafts.steps[0]).await.expect("a name of its own");
    let refused = w.attempt(&round.drafts.steps[1]).await.expect_err("another role has it");
    assert!(refused.remedy().is_some_and(|remedy| remedy.starts_with("another role has this name")));
    w.converge(&[role("r", "新的")]).await;
    assert_eq!(t.rows("roles").await[&id]["name"], "新的");
}

#[tokio::test]
async fn a_member_list_that_breaks_off_leaves_the_members_unknown() {
    let t = tenant(&[], &[]).await;
    let user = |n: usize| format!("u{n:03}");
    for n in 0..150 {
        t.invited(&user(n), "0").await;
    }
    let mut w = Workshop::new(&KIND, &t);
    let thing = exactly(role("r", "审批"), (0..150).map(|n| alone(&user(n))));
    w.converge(std::slice::from_ref(&thing)).await;
    let id = w.records[&thing.address].ids["id"].clone();
    let list = format!("GET {CONTACT}/functional_roles/:role_id/members");
    let fault = |after: u64| json!({ "endpoint": list, "after": after, "effect": { "answer": { "status": 400, "code": 40_001 } } });
    t.faults(fault(1)).await;
    let observed = w.observe(std::slice::from_ref(&thing)).await;
    assert!(!observed.things[&id].attributes.contains_key("members"));
    assert_eq!(observed.gaps.len(), 1);
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    // Nothing is removed and nothing deleted on the strength of it.
    t.faults(fault(1)).await;
    assert!(w.apply(&[exactly(role("r", "审批"), [])]).await.done.is_empty());
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    t.faults(fault(1)).await;
    let round = w.apply(&[]).await;
    assert_eq!((round.drafts.blocked.len(), round.done.len()), (1, 0));
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    // Not even the first page: the role itself is unknown, not absent.
    t.faults(fault(0)).await;
    let observed = w.observe(std::slice::from_ref(&thing)).await;
    assert!(matches!(observed.presence(&id), Presence::Unknown(Some(_))));
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    assert_eq!(store(&t).await["审批"].len(), 150);
}

#[tokio::test]
async fn roles_are_known_by_their_ids_alone() {
    let t = tenant(&["a"], &[]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[exactly(role("r", "审批"), [alone("a")])]).await;
    let id = w.records.values().next().and_then(|r| r.id()).expect("id").to_owned();
    let lookup = |id: &str| Lookup { kind: "role".into(), by: "role_id".into(), value: id.into() };
    let ask = Ask { lookups: [lookup(&id), lookup("nobody")].into(), ..Ask::default() };
    let observed = w.observe_for(&ask).await;
    assert_eq!(observed.lookups[&lookup(&id)], Found::One(id.clone()));
    assert_eq!(observed.lookups[&lookup("nobody")], Found::None);
    assert_eq!(observed.presence("nobody"), Presence::Absent);
    // A role whose members nobody declares is there, and its members are nobody's business.
    let observed = w.observe(&[role("r", "审批")]).await;
    assert!(observed.things[&id].attributes.is_empty());
    // Gone by hand: it is made again.
    let path = format!("{CONTACT}/functional_roles/{id}");
    let body = json!({ "members": ["a"] });
    t.ok("PATCH", &format!("{path}/members/batch_delete?user_id_type=user_id"), body).await;
    t.ok("DELETE", &path, Json::Null).await;
    let round = w.converge(&[exactly(role("r", "审批"), [alone("a")])]).await;
    assert_eq!(round.done, ["role.r: create", "role.r: add 1 member"]);
}

#[test]
fn nobody_is_a_member_twice_and_no_name_belongs_to_two() {
    let twice = exactly(role("a", "甲"), [alone("u"), over("u", &["x"])]);
    let problems = checked(&KIND, &[twice, role("b", "甲")]);
    let codes: BTreeSet<&str> = problems.iter().map(|problem| problem.code().0).collect();
    assert_eq!(codes, ["check::member_twice", "check::taken_twice"].into());
}
