//! One thing, three sides: what is declared, what is live, what was last applied → what differs, and why.
//!
//! An attribute that cannot be read never differs. Where the app lacks the scope for it, that is named; where it was
//! not read for another reason ([`Diff::unread`]), nobody may call the thing settled. What was changed
//! outside ([`Diff::drift`]) is what no longer satisfies what was applied; that the YAML was made to agree with it
//! meanwhile settles it.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::applied::Applied;
use super::bind::{Bound, Subject, observed};
use super::input::Input;
use super::resolve::{Resolved, Unsure};
use crate::model::{Cause, FieldChange, Live, Value, Wanted, kept, plain};
use crate::resource::{Attribute, Change, Naming};

/// The outcome for one thing that is there.
#[derive(Debug, Default)]
pub(super) struct Diff {
    pub(super) fields: Vec<FieldChange>,
    /// Attribute, last applied (`None` when only a hash is remembered), live.
    pub(super) drift: Vec<(String, Option<Value>, Value)>,
    pub(super) notes: Vec<String>,
    /// Attributes that were not read although nothing is known to forbid it.
    pub(super) unread: BTreeMap<String, Unsure>,
    /// An attribute that only a new thing can take.
    pub(super) replace: bool,
    /// Attributes that differ and can be set at creation only.
    pub(super) fixed: Vec<String>,
    /// What the record should say is applied, as far as it is without a step.
    pub(super) applied: BTreeMap<String, Json>,
}

/// Compares.
pub(super) fn diff<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    subject: &Subject<'i>,
    live: &Live,
    resolved: &Resolved,
) -> Diff {
    let mut out = Diff::default();
    let info = subject.kind.info();
    let ignored = subject.declared.map(|thing| &thing.lifecycle.ignore_changes);
    for (name, wanted) in &resolved.wanted {
        let Some(attribute) = info.attribute(name) else { continue };
        if attribute.local {
            continue;
        }
        let remembered = subject.record.and_then(|record| record.applied.get(name));
        let side = Sides {
            attribute,
            wanted,
            remembered,
            applied: remembered.and_then(Applied::read).map(|applied| match applied {
                Applied::Plain(value) => Applied::Plain(bound.canonical(&value)),
                hashed @ Applied::Hashed(_) => hashed,
            }),
            subject,
            lineage: &input.state.lineage,
        };
        if ignored.is_some_and(|names| names.contains(name)) || resolved.unsure.contains_key(name) {
            side.remember(&mut out);
            continue;
        }
        if attribute.write_only {
            side.write_only(&mut out);
            continue;
        }
        match live_value(info.naming, name, live) {
            Some(value) => side.compare(&bound.canonical(&value), &mut out),
            None => {
                match observed(input, info.name).unreadable.get(name) {
                    Some(scopes) => out.notes.push(unreadable(name, scopes, attribute)),
                    None => drop(out.unread.insert(name.clone(), unread(input, info.name, live))),
                }
                side.remember(&mut out);
            }
        }
    }
    out
}

/// What is live. The id that we chose is an attribute, whether or not the kind lists it as one.
fn live_value(naming: Naming, name: &str, live: &Live) -> Option<Value> {
    let chosen = naming == Naming::Key && name == "id";
    live.attributes.get(name).cloned().or_else(|| chosen.then(|| Value::text(&live.id)))
}

fn unreadable(name: &str, seen: &[String], attribute: &Attribute) -> String {
    let scopes: Vec<&str> = match seen {
        [] => attribute.scopes.to_vec(),
        several => several.iter().map(String::as_str).collect(),
    };
    match scopes.as_slice() {
        [] => format!("{name} is unknown: it could not be read, and is left as it is"),
        [scope] => format!("{name} is unknown, and is left as it is: the app lacks the scope {scope}"),
        several => {
            format!("{name} is unknown, and is left as it is: the app lacks one of {}", several.join(", "))
        }
    }
}

fn unread(input: &Input<'_>, kind: &str, live: &Live) -> Unsure {
    match observed(input, kind).gap_about(&live.id) {
        Some(gap) => Unsure { why: format!("{}: {}", gap.what, gap.why), remedy: gap.remedy.clone() },
        None => Unsure { why: "it could not be read".to_owned(), remedy: None },
    }
}

/// One attribute from all sides.
struct Sides<'s, 'i> {
    attribute: &'static Attribute,
    wanted: &'s Wanted,
    remembered: Option<&'s Json>,
    applied: Option<Applied>,
    subject: &'s Subject<'i>,
    lineage: &'s str,
}

impl Sides<'_, '_> {
    fn same(&self, wanted: &Wanted, value: &Value) -> bool {
        self.subject.kind.same(self.attribute.name, wanted, value)
    }

    /// Keeps what is remembered.
    fn remember(&self, out: &mut Diff) {
        if let Some(json) = self.remembered {
            // Addresses move; what is remembered of them moves along.
            let json = match &self.applied {
                Some(Applied::Plain(value)) if !self.attribute.sensitive => plain(value),
                Some(Applied::Plain(value)) => kept(self.lineage, value, true),
                Some(Applied::Hashed(_)) | None => json.clone(),
            };
            out.applied.insert(self.attribute.name.to_owned(), json);
        }
    }

    /// Whether the YAML asks for something else than what was last applied.
    fn configured(&self, after: &Value) -> bool {
        match &self.applied {
            None => true,
            Some(Applied::Plain(applied)) => !self.same(self.wanted, applied),
            Some(hashed @ Applied::Hashed(_)) => !self.hashes_to(after, hashed),
        }
    }

    fn hashes_to(&self, value: &Value, hashed: &Applied) -> bool {
        Applied::Hashed(kept(self.lineage, value, true)) == *hashed
    }

    fn write_only(&self, out: &mut Diff) {
        let after = self.wanted.value().clone();
        if !self.configured(&after) {
            return self.remember(out);
        }
        let before = match &self.applied {
            Some(Applied::Plain(value)) => Some(value.clone()),
            Some(Applied::Hashed(_)) | None => None,
        };
        self.change(before, after, Cause::Config, out);
    }

    fn compare(&self, live: &Value, out: &mut Diff) {
        let after = match self.wanted {
            Wanted::Exactly(value) => laid_over(value, live),
            Wanted::AtLeast(value) => joined(value, Some(live)),
        };
        let configured = self.configured(&after);
        if self.same(self.wanted, live) {
            let form = self.applied.as_ref().is_some_and(|a| a.is_hashed() == self.attribute.sensitive);
            if configured || !form {
                let value = remembered(&after, self.wanted, self.attribute.sensitive);
                let json = kept(self.lineage, &value, self.attribute.sensitive);
                out.applied.insert(self.attribute.name.to_owned(), json);
            } else {
                self.remember(out);
            }
            return;
        }
        let drifted = match &self.applied {
            None => false,
            Some(_) if !configured => true,
            Some(Applied::Plain(applied)) => {
                let then = match self.wanted {
                    Wanted::Exactly(wanted) => Wanted::Exactly(part_of(applied, wanted)),
                    Wanted::AtLeast(wanted) => Wanted::AtLeast(shared(applied, wanted)),
                };
                !self.same(&then, live)
            }
            Some(hashed @ Applied::Hashed(_)) => !self.hashes_to(live, hashed),
        };
        if drifted {
            let then = match &self.applied {
                Some(Applied::Plain(value)) => Some(value.clone()),
                Some(Applied::Hashed(_)) | None => None,
            };
            out.drift.push((self.attribute.name.to_owned(), then, live.clone()));
        }
        let cause = match (configured, drifted) {
            (true, true) => Cause::Both,
            (true, false) => Cause::Config,
            (false, _) => Cause::Drift,
        };
        self.change(Some(live.clone()), after, cause, out);
    }

    fn change(&self, before: Option<Value>, after: Value, cause: Cause, out: &mut Diff) {
        self.remember(out);
        let name = self.attribute.name.to_owned();
        match self.attribute.change {
            Change::Free => {}
            Change::Replace => out.replace = true,
            Change::CreateOnly => out.fixed.push(name.clone()),
        }
        out.fields.push(FieldChange { name, before, after, cause });
    }
}

/// A declared map over the live one: what is not written there stays.
fn laid_over(declared: &Value, live: &Value) -> Value {
    let (Value::Map(over), Value::Map(under)) = (declared, live) else { return declared.clone() };
    let mut map = under.clone();
    for (key, value) in over {
        let value = under.get(key).map_or_else(|| value.clone(), |live| laid_over(value, live));
        map.insert(key.clone(), value);
    }
    Value::Map(map)
}

/// What a record keeps of a value in force: of a map what is declared of it, whichever way it came to be so. A hash is
/// one of the whole.
pub(super) fn remembered(after: &Value, wanted: &Wanted, sensitive: bool) -> Value {
    match wanted {
        Wanted::Exactly(declared) if !sensitive => part_of(after, declared),
        Wanted::Exactly(_) | Wanted::AtLeast(_) => after.clone(),
    }
}

/// Of what was applied, what is declared today: the other entries of a map are nobody's business any more.
fn part_of(applied: &Value, declared: &Value) -> Value {
    let (Value::Map(applied), Value::Map(declared)) = (applied, declared) else { return applied.clone() };
    let kept = applied.iter().filter_map(|(k, v)| Some((k.clone(), part_of(v, declared.get(k)?))));
    Value::Map(kept.collect())
}

/// A set and what is live of it.
pub(super) fn joined(declared: &Value, live: Option<&Value>) -> Value {
    match (declared, live) {
        (Value::List(list), Some(live)) => {
            let more = list.iter().filter(|e| !live.elements().any(|l| l == *e));
            Value::List(live.elements().chain(more).cloned().collect())
        }
        (_, Some(live)) => Value::Set(declared.elements().chain(live.elements()).cloned().collect()),
        (declared, None) => declared.clone(),
    }
}

fn shared(applied: &Value, wanted: &Value) -> Value {
    Value::Set(wanted.elements().filter(|w| applied.elements().any(|a| a == *w)).cloned().collect())
}
