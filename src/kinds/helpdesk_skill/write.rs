//! Rules as they go out: those that are there already as they were read, others built as the desk shows.

use serde_json::{Map, Value as Json, json};

use super::observe::{AS_READ, FORM, JSON, learnt_of};
use super::operand::Form;
use super::rules::{self, Learnt};
use super::spec::{NAME, OPERAND, OPERATOR, RULE, RULES};
use super::words::{self, About, RAW, Rule, Things};
use crate::kinds::membership::as_planned;
use crate::model::{Found, Live, Target, Value, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

/// The rules of a write; nothing where one cannot be written, which was told.
pub(super) fn written(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    desk: &str,
    out: &mut Drafts,
) -> Option<Vec<Map<String, Json>>> {
    let there = change.live.map(|live| as_read(work, live)).unwrap_or_default();
    // What nobody declares goes out again, untouched.
    if !change.wanted.contains_key(RULES) {
        return Some(there.into_iter().map(|(_, json)| rules::again(&json)).collect());
    }
    let declared = change.after(RULES)?;
    let mut all = Vec::new();
    for rule in declared.elements() {
        match there.iter().find(|(form, _)| form == rule) {
            Some((_, json)) => all.push(rules::again(json)),
            None => all.push(one(work, change, desk, rule, out)?),
        }
    }
    Some(all)
}

/// Rules of the live skill: the form that this plan gives them, and what was read.
fn as_read(work: &Work<'_>, live: &Live) -> Vec<(Value, Json)> {
    let kept = live.facts.get(AS_READ).into_iter().flat_map(Value::elements);
    kept.filter_map(|kept| {
        let json = serde_json::from_str(kept.get(JSON)?.as_text()?).ok()?;
        Some((as_planned(work, kept.get(FORM)?), json))
    })
    .collect()
}

fn learnt(work: &Work<'_>, desk: &str, rule: &str) -> Learnt {
    match work.snapshot.kind(NAME).and_then(|seen| seen.lookups.get(&learnt_of(desk, rule))) {
        Some(Found::One(text)) => serde_json::from_str(text).map(|json| Learnt::of_json(&json)).unwrap_or_default(),
        Some(Found::None | Found::Many(_) | Found::Unknown(_)) | None => Learnt::default(),
    }
}

fn one(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    desk: &str,
    rule: &Value,
    out: &mut Drafts,
) -> Option<Map<String, Json>> {
    if let Some(raw) = rule.get(RAW) {
        let id = raw.get(RULE)?.as_text()?;
        let operator = raw.get(OPERATOR)?.as_int()?;
        let known = learnt(work, desk, id);
        takes(change, id, id, operator, &known, out)?;
        let operand = Json::from(raw.get(OPERAND)?.as_text()?);
        return Some(with_known(rules::wire(id, operator, &operand), &known));
    }
    let (known_rule, word, value) = rules::parts(rule)?;
    let operator = known_rule.number_of(word)?;
    let known = learnt(work, desk, known_rule.id);
    takes(change, known_rule.word, known_rule.id, operator, &known, out)?;
    let Some(form) = known.form.clone().or_else(|| Form::documented(known_rule)) else {
        out.problem(
            &change.address,
            Some(RULES),
            "plan::undocumented_rule",
            format!(
                "how a rule of `{}` is written is not documented, and neither the catalogue nor any skill of the \
                 helpdesk shows it",
                known_rule.word
            ),
            "make one such rule by hand in the helpdesk's console, of any skill, and plan again; or write it as `raw`",
        );
        return None;
    };
    let values = values(work, change, known_rule, &form, value, out)?;
    Some(with_known(rules::wire(known_rule.id, operator, &form.built(values)), &known))
}

/// Whether the desk takes this comparison, as far as its catalogue says.
fn takes(
    change: &ThingChange<'_>,
    word: &str,
    id: &str,
    operator: i64,
    known: &Learnt,
    out: &mut Drafts,
) -> Option<()> {
    let Some(operators) = known.operators.as_ref().filter(|operators| !operators.contains(&operator)) else {
        return Some(());
    };
    let named = |number: &i64| {
        let word = words::by_id(id).and_then(|rule| rule.word_of(*number));
        word.map_or_else(|| number.to_string(), |word| format!("`{word}`"))
    };
    let all: Vec<String> = operators.iter().map(named).collect();
    out.problem(
        &change.address,
        Some(RULES),
        "plan::operator",
        format!("the helpdesk's catalogue does not have {} for `{word}`", named(&operator)),
        format!("write one of {}", all.join(", ")),
    );
    None
}

/// What the catalogue says of the rule goes along, as it is.
fn with_known(mut rule: Map<String, Json>, known: &Learnt) -> Map<String, Json> {
    if let Some(operators) = &known.operators {
        rule.insert("operator_options".to_owned(), json!(operators));
    }
    if let Some(category) = known.category {
        rule.insert("category".to_owned(), category.into());
    }
    rule
}

/// What a rule compares with, as the API names it.
fn values(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    rule: &Rule,
    form: &Form,
    value: &Value,
    out: &mut Drafts,
) -> Option<Vec<(Json, Option<String>)>> {
    let all: Vec<&Value> = match value {
        Value::Set(all) => all.iter().collect(),
        one => vec![one],
    };
    if !form.list && all.len() > 1 {
        out.problem(
            &change.address,
            Some(RULES),
            "plan::one_value",
            format!("the helpdesk compares `{}` with one value, and {} are declared", rule.word, all.len()),
            "write a rule for each",
        );
        return None;
    }
    all.into_iter()
        .map(|value| match (rule.about, value) {
            (About::Words(words), Value::Text(text)) => {
                let (_, theirs) = words.iter().find(|(ours, _)| ours == text)?;
                Some((Json::from(*theirs), Some(text.clone())))
            }
            (About::Number, Value::Int(number)) => {
                let json = if form.numbers { json!(number) } else { json!(number.to_string()) };
                Some((json, None))
            }
            (About::Texts, Value::Text(text)) => Some((json!(text), Some(text.clone()))),
            (About::Things(about), Value::Ref(target)) => Some((thing(work, about, form, target), called(work, target))),
            _ => None,
        })
        .collect()
}

fn thing(work: &Work<'_>, about: Things, form: &Form, target: &Target) -> Json {
    match about {
        Things::People if form.open => work.json_id(target, "open_id"),
        Things::Departments if form.open => work.json_id(target, "open_department_id"),
        Things::People | Things::Departments | Things::Categories => work.json_id(target, "id"),
    }
}

/// The name that it has after this plan.
fn called(work: &Work<'_>, target: &Target) -> Option<String> {
    let live = match target {
        Target::Address(address) => {
            let declared = work.change(address).and_then(|change| change.wanted.get("name")).map(Wanted::value);
            if let Some(name) = declared.and_then(Value::as_text) {
                return Some(name.to_owned());
            }
            work.live(address)
        }
        Target::Remote { kind, id } => work.snapshot.live(kind, id),
        Target::Lookup(_) => None,
    };
    live.and_then(|live| live.attributes.get("name")).and_then(Value::as_text).map(str::to_owned)
}
