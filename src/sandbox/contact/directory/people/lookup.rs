//! Finding people by what one knows of them.

use serde_json::{Map, Value, json};

use super::{render, rules};
use crate::sandbox::contact::directory::{Unique, User};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, refuse};
use crate::sandbox::world::World;

/// `batch_get_id` takes so many addresses, and so many numbers.
const LOOKUPS: usize = 50;
const BASICS: usize = 10;

/// One row for every address and number, in their order; without `user_id` where nobody was found or visible.
pub(super) fn batch_get_id(world: &World, call: &Call<'_>) -> Answer {
    let emails = call.texts("emails").unwrap_or_default();
    let mobiles = call.texts("mobiles").unwrap_or_default();
    if emails.len() > LOOKUPS || mobiles.len() > LOOKUPS || emails.len() + mobiles.len() == 0 {
        return Err(refuse(40_001));
    }
    let view = View::of(world, &call.caller);
    let resigned = call.bool("include_resigned") == Some(true);
    let row = |name: &str, asked: &str, found: Option<&User>| {
        let mut map = Map::new();
        if let Some(user) = found.filter(|u| world.listed(u.created) && view.user(world, u)) {
            let id = ids::user_id(world, &call.caller.app_id, user, call.user_id_type());
            map.insert("user_id".to_owned(), id.into());
            map.insert("status".to_owned(), render::status(user));
        }
        map.insert(name.to_owned(), asked.into());
        Value::Object(map)
    };
    let by = |unique, value: &str, same: &dyn Fn(&User) -> bool| {
        let directory = &world.contact.directory;
        let living = directory.holder(unique, value).and_then(|key| directory.user(key));
        living
            .or_else(|| resigned.then(|| directory.users().rev().find(|u| u.is_gone() && same(u))).flatten())
    };
    let mut list: Vec<Value> = emails
        .iter()
        .map(|e| row("email", e, by(Unique::Email, e, &|u| u.email.eq_ignore_ascii_case(e))))
        .collect();
    list.extend(mobiles.iter().map(|m| {
        let number = rules::e164(m).unwrap_or_default();
        row("mobile", m, by(Unique::Mobile, &number, &|u| !number.is_empty() && u.mobile == number))
    }));
    Ok(Data::Of(json!({ "user_list": list })))
}

/// Names for any ids, whatever the range.
pub(super) fn basic_batch(world: &World, call: &Call<'_>) -> Answer {
    let asked = call.texts("user_ids").unwrap_or_default();
    if asked.is_empty() || asked.len() > BASICS {
        return Err(refuse(40_001));
    }
    let users: Vec<Value> = asked
        .iter()
        .filter_map(|id| Some((id, ids::find_user(world, call, call.user_id_type(), id).ok()?)))
        .filter_map(|(id, key)| Some((id, world.contact.directory.user(key)?)))
        .map(|(id, u)| json!({ "user_id": id, "name": u.name, "i18n_name": { "zh_cn": u.name, "en_us": u.en_name } }))
        .collect();
    Ok(Data::Of(json!({ "users": users })))
}

/// By name, as the person who asks.
pub(super) fn search(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40_011, 40_012)?;
    let wanted = call.query("query").unwrap_or_default().trim().to_lowercase();
    let view = View::of(world, &call.caller);
    let hit = |u: &&User| {
        !u.is_gone()
            && world.listed(u.created)
            && !wanted.is_empty()
            && [&u.name, &u.en_name, &u.nickname].iter().any(|n| n.to_lowercase().contains(&wanted))
    };
    let found = world.contact.directory.users().filter(hit).filter(|u| view.user(world, u));
    let cut = page.cut(world, found, |u| {
        json!({
            "name": u.name,
            "open_id": ids::open_id(&call.caller.app_id, u.key),
            "user_id": u.user_id,
            "department_ids": u.departments.iter().map(|d| ids::open_department_id(world, *d)).collect::<Vec<_>>(),
            "avatar": render::avatar(u),
        })
    });
    Ok(cut.into_data("users"))
}
