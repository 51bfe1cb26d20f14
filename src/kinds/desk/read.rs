//! Reading what is inside of helpdesks, desk by desk.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use serde_json::Value as Json;

use super::{DESK, HELPDESK, VARIABLE, at, of};
use crate::api::{ApiError, Draft};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Found, Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context};

/// A helpdesk that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kinds) struct Desk {
    pub(in crate::kinds) id: String,
    /// The variable with its token, where somebody says it.
    pub(in crate::kinds) variable: Option<String>,
}

impl Desk {
    /// A live thing with what every thing of this desk says.
    pub(in crate::kinds) fn marks(&self, mut live: Live) -> Live {
        live.ids.insert(DESK.to_owned(), self.id.clone());
        live.ids.extend(self.variable.clone().map(|variable| (VARIABLE.to_owned(), variable)));
        live.attributes.insert(HELPDESK.to_owned(), Value::remote(HELPDESK, &self.id));
        live
    }
}

/// What every desk showed.
#[derive(Debug, Default)]
pub(in crate::kinds) struct Reading {
    pub(in crate::kinds) desks: BTreeMap<String, (Desk, Result<Vec<Live>, Gap>)>,
}

/// An error as a gap of a reading.
pub(in crate::kinds) fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

/// A reading that could not be understood.
pub(in crate::kinds) fn odd(what: &str, why: impl Into<String>) -> Gap {
    Gap { what: what.to_owned(), why: why.into(), remedy: None }
}

/// A list of one desk to its end.
pub(in crate::kinds) async fn list(
    context: &Context<'_>,
    desk: &Desk,
    what: &str,
    key: &str,
    draft: Draft,
) -> Result<Vec<Json>, Gap> {
    let request = draft.desk(&desk.id).read().map_err(|error| odd(what, error.to_string()))?;
    context.reader.list(&request, key).await.into_complete().map_err(|error| gap(what, &error))
}

/// Something that says it is of another desk: the credential belongs to that one, and nothing read with it counts.
pub(in crate::kinds) fn foreign(desk: &Desk, what: &str, item: &Json) -> Result<(), Gap> {
    match item["helpdesk_id"].as_str() {
        Some(other) if !other.is_empty() && other != desk.id => Err(Gap {
            what: what.to_owned(),
            why: format!("what was read belongs to helpdesk {other}"),
            remedy: desk
                .variable
                .as_ref()
                .map(|name| format!("{name} must hold the token of helpdesk {}", desk.id)),
        }),
        Some(_) | None => Ok(()),
    }
}

/// The id of the helpdesk at an address.
pub(in crate::kinds) fn id_at<'c>(context: &'c Context<'_>, holder: &Address) -> Option<&'c str> {
    match context.earlier.kind(HELPDESK)?.lookups.get(&at(HELPDESK, holder))? {
        Found::One(id) => Some(id),
        Found::None | Found::Many(_) | Found::Unknown(_) => None,
    }
}

/// The helpdesks that an ask is about, each with what is known against reading it.
fn asked(ask: &Ask, context: &Context<'_>) -> BTreeMap<String, (Desk, Option<Gap>)> {
    let earlier = context.earlier.kind(HELPDESK);
    let mut found: BTreeMap<String, (Desk, Option<Gap>)> = BTreeMap::new();
    let mut add = |id: &str, variable: Option<&String>| {
        let live = earlier.and_then(|o| o.things.get(id)).and_then(|live| live.ids.get(VARIABLE));
        let gap = earlier.and_then(|o| o.unknown.get(id)).cloned();
        let desk = Desk { id: id.to_owned(), variable: live.or(variable).cloned() };
        found.entry(id.to_owned()).or_insert((desk, gap));
    };
    for thing in &ask.declared {
        if let Some(id) = thing.address.holder().and_then(|holder| id_at(context, &holder)) {
            add(id, None);
        }
    }
    for record in ask.records.values() {
        if let Some(id) = record.ids.get(DESK) {
            add(id, record.ids.get(VARIABLE));
        }
    }
    // What `import:` names, or a saved plan, may be anywhere.
    let recorded: BTreeSet<&str> = ask.records.values().filter_map(Record::id).collect();
    if let Some(observed) = earlier
        && (ask.everything || ask.ids.iter().any(|id| !recorded.contains(id.as_str())))
    {
        observed.things.keys().chain(observed.unknown.keys()).for_each(|id| add(id, None));
    }
    found
}

/// Reads every desk that the ask is about, side by side. A desk that could not be read is not asked again.
pub(in crate::kinds) async fn read<'r, F, R>(ask: &Ask, context: &Context<'_>, mut one: R) -> Reading
where
    R: FnMut(Desk) -> F,
    F: Future<Output = Result<Vec<Live>, Gap>> + 'r,
{
    let mut reading = Reading::default();
    let mut wanted = Vec::new();
    for (id, (desk, gap)) in asked(ask, context) {
        match gap {
            Some(gap) => drop(reading.desks.insert(id, (desk, Err(gap)))),
            None => wanted.push(desk),
        }
    }
    let shown = in_parallel(wanted.iter().cloned().map(&mut one).collect()).await;
    for (desk, mut lives) in wanted.into_iter().zip(shown) {
        if let Ok(lives) = &mut lives {
            *lives = std::mem::take(lives).into_iter().map(|live| desk.marks(live)).collect();
        }
        reading.desks.insert(desk.id.clone(), (desk, lives));
    }
    reading
}

impl Reading {
    /// The answer of a kind: what is there, what is certainly not, and which desk is at which address.
    pub(in crate::kinds) fn answer(self, kind: &'static str, ask: &Ask, context: &Context<'_>) -> Observed {
        let mut observed = Observed::default();
        let earlier = context.earlier.kind(HELPDESK);
        let mut failed: BTreeMap<String, Gap> = BTreeMap::new();
        for (id, (_, lives)) in self.desks {
            match lives {
                Ok(lives) => {
                    observed.things.extend(lives.into_iter().map(|live| (live.id.clone(), live)));
                    observed.lookups.insert(of(kind, &id), Found::One(id));
                }
                Err(gap) => {
                    observed.gaps.push(gap.clone());
                    observed.lookups.insert(of(kind, &id), Found::Unknown(gap.clone()));
                    failed.insert(id, gap);
                }
            }
        }
        observed.complete = failed.is_empty();
        let desks: BTreeMap<&str, &str> = ask
            .records
            .values()
            .filter_map(|record| Some((record.id()?, record.ids.get(DESK)?.as_str())))
            .collect();
        for id in ask.ids.iter().filter(|id| !observed.things.contains_key(*id)) {
            let gap = match desks.get(id.as_str()) {
                Some(desk) => failed.get(*desk),
                None => failed.values().next(),
            };
            match gap {
                Some(gap) => drop(observed.unknown.insert(id.clone(), gap.clone())),
                None => drop(observed.absent.insert(id.clone())),
            }
        }
        let holders: BTreeSet<_> = ask.declared.iter().filter_map(|thing| thing.address.holder()).collect();
        for holder in holders {
            let told = earlier.and_then(|o| o.lookups.get(&at(HELPDESK, &holder)));
            observed.lookups.extend(told.map(|told| (at(kind, &holder), told.clone())));
        }
        observed
    }
}

/// Whether an address that is declared no longer holds this live thing: it may have got another key.
pub(super) fn leaves(ask: &Ask, id: &str) -> bool {
    let holder = ask.records.iter().find(|(_, record)| record.id() == Some(id));
    holder.is_some_and(|(address, _)| ask.leaving.contains(address))
}
