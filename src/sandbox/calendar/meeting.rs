//! The chat and the minutes of an event. Both are for events on one's own calendar.

use serde_json::json;

use super::attendees::present;
use super::events::{edit, reached};
use super::gate::Visit;
use super::rows::{Event, Role};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{World, digest};

const CHAT: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/meeting_chat";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", CHAT, create_chat),
        Route::write("DELETE", CHAT, delete_chat),
        Route::write(
            "POST",
            "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/meeting_minute",
            create_minute,
        ),
    ]
}

fn own<'w>(world: &'w World, call: &Call<'_>, otherwise: i64) -> Result<(Visit<'w>, Event), Refusal> {
    let (visit, event) = reached(world, call)?;
    visit.needs(Role::Writer)?;
    if visit.calendar.primary_of.as_ref() == Some(&visit.actor) {
        Ok((visit, event))
    } else {
        Err(refuse(otherwise))
    }
}

fn create_chat(world: &mut World, call: &Call<'_>) -> Answer {
    let (_, event) = own(world, call, 195_109)?;
    let hidden = event.attendee_ability == "none";
    if event.meeting_chat.is_some() || hidden || present(&event).count() < 2 {
        return Err(refuse(195_109));
    }
    let chat = format!("oc_{}", digest(&["meeting_chat", &event.id()]));
    edit(world, &event.id(), |e| e.meeting_chat = Some(chat.clone()));
    let applink = format!("https://applink.feishu.cn/client/chat/open?openChatId={chat}");
    Ok(Data::Of(json!({ "meeting_chat_id": chat, "applink": applink })))
}

fn delete_chat(world: &mut World, call: &Call<'_>) -> Answer {
    let (_, event) = own(world, call, 195_107)?;
    if event.meeting_chat.as_deref() != call.query("meeting_chat_id") {
        return Err(refuse(195_108));
    }
    edit(world, &event.id(), |e| e.meeting_chat = None);
    Ok(Data::empty())
}

fn create_minute(world: &mut World, call: &Call<'_>) -> Answer {
    let (_, event) = own(world, call, 195_110)?;
    edit(world, &event.id(), |e| e.minute = true);
    let token = digest(&["minute", &event.id()]);
    Ok(Data::Of(json!({ "doc_url": format!("https://sandbox.feishu.cn/docx/{token}") })))
}
