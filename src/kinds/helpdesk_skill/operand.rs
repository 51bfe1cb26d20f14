//! Operands of rules. The pages document one of them, that of departments; how the others are built is told by the
//! tenant: by a rule that somebody made by hand, else by the shape that the catalogue shows.
//!
//! An operand is an object with one key, or nothing around it; inside is one value or a list; of things the list holds
//! `{id, name}` or bare ids. Whatever else comes is passed through as it is and stands in the YAML as `raw`.

use serde_json::{Map, Value as Json, json};

use super::words::{About, Rule, Things};

/// How operands of one rule are built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// The key around it, if there is one.
    pub key: Option<String>,
    pub list: bool,
    /// `{id, name}` instead of the bare value.
    pub objects: bool,
    /// Numbers are numbers and not texts.
    pub numbers: bool,
    /// People and departments go by open ids.
    pub open: bool,
}

/// A value inside of an operand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub id: String,
    pub number: bool,
    pub object: bool,
}

/// The text of it may be JSON, or what it says.
pub(super) fn parsed(operand: &Json) -> Json {
    match operand {
        Json::String(text) => serde_json::from_str(text).unwrap_or_else(|_| operand.clone()),
        other => other.clone(),
    }
}

/// Key, list or not, and what is inside; nothing where it is built in a way that nobody knows.
pub(super) fn taken_apart(operand: &Json) -> Option<(Option<String>, bool, Vec<Item>)> {
    let operand = parsed(operand);
    let (key, inside) = match &operand {
        Json::Object(map) if map.len() == 1 => {
            let (key, inside) = map.iter().next()?;
            (Some(key.clone()), inside)
        }
        Json::Object(_) => return None,
        other => (None, other),
    };
    let items = match inside {
        Json::Array(items) => items.iter().map(item).collect::<Option<Vec<_>>>()?,
        one => vec![item(one)?],
    };
    Some((key, inside.is_array(), items))
}

fn item(value: &Json) -> Option<Item> {
    let plain = |value: &Json| match value {
        Json::String(text) => Some((text.clone(), false)),
        Json::Number(number) => Some((number.to_string(), true)),
        _ => None,
    };
    match value {
        Json::Object(map) if map.keys().all(|key| key == "id" || key == "name") => {
            let (id, number) = plain(map.get("id")?)?;
            Some(Item { id, number, object: true })
        }
        other => plain(other).map(|(id, number)| Item { id, number, object: false }),
    }
}

impl Form {
    /// As it is documented, for the one rule of which it is.
    pub(super) fn documented(rule: &Rule) -> Option<Self> {
        (rule.about == About::Things(Things::Departments)).then(|| Self {
            key: Some("selected_departments".to_owned()),
            list: true,
            objects: true,
            numbers: false,
            open: true,
        })
    }

    /// What an example shows: a live rule, or the catalogue, whose list may be empty.
    pub(super) fn of(rule: &Rule, operand: &Json) -> Option<Self> {
        if matches!(parsed(operand), Json::Null) || parsed(operand) == json!("") {
            return None;
        }
        let (key, list, items) = taken_apart(operand)?;
        let things = matches!(rule.about, About::Things(_));
        // A scalar without anything around it says nothing about how several would be written.
        if !list && rule.about != About::Number && items.len() != 1 {
            return None;
        }
        let first = items.first();
        let bare = |item: &Item, prefix: &str| item.id.starts_with(prefix);
        let open = match rule.about {
            About::Things(Things::Departments) => items.iter().all(|item| !real(item) || bare(item, "od-")),
            About::Things(Things::People) => items.iter().all(|item| !real(item) || bare(item, "ou_")),
            _ => false,
        };
        Some(Self {
            key,
            list,
            objects: first.map_or(things, |item| item.object),
            numbers: first.map_or(rule.about == About::Number, |item| item.number),
            open,
        })
    }

    /// The operand with these values: id as JSON, which may be open still, and a name.
    pub(super) fn built(&self, values: Vec<(Json, Option<String>)>) -> Json {
        let one = |(id, name): (Json, Option<String>)| {
            let id = match id {
                Json::String(text) if self.numbers => text.parse::<i64>().map_or(Json::String(text), |n| json!(n)),
                other => other,
            };
            if !self.objects {
                return id;
            }
            let mut map = Map::new();
            map.insert("id".to_owned(), id);
            map.extend(name.map(|name| ("name".to_owned(), Json::String(name))));
            Json::Object(map)
        };
        let mut all: Vec<Json> = values.into_iter().map(one).collect();
        let inside = if self.list || all.len() != 1 { Json::Array(all) } else { all.remove(0) };
        match &self.key {
            Some(key) => Json::Object(Map::from_iter([(key.clone(), inside)])),
            None => inside,
        }
    }
}

/// The pages and the catalogue show words in the place of ids.
fn real(item: &Item) -> bool {
    item.id.is_ascii() && !item.id.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::words::by_word;
    use super::*;

    fn rule(word: &str) -> &'static Rule {
        by_word(word).expect("a rule")
    }

    /// The page's own example, as the object that it shows and as the text that its table asks for.
    #[test]
    fn the_documented_operand_is_read_in_both_forms_and_written_alike() {
        let shown = json!({ "selected_departments": [{ "id": "od-1", "name": "IT" }] });
        for operand in [shown.clone(), Json::String(shown.to_string())] {
            let (key, list, items) = taken_apart(&operand).expect("apart");
            assert_eq!((key.as_deref(), list), (Some("selected_departments"), true));
            assert_eq!(items, [Item { id: "od-1".to_owned(), number: false, object: true }]);
            let form = Form::of(rule("department"), &operand).expect("a form");
            assert_eq!(Some(&form), Form::documented(rule("department")).as_ref());
            assert_eq!(form.built(vec![(json!("od-1"), Some("IT".to_owned()))]), shown);
        }
    }

    #[test]
    fn every_shape_that_is_understood_is_rebuilt_as_it_was() {
        for (word, operand) in [
            ("city", json!(["Beijing", "Shanghai"])),
            ("city", json!({ "cities": ["Beijing"] })),
            ("source", json!({ "selected": [0, 1] })),
            ("language", json!("zh_cn")),
            ("level", json!({ "level": 3 })),
            ("level", json!(3)),
            ("person", json!({ "users": [{ "id": "ou_1" }] })),
        ] {
            let (_, _, items) = taken_apart(&operand).expect("apart");
            let form = Form::of(rule(word), &operand).expect("a form");
            let values = items.into_iter().map(|item| (Json::String(item.id), None)).collect();
            assert_eq!(form.built(values), operand, "{word}");
        }
    }

    #[test]
    fn what_is_built_in_another_way_is_not_guessed_at() {
        for odd in [json!({ "a": [1], "b": [2] }), json!({ "a": [{ "id": "1", "deep": [] }] }), json!([[1]]), json!(true)] {
            assert_eq!(taken_apart(&odd), None, "{odd}");
        }
        assert_eq!(Form::of(rule("city"), &json!("")), None);
        assert_eq!(Form::documented(rule("city")), None);
    }

    #[test]
    fn an_empty_example_says_the_key_and_the_rest_is_what_such_rules_are() {
        let form = Form::of(rule("category_zh_cn"), &json!({ "selected_categories": [] })).expect("a form");
        assert!(form.objects && form.list && !form.numbers);
        let form = Form::of(rule("language"), &json!({ "languages": [] })).expect("a form");
        assert!(!form.objects);
    }

    #[test]
    fn ids_of_the_other_kind_are_kept_to() {
        let own = json!({ "selected_departments": [{ "id": "eng", "name": "E" }] });
        assert!(!Form::of(rule("department"), &own).expect("a form").open);
        // A word of the page is no id.
        let shown = json!({ "selected_departments": [{ "id": "部门ID", "name": "IT" }] });
        assert!(Form::of(rule("department"), &shown).expect("a form").open);
    }
}
