//! The human: joins, leaves, renames by hand, consents, reconfigures the app, keeps the console's catalogues.
//!
//! One action per call, named by `action`; the areas below say what each takes.

mod apps;
mod attendance;
mod calendars;
mod catalogues;
mod chats;
mod helpdesks;
mod login;
mod mail;
mod people;
mod rooms;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::Refusal;
use crate::sandbox::world::World;

pub(super) use login::form;

/// What can be done.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Act {
    // people and departments
    Join(people::Join),
    Leave(people::Leave),
    Freeze(people::Freeze),
    RenameDepartment(people::RenameDepartment),
    RenameUser(people::RenameUser),
    Mark(people::Mark),
    MarkDepartment(people::MarkDepartment),
    Foreign(people::Foreign),
    // apps and the tenant's plans
    App(apps::Change),
    Scopes(apps::Scopes),
    Range(apps::Reach),
    Unavailable(apps::Unavailable),
    Subscription(crate::sandbox::tenant::Subscription),
    // what people decide about apps
    Consent(login::Consent),
    DeviceConsent(login::DeviceConsent),
    Revoke(login::Revoke),
    // chats in the client
    Chat(Box<chats::Chat>),
    // calendars in the client
    Calendar(calendars::Calendar),
    CalendarEvent(calendars::CalendarEvent),
    // catalogues that only the console writes
    CustomAttribute(catalogues::CustomAttribute),
    RemoveCustomAttribute(catalogues::RemoveCustomAttribute),
    DynamicGroup(catalogues::DynamicGroup),
    DynamicMembers(catalogues::DynamicMembers),
    Group(catalogues::GroupChange),
    JobTitle(catalogues::Label),
    WorkCity(catalogues::Label),
    SystemRole(catalogues::SystemRole),
    ManageAll(catalogues::ManageAll),
    UnitType(catalogues::UnitType),
    // mail
    MailRange(mail::Reach),
    RestoreMailbox(mail::Restore),
    // attendance
    AttendanceByHand(attendance::ByHand),
    // meeting rooms
    RoomForm(rooms::Form),
    // helpdesks
    Helpdesk(helpdesks::Helpdesk),
    HelpdeskByHand(Box<helpdesks::ByHand>),
}

/// Does it.
///
/// # Errors
/// With a text that says what is wrong; nothing is changed then.
pub(super) fn perform(world: &mut World, body: &Value) -> Result<Value, String> {
    match Act::deserialize(body).map_err(|e| e.to_string())? {
        Act::Join(act) => act.perform(world),
        Act::Leave(act) => act.perform(world),
        Act::Freeze(act) => act.perform(world),
        Act::RenameDepartment(act) => act.perform(world),
        Act::RenameUser(act) => act.perform(world),
        Act::Mark(act) => act.perform(world),
        Act::MarkDepartment(act) => act.perform(world),
        Act::Foreign(act) => Ok(act.perform(world)),
        Act::App(act) => act.perform(world),
        Act::Scopes(act) => act.perform(world),
        Act::Range(act) => act.perform(world),
        Act::Unavailable(act) => act.perform(world),
        Act::Subscription(plan) => apps::subscribe(world, plan),
        Act::Consent(act) => act.perform(world),
        Act::DeviceConsent(act) => act.perform(world),
        Act::Revoke(act) => act.perform(world),
        Act::Chat(act) => act.perform(world),
        Act::Calendar(act) => act.perform(world),
        Act::CalendarEvent(act) => act.perform(world),
        Act::CustomAttribute(act) => act.perform(world),
        Act::RemoveCustomAttribute(act) => act.perform(world),
        Act::DynamicGroup(act) => act.perform(world),
        Act::DynamicMembers(act) => act.perform(world),
        Act::Group(act) => act.perform(world),
        Act::JobTitle(act) => act.job_title(world),
        Act::WorkCity(act) => act.work_city(world),
        Act::SystemRole(act) => act.perform(world),
        Act::ManageAll(act) => act.perform(world),
        Act::UnitType(act) => Ok(act.perform(world)),
        Act::MailRange(act) => act.perform(world),
        Act::RestoreMailbox(act) => act.perform(world),
        Act::AttendanceByHand(act) => act.perform(world),
        Act::RoomForm(act) => act.perform(world),
        Act::Helpdesk(act) => act.perform(world),
        Act::HelpdeskByHand(act) => act.perform(world),
    }
}

fn ok() -> Value {
    json!({ "ok": true })
}

/// `true` as an answer, `false` as a complaint.
fn found(it: bool, complaint: impl FnOnce() -> String) -> Result<Value, String> {
    if it { Ok(ok()) } else { Err(complaint()) }
}

/// What the API would answer, as a text.
fn refused(refusal: &Refusal) -> String {
    format!("refused with {}", refusal.code)
}

/// A person by user_id or union_id, the resigned included under the latter.
fn person(world: &World, id: &str) -> Result<UserKey, String> {
    let tenant = &world.settings().tenant.tenant_key;
    world
        .contact
        .directory
        .user_by_id(id)
        .or_else(|| crate::sandbox::world::open("on_", id, &["vendor", tenant]))
        .filter(|key| world.contact.directory.user(*key).is_some())
        .ok_or_else(|| format!("nobody has the user_id or union_id {id}"))
}

fn people(world: &World, ids: &[String]) -> Result<Vec<UserKey>, String> {
    ids.iter().map(|id| person(world, id)).collect()
}

fn department(world: &World, id: &str) -> Result<DepartmentKey, String> {
    ids::find_department(world, ids::DEPARTMENT_ID, id)
        .or_else(|_| ids::find_department(world, ids::OPEN_DEPARTMENT_ID, id))
        .map_err(|_| format!("no department has the id {id}"))
}

/// The app that was named, or the only one there is a point in meaning: the first.
fn app_id(world: &World, named: Option<String>) -> Result<String, String> {
    let id = match named {
        Some(id) => id,
        None => world.apps.iter().next().map(|(id, _)| id.clone()).unwrap_or_default(),
    };
    if world.apps.contains(&id) { Ok(id) } else { Err(format!("there is no app {id}")) }
}

/// Everything the store would hold, by collection, for oracles.
pub(super) fn dump(world: &mut World) -> Value {
    let tables = world.tables().into_iter().map(|t| (t.name().to_owned(), t.dump()));
    Value::Object(tables.collect())
}
