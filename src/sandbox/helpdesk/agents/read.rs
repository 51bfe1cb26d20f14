//! Agents as they are read: by the status that they have at this hour.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Agent, Span, get, hours, of_desk, serving};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one};
use crate::sandbox::helpdesk::gate::{Case, bad, desk};
use crate::sandbox::helpdesk::{people, skills};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/helpdesk/v1/agent_emails", emails),
        Route::read("GET", "/open-apis/helpdesk/v1/agent_schedules", list),
        Route::read("GET", "/open-apis/helpdesk/v1/agents/:agent_id/schedules", one_of),
    ]
}

/// 1 online, 2 offline by hand, 3 off duty, 4 removed.
pub fn status(world: &World, agent: &Agent) -> i64 {
    match (agent.removed, agent.away, hours::open(world, &agent.hours)) {
        (true, _, _) => 4,
        (false, true, _) => 2,
        (false, false, true) => 1,
        (false, false, false) => 3,
    }
}

fn show(world: &World, call: &Call<'_>, agent: &Agent) -> Value {
    let expand = world.settings().helpdesk.expand_weekdays;
    let mut spans: Vec<Span> = if expand {
        agent.hours.iter().flat_map(|span| span.by_day()).collect()
    } else {
        agent.hours.clone()
    };
    // Not as they were written.
    spans.sort();
    json!({
        "status": status(world, agent),
        "agent": people::agent(world, call, agent.user),
        "schedule": spans.into_iter().map(Span::show).collect::<Vec<_>>(),
        "agent_skills": skills::brief(world, agent),
    })
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let asked: BTreeSet<&str> = call.query_all("status").into_iter().collect();
    if asked.is_empty() || !asked.iter().all(|status| ["1", "2", "3", "4"].contains(status)) {
        return Err(bad(world, "status"));
    }
    let shown = of_desk(world, &desk.helpdesk_id)
        .into_iter()
        .filter(|agent| asked.contains(status(world, agent).to_string().as_str()))
        .map(|agent| show(world, call, agent));
    Ok(one("agent_schedules", shown.collect()))
}

fn one_of(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let key = people::find(world, call, call.path("agent_id"))?;
    let agent = get(world, &desk.helpdesk_id, key).ok_or_else(|| Case::AgentMissing.refused(world))?;
    Ok(one("agent_schedule", show(world, call, agent)))
}

fn emails(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let emails: Map<String, Value> = serving(world, &desk.helpdesk_id)
        .filter_map(|agent| {
            let user = world.contact.directory.user(agent.user)?;
            Some((people::open_id(call, agent.user), people::email(user).into()))
        })
        .collect();
    let emails = Value::Object(emails);
    let text = world.settings().helpdesk.emails_as_text;
    Ok(Data::Of(json!({ "agents": if text { emails.to_string().into() } else { emails } })))
}
