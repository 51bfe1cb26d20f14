//! Random trees against a model that knows nothing of the planner and refuses what the remote documents.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// The remote, as strict as its pages: `contact.md` B.1.5.
#[derive(Clone, Debug)]
struct Remote {
    nodes: BTreeMap<String, Place>,
    /// Departments with people in them, who leave once every new department is there.
    peopled: BTreeSet<String>,
    missing: usize,
}

impl Remote {
    fn depth(&self, id: &str) -> usize {
        let mut depth = 0;
        let mut at = id;
        while at != ROOT {
            depth += 1;
            at = &self.nodes[at].parent;
        }
        depth
    }

    fn under(&self, id: &str, above: &str) -> bool {
        let mut at = id;
        while at != ROOT {
            if at == above {
                return true;
            }
            at = &self.nodes[at].parent;
        }
        false
    }

    fn height(&self, id: &str) -> usize {
        let depth = self.depth(id);
        let below = self.nodes.keys().filter(|one| self.under(one, id));
        below.map(|one| self.depth(one) - depth + 1).max().unwrap_or(1)
    }

    fn siblings<'r>(&'r self, id: &'r str, parent: &'r str) -> impl Iterator<Item = &'r Place> {
        self.nodes.iter().filter(move |(one, p)| *one != id && p.parent == parent).map(|(_, p)| p)
    }

    /// Sends what a PATCH would hold: what differs.
    fn send(&mut self, op: &Op) -> Result<(), String> {
        let id = &op.id;
        let Some(to) = &op.to else {
            let gone = self.nodes.get(id).ok_or("40015")?;
            assert_eq!(op.from.as_ref(), Some(gone));
            if self.peopled.contains(id) && self.missing > 0 {
                return Err("43011".into());
            }
            if self.nodes.values().any(|p| p.parent == *id) {
                return Err("43012".into());
            }
            self.nodes.remove(id);
            return Ok(());
        };
        if to.parent != ROOT && !self.nodes.contains_key(&to.parent) {
            return Err(format!("44101 no parent {}", to.parent));
        }
        let now = self.nodes.get(id).cloned();
        let moved = now.as_ref().is_none_or(|now| now.parent != to.parent);
        if now.is_some() && self.under(&to.parent, id) {
            return Err("40018 below itself".into());
        }
        if moved {
            let height = if now.is_some() { self.height(id) } else { 1 };
            if self.depth(&to.parent) + height > 25 {
                return Err("43019".into());
            }
            if self.siblings(id, &to.parent).count() >= 1_000 {
                return Err("43013".into());
            }
        }
        let mut after = to.clone();
        if after.order.is_none() {
            after.order = match &now {
                Some(now) => now.order,
                None => Some(self.siblings(id, &to.parent).filter_map(|p| p.order).max().unwrap_or(0) + 1_000),
            };
        }
        if now.as_ref() == Some(&after) {
            return Err("nothing changes".into());
        }
        for other in self.siblings(id, &to.parent) {
            if other.name == after.name {
                return Err(format!("43022 {}", after.name));
            }
            if after.i18n.iter().any(|(locale, text)| other.i18n.get(locale) == Some(text)) {
                return Err("43018".into());
            }
            if other.order == after.order {
                return Err(format!("43005 {:?}", after.order));
            }
        }
        self.missing -= usize::from(now.is_none());
        self.nodes.insert(id.clone(), after);
        Ok(())
    }
}

/// A small generator that one seed drives.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// A random tree over the ids; few names and numbers, so that they collide; `long` gives chains near the limit.
fn tree(dice: &mut Dice, ids: &[String], long: bool) -> BTreeMap<String, Place> {
    let mut order: Vec<&String> = ids.iter().collect();
    dice.shuffle(&mut order);
    let mut nodes: BTreeMap<String, Place> = BTreeMap::new();
    let mut depths: BTreeMap<String, usize> = BTreeMap::from([(ROOT.to_owned(), 0)]);
    let mut placed: Vec<String> = vec![ROOT.to_owned()];
    for id in order {
        let mut parent = if long && !dice.one_in(5) {
            placed[placed.len() - 1].clone()
        } else {
            placed[dice.below(placed.len())].clone()
        };
        while depths[&parent] >= 25 {
            parent = placed[dice.below(placed.len())].clone();
        }
        let siblings: Vec<Place> = nodes.values().filter(|p| p.parent == parent).cloned().collect();
        let mut name = dice.below(4);
        while siblings.iter().any(|p| p.name == format!("n{name}")) {
            name += 1;
        }
        let mut number = dice.below(4) as i64;
        while siblings.iter().any(|p| p.order == Some(number)) {
            number += 1;
        }
        let mut i18n = BTreeMap::new();
        if dice.one_in(3) {
            let mut text = dice.below(3);
            while siblings.iter().any(|p| p.i18n.get("en_us") == Some(&format!("e{text}"))) {
                text += 1;
            }
            i18n.insert("en_us".to_owned(), format!("e{text}"));
        }
        depths.insert(id.clone(), depths[&parent] + 1);
        placed.push(id.clone());
        nodes.insert(id.clone(), Place { parent, name: format!("n{name}"), i18n, order: Some(number) });
    }
    nodes
}

fn input(seed: u64, size: usize, long: bool) -> Input {
    let mut dice = Dice(seed);
    let ids: Vec<String> = (0..size.max(2)).map(|n| format!("d{n}")).collect();
    let mut before = ids.clone();
    let mut after = ids;
    dice.shuffle(&mut before);
    before.truncate((size * 4 / 5).max(1));
    dice.shuffle(&mut after);
    after.truncate((size * 4 / 5).max(1));
    let live = tree(&mut dice, &before, long);
    let target = tree(&mut dice, &after, long);
    let mut wishes = BTreeMap::new();
    for id in &before {
        if !target.contains_key(id) {
            wishes.insert(id.clone(), Wish::Gone { empty: dice.one_in(2) });
        }
    }
    let numbered = !dice.one_in(3);
    for (id, place) in target {
        let order = place.order.filter(|_| numbered && !dice.one_in(3));
        wishes.insert(id, Wish::At(Place { order, ..place }));
    }
    Input { live, wishes, root: true }
}

/// The remote for an input; numbers that a tenant cannot hold are none of its business.
fn remote(input: &Input) -> Remote {
    let peopled = input.wishes.iter().filter(|(_, w)| **w == Wish::Gone { empty: false });
    let new = |id: &&String| !input.live.contains_key(*id);
    Remote {
        nodes: input.live.clone(),
        peopled: peopled.map(|(id, _)| id.clone()).collect(),
        missing: input.wishes.keys().filter(new).count(),
    }
}

fn reached(input: &Input, remote: &Remote) -> Result<(), String> {
    for (id, wish) in &input.wishes {
        let now = remote.nodes.get(id);
        match (wish, now) {
            (Wish::Gone { .. }, None) => {}
            (Wish::At(want), Some(now)) => {
                let order = want.order.or(now.order);
                if (Place { order, ..want.clone() }) != *now {
                    return Err(format!("{id} is {now:?}, not {want:?}"));
                }
                let stayed = input.live.get(id).filter(|live| live.parent == want.parent);
                if want.order.is_none() && stayed.is_some_and(|live| live.order != now.order) {
                    return Err(format!("{id} has another number, which nobody asked for"));
                }
            }
            (wish, now) => return Err(format!("{id} is {now:?}, not {wish:?}")),
        }
    }
    Ok(())
}

fn run(input: &Input, ops: &[Op], order: impl IntoIterator<Item = usize>) -> Result<(), String> {
    let mut remote = remote(input);
    for i in order {
        remote.send(&ops[i]).map_err(|why| format!("{i} {:?}: {why}", ops[i]))?;
    }
    reached(input, &remote)
}

/// Any order that respects the needs.
fn shuffled(dice: &mut Dice, ops: &[Op], peopled: &BTreeSet<String>) -> Vec<usize> {
    let mut done: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = (0..ops.len()).collect();
    while !left.is_empty() {
        let ready: Vec<usize> =
            left.iter().copied().filter(|i| ops[*i].needs.keys().all(|n| done.contains(n))).collect();
        // Who is in a leaving department goes once every new one is there.
        let people = left.iter().any(|i| ops[*i].act == Act::Create);
        let waits = |i: &usize| people && ops[*i].act == Act::Delete && peopled.contains(&ops[*i].id);
        let may: Vec<usize> = ready.into_iter().filter(|i| !waits(i)).collect();
        assert!(!may.is_empty(), "people and departments wait for each other");
        let next = may[dice.below(may.len())];
        left.retain(|i| *i != next);
        done.push(next);
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_tree_becomes_every_other_and_no_call_is_refused(seed: u64, size in 2usize..36, long: bool) {
        let input = input(seed, size, long);
        prop_assume!(faults(&input).is_empty());
        let ops = sequence(&input).map_err(|stuck| TestCaseError::fail(format!("{stuck:?}")))?;
        run(&input, &ops, 0..ops.len()).map_err(TestCaseError::fail)?;
        let mut dice = Dice(seed ^ 0x5bd1);
        for _ in 0..4 {
            let order = shuffled(&mut dice, &ops, &remote(&input).peopled);
            run(&input, &ops, order.clone()).map_err(|why| TestCaseError::fail(format!("{order:?}: {why}")))?;
        }
        let parks = ops.iter().filter(|op| op.act == Act::Park).count();
        prop_assert!(parks <= input.live.len());
    }
}

fn place(parent: &str, name: &str, order: i64) -> Place {
    Place { parent: parent.into(), name: name.into(), i18n: BTreeMap::new(), order: Some(order) }
}

/// `(id, parent, name, order)` before and after.
fn case(live: &[(&str, &str, &str, i64)], want: &[(&str, &str, &str, i64)]) -> Input {
    let live = live.iter().map(|(id, p, n, o)| ((*id).to_owned(), place(p, n, *o))).collect();
    let at = |(id, p, n, o): &(&str, &str, &str, i64)| ((*id).to_owned(), Wish::At(place(p, n, *o)));
    Input { live, wishes: want.iter().map(at).collect(), root: true }
}

#[track_caller]
fn steps(input: &Input) -> Vec<String> {
    assert_eq!(faults(input), []);
    let ops = sequence(input).expect("a way");
    run(input, &ops, 0..ops.len()).expect("no refusal");
    let words = |op: &Op| {
        let to = op.to.as_ref().map(|p| format!(" {}/{} {}", p.parent, p.name, p.order.unwrap_or(-1)));
        let needs: Vec<usize> = op.needs.keys().copied().collect();
        format!("{:?} {}{} {needs:?}", op.act, op.id, to.unwrap_or_default())
    };
    ops.iter().map(words).collect()
}

#[test]
fn nothing_to_do_is_nothing() {
    let same = [("a", "0", "A", 1), ("b", "a", "B", 1)];
    assert_eq!(steps(&case(&same, &same)), [""; 0]);
}

#[test]
fn a_swap_of_names_takes_three_calls() {
    let input = case(&[("a", "0", "A", 1), ("b", "0", "B", 2)], &[("a", "0", "B", 1), ("b", "0", "A", 2)]);
    insta::assert_snapshot!(steps(&input).join("\n"), @r"
    Park a 0/A (larkctl-ca97) 1 []
    Change b 0/A 2 [0]
    Change a 0/B 1 [1]
    ");
}

#[test]
fn a_swap_of_names_and_numbers_takes_three_calls_too() {
    let input = case(&[("a", "0", "A", 1), ("b", "0", "B", 2)], &[("a", "0", "B", 2), ("b", "0", "A", 1)]);
    assert_eq!(steps(&input).len(), 3);
}

#[test]
fn an_inversion_takes_two_calls() {
    let input = case(&[("a", "0", "A", 1), ("b", "a", "B", 2)], &[("b", "0", "B", 2), ("a", "b", "A", 1)]);
    insta::assert_snapshot!(steps(&input).join("\n"), @r"
    Change b 0/B 2 []
    Change a b/A 1 [0]
    ");
}

#[test]
fn a_name_passed_along_parks_only_the_one_that_waits_for_people() {
    let mut input = case(
        &[("a", "0", "A", 1), ("b", "0", "B", 2), ("c", "0", "C", 3)],
        &[("a", "0", "B", 1), ("b", "0", "C", 2)],
    );
    input.wishes.insert("c".into(), Wish::Gone { empty: false });
    insta::assert_snapshot!(steps(&input).join("\n"), @r"
    Park c 0/C (larkctl-2e7d) 3 []
    Change b 0/C 2 [0]
    Change a 0/B 1 [1]
    Delete c [0]
    ");
    input.wishes.insert("c".into(), Wish::Gone { empty: true });
    insta::assert_snapshot!(steps(&input).join("\n"), @r"
    Delete c []
    Change b 0/C 2 [0]
    Change a 0/B 1 [1]
    ");
}

#[test]
fn a_chain_of_25_is_turned_upside_down() {
    let id = |n: usize| format!("d{n:02}");
    let up = |n: usize| if n == 0 { ROOT.to_owned() } else { id(n - 1) };
    let down = |n: usize| if n == 24 { ROOT.to_owned() } else { id(n + 1) };
    let at = |parent: String| Place { parent, name: "x".into(), i18n: BTreeMap::new(), order: Some(1) };
    let input = Input {
        live: (0..25).map(|n| (id(n), at(up(n)))).collect(),
        wishes: (0..25).map(|n| (id(n), Wish::At(at(down(n))))).collect(),
        root: true,
    };
    let ops = sequence(&input).expect("a way");
    run(&input, &ops, 0..ops.len()).expect("no refusal");
    assert!(ops.len() <= 50, "{}", ops.len());
}

#[test]
fn two_full_parents_swap_a_child() {
    let mut live = BTreeMap::from([("p".to_owned(), place("0", "p", 1)), ("q".to_owned(), place("0", "q", 2))]);
    for n in 0..1_000 {
        for parent in ["p", "q"] {
            live.insert(format!("{parent}{n}"), place(parent, &format!("{parent}{n}"), n));
        }
    }
    let wishes = BTreeMap::from([
        ("p0".to_owned(), Wish::At(place("q", "p0", 0))),
        ("q0".to_owned(), Wish::At(place("p", "q0", 0))),
    ]);
    let input = Input { live, wishes, root: true };
    assert_eq!(steps(&input).len(), 3);
}

#[test]
fn a_place_for_a_while_is_found_without_the_root() {
    // The number passes between two parents, each full of the other's.
    let mut input = case(
        &[("t", "0", "T", 1), ("a", "t", "A", 1), ("b", "t", "B", 2)],
        &[("a", "t", "B", 1), ("b", "t", "A", 2)],
    );
    input.root = false;
    assert_eq!(steps(&input).len(), 3);
}

#[test]
fn what_cannot_be_is_said() {
    let below = case(&[("a", "0", "A", 1), ("b", "a", "B", 1)], &[("a", "b", "A", 1)]);
    let fault = Fault::Circle { id: "a".into(), circle: vec!["b".into()] };
    assert_eq!(faults(&below), [fault]);
    let taken = case(&[("a", "0", "A", 1), ("b", "0", "B", 2)], &[("a", "0", "B", 2)]);
    let name = Fault::Name { id: "a".into(), other: "b".into(), name: "B".into() };
    assert_eq!(faults(&taken), [name, Fault::Order { id: "a".into(), other: "b".into(), order: 2 }]);
    let mut full = case(&[("a", "0", "A", 1), ("b", "a", "B", 1)], &[]);
    full.wishes.insert("a".into(), Wish::Gone { empty: true });
    assert_eq!(faults(&full), [Fault::Children { id: "a".into(), stay: vec!["b".into()] }]);
    let lost = case(&[], &[("a", "x", "A", 1)]);
    assert_eq!(faults(&lost), [Fault::NoParent { id: "a".into(), parent: "x".into() }]);
}
