//! Job families in a tenant: a tree that is built, turned round and taken down without ever being none.

use std::collections::BTreeMap;

use larkctl::kinds::job_family::KIND;
use larkctl::model::{Action, Declared, Presence, Value, Wanted};
use larkctl::resource::{Identity, Kind};
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, checked, declared, map, refer, text};
use crate::support::{CONTACT, Tenant};

/// `key` with its key as name, below `parent` unless that is empty.
fn family(key: &str, parent: &str) -> Declared {
    let mut thing = declared(&format!("job_family.{key}"), &[("name", text(key))]);
    if !parent.is_empty() {
        thing = with(thing, "parent", refer(&format!("job_family.{parent}")));
    }
    thing
}

fn with(mut thing: Declared, name: &str, value: Value) -> Declared {
    thing.attributes.insert(name.to_owned(), Wanted::Exactly(value));
    thing
}

fn off(thing: Declared) -> Declared {
    with(thing, "enabled", Value::Bool(false))
}

fn forest(pairs: &[(&str, &str)]) -> Vec<Declared> {
    pairs.iter().map(|(key, parent)| family(key, parent)).collect()
}

async fn rows(t: &Tenant) -> BTreeMap<String, Json> {
    let rows = t.rows("job_families").await;
    rows.as_object()
        .cloned()
        .unwrap_or_default()
        .into_iter()
        .filter(|(_, row)| row["deleted"] == false)
        .collect()
}

/// Name to the name of its parent, from the tenant's own rows.
async fn tree(t: &Tenant) -> BTreeMap<String, String> {
    let rows = rows(t).await;
    let name = |row: &Json| row["name"].as_str().expect("name").to_owned();
    let parent = |row: &Json| row["parent"].as_str().map(|id| name(&rows[id])).unwrap_or_default();
    rows.values().map(|row| (name(row), parent(row))).collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(key, parent)| (key.to_owned(), parent.to_owned())).collect()
}

/// From the first forest to the second, with drafts taken from the front and from the back.
async fn turn(from: &[(&str, &str)], to: &[(&str, &str)]) -> Vec<String> {
    let mut done = Vec::new();
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&forest(from)).await;
        assert_eq!(tree(&t).await, expected(from));
        done = w.converge(&forest(to)).await.done;
        assert_eq!(tree(&t).await, expected(to), "{done:?}");
    }
    done
}

#[tokio::test]
async fn parents_come_first_and_leaves_go_first() {
    turn(&[("a", "z"), ("z", ""), ("b", "a")], &[]).await;
}

#[tokio::test]
async fn parent_and_child_trade_places_without_a_stand_in() {
    let done = turn(
        &[("r", ""), ("a", "r"), ("b", "a"), ("c", "b")],
        &[("r", ""), ("c", "r"), ("b", "c"), ("a", "b")],
    )
    .await;
    assert_eq!(done.len(), 3, "one call for each that moves: {done:?}");
}

#[tokio::test]
async fn moves_stay_within_the_depth_that_was_allowed_before() {
    // Five levels are the sandbox's cap: x may go down only after its long branch has left it.
    let from = [("r", ""), ("x", "r"), ("a", "x"), ("b", "a"), ("c", "b"), ("y", "r"), ("z", "y")];
    let to = [("r", ""), ("x", "z"), ("a", "r"), ("b", "a"), ("c", "b"), ("y", "r"), ("z", "y")];
    turn(&from, &to).await;
    // The same where the final tree, read from the top, would have x go first.
    let still = [("r", ""), ("y", "r"), ("k", "r"), ("l", "k")];
    let from = [&still[..], &[("x", "r"), ("a", "x"), ("b", "a"), ("z", "b")]].concat();
    let to = [&still[..], &[("x", "y"), ("a", "l"), ("b", "a"), ("z", "k")]].concat();
    turn(&from, &to).await;
    // And a goal that is lifted before somebody arrives there.
    let from = [("r", ""), ("a", "r"), ("b", "a"), ("c", "b"), ("d", "c"), ("k", "r"), ("l", "k")];
    let to = [("r", ""), ("a", "r"), ("b", "a"), ("c", "b"), ("d", "r"), ("k", "d"), ("l", "k")];
    turn(&from, &to).await;
}

/// A forest of six, five levels at most; who is below another in `before` stays below something.
fn any_forest(dice: &mut u64, before: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut roll = |sides: usize| {
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*dice >> 33).expect("small") % sides
    };
    let mut order: Vec<&str> = vec!["a", "b", "c", "d", "e", "f"];
    for i in 0..order.len() {
        let with = roll(order.len());
        order.swap(i, with);
    }
    // Tops first, so that everybody else finds something to be below of.
    order.sort_by_key(|key| before.get(*key).is_some_and(|parent| !parent.is_empty()));
    let mut forest: BTreeMap<String, String> = BTreeMap::new();
    let mut placed: Vec<(&str, usize)> = Vec::new();
    for key in order {
        let may_be_top = before.get(key).is_none_or(String::is_empty);
        let above: Vec<(&str, usize)> = placed.iter().copied().filter(|(_, level)| *level < 5).collect();
        let top = above.is_empty() || (may_be_top && roll(3) == 0);
        let (parent, level) = if top { ("", 0) } else { above[roll(above.len())] };
        forest.insert(key.to_owned(), parent.to_owned());
        placed.push((key, level + 1));
    }
    forest
}

#[tokio::test]
async fn any_forest_becomes_any_other() {
    let mut dice = 20_261_121;
    for round in 0..30 {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = round % 2 == 0;
        let mut now = BTreeMap::new();
        for _ in 0..4 {
            now = any_forest(&mut dice, &now);
            let things: Vec<Declared> = now.iter().map(|(key, parent)| family(key, parent)).collect();
            w.converge(&things).await;
            assert_eq!(tree(&t).await, now);
        }
    }
}

#[tokio::test]
async fn a_new_parent_takes_the_name_of_one_that_goes_and_its_child() {
    // new `a` needs the name of old `a`; old `a` cannot go before its child has left for new `a`.
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        let named = |key: &str, name: &str| with(family(key, ""), "name", text(name));
        w.converge(&[named("old", "a"), family("k", "old")]).await;
        let round = w.converge(&[named("new", "a"), family("k", "new")]).await;
        assert_eq!(tree(&t).await, expected(&[("a", ""), ("k", "a")]));
        assert!(round.done.contains(&"job_family.old: temporary name".to_owned()), "{:?}", round.done);
    }
}

#[tokio::test]
async fn names_are_swapped_while_the_tree_turns() {
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&forest(&[("r", ""), ("a", "r"), ("b", "a")])).await;
        let a = with(family("a", "b"), "name", text("b"));
        let b = with(family("b", "r"), "name", text("a"));
        w.converge(&[family("r", ""), a, b]).await;
        assert_eq!(tree(&t).await, expected(&[("r", ""), ("a", "r"), ("b", "a")]));
    }
}

#[tokio::test]
async fn a_disabled_goal_is_open_while_children_arrive() {
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        // Made disabled with a child, still disabled with one more, enabled with a third, closed with a fourth.
        w.converge(&[off(family("p", "")), family("a", "p")]).await;
        let round = w.converge(&[off(family("p", "")), family("a", "p"), family("b", "p")]).await;
        assert!(round.done.contains(&"job_family.p: enable for a while".to_owned()), "{:?}", round.done);
        let on = with(family("p", ""), "enabled", Value::Bool(true));
        w.converge(&[on, family("a", "p"), family("b", "p"), family("c", "p")]).await;
        w.converge(&[
            off(family("p", "")),
            family("a", "p"),
            family("b", "p"),
            family("c", "p"),
            family("d", "p"),
        ])
        .await;
        let enabled: BTreeMap<String, bool> = rows(&t)
            .await
            .values()
            .map(|r| (r["name"].as_str().expect("name").to_owned(), r["enabled"] == true))
            .collect();
        let want = [("a", true), ("b", true), ("c", true), ("d", true), ("p", false)];
        assert_eq!(enabled, want.map(|(k, v)| (k.to_owned(), v)).into());
    }
}

#[tokio::test]
async fn an_unmanaged_disabled_parent_is_a_problem() {
    let t = Tenant::start().await;
    let made =
        t.ok("POST", &format!("{CONTACT}/job_families"), json!({ "name": "p", "status": false })).await;
    let id = made["job_family"]["job_family_id"].as_str().expect("id").to_owned();
    let mut w = Workshop::new(&KIND, &t);
    let round = w.apply(&[with(family("a", ""), "parent", Value::remote("job_family", id))]).await;
    assert_eq!((round.codes(), round.done.len()), (vec!["plan::disabled"], 0));
}

#[tokio::test]
async fn what_the_api_cannot_do_is_said_and_nothing_is_sent() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&forest(&[("r", ""), ("a", "r"), ("b", "a")])).await;
    let up = with(family("a", ""), "parent", Value::Null);
    let round = w.apply(&[family("r", ""), up, family("b", "a")]).await;
    assert_eq!(round.codes(), ["plan::not_possible"]);
    // `b` leaves the manifest's hands, and would be left without a parent.
    let b = w.records.remove(&"job_family.b".parse().expect("address")).expect("record");
    let round = w.apply(&forest(&[("r", "")])).await;
    assert_eq!(round.codes(), ["plan::not_empty"]);
    assert!(round.drafts.problems[0].why.contains(b.id().expect("id")));
    // Below one's own child, whose place nobody declares.
    let below_b = Value::remote("job_family", b.id().expect("id"));
    let round = w.apply(&[family("r", ""), with(family("a", ""), "parent", below_b)]).await;
    assert_eq!(round.codes(), ["plan::circle"]);
    assert_eq!(tree(&t).await, expected(&[("r", ""), ("a", "r"), ("b", "a")]));
}

#[tokio::test]
async fn a_family_at_the_top_may_say_so() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[with(family("r", ""), "parent", Value::Null)]).await;
}

#[tokio::test]
async fn every_field_is_written_and_an_existing_family_is_adopted() {
    let t = Tenant::start().await;
    t.ok("POST", &format!("{CONTACT}/job_families"), json!({ "name": "a", "status": false })).await;
    let mut w = Workshop::new(&KIND, &t);
    let full = with(family("a", "r"), "description", text("服务端"));
    let full = with(with(full, "i18n_name", map(&[("en_us", "A")])), "enabled", Value::Bool(true));
    let full = with(full, "i18n_description", map(&[("ja_jp", "サーバー")]));
    let round = w.converge(&[family("r", ""), full]).await;
    assert_eq!(round.actions[&"job_family.a".parse().expect("address")], Action::Adopt);
    let row = rows(&t).await.into_values().find(|row| row["name"] == "a").expect("row");
    assert_eq!((&row["description"], &row["enabled"]), (&json!("服务端"), &json!(true)));
    assert_eq!(row["i18n_name"], json!([{ "locale": "en_us", "value": "A" }]));
}

#[tokio::test]
async fn a_list_that_breaks_off_is_unknown_and_not_absent() {
    let t = Tenant::start().await;
    for n in 0..60 {
        t.ok("POST", &format!("{CONTACT}/job_families"), json!({ "name": format!("f{n}"), "status": true }))
            .await;
    }
    let w = Workshop::new(&KIND, &t);
    let endpoint = format!("GET {CONTACT}/job_families");
    let effect = json!({ "answer": { "status": 400, "code": 40_012 } });
    t.faults(json!({ "endpoint": endpoint, "effect": effect, "after": 1 })).await;
    let observed = w.observe(&[family("f59", "")]).await;
    assert!(!observed.complete && observed.things.len() == 50);
    assert!(matches!(observed.presence("gone"), Presence::Unknown(Some(_))));
    assert!(matches!(KIND.identify(&family("f59", ""), None, &observed), Identity::Unknown { .. }));
}

#[test]
fn a_circle_is_shown_once_with_all_its_places() {
    let found = checked(&KIND, &forest(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].reason().contains("job_family.a → job_family.b → job_family.c → job_family.a"));
    assert_eq!(found[0].related().len(), 2);
}
