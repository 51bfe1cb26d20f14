//! Reading rules: of those nodes alone that declare one, each answer by one call, all side by side. The limits of
//! these calls are a hundred a minute each, which the client keeps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Sort;
use super::live::{self, Departments};
use super::spec::{ADMINS, APPROVAL, CLOSED, DISPLAY, FORM, INFORM, TIMES, WHO};
use crate::api::{ApiError, Draft};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Found, Gap, Observed, Value};
use crate::resource::{Ask, Context};

/// Without it, nobody is told by the id that people go by here.
pub(in crate::kinds) const USER_IDS: &str = "contact:user.employee_id:readonly";
/// `reserve_config-form/get`: nobody designed a form.
pub(super) const NO_FORM: i64 = 126_002;
/// `reserve_config-admin/get`: the plan does not have it.
pub(super) const NOT_PAID: i64 = 125_002;
/// Facts about a node.
pub(super) const UNDESIGNED: &str = "form undesigned";
pub(super) const UNPAID: &str = "admins unpaid";

const CONFIG: &str = "/open-apis/vc/v1/reserve_configs/:reserve_config_id";

/// What one call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Limits,
    Form,
    Admins,
    Inform,
    Screens,
}

impl About {
    /// The call that tells an attribute; none for what the thing itself tells.
    fn of(attribute: &str, sort: Sort) -> Option<Self> {
        Some(match attribute {
            WHO | TIMES | APPROVAL => Self::Limits,
            FORM => Self::Form,
            ADMINS => Self::Admins,
            INFORM => Self::Inform,
            DISPLAY => Self::Screens,
            CLOSED if sort == Sort::Level => Self::Screens,
            _ => return None,
        })
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Limits => "reservation limits",
            Self::Form => "the form",
            Self::Admins => "booking admins",
            Self::Inform => "the disable notice",
            Self::Screens => "screens",
        }
    }

    fn draft(self, id: &str, sort: Sort, people: bool) -> Draft {
        let scope = sort.scope_type().to_string();
        let own = |part: &str| Draft::to("GET", &format!("{CONFIG}/{part}")).path("reserve_config_id", id);
        let draft = match self {
            Self::Limits => {
                Draft::to("GET", "/open-apis/vc/v1/reserve_configs/reserve_scope").query("scope_id", id)
            }
            Self::Form => own("form"),
            Self::Admins => own("admin"),
            Self::Inform => own("disable_inform"),
            Self::Screens => Draft::to("GET", "/open-apis/vc/v1/scope_config").query("scope_id", id),
        };
        let draft = draft.query("scope_type", scope);
        if people { draft.query("user_id_type", "user_id") } else { draft }
    }
}

/// Attributes that name people.
const OF_PEOPLE: [&str; 6] = [WHO, APPROVAL, FORM, ADMINS, INFORM, CLOSED];

/// Whether answers can name people as they go by here; says so where not.
pub(in crate::kinds) fn sees_people(context: &Context<'_>, observed: &mut Observed) -> bool {
    let sees = context.grants(&[USER_IDS]);
    if !sees {
        for attribute in OF_PEOPLE {
            observed.unreadable.insert(attribute.to_owned(), vec![USER_IDS.to_owned()]);
        }
    }
    sees
}

/// Reads the rules of nodes: id to the attributes that are wanted of it.
pub(in crate::kinds) async fn rules(
    context: &Context<'_>,
    sort: Sort,
    wanted: BTreeMap<String, BTreeSet<String>>,
    observed: &mut Observed,
) {
    let people = sees_people(context, observed);
    let calls: BTreeSet<(String, About)> = wanted
        .iter()
        .flat_map(|(id, names)| names.iter().filter_map(|name| Some((id.clone(), About::of(name, sort)?))))
        .filter(|(_, about)| people || matches!(about, About::Limits | About::Screens))
        .collect();
    let answers =
        in_parallel(calls.iter().map(|(id, about)| get(context, id, *about, sort, people)).collect()).await;
    let names = match departments(context, &answers).await {
        Ok(names) => names,
        Err(gap) => return observed.gaps.push(gap),
    };
    for ((id, about), answer) in calls.into_iter().zip(answers) {
        let Some(node) = observed.things.get_mut(&id) else { continue };
        match (about, answer) {
            (About::Limits, Ok(data)) => live::put_limits(node, &data, &names, people),
            (About::Form, Ok(data)) => live::put_form(node, &data),
            (About::Admins, Ok(data)) => live::put_admins(node, &data, &names),
            (About::Inform, Ok(data)) => live::put_inform(node, &data, &names),
            (About::Screens, Ok(data)) => screens(node, &data, sort, people, context.earlier.taken),
            (About::Form, Err(error)) if error.code() == Some(NO_FORM) => {
                live::put_form(node, &json!({ "reserve_form_config": { "reserve_form": false } }));
                node.facts.insert(UNDESIGNED.to_owned(), Value::Bool(true));
            }
            (About::Admins, Err(error)) if error.code() == Some(NOT_PAID) => {
                live::put_admins(node, &json!({ "reserve_admin_config": {} }), &names);
                node.facts.insert(UNPAID.to_owned(), Value::Bool(true));
            }
            (_, Err(error)) => {
                let what = format!("{} of {id}", about.noun());
                observed.gaps.push(gap(&what, &error));
            }
        }
    }
}

/// The node's own entry: what it inherits is not its own.
fn screens(node: &mut crate::model::Live, data: &Json, sort: Sort, people: bool, now: i64) {
    let origins = data["origin_configs"].as_array().into_iter().flatten();
    let none = json!({});
    let own = origins.into_iter().find(|origin| origin["scope_id"] == node.id.as_str());
    let own = own.map_or(&none, |origin| &origin["scope_config"]);
    live::put_display(node, own);
    if sort == Sort::Level && people {
        live::put_closed(node, own.get("room_status").unwrap_or(&none), now);
    }
}

pub(in crate::kinds) fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

async fn get(
    context: &Context<'_>,
    id: &str,
    about: About,
    sort: Sort,
    people: bool,
) -> Result<Json, ApiError> {
    match about.draft(id, sort, people).read() {
        Ok(request) => context.reader.get(&request).await.map(|answer| answer.value),
        // The contract has these endpoints; a test holds it.
        Err(_) => Ok(Json::Null),
    }
}

/// Departments are told by open ids alone. Most are known from the departments that were read; the rest is asked for.
async fn departments(context: &Context<'_>, answers: &[Result<Json, ApiError>]) -> Result<Departments, Gap> {
    let mut named = BTreeSet::new();
    for data in answers.iter().flatten() {
        for pointer in [
            "/reserve_scope_config/allow_depts",
            "/reserve_admin_config/depts",
            "/disable_inform/informed_depts",
        ] {
            named.extend(live::ids(data.pointer(pointer), "department_id").map(str::to_owned));
        }
    }
    let known = context.earlier.kind("department").into_iter().flat_map(|seen| seen.things.values());
    let mut names: Departments =
        known.filter_map(|d| Some((d.ids.get("open_department_id")?.clone(), d.id.clone()))).collect();
    let open: Vec<String> = named.into_iter().filter(|id| !names.contains_key(id)).collect();
    for part in open.chunks(50) {
        let request = Draft::to("GET", "/open-apis/contact/v3/departments/batch")
            .query_list("department_ids", part.iter().cloned())
            .query("department_id_type", "open_department_id")
            .read();
        let Ok(request) = request else { continue };
        match context.reader.get(&request).await {
            Ok(answer) => {
                for item in answer.value["items"].as_array().into_iter().flatten() {
                    if let (Some(open), Some(id)) =
                        (item["open_department_id"].as_str(), item["department_id"].as_str())
                    {
                        names.insert(open.to_owned(), id.to_owned());
                    }
                }
            }
            Err(error) => return Err(gap("the departments that rules of rooms name", &error)),
        }
    }
    Ok(names)
}

/// A declared closure whose end has come counts as live, whatever the tenant still shows of it: it was there, or there
/// is no use in it any more.
pub(in crate::kinds) fn closures_that_are_over(
    ask: &Ask,
    found: &BTreeMap<Address, Found>,
    now: i64,
    observed: &mut Observed,
) {
    for thing in &ask.declared {
        let Some(Found::One(id)) = found.get(&thing.address) else { continue };
        let Some(declared) = thing.value(CLOSED).filter(|v| v.as_map().is_some()) else { continue };
        let declared = super::form::normal(CLOSED, declared.clone());
        let until = declared.get("until").and_then(Value::as_text).and_then(super::form::seconds);
        let Some(live) = observed.things.get_mut(id) else { continue };
        if until.is_some_and(|until| until <= now) && live.attributes.get(CLOSED) == Some(&Value::Null) {
            live.attributes.insert(CLOSED.to_owned(), super::same::over(&declared));
        }
    }
}
