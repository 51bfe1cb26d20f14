//! Tabs of a chat: built-in ones that the API only shows, and up to twenty of its own.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::chat::{ChatKey, Mode};
use super::gate::{self, Visit};
use super::rules;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, one, refuse};
use crate::sandbox::world::{Row, World};

/// `group/chat-tab/create`.
const CUSTOM: usize = 20;
const NAME: usize = 60;
/// The first stays first.
const BUILT_IN: [&str; 4] = ["message", "doc_list", "chat_announcement", "pin"];
/// Ids are numbers of this size.
const FIRST_ID: u64 = 7_101_214_603_622_940_000;
const FIRST_BUILT_IN_ID: u64 = 7_001_214_603_622_940_000;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tabs {
    pub tabs: Vec<Tab>,
}

impl Row for Tabs {
    type Key = ChatKey;
    const TABLE: &'static str = "chat_tabs";
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tab {
    pub id: String,
    pub name: String,
    pub kind: String,
    /// Of `url` or `doc`.
    pub address: String,
    pub icon: String,
    pub is_built_in: bool,
}

impl Tab {
    fn is_custom(&self) -> bool {
        matches!(self.kind.as_str(), "url" | "doc")
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/im/v1/chats/:chat_id/chat_tabs/list_tabs", list),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/chat_tabs", add),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/chat_tabs/update_tabs", update),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/chat_tabs/sort_tabs", sort),
        Route::write("DELETE", "/open-apis/im/v1/chats/:chat_id/chat_tabs/delete_tabs", delete),
    ]
}

/// The tabs of a chat, which has its built-in ones before anybody adds any.
pub fn tabs_of(world: &World, key: ChatKey) -> Vec<Tab> {
    if let Some(tabs) = world.im.tabs(key) {
        return tabs.tabs.clone();
    }
    let of_kind = |(i, kind): (u64, &&str)| Tab {
        id: (FIRST_BUILT_IN_ID + key * 8 + i).to_string(),
        kind: (**kind).to_owned(),
        ..Tab::default()
    };
    (0..).zip(&BUILT_IN).map(of_kind).collect()
}

fn fresh_id(world: &mut World) -> String {
    (FIRST_ID + world.next("chat_tab")).to_string()
}

fn shown(tabs: &[Tab]) -> Value {
    let all = tabs.iter().map(|t| {
        let mut map = Map::new();
        map.insert("tab_id".to_owned(), t.id.as_str().into());
        map.insert("tab_type".to_owned(), t.kind.as_str().into());
        if t.is_custom() {
            map.insert("tab_name".to_owned(), t.name.as_str().into());
            let mut content = Map::new();
            content.insert(t.kind.clone(), t.address.as_str().into());
            map.insert("tab_content".to_owned(), content.into());
        }
        if t.kind == "url" {
            let mut config = json!({ "is_built_in": t.is_built_in });
            if !t.icon.is_empty() {
                config["icon_key"] = t.icon.as_str().into();
            }
            map.insert("tab_config".to_owned(), config);
        }
        Value::Object(map)
    });
    all.collect()
}

fn visit(world: &World, call: &Call<'_>, writes: bool) -> Result<Visit, Refusal> {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.mode == Mode::Topic {
        return Err(refuse(232_050));
    }
    if writes && chat.surface_is_closed && !visit.standing.leads() {
        return Err(refuse(232_055));
    }
    Ok(visit)
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let visit = visit(world, call, false)?;
    let tabs = tabs_of(world, visit.key);
    Ok(one("chat_tabs", shown(&tabs)))
}

fn keep(world: &mut World, visit: &Visit, tabs: Vec<Tab>) -> Answer {
    let answer = shown(&tabs);
    world.im.tabs.insert(visit.key, Tabs { tabs });
    Ok(one("chat_tabs", answer))
}

/// A tab of ours after what was sent about it.
fn read(world: &World, call: &Call<'_>, sent: &Value, before: Option<&Tab>) -> Result<Tab, Refusal> {
    let text = |at: &Value, name: &str| {
        at.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
    };
    let mut tab = before.cloned().unwrap_or_default();
    let kind = text(sent, "tab_type").unwrap_or_default();
    if tab.kind != kind {
        tab.address.clear();
    }
    tab.kind = kind;
    if !tab.is_custom() {
        return Err(refuse(232_001));
    }
    if let Some(address) = sent.get("tab_content").and_then(|c| text(c, &tab.kind)) {
        tab.address = normal(&address);
    }
    if !rules::is_web(&tab.address) {
        return Err(refuse(232_048));
    }
    if tab.kind == "doc" && world.settings().im.forbidden_docs.contains(&tab.address) {
        return Err(refuse(232_051));
    }
    if let Some(name) = text(sent, "tab_name") {
        if name.chars().count() > NAME {
            return Err(refuse(232_047));
        }
        tab.name = name;
    }
    if tab.kind == "url" {
        let config = sent.get("tab_config");
        if let Some(icon) = config.and_then(|c| text(c, "icon_key")) {
            rules::icon(world, call, &icon)?;
            tab.icon = icon;
        }
        if let Some(built_in) = config.and_then(|c| c.get("is_built_in")).and_then(Value::as_bool) {
            tab.is_built_in = built_in;
        }
    } else {
        tab.icon.clear();
        tab.is_built_in = false;
    }
    Ok(tab)
}

/// A bare host gets its slash.
fn normal(url: &str) -> String {
    let bare = url.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
    if bare { format!("{url}/") } else { url.to_owned() }
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = visit(world, call, true)?;
    let sent = call.list("chat_tabs").cloned().unwrap_or_default();
    if sent.is_empty() {
        return Err(refuse(232_001));
    }
    let mut fresh = Vec::with_capacity(sent.len());
    for one in &sent {
        fresh.push(read(world, call, one, None)?);
    }
    let mut tabs = tabs_of(world, visit.key);
    if tabs.iter().filter(|t| t.is_custom()).count() + fresh.len() > CUSTOM {
        return Err(refuse(232_046));
    }
    for tab in fresh {
        tabs.push(Tab { id: fresh_id(world), ..tab });
    }
    keep(world, &visit, tabs)
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = visit(world, call, true)?;
    let mut tabs = tabs_of(world, visit.key);
    let sent = call.list("chat_tabs").cloned().unwrap_or_default();
    if sent.is_empty() {
        return Err(refuse(232_001));
    }
    for one in &sent {
        let id = one.get("tab_id").and_then(Value::as_str).unwrap_or_default();
        let at = tabs.iter().position(|t| t.id == id).ok_or_else(|| refuse(232_001))?;
        let to = one.get("tab_type").and_then(Value::as_str);
        if !tabs[at].is_custom() || !matches!(to, Some("url" | "doc")) {
            return Err(refuse(232_049));
        }
        tabs[at] = read(world, call, one, Some(&tabs[at]))?;
    }
    keep(world, &visit, tabs)
}

/// Every id must be there, that of the first tab too, which stays where it is.
fn sort(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = visit(world, call, true)?;
    let tabs = tabs_of(world, visit.key);
    let ids = call.texts("tab_ids").unwrap_or_default();
    let mut sorted: Vec<Tab> = Vec::with_capacity(tabs.len());
    for id in &ids {
        let tab = tabs.iter().find(|t| t.id == *id).ok_or_else(|| refuse(232_001))?;
        if sorted.contains(tab) {
            return Err(refuse(232_001));
        }
        sorted.push(tab.clone());
    }
    if sorted.len() != tabs.len() {
        return Err(refuse(232_001));
    }
    sorted.sort_by_key(|t| t.kind != "message");
    keep(world, &visit, sorted)
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = visit(world, call, true)?;
    let mut tabs = tabs_of(world, visit.key);
    let ids = call.texts("tab_ids").unwrap_or_default();
    if ids.is_empty() {
        return Err(refuse(232_001));
    }
    for id in ids {
        let at = tabs.iter().position(|t| t.id == id).ok_or_else(|| refuse(232_001))?;
        if !tabs[at].is_custom() {
            return Err(refuse(232_049));
        }
        tabs.remove(at);
    }
    keep(world, &visit, tabs)
}
