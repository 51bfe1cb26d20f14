use super::super::Bookkeeping;
use super::toy::{World, a, ids, map, of, r, set, t};
use crate::model::{Action, Found, Gap, Observed, Value};

fn gap() -> Gap {
    Gap {
        what: "all units".to_owned(),
        why: "a page failed".to_owned(),
        remedy: Some("try again".to_owned()),
    }
}

#[test]
fn what_is_not_there_is_created_and_what_is_there_is_adopted() {
    let mut world = World::new();
    world.declare("unit.new", [("name", t("New"))]);
    world.declare("unit.old", [("name", t("Old")), ("note", t("x"))]);
    world.live("unit", "u1", [("name", t("Old")), ("note", t("x"))]);
    let plan = world.plan();
    assert_eq!(of(&plan, "unit.new").action, Action::Create);
    let old = of(&plan, "unit.old");
    assert_eq!((old.action, old.id.as_deref(), old.managed), (Action::Adopt, Some("u1"), false));
    assert_eq!(ids(&plan), ["unit.new: create"]);
    let Some(Bookkeeping::Record { address, record }) = plan.bookkeeping.first() else { panic!("adopted") };
    assert_eq!((address, record.id()), (&a("unit.old"), Some("u1")));
    assert_eq!(record.applied.keys().collect::<Vec<_>>(), ["name", "note"]);
    assert!(!plan.is_empty());
}

#[test]
fn an_incomplete_list_creates_and_deletes_nothing() {
    let mut world = World::new();
    world.declare("unit.new", [("name", t("New"))]);
    world.record("unit.left", "u9", [("name", t("Left"))]);
    world.manifest.settings.exclusive.insert("unit".to_owned());
    world.live("unit", "u7", [("name", t("Somebody's"))]);
    let observed = world.observed("unit");
    observed.complete = false;
    observed.gaps.push(gap());
    let plan = world.plan();
    assert_eq!(plan.steps, [], "{plan:#?}");
    assert_eq!(plan.bookkeeping, []);
    let blocked: Vec<String> = plan.blocked.iter().map(|b| b.address.to_string()).collect();
    assert_eq!(blocked, ["unit.*", "unit.left", "unit.new"]);
    assert!(plan.blocked.iter().all(|b| b.remedy.as_deref() == Some("try again")), "{:?}", plan.blocked);
}

#[test]
fn a_kind_that_nobody_read_is_unknown() {
    let mut world = World::new();
    world.declare("unit.new", [("name", t("New"))]);
    world.record("unit.left", "u9", []);
    world.snapshot.kinds.remove("unit");
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.blocked.len()), (0, 2));
}

#[test]
fn what_would_be_created_and_needs_what_is_unknown_is_blocked_too() {
    let mut world = World::new();
    *world.observed("department") = Observed { gaps: vec![gap()], ..Observed::default() };
    world.declare("department.hq", [("name", t("HQ"))]);
    world.declare("user.li", [("name", t("Li")), ("departments", set([r("department.hq")]))]);
    world.declare("user_group.g", [("name", t("G")), ("members", set([r("user.li")]))]);
    let plan = world.plan();
    assert_eq!(plan.steps, []);
    let said: Vec<String> = plan.blocked.iter().map(|b| format!("{}: {}", b.address, b.why)).collect();
    assert_eq!(
        said,
        [
            "department.hq: a page failed",
            "user.li: departments: department.hq: a page failed",
            "user_group.g: its members user.li is blocked",
        ]
    );
}

#[test]
fn what_is_there_keeps_only_the_attribute_that_refers_to_the_unknown() {
    let mut world = World::new();
    world.settled("user.li", [("name", t("Li"))]);
    world.declare("user.boss", [("name", t("Boss"))]);
    let observed = world.observed("user");
    observed.complete = false;
    observed.unknown.insert("boss".to_owned(), gap());
    world.declare("user.li", [("name", t("Li Si")), ("leader", r("user.boss"))]);
    let plan = world.plan();
    let change = of(&plan, "user.li");
    assert_eq!(change.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["name"]);
    assert!(change.notes[0].contains("leader is left as it is: user.boss"), "{:?}", change.notes);
    assert_eq!(plan.blocked.len(), 2);
}

#[test]
fn two_addresses_are_never_one_thing() {
    let mut world = World::new();
    world.declare("unit.a", [("name", t("Same"))]);
    world.declare("unit.b", [("name", t("Same"))]);
    world.live("unit", "u1", [("name", t("Same"))]);
    assert_eq!(world.problems(), ["plan::one_thing_twice: unit.a and unit.b are both the live unit u1"]);
}

#[test]
fn a_person_decides_between_two_that_could_be_meant() {
    let mut world = World::new();
    world.declare("unit.a", [("name", t("Same"))]);
    world.live("unit", "u1", [("name", t("Same"))]);
    world.live("unit", "u2", [("name", t("Same"))]);
    assert_eq!(world.problems(), ["plan::unclear: u1 and u2 both have this name"]);
    let span = world.span();
    world.manifest.import.insert(a("unit.a"), ("u2".to_owned(), span));
    assert_eq!(of(&world.plan(), "unit.a").id.as_deref(), Some("u2"));
    world.manifest.import.insert(a("unit.a"), ("u3".to_owned(), span));
    assert_eq!(world.problems(), ["plan::import_of_nothing: no unit has the id u3"]);
}

#[test]
fn a_declared_move_keeps_the_thing() {
    let mut world = World::new();
    world.live("unit", "u1", [("name", t("N"))]);
    world.record("unit.old", "u1", [("name", t("N"))]);
    world.declare("unit.new", [("name", t("N"))]);
    let span = world.span();
    world.manifest.moved.insert(a("unit.old"), (a("unit.new"), span));
    let plan = world.plan();
    assert_eq!((plan.steps.len(), of(&plan, "unit.new").action), (0, Action::Keep));
    assert_eq!(of(&plan, "unit.new").previous_address, Some(a("unit.old")));
    assert_eq!(plan.bookkeeping, [Bookkeeping::Move { from: a("unit.old"), to: a("unit.new") }]);
    assert_eq!(plan.summary().moved, 1);
    // The same without the line: the name leaves no doubt.
    world.manifest.moved.clear();
    assert_eq!(world.plan().bookkeeping, plan.bookkeeping);
    // Another name: nothing says that it is the same.
    world.declare("unit.new", [("name", t("Other"))]);
    assert_eq!(ids(&world.plan()), ["unit.new: create", "unit.old: delete"]);
}

#[test]
fn two_swap_their_addresses_and_a_third_is_not_run_over() {
    let mut world = World::new();
    for (key, id) in [("x", "u1"), ("y", "u2"), ("z", "u3")] {
        world.live("unit", id, [("name", t(id))]);
        world.record(&format!("unit.{key}"), id, [("name", t(id))]);
    }
    world.declare("unit.x", [("name", t("u2"))]);
    world.declare("unit.y", [("name", t("u1"))]);
    world.declare("unit.z", [("name", t("u3"))]);
    let span = world.span();
    world.manifest.moved.insert(a("unit.x"), (a("unit.y"), span));
    world.manifest.moved.insert(a("unit.y"), (a("unit.x"), span));
    let plan = world.plan();
    assert_eq!(
        (of(&plan, "unit.x").id.as_deref(), of(&plan, "unit.y").id.as_deref()),
        (Some("u2"), Some("u1"))
    );
    assert_eq!((plan.steps.len(), plan.bookkeeping.len()), (0, 2));
    world.manifest.moved.remove(&a("unit.y"));
    world.manifest.moved.insert(a("unit.x"), (a("unit.z"), span));
    assert!(world.problems()[0].starts_with("plan::moved_onto_another"), "{:?}", world.problems());
}

#[test]
fn a_chain_of_moves_is_followed_once_and_its_lines_may_stay() {
    let mut world = World::new();
    for (key, id) in [("x", "u1"), ("y", "u2")] {
        world.live("unit", id, [("name", t(id))]);
        world.record(&format!("unit.{key}"), id, [("name", t(id))]);
    }
    world.declare("unit.y", [("name", t("u1"))]);
    world.declare("unit.z", [("name", t("u2"))]);
    let span = world.span();
    world.manifest.moved.insert(a("unit.x"), (a("unit.y"), span));
    world.manifest.moved.insert(a("unit.y"), (a("unit.z"), span));
    let ids = |world: &mut World| {
        let plan = world.plan();
        assert_eq!(plan.steps, []);
        let id = |address| of(&plan, address).id.clone();
        (id("unit.y"), id("unit.z"), plan.bookkeeping.len())
    };
    let told = (Some("u1".to_owned()), Some("u2".to_owned()));
    assert_eq!(ids(&mut world), (told.0.clone(), told.1.clone(), 2));
    world.state.things.clear();
    world.record("unit.y", "u1", [("name", t("u1"))]);
    world.record("unit.z", "u2", [("name", t("u2"))]);
    assert_eq!(ids(&mut world), (told.0, told.1, 0), "the same lines, one run later");
}

#[test]
fn references_move_along_with_what_they_point_at() {
    let mut world = World::new();
    world.live("department", "d1", [("name", t("D")), ("parent", t("root"))]);
    world.record("department.old", "d1", [("name", t("D"))]);
    world.declare("department.new", [("id", t("d1")), ("name", t("D"))]);
    world.live("user", "li", [("departments", set([Value::remote("department", "d1")]))]);
    world.record("user.li", "li", [("departments", set([r("department.old")]))]);
    world.declare("user.li", [("departments", set([r("department.new")]))]);
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.summary().moved), (0, 1), "{plan:#?}");
    assert_eq!(of(&plan, "user.li").action, Action::Keep);
}

#[test]
fn lookups_become_addresses_or_live_ids_or_problems() {
    let mut world = World::new();
    world.settled("user.li", [("name", t("Li"))]);
    let managed = world.lookup("email", "li@x.cn", Found::One("li".to_owned()));
    world.declare("user.a", [("leader", managed)]);
    let remote = world.lookup("email", "z@x.cn", Found::One("z9".to_owned()));
    world.declare("user.b", [("leader", remote)]);
    let plan = world.plan();
    assert_eq!(of(&plan, "user.a").fields[0].after, r("user.li"));
    assert_eq!(of(&plan, "user.b").fields[0].after, Value::remote("user", "z9"));
    let none = world.lookup("email", "no@x.cn", Found::None);
    world.declare("user.a", [("leader", none)]);
    let many = world.lookup("email", "two@x.cn", Found::Many(vec!["p".to_owned(), "q".to_owned()]));
    world.declare("user.b", [("leader", many)]);
    assert_eq!(
        world.problems(),
        [
            "plan::nothing_found: user.a: leader: there is no user with email no@x.cn",
            "plan::several_found: user.b: leader: the user with email two@x.cn is p and q",
        ]
    );
    let unknown = world.lookup("email", "dark@x.cn", Found::Unknown(gap()));
    world.declare("user.a", [("leader", unknown.clone())]);
    world.declare("user.b", [("leader", unknown)]);
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.blocked.len()), (0, 2));
}

#[test]
fn a_live_reference_to_something_that_leaves_is_said() {
    let mut world = World::new();
    world.leaving("user.gone", [("name", t("Gone"))]).on_delete = Some(map([]));
    let to = world.lookup("email", "g@x.cn", Found::One("gone".to_owned()));
    world.declare("user.a", [("leader", to)]);
    assert!(
        world.problems()[0].starts_with("plan::leaves: leader of user.a is user.gone"),
        "{:?}",
        world.problems()
    );
}

#[test]
fn what_is_there_keeps_what_it_has_while_the_new_one_is_blocked() {
    let mut world = World::new();
    world.settled("department.old", [("name", t("Old"))]);
    world.settled("user.li", [("name", t("Li")), ("departments", set([r("department.old")]))]);
    // The new department needs one that could not be read, so it does not come now.
    world.declare("department.dark", [("name", t("Dark"))]);
    let observed = world.observed("department");
    observed.complete = false;
    observed.unknown.insert("dark".to_owned(), gap());
    observed.absent.insert("new".to_owned());
    world.declare("department.new", [("name", t("New")), ("parent", r("department.dark"))]);
    world.declare("user.li", [("name", t("Li Si")), ("departments", set([r("department.new")]))]);
    let plan = world.plan();
    assert_eq!(ids(&plan), ["user.li: update"]);
    assert_eq!(of(&plan, "user.li").fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["name"]);
    let told: Vec<String> = plan.blocked.iter().map(|b| format!("{}: {}", b.address, b.why)).collect();
    assert_eq!(
        told[1..],
        [
            "department.new: parent: department.dark: a page failed",
            "user.li: departments is left as it is: department.new is blocked",
        ],
        "{told:?}"
    );
}

#[test]
fn what_stands_in_the_way_while_something_is_blocked_is_no_problem_of_the_manifest() {
    let company = || {
        let mut world = World::new();
        world.leaving("department.old", [("name", t("Old"))]);
        world.settled(
            "user.li",
            [("name", t("Li")), ("departments", set([Value::remote("department", "old")]))],
        );
        world.declare("department.new", [("name", t("New"))]);
        world
    };
    // They do not go although all is known: a person must do something.
    let mut world = company();
    world.declare("user.li", [("name", t("Li"))]);
    assert_eq!(world.problems(), ["plan::not_empty: department.old: user.li stays in it"]);
    // They would go if their new department could come.
    let mut world = company();
    world.declare("user.li", [("name", t("Li")), ("departments", set([r("department.new")]))]);
    assert_eq!(world.plan().blocked, []);
    let observed = world.observed("department");
    observed.complete = false;
    observed.unknown.insert("new".to_owned(), gap());
    let plan = world.plan();
    assert_eq!(ids(&plan), [""; 0]);
    let told: Vec<String> = plan.blocked.iter().map(|b| format!("{}: {}", b.address, b.why)).collect();
    assert_eq!(
        told[1..],
        [
            "department.old: user.li stays in it; that is not certain while other things are blocked",
            "user.li: departments is left as it is: department.new: a page failed",
        ],
        "{told:?}"
    );
}

/// The answer to its creation held no id, and nobody looked since.
#[test]
fn what_was_made_without_an_id_is_found_again_to_be_taken_away() {
    let mut world = World::new();
    world.record("unit.left", "u9", [("name", t("Left"))]);
    world.state.things.get_mut(&a("unit.left")).expect("record").ids.clear();
    world.live("unit", "u7", [("name", t("Left"))]);
    world.live("unit", "u8", [("name", t("Another's"))]);
    let plan = world.plan();
    let left = of(&plan, "unit.left");
    assert_eq!((left.action, left.id.as_deref()), (Action::Delete, Some("u7")));
    assert_eq!(ids(&plan), ["unit.left: delete"]);
    world.observed("unit").things.remove("u7");
    assert_eq!(of(&world.plan(), "unit.left").action, Action::Forget, "a complete list does not have it");
    world.observed("unit").complete = false;
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.bookkeeping.len(), plan.blocked.len()), (0, 0, 1), "it may be there");
}

/// A natural key may be a reference: who that is decides which live thing is meant.
#[test]
fn what_is_told_by_a_reference_is_found_by_what_that_is() {
    let mut world = World::new();
    world.declare("user.ann", [("id", t("u1"))]);
    world.live("user", "u1", []);
    world.live("unit/seat", "s1", [("person", Value::remote("user", "u1"))]);
    world.declare("unit.a/seat.left", [("person", r("user.ann"))]);
    let found = |world: &World| {
        let plan = world.plan();
        let seat = of(&plan, "unit.a/seat.left").clone();
        (seat.action, seat.id)
    };
    let there = (Action::Adopt, Some("s1".to_owned()));
    assert_eq!(found(&world), there);
    let named = world.lookup("email", "ann@acme.cn", Found::One("u1".to_owned()));
    world.declare("unit.a/seat.left", [("person", named)]);
    assert_eq!(found(&world), there);
    // Somebody who comes with this plan sits nowhere yet.
    world.declare("user.bob", [("id", t("u2"))]);
    world.declare("unit.a/seat.left", [("person", r("user.bob"))]);
    assert_eq!(found(&world), (Action::Create, None));
}

#[test]
fn what_is_told_by_something_unknown_is_unknown_and_not_absent() {
    let mut world = World::new();
    world.declare("user.ann", [("id", t("u1"))]);
    world.observed("user").complete = false;
    world.declare("unit.a/seat.left", [("person", r("user.ann"))]);
    let plan = world.plan();
    let blocked: Vec<String> = plan.blocked.iter().map(|b| b.address.to_string()).collect();
    assert_eq!((plan.steps.len(), blocked), (0, vec!["unit.a/seat.left".to_owned(), "user.ann".to_owned()]));
}

/// Whoever was made without an id is known by what it was made with, whatever it is called from now on, and whoever
/// takes its name over is somebody else.
#[test]
fn what_was_made_without_an_id_is_itself_under_another_name_and_another_key() {
    let mut world = World::new();
    world.record("unit.one", "u7", [("name", t("One"))]);
    world.state.things.get_mut(&a("unit.one")).expect("record").ids =
        [("desk".to_owned(), "d".to_owned())].into();
    world.live("unit", "u7", [("name", t("One"))]);
    world.declare("unit.one", [("name", t("Uno"))]);
    world.declare("unit.two", [("name", t("One"))]);
    let plan = world.plan();
    assert_eq!(
        (of(&plan, "unit.one").action, of(&plan, "unit.one").id.as_deref()),
        (Action::Update, Some("u7"))
    );
    assert_eq!(of(&plan, "unit.two").action, Action::Create);
    // Under another key it is a move, and its id is kept from now on.
    world.manifest.things.clear();
    world.declare("unit.three", [("name", t("One"))]);
    let plan = world.plan();
    assert_eq!(of(&plan, "unit.three").previous_address, Some(a("unit.one")));
    world.manifest.things.clear();
    world.declare("unit.one", [("name", t("One"))]);
    let plan = world.plan();
    assert!(plan.is_empty());
    let Some(Bookkeeping::Record { record, .. }) = plan.bookkeeping.first() else {
        panic!("{:?}", plan.bookkeeping)
    };
    assert_eq!((record.id(), record.ids.get("desk").map(String::as_str)), (Some("u7"), Some("d")));
}

/// What was recorded for it is gone: in the middle of a replacement, or by somebody else's hand.
#[test]
fn what_another_address_is_known_to_be_is_nobody_elses_also_when_the_own_thing_is_gone() {
    let mut world = World::new();
    world.record("unit.one", "gone", [("name", t("One"))]);
    world.declare("unit.one", [("name", t("Two"))]);
    world.live("unit", "u2", [("name", t("Two"))]);
    world.record("unit.two", "u2", [("name", t("Two"))]);
    world.declare("unit.two", [("name", t("Three"))]);
    let plan = world.plan();
    assert_eq!(of(&plan, "unit.one").action, Action::Create);
    assert_eq!(of(&plan, "unit.two").id.as_deref(), Some("u2"));
}
