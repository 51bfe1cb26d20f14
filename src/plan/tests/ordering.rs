use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use super::super::link::link;
use super::super::trouble::Troubles;
use super::super::{Input, Mode, Overrides, Plan, Step};
use super::toy::{KINDS, World, a, ids, map, of, r, set, t};
use crate::model::{Call, Fact, StepDraft, Value, Verb};

/// Takes the calls of a plan literally, one after the other, and refuses a mobile that somebody else has.
#[track_caller]
fn carried_out(world: &World, plan: &Plan) -> BTreeMap<String, String> {
    let users = &world.snapshot.kinds["user"].things;
    let mut mobiles: BTreeMap<String, String> = users
        .iter()
        .filter_map(|(id, live)| Some((id.clone(), live.attributes.get("mobile")?.as_text()?.to_owned())))
        .collect();
    for step in &plan.steps {
        let id = step.draft.address.key().to_owned();
        if step.draft.verb == Verb::Delete {
            mobiles.remove(&id);
            continue;
        }
        let Some(mobile) = step.draft.call.body.as_ref().and_then(|b| b["mobile"].as_str()) else { continue };
        let holder = mobiles.iter().find(|(who, has)| *has == mobile && **who != id);
        assert_eq!(holder, None, "{} wants {mobile}\n{:#?}", step.id, ids(plan));
        mobiles.insert(id, mobile.to_owned());
    }
    mobiles
}

#[track_caller]
fn respects_dependencies(steps: &[Step]) {
    let mut done = BTreeSet::new();
    for step in steps {
        for needed in &step.depends_on {
            assert!(done.contains(&needed.step), "{} before {}", step.id, needed.step);
        }
        assert!(done.insert(step.id.clone()), "{} twice", step.id);
    }
}

#[test]
fn a_swap_goes_over_one_stand_in_and_is_shown() {
    let mut world = World::new();
    for (key, mobile) in [("a", "1"), ("b", "2")] {
        world.settled(&format!("user.{key}"), [("mobile", t(mobile))]);
    }
    world.declare("user.a", [("mobile", t("2"))]);
    world.declare("user.b", [("mobile", t("1"))]);
    let plan = world.plan();
    assert_eq!(ids(&plan), ["user.a: a mobile for the while", "user.b: update", "user.a: update"]);
    let why: Vec<&str> = plan.steps[2].depends_on.iter().map(|d| d.why.as_str()).collect();
    assert_eq!(why, ["a stand-in is there until then", "user.b gives up its mobile"]);
    carried_out(&world, &plan);
}

#[test]
fn a_value_is_taken_after_who_leaves_it() {
    let mut world = World::new();
    world.leaving("user.old", [("mobile", t("1"))]).on_delete = Some(map([]));
    world.declare("user.new", [("mobile", t("1"))]);
    let plan = world.plan();
    assert_eq!(ids(&plan), ["user.old: delete", "user.new: create"]);
    world.declare("user.too", [("mobile", t("1"))]);
    assert_eq!(world.problems(), ["plan::taken_twice: user.new and user.too would both have this mobile"]);
}

#[test]
fn a_true_circle_is_shown_whole_with_its_places() {
    let mut world = World::new();
    for (key, leader) in [("a", "b"), ("b", "c"), ("c", "a")] {
        world.declare(&format!("user.{key}"), [("leader", r(&format!("user.{leader}")))]);
    }
    assert_eq!(
        world.problems(),
        ["plan::circle: user.a: create (acme.yaml:1)\n\
          waits for user.b: create (acme.yaml:2), so that its leader exists\n\
          waits for user.c: create (acme.yaml:3), so that its leader exists\n\
          waits for user.a: create (acme.yaml:1), so that its leader exists"]
    );
}

#[test]
fn deletions_come_last_and_children_before_parents() {
    let mut world = World::new();
    world.leaving("department.a", [("name", t("A")), ("parent", t("root"))]);
    world.leaving("department.b", [("name", t("B")), ("parent", Value::remote("department", "a"))]);
    world.declare("user.z", [("departments", set([r("department.n")]))]);
    world.declare("department.n", [("name", t("N"))]);
    let plan = world.plan();
    assert_eq!(
        ids(&plan),
        ["department.n: create", "user.z: create", "department.b: delete", "department.a: delete"]
    );
    assert_eq!(
        of(&plan, "user.z").source.as_ref().map(|s| (s.file.as_str(), s.line)),
        Some(("acme.yaml", 1))
    );
}

#[test]
fn the_price_is_the_calls_the_slowest_window_and_its_name() {
    let mut world = World::new();
    for n in 0..3 {
        world.declare(&format!("user.u{n}"), [("name", t("x"))]);
    }
    let plan = world.plan();
    assert_eq!((plan.cost.calls, plan.cost.endpoints[0].calls), (3, 3));
    // The real contract: patches with department_ids go once a second, however many others there are.
    let patch = |n: usize| {
        let body = if n < 5 { json!({ "department_ids": [] }) } else { json!({ "name": "x" }) };
        let call = Call::new("PATCH", "/open-apis/contact/v3/users/:user_id").body(body);
        StepDraft::new(a(&format!("user.u{n}")), Verb::Update, "update", call)
    };
    let steps = linked((0..10).map(patch).collect()).expect("steps");
    let cost = super::super::price::price(&steps);
    assert_eq!((cost.calls, cost.at_best_ms), (10, 4_050), "{cost:?}");
    assert_eq!(cost.bottleneck.as_deref(), Some("PATCH /open-apis/contact/v3/users/:user_id"));
    assert!(cost.endpoints[0].limit.contains("1 a second for the 5 with department_ids"), "{cost:?}");
}

/// Links drafts alone.
fn linked(drafts: Vec<StepDraft>) -> Result<Vec<Step>, usize> {
    let world = World::new();
    let (only, overrides) = (BTreeSet::new(), Overrides::default());
    let input = Input {
        registry: KINDS,
        manifest: &world.manifest,
        sources: &world.sources,
        snapshot: &world.snapshot,
        state: &world.state,
        target: "t",
        mode: Mode::Apply,
        only: &only,
        overrides: &overrides,
    };
    let mut troubles = Troubles::new(&input);
    let steps = link(&input, drafts, &mut troubles);
    let problems = troubles.of(|_| true);
    if problems.is_empty() { Ok(steps) } else { Err(problems.len()) }
}

fn has_circle(nodes: usize, edges: &BTreeSet<(usize, usize)>) -> bool {
    // Takes away what waits for nothing, until nothing changes.
    let mut left: BTreeSet<usize> = (0..nodes).collect();
    loop {
        let free = left
            .iter()
            .copied()
            .find(|n| !edges.iter().any(|(from, to)| from == n && left.contains(to) && to != n));
        match free {
            Some(node) => left.remove(&node),
            None => return !left.is_empty(),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random needs: the order respects every one of them, and only true circles are refused.
    #[test]
    fn every_need_is_respected(nodes in 1_usize..14, pairs in prop::collection::vec((0_usize..14, 0_usize..14), 0..24)) {
        let edges: BTreeSet<(usize, usize)> =
            pairs.into_iter().filter(|(x, y)| x != y && *x < nodes && *y < nodes).collect();
        let drafts: Vec<StepDraft> = (0..nodes).map(|n| {
            let address = |n: usize| a(&format!("unit.n{n:02}"));
            let mut draft = StepDraft::new(address(n), Verb::Create, "create", Call::new("POST", "/x"))
                .gives(Fact::Exists(address(n)));
            for (_, to) in edges.iter().filter(|(from, _)| *from == n) {
                draft = draft.needs(Fact::Exists(address(*to)), "it must");
            }
            draft
        }).collect();
        let mut shuffled = drafts.clone();
        shuffled.reverse();
        let steps = linked(drafts);
        prop_assert_eq!(&steps, &linked(shuffled));
        prop_assert_eq!(steps.is_err(), has_circle(nodes, &edges));
        if let Ok(steps) = steps {
            prop_assert_eq!(steps.len(), nodes);
            let place = |n: usize| steps.iter().position(|s| s.draft.address == a(&format!("unit.n{n:02}")));
            for (from, to) in edges {
                prop_assert!(place(from) > place(to));
            }
            respects_dependencies(&steps);
        }
    }

    /// Any mobiles to any mobiles: nobody ever takes a number that somebody has, and everybody ends with theirs.
    #[test]
    fn unique_values_change_hands_in_order(
        before in prop::sample::subsequence((0..12_u32).collect::<Vec<_>>(), 1..9).prop_shuffle(),
        after in prop::sample::subsequence((0..12_u32).collect::<Vec<_>>(), 1..12).prop_shuffle(),
    ) {
        let mut world = World::new();
        for (n, mobile) in before.iter().enumerate() {
            let record = world.leaving(&format!("user.u{n:02}"), [("mobile", t(&mobile.to_string()))]);
            record.on_delete = Some(map([]));
        }
        for (n, mobile) in after.iter().enumerate() {
            world.declare(&format!("user.u{n:02}"), [("mobile", t(&mobile.to_string()))]);
        }
        let plan = world.plan();
        respects_dependencies(&plan.steps);
        let reached = carried_out(&world, &plan);
        let wanted: BTreeMap<String, String> =
            after.iter().enumerate().map(|(n, mobile)| (format!("u{n:02}"), mobile.to_string())).collect();
        prop_assert_eq!(reached, wanted);
        // One stand-in a circle, and none for a chain.
        let n = before.len().min(after.len());
        let mut circles = 0;
        let mut seen = BTreeSet::new();
        for start in 0..n {
            let mut way = vec![start];
            while let Some(next) = before.iter().position(|m| *m == after[*way.last().unwrap()]).filter(|next| *next < n) {
                if next == start && way.len() > 1 && way.iter().all(|w| seen.insert(*w)) { circles += 1; }
                if way.contains(&next) { break; }
                way.push(next);
            }
        }
        prop_assert_eq!(plan.steps.iter().filter(|s| s.draft.verb == Verb::Park).count(), circles);
    }

    /// Whatever was not read: nothing unknown is created or deleted.
    #[test]
    fn the_unknown_is_left_alone(states in prop::collection::vec((0_u8..3, any::<bool>(), any::<bool>()), 1..12)) {
        let mut world = World::new();
        world.observed("department").complete = false;
        for (n, (standing, declared, recorded)) in states.iter().enumerate() {
            let (id, address) = (format!("d{n}"), format!("department.d{n}"));
            match standing {
                0 => drop(world.live("department", &id, [("name", t("N"))]).clone()),
                1 => { world.observed("department").absent.insert(id.clone()); }
                _ => {}
            }
            if *declared { world.declare(&address, [("name", t("N"))]); }
            if *recorded { world.record(&address, &id, [("name", t("N"))]); }
        }
        let plan = world.plan();
        for step in &plan.steps {
            let n: usize = step.draft.address.key()[1..].parse().expect("number");
            let (standing, declared, recorded) = states[n];
            let expected = match step.draft.verb {
                Verb::Create => standing == 1 && declared,
                Verb::Delete => standing == 0 && !declared && recorded,
                Verb::Update | Verb::Park => false,
            };
            prop_assert!(expected, "{}: {:?}", step.id, states[n]);
        }
        let unknown = states.iter().filter(|(s, d, r)| *s == 2 && (*d || *r)).count();
        prop_assert_eq!(plan.blocked.len(), unknown);
    }
}
