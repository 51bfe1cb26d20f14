//! Reading schedules: one list a desk, which has everything. Whoever is off duty is only there when asked for: all that
//! are not removed are, or a reading at night would show nobody.
//!
//! A schedule has no id. It is the desk's and the person's, by the id that people have here, which outlives open ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::hours;
use super::spec::{AGENT, HOURS, NAME, SKILLS};
use crate::api::Draft;
use crate::kinds::desk::{self, Desk, Reading};
use crate::model::{Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context};

const SCHEDULES: &str = "/open-apis/helpdesk/v1/agent_schedules";
/// Online, offline by hand, off duty. The fourth is who was removed.
const THERE: [&str; 3] = ["1", "2", "3"];

/// Among the ids of a schedule.
pub(super) const OPEN_ID: &str = "open_id";
/// Fact: the default skills that the desk gives by itself, by id.
pub(super) const DEFAULT: &str = "default_skills";

/// The id of somebody's schedule at a desk.
pub(super) fn id(desk: &str, person: &str) -> String {
    format!("{desk}/{person}")
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = desk::read(ask, context, |desk| read(context, desk)).await;
    let gap = name(ask, context, &mut reading).await;
    let mut observed = reading.answer(NAME, ask, context);
    if let Some(gap) = gap {
        // Whose some of them are is not known: what was asked for may be among those.
        for id in std::mem::take(&mut observed.absent) {
            observed.unknown.insert(id, gap.clone());
        }
        observed.complete = false;
        observed.gaps.push(gap);
    }
    observed
}

async fn read(context: &Context<'_>, desk: Desk) -> Result<Vec<Live>, Gap> {
    let what = format!("schedules of helpdesk {}", desk.id);
    let draft = Draft::to("GET", SCHEDULES).query_list("status", THERE);
    let items = desk::list(context, &desk, &what, "agent_schedules", draft).await?;
    items.iter().map(|item| live(item).map_err(|why| desk::odd(&what, why))).collect()
}

/// Under its open id, until it is known who that is.
pub(super) fn live(item: &Json) -> Result<Live, String> {
    let open = item["agent"]["id"].as_str().filter(|id| !id.is_empty()).ok_or("an entry has no agent")?;
    let mut skills = BTreeSet::new();
    let mut default = BTreeSet::new();
    for skill in item["agent_skills"].as_array().into_iter().flatten() {
        let id = skill["id"].as_str().ok_or_else(|| format!("a skill of {open} has no id"))?;
        if skill["is_default"] == Json::Bool(true) {
            default.insert(Value::text(id));
        } else {
            skills.insert(Value::remote("helpdesk/skill", id));
        }
    }
    let hours = hours::read(&item["schedule"]).map_err(|why| format!("{open}: {why}"))?;
    Ok(Live {
        id: open.to_owned(),
        ids: BTreeMap::from([(OPEN_ID.to_owned(), open.to_owned())]),
        attributes: BTreeMap::from([
            (HOURS.to_owned(), hours),
            (SKILLS.to_owned(), Value::Set(skills)),
        ]),
        facts: BTreeMap::from([(DEFAULT.to_owned(), Value::Set(default))]),
    })
}

/// Says whose each schedule is.
async fn name(ask: &Ask, context: &Context<'_>, reading: &mut Reading) -> Option<Gap> {
    let recorded: BTreeMap<String, String> = ask
        .records
        .values()
        .filter_map(|record: &Record| {
            let (_, person) = record.id()?.split_once('/')?;
            Some((record.ids.get(OPEN_ID)?.clone(), person.to_owned()))
        })
        .collect();
    let lives = || reading.desks.values().filter_map(|(_, lives)| lives.as_ref().ok()).flatten();
    let open = lives().map(|live| live.id.clone()).filter(|id| !recorded.contains_key(id)).collect();
    let names = desk::people(context, open).await;
    for (desk, lives) in reading.desks.values_mut() {
        for live in lives.iter_mut().flatten() {
            let person = names.known.get(&live.id).or_else(|| recorded.get(&live.id));
            if let Some(person) = person {
                live.attributes.insert(AGENT.to_owned(), Value::remote("user", person));
            }
            live.id = id(&desk.id, person.unwrap_or(&live.id));
        }
    }
    names.gap
}
