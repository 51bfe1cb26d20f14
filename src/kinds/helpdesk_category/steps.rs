//! The calls for categories. What moves is placed from the top down, so that nothing ever stands below itself; what
//! leaves goes from the bottom up, and only when it is empty.

use serde_json::{Map, Value as Json, json};

use super::check::language_in;
use super::observe::HOLDS;
use super::spec::{LANGUAGE, NAME, PARENT, ROOT, TITLE};
use crate::kinds::desk::{HELPDESK, Place, RELEASED};
use crate::kinds::helpdesk_faq;
use crate::kinds::unique::{applies, claim, give_up, stand_in};
use crate::model::{Accept, Action, Address, Call, Capture, Claim, Fact, Live, Need, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/categories";
const ONE: &str = "/open-apis/helpdesk/v1/categories/:id";
const GONE: i64 = 154_004;
const SENT: [&str; 4] = [HELPDESK, TITLE, LANGUAGE, PARENT];

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

fn placed(address: &Address) -> Fact {
    Fact::Settled("placed".to_owned(), address.clone())
}

fn parent_of<'c>(change: &'c ThingChange<'_>) -> Option<&'c Target> {
    change.after(PARENT).and_then(Value::as_target)
}

fn parent_id(work: &Work<'_>, change: &ThingChange<'_>) -> Json {
    parent_of(change).map_or_else(|| json!("0"), |target| work.json_id(target, "id"))
}

/// What has to be before something can be put where it shall stand.
fn arrival(change: &ThingChange<'_>) -> Vec<Need> {
    let Some(Target::Address(parent)) = parent_of(change) else { return Vec::new() };
    [Fact::Exists(parent.clone()), placed(parent)]
        .map(|fact| Need { fact, why: format!("{parent} is in its place") })
        .into()
}

fn language<'w>(work: &'w Work<'_>, change: &'w ThingChange<'_>) -> Option<&'w str> {
    let declared = work.declared.get(&change.address);
    let said = declared.and_then(|thing| language_in(work.declared, thing));
    let above = || match parent_of(change)? {
        Target::Address(parent) => work.live(parent),
        Target::Remote { id, .. } => work.snapshot.live(NAME, id),
        Target::Lookup(_) => None,
    };
    let spoken = |live: &'w Live| live.attributes.get(LANGUAGE).and_then(Value::as_text);
    said.or_else(|| change.live.and_then(spoken)).or_else(|| above().and_then(spoken))
}

/// A name side by side with others: desk, place and language are the space. Whether names are unique there is not
/// documented; who takes one waits for who gives it up in any case.
fn name(work: &Work<'_>, desk: &str, parent: Option<&Target>, language: Option<&str>, name: &str) -> Claim {
    let place = match parent {
        None => ROOT.to_owned(),
        Some(target) => work.managed(target).map_or_else(
            || match target {
                Target::Remote { id, .. } => id.clone(),
                Target::Address(address) => address.to_string(),
                Target::Lookup(lookup) => lookup.value.clone(),
            },
            ToString::to_string,
        ),
    };
    claim(&format!("category name in {} of helpdesk {desk} at {place}", language.unwrap_or_default()), name)
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(place) = Place::wanted(work, change) else { return };
    let address = &change.address;
    let language = match change.action {
        // The old one's own language is the one that goes.
        Action::Replace => change.after(LANGUAGE).and_then(Value::as_text),
        _ => language(work, change),
    };
    let title = change.after(TITLE).and_then(Value::as_text).unwrap_or_default();
    let mut body = json!({ "name": title, "parent_id": parent_id(work, change) });
    if let Some(language) = language {
        body["language"] = json!(language);
    }
    let mut step = place
        .step(address, Verb::Create, "create", Call::new("POST", ALL).body(body))
        .gives(Fact::Exists(address.clone()));
    step.needs = arrival(change);
    if change.action == Action::Replace {
        step = step.needs(Fact::Gone(address.clone()), "the old one is gone");
    }
    step.takes.push(name(work, &place.desk, parent_of(change), language, title));
    step.captures.push(Capture { pointer: "/category/category_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, &SENT);
    out.step(step);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let (renames, moves) = (change.changes(TITLE), change.changes(PARENT));
    let Some(place) = Place::of(change).filter(|_| renames || moves) else { return };
    let mut body = Map::new();
    let title = change.after(TITLE).and_then(Value::as_text).filter(|_| renames);
    body.extend(title.map(|title| ("name".to_owned(), json!(title))));
    if moves {
        body.insert("parent_id".to_owned(), parent_id(work, change));
    }
    let what = match (renames, moves) {
        (true, true) => "move and rename",
        (false, true) => "move",
        _ => "rename",
    };
    let mut step = place.step(&change.address, Verb::Update, what, patch(live, Json::Object(body)));
    if moves {
        step.needs = arrival(change);
        step.gives.push(placed(&change.address));
    }
    let called = title.or_else(|| live.attributes.get(TITLE).and_then(Value::as_text)).unwrap_or_default();
    let target = if moves { parent_of(change) } else { live.attributes.get(PARENT).and_then(Value::as_target) };
    step.takes.push(name(work, &place.desk, target, language(work, change), called));
    lets_go(work, &place, change, live, &mut step);
    step.applies = applies(change, &[TITLE, PARENT].into_iter().filter(|n| change.changes(n)).collect::<Vec<_>>());
    out.step(step);
}

fn patch(live: &Live, body: Json) -> Call {
    Call::new("PATCH", ONE).param("id", live.id.clone()).body(body)
}

/// The name that it has is free for others afterwards, or for a while before.
fn lets_go(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, live: &Live, step: &mut StepDraft) {
    let spoken = live.attributes.get(LANGUAGE).and_then(Value::as_text).or_else(|| language(work, change));
    let parent = live.attributes.get(PARENT).and_then(Value::as_target);
    let own = live.attributes.get(TITLE).and_then(Value::as_text).unwrap_or_default();
    let claimed = |called: &str| name(work, &place.desk, parent, spoken, called);
    let spare = stand_in(live);
    let call = patch(live, json!({ "name": spare })).desk(&place.desk);
    let lane = step.lane.clone();
    give_up(step, claimed(own), claimed(&spare), "temporary name", call, lane.as_deref());
}

fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let Some(place) = Place::of(change) else { return };
    let address = &change.address;
    let mut needs = vec![Need {
        fact: Fact::Settled(RELEASED.to_owned(), address.clone()),
        why: "nothing refers to it any more".to_owned(),
    }];
    let mut stay = Vec::new();
    let below = |other: &&Live| {
        matches!(other.attributes.get(PARENT), Some(Value::Ref(Target::Remote { id, .. })) if *id == live.id)
    };
    for child in work.snapshot.kind(NAME).into_iter().flat_map(|o| o.things.values()).filter(below) {
        let known = work.address_of(NAME, &child.id);
        match known.and_then(|known| work.change(known)) {
            Some(child) if matches!(child.action, Action::Delete | Action::Replace) => needs
                .push(Need { fact: Fact::Gone(child.address.clone()), why: format!("{} stands in it", child.address) }),
            Some(child) if child.changes(PARENT) => needs
                .push(Need { fact: placed(&child.address), why: format!("{} stands in it", child.address) }),
            Some(child) => stay.push(child.address.to_string()),
            None => {
                let called = child.attributes.get(TITLE).and_then(Value::as_text).unwrap_or_default();
                stay.push(format!("category {called} ({})", child.id));
            }
        }
    }
    let Some(faqs) = live.facts.get(HOLDS) else {
        out.block(address, "what stands in it could not be read", Some("run again".to_owned()));
        return;
    };
    for id in faqs.elements().filter_map(Value::as_text) {
        let known = work.address_of(helpdesk_faq::NAME, id);
        match known.and_then(|known| work.change(known)) {
            Some(faq) if matches!(faq.action, Action::Delete | Action::Replace) => needs
                .push(Need { fact: Fact::Gone(faq.address.clone()), why: format!("{} stands in it", faq.address) }),
            Some(faq) if faq.changes(helpdesk_faq::CATEGORY) => needs.push(Need {
                fact: Fact::Settled(helpdesk_faq::MOVED.to_owned(), faq.address.clone()),
                why: format!("{} stands in it", faq.address),
            }),
            Some(faq) => stay.push(faq.address.to_string()),
            None => stay.push(format!("FAQ {id}")),
        }
    }
    if !stay.is_empty() {
        let why = if change.action == Action::Replace {
            "another language means another category, and this one is not empty"
        } else {
            "a category is deleted only when it is empty"
        };
        out.problem(
            address,
            None,
            "plan::not_empty",
            format!("{why}: {}", stay.join(", ")),
            "move these somewhere else or delete them; what nobody manages, in the helpdesk's admin page",
        );
        return;
    }
    let call = Call::new("DELETE", ONE).param("id", live.id.clone());
    let mut step = place
        .step(address, Verb::Delete, "delete", call)
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.needs = needs;
    step.forgets = change.action == Action::Delete;
    lets_go(work, &place, change, live, &mut step);
    out.step(step);
}
