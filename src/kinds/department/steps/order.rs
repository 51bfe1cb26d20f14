//! `children_order`: numbers for children whose relative order is declared. Numbers that fit are kept.

use std::collections::BTreeSet;

use super::super::sequence::{Input, Place, Wish};
use super::scene::Scene;
use crate::model::{Action, Value};
use crate::resource::Drafts;

pub(super) fn children(scene: &Scene<'_>, input: &mut Input, out: &mut Drafts) {
    for change in scene.staying() {
        if change.action != Action::Create && !change.changes("children_order") {
            continue;
        }
        let Some(order) = change.after("children_order") else { continue };
        let parent = scene.id(change);
        let children: Vec<String> =
            order.elements().filter_map(Value::as_target).map(|target| scene.target(target)).collect();
        let strangers: Vec<String> = children
            .iter()
            .filter(|child| at(input, child).is_none_or(|place| place.parent != parent))
            .map(|child| scene.name(child))
            .collect();
        if !strangers.is_empty() {
            out.problem(
                &change.address,
                Some("children_order"),
                "plan::not_a_child",
                format!("not directly under it: {}", strangers.join(", ")),
                "take them out of children_order, or give them this parent",
            );
            continue;
        }
        let taken: BTreeSet<i64> = input
            .live
            .keys()
            .chain(input.wishes.keys())
            .filter(|id| !children.contains(id))
            .filter_map(|id| at(input, id).filter(|place| place.parent == parent))
            .filter_map(|place| place.order)
            .collect();
        let now: Vec<Option<i64>> = children
            .iter()
            .map(|child| input.live.get(child).filter(|place| place.parent == parent).and_then(|place| place.order))
            .collect();
        for (child, number) in children.iter().zip(numbers(&now, &taken)) {
            if let Some(place) = at(input, child) {
                let place = Place { order: Some(number), ..place };
                // An unmanaged child that keeps its number needs no wish.
                if input.wishes.contains_key(child) || input.live.get(child) != Some(&place) {
                    input.wishes.insert(child.clone(), Wish::At(place));
                }
            }
        }
    }
}

/// Where a department will be, with the number that it has or is to have.
fn at(input: &Input, id: &str) -> Option<Place> {
    match input.wishes.get(id) {
        Some(Wish::At(place)) => {
            let live = input.live.get(id).filter(|live| live.parent == place.parent);
            let order = place.order.or_else(|| live.and_then(|live| live.order));
            Some(Place { order, ..place.clone() })
        }
        Some(Wish::Gone { .. }) => None,
        None => input.live.get(id).cloned(),
    }
}

/// Rising numbers, none of them taken, that change as few of the present ones as possible.
fn numbers(now: &[Option<i64>], taken: &BTreeSet<i64>) -> Vec<i64> {
    let kept = longest_rise(now);
    let mut numbers: Vec<i64> = Vec::with_capacity(now.len());
    let mut from = 0;
    let mut low = -1;
    let ends = kept.iter().map(|at| (*at, now.get(*at).copied().flatten())).chain([(now.len(), None)]);
    for (end, high) in ends {
        let Some(between) = between(low, high, end - from, taken) else { return afresh(now, taken) };
        numbers.extend(between);
        numbers.extend(high);
        low = high.unwrap_or(low);
        from = end + 1;
    }
    numbers
}

/// So many free numbers above `low` and below `high`, spread evenly.
fn between(low: i64, high: Option<i64>, many: usize, taken: &BTreeSet<i64>) -> Option<Vec<i64>> {
    let count = i64::try_from(many).ok()?;
    let mut last = low;
    let mut found = Vec::with_capacity(many);
    for n in 1..=count {
        let ideal = match high {
            Some(high) => low.saturating_add((high - low).saturating_mul(n) / (count + 1)),
            None => (low.max(0) / 1_000).saturating_add(n).saturating_mul(1_000),
        };
        let top = high.unwrap_or(i64::from(i32::MAX));
        let next = (ideal.max(last + 1)..top).find(|n| !taken.contains(n))?;
        found.push(next);
        last = next;
    }
    Some(found)
}

/// New numbers for all, behind every sibling; or from the front, where there is no room behind.
fn afresh(now: &[Option<i64>], taken: &BTreeSet<i64>) -> Vec<i64> {
    let used: BTreeSet<i64> = taken.iter().copied().chain(now.iter().flatten().copied()).collect();
    let last = used.last().copied().unwrap_or(0);
    between(last, None, now.len(), &used)
        .unwrap_or_else(|| (0..).filter(|n| !used.contains(n)).take(now.len()).collect())
}

/// Places of a longest strictly rising part.
fn longest_rise(now: &[Option<i64>]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(now.len());
    for (at, number) in now.iter().enumerate() {
        let before = (0..at).filter(|i| number.is_some() && now[*i].is_some() && now[*i] < *number);
        let before = before.max_by_key(|i| (best[*i].0, std::cmp::Reverse(*i)));
        let length = if number.is_some() { 1 + before.map_or(0, |i| best[i].0) } else { 0 };
        best.push((length, before));
    }
    let ends = (0..now.len()).filter(|at| best[*at].0 > 0);
    let mut at = ends.max_by_key(|at| (best[*at].0, std::cmp::Reverse(*at)));
    let mut rise = Vec::new();
    while let Some(i) = at {
        rise.push(i);
        at = best[i].1;
    }
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_that_fit_are_kept() {
        let some = |list: &[i64]| list.iter().map(|n| Some(*n)).collect::<Vec<_>>();
        assert_eq!(numbers(&some(&[10, 20, 30]), &[].into()), [10, 20, 30]);
        assert_eq!(numbers(&some(&[10, 30, 20]), &[].into()), [10, 30, 1_000]);
        assert_eq!(numbers(&[Some(10), None, Some(20)], &[15].into()), [10, 16, 20]);
        assert_eq!(numbers(&[None, None], &[].into()), [1_000, 2_000]);
        assert_eq!(numbers(&[Some(4), None, Some(5)], &[7].into()), [1_000, 2_000, 3_000]);
    }

    proptest! {
        #[test]
        fn numbers_rise_and_are_free(
            now in proptest::collection::vec(proptest::option::of(0i64..60), 0..30),
            taken: BTreeSet<u8>,
        ) {
            let mut seen = BTreeSet::new();
            let taken: BTreeSet<i64> = taken.into_iter().map(i64::from).collect();
            let now: Vec<Option<i64>> =
                now.into_iter().map(|n| n.filter(|n| !taken.contains(n) && seen.insert(*n))).collect();
            let numbers = numbers(&now, &taken);
            prop_assert_eq!(numbers.len(), now.len());
            prop_assert!(numbers.windows(2).all(|two| two[0] < two[1]), "{:?}", numbers);
            prop_assert!(numbers.iter().all(|n| *n >= 0 && !taken.contains(n)));
        }
    }
}
