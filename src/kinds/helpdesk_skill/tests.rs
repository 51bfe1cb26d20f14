//! Rules in words and as the API has them: what is read, what is written, what is passed through.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::rules::{self, Known, Learnt, again, canonical, has_words, read, wire};
use super::spec::{OPERAND, OPERATOR, RULE};
use super::{observe, spec};
use crate::model::Value;

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn set(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(values.into_iter().collect())
}

fn known() -> Known {
    let one = |from: &str, to: &str| BTreeMap::from([(from.to_owned(), to.to_owned())]);
    Known { people: one("ou_1", "ann"), departments: one("od-1", "lab") }
}

fn rule(id: &str, operator: i64, operand: impl Into<Json>) -> Json {
    let operand: Json = operand.into();
    json!({ "id": id, "selected_operator": operator, "operand": operand, "operator_options": [7, 8], "category": 3, "display_name": "x" })
}

#[test]
fn each_rule_of_the_catalogue_has_its_word() {
    let text = Value::text;
    for (id, operator, operand, word, compared, value) in [
        ("3", 5, json!(["上海"]), "city", "any_of", set([text("上海")])),
        ("3", 6, json!({ "x": ["上海"] }), "city", "none_of", set([text("上海")])),
        ("9", 8, json!({ "x": [0, "1"] }), "source", "any_of", set([text("agent"), text("service")])),
        ("10", 7, json!("zh_cn"), "language", "none_of", set([text("zh_cn")])),
        ("11", 8, json!({ "x": [{ "id": "ou_1", "name": "A" }] }), "person", "any_of", set([Value::remote("user", "ann")])),
        ("12", 7, json!({ "selected_departments": [{ "id": "od-1" }] }), "department", "none_of", set([Value::remote("department", "lab")])),
        ("14", 8, json!(["69"]), "category_zh_cn", "any_of", set([Value::remote("helpdesk/category", "69")])),
        ("15", 8, json!(["69"]), "category_en_us", "any_of", set([Value::remote("helpdesk/category", "69")])),
        ("16", 8, json!(["69"]), "category_ja_jp", "any_of", set([Value::remote("helpdesk/category", "69")])),
        ("17", 2, json!({ "x": 3 }), "level", "at_least", Value::Int(3)),
        ("17", 3, json!("9"), "level", "at_most", Value::Int(9)),
    ] {
        let want = map(&[(word, map(&[(compared, value)]))]);
        assert_eq!(read(&rule(id, operator, operand.clone()), &known()), Some(want.clone()), "{word}");
        // A text that holds the same says the same.
        assert_eq!(read(&rule(id, operator, Json::String(operand.to_string())), &known()), Some(want), "{word} as text");
    }
}

#[test]
fn what_has_no_words_is_raw_and_goes_out_as_it_came() {
    for (id, operator, operand) in [
        ("21", 8, json!({ "a": 1 })),
        ("12", 99, json!({ "selected_departments": [{ "id": "od-1" }] })),
        ("9", 8, json!([2])),
        ("17", 2, json!([1, 2])),
        ("17", 2, json!("high")),
        ("12", 8, json!({ "selected_departments": [], "with_children": true })),
    ] {
        let live = rule(id, operator, operand.clone());
        let raw = [(RULE, Value::text(id)), (OPERATOR, Value::Int(operator)), (OPERAND, Value::text(canonical(&rules::as_text(&operand))))];
        assert_eq!(read(&live, &known()), Some(map(&[("raw", map(&raw))])), "{live}");
        assert_eq!(again(&live)["operand"], Json::String(rules::as_text(&operand)));
    }
    assert_eq!(read(&json!({ "id": "3" }), &known()), None, "no comparison is no rule");
    assert_eq!(read(&json!({ "selected_operator": 5, "operand": [] }), &known()), None);
}

#[test]
fn raw_operands_are_compared_as_json() {
    let raw = |operand: &str| {
        let raw = [(RULE, Value::text("21")), (OPERATOR, Value::Int(8)), (OPERAND, Value::text(operand))];
        rules::normal(set([map(&[("raw", map(&raw))])]))
    };
    assert_eq!(raw(r#"{ "b": [1,2], "a": "x" }"#), raw(r#"{"a":"x","b":[1,2]}"#));
    assert_ne!(raw("[1,2]"), raw("[2,1]"));
    // A text that is no JSON is what it says.
    assert_eq!(canonical("a  b"), "a  b");
}

#[test]
fn raw_rules_that_would_be_read_back_in_words_are_told() {
    let raw = |id: &str, operator: i64, operand: &str| map(&[(RULE, Value::text(id)), (OPERATOR, Value::Int(operator)), (OPERAND, Value::text(operand))]);
    assert_eq!(has_words(&raw("3", 5, r#"["a"]"#)), Some("city"));
    assert_eq!(has_words(&raw("3", 7, r#"["a"]"#)), None);
    assert_eq!(has_words(&raw("3", 5, r#"{"a":1,"b":2}"#)), None);
    assert_eq!(has_words(&raw("21", 5, r#"["a"]"#)), None);
}

#[test]
fn an_operand_goes_out_as_a_text_whether_its_ids_are_known_or_not() {
    let late = json!({ "$late": { "address": "department.a", "id": "open_department_id" } });
    let open = json!({ "selected_departments": [{ "id": late, "name": "A" }] });
    assert_eq!(wire("12", 8, &open)["operand"], json!({ "$text": open }));
    assert_eq!(wire("10", 8, &json!("zh_cn"))["operand"], "zh_cn");
    assert_eq!(wire("17", 2, &json!(3))["operand"], "3");
}

#[test]
fn a_live_rule_teaches_more_than_the_catalogue_and_what_was_learnt_is_kept_whole() {
    let mut learnt = Learnt::default();
    learnt.learn(&json!({ "id": "3", "operator_options": [5, 6], "operand": { "catalogue": [] }, "category": 3 }), false);
    learnt.learn(&json!({ "id": "3", "operator_options": [5], "operand": { "live": ["a"] }, "category": 1 }), true);
    let form = learnt.form.clone().expect("a form");
    assert_eq!((form.key.as_deref(), learnt.operators.as_deref(), learnt.category), (Some("live"), Some(&[5, 6][..]), Some(3)));
    assert_eq!(Learnt::of_json(&learnt.to_json()), learnt);
    assert_eq!(Learnt::of_json(&Learnt::default().to_json()), Learnt::default());
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let item = json!({ "id": "1", "name": "n", "agent_ids": ["ou_1"], "is_default": true });
    let live = observe::live(&item).expect("read");
    assert!(live.attributes.keys().all(|name| spec::INFO.attribute(name).is_some()));
    assert!(live.fact(observe::BUILTIN));
    let agents: BTreeSet<Value> = [Value::text("ou_1")].into();
    assert_eq!(live.facts.get(observe::AGENTS), Some(&Value::Set(agents)));
    for odd in [json!({ "name": "n" }), json!({ "id": "1" })] {
        assert!(observe::live(&odd).is_err(), "{odd}");
    }
}
