//! A plan that a person approves with confidence: what changes, why, what it drags along, what it costs. Quiet
//! about what does not change.

use std::collections::{BTreeMap, BTreeSet};

use super::super::paint::Paint;
use super::super::text::{Waits, escaped, width};
use super::super::wording::Wording;
use super::PlanView;
use super::thing::{Common, Temporary, is_shown, symbol, thing};
use super::{cost, sections};
use crate::model::{Action, Address, Verb};
use crate::plan::{Plan, PlannedChange, Step, Summary};

/// Addresses longer than this push their name to the right instead of all others.
const ADDRESS_COLUMNS: usize = 36;

/// A note that more things of a kind have than this is said once.
const OFTEN: usize = 3;

/// The whole text, each line ended.
pub fn text(view: PlanView<'_>) -> String {
    let wording = Wording::of_plan(view.plan, view.kinds, view.show);
    let mut parts = Vec::new();
    parts.extend(things(view.plan, &wording));
    parts.extend(sections::matched(view.plan, &wording));
    parts.extend(sections::pending(view.plan, &wording));
    parts.extend(sections::blocked(view.plan, &wording));
    parts.extend(sections::notes(view.plan, &wording));
    parts.extend(sections::refusals(view.plan, &wording));
    parts.extend(cost::cost(&view.plan.cost, view.show));
    parts.push(summary(view.plan));
    let mut text = parts.join("\n");
    // Blanks at the end of a line come from columns without content.
    text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.push('\n');
    // Without a legend the first heading's blank line would open the page.
    text.trim_start_matches('\n').to_owned()
}

fn things(plan: &Plan, wording: &Wording<'_>) -> Option<String> {
    let touched: BTreeSet<&Address> = plan.steps.iter().map(|step| &step.draft.address).collect();
    let mut groups: BTreeMap<(usize, &str), Vec<&PlannedChange>> = BTreeMap::new();
    for change in &plan.changes {
        if is_shown(change, touched.contains(&change.address), wording.show) {
            let kind = change.address.kind();
            groups.entry((wording.kinds.rank(kind), kind)).or_default().push(change);
        }
    }
    if groups.is_empty() {
        return None;
    }
    let (steps, temporary) = (by_address(plan), temporary(plan));
    let mut out = legend(&groups, wording);
    for ((_, kind), changes) in &groups {
        let heading = wording.show.paint(Paint::Heading, &escaped(wording.kinds.plural(kind)));
        out.push_str(&format!("\n{heading}\n"));
        let columns = changes
            .iter()
            .map(|c| width(&wording.address(&c.address)))
            .filter(|w| *w <= ADDRESS_COLUMNS)
            .max();
        let common = common(changes, wording);
        for (note, count) in &common {
            let note = wording.sentence(note, &[]);
            out.push_str(&format!("      ! {note} (said of {count})\n"));
        }
        for change in changes {
            let none = Vec::new();
            let steps = steps.get(&change.address).unwrap_or(&none);
            for line in thing(change, steps, &temporary, &common, columns.unwrap_or(0), wording) {
                out.push_str(&line);
                out.push('\n');
            }
        }
    }
    Some(out)
}

/// What would be said again and again: once for all, where `--verbose` does not ask for each.
fn common<'p>(changes: &[&'p PlannedChange], wording: &Wording<'_>) -> Common<'p> {
    let mut counts = Common::new();
    for note in changes.iter().flat_map(|change| &change.notes) {
        *counts.entry(note).or_default() += 1;
    }
    counts.retain(|_, count| *count > OFTEN && !wording.show.verbose);
    counts
}

fn by_address(plan: &Plan) -> BTreeMap<&Address, Vec<&Step>> {
    let mut steps: BTreeMap<&Address, Vec<&Step>> = BTreeMap::new();
    for step in &plan.steps {
        steps.entry(&step.draft.address).or_default().push(step);
    }
    steps
}

/// Steps that stand in for a while, with those that wait for them.
fn temporary(plan: &Plan) -> Temporary<'_> {
    let parked = plan.steps.iter().filter(|step| step.draft.verb == Verb::Park);
    let mut temporary: Temporary<'_> = parked.map(|step| (step.id.as_str(), Vec::new())).collect();
    for step in &plan.steps {
        for dependency in &step.depends_on {
            if let Some(waiters) = temporary.get_mut(dependency.step.as_str()) {
                waiters.push((step.id.as_str(), dependency.why.as_str()));
            }
        }
    }
    temporary
}

/// The signs that are used below, in words.
fn legend(groups: &BTreeMap<(usize, &str), Vec<&PlannedChange>>, wording: &Wording<'_>) -> String {
    let all = groups.values().flatten();
    let signs: BTreeMap<Action, bool> = all.map(|change| (change.action, true)).collect();
    let words = |action: &Action| match action {
        Action::Create => "add",
        Action::Update => "change",
        Action::Delete => "destroy",
        Action::Replace => "destroy and add again",
        Action::Adopt => "adopt what exists",
        Action::Forget => "no longer manage",
        Action::Keep => "",
    };
    let mut parts: Vec<String> = signs
        .keys()
        .filter(|action| **action != Action::Keep)
        .map(|action| {
            let (sign, paint) = symbol(*action, false);
            format!("{} {}", wording.show.paint(paint, sign), words(action))
        })
        .collect();
    if groups.values().flatten().any(|c| c.action == Action::Keep && c.previous_address.is_some()) {
        parts.push(format!("{} move", symbol(Action::Keep, true).0));
    }
    if parts.is_empty() { String::new() } else { format!("{}\n", parts.join("   ")) }
}

/// The lines that people and scripts look for.
fn summary(plan: &Plan) -> String {
    let s = plan.summary();
    if plan.is_empty() {
        let mut text = "No changes.".to_owned();
        if s.pending > 0 {
            text.push_str(&format!(" {}.", Waits(s.pending)));
        }
        // Not known is not the same as not changed.
        if s.blocked > 0 {
            text.push_str(&format!(" {} not planned now.", s.blocked));
        }
        return text;
    }
    let mut text = format!("Plan: {} to add, {} to change, {} to destroy.", s.add, s.change, s.destroy);
    if let Some(also) = also(s) {
        text.push_str(&format!("\n{also}"));
    }
    text
}

fn also(s: Summary) -> Option<String> {
    let parts: Vec<String> = [(s.adopt, "to adopt"), (s.moved, "to move"), (s.forget, "to forget")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    let waiting = (s.pending > 0).then(|| format!("{}.", Waits(s.pending)));
    match (parts.is_empty(), waiting) {
        (true, waiting) => waiting,
        (false, None) => Some(format!("Also: {}.", parts.join(", "))),
        (false, Some(waiting)) => Some(format!("Also: {}. {waiting}", parts.join(", "))),
    }
}
