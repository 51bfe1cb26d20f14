//! Blocks of the new announcement: what they are made of, and what may hang below what.
//!
//! The contract leaves their insides open, so they are judged here.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Announcement;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::im::people::whoever;
use crate::sandbox::world::World;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Empty below the root.
    pub parent: String,
    pub kind: i64,
    /// What the block holds under its own name.
    pub content: Value,
    #[serde(default)]
    pub children: Vec<String>,
}

/// `group/upgraded-group-announcement`: UTF-16 units in one block.
const TEXT: usize = 100_000;
const REMINDERS: usize = 30;
const DOCS: usize = 50;
const USERS: usize = 100;
const STYLES: [&str; 5] = ["bold", "inline_code", "italic", "strikethrough", "underline"];
const CALLOUT: i64 = 19;

/// The field that a kind of block keeps its content in; nothing for kinds that cannot be made here.
pub(super) fn field(kind: i64) -> Option<&'static str> {
    const TEXTS: [&str; 14] = [
        "text", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "heading7",
        "heading8", "heading9", "bullet", "ordered", "code", "quote",
    ];
    match kind {
        2..=15 => usize::try_from(kind - 2).ok().and_then(|i| TEXTS.get(i)).copied(),
        17 => Some("todo"),
        CALLOUT => Some("callout"),
        22 => Some("divider"),
        34 => Some("quote_container"),
        _ => None,
    }
}

pub(super) fn is_text(kind: i64) -> bool {
    matches!(kind, 2..=15 | 17)
}

/// Whether something may hang below such a block.
pub(super) fn holds_children(kind: i64) -> bool {
    // Code, quotes and dividers hold nothing.
    matches!(kind, 2..=13 | 17 | CALLOUT | 34)
}

/// What a callout may hold.
fn fits(parent: Option<i64>, child: i64) -> bool {
    parent != Some(CALLOUT) || matches!(child, 2..=13 | 15 | 17 | 34)
}

/// A block that is to be made, checked and completed with its defaults.
pub(super) fn made(
    world: &World,
    call: &Call<'_>,
    sent: &Value,
    parent: Option<i64>,
) -> Result<(i64, Value), Refusal> {
    let map = sent.as_object().ok_or_else(|| refuse(1_770_001))?;
    let kind = map.get("block_type").and_then(Value::as_i64).ok_or_else(|| refuse(1_770_001))?;
    let field = field(kind).ok_or_else(|| refuse(1_770_029))?;
    if !fits(parent, kind) {
        return Err(refuse(1_770_030));
    }
    if map.keys().any(|k| k != "block_type" && k != field) {
        return Err(refuse(1_770_006));
    }
    let content = map.get(field).filter(|c| c.is_object()).ok_or_else(|| refuse(1_770_006))?;
    if !is_text(kind) {
        return Ok((kind, content.clone()));
    }
    let elements = elements(world, call, content.get("elements"))?;
    Ok((kind, json!({ "elements": elements, "style": style(kind, content.get("style"))? })))
}

/// A style with what the platform fills in.
pub(super) fn style(kind: i64, sent: Option<&Value>) -> Result<Value, Refusal> {
    const KNOWN: [&str; 7] =
        ["align", "done", "folded", "language", "wrap", "background_color", "indentation_level"];
    let mut style = json!({ "align": 1, "folded": false });
    if kind == 14 {
        style = json!({ "language": 1, "wrap": false });
    }
    if kind == 17 {
        style["done"] = false.into();
    }
    let Some(sent) = sent else { return Ok(style) };
    for (name, value) in sent.as_object().ok_or_else(|| refuse(1_770_006))? {
        let fits = match name.as_str() {
            "align" => value.as_i64().is_some_and(|n| (1..=3).contains(&n)),
            "language" => value.as_i64().is_some_and(|n| (1..=75).contains(&n)),
            "background_color" | "indentation_level" => value.is_string(),
            _ => value.is_boolean(),
        };
        if !KNOWN.contains(&name.as_str()) || !fits {
            return Err(refuse(1_770_001));
        }
        style[name.as_str()] = value.clone();
    }
    Ok(style)
}

/// The elements of a text, one or more.
pub(super) fn elements(world: &World, call: &Call<'_>, sent: Option<&Value>) -> Result<Vec<Value>, Refusal> {
    let sent = sent.and_then(Value::as_array).filter(|e| !e.is_empty()).ok_or_else(|| refuse(1_770_001))?;
    let all = sent.iter().map(|e| element(world, call, e)).collect::<Result<Vec<_>, _>>()?;
    let count = |name: &str| all.iter().filter(|e| e.get(name).is_some()).count();
    if count("reminder") > REMINDERS || count("mention_doc") > DOCS || count("mention_user") > USERS {
        return Err(refuse(1_770_035));
    }
    let units: usize = all.iter().filter_map(run).map(|t| t.encode_utf16().count()).sum();
    if units > TEXT { Err(refuse(1_770_033)) } else { Ok(all) }
}

fn run(element: &Value) -> Option<&str> {
    element.pointer("/text_run/content").and_then(Value::as_str)
}

fn element(world: &World, call: &Call<'_>, sent: &Value) -> Result<Value, Refusal> {
    let wrong = || refuse(1_770_001);
    let map = sent.as_object().filter(|m| m.len() == 1).ok_or_else(wrong)?;
    let (name, content) = map.iter().next().ok_or_else(wrong)?;
    let text = |field: &str| content.get(field).and_then(Value::as_str).filter(|t| !t.is_empty());
    match name.as_str() {
        "text_run" => {
            content.get("content").and_then(Value::as_str).ok_or_else(wrong)?;
        }
        "mention_user" => {
            let id = text("user_id").ok_or_else(wrong)?;
            whoever(world, call, call.user_id_type(), id).ok_or_else(|| refuse(1_770_038))?;
        }
        "mention_doc" => {
            let typed = content.get("obj_type").is_some_and(Value::is_i64);
            text("token").zip(text("url")).filter(|_| typed).ok_or_else(wrong)?;
        }
        "reminder" => {
            text("create_user_id").and(text("expire_time")).and(text("notify_time")).ok_or_else(wrong)?;
        }
        "equation" => {
            text("content").ok_or_else(wrong)?;
        }
        "undefined" => return Err(refuse(1_770_024)),
        // Files and blocks inside a line need an upload that is not simulated.
        "file" | "inline_block" => return Err(refuse(1_770_013)),
        _ => return Err(wrong()),
    }
    let mut content = content.clone();
    content["text_element_style"] = element_style(name, content.get("text_element_style"))?;
    let mut map = Map::new();
    map.insert(name.clone(), content);
    Ok(Value::Object(map))
}

/// Only runs of text link, and an address is percent-encoded.
fn element_style(element: &str, sent: Option<&Value>) -> Result<Value, Refusal> {
    let mut style: Map<String, Value> = STYLES.iter().map(|s| ((*s).to_owned(), false.into())).collect();
    let Some(sent) = sent else { return Ok(style.into()) };
    for (name, value) in sent.as_object().ok_or_else(|| refuse(1_770_001))? {
        let fits = match name.as_str() {
            "link" => {
                if element != "text_run" {
                    return Err(refuse(1_770_024));
                }
                value.get("url").and_then(Value::as_str).is_some_and(|u| !u.is_empty() && !u.contains("://"))
            }
            "background_color" => value.as_i64().is_some_and(|n| (1..=15).contains(&n)),
            "text_color" => value.as_i64().is_some_and(|n| (1..=7).contains(&n)),
            "comment_ids" => value.as_array().is_some_and(Vec::is_empty),
            known => STYLES.contains(&known) && value.is_boolean(),
        };
        if !fits {
            return Err(refuse(1_770_001));
        }
        style.insert(name.clone(), value.clone());
    }
    Ok(style.into())
}

/// A block as it reads.
pub(super) fn shown(id: &str, root: &str, block: &Block) -> Value {
    let parent = if block.parent.is_empty() { root } else { &block.parent };
    let mut value = json!({ "block_id": id, "block_type": block.kind, "parent_id": parent });
    if let Some(field) = field(block.kind) {
        value[field] = block.content.clone();
    }
    if !block.children.is_empty() {
        value["children"] = block.children.iter().map(String::as_str).collect();
    }
    value
}

/// The root: a page that bears the chat's own id.
pub(super) fn page(root: &str, announcement: &Announcement) -> Value {
    let style: Map<String, Value> = STYLES.iter().map(|s| ((*s).to_owned(), false.into())).collect();
    let empty = json!({ "text_run": { "content": "", "text_element_style": style } });
    json!({
        "block_id": root,
        "block_type": 1,
        "parent_id": "",
        "page": { "elements": [empty], "style": { "align": 1 } },
        "children": announcement.top,
    })
}

/// Ids of all blocks but the root, each before those below it.
pub(super) fn in_order(announcement: &Announcement) -> Vec<&str> {
    let mut found = Vec::new();
    let mut stack: Vec<&str> = announcement.top.iter().rev().map(String::as_str).collect();
    while let Some(id) = stack.pop() {
        found.push(id);
        if let Some(block) = announcement.blocks.get(id) {
            stack.extend(block.children.iter().rev().map(String::as_str));
        }
    }
    found
}

/// The text of an announcement, a line per block.
pub fn plain_text(announcement: &Announcement) -> String {
    let line = |id: &str| {
        let block = announcement.blocks.get(id)?;
        let elements = block.content.get("elements")?.as_array()?;
        Some(elements.iter().filter_map(run).collect::<String>())
    };
    in_order(announcement).into_iter().filter_map(line).collect::<Vec<_>>().join("\n")
}
