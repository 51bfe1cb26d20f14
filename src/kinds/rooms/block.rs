//! The blocks of a write, whole: what is declared over what was read, since the API resets what a block leaves out.

use serde_json::{Map, Value as Json, json};

use super::form::{before, of_day, seconds};
use super::live::raw;
use super::spec::{APPROVAL, CLOSED, DISPLAY, EVERYBODY, FORM, INFORM, TIMES, WHO};
use crate::model::Value;
use crate::resource::{ThingChange, Work};

/// One thing's wishes over its blocks.
pub(super) struct Blocks<'b, 'w> {
    pub work: &'b Work<'w>,
    pub change: &'b ThingChange<'w>,
}

impl Blocks<'_, '_> {
    fn base(&self, attribute: &str) -> Map<String, Json> {
        match raw(self.change.live, attribute) {
            Some(Json::Object(map)) => map,
            _ => Map::new(),
        }
    }

    /// The wanted value of a field, where it is not what is live: what only looks the same is left as it was read.
    fn field(&self, attribute: &str, name: &str) -> Option<&Value> {
        let after = self.change.after(attribute)?.get(name)?;
        let before = self.change.live.and_then(|live| live.attributes.get(attribute)?.get(name));
        (before != Some(after)).then_some(after)
    }

    fn users(&self, list: &Value) -> Json {
        list.elements()
            .filter_map(Value::as_target)
            .map(|t| json!({ "user_id": self.work.json_id(t, "id") }))
            .collect()
    }

    fn departments(&self, list: &Value) -> Json {
        let id = |target| json!({ "department_id": self.work.json_id(target, "open_department_id") });
        list.elements().filter_map(Value::as_target).map(id).collect()
    }

    /// Both lists of a rule under the names that the API has for them.
    fn parties(&self, attribute: &str, block: &mut Map<String, Json>, users: &str, departments: &str) {
        for name in [users, departments] {
            block.entry(name).or_insert_with(|| json!([]));
        }
        if let Some(list) = self.field(attribute, "users") {
            block.insert(users.to_owned(), self.users(list));
        }
        if let Some(list) = self.field(attribute, "departments") {
            block.insert(departments.to_owned(), self.departments(list));
        }
    }

    pub(super) fn who(&self) -> Json {
        let mut block = self.base(WHO);
        match self.change.after(WHO) {
            Some(Value::Map(_)) => {
                block.insert("allow_all_users".to_owned(), json!(0));
                self.parties(WHO, &mut block, "allow_users", "allow_depts");
                block.into()
            }
            after => {
                debug_assert!(after.and_then(Value::as_text).is_none_or(|word| word == EVERYBODY));
                json!({ "allow_all_users": 1 })
            }
        }
    }

    pub(super) fn times(&self) -> Json {
        let mut block = self.base(TIMES);
        let on = self.change.after(TIMES).is_some_and(|v| !v.is_null());
        block.insert("time_switch".to_owned(), json!(i64::from(on)));
        for (name, field) in [("from", "start_time"), ("to", "end_time"), ("opens_at", "opening_hour")] {
            let time = self.field(TIMES, name).and_then(Value::as_text).and_then(of_day);
            block.extend(time.map(|seconds| (field.to_owned(), json!(seconds.to_string()))));
        }
        for (name, field) in [("days_ahead", "days_in_advance"), ("max_hours", "max_duration")] {
            let number = self.field(TIMES, name).and_then(Value::as_int);
            block.extend(number.map(|n| (field.to_owned(), json!(n))));
        }
        block.into()
    }

    pub(super) fn approval(&self) -> Json {
        let mut block = self.base(APPROVAL);
        let on = self.change.after(APPROVAL).is_some_and(|v| !v.is_null());
        block.insert("approval_switch".to_owned(), json!(i64::from(on)));
        match self.field(APPROVAL, "over_minutes") {
            Some(Value::Int(minutes)) => {
                block.insert("approval_condition".to_owned(), json!(1));
                block.insert("meeting_duration".to_owned(), json!(hours(*minutes)));
            }
            Some(_) => drop(block.insert("approval_condition".to_owned(), json!(0))),
            None => drop(block.entry("approval_condition").or_insert(json!(0))),
        }
        if let Some(list) = self.field(APPROVAL, "approvers") {
            block.insert("approvers".to_owned(), self.users(list));
        }
        block.into()
    }

    pub(super) fn form(&self) -> Json {
        let mut block = self.base(FORM);
        block.entry("reserve_form").or_insert(json!(false));
        if let Some(Value::Bool(on)) = self.field(FORM, "enabled") {
            block.insert("reserve_form".to_owned(), json!(on));
        }
        if let Some(list) = self.field(FORM, "notify") {
            block.insert("notified_users".to_owned(), self.users(list));
        }
        if let Some((number, unit)) =
            self.field(FORM, "notify_before").and_then(Value::as_text).and_then(before)
        {
            block.insert("notified_time".to_owned(), json!(number));
            block.insert("time_unit".to_owned(), json!(unit));
        }
        block.into()
    }

    pub(super) fn admins(&self) -> Json {
        let mut block = self.base(super::spec::ADMINS);
        if self.change.after(super::spec::ADMINS).is_some_and(Value::is_null) {
            return json!({ "users": [], "depts": [] });
        }
        self.parties(super::spec::ADMINS, &mut block, "users", "depts");
        block.into()
    }

    pub(super) fn inform(&self) -> Json {
        let mut block = self.base(INFORM);
        let on = self.change.after(INFORM).is_some_and(|v| !v.is_null());
        block.insert("if_inform".to_owned(), json!(on));
        self.parties(INFORM, &mut block, "informed_users", "informed_depts");
        block.into()
    }

    /// The status of a room or a level. `status` says "closed" beside a window that may not have begun: the window is
    /// what counts, and a plan does not know what time it will be.
    pub(in crate::kinds) fn status(&self) -> Json {
        let Some(Value::Map(_)) = self.change.after(CLOSED) else { return json!({ "status": true }) };
        let mut block = self.base(CLOSED);
        block.remove("schedule_status");
        block.insert("status".to_owned(), json!(false));
        let time = |value: &Value| value.as_text().and_then(seconds).map(|s| s.to_string());
        if let Some(from) = self.field(CLOSED, "from").and_then(time) {
            block.insert("disable_start_time".to_owned(), json!(from));
        }
        let until = self.field(CLOSED, "until").map(|until| time(until).unwrap_or_else(|| "0".to_owned()));
        match until {
            Some(until) => drop(block.insert("disable_end_time".to_owned(), json!(until))),
            None => drop(block.entry("disable_end_time").or_insert(json!("0"))),
        }
        if let Some(reason) = self.field(CLOSED, "reason").and_then(Value::as_text) {
            block.insert("disable_reason".to_owned(), json!(reason));
        }
        if let Some(list) = self.field(CLOSED, "contacts") {
            let ids = list.elements().filter_map(Value::as_target).map(|t| self.work.json_id(t, "id"));
            block.insert("contact_ids".to_owned(), ids.collect());
        }
        for (name, field) in [("notify_booked", "disable_notice"), ("notify_on_resume", "resume_notice")] {
            if let Some(Value::Bool(on)) = self.field(CLOSED, name) {
                block.insert(field.to_owned(), json!(on));
            }
        }
        block.into()
    }

    /// All that was set at the node and all that is declared: whether a write replaces or merges is not documented.
    pub(super) fn display(&self) -> Map<String, Json> {
        let mut block = self.base(DISPLAY);
        block.remove("room_status");
        for (name, field) in
            [("room_background", "room_background"), ("panel_background", "display_background")]
        {
            if let Some(url) = self.field(DISPLAY, name).and_then(Value::as_text) {
                block.insert(field.to_owned(), json!(url));
            }
        }
        for (name, field) in [("signage", "digital_signage"), ("room_signage", "room_box_digital_signage")] {
            let Some(Value::Map(wanted)) = self.field(DISPLAY, name) else { continue };
            let mut signage = block.get(field).and_then(Json::as_object).cloned().unwrap_or_default();
            for (name, field) in [
                ("enabled", "enable"),
                ("mute", "mute"),
                ("start", "start_display"),
                ("stop", "stop_display"),
            ] {
                let value = wanted.get(name).filter(|v| !v.is_null()).map(Value::plain);
                signage.extend(value.map(|value| (field.to_owned(), value)));
            }
            block.insert(field.to_owned(), signage.into());
        }
        block
    }
}

/// With two digits, as the server keeps it.
fn hours(minutes: i64) -> Json {
    if minutes % 60 == 0 {
        return json!(minutes / 60);
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 5,940")]
    let hours = (minutes as f64 / 60.0 * 100.0).round() / 100.0;
    json!(hours)
}
