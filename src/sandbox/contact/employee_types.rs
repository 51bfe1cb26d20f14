//! Employee types: five built-in options and what the tenant adds.
//!
//! A custom option is known by two names, its `enum_id` in the path and its `enum_value`, the number that people
//! carry. Numbers count on from 6 and are never given twice; deleted options keep counting towards the limit,
//! so their rows stay. The built-in ones never change. The update and delete pages list no codes at all: what
//! they cannot do is the generic 40001. Pages: `contact-v3/employee_type_enum/*`.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World, short_digest};

/// `employee_type_enum/create`: custom options, the deleted ones included.
pub const MAX_CUSTOM: usize = 255;
const LAST_BUILT_IN: u64 = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployeeType {
    pub value: u64,
    pub enum_id: String,
    pub content: String,
    #[serde(default)]
    pub i18n: Vec<Content>,
    pub active: bool,
    #[serde(default)]
    pub deleted: bool,
    pub created: Millis,
}

impl Row for EmployeeType {
    type Key = u64;
    const TABLE: &'static str = "employee_types";
}

impl EmployeeType {
    fn is_built_in(&self) -> bool {
        self.value <= LAST_BUILT_IN
    }
}

#[derive(Debug, Default)]
pub struct EmployeeTypes {
    rows: Table<EmployeeType>,
}

impl EmployeeTypes {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows]
    }

    /// The five built-in types.
    pub fn found(&mut self) {
        let built_in = [
            ("正式", "Regular", "正社員"),
            ("实习", "Intern", "インターン"),
            ("外包", "Outsourcing", "業務委託"),
            ("劳务", "Contractor", "契約社員"),
            ("顾问", "Consultant", "コンサルタント"),
        ];
        for (value, (zh, en, ja)) in (1..).zip(built_in) {
            let content = |locale: &str, value: &str| Content { locale: locale.into(), value: value.into() };
            let row = EmployeeType {
                value,
                enum_id: enum_id(value),
                content: zh.to_owned(),
                i18n: vec![content("zh_cn", zh), content("en_us", en), content("ja_jp", ja)],
                active: true,
                deleted: false,
                created: 0,
            };
            self.rows.insert(value, row);
        }
    }

    /// Whether a type exists (built in or custom), and whether it may be given to people.
    pub fn state(&self, value: i64) -> Option<bool> {
        let row = self.rows.get(&u64::try_from(value).ok()?)?;
        (!row.deleted).then_some(row.active)
    }

    fn living(&self) -> impl Iterator<Item = &EmployeeType> {
        self.rows.values().filter(|t| !t.deleted)
    }

    fn has_content(&self, content: &str, except: u64) -> bool {
        self.living().any(|t| t.content == content && t.value != except)
    }

    fn has_any_i18n(&self, i18n: &[Content], except: u64) -> bool {
        self.living().any(|t| t.value != except && t.i18n.iter().any(|c| i18n.contains(c)))
    }

    /// A custom option that still is there.
    fn custom(&self, enum_id: &str) -> Result<&EmployeeType, Refusal> {
        self.living().find(|t| t.enum_id == enum_id && !t.is_built_in()).ok_or_else(|| refuse(40001))
    }
}

/// Sixteen characters of which some must be escaped in a path, as in `exGeIjow7zIqWMy+ONkFxA==`.
fn enum_id(value: u64) -> String {
    let digits = short_digest(&["employee type", &value.to_string()], 32);
    let byte = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).unwrap_or_default();
    let bytes: Vec<u8> = (0..32).step_by(2).map(byte).collect();
    STANDARD.encode(bytes)
}

pub fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/employee_type_enums", create),
        Route::write("PUT", "/open-apis/contact/v3/employee_type_enums/:enum_id", update),
        Route::write("DELETE", "/open-apis/contact/v3/employee_type_enums/:enum_id", delete),
        Route::read("GET", "/open-apis/contact/v3/employee_type_enums", list),
    ]
}

/// What both writes say of an option.
struct Wanted<'c> {
    content: &'c str,
    active: bool,
    /// None to keep what is there.
    i18n: Option<Vec<Content>>,
}

impl<'c> Wanted<'c> {
    fn of(call: &'c Call<'_>) -> Result<Self, Refusal> {
        if call.int("enum_type") != Some(2) {
            return Err(Refusal::field("enum_type", "1", "only custom options (2) can be written"));
        }
        let active = match call.int("enum_status") {
            Some(1) => true,
            Some(2) => false,
            _ => return Err(Refusal::field("enum_status", "", "1 or 2")),
        };
        let i18n = Content::list(call.body.get("i18n_content")).filter(|list| !list.is_empty());
        Ok(Self { content: call.text("content").unwrap_or_default(), active, i18n })
    }

    fn fits(&self) -> bool {
        let length = self.content.chars().count();
        !self.content.trim().is_empty()
            && length <= 100
            && self.i18n.as_ref().is_none_or(|list| !Content::any_longer(list, 100))
    }

    fn i18n_is_sound(&self) -> bool {
        self.i18n.as_ref().is_none_or(|list| Content::are_sound(list))
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let wanted = Wanted::of(call)?;
    if !wanted.fits() {
        return Err(refuse(42303));
    }
    if !wanted.i18n_is_sound() {
        return Err(Refusal::field("i18n_content", "", "known locales, each once, with a value"));
    }
    let types = &world.contact.employee_types;
    if types.has_content(wanted.content, 0) {
        return Err(refuse(42301));
    }
    let i18n = wanted.i18n.unwrap_or_default();
    if types.has_any_i18n(&i18n, 0) {
        return Err(refuse(42302));
    }
    if types.rows.values().filter(|t| !t.is_built_in()).count() >= MAX_CUSTOM {
        return Err(refuse(42303));
    }
    let value = LAST_BUILT_IN + world.next("employee_type");
    let row = EmployeeType {
        value,
        enum_id: enum_id(value),
        content: wanted.content.to_owned(),
        i18n,
        active: wanted.active,
        deleted: false,
        created: world.now,
    };
    let answer = one("employee_type_enum", render(&row));
    world.contact.employee_types.rows.insert(value, row);
    Ok(answer)
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let types = &world.contact.employee_types;
    let old = types.custom(call.path("enum_id"))?;
    let wanted = Wanted::of(call)?;
    let i18n = wanted.i18n.clone().unwrap_or_else(|| old.i18n.clone());
    let taken = types.has_content(wanted.content, old.value) || types.has_any_i18n(&i18n, old.value);
    if taken || !wanted.fits() || !wanted.i18n_is_sound() {
        return Err(refuse(40001));
    }
    let row = EmployeeType { content: wanted.content.to_owned(), active: wanted.active, i18n, ..old.clone() };
    let answer = one("employee_type_enum", render(&row));
    world.contact.employee_types.rows.insert(row.value, row);
    Ok(answer)
}

/// An option that people still have stays: what would become of them is not documented.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let value = world.contact.employee_types.custom(call.path("enum_id"))?.value;
    let held = |u: &super::directory::User| !u.is_gone() && u64::try_from(u.employee_type) == Ok(value);
    if world.contact.directory.users().any(held) {
        return Err(refuse(40001));
    }
    if let Some(row) = world.contact.employee_types.rows.get_mut(&value) {
        row.deleted = true;
    }
    Ok(Data::empty())
}

fn render(row: &EmployeeType) -> Value {
    json!({
        "enum_id": row.enum_id,
        "enum_value": row.value.to_string(),
        "content": row.content,
        "enum_type": if row.is_built_in() { 1 } else { 2 },
        "enum_status": if row.active { 1 } else { 2 },
        "i18n_content": Content::render(&row.i18n),
    })
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let rows = world.contact.employee_types.living().filter(|t| world.listed(t.created));
    Ok(page.cut(world, rows, render).into_data("items"))
}
