//! Whatever stands in the files: no panic; and the order of files and keys means nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::base::node::{Map, Node, Value};
use crate::base::span::Spanned;
use crate::load::{Joined, Section};

/// Words that mean something somewhere, so that trees are nearly right.
const WORDS: [&str; 44] = [
    "departments",
    "users",
    "user_groups",
    "job_levels",
    "moved",
    "import",
    "settings",
    "state",
    "name",
    "id",
    "parent",
    "children",
    "leaders",
    "primary",
    "deputies",
    "order",
    "i18n_name",
    "zh_cn",
    "mobile",
    "email",
    "members",
    "at_least",
    "where",
    "except",
    "lifecycle",
    "ignore_changes",
    "on_remove",
    "prevent_destroy",
    "from",
    "to",
    "max_destroy",
    "exclusive",
    "spare_mobiles",
    "path",
    "ref",
    "tags",
    "custom",
    "a",
    "b",
    "root",
    "user.a",
    "user.job_title == \"x\"",
    "+8613011111111",
    "2024-02-30",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![8 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => ".{0,12}", 1 => Just(String::new())]
}

fn at(nth: usize) -> Span {
    let mut sources = SourceMap::default();
    Span::new(sources.add("x", ""), nth..nth + 3)
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        word().prop_map(Value::Text),
    ];
    let tree = leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| { Value::List(items.into_iter().map(|v| Node::new(v, at(1))).collect()) }),
            proptest::collection::vec((word(), inner), 0..6).prop_map(|entries| {
                let mut map = Map::default();
                for (nth, (key, value)) in entries.into_iter().enumerate() {
                    let _ = map.insert(Spanned::new(key, at(nth)), Node::new(value, at(nth)));
                }
                Value::Map(map)
            }),
        ]
    });
    tree.prop_map(|value| Node::new(value, at(0)))
}

fn section() -> impl Strategy<Value = Section> {
    let entries = proptest::collection::btree_map(word(), node(), 0..5);
    (entries, proptest::collection::vec(node(), 0..3), proptest::option::weighted(0.1, node())).prop_map(
        |(entries, items, other)| Section {
            places: vec![at(0)],
            entries: entries.into_iter().map(|(key, node)| (Spanned::new(key, at(0)), node)).collect(),
            items,
            other: other.into_iter().collect(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_tree_makes_it_panic(
        sections in proptest::collection::btree_map(word(), section(), 0..6),
        whole in any::<bool>(),
    ) {
        let joined =
            Joined { sources: SourceMap::default(), sections, problems: Diagnostics::default(), whole, ..Joined::default() };
        let verdict = check(joined, toy::registry());
        if let Err(problems) = verdict.result {
            prop_assert!(!problems.is_empty());
            prop_assert!(!shown(problems, &verdict.sources).is_empty());
        }
    }

    #[test]
    fn no_rule_makes_it_panic(rule in "[a-z.&|=!<>()\\[\\]{}\"'0-9 \\\\\n\u{4e00}-\u{4e10}?:,+*%-]{0,60}") {
        let quoted = serde_json::to_string(&rule).expect("json");
        let text = format!("user_groups: {{g: {{name: G, members: {{where: {quoted}}}}}}}");
        let Verdict { sources, result, .. } = verdict(&text);
        if let Err(problems) = result {
            for problem in &problems {
                let place = problem.place().expect("a place");
                prop_assert!(sources.position(place.span).is_some(), "{problem:?}");
            }
        }
    }

    #[test]
    fn the_order_of_keys_means_nothing(
        parents in proptest::collection::vec(0usize..100, 1..12),
        order in proptest::collection::vec(any::<u32>(), 24),
        cut in 0usize..12,
    ) {
        // A forest: each stands below an earlier one or the root.
        let mut lines: BTreeMap<usize, String> = BTreeMap::new();
        for (nth, parent) in parents.iter().enumerate() {
            let parent = if nth == 0 || parent % 4 == 0 { "root".to_owned() } else { format!("d{}", parent % nth) };
            lines.insert(nth, format!("  d{nth}: {{name: 部{nth}, parent: {parent}, order: {nth}}}\n"));
        }
        let plain: String = lines.values().map(String::as_str).collect();
        let mut shuffled: Vec<(u32, &String)> =
            lines.iter().map(|(nth, line)| (order[*nth], line)).collect();
        shuffled.sort();
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        let file = |lines: &[(u32, &String)]| {
            format!("version: 1\ndepartments:\n{}", lines.iter().map(|(_, line)| line.as_str()).collect::<String>())
        };
        let once = good(&format!("departments:\n{plain}"));
        let again = verdict_of(&[("b.yaml", &file(first)), ("a.yaml", &file(second))]);
        let again = again.result.map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
        prop_assert_eq!(meaning(&once), meaning(&again));
    }
}

/// A tree that is deeper than any company, flat and nested.
#[test]
fn a_long_chain_is_no_trouble() {
    let mut text = String::from("departments:\n");
    for nth in 0..20_000 {
        let parent = if nth == 0 { "root".to_owned() } else { format!("d{}", nth - 1) };
        text.push_str(&format!("  d{nth}: {{name: 部, parent: {parent}}}\n"));
    }
    assert_eq!(good(&text).manifest.things.len(), 20_000);
    let looped = text.replacen("parent: root", "parent: d19999", 1);
    assert_eq!(codes(&looped), ["check::circle"]);
}
