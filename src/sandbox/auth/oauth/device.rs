//! The device flow (RFC 8628), as the official command line uses it; the reference has no page for it.

use serde_json::{Value, json};

use super::super::rows::{Device, DeviceState, key};
use super::super::secret::Secret;
use super::authorize::{self, Decision};
use super::fault::{Fault, device_fault, fault};
use super::form::{self, Params};
use super::issue::{self, Line};
use super::page::ConsentPage;
use super::{DEVICE_PAGE, Raw, scopes, token};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Data;
use crate::sandbox::world::{Brand, Millis, World};

/// Four minutes and five seconds: the values that the official command line assumes when it is not told.
const LIFE: Millis = 240_000;
const INTERVAL: Millis = 5_000;
/// What each hasty poll adds (RFC 8628, 3.5).
const SLOW_DOWN: Millis = 5_000;

/// Starts a flow: a form, with the app's id and secret in the header.
pub(super) fn authorization(world: &mut World, raw: &Raw<'_>) -> Result<Data, Fault> {
    let media = raw.content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(fault(20_063).about("The content type is not supported."));
    }
    let params = Params::of_body(raw.content_type, raw.body)?;
    let basic = raw.authorization.and_then(form::basic).transpose()?;
    let (id, secret) = match (basic, params.get("client_secret")) {
        (Some(_), Some(_)) => return Err(fault(20_070)),
        (Some(basic), None) => basic,
        (None, _) => return Err(fault(20_001).about("Authorization")),
    };
    if params.need("client_id")? != id {
        return Err(fault(20_063).about("client_id differs from the header's."));
    }
    token::authenticate(world, &id, &secret)?;
    let app = issue::usable(world.app(&id))?;
    let asked = scopes::ask(app, params.get("scope").unwrap_or_default())?;

    let now = world.now;
    world.auth.prune(now);
    let device_code = issue::mint(world, "device_code", &id, 64);
    let user_code = user_code(world, &id);
    let row = Device {
        app_id: id,
        user_code: Secret::new(user_code.clone()),
        asked,
        expires: now + LIFE,
        interval_ms: INTERVAL,
        polled: None,
        state: DeviceState::Waiting,
    };
    world.auth.devices.insert(key(&device_code), row);
    let origin = match (raw.origin, world.settings().brand) {
        ("", Brand::Feishu) => "https://accounts.feishu.cn",
        ("", Brand::Lark) => "https://accounts.larksuite.com",
        (origin, _) => origin,
    };
    let address = format!("{origin}{DEVICE_PAGE}");
    let body = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": address,
        "verification_uri_complete": format!("{address}?user_code={user_code}"),
        "expires_in": LIFE / 1000,
        "interval": INTERVAL / 1000,
    });
    Ok(Data::Bare { status: 200, body })
}

/// Eight letters in two groups that no waiting device shows already.
fn user_code(world: &mut World, app_id: &str) -> String {
    loop {
        let digits = issue::mint(world, "user_code", app_id, 8).to_uppercase();
        let code = format!("{}-{}", &digits[..4], &digits[4..]);
        if waiting(world, &code).is_none() {
            return code;
        }
    }
}

/// The flow that waits under a user code.
fn waiting<'w>(world: &'w World, user_code: &str) -> Option<(&'w String, &'w Device)> {
    world.auth.devices.iter().find(|(_, d)| {
        d.user_code.reveal() == user_code && d.state == DeviceState::Waiting && world.now < d.expires
    })
}

/// The page where a person reads what a device asks for.
pub(super) fn page(world: &World, query: &str) -> Result<Data, Fault> {
    let params = Params::of_form(query)?;
    let user_code = params.need("user_code")?;
    let (_, device) = waiting(world, user_code).ok_or_else(|| fault(20_003))?;
    let page = ConsentPage {
        app_id: device.app_id.clone(),
        app_name: world.apps.get(&device.app_id).map(|a| a.name.clone()).unwrap_or_default(),
        scopes: device.asked.iter().cloned().collect(),
        query: format!("user_code={user_code}"),
        people: authorize::people(world),
    };
    Ok(Data::Page(page.html()))
}

/// A person decides about what a device shows.
///
/// # Errors
/// 20003 when nothing waits under this code; what forbids this person to log in.
pub fn device_consent(
    world: &mut World,
    user_code: &str,
    user: UserKey,
    decision: Decision,
) -> Result<(), Fault> {
    let (id, device) = waiting(world, user_code).ok_or_else(|| fault(20_003))?;
    let (id, app_id, asked) = (id.clone(), device.app_id.clone(), device.asked.clone());
    issue::person(world, &app_id, user)?;
    let at = world.now;
    if let Some(row) = world.auth.devices.get_mut(&id) {
        row.state = match decision {
            Decision::Grant => DeviceState::Granted { user, at },
            Decision::Refuse => DeviceState::Refused,
        };
    }
    if decision == Decision::Grant {
        issue::remember(world, &app_id, user, &asked);
    }
    Ok(())
}

/// A device polls. `polled` is kept even when the answer is a refusal: that is how haste is seen.
pub(super) fn by_device(world: &mut World, params: &Params, client_id: &str) -> Result<Value, Fault> {
    let id = key(params.need("device_code")?);
    let now = world.now;
    let row = world.auth.devices.get(&id).ok_or_else(|| fault(20_003))?;
    if row.app_id != client_id {
        return Err(fault(20_024));
    }
    let state = row.state;
    if state == DeviceState::Used {
        return Err(fault(20_065));
    }
    if now >= row.expires {
        return Err(device_fault("expired_token", "The device code has expired."));
    }
    let hasty = row.polled.is_some_and(|at| now < at + row.interval_ms);
    if let Some(row) = world.auth.devices.get_mut(&id) {
        row.polled = Some(now);
        if hasty {
            row.interval_ms += SLOW_DOWN;
        }
    }
    if hasty {
        return Err(device_fault("slow_down", "Polled too often. Wait five seconds longer each time."));
    }
    match state {
        DeviceState::Waiting => Err(device_fault("authorization_pending", "The person has not decided yet.")),
        DeviceState::Refused => Err(device_fault("access_denied", "The person refused.")),
        DeviceState::Used => Err(fault(20_065)),
        DeviceState::Granted { user, at } => {
            issue::person(world, client_id, user)?;
            let asked = world.auth.devices.get(&id).map(|d| d.asked.clone()).unwrap_or_default();
            let line = Line { app_id: client_id.to_owned(), user, asked, consented: at };
            let scopes = issue::narrow(world, &line, params.get("scope"))?;
            if let Some(row) = world.auth.devices.get_mut(&id) {
                row.state = DeviceState::Used;
            }
            Ok(issue::issue(world, &line, scopes))
        }
    }
}
