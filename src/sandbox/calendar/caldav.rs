//! Credentials for a CalDAV client. Nothing listens there; they are only given out.

use serde_json::json;

use super::gate;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Route, refuse};
use crate::sandbox::world::{World, short_digest};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::write("POST", "/open-apis/calendar/v4/settings/generate_caldav_conf", generate)]
}

fn generate(world: &mut World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let Identity::User(user) = call.caller.identity else { return Err(refuse(190_002)) };
    let number = world.next("caldav").to_string();
    Ok(Data::Of(json!({
        "password": short_digest(&["caldav", &number, &user.to_string()], 16),
        "user_name": format!("u_{}", short_digest(&["caldav_user", &user.to_string()], 8)),
        "server_address": "caldav.feishu.cn",
        "device_name": call.text("device_name").unwrap_or_default(),
    })))
}
