//! Options of a drop-down: a tree of names, each with a tag that tickets refer to.
//!
//! A tag is chosen by whoever makes the option and has to stay. Who writes none gets the live one of the option in the
//! same place, by the names above it; a new option gets one that is made of the field and those names, so that the same
//! plan made twice is the same plan, and a creation that was lost and is repeated makes the same options.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::base::digest::sha256;
use crate::model::Value;

pub(super) const TAG: &str = "tag";
pub(super) const NAME: &str = "name";
pub(super) const CHILDREN: &str = "options";

/// `ticket_customized_field/create-ticket-customized-field`: levels of a nested drop-down.
pub(super) const LEVELS: usize = 3;

fn text<'v>(option: &'v Value, name: &str) -> Option<&'v str> {
    option.get(name).and_then(Value::as_text)
}

fn children(option: &Value) -> &[Value] {
    match option.get(CHILDREN) {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::List(list) => list,
        _ => &[],
    }
}

/// A bare name is an option without options of its own, and no options are none.
pub(super) fn normal(value: Value) -> Value {
    let Value::List(items) = value else { return value };
    let one = |item: Value| match item {
        Value::Text(name) => Value::Map(BTreeMap::from([(NAME.to_owned(), Value::Text(name))])),
        Value::Map(mut map) => {
            if let Some(inner) = map.remove(CHILDREN) {
                let inner = normal(inner);
                if !list(&inner).is_empty() {
                    map.insert(CHILDREN.to_owned(), inner);
                }
            }
            Value::Map(map)
        }
        other => other,
    };
    Value::List(items.into_iter().map(one).collect())
}

/// Whether live options are the declared ones, in their order. What is declared without a tag may have any.
pub(super) fn same(declared: &Value, live: &Value) -> bool {
    fn all(declared: &[Value], live: &[Value]) -> bool {
        let one = |(want, have): (&Value, &Value)| {
            text(want, NAME) == text(have, NAME)
                && text(want, TAG).is_none_or(|tag| text(have, TAG) == Some(tag))
                && all(children(want), children(have))
        };
        declared.len() == live.len() && declared.iter().zip(live).all(one)
    }
    matches!((declared, live), (Value::List(want), Value::List(have)) if all(want, have))
}

/// Every tag with the names that lead to it.
pub(super) fn tags(value: &Value) -> BTreeMap<String, String> {
    fn walk(options: &[Value], above: &str, found: &mut BTreeMap<String, String>) {
        for option in options {
            let name = text(option, NAME).unwrap_or_default();
            let path = if above.is_empty() { name.to_owned() } else { format!("{above} / {name}") };
            if let Some(tag) = text(option, TAG) {
                found.insert(tag.to_owned(), path.clone());
            }
            walk(children(option), &path, found);
        }
    }
    let mut found = BTreeMap::new();
    walk(list(value), "", &mut found);
    found
}

/// The declared options with a tag each. `field` is what makes the field that field, wherever it is known from.
pub(super) fn tagged(declared: &Value, live: Option<&Value>, field: &str) -> Value {
    let live = live.map(list).unwrap_or_default();
    let before = tags(&Value::List(live.to_vec()));
    let mut giving = Giving { written: tags(declared).into_keys().collect(), before, given: BTreeSet::new() };
    let kept = giving.kept(list(declared), live, live);
    Value::List(giving.made(&kept, field))
}

struct Giving {
    /// Tags that stand in the manifest.
    written: BTreeSet<String>,
    before: BTreeMap<String, String>,
    given: BTreeSet<String>,
}

impl Giving {
    /// Options that keep a live tag. A written one is found wherever it is: what it is above moved along with it.
    fn kept(&mut self, declared: &[Value], place: &[Value], all: &[Value]) -> Vec<Value> {
        let mut kept = Vec::with_capacity(declared.len());
        for option in declared {
            let live = match text(option, TAG) {
                Some(tag) => find(all, tag),
                None => place.iter().find(|live| {
                    let free = text(live, TAG).is_some_and(|t| !self.written.contains(t) && !self.given.contains(t));
                    free && text(live, NAME) == text(option, NAME)
                }),
            };
            let tag = text(option, TAG).or_else(|| text(live?, TAG)).map(str::to_owned);
            self.given.extend(tag.clone());
            let inner = self.kept(children(option), live.map(children).unwrap_or_default(), all);
            kept.push(put(option, tag, inner));
        }
        kept
    }

    /// The rest get tags of their own, none that tickets may still refer to.
    fn made(&mut self, options: &[Value], above: &str) -> Vec<Value> {
        let mut made = Vec::with_capacity(options.len());
        for option in options {
            // The separator is in no name that anybody types.
            let path = format!("{above}\u{1f}{}", text(option, NAME).unwrap_or_default());
            let tag = text(option, TAG).map_or_else(|| self.new_tag(&path), str::to_owned);
            self.given.insert(tag.clone());
            let inner = self.made(children(option), &path);
            made.push(put(option, Some(tag), inner));
        }
        made
    }

    fn new_tag(&self, path: &str) -> String {
        let mut round = 0_u32;
        loop {
            let tag = like_a_uuid(&sha256(format!("{path}\u{1f}{round}").as_bytes()));
            if !self.given.contains(&tag) && !self.written.contains(&tag) && !self.before.contains_key(&tag) {
                return tag;
            }
            round += 1;
        }
    }
}

fn find<'v>(options: &'v [Value], tag: &str) -> Option<&'v Value> {
    options.iter().find_map(|option| {
        if text(option, TAG) == Some(tag) { Some(option) } else { find(children(option), tag) }
    })
}

fn put(option: &Value, tag: Option<String>, inner: Vec<Value>) -> Value {
    let mut map = option.as_map().cloned().unwrap_or_default();
    map.extend(tag.map(|tag| (TAG.to_owned(), Value::Text(tag))));
    if !inner.is_empty() {
        map.insert(CHILDREN.to_owned(), Value::List(inner));
    }
    Value::Map(map)
}

/// The form that the pages' examples have.
fn like_a_uuid(hex: &str) -> String {
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    // Version 8 is for what is made in ways of one's own.
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// As the API takes them: the root is an object.
pub(super) fn wire(value: &Value) -> Json {
    let all: Vec<Json> = list(value).iter().map(one).collect();
    json!({ "children": all })
}

fn one(option: &Value) -> Json {
    let mut map = Map::new();
    map.insert("tag".to_owned(), text(option, TAG).unwrap_or_default().into());
    map.insert("display_name".to_owned(), text(option, NAME).unwrap_or_default().into());
    let inner = children(option);
    if !inner.is_empty() {
        map.insert("children".to_owned(), inner.iter().map(one).collect());
    }
    Json::Object(map)
}

/// What the API says; nothing for options that have no tag or no name.
pub(super) fn read(root: &Json) -> Option<Value> {
    fn all(children: &Json) -> Option<Vec<Value>> {
        let children = match children {
            Json::Null => return Some(Vec::new()),
            Json::Array(children) => children,
            _ => return None,
        };
        children.iter().map(one).collect()
    }
    fn one(option: &Json) -> Option<Value> {
        let said = |name: &str| option[name].as_str().filter(|text| !text.is_empty()).map(Value::text);
        let mut map = BTreeMap::from([
            (TAG.to_owned(), said("tag")?),
            (NAME.to_owned(), said("display_name")?),
        ]);
        let inner = all(&option["children"])?;
        if !inner.is_empty() {
            map.insert(CHILDREN.to_owned(), Value::List(inner));
        }
        Some(Value::Map(map))
    }
    let root = root.as_object()?;
    Some(Value::List(all(root.get("children").unwrap_or(&Json::Null))?))
}

/// What cannot be: two options of one tag, or of one name in one place; deeper than the type goes.
pub(super) fn faults(declared: &Value, levels: usize) -> Vec<String> {
    fn walk(options: &[Value], above: &str, left: usize, tags: &mut BTreeSet<String>, faults: &mut Vec<String>) {
        let mut names = BTreeMap::new();
        for option in options {
            let name = text(option, NAME).unwrap_or_default();
            let path = if above.is_empty() { name.to_owned() } else { format!("{above} / {name}") };
            if let Some(tag) = text(option, TAG)
                && !tags.insert(tag.to_owned())
            {
                faults.push(format!("the tag {tag} stands at two options"));
            }
            let told_apart = text(option, TAG).is_some();
            if names.insert(name, told_apart).is_some_and(|other| !(other && told_apart)) {
                faults.push(format!("{path} is there twice, and without tags nobody could tell one from the other"));
            }
            if left == 1 && !children(option).is_empty() {
                faults.push(format!("{path} has options of its own, which is a level too deep for the type"));
            } else {
                walk(children(option), &path, left.saturating_sub(1), tags, faults);
            }
        }
    }
    let mut faults = Vec::new();
    walk(list(declared), "", levels, &mut BTreeSet::new(), &mut faults);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(name: &str, tag: Option<&str>, inner: Vec<Value>) -> Value {
        let mut map = BTreeMap::from([(NAME.to_owned(), Value::text(name))]);
        map.extend(tag.map(|tag| (TAG.to_owned(), Value::text(tag))));
        if !inner.is_empty() {
            map.insert(CHILDREN.to_owned(), Value::List(inner));
        }
        Value::Map(map)
    }

    fn bare(name: &str) -> Value {
        option(name, None, vec![])
    }

    fn live() -> Value {
        Value::List(vec![
            option("laptop", Some("t1"), vec![option("14", Some("t11"), vec![]), option("16", Some("t12"), vec![])]),
            option("phone", Some("t2"), vec![option("14", Some("t21"), vec![])]),
        ])
    }

    fn by_tag(value: &Value) -> Vec<(String, String)> {
        tags(value).into_iter().collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn an_option_without_a_tag_keeps_the_one_of_its_place_in_whatever_order() {
        let declared = Value::List(vec![
            option("phone", None, vec![bare("14")]),
            option("laptop", None, vec![bare("16"), bare("14")]),
        ]);
        let given = tagged(&declared, Some(&live()), "f");
        let want = [("t1", "laptop"), ("t11", "laptop / 14"), ("t12", "laptop / 16"), ("t2", "phone"), ("t21", "phone / 14")];
        assert_eq!(by_tag(&given), pairs(&want));
        // The order is the declared one.
        assert_eq!(text(&list(&given)[0], NAME), Some("phone"));
        assert!(same(&declared, &given) && !same(&declared, &live()));
    }

    #[test]
    fn a_written_tag_renames_in_place_and_what_is_below_moves_along() {
        let declared = Value::List(vec![option("notebook", Some("t1"), vec![bare("14"), bare("16")]), option("phone", None, vec![bare("14")])]);
        let given = tagged(&declared, Some(&live()), "f");
        let want = [("t1", "notebook"), ("t11", "notebook / 14"), ("t12", "notebook / 16"), ("t2", "phone"), ("t21", "phone / 14")];
        assert_eq!(by_tag(&given), pairs(&want));
    }

    #[test]
    fn a_new_option_of_an_old_name_never_gets_the_tag_of_the_renamed_one() {
        // The tag of the first plan is the one that is made of the name.
        let first = tagged(&Value::List(vec![bare("laptop")]), None, "f");
        let made = text(&list(&first)[0], TAG).expect("a tag").to_owned();
        let declared = Value::List(vec![option("notebook", Some(&made), vec![]), bare("laptop")]);
        let second = tagged(&declared, Some(&first), "f");
        assert_eq!(text(&list(&second)[0], TAG), Some(made.as_str()));
        assert_ne!(text(&list(&second)[1], TAG), Some(made.as_str()));
        // Nor that of one which leaves.
        let gone = tagged(&Value::List(vec![option("a", Some("x"), vec![])]), Some(&first), "f");
        assert_eq!(by_tag(&gone), pairs(&[("x", "a")]));
    }

    #[test]
    fn tags_are_the_same_every_time_and_others_for_other_places_and_fields() {
        let declared = Value::List(vec![option("a", None, vec![bare("x")]), option("b", None, vec![bare("x")])]);
        let (once, again) = (tagged(&declared, None, "f"), tagged(&declared, None, "f"));
        assert_eq!(once, again);
        assert_eq!(tags(&once).len(), 4);
        let other = tagged(&declared, None, "g");
        assert!(tags(&once).keys().all(|tag| !tags(&other).contains_key(tag)));
        for tag in tags(&once).keys() {
            assert!(uuid::Uuid::parse_str(tag).is_ok(), "{tag}");
        }
    }

    #[test]
    fn what_goes_out_comes_back() {
        let given = tagged(&live(), None, "f");
        assert_eq!(read(&wire(&given)), Some(given.clone()));
        assert_eq!(read(&json!({})), Some(Value::List(vec![])));
        for odd in [json!(null), json!([]), json!({ "children": [{ "tag": "t" }] }), json!({ "children": 1 })] {
            assert_eq!(read(&odd), None, "{odd}");
        }
        // Leaves say nothing of children.
        assert_eq!(wire(&given)["children"][1]["children"][0].get("children"), None);
    }

    #[test]
    fn a_bare_name_is_an_option() {
        let written = Value::List(vec![Value::text("a"), option("b", Some("t"), vec![Value::text("c")])]);
        let mut empty = option("d", None, vec![]).as_map().cloned().expect("map");
        empty.insert(CHILDREN.to_owned(), Value::List(vec![]));
        let with_empty = normal(Value::List(vec![Value::Map(empty)]));
        assert_eq!(normal(written), Value::List(vec![bare("a"), option("b", Some("t"), vec![bare("c")])]));
        assert_eq!(with_empty, Value::List(vec![bare("d")]));
    }

    #[test]
    fn what_cannot_be_is_told() {
        let twice = Value::List(vec![bare("a"), bare("a")]);
        let tagged_twice = Value::List(vec![option("a", Some("t"), vec![]), option("b", None, vec![option("c", Some("t"), vec![])])]);
        let apart = Value::List(vec![option("a", Some("t"), vec![]), option("a", Some("u"), vec![])]);
        assert_eq!((faults(&twice, 1).len(), faults(&tagged_twice, 2).len(), faults(&apart, 1).len()), (1, 1, 0));
        let deep = Value::List(vec![option("a", None, vec![option("b", None, vec![option("c", None, vec![bare("d")])])])]);
        assert_eq!((faults(&deep, 4).len(), faults(&deep, LEVELS).len(), faults(&deep, 1).len()), (0, 1, 1));
    }
}
