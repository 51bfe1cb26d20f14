//! Drift for people.

use std::collections::BTreeMap;

use super::super::paint::Paint;
use super::super::plan::{blocked_section, drift_field, was_deleted_outside};
use super::super::text::{Padded, escaped, width};
use super::super::wording::{Wording, line};
use super::accept::block;
use super::{DriftSummary, DriftView, Unmanaged, can_put_back, command_line};
use crate::model::Action;
use crate::plan::PlannedChange;

/// Unmanaged things of one kind beyond this are folded.
const MANY: usize = 50;

/// The whole text, each line ended.
pub fn text(view: DriftView<'_>) -> String {
    let wording = Wording::of_plan(view.plan, view.kinds, view.show);
    let mut parts = Vec::new();
    let mut things: Vec<&PlannedChange> = view.drifted().collect();
    things.sort_by_key(|change| view.kinds.rank(change.address.kind()));
    parts.extend(things.into_iter().map(|change| thing(view, change, &wording)));
    parts.extend(view.unmanaged.filter(|list| !list.is_empty()).map(|list| unmanaged(list, &wording)));
    parts.extend(blocked_section(view.plan, &wording));
    parts.push(last_lines(view.summary()));
    parts.join("\n") + "\n"
}

fn thing(view: DriftView<'_>, change: &PlannedChange, wording: &Wording<'_>) -> String {
    let deleted = was_deleted_outside(change);
    let (sign, paint) = if deleted { ("-", Paint::Removed) } else { ("~", Paint::Changed) };
    let mut head = format!("{} {}", wording.show.paint(paint, sign), wording.titled(&change.address));
    if deleted {
        head.push_str("  (deleted outside)");
    }
    let mut lines = vec![head];
    if !deleted {
        for drifted in &change.drift {
            lines.extend(drift_field(change, drifted, wording).into_iter().map(|line| format!("    {line}")));
        }
    }
    let command = command_line(&view.put_back(&change.address));
    let place = format!("{}.{}", wording.kinds.plural(change.address.kind()), change.address.key());
    lines.push(if can_put_back(change) {
        format!("  put it back: {command}")
    } else if matches!(change.action, Action::Delete | Action::Forget) {
        "  nothing to put back: the manifest does not declare it any more".to_owned()
    } else {
        "  nothing to put back: the manifest agrees, or does not look at it".to_owned()
    });
    if deleted && change.action == Action::Create {
        lines.push(format!("  accept it:   take {} out of the YAML", escaped(&place)));
    } else if !deleted
        && can_put_back(change)
        && let Some(block) = block(change, wording)
    {
        lines.push("  accept it:".to_owned());
        lines.extend(block.lines().map(|line| format!("      {line}")));
    }
    lines.join("\n") + "\n"
}

fn unmanaged(list: &[Unmanaged], wording: &Wording<'_>) -> String {
    let mut kinds: BTreeMap<(usize, &str), Vec<&Unmanaged>> = BTreeMap::new();
    for one in list {
        kinds.entry((wording.kinds.rank(&one.kind), &one.kind)).or_default().push(one);
    }
    let mut out = wording.show.paint(Paint::Heading, "Nobody manages") + "\n";
    for ((_, kind), things) in kinds {
        out.push_str(&format!("  {}: {}\n", escaped(wording.kinds.plural(kind)), things.len()));
        let shown = if wording.show.verbose || things.len() <= MANY { things.len() } else { MANY };
        let ids: Vec<String> = things.iter().take(shown).map(|one| escaped(&one.id)).collect();
        let columns = ids.iter().map(|id| width(id)).max().unwrap_or(0);
        for (one, id) in things.iter().zip(&ids) {
            let row = format!("    {}  {}", Padded(id, columns), line(&one.name));
            out.push_str(row.trim_end());
            out.push('\n');
        }
        if things.len() > shown {
            out.push_str(&format!("    … {} more\n", things.len() - shown));
        }
    }
    out.push_str("  take one over: write it down, and say which it is: import: { ADDRESS: ID }\n");
    out
}

fn last_lines(summary: DriftSummary) -> String {
    let mut lines = vec![if summary.is_drift() {
        format!("Drift: {} changed outside, {} deleted outside.", summary.changed, summary.deleted)
    } else {
        "No drift.".to_owned()
    }];
    if let (Some(line), true) = (lines.first_mut(), summary.blocked > 0) {
        line.push_str(&format!(" {} not compared.", summary.blocked));
    }
    lines.extend(match summary.unapplied {
        0 => None,
        1 => Some("The manifest changes 1 thing that was never applied: larkctl plan shows it.".to_owned()),
        n => {
            Some(format!("The manifest changes {n} things that were never applied: larkctl plan shows them."))
        }
    });
    lines.join("\n")
}
