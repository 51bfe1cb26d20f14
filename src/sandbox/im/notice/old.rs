//! The old announcement: a document as one JSON text, edited by operations that are JSON texts too.
//!
//! Of the operations of old documents those that an announcement needs are simulated: inserting paragraphs, setting
//! the title, deleting a range. The others are refused with 232018.

use serde_json::{Map, Value};

use super::text::{Body, content};
use super::{Announcement, announcement_of, keep, may_edit, person};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::im::gate;
use crate::sandbox::world::World;

const PATH: &str = "/open-apis/im/v1/chats/:chat_id/announcement";
/// `group/chat-announcement/patch`: so many versions behind the newest one may write.
const BEHIND: u64 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, get), Route::write("PATCH", PATH, patch)]
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let announcement = announcement_of(world, chat);
    if !announcement.old {
        return Err(refuse(232_097));
    }
    let mut map = Map::new();
    map.insert("content".to_owned(), content(&announcement).to_string().into());
    map.insert("revision".to_owned(), announcement.revision.to_string().into());
    map.insert("create_time".to_owned(), (announcement.created / 1_000).to_string().into());
    map.insert("update_time".to_owned(), (announcement.updated / 1_000).to_string().into());
    person(world, call, "owner", chat.owner.as_ref(), &mut map);
    person(world, call, "modifier", announcement.modifier.as_ref(), &mut map);
    Ok(Data::Of(Value::Object(map)))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let mut announcement = announcement_of(world, chat);
    if !announcement.old {
        return Err(refuse(232_097));
    }
    if !may_edit(chat, &visit) {
        return Err(refuse(232_002));
    }
    let revision =
        call.text("revision").and_then(|r| r.parse::<u64>().ok()).ok_or_else(|| refuse(232_001))?;
    let newest = announcement.revision;
    if revision > newest || newest - revision > BEHIND {
        return Err(refuse(232_018));
    }
    let requests = call.texts("requests").unwrap_or_default();
    if requests.is_empty() {
        return Err(refuse(232_001));
    }
    for request in requests {
        let request: Value = serde_json::from_str(request).map_err(|_| refuse(232_018))?;
        operate(&mut announcement, &request)?;
    }
    announcement.revision += 1;
    keep(world, &visit, announcement);
    Ok(Data::empty())
}

fn operate(announcement: &mut Announcement, request: &Value) -> Result<(), Refusal> {
    let wrong = || refuse(232_018);
    let payload = |at: &str| {
        let text = request.pointer(at).and_then(Value::as_str)?;
        serde_json::from_str::<Value>(text).ok()
    };
    let list = |value: Option<Value>, name: &str| value?.get(name)?.as_array().cloned();
    match request.get("requestType").and_then(Value::as_str) {
        Some("InsertBlocksRequestType") => {
            let blocks = list(payload("/insertBlocksRequest/payload"), "blocks").ok_or_else(wrong)?;
            let paragraphs = blocks
                .iter()
                .map(|b| b.get("paragraph").filter(|p| p["elements"].is_array()).cloned())
                .collect::<Option<Vec<Value>>>()
                .ok_or_else(wrong)?;
            let location = request.pointer("/insertBlocksRequest/location").ok_or_else(wrong)?;
            let at = place(announcement, location).ok_or_else(wrong)?;
            announcement.paragraphs.splice(at..at, paragraphs);
            Ok(())
        }
        Some("UpdateTitleRequestType") => {
            announcement.title =
                list(payload("/updateTitleRequest/payload"), "elements").ok_or_else(wrong)?;
            Ok(())
        }
        Some("DeleteContentRangeRequestType") => {
            let range = request.pointer("/deleteContentRangeRequest/deleteRange").ok_or_else(wrong)?;
            let number = |name: &str| range.get(name)?.as_u64()?.try_into().ok();
            let (from, to) = number("startIndex").zip(number("endIndex")).ok_or_else(wrong)?;
            let mut body = Body::of(announcement);
            if !body.delete(from, to) {
                return Err(wrong());
            }
            announcement.paragraphs = body.into_paragraphs();
            Ok(())
        }
        _ => Err(wrong()),
    }
}

/// Which paragraph comes behind what is inserted: at an end of the body, or where a paragraph begins.
fn place(announcement: &Announcement, location: &Value) -> Option<usize> {
    let is = |name: &str| location.get(name).and_then(Value::as_bool) == Some(true);
    if location.get("zoneId").and_then(Value::as_str) != Some("0") {
        return None;
    }
    if is("endOfZone") {
        return Some(announcement.paragraphs.len());
    }
    if is("startOfZone") {
        return Some(0);
    }
    let index = location.get("index")?.as_u64()?;
    Body::of(announcement).starts().iter().position(|s| *s as u64 == index)
}
