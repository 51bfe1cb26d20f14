//! FAQs as they are read: one, all of a desk or a category, those that hold some words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::richtext::{as_text, show as nodes};
use super::{Faq, get, of_desk};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one};
use crate::sandbox::helpdesk::gate::{Case, bad, desk};
use crate::sandbox::helpdesk::{categories, people};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/helpdesk/v1/faqs", list),
        Route::read("GET", "/open-apis/helpdesk/v1/faqs/search", search),
        Route::read("GET", "/open-apis/helpdesk/v1/faqs/:id", get_one),
    ]
}

const AUTHOR: [&str; 6] = ["id", "avatar_url", "name", "department", "city", "country"];

pub(super) fn show(world: &World, call: &Call<'_>, faq: &Faq) -> Map<String, Value> {
    let path = categories::path(world, &faq.category);
    let author = |key| people::only(people::author(world, call, key), &AUTHOR);
    let mut map = Map::new();
    for (name, value) in [
        ("faq_id", json!(faq.faq_id)),
        ("id", json!(faq.faq_id)),
        ("helpdesk_id", json!(faq.helpdesk_id)),
        ("question", json!(faq.question)),
        ("answer", json!(as_text(&faq.answer))),
        ("answer_richtext", nodes(world, &faq.answer)),
        ("create_time", json!(faq.created / 1000)),
        ("update_time", json!(faq.updated / 1000)),
        ("categories", path.into_iter().map(|c| Value::from(categories::whole(c))).collect()),
        ("tags", json!(faq.tags)),
        ("update_user", author(faq.updater)),
        ("create_user", author(faq.creator)),
    ] {
        map.insert(name.to_owned(), value);
    }
    if let Some(at) = faq.expires {
        map.insert("expire_time".to_owned(), (at / 1000).into());
    }
    map
}

fn get_one(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let faq = get(world, &desk.helpdesk_id, call.path("id"));
    let faq = faq.ok_or_else(|| Case::FaqMissing.refused(world))?;
    Ok(one("faq", show(world, call, faq).into()))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let page = call.page(154_000, 154_000)?;
    let category = call.query("category_id").filter(|id| !id.is_empty());
    if category.is_some_and(|id| categories::get(world, &desk.helpdesk_id, id).is_none()) {
        return Err(Case::FilterMissing.refused(world));
    }
    let status = match call.query("status") {
        None | Some("") => None,
        Some(text) => match text.parse::<u8>() {
            Ok(status @ 0..=2) => Some(status),
            _ => return Err(bad(world, "status")),
        },
    };
    let any = world.settings().helpdesk.faqs_of_any_status;
    let listed = |faq: &Faq| match (status, faq.status(world.now)) {
        (Some(status), own) => status == own,
        (None, own) => own == 1 || any && own == 0,
    };
    let words = call.query("search").unwrap_or_default().to_lowercase();
    let author = |faq: &Faq| world.contact.directory.user(faq.updater).map_or("", |user| &user.name);
    let found: Vec<&Faq> = of_desk(world, &desk.helpdesk_id)
        .into_iter()
        .filter(|faq| listed(faq) && world.listed(faq.created))
        .filter(|faq| {
            category
                .is_none_or(|id| categories::path(world, &faq.category).iter().any(|c| c.category_id == id))
        })
        .filter(|faq| words.is_empty() || holds(faq, &words) || author(faq).to_lowercase().contains(&words))
        .collect();
    let total = found.len();
    let cut = page.cut(world, found, |faq| show(world, call, faq).into());
    let size = cut.items.len();
    let mut map = cut.into_map("items");
    map.insert("page_size".to_owned(), size.into());
    map.insert("total".to_owned(), total.into());
    Ok(Data::Of(map.into()))
}

fn holds(faq: &Faq, words: &str) -> bool {
    std::iter::once(&faq.question).chain(&faq.tags).any(|text| text.to_lowercase().contains(words))
}

/// Elements of a path in what a search finds.
const FOUND: [&str; 3] = ["category_id", "id", "name"];

fn search(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let page = call.page(154_000, 154_000)?;
    let query = call.query("query").unwrap_or_default();
    let query = match call.query("base64") {
        None | Some("") => query.to_owned(),
        Some("true") => STANDARD
            .decode(query)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| bad(world, "query"))?,
        Some(_) => return Err(bad(world, "base64")),
    };
    let words = query.trim().to_lowercase();
    if words.is_empty() {
        return Err(bad(world, "query"));
    }
    let found: Vec<&Faq> = of_desk(world, &desk.helpdesk_id)
        .into_iter()
        .filter(|faq| faq.binned.is_none() && world.listed(faq.created))
        .filter(|faq| holds(faq, &words) || as_text(&faq.answer).to_lowercase().contains(&words))
        .collect();
    let (total, last) = (found.len(), found.last().map(|faq| faq.faq_id.clone()));
    let cut = page.cut(world, found, |faq| {
        let mut value = show(world, call, faq);
        for category in value.get_mut("categories").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(fields) = category.as_object_mut() {
                fields.retain(|name, _| FOUND.contains(&name.as_str()));
            }
        }
        value.into()
    });
    let (size, more) = (cut.items.len(), cut.has_more);
    let mut map = cut.into_map("items");
    map.insert("page_size".to_owned(), size.into());
    map.insert("total".to_owned(), total.into());
    if let Some(last) = last.filter(|_| !more && world.settings().helpdesk.search_token_at_end) {
        // It looks like one and leads nowhere: `has_more` decides.
        map.entry("page_token").or_insert(last.into());
    }
    Ok(Data::Of(map.into()))
}
