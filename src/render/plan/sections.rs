//! What follows the things: whom rules match, what waits on people, what could not be planned.

use std::collections::BTreeSet;

use super::super::paint::Paint;
use super::super::wording::Wording;
use crate::base::count::Count;
use crate::model::Address;
use crate::plan::{Matched, Plan};

/// More people than this are folded.
const MANY: usize = 20;
const FEW: usize = 12;

/// Whom a rule matches is news only where that changes something.
pub(super) fn matched(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let changed: BTreeSet<(&Address, &str)> = (plan.changes.iter())
        .flat_map(|change| change.fields.iter().map(|field| (&change.address, field.name.as_str())))
        .collect();
    let news =
        |rule: &&Matched| wording.show.verbose || changed.contains(&(&rule.address, rule.attribute.as_str()));
    let rules: Vec<&Matched> = plan.matched.iter().filter(news).collect();
    let mut out = heading("People whom rules match", !rules.is_empty(), wording)?;
    for rule in rules {
        let address = wording.address(&rule.address);
        let (attribute, written) =
            (wording.sentence(&rule.attribute, &[]), wording.sentence(&rule.rule, &[]));
        let people = match rule.people.len() {
            0 => "nobody".to_owned(),
            1 => "1 person".to_owned(),
            n => format!("{n} people"),
        };
        out.push_str(&format!("  {address} {attribute}: {written}\n      {people}\n"));
        let shown = if wording.show.verbose || rule.people.len() <= MANY { rule.people.len() } else { FEW };
        for person in rule.people.iter().take(shown) {
            out.push_str(&format!("        {}\n", wording.target(person)));
        }
        if rule.people.len() > shown {
            out.push_str(&format!("        … {} more\n", rule.people.len() - shown));
        }
    }
    Some(out)
}

pub(super) fn pending(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let waiting = || plan.changes.iter().filter(|change| !change.pending.is_empty());
    let mut out =
        heading("Waits on people, tried again by the next run", waiting().next().is_some(), wording)?;
    for change in waiting() {
        let own = wording.personal_data(change);
        for pending in &change.pending {
            let attributes = wording.sentence(&pending.attributes.join(", "), &own);
            let what = if attributes.is_empty() { String::new() } else { format!(": {attributes}") };
            let reason = wording.sentence(&pending.reason, &own);
            out.push_str(&format!("  {}{what}\n      {reason}\n", wording.titled(&change.address)));
        }
    }
    Some(out)
}

pub(in super::super) fn blocked(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let title = format!("Not planned now: {}", Count(plan.blocked.len(), "thing"));
    let mut out = heading(&title, !plan.blocked.is_empty(), wording)?;
    for blocked in &plan.blocked {
        let why = wording.sentence(&blocked.why, &[]);
        out.push_str(&format!("  {}\n      why: {why}\n", wording.titled(&blocked.address)));
        if let Some(remedy) = &blocked.remedy {
            out.push_str(&format!("      help: {}\n", wording.sentence(remedy, &[])));
        }
    }
    Some(out)
}

/// What the guards refuse; what is refused for the same reason and let through by the same flag stands together.
pub(super) fn refusals(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let mut out = heading("Refused: nothing of this plan is sent", !plan.refusals.is_empty(), wording)?;
    for refused in Refused::all(plan) {
        let (guard, why) = (wording.sentence(refused.guard, &[]), wording.sentence(refused.why, &[]));
        match refused.addresses.as_slice() {
            [one] => out.push_str(&format!("  {}: {guard}\n      why: {why}\n", wording.titled(one))),
            many => {
                out.push_str(&format!("  {guard}: {} things\n      why: {why}\n", many.len()));
                let shown = if wording.show.verbose || many.len() <= MANY { many.len() } else { FEW };
                for address in many.iter().take(shown) {
                    out.push_str(&format!("        {}\n", wording.titled(address)));
                }
                if many.len() > shown {
                    out.push_str(&format!("        … {} more\n", many.len() - shown));
                }
            }
        }
        out.push_str(&format!("      if it is meant: {}\n", wording.sentence(refused.flag, &[])));
    }
    Some(out)
}

/// What one guard refuses for one reason.
#[derive(Debug)]
struct Refused<'p> {
    guard: &'p str,
    why: &'p str,
    flag: &'p str,
    addresses: Vec<&'p Address>,
}

impl<'p> Refused<'p> {
    fn all(plan: &'p Plan) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for refusal in &plan.refusals {
            let same = |r: &Self| r.guard == refusal.guard && r.why == refusal.why && r.flag == refusal.flag;
            match all.iter_mut().find(|one| same(one)) {
                Some(one) => one.addresses.push(&refusal.address),
                None => all.push(Self {
                    guard: &refusal.guard,
                    why: &refusal.why,
                    flag: &refusal.flag,
                    addresses: vec![&refusal.address],
                }),
            }
        }
        all
    }
}

pub(super) fn notes(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let lines: Vec<String> =
        plan.notes.iter().map(|note| format!("Note: {}\n", wording.sentence(note, &[]))).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

fn heading(text: &str, needed: bool, wording: &Wording<'_>) -> Option<String> {
    needed.then(|| format!("{}\n", wording.show.paint(Paint::Heading, text)))
}
