use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// A plan without meaning: for each step what it depends on (all earlier), its lane, whether it succeeds,
/// its queue, which has one place more than its number, and whether it runs alone.
#[derive(Clone, Debug)]
struct Graph(Vec<Row>);

type Row = (BTreeSet<usize>, Option<u8>, bool, u8, bool);

fn graph() -> impl Strategy<Value = Graph> {
    let step = (
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        prop::option::of(0u8..3),
        0u8..10,
        0u8..3,
        0u8..5,
    );
    prop::collection::vec(step, 0..40).prop_map(|steps| {
        let made = steps.into_iter().enumerate().map(|(n, (deps, lane, luck, queue, alone))| {
            let deps = deps.iter().filter(|_| n > 0).map(|d| d.index(n)).collect();
            (deps, lane, luck != 0, queue, alone == 0)
        });
        Graph(made.collect())
    })
}

fn walk(graph: &Graph, limit: usize, room: fn(u8) -> usize) -> Result<Walk, WalkError> {
    let queues = ["q0", "q1", "q2"];
    let names: Vec<String> = (0..graph.0.len()).map(|n| format!("s{n}")).collect();
    let lanes: Vec<Option<String>> = graph.0.iter().map(|s| s.1.map(|l| format!("lane{l}"))).collect();
    let needed: Vec<Vec<&str>> =
        graph.0.iter().map(|s| s.0.iter().map(|&d| names[d].as_str()).collect()).collect();
    let edges = (0..names.len()).map(|n| Edges {
        id: &names[n],
        depends_on: &needed[n],
        lane: lanes[n].as_deref(),
        alone: graph.0[n].4,
        thing: &names[n],
        queue: (queues[usize::from(graph.0[n].3)], room(graph.0[n].3)),
    });
    Walk::new(edges, limit)
}

/// Whether a step that need not run alone could start while nothing is under way: nothing in its lane that comes
/// before it is still to be done, nor anything that it depends on.
fn can(
    graph: &Graph,
    step: usize,
    done: &BTreeSet<usize>,
    failed: &BTreeSet<usize>,
    skipped: &BTreeMap<usize, usize>,
) -> bool {
    let ended = |n: usize| done.contains(&n) || failed.contains(&n) || skipped.contains_key(&n);
    let (deps, lane, _, _, alone) = &graph.0[step];
    let first = lane.is_none_or(|l| (0..step).all(|n| graph.0[n].1 != Some(l) || ended(n)));
    !alone && !ended(step) && first && deps.is_subset(done)
}

proptest! {
    /// The oracle is the graph: what must be skipped is found by looking at each step's own dependencies, in
    /// order, and the order of ends is chosen at random.
    #[test]
    fn every_edge_and_lane_is_respected_and_exactly_the_descendants_are_skipped(
        graph in graph(),
        limit in 1usize..6,
        picks in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut walk = walk(&graph, limit, |queue| usize::from(queue) + 1).expect("a graph");
        let (mut running, mut done, mut failed): (Vec<usize>, BTreeSet<usize>, BTreeSet<usize>) = Default::default();
        let mut skipped = BTreeMap::new();
        let mut last_in_lane: BTreeMap<u8, usize> = BTreeMap::new();
        let mut picks = picks.into_iter();
        loop {
            while let Some(step) = walk.start() {
                let (deps, lane, _, queue, alone) = &graph.0[step];
                prop_assert!(deps.is_subset(&done), "{step} started before {deps:?}");
                if let Some(lane) = lane {
                    prop_assert!(running.iter().all(|&r| graph.0[r].1 != Some(*lane)), "two in a lane");
                    prop_assert!(last_in_lane.insert(*lane, step).is_none_or(|l| l < step), "lane order");
                }
                if *alone {
                    prop_assert!(running.is_empty(), "{step} runs alone");
                    let could = (0..graph.0.len()).find(|n| can(&graph, *n, &done, &failed, &skipped));
                    prop_assert_eq!(could, None, "{} was first", step);
                }
                prop_assert!(running.iter().all(|&r| !graph.0[r].4), "{step} beside one that runs alone");
                let beside = running.iter().filter(|&&r| graph.0[r].3 == *queue).count();
                prop_assert!(beside <= usize::from(*queue), "{beside} beside {step} in queue {queue}");
                running.push(step);
                prop_assert!(running.len() <= limit);
            }
            prop_assert_eq!(walk.running(), running.len());
            if running.is_empty() {
                break;
            }
            let step = running.swap_remove(picks.next().expect("enough").index(running.len()));
            let good = graph.0[step].2;
            if good { done.insert(step) } else { failed.insert(step) };
            for skip in walk.finish(step, good) {
                prop_assert!(!good && skip.because == step);
                prop_assert!(skipped.insert(skip.step, skip.because).is_none(), "said once");
            }
        }
        let mut doomed: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (step, (deps, _, _, _, _)) in graph.0.iter().enumerate() {
            let mut roots = BTreeSet::new();
            for dep in deps {
                match doomed.get(dep) {
                    Some(above) => roots.extend(above.iter().copied()),
                    None if !graph.0[*dep].2 => { roots.insert(*dep); }
                    None => {}
                }
            }
            if !roots.is_empty() {
                prop_assert!(skipped.get(&step).is_some_and(|because| roots.contains(because)));
                doomed.insert(step, roots);
            }
        }
        prop_assert_eq!(skipped.len(), doomed.len());
        prop_assert_eq!(done.len() + failed.len() + skipped.len(), graph.0.len(), "everything else ran");
        prop_assert_eq!(walk.left().count(), 0);
    }

    /// With room for all, nothing that could run is held back.
    #[test]
    fn all_that_can_run_does_run_at_once(graph in graph()) {
        let mut walk = walk(&graph, usize::MAX, |_| usize::MAX).expect("a graph");
        let started: BTreeSet<usize> = std::iter::from_fn(|| walk.start()).collect();
        let mut lanes = BTreeSet::new();
        let mut alone = None;
        for (step, (deps, lane, _, _, solo)) in graph.0.iter().enumerate() {
            let head = lane.is_none_or(|lane| lanes.insert(lane)) && deps.is_empty();
            prop_assert_eq!(started.contains(&step) && !solo, head && !solo, "{}", step);
            alone = alone.or((head && *solo).then_some(step));
        }
        // One that runs alone, if there is nothing else to do.
        let only = if started.iter().any(|step| !graph.0[*step].4) { None } else { alone };
        prop_assert_eq!(started.iter().copied().find(|step| graph.0[*step].4), only);
    }
}

#[test]
fn a_plan_out_of_order_is_refused() {
    let edge = |id: &'static str, depends_on: &'static [&'static str]| Edges {
        id,
        depends_on,
        lane: None,
        alone: false,
        thing: id,
        queue: ("q", 1),
    };
    let order = Walk::new([edge("a", &["b"]), edge("b", &[])], 1).expect_err("order");
    assert_eq!(order, WalkError::Order { step: "a".to_owned(), on: "b".to_owned() });
    let itself = Walk::new([edge("a", &["a"])], 1).expect_err("itself");
    assert!(matches!(itself, WalkError::Order { .. }));
    assert_eq!(
        Walk::new([edge("a", &[]), edge("a", &[])], 1).expect_err("twice"),
        WalkError::Twice("a".into())
    );
}

#[test]
fn a_hundred_thousand_steps_in_one_lane_take_no_quadratic_time() {
    let names: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let queue = ("q", 16);
    let edges = names.iter().map(|id| Edges {
        id,
        depends_on: &[],
        lane: Some("user_slow"),
        alone: false,
        thing: id,
        queue,
    });
    let mut walk = Walk::new(edges, 16).expect("a graph");
    for expected in 0..names.len() {
        assert_eq!(walk.start(), Some(expected));
        assert_eq!(walk.start(), None);
        walk.finish(expected, expected % 2 == 0);
    }
}

#[test]
fn a_slow_queue_leaves_places_to_the_others() {
    let names: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let edges = names.iter().enumerate().map(|(n, id)| {
        let queue = if n < 20 { ("slow", 4) } else { ("fast", 16) };
        Edges { id, depends_on: &[], lane: None, alone: false, thing: id, queue }
    });
    let mut walk = Walk::new(edges, 12).expect("a graph");
    let started: Vec<usize> = std::iter::from_fn(|| walk.start()).collect();
    assert_eq!(started, [0, 1, 2, 3, 20, 21, 22, 23, 24, 25, 26, 27]);
}

#[test]
fn one_call_at_a_time_changes_one_thing() {
    let step = |id: &'static str, thing: &'static str| Edges {
        id,
        depends_on: &[],
        lane: None,
        alone: false,
        thing,
        queue: ("q", 16),
    };
    let mut walk = Walk::new([step("a1", "a"), step("a2", "a"), step("b1", "b")], 16).expect("a graph");
    assert_eq!((walk.start(), walk.start(), walk.start()), (Some(0), Some(2), None));
    // Whether it succeeded or not, the next one may go.
    walk.finish(0, false);
    assert_eq!(walk.start(), Some(1));
}
