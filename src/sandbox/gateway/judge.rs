//! Who calls, and whether they may: token, kind of token, app, address, quota, scopes.

use super::answer::{Refusal, ScopeFault, refuse};
use super::call::{Caller, Identity};
use super::incoming::Incoming;
use super::route::Bound;
use crate::base::contract::TokenType;
use crate::sandbox::auth::{self, Resolved};
use crate::sandbox::world::{Grants, World};

/// Who calls, and with which grants.
pub(super) struct Judged {
    pub(super) caller: Caller,
    pub(super) grants: Grants,
}

/// Token present, token valid, kind of token.
pub(super) fn identify(
    world: &World,
    request: &Incoming,
    bound: &Bound,
) -> Result<Option<Resolved>, Refusal> {
    let endpoint = bound.endpoint;
    if endpoint.tokens.is_empty() {
        return Ok(None);
    }
    let token = request
        .authorization
        .as_deref()
        .and_then(|a| a.strip_prefix("Bearer "))
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .ok_or_else(|| refuse(99_991_661))?;
    let resolved = auth::resolve_for(world, &endpoint.path, token)?;
    let kind = resolved.identity.token_type();
    if !endpoint.tokens.iter().any(|t| Some(*t) == kind) {
        return Err(match kind {
            Some(TokenType::User) => refuse(99_991_668).msg("user access token not support"),
            Some(TokenType::Tenant | TokenType::App) | None => refuse(99_991_663),
        });
    }
    Ok(Some(resolved))
}

/// Address, quota, scopes of the endpoint, scopes of its parameters: in this order.
pub(super) fn judge(
    world: &mut World,
    request: &Incoming,
    bound: &Bound,
    query: &[(String, String)],
    resolved: Option<Resolved>,
) -> Result<Judged, Refusal> {
    let Some(resolved) = resolved else {
        let caller = Caller { app_id: String::new(), identity: Identity::Anonymous };
        return Ok(Judged { caller, grants: Grants::All });
    };
    let allowed = &world.settings().ip_allowlist;
    if !allowed.is_empty() && !allowed.contains(&request.peer) {
        return Err(refuse(99_991_401).fill("ip", request.peer.clone()));
    }
    count_month(world)?;
    let Some(app) = world.app(&resolved.app_id) else { return Err(refuse(99_991_663)) };
    let of_app = match resolved.identity {
        Identity::User(_) => app.user_scopes.clone(),
        Identity::Tenant | Identity::Anonymous => app.tenant_scopes.clone(),
    };
    let grants = match resolved.granted {
        None => of_app.clone(),
        Some(given) => Grants::Only(given.into_iter().filter(|s| of_app.has(s)).collect()),
    };
    let demand = |scopes: &[String]| {
        if grants.has_any(scopes) {
            return Ok(());
        }
        // Whose fault it is: the app never had it, or the person did not give it.
        let (fault, mut refusal) = if of_app.has_any(scopes) {
            (ScopeFault::Person, refuse(99_991_679))
        } else {
            (ScopeFault::App, refuse(99_991_672))
        };
        refusal.scopes = Some((fault, scopes.to_vec()));
        Err(refusal)
    };
    demand(&bound.endpoint.scopes_any)?;
    // Speaking `user_id` is a permission of its own.
    for field in bound.endpoint.query.iter().filter(|f| !f.field_scopes.is_empty()) {
        if query.iter().any(|(n, v)| *n == field.name && v == "user_id") {
            demand(&field.field_scopes)?;
        }
    }
    Ok(Judged { caller: Caller { app_id: resolved.app_id, identity: resolved.identity }, grants })
}

fn count_month(world: &mut World) -> Result<(), Refusal> {
    let Some(quota) = world.settings().monthly_quota else { return Ok(()) };
    let stamp = jiff::Timestamp::from_millisecond(world.now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let month = stamp.to_zoned(zone).strftime("calls/%Y-%m").to_string();
    if world.next(&month) > quota { Err(refuse(99_991_403)) } else { Ok(()) }
}
