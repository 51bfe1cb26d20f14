//! One thing of a plan: its sign, address and name, what changes and why, what it drags along.

use std::collections::BTreeMap;

use super::super::paint::{Paint, Show};
use super::super::text::{Padded, escaped};
use super::super::wording::Wording;
use super::field::field;
use crate::model::{Action, Verb};
use crate::plan::{PlannedChange, Step};

/// Temporary steps by id, with the steps that wait for them and why.
pub(super) type Temporary<'p> = BTreeMap<&'p str, Vec<(&'p str, &'p str)>>;

/// Notes that are said once for many things, with how many.
pub(super) type Common<'p> = BTreeMap<&'p str, usize>;

/// Whether a person has to see the thing.
pub(super) fn is_shown(change: &PlannedChange, touched: bool, show: Show) -> bool {
    change.action != Action::Keep
        || change.previous_address.is_some()
        || touched
        || !change.notes.is_empty()
        || (show.verbose && !change.drift.is_empty())
}

/// The sign of an action.
pub(super) fn symbol(action: Action, moved: bool) -> (&'static str, Paint) {
    match action {
        Action::Create => ("+", Paint::Added),
        Action::Update => ("~", Paint::Changed),
        Action::Delete => ("-", Paint::Removed),
        Action::Replace => ("-/+", Paint::Removed),
        Action::Adopt => ("←", Paint::Adopted),
        Action::Forget => ("○", Paint::Quiet),
        Action::Keep if moved => ("→", Paint::Adopted),
        Action::Keep => ("", Paint::Quiet),
    }
}

/// The lines of one thing.
pub(super) fn thing(
    change: &PlannedChange,
    steps: &[&Step],
    temporary: &Temporary<'_>,
    common: &Common<'_>,
    columns: usize,
    wording: &Wording<'_>,
) -> Vec<String> {
    let own = wording.personal_data(change);
    let mut lines = vec![head(change, columns, wording)];
    let mut inside = Vec::new();
    for planned in &change.fields {
        inside.extend(field(change, planned, wording));
    }
    if wording.show.verbose {
        inside.extend(looked_like(change, wording));
    }
    for step in steps.iter().filter(|step| step.draft.verb == Verb::Park) {
        inside.extend(stand_in(step, temporary, &own, wording));
    }
    let own_notes = change.notes.iter().filter(|note| !common.contains_key(note.as_str()));
    inside.extend(own_notes.map(|note| format!("! {}", wording.sentence(note, &own))));
    if wording.show.verbose {
        inside.extend(steps.iter().map(|step| call(step, &own, wording)));
    }
    lines.extend(inside.into_iter().map(|line| format!("      {line}")));
    lines
}

fn head(change: &PlannedChange, columns: usize, wording: &Wording<'_>) -> String {
    let (sign, paint) = symbol(change.action, change.previous_address.is_some());
    let sign = wording.show.paint(paint, &Padded(sign, 3).to_string());
    let address = wording.address(&change.address);
    let name = wording.name(&change.address);
    let remarks = remarks(change, wording).join("; ");
    let mut line = format!("  {sign} {}", Padded(&address, if name.is_empty() { 0 } else { columns }));
    if !name.is_empty() {
        line.push_str(&format!("  {name}"));
    }
    if !remarks.is_empty() {
        line.push_str(&format!("  ({remarks})"));
    }
    line
}

/// What cannot be seen from the sign.
fn remarks(change: &PlannedChange, wording: &Wording<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(previous) = &change.previous_address {
        remarks.push(format!("was {}", wording.address(previous)));
    }
    let id = change.id.as_deref().map(escaped);
    match (change.action, id) {
        (Action::Create, _) if change.managed => {
            remarks.push("deleted outside, is made again".to_owned());
        }
        (Action::Adopt, Some(id)) => remarks.push(format!("exists as {id}")),
        (Action::Replace, _) => remarks.push("destroyed first".to_owned()),
        (Action::Forget, Some(_)) => remarks.push("stays as it is".to_owned()),
        (Action::Forget, None) => remarks.push("is gone already".to_owned()),
        (Action::Create | Action::Update | Action::Delete | Action::Adopt | Action::Keep, _) => {}
    }
    remarks
}

/// What a thing that goes looked like, and drift that nothing is done about.
fn looked_like(change: &PlannedChange, wording: &Wording<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(change.action, Action::Delete | Action::Replace) {
        for (name, value) in &change.before {
            if change.fields.iter().all(|field| field.name != *name) {
                let sensitive = wording.kinds.sensitive(&change.address, name);
                lines.push(format!("{}: {}", escaped(name), wording.value(value, sensitive)));
            }
        }
    }
    for drifted in &change.drift {
        if change.fields.iter().all(|field| field.name != drifted.name) {
            let value = wording.value(&drifted.after, drifted.sensitive);
            lines.push(format!("{}: now {value}, changed outside and left so", escaped(&drifted.name)));
        }
    }
    lines
}

fn stand_in(step: &Step, temporary: &Temporary<'_>, own: &[&str], wording: &Wording<'_>) -> Vec<String> {
    let mut lines = vec![format!("(temporary) {}", wording.sentence(&step.draft.what, own))];
    let waiters = temporary.get(step.id.as_str()).into_iter().flatten();
    for (waiter, why) in waiters {
        let (waiter, why) = (wording.sentence(waiter, own), wording.sentence(why, own));
        lines.push(format!("    so that {waiter} can follow: {why}"));
    }
    lines
}

fn call(step: &Step, own: &[&str], wording: &Wording<'_>) -> String {
    let what = wording.sentence(&step.draft.what, own);
    let desk = step.draft.call.desk.as_ref().map(|desk| format!(" of helpdesk {desk}")).unwrap_or_default();
    let call = escaped(&format!("{} {}{desk}", step.draft.call.method, step.draft.call.path));
    wording.show.paint(Paint::Quiet, &format!("call: {what} ({call})"))
}
