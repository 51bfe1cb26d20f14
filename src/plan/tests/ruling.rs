use super::toy::{World, a, map, of, r, set, t};
use crate::model::{Gap, Target, Value, Wanted};

fn people(value: &Value) -> Vec<String> {
    value
        .elements()
        .map(|v| match v.plain() {
            serde_json::Value::String(address) => address,
            other => other["id"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// hq with eng below it, where sre is; li in eng, wang in sre, zhao (nobody's) in hq.
fn company() -> World {
    let mut world = World::new();
    world.settled("department.hq", [("name", t("HQ")), ("parent", t("root"))]);
    world.settled("department.eng", [("name", t("E")), ("parent", r("department.hq"))]);
    world.settled("department.sre", [("name", t("S")), ("parent", r("department.eng"))]);
    world.settled("user.li", [("job_title", t("Dev")), ("departments", set([r("department.eng")]))]);
    world.settled("user.wang", [("job_title", t("SRE 1")), ("departments", set([r("department.sre")]))]);
    world.live(
        "user",
        "zhao",
        [("departments", set([Value::remote("department", "hq")])), ("job_title", Value::Null)],
    );
    world
}

fn members(world: &mut World, rule: Value) -> Vec<String> {
    world.declare("user_group.g", [("name", t("G")), ("members", rule)]);
    let plan = world.plan();
    let change = of(&plan, "user_group.g");
    people(&change.fields.iter().find(|f| f.name == "members").expect("members").after)
}

fn in_department(department: &str) -> Value {
    map([("departments", set([if department == "root" { t("root") } else { r(department) }]))])
}

#[test]
fn departments_bring_everybody_below_them() {
    let mut world = company();
    assert_eq!(members(&mut world, in_department("department.sre")), ["user.wang"]);
    assert_eq!(members(&mut world, in_department("department.eng")), ["user.li", "user.wang"]);
    assert_eq!(members(&mut world, in_department("department.hq")), ["user.li", "user.wang", "zhao"]);
    assert_eq!(members(&mut world, in_department("root")), ["user.li", "user.wang", "zhao"]);
}

#[test]
fn people_count_where_they_will_be() {
    let mut world = company();
    world.declare("user.li", [("departments", set([r("department.hq")]))]);
    world.declare("user.new", [("departments", set([r("department.sre")]))]);
    assert_eq!(members(&mut world, in_department("department.eng")), ["user.new", "user.wang"]);
    world.declare("department.sre", [("parent", r("department.hq"))]);
    assert_eq!(members(&mut world, in_department("department.eng")), Vec::<String>::new());
    // Who leaves is nowhere.
    world.manifest.things.remove(&a("user.wang"));
    world.state.things.get_mut(&a("user.wang")).expect("wang").on_delete = Some(map([]));
    assert_eq!(members(&mut world, in_department("department.sre")), ["user.new"]);
}

#[test]
fn users_groups_rules_and_exceptions_add_up() {
    let mut world = company();
    world.declare("user_group.h", [("name", t("H")), ("members", in_department("department.eng"))]);
    let rule = map([
        ("users", set([Value::remote("user", "zhao")])),
        ("user_groups", set([r("user_group.h")])),
        ("except", set([r("user.li")])),
    ]);
    assert_eq!(members(&mut world, rule), ["user.wang", "zhao"]);
    let rule = map([("where", t(r#"user.job_title != null && user.job_title.startsWith("SRE")"#))]);
    assert_eq!(members(&mut world, rule), ["user.wang"]);
    let plan = world.plan();
    let matched = plan.matched.iter().find(|m| m.address.to_string() == "user_group.g").expect("a rule");
    assert_eq!(matched.attribute, "members");
    assert_eq!(matched.rule, r#"where user.job_title != null && user.job_title.startsWith("SRE")"#);
    assert_eq!(matched.people, [Target::Address(a("user.wang"))]);
}

#[test]
fn a_rule_that_cannot_be_asked_names_the_person() {
    let mut world = company();
    let rule = map([("where", t("user.job_title > 3"))]);
    world.declare("user_group.g", [("members", rule)]);
    let problems = world.problems();
    assert!(problems[0].starts_with("plan::rule: where: asked of user "), "{problems:?}");
}

#[test]
fn rules_in_a_circle_are_refused() {
    let mut world = company();
    for (one, other) in [("g", "h"), ("h", "g")] {
        let rule = map([("user_groups", set([r(&format!("user_group.{other}"))]))]);
        world.declare(&format!("user_group.{one}"), [("members", rule)]);
    }
    assert!(
        world.problems()[0].contains("user_group.g → user_group.h → user_group.g"),
        "{:?}",
        world.problems()
    );
}

#[test]
fn a_rule_over_people_who_were_not_read_changes_nothing() {
    let rules =
        [map([("where", t("user.key != null"))]), in_department("root"), in_department("department.eng")];
    for rule in rules {
        let mut world = company();
        world.settled("user_group.g", [("name", t("G")), ("members", set([r("user.li")]))]);
        world.declare("user_group.g", [("name", t("G")), ("members", rule.clone())]);
        world.declare("user_group.new", [("name", t("N")), ("members", rule)]);
        let users = world.observed("user");
        users.complete = false;
        let why = "page 3 failed".to_owned();
        users.gaps.push(Gap { what: "people of hq".to_owned(), why, remedy: None });
        let plan = world.plan();
        assert_eq!(plan.steps, []);
        assert_eq!(plan.blocked.len(), 2, "{:?}", plan.blocked);
        assert!(plan.blocked[0].why.contains("page 3 failed"), "{:?}", plan.blocked);
    }
}

#[test]
fn a_rule_that_asks_for_what_cannot_be_seen_is_not_answered() {
    let mut world = company();
    world.observed("user").unreadable.insert("job_title".to_owned(), vec!["user.job".to_owned()]);
    world.observed("user").things.get_mut("zhao").expect("zhao").attributes.remove("job_title");
    world.declare("user_group.g", [("members", map([("where", t("has(user.job_title)"))]))]);
    let plan = world.plan();
    assert_eq!(plan.steps, []);
    assert_eq!(plan.blocked[0].remedy.as_deref(), Some("give the app the scope user.job"));
}

#[test]
fn people_of_a_department_that_moves_in_are_not_guessed() {
    let mut world = company();
    // Only the people of eng and below were asked for; ops comes from elsewhere.
    world.settled("department.ops", [("name", t("O")), ("parent", t("root"))]);
    world.declare("department.ops", [("name", t("O")), ("parent", r("department.eng"))]);
    world.observed("user").complete = false;
    world.observed("user").things.remove("zhao");
    world.declare("user_group.g", [("members", in_department("department.eng"))]);
    let plan = world.plan();
    assert!(plan.blocked[0].why.contains("the people of department ops were not read"), "{:?}", plan.blocked);
}

#[test]
fn at_least_a_rule_only_adds() {
    let mut world = company();
    world.settled("user_group.g", [("name", t("G")), ("members", set([Value::remote("user", "zhao")]))]);
    let thing = world.declare("user_group.g", [("name", t("G"))]);
    thing.attributes.insert("members".to_owned(), Wanted::AtLeast(in_department("department.sre")));
    let plan = world.plan();
    assert_eq!(people(&of(&plan, "user_group.g").fields[0].after), ["user.wang", "zhao"]);
}

#[test]
fn what_was_not_read_of_somebody_is_not_empty_to_a_rule() {
    let mut world = company();
    world.observed("user").things.get_mut("zhao").expect("zhao").attributes.remove("departments");
    for rule in [map([("where", t("user.departments == []"))]), in_department("department.eng")] {
        world.declare("user_group.g", [("members", rule)]);
        let plan = world.plan();
        assert_eq!(plan.steps, []);
        assert!(plan.blocked[0].why.contains("zhao"), "{:?}", plan.blocked);
    }
}
