//! What an answer's user object means: JSON → [`Live`] in the normal form of declared people.
//!
//! A field that the app may not see is left out of the answer without a word, and so may be one that is empty.
//! Which it is tell the granted scopes; without them a missing field is unknown.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, Zoned};
use serde_json::Value as Json;

use super::places::{ROOT, weight_at};
use super::spec::{EMPLOYEE_TYPES, GENDERS, INFO};
use crate::model::{Live, Value};

/// Attributes that are a text in the answer: theirs and ours.
const TEXTS: &[(&str, &str)] = &[
    ("name", "name"),
    ("en_name", "en_name"),
    ("nickname", "nickname"),
    ("email", "email"),
    ("employee_no", "employee_no"),
    ("job_title", "job_title"),
    ("city", "city"),
    ("country", "country"),
    ("work_station", "work_station"),
    ("enterprise_email", "enterprise_email"),
    ("geo", "geo"),
];

/// References: their field, our attribute, the kind.
const REFERENCES: &[(&str, &str, &str)] = &[
    ("leader_user_id", "leader", "user"),
    ("job_level_id", "job_level", "job_level"),
    ("job_family_id", "job_family", "job_family"),
];

/// Flags of `status`: theirs and our facts.
const STATUS: &[(&str, &str)] = &[
    ("is_unjoin", "unjoined"),
    ("is_activated", "activated"),
    ("is_frozen", "frozen"),
    ("is_exited", "exited"),
    ("is_resigned", "resigned"),
];

/// What is needed to read an object.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Attributes that no answer can hold.
    pub(super) unreadable: BTreeSet<&'static str>,
    /// The granted scopes are known, so a field that is missing though readable is empty.
    pub(super) scopes_known: bool,
    /// `enum_id` by `enum_value`.
    pub(super) employee_types: BTreeMap<i64, String>,
    /// All employee types were read.
    pub(super) employee_types_complete: bool,
    /// With a partial range: the departments that are visible. `None`: all are.
    pub(super) visible: Option<BTreeSet<String>>,
    /// How the manifest calls custom fields, by id.
    pub(super) custom_names: BTreeMap<String, BTreeSet<String>>,
}

impl Reading {
    /// The person, or nothing when the object has no user_id.
    pub(super) fn person(&self, json: &Json) -> Option<Live> {
        let id = json.get("user_id").and_then(Json::as_str).filter(|id| !id.is_empty())?;
        let mut live = Live { id: id.to_owned(), ..Live::default() };
        for name in ["union_id", "open_id"] {
            if let Some(text) = json.get(name).and_then(Json::as_str) {
                live.ids.insert(name.to_owned(), text.to_owned());
            }
        }
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value
                && !self.unreadable.contains(name)
            {
                live.attributes.insert(name.to_owned(), value);
            }
        };
        set("id", Some(Value::text(id)));
        for (theirs, ours) in TEXTS {
            set(ours, self.text(json, theirs));
        }
        set("mobile", self.text(json, "mobile").map(e164));
        set("mobile_visible", json.get("mobile_visible").and_then(Json::as_bool).map(Value::Bool));
        set("gender", self.or_empty(json, "gender", gender, || Value::text("private")));
        set("departments", self.departments(json));
        for (theirs, ours, kind) in REFERENCES {
            let remote = |v: &Json| v.as_str().map(|id| reference(kind, id));
            set(ours, self.or_empty(json, theirs, remote, || Value::Null));
        }
        let people =
            |v: &Json| Some(Value::Set(texts(v).map(|id| Value::remote("user", id)).collect::<BTreeSet<_>>()));
        let nobody = || Value::Set(BTreeSet::new());
        set("dotted_line", self.or_empty(json, "dotted_line_leader_user_ids", people, nobody));
        set("employee_type", json.get("employee_type").and_then(|v| self.employee_type(v)));
        set("join_date", self.or_empty(json, "join_time", join_date, || Value::Null));
        set("custom", self.or_empty(json, "custom_attrs", |v| Some(self.custom(v)), || Value::Map(BTreeMap::new())));
        let frozen = json.get("is_frozen").or_else(|| json.pointer("/status/is_frozen")).and_then(Json::as_bool);
        set("frozen", frozen.map(Value::Bool));
        for (theirs, fact) in STATUS {
            if let Some(flag) = json.pointer(&format!("/status/{theirs}")).and_then(Json::as_bool) {
                live.facts.insert((*fact).to_owned(), Value::Bool(flag));
            }
        }
        if let Some(manager) = json.get("is_tenant_manager").and_then(Json::as_bool) {
            live.facts.insert("tenant_manager".to_owned(), Value::Bool(manager));
        }
        Some(live)
    }

    /// What a field says; where it is missing, emptiness if that is certain.
    fn or_empty(
        &self,
        json: &Json,
        field: &str,
        read: impl FnOnce(&Json) -> Option<Value>,
        empty: impl FnOnce() -> Value,
    ) -> Option<Value> {
        match json.get(field).filter(|v| !v.is_null()) {
            Some(value) => read(value),
            None => self.scopes_known.then(empty),
        }
    }

    fn text(&self, json: &Json, field: &str) -> Option<Value> {
        let read = |v: &Json| {
            let text = v.as_str()?.trim();
            Some(if text.is_empty() { Value::Null } else { Value::text(text) })
        };
        self.or_empty(json, field, read, || Value::Null)
    }

    /// Primary first. A membership at the default place is a plain reference. With a department that is out of
    /// range the list is unknown: written back it would take the person out of what we cannot see.
    fn departments(&self, json: &Json) -> Option<Value> {
        let ids: Vec<&str> = json.get("department_ids").map(|v| texts(v).collect())?;
        if let Some(visible) = &self.visible
            && ids.iter().any(|id| !visible.contains(*id))
        {
            return None;
        }
        let order = |id: &str| {
            let orders = json.get("orders").and_then(Json::as_array).into_iter().flatten();
            orders.into_iter().find(|o| o.get("department_id").and_then(Json::as_str) == Some(id))
        };
        let int = |o: Option<&Json>, name: &str| o.and_then(|o| o.get(name)).and_then(Json::as_i64);
        let primary = |id: &str| {
            order(id).and_then(|o| o.get("is_primary_dept")).and_then(Json::as_bool) == Some(true)
        };
        let mut sorted = ids;
        sorted.sort_by_key(|id| {
            (!primary(id), std::cmp::Reverse(int(order(id), "department_order").unwrap_or(i64::MIN)))
        });
        let all = sorted.len();
        let place = |(i, id): (usize, &&str)| {
            let department =
                if *id == "0" { Value::text(ROOT) } else { Value::remote("department", *id) };
            let default = weight_at(i, all);
            let (position, weight) =
                (int(order(id), "user_order").unwrap_or(0), int(order(id), "department_order").unwrap_or(default));
            if (position, weight) == (0, default) {
                return department;
            }
            Value::Map(BTreeMap::from([
                ("department".to_owned(), department),
                ("order".to_owned(), Value::Int(position)),
                ("department_order".to_owned(), Value::Int(weight)),
            ]))
        };
        Some(Value::List(sorted.iter().enumerate().map(place).collect()))
    }

    /// A built-in word, an employee type of the tenant, or, where there is none of this number, the number.
    fn employee_type(&self, json: &Json) -> Option<Value> {
        let number = json.as_i64().or_else(|| json.as_str()?.parse().ok())?;
        let word = usize::try_from(number - 1).ok().and_then(|i| EMPLOYEE_TYPES.get(i));
        match (word, self.employee_types.get(&number)) {
            (Some(word), _) => Some(Value::text(*word)),
            (None, Some(id)) => Some(Value::remote("employee_type", id)),
            (None, None) => self.employee_types_complete.then_some(Value::Int(number)),
        }
    }

    /// Under the names that the manifest uses, else under their ids.
    fn custom(&self, json: &Json) -> Value {
        let mut found = BTreeMap::new();
        for item in json.as_array().into_iter().flatten() {
            let Some(id) = item.get("id").and_then(Json::as_str) else { continue };
            let Some(value) = item.get("value").and_then(custom_value) else { continue };
            match self.custom_names.get(id) {
                Some(names) => found.extend(names.iter().map(|name| (name.clone(), value.clone()))),
                None => {
                    found.insert(id.to_owned(), value);
                }
            }
        }
        Value::Map(found)
    }
}

fn texts(json: &Json) -> impl Iterator<Item = &str> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str).filter(|id| !id.is_empty())
}

fn reference(kind: &str, id: &str) -> Value {
    if id.is_empty() { Value::Null } else { Value::remote(kind, id) }
}

fn gender(json: &Json) -> Option<Value> {
    let number = usize::try_from(json.as_i64()?).ok()?;
    GENDERS.get(number).map(|word| Value::text(*word))
}

/// `{text}` alone is the text; a person is a reference; the rest as it is written in YAML.
fn custom_value(json: &Json) -> Option<Value> {
    let text = |name: &str| json.get(name).and_then(Json::as_str).filter(|t| !t.is_empty());
    if let Some(person) = json.pointer("/generic_user/id").and_then(Json::as_str) {
        return Some(Value::Map(BTreeMap::from([("user".to_owned(), Value::remote("user", person))])));
    }
    let mut map = BTreeMap::new();
    let mut set = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            map.insert(name.to_owned(), Value::text(value));
        }
    };
    if text("option_id").is_some() {
        set("option", text("option_id"));
        set("choice", text("option_value").or_else(|| text("name")));
    } else if text("url").is_some() {
        set("text", text("text"));
        set("url", text("url"));
        set("pc_url", text("pc_url"));
    } else {
        return text("text").map(Value::text);
    }
    Some(Value::Map(map))
}

/// The day of a second, by the calendar of UTC+8; whoever joined in 1970 by the clock has no date.
fn join_date(json: &Json) -> Option<Value> {
    let seconds = json.as_i64().or_else(|| json.as_str()?.parse().ok())?;
    let moment = Timestamp::from_second(seconds).ok()?;
    Some(Value::text(Zoned::new(moment, zone()).date().to_string()))
}

/// The second at which a day begins in UTC+8.
pub(super) fn day_start(date: &str) -> Option<i64> {
    let date: Date = date.parse().ok()?;
    date.to_zoned(zone()).ok().map(|begin| begin.timestamp().as_second())
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(Offset::constant(8))
}

/// A number in its one international form, if it has one.
fn e164(value: Value) -> Value {
    match value.as_text() {
        Some(number) if is_bare_mainland(number) => Value::Text(format!("+86{number}")),
        _ => value,
    }
}

/// As `batch_get_id` wants them: mainland numbers bare, others with their plus.
pub(super) fn bare(mobile: &str) -> &str {
    mobile.strip_prefix("+86").filter(|n| is_bare_mainland(n)).unwrap_or(mobile)
}

fn is_bare_mainland(number: &str) -> bool {
    number.len() == 11 && number.starts_with('1') && number.bytes().all(|b| b.is_ascii_digit())
}

/// The number behind a built-in word of `employee_type`.
pub(super) fn employee_type_number(word: &str) -> Option<i64> {
    EMPLOYEE_TYPES.iter().position(|w| *w == word).and_then(|i| i64::try_from(i + 1).ok())
}

/// The number behind a word of `gender`.
pub(super) fn gender_number(word: &str) -> Option<i64> {
    GENDERS.iter().position(|w| *w == word).and_then(|i| i64::try_from(i).ok())
}

/// Attributes with the scopes that open them.
pub(super) fn scoped() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    INFO.attributes.iter().filter(|a| !a.scopes.is_empty()).map(|a| (a.name, a.scopes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(reading: &Reading, json: &Json) -> BTreeMap<String, Value> {
        let mut object = json!({ "user_id": "u1", "union_id": "on_1" });
        object.as_object_mut().expect("object").extend(json.as_object().expect("fields").clone());
        reading.person(&object).expect("person").attributes
    }

    #[test]
    fn the_primary_department_comes_first_and_default_places_are_plain() {
        let order = |d: &str, weight: i64, at: i64, primary: bool| json!({ "department_id": d, "user_order": at, "department_order": weight, "is_primary_dept": primary });
        let json = json!({ "department_ids": ["a", "0", "c"], "orders": [order("a", 1, 0, false), order("0", 3, 0, true), order("c", 2, 7, false)] });
        let found = read(&Reading::default(), &json);
        let c = Value::Map(BTreeMap::from([
            ("department".to_owned(), Value::remote("department", "c")),
            ("order".to_owned(), Value::Int(7)),
            ("department_order".to_owned(), Value::Int(2)),
        ]));
        let list = vec![Value::text("root"), c, Value::remote("department", "a")];
        assert_eq!(found["departments"], Value::List(list));
    }

    #[test]
    fn a_list_with_a_department_out_of_range_is_unknown() {
        let reading = Reading { visible: Some(BTreeSet::from(["a".to_owned()])), ..Reading::default() };
        assert!(read(&reading, &json!({ "department_ids": ["a"] })).contains_key("departments"));
        assert!(!read(&reading, &json!({ "department_ids": ["a", "b"] })).contains_key("departments"));
    }

    #[test]
    fn a_missing_field_is_empty_only_when_it_would_have_been_shown() {
        let known = Reading { scopes_known: true, ..Reading::default() };
        assert_eq!(read(&known, &json!({}))["leader"], Value::Null);
        assert_eq!(read(&known, &json!({}))["join_date"], Value::Null);
        assert!(!read(&Reading::default(), &json!({})).contains_key("leader"));
        let closed = Reading { scopes_known: true, unreadable: BTreeSet::from(["leader"]), ..Reading::default() };
        assert!(!read(&closed, &json!({ "leader_user_id": "x" })).contains_key("leader"));
    }

    #[test]
    fn days_are_those_of_utc_8() {
        // 2024-02-29T16:00:00Z is the first second of March in Shanghai.
        for (seconds, day) in [(1_709_222_399, "2024-02-29"), (1_709_222_400, "2024-03-01")] {
            assert_eq!(read(&Reading::default(), &json!({ "join_time": seconds }))["join_date"], Value::text(day));
        }
        assert_eq!(day_start("2024-03-01"), Some(1_709_222_400));
    }

    #[test]
    fn employee_types_are_words_or_things() {
        let types = BTreeMap::from([(7, "enum7".to_owned())]);
        let reading = Reading { employee_types: types, employee_types_complete: true, ..Reading::default() };
        let of = |n: i64| read(&reading, &json!({ "employee_type": n }))["employee_type"].clone();
        assert_eq!(of(5), Value::text("consultant"));
        assert_eq!(of(7), Value::remote("employee_type", "enum7"));
        assert_eq!(of(8), Value::Int(8));
        assert!(!read(&Reading::default(), &json!({ "employee_type": 8 })).contains_key("employee_type"));
    }

    #[test]
    fn custom_fields_come_under_the_names_that_the_manifest_uses() {
        let names = BTreeMap::from([("C-1".to_owned(), BTreeSet::from(["座右铭".to_owned()]))]);
        let reading = Reading { custom_names: names, ..Reading::default() };
        let found = read(
            &reading,
            &json!({ "custom_attrs": [
                { "id": "C-1", "type": "TEXT", "value": { "text": "x" } },
                { "id": "C-3", "type": "ENUMERATION", "value": { "option_id": "o1", "option_value": "S" } },
                { "id": "C-4", "type": "GENERIC_USER", "value": { "generic_user": { "id": "u2", "type": 1 } } },
            ]}),
        );
        let map = found["custom"].as_map().expect("map");
        assert_eq!(map["座右铭"], Value::text("x"));
        assert_eq!(map["C-3"].get("choice"), Some(&Value::text("S")));
        assert_eq!(map["C-4"].get("user"), Some(&Value::remote("user", "u2")));
    }

    #[test]
    fn mainland_numbers_go_out_bare_and_come_in_with_their_code() {
        assert_eq!(read(&Reading::default(), &json!({ "mobile": "13011111111" }))["mobile"], Value::text("+8613011111111"));
        assert_eq!((bare("+8613011111111"), bare("+14155550100")), ("13011111111", "+14155550100"));
    }
}
