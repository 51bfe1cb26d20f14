use super::super::file::{FileError, open, seal};
use super::super::{Plan, moved};
use super::toy::{KINDS, World, a, map, r, set, t};
use crate::model::{Found, Value};

/// One of everything.
fn world() -> World {
    let mut world = World::new();
    world.declare("department.hq", [("name", t("总部"))]);
    for (key, mobile) in [("li", "1"), ("wang", "2")] {
        world.settled(&format!("user.{key}"), [("mobile", t(mobile))]);
    }
    for (key, mobile) in [("li", "2"), ("wang", "1")] {
        world.declare(
            &format!("user.{key}"),
            [("mobile", t(mobile)), ("departments", set([r("department.hq")]))],
        );
    }
    world.leaving("user.old", [("mobile", t("3"))]).on_delete = Some(map([("default", r("user.li"))]));
    let leader = world.lookup("email", "x@y.z", Found::One("z".to_owned()));
    world.live("user", "z", []);
    world.declare("user.new", [("leader", leader)]);
    let rule = map([("where", t("user.key != null"))]);
    world.declare("user_group.g", [("name", t("G")), ("members", rule)]);
    world
}

fn sealed() -> (Plan, String) {
    let plan = world().plan();
    let text = seal(&plan).expect("sealed");
    (plan, text)
}

#[test]
fn sealed_and_opened_it_is_the_same_plan() {
    let (plan, text) = sealed();
    assert_eq!(open(&text).expect("opened"), plan);
    let compact: serde_json::Value = serde_json::from_str(&text).expect("json");
    assert_eq!(open(&compact.to_string()).expect("white space does not count"), plan);
}

#[test]
fn what_was_changed_cut_or_made_by_others_is_refused() {
    let (_, text) = sealed();
    assert!(matches!(open(&text.replacen("总部", "分部", 1)), Err(FileError::Broken)));
    assert!(matches!(open(&text.replacen("sha256:", "sha256:0", 1)), Err(FileError::Broken)));
    for at in [10, text.len() / 2, text.len() - 3] {
        let at = (0..=at).rev().find(|&at| text.is_char_boundary(at)).expect("boundary");
        assert!(matches!(open(&text[..at]), Err(FileError::Truncated { .. })), "cut at {at}");
    }
    let newer = text.replacen("\"format_version\": \"1.0\"", "\"format_version\": \"2.0\"", 1);
    assert!(matches!(open(&newer), Err(FileError::UnknownVersion(v)) if v == "2.0"));
    let minor = text.replacen("\"format_version\": \"1.0\"", "\"format_version\": \"1.7\"", 1);
    assert!(open(&minor).is_ok());
    for other in ["", "{}", "[]", "version: 1\n", "{\"format\": \"x\", \"format_version\": \"1.0\"}"] {
        assert!(matches!(open(other), Err(FileError::NotAPlan(_))), "{other}: {:?}", open(other));
    }
}

#[test]
fn ten_times_the_same_bytes_in_whatever_order_it_came() {
    let text = sealed().1;
    for n in 0_usize..10 {
        let mut world = world();
        // Everything that has an order of its own is taken apart and put together in another.
        let mut things: Vec<_> = std::mem::take(&mut world.manifest.things).into_iter().collect();
        let middle = n % things.len();
        things.rotate_left(middle);
        for (_, thing) in &mut things {
            thing.uses.reverse();
        }
        world.manifest.things = things.into_iter().rev().collect();
        let mut state: Vec<_> = std::mem::take(&mut world.state.things).into_iter().collect();
        state.reverse();
        world.state.things = state.into_iter().collect();
        assert_eq!(seal(&world.plan()).expect("sealed"), text, "run {n}");
    }
}

#[test]
fn only_what_moved_is_named() {
    let world = world();
    let plan = world.plan();
    assert_eq!(moved(&plan, &world.snapshot, KINDS), []);
    let mut later = world.clone();
    later.live("user", "z", [("name", t("untouched by the plan"))]);
    assert_eq!(moved(&plan, &later.snapshot, KINDS), []);
    later.live("user", "li", [("mobile", t("9"))]);
    assert_eq!(moved(&plan, &later.snapshot, KINDS), [a("user.li")]);
    later.observed("user").things.remove("wang");
    assert_eq!(moved(&plan, &later.snapshot, KINDS), [a("user.li"), a("user.wang")]);
}

#[test]
fn somebody_made_what_the_plan_creates() {
    let mut world = World::new();
    world.declare("unit.a", [("name", t("A"))]);
    let plan = world.plan();
    assert_eq!(moved(&plan, &world.snapshot, KINDS), []);
    world.live("unit", "u9", [("name", t("A"))]);
    assert_eq!(moved(&plan, &world.snapshot, KINDS), [a("unit.a")]);
}

#[test]
fn facts_count_too() {
    let mut world = world();
    let plan = world.plan();
    let li = world.observed("user").things.get_mut("li").expect("li");
    li.facts.insert("unjoined".to_owned(), Value::Bool(true));
    assert_eq!(moved(&plan, &world.snapshot, KINDS), [a("user.li")]);
}

#[test]
fn a_count_that_moved_is_no_reason_to_plan_again() {
    let mut world = world();
    let plan = {
        let li = world.observed("user").things.get_mut("li").expect("li");
        li.facts.insert("member_count".to_owned(), Value::Int(3));
        world.plan()
    };
    let li = world.observed("user").things.get_mut("li").expect("li");
    li.facts.insert("member_count".to_owned(), Value::Int(4));
    assert_eq!(moved(&plan, &world.snapshot, KINDS), []);
}
