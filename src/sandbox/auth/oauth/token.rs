//! The token endpoint: one address, three grants, told apart by `grant_type`.
//!
//! Every condition is judged before anything is used up: a request that fails leaves its code or refresh token
//! as it was.

use serde_json::Value;

use super::super::rows::key;
use super::fault::{Fault, fault};
use super::form::{self, Params};
use super::issue::{self, Line};
use super::{Raw, device, pkce};
use crate::sandbox::gateway::Data;
use crate::sandbox::world::World;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) fn token(world: &mut World, raw: &Raw<'_>) -> Result<Data, Fault> {
    let params = Params::of_body(raw.content_type, raw.body)?;
    if let Some(basic) = raw.authorization.and_then(form::basic) {
        basic?;
        if params.get("client_secret").is_some() {
            return Err(fault(20_070));
        }
        // The page wants id and secret in the body, and nothing else: a header alone leaves them missing.
    }
    Ok(Data::Bare { status: 200, body: grant(world, &params)? })
}

/// Answers the parameters alone.
pub(super) fn grant(world: &mut World, params: &Params) -> Result<Value, Fault> {
    let grant_type = params.need("grant_type")?;
    let grant: fn(&mut World, &Params, &str) -> Result<Value, Fault> = match grant_type {
        "authorization_code" => by_code,
        "refresh_token" => by_refresh,
        DEVICE_GRANT => device::by_device,
        _ => return Err(fault(20_036)),
    };
    let (client_id, secret) = (params.need("client_id")?, params.need("client_secret")?);
    authenticate(world, client_id, secret)?;
    grant(world, params, client_id)
}

/// # Errors
/// 20048 for an unknown app, 20002 for a wrong secret, then what its state forbids.
pub(super) fn authenticate(world: &World, client_id: &str, secret: &str) -> Result<(), Fault> {
    let app = world.app(client_id).ok_or_else(|| fault(20_048))?;
    if app.secret != secret {
        return Err(fault(20_002));
    }
    issue::usable(Some(app)).map(|_| ())
}

fn by_code(world: &mut World, params: &Params, client_id: &str) -> Result<Value, Fault> {
    let code = key(params.need("code")?);
    let row = world.auth.codes.get(&code).ok_or_else(|| fault(20_003))?;
    if row.app_id != client_id {
        return Err(fault(20_024));
    }
    if row.used {
        return Err(fault(20_065));
    }
    if world.now >= row.expires {
        return Err(fault(20_004));
    }
    // The page does not require it; when given it must be the very same text.
    if params.get("redirect_uri").is_some_and(|uri| uri != row.redirect_uri) {
        return Err(fault(20_071));
    }
    pkce::verify(row.challenge.as_ref(), params.get("code_verifier"))?;
    issue::person(world, client_id, row.user)?;
    let line = Line {
        app_id: row.app_id.clone(),
        user: row.user,
        asked: row.asked.clone(),
        consented: row.consented,
    };
    let scopes = issue::narrow(world, &line, params.get("scope"))?;
    if let Some(row) = world.auth.codes.get_mut(&code) {
        row.used = true;
    }
    Ok(issue::issue(world, &line, scopes))
}

fn by_refresh(world: &mut World, params: &Params, client_id: &str) -> Result<Value, Fault> {
    let token = key(params.need("refresh_token")?);
    let row = world.auth.refresh_tokens.get(&token).ok_or_else(|| fault(20_026))?;
    if row.app_id != client_id {
        return Err(fault(20_024));
    }
    if row.used {
        return Err(fault(20_073));
    }
    issue::person(world, client_id, row.user)?;
    if row.revoked {
        return Err(fault(20_064));
    }
    if world.now >= row.expires || world.now >= row.consented + issue::CONSENT_LIFE {
        return Err(fault(20_037));
    }
    if !world.apps.get(&row.app_id).is_some_and(|app| app.allow_refresh_token) {
        return Err(fault(20_074));
    }
    let line = Line {
        app_id: row.app_id.clone(),
        user: row.user,
        asked: row.asked.clone(),
        consented: row.consented,
    };
    let scopes = issue::narrow(world, &line, params.get("scope"))?;
    // The old one dies at once, even if the answer never arrives; the old access token lives on.
    if let Some(row) = world.auth.refresh_tokens.get_mut(&token) {
        row.used = true;
    }
    Ok(issue::issue(world, &line, scopes))
}
