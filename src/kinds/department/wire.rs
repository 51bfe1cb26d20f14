//! Calls to the department endpoints as values, and what their answers mean. Nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::sequence::ROOT;
use super::spec::{EMPLOYEE_TYPES, LOCALES};
use crate::api::request::RequestError;
use crate::api::{Draft, request::ReadRequest};
use crate::model::{Call, Live, Observed, Target, Value};

const BASE: &str = "/open-apis/contact/v3/departments";
const ONE: &str = "/open-apis/contact/v3/departments/:department_id";
const CHILDREN: &str = "/open-apis/contact/v3/departments/:department_id/children";
const BATCH: &str = "/open-apis/contact/v3/departments/batch";
const RANGE: &str = "/open-apis/contact/v3/scopes";
const UNBIND_CHAT: &str = "/open-apis/contact/v3/departments/unbind_department_chat";
const BIND_UNIT: &str = "/open-apis/contact/v3/unit/bind_department";
const UNBIND_UNIT: &str = "/open-apis/contact/v3/unit/unbind_department";

/// Ids in one batch.
pub(super) const BATCH_SIZE: usize = 50;

fn typed(call: Call) -> Call {
    call.query("department_id_type", "department_id").query("user_id_type", "user_id")
}

pub(super) fn create(body: Json) -> Call {
    let mut call = typed(Call::new("POST", BASE)).body(body);
    call.token = Some("client_token".to_owned());
    call
}

pub(super) fn patch(id: &str, body: Json) -> Call {
    typed(Call::new("PATCH", ONE).param("department_id", id)).body(body)
}

/// Everything that is not in the body is emptied, but for the order and the chat.
pub(super) fn put(id: &str, body: Json) -> Call {
    typed(Call::new("PUT", ONE).param("department_id", id)).body(body)
}

/// Deleting knows one id type only.
pub(super) fn delete(id: &str) -> Call {
    Call::new("DELETE", ONE).param("department_id", id).query("department_id_type", "department_id")
}

pub(super) fn unbind_chat(id: &str) -> Call {
    Call::new("POST", UNBIND_CHAT)
        .query("department_id_type", "department_id")
        .body(json!({ "department_id": id }))
}

/// Here the id type stands in the body.
pub(super) fn unit(bind: bool, unit: &Json, id: &str) -> Call {
    let path = if bind { BIND_UNIT } else { UNBIND_UNIT };
    Call::new("POST", path)
        .body(json!({ "unit_id": unit, "department_id": id, "department_id_type": "department_id" }))
}

fn read(draft: Draft, id_type: &str) -> Draft {
    draft.query("department_id_type", id_type).query("user_id_type", "user_id")
}

pub(super) fn batch(ids: &[String], id_type: &str) -> Result<ReadRequest, RequestError> {
    read(Draft::to("GET", BATCH), id_type).query_list("department_ids", ids).read()
}

pub(super) fn children(id: &str, recursive: bool) -> Result<ReadRequest, RequestError> {
    let draft = read(Draft::to("GET", CHILDREN).path("department_id", id), "department_id");
    let draft = if recursive { draft.query("fetch_child", "true") } else { draft };
    draft.query("page_size", "50").read()
}

/// Succeeds only for an app that sees all staff.
pub(super) fn probe() -> Result<ReadRequest, RequestError> {
    read(Draft::to("GET", CHILDREN).path("department_id", ROOT), "department_id").query("page_size", "1").read()
}

/// The departments that an app was given, each with all below it.
pub(super) fn range() -> Result<ReadRequest, RequestError> {
    read(Draft::to("GET", RANGE), "department_id").read()
}

pub(super) fn text(item: &Json, name: &str) -> Option<String> {
    item.get(name).and_then(Json::as_str).map(str::to_owned)
}

pub(super) fn reference(id: &str) -> Value {
    if id == ROOT { Value::text("root") } else { Value::remote("department", id) }
}

/// Which fields the answers show; a field that the app may see and that is not there is empty.
pub(super) struct Sight {
    readable: BTreeSet<&'static str>,
}

impl Sight {
    pub(super) fn new(readable: BTreeSet<&'static str>) -> Self {
        Self { readable }
    }

    fn sees(&self, attribute: &str) -> bool {
        self.readable.contains(attribute)
    }
}

/// A department as the API shows it. `None` without an id.
pub(super) fn live(item: &Json, sight: &Sight, types: Option<&Observed>) -> Option<Live> {
    let id = text(item, "department_id")?;
    let mut live = Live { id: id.clone(), ..Live::default() };
    live.ids.insert("id".to_owned(), id.clone());
    if let Some(open) = text(item, "open_department_id") {
        live.ids.insert("open_department_id".to_owned(), open);
    }
    let mut set = |name: &str, value: Value| {
        if sight.sees(name) {
            live.attributes.insert(name.to_owned(), value);
        }
    };
    set("id", Value::text(id));
    if let Some(name) = text(item, "name") {
        set("name", Value::text(name));
    }
    set("i18n_name", i18n(item));
    if let Some(parent) = text(item, "parent_department_id").filter(|parent| !parent.is_empty()) {
        set("parent", reference(&parent));
    }
    if let Some(order) = order(item) {
        set("order", Value::Int(order));
    }
    if let Some(leaders) = leaders(item) {
        set("leaders", leaders);
    }
    let people = |name| item.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    set("hrbps", Value::Set(people("department_hrbps").map(|id| Value::remote("user", id)).collect()));
    set("unit", people("unit_ids").next().map_or(Value::Null, |id| Value::remote("unit", id)));
    let chat = text(item, "chat_id").filter(|chat| !chat.is_empty());
    let state = if chat.is_some() { "enabled" } else { "detached" };
    let group_chat = BTreeMap::from([
        ("state".to_owned(), Value::text(state)),
        ("employee_types".to_owned(), chat_types(item, types)),
    ]);
    set("group_chat", Value::Map(group_chat));
    if let Some(count) = item.get("member_count").and_then(Json::as_i64) {
        live.facts.insert("member_count".to_owned(), Value::Int(count));
    }
    if let Some(chat) = chat {
        live.facts.insert("chat_id".to_owned(), Value::Text(chat));
    }
    Some(live)
}

fn i18n(item: &Json) -> Value {
    let text = |locale: &str| text(item.get("i18n_name")?, locale).filter(|text| !text.is_empty());
    let names = LOCALES.iter().filter_map(|(locale, _)| Some(((*locale).to_owned(), Value::Text(text(locale)?))));
    Value::Map(names.collect())
}

/// A text here, a number in events and one SDK.
fn order(item: &Json) -> Option<i64> {
    let order = item.get("order")?;
    order.as_i64().or_else(|| order.as_str()?.parse().ok())
}

/// `None` when there are leaders whose ids are not shown.
fn leaders(item: &Json) -> Option<Value> {
    let (mut primary, mut deputies) = (Value::Null, BTreeSet::new());
    for leader in item.get("leaders").and_then(Json::as_array).into_iter().flatten() {
        let person = Value::remote("user", text(leader, "leaderID")?);
        if leader.get("leaderType").and_then(Json::as_i64) == Some(1) {
            primary = person;
        } else {
            deputies.insert(person);
        }
    }
    Some(led_by(primary, deputies))
}

pub(super) fn led_by(primary: Value, deputies: BTreeSet<Value>) -> Value {
    Value::Map(BTreeMap::from([
        ("primary".to_owned(), primary),
        ("deputies".to_owned(), Value::Set(deputies)),
    ]))
}

/// Null: never set.
fn chat_types(item: &Json, types: Option<&Observed>) -> Value {
    let Some(list) = item.get("group_chat_employee_types").and_then(Json::as_array) else { return Value::Null };
    Value::Set(list.iter().filter_map(Json::as_i64).map(|number| employee_type(number, types)).collect())
}

fn employee_type(number: i64, types: Option<&Observed>) -> Value {
    let word = usize::try_from(number - 1).ok().and_then(|at| EMPLOYEE_TYPES.get(at));
    if let Some(word) = word {
        return Value::text(*word);
    }
    let text = number.to_string();
    let known = types.and_then(|types| types.things.values().find(|t| t.ids.get("enum_value") == Some(&text)));
    known.map_or(Value::Int(number), |known| Value::remote("employee_type", known.id.clone()))
}

/// The number of a built-in type.
pub(super) fn built_in_type(word: &str) -> Option<usize> {
    EMPLOYEE_TYPES.iter().position(|known| *known == word).map(|at| at + 1)
}

/// The people of a set of references, in order.
pub(super) fn targets(value: Option<&Value>) -> Vec<Target> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_target).cloned().collect()
}
