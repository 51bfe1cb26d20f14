//! The calls for employee types. A write always names content, type and status; a text in a language that is not
//! sent stays.

use serde_json::{Value as Json, json};

use super::{NAME, PATH, built_in};
use crate::kinds::locales;
use crate::kinds::unique::{applies, claim, nobody_holds_it, nobody_keeps_it, stand_in};
use crate::model::{Action, Call, Capture, Claim, Fact, Live, OnRemove, Parked, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ONE: &str = "/open-apis/contact/v3/employee_type_enums/:enum_id";
const CONTENT: &str = "employee_type content";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Delete, Some(live)) => remove(work, change, live, out),
            // Nothing of a type is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn in_language(locale: &str, text: &str) -> Claim {
    claim(&format!("employee_type {locale} name"), text)
}

fn body(content: &str, active: bool, i18n: Option<Json>) -> Json {
    let mut body = json!({ "content": content, "enum_type": 2, "enum_status": if active { 1 } else { 2 } });
    if let Some(list) = i18n {
        body["i18n_content"] = list;
    }
    body
}

fn put(live: &Live, body: Json) -> Call {
    Call::new("PUT", ONE).param("enum_id", live.id.clone()).body(body)
}

fn content_of(live: &Live) -> &str {
    live.attributes.get("content").and_then(Value::as_text).unwrap_or_default()
}

fn is_active(live: &Live) -> bool {
    live.attributes.get("active").and_then(Value::as_bool).unwrap_or(true)
}

/// Whether the thing that has a name gives it up in this plan. What is switched off keeps its name.
fn lets_go_of_content(change: &ThingChange<'_>) -> bool {
    change.changes("content") || (change.action == Action::Delete && is_deleted(change))
}

/// Deleting is said in so many words; anything else switches off.
fn is_deleted(change: &ThingChange<'_>) -> bool {
    let said = change.lifecycle.on_remove.or_else(|| change.record.and_then(|record| record.on_remove));
    said == Some(OnRemove::Delete)
}

fn content_is_free(work: &Work<'_>, change: &ThingChange<'_>, content: &str, out: &mut Drafts) {
    let has_it = |live: &Live| content_of(live) == content;
    let what = format!("the content {content}");
    nobody_keeps_it(work, change, "content", &what, has_it, lets_go_of_content, out);
    if let Some(number) = work.snapshot.kind(NAME).and_then(|observed| built_in(observed, content)) {
        out.problem(
            &change.address,
            Some("content"),
            "plan::taken",
            format!("{what} is unique, and the built-in type {number} has it"),
            "choose another",
        );
    }
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let content = change.after("content").and_then(Value::as_text).unwrap_or_default();
    content_is_free(work, change, content, out);
    let i18n = change.after("i18n").filter(|value| locales::texts(value).next().is_some());
    let active = change.after("active").and_then(Value::as_bool).unwrap_or(true);
    let call =
        Call::new("POST", PATH).body(body(content, active, i18n.map(|wanted| locales::write(wanted, None))));
    let mut step = StepDraft::new(change.address.clone(), Verb::Create, "create", call)
        .gives(Fact::Exists(change.address.clone()));
    step.takes.push(claim(CONTENT, content));
    step.takes.extend(i18n.into_iter().flat_map(locales::texts).map(|(l, t)| in_language(l, t)));
    step.captures = [("enum_id", "id"), ("enum_value", "enum_value")]
        .map(|(field, id)| Capture {
            pointer: format!("/employee_type_enum/{field}"),
            id: id.to_owned(),
        })
        .into();
    step.applies = applies(change, &["content", "i18n", "active"]);
    out.step(step);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let changed = |name: &str| change.field(name).map(|field| &field.after);
    let (old, was_active) = (content_of(live), is_active(live));
    let content = changed("content").and_then(Value::as_text).unwrap_or(old);
    // Declaring a type again that was switched off means that it is wanted.
    let wakes = change.action == Action::Adopt && !was_active && !change.wanted.contains_key("active");
    let active = changed("active").and_then(Value::as_bool).unwrap_or(was_active || wakes);
    if change.fields.is_empty() && !wakes {
        return;
    }
    if wakes {
        out.note(&change.address, "it was switched off, and is switched on again");
    }
    let before = live.attributes.get("i18n");
    let i18n = changed("i18n").map(|wanted| locales::write(wanted, before));
    let what = match (content != old, active != was_active) {
        (true, _) => "rename",
        (false, true) if active => "activate",
        (false, true) => "deactivate",
        (false, false) => "update",
    };
    let mut step =
        StepDraft::new(change.address.clone(), Verb::Update, what, put(live, body(content, active, i18n)));
    if content != old {
        content_is_free(work, change, content, out);
        step.takes.push(claim(CONTENT, content));
        step.frees.push(claim(CONTENT, old));
    }
    if let Some(wanted) = changed("i18n") {
        claim_languages(&mut step, wanted, before);
    }
    step.parks = parks(&step.frees, live, changed("i18n"));
    if active && !was_active {
        // People may have it only from then on.
        step.gives.push(Fact::Exists(change.address.clone()));
    }
    let fields: Vec<&str> = change.fields.iter().map(|field| field.name.as_str()).collect();
    step.applies = applies(change, &fields);
    out.step(step);
}

fn claim_languages(step: &mut StepDraft, wanted: &Value, before: Option<&Value>) {
    let old = |locale: &str| before.and_then(|map| map.get(locale)).and_then(Value::as_text);
    for (locale, text) in locales::texts(wanted).filter(|(locale, text)| old(locale) != Some(text)) {
        step.takes.push(in_language(locale, text));
        step.frees.extend(old(locale).map(|text| in_language(locale, text)));
    }
}

/// One and the same call returns all names: it has to write them all anyway.
fn parks(frees: &[Claim], live: &Live, i18n: Option<&Value>) -> Vec<Parked> {
    let name = stand_in(live);
    let stand_ins: Option<Value> = i18n.map(|wanted| {
        let entry = |(locale, _): (&str, &str)| (locale.to_owned(), Value::text(&name));
        Value::Map(locales::texts(wanted).map(entry).collect())
    });
    let list = stand_ins.map(|texts| locales::write(&texts, live.attributes.get("i18n")));
    let renamed = frees.iter().any(|claim| claim.space == CONTENT);
    let content = if renamed { name.as_str() } else { content_of(live) };
    let call = put(live, body(content, is_active(live), list));
    let park = |freed: &Claim| Parked {
        frees: freed.clone(),
        takes: claim(&freed.space, name.clone()),
        what: "temporary name".to_owned(),
        call: call.clone(),
        lane: None,
    };
    frees.iter().map(park).collect()
}

fn remove(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = change.address.clone();
    let mut step = if is_deleted(change) {
        let needs = nobody_holds_it(work, change, out);
        out.note(&address, "a deleted type counts towards the limit of 255 for ever");
        let call = Call::new("DELETE", ONE).param("enum_id", live.id.clone());
        let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call);
        step.needs = needs;
        step.frees.push(claim(CONTENT, content_of(live)));
        let texts = live.attributes.get("i18n").into_iter().flat_map(locales::texts);
        step.frees.extend(texts.map(|(locale, text)| in_language(locale, text)));
        step.parks = parks(&step.frees, live, live.attributes.get("i18n"));
        step
    } else {
        out.note(&address, "it is switched off, not deleted: deleted types count towards the limit of 255");
        let call = put(live, body(content_of(live), false, None));
        StepDraft::new(address.clone(), Verb::Update, "deactivate", call)
    };
    step = step.gives(Fact::Gone(address));
    step.forgets = true;
    out.step(step);
}
