//! Answers: a sequence of texts, breaks, links and pictures. Text and rich text are two views of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sandbox::world::{Break, World};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    Text(String),
    Break,
    Link { text: String, url: String },
    Picture { key: String, src: String, width: String, height: String },
}

/// A text, with a break at every end of a line.
pub fn of_text(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    lines(text, &mut nodes);
    nodes
}

fn lines(text: &str, into: &mut Vec<Node>) {
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            into.push(Node::Break);
        }
        if !line.is_empty() {
            into.push(Node::Text(line.to_owned()));
        }
    }
}

/// Rich text as it is written; nothing if it cannot be.
pub(super) fn of_nodes(items: &[Value]) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    for item in items {
        let text = |name: &str| match item.get(name) {
            None | Some(Value::Null) => Some(String::new()),
            Some(value) => value.as_str().map(str::to_owned),
        };
        match item.get("type")?.as_str()? {
            // Nothing is a break, and so is a line feed.
            "text" => match text("content")?.as_str() {
                "" => nodes.push(Node::Break),
                content => lines(content, &mut nodes),
            },
            "line break" => nodes.push(Node::Break),
            "hyperlink" => {
                let (text, url) = (text("text")?, text("url")?);
                let whole =
                    !text.is_empty() && ["http://", "https://", "mailto:"].iter().any(|s| url.starts_with(s));
                whole.then(|| nodes.push(Node::Link { text, url }))?;
            }
            "img" => {
                let (key, src) = (text("key")?, text("src")?);
                if key.is_empty() && src.is_empty() {
                    return None;
                }
                nodes.push(Node::Picture { key, src, width: text("width")?, height: text("height")? });
            }
            _ => return None,
        }
    }
    Some(nodes)
}

/// As text: links by their words, pictures by nothing.
pub fn as_text(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) | Node::Link { text, .. } => text.as_str(),
            Node::Break => "\n",
            Node::Picture { .. } => "",
        })
        .collect()
}

/// As rich text.
pub(super) fn show(world: &World, nodes: &[Node]) -> Value {
    let line_break = match world.settings().helpdesk.line_break {
        Break::Empty => json!({ "type": "text", "content": "" }),
        Break::Feed => json!({ "type": "text", "content": "\n" }),
        Break::Node => json!({ "type": "line break" }),
    };
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) => json!({ "type": "text", "content": text }),
            Node::Break => line_break.clone(),
            Node::Link { text, url } => json!({ "type": "hyperlink", "text": text, "url": url }),
            Node::Picture { key, src, width, height } => {
                json!({ "type": "img", "key": key, "src": src, "width": width, "height": height })
            }
        })
        .collect()
}
