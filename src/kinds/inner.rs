//! What ticket fields, skills and schedules of helpdesks share: whose desk they are, reading them desk by desk, which
//! live one is which, and the ids that the API calls people by.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::parallel::in_parallel;
use crate::api::{ApiError, Draft, Listing};
use crate::model::{
    Address, Call, Declared, Found, Gap, Late, Live, Lookup, Observed, Presence, Record, StepDraft, Target, Value, Verb,
};
use crate::resource::{Ask, Context, Drafts, Identity, ThingChange, Work};

/// The kind of desks; the attribute with the desk of a thing; the desk among its ids.
pub(super) const DESK: &str = "helpdesk";

/// Scope of all writes of configuration.
pub(super) const CONSENT: &[&str] = &["helpdesk:all"];
/// Who may write what these kinds write.
pub(super) const STANDING: &str = "who administers or owns the helpdesk";

/// `contact/v3` takes so many ids in one call.
const BATCH: usize = 50;

/// The desks of which something is asked: those that were read, and those of what is in the state.
pub(super) fn desks(ask: &Ask, context: &Context<'_>) -> BTreeSet<String> {
    let known = context.earlier.kind(DESK).into_iter().flat_map(|seen| seen.things.keys().cloned());
    let recorded = ask.records.values().filter_map(|record| record.ids.get(DESK).cloned());
    known.chain(recorded).collect()
}

pub(super) fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

/// A reading that could not be understood.
pub(super) fn odd(what: &str, why: impl Into<String>) -> Gap {
    Gap { what: what.to_owned(), why: why.into(), remedy: None }
}

/// A list of one desk to its end.
pub(super) async fn list(
    context: &Context<'_>,
    desk: &str,
    what: &str,
    key: &str,
    draft: Draft,
) -> Result<Vec<Json>, Gap> {
    let request = draft.desk(desk).read().map_err(|error| odd(what, error.to_string()))?;
    match context.reader.list(&request, key).await {
        Listing::Complete(items) => Ok(items),
        Listing::Partial { why, .. } => Err(gap(what, &why)),
    }
}

/// One thing of a desk.
pub(super) async fn get(context: &Context<'_>, desk: &str, what: &str, draft: Draft) -> Result<Json, Gap> {
    let request = draft.desk(desk).read().map_err(|error| odd(what, error.to_string()))?;
    context.reader.get(&request).await.map(|answer| answer.value).map_err(|error| gap(what, &error))
}

/// Keeps what one desk gave, or why it gave nothing.
pub(super) fn keep(kind: &str, desk: &str, read: Result<Vec<Live>, Gap>, observed: &mut Observed) {
    let found = match read {
        Ok(lives) => {
            observed.things.extend(lives.into_iter().map(|live| (live.id.clone(), live)));
            Found::None
        }
        Err(gap) => {
            observed.gaps.push(gap.clone());
            Found::Unknown(gap)
        }
    };
    observed.lookups.insert(of_desk(kind, desk), found);
}

/// The look-up of its own under which a kind remembers how the reading of a desk went.
fn of_desk(kind: &str, desk: &str) -> Lookup {
    Lookup { kind: kind.to_owned(), by: "desk".to_owned(), value: desk.to_owned() }
}

/// Says of every id that was asked for whether it is there. What a desk that was read to the end does not show is not.
pub(super) fn settle(kind: &str, ask: &Ask, observed: &mut Observed) {
    let desk_of: BTreeMap<&str, &str> = ask
        .records
        .values()
        .filter_map(|record| Some((record.id()?, record.ids.get(DESK)?.as_str())))
        .collect();
    let missing: Vec<&String> = ask.ids.iter().filter(|id| !observed.things.contains_key(*id)).collect();
    for id in missing {
        let failed = |found: Option<&Found>| match found {
            Some(Found::Unknown(gap)) => Some(gap.clone()),
            Some(_) => None,
            None => Some(odd("the helpdesk that it is in", "it was not read")),
        };
        let gap = match desk_of.get(id.as_str()) {
            Some(desk) => failed(observed.lookups.get(&of_desk(kind, desk))),
            None => observed.gaps.first().cloned(),
        };
        match gap {
            Some(gap) => drop(observed.unknown.insert(id.clone(), gap)),
            None => drop(observed.absent.insert(id.clone())),
        }
    }
    observed.complete = observed.gaps.is_empty();
}

fn unknown(gap: Option<&Gap>) -> Identity {
    Identity::Unknown {
        why: gap.map_or_else(|| "its helpdesk was not read".to_owned(), |g| format!("{}: {}", g.what, g.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    }
}

/// By what is recorded, else by a natural key within the desk.
pub(super) fn identify(
    attribute: &str,
    thing: &Declared,
    record: Option<&Record>,
    observed: &Observed,
) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap),
            Presence::Absent => {}
        }
    }
    natural(attribute, &thing.address, thing.value(DESK), thing.value(attribute), observed)
}

/// The same of what is declared no longer and whose creation gave no id: by what was applied.
pub(super) fn recall(attribute: &str, address: &Address, record: &Record, observed: &Observed) -> Identity {
    let applied = |name: &str| {
        let kept = record.applied.get(name)?;
        serde_json::from_value::<Value>(kept.clone()).ok()
    };
    let desk = record.ids.get(DESK).map(|id| Value::remote(DESK, id)).or_else(|| applied(DESK));
    natural(attribute, address, desk.as_ref(), applied(attribute).as_ref(), observed)
}

fn natural(
    attribute: &str,
    address: &Address,
    desk: Option<&Value>,
    key: Option<&Value>,
    observed: &Observed,
) -> Identity {
    let Some(Value::Ref(Target::Remote { id: desk, .. })) = desk else { return unknown(observed.gaps.first()) };
    match observed.lookups.get(&of_desk(address.kind(), desk)) {
        Some(Found::Unknown(gap)) => return unknown(Some(gap)),
        Some(_) => {}
        None => return unknown(observed.gaps.first()),
    }
    let Some(key) = key else { return Identity::Absent };
    let here = |live: &&Live| live.ids.get(DESK) == Some(desk) && live.attributes.get(attribute) == Some(key);
    let same: Vec<&str> = observed.things.values().filter(here).map(|live| live.id.as_str()).collect();
    match same.as_slice() {
        [] => Identity::Absent,
        [one] => Identity::Bound((*one).to_owned()),
        _ => Identity::Unclear {
            why: format!("{} all have this {attribute}", same.join(" and ")),
            remedy: format!("say which one: import: {{{address}: ID}}; or take the others away in the helpdesk's console"),
        },
    }
}

/// A live thing of a desk, its attributes still to come.
pub(super) fn live(id: &str, desk: &str) -> Live {
    Live {
        id: id.to_owned(),
        ids: BTreeMap::from([(DESK.to_owned(), desk.to_owned())]),
        attributes: BTreeMap::from([(DESK.to_owned(), Value::remote(DESK, desk))]),
        facts: BTreeMap::new(),
    }
}

/// The desk that a change is about; without it there is nothing that could be called.
pub(super) fn desk_of(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) -> Option<String> {
    let read = change.live.and_then(|live| live.ids.get(DESK)).cloned();
    let declared = || match work.id_of(change.after(DESK)?.as_target()?, "id") {
        Late::Known(id) => Some(id),
        Late::Id { .. } => None,
    };
    let desk = read.or_else(declared);
    if desk.is_none() {
        out.block(&change.address, "it is not known which helpdesk it is in", None);
    }
    desk
}

/// A step in a desk: with its credential, and one at a time, since nothing there has a version or a lock.
pub(super) fn step(desk: &str, change: &ThingChange<'_>, verb: Verb, what: impl Into<String>, call: Call) -> StepDraft {
    let mut step = StepDraft::new(change.address.clone(), verb, what, call.desk(desk));
    step.lane = Some(lane(desk));
    step
}

pub(super) fn lane(desk: &str) -> String {
    format!("helpdesk {desk}")
}

/// Which people and departments ids of a service are: most are known from what was read, the rest is asked for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What the service says to what the kind calls its own.
    pub known: BTreeMap<String, String>,
    pub gap: Option<Gap>,
}

/// Open ids of people to user ids.
pub(super) async fn people(context: &Context<'_>, open: BTreeSet<String>) -> Names {
    names(context, open, "user", "open_id", "user_id", "/open-apis/contact/v3/users/batch", "user_ids").await
}

/// Open ids of departments to their own.
pub(super) async fn departments(context: &Context<'_>, open: BTreeSet<String>) -> Names {
    let (from, to) = ("open_department_id", "department_id");
    names(context, open, "department", from, to, "/open-apis/contact/v3/departments/batch", "department_ids").await
}

async fn names(
    context: &Context<'_>,
    asked: BTreeSet<String>,
    kind: &str,
    from: &str,
    to: &str,
    path: &str,
    list: &str,
) -> Names {
    let read = context.earlier.kind(kind).into_iter().flat_map(|seen| seen.things.values());
    let known: BTreeMap<String, String> =
        read.filter_map(|live| Some((live.ids.get(from)?.clone(), live.id.clone()))).collect();
    let mut names = Names { known, gap: None };
    let rest: Vec<String> = asked.into_iter().filter(|id| !names.known.contains_key(id)).collect();
    let what = format!("whom ids of a helpdesk name ({kind})");
    let by = if kind == "user" { "user_id_type" } else { "department_id_type" };
    let calls = rest.chunks(BATCH).map(|part| {
        let request = Draft::to("GET", path).query_list(list, part.iter().cloned()).query(by, from).read();
        let what = what.clone();
        async move {
            let request = request.map_err(|error| odd(&what, error.to_string()))?;
            context.reader.get(&request).await.map_err(|error| gap(&what, &error))
        }
    });
    for answer in in_parallel(calls.collect()).await {
        match answer {
            Ok(answer) => names.known.extend(answer.value["items"].as_array().into_iter().flatten().filter_map(
                |item| Some((item[from].as_str()?.to_owned(), item[to].as_str().filter(|id| !id.is_empty())?.to_owned())),
            )),
            Err(gap) => names.gap = Some(gap),
        }
    }
    names
}
