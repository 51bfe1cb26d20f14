//! Who is in a chat: adding, removing, joining, listing. One id type a call, fifty people or five bots.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::chat::{Actor, Bot, Chat, ChatKey, ChatMember, Mode};
use super::gate::{self, Standing, Visit};
use super::people::{Named, named, shown, whoever};
use super::{leaving, rules};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

/// People in an ordinary chat (`group/chat-member/create`).
const MEMBERS: usize = 5_000;

pub(super) fn routes() -> Vec<Route> {
    const MEMBERS: &str = "/open-apis/im/v1/chats/:chat_id/members";
    vec![
        Route::write("POST", MEMBERS, add).updating(232_019),
        Route::write("DELETE", MEMBERS, remove).updating(232_019),
        Route::write("PATCH", "/open-apis/im/v1/chats/:chat_id/members/me_join", join),
        Route::read("GET", MEMBERS, list),
    ]
}

pub(super) fn id_type<'a>(call: &'a Call<'_>) -> &'a str {
    call.query("member_id_type").unwrap_or("open_id")
}

/// The ids of a body, of which there is one and not too many.
fn ids<'a>(call: &'a Call<'_>) -> Result<Vec<&'a str>, Refusal> {
    let ids = call.texts("id_list").unwrap_or_default();
    let most = if id_type(call) == "app_id" { rules::BOTS_A_CALL } else { rules::USERS_A_CALL };
    if ids.is_empty() {
        return Err(refuse(232_027));
    }
    if ids.len() > most {
        return Err(refuse(232_001).msg("too many ids in one call"));
    }
    Ok(ids)
}

/// A department's chat is filled by the directory.
fn not_driven(chat: &Chat, code: i64) -> Result<(), Refusal> {
    if chat.department.is_some() { Err(refuse(code)) } else { Ok(()) }
}

/// What becomes of the ids of an addition.
#[derive(Default)]
struct Sorted {
    usable: Vec<Actor>,
    /// Resigned, out of range, not joined.
    invalid: Vec<String>,
    unknown: Vec<String>,
    /// What the call fails with if it may not go on without them.
    resigned: bool,
    fatal: Option<Refusal>,
}

fn sorted(world: &World, call: &Call<'_>, ids: &[&str]) -> Sorted {
    let mut sorted = Sorted::default();
    for id in ids {
        match named(world, call, id_type(call), id) {
            Named::Usable(actor) if sorted.usable.contains(&actor) => {}
            Named::Usable(actor) => sorted.usable.push(actor),
            Named::Unknown(refusal) => {
                sorted.unknown.push((*id).to_owned());
                sorted.fatal.get_or_insert(refusal);
            }
            Named::Resigned => {
                sorted.invalid.push((*id).to_owned());
                sorted.resigned = true;
            }
            Named::Foreign => {
                sorted.invalid.push((*id).to_owned());
                sorted.fatal.get_or_insert(refuse(232_028));
            }
            Named::Unreachable => {
                sorted.invalid.push((*id).to_owned());
                sorted.fatal.get_or_insert(refuse(232_024));
            }
        }
    }
    sorted
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.mode == Mode::P2p {
        return Err(refuse(232_090));
    }
    not_driven(chat, 232_090)?;
    if chat.setting("add_member_permission") == "only_owner" && !visit.standing.governs() {
        return Err(refuse(232_017));
    }
    let ids = ids(call)?;
    let mut found = sorted(world, call, &ids);
    match call.query("succeed_type") {
        Some("1") => {}
        Some("2") if found.resigned || found.fatal.is_some() => {
            let listed: Vec<&str> = found.invalid.iter().chain(&found.unknown).map(String::as_str).collect();
            let text = format!("Your request contains unavailable ids. [{}]", listed.join(", "));
            return Err(refuse(232_043).msg(text));
        }
        _ => {
            if let Some(refusal) = found.fatal.take() {
                return Err(refusal);
            }
        }
    }
    found.usable.retain(|actor| !world.im.is_in(chat, actor));
    room(world, chat, &found.usable)?;
    let waits = chat.setting("membership_approval") == "approval_required" && !visit.standing.governs();
    let mut pending = Vec::new();
    if waits {
        let sent = |actor: &Actor| {
            ids.iter().find(|id| whoever(world, call, id_type(call), id).as_ref() == Some(actor))
        };
        pending = found.usable.iter().filter_map(sent).map(|id| Value::from(*id)).collect();
        gate::edit(world, visit.key, |c| c.pending.extend(found.usable.iter().cloned()));
    } else {
        put(world, visit.key, &found.usable);
    }
    Ok(Data::Of(json!({
        "invalid_id_list": found.invalid,
        "not_existed_id_list": found.unknown,
        "pending_approval_id_list": pending,
    })))
}

/// Room for so many more.
fn room(world: &World, chat: &Chat, coming: &[Actor]) -> Result<(), Refusal> {
    let bots = coming.iter().filter(|a| matches!(a, Actor::Bot(_))).count();
    let people = world.im.people_count(chat) + coming.len() - bots;
    if chat.bots.len() + bots > rules::BOTS || people > MEMBERS {
        return Err(refuse(232_013));
    }
    if world.settings().im.member_limit.is_some_and(|limit| people > limit) {
        return Err(refuse(232_044));
    }
    Ok(())
}

/// Lets them in, at one instant.
pub(super) fn put(world: &mut World, key: ChatKey, coming: &[Actor]) {
    let joined = world.next("chat_join");
    let Some(id) = world.im.chat(key).map(|c| c.chat_id.clone()) else { return };
    for actor in coming {
        match actor {
            Actor::User(user) if !world.im.members.contains(&id, *user) => {
                world.im.members.put(&id, *user, ChatMember { joined });
            }
            Actor::Bot(app) => gate::edit(world, key, |c| {
                if !c.has_bot(app) {
                    c.bots.push(Bot { app_id: app.clone(), joined });
                }
            }),
            Actor::User(_) => {}
        }
    }
    gate::edit(world, key, |c| c.pending.retain(|a| !coming.contains(a)));
}

fn remove(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.mode == Mode::P2p {
        return Err(refuse(232_007));
    }
    let ids = ids(call)?;
    let mut leaving: BTreeSet<Actor> = BTreeSet::new();
    let mut invalid = Vec::new();
    for id in ids {
        match whoever(world, call, id_type(call), id).filter(|a| world.im.is_in(chat, a)) {
            Some(actor) => {
                leaving.insert(actor);
            }
            None => invalid.push(id.to_owned()),
        }
    }
    let itself = leaving.len() == 1 && leaving.contains(&visit.standing.actor);
    if !itself {
        may_remove(chat, &visit.standing)?;
    }
    if leaving.is_empty() {
        return Err(refuse(232_027));
    }
    if !itself && chat.owner.as_ref().is_some_and(|o| leaving.contains(o)) {
        return Err(refuse(232_076));
    }
    if itself && visit.standing.owner && leaving::candidate(world, chat, &visit.standing.actor).is_none() {
        return Err(refuse(232_029));
    }
    for actor in leaving {
        leaving::leave(world, visit.key, &actor, None);
    }
    Ok(Data::Of(json!({ "invalid_id_list": invalid })))
}

fn may_remove(chat: &Chat, standing: &Standing) -> Result<(), Refusal> {
    not_driven(chat, 232_014)?;
    if standing.governs() { Ok(()) } else { Err(refuse(232_014)) }
}

/// A public chat lets in whoever comes, unless it asks for approval.
fn join(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if chat.dissolved {
        return Err(refuse(232_009));
    }
    if !chat.is_public() || chat.mode == Mode::P2p || chat.department.is_some() {
        return Err(refuse(232_008));
    }
    let Visit { key, standing } = visit;
    if standing.member {
        return Ok(Data::empty());
    }
    if chat.setting("membership_approval") == "approval_required" {
        return Err(refuse(232_075));
    }
    room(world, chat, std::slice::from_ref(&standing.actor))?;
    put(world, key, &[standing.actor]);
    Ok(Data::empty())
}

/// Somebody on their place in the list.
enum Entry {
    User(UserKey),
    Bot,
}

/// Bots take places on the pages and are not shown.
fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(232_001, 232_001)?;
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let mut entries: Vec<(u64, Entry)> = chat.bots.iter().map(|b| (b.joined, Entry::Bot)).collect();
    let people = world.im.members.of(&chat.chat_id);
    entries.extend(people.map(|(user, m)| (m.joined, Entry::User(user))));
    entries.sort_by_key(|(joined, entry)| match entry {
        Entry::Bot => (*joined, 0, 0),
        Entry::User(user) => (*joined, 1, *user),
    });
    let at_once = |a: &(u64, Entry), b: &(u64, Entry)| a.0 == b.0;
    let id_type = id_type(call);
    let tenant = world.settings().tenant.tenant_key.as_str();
    let cut = page.cut_filtered(world, entries, at_once, |(_, entry)| {
        let Entry::User(key) = entry else { return None };
        let user = world.contact.directory.user(key)?;
        Some(json!({
            "member_id_type": id_type,
            "member_id": shown(world, call, key, id_type),
            "name": user.name,
            "tenant_key": tenant,
        }))
    });
    let mut map = cut.into_map("items");
    if chat.setting("hide_member_count_setting") == "all_members" || visit.standing.leads() {
        map.insert("member_total".to_owned(), world.im.people_count(chat).into());
    }
    Ok(Data::Of(Value::Object(map)))
}
