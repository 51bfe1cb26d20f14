//! The new announcement: a tree of blocks below a page, with a revision that every edit raises.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::blocks::{self, Block};
use super::{Announcement, Past, announcement_of, keep, may_edit, person};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::im::gate::{self, Visit};
use crate::sandbox::world::{Millis, World, digest, short_digest};

/// Revisions that an edit may be behind.
const BEHIND: u64 = 1_000;
/// Edits of one announcement in a second.
const EDITS: usize = 3;
const SECOND: Millis = 1_000;

pub(super) fn routes() -> Vec<Route> {
    const BLOCKS: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks";
    const CHILDREN: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id/children";
    vec![
        Route::read("GET", "/open-apis/docx/v1/chats/:chat_id/announcement", meta),
        Route::read("GET", BLOCKS, list),
        Route::read("GET", "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id", get),
        Route::read("GET", CHILDREN, children),
        Route::write("POST", CHILDREN, create),
        Route::write("PATCH", "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/batch_update", update),
        Route::write(
            "DELETE",
            "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id/children/batch_delete",
            delete,
        ),
    ]
}

/// The one endpoint that answers for both kinds.
fn meta(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let announcement = announcement_of(world, chat);
    let mut map = Map::new();
    let kind = if announcement.old { "doc" } else { "docx" };
    map.insert("announcement_type".to_owned(), kind.into());
    map.insert("revision_id".to_owned(), announcement.revision.into());
    let (made, changed) = (announcement.created / 1_000, announcement.updated / 1_000);
    map.insert("create_time".to_owned(), made.into());
    map.insert("update_time".to_owned(), changed.into());
    map.insert("create_time_v2".to_owned(), made.to_string().into());
    map.insert("update_time_v2".to_owned(), changed.to_string().into());
    person(world, call, "owner", chat.owner.as_ref(), &mut map);
    person(world, call, "modifier", announcement.modifier.as_ref(), &mut map);
    Ok(Data::Of(Value::Object(map)))
}

/// An announcement that somebody opened, with the id of its root.
struct Opened {
    visit: Visit,
    root: String,
    announcement: Announcement,
    /// The lists that the places of an edit go by, when it was made for an older revision.
    then: Option<BTreeMap<String, Vec<String>>>,
    /// What will be the history once it is changed.
    history: Vec<Past>,
}

impl Opened {
    /// The list below a block that the places of an edit go by.
    fn then<'o>(&'o self, parent: &str, now: &'o Vec<String>) -> &'o Vec<String> {
        let key = if parent == self.root { "" } else { parent };
        self.then.as_ref().and_then(|lists| lists.get(key)).unwrap_or(now)
    }
}

fn open(world: &World, call: &Call<'_>) -> Result<Opened, Refusal> {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let announcement = announcement_of(world, chat);
    if announcement.old {
        return Err(refuse(1_772_006));
    }
    let asked = call.query("revision_id").and_then(|r| r.parse::<i64>().ok()).unwrap_or(-1);
    let newest = announcement.revision;
    let mut then = None;
    match u64::try_from(asked) {
        // Only the newest one is kept, so an older one cannot be read.
        Ok(old) if old < newest && (call.endpoint.is_read() || newest - old > BEHIND) => {
            return Err(refuse(1_770_021));
        }
        Ok(old) if old < newest => {
            let past = announcement.history.iter().find(|past| past.revision == old);
            then = Some(past.ok_or_else(|| refuse(1_770_021))?.lists.clone());
        }
        Ok(future) if future > newest => return Err(refuse(1_770_001)),
        _ => {}
    }
    let history = if call.endpoint.is_read() { Vec::new() } else { announcement.past() };
    Ok(Opened { root: chat.chat_id.clone(), visit, announcement, then, history })
}

/// As [`open`], to edit: by those who may, and not too often.
fn open_to_edit(world: &World, call: &Call<'_>) -> Result<Opened, Refusal> {
    let mut opened = open(world, call)?;
    if !may_edit(gate::chat(world, &opened.visit)?, &opened.visit) {
        return Err(refuse(1_772_005));
    }
    let edits = &mut opened.announcement.edits;
    edits.retain(|at| world.now - at < SECOND);
    if world.settings().rate_limits && edits.len() >= EDITS {
        return Err(refuse(99_991_400).http(429));
    }
    edits.push(world.now);
    Ok(opened)
}

fn render(opened: &Opened, id: &str) -> Option<Value> {
    if id == opened.root {
        return Some(blocks::page(&opened.root, &opened.announcement));
    }
    opened.announcement.blocks.get(id).map(|b| blocks::shown(id, &opened.root, b))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(1_770_001, 1_770_001)?;
    let opened = open(world, call)?;
    let ids = std::iter::once(opened.root.as_str()).chain(blocks::in_order(&opened.announcement));
    Ok(page.cut(world, ids, |id| render(&opened, id).unwrap_or_default()).into_data("items"))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let opened = open(world, call)?;
    let block = render(&opened, call.path("block_id")).ok_or_else(|| refuse(1_770_002))?;
    Ok(one("block", block))
}

/// The kind of a parent and what is below it; the root has no kind of its own to forbid anything.
fn below<'a>(opened: &'a Opened, id: &str) -> Result<(Option<i64>, &'a Vec<String>), Refusal> {
    if id == opened.root {
        return Ok((None, &opened.announcement.top));
    }
    let block = opened.announcement.blocks.get(id).ok_or_else(|| refuse(1_770_002))?;
    Ok((Some(block.kind), &block.children))
}

fn children(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(1_770_001, 1_770_001)?;
    let opened = open(world, call)?;
    let (_, ids) = below(&opened, call.path("block_id"))?;
    Ok(page.cut(world, ids, |id| render(&opened, id).unwrap_or_default()).into_data("items"))
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let mut opened = open_to_edit(world, call)?;
    let parent = call.path("block_id").to_owned();
    let (kind, ids) = below(&opened, &parent)?;
    if kind.is_some_and(|k| !blocks::holds_children(k)) {
        return Err(refuse(1_770_028));
    }
    let then = opened.then(&parent, ids);
    let count = then.len();
    let at = match call.int("index").unwrap_or(-1) {
        -1 => count,
        index => usize::try_from(index).ok().filter(|i| *i <= count).ok_or_else(|| refuse(1_770_001))?,
    };
    // Behind the nearest one before it that is still there.
    let before = then[..at].iter().rev().find_map(|id| ids.iter().position(|now| now == id));
    let at = before.map_or(0, |place| place + 1);
    let sent = call.list("children").filter(|c| !c.is_empty()).ok_or_else(|| refuse(1_770_001))?;
    let made = sent.iter().map(|b| blocks::made(world, call, b, kind)).collect::<Result<Vec<_>, _>>()?;
    let mut fresh = Vec::with_capacity(made.len());
    for (kind, content) in made {
        let number = world.next("docx_block").to_string();
        let id = format!("doxcn{}", short_digest(&["block", &opened.root, &number], 22));
        let parent = if parent == opened.root { String::new() } else { parent.clone() };
        opened.announcement.blocks.insert(id.clone(), Block { parent, kind, content, children: Vec::new() });
        fresh.push(id);
    }
    if let Some(list) = list_of(&mut opened, &parent) {
        list.splice(at..at, fresh.iter().cloned());
    }
    let shown: Vec<Value> = fresh.iter().filter_map(|id| render(&opened, id)).collect();
    finish(world, call, opened, Some(("children", shown)))
}

fn list_of<'a>(opened: &'a mut Opened, parent: &str) -> Option<&'a mut Vec<String>> {
    if parent == opened.root {
        Some(&mut opened.announcement.top)
    } else {
        opened.announcement.blocks.get_mut(parent).map(|b| &mut b.children)
    }
}

/// Changes texts. A block at most once a call, and one operation a request.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let mut opened = open_to_edit(world, call)?;
    let requests = call.list("requests").filter(|r| !r.is_empty()).ok_or_else(|| refuse(1_770_001))?;
    let mut seen: Vec<&str> = Vec::new();
    for request in requests {
        let id = request.get("block_id").and_then(Value::as_str).ok_or_else(|| refuse(1_770_001))?;
        if seen.contains(&id) {
            return Err(refuse(1_770_001));
        }
        seen.push(id);
        let mut block = opened.announcement.blocks.get(id).cloned().ok_or_else(|| refuse(1_770_002))?;
        operate(world, call, &mut block, request)?;
        opened.announcement.blocks.insert(id.to_owned(), block);
    }
    let shown: Vec<Value> = seen.iter().filter_map(|id| render(&opened, id)).collect();
    finish(world, call, opened, Some(("blocks", shown)))
}

/// The styles that the numbers of `fields` mean.
const STYLES: [&str; 7] =
    ["align", "done", "folded", "language", "wrap", "background_color", "indentation_level"];

fn operate(world: &World, call: &Call<'_>, block: &mut Block, request: &Value) -> Result<(), Refusal> {
    let names = request.as_object().into_iter().flatten().map(|(n, _)| n.as_str());
    let operations: Vec<&str> = names.filter(|n| *n != "block_id").collect();
    let [operation] = operations.as_slice() else { return Err(refuse(1_770_001)) };
    let sent = &request[*operation];
    let (elements, styles) = match *operation {
        "update_text_elements" => (true, false),
        "update_text_style" => (false, true),
        "update_text" => (true, true),
        // Tables, grids, pictures, files and tasks, of which there are none here.
        _ => return Err(refuse(1_770_025)),
    };
    if !blocks::is_text(block.kind) {
        return Err(refuse(1_770_025));
    }
    if elements {
        block.content["elements"] = blocks::elements(world, call, sent.get("elements"))?.into();
    }
    if styles {
        let fields = sent.get("fields").and_then(Value::as_array).ok_or_else(|| refuse(1_770_001))?;
        let style = blocks::style(block.kind, sent.get("style"))?;
        for field in fields {
            let number = field.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let name = number.checked_sub(1).and_then(|n| STYLES.get(n)).ok_or_else(|| refuse(1_770_001))?;
            if let Some(value) = style.get(*name) {
                block.content["style"][*name] = value.clone();
            }
        }
    }
    Ok(())
}

/// From one place up to, and not with, another.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let mut opened = open_to_edit(world, call)?;
    let parent = call.path("block_id").to_owned();
    let (kind, ids) = below(&opened, &parent)?;
    if kind.is_some_and(|k| !blocks::holds_children(k)) {
        return Err(refuse(1_770_031));
    }
    let place = |name: &str| call.int(name).and_then(|n| usize::try_from(n).ok());
    let then = opened.then(&parent, ids).clone();
    let count = then.len();
    let (from, to) = place("start_index")
        .zip(place("end_index"))
        .filter(|(from, to)| from < to && *to <= count)
        .ok_or_else(|| refuse(1_770_001))?;
    let mut gone: Vec<String> = then[from..to].to_vec();
    if let Some(list) = list_of(&mut opened, &parent) {
        list.retain(|id| !gone.contains(id));
    }
    while let Some(id) = gone.pop() {
        if let Some(block) = opened.announcement.blocks.remove(&id) {
            gone.extend(block.children);
        }
    }
    finish(world, call, opened, None)
}

/// Stores the edit and says its revision.
fn finish(
    world: &mut World,
    call: &Call<'_>,
    mut opened: Opened,
    shown: Option<(&str, Vec<Value>)>,
) -> Answer {
    opened.announcement.history = opened.history;
    opened.announcement.revision += 1;
    let revision = opened.announcement.revision;
    let token = call
        .query("client_token")
        .filter(|t| !t.is_empty())
        .map_or_else(|| digest(&["docx-edit", &opened.root, &revision.to_string()]), str::to_owned);
    keep(world, &opened.visit, opened.announcement);
    let mut data = json!({ "revision_id": revision, "client_token": token });
    if let Some((name, list)) = shown {
        data[name] = list.into();
    }
    Ok(Data::Of(data))
}
