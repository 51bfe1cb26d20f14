//! Old documents as a row of characters: places are indexes into it, the title first, a break after each paragraph.

use serde_json::{Value, json};

use super::Announcement;

/// What takes one place.
#[derive(Debug, Clone, PartialEq)]
enum Unit {
    Char(char, Value),
    /// A mention, a picture.
    Other(Value),
    /// The end of a paragraph, with the paragraph's style.
    Break(Value),
}

/// The body, and where it begins.
#[derive(Debug)]
pub(super) struct Body {
    start: usize,
    units: Vec<Unit>,
}

fn width(elements: &[Value]) -> usize {
    elements.iter().map(|e| text(e).map_or(1, |t| t.chars().count())).sum()
}

fn text(element: &Value) -> Option<&str> {
    element.pointer("/textRun/text").and_then(Value::as_str)
}

fn elements(paragraph: &Value) -> &[Value] {
    paragraph["elements"].as_array().map_or(&[], Vec::as_slice)
}

impl Body {
    pub(super) fn of(announcement: &Announcement) -> Self {
        let mut units = Vec::new();
        for paragraph in &announcement.paragraphs {
            for element in elements(paragraph) {
                match text(element) {
                    Some(text) => {
                        let style = element.pointer("/textRun/style").cloned().unwrap_or_else(|| json!({}));
                        units.extend(text.chars().map(|c| Unit::Char(c, style.clone())));
                    }
                    None => units.push(Unit::Other(element.clone())),
                }
            }
            units.push(Unit::Break(paragraph["style"].clone()));
        }
        Self { start: width(&announcement.title) + 1, units }
    }

    /// Where each paragraph begins, and at last where the body ends.
    pub(super) fn starts(&self) -> Vec<usize> {
        let breaks = self.units.iter().enumerate().filter(|(_, u)| matches!(u, Unit::Break(_)));
        std::iter::once(self.start).chain(breaks.map(|(i, _)| self.start + i + 1)).collect()
    }

    /// Deletes from one place up to another; `false` when they are not places of the body.
    pub(super) fn delete(&mut self, from: usize, to: usize) -> bool {
        let (Some(from), Some(to)) = (from.checked_sub(self.start), to.checked_sub(self.start)) else {
            return false;
        };
        if from >= to || to > self.units.len() {
            return false;
        }
        self.units.drain(from..to);
        true
    }

    pub(super) fn into_paragraphs(mut self) -> Vec<Value> {
        // A last paragraph that lost its end keeps what is left of it.
        if !matches!(self.units.last(), None | Some(Unit::Break(_))) {
            self.units.push(Unit::Break(Value::Null));
        }
        let mut paragraphs = Vec::new();
        let mut line: Vec<Value> = Vec::new();
        for unit in self.units {
            match unit {
                Unit::Char(c, style) => {
                    let run = line.last_mut().filter(|e| e.pointer("/textRun/style") == Some(&style));
                    if let Some(Value::String(text)) = run.and_then(|e| e.pointer_mut("/textRun/text")) {
                        text.push(c);
                    } else {
                        let run = json!({ "text": c.to_string(), "style": style });
                        line.push(json!({ "type": "textRun", "textRun": run }));
                    }
                }
                Unit::Other(element) => line.push(element),
                Unit::Break(style) => {
                    let mut paragraph = json!({ "elements": std::mem::take(&mut line) });
                    if !style.is_null() {
                        paragraph["style"] = style;
                    }
                    paragraphs.push(paragraph);
                }
            }
        }
        paragraphs
    }
}

/// Elements with the places that they take, from `at` on; gives the place behind them.
fn placed(elements: &[Value], mut at: usize) -> (Vec<Value>, usize) {
    let mut all = Vec::new();
    for element in elements {
        let next = at + text(element).map_or(1, |t| t.chars().count());
        let mut element = element.clone();
        if let Some(run) = element.get_mut("textRun") {
            run["location"] = location(at, next);
        }
        all.push(element);
        at = next;
    }
    (all, at)
}

fn location(from: usize, to: usize) -> Value {
    json!({ "zoneId": "0", "startIndex": from, "endIndex": to })
}

/// The document as it reads: title, paragraphs, and an empty paragraph at the end.
pub(super) fn content(announcement: &Announcement) -> Value {
    let (title, end) = placed(&announcement.title, 0);
    let title = json!({ "elements": title, "location": location(0, end), "lineId": "title0" });
    let mut at = end + 1;
    let mut blocks = Vec::new();
    for (i, paragraph) in announcement.paragraphs.iter().enumerate() {
        let (elements, end) = placed(elements(paragraph), at);
        let mut shown = json!({
            "elements": elements,
            "location": location(at, end),
            "lineId": format!("line{i:02}"),
        });
        if let Some(style) = paragraph.get("style") {
            shown["style"] = style.clone();
        }
        blocks.push(json!({ "type": "paragraph", "paragraph": shown }));
        at = end + 1;
    }
    let last = json!({ "elements": [], "location": location(at, at) });
    blocks.push(json!({ "type": "paragraph", "paragraph": last }));
    json!({ "title": title, "body": { "blocks": blocks } })
}

/// Title and paragraphs, a line each.
pub(super) fn plain(announcement: &Announcement) -> String {
    let line = |elements: &[Value]| elements.iter().filter_map(text).collect::<String>();
    let paragraphs = announcement.paragraphs.iter().map(|p| line(elements(p)));
    let title = Some(line(&announcement.title)).filter(|t| !t.is_empty());
    title.into_iter().chain(paragraphs).collect::<Vec<_>>().join("\n")
}
