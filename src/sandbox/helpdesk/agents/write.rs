//! Making, changing and removing schedules; being there or not.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Span, get, put, remove, set_away};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route};
use crate::sandbox::helpdesk::gate::{Case, Role, bad, writer};
use crate::sandbox::helpdesk::{people, skills};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/agent_schedules", create),
        Route::write("PATCH", "/open-apis/helpdesk/v1/agents/:agent_id/schedules", patch),
        Route::write("DELETE", "/open-apis/helpdesk/v1/agents/:agent_id/schedules", delete),
        Route::write("PATCH", "/open-apis/helpdesk/v1/agents/:agent_id", presence),
    ]
}

/// What a write says of one agent; what it does not say is none.
struct Said {
    hours: Option<Vec<Span>>,
    skills: Option<BTreeSet<String>>,
}

fn said(world: &World, helpdesk_id: &str, item: &Value) -> Result<Said, Refusal> {
    let list = |name: &str| item.get(name).and_then(Value::as_array);
    let hours = list("schedule")
        .map(|spans| {
            spans.iter().map(Span::read).collect::<Option<Vec<_>>>().ok_or_else(|| bad(world, "schedule"))
        })
        .transpose()?;
    let skills = list("agent_skill_ids")
        .map(|ids| {
            let ids = ids.iter().map(|id| skills::known(world, helpdesk_id, id.as_str().unwrap_or_default()));
            let ids: Vec<_> = ids.collect::<Result<_, Refusal>>()?;
            Ok(ids
                .into_iter()
                .filter(|skill| !skill.is_default)
                .map(|skill| skill.skill_id.clone())
                .collect())
        })
        .transpose()?;
    Ok(Said { hours, skills })
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let items = call.list("agent_schedules").filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| bad(world, "agent_schedules"))?.clone();
    let mut named: BTreeSet<UserKey> = BTreeSet::new();
    let mut judge = |world: &World, item: &Value| {
        let id = item.get("agent_id").and_then(Value::as_str).unwrap_or_default();
        let user = people::find(world, call, id)?;
        if get(world, &desk.helpdesk_id, user).is_some() && !world.settings().helpdesk.schedules_overwrite {
            Case::AgentExists.objects(world)?;
        }
        if !named.insert(user) {
            return Err(bad(world, "an agent is named twice"));
        }
        Ok((user, said(world, &desk.helpdesk_id, item)?))
    };
    let mut good = Vec::new();
    let mut wrong = None;
    for item in &items {
        match judge(world, item) {
            Ok(one) => good.push(one),
            Err(refusal) => {
                wrong = Some(refusal);
                break;
            }
        }
    }
    if wrong.is_none() || world.settings().helpdesk.batches_in_part {
        for (user, said) in good {
            let hours = said.hours.unwrap_or_default();
            put(world, &desk.helpdesk_id, user, hours, said.skills.unwrap_or_default());
        }
    }
    wrong.map_or_else(|| Ok(Data::empty()), Err)
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let user = people::find(world, call, call.path("agent_id"))?;
    let before =
        get(world, &desk.helpdesk_id, user).ok_or_else(|| Case::AgentMissing.refused(world))?.clone();
    let item = call.body.get("agent_schedule").filter(|item| item.is_object());
    let said = said(world, &desk.helpdesk_id, item.ok_or_else(|| bad(world, "agent_schedule"))?)?;
    let clears = world.settings().helpdesk.omitted_is_cleared;
    let hours = said.hours.unwrap_or_else(|| if clears { Vec::new() } else { before.hours });
    let skills = said.skills.unwrap_or_else(|| if clears { BTreeSet::new() } else { before.skills });
    put(world, &desk.helpdesk_id, user, hours, skills);
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let user = people::find(world, call, call.path("agent_id"))?;
    if !remove(world, &desk.helpdesk_id, user) {
        Case::AgentMissing.objects(world)?;
    }
    Ok(Data::empty())
}

fn presence(world: &mut World, call: &Call<'_>) -> Answer {
    let user = people::find(world, call, call.path("agent_id")).ok();
    let role = user.map_or(Role::Admin, Role::Self_);
    let (desk, _) = writer(world, call, role)?;
    let away = match call.int("status") {
        Some(1) => false,
        Some(2) => true,
        _ => return Err(Case::AgentStatus.refused(world)),
    };
    let done = user.is_some_and(|user| set_away(world, &desk.helpdesk_id, user, away));
    Case::AgentMissing.unless(world, done)?;
    Ok(Data::empty())
}
