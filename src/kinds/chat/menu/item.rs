//! One entry of a menu: its fields, how it is read, and what of it is sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json as object};

use super::super::icons;
use super::super::parts::{Parts, address};
use crate::kinds::locales::LOCALES;
use crate::model::{Fact, Record, StepDraft, Value};
use crate::resource::{Attribute, Format, Shape};

const ITEM: &str = "/open-apis/im/v1/chats/:chat_id/menu_items/:menu_item_id";

/// `group/chat-menu_tree/overview`.
const CHILDREN: usize = 5;
const LONGEST_NAME: usize = 120;

const URL: Shape = Shape::Text { min: 8, max: 2_000, format: Format::Url };

/// The platforms, and what the API calls their addresses.
const PLATFORMS: [(&str, &str); 5] = [
    ("common", "common_url"),
    ("ios", "ios_url"),
    ("android", "android_url"),
    ("pc", "pc_url"),
    ("web", "web_url"),
];

const LINKS: &[Attribute] = &[
    Attribute::new("common", URL, "Wherever nothing else is written.").required().example("https://example.com"),
    Attribute::new("ios", URL, "On iOS.").example("https://m.example.com"),
    Attribute::new("android", URL, "On Android.").example("https://m.example.com"),
    Attribute::new("pc", URL, "On computers.").example("https://example.com"),
    Attribute::new("web", URL, "In the browser.").example("https://example.com"),
];

const NAME: Attribute =
    Attribute::new("name", Shape::text(LONGEST_NAME), "At most 120 characters.").required().example("看板");
const NAMES: Attribute = Attribute::new(
    "i18n_names",
    Shape::Keyed { keys: LOCALES, of: &Shape::text(LONGEST_NAME) },
    "The name in other languages.",
)
.example("{ en_us: Board }");
const LINK: Attribute = Attribute::new(
    "link",
    Shape::Either(&[URL, Shape::Object(LINKS)]),
    "Where it leads: one address, or one for each platform. Without it, it leads nowhere.",
)
.example("https://example.com/board");

pub(super) const TOP: &[Attribute] = &[
    NAME,
    NAMES,
    LINK,
    icons::ATTRIBUTE,
    Attribute::new(
        "children",
        Shape::List { of: &Shape::Object(&[NAME, NAMES, LINK, icons::ATTRIBUTE]), max: CHILDREN },
        "Entries below it, five at most.",
    )
    .example("[{ name: CI, link: https://example.com/ci }]"),
];

/// A live entry.
#[derive(Debug)]
pub(super) struct Item<'j> {
    pub(super) id: &'j str,
    item: &'j Json,
    pub(super) children: Vec<Item<'j>>,
}

impl<'j> Item<'j> {
    pub(super) fn top(json: &'j Json) -> Self {
        let below = json["children"].as_array().into_iter().flatten();
        let child = |json: &'j Json| Self {
            id: json["chat_menu_second_level_id"].as_str().unwrap_or_default(),
            item: &json["chat_menu_item"],
            children: Vec::new(),
        };
        Self {
            id: json["chat_menu_top_level_id"].as_str().unwrap_or_default(),
            item: &json["chat_menu_item"],
            children: below.map(child).collect(),
        }
    }

    fn leads(&self) -> bool {
        self.item["action_type"] == "REDIRECT_LINK"
    }

    /// Whether patches alone make it what is declared.
    pub(super) fn can_become(&self, wanted: &Value) -> bool {
        let below: Vec<&Value> = wanted.get("children").into_iter().flat_map(Value::elements).collect();
        // An address cannot be taken away again, nor a picture.
        self.leads() == wanted.get("link").is_some()
            && self.children.len() == below.len()
            && self.children.iter().zip(below).all(|(child, wanted)| child.can_become(wanted))
    }

    pub(super) fn is_named(&self, wanted: &Value) -> bool {
        self.item["name"].as_str() == wanted.get("name").and_then(Value::as_text)
    }

    /// In the form of a declared one.
    pub(super) fn shown(&self, record: Option<&Record>) -> Value {
        let mut map = BTreeMap::new();
        let text = |name: &str| self.item[name].as_str().unwrap_or_default();
        map.insert("name".to_owned(), Value::text(text("name")));
        let names = self.item["i18n_names"].as_object().into_iter().flatten();
        let names: BTreeMap<String, Value> = names
            .filter_map(|(locale, name)| Some((locale.clone(), name.as_str().filter(|n| !n.is_empty())?)))
            .map(|(locale, name)| (locale, Value::text(name)))
            .collect();
        if !names.is_empty() {
            map.insert("i18n_names".to_owned(), Value::Map(names));
        }
        if self.leads() {
            let links = PLATFORMS.iter().filter_map(|(name, field)| {
                let url = self.item["redirect_link"][*field].as_str().filter(|url| !url.is_empty())?;
                Some(((*name).to_owned(), Value::text(url)))
            });
            map.insert("link".to_owned(), link(Value::Map(links.collect())));
        }
        map.extend(icons::seen(&self.item["image_key"], record).map(|icon| ("icon".to_owned(), icon)));
        if !self.children.is_empty() {
            let below = self.children.iter().map(|child| child.shown(record)).collect();
            map.insert("children".to_owned(), Value::List(below));
        }
        Value::Map(map)
    }
}

/// One form for one meaning: platforms that lead where all do are not named.
fn link(value: Value) -> Value {
    let Value::Map(links) = value else {
        return match value {
            Value::Text(url) => Value::Text(address(&url)),
            other => other,
        };
    };
    let plain = |value: &Value| value.as_text().map(address);
    let common = links.get("common").and_then(plain);
    let others: BTreeMap<String, Value> = links
        .iter()
        .filter_map(|(name, url)| Some((name.clone(), plain(url)?)))
        .filter(|(name, url)| name == "common" || Some(url) != common.as_ref())
        .map(|(name, url)| (name, Value::Text(url)))
        .collect();
    match (others.len(), common) {
        (1, Some(url)) => Value::Text(url),
        _ => Value::Map(others),
    }
}

/// An entry as declared, in the form of a live one.
pub(super) fn normal(value: Value) -> Value {
    let Value::Map(map) = value else { return value };
    let field = |(name, value): (String, Value)| match (name.as_str(), value) {
        ("link", value) => Some((name, link(value))),
        ("children", Value::List(below)) if below.is_empty() => None,
        ("children", Value::List(below)) => Some((name, Value::List(below.into_iter().map(normal).collect()))),
        (_, value) => Some((name, value)),
    };
    Value::Map(map.into_iter().filter_map(field).collect())
}

/// Whether an entry is as it shall be; of names and pictures what is not written does not count.
pub(super) fn is_as(declared: &Value, live: &Value) -> bool {
    let below = |value: &Value| value.get("children").cloned().unwrap_or(Value::List(Vec::new()));
    let (wanted, have) = (below(declared), below(live));
    let (wanted, have): (Vec<_>, Vec<_>) = (wanted.elements().collect(), have.elements().collect());
    wanted.len() == have.len()
        && wanted.iter().zip(have).all(|(wanted, have)| is_as(wanted, have))
        && ["name", "link"].into_iter().all(|field| declared.get(field) == live.get(field))
        && names_are(declared, live)
        && declared.get("icon").is_none_or(|icon| icons::same(icon, live.get("icon")))
}

fn names_are(declared: &Value, live: &Value) -> bool {
    let wanted = declared.get("i18n_names").and_then(Value::as_map).into_iter().flatten();
    let mut wanted = wanted.map(|(locale, name)| (locale, Some(name)));
    wanted.all(|(locale, name)| live.get("i18n_names").and_then(|names| names.get(locale)) == name)
}

/// The call that changes what differs of an entry, if anything does.
pub(super) fn patch(
    parts: &mut Parts<'_, '_>,
    wanted: &Value,
    item: &Item<'_>,
    record: Option<&Record>,
) -> Option<(StepDraft, Vec<Fact>)> {
    let live = item.shown(record);
    let mut needs = Vec::new();
    let mut fields: Vec<&str> = Vec::new();
    let mut body = Map::new();
    if wanted.get("name") != live.get("name") {
        fields.push("NAME");
        body.insert("name".to_owned(), wanted.get("name").map(Value::plain).unwrap_or_default());
    }
    if !names_are(wanted, &live) {
        fields.push("I18N_NAME");
        // Those that are not declared stay: all are sent.
        let names = |value: &Value| value.get("i18n_names").and_then(Value::as_map).cloned().unwrap_or_default();
        let mut all = names(&live);
        all.extend(names(wanted));
        body.insert("i18n_names".to_owned(), Value::Map(all).plain());
    }
    if wanted.get("link") != live.get("link") {
        fields.push("REDIRECT_LINK");
        body.insert("redirect_link".to_owned(), links(wanted));
    }
    if let Some(icon) = wanted.get("icon")
        && !icons::same(icon, live.get("icon"))
        && let Some((key, fact)) = icons::upload(parts, icon)
    {
        fields.push("ICON");
        body.insert("image_key".to_owned(), key);
        needs.push(fact);
    }
    if fields.is_empty() {
        return None;
    }
    let name = wanted.get("name").and_then(Value::as_text).unwrap_or_default();
    let call = parts.call("PATCH", ITEM).param("menu_item_id", item.id);
    let call = call.body(object!({ "update_fields": fields, "chat_menu_item": body }));
    // Two entries may have one name.
    let what = format!("change the menu entry {name} ({})", item.id);
    Some((parts.step(what, call), needs))
}

fn links(item: &Value) -> Json {
    let all = match item.get("link") {
        Some(Value::Text(url)) => vec![("common_url".to_owned(), url.as_str().into())],
        Some(Value::Map(links)) => PLATFORMS
            .iter()
            .filter_map(|(name, field)| Some(((*field).to_owned(), links.get(*name)?.plain())))
            .collect(),
        Some(_) | None => Vec::new(),
    };
    Json::Object(all.into_iter().collect())
}

/// A new entry, with what hangs below it.
pub(super) fn body(parts: &mut Parts<'_, '_>, wanted: &Value, needs: &mut Vec<Fact>) -> Json {
    let below: Vec<Json> = wanted
        .get("children")
        .into_iter()
        .flat_map(Value::elements)
        .map(|child| object!({ "chat_menu_item": one(parts, child, needs) }))
        .collect();
    let mut top = object!({ "chat_menu_item": one(parts, wanted, needs) });
    if !below.is_empty() {
        top["children"] = Json::Array(below);
    }
    top
}

fn one(parts: &mut Parts<'_, '_>, wanted: &Value, needs: &mut Vec<Fact>) -> Json {
    let leads = wanted.get("link").is_some();
    let mut item = object!({
        "action_type": if leads { "REDIRECT_LINK" } else { "NONE" },
        "name": wanted.get("name").map(Value::plain),
    });
    if leads {
        item["redirect_link"] = links(wanted);
    }
    if let Some(names) = wanted.get("i18n_names") {
        item["i18n_names"] = names.plain();
    }
    if let Some((key, fact)) = wanted.get("icon").and_then(|icon| icons::upload(parts, icon)) {
        item["image_key"] = key;
        needs.push(fact);
    }
    item
}
