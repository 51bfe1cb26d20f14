//! The row of a department.

use serde::{Deserialize, Serialize};

use super::{DepartmentKey, UserKey};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::world::{Millis, Row};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Department {
    pub key: DepartmentKey,
    /// The custom id; reusable once the department is gone.
    pub department_id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "I18nName::is_empty")]
    pub i18n_name: I18nName,
    pub parent: DepartmentKey,
    /// Smaller comes first.
    pub order: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaders: Vec<Leader>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hrbps: Vec<UserKey>,
    /// At most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_employee_types: Option<Vec<i64>>,
    /// How often the custom id was changed.
    #[serde(default)]
    pub id_changes: u32,
    /// Kept by an external system; the API may not write it (43031).
    #[serde(default)]
    pub external: bool,
    pub created: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// Type 1; there is exactly one when there is any. The others are deputies.
    pub primary: bool,
    pub user: UserKey,
}

impl Row for Department {
    type Key = DepartmentKey;
    const TABLE: &'static str = "departments";
}

impl Department {
    pub fn primary_leader(&self) -> Option<UserKey> {
        self.leaders.iter().find(|l| l.primary).map(|l| l.user)
    }
}
