//! Pictures of answers: they are fetched when an answer is written, kept, and given out by a key of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::get;
use super::richtext::Node;
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::helpdesk::gate::{Case, desk};
use crate::sandbox::world::{Row, World, digest};

/// The sandbox reaches nothing outside: every picture is this one, of one pixel.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNISEj4DwAEZAIgoMGDPgAAAABJRU5ErkJggg==";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub helpdesk_id: String,
    /// Where it was taken from.
    pub source: String,
}

impl Row for Picture {
    type Key = String;
    const TABLE: &'static str = "helpdesk_pictures";
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", "/open-apis/helpdesk/v1/faqs/:id/image/:image_key", download)]
}

/// Keeps the pictures of an answer: those with a known key stay, the others get a key of their own. Nothing when a key
/// without a source is unknown.
pub(super) fn keep(world: &mut World, helpdesk_id: &str, nodes: Vec<Node>) -> Option<Vec<Node>> {
    let known = |world: &World, key: &String| {
        world.helpdesk.pictures.get(key).is_some_and(|picture| picture.helpdesk_id == helpdesk_id)
    };
    let strange =
        |node: &Node| matches!(node, Node::Picture { key, src, .. } if !known(world, key) && src.is_empty());
    if nodes.iter().any(strange) {
        return None;
    }
    let nodes = nodes.into_iter().map(|node| match node {
        Node::Picture { key, src, width, height } if !known(world, &key) => {
            let text = digest(&["helpdesk picture", &world.next("helpdesk_picture").to_string()]);
            let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
            let key = format!(
                "img_{}-{}-{}-{}-{}",
                part(0, 8),
                part(8, 12),
                part(12, 16),
                part(16, 20),
                part(20, 32)
            );
            let row = Picture { helpdesk_id: helpdesk_id.to_owned(), source: src };
            world.helpdesk.pictures.insert(key.clone(), row);
            Node::Picture { src: hosted(&key), key, width, height }
        }
        Node::Picture { key, width, height, .. } => Node::Picture { src: hosted(&key), key, width, height },
        other => other,
    });
    Some(nodes.collect())
}

fn hosted(key: &str) -> String {
    format!("https://internal-api-lark-file.feishu.cn/static-resource/v1/{key}")
}

fn download(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let faq = get(world, &desk.helpdesk_id, call.path("id"));
    let faq = faq.ok_or_else(|| Case::FaqMissing.refused(world))?;
    let asked = call.path("image_key");
    let shown = faq.answer.iter().any(|node| matches!(node, Node::Picture { key, .. } if key == asked));
    if !shown {
        return Err(Case::PictureMissing.refused(world));
    }
    Ok(Data::File { content_type: "image/png", bytes: STANDARD.decode(PIXEL).unwrap_or_default() })
}
