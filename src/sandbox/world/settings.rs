//! The knobs: what the reference leaves open, and what a test wants to provoke.
//!
//! Each default is the stricter reading; `docs/fidelity.md` says why and how to check it on a real tenant.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{AttendanceKnobs, CalendarKnobs, HelpdeskKnobs, MailKnobs, Millis, RoomKnobs, Row};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub tenant: TenantInfo,
    pub brand: Brand,
    /// When invited people accept.
    pub join: Join,
    /// Whether rate limits are enforced.
    pub rate_limits: bool,
    /// For endpoints whose page names no figure.
    pub special_rate_per_second: u32,
    /// Endpoints (`GET /open-apis/…`) that answer a rate refusal with HTTP 400, as some old ones do.
    pub rate_answers_400: BTreeSet<String>,
    /// Endpoints that spend a code of their own on a rate refusal, as calendars do.
    pub rate_codes: BTreeMap<String, i64>,
    /// Calls of all apps of the tenant in a calendar month; none means no limit.
    pub monthly_quota: Option<u64>,
    /// Addresses allowed to call; empty means all.
    pub ip_allowlist: Vec<String>,
    pub error_shape: ErrorShape,
    /// Bad credentials as seen on the wire (HTTP 200, 10003 or 10014) or as the generic table has them.
    pub documented_credential_errors: bool,
    /// Lists miss a fresh object for so long.
    pub list_lag_ms: Millis,
    /// Every n-th page of a list is cut short or comes back empty although there is more; 0 never.
    pub short_page_every: u64,
    pub empty_page_every: u64,
    /// The last page carries a token although `has_more` is false.
    pub token_on_last_page: bool,
    /// Lists that answer in one of the odd shapes of other services, by endpoint.
    pub page_shapes: BTreeMap<String, PageShape>,
    /// How long a structural write holds the tenant lock.
    pub structure_write_ms: Millis,
    /// One in so many structural writes finds the lock taken although nobody holds it; 0 never.
    pub structure_lock_every: u64,
    /// The same two for the lock of a single object (43030, 44025).
    pub update_write_ms: Millis,
    pub update_lock_every: u64,
    /// Adds fields that no page knows.
    pub extra_fields: bool,
    /// The last item of every list shows values that no enumeration knows.
    pub extra_values: bool,
    /// Varies and translates `msg`.
    pub vary_messages: bool,
    /// Department names are unique in the tenant, not only under one parent.
    pub department_name_unique_in_tenant: bool,
    pub client_token_window_ms: Millis,
    /// More descendants than this cannot be listed in one recursion (43010); none means no limit.
    pub recursion_limit: Option<usize>,
    /// Who left by themselves turns into a resigned person after so long.
    pub exit_becomes_resigned_ms: Millis,
    /// How long a resignation takes before the person can be resurrected.
    pub resign_flow_ms: Millis,
    /// Seats; none means no limit.
    pub max_users: Option<u64>,
    pub paid_edition: bool,
    pub verified: bool,
    pub multi_department: bool,
    pub units_enabled: bool,
    pub groups_enabled: bool,
    pub mail_domains: BTreeSet<String>,
    pub mail: MailKnobs,
    pub attendance: AttendanceKnobs,
    /// What a person's own token sees of the organisation.
    pub person: Person,
    /// Ids that belong to another tenant.
    pub foreign_user_ids: BTreeSet<String>,
    pub foreign_union_ids: BTreeSet<String>,
    /// Names that the content check refuses.
    pub sensitive_words: BTreeSet<String>,
    pub im: Chats,
    pub rooms: RoomKnobs,
    pub calendar: CalendarKnobs,
    pub helpdesk: HelpdeskKnobs,
}

impl Row for Settings {
    type Key = String;
    const TABLE: &'static str = "settings";
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tenant: TenantInfo::default(),
            brand: Brand::Feishu,
            join: Join::Off,
            rate_limits: true,
            special_rate_per_second: 5,
            rate_answers_400: BTreeSet::new(),
            rate_codes: BTreeMap::new(),
            monthly_quota: None,
            ip_allowlist: Vec::new(),
            error_shape: ErrorShape::Wire,
            documented_credential_errors: false,
            list_lag_ms: 0,
            short_page_every: 0,
            empty_page_every: 0,
            token_on_last_page: false,
            page_shapes: BTreeMap::new(),
            structure_write_ms: 0,
            structure_lock_every: 0,
            update_write_ms: 0,
            update_lock_every: 0,
            extra_fields: false,
            extra_values: false,
            vary_messages: false,
            department_name_unique_in_tenant: false,
            client_token_window_ms: 3_600_000,
            recursion_limit: None,
            exit_becomes_resigned_ms: 30 * 86_400_000,
            resign_flow_ms: 0,
            max_users: None,
            paid_edition: true,
            verified: true,
            multi_department: true,
            units_enabled: true,
            groups_enabled: true,
            mail_domains: BTreeSet::new(),
            mail: MailKnobs::default(),
            attendance: AttendanceKnobs::default(),
            person: Person::Everyone,
            foreign_user_ids: BTreeSet::new(),
            foreign_union_ids: BTreeSet::new(),
            sensitive_words: BTreeSet::new(),
            im: Chats::default(),
            rooms: RoomKnobs::default(),
            calendar: CalendarKnobs::default(),
            helpdesk: HelpdeskKnobs::default(),
        }
    }
}

/// The knobs of chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob of its own")]
pub struct Chats {
    /// The tenant allows public chats (232091).
    pub public_chats: bool,
    /// The plan has the restricted mode (232057).
    pub restricted_mode: bool,
    /// The tenant may hide the count of members (232078).
    pub hide_member_count: bool,
    /// Announcements that nobody wrote yet are of the old kind.
    pub old_announcements: bool,
    /// Bots reach external chats (232033).
    pub external_bots: bool,
    /// Reading a chat from outside is 232011 instead of a part of it.
    pub outsider_refused: bool,
    /// Reading a dissolved chat is this code instead of its status.
    pub dissolved_code: Option<i64>,
    /// What the administrator allows below the platform's 5,000 people (232044).
    pub member_limit: Option<usize>,
    /// Ids of chats that belong to another tenant.
    pub foreign_chats: BTreeSet<String>,
    /// Documents that the operator may not see (232051).
    pub forbidden_docs: BTreeSet<String>,
}

impl Default for Chats {
    fn default() -> Self {
        Self {
            public_chats: true,
            restricted_mode: true,
            hide_member_count: true,
            old_announcements: false,
            external_bots: false,
            outsider_refused: false,
            dissolved_code: None,
            member_limit: None,
            foreign_chats: BTreeSet::new(),
            forbidden_docs: BTreeSet::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantInfo {
    pub name: String,
    pub tenant_key: String,
    pub display_id: String,
    pub domain: String,
}

impl Default for TenantInfo {
    fn default() -> Self {
        Self {
            name: "云雀沙盒 Lark Sandbox".to_owned(),
            tenant_key: "2ed263bf32cf1651".to_owned(),
            display_id: "F1000000001".to_owned(),
            domain: "sandbox.feishu.cn".to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    Feishu,
    Lark,
}

/// When an invited person accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Never by themselves: `/_sandbox/act` does it.
    Off,
    AtOnce,
    AfterMs(Millis),
}

/// The `error` object of a refusal comes in two shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// As seen on the wire and in the SDK models: `log_id`, `permission_violations[].subject`.
    Wire,
    /// As the call guide prints it: `logid`, `permission_violations[].scope`.
    Guide,
}

/// How a list deviates from `has_more` and `page_token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageShape {
    /// The token is called `next_page_token`, as in helpdesk and mdm.
    NextPageToken,
    /// There is no `has_more`, as in the list of mailbox aliases.
    NoHasMore,
}

/// What a person sees of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    Everyone,
    /// Only the departments that they are in, and what is below.
    OwnDepartments,
}
