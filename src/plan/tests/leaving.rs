use super::super::{Bookkeeping, Mode, Refusal};
use super::toy::{World, a, ids, map, of, on_remove, r, t};
use crate::model::{Action, OnRemove, Value};

fn guards(refusals: &[Refusal]) -> Vec<String> {
    refusals.iter().map(|r| format!("{} {}: {}", r.guard, r.address, r.flag)).collect()
}

#[test]
fn only_what_is_recorded_leaves() {
    let mut world = World::new();
    world.leaving("unit.mine", [("name", t("Mine"))]);
    world.live("unit", "other", [("name", t("Somebody's"))]);
    let plan = world.plan();
    assert_eq!(ids(&plan), ["unit.mine: delete"]);
    assert_eq!(of(&plan, "unit.mine").before["name"], t("Mine"));
}

#[test]
fn an_exclusive_kind_loses_what_nobody_declares() {
    let mut world = World::new();
    world.settled("unit.mine", [("name", t("Mine"))]);
    world.live("unit", "other", [("name", t("Somebody's"))]);
    world.live("unit", "system", [("name", t("S"))]).facts.insert("builtin".into(), Value::Bool(true));
    world.manifest.settings.exclusive.insert("unit".to_owned());
    let plan = world.plan();
    assert_eq!(ids(&plan), ["unit.other: delete"]);
    assert!(!of(&plan, "unit.other").managed);
    assert!(plan.based_on[&a("unit.other")].id.is_some());
}

#[test]
fn what_is_remembered_decides_how_it_leaves() {
    let mut world = World::new();
    world.leaving("unit.kept", [("name", t("K"))]).on_remove = Some(OnRemove::Forget);
    world.leaving("unit.off", [("name", t("O"))]).on_remove = Some(OnRemove::Deactivate);
    world.record("unit.gone", "g9", [("name", t("G"))]);
    let plan = world.plan();
    let actions = ["unit.kept", "unit.off", "unit.gone"].map(|address| of(&plan, address).action);
    assert_eq!(actions, [Action::Forget, Action::Delete, Action::Forget]);
    let forgotten = [a("unit.gone"), a("unit.kept")].map(|address| Bookkeeping::Forget { address });
    assert_eq!(plan.bookkeeping, forgotten);
}

#[test]
fn destroy_takes_all_that_is_recorded_and_nothing_else() {
    let mut world = World::new();
    world.settled("unit.a", [("name", t("A"))]);
    world.declare("unit.never", [("name", t("B"))]);
    world.settled("unit.c", [("name", t("C"))]);
    world.manifest.things.get_mut(&a("unit.c")).expect("c").lifecycle = on_remove(OnRemove::Forget);
    world.mode = Mode::Destroy;
    let plan = world.plan();
    assert_eq!(ids(&plan), ["unit.a: delete"]);
    assert_eq!(plan.changes.iter().map(|c| c.address.to_string()).collect::<Vec<_>>(), ["unit.a", "unit.c"]);
}

#[test]
fn protection_outlives_the_block_that_gave_it() {
    let mut world = World::new();
    world.leaving("unit.a", [("name", t("A"))]).prevent_destroy = true;
    assert_eq!(guards(&world.plan().refusals), ["prevent_destroy unit.a: --allow-destroy unit.a"]);
    world.overrides.allow_destroy.insert(a("unit.a"));
    assert_eq!(world.plan().refusals, []);
    // A replacement takes the old one away.
    let mut world = World::new();
    world.settled("unit.b", [("name", t("B")), ("soil", t("clay"))]);
    let thing = world.declare("unit.b", [("name", t("B")), ("soil", t("sand"))]);
    thing.lifecycle.prevent_destroy = true;
    assert_eq!(guards(&world.plan().refusals), ["prevent_destroy unit.b: --allow-destroy unit.b"]);
}

#[test]
fn nobody_leaves_without_heirs_and_heirs_are_remembered() {
    let mut world = World::new();
    world.settled("user.heir", [("name", t("H"))]);
    world.leaving("user.a", [("name", t("A"))]);
    assert_eq!(guards(&world.plan().refusals), ["on_delete user.a: --allow-no-heirs"]);
    world.leaving("user.a", [("name", t("A"))]).on_delete =
        Some(map([("default", Value::remote("user", "heir"))]));
    assert_eq!(world.plan().refusals, []);
    world.leaving("user.a", [("name", t("A"))]).on_delete = Some(map([("default", r("user.lost"))]));
    assert!(world.problems()[0].starts_with("plan::heir_gone"), "{:?}", world.problems());
    // While it is declared, it is written down, by the id that outlives addresses.
    world.settled("user.a", [("name", t("A"))]);
    world.declare("user.a", [("name", t("A")), ("on_delete", map([("default", r("user.heir"))]))]);
    let plan = world.plan();
    assert!(plan.is_empty());
    let [Bookkeeping::Record { record, .. }] = plan.bookkeeping.as_slice() else { panic!("{plan:#?}") };
    assert_eq!(record.on_delete, Some(map([("default", Value::remote("user", "heir"))])));
    world.state.things.insert(a("user.a"), record.clone());
    assert_eq!(world.plan().bookkeeping, []);
    // What is left out is not touched.
    world.declare("user.a", [("name", t("A"))]);
    assert_eq!(world.plan().bookkeeping, []);
    world.declare("user.a", [("name", t("A")), ("on_delete", Value::Null)]);
    assert_eq!(world.plan().bookkeeping.len(), 1, "null takes it back");
}

/// Refused or not, for so many deletions of so many managed.
fn refused(leaving: usize, managed: usize) -> bool {
    let mut world = World::new();
    for n in 0..managed {
        let name = format!("n{n:03}");
        if n < leaving {
            world.leaving(&format!("unit.{name}"), [("name", t(&name))]);
        } else {
            world.settled(&format!("unit.{name}"), [("name", t(&name))]);
        }
    }
    !world.plan().refusals.is_empty()
}

#[test]
fn more_than_ten_or_more_than_a_quarter_is_refused() {
    for (leaving, managed, expected) in
        [(9, 9, false), (10, 10, true), (2, 10, false), (3, 10, true), (10, 40, false), (11, 400, true)]
    {
        assert_eq!(refused(leaving, managed), expected, "{leaving} of {managed}");
    }
}

#[test]
fn the_limit_is_set_in_the_manifest_and_above_it_on_the_command_line() {
    let mut world = World::new();
    for n in 0..3 {
        world.leaving(&format!("unit.n{n}"), [("name", t(&format!("n{n}")))]);
    }
    assert_eq!(world.plan().refusals, []);
    world.manifest.settings.max_destroy.insert("unit".to_owned(), 2);
    assert_eq!(
        world.plan().refusals[0].why,
        "3 units of 3 managed would be deleted (unit.n0, unit.n1, unit.n2), and 2 are allowed"
    );
    assert_eq!(guards(&world.plan().refusals), ["max_destroy unit.n0: --max-destroy unit=3"]);
    world.overrides.max_destroy.insert("unit".to_owned(), 3);
    assert_eq!(world.plan().refusals, []);
}

#[test]
fn a_target_comes_with_what_it_needs_and_nothing_else() {
    let mut world = World::new();
    world.declare("department.hq", [("name", t("HQ"))]);
    world.declare("department.eng", [("name", t("E")), ("parent", r("department.hq"))]);
    world.declare("user.li", [("departments", super::toy::set([r("department.eng")]))]);
    world.declare("user.other", [("name", t("O"))]);
    world.leaving("unit.left", [("name", t("L"))]);
    world.only.insert(a("user.li"));
    let plan = world.plan();
    assert_eq!(ids(&plan), ["department.hq: create", "department.eng: create", "user.li: create"]);
    assert_eq!(
        plan.notes,
        [
            "Only user.li was asked for: 2 other things were not looked at. Planned with it, because it is needed: \
          department.eng, department.hq."
        ]
    );
    world.only = [a("user.lee")].into();
    assert_eq!(world.problems(), ["plan::unknown_target: --target user.lee"]);
}

#[test]
fn what_was_deleted_outside_is_made_again_and_said() {
    let mut world = World::new();
    world.record("unit.a", "u1", [("name", t("A"))]);
    world.declare("unit.a", [("name", t("A"))]);
    let plan = world.plan();
    let change = of(&plan, "unit.a");
    assert_eq!((change.action, change.managed), (Action::Create, true));
    assert_eq!(change.notes, ["it was deleted outside of larkctl"]);
}

#[test]
fn a_state_of_another_tenant_is_refused() {
    let mut world = World::new();
    world.state.target = "http://other cli".to_owned();
    assert!(world.problems()[0].starts_with("plan::other_tenant"));
}

#[test]
fn a_key_that_was_renamed_without_saying_so_is_pointed_out() {
    let hint = |comers: &[(&str, &str)]| {
        let mut world = World::new();
        world.settled("department.rnd", [("name", t("研发")), ("parent", r("department.hq"))]);
        world.settled("department.hq", [("name", t("总部"))]);
        world.declare("department.hq", [("name", t("总部"))]);
        world.manifest.things.remove(&a("department.rnd"));
        for (address, name) in comers {
            world.declare(address, [("name", t(name)), ("parent", r("department.hq"))]);
        }
        of(&world.plan(), "department.rnd").notes.join("; ")
    };
    let said = hint(&[("department.engineering", "研发")]);
    assert!(said.contains("write moved: [{from: department.rnd, to: department.engineering}]"), "{said}");
    assert_eq!(hint(&[("department.engineering", "工程")]), "", "another name");
    assert_eq!(hint(&[("department.a", "研发"), ("department.b", "研发")]), "", "nobody knows which");
}
