//! Reading helpdesks: one cheap call each, which proves that id, token and tenant belong together.

use std::collections::BTreeMap;

use super::spec::{HELPDESK_ID, NAME};
use crate::api::Draft;
use crate::kinds::desk::{VARIABLE, at, gap};
use crate::kinds::parallel::in_parallel;
use crate::model::{Declared, Found, Gap, Live, Observed, Presence, Record, Value};
use crate::resource::{Ask, Context, Identity};

/// A short list that every desk has.
const PROOF: &str = "/open-apis/helpdesk/v1/agent_skills";

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    let Some(id) = thing.value(HELPDESK_ID).and_then(Value::as_text) else { return Identity::Absent };
    if let Some(known) = record.and_then(Record::id).filter(|known| *known != id) {
        return Identity::Unclear {
            why: format!("{} is helpdesk {known} in the state, and the manifest says {id}", thing.address),
            remedy: format!(
                "another desk is another key: declare it under one; or, if nothing of the first is managed any more, \
                 larkctl state rm {}",
                thing.address
            ),
        };
    }
    match observed.presence(id) {
        Presence::Present(live) => Identity::Bound(live.id.clone()),
        Presence::Unknown(Some(gap)) => Identity::Unknown { why: format!("{}: {}", gap.what, gap.why), remedy: gap.remedy.clone() },
        // Nothing that the API answers means that there is no such desk.
        Presence::Absent | Presence::Unknown(None) => {
            Identity::Unknown { why: format!("helpdesk {id} was not read"), remedy: None }
        }
    }
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut observed = Observed::default();
    // What leaves is forgotten: nothing of it has to be seen.
    let mut wanted: BTreeMap<String, (Option<String>, bool)> = BTreeMap::new();
    for (address, record) in &ask.records {
        let Some(id) = record.id() else { continue };
        let leaves = ask.leaving.contains(address);
        wanted.insert(id.to_owned(), (record.ids.get(VARIABLE).cloned(), !leaves));
        observed.lookups.insert(at(NAME, address), Found::One(id.to_owned()));
    }
    for thing in &ask.declared {
        let text = |name: &str| thing.value(name).and_then(Value::as_text);
        let Some(id) = text(HELPDESK_ID) else { continue };
        let leaves = ask.leaving.contains(&thing.address);
        wanted.insert(id.to_owned(), (text(VARIABLE).map(str::to_owned), !leaves));
        observed.lookups.insert(at(NAME, &thing.address), Found::One(id.to_owned()));
    }
    for id in &ask.ids {
        wanted.entry(id.clone()).or_insert((None, true));
    }
    for lookup in ask.lookups.iter().filter(|lookup| lookup.by == HELPDESK_ID) {
        wanted.entry(lookup.value.clone()).or_insert((None, true));
        observed.lookups.insert(lookup.clone(), Found::One(lookup.value.clone()));
    }
    let reads = wanted.iter().map(|(id, (_, read))| async move {
        if *read { prove(context, id).await.err() } else { None }
    });
    let gaps = in_parallel(reads.collect()).await;
    for ((id, (variable, _)), gap) in wanted.into_iter().zip(gaps) {
        match gap {
            Some(gap) => {
                observed.gaps.push(gap.clone());
                observed.unknown.insert(id, gap);
            }
            None => drop(observed.things.insert(id.clone(), live(id, variable))),
        }
    }
    observed
}

fn live(id: String, variable: Option<String>) -> Live {
    Live {
        ids: variable.map(|variable| (VARIABLE.to_owned(), variable)).into_iter().collect(),
        attributes: [(HELPDESK_ID.to_owned(), Value::text(id.as_str()))].into(),
        facts: BTreeMap::new(),
        id,
    }
}

async fn prove(context: &Context<'_>, id: &str) -> Result<(), Gap> {
    let what = format!("helpdesk {id}");
    let request = Draft::to("GET", PROOF)
        .desk(id)
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    context.reader.get(&request).await.map_err(|error| gap(&what, &error))?;
    Ok(())
}
