//! JSON as text: complete, stable, and with nothing in it that could drive a terminal or turn text around.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value as Json;

use super::text::{hostile, masked};

/// The text of a document, indented, with its last line ended.
///
/// Ours are trees with texts for keys; if one could not be written, the JSON says so instead of being cut short.
pub(super) fn written(document: &impl Serialize) -> String {
    harmless(serde_json::to_string_pretty(document))
}

/// The same in one line, for NDJSON.
pub(super) fn written_line(document: &impl Serialize) -> String {
    harmless(serde_json::to_string(document))
}

fn harmless(text: serde_json::Result<String>) -> String {
    let text = text.unwrap_or_else(|error| format!("{{\"error\": {}}}", Json::from(error.to_string())));
    let mut out = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // serde_json escapes what is below a blank; what else is hostile can only stand inside of a text.
        if character != '\n' && hostile(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out.push('\n');
    out
}

/// The same shape with every leaf masked; `null` tells nothing and stays.
pub(super) fn masked_json(value: &Json) -> Json {
    match value {
        Json::Null => Json::Null,
        Json::Bool(_) | Json::Number(_) => Json::from("***"),
        Json::String(text) => Json::from(masked(text)),
        Json::Array(list) => Json::Array(list.iter().map(masked_json).collect()),
        Json::Object(map) => Json::Object(map.iter().map(|(k, v)| (k.clone(), masked_json(v))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_reads_back_as_what_was_written_and_holds_nothing_hostile() {
        let value = serde_json::json!({ "名\u{202e}": ["\u{1b}[2J\n", "\u{9b}\u{7f}", "\u{e0041}", "研发"] });
        let text = written(&value);
        assert!(!text.chars().any(|c| c != '\n' && hostile(c)), "{text}");
        assert_eq!(serde_json::from_str::<Json>(&text).expect("json"), value);
    }
}
