//! Exchange mailboxes bound to people, by a super administrator. The syncing itself is only a status that ripens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::gate;
use super::rows::Binding;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Refusal, Route, refuse};
use crate::sandbox::world::{Millis, World};

/// How long each stage takes.
const STAGE: Millis = 20_000;
const STAGES: [&str; 4] = ["doing", "cal_done", "timespan_done", "done"];
const ONE: &str = "/open-apis/calendar/v4/exchange_bindings/:exchange_binding_id";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/exchange_bindings", create),
        Route::write("DELETE", ONE, delete),
        Route::read("GET", ONE, get),
    ]
}

fn admin(world: &World, call: &Call<'_>) -> Result<(), Refusal> {
    let Identity::User(user) = call.caller.identity else { return Err(refuse(195_101)) };
    let admin = world.contact.directory.user(user).is_some_and(|u| u.is_tenant_manager);
    if admin { Ok(()) } else { Err(refuse(195_101)) }
}

fn render(world: &World, call: &Call<'_>, id: &str, binding: &Binding) -> Value {
    let stage = usize::try_from((world.now - binding.since) / STAGE).unwrap_or(0).min(STAGES.len() - 1);
    json!({
        "admin_account": binding.admin_account,
        "exchange_account": binding.exchange_account,
        "user_id": ids::user_id_of(world, &call.caller.app_id, binding.user, call.user_id_type()),
        "status": STAGES[stage],
        "exchange_binding_id": id,
    })
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    admin(world, call)?;
    let text = |name: &str| call.filled(name).ok_or_else(|| refuse(190_002));
    let (admin_account, exchange_account) = (text("admin_account")?, text("exchange_account")?);
    let user = gate::person(world, call, text("user_id")?)?;
    let taken = world.calendar.bindings.values().any(|b| b.exchange_account == exchange_account);
    if taken {
        return Err(refuse(195_105));
    }
    let id = STANDARD.encode(format!("{admin_account} {exchange_account}"));
    let binding = Binding {
        admin_account: admin_account.to_owned(),
        exchange_account: exchange_account.to_owned(),
        user,
        since: world.now,
    };
    let answer = render(world, call, &id, &binding);
    world.calendar.bindings.insert(id, binding);
    Ok(Data::Of(answer))
}

fn found<'w>(world: &'w World, call: &Call<'_>) -> Result<(String, &'w Binding), Refusal> {
    admin(world, call)?;
    let id = call.path("exchange_binding_id").to_owned();
    STANDARD.decode(&id).map_err(|_| refuse(195_102))?;
    let binding = world.calendar.bindings.get(&id).ok_or_else(|| refuse(195_103))?;
    Ok((id, binding))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let (id, binding) = found(world, call)?;
    Ok(Data::Of(render(world, call, &id, binding)))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (id, _) = found(world, call)?;
    world.calendar.bindings.remove(&id);
    Ok(Data::empty())
}
