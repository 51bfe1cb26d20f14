//! The contact range of the caller, as an endpoint.
//!
//! Nothing in the answer says "everybody": the whole organisation reads as the first-level departments, the
//! people directly in the root and all groups. A partial range reads as its entries alone, each department
//! standing for what is below it. One page counts people, departments and groups together, in that order.
//! Page: `contact-v3/scope/list`.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::directory::{DepartmentKey, ROOT, UserKey};
use super::ids;
use super::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::world::World;

pub fn routes() -> Vec<Route> {
    vec![Route::read("GET", "/open-apis/contact/v3/scopes", list)]
}

enum Entry {
    User(UserKey),
    Department(DepartmentKey),
    Group(String),
}

impl Entry {
    fn list(&self) -> &'static str {
        match self {
            Self::User(_) => "user_ids",
            Self::Department(_) => "department_ids",
            Self::Group(_) => "group_ids",
        }
    }
}

fn entries(world: &World, view: &View) -> Vec<Entry> {
    let directory = &world.contact.directory;
    let (users, departments): (Vec<UserKey>, Vec<DepartmentKey>) = match view {
        View::All => (
            directory.members(ROOT).map(|u| u.key).collect(),
            directory.children(ROOT).map(|d| d.key).collect(),
        ),
        View::Some { users, departments, .. } => {
            (users.iter().copied().collect(), departments.iter().copied().collect())
        }
    };
    let user = |key: &UserKey| directory.user(*key).is_some_and(|u| !u.is_gone() && world.listed(u.created));
    let department =
        |key: &DepartmentKey| directory.department(*key).is_some_and(|d| world.listed(d.created));
    let groups = world.contact.groups.all();
    let groups = groups.into_iter().filter(|g| view.group(&g.group_id) && world.listed(g.created));
    users
        .into_iter()
        .filter(user)
        .map(Entry::User)
        .chain(departments.into_iter().filter(department).map(Entry::Department))
        .chain(groups.map(|g| Entry::Group(g.group_id.clone())))
        .collect()
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let spell = |entry: &Entry| match entry {
        Entry::User(key) => ids::user_id_of(world, &call.caller.app_id, *key, call.user_id_type()),
        Entry::Department(key) => ids::department_id(world, *key, call.department_id_type()),
        Entry::Group(id) => id.clone(),
    };
    let mut lists: [(&str, Vec<Value>); 3] =
        [("department_ids", Vec::new()), ("user_ids", Vec::new()), ("group_ids", Vec::new())];
    let cut = page.cut(world, entries(world, &View::of(world, &call.caller)), |entry| {
        if let Some((_, list)) = lists.iter_mut().find(|(name, _)| *name == entry.list()) {
            list.push(spell(&entry).into());
        }
        Value::Null
    });
    let mut data: Map<String, Value> = cut.into_map("");
    data.remove("");
    data.extend(lists.map(|(name, list)| (name.to_owned(), list.into())));
    Ok(Data::Of(Value::Object(data)))
}
