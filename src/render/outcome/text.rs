//! An outcome for people.

use std::collections::BTreeMap;

use super::super::paint::Paint;
use super::super::text::{Duration, ShellWord};
use super::super::wording::Wording;
use super::{Failed, OutcomeView};
use crate::base::count::Count;
use crate::model::Address;

/// Steps of one list beyond this are folded.
const MANY: usize = 8;
const FEW: usize = 5;

/// The whole text, each line ended.
pub fn text(view: OutcomeView<'_>) -> String {
    let wording = Wording::of_plan(view.plan, view.kinds, view.show);
    let page = Page { view, own: view.personal(&wording), wording };
    let mut parts = Vec::new();
    parts.extend(page.warnings());
    parts.extend(page.troubles("Failed", &view.ended.failed));
    parts.extend(page.troubles("Not known to have happened, the next run looks", &view.ended.unknown));
    parts.extend(page.skipped("Skipped", false));
    parts.extend(page.pending());
    parts.extend(page.skipped("Waits with it", true));
    parts.extend(page.left());
    parts.push(page.last_lines());
    parts.join("\n")
}

struct Page<'p> {
    view: OutcomeView<'p>,
    wording: Wording<'p>,
    own: BTreeMap<&'p Address, Vec<&'p str>>,
}

impl Page<'_> {
    /// What somebody says of a thing.
    fn said(&self, address: &Address, text: &str) -> String {
        self.wording.sentence(text, self.own.get(address).map_or(&[], Vec::as_slice))
    }

    fn heading(&self, text: &str) -> String {
        self.wording.show.paint(Paint::Heading, text) + "\n"
    }

    /// A step by what it does, with the name of its thing.
    fn step(&self, step: &str, address: &Address) -> String {
        let what = step.strip_prefix(&format!("{address}: "));
        match what {
            Some(what) => format!("{}: {}", self.wording.titled(address), self.said(address, what)),
            None => self.wording.sentence(step, &[]),
        }
    }

    /// The same for a step of which only the id is known.
    fn step_id(&self, id: &str) -> String {
        let step = self.view.plan.steps.iter().find(|step| step.id == id);
        step.map_or_else(|| self.wording.sentence(id, &[]), |step| self.step(id, &step.draft.address))
    }

    fn warnings(&self) -> Option<String> {
        let warnings = &self.view.ended.warnings;
        let mut out = (!warnings.is_empty()).then(|| self.heading("Done, but"))?;
        for (step, words) in warnings {
            out.push_str(&format!("  {}\n      {}\n", self.step_id(step), self.wording.sentence(words, &[])));
        }
        Some(out)
    }

    fn troubles(&self, title: &str, troubles: &[Failed]) -> Option<String> {
        let mut out = (!troubles.is_empty()).then(|| self.heading(title))?;
        for failed in troubles {
            let step = self.step(&failed.step, &failed.address);
            out.push_str(&format!("  {}\n", self.wording.show.paint(Paint::Removed, &step)));
            let ids = [
                failed.code.map(|code| format!("code {code}")),
                failed.request_id.as_ref().map(|id| format!("request id {}", self.wording.sentence(id, &[]))),
            ];
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            if !ids.is_empty() {
                out.push_str(&format!("      {}\n", ids.join(", ")));
            }
            out.push_str(&format!("      cause: {}\n", self.said(&failed.address, &failed.cause)));
            if let Some(remedy) = &failed.remedy {
                out.push_str(&format!("      help: {}\n", self.said(&failed.address, remedy)));
            }
        }
        Some(out)
    }

    fn skipped(&self, title: &str, waits: bool) -> Option<String> {
        let groups = self.view.skipped(waits);
        let mut out = (!groups.is_empty()).then(|| self.heading(title))?;
        for (because, skipped) in groups {
            let steps = Count(skipped.len(), "step");
            out.push_str(&format!("  {steps} because of {}\n", self.step_id(because)));
            let lines = skipped.iter().map(|one| self.step(&one.step, &one.address)).collect();
            self.list(&mut out, lines);
        }
        Some(out)
    }

    fn pending(&self) -> Option<String> {
        let pending = &self.view.ended.pending;
        let mut out =
            (!pending.is_empty()).then(|| self.heading("Waits on people, tried again by the next run"))?;
        for waiting in pending {
            let step = self.step(&waiting.step, &waiting.address);
            out.push_str(&format!("  {step}\n      {}\n", self.said(&waiting.address, &waiting.reason)));
        }
        Some(out)
    }

    fn left(&self) -> Option<String> {
        let ended = self.view.ended;
        let mut out = String::new();
        if let Some(halted) = &ended.halted {
            out.push_str(&self.heading("Stopped early"));
            out.push_str(&format!("  {}\n", self.wording.sentence(&halted.why, &[])));
            if let Some(remedy) = &halted.remedy {
                out.push_str(&format!("      help: {}\n", self.wording.sentence(remedy, &[])));
            }
        }
        if !ended.left.is_empty() {
            out.push_str(&format!("  {} not started\n", Count(ended.left.len(), "step")));
            self.list(&mut out, ended.left.iter().map(|id| self.step_id(id)).collect());
        }
        (!out.is_empty()).then_some(out)
    }

    fn list(&self, out: &mut String, lines: Vec<String>) {
        let all = lines.len();
        let shown = if self.wording.show.verbose || all <= MANY { all } else { FEW };
        for line in lines.into_iter().take(shown) {
            out.push_str(&format!("      {line}\n"));
        }
        if all > shown {
            out.push_str(&format!("      … {} more\n", all - shown));
        }
    }

    fn last_lines(&self) -> String {
        let ended = self.view.ended;
        let applied = self.view.applied();
        let time = ended.took_ms.map(|ms| format!(" in {}", Duration(ms))).unwrap_or_default();
        let figures = [
            (ended.failed.len(), "failed"),
            (ended.unknown.len(), "unknown"),
            (ended.skipped.len(), "skipped"),
            (ended.pending.len(), "waiting on people"),
            (ended.left.len(), "not started"),
        ];
        let mut text = format!("Steps: {} of {} done{time}", ended.done.len(), ended.planned);
        for (number, word) in figures.into_iter().filter(|(number, _)| *number > 0) {
            text.push_str(&format!(", {number} {word}"));
        }
        text.push_str(&format!(
            ".\nApplied: {} added, {} changed, {} destroyed.\n",
            applied.added, applied.changed, applied.destroyed
        ));
        if !ended.is_complete() {
            let words: Vec<String> = self.view.again.iter().map(|word| ShellWord(word).to_string()).collect();
            text.push_str(&format!("To go on: {}\n", words.join(" ")));
        }
        text
    }
}
