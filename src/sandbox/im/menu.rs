//! The menu of a chat: three entries, five below each. What hangs below what never changes after creation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::chat::{ChatKey, Mode};
use super::gate::{self, Visit};
use super::rules;
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, one, refuse};
use crate::sandbox::world::{Row, World};

/// `group/chat-menu_tree/overview`.
const TOPS: usize = 3;
const CHILDREN: usize = 5;
const NAME: usize = 120;
const LINKS: [&str; 5] = ["common_url", "ios_url", "android_url", "pc_url", "web_url"];
const FIRST_ID: u64 = 7_117_116_451_961_480_000;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    pub tops: Vec<Top>,
}

impl Row for Menu {
    type Key = ChatKey;
    const TABLE: &'static str = "chat_menus";
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    pub id: String,
    pub item: Item,
    pub children: Vec<(String, Item)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    pub name: String,
    pub i18n_names: I18nName,
    pub redirects: bool,
    /// In the order of the platforms; empty where the common one holds.
    pub links: [String; 5],
    pub image: String,
}

pub(super) fn routes() -> Vec<Route> {
    const TREE: &str = "/open-apis/im/v1/chats/:chat_id/menu_tree";
    vec![
        Route::read("GET", TREE, get),
        Route::write("POST", TREE, add).updating(232_073),
        Route::write("DELETE", TREE, delete).updating(232_073),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/menu_tree/sort", sort),
        Route::write("PATCH", "/open-apis/im/v1/chats/:chat_id/menu_items/:menu_item_id", patch),
    ]
}

fn shown_item(item: &Item) -> Value {
    let mut map = Map::new();
    map.insert("action_type".to_owned(), if item.redirects { "REDIRECT_LINK" } else { "NONE" }.into());
    map.insert("name".to_owned(), item.name.as_str().into());
    if !item.i18n_names.is_empty() {
        map.insert("i18n_names".to_owned(), item.i18n_names.render());
    }
    if item.redirects {
        let common = &item.links[0];
        let links = LINKS.iter().zip(&item.links).map(|(name, url)| {
            let url = if url.is_empty() { common } else { url };
            ((*name).to_owned(), Value::from(url.as_str()))
        });
        map.insert("redirect_link".to_owned(), links.collect::<Map<_, _>>().into());
    }
    if !item.image.is_empty() {
        map.insert("image_key".to_owned(), item.image.as_str().into());
    }
    Value::Object(map)
}

fn shown(menu: &Menu) -> Value {
    let tops: Vec<Value> = menu
        .tops
        .iter()
        .map(|top| {
            let children: Vec<Value> = top
                .children
                .iter()
                .map(|(id, item)| json!({ "chat_menu_second_level_id": id, "chat_menu_item": shown_item(item) }))
                .collect();
            json!({
                "chat_menu_top_level_id": top.id,
                "chat_menu_item": shown_item(&top.item),
                "children": children,
            })
        })
        .collect();
    json!({ "chat_menu_top_levels": tops })
}

fn visit(world: &World, call: &Call<'_>) -> Result<(Visit, Menu), Refusal> {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.mode != Mode::Group {
        return Err(gate::on_page(call, 232_008, 232_001));
    }
    let writes = call.endpoint.method != "GET";
    if writes && chat.surface_is_closed && !visit.standing.leads() {
        return Err(refuse(232_055));
    }
    let menu = world.im.menu(visit.key).cloned().unwrap_or_default();
    Ok((visit, menu))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let (_, menu) = visit(world, call)?;
    Ok(one("menu_tree", shown(&menu)))
}

fn keep(world: &mut World, visit: &Visit, menu: Menu) -> Answer {
    let answer = shown(&menu);
    world.im.menus.insert(visit.key, menu);
    Ok(one("menu_tree", answer))
}

fn text(at: &Value, name: &str) -> Option<String> {
    at.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
}

fn links(sent: &Value) -> [String; 5] {
    let at = sent.get("redirect_link");
    LINKS.map(|name| at.and_then(|l| text(l, name)).unwrap_or_default())
}

/// An item as it was sent, which must hold together.
fn read(world: &World, call: &Call<'_>, sent: Option<&Value>) -> Result<Item, Refusal> {
    let sent = sent.filter(|s| s.is_object()).ok_or_else(|| refuse(232_078))?;
    let redirects = text(sent, "action_type").as_deref() == Some("REDIRECT_LINK");
    let item = Item {
        name: text(sent, "name").unwrap_or_default(),
        i18n_names: I18nName::from_body(sent.get("i18n_names")).unwrap_or_default(),
        redirects,
        links: if redirects { links(sent) } else { Default::default() },
        image: text(sent, "image_key").unwrap_or_default(),
    };
    sound(world, call, &item)?;
    Ok(item)
}

fn sound(world: &World, call: &Call<'_>, item: &Item) -> Result<(), Refusal> {
    let long = item.name.is_empty() || item.name.chars().count() > NAME;
    let lost = item.redirects && item.links[0].is_empty();
    if long || lost || item.links.iter().any(|l| !l.is_empty() && !rules::is_web(l)) {
        return Err(refuse(232_078));
    }
    if item.image.is_empty() { Ok(()) } else { rules::icon(world, call, &item.image) }
}

/// New entries go behind those that are there.
fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, mut menu) = visit(world, call)?;
    let sent = call.body.pointer("/menu_tree/chat_menu_top_levels").and_then(Value::as_array);
    let sent = sent.filter(|s| !s.is_empty()).ok_or_else(|| refuse(232_001))?;
    if menu.tops.len() + sent.len() > TOPS {
        return Err(refuse(232_070));
    }
    let mut fresh = Vec::new();
    for top in sent {
        let item = read(world, call, top.get("chat_menu_item"))?;
        let below = top.get("children").and_then(Value::as_array).cloned().unwrap_or_default();
        if below.len() > CHILDREN {
            return Err(refuse(232_071));
        }
        if !below.is_empty() && (item.redirects || !item.image.is_empty()) {
            return Err(refuse(232_078));
        }
        let children = below
            .iter()
            .map(|c| read(world, call, c.get("chat_menu_item")))
            .collect::<Result<Vec<_>, _>>()?;
        fresh.push((item, children));
    }
    for (item, children) in fresh {
        let mut id = || (FIRST_ID + world.next("chat_menu")).to_string();
        let top = id();
        let children = children.into_iter().map(|c| (id(), c)).collect();
        menu.tops.push(Top { id: top, item, children });
    }
    keep(world, &visit, menu)
}

fn top_ids<'a>(call: &'a Call<'_>, code: i64) -> Result<Vec<&'a str>, Refusal> {
    let ids = call.texts("chat_menu_top_level_ids").unwrap_or_default();
    let repeated = ids.iter().enumerate().any(|(i, id)| ids[..i].contains(id));
    if ids.is_empty() || repeated { Err(refuse(code)) } else { Ok(ids) }
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, mut menu) = visit(world, call)?;
    let ids = top_ids(call, 232_001)?;
    if ids.iter().any(|id| !menu.tops.iter().any(|t| t.id == *id)) {
        return Err(refuse(232_001));
    }
    menu.tops.retain(|t| !ids.contains(&t.id.as_str()));
    keep(world, &visit, menu)
}

/// The ids of all entries, in their new order.
fn sort(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, mut menu) = visit(world, call)?;
    let ids = top_ids(call, 232_072)?;
    let place = |t: &Top| ids.iter().position(|id| *id == t.id);
    if ids.len() != menu.tops.len() || menu.tops.iter().any(|t| place(t).is_none()) {
        return Err(refuse(232_072));
    }
    menu.tops.sort_by_key(|t| place(t));
    keep(world, &visit, menu)
}

/// One entry; only what `update_fields` names, and never its kind.
fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, mut menu) = visit(world, call)?;
    let id = call.path("menu_item_id");
    let sent = call.body.get("chat_menu_item").cloned().unwrap_or_default();
    let parent = menu.tops.iter().any(|t| t.id == id && !t.children.is_empty());
    let all = menu.tops.iter_mut().flat_map(|t| {
        std::iter::once((&t.id, &mut t.item)).chain(t.children.iter_mut().map(|(id, item)| (&*id, item)))
    });
    let (_, item) = all.into_iter().find(|(at, _)| *at == id).ok_or_else(|| refuse(232_001))?;
    let mut after = item.clone();
    let kind = text(&sent, "action_type");
    if kind.is_some_and(|k| (k == "REDIRECT_LINK") != after.redirects) {
        return Err(refuse(232_078));
    }
    let fields = call.texts("update_fields").unwrap_or_default();
    if fields.is_empty() {
        return Err(refuse(232_001));
    }
    for field in fields {
        match field {
            "NAME" => after.name = text(&sent, "name").unwrap_or_default(),
            "I18N_NAME" => after.i18n_names = I18nName::from_body(sent.get("i18n_names")).unwrap_or_default(),
            "ICON" if !parent => after.image = text(&sent, "image_key").unwrap_or_default(),
            "REDIRECT_LINK" if after.redirects => after.links = links(&sent),
            _ => return Err(refuse(232_078)),
        }
    }
    *item = after.clone();
    sound(world, call, &after)?;
    world.im.menus.insert(visit.key, menu);
    Ok(one("chat_menu_item", shown_item(&after)))
}
