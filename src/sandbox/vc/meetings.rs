//! Meetings reserved in advance (`vc-v1/reserve`): a number, a link, an end. Nobody ever joins one here, so none is
//! active.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::status::seconds;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World, short_digest};

const RESERVE: &str = "/open-apis/vc/v1/reserves/:reserve_id";
/// `vc-v1/reserve/apply`: hosts of one meeting.
const HOSTS: usize = 10;
/// A reservation without an end lives so long, in seconds (assumed).
const LIFE: i64 = 30 * 86_400;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    pub id: String,
    pub owner: UserKey,
    /// Of which app it is.
    pub app_id: String,
    pub end: i64,
    pub settings: Map<String, Value>,
}

impl Row for Meeting {
    type Key = String;
    const TABLE: &'static str = "reserved_meetings";
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/vc/v1/reserves/apply", apply),
        Route::write("DELETE", RESERVE, delete),
        Route::write("PUT", RESERVE, update),
        Route::read("GET", RESERVE, get),
        Route::read("GET", "/open-apis/vc/v1/reserves/:reserve_id/get_active_meeting", active),
    ]
}

fn own<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w Meeting, Refusal> {
    let id = call.path("reserve_id").to_owned();
    let meeting = world.vc.meetings.get(&id).ok_or_else(|| refuse(121_004))?;
    let mine = match call.caller.identity {
        Identity::User(user) => meeting.owner == user,
        Identity::Tenant | Identity::Anonymous => meeting.app_id == call.caller.app_id,
    };
    if mine { Ok(meeting) } else { Err(refuse(121_005)) }
}

fn end(world: &World, call: &Call<'_>) -> Result<Option<i64>, Refusal> {
    let Some(text) = call.filled("end_time") else { return Ok(None) };
    let end = text.parse::<i64>().ok().filter(|end| *end > seconds(world));
    end.map(Some).ok_or_else(|| refuse(121_003))
}

/// Judges the settings, and names the hosts that are nobody.
fn settings(world: &World, call: &Call<'_>) -> Result<(Map<String, Value>, Vec<String>), Refusal> {
    let mut settings =
        call.body.get("meeting_settings").and_then(Value::as_object).cloned().unwrap_or_default();
    let password = settings.get("password").and_then(Value::as_str).unwrap_or_default();
    if !password.chars().all(|c| c.is_ascii_digit()) || (1..4).contains(&password.len()) {
        return Err(refuse(123_006));
    }
    let mut invalid = Vec::new();
    if let Some(hosts) = settings.get_mut("assign_host_list").and_then(Value::as_array_mut) {
        if hosts.len() > HOSTS {
            return Err(refuse(123_003));
        }
        hosts.retain(|host| {
            let id = host.get("id").and_then(Value::as_str).unwrap_or_default();
            let good = super::people::person(world, call, id).is_some();
            if !good {
                invalid.push(id.to_owned());
            }
            good
        });
    }
    Ok((settings, invalid))
}

fn apply(world: &mut World, call: &Call<'_>) -> Answer {
    let owner = match call.caller.identity {
        Identity::User(user) => user,
        Identity::Tenant | Identity::Anonymous => {
            let id = call.filled("owner_id").ok_or_else(|| refuse(121_003))?;
            ids::find_user(world, call, call.user_id_type(), id)?
        }
    };
    let (settings, invalid) = settings(world, call)?;
    let one_to_one = settings.get("meeting_initial_type").and_then(Value::as_i64) == Some(2);
    let end = end(world, call)?;
    if end.is_none() && !one_to_one {
        return Err(refuse(121_003));
    }
    let end = end.unwrap_or_else(|| seconds(world) + LIFE);
    let number = world.next("reserved_meeting");
    let id = format!("{}", 6_911_188_411_932_033_028_u64 + number);
    let meeting = Meeting { id: id.clone(), owner, app_id: call.caller.app_id.clone(), end, settings };
    let mut reserve = links(&meeting);
    reserve["app_link"] =
        format!("lark://client/videochat/open?source=openplatform&action=join&idtype=reservationid&id={id}")
            .into();
    world.vc.meetings.insert(id, meeting);
    Ok(answer(&reserve, &invalid))
}

fn answer(reserve: &Value, invalid: &[String]) -> Data {
    Data::Of(json!({
        "reserve": reserve,
        "reserve_correction_check_info": { "invalid_host_id_list": invalid },
    }))
}

fn links(meeting: &Meeting) -> Value {
    let digits = short_digest(&["meeting", &meeting.id], 8);
    let number = u64::from_str_radix(&digits, 16).unwrap_or(0) % 900_000_000 + 100_000_000;
    json!({
        "id": meeting.id,
        "meeting_no": number.to_string(),
        "password": meeting.settings.get("password").and_then(Value::as_str).unwrap_or_default(),
        "url": format!("https://vc.feishu.cn/j/{number}"),
        "live_link": "",
        "end_time": meeting.end.to_string(),
    })
}

fn expired(world: &World, meeting: &Meeting) -> i64 {
    if meeting.end > seconds(world) { 1 } else { 2 }
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let mut meeting = own(world, call)?.clone();
    let (settings, invalid) = settings(world, call)?;
    if let Some(end) = end(world, call)? {
        meeting.end = end;
    }
    meeting.settings.extend(settings);
    let mut reserve = links(&meeting);
    reserve["expire_status"] = expired(world, &meeting).into();
    world.vc.meetings.insert(meeting.id.clone(), meeting);
    Ok(answer(&reserve, &invalid))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let meeting = own(world, call)?;
    let mut reserve = links(meeting);
    reserve["app_link"] = "".into();
    reserve["expire_status"] = expired(world, meeting).into();
    let owner = ids::user_id_of(world, &call.caller.app_id, meeting.owner, call.user_id_type());
    reserve["reserve_user_id"] = owner.into();
    let mut settings = meeting.settings.clone();
    settings.remove("password");
    reserve["meeting_settings"] = settings.into();
    Ok(Data::Of(json!({ "reserve": reserve })))
}

fn active(world: &World, call: &Call<'_>) -> Answer {
    own(world, call)?;
    Err(refuse(121_004))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = own(world, call)?.id.clone();
    world.vc.meetings.remove(&id);
    Ok(Data::empty())
}
