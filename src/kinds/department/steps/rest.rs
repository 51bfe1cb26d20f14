//! Unit and chat of a department.

use serde_json::{Map, Value as Json, json};

use super::super::spec::NAME;
use super::super::wire;
use super::scene::Scene;
use crate::model::{Accept, Action, Fact, Need, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange};

/// No chat to let go of.
const NO_CHAT: i64 = 40_020;

pub(super) fn exists(target: &Target, why: &str) -> Option<Need> {
    match target {
        Target::Address(address) => Some(Need { fact: Fact::Exists(address.clone()), why: why.to_owned() }),
        Target::Remote { .. } | Target::Lookup(_) => None,
    }
}

fn live_unit(change: &ThingChange<'_>) -> Option<Target> {
    change.live.and_then(|live| live.attributes.get("unit")).and_then(Value::as_target).cloned()
}

/// The unit that a department no longer holds, if it is managed.
pub(super) fn unbound(scene: &Scene<'_>, change: &ThingChange<'_>) -> Option<Fact> {
    let address = match live_unit(change)? {
        Target::Address(address) => address,
        Target::Remote { id, .. } => scene.work.address_of("unit", &id)?.clone(),
        Target::Lookup(_) => return None,
    };
    // One fact for each department, so that the unit waits for all of them.
    Some(Fact::Settled("members".to_owned(), address))
}

/// A department has one unit: it lets go of one before it takes the next. There is no way without a gap.
pub(super) fn unit(scene: &Scene<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(field) = change.field("unit").filter(|_| change.action != Action::Create) else { return };
    let id = scene.id(change);
    let fact = Fact::Settled("unit unbound".to_owned(), change.address.clone());
    let before = live_unit(change);
    if let Some(unit) = &before {
        let call = wire::unit(false, &scene.work.json_id(unit, "id"), &id);
        let mut draft = StepDraft::new(change.address.clone(), Verb::Update, "unbind unit", call).gives(fact.clone());
        draft.gives.extend(unbound(scene, change));
        draft.applies.insert("unit".to_owned(), Value::Null);
        out.step(draft);
    }
    if let Some(unit) = field.after.as_target() {
        let call = wire::unit(true, &scene.work.json_id(unit, "id"), &id);
        let mut draft = StepDraft::new(change.address.clone(), Verb::Update, "bind unit", call)
            .gives(Fact::Settled("unit bound".to_owned(), change.address.clone()));
        draft.needs.extend(exists(unit, "its unit exists"));
        if before.is_some() {
            draft = draft.needs(fact, "the other unit let go of it");
        }
        draft.applies.insert("unit".to_owned(), field.after.clone());
        out.step(draft);
    }
}

/// Employee types as numbers, some of them open until their type exists.
pub(super) fn employee_types(scene: &Scene<'_>, types: &Value) -> Json {
    let number = |value: &Value| match value {
        Value::Text(word) => wire::built_in_type(word).map(|n| json!(n)),
        Value::Int(n) => Some(json!(n)),
        Value::Ref(target) => Some(scene.work.json_int_id(target, "enum_value")),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Set(_) | Value::Map(_) => None,
    };
    Json::Array(types.elements().filter_map(number).collect())
}

fn types_needed(types: &Value, needs: &mut Vec<Need>) {
    let types = types.elements().filter_map(Value::as_target);
    needs.extend(types.filter_map(|target| exists(target, "the employee type exists")));
}

fn is(chat: &Value, state: &str) -> bool {
    chat.get("state").and_then(Value::as_text) == Some(state)
}

/// What opens a chat, or says who is in it.
pub(super) fn chat_body(scene: &Scene<'_>, chat: &Value, needs: &mut Vec<Need>) -> Map<String, Json> {
    let mut body = Map::new();
    if is(chat, "enabled") {
        body.insert("create_group_chat".to_owned(), json!(true));
    }
    if let Some(types) = chat.get("employee_types").filter(|types| !types.is_null()) {
        types_needed(types, needs);
        body.insert("group_chat_employee_types".to_owned(), employee_types(scene, types));
    }
    body
}

pub(super) fn chat(scene: &Scene<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(field) = change.field("group_chat").filter(|_| change.action != Action::Create) else { return };
    let id = scene.id(change);
    let live = change.live.and_then(|live| live.attributes.get("group_chat"));
    let (mut wanted, has) = (field.after.clone(), live.is_some_and(|live| is(live, "enabled")));
    if is(&wanted, "detached") && live.is_none_or(|live| is(live, "enabled")) {
        let mut draft =
            StepDraft::new(change.address.clone(), Verb::Update, "detach chat", wire::unbind_chat(&id))
                .gives(Fact::Settled("chat detached".to_owned(), change.address.clone()))
                .accepts(Accept::Done { code: NO_CHAT });
        draft.applies.insert("group_chat".to_owned(), field.after.clone());
        out.step(draft);
    }
    if let Value::Map(parts) = &mut wanted {
        // Opening twice does nothing, so it is not asked for twice.
        if has {
            parts.remove("state");
        }
        let before = live.and_then(|live| live.get("employee_types"));
        if before.is_some() && parts.get("employee_types") == before {
            parts.remove("employee_types");
        }
    }
    let mut needs = Vec::new();
    let body = chat_body(scene, &wanted, &mut needs);
    if !body.is_empty() {
        let call = wire::patch(&id, Json::Object(body));
        let mut draft = StepDraft::new(change.address.clone(), Verb::Update, "chat", call)
            .gives(Fact::Settled("chat".to_owned(), change.address.clone()));
        draft.lane = Some(NAME.to_owned());
        draft.needs.extend(needs);
        draft.applies.insert("group_chat".to_owned(), field.after.clone());
        out.step(draft);
    }
}
