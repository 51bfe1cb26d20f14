//! Categories as they are read: nested in the list, where only the outermost have all their fields; bare and without
//! a parent one by one.

use serde_json::{Map, Value, json};

use super::{Category, ROOT, children, get};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one};
use crate::sandbox::helpdesk::gate::{Case, desk};
use crate::sandbox::world::{World, digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/helpdesk/v1/categories", list),
        Route::read("GET", "/open-apis/helpdesk/v1/categories/:id", bare),
    ]
}

/// All that there is to say.
pub(in crate::sandbox::helpdesk) fn whole(category: &Category) -> Map<String, Value> {
    [
        ("category_id", &category.category_id),
        ("id", &category.category_id),
        ("name", &category.name),
        ("parent_id", &category.parent),
        ("helpdesk_id", &category.helpdesk_id),
        ("language", &category.language),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.as_str().into()))
    .collect()
}

fn bare(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let category = get(world, &desk.helpdesk_id, call.path("id"));
    let mut value = whole(category.ok_or_else(|| Case::CategoryMissing.refused(world))?);
    value.remove("parent_id");
    Ok(Data::Of(value.into()))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let alone = world.settings().helpdesk.categories_need_lang.then_some("zh_cn");
    let lister = Lister {
        world,
        desk: &desk.helpdesk_id,
        language: call.query("lang").filter(|lang| !lang.is_empty()).or(alone),
        by_update: call.query("order_by") == Some("1"),
        reversed: call.query("order_by") == Some("1") && !call.query_bool("asc"),
    };
    Ok(one("categories", lister.below(ROOT, 0)))
}

struct Lister<'a> {
    world: &'a World,
    desk: &'a str,
    language: Option<&'a str>,
    by_update: bool,
    reversed: bool,
}

impl Lister<'_> {
    fn below(&self, parent: &str, depth: usize) -> Value {
        let mut list = children(self.world, self.desk, parent);
        list.retain(|c| self.language.is_none_or(|l| l == c.language) && self.world.listed(c.created));
        if self.by_update {
            list.sort_by_key(|c| (c.updated, c.number));
        }
        if self.reversed {
            list.reverse();
        }
        list.into_iter().map(|category| self.node(category, depth)).collect()
    }

    fn node(&self, category: &Category, depth: usize) -> Value {
        let mut value = whole(category);
        if depth > 0 {
            value.remove("category_id");
        }
        if depth == 1 && self.world.settings().helpdesk.odd_parents {
            value.insert("parent_id".to_owned(), odd(category).into());
        }
        let below = self.below(&category.category_id, depth + 1);
        if below != json!([]) {
            value.insert("children".to_owned(), below);
        }
        value.into()
    }
}

/// Some id that is no category's.
fn odd(category: &Category) -> String {
    let digits = digest(&["odd parent", &category.parent]);
    let number = u64::from_str_radix(digits.get(..12).unwrap_or_default(), 16).unwrap_or_default();
    (6_800_000_000_000_000_000 + number).to_string()
}
