//! Departments that go: who and what is still in them, and what goes with them.

use std::collections::BTreeMap;

use super::super::sequence::{Input, Wish};
use super::scene::{Scene, some_of};
use crate::base::count::Count;
use crate::model::{Action, Live, Observed, OnRemove, Target, Value};
use crate::resource::{Drafts, ThingChange};

pub(super) fn judge(scene: &Scene<'_>, input: &mut Input, out: &mut Drafts) {
    if scene.leaving().next().is_none() {
        return;
    }
    let users = scene.work.snapshot.kind("user");
    let inside = inside(users);
    for change in scene.leaving() {
        let id = scene.id(change);
        let Some(live) = change.live else { continue };
        let here = inside.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let stay: Vec<(String, bool)> = here
            .iter()
            .filter_map(|user| stays(scene, user, &id).map(|switched_off| (scene_name(user), switched_off)))
            .collect();
        say_who_stays(change, &stay, out);
        let count = live.facts.get("member_count").and_then(Value::as_int);
        let unsure = users.is_some_and(|users| {
            !(users.complete || users.gaps.is_empty() && users.unknown.is_empty()) || somebody_somewhere(users)
        }) && count != Some(0);
        if unsure || !live.facts.contains_key("children") {
            let what = if unsure { "people" } else { "departments" };
            let gap = if unsure { users } else { scene.live }.and_then(|o| o.gaps.first().or_else(|| o.unknown.values().next()));
            out.block(
                &change.address,
                format!("the {what} in it could not be read{}", gap.map(|g| format!(": {}", g.why)).unwrap_or_default()),
                gap.and_then(|gap| gap.remedy.clone()),
            );
        }
        let mut kept = None;
        if let Some(below) = live.facts.get("children") {
            below.each_target(&mut |target| {
                // Nothing becomes of it now although it is ours: so it was blocked, and is still there.
                let child = scene.target(target);
                let ours = scene.work.address_of("department", &child);
                if ours.is_some_and(|address| scene.work.change(address).is_none()) {
                    kept = Some(child);
                }
            });
        }
        if let Some(child) = kept {
            out.block(&change.address, format!("the department {child} in it is blocked"), None);
        }
        let empty = count == Some(0) || (here.is_empty() && users.is_some_and(|users| users.complete));
        if input.live.contains_key(&id) {
            input.wishes.insert(id.clone(), Wish::Gone { empty });
        }
        if !here.is_empty() {
            out.note(&change.address, format!("{} to leave it first", Count(here.len(), "member")));
        }
        let children = live.facts.get("children").map_or(0, |children| children.elements().count());
        if children > 0 {
            out.note(&change.address, format!("{} under it", Count(children, "sub-department")));
        }
        if let Some(chat) = live.facts.get("chat_id").and_then(Value::as_text) {
            out.note(&change.address, format!("its chat {chat} loses its department"));
        }
        out.note(&change.address, "it leaves user groups and the ranges of roles; it cannot be restored");
    }
}

/// Live people by department.
fn inside(users: Option<&Observed>) -> BTreeMap<&str, Vec<&Live>> {
    let mut inside: BTreeMap<&str, Vec<&Live>> = BTreeMap::new();
    let users = users.into_iter().flat_map(|users| users.things.values());
    for user in users.filter(|user| !user.fact("resigned")) {
        if let Some(departments) = user.attributes.get("departments") {
            departments.each_target(&mut |target| {
                if let Target::Remote { kind, id } = target
                    && kind == "department"
                {
                    inside.entry(id.as_str()).or_default().push(user);
                }
            });
        }
    }
    inside
}

/// Whether there is somebody of whom it is not known where they are.
fn somebody_somewhere(users: &Observed) -> bool {
    users.things.values().any(|user| !user.fact("resigned") && !user.attributes.contains_key("departments"))
}

/// Names, and whether each is only switched off by this plan.
fn say_who_stays(change: &ThingChange<'_>, stay: &[(String, bool)], out: &mut Drafts) {
    let of = |off: bool| stay.iter().filter(|(_, o)| *o == off).map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let (idle, others) = (of(true), of(false));
    if !others.is_empty() {
        out.problem(
            &change.address,
            None,
            "plan::not_empty",
            format!("people stay in it: {}", some_of(&others)),
            "move them to another department or let them go in the same plan; who is not managed has to be moved \
             by hand or imported",
        );
    }
    if !idle.is_empty() {
        out.problem(
            &change.address,
            None,
            "plan::not_empty",
            format!("people stay in it whom `on_remove: deactivate` only switches off: {}", some_of(&idle)),
            "declare them once more in another department, or without `on_remove: deactivate`, and apply; take them \
             out afterwards",
        );
    }
}

/// Whether the plan leaves a person in the department: `None` if not, else whether it switches them off.
fn stays(scene: &Scene<'_>, user: &Live, department: &str) -> Option<bool> {
    let change = scene.work.address_of("user", &user.id).and_then(|address| scene.work.change(address));
    let Some(change) = change else { return Some(false) };
    if change.action == Action::Delete {
        // Who is switched off stays where they are.
        return (change.on_remove != OnRemove::Delete).then_some(true);
    }
    let Some(field) = change.field("departments") else { return Some(false) };
    let mut stays = false;
    field.after.each_target(&mut |target| stays |= scene.target(target) == department);
    stays.then_some(false)
}

fn scene_name(user: &Live) -> String {
    let name = user.attributes.get("name").and_then(Value::as_text);
    name.map_or_else(|| user.id.clone(), |name| format!("{name} ({})", user.id))
}
