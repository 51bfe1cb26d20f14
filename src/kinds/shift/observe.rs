//! Reading shifts: one list, and those in full that somebody manages. A list whose items lack their rules says nothing
//! about them: absent is unknown, not empty.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::wire::live;
use crate::api::{ApiError, Draft};
use crate::kinds::attendance::{ONE_SHIFT, SHIFT, SHIFTS, remedy};
use crate::kinds::catalogue::{List, answer, wanted};
use crate::kinds::parallel::in_parallel;
use crate::model::{Gap, Live, Observed, Value};
use crate::resource::{Ask, Context};

const LIST: List = List { path: SHIFTS, items: "shift_list", what: "shifts" };

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    if !wanted(ask) {
        return Observed::default();
    }
    let mut observed = LIST.read(context, live).await;
    let ids: Vec<String> =
        observed.things.values().filter(|live| in_full(ask, live)).map(|live| live.id.clone()).collect();
    let reads = in_parallel(ids.iter().map(|id| get(context, id)).collect()).await;
    for (id, read) in ids.into_iter().zip(reads) {
        match read {
            Ok(Some(live)) => drop(observed.things.insert(id, live)),
            Ok(None) => {}
            Err(gap) => {
                // What the list says of it is not all, so that nothing is written over it.
                if let Some(live) = observed.things.get_mut(&id) {
                    live.facts.clear();
                }
                observed.gaps.push(gap);
            }
        }
    }
    answer(SHIFT, "shift_id", ask, &mut observed);
    observed
}

/// Whether larkctl might write it: it is declared, recorded or asked for by id.
fn in_full(ask: &Ask, live: &Live) -> bool {
    let names: BTreeSet<&str> =
        ask.declared.iter().filter_map(|thing| thing.value("name")).filter_map(Value::as_text).collect();
    let named = live.attributes.get("name").and_then(Value::as_text).is_some_and(|name| names.contains(name));
    named || ask.ids.contains(&live.id) || ask.everything
}

async fn get(context: &Context<'_>, id: &str) -> Result<Option<Live>, Gap> {
    let what = format!("shift {id}");
    let lost = |error: &ApiError| Gap { what: what.clone(), why: error.to_string(), remedy: remedy(error) };
    let request = match Draft::to("GET", ONE_SHIFT).path("shift_id", id).read() {
        Ok(request) => request,
        Err(error) => return Err(Gap { what, why: error.to_string(), remedy: None }),
    };
    let answer = context.reader.get(&request).await.map_err(|error| lost(&error))?;
    let full = answer.value.get("punch_time_rule").is_some_and(Json::is_array);
    if full { Ok(live(&answer.value)) } else { Err(Gap { what, why: "its rules are not in the answer".to_owned(), remedy: None }) }
}
