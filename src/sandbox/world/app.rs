//! An app of the tenant: credentials, grants, contact range.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Brand, MailRange, Row};

/// A self-built app as the developer console configures it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct App {
    pub app_id: String,
    pub secret: String,
    pub name: String,
    /// Where it was made; none means wherever the tenant is. An app of one brand is unknown on the other.
    pub brand: Option<Brand>,
    pub enabled: bool,
    pub installed: bool,
    pub bot: bool,
    /// Scopes usable under the tenant identity.
    pub tenant_scopes: Grants,
    /// Scopes usable under a person's identity, if the person grants them.
    pub user_scopes: Grants,
    /// What part of the organisation a tenant token sees.
    pub range: Range,
    /// What part of the mail it reaches.
    pub mail_range: MailRange,
    /// The console's switch for refresh tokens.
    pub allow_refresh_token: bool,
    pub redirect_urls: Vec<String>,
    /// Asked for through `scopes/apply` and not yet decided.
    pub applied_for: bool,
}

impl fmt::Debug for App {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("app_id", &self.app_id)
            .field("name", &self.name)
            .field("enabled", &self.enabled)
            .field("installed", &self.installed)
            .finish_non_exhaustive()
    }
}

impl Row for App {
    type Key = String;
    const TABLE: &'static str = "apps";
}

impl Default for App {
    fn default() -> Self {
        Self {
            app_id: String::new(),
            secret: String::new(),
            name: "larkctl".to_owned(),
            brand: None,
            enabled: true,
            installed: true,
            bot: true,
            tenant_scopes: Grants::All,
            user_scopes: Grants::All,
            range: Range::All,
            mail_range: MailRange::Empty,
            allow_refresh_token: true,
            redirect_urls: vec!["http://localhost".to_owned(), "http://127.0.0.1".to_owned()],
            applied_for: false,
        }
    }
}

impl App {
    pub fn new(app_id: &str, secret: &str) -> Self {
        Self { app_id: app_id.to_owned(), secret: secret.to_owned(), ..Self::default() }
    }
}

/// Which scopes are granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grants {
    All,
    Only(BTreeSet<String>),
    /// All but these: the usual way to take one away in a test.
    Except(BTreeSet<String>),
}

impl Grants {
    pub fn has(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.contains(scope),
            Self::Except(scopes) => !scopes.contains(scope),
        }
    }

    /// Any one is enough; an empty list asks for nothing.
    pub fn has_any(&self, scopes: &[String]) -> bool {
        scopes.is_empty() || scopes.iter().any(|s| self.has(s))
    }
}

/// The contact permission range: everything, or these departments (with what is below them), users and groups.
/// Ids are `open_department_id`, `union_id` and `group_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    All,
    Some {
        #[serde(default)]
        departments: BTreeSet<String>,
        #[serde(default)]
        users: BTreeSet<String>,
        #[serde(default)]
        groups: BTreeSet<String>,
    },
}
