//! What an administrator decides about attendance in its own console, and what no page gives a figure for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Millis;

/// Who holds attendance administrator rights. A new tenant gives them to nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admins {
    #[default]
    Nobody,
    Everybody,
    /// By `user_id`.
    Only(BTreeSet<String>),
}

impl Admins {
    pub fn has(&self, user_id: &str) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Only(ids) => ids.contains(user_id),
        }
    }
}

/// Rights, editions and limits of attendance, each a row of `docs/fidelity/attendance.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob of its own")]
pub struct AttendanceKnobs {
    /// Who may be `operator_id`.
    pub admins: Admins,
    /// Who may lead a group without being an administrator, by `user_id`.
    pub group_admins: BTreeSet<String>,
    /// The apps have their data range (1220005).
    pub data_range: bool,
    /// The console's "API access" flow was completed: writes need no operator.
    pub api_access: bool,
    /// Groups that the operators have no rights on, by id (1220005).
    pub closed_groups: BTreeSet<String>,
    /// The tenant has Feishu People Enterprise Edition (1220600).
    pub enterprise: bool,
    /// The tenant takes part in the grey releases.
    pub grey: bool,
    /// The list of shifts shows their rules, as its page says; else id, name and two fields more.
    pub shift_list_rules: bool,
    /// Search is behind by so much.
    pub search_lag_ms: Millis,
    /// Places of one group.
    pub locations: usize,
    /// Schedules up to this day (yyyyMMdd) are sealed.
    pub sealed_until: Option<i64>,
}

impl Default for AttendanceKnobs {
    fn default() -> Self {
        Self {
            admins: Admins::Nobody,
            group_admins: BTreeSet::new(),
            data_range: false,
            api_access: false,
            closed_groups: BTreeSet::new(),
            enterprise: false,
            grey: false,
            shift_list_rules: true,
            search_lag_ms: 2000,
            locations: 3000,
            sealed_until: None,
        }
    }
}
