//! What surrounds the chats of the store's own rows, and how it differs from what is wanted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{Line, PICTURE, page, target};
use crate::spine::org::Org;

pub(super) fn ids(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What the elements of a line say, those of either kind of document.
pub(super) fn said(elements: &Value) -> String {
    let mut text = String::new();
    for element in elements.as_array().into_iter().flatten() {
        let (run, words, style) = match element.get("textRun") {
            Some(run) => (run, "text", "style"),
            None => (&element["text_run"], "content", "text_element_style"),
        };
        let words = run[words].as_str().unwrap_or_default();
        let link = run[style]["link"]["url"].as_str();
        if let Some(who) = element["mention_user"]["user_id"].as_str() {
            let _ = write!(text, "@{who}");
        } else if let Some(url) = link {
            let url = percent_encoding::percent_decode_str(url).decode_utf8_lossy();
            let _ = write!(text, "<{words} {url}>");
        } else if run[style]["bold"] == true {
            let _ = write!(text, "*{words}*");
        } else {
            text += words;
        }
    }
    text
}

/// An announcement by the store's rows: what Markdown can say of it, and what it cannot.
pub(super) fn lines_of(row: &Value) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut others) = (Vec::new(), Vec::new());
    for paragraph in row["paragraphs"].as_array().into_iter().flatten() {
        let unsayable = paragraph["elements"].as_array().into_iter().flatten().any(|e| e["type"] == "person");
        let text = said(&paragraph["elements"]);
        if unsayable {
            others.push(paragraph["elements"].to_string());
        } else if !text.is_empty() {
            lines.push(format!("{} {text}", paragraph["style"]));
        }
    }
    let mut stack: Vec<(&str, usize)> = ids(&row["top"]).into_iter().rev().map(|id| (id, 0)).collect();
    while let Some((id, depth)) = stack.pop() {
        let block = &row["blocks"][id];
        let kind = block["kind"].as_i64().unwrap_or(-1);
        if kind == PICTURE {
            others.push(id.to_owned());
            continue;
        }
        let done = if block["content"]["style"]["done"] == true { "x" } else { "" };
        let text = said(&block["content"]["elements"]);
        lines.push(format!("{}{kind}{done} {text}", "  ".repeat(depth)));
        stack.extend(ids(&block["children"]).into_iter().rev().map(|id| (id, depth + 1)));
    }
    (lines, others)
}

/// Living chats of the store: name → the key of their rows.
pub(super) fn numbers(dump: &Value) -> BTreeMap<&str, &str> {
    let chats = dump["chats"].as_object().into_iter().flatten();
    let living = chats.filter(|(_, row)| row["dissolved"] != true);
    living.map(|(key, row)| (row["name"].as_str().unwrap_or_default(), key.as_str())).collect()
}

/// Every way in which what surrounds the store's chats is not the organisation's.
pub(crate) fn differences(dump: &Value, org: &Org) -> Vec<String> {
    let mut wrong = Vec::new();
    let live = numbers(dump);
    for (key, front) in &org.fronts {
        let Some(number) = org.chats.get(key).and_then(|chat| live.get(chat.name.as_str())) else { continue };
        let mut same = |what: &str, want: Vec<String>, have: Vec<String>| {
            if want != have {
                wrong.push(format!("chat {key}: {what}: wanted {want:#?}, the store has {have:#?}"));
            }
        };
        let row = &dump["chat_announcements"][number];
        if let Some(lines) = &front.text {
            let all = |of: fn(&Line) -> Vec<String>| lines.iter().flat_map(of).collect();
            let want = if row["old"] == true { all(Line::paragraphs) } else { all(Line::blocks) };
            same("announcement", want, lines_of(row).0);
        }
        if let Some(tabs) = &front.tabs {
            let want = tabs.iter().map(|tab| format!("{} {}", tab.name, page(tab))).collect();
            let have = dump["chat_tabs"][number]["tabs"].as_array().cloned().unwrap_or_default();
            let custom = have.iter().filter(|tab| tab["kind"] == "url" || tab["kind"] == "doc");
            let text = |tab: &Value, name: &str| tab[name].as_str().unwrap_or("?").to_owned();
            same(
                "tabs",
                want,
                custom.map(|tab| format!("{} {}", text(tab, "name"), text(tab, "address"))).collect(),
            );
        }
        if let Some(menu) = &front.menu {
            let line =
                |name: &str, link: Option<usize>| format!("{name} {}", link.map_or(String::new(), target));
            let want = menu.iter().flat_map(|top| {
                let below = top.below.iter().map(|(name, link)| format!("  {}", line(name, Some(*link))));
                std::iter::once(line(&top.name, top.link)).chain(below).collect::<Vec<_>>()
            });
            same("menu", want.collect(), menu_of(&dump["chat_menus"][number]));
        }
        if let Some(pinned) = front.pinned {
            let have = !dump["chats"][number]["top_notice"].is_null();
            same("top notice", vec![pinned.to_string()], vec![have.to_string()]);
        }
    }
    wrong
}

pub(super) fn menu_of(row: &Value) -> Vec<String> {
    let one = |item: &Value| {
        let link = ids(&item["links"]).into_iter().find(|link| !link.is_empty());
        format!("{} {}", item["name"].as_str().unwrap_or("?"), link.unwrap_or_default())
    };
    let mut lines = Vec::new();
    for top in row["tops"].as_array().into_iter().flatten() {
        lines.push(one(&top["item"]));
        let below = top["children"].as_array().into_iter().flatten();
        lines.extend(below.map(|child| format!("  {}", one(&child[1]))));
    }
    lines
}
