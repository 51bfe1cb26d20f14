//! Attributes as the fields of a body.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::kinds::user::live::{day_start, employee_type_number, gender_number};
use crate::kinds::user::observe::custom::{choice, lookup};
use crate::kinds::user::places::{Place, live_places, places, weight_at};
use crate::model::{Fact, Found, Need, Target, Value};
use crate::resource::{Drafts, ThingChange, Work};

/// Text fields that `""` clears. The pages say so of none; it is the sandbox's assumption, in docs/fidelity.md.
const TEXTS: &[&str] = &[
    "name", "en_name", "nickname", "mobile", "email", "avatar_key", "city", "country", "work_station",
    "employee_no", "enterprise_email", "geo",
];

/// A body under construction, with the facts that it depends on.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) fields: Map<String, Json>,
    pub(super) needs: Vec<Need>,
    pub(super) applies: BTreeMap<String, Value>,
}

impl Body {
    fn set(&mut self, field: &str, value: impl Into<Json>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    fn need(&mut self, target: &Target, why: &str) {
        if let Target::Address(address) = target {
            let fact = Fact::Exists(address.clone());
            if !self.needs.iter().any(|need| need.fact == fact) {
                self.needs.push(Need { fact, why: format!("{why} exists") });
            }
        }
    }

    /// Adds one attribute; what is not sent (rules, heirs, the id) is left out.
    pub(super) fn add(
        &mut self,
        work: &Work<'_>,
        change: &ThingChange<'_>,
        name: &str,
        value: &Value,
        out: &mut Drafts,
    ) {
        match name {
            "job_title" => self.set(name, value.as_text().unwrap_or(" ")),
            "mobile_visible" => self.set(name, value.as_bool().unwrap_or(true)),
            "gender" => self.set(name, value.as_text().and_then(gender_number).unwrap_or(0)),
            "departments" => self.departments(work, change, value),
            "leader" => self.reference(work, "leader_user_id", value, "the leader"),
            "job_level" => self.reference(work, "job_level_id", value, "the job level"),
            "job_family" => self.reference(work, "job_family_id", value, "the job family"),
            "dotted_line" => {
                let mut ids = Vec::new();
                for target in value.elements().filter_map(Value::as_target) {
                    self.need(target, "the leader by dotted line");
                    ids.push(work.json_id(target, "id"));
                }
                self.set("dotted_line_leader_user_ids", ids);
            }
            "employee_type" => match value {
                Value::Ref(target) => {
                    self.need(target, "the employee type");
                    self.set(name, work.json_int_id(target, "enum_value"));
                }
                Value::Text(word) => self.set(name, employee_type_number(word).unwrap_or(1)),
                _ => return,
            },
            "join_date" => self.set("join_time", value.as_text().and_then(day_start).unwrap_or(0)),
            "custom" => self.custom(work, change, value, out),
            "seats" => {
                self.set("subscription_ids", value.elements().filter_map(Value::as_text).collect::<Vec<_>>());
            }
            "frozen" => self.set("is_frozen", value.as_bool().unwrap_or(false)),
            text if TEXTS.contains(&text) => self.set(text, value.as_text().unwrap_or_default()),
            _ => return,
        }
        self.applies.insert(name.to_owned(), value.clone());
    }

    fn reference(&mut self, work: &Work<'_>, field: &str, value: &Value, why: &str) {
        match value.as_target() {
            Some(target) => {
                self.need(target, why);
                self.set(field, work.json_id(target, "id"));
            }
            None => self.set(field, ""),
        }
    }

    /// The whole list with its weights; they travel together (44002). What is not written keeps its place, and the
    /// primary department weighs most (41410).
    fn departments(&mut self, work: &Work<'_>, change: &ThingChange<'_>, value: &Value) {
        let list = places(value);
        let before = change.live.and_then(|live| live.attributes.get("departments")).map(live_places);
        let was = |department: &Value| {
            let same = |target: &Value| match (target.as_target(), department.as_target()) {
                (Some(a), Some(b)) => a == b || work.id_of(a, "id") == work.id_of(b, "id"),
                _ => target == department,
            };
            before.iter().flatten().find(|place| same(place.department))
        };
        let weight = |(i, place): (usize, &Place<'_>)| {
            let kept = || was(place.department).and_then(|place| place.weight);
            place.weight.or_else(kept).unwrap_or_else(|| weight_at(i, list.len()))
        };
        let mut weights: Vec<i64> = list.iter().enumerate().map(weight).collect();
        let others = weights.iter().skip(1).copied().max();
        if let (Some(most), Some(first)) = (others, list.first())
            && weights.first().is_some_and(|primary| *primary <= most)
        {
            if first.weight.is_none() {
                weights[0] = most + 1;
            } else if let Some(primary) = weights.first().copied() {
                weights.iter_mut().for_each(|weight| *weight = primary.min(*weight));
            }
        }
        let mut ids = Vec::new();
        let mut orders = Vec::new();
        for (i, (place, weight)) in list.iter().zip(weights).enumerate() {
            let id = match place.target() {
                Some(target) => {
                    self.need(target, "the department");
                    work.json_id(target, "id")
                }
                None => json!("0"),
            };
            let position = place.order.or_else(|| was(place.department)?.order).unwrap_or(0);
            orders.push(json!({
                "department_id": id,
                "user_order": position,
                "department_order": weight,
                "is_primary_dept": i == 0,
            }));
            ids.push(id);
        }
        self.set("department_ids", ids);
        self.set("orders", orders);
    }

    /// Only the fields that differ: a patch leaves alone what it does not name.
    fn custom(&mut self, work: &Work<'_>, change: &ThingChange<'_>, value: &Value, out: &mut Drafts) {
        let before = change.live.and_then(|live| live.attributes.get("custom"));
        let holds = |name: &str, want: &Value| match (want, before.and_then(|map| map.get(name))) {
            (Value::Map(want), Some(have)) => want.iter().all(|(field, value)| have.get(field) == Some(value)),
            (want, have) => Some(want) == have,
        };
        let found = |by: &str, value: &str| {
            let seen = work.snapshot.kind("user")?;
            match seen.lookups.get(&lookup(by, value)) {
                Some(Found::One(id)) => Some(id.clone()),
                _ => None,
            }
        };
        let mut sent = Vec::new();
        for (name, want) in value.as_map().into_iter().flatten().filter(|(name, want)| !holds(name, want)) {
            let id = found("custom_field", name).or_else(|| name.starts_with("C-").then(|| name.clone()));
            let Some(id) = id else {
                out.problem(
                    &change.address,
                    Some("custom"),
                    "plan::custom_field",
                    format!("there is no custom field, or there are several, called {name}"),
                    "write its id (C-…), which the admin console shows; fields for people and pictures go by id only, \
                     and the field must allow calls of the open platform",
                );
                continue;
            };
            let known = found("custom_type", &id);
            match self.custom_value(work, want, &|text| found("custom_choice", &choice(&id, text))) {
                Ok((guess, value)) => {
                    sent.push(json!({ "type": known.unwrap_or(guess.to_owned()), "id": id, "value": value }));
                }
                Err(text) => out.problem(
                    &change.address,
                    Some("custom"),
                    "plan::custom_choice",
                    format!("the custom field {name} has no option {text}"),
                    "write an option that it has, or `option:` with its id",
                ),
            }
        }
        self.set("custom_attrs", sent);
    }

    /// A value on the wire and the type that its form speaks for: fields of pictures are not listed, choices are.
    ///
    /// # Errors
    /// The text of an option that the field does not have.
    fn custom_value(
        &mut self,
        work: &Work<'_>,
        want: &Value,
        option_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(&'static str, Json), String> {
        let text = |name: &str| want.get(name).and_then(Value::as_text);
        if let Some(text) = want.as_text() {
            return Ok(("TEXT", json!({ "text": text })));
        }
        if let Some(target) = want.get("user").and_then(Value::as_target) {
            self.need(target, "the person of a custom field");
            return Ok(("GENERIC_USER", json!({ "generic_user": { "id": work.json_id(target, "id"), "type": 1 } })));
        }
        if let Some(option) = text("option") {
            return Ok(("PICTURE_ENUM", json!({ "option_id": option })));
        }
        if let Some(choice) = text("choice") {
            let option = option_of(choice).ok_or_else(|| choice.to_owned())?;
            return Ok(("ENUMERATION", json!({ "option_id": option })));
        }
        let mut link = Map::new();
        for name in ["text", "url", "pc_url"] {
            if let Some(text) = text(name) {
                link.insert(name.to_owned(), text.into());
            }
        }
        Ok(("HREF", Json::Object(link)))
    }
}

/// `mobile, leader`, or how many when they are many.
pub(super) fn named(names: &BTreeSet<&str>) -> String {
    match names.len() {
        0..=3 => names.iter().copied().collect::<Vec<_>>().join(", "),
        many => format!("{many} attributes"),
    }
}
