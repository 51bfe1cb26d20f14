//! What people decide about apps that want to act for them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{app_id, ok, person};
use crate::sandbox::auth::oauth::{self, Decision, Fault};
use crate::sandbox::gateway::{Incoming, form_pairs};
use crate::sandbox::world::World;

/// Decides about an authorisation address. Answers where the browser goes next.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Consent {
    /// The whole address of the authorisation page, or its query alone.
    url: String,
    user: String,
    #[serde(default)]
    refuse: bool,
}

/// Decides about what a device shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceConsent {
    user_code: String,
    user: String,
    #[serde(default)]
    refuse: bool,
}

/// A person takes back all that they granted to an app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoke {
    app_id: Option<String>,
    user: String,
}

fn decision(refuse: bool) -> Decision {
    if refuse { Decision::Refuse } else { Decision::Grant }
}

fn fault(fault: &Fault) -> String {
    let code = fault.code.map(|c| format!("{c} ")).unwrap_or_default();
    format!("{code}{}: {}", fault.error, fault.description)
}

impl Consent {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let user = person(world, &self.user)?;
        let location =
            oauth::consent(world, &self.url, user, decision(self.refuse)).map_err(|f| fault(&f))?;
        Ok(json!({ "ok": true, "location": location }))
    }
}

impl DeviceConsent {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let user = person(world, &self.user)?;
        oauth::device_consent(world, &self.user_code, user, decision(self.refuse)).map_err(|f| fault(&f))?;
        Ok(ok())
    }
}

impl Revoke {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let (app, user) = (app_id(world, self.app_id)?, person(world, &self.user)?);
        oauth::revoke_grant(world, &app, user);
        Ok(ok())
    }
}

/// The consent page's own form, as the action that it means; none when the request is not that form.
pub(in crate::sandbox::control) fn form(request: &Incoming) -> Option<Value> {
    let kind = request.content_type.as_deref()?;
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let pairs = form_pairs(&String::from_utf8_lossy(&request.body));
    let field = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let (user, refuse) = (field("user_id"), field("decision") != "grant");
    Some(match field("consent").strip_prefix("user_code=") {
        Some(code) => {
            json!({ "action": "device_consent", "user_code": code, "user": user, "refuse": refuse })
        }
        None => json!({ "action": "consent", "url": field("consent"), "user": user, "refuse": refuse }),
    })
}
