//! Reading groups: the list has ids and names alone, so that each is read by itself. All of them are: who is in which
//! group and which group uses which shift is a question about all.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::people::{EXCLUSIVE, open_ids};
use super::wire::{HIDDEN, live};
use crate::api::{ApiError, Draft};
use crate::kinds::attendance::{GROUP, GROUPS, ONE_GROUP, remedy};
use crate::kinds::catalogue::{List, answer, filled, wanted};
use crate::kinds::parallel::in_parallel;
use crate::model::{Gap, Live, Observed, Value};
use crate::resource::{Ask, Context};

const LIST: List = List { path: GROUPS, items: "group_list", what: "attendance groups" };
const USERS: &str = "/open-apis/attendance/v1/groups/:group_id/list_user";
const DEPARTMENTS: &str = "/open-apis/contact/v3/departments/batch";
/// `department/batch` takes so many.
const BATCH: usize = 50;

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    if !wanted(ask) {
        return Observed::default();
    }
    let mut observed = LIST.read(context, named).await;
    let ids: Vec<String> = observed.things.keys().cloned().collect();
    let reads = in_parallel(ids.iter().map(|id| get(context, id)).collect()).await;
    let mut read: Vec<(String, Json)> = Vec::new();
    for (id, answer) in ids.into_iter().zip(reads) {
        match answer {
            Ok(value) => read.push((id, value)),
            Err(gap) => observed.gaps.push(gap),
        }
    }
    let departments = departments(context, &read, &mut observed.gaps).await;
    for (id, value) in read {
        observed.things.extend(live(&value, &departments).map(|live| (id, live)));
    }
    hidden(ask, context, &mut observed).await;
    answer(GROUP, "group_id", ask, &mut observed);
    observed
}

/// Of the groups that larkctl might write and that name nobody: whether somebody is in them all the same.
async fn hidden(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let names: BTreeSet<&str> =
        ask.declared.iter().filter_map(|thing| thing.value("name")).filter_map(Value::as_text).collect();
    let ours = |live: &Live| {
        let name = live.attributes.get("name").and_then(Value::as_text).unwrap_or_default();
        ask.ids.contains(&live.id) || names.contains(name)
    };
    let nobody = |live: &Live| {
        EXCLUSIVE.iter().all(|attribute| match live.attributes.get(*attribute) {
            Some(value) => value.elements().next().is_none(),
            None => false,
        })
    };
    let ids: Vec<String> =
        observed.things.values().filter(|l| ours(l) && nobody(l)).map(|live| live.id.clone()).collect();
    let reads = in_parallel(ids.iter().map(|id| somebody(context, id)).collect()).await;
    for (id, read) in ids.iter().zip(reads) {
        match (read, observed.things.get_mut(id)) {
            (Ok(true), Some(live)) => drop(live.facts.insert(HIDDEN.to_owned(), Value::Bool(true))),
            (Err(gap), Some(live)) => {
                // Whether a change would lose somebody is not known.
                live.facts.clear();
                observed.gaps.push(gap);
            }
            _ => {}
        }
    }
}

async fn somebody(context: &Context<'_>, id: &str) -> Result<bool, Gap> {
    let what = format!("people of attendance group {id}");
    let draft = Draft::to("GET", USERS).path("group_id", id).query("employee_type", "employee_id");
    let draft = draft.query("dept_type", "open_id").query("member_clock_type", "0").query("page_size", "1");
    let request = match draft.read() {
        Ok(request) => request,
        Err(error) => return Err(Gap { what, why: error.to_string(), remedy: None }),
    };
    match context.reader.get(&request).await {
        Ok(answer) => Ok(answer.value.get("users").and_then(Json::as_array).is_some_and(|users| !users.is_empty())),
        Err(error) => Err(Gap { what, why: error.to_string(), remedy: remedy(&error) }),
    }
}

/// What the list shows.
fn named(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, "group_id")?.to_owned(), ..Live::default() };
    live.attributes.insert("name".to_owned(), Value::text(filled(item, "group_name")?));
    Some(live)
}

async fn get(context: &Context<'_>, id: &str) -> Result<Json, Gap> {
    let what = format!("attendance group {id}");
    let draft = Draft::to("GET", ONE_GROUP).path("group_id", id);
    let request = match draft.query("employee_type", "employee_id").query("dept_type", "open_id").read() {
        Ok(request) => request,
        Err(error) => return Err(Gap { what, why: error.to_string(), remedy: None }),
    };
    let answer = context.reader.get(&request).await;
    let lost = |error: ApiError| Gap { what, why: error.to_string(), remedy: remedy(&error) };
    answer.map(|answer| answer.value).map_err(lost)
}

/// The own id of every department that a group names, by open id. Groups know departments by no other.
async fn departments(
    context: &Context<'_>,
    groups: &[(String, Json)],
    gaps: &mut Vec<Gap>,
) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> = context
        .earlier
        .kind("department")
        .into_iter()
        .flat_map(|observed| observed.things.values())
        .filter_map(|live| Some((live.ids.get("open_department_id")?.clone(), live.id.clone())))
        .collect();
    let asked: BTreeSet<&str> =
        groups.iter().flat_map(|(_, group)| open_ids(group)).filter(|id| !known.contains_key(*id)).collect();
    let asked: Vec<&str> = asked.into_iter().collect();
    let reads = in_parallel(asked.chunks(BATCH).map(|ids| batch(context, ids)).collect()).await;
    for read in reads {
        match read {
            Ok(items) => known.extend(items.iter().filter_map(|item| {
                Some((filled(item, "open_department_id")?.to_owned(), filled(item, "department_id")?.to_owned()))
            })),
            Err(gap) => gaps.push(gap),
        }
    }
    known
}

async fn batch(context: &Context<'_>, ids: &[&str]) -> Result<Vec<Json>, Gap> {
    let what = "departments of attendance groups".to_owned();
    let draft = Draft::to("GET", DEPARTMENTS).query_list("department_ids", ids.iter().copied());
    let request = match draft.query("department_id_type", "open_department_id").read() {
        Ok(request) => request,
        Err(error) => return Err(Gap { what, why: error.to_string(), remedy: None }),
    };
    match context.reader.get(&request).await {
        Ok(answer) => Ok(answer.value.get("items").and_then(Json::as_array).cloned().unwrap_or_default()),
        Err(error) => Err(Gap { what, why: error.to_string(), remedy: error.remedy().map(str::to_owned) }),
    }
}
