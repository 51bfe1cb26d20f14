//! Rules in words and as the API has them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::operand::{Form, Item, parsed, taken_apart};
use super::spec::{OPERAND, OPERATOR, RULE};
use super::words::{self, About, RAW, Rule, Things};
use crate::model::Value;

/// The kinds that rules refer to, and what ids of the API stand for.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub people: BTreeMap<String, String>,
    pub departments: BTreeMap<String, String>,
}

fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn word_map(word: &str, value: Value) -> Value {
    Value::Map(BTreeMap::from([(word.to_owned(), value)]))
}

/// The text of an operand in its one form: JSON is JSON however it is spaced, everything else is what it says.
pub(super) fn canonical(text: &str) -> String {
    serde_json::from_str::<Json>(text).map_or_else(|_| text.to_owned(), |json| as_text(&json))
}

/// As it goes out: the string form, of a text the text itself.
pub(super) fn as_text(operand: &Json) -> String {
    match operand {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The one form of what is declared: texts of operands, and nothing that is not written.
pub(super) fn normal(rules: Value) -> Value {
    let Value::Set(rules) = rules else { return rules };
    let one = |rule: Value| {
        let Some(mut raw) = rule.get(RAW).and_then(Value::as_map).cloned() else { return rule };
        if let Some(Value::Text(operand)) = raw.get_mut(OPERAND) {
            *operand = canonical(operand);
        }
        word_map(RAW, Value::Map(raw))
    };
    Value::Set(rules.into_iter().map(one).collect())
}

/// What stands in a rule: its word, the comparison, what is compared with.
pub(super) fn parts(rule: &Value) -> Option<(&'static Rule, &str, &Value)> {
    let (word, compared) = rule.as_map()?.iter().next()?;
    let (operator, value) = compared.as_map()?.iter().next()?;
    Some((words::by_word(word)?, operator, value))
}

/// Which ids of the API a live rule names, by what they are.
pub(super) fn ids(rule: &Json, about: Things) -> BTreeSet<String> {
    let Some(known) = text(rule, "id").and_then(words::by_id) else { return BTreeSet::new() };
    if known.about != About::Things(about) {
        return BTreeSet::new();
    }
    let items = taken_apart(&rule["operand"]).map(|(.., items)| items).unwrap_or_default();
    items.into_iter().map(|item| item.id).collect()
}

fn text<'j>(rule: &'j Json, name: &str) -> Option<&'j str> {
    rule[name].as_str()
}

/// A live rule in words where there are some, else as it is; nothing for what is no rule.
pub(super) fn read(rule: &Json, known: &Known) -> Option<Value> {
    let id = text(rule, "id")?;
    let operator = rule["selected_operator"].as_i64()?;
    let in_words = || {
        let (word, _, said) = spoken(id, operator, &rule["operand"])?;
        let values = said.into_iter().map(|said| said.value(known)).collect::<Vec<_>>();
        let compared = match by_number(words::by_word(word)?) {
            true => values.into_iter().next()?,
            false => Value::Set(values.into_iter().collect()),
        };
        let operator = words::by_word(word)?.word_of(operator)?;
        Some(word_map(word, map([(operator, compared)])))
    };
    Some(in_words().unwrap_or_else(|| {
        word_map(
            RAW,
            map([
                (RULE, Value::text(id)),
                (OPERATOR, Value::Int(operator)),
                (OPERAND, Value::text(canonical(&as_text(&rule["operand"])))),
            ]),
        )
    }))
}

fn by_number(rule: &Rule) -> bool {
    rule.about == About::Number
}

/// A value of an operand, before it is known what it names.
#[derive(Debug)]
pub(super) enum Said {
    Value(Value),
    Thing(Things, String),
}

impl Said {
    fn value(self, known: &Known) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Thing(about, id) => {
                let (kind, own) = match about {
                    Things::People => ("user", known.people.get(&id)),
                    Things::Departments => ("department", known.departments.get(&id)),
                    Things::Categories => ("helpdesk/category", None),
                };
                Value::remote(kind, own.cloned().unwrap_or(id))
            }
        }
    }
}

/// The word for a rule of the API and what it compares with, where all of it can be put into words.
pub(super) fn spoken(id: &str, operator: i64, operand: &Json) -> Option<(&'static str, i64, Vec<Said>)> {
    let rule = words::by_id(id)?;
    rule.word_of(operator)?;
    let (_, _, items) = taken_apart(operand)?;
    let one = |item: Item| match rule.about {
        About::Texts => Some(Said::Value(Value::Text(item.id))),
        About::Words(words) => {
            let (ours, _) = words.iter().find(|(_, theirs)| *theirs == item.id)?;
            Some(Said::Value(Value::text(*ours)))
        }
        About::Number => Some(Said::Value(Value::Int(item.id.parse().ok()?))),
        About::Things(about) => Some(Said::Thing(about, item.id)),
    };
    let said = items.into_iter().map(one).collect::<Option<Vec<_>>>()?;
    if by_number(rule) && said.len() != 1 {
        return None;
    }
    Some((rule.word, operator, said))
}

/// What the desk's catalogue and its live rules say about one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Learnt {
    pub operators: Option<Vec<i64>>,
    pub category: Option<i64>,
    pub form: Option<Form>,
}

impl Learnt {
    /// From a row of the catalogue, or a live rule, which is the better example.
    pub(super) fn learn(&mut self, rule: &Json, live: bool) {
        let numbers = |name: &str| -> Option<Vec<i64>> {
            let list = rule[name].as_array().filter(|list| !list.is_empty())?;
            list.iter().map(Json::as_i64).collect()
        };
        if let Some(operators) = numbers("operator_options") {
            self.operators.get_or_insert(operators);
        }
        if let Some(category) = rule["category"].as_i64() {
            self.category.get_or_insert(category);
        }
        let shown = text(rule, "id").and_then(words::by_id).and_then(|known| Form::of(known, &rule["operand"]));
        if let Some(shown) = shown
            && (live || self.form.is_none())
        {
            self.form = Some(shown);
        }
    }

    pub(super) fn to_json(&self) -> Json {
        let form = self.form.as_ref().map(|form| {
            json!({ "key": form.key, "list": form.list, "objects": form.objects, "numbers": form.numbers, "open": form.open })
        });
        json!({ "operators": self.operators, "category": self.category, "form": form })
    }

    pub(super) fn of_json(json: &Json) -> Self {
        let on = |name: &str| json["form"][name].as_bool().unwrap_or(false);
        let form = json["form"].as_object().map(|form| Form {
            key: form.get("key").and_then(Json::as_str).map(str::to_owned),
            list: on("list"),
            objects: on("objects"),
            numbers: on("numbers"),
            open: on("open"),
        });
        Self {
            operators: json["operators"].as_array().map(|list| list.iter().filter_map(Json::as_i64).collect()),
            category: json["category"].as_i64(),
            form,
        }
    }
}

/// A rule as a write has it. `operand` is JSON that goes out as a text, ids in it filled in first.
pub(super) fn wire(id: &str, operator: i64, operand: &Json) -> Map<String, Json> {
    let late = matches!(operand, Json::Object(_) | Json::Array(_));
    let operand = if late { json!({ "$text": operand }) } else { Json::String(as_text(operand)) };
    Map::from_iter([
        ("id".to_owned(), id.into()),
        ("selected_operator".to_owned(), operator.into()),
        ("operand".to_owned(), operand),
    ])
}

/// A live rule as it goes out again: what it compares with untouched, in the form of a text.
pub(super) fn again(rule: &Json) -> Map<String, Json> {
    let mut map = Map::from_iter([
        ("id".to_owned(), rule["id"].clone()),
        ("selected_operator".to_owned(), rule["selected_operator"].clone()),
        ("operand".to_owned(), Json::String(as_text(&rule["operand"]))),
    ]);
    for name in ["operator_options", "category"] {
        if let Some(value) = rule.get(name).filter(|value| !value.is_null()) {
            map.insert(name.to_owned(), value.clone());
        }
    }
    map
}

/// Why a rule in the API's words should be one in ours, if so: it would be read back in those.
pub(super) fn has_words(raw: &Value) -> Option<&'static str> {
    let id = raw.get(RULE).and_then(Value::as_text)?;
    let operator = raw.get(OPERATOR).and_then(Value::as_int)?;
    let operand = raw.get(OPERAND).and_then(Value::as_text)?;
    spoken(id, operator, &parsed(&Json::from(operand))).map(|(word, ..)| word)
}
