//! The row of a person.

use serde::{Deserialize, Serialize};

use super::{DepartmentKey, UserKey};
use crate::sandbox::world::{Millis, Row};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    pub key: UserKey,
    pub user_id: String,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// E.164, as it reads back.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mobile: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    pub mobile_visible: bool,
    pub gender: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub avatar_key: String,
    /// In the order of listing: the first is the primary one unless `orders` says otherwise.
    pub departments: Vec<DepartmentKey>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<UserKey>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dotted_line_leaders: Vec<UserKey>,
    pub employee_type: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub employee_no: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job_title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub work_station: String,
    /// Seconds; empty after a patch with 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_time: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job_level_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job_family_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub enterprise_email: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_attrs: Vec<CustomAttr>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub geo: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subscription_ids: Vec<String>,
    pub status: Status,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_tenant_manager: bool,
    /// The tenant's founder cannot be frozen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_founder: bool,
    /// Kept by an external system (44053).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
    /// How often the user_id was changed.
    #[serde(skip_serializing_if = "is_zero")]
    pub id_changes: u32,
    pub created: Millis,
    /// When the person left by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exited_at: Option<Millis>,
    /// When the person resigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resigned_at: Option<Millis>,
    /// What was said about who receives their data, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<serde_json::Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the platform has exactly these flags")]
pub struct Status {
    pub frozen: bool,
    pub resigned: bool,
    /// Accepted the invitation.
    pub joined: bool,
    /// Left by themselves.
    pub exited: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub department: DepartmentKey,
    pub user_order: i64,
    pub department_order: i64,
    pub primary: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomAttr {
    pub id: String,
    #[serde(rename = "type")]
    pub ty: String,
    pub value: serde_json::Value,
}

impl Row for User {
    type Key = UserKey;
    const TABLE: &'static str = "users";
}

impl User {
    /// An active person: joined, neither frozen nor gone.
    pub fn is_active(&self) -> bool {
        self.status.joined && !self.status.frozen && !self.is_gone()
    }

    /// Resigned: still readable by id, never listed.
    pub fn is_gone(&self) -> bool {
        self.status.resigned
    }
}
