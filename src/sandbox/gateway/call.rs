//! A request that passed the gateway: routed, authenticated, allowed, counted and well formed.

use std::fmt;

use serde_json::Value;

use super::answer::{Answer, Data, Refusal, refuse};
use super::multipart::FilePart;
use super::page::Page;
use crate::base::contract::{Endpoint, TokenType};
use crate::sandbox::fault::PageTrick;
use crate::sandbox::world::{Grants, World};

/// A handler's view of a request.
#[derive(Debug)]
pub struct Call<'a> {
    pub endpoint: &'static Endpoint,
    pub path: &'a [(String, String)],
    /// Decoded pairs, in order; only parameters that the contract knows (others are refused or dropped before).
    pub query: &'a [(String, String)],
    pub body: &'a Value,
    /// What a form carries besides its texts.
    pub files: &'a [FilePart],
    /// The helpdesk's own credential, as sent.
    pub helpdesk: Option<&'a str>,
    pub caller: Caller,
    /// The grants of the identity that calls.
    pub grants: Grants,
    /// Trouble that a list must make with its page.
    pub trick: Option<PageTrick>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub app_id: String,
    pub identity: Identity,
}

/// As whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Nobody yet: endpoints that take no token.
    Anonymous,
    Tenant,
    /// The user's row key.
    User(u64),
}

impl Identity {
    pub fn token_type(self) -> Option<TokenType> {
        match self {
            Self::Anonymous => None,
            Self::Tenant => Some(TokenType::Tenant),
            Self::User(_) => Some(TokenType::User),
        }
    }
}

impl Call<'_> {
    /// A path parameter; the route guarantees that it is there.
    pub fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// A query parameter, or the default that its page documents.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).or_else(|| {
            let field = self.endpoint.query.iter().find(|f| f.name == name)?;
            field.default.as_ref().and_then(Value::as_str)
        })
    }

    /// All values of a repeated query parameter.
    pub fn query_all(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    /// `true` only when the parameter says so.
    pub fn query_bool(&self, name: &str) -> bool {
        matches!(self.query(name), Some("true" | "True"))
    }

    /// The id type asked for people: `open_id`, `union_id` or `user_id`.
    pub fn user_id_type(&self) -> &str {
        self.query("user_id_type").unwrap_or("open_id")
    }

    /// The id type asked for departments: `open_department_id` or `department_id`.
    pub fn department_id_type(&self) -> &str {
        self.query("department_id_type").unwrap_or("open_department_id")
    }

    /// A text field of the body; absent and null are the same.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// A text field that "empty means not modified" applies to.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|t| !t.is_empty())
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        self.body.get(name).and_then(Value::as_i64)
    }

    pub fn bool(&self, name: &str) -> Option<bool> {
        self.body.get(name).and_then(Value::as_bool)
    }

    /// A list field of the body; `None` when absent, so that `[]` can mean "clear".
    pub fn list(&self, name: &str) -> Option<&Vec<Value>> {
        self.body.get(name).and_then(Value::as_array)
    }

    /// A list of texts; elements of another type were refused by validation.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.list(name)?.iter().filter_map(Value::as_str).collect())
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.grants.has(scope)
    }

    /// The page asked for. The gateway has already refused bad sizes and foreign tokens.
    ///
    /// # Errors
    /// `bad_size` for a page size out of the contract's bounds, `bad_token` for a token that is not of this query.
    pub fn page(&self, bad_size: i64, bad_token: i64) -> Result<Page, Refusal> {
        Page::of(self, || refuse(bad_size), || refuse(bad_token))
    }
}

/// A handler that only looks.
pub type Read = fn(&World, &Call<'_>) -> Answer;
/// A handler that may change the tenant. It checks everything before it changes anything.
pub type Write = fn(&mut World, &Call<'_>) -> Answer;

/// A handler that judges the request itself, by other rules than the gateway's (OAuth).
pub type Unjudged = fn(&mut World, &Raw<'_>) -> Answer;

#[derive(Debug, Clone, Copy)]
pub enum Handler {
    Read(Read),
    Write(Write),
    Raw(Unjudged),
}

/// A request as it came in.
#[derive(Clone, Copy)]
pub struct Raw<'a> {
    pub method: &'a str,
    /// The template of the route.
    pub path: &'a str,
    /// Without the question mark, not decoded.
    pub query: &'a str,
    pub authorization: Option<&'a str>,
    pub content_type: Option<&'a str>,
    pub body: &'a [u8],
    /// `http://127.0.0.1:8080`: where the pages of this server are. Empty: the real accounts host is named.
    pub origin: &'a str,
}

impl fmt::Debug for Raw<'_> {
    /// Header and body hold secrets, the query may hold codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} {})", self.method, self.path)
    }
}

/// Binds a handler to an endpoint of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub handler: Handler,
    /// Changes the department tree under the tenant-wide lock; the code to answer when it is taken.
    pub locks: Option<(Lock, i64)>,
    /// Takes the update lock of the object in its path; the code to answer when it is taken.
    pub updates: Option<i64>,
}

/// Tenant-wide locks; two writes that overlap under the same lock cannot both win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lock {
    Structure,
    JobFamilies,
    JobLevels,
}

impl Route {
    pub const fn read(method: &'static str, path: &'static str, handler: Read) -> Self {
        Self { method, path, handler: Handler::Read(handler), locks: None, updates: None }
    }

    pub const fn write(method: &'static str, path: &'static str, handler: Write) -> Self {
        Self { method, path, handler: Handler::Write(handler), locks: None, updates: None }
    }

    pub const fn raw(method: &'static str, path: &'static str, handler: Unjudged) -> Self {
        Self { method, path, handler: Handler::Raw(handler), locks: None, updates: None }
    }

    /// Takes a tenant-wide lock while it runs, or answers `code`.
    #[must_use]
    pub const fn locking(mut self, lock: Lock, code: i64) -> Self {
        self.locks = Some((lock, code));
        self
    }

    /// Takes the update lock of the object in its path while it runs, or answers `code`.
    #[must_use]
    pub const fn updating(mut self, code: i64) -> Self {
        self.updates = Some(code);
        self
    }
}

/// The data of a write that answers with one object under a name.
pub fn one(name: &str, value: Value) -> Data {
    let mut map = serde_json::Map::new();
    map.insert(name.to_owned(), value);
    Data::Of(Value::Object(map))
}
