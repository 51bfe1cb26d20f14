//! Custom fields of people: definitions that the console makes and the API only lists.
//!
//! The list shows texts, links and single choices, not the person and picture fields, which can be written all
//! the same (`custom_attr/list`). A field that the console keeps from the API neither lists nor takes values.
//! Every new tenant has four, so that each kind of value can be tried.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Route};
use crate::sandbox::world::{Row, Stored, Table, World};

/// The definition of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomAttr {
    pub id: String,
    pub kind: Kind,
    pub i18n_name: Vec<Content>,
    /// For the two kinds that choose; the first is the default.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// The console's "allow calls of the open platform".
    pub open_to_api: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    /// The text, or the address of the picture.
    pub value: String,
    /// Of a picture.
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Text,
    Href,
    Enumeration,
    GenericUser,
    PictureEnum,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Href => "HREF",
            Self::Enumeration => "ENUMERATION",
            Self::GenericUser => "GENERIC_USER",
            Self::PictureEnum => "PICTURE_ENUM",
        }
    }

    fn is_listed(self) -> bool {
        match self {
            Self::Text | Self::Href | Self::Enumeration => true,
            Self::GenericUser | Self::PictureEnum => false,
        }
    }
}

impl Row for CustomAttr {
    type Key = String;
    const TABLE: &'static str = "custom_attrs";
}

#[derive(Debug, Default)]
pub struct CustomAttrs {
    rows: Table<CustomAttr>,
}

impl CustomAttrs {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows]
    }

    /// The fields of a new tenant, one of each kind that a value can be written to.
    pub fn found(&mut self) {
        let named = |zh: &str, en: &str| {
            let content = |locale: &str, value: &str| Content { locale: locale.into(), value: value.into() };
            vec![content("zh_cn", zh), content("en_us", en)]
        };
        let choice =
            |id: &str, value: &str| Choice { id: id.into(), value: value.into(), name: String::new() };
        let sizes = vec![choice("sizesmal", "S"), choice("sizemedi", "M"), choice("sizelarg", "L")];
        for (id, kind, i18n_name, options) in [
            ("C-7000000000000000001", Kind::Text, named("座右铭", "Motto"), Vec::new()),
            ("C-7000000000000000002", Kind::Href, named("个人主页", "Homepage"), Vec::new()),
            ("C-7000000000000000003", Kind::Enumeration, named("衣服尺码", "Shirt size"), sizes),
            ("C-7000000000000000004", Kind::GenericUser, named("导师", "Mentor"), Vec::new()),
        ] {
            self.install(CustomAttr { id: id.to_owned(), kind, i18n_name, options, open_to_api: true });
        }
    }

    /// Adds or replaces a definition, as the console can.
    pub fn install(&mut self, attr: CustomAttr) {
        self.rows.insert(attr.id.clone(), attr);
    }

    /// Takes a definition away; `false` when there was none.
    pub fn remove(&mut self, id: &str) -> bool {
        self.rows.remove(&id.to_owned()).is_some()
    }

    /// The type of an attribute that the API may write (TEXT, HREF, ENUMERATION, GENERIC_USER, PICTURE_ENUM).
    pub fn type_of(&self, id: &str) -> Option<&str> {
        self.rows.get(&id.to_owned()).filter(|a| a.open_to_api).map(|a| a.kind.name())
    }

    /// The text of an option, which reads back beside its id.
    pub fn option_text(&self, id: &str, option: &str) -> Option<&str> {
        let attr = self.rows.get(&id.to_owned())?;
        attr.options.iter().find(|o| o.id == option).map(|o| o.value.as_str())
    }

    pub fn has_option(&self, id: &str, option: &str) -> bool {
        self.rows.get(&id.to_owned()).is_some_and(|a| a.options.iter().any(|o| o.id == option))
    }
}

pub fn routes() -> Vec<Route> {
    vec![Route::read("GET", "/open-apis/contact/v3/custom_attrs", list)]
}

/// `options` is there for the kinds that choose, `name` for pictures.
fn render(attr: &CustomAttr) -> Value {
    let mut map = Map::new();
    map.insert("id".to_owned(), attr.id.as_str().into());
    map.insert("type".to_owned(), attr.kind.name().into());
    let option_type = match attr.kind {
        Kind::Enumeration => Some("TEXT"),
        Kind::PictureEnum => Some("PICTURE"),
        Kind::Text | Kind::Href | Kind::GenericUser => None,
    };
    if let Some(option_type) = option_type {
        let option = |o: &Choice| match attr.kind {
            Kind::PictureEnum => json!({ "id": o.id, "value": o.value, "name": o.name }),
            Kind::Text | Kind::Href | Kind::Enumeration | Kind::GenericUser => {
                json!({ "id": o.id, "value": o.value })
            }
        };
        let options: Vec<Value> = attr.options.iter().map(option).collect();
        let default = attr.options.first().map_or("", |o| o.id.as_str());
        let value = json!({ "default_option_id": default, "option_type": option_type, "options": options });
        map.insert("options".to_owned(), value);
    }
    map.insert("i18n_name".to_owned(), Content::render(&attr.i18n_name));
    Value::Object(map)
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let seen = |a: &&CustomAttr| a.open_to_api && a.kind.is_listed();
    Ok(page.cut(world, world.contact.custom_attrs.rows.values().filter(seen), render).into_data("items"))
}
