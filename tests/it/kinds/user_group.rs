//! User groups in a tenant: members by the hundred, names that swap, what cannot be read and what cannot be done.

use std::collections::BTreeSet;

use larkctl::kinds::user_group::KIND;
use larkctl::model::{Action, Declared, Found, Lookup, Presence, Value, Wanted};
use larkctl::resource::{Ask, Identity, Kind};
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, checked, declared, set, text};
use crate::support::{CONTACT, Tenant};

fn group(key: &str, name: &str) -> Declared {
    declared(&format!("user_group.{key}"), &[("name", text(name))])
}

fn with(mut thing: Declared, wanted: Wanted) -> Declared {
    thing.attributes.insert("members".to_owned(), wanted);
    thing
}

fn people(ids: impl IntoIterator<Item = String>) -> Value {
    set(ids.into_iter().map(|id| Value::remote("user", id)))
}

fn crew(ids: &[&str]) -> Value {
    people(ids.iter().map(|id| (*id).to_owned()))
}

fn exactly(thing: Declared, ids: &[&str]) -> Declared {
    with(thing, Wanted::Exactly(crew(ids)))
}

async fn tenant(users: &[&str]) -> Tenant {
    let t = Tenant::start().await;
    for user in users {
        t.invited(user, "0").await;
    }
    t
}

/// The members by the store's own rows: user_ids by group.
async fn members(t: &Tenant, group: &str) -> BTreeSet<String> {
    let users = t.rows("users").await;
    let seats = t.rows("group_members").await;
    let seats = seats.as_object().expect("seats").keys();
    seats
        .filter_map(|seat| seat.rsplit_once('/').filter(|(owner, _)| *owner == group))
        .map(|(_, user)| users[user]["user_id"].as_str().expect("a user_id").to_owned())
        .collect()
}

async fn names(t: &Tenant) -> Vec<(String, String)> {
    let rows = t.rows("groups").await;
    let rows = rows.as_object().expect("groups");
    rows.iter().map(|(id, row)| (id.clone(), row["name"].as_str().expect("name").to_owned())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

async fn calls(t: &Tenant, endpoint: &str) -> i64 {
    let report = t.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    report["endpoints"][endpoint]["calls"].as_i64().unwrap_or(0)
}

#[tokio::test]
async fn a_group_is_made_with_people_who_have_not_joined_changed_and_emptied() {
    let t = tenant(&["a", "b", "c"]).await;
    let mut w = Workshop::new(&KIND, &t);
    let mut thing = exactly(group("crew", "班组"), &["a", "b"]);
    thing.attributes.insert("description".to_owned(), Wanted::Exactly(text("甲")));
    let round = w.converge(&[thing]).await;
    assert_eq!(round.done, ["user_group.crew: create", "user_group.crew: add 2 members"]);
    assert_eq!(members(&t, "crew").await, ["a".to_owned(), "b".to_owned()].into());
    let round = w.converge(&[exactly(group("crew", "队"), &["b", "c"])]).await;
    assert_eq!(
        round.done,
        ["user_group.crew: rename", "user_group.crew: remove 1 member", "user_group.crew: add 1 member"]
    );
    assert_eq!(members(&t, "crew").await, ["b".to_owned(), "c".to_owned()].into());
    assert_eq!(t.rows("groups").await["crew"]["description"], "甲", "not written, not touched");
    let round = w.converge(&[exactly(group("crew", "队"), &[])]).await;
    assert_eq!(round.done, ["user_group.crew: remove 2 members"]);
    assert_eq!(members(&t, "crew").await, BTreeSet::new());
}

#[tokio::test]
async fn at_least_adds_and_never_removes() {
    let t = tenant(&["a", "b", "c"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[exactly(group("crew", "班组"), &["a"])]).await;
    let round = w.converge(&[with(group("crew", "班组"), Wanted::AtLeast(crew(&["b", "c"])))]).await;
    assert_eq!(round.done, ["user_group.crew: add 2 members"]);
    assert_eq!(members(&t, "crew").await.len(), 3);
    let round = w.converge(&[group("crew", "班组")]).await;
    assert!(round.done.is_empty(), "members that are not written are not managed");
}

#[tokio::test]
async fn two_hundred_and_fifty_people_come_and_go_by_the_hundred() {
    let t = Tenant::start().await;
    let user = |n: usize| format!("u{n:03}");
    for n in 0..260 {
        t.invited(&user(n), "0").await;
    }
    for backwards in [false, true] {
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        let of = |range: std::ops::Range<usize>| {
            with(group("all", "全员"), Wanted::Exactly(people(range.map(user))))
        };
        let round = w.converge(&[of(0..250)]).await;
        assert_eq!(round.done.len(), 1 + 3, "{:?}", round.done);
        assert_eq!(members(&t, "all").await.len(), 250);
        // Another hundred and more leave than fit into one call, and some enter: first all leave.
        let round = w.converge(&[of(120..260)]).await;
        assert_eq!(round.done.last().map(String::as_str), Some("user_group.all: add 10 members"));
        assert_eq!(round.done.len(), 3, "{:?}", round.done);
        assert_eq!(members(&t, "all").await, (120..260).map(user).collect());
        let round = w.converge(&[]).await;
        assert_eq!(round.done.last().map(String::as_str), Some("user_group.all: delete"));
        assert_eq!(round.done.len(), 3, "{:?}", round.done);
        assert!(names(&t).await.is_empty() && w.records.is_empty());
    }
}

#[tokio::test]
async fn names_are_swapped_and_taken_over_in_one_go() {
    let t = tenant(&[]).await;
    for backwards in [false, true] {
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[group("a", "甲"), group("b", "乙"), group("c", "丙")]).await;
        let round = w.converge(&[group("a", "乙"), group("b", "甲"), group("d", "丙")]).await;
        assert_eq!(round.done.iter().filter(|what| what.ends_with("temporary name")).count(), 1);
        assert_eq!(names(&t).await, pairs(&[("a", "乙"), ("b", "甲"), ("d", "丙")]));
        w.converge(&[]).await;
    }
}

#[tokio::test]
async fn a_group_of_this_name_is_adopted_with_the_id_that_it_has() {
    let t = tenant(&["a", "b"]).await;
    let made = t.ok("POST", &format!("{CONTACT}/group"), json!({ "name": "班组" })).await;
    let id = made["group_id"].as_str().expect("id").to_owned();
    let mut w = Workshop::new(&KIND, &t);
    let round = w.converge(&[exactly(group("crew", "班组"), &["a"])]).await;
    assert_eq!(round.actions.values().collect::<Vec<_>>(), [&Action::Adopt]);
    assert_eq!(round.done, ["user_group.crew: add 1 member"]);
    assert_eq!(w.records.values().next().and_then(|r| r.id()), Some(id.as_str()));
    assert_eq!(members(&t, &id).await, ["a".to_owned()].into());
    // Another address does not get it by renaming, and an id of one's own cannot be had for it.
    let mut other = group("new", "班组");
    other.attributes.insert("id".to_owned(), Wanted::Exactly(text("new")));
    let observed = w.observe_for(&ask(&[other.clone()])).await;
    assert!(matches!(KIND.identify(&other, None, &observed), Identity::Unclear { .. }));
    let thief = [group("crew", "别名"), group("thief", "班组")];
    let round = w.plan(&thief).await;
    assert_eq!(round.actions[&thief[1].address], Action::Create);
}

fn ask(things: &[Declared]) -> Ask {
    let ids = things.iter().map(larkctl::resource::kind::own_id).collect();
    Ask { ids, declared: things.to_vec(), ..Ask::default() }
}

#[tokio::test]
async fn dynamic_groups_are_found_and_left_alone() {
    let t = tenant(&["a"]).await;
    let made = t.act(json!({ "action": "dynamic_group", "name": "全员", "users": ["a"] })).await;
    let id = made["group_id"].as_str().expect("id").to_owned();
    let w = Workshop::new(&KIND, &t);
    let thing = group("all", "全员");
    let observed = w.observe_for(&ask(std::slice::from_ref(&thing))).await;
    assert!(matches!(KIND.identify(&thing, None, &observed), Identity::Unclear { .. }));
    // Who refers to it learns its people; who takes stock of what could be managed does not see it.
    let by_name = Lookup { kind: "user_group".into(), by: "name".into(), value: "全员".into() };
    let looked = w.observe_for(&Ask { lookups: [by_name.clone()].into(), ..Ask::default() }).await;
    assert_eq!(looked.lookups[&by_name], Found::One(id.clone()));
    assert_eq!(looked.things[&id].attributes["members"], crew(&["a"]));
    let all = w.observe_for(&Ask { everything: true, ..Ask::default() }).await;
    assert!(all.complete && all.things.is_empty());
    // One that the state remembers as managed is not touched.
    let mut w = Workshop::new(&KIND, &t);
    w.records.entry(thing.address.clone()).or_default().ids.insert("id".to_owned(), id);
    assert_eq!(w.apply(&[exactly(thing, &[])]).await.codes(), ["plan::read_only"]);
    assert_eq!(w.apply(&[]).await.codes(), ["plan::read_only"]);
}

#[tokio::test]
async fn a_group_with_departments_cannot_be_deleted_and_says_so_before() {
    let t = tenant(&["a"]).await;
    t.department("d", "0").await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[exactly(group("crew", "班组"), &["a"])]).await;
    t.act(json!({ "action": "group", "group": "crew", "add_department": "d" })).await;
    w.converge(&[exactly(group("crew", "班组"), &["a"])]).await;
    let round = w.apply(&[]).await;
    assert_eq!((round.codes(), round.done.len()), (vec!["plan::not_empty"], 0));
    t.act(json!({ "action": "group", "group": "crew", "remove_department": "d" })).await;
    w.converge(&[]).await;
    assert!(names(&t).await.is_empty());
}

#[tokio::test]
async fn a_member_list_that_breaks_off_leaves_the_members_unknown() {
    let t = Tenant::start().await;
    let user = |n: usize| format!("u{n:03}");
    for n in 0..230 {
        t.invited(&user(n), "0").await;
    }
    let mut w = Workshop::new(&KIND, &t);
    let thing = with(group("all", "全员"), Wanted::Exactly(people((0..230).map(user))));
    w.converge(std::slice::from_ref(&thing)).await;
    let list = format!("GET {CONTACT}/group/:group_id/member/simplelist");
    let endless =
        json!({ "endpoint": list, "after": 1, "effect": { "answer": { "status": 400, "code": 40_012 } } });
    let stuck = json!({ "endpoint": list, "after": 1, "times": 1, "effect": "stuck_page" });
    for fault in [endless, stuck] {
        t.faults(fault).await;
        let observed = w.observe(std::slice::from_ref(&thing)).await;
        let live = &observed.things["all"];
        assert!(!live.attributes.contains_key("members"), "{:?}", live.attributes.keys());
        assert_eq!(live.attributes["name"], text("全员"));
        assert_eq!(observed.gaps.len(), 1);
        assert!(observed.gaps[0].what.contains("members of user group all"), "{:?}", observed.gaps);
        t.send("DELETE", "/_sandbox/faults", None, None).await;
    }
    // Nothing is removed, added or deleted on the strength of it.
    t.faults(
        json!({ "endpoint": list, "after": 1, "effect": { "answer": { "status": 400, "code": 40_012 } } }),
    )
    .await;
    let fewer = with(group("all", "全员"), Wanted::Exactly(people((0..10).map(user))));
    assert!(w.apply(&[fewer]).await.done.is_empty());
    let round = w.apply(&[]).await;
    assert_eq!((round.drafts.blocked.len(), round.done.len()), (1, 0));
    assert_eq!(members(&t, "all").await.len(), 230);
}

#[tokio::test]
async fn a_group_that_is_not_answered_for_is_unknown_and_one_that_is_gone_is_absent() {
    let t = tenant(&[]).await;
    let mut w = Workshop::new(&KIND, &t);
    let thing = group("crew", "班组");
    w.converge(std::slice::from_ref(&thing)).await;
    let one = format!("GET {CONTACT}/group/:group_id");
    t.faults(json!({ "endpoint": one, "effect": { "answer": { "status": 403, "code": 42_009 } } })).await;
    let observed = w.observe(std::slice::from_ref(&thing)).await;
    assert!(matches!(observed.presence("crew"), Presence::Unknown(Some(_))));
    let record = w.records.get(&thing.address);
    assert!(matches!(KIND.identify(&thing, record, &observed), Identity::Unknown { .. }));
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    t.ok("DELETE", &format!("{CONTACT}/group/crew"), Json::Null).await;
    let round = w.converge(std::slice::from_ref(&thing)).await;
    assert_eq!(round.done, ["user_group.crew: create"]);
    // A list that breaks off says nothing about names.
    let list = format!("GET {CONTACT}/group/simplelist");
    t.faults(json!({ "endpoint": list, "effect": { "answer": { "status": 400, "code": 40_012 } } })).await;
    let other = group("other", "别的");
    let observed = w.observe_for(&ask(std::slice::from_ref(&other))).await;
    assert!(matches!(KIND.identify(&other, None, &observed), Identity::Unknown { .. }));
}

#[tokio::test]
async fn what_the_console_made_beyond_the_api_is_read_from_the_list() {
    let t = tenant(&[]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[group("crew", "班组")]).await;
    t.act(json!({ "action": "group", "group": "crew", "beyond_api": true })).await;
    let round = w.converge(&[group("crew", "队")]).await;
    assert_eq!(round.done, ["user_group.crew: rename"]);
}

#[tokio::test]
async fn reading_costs_no_more_than_it_must() {
    let t = tenant(&["a"]).await;
    let mut w = Workshop::new(&KIND, &t);
    let things: Vec<Declared> =
        (0..12).map(|n| exactly(group(&format!("g{n}"), &format!("组{n}")), &[])).collect();
    w.converge(&things).await;
    let (one, list, crew) = (
        format!("GET {CONTACT}/group/:group_id"),
        format!("GET {CONTACT}/group/simplelist"),
        format!("GET {CONTACT}/group/:group_id/member/simplelist"),
    );
    let before = (calls(&t, &one).await, calls(&t, &list).await, calls(&t, &crew).await);
    w.observe(&things).await;
    let after = (calls(&t, &one).await, calls(&t, &list).await, calls(&t, &crew).await);
    assert_eq!((after.0 - before.0, after.1 - before.1), (0, 1), "twelve groups are one page of the list");
    assert_eq!(after.2 - before.2, 0, "an empty group is known to be empty");
    w.records.clear();
    w.observe_for(&ask(&things[..3])).await;
    assert_eq!((calls(&t, &one).await - after.0, calls(&t, &list).await - after.1), (3, 0));
}

#[test]
fn names_and_ids_belong_to_one_group() {
    let mut named = group("b", "乙");
    named.attributes.insert("id".to_owned(), Wanted::Exactly(text("a")));
    let problems = checked(&KIND, &[group("a", "甲"), named, group("c", "甲")]);
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code().0).collect();
    assert_eq!(codes, ["check::taken_twice", "check::taken_twice"]);
}
