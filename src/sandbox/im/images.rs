//! Pictures: uploaded under a kind, named by a key of their own every time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::pictures::recognise;
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::world::{Row, World, digest};

/// `im-v1/image/create`.
const BYTES: usize = 10 * 1024 * 1024;
const AVATAR: u32 = 4_096;
const GIF: u32 = 2_000;
const OTHER: u32 = 12_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub app_id: String,
    /// For avatars; else for messages, tabs and menus.
    pub avatar: bool,
    pub content_type: String,
    /// Base64; avatars cannot be read back, so theirs is not kept.
    #[serde(default)]
    pub content: String,
}

impl Row for Image {
    type Key = String;
    const TABLE: &'static str = "images";
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/im/v1/images", upload),
        Route::read("GET", "/open-apis/im/v1/images/:image_key", download),
    ]
}

fn upload(world: &mut World, call: &Call<'_>) -> Answer {
    super::gate::bot(world, call)?;
    let avatar = call.text("image_type") == Some("avatar");
    let file = call.files.iter().find(|f| f.name == "image").ok_or_else(|| refuse(234_001))?;
    if file.bytes.is_empty() {
        return Err(refuse(234_010));
    }
    if file.bytes.len() > BYTES {
        return Err(refuse(234_006));
    }
    let picture = recognise(&file.bytes).ok_or_else(|| refuse(234_011))?;
    let mut most = if avatar { AVATAR } else { OTHER };
    if picture.content_type == "image/gif" {
        most = GIF;
    }
    if picture.size.is_some_and(|(w, h)| w > most || h > most) {
        return Err(refuse(234_039));
    }
    let number = world.next("image").to_string();
    let tail = digest(&["image", &world.settings().tenant.tenant_key, &number]);
    let key = format!(
        "img_v3_02{}-{}-{}-{}-{}g",
        &tail[..6],
        &tail[6..10],
        &tail[10..14],
        &tail[14..18],
        &tail[18..29]
    );
    let image = Image {
        app_id: call.caller.app_id.clone(),
        avatar,
        content_type: picture.content_type.to_owned(),
        content: if avatar { String::new() } else { STANDARD.encode(&file.bytes) },
    };
    world.im.images.insert(key.clone(), image);
    Ok(one("image_key", key.into()))
}

/// Only what this app uploaded for messages.
fn download(world: &World, call: &Call<'_>) -> Answer {
    super::gate::bot(world, call)?;
    let image = world.im.images.get(&call.path("image_key").to_owned()).ok_or_else(|| refuse(234_001))?;
    if image.app_id != call.caller.app_id {
        return Err(refuse(234_008));
    }
    if image.avatar {
        return Err(refuse(234_001));
    }
    let bytes = STANDARD.decode(&image.content).map_err(|_| refuse(234_005))?;
    let kinds = ["image/png", "image/gif", "image/jpeg", "image/bmp", "image/webp", "image/x-icon"];
    let kind = kinds.into_iter().find(|k| *k == image.content_type).unwrap_or("application/octet-stream");
    Ok(Data::File { content_type: kind, bytes })
}
