//! Tokens that an app gets with its id and secret (pages `access-token/tenant_access_token_internal`,
//! `app_access_token_internal` and the three for store apps).
//!
//! The fields stand at the top level of the answer. While half an hour or more remains the same token comes back
//! with what is left; after that a new one, and both are good until the old one ends.

use serde_json::{Value, json};

use super::rows::{TenantToken, key};
use super::secret::Secret;
use crate::base::contract::Contract;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::{Millis, World, digest};

/// Two hours: the pages' maximum, and what their examples show.
const LIFE: Millis = 7_200_000;
/// Below this much remaining life the endpoint hands out a new token.
const RENEW_BELOW: Millis = 1_800_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/auth/v3/tenant_access_token/internal", tenant_internal),
        Route::write("POST", "/open-apis/auth/v3/app_access_token/internal", app_internal),
        Route::read("POST", "/open-apis/auth/v3/app_access_token", app_of_store),
        Route::read("POST", "/open-apis/auth/v3/tenant_access_token", tenant_of_store),
        Route::read("POST", "/open-apis/auth/v3/app_ticket/resend", resend),
    ]
}

fn tenant_internal(world: &mut World, call: &Call<'_>) -> Answer {
    let app_id = match credentials(world, call) {
        Ok(app_id) => app_id,
        Err(fault) => return fault.answer(world),
    };
    let (token, expire) = current(world, &app_id);
    Ok(Data::Beside(json!({ "msg": "ok", "tenant_access_token": token, "expire": expire })))
}

fn app_internal(world: &mut World, call: &Call<'_>) -> Answer {
    let app_id = match credentials(world, call) {
        Ok(app_id) => app_id,
        Err(fault) => return fault.answer(world),
    };
    let (token, expire) = current(world, &app_id);
    // For a self-built app the two are one token.
    Ok(Data::Beside(json!({
        "msg": "ok", "app_access_token": token, "tenant_access_token": token, "expire": expire
    })))
}

fn app_of_store(world: &World, call: &Call<'_>) -> Answer {
    match credentials(world, call) {
        Err(fault) => fault.answer(world),
        Ok(_) if call.filled("app_ticket").is_none() => Fault::Malformed.answer(world),
        Ok(_) => Fault::NoTicket.answer(world),
    }
}

fn tenant_of_store(world: &World, call: &Call<'_>) -> Answer {
    if call.filled("app_access_token").is_none() || call.filled("tenant_key").is_none() {
        return Fault::Malformed.answer(world);
    }
    Fault::NoStoreToken.answer(world)
}

fn resend(world: &World, call: &Call<'_>) -> Answer {
    match credentials(world, call) {
        Err(fault) => fault.answer(world),
        Ok(_) => Fault::NotAStoreApp.answer(world),
    }
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Malformed,
    UnknownApp,
    WrongSecret,
    Disabled,
    NoTicket,
    NoStoreToken,
    NotAStoreApp,
}

impl Fault {
    /// As seen on the wire (HTTP 200, a short body), or as the generic table has it (platform.md, 2.2).
    fn answer(self, world: &World) -> Answer {
        let (wire, text, documented) = match self {
            Self::Malformed => (10_003, "invalid param", 10_003),
            Self::UnknownApp => (10_014, "app id not exists", 99_991_543),
            Self::WrongSecret => (10_014, "app secret invalid", 10_015),
            Self::Disabled => (10_014, "app unauthorized", 10_014),
            Self::NoTicket => (10_012, "get app access token fail", 10_012),
            Self::NoStoreToken => (10_013, "get tenant access token fail", 10_013),
            Self::NotAStoreApp => (10_016, "app resend fail", 10_016),
        };
        if world.settings().documented_credential_errors {
            let text = Contract::built_in()
                .ok()
                .and_then(|c| c.generic(documented).first())
                .map_or(text, |row| row.message.as_str());
            return Err(refuse(documented).http(400).msg(text));
        }
        let mut body = json!({ "code": wire, "msg": text });
        if matches!(self, Self::Malformed) {
            body["data"] = json!({});
        }
        Ok(Data::Bare { status: 200, body })
    }
}

/// The app that the request proves to be.
fn credentials(world: &World, call: &Call<'_>) -> Result<String, Fault> {
    let field = |name: &str| call.body.get(name).and_then(Value::as_str).unwrap_or_default();
    let (app_id, secret) = (field("app_id"), field("app_secret"));
    let Some(app) = world.app(app_id) else {
        let well_formed = app_id
            .strip_prefix("cli_")
            .is_some_and(|tail| !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_alphanumeric()));
        return Err(if well_formed && !secret.is_empty() { Fault::UnknownApp } else { Fault::Malformed });
    };
    if secret.is_empty() {
        return Err(Fault::Malformed);
    }
    if secret != app.secret {
        return Err(Fault::WrongSecret);
    }
    if !app.enabled {
        return Err(Fault::Disabled);
    }
    Ok(app.app_id.clone())
}

/// The app's token and the whole seconds that it still lives.
fn current(world: &mut World, app_id: &str) -> (String, Millis) {
    let now = world.now;
    world.auth.prune(now);
    let newest = world
        .auth
        .tenant_tokens
        .values()
        .filter(|t| t.app_id == app_id)
        .max_by_key(|t| t.expires)
        .filter(|t| t.expires - now >= RENEW_BELOW)
        .map(|t| (t.token.reveal().to_owned(), t.expires));
    let (token, expires) = newest.unwrap_or_else(|| mint(world, app_id));
    // Rounded down: a client that trusts the last second must not be disappointed.
    (token, (expires - now) / 1000)
}

fn mint(world: &mut World, app_id: &str) -> (String, Millis) {
    let serial = world.next("auth_tenant_token").to_string();
    let now = world.now.to_string();
    let secret = world.apps.get(&app_id.to_owned()).map(|a| a.secret.clone()).unwrap_or_default();
    let tenant = world.settings().tenant.tenant_key.clone();
    let parts = |half: &str| digest(&["tenant_token", half, &secret, app_id, &tenant, &serial, &now]);
    // Forty digits after the prefix, as in the pages' examples.
    let token = format!("t-{}{}", parts("a"), &parts("b")[..8]);
    let expires = world.now + LIFE;
    let row = TenantToken { app_id: app_id.to_owned(), token: Secret::new(token.clone()), expires };
    world.auth.tenant_tokens.insert(key(&token), row);
    (token, expires)
}

#[cfg(test)]
#[path = "tenant_token_tests.rs"]
mod tests;
