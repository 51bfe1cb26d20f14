//! Reading skills: one list a desk, which leaves the rules out, so that every skill that matters is read by itself; and
//! the desk's catalogue of rules, where somebody declares some.
//!
//! What the catalogue and live rules say of the operands of a rule is handed to the steps as answers to look-ups of the
//! kind's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::rules::{self, Known, Learnt};
use super::spec::{CALLED, NAME, RULES};
use super::words::{self, Things};
use crate::api::Draft;
use crate::kinds::desk::{self, Desk, Names};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Found, Gap, Live, Lookup, Observed, Record, Value};
use crate::resource::{Ask, Context, Identity};

const SKILLS: &str = "/open-apis/helpdesk/v1/agent_skills";
const SKILL: &str = "/open-apis/helpdesk/v1/agent_skills/:agent_skill_id";
const CATALOGUE: &str = "/open-apis/helpdesk/v1/agent_skill_rules";

/// What two skills that nobody can tell apart have in common.
pub(super) const SAME: &str = "its name";

/// Facts: the default skill; who has it, by open id; its rules as they were read, each with the form here.
pub(in crate::kinds) const BUILTIN: &str = "builtin";
pub(super) const AGENTS: &str = "agents";
pub(super) const AS_READ: &str = "rules_as_read";
pub(super) const FORM: &str = "form";
pub(super) const JSON: &str = "json";

/// What a desk says about a rule.
pub(super) fn learnt_of(desk: &str, rule: &str) -> Lookup {
    Lookup { kind: NAME.to_owned(), by: "rule".to_owned(), value: format!("{desk}/{rule}") }
}

/// What one desk showed besides its skills.
#[derive(Debug, Default)]
struct Shown {
    rules: BTreeMap<String, Vec<Json>>,
    learnt: BTreeMap<String, Learnt>,
    gaps: Vec<Gap>,
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let reading = desk::read(ask, context, |desk| list(context, desk)).await;
    let desks: Vec<Desk> = reading.desks.values().filter(|(_, lives)| lives.is_ok()).map(|(d, _)| d.clone()).collect();
    let mut observed = reading.answer(NAME, ask, context);
    desk::own(NAME, ask, &mut observed, |thing, live| live.attributes.get(CALLED) == thing.value(CALLED));
    let shown = in_parallel(desks.iter().map(|desk| details(ask, context, desk, &observed)).collect()).await;
    let (known, gaps) = known(context, &shown).await;
    observed.gaps.extend(gaps);
    for (desk, shown) in desks.iter().zip(shown) {
        for (id, read) in shown.rules {
            if let Some(live) = observed.things.get_mut(&id) {
                put(live, &read, &known);
            }
        }
        for (rule, learnt) in shown.learnt {
            observed.lookups.insert(learnt_of(&desk.id, &rule), Found::One(learnt.to_json().to_string()));
        }
        observed.gaps.extend(shown.gaps);
    }
    observed
}

async fn list(context: &Context<'_>, desk: Desk) -> Result<Vec<Live>, Gap> {
    let what = format!("skills of helpdesk {}", desk.id);
    let items = desk::list(context, &desk, &what, "agent_skills", Draft::to("GET", SKILLS)).await?;
    items.iter().map(|item| live(item).map_err(|why| desk::odd(&what, why))).collect()
}

/// A skill as the list has it.
pub(super) fn live(item: &Json) -> Result<Live, String> {
    let text = |name: &str| item[name].as_str().filter(|text| !text.is_empty());
    let id = text("id").ok_or("an entry of the list has no id")?;
    let name = text("name").ok_or_else(|| format!("skill {id} has no name"))?;
    let agents = item["agent_ids"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut facts = BTreeMap::from([(AGENTS.to_owned(), Value::Set(agents.map(Value::text).collect()))]);
    if item["is_default"] == Json::Bool(true) {
        facts.insert(BUILTIN.to_owned(), Value::Bool(true));
    }
    let attributes = BTreeMap::from([(CALLED.to_owned(), Value::text(name))]);
    Ok(Live { id: id.to_owned(), attributes, facts, ..Live::default() })
}

/// The rules of those skills that somebody manages, and what they and the catalogue teach.
async fn details(ask: &Ask, context: &Context<'_>, desk: &Desk, observed: &Observed) -> Shown {
    let here = |live: &&Live| live.ids.get(desk::DESK) == Some(&desk.id);
    let all: Vec<&Live> = observed.things.values().filter(here).collect();
    let bound: BTreeSet<String> = ask
        .declared
        .iter()
        .filter_map(|thing| match desk::identify(NAME, SAME, thing, ask.records.get(&thing.address), observed) {
            Identity::Bound(id) => Some(id),
            Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => None,
        })
        .collect();
    let matters = |live: &&&Live| ask.everything || bound.contains(&live.id) || ask.ids.contains(&live.id);
    let mut shown = Shown::default();
    get_all(context, desk, all.iter().filter(matters).copied(), &mut shown).await;
    let declared = declared(ask, desk, observed);
    if declared.is_empty() {
        return shown;
    }
    match catalogue(context, desk).await {
        Ok(rows) => rows.iter().for_each(|row| learn(&mut shown.learnt, row, false)),
        Err(gap) => shown.gaps.push(gap),
    }
    let known = |shown: &Shown, rule: &words::Rule| {
        super::operand::Form::documented(rule).is_some()
            || shown.learnt.get(rule.id).is_some_and(|learnt| learnt.form.is_some())
    };
    // Only then, as it is a call for each skill: one that was made by hand may show how.
    if declared.into_iter().filter_map(words::by_word).any(|rule| !known(&shown, rule)) {
        let rest: Vec<&Live> = all.iter().filter(|live| !shown.rules.contains_key(&live.id)).copied().collect();
        let mut others = Shown::default();
        get_all(context, desk, rest.into_iter(), &mut others).await;
        for (rule, learnt) in others.learnt {
            let own = shown.learnt.entry(rule).or_default();
            if own.form.is_none() {
                own.form = learnt.form;
            }
        }
    }
    shown
}

/// The words of the rules that are declared for a desk.
fn declared<'a>(ask: &'a Ask, desk: &Desk, observed: &Observed) -> BTreeSet<&'a str> {
    let here = |thing: &&crate::model::Declared| {
        let holder = thing.address.holder();
        let told = holder.and_then(|holder| observed.lookups.get(&desk::at(NAME, &holder)));
        matches!(told, Some(Found::One(id)) if *id == desk.id)
    };
    let declared = ask.declared.iter().filter(here).filter_map(|thing| thing.value(RULES));
    let rules = declared.flat_map(Value::elements).filter_map(|rule| rule.as_map()?.keys().next());
    rules.map(String::as_str).collect()
}

async fn get_all<'l>(context: &Context<'_>, desk: &Desk, skills: impl Iterator<Item = &'l Live>, shown: &mut Shown) {
    let skills: Vec<&str> = skills.map(|live| live.id.as_str()).collect();
    let reads = in_parallel(skills.iter().map(|id| get(context, desk, id)).collect()).await;
    for (id, read) in skills.into_iter().zip(reads) {
        match read {
            Ok(rules) => {
                rules.iter().for_each(|rule| learn(&mut shown.learnt, rule, true));
                shown.rules.insert(id.to_owned(), rules);
            }
            Err(gap) => shown.gaps.push(gap),
        }
    }
}

fn learn(learnt: &mut BTreeMap<String, Learnt>, rule: &Json, live: bool) {
    if let Some(id) = rule["id"].as_str() {
        learnt.entry(id.to_owned()).or_default().learn(rule, live);
    }
}

/// The rules of one skill; nothing where the answer has none is an empty list.
async fn get(context: &Context<'_>, desk: &Desk, id: &str) -> Result<Vec<Json>, Gap> {
    let what = format!("rules of skill {id}");
    let request = Draft::to("GET", SKILL).path("agent_skill_id", id).desk(&desk.id).read();
    let request = request.map_err(|error| desk::odd(&what, error.to_string()))?;
    let answer = context.reader.get(&request).await.map_err(|error| desk::gap(&what, &error))?;
    match &answer.value["agent_skill"] {
        Json::Object(skill) => match skill.get("rules") {
            None | Some(Json::Null) => Ok(Vec::new()),
            Some(Json::Array(rules)) => Ok(rules.clone()),
            Some(_) => Err(desk::odd(&what, "they are no list")),
        },
        _ => Err(desk::odd(&what, "the answer holds no skill")),
    }
}

async fn catalogue(context: &Context<'_>, desk: &Desk) -> Result<Vec<Json>, Gap> {
    let what = format!("the catalogue of rules of helpdesk {}", desk.id);
    desk::list(context, desk, &what, "rules", Draft::to("GET", CATALOGUE)).await
}

/// Whom the ids in rules mean.
async fn known(context: &Context<'_>, shown: &[Shown]) -> (Known, Vec<Gap>) {
    let named = |about: Things, prefix: &str| -> BTreeSet<String> {
        let rules = shown.iter().flat_map(|shown| shown.rules.values()).flatten();
        rules.flat_map(|rule| rules::ids(rule, about)).filter(|id| id.starts_with(prefix)).collect()
    };
    let people = desk::people(context, named(Things::People, "ou_")).await;
    let departments = desk::departments(context, named(Things::Departments, "od-")).await;
    let (Names { known: people, gap: one }, Names { known: departments, gap: other }) = (people, departments);
    (Known { people, departments }, one.into_iter().chain(other).collect())
}

/// Its rules, in words where there are some, and as they were read.
fn put(live: &mut Live, read: &[Json], known: &Known) {
    let forms: Option<Vec<(Value, &Json)>> =
        read.iter().map(|rule| Some((rules::read(rule, known)?, rule))).collect();
    // A rule without an id or a comparison: what the skill's rules are is not known.
    let Some(forms) = forms else { return };
    let kept = forms.iter().map(|(form, rule)| {
        Value::Map(BTreeMap::from([
            (FORM.to_owned(), form.clone()),
            (JSON.to_owned(), Value::text(rule.to_string())),
        ]))
    });
    live.facts.insert(AS_READ.to_owned(), Value::List(kept.collect()));
    live.attributes.insert(RULES.to_owned(), Value::Set(forms.into_iter().map(|(form, _)| form).collect()));
}

/// By the name that was applied: the answer to a creation got lost.
pub(super) fn recall(address: &Address, record: &Record, observed: &Observed) -> Identity {
    let name = record.applied.get(CALLED).and_then(|kept| serde_json::from_value::<Value>(kept.clone()).ok());
    let is_it = |live: &Live| name.is_some() && live.attributes.get(CALLED) == name.as_ref();
    desk::recall(NAME, SAME, address, record, observed, is_it)
}
