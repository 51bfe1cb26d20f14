use super::super::Bookkeeping;
use super::toy::{World, a, ids, map, of, r, set, t};
use crate::model::{Action, Cause, Gap, Value, Wanted};

fn cause(applied: &str, live: &str, declared: &str) -> Option<Cause> {
    let mut world = World::new();
    world.live("unit", "u1", [("name", t("N")), ("note", t(live))]);
    world.record("unit.a", "u1", [("name", t("N")), ("note", t(applied))]);
    world.declare("unit.a", [("name", t("N")), ("note", t(declared))]);
    of(&world.plan(), "unit.a").fields.first().map(|f| f.cause)
}

#[test]
fn the_three_sides_say_who_changed_it() {
    assert_eq!(cause("1", "1", "1"), None);
    assert_eq!(cause("1", "1", "2"), Some(Cause::Config));
    assert_eq!(cause("1", "2", "1"), Some(Cause::Drift));
    assert_eq!(cause("1", "2", "3"), Some(Cause::Both));
    assert_eq!(cause("1", "2", "2"), None, "the YAML agrees with what somebody did");
}

#[test]
fn hashes_are_enough_to_say_it_of_what_is_sensitive() {
    for (applied, live, declared, expected) in
        [("1", "1", "2", Cause::Config), ("1", "2", "1", Cause::Drift), ("1", "2", "3", Cause::Both)]
    {
        let mut world = World::new();
        world.live("user", "li", [("mobile", t(live))]);
        world.record("user.li", "li", [("mobile", t(applied))]);
        world.declare("user.li", [("mobile", t(declared))]);
        let plan = world.plan();
        let field = &of(&plan, "user.li").fields[0];
        assert_eq!((field.cause, field.sensitive), (expected, true));
        assert_eq!(of(&plan, "user.li").drift.len(), usize::from(expected != Cause::Config));
        assert_eq!(plan.steps[0].draft.sensitive.iter().collect::<Vec<_>>(), ["mobile"]);
    }
}

#[test]
fn nothing_to_do_is_nothing_at_all() {
    let mut world = World::new();
    world.settled("user.li", [("name", t("Li")), ("mobile", t("1")), ("departments", set([]))]);
    let plan = world.plan();
    assert!(plan.is_empty());
    assert_eq!((plan.bookkeeping.len(), plan.based_on.len(), plan.cost.calls), (0, 0, 0));
    assert_eq!(of(&plan, "user.li").action, Action::Keep);
}

#[test]
fn what_an_edit_agreed_to_is_noted_without_being_a_change() {
    let mut world = World::new();
    world.live("unit", "u1", [("name", t("N")), ("note", t("2"))]);
    world.record("unit.a", "u1", [("name", t("N")), ("note", t("1")), ("names", map([]))]);
    world.declare("unit.a", [("name", t("N")), ("note", t("2"))]);
    let plan = world.plan();
    assert!(plan.is_empty());
    let [Bookkeeping::Record { record, .. }] = plan.bookkeeping.as_slice() else { panic!("{plan:#?}") };
    assert_eq!(record.applied["note"], serde_json::json!({ "$text": "2" }));
    assert!(!record.applied.contains_key("names"), "what is not declared is not managed");
    // And once it is noted, it is never noted again.
    world.state.things.insert(a("unit.a"), record.clone());
    assert_eq!(world.plan().bookkeeping, []);
}

#[test]
fn what_cannot_be_read_is_named_with_its_scope_and_left_alone() {
    let mut world = World::new();
    world.live("user", "li", [("name", t("Li"))]);
    world.record("user.li", "li", [("name", t("Li")), ("mobile", t("1"))]);
    world.declare("user.li", [("name", t("Li")), ("mobile", t("2"))]);
    world.observed("user").unreadable.insert("mobile".to_owned(), vec!["phone:read".to_owned()]);
    let plan = world.plan();
    assert!(plan.is_empty());
    assert_eq!(
        of(&plan, "user.li").notes,
        ["mobile is unknown, and is left as it is: the app lacks the scope phone:read"]
    );
    assert_eq!(plan.bookkeeping, [], "what is remembered of it stays");
    // Who is created gets it all the same.
    world.declare("user.new", [("mobile", t("3"))]);
    assert_eq!(of(&world.plan(), "user.new").fields[0].name, "mobile");
}

#[test]
fn write_only_is_compared_with_what_was_sent() {
    let mut world = World::new();
    world.live("unit", "u1", [("name", t("N"))]);
    world.record("unit.a", "u1", [("name", t("N")), ("word", t("old"))]);
    world.declare("unit.a", [("name", t("N")), ("word", t("old"))]);
    assert!(world.plan().is_empty());
    world.declare("unit.a", [("name", t("N")), ("word", t("new"))]);
    let plan = world.plan();
    let field = &of(&plan, "unit.a").fields[0];
    assert_eq!((&field.before, &field.after, field.cause), (&Some(t("old")), &t("new"), Cause::Config));
}

#[test]
fn ignored_and_local_attributes_are_never_changed() {
    let mut world = World::new();
    world.live("user", "li", [("name", t("Changed by hand"))]);
    world.record("user.li", "li", [("name", t("Li"))]);
    let thing = world.declare("user.li", [("name", t("Li")), ("tags", set([t("cn")]))]);
    thing.lifecycle.ignore_changes.insert("name".to_owned());
    let plan = world.plan();
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(of(&plan, "user.li").drift, []);
}

#[test]
fn a_partial_set_only_adds_and_what_others_add_is_no_drift() {
    let mut world = World::new();
    let d = |id| Value::remote("department", id);
    world.live("user", "li", [("departments", set([d("a"), d("x")]))]);
    world.record("user.li", "li", [("departments", set([d("a")]))]);
    let thing = world.declare("user.li", []);
    thing.attributes.insert("departments".to_owned(), Wanted::AtLeast(set([d("a"), d("b")])));
    let plan = world.plan();
    let field = &of(&plan, "user.li").fields[0];
    assert_eq!((&field.after, field.cause), (&set([d("a"), d("b"), d("x")]), Cause::Config));
    assert_eq!(of(&plan, "user.li").drift, []);
}

#[test]
fn of_a_map_only_what_is_written_is_managed_and_the_rest_is_sent_along() {
    let mut world = World::new();
    world.live("unit", "u1", [("name", t("N")), ("names", map([("en", t("A")), ("ja", t("J"))]))]);
    world.record("unit.a", "u1", [("name", t("N")), ("names", map([("en", t("A"))]))]);
    world.declare("unit.a", [("name", t("N")), ("names", map([("en", t("A"))]))]);
    assert!(world.plan().is_empty());
    world.declare("unit.a", [("name", t("N")), ("names", map([("en", t("B"))]))]);
    let plan = world.plan();
    let field = &of(&plan, "unit.a").fields[0];
    assert_eq!((&field.after, field.cause), (&map([("en", t("B")), ("ja", t("J"))]), Cause::Config));
}

#[test]
fn what_is_fixed_at_creation_is_a_problem_and_what_is_immutable_a_replacement() {
    let mut world = World::new();
    let was = [("name", t("N")), ("born", t("here")), ("soil", t("clay"))];
    world.live("unit", "u1", was.clone());
    world.record("unit.a", "u1", was);
    world.declare("unit.a", [("name", t("N")), ("born", t("there"))]);
    assert_eq!(
        world.problems(),
        ["plan::fixed: born of unit.a can be set when it is created and never again"]
    );
    world.declare("unit.a", [("name", t("N")), ("soil", t("sand"))]);
    let plan = world.plan();
    assert_eq!(of(&plan, "unit.a").action, Action::Replace);
    assert_eq!(ids(&plan), ["unit.a: delete", "unit.a: create"]);
    assert_eq!((plan.summary().add, plan.summary().destroy), (1, 1));
}

#[test]
fn what_waits_on_a_person_is_counted_apart() {
    let mut world = World::new();
    world.settled("user.boss", [("name", t("Boss"))]);
    world
        .observed("user")
        .things
        .get_mut("boss")
        .expect("boss")
        .facts
        .insert("unjoined".into(), Value::Bool(true));
    world.settled("user.li", [("name", t("Li")), ("leader", Value::Null)]);
    world.declare("user.li", [("name", t("Li")), ("leader", r("user.boss"))]);
    let plan = world.plan();
    assert!(plan.is_empty());
    assert_eq!((plan.summary().pending, plan.summary().change), (1, 0));
    assert_eq!(of(&plan, "user.li").pending[0].reason, "the leader has not joined");
    let [Bookkeeping::Record { record, .. }] = plan.bookkeeping.as_slice() else { panic!("{plan:#?}") };
    assert_eq!(record.pending.len(), 1);
}

#[test]
fn fields_come_in_the_order_of_the_table() {
    let mut world = World::new();
    world.declare("user_group.g", [("members", set([])), ("name", t("G"))]);
    let plan = world.plan();
    let names: Vec<&str> = of(&plan, "user_group.g").fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["name", "members"]);
}

#[test]
fn what_stays_keeps_its_name_for_those_that_refer_to_it() {
    let mut world = World::new();
    world.settled("user.li", [("name", t("李"))]);
    let plan = world.plan();
    assert_eq!(of(&plan, "user.li").called, Some(t("李")));
    assert!(of(&plan, "user.li").before.is_empty());
}

#[test]
fn what_was_not_read_though_nothing_forbids_it_leaves_the_plan_unfinished() {
    let mut world = World::new();
    world.settled("department.d", [("name", t("D"))]);
    world.settled("department.e", [("name", t("E"))]);
    world.settled("user.li", [("name", t("Li")), ("departments", set([r("department.d")]))]);
    world.declare("user.li", [("name", t("Li Si")), ("departments", set([r("department.e")]))]);
    let li = world.observed("user").things.get_mut("li").expect("li");
    li.attributes.remove("departments");
    let why = "a page failed".to_owned();
    for (gap, told) in [
        (None, "departments is left as it is: it could not be read"),
        (Some("user_id zhao"), "departments is left as it is: user_id zhao: a page failed"),
        (Some("places of li"), "departments is left as it is: places of li: a page failed"),
    ] {
        let gap =
            gap.map(|what| Gap { what: what.to_owned(), why: why.clone(), remedy: Some("again".into()) });
        world.observed("user").gaps.extend(gap);
        let plan = world.plan();
        let [blocked] = plan.blocked.as_slice() else { panic!("{:?}", plan.blocked) };
        assert_eq!((blocked.address.to_string().as_str(), blocked.why.as_str()), ("user.li", told));
        // The rest of the thing is planned all the same, and what is remembered of the attribute stays.
        assert_eq!(of(&plan, "user.li").fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["name"]);
        assert_eq!(plan.bookkeeping, []);
    }
}
