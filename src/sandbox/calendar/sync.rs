//! Sync tokens: a version of the tenant's calendars, and when it was given.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::{Millis, World};

/// `calendar/list`: a token lives so long.
const LIFE: Millis = 90 * 86_400_000;

pub(super) struct Sync;

impl Sync {
    /// A token for what is now.
    pub(super) fn now(world: &World) -> String {
        URL_SAFE_NO_PAD.encode(format!("sync.{}.{}", latest(world), world.now))
    }
}

/// The newest change that anybody made.
fn latest(world: &World) -> u64 {
    let calendars = world.calendar.calendars.values().map(|c| c.version);
    let views = world.calendar.views.values().map(|v| v.version);
    let events = world.calendar.events.values().map(|e| e.version);
    calendars.chain(views).chain(events).max().unwrap_or(0)
}

/// The version that the call's token stands for; none without a token.
///
/// # Errors
/// 190008 for a token that is too old or none of ours.
pub(super) fn since(world: &World, call: &Call<'_>) -> Result<Option<u64>, Refusal> {
    let Some(token) = call.query("sync_token").filter(|t| !t.is_empty()) else { return Ok(None) };
    let bad = || refuse(190_008);
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let mut parts = text.split('.');
    let (mark, version, at) = (parts.next(), parts.next(), parts.next());
    let version: u64 = version.and_then(|v| v.parse().ok()).ok_or_else(bad)?;
    let at: Millis = at.and_then(|v| v.parse().ok()).ok_or_else(bad)?;
    if mark != Some("sync") || world.now.saturating_sub(at) > LIFE { Err(bad()) } else { Ok(Some(version)) }
}
