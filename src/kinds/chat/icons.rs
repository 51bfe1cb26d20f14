//! Pictures of tabs and menu entries: uploaded under the digest of their file, and known again by their key.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::parts::{Parts, json};
use crate::model::{Fact, Record, Value};
use crate::resource::{Attribute, Shape};

/// What the ids of a record begin with that are keys of uploaded pictures; the digest follows.
const ICON: &str = "icon:";

const MAX_BYTES: u64 = 10 << 20;
const SIDE: u32 = 12_000;
const GIF_SIDE: u32 = 2_000;

pub(super) const ATTRIBUTE: Attribute =
    Attribute::new("icon", Shape::Picture { max_bytes: MAX_BYTES, side: SIDE, gif_side: GIF_SIDE }, "Its picture.")
        .example("assets/board.png");

/// A key in an answer as a value: the digest of the file that it was made of, or the key itself.
pub(super) fn seen(key: &Json, record: Option<&Record>) -> Option<Value> {
    let key = key.as_str().filter(|key| !key.is_empty())?;
    let ids = record.map(|record| &record.ids);
    let digest = ids.into_iter().flatten().find(|(_, known)| *known == key);
    let digest = digest.and_then(|(name, _)| name.strip_prefix(ICON));
    let (name, value) = digest.map_or(("key", key), |digest| ("sha256", digest));
    Some(Value::Map(BTreeMap::from([(name.to_owned(), Value::text(value))])))
}

/// Whether two values are the same picture.
pub(super) fn same(declared: &Value, live: Option<&Value>) -> bool {
    let digest = declared.get("sha256");
    digest.is_some() && digest == live.and_then(|live| live.get("sha256"))
}

/// Uploads what is declared; gives the key for a body, and what has to be true before.
pub(super) fn upload(parts: &mut Parts<'_, '_>, picture: &Value) -> Option<(Json, Fact)> {
    let digest = picture.get("sha256").and_then(Value::as_text)?;
    let id = format!("{ICON}{digest}");
    let fact = parts.upload("message", picture, &id)?;
    Some((json(&parts.own(&id)), fact))
}
