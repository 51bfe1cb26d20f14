//! Which departments are bound to which unit: from the department list where that was read to its end and shows
//! units, else by asking about each unit that matters.

use std::collections::{BTreeMap, BTreeSet};

use super::{KIND, PATH};
use crate::api::Draft;
use crate::kinds::catalogue::{Missing, list};
use crate::kinds::parallel::in_parallel;
use crate::model::{Declared, Live, Observed, Target, Value};
use crate::resource::{Ask, Context, Identity, Kind};

/// Adds `departments` to the units; one that could not be read has none of that name.
pub(super) async fn read(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let known = from_departments(context);
    let mut asked = Vec::new();
    let needed = needed(ask, observed);
    for (id, live) in &mut observed.things {
        if let Some(known) = &known {
            let bound = known.get(id).cloned().unwrap_or_default();
            live.attributes.insert("departments".to_owned(), Value::Set(bound));
        } else if needed.contains(id) {
            asked.push(id.clone());
        }
    }
    let mut reads = Vec::with_capacity(asked.len());
    for id in &asked {
        reads.push(of_unit(context, id.clone()));
    }
    let answers = in_parallel(reads).await;
    for (id, answer) in asked.into_iter().zip(answers) {
        match answer {
            Ok(bound) => {
                let live = observed.things.get_mut(&id);
                live.map(|live| live.attributes.insert("departments".to_owned(), Value::Set(bound)));
            }
            Err(gap) => observed.gaps.push(gap(&format!("departments of unit {id}"))),
        }
    }
}

/// Unit id to departments, if the department list can tell.
fn from_departments(context: &Context<'_>) -> Option<BTreeMap<String, BTreeSet<Value>>> {
    let departments = context.earlier.kind("department").filter(|observed| observed.complete)?;
    let mut bound: BTreeMap<String, BTreeSet<Value>> = BTreeMap::new();
    for department in departments.things.values() {
        // Absent is unreadable: the scope for it is missing.
        if let Value::Ref(Target::Remote { id, .. }) = department.attributes.get("unit")? {
            let departments = bound.entry(id.clone()).or_default();
            departments.insert(Value::remote("department", department.id.clone()));
        }
    }
    Some(bound)
}

/// Units whose bindings decide something: those of units that go or are made anew, and all of them where departments
/// are to be bound, for each may have one already.
fn needed(ask: &Ask, observed: &Observed) -> BTreeSet<String> {
    let binds = |thing: &Declared| thing.value("departments").is_some_and(|set| set.elements().next().is_some());
    if ask.everything || ask.declared.iter().any(binds) {
        return observed.things.keys().cloned().collect();
    }
    let leaving = ask.leaving.iter().filter_map(|address| ask.records.get(address)?.id().map(str::to_owned));
    let declared = ask.declared.iter().filter_map(|thing| {
        let Identity::Bound(id) = KIND.identify(thing, ask.records.get(&thing.address), observed) else {
            return None;
        };
        let live = observed.things.get(&id)?;
        let differs = |name: &str| {
            let wanted = thing.value(name);
            wanted.is_some() && wanted != live.attributes.get(name)
        };
        let matters = thing.value("departments").is_some() || differs("type") || differs("id");
        matters.then_some(id)
    });
    leaving.chain(declared).collect()
}

async fn of_unit(context: &Context<'_>, id: String) -> Result<BTreeSet<Value>, Missing> {
    let draft = Draft::to("GET", &format!("{PATH}/list_department"))
        .query("unit_id", id)
        .query("department_id_type", "department_id");
    let items = list(context, draft, "departmentlist").await.map_err(|(_, missing)| missing)?;
    let department = |item: &serde_json::Value| item.get("department_id")?.as_str().map(str::to_owned);
    Ok(items.iter().filter_map(department).map(|id| Value::remote("department", id)).collect())
}

/// The departments of a live unit; `None` where they could not be read.
pub(super) fn of(live: &Live) -> Option<Vec<&Target>> {
    let bound = live.attributes.get("departments")?;
    Some(bound.elements().filter_map(Value::as_target).collect())
}

/// How a department is called in the words of a step: its address, or its id.
pub(super) fn shown(target: &Target) -> String {
    match target {
        Target::Address(address) => address.to_string(),
        Target::Remote { kind, id } => format!("{kind} {id}"),
        Target::Lookup(lookup) => lookup.value.clone(),
    }
}
