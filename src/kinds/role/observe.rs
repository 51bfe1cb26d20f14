//! Reading roles: nothing can be listed, so each known id is asked for its members, which also tells whether the
//! role is there. Where nobody needs the members the first of them is enough.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::entries::{EVERYTHING, SCOPE, USER};
use super::spec::NAME;
use crate::api::ApiError;
use crate::api::request::{Draft, ReadRequest};
use crate::kinds::membership::MEMBERS;
use crate::kinds::parallel::in_parallel;
use crate::model::{Found, Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context};

const PEOPLE: &str = "/open-apis/contact/v3/functional_roles/:role_id/members";
/// There is no such role.
const NO_ROLE: [i64; 2] = [41202, 41203];

/// How much of a role is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Existence,
    Members,
}

/// What a read gave.
enum Got {
    Absent,
    Unknown(Gap),
    There,
    With(BTreeSet<Value>),
    /// It is there, and not all of its members could be read.
    WithSome(Gap),
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let looked_up = ask.lookups.iter().filter(|l| l.kind == NAME && l.by == "role_id").map(|l| &l.value);
    let ids: BTreeSet<String> = ask.ids.iter().chain(looked_up).cloned().collect();
    let unneeded = unneeded(ask);
    let need = |id: &String| if unneeded.contains(id) { Need::Existence } else { Need::Members };
    let asked: Vec<(String, Need)> = ids.into_iter().map(|id| (id.clone(), need(&id))).collect();
    let reads = asked.iter().cloned().map(|(id, need)| read(context, id, need));
    let got = in_parallel(reads.collect()).await;
    let mut observed = Observed::default();
    for ((id, _), got) in asked.into_iter().zip(got) {
        let mut live = Live { id: id.clone(), ..Live::default() };
        match got {
            Got::Absent => {
                observed.absent.insert(id);
                continue;
            }
            Got::Unknown(gap) => {
                observed.unknown.insert(id, gap);
                continue;
            }
            Got::There => {}
            Got::With(members) => drop(live.attributes.insert(MEMBERS.to_owned(), Value::Set(members))),
            Got::WithSome(gap) => observed.gaps.push(gap),
        }
        observed.things.insert(id, live);
    }
    for lookup in ask.lookups.iter().filter(|lookup| lookup.kind == NAME) {
        let there = observed.things.contains_key(&lookup.value);
        let found = match observed.unknown.get(&lookup.value) {
            _ if there => Found::One(lookup.value.clone()),
            Some(gap) => Found::Unknown(gap.clone()),
            None => Found::None,
        };
        observed.lookups.insert(lookup.clone(), found);
    }
    observed
}

/// The recorded roles whose members nobody declares, or nobody asked about.
fn unneeded(ask: &Ask) -> BTreeSet<String> {
    let targeted = ask.only.iter().any(|address| address.kind() == NAME);
    let declared: BTreeMap<_, _> = ask.declared.iter().map(|thing| (&thing.address, thing)).collect();
    let unneeded = ask.records.iter().filter(|(address, _)| {
        let meant = !targeted || ask.only.contains(*address);
        let managed = declared.get(address).is_some_and(|thing| thing.attributes.contains_key(MEMBERS));
        !(meant && (managed || ask.leaving.contains(*address)))
    });
    unneeded.filter_map(|(_, record)| Record::id(record).map(str::to_owned)).collect()
}

fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

fn request(id: &str, need: Need, what: &str) -> Result<ReadRequest, Gap> {
    Draft::to("GET", PEOPLE)
        .path("role_id", id)
        .query("user_id_type", "user_id")
        .query("department_id_type", "department_id")
        .query("page_size", if need == Need::Members { "100" } else { "1" })
        .read()
        .map_err(|error| Gap { what: what.to_owned(), why: error.to_string(), remedy: None })
}

async fn read(context: &Context<'_>, id: String, need: Need) -> Got {
    let what = format!("role {id}");
    let request = match request(&id, need, &what) {
        Ok(request) => request,
        Err(gap) => return Got::Unknown(gap),
    };
    let mut pages = context.reader.pages(&request);
    let mut members = BTreeSet::new();
    let mut there = false;
    loop {
        match pages.next().await {
            Ok(None) => return Got::With(members),
            Ok(Some(_)) if need == Need::Existence => return Got::There,
            Ok(Some(page)) => {
                there = true;
                for item in page.get("members").and_then(Json::as_array).into_iter().flatten() {
                    match member(item) {
                        Some(entry) => drop(members.insert(entry)),
                        None => return Got::WithSome(odd_member(&what)),
                    }
                }
            }
            Err(error) if error.code().is_some_and(|code| NO_ROLE.contains(&code)) => return Got::Absent,
            Err(error) if there => return Got::WithSome(gap(&format!("members of {what}"), &error)),
            Err(error) => return Got::Unknown(gap(&what, &error)),
        }
    }
}

fn odd_member(what: &str) -> Gap {
    Gap {
        what: format!("members of {what}"),
        why: "a member came without a user_id, or with a range that is not known".to_owned(),
        remedy: Some("the app may lack the scope contact:user.employee_id:readonly".to_owned()),
    }
}

/// The normal form of a member, as [`super::entries`] describes it.
fn member(item: &Json) -> Option<Value> {
    let text = |name: &str| item.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let user = Value::remote("user", text("user_id")?);
    let with = |scope| {
        let fields = [(USER.to_owned(), user.clone()), (SCOPE.to_owned(), scope)];
        Value::Map(BTreeMap::from(fields))
    };
    match text("scope_type").unwrap_or("None") {
        "All" => Some(with(Value::text(EVERYTHING))),
        "Part" => {
            let ids = item.get("department_ids")?.as_array()?.iter();
            let departments: Option<BTreeSet<Value>> =
                ids.map(|id| Some(Value::remote("department", id.as_str()?))).collect();
            departments.filter(|set| !set.is_empty()).map(|set| with(Value::Set(set))).or(Some(user))
        }
        "None" => Some(user),
        _ => None,
    }
}
