//! What of the tenant's mail an app may touch, and what no page gives a figure or a rule for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The mail data range that the developer console configures. A new app has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailRange {
    #[default]
    Empty,
    All,
    /// `mailgroup_id`, `public_mailbox_id`, and for people's mailboxes their `union_id`.
    Some(BTreeSet<String>),
}

/// Limits and choices of the mail service, each a row of `docs/fidelity/mail.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailKnobs {
    /// Mail groups of the tenant (1234030).
    pub groups: usize,
    /// Direct members of one mail group (1234030).
    pub group_members: usize,
    /// Public mailboxes of the tenant (1234026).
    pub mailboxes: usize,
    /// Members of one public mailbox (1234027).
    pub mailbox_members: usize,
    /// Public mailboxes that one person is in (1234027).
    pub mailboxes_per_person: usize,
    /// Aliases of one address (1234023).
    pub aliases: usize,
    /// Addresses in one status query (1230001).
    pub query_batch: usize,
    pub name_chars: usize,
    pub description_chars: usize,
    /// Who may send to a group that was created without saying so.
    pub default_senders: String,
    /// After a change of address the old one stays as an alias.
    pub rename_keeps_alias: bool,
    /// A person without a company mailbox can be no member of anything.
    pub members_need_mailbox: bool,
    /// Senders are only accepted while the group is open to `CUSTOM_MEMBERS`.
    pub senders_need_custom: bool,
    /// The tenant keeps data in several regions.
    pub multi_geo: bool,
    pub geos: BTreeSet<String>,
    /// Lists and alias writes answer 1235003, the recycle bin 1230003.
    pub down: bool,
}

impl Default for MailKnobs {
    fn default() -> Self {
        Self {
            groups: 10_000,
            group_members: 10_000,
            mailboxes: 1_000,
            mailbox_members: 400,
            mailboxes_per_person: 100,
            aliases: 20,
            query_batch: 50,
            name_chars: 100,
            description_chars: 500,
            default_senders: "ALL_INTERNAL_USERS".to_owned(),
            rename_keeps_alias: true,
            members_need_mailbox: true,
            senders_need_custom: false,
            multi_geo: false,
            geos: BTreeSet::from(["cn", "sg", "us"].map(str::to_owned)),
            down: false,
        }
    }
}
