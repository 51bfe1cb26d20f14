//! The calls for roles: create, rename, fill, empty, delete.
//!
//! A name cannot be read, and the refusal of a rename (41201) does not say whose the name is: another role's, or this
//! one's own since an earlier run got through. So a rename goes by a stand-in that is made of the role's id and is
//! nobody else's: refused there, the role has it already; refused after it, the name is another's. It also lets two
//! roles swap their names.

use serde_json::json;

use super::entries::{declared, live as live_entries};
use super::members::{Pool, Turnover};
use super::spec::NAME;
use crate::base::count::Count;
use crate::kinds::membership::{MEMBERS, as_planned, in_order};
use crate::kinds::unique::{claim, stand_in};
use crate::model::{Accept, Action, Call, Capture, Claim, Fact, Late, LateId, Live, StepDraft, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/contact/v3/functional_roles";
const ONE: &str = "/open-apis/contact/v3/functional_roles/:role_id";
const NAMES: &str = "role name";
/// A role of this name exists; a role's own name counts.
const NAME_EXISTS: i64 = 41201;
/// Gone already.
const NO_ROLE: i64 = 41202;
/// `functional_role/update`.
const LONGEST_NAME: usize = 50;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Delete, Some(live)) => delete(work, change, live, out),
            // Nothing of a role is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let address = &change.address;
    let name = change.after("name").and_then(Value::as_text).unwrap_or_default();
    let call = Call::new("POST", ALL).body(json!({ "role_name": name }));
    let mut step = StepDraft::new(address.clone(), Verb::Create, "create", call)
        .gives(Fact::Exists(address.clone()));
    step.takes.push(claim(NAMES, name));
    step.captures.push(Capture { pointer: "/role_id".to_owned(), id: "id".to_owned() });
    // Roles cannot be listed, so the id is in this answer or lost.
    step.alone = true;
    step.applies.insert("name".to_owned(), Value::text(name));
    out.step(step);
    let Some(wanted) = change.wanted.get(MEMBERS) else { return };
    let turnover = Turnover::new(&live_entries(&Value::Null), &declared(wanted.value()), true);
    // The id of this very creation, whatever the address was bound to before.
    let role = Late::Id { late: LateId { address: address.clone(), id: "id".to_owned(), form: None } };
    let pool = Pool { address, role, is_new: true };
    for step in in_order(address, pool.phases(work, &turnover), change.after(MEMBERS).cloned()) {
        out.step(step);
    }
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    if let Some(name) = change.field("name").and_then(|field| field.after.as_text()) {
        rename(change, live, name, out);
    }
    let (Some(field), Some(wanted)) = (change.field(MEMBERS), change.wanted.get(MEMBERS)) else { return };
    let Some(before) = &field.before else {
        let gap = crate::kinds::unread::of(work, NAME, &live.id);
        let why = "its members could not be read, so nothing is done about them";
        out.unread(&change.address, crate::kinds::unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    };
    let exact = matches!(wanted, Wanted::Exactly(_));
    let turnover = Turnover::new(&live_entries(before), &declared(wanted.value()), exact);
    if !turnover.again.is_empty() {
        let many = Count(turnover.again.len(), "member");
        out.note(
            &change.address,
            format!("{many} leave and enter again, as a range cannot be taken away in another way"),
        );
    }
    let pool = Pool { address: &change.address, role: live.id.clone().into(), is_new: false };
    for step in in_order(&change.address, pool.phases(work, &turnover), Some(field.after.clone())) {
        out.step(step);
    }
}

fn rename(change: &ThingChange<'_>, live: &Live, name: &str, out: &mut Drafts) {
    let put = |name: &str| Call::new("PUT", ONE).param("role_id", live.id.clone()).body(json!({ "role_name": name }));
    let stand_in: String = stand_in(live).chars().take(LONGEST_NAME).collect();
    let nameless = Fact::Settled("stand-in name".to_owned(), change.address.clone());
    let mut park =
        StepDraft::new(change.address.clone(), Verb::Park, "temporary name", put(&stand_in))
            .gives(nameless.clone())
            .accepts(Accept::Done { code: NAME_EXISTS });
    park.frees.extend(recorded_name(change));
    park.applies.insert("name".to_owned(), Value::text(stand_in));
    out.step(park);
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, "rename", put(name))
        .needs(nameless, "it gave up the name it had, so that a refusal is about another role");
    step.takes.push(claim(NAMES, name));
    step.applies.insert("name".to_owned(), Value::text(name));
    out.step(step);
}

/// The name that the role has as far as anybody knows.
fn recorded_name(change: &ThingChange<'_>) -> Option<Claim> {
    let value = change.record?.applied.get("name")?.clone();
    let name = serde_json::from_value::<Value>(value).ok()?;
    Some(claim(NAMES, name.as_text()?))
}

fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = &change.address;
    let Some(listed) = live.attributes.get(MEMBERS).map(|members| as_planned(work, members)) else {
        let gap = crate::kinds::unread::of(work, NAME, &live.id);
        let why = "its members could not be read, and only an empty role can be deleted";
        out.block(address, crate::kinds::unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    };
    let members = live_entries(&listed);
    if !members.is_empty() {
        out.note(address, format!("{} will be removed first", Count(members.len(), "member")));
    }
    let pool = Pool { address, role: live.id.clone().into(), is_new: false };
    let phases = vec![pool.removals(work, &members.into_keys().collect())];
    for step in in_order(address, phases, None) {
        out.step(step);
    }
    let call = Call::new("DELETE", ONE).param("role_id", live.id.clone());
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call)
        .needs(Fact::Settled(MEMBERS.to_owned(), address.clone()), "it is empty")
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: NO_ROLE });
    step.frees.extend(recorded_name(change));
    step.forgets = true;
    out.step(step);
}
