//! Values that one thing of a kind may have: said twice in the manifest, kept by somebody else, held by people.

use std::collections::BTreeMap;

use crate::base::count::Count;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::base::span::Span;
use crate::model::{
    Action, Address, Call, Claim, Declared, Fact, Live, Manifest, Need, Parked, StepDraft, Target, Value,
};
use crate::resource::{Drafts, ThingChange, Work};

pub(super) fn claim(space: &str, value: impl Into<String>) -> Claim {
    Claim { space: space.to_owned(), value: value.into() }
}

/// A name that stands in for a while. Ids are unique, so this is too; a person who sees it can trace it.
pub(super) fn stand_in(live: &Live) -> String {
    format!("~{}", live.id)
}

/// A value is given up, and `call` would put a stand-in in its place for a while.
pub(super) fn give_up(
    step: &mut StepDraft,
    frees: Claim,
    takes: Claim,
    what: &str,
    call: Call,
    lane: Option<&str>,
) {
    step.frees.push(frees.clone());
    let lane = lane.map(str::to_owned);
    step.parks.push(Parked { frees, takes, what: what.to_owned(), call, lane });
}

/// The declared text of an attribute with its place, for [`said_once`].
pub(super) fn said(thing: &Declared, attribute: &str) -> Option<(String, Span)> {
    let text = match thing.value(attribute)? {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Ref(_) => {
            return None;
        }
    };
    Some((text, thing.place(attribute)))
}

/// Refuses a value that two things of a kind declare; `what` names it in messages: `name`.
pub(super) fn said_once(
    manifest: &Manifest,
    kind: &str,
    what: &str,
    of: impl Fn(&Declared) -> Option<(String, Span)>,
    problems: &mut Diagnostics,
) {
    let mut first: BTreeMap<String, (&Address, Span)> = BTreeMap::new();
    for thing in manifest.of_kind(kind) {
        let Some((value, span)) = of(thing) else { continue };
        let Some((other, place)) = first.get(&value) else {
            first.insert(value, (&thing.address, span));
            continue;
        };
        problems.push(
            Diagnostic::new(Code("check::taken_twice"), "two things want the same value")
                .at(span, format!("{} wants it", thing.address))
                .also(*place, format!("{other} wants it too"))
                .because(format!("the {what} {} can belong to one of them", Quoted(&value)))
                .remedy(format!("give {} or {other} another {what}", thing.address)),
        );
    }
}

/// Says so when a live thing keeps the value that `change` is to have. `what` names the value: `order 700`.
pub(super) fn nobody_keeps_it(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    attribute: &str,
    what: &str,
    has_it: impl Fn(&Live) -> bool,
    lets_go: impl Fn(&ThingChange<'_>) -> bool,
    out: &mut Drafts,
) {
    let kind = change.address.kind();
    let own = change.live.map(|live| live.id.as_str());
    let Some(observed) = work.snapshot.kind(kind) else { return };
    for live in observed.things.values().filter(|l| Some(l.id.as_str()) != own && has_it(l)) {
        let address = work.address_of(kind, &live.id);
        let holder = address.and_then(|address| work.change(address));
        if holder.is_some_and(&lets_go) {
            continue;
        }
        let name = live.attributes.get("name").or_else(|| live.attributes.get("content"));
        let called = name.and_then(Value::as_text).unwrap_or(&live.id);
        let (who, remedy) = match address {
            Some(address) => {
                (address.to_string(), format!("change it at {address} first, or choose another"))
            }
            None => (
                format!("{} ({}), which nobody manages,", Quoted(called), live.id),
                format!("choose another, or take that one over with import: {{{kind}.KEY: {}}}", live.id),
            ),
        };
        out.problem(
            &change.address,
            Some(attribute),
            "plan::taken",
            format!("{what} is unique, and {who} keeps it"),
            remedy,
        );
    }
}

/// Refuses to take away what people still have, and gives what must happen first where they lose it in this plan.
/// The attribute of users is called like the kind.
pub(super) fn nobody_holds_it(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) -> Vec<Need> {
    let kind = change.address.kind();
    let own = change.live.map(|live| live.id.as_str());
    let is_it = |target: &Target| match target {
        Target::Address(address) => *address == change.address,
        Target::Remote { kind: of, id } => of == kind && Some(id.as_str()) == own,
        Target::Lookup(_) => false,
    };
    let has_it = |value: Option<&Value>| value.and_then(Value::as_target).is_some_and(is_it);
    let mut needs = Vec::new();
    let mut keep = Vec::new();
    let people = work.snapshot.kind("user");
    for live in people.into_iter().flat_map(|users| users.things.values()) {
        if live.fact("resigned") || !has_it(live.attributes.get(kind)) {
            continue;
        }
        let holder = work.address_of("user", &live.id).and_then(|address| work.change(address));
        match holder {
            Some(user) if user.action == Action::Delete => needs.push(Need {
                fact: Fact::Gone(user.address.clone()),
                why: format!("{} has it", user.address),
            }),
            Some(user) if user.changes(kind) && !has_it(user.after(kind)) => needs.push(Need {
                fact: Fact::Settled(kind.to_owned(), user.address.clone()),
                why: format!("{} has it", user.address),
            }),
            Some(user) => keep.push(user.address.to_string()),
            None => keep.push(live.id.clone()),
        }
    }
    if let [first, rest @ ..] = keep.as_slice() {
        let others =
            if rest.is_empty() { String::new() } else { format!(" and {}", Count(rest.len(), "other")) };
        out.problem(
            &change.address,
            None,
            "plan::in_use",
            format!("{first}{others} would be left with a {} that does not exist", kind.replace('_', " ")),
            "give these people another one, or keep it",
        );
    } else if !people.is_some_and(|users| users.complete) {
        out.note(&change.address, "not everybody was read: the tenant refuses this while somebody has it");
    }
    needs
}

/// The declared ones of these attributes, as they are in force after a step.
pub(super) fn applies(change: &ThingChange<'_>, attributes: &[&str]) -> BTreeMap<String, Value> {
    let after = |name: &&str| {
        change.wanted.get(*name)?;
        Some(((*name).to_owned(), change.after(name)?.clone()))
    };
    attributes.iter().filter_map(after).collect()
}
