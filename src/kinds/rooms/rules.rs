//! The calls for rules and screens: one for the limits, one each for the form, the admins, the disable notice, the
//! screens. They need the id of the node and share no limit with its creation.
//!
//! A level with `cascade` writes its rules over everything below, once. So whoever is declared below writes its own
//! after it, in the same run, changed or not.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::block::Blocks;
use super::read::{NO_FORM, NOT_PAID, UNDESIGNED, UNPAID};
use super::spec::{ADMINS, APPROVAL, CASCADE, CLOSED, DISPLAY, FORM, INFORM, TIMES, WHO};
use super::{LEVEL, Sort};
use crate::kinds::membership::{once_they_exist, releasing};
use crate::kinds::unique::applies;
use crate::model::{Accept, Action, Address, Call, Fact, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const CONFIG: &str = "/open-apis/vc/v1/reserve_configs/:reserve_config_id";

const NEEDS_A_FORM: &str =
    "the form has to be designed in the admin console first: the API cannot make its questions";
const NEEDS_A_PLAN: &str = "booking admins need a plan of the platform that has them";

/// What a cascade writes over.
const COVERED: [&str; 4] = [WHO, TIMES, FORM, INFORM];

/// One node and what is to be written of it.
pub(in crate::kinds) struct Rules<'b, 'w> {
    pub work: &'b Work<'w>,
    pub change: &'b ThingChange<'w>,
    pub sort: Sort,
    /// The level that it will be on.
    pub on: Option<Target>,
}

impl<'w> Rules<'_, 'w> {
    fn blocks(&self) -> Blocks<'_, 'w> {
        Blocks { work: self.work, change: self.change }
    }

    /// The status that a room's own call carries.
    pub(in crate::kinds) fn status(&self) -> Json {
        self.blocks().status()
    }

    fn cascades(&self) -> bool {
        self.sort == Sort::Level && cascades(self.change)
    }

    /// Declared levels above, nearest first, by where they will be.
    fn above(&self) -> Vec<&'w ThingChange<'w>> {
        let mut found: Vec<&ThingChange<'_>> = Vec::new();
        let mut at = self.on.clone();
        while let Some(target) = at {
            let address = self.work.managed(&target).cloned();
            let change = address.as_ref().and_then(|a| self.work.change(a));
            if let Some(change) = change {
                if found.iter().any(|seen| seen.address == change.address) {
                    break;
                }
                found.push(change);
                at = parent_of(change);
            } else {
                at = match &target {
                    Target::Remote { id, .. } => {
                        let live = self.work.snapshot.live(LEVEL, id);
                        live.and_then(|l| l.attributes.get("parent")?.as_target().cloned())
                    }
                    Target::Address(_) | Target::Lookup(_) => None,
                };
            }
        }
        found
    }

    /// Attributes that a level above writes over in this plan.
    fn overwritten(&self) -> BTreeSet<&'static str> {
        let above = self.above();
        let by = above.iter().filter(|level| cascades(level));
        by.flat_map(|level| COVERED.into_iter().filter(|name| level.changes(name))).collect()
    }

    /// Everything that has to be sent.
    pub(in crate::kinds) fn steps(&self, out: &mut Drafts) {
        let over = self.overwritten();
        let due = |name: &&str| {
            self.change.changes(name) || over.contains(name) && self.change.wanted.contains_key(*name)
        };
        let limits: Vec<&str> = [WHO, TIMES, APPROVAL].into_iter().filter(due).collect();
        if !limits.is_empty() {
            self.limits(&limits, out);
        }
        for name in [FORM, ADMINS, INFORM].into_iter().filter(due) {
            self.single(name, out);
        }
        let screens: Vec<&str> = match self.sort {
            Sort::Level => [DISPLAY, CLOSED].into_iter().filter(due).collect(),
            // A room's closure is a part of the room.
            Sort::Room => [DISPLAY].into_iter().filter(due).collect(),
        };
        if !screens.is_empty() {
            self.screens(&screens, out);
        }
    }

    fn covering(&self, mut block: Json) -> Json {
        if self.cascades() {
            block["if_cover_child_scope"] = true.into();
        }
        block
    }

    fn limits(&self, names: &[&str], out: &mut Drafts) {
        let address = &self.change.address;
        let mut body = json!({ "scope_type": self.sort.scope_type().to_string() });
        for name in names {
            match *name {
                WHO => body["reserve_scope_config"] = self.covering(self.blocks().who()),
                TIMES => body["time_config"] = self.covering(self.blocks().times()),
                _ => body["approval_config"] = self.blocks().approval(),
            }
        }
        if body.pointer("/reserve_scope_config/allow_all_users") == Some(&json!(0))
            && ["allow_users", "allow_depts"].iter().all(|l| body["reserve_scope_config"][l] == json!([]))
        {
            out.problem(
                address,
                Some(WHO),
                "plan::nobody",
                format!("nobody could book {address}: the list that is not declared is empty too"),
                "name somebody, or close it: `closed: {}`",
            );
        }
        if names.contains(&APPROVAL) && self.change.after(APPROVAL).is_some_and(|v| !v.is_null()) {
            out.note(
                address,
                "with approval on, bookings made by an app fail, and those of people without a reason",
            );
        }
        let call = Call::new("PATCH", CONFIG).query("user_id_type", "user_id").body(body);
        out.step(self.step("reservation limits", names, call));
    }

    fn single(&self, name: &str, out: &mut Drafts) {
        let fact = |fact: &str| self.change.live.is_some_and(|live| live.fact(fact));
        let (part, field, block, waits) = match name {
            FORM => {
                let block = self.covering(self.blocks().form());
                ("form", "reserve_form_config", block, Some((UNDESIGNED, NO_FORM, NEEDS_A_FORM)))
            }
            ADMINS => (
                "admin",
                "reserve_admin_config",
                self.blocks().admins(),
                Some((UNPAID, NOT_PAID, NEEDS_A_PLAN)),
            ),
            _ => ("disable_inform", "disable_inform", self.covering(self.blocks().inform()), None),
        };
        if let Some((known, _, reason)) = waits
            && fact(known)
        {
            out.pend(&self.change.address, &[name], reason);
            return;
        }
        let body = json!({ "scope_type": self.sort.scope_type(), field: block });
        let call =
            Call::new("PATCH", &format!("{CONFIG}/{part}")).query("user_id_type", "user_id").body(body);
        let mut step = self.step(&name.replace('_', " "), &[name], call);
        if let Some((_, code, reason)) = waits {
            step = step.accepts(Accept::Pending { code, reason: reason.to_owned() });
        }
        out.step(step);
    }

    fn screens(&self, names: &[&str], out: &mut Drafts) {
        let mut config =
            if names.contains(&DISPLAY) { self.blocks().display() } else { serde_json::Map::new() };
        if names.contains(&CLOSED) {
            config.insert("room_status".to_owned(), self.blocks().status());
        }
        let own = Target::Address(self.change.address.clone());
        let body = json!({
            "scope_type": self.sort.scope_type(),
            "scope_id": self.work.json_id(&own, "id"),
            "scope_config": config,
        });
        let call =
            Call::new("POST", "/open-apis/vc/v1/scope_config").query("user_id_type", "user_id").body(body);
        let mut step = self.step(&names.join(", "), names, call);
        step.call.params.clear();
        out.step(step);
    }

    fn step(&self, what: &str, names: &[&str], call: Call) -> StepDraft {
        let address = &self.change.address;
        let call = call.param("reserve_config_id", self.work.id_of_address(address, "id"));
        let mut step = StepDraft::new(address.clone(), Verb::Update, what, call);
        if self.work.is_new(address) {
            step = step.needs(Fact::Exists(address.clone()), "it exists");
        }
        for level in self.above().into_iter().filter(|level| cascades(level)) {
            let why = format!("{} writes its rules over everything below", level.address);
            step = step.needs(covered(&level.address), why);
        }
        if self.cascades() && names.iter().any(|name| COVERED.contains(name)) {
            step = step.gives(covered(address));
        }
        step.applies = applies(self.change, names);
        with_people(step, self.work, self.change, names)
    }
}

/// A step waits for the people and departments that the plan brings in, and lets go of those that leave.
pub(in crate::kinds) fn with_people(
    mut step: StepDraft,
    work: &Work<'_>,
    change: &ThingChange<'_>,
    names: &[&str],
) -> StepDraft {
    for name in names {
        let (mut after, mut before): (Vec<&Target>, Vec<Target>) = (Vec::new(), Vec::new());
        if let Some(value) = change.after(name) {
            value.each_target(&mut |target| after.push(target));
        }
        if let Some(value) = change.live.and_then(|live| live.attributes.get(*name)) {
            crate::kinds::membership::as_planned(work, value).each_target(&mut |t| before.push(t.clone()));
        }
        step = once_they_exist(step, work, after.iter().copied(), "whom it names is there");
        step = releasing(step, work, before.iter().filter(|target| !after.contains(target)));
    }
    step
}

fn covered(level: &Address) -> Fact {
    Fact::Settled("what is below it".to_owned(), level.clone())
}

fn cascades(level: &ThingChange<'_>) -> bool {
    matches!(level.action, Action::Create | Action::Update | Action::Adopt)
        && level.after(CASCADE) == Some(&Value::Bool(true))
}

/// The level above a level, as it will be.
fn parent_of(change: &ThingChange<'_>) -> Option<Target> {
    let declared = change.wanted.get("parent").map(crate::model::Wanted::value);
    let value = declared.or_else(|| change.live.and_then(|live| live.attributes.get("parent")))?;
    value.as_target().cloned()
}
