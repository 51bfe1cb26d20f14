//! The calls for public mailboxes: create, change, fill, and into the recycle bin with their mail handed on.
//!
//! The bin keeps addresses taken. Whoever takes one in the same plan waits until the mailbox has another.

use serde_json::{Map, json};

use super::spec::{DISCARD, GEO, MAIL_TO, MOST_MEMBERS};
use crate::kinds::mail::address::{Mail, settled};
use crate::kinds::mail::book::Book;
use crate::kinds::mail::edges::{List, Turnover, USER};
use crate::kinds::mail::{ALIASES, EMAIL, MAILBOX, MAILBOXES, fold};
use crate::kinds::unique::applies;
use crate::model::{Action, Call, Fact, Live, OnRemove, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const RECYCLE: &str = "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/remove_to_recycle_bin";

pub(super) static MEMBERS: List = List {
    attributes: &[("members", USER)],
    noun: "member",
    part: "members",
    phases: ["members out first", "members in", "members out"],
    read: "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members",
    add: ("POST", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/batch_create"),
    remove: ("DELETE", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/batch_delete"),
    param: MAILBOXES.id,
    ids: Some(("member_id_list", "member_id")),
    items: "items",
    departments: false,
    no_entry: 1_234_040,
    most: Some(MOST_MEMBERS),
};

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let book = Book::of(work);
    for change in work.changes {
        let mail = Mail { family: &MAILBOXES, work, change, book: &book };
        match (change.action, change.live) {
            (Action::Create, _) => create(&mail, out),
            (Action::Update | Action::Adopt, Some(live)) if !change.fields.is_empty() => {
                mail.update(live, out);
                rename(&mail, out);
                members(&mail, out);
            }
            (Action::Delete, Some(live)) => recycle(&mail, live, out),
            // The region is fixed, and a difference of it is said; nothing is replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn create(mail: &Mail<'_, '_>, out: &mut Drafts) {
    let change = mail.change;
    let mut body = Map::new();
    for name in [EMAIL, "name", GEO] {
        let text = change.after(name).and_then(Value::as_text);
        body.extend(text.map(|text| (name.to_owned(), text.into())));
    }
    let mut step = mail.create(body.into(), out);
    step.applies = applies(change, &[EMAIL, "name", GEO]);
    out.step(step);
    mail.aliases_of_a_new_one(out);
    members(mail, out);
}

fn rename(mail: &Mail<'_, '_>, out: &mut Drafts) {
    let Some(name) = mail.change.field("name").and_then(|field| field.after.as_text()) else { return };
    let call = mail.patch(json!({ "name": name }));
    let mut step = StepDraft::new(mail.change.address.clone(), Verb::Update, "rename", call);
    step.applies = applies(mail.change, &["name"]);
    out.step(step);
}

fn members(mail: &Mail<'_, '_>, out: &mut Drafts) {
    Turnover { list: &MEMBERS, kind: MAILBOX, work: mail.work, change: mail.change, book: mail.book, id: mail.id() }.steps(out);
}

fn recycle(mail: &Mail<'_, '_>, live: &Live, out: &mut Drafts) {
    let change = mail.change;
    let address = &change.address;
    if change.on_remove == OnRemove::Deactivate {
        out.problem(
            address,
            None,
            "plan::no_such_state",
            format!("{address} cannot be switched off: public mailboxes are there or not"),
            "declare it once more with `on_remove: forget` or `delete`, apply, then take it out",
        );
        return;
    }
    // The bin would keep an alias that nobody has seen, and that something else of this plan may take.
    if !live.attributes.contains_key(ALIASES) {
        let gap = crate::kinds::unread::of(mail.work, MAILBOX, &live.id);
        let why = crate::kinds::unread::why("its aliases could not be read, so it is not removed", gap);
        out.block(address, why, gap.and_then(|gap| gap.remedy.clone()));
        return;
    }
    let legacy = change.on_delete.as_ref();
    let to = legacy.and_then(|value| value.get(MAIL_TO)).and_then(Value::as_text);
    let now = mail.release(live, out);
    // The page takes the address, and not the id.
    let call = Call::new("DELETE", RECYCLE).param(MAILBOXES.id, now.clone());
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "to the recycle bin", call)
        .needs(Fact::Settled("released".to_owned(), address.clone()), "no list names it any more")
        .gives(Fact::Gone(address.clone()));
    for fact in mail.released() {
        step = step.needs(fact, "who takes one of its addresses has it");
    }
    step.forgets = true;
    match to {
        Some(to) => {
            step.call.body = Some(json!({ "to_mail_address": to }));
            step = receive(mail, to, step, out);
            out.note(address, format!("its mail goes to {to}; it stays in the recycle bin, and {now} stays taken"));
        }
        None => {
            let said = legacy.and_then(|value| value.get(DISCARD)).and_then(Value::as_bool) == Some(true);
            let why = if said { "as on_delete says" } else { "as nobody is named who receives it" };
            out.note(address, format!("all of its mail is deleted, {why}; {now} stays taken in the recycle bin"));
        }
    }
    out.step(step);
}

/// The receiver has the address by then, and keeps it.
fn receive(mail: &Mail<'_, '_>, to: &str, mut step: StepDraft, out: &mut Drafts) -> StepDraft {
    let (work, book, own) = (mail.work, mail.book, &mail.change.address);
    let main = |change: &ThingChange<'_>| {
        let name = if change.address.kind() == "user" { "enterprise_email" } else { EMAIL };
        let live = change.live.and_then(|live| live.attributes.get(name));
        let (before, after) = (live.and_then(Value::as_text), change.after(name).and_then(Value::as_text));
        (before.map(fold), after.or(live.and_then(Value::as_text)).map(fold))
    };
    for change in work.all.values().filter(|change| matches!(change.address.kind(), "user" | MAILBOX)) {
        let (before, after) = main(change);
        let has = |mail: &Option<String>| mail.as_deref() == Some(fold(to).as_str());
        let leaves = change.action == Action::Delete && has(&before);
        if leaves && !book.is_taken_over(to, &change.address) {
            // Who leaves too is there until then, and hands on what they received.
            step = step.gives(Fact::Settled("released".to_owned(), change.address.clone()));
        } else if leaves || (has(&before) && !has(&after)) {
            out.problem(
                own,
                Some(super::spec::ON_DELETE),
                "plan::unfit_heir",
                format!("{to} shall receive the mail of {own}, and {} gives that address up", change.address),
                format!("declare {own} once more with another mail_to, apply, then take it out"),
            );
        } else if has(&after) {
            step = step
                .needs(Fact::Exists(change.address.clone()), "who receives its mail is there")
                .needs(settled(&change.address), "who receives its mail has that address")
                .needs(
                    Fact::Settled("enterprise_email".to_owned(), change.address.clone()),
                    "who receives its mail has that address",
                );
        }
    }
    step
}
