//! Announcements of the new kind: a tree of blocks, as the service sends it and as it takes it.
//!
//! [`tree`] makes [`Node`]s of a listing; each knows what of it Markdown can say and what hangs in it that Markdown
//! cannot. [`body`] and [`elements`] are the way back. Addresses of links go percent-encoded both ways.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

use super::doc::{Block, Kind, MENTION, Run, Sign, Style, clean, clean_text};
use super::languages;
use super::read::{DEPTH, sound_url};
use super::write::sayable;

const TEXT: i64 = 2;
const CODE: i64 = 14;
const QUOTE: i64 = 15;
const TODO: i64 = 17;
const CALLOUT: i64 = 19;
const DIVIDER: i64 = 22;
const QUOTE_CONTAINER: i64 = 34;

/// The numbers of style fields in an update: `done` and `language`.
const DONE_FIELD: i64 = 2;
const LANGUAGE_FIELD: i64 = 4;

/// How the five call-outs look: sign and background.
const CALLOUTS: [(Sign, &str, i64); 5] = [
    (Sign::Note, "information_source", 5),
    (Sign::Tip, "bulb", 4),
    (Sign::Important, "star", 6),
    (Sign::Warning, "warning", 3),
    (Sign::Caution, "bangbang", 1),
];

/// A live block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) code: i64,
    pub(crate) children: Vec<Node>,
    /// What Markdown says of it and all below it; nothing for what cannot be seen.
    pub(crate) says: Vec<Block>,
    /// What Markdown cannot say, in it and below it.
    pub(crate) holds: Vec<&'static str>,
    /// It says exactly one block, whose children are what its children say.
    pub(crate) direct: bool,
    /// What it is that is there to hold something and holds nothing: what a run left that stopped before it filled it.
    pub(crate) hollow: Option<Kind>,
}

/// The blocks below the root, from a listing in any order.
pub(crate) fn tree(items: &[Json]) -> Vec<Node> {
    let by_id: BTreeMap<&str, &Json> =
        items.iter().filter_map(|item| Some((item.get("block_id")?.as_str()?, item))).collect();
    let root = items.iter().find(|item| item["block_type"] == 1);
    let mut seen = BTreeSet::new();
    root.map(|root| below(root, &by_id, &mut seen, 0)).unwrap_or_default()
}

fn below<'j>(
    parent: &'j Json,
    by_id: &BTreeMap<&str, &'j Json>,
    seen: &mut BTreeSet<&'j str>,
    depth: usize,
) -> Vec<Node> {
    let ids = parent["children"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut nodes = Vec::new();
    for id in ids {
        // A block hangs in one place; a listing that says otherwise is not followed in circles.
        if !seen.insert(id) {
            continue;
        }
        let Some(item) = by_id.get(id) else {
            nodes.push(Node { id: id.to_owned(), holds: vec!["a block that is not listed"], ..Node::default() });
            continue;
        };
        let children = below(item, by_id, seen, depth + 1);
        nodes.push(node(id, item, children, depth));
    }
    nodes
}

fn node(id: &str, item: &Json, children: Vec<Node>, depth: usize) -> Node {
    let code = item["block_type"].as_i64().unwrap_or(0);
    let mut holds: Vec<&'static str> = Vec::new();
    let below: Vec<Block> = children.iter().flat_map(|child| child.says.clone()).collect();
    let own = if depth < DEPTH { own(code, item) } else { Err("blocks that lie very deep") };
    let (mut says, mut direct, mut hollow) = (Vec::new(), false, None);
    match own {
        Ok((kind, text)) => {
            let heading = matches!(kind, Kind::Heading(_));
            let plain = matches!(kind, Kind::Code(_)) || kind.is_container();
            let shown = if plain { text.clone() } else { clean_text(&text, heading) };
            says = clean(vec![Block { kind, text, children: below.clone() }]);
            direct = matches!(says.as_slice(), [one] if one.kind == kind && one.children == below
                && (plain || one.text == shown));
            hollow = Some(kind).filter(|kind| says.is_empty() && (kind.is_item() || kind.is_container()) && code != QUOTE);
            if says.iter().any(|block| sayable(block).is_none()) {
                says.clear();
                direct = false;
                holds.push("text that Markdown has no words for");
            }
        }
        Err(what) => holds.push(what),
    }
    // What cannot be said itself keeps all that is in it.
    holds.extend(children.iter().flat_map(|child| child.holds.iter().copied()));
    let hollow = hollow.filter(|_| holds.is_empty());
    Node { id: id.to_owned(), code, children, says, holds, direct, hollow }
}

/// What the block itself is, or a word for what it is.
fn own(code: i64, item: &Json) -> Result<(Kind, Vec<Run>), &'static str> {
    let content = field(code).and_then(|field| item.get(field));
    let style = |name: &str| content.and_then(|c| c.get("style")).and_then(|s| s.get(name));
    let kind = match code {
        TEXT => Kind::Text,
        3..=8 => Kind::Heading(u8::try_from(code - 2).unwrap_or(6)),
        9..=11 => return Err("a heading of the seventh level or below"),
        12 => Kind::Bullet,
        13 => Kind::Ordered,
        CODE => {
            let number = style("language").and_then(Json::as_u64).and_then(|n| u8::try_from(n).ok());
            Kind::Code(number.filter(|n| (1..=75).contains(n)).unwrap_or(languages::PLAIN))
        }
        QUOTE | QUOTE_CONTAINER => Kind::Quote,
        TODO => Kind::Todo(style("done").and_then(Json::as_bool).unwrap_or(false)),
        CALLOUT => {
            let emoji = content.and_then(|c| c.get("emoji_id")).and_then(Json::as_str);
            let known = CALLOUTS.iter().find(|(_, name, _)| Some(*name) == emoji);
            return known.map(|(sign, ..)| (Kind::Callout(*sign), Vec::new())).ok_or("a call-out of its own kind");
        }
        DIVIDER => return Ok((Kind::Divider, Vec::new())),
        18 => return Err("a base"),
        20 => return Err("a chat card"),
        21 => return Err("a diagram"),
        23 | 33 => return Err("a file"),
        24 | 25 => return Err("columns"),
        26 => return Err("an embedded page"),
        27 => return Err("a picture"),
        29 => return Err("a mind map"),
        30 => return Err("a sheet"),
        31 | 32 => return Err("a table"),
        35 => return Err("a task"),
        _ => return Err("a block of a kind that this version does not know"),
    };
    if code == QUOTE_CONTAINER {
        return Ok((kind, Vec::new()));
    }
    let elements = content.and_then(|c| c.get("elements")).and_then(Json::as_array);
    let mut runs = Vec::new();
    for element in elements.into_iter().flatten() {
        runs.push(run(element)?);
    }
    Ok((kind, runs))
}

fn run(element: &Json) -> Result<Run, &'static str> {
    if let Some(text) = element.get("text_run") {
        let content = text.get("content").and_then(Json::as_str).unwrap_or_default();
        let style = text.get("text_element_style");
        let on = |name: &str| style.and_then(|s| s.get(name)).and_then(Json::as_bool).unwrap_or(false);
        let link = style.and_then(|s| s.pointer("/link/url")).and_then(Json::as_str).filter(|u| !u.is_empty());
        return Ok(Run {
            text: content.to_owned(),
            style: Style {
                bold: on("bold"),
                italic: on("italic"),
                strike: on("strikethrough"),
                underline: on("underline"),
                code: on("inline_code"),
            },
            link: link.map(|url| sound_url(&percent_decode_str(url).decode_utf8_lossy())),
        });
    }
    if let Some(person) = element.get("mention_user").and_then(|m| m.get("user_id")).and_then(Json::as_str) {
        let link = Some(format!("{MENTION}{person}"));
        return Ok(Run { text: "@".to_owned(), style: Style::default(), link });
    }
    let what = element.as_object().and_then(|map| map.keys().next()).map(String::as_str);
    Err(match what {
        Some("mention_user") => "a mention of somebody whose id the app may not see",
        Some("mention_doc") => "a mention of a document",
        Some("reminder") => "a reminder",
        Some("file") => "a file in a line",
        Some("equation") => "a formula",
        _ => "a part of a line of a kind that this version does not know",
    })
}

/// The field in which a block of a kind has its content.
fn field(code: i64) -> Option<&'static str> {
    const TEXTS: [&str; 14] = [
        "text", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "heading7", "heading8",
        "heading9", "bullet", "ordered", "code", "quote",
    ];
    match code {
        TEXT..=QUOTE => usize::try_from(code - TEXT).ok().and_then(|at| TEXTS.get(at)).copied(),
        TODO => Some("todo"),
        CALLOUT => Some("callout"),
        DIVIDER => Some("divider"),
        QUOTE_CONTAINER => Some("quote_container"),
        _ => None,
    }
}

/// The kind of block that is made for this one.
pub(crate) fn code(block: &Block) -> i64 {
    match block.kind {
        Kind::Text => TEXT,
        Kind::Heading(level) => TEXT + i64::from(level),
        Kind::Bullet => 12,
        Kind::Ordered => 13,
        Kind::Code(_) => CODE,
        // One paragraph needs no container, and so no second call.
        Kind::Quote if short_quote(block).is_some() => QUOTE,
        Kind::Quote => QUOTE_CONTAINER,
        Kind::Todo(_) => TODO,
        Kind::Callout(_) => CALLOUT,
        Kind::Divider => DIVIDER,
    }
}

/// The one paragraph of a quote.
fn short_quote(block: &Block) -> Option<&[Run]> {
    match block.children.as_slice() {
        [one] if block.kind == Kind::Quote && one.kind == Kind::Text => Some(&one.text),
        _ => None,
    }
}

/// The text that the block itself bears.
pub(crate) fn text_of(block: &Block) -> &[Run] {
    short_quote(block).unwrap_or(&block.text)
}

/// What has to be made below it afterwards.
pub(crate) fn children_of(block: &Block) -> &[Block] {
    if short_quote(block).is_some() { &[] } else { &block.children }
}

/// A block as it is sent to be made.
pub(crate) fn body(block: &Block) -> Json {
    let code = code(block);
    let content = match block.kind {
        Kind::Divider => json!({}),
        Kind::Callout(sign) => {
            let look = CALLOUTS.iter().find(|(known, ..)| *known == sign);
            look.map(|(_, emoji, colour)| json!({ "emoji_id": emoji, "background_color": colour }))
                .unwrap_or_default()
        }
        Kind::Quote if code == QUOTE_CONTAINER => json!({}),
        Kind::Todo(done) => json!({ "elements": elements(block), "style": { "done": done } }),
        Kind::Code(language) => json!({ "elements": elements(block), "style": { "language": language } }),
        Kind::Text | Kind::Heading(_) | Kind::Bullet | Kind::Ordered | Kind::Quote => {
            json!({ "elements": elements(block) })
        }
    };
    let mut made = Map::new();
    made.insert("block_type".to_owned(), code.into());
    if let Some(field) = field(code) {
        made.insert(field.to_owned(), content);
    }
    Json::Object(made)
}

/// A change of a block's text, as a part of a batch.
pub(crate) fn update(id: &str, block: &Block) -> Json {
    let elements = elements(block);
    match block.kind {
        Kind::Todo(done) => json!({ "block_id": id, "update_text": {
            "elements": elements, "style": { "done": done }, "fields": [DONE_FIELD],
        } }),
        Kind::Code(language) => json!({ "block_id": id, "update_text": {
            "elements": elements, "style": { "language": language }, "fields": [LANGUAGE_FIELD],
        } }),
        _ => json!({ "block_id": id, "update_text_elements": { "elements": elements } }),
    }
}

fn elements(block: &Block) -> Json {
    let runs = text_of(block);
    if runs.is_empty() {
        // A text has one element at least.
        return json!([{ "text_run": { "content": "" } }]);
    }
    runs.iter().map(element).collect()
}

fn element(run: &Run) -> Json {
    if let Some(person) = run.mention() {
        return json!({ "mention_user": { "user_id": person } });
    }
    let Style { bold, italic, strike, underline, code } = run.style;
    let named = [
        ("bold", bold),
        ("italic", italic),
        ("strikethrough", strike),
        ("underline", underline),
        ("inline_code", code),
    ];
    let mut style: Map<String, Json> =
        named.into_iter().filter(|(_, on)| *on).map(|(name, _)| (name.to_owned(), true.into())).collect();
    if let Some(link) = &run.link {
        let url = utf8_percent_encode(link, NON_ALPHANUMERIC).to_string();
        style.insert("link".to_owned(), json!({ "url": url }));
    }
    json!({ "text_run": { "content": run.text, "text_element_style": style } })
}
