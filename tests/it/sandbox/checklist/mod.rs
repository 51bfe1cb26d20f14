//! The sandbox checklist of the platform brief (its section 16), item by item, each test named after its item.
//!
//! Oracles are the brief, the reference and the store's rows. Not here: 53 to 55 (events are not simulated) and
//! 56 (`helpdesk/gate.rs`); of 39 the range of the directory service. 28 and 30 are shown on
//! contact endpoints, through a setting and a scripted fault. Of 48 the switched-off bot (11205) and of 41 the
//! keys of chats, messages and tasks come with their services too.

mod auth;
mod envelope;
mod ids;
mod oauth;
mod paging;
mod ranges;
mod rate;
mod scopes;
mod state;
mod tokens;
mod validation;

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

const DEPARTMENTS: &str =
    "/open-apis/contact/v3/departments?department_id_type=department_id&user_id_type=user_id";

/// Everybody directly in a department, first page.
fn members(department: &str) -> String {
    format!(
        "{CONTACT}/users/find_by_department?department_id_type=department_id&user_id_type=user_id\
         &department_id={department}"
    )
}

fn user(id: &str) -> String {
    format!("{CONTACT}/users/{id}?department_id_type=department_id&user_id_type=user_id")
}

fn department(id: &str) -> String {
    format!("{CONTACT}/departments/{id}?department_id_type=department_id&user_id_type=user_id")
}

fn children(id: &str, more: &str) -> String {
    format!("{CONTACT}/departments/{id}/children?department_id_type=department_id{more}")
}

/// The texts under a name in the items of a list.
fn texts(data: &Value, list: &str, name: &str) -> Vec<String> {
    let items = data[list].as_array().cloned().unwrap_or_default();
    items.iter().map(|i| i[name].as_str().unwrap_or_default().to_owned()).collect()
}

/// How many rows a table of the store has.
async fn count(t: &Tenant, table: &str) -> usize {
    t.rows(table).await.as_object().map_or(0, serde_json::Map::len)
}

/// A department's name is all that a test needs most of the time.
fn named(name: &str) -> Value {
    json!({ "name": name, "parent_department_id": "0" })
}
