//! The calls for mail groups: create, change, fill, delete.
//!
//! Nothing has an idempotency key. A create whose answer got lost is found by its address in the next run.

use serde_json::{Map, Value as Json};

use super::lists::{ALL, SENDERS as SENDER_LIST};
use super::spec::{LISTED, SENDERS, WHO};
use crate::kinds::mail::address::{Mail, settled};
use crate::kinds::mail::book::{Book, texts};
use crate::kinds::mail::edges::Turnover;
use crate::kinds::mail::{ALIASES, EMAIL, GROUP, GROUPS, claim, main_of};
use crate::kinds::unique::applies;
use crate::model::{Accept, Action, Call, Fact, Live, OnRemove, StepDraft, Value, Verb};
use crate::resource::{Drafts, Work};

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let book = Book::of(work);
    for change in work.changes {
        let mail = Mail { family: &GROUPS, work, change, book: &book };
        match (change.action, change.live) {
            (Action::Create, _) => create(&mail, out),
            (Action::Update | Action::Adopt, Some(live)) if !change.fields.is_empty() => {
                mail.update(live, out);
                settings(&mail, live, out);
                lists(&mail, out);
            }
            (Action::Delete, Some(live)) => delete(&mail, live, out),
            // Nothing of a group is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

/// What the API calls a value of a simple attribute.
fn on_the_wire(attribute: &str, value: &Value) -> Option<(&'static str, Json)> {
    let text = value.as_text()?;
    Some(match attribute {
        "name" => ("name", text.into()),
        "description" => ("description", text.into()),
        WHO => {
            let word = SENDERS.iter().find(|(word, _)| *word == text).map_or(text, |(_, word)| *word);
            ("who_can_send_mail", word.into())
        }
        _ => return None,
    })
}

const SIMPLE: [&str; 3] = ["name", "description", WHO];

fn create(mail: &Mail<'_, '_>, out: &mut Drafts) {
    let change = mail.change;
    let mut body = Map::new();
    body.insert(EMAIL.to_owned(), change.after(EMAIL).and_then(Value::as_text).unwrap_or_default().into());
    for attribute in SIMPLE {
        let sent = change.after(attribute).and_then(|value| on_the_wire(attribute, value));
        body.extend(sent.map(|(name, value)| (name.to_owned(), value)));
    }
    let mut step = mail.create(body.into(), out);
    step.applies = applies(change, &[EMAIL, "name", "description", WHO]);
    out.step(step);
    mail.aliases_of_a_new_one(out);
    lists(mail, out);
}

fn lists(mail: &Mail<'_, '_>, out: &mut Drafts) {
    for list in ALL {
        Turnover { list, kind: GROUP, work: mail.work, change: mail.change, book: mail.book, id: mail.id() }
            .steps(out);
    }
}

/// Name, description and who may send, in one call. PATCH takes an empty text for no change, so that a
/// description is cleared by PUT, which clears what it does not name.
fn settings(mail: &Mail<'_, '_>, live: &Live, out: &mut Drafts) {
    let change = mail.change;
    let changed: Vec<&str> = SIMPLE.into_iter().filter(|name| change.changes(name)).collect();
    if changed.is_empty() {
        return;
    }
    let clears = change.field("description").is_some_and(|field| field.after.is_null());
    let mut body = Map::new();
    for attribute in SIMPLE {
        let now = if clears {
            change.after(attribute).or_else(|| live.attributes.get(attribute))
        } else {
            change.field(attribute).map(|field| &field.after)
        };
        let sent = now.and_then(|value| on_the_wire(attribute, value));
        body.extend(sent.map(|(name, value)| (name.to_owned(), value)));
    }
    let call = if clears {
        let address = change.after(EMAIL).and_then(Value::as_text).unwrap_or_else(|| main_of(live));
        body.insert(EMAIL.to_owned(), address.into());
        Call::new("PUT", GROUPS.one).param(GROUPS.id, mail.id()).body(body.into())
    } else {
        mail.patch(body.into())
    };
    let what =
        if changed == ["name"] { "rename".to_owned() } else { format!("update {}", changed.join(", ")) };
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
    step.applies = applies(change, &changed);
    if clears {
        step = step.needs(settled(&change.address), "the call writes the address too");
    }
    if change.after(WHO).and_then(Value::as_text) == Some(LISTED) && change.changes(WHO) {
        let listed = Fact::Settled(SENDER_LIST.part.to_owned(), change.address.clone());
        step = step.needs(listed, "whoever may send is on the list");
    }
    out.step(step);
}

fn delete(mail: &Mail<'_, '_>, live: &Live, out: &mut Drafts) {
    let address = &mail.change.address;
    if mail.change.on_remove == OnRemove::Deactivate {
        out.problem(
            address,
            None,
            "plan::no_such_state",
            format!("{address} cannot be switched off: mail groups are there or not"),
            "declare it once more with `on_remove: forget` or `delete`, apply, then take it out",
        );
        return;
    }
    let mut step = StepDraft::new(
        address.clone(),
        Verb::Delete,
        "delete",
        Call::new("DELETE", GROUPS.one).param(GROUPS.id, live.id.clone()),
    )
    .needs(Fact::Settled("released".to_owned(), address.clone()), "no other list names it any more")
    .gives(Fact::Gone(address.clone()))
    .accepts(Accept::Done { code: GROUPS.gone });
    step.frees.push(claim(main_of(live)));
    let aliases = texts(live.attributes.get(ALIASES));
    step.frees.extend(aliases.keys().map(|alias| claim(alias)));
    step.forgets = true;
    if !aliases.is_empty() {
        let names: Vec<&str> = aliases.into_values().collect();
        out.note(address, format!("its aliases go with it: {}", names.join(", ")));
    }
    out.step(step);
}
