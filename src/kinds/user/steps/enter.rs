//! Inviting people, and calling back those who left less than thirty days ago.
//!
//! Whoever is invited cannot be patched until they accept (44010), so the invitation carries everything. Whoever
//! is called back keeps their account, but not their departments, and gets the rest by a patch.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::body::Body;
use super::change::{patch, refusals};
use super::claims::{Claims, id_claim};
use super::leaders::Leaders;
use super::{SLOW_LANE, USERS};
use crate::model::{Accept, Call, Capture, Fact, Live, StepDraft, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

const THIRTY_DAYS: i64 = 30 * 24 * 3_600;

/// Attributes of the invitation are those that are wanted; these are not sent with it.
const NOT_SENT: &[&str] = &["id", "tags", "on_delete"];

pub(super) fn enter(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    claims: &Claims<'_>,
    leaders: &Leaders<'_>,
    out: &mut Drafts,
) {
    match returning(work, change) {
        Some(person) => call_back(work, change, &person, claims, out),
        None => invite(work, change, claims, leaders, out),
    }
}

fn own_id(change: &ThingChange<'_>) -> String {
    let written = change.wanted.get("id").and_then(|id| id.value().as_text());
    written.unwrap_or_else(|| change.address.key()).to_owned()
}

fn wanted<'c>(change: &'c ThingChange<'_>) -> impl Iterator<Item = (&'c str, &'c Value)> {
    let full = |(name, value): (&'c String, &'c Wanted)| {
        (name.as_str(), change.after(name).unwrap_or_else(|| value.value()))
    };
    change.wanted.iter().map(full).filter(|(name, _)| !NOT_SENT.contains(name))
}

fn invite(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    claims: &Claims<'_>,
    leaders: &Leaders<'_>,
    out: &mut Drafts,
) {
    let written = |name: &str| change.after(name).is_some_and(|value| !value.is_null());
    let mut missing: Vec<&str> = ["departments", "employee_type"].into_iter().filter(|n| !written(n)).collect();
    if !written("mobile") && !written("email") {
        missing.push("mobile");
    }
    if !missing.is_empty() {
        out.problem(
            &change.address,
            None,
            "plan::cannot_invite",
            format!("{} does not exist yet, and an invitation needs {}", change.address, missing.join(" and ")),
            "write what is missing; if the person is in the tenant already, bind them with `import:`",
        );
        return;
    }
    let id = own_id(change);
    let mut body = Body::default();
    let mut later = Body::default();
    let mut late_names = BTreeSet::new();
    body.fields.insert("user_id".to_owned(), id.as_str().into());
    for (name, value) in wanted(change) {
        match (name, value) {
            // Nobody is invited suspended, and without a date today's is taken.
            ("frozen", Value::Bool(true)) | ("join_date", Value::Null) => {
                late_names.insert(name);
                later.add(work, change, name, value, out);
            }
            (name, value) if leaders.waits(&change.address, name) => {
                late_names.insert(name);
                later.add(work, change, name, value, out);
            }
            ("frozen", value) | (_, value @ Value::Null) => {
                body.applies.insert(name.to_owned(), value.clone());
            }
            (name, value) => body.add(work, change, name, value, out),
        }
    }
    if change.wanted.contains_key("id") {
        body.applies.insert("id".to_owned(), Value::text(id.as_str()));
    }
    let mut call = Call::new("POST", USERS)
        .query("user_id_type", "user_id")
        .query("department_id_type", "department_id")
        .body(Json::Object(body.fields));
    call.token = Some("client_token".to_owned());
    let mut step = StepDraft::new(change.address.clone(), Verb::Create, "create", call);
    step.needs = body.needs;
    step.applies = body.applies;
    step.gives.push(Fact::Exists(change.address.clone()));
    step.ids.insert("id".to_owned(), id.clone());
    step.captures = ["union_id", "open_id"].map(|id| Capture { pointer: format!("/user/{id}"), id: id.to_owned() }).into();
    step.accepts = warnings(44_054);
    step.takes.push(id_claim(&id));
    claims.enter(work, change, &mut step, out);
    out.step(step);
    out.note(&change.address, "an invitation is sent; until it is accepted the person cannot be changed");
    if !late_names.is_empty() {
        let what = format!("{} after joining", super::body::named(&late_names));
        let slow = later.fields.contains_key("is_frozen");
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, patch(&id, later.fields));
        step.needs = later.needs;
        step.applies = later.applies;
        step.accepts = refusals(&change.address);
        step.lane = slow.then(|| SLOW_LANE.to_owned());
        out.step(step.needs(Fact::Exists(change.address.clone()), "the person exists"));
    }
}

/// Three codes that come though the person was created or changed: city, title, both.
pub(super) fn warnings(first: i64) -> Vec<Accept> {
    let warned = |code, what: &str, except: &[&str]| Accept::Warned {
        code,
        warning: format!("everything but {what}, which the tenant refuses: it may be switched off there, or there are too many"),
        except: except.iter().map(|name| (*name).to_owned()).collect(),
    };
    vec![
        warned(first, "the city", &["city"]),
        warned(first + 1, "the job title", &["job_title"]),
        warned(first + 2, "city and job title", &["city", "job_title"]),
    ]
}

/// A person who left and can be called back.
struct Returning<'w> {
    id_type: &'static str,
    id: String,
    user_id: String,
    union_id: Option<String>,
    /// What is still readable of them.
    live: Option<&'w Live>,
}

/// Whoever larkctl dismissed less than thirty days ago, or whom it manages and somebody else dismissed.
fn returning<'w>(work: &Work<'w>, change: &ThingChange<'_>) -> Option<Returning<'w>> {
    let left = work.departed.get(&change.address);
    let ids = match (left, change.record) {
        (Some(left), _) if work.now - left.at < THIRTY_DAYS => &left.ids,
        (None, Some(record)) => &record.ids,
        _ => return None,
    };
    let user_id = ids.get("id")?.clone();
    let union_id = ids.get("union_id").cloned();
    // Somebody else may have their user_id by now; the union_id stays theirs.
    let known = work.snapshot.live("user", &user_id);
    let live = known.filter(|l| l.fact("resigned") && (union_id.is_none() || l.ids.get("union_id") == union_id.as_ref()));
    // When nobody wrote down that they left, the tenant must show it.
    if left.is_none() && live.is_none() {
        return None;
    }
    let (id_type, id) = match &union_id {
        Some(union_id) => ("union_id", union_id.clone()),
        None => ("user_id", user_id.clone()),
    };
    Some(Returning { id_type, id, user_id, union_id, live })
}

fn call_back(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    person: &Returning<'_>,
    claims: &Claims<'_>,
    out: &mut Drafts,
) {
    let mut body = Body::default();
    if let Some(value) = change.after("departments") {
        body.add(work, change, "departments", value, out);
    }
    let mut sent = json!({});
    // The call takes no primary department; whichever weighs most becomes it, and the patch says so again.
    if let Some(Json::Array(mut orders)) = body.fields.remove("orders") {
        for order in orders.iter_mut().filter_map(Json::as_object_mut) {
            order.remove("is_primary_dept");
        }
        sent["departments"] = Json::Array(orders);
    }
    if let Some(seats) = change.after("seats") {
        body.add(work, change, "seats", seats, out);
        sent["subscription_ids"] = body.fields.get("subscription_ids").cloned().unwrap_or_default();
    }
    let call = Call::new("POST", "/open-apis/contact/v3/users/:user_id/resurrect")
        .param("user_id", person.id.as_str())
        .query("user_id_type", person.id_type)
        .query("department_id_type", "department_id")
        .body(sent);
    let several = change.after("departments").is_some_and(|value| value.elements().count() > 1);
    let mut step = StepDraft::new(change.address.clone(), Verb::Create, "call back", call);
    step.needs = body.needs;
    step.applies = body.applies;
    if several {
        step.applies.remove("departments");
    }
    step.gives.push(Fact::Exists(change.address.clone()));
    step.ids.insert("id".to_owned(), person.user_id.clone());
    step.ids.extend(person.union_id.clone().map(|id| ("union_id".to_owned(), id)));
    step.accepts.push(Accept::Done { code: 44_033 });
    step.takes.push(id_claim(&person.user_id));

    let mut rest = Body::default();
    let mut names = BTreeSet::new();
    for (name, value) in wanted(change) {
        let done = name == "geo" || name == "seats" || (name == "departments" && !several);
        if !done {
            rest.add(work, change, name, value, out);
            names.insert(name);
        }
    }
    let slow = ["department_ids", "is_frozen"].iter().any(|field| rest.fields.contains_key(*field));
    let what = format!("{} after coming back", super::body::named(&names));
    let mut update = StepDraft::new(change.address.clone(), Verb::Update, what, patch(&person.user_id, rest.fields));
    update.needs = rest.needs;
    update.applies = rest.applies;
    update.lane = slow.then(|| SLOW_LANE.to_owned());
    update.accepts = refusals(&change.address);
    update.accepts.extend(warnings(44_057));
    claims.call_back(work, change, person.live, &mut step, &mut update, out);
    let days = work.departed.get(&change.address).map(|left| (work.now - left.at) / 86_400);
    out.note(
        &change.address,
        days.map_or_else(
            || {
                "they left and are called back, which works for thirty days; if it is longer ago, take them out of the \
                 state and they are invited anew"
                    .to_owned()
            },
            |days| format!("they left {days} days ago and are called back; what was handed over stays with the heirs"),
        ),
    );
    out.step(step);
    if !names.is_empty() {
        out.step(update.needs(Fact::Exists(change.address.clone()), "the person is back"));
    }
}

