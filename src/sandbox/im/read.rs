//! Reading chats: one, those of the caller, those that can be found.

use super::chat::{Actor, Chat};
use super::{gate, render};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::world::World;

/// `group/chat/search`: a longer query finds nothing.
const QUERY: usize = 64;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/im/v1/chats/:chat_id", get),
        Route::read("GET", "/open-apis/im/v1/chats", list),
        Route::read("GET", "/open-apis/im/v1/chats/search", search),
        Route::read("GET", "/open-apis/im/v1/chats/:chat_id/members/is_in_chat", is_in_chat),
    ]
}

/// Somebody outside sees the name, the picture, the counts and the status. A chat that is gone still answers.
fn get(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let settings = &world.settings().im;
    if let Some(code) = settings.dissolved_code.filter(|_| chat.dissolved) {
        return Err(refuse(code));
    }
    if visit.standing.member && !chat.dissolved {
        return Ok(Data::Of(render::full(world, call, chat, &visit.standing)));
    }
    if settings.outsider_refused && !visit.standing.member {
        return Err(refuse(232_011));
    }
    Ok(Data::Of(render::partial(world, chat)))
}

fn is_in_chat(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    let alive = gate::chat(world, &visit).is_ok_and(|c| !c.dissolved);
    Ok(one("is_in_chat", (alive && visit.standing.member).into()))
}

/// Chats that the caller is in, never a private one; those that were dissolved while they were in say so.
fn list(world: &World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let page = call.page(232_001, 232_001)?;
    let me = gate::actor(call);
    let mut chats: Vec<&Chat> = mine(world, &me).filter(|c| world.listed(c.created)).collect();
    if call.query("sort_type") == Some("ByActiveTimeDesc") {
        chats.sort_by_key(|c| (std::cmp::Reverse(c.active), c.number));
    }
    Ok(page.cut(world, chats, |c| render::listed(world, call, c)).into_data("items"))
}

fn mine<'w>(world: &'w World, me: &'w Actor) -> impl Iterator<Item = &'w Chat> {
    world.im.chats().filter(|c| c.mode != super::Mode::P2p && world.im.is_in(c, me))
}

/// Chats that the caller is in, and public ones; by name, or by the name of a member.
fn search(world: &World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let page = call.page(232_001, 232_001)?;
    let me = gate::actor(call);
    let query = call.query("query").unwrap_or_default().trim_matches('"').to_lowercase();
    let vain = query.is_empty() || query.chars().count() > QUERY;
    let found = world.im.chats().filter(|c| {
        let visible = c.is_public() || world.im.is_in(c, &me);
        !vain && visible && !c.dissolved && c.mode != super::Mode::P2p && matches(world, c, &query)
    });
    Ok(page.cut(world, found, |c| render::listed(world, call, c)).into_data("items"))
}

fn matches(world: &World, chat: &Chat, query: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(query);
    chat.name.as_deref().into_iter().chain(chat.i18n_names.texts()).any(holds)
        || world
            .im
            .people(chat)
            .into_iter()
            .filter_map(|u| world.contact.directory.user(u))
            .any(|u| holds(&u.name))
}
