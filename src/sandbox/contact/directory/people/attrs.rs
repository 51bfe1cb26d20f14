//! Values of custom attributes.

use serde_json::{Map, Value, json};

use crate::sandbox::contact::directory::CustomAttr;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// Longest text value.
const TEXT: usize = 100;

/// The attributes of the body, checked against their definitions; `None` when the field is absent.
pub(super) fn read(world: &World, call: &Call<'_>) -> Result<Option<Vec<CustomAttr>>, Refusal> {
    let Some(list) = call.list("custom_attrs") else { return Ok(None) };
    list.iter().map(|item| one(world, call, item)).collect::<Result<Vec<_>, _>>().map(Some)
}

fn one(world: &World, call: &Call<'_>, item: &Value) -> Result<CustomAttr, Refusal> {
    let id =
        item.get("id").and_then(Value::as_str).filter(|t| !t.is_empty()).ok_or_else(|| refuse(41_044))?;
    let ty = world.contact.custom_attrs.type_of(id).ok_or_else(|| refuse(41_045))?.to_owned();
    if item.get("type").and_then(Value::as_str).is_some_and(|asked| asked != ty) {
        return Err(refuse(40_001).msg(format!("custom attribute {id} is of type {ty}")));
    }
    let given = item.get("value").and_then(Value::as_object).ok_or_else(|| refuse(41_046))?;
    let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    let mut value = Map::new();
    let mut keep = |name: &str, text: &str| value.insert(name.to_owned(), text.into());
    match ty.as_str() {
        "TEXT" => {
            let t = text("text").ok_or_else(|| refuse(41_046))?;
            if t.chars().count() > TEXT {
                return Err(refuse(40_001).msg("custom text has more than 100 characters"));
            }
            keep("text", t);
        }
        "HREF" => {
            keep("text", text("text").ok_or_else(|| refuse(41_047))?);
            let url = text("url").ok_or_else(|| refuse(41_048))?;
            for link in [Some(url), text("pc_url")].into_iter().flatten() {
                if !(link.starts_with("http://") || link.starts_with("https://")) {
                    return Err(refuse(40_001).msg("a link must start with http:// or https://"));
                }
            }
            keep("url", url);
            if let Some(pc) = text("pc_url") {
                keep("pc_url", pc);
            }
        }
        "ENUMERATION" | "PICTURE_ENUM" => {
            let option = text("option_id").ok_or_else(|| refuse(41_046))?;
            if !world.contact.custom_attrs.has_option(id, option) {
                return Err(refuse(40_001).msg(format!("custom attribute {id} has no option {option}")));
            }
            keep("option_id", option);
        }
        "GENERIC_USER" => {
            let person = given.get("generic_user").and_then(|g| g.get("id")).and_then(Value::as_str);
            let asked = person.ok_or_else(|| refuse(41_046))?;
            // The page of the update says that this one is always a user_id, whatever the query says.
            let id_type = if call.endpoint.method == "PATCH" { ids::USER_ID } else { call.user_id_type() };
            let key = ids::find_user(world, call, id_type, asked)?;
            value.insert("generic_user".to_owned(), json!({ "key": key }));
        }
        _ => return Err(refuse(41_045)),
    }
    Ok(CustomAttr { id: id.to_owned(), ty, value: Value::Object(value) })
}

/// A patch replaces the attributes that it names and leaves the others.
pub(super) fn merge(before: &[CustomAttr], sent: Vec<CustomAttr>) -> Vec<CustomAttr> {
    let mut after: Vec<CustomAttr> =
        before.iter().filter(|a| !sent.iter().any(|s| s.id == a.id)).cloned().collect();
    after.extend(sent);
    after
}
