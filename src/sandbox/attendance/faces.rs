//! Photographs of faces: a file is uploaded, then named as the face of a person.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::gate::{bad, general, range};
use super::number_id;
use super::people::{NOBODY, Names};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::{Row, World};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Row for Photo {
    type Key = String;
    const TABLE: &'static str = "attendance_files";
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    pub face_key: String,
    /// Seconds, as a text.
    pub updated: String,
}

impl Row for Face {
    type Key = UserKey;
    const TABLE: &'static str = "attendance_faces";
}

/// People of one query.
const BATCH: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/attendance/v1/files/upload", upload),
        Route::read("GET", "/open-apis/attendance/v1/files/:file_id/download", download),
        Route::write("POST", "/open-apis/attendance/v1/user_settings/modify", modify),
        Route::read("GET", "/open-apis/attendance/v1/user_settings/query", query),
    ]
}

fn upload(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.query("file_name").unwrap_or_default().to_owned();
    let file = call.files.iter().find(|file| file.name == "file" && !file.bytes.is_empty());
    let file = file.filter(|_| !name.is_empty()).ok_or_else(|| bad("file"))?;
    let file_id = format!("{}.face", number_id(world));
    world.attendance.files.insert(file_id.clone(), Photo { name, bytes: file.bytes.clone() });
    Ok(Data::Of(json!({ "file": { "file_id": file_id } })))
}

fn download(world: &World, call: &Call<'_>) -> Answer {
    let photo = world.attendance.files.get(&call.path("file_id").to_owned()).ok_or_else(|| bad("file_id"))?;
    Ok(Data::File { content_type: "application/octet-stream", bytes: photo.bytes.clone() })
}

fn show(world: &World, names: Names, key: UserKey, face: &Face) -> Value {
    json!({ "user_id": names.of(world, key), "face_key": face.face_key, "face_key_update_time": face.updated })
}

fn modify(world: &mut World, call: &Call<'_>) -> Answer {
    range(world)?;
    let names = Names::of_call(call)?;
    let setting = call.body.get("user_setting").ok_or_else(|| bad("user_setting"))?;
    let text = |name: &str| setting.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = names.find(world, text("user_id")).ok_or_else(|| refuse(1_220_004).msg(NOBODY))?;
    if !world.attendance.files.contains(&text("face_key").to_owned()) {
        return Err(general("the object in tos not found"));
    }
    let face = Face { face_key: text("face_key").to_owned(), updated: (world.now / 1000).to_string() };
    let shown = show(world, names, key, &face);
    world.attendance.faces.insert(key, face);
    Ok(Data::Of(json!({ "user_setting": shown })))
}

fn query(world: &World, call: &Call<'_>) -> Answer {
    range(world)?;
    let names = Names::of_call(call)?;
    let ids = call.texts("user_ids").unwrap_or_default();
    if ids.is_empty() || ids.len() > BATCH {
        return Err(bad("user_ids"));
    }
    let keys = names.all(world, &ids)?;
    let shown: Vec<Value> = keys
        .into_iter()
        .filter_map(|key| Some(show(world, names, key, world.attendance.faces.get(&key)?)))
        .collect();
    Ok(Data::Of(json!({ "user_settings": shown })))
}
