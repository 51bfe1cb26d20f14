//! Making a person's tokens, and the conditions under which they are made.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::rows::{Consent, RefreshToken, UserToken, key};
use super::fault::{Fault, fault};
use super::scopes;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::world::{App, Millis, World, digest};

/// Two hours.
const ACCESS_LIFE: Millis = 7_200_000;
/// Seven days.
const REFRESH_LIFE: Millis = 604_800_000;
/// After 365 days the person must be asked again (page `refresh-user-access-token`).
pub(super) const CONSENT_LIFE: Millis = 365 * 86_400_000;

/// An authorisation that tokens are made from.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) app_id: String,
    pub(super) user: UserKey,
    pub(super) asked: BTreeSet<String>,
    pub(super) consented: Millis,
}

/// # Errors
/// 20048, 20069 or 20009.
pub(super) fn usable(app: Option<&App>) -> Result<&App, Fault> {
    let app = app.ok_or_else(|| fault(20_048))?;
    if !app.enabled {
        return Err(fault(20_069));
    }
    if !app.installed {
        return Err(fault(20_009));
    }
    Ok(app)
}

/// # Errors
/// 20008 or 20066 for a person who cannot log in, 20010 for one outside the app's availability.
pub(super) fn person(world: &World, app_id: &str, user: UserKey) -> Result<(), Fault> {
    let row = world.contact.directory.user(user).ok_or_else(|| fault(20_008))?;
    if !super::may_act(row) {
        return Err(fault(20_066));
    }
    let console = world.auth.consoles.get(&app_id.to_owned());
    if console.is_some_and(|c| c.unavailable_to.contains(&user)) {
        return Err(fault(20_010));
    }
    Ok(())
}

/// Adds to what a person granted: grants accumulate over requests.
pub(super) fn remember(world: &mut World, app_id: &str, user: UserKey, asked: &BTreeSet<String>) {
    let key = Consent::key(app_id, user);
    let mut row = world.auth.consents.get(&key).cloned().unwrap_or_else(|| Consent {
        app_id: app_id.to_owned(),
        user,
        scopes: BTreeSet::new(),
    });
    row.scopes.extend(asked.iter().cloned());
    world.auth.consents.insert(key, row);
}

/// The scopes of a token: all that the person ever granted and the app still has, or the part asked for.
///
/// # Errors
/// 20067 or 20043 for a bad list, 20068 for what was not part of this line's authorisation. The pages allow a
/// subset of that authorisation only, not of older ones.
pub(super) fn narrow(world: &World, line: &Line, scope: Option<&str>) -> Result<BTreeSet<String>, Fault> {
    let app = world.apps.get(&line.app_id).ok_or_else(|| fault(20_048))?;
    let wanted = match scope {
        None => {
            let consent = world.auth.consents.get(&Consent::key(&line.app_id, line.user));
            let granted = consent.map(|c| c.scopes.clone()).unwrap_or_default();
            granted.into_iter().chain([scopes::BASE.to_owned()]).collect()
        }
        Some(text) => {
            let wanted = scopes::parse(text)?;
            let beyond: Vec<&str> =
                wanted.iter().filter(|s| !line.asked.contains(*s)).map(String::as_str).collect();
            if !beyond.is_empty() {
                return Err(fault(20_068).about(&beyond.join(" ")));
            }
            wanted
        }
    };
    Ok(wanted.into_iter().filter(|s| scopes::enabled(app, s)).collect())
}

/// Makes an access token, and a refresh token if this authorisation asked for offline access.
pub(super) fn issue(world: &mut World, line: &Line, scopes: BTreeSet<String>) -> Value {
    let now = world.now;
    world.auth.prune(now);
    let mut body = json!({
        "code": 0,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE / 1000,
        "scope": scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
    });
    let access = jwt(world, "access_token", line, now + ACCESS_LIFE);
    body["access_token"] = json!(access);
    let row = UserToken {
        app_id: line.app_id.clone(),
        user: line.user,
        scopes,
        expires: now + ACCESS_LIFE,
        revoked: false,
    };
    world.auth.user_tokens.insert(key(&access), row);
    let app = world.apps.get(&line.app_id);
    if line.asked.contains(scopes::OFFLINE) && app.is_some_and(|a| scopes::enabled(a, scopes::OFFLINE)) {
        // The last refresh token ends with the consent, not seven days later.
        let expires = (now + REFRESH_LIFE).min(line.consented + CONSENT_LIFE);
        let refresh = jwt(world, "refresh_token", line, expires);
        body["refresh_token_expires_in"] = json!((expires - now) / 1000);
        body["refresh_token"] = json!(refresh);
        let row = RefreshToken {
            app_id: line.app_id.clone(),
            user: line.user,
            asked: line.asked.clone(),
            consented: line.consented,
            expires,
            used: false,
            revoked: false,
        };
        world.auth.refresh_tokens.insert(key(&refresh), row);
    }
    body
}

/// Digits that nobody can foresee who does not know the app's secret; never the same twice.
pub(super) fn mint(world: &mut World, kind: &str, app_id: &str, len: usize) -> String {
    let serial = world.next("auth_oauth").to_string();
    let secret = world.apps.get(&app_id.to_owned()).map(|a| a.secret.clone()).unwrap_or_default();
    let tenant = world.settings().tenant.tenant_key.clone();
    let now = world.now.to_string();
    let mut text = String::with_capacity(len + 32);
    while text.len() < len {
        let block = text.len().to_string();
        text.push_str(&digest(&["oauth", kind, &block, &secret, app_id, &tenant, &serial, &now]));
    }
    text.truncate(len);
    text
}

/// A token that looks like the real one: three parts, between one and two kilobytes, so that a client which
/// reserves too little room is found out.
fn jwt(world: &mut World, kind: &str, line: &Line, expires: Millis) -> String {
    let id = mint(world, kind, &line.app_id, 32);
    let signature = mint(world, "signature", &line.app_id, 640);
    let claims = json!({
        "jti": id, "typ": kind, "client_id": line.app_id, "iat": world.now / 1000, "exp": expires / 1000,
    });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = part(r#"{"alg":"ES256","typ":"JWT"}"#);
    format!("{header}.{}.{}", part(&claims.to_string()), part(&signature))
}
