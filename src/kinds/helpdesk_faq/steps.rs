//! The calls for FAQs. Rich text is a text when a FAQ is made and a list when it is changed; a change says the question
//! again.

use serde_json::{Map, Value as Json, json};

use super::answer::Answer;
use super::observe::PICTURES;
use super::spec::{ANSWER, CATEGORY, QUESTION, SIMILAR};
use crate::kinds::desk::{HELPDESK, Place, RELEASED};
use crate::kinds::unique::applies;
use crate::model::{Accept, Action, Call, Capture, Fact, Live, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/faqs";
const ONE: &str = "/open-apis/helpdesk/v1/faqs/:id";
const GONE: i64 = 154_004;
const SENT: [&str; 5] = [HELPDESK, CATEGORY, QUESTION, ANSWER, SIMILAR];
/// The part of a FAQ that is settled once it stands in its category.
pub(in crate::kinds) const MOVED: &str = "moved";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Replace, Some(live)) => {
                delete(work, change, live, out);
                create(work, change, out);
            }
            (Action::Delete, Some(live)) => delete(work, change, live, out),
            (Action::Update | Action::Adopt | Action::Replace | Action::Delete, None)
            | (Action::Keep | Action::Forget, _) => {}
        }
    }
}

fn text<'c>(change: &'c ThingChange<'_>, name: &str) -> &'c str {
    change.after(name).and_then(Value::as_text).unwrap_or_default()
}

/// The named parts of a FAQ, as both calls take them but for rich text.
fn body(work: &Work<'_>, change: &ThingChange<'_>, names: &[&str]) -> Map<String, Json> {
    let mut body = Map::new();
    for name in names {
        let Some(value) = change.after(name) else { continue };
        match *name {
            CATEGORY => {
                let id = value.as_target().map(|target| work.json_id(target, "id"));
                body.extend(id.map(|id| ("category_id".to_owned(), id)));
            }
            ANSWER => {
                let rich = Answer::read(value.as_text().unwrap_or_default()).rich();
                body.insert("answer_richtext".to_owned(), rich);
            }
            SIMILAR => {
                let all: Vec<&str> = value.elements().filter_map(Value::as_text).collect();
                body.insert("tags".to_owned(), json!(all));
            }
            _ => {}
        }
    }
    body.insert("question".to_owned(), json!(text(change, QUESTION)));
    body
}

/// It can stand only in what is there.
fn settles(change: &ThingChange<'_>, step: &mut StepDraft) {
    if let Some(Target::Address(category)) = change.after(CATEGORY).and_then(Value::as_target) {
        step.needs.push(crate::model::Need {
            fact: Fact::Exists(category.clone()),
            why: format!("{category} exists"),
        });
    }
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(place) = Place::wanted(work, change) else { return };
    let address = &change.address;
    let mut body = body(work, change, &SENT);
    if let Some(rich) = body.get_mut("answer_richtext") {
        *rich = json!(rich.to_string());
    }
    let call = Call::new("POST", ALL).body(json!({ "faq": body }));
    let mut step = place.step(address, Verb::Create, "create", call).gives(Fact::Exists(address.clone()));
    settles(change, &mut step);
    if change.action == Action::Replace {
        step = step.needs(Fact::Gone(address.clone()), "the old one is gone");
    }
    step.captures.push(Capture { pointer: "/faq/faq_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, &SENT);
    out.step(step);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let names: Vec<&str> =
        [CATEGORY, QUESTION, ANSWER, SIMILAR].into_iter().filter(|name| change.changes(name)).collect();
    let Some(place) = Place::of(change).filter(|_| !names.is_empty()) else { return };
    let pictures = live.facts.get(PICTURES).and_then(Value::as_text);
    let mut body = body(work, change, &names);
    if names.contains(&ANSWER) && pictures.is_some() {
        out.note(&change.address, "the picture that somebody put into its answer goes");
    }
    // A change says the answer again, too, even if it is to stay.
    body.entry("answer_richtext").or_insert_with(|| {
        let kept = pictures.and_then(|text| serde_json::from_str(text).ok());
        let said = live.attributes.get(ANSWER).and_then(Value::as_text).unwrap_or_default();
        kept.unwrap_or_else(|| Answer::read(said).rich())
    });
    let call = Call::new("PATCH", ONE).param("id", live.id.clone());
    let call = call.body(json!({ "faq": body }));
    let what = match names.as_slice() {
        [CATEGORY] => "move",
        [SIMILAR] => "similar questions",
        [one] => one,
        _ => "change",
    };
    let mut step = place.step(&change.address, Verb::Update, what, call);
    if names.contains(&CATEGORY) {
        settles(change, &mut step);
        step.gives.push(Fact::Settled(MOVED.to_owned(), change.address.clone()));
        leaves(work, live, &mut step);
    }
    step.applies = applies(change, &names);
    out.step(step);
}

/// The category that it stood in is one thing emptier.
fn leaves(work: &Work<'_>, live: &Live, step: &mut StepDraft) {
    let category = live.attributes.get(CATEGORY).and_then(Value::as_target);
    if let Some(address) = category.and_then(|target| work.managed(target)) {
        step.gives.push(Fact::Settled(RELEASED.to_owned(), address.clone()));
    }
}

fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let Some(place) = Place::of(change) else { return };
    let call = Call::new("DELETE", ONE).param("id", live.id.clone());
    let mut step = place
        .step(&change.address, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.forgets = change.action == Action::Delete;
    leaves(work, live, &mut step);
    if step.forgets {
        out.note(&change.address, "it goes to the recycle bin of the admin page, for 30 days");
    }
    out.step(step);
}
