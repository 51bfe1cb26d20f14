//! A person's tokens: authorisation code, refresh, device flow (pages `obtain-oauth-code`,
//! `get-user-access-token`, `refresh-user-access-token`; the device flow as the official command line uses it).
//!
//! The endpoints judge their requests by OAuth's rules, not by the gateway's: they need the raw body and the
//! `Authorization` header. The gateway hands them over through [`answer`]. What a person decides comes from
//! outside, through [`consent`] and [`device_consent`].

mod authorize;
mod device;
mod fault;
mod form;
mod issue;
mod page;
mod pkce;
mod redirect;
mod scopes;
mod token;

use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::gateway::{Answer, Raw, Route, refuse};
use crate::sandbox::world::World;

pub use authorize::{Decision, consent};
pub use device::device_consent;
pub use fault::Fault;
pub use page::ConsentPage;

pub const AUTHORIZE: &str = "/open-apis/authen/v1/authorize";
pub const TOKEN: &str = "/open-apis/authen/v2/oauth/token";
/// On the accounts host, outside the Open API: the contract does not list it.
pub const DEVICE_AUTHORIZATION: &str = "/oauth/v1/device_authorization";
/// Where a person types the code that their device shows.
pub const DEVICE_PAGE: &str = "/oauth/v1/device";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::raw("GET", AUTHORIZE, answer),
        Route::raw("POST", TOKEN, answer),
        Route::raw("POST", DEVICE_AUTHORIZATION, answer),
        Route::raw("GET", DEVICE_PAGE, answer),
    ]
}

/// Answers a request to an OAuth endpoint.
pub fn answer(world: &mut World, raw: &Raw<'_>) -> Answer {
    let data = match (raw.method, raw.path) {
        ("GET", AUTHORIZE) => authorize::page(world, raw.query),
        ("GET", DEVICE_PAGE) => device::page(world, raw.query),
        ("POST", TOKEN) => token::token(world, raw),
        ("POST", DEVICE_AUTHORIZATION) => device::authorization(world, raw),
        _ => return Err(refuse(99_991_201)),
    };
    Ok(data.unwrap_or_else(Fault::into_data))
}

/// Whether there is anybody who could log in.
pub fn somebody(world: &World) -> bool {
    !authorize::people(world).is_empty()
}

/// Whether a person can log in and act: joined, not frozen, neither resigned nor gone by themselves.
pub(super) fn may_act(user: &User) -> bool {
    user.is_active() && !user.status.exited
}

/// Ends everything that a person granted to any app. For whoever resigns a person: tokens die with the job.
pub fn forget_user(world: &mut World, user: UserKey) {
    revoke_where(world, |_, u| u == user);
}

/// Ends what a person granted to one app, as they can do in their own settings.
pub fn revoke_grant(world: &mut World, app_id: &str, user: UserKey) {
    revoke_where(world, |app, u| app == app_id && u == user);
}

fn revoke_where(world: &mut World, hit: impl Fn(&str, UserKey) -> bool) {
    let auth = &mut world.auth;
    let of = |app_id: &str, user: UserKey| hit(app_id, user);
    let tokens: Vec<_> =
        auth.user_tokens.iter().filter(|(_, t)| of(&t.app_id, t.user)).map(|(k, _)| k.clone()).collect();
    for key in tokens {
        if let Some(token) = auth.user_tokens.get_mut(&key) {
            token.revoked = true;
        }
    }
    let refresh: Vec<_> =
        auth.refresh_tokens.iter().filter(|(_, t)| of(&t.app_id, t.user)).map(|(k, _)| k.clone()).collect();
    for key in refresh {
        if let Some(token) = auth.refresh_tokens.get_mut(&key) {
            token.revoked = true;
        }
    }
    let granted = |d: &super::Device| matches!(d.state, super::rows::DeviceState::Granted { user, .. } if of(&d.app_id, user));
    super::drop_if(&mut auth.devices, granted);
    super::drop_if(&mut auth.codes, |c| of(&c.app_id, c.user));
    super::drop_if(&mut auth.consents, |c| of(&c.app_id, c.user));
}

#[cfg(test)]
mod tests;
