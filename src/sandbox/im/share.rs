//! Links into a chat, and what is pinned to its top.

use serde_json::json;

use super::chat::Mode;
use super::gate;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::{World, digest};

const DAY: i64 = 86_400;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/link", link),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/top_notice/put_top_notice", pin),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/top_notice/delete_top_notice", unpin),
    ]
}

/// Every call mints a link of its own.
fn link(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.mode == Mode::P2p {
        return Err(refuse(232_062));
    }
    if chat.setting("add_member_permission") == "only_owner" && !visit.standing.leads() {
        return Err(refuse(232_064));
    }
    let id = chat.chat_id.clone();
    let days = match call.filled("validity_period").unwrap_or("week") {
        "permanently" => None,
        "year" => Some(365),
        _ => Some(7),
    };
    let number = world.next("chat_link").to_string();
    let token = digest(&["chat-link", &id, &number]);
    let expires = days.map_or(0, |d: i64| world.now / 1_000 + d * DAY);
    Ok(Data::Of(json!({
        "share_link": format!("https://applink.feishu.cn/client/chat/chatter/add_by_link?link_token={token}"),
        "expire_time": expires.to_string(),
        "is_permanent": days.is_none(),
    })))
}

/// There is no reading it back.
fn pin(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    may_pin(world, &visit)?;
    let notices = call.list("chat_top_notice").cloned().unwrap_or_default();
    let [notice] = notices.as_slice() else { return Err(refuse(232_001)) };
    if notice.get("action_type").and_then(|v| v.as_str()) == Some("1") {
        // Messages are not simulated, so none can be named.
        return Err(refuse(232_001).msg("there is no such message"));
    }
    let notice = json!({ "action_type": "2" });
    gate::edit(world, visit.key, |c| c.top_notice = Some(notice));
    Ok(Data::empty())
}

fn unpin(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    may_pin(world, &visit)?;
    gate::edit(world, visit.key, |c| c.top_notice = None);
    Ok(Data::empty())
}

fn may_pin(world: &World, visit: &gate::Visit) -> Result<(), crate::sandbox::gateway::Refusal> {
    let closed = gate::chat(world, visit)?.top_notice_is_closed;
    if closed && !visit.standing.leads() { Err(refuse(232_014)) } else { Ok(()) }
}
