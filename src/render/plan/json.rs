//! A plan as Terraform represents one, with our own parts beside it; `schemas/plan.schema.json` describes it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::super::json::{masked_json, written};
use super::super::wording::Wording;
use super::document::{
    AttributeChange, BlockedLine, Change, Dependency, Document, Importing, MatchedLine, Note, Object,
    PendingLine, RefusalLine, ResourceChange, StepLine,
};
use super::{FORMAT_VERSION, PlanView};
use crate::model::{Action, Address, Value, Verb};
use crate::plan::{Matched, Plan, PlannedChange, PlannedField, Refusal, Step};

/// The whole document as text.
pub fn json(view: PlanView<'_>) -> String {
    let plan = view.plan;
    let teller = Teller { wording: Wording::of_plan(plan, view.kinds, view.show) };
    let own: BTreeMap<&Address, Vec<&str>> =
        plan.changes.iter().map(|change| (&change.address, teller.wording.personal_data(change))).collect();
    written(&Document {
        format_version: FORMAT_VERSION,
        lineage: &plan.lineage,
        serial: plan.serial,
        target: &plan.target,
        changes: !plan.is_empty(),
        summary: plan.summary(),
        resource_changes: plan.changes.iter().map(|change| teller.resource_change(change)).collect(),
        resource_drift: teller.drift(plan),
        attributes: plan.changes.iter().flat_map(|change| teller.attributes(change)).collect(),
        steps: teller.steps(plan, &own),
        pending: teller.pending(plan, &own),
        blocked: teller.blocked(plan),
        refusals: teller.refusals(plan),
        notes: teller.notes(plan, &own),
        matched: plan.matched.iter().map(|rule| teller.matched(rule)).collect(),
        cost: &plan.cost,
    })
}

/// Puts the parts of a plan into the document's words.
pub(in super::super) struct Teller<'p> {
    pub(in super::super) wording: Wording<'p>,
}

type Own<'o> = BTreeMap<&'o Address, Vec<&'o str>>;

fn own_of<'a>(own: &'a Own<'_>, address: &Address) -> &'a [&'a str] {
    own.get(address).map_or(&[], Vec::as_slice)
}

impl<'p> Teller<'p> {
    fn value(&self, value: &Value, sensitive: bool) -> Json {
        let plain = value.plain();
        if sensitive && !self.wording.show.sensitive { masked_json(&plain) } else { plain }
    }

    fn is_sensitive(&self, change: &PlannedChange, name: &str) -> bool {
        self.wording.kinds.sensitive(&change.address, name)
            || change.fields.iter().chain(&change.drift).any(|field| field.name == name && field.sensitive)
    }

    fn object(&self, change: &PlannedChange, values: &BTreeMap<&str, &Value>) -> Object {
        let shown = |(name, value): (&&str, &&Value)| {
            ((*name).to_owned(), self.value(value, self.is_sensitive(change, name)))
        };
        values.iter().map(shown).collect()
    }

    fn sensitive_names(&self, change: &PlannedChange, object: Option<&Object>) -> Object {
        let names = object.into_iter().flat_map(Map::keys);
        names.filter(|name| self.is_sensitive(change, name)).map(|name| (name.clone(), true.into())).collect()
    }

    fn resource_change(&self, change: &'p PlannedChange) -> ResourceChange<'p> {
        let looked: BTreeMap<&str, &Value> = change.before.iter().map(|(n, v)| (n.as_str(), v)).collect();
        let (mut before, mut after) = (looked.clone(), looked);
        for field in &change.fields {
            match &field.before {
                Some(value) => before.insert(&field.name, value),
                None => before.remove(field.name.as_str()),
            };
            after.insert(&field.name, &field.after);
        }
        let before = (change.action != Action::Create).then(|| self.object(change, &before));
        let after =
            (!matches!(change.action, Action::Delete | Action::Forget)).then(|| self.object(change, &after));
        let made = matches!(change.action, Action::Create | Action::Replace);
        // Whose id we choose is known before it is made.
        let unknown = made && (change.id.is_none() || change.action == Action::Replace);
        let replaced = |field: &&PlannedField| {
            let attribute = self.wording.kinds.attribute(&change.address, &field.name);
            attribute.is_some_and(|a| a.change == crate::resource::Change::Replace)
        };
        let replace_paths = match change.action {
            Action::Replace => change.fields.iter().filter(replaced).map(|f| [f.name.as_str()]).collect(),
            _ => Vec::new(),
        };
        ResourceChange {
            change: Change {
                actions: actions(change),
                before_sensitive: self.sensitive_names(change, before.as_ref()),
                after_sensitive: self.sensitive_names(change, after.as_ref()),
                before,
                after,
                after_unknown: unknown.then(|| ("id".to_owned(), Json::Bool(true))).into_iter().collect(),
                replace_paths,
                importing: change
                    .id
                    .as_deref()
                    .filter(|_| change.action == Action::Adopt)
                    .map(|id| Importing { id }),
            },
            action_reason: reason(change),
            ..self.entry(change)
        }
    }

    /// An entry that changes nothing.
    fn entry(&self, change: &'p PlannedChange) -> ResourceChange<'p> {
        ResourceChange {
            address: &change.address,
            previous_address: change.previous_address.as_ref(),
            mode: "managed",
            kind: change.address.kind(),
            name: change.address.key(),
            change: Change {
                actions: &["no-op"],
                before: None,
                after: None,
                after_unknown: Object::new(),
                before_sensitive: Object::new(),
                after_sensitive: Object::new(),
                replace_paths: Vec::new(),
                importing: None,
            },
            action_reason: None,
            source: change.source.as_ref(),
        }
    }

    /// What was changed or deleted outside since the last apply.
    pub(in super::super) fn drift(&self, plan: &'p Plan) -> Vec<ResourceChange<'p>> {
        let mut found = Vec::new();
        for change in &plan.changes {
            let deleted = was_deleted_outside(change);
            if !deleted && change.drift.is_empty() {
                continue;
            }
            // What is remembered only as a hash is not here.
            let before =
                change.drift.iter().filter_map(|f| Some((f.name.as_str(), f.before.as_ref()?))).collect();
            let after = change.drift.iter().map(|f| (f.name.as_str(), &f.after)).collect();
            let before = self.object(change, &before);
            let after = (!deleted).then(|| self.object(change, &after));
            let entry = self.entry(change);
            found.push(ResourceChange {
                change: Change {
                    actions: if deleted { &["delete"] } else { &["update"] },
                    before_sensitive: self.sensitive_names(change, Some(&before)),
                    after_sensitive: self.sensitive_names(change, after.as_ref()),
                    before: Some(before),
                    after,
                    ..entry.change
                },
                ..entry
            });
        }
        found
    }

    fn attributes(&self, change: &'p PlannedChange) -> Vec<AttributeChange<'p>> {
        let told = |field: &'p PlannedField| {
            let sensitive = self.is_sensitive(change, &field.name);
            AttributeChange {
                address: &change.address,
                name: &field.name,
                before: field.before.as_ref().map(|value| self.value(value, sensitive)),
                after: self.value(&field.after, sensitive),
                cause: field.cause,
                sensitive,
                source: field.source.as_ref().or(change.source.as_ref()),
            }
        };
        change.fields.iter().map(told).collect()
    }

    fn steps(&self, plan: &'p Plan, own: &Own<'_>) -> Vec<StepLine<'p>> {
        // A step is named by its address and what it does; only the latter can quote a value.
        let id = |step: &Step| {
            let address = format!("{}: ", step.draft.address);
            match step.id.strip_prefix(&address) {
                Some(what) => address + &self.wording.clear(what, own_of(own, &step.draft.address)),
                None => self.wording.clear(&step.id, own_of(own, &step.draft.address)),
            }
        };
        let shown: BTreeMap<&str, String> =
            plan.steps.iter().map(|step| (step.id.as_str(), id(step))).collect();
        let told = |step: &'p Step| {
            let own = own_of(own, &step.draft.address);
            StepLine {
                id: id(step),
                address: &step.draft.address,
                action: step.draft.verb,
                temporary: step.draft.verb == Verb::Park,
                method: &step.draft.call.method,
                path: &step.draft.call.path,
                reason: self.wording.clear(&step.draft.what, own),
                lane: step.draft.lane.as_deref(),
                desk: step.draft.call.desk.as_deref(),
                depends_on: step
                    .depends_on
                    .iter()
                    .map(|on| Dependency {
                        step: shown.get(on.step.as_str()).cloned().unwrap_or_else(|| on.step.clone()),
                        reason: self.wording.clear(&on.why, own),
                    })
                    .collect(),
            }
        };
        plan.steps.iter().map(told).collect()
    }

    fn pending(&self, plan: &'p Plan, own: &Own<'_>) -> Vec<PendingLine<'p>> {
        let mut lines = Vec::new();
        for change in &plan.changes {
            lines.extend(change.pending.iter().map(|pending| PendingLine {
                address: &change.address,
                attributes: &pending.attributes,
                reason: self.wording.clear(&pending.reason, own_of(own, &change.address)),
            }));
        }
        lines
    }

    fn blocked(&self, plan: &'p Plan) -> Vec<BlockedLine<'p>> {
        let told = |blocked: &'p crate::plan::Blocked| BlockedLine {
            address: &blocked.address,
            why: self.wording.clear(&blocked.why, &[]),
            remedy: blocked.remedy.as_ref().map(|remedy| self.wording.clear(remedy, &[])),
        };
        plan.blocked.iter().map(told).collect()
    }

    fn refusals(&self, plan: &'p Plan) -> Vec<RefusalLine<'p>> {
        let told = |refusal: &'p Refusal| RefusalLine {
            address: &refusal.address,
            guard: &refusal.guard,
            why: self.wording.clear(&refusal.why, &[]),
            flag: self.wording.clear(&refusal.flag, &[]),
        };
        plan.refusals.iter().map(told).collect()
    }

    fn notes(&self, plan: &'p Plan, own: &Own<'_>) -> Vec<Note<'p>> {
        let mut notes = Vec::new();
        let whole = |note: &String| Note { address: None, text: self.wording.clear(note, &[]) };
        notes.extend(plan.notes.iter().map(whole));
        for change in &plan.changes {
            notes.extend(change.notes.iter().map(|note| Note {
                address: Some(&change.address),
                text: self.wording.clear(note, own_of(own, &change.address)),
            }));
        }
        notes
    }

    fn matched(&self, rule: &'p Matched) -> MatchedLine<'p> {
        MatchedLine {
            address: &rule.address,
            attribute: &rule.attribute,
            rule: self.wording.clear(&rule.rule, &[]),
            people: rule.people.iter().map(|person| Value::Ref(person.clone()).plain()).collect(),
        }
    }
}

/// A thing that the state knows and that has to be made again, or has no live thing to leave alone, is gone.
pub(in super::super) fn was_deleted_outside(change: &PlannedChange) -> bool {
    let gone = change.action == Action::Forget && change.id.is_none();
    change.managed && (change.action == Action::Create || gone)
}

/// Terraform's words.
fn actions(change: &PlannedChange) -> &'static [&'static str] {
    match change.action {
        Action::Create => &["create"],
        Action::Update => &["update"],
        Action::Delete => &["delete"],
        Action::Replace => &["delete", "create"],
        Action::Adopt if change.fields.is_empty() => &["no-op"],
        Action::Adopt => &["update"],
        Action::Forget => &["forget"],
        Action::Keep => &["no-op"],
    }
}

fn reason(change: &PlannedChange) -> Option<&'static str> {
    match change.action {
        Action::Create if change.managed => Some("deleted_outside"),
        Action::Replace => Some("replace_because_cannot_update"),
        Action::Create | Action::Update | Action::Delete | Action::Adopt | Action::Forget | Action::Keep => {
            None
        }
    }
}
