//! Requests as values, built against the contract and sent later.
//!
//! A [`Draft`] names an endpoint and fills its parts; [`Draft::read`] and [`Draft::write`] check it and give a
//! [`ReadRequest`] or a [`WriteRequest`]. Nothing here knows an address, a token or a socket, so verb, path and
//! body are tested as text. A request knows whether it may be repeated when its fate is unknown ([`Repeat`]).
//! A misspelt parameter is found here, not by a server that ignores what it does not know.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;

use crate::base::contract::{Contract, Endpoint, TokenType};
use crate::base::secret::Secret;

/// Everything but RFC 3986's unreserved characters: ids may be mail addresses or base64.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lists and look-ups that the remote spells as POST.
const READING_POSTS: &[&str] = &[
    "/open-apis/calendar/v4/calendars/mget",
    "/open-apis/calendar/v4/calendars/primary",
    "/open-apis/calendar/v4/calendars/primarys",
    "/open-apis/calendar/v4/calendars/search",
    "/open-apis/calendar/v4/freebusy/batch",
    "/open-apis/calendar/v4/freebusy/list",
    "/open-apis/contact/v3/departments/search",
    "/open-apis/contact/v3/users/basic_batch",
    "/open-apis/contact/v3/users/batch_get_id",
    "/open-apis/mail/v1/users/query",
    "/open-apis/meeting_room/room/customization",
    "/open-apis/vc/v1/room_levels/mget",
    "/open-apis/vc/v1/rooms/mget",
    "/open-apis/vc/v1/rooms/search",
];

/// What may not be repeated although its verb says so. Every other PUT, PATCH and DELETE sets a state.
///
/// Two change the id which the path names, so the second answer is "no such thing" and tells nothing about the
/// first. One deletes by place: a second time it would take what moved up.
const NOT_REPEATABLE: [(&str, &str); 3] = [
    ("DELETE", "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id/children/batch_delete"),
    ("PATCH", "/open-apis/contact/v3/departments/:department_id/update_department_id"),
    ("PATCH", "/open-apis/contact/v3/users/:user_id/update_user_id"),
];

/// POSTs that set a state, or of which a second copy is no more than an image that nobody uses.
const REPEATABLE_POSTS: &[&str] = &[
    // A role or an invitation that is there already stays what it is.
    "/open-apis/calendar/v4/calendars/:calendar_id/acls",
    "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees",
    // A subscription that is there already stays what it is.
    "/open-apis/helpdesk/v1/events/subscribe",
    "/open-apis/helpdesk/v1/events/unsubscribe",
    "/open-apis/im/v1/chats/:chat_id/chat_tabs/sort_tabs",
    "/open-apis/im/v1/chats/:chat_id/chat_tabs/update_tabs",
    "/open-apis/im/v1/chats/:chat_id/menu_tree/sort",
    "/open-apis/im/v1/chats/:chat_id/top_notice/delete_top_notice",
    "/open-apis/im/v1/chats/:chat_id/top_notice/put_top_notice",
    "/open-apis/im/v1/images",
    // The second time there is nothing left to delete, which is what was wanted.
    "/open-apis/vc/v1/room_levels/del",
    "/open-apis/vc/v1/scope_config",
];

/// What is known about sending a request a second time after its first fate got lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing.
    Read,
    /// It sets a state: twice is as good as once.
    Idempotent,
    /// The remote recognises it by its key for this long after the first attempt.
    Keyed { window: Duration },
    /// A second copy could do it twice.
    Never,
}

/// A request that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("the contract has no endpoint {0}")]
    NoEndpoint(String),
    #[error("{0} writes, it cannot be sent as a read")]
    Writes(String),
    #[error("{0} reads, it cannot be sent as a write")]
    Reads(String),
    #[error("{endpoint} needs the path parameter {name}")]
    PathMissing { endpoint: String, name: String },
    #[error("{endpoint} has no path parameter {name}")]
    PathUnknown { endpoint: String, name: String },
    /// Empty, `.` and `..` would change which path is meant, however they are encoded.
    #[error("{value:?} cannot stand for {name} in a path")]
    PathValue { name: String, value: String },
    #[error("{endpoint} has no query parameter {name}")]
    QueryUnknown { endpoint: String, name: String },
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    None,
    Json(Value),
    /// JSON text that holds a secret and so cannot be printed.
    Masked(Secret),
    /// `multipart/form-data`.
    Form(Form),
}

/// Texts and one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub texts: Vec<(String, String)>,
    /// The field of the file, and the name that it goes by.
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}

/// The parts of a request, ready to be sent to any base address.
#[derive(Debug, Clone)]
pub struct Call {
    endpoint: &'static Endpoint,
    path: String,
    query: Vec<(String, String)>,
    body: Body,
    identity: Option<TokenType>,
    header: Option<(HeaderName, Secret)>,
    /// The helpdesk whose own credential goes along.
    desk: Option<String>,
    /// What else of it must never be seen.
    hidden: Option<Secret>,
}

/// A request under construction.
#[derive(Debug, Clone)]
#[must_use]
pub struct Draft {
    endpoint: Result<&'static Endpoint, RequestError>,
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Body,
    identity: Option<TokenType>,
    desk: Option<String>,
}

/// A request that changes nothing.
#[derive(Debug, Clone)]
pub struct ReadRequest(Call);

/// A request that changes something, and whether it may be repeated.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    call: Call,
    repeat: Repeat,
}

impl Draft {
    /// Starts a request to the endpoint with this method and path template.
    pub fn to(method: &str, template: &str) -> Self {
        let endpoint = Contract::built_in()
            .ok()
            .and_then(|contract| contract.endpoint(method, template))
            .ok_or_else(|| RequestError::NoEndpoint(format!("{method} {template}")));
        Self { endpoint, ..Self::empty() }
    }

    pub fn new(endpoint: &'static Endpoint) -> Self {
        Self { endpoint: Ok(endpoint), ..Self::empty() }
    }

    fn empty() -> Self {
        Self {
            endpoint: Err(RequestError::NoEndpoint(String::new())),
            path: Vec::new(),
            query: Vec::new(),
            body: Body::None,
            identity: None,
            desk: None,
        }
    }

    /// Fills `:name` of the template.
    pub fn path(mut self, name: &str, value: impl Into<String>) -> Self {
        self.path.push((name.to_owned(), value.into()));
        self
    }

    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a list, as one `name=value` per element: the remote takes neither commas nor brackets.
    pub fn query_list<V: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.query.extend(values.into_iter().map(|value| (name.to_owned(), value.into())));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Makes it a form with these texts and a file.
    pub fn form(mut self, form: Form) -> Self {
        self.body = Body::Form(form);
        self
    }

    /// Sets a JSON text that holds a secret.
    pub(crate) fn masked_body(mut self, body: Secret) -> Self {
        self.body = Body::Masked(body);
        self
    }

    /// Insists on one identity where the endpoint takes several.
    pub fn as_identity(mut self, identity: TokenType) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Says which helpdesk it is about. The client adds that one's own credential when it sends.
    pub fn desk(mut self, id: impl Into<String>) -> Self {
        self.desk = Some(id.into());
        self
    }

    /// Finishes a request that changes nothing.
    ///
    /// # Errors
    /// When the endpoint writes, or a parameter is missing, unknown or unusable.
    pub fn read(self) -> Result<ReadRequest, RequestError> {
        let call = self.check()?;
        if is_read(call.endpoint) { Ok(ReadRequest(call)) } else { Err(RequestError::Writes(call.key())) }
    }

    /// Finishes a request that changes something.
    ///
    /// # Errors
    /// When the endpoint only reads, or a parameter is missing, unknown or unusable.
    pub fn write(self) -> Result<WriteRequest, RequestError> {
        let call = self.check()?;
        if is_read(call.endpoint) {
            return Err(RequestError::Reads(call.key()));
        }
        let repeat = repeat(&call);
        Ok(WriteRequest { call, repeat })
    }

    fn check(self) -> Result<Call, RequestError> {
        let endpoint = self.endpoint?;
        let path = fill(endpoint, &self.path)?;
        if let Some((name, _)) =
            self.query.iter().find(|(name, _)| endpoint.query.iter().all(|q| q.name != *name))
        {
            return Err(RequestError::QueryUnknown { endpoint: endpoint.key(), name: name.clone() });
        }
        let Self { query, body, identity, desk, .. } = self;
        Ok(Call { endpoint, path, query, body, identity, header: None, desk, hidden: None })
    }
}

fn is_read(endpoint: &Endpoint) -> bool {
    endpoint.is_read() || (endpoint.method == "POST" && READING_POSTS.contains(&endpoint.path.as_str()))
}

fn repeat(call: &Call) -> Repeat {
    let endpoint = call.endpoint;
    let fixed = (endpoint.method.as_str(), endpoint.path.as_str());
    let sets = match fixed {
        ("PUT" | "PATCH" | "DELETE", _) => !NOT_REPEATABLE.contains(&fixed),
        (_, path) => REPEATABLE_POSTS.contains(&path),
    };
    if sets {
        return Repeat::Idempotent;
    }
    match &endpoint.idempotency {
        Some(key) if call.query.iter().any(|(name, value)| *name == key.param && !value.is_empty()) => {
            Repeat::Keyed { window: Duration::from_secs(key.window_seconds) }
        }
        _ => Repeat::Never,
    }
}

fn fill(endpoint: &Endpoint, values: &[(String, String)]) -> Result<String, RequestError> {
    let mut path = String::with_capacity(endpoint.path.len());
    let mut used = 0;
    for segment in endpoint.path.split('/').skip(1) {
        path.push('/');
        let Some(name) = segment.strip_prefix(':') else {
            path.push_str(segment);
            continue;
        };
        let (_, value) = values
            .iter()
            .find(|(n, _)| n == name)
            .ok_or_else(|| RequestError::PathMissing { endpoint: endpoint.key(), name: name.to_owned() })?;
        if matches!(value.as_str(), "" | "." | "..") {
            return Err(RequestError::PathValue { name: name.to_owned(), value: value.clone() });
        }
        path.push_str(&encode(value));
        used += 1;
    }
    if used != values.len() {
        let known = |name: &str| endpoint.path.split('/').any(|s| s.strip_prefix(':') == Some(name));
        let name = values.iter().find(|(n, _)| !known(n)).map(|(n, _)| n.clone()).unwrap_or_default();
        return Err(RequestError::PathUnknown { endpoint: endpoint.key(), name });
    }
    Ok(path)
}

fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), RESERVED).to_string()
}

impl Call {
    pub fn endpoint(&self) -> &'static Endpoint {
        self.endpoint
    }

    /// `METHOD template`, the name of the endpoint in logs and messages: it holds no id.
    pub fn key(&self) -> String {
        self.endpoint.key()
    }

    pub fn body(&self) -> &Body {
        &self.body
    }

    pub fn identity(&self) -> Option<TokenType> {
        self.identity
    }

    pub(crate) fn header(&self) -> Option<&(HeaderName, Secret)> {
        self.header.as_ref()
    }

    /// The helpdesk that it is about.
    pub fn desk(&self) -> Option<&str> {
        self.desk.as_deref()
    }

    /// The same with a second credential; `hidden` is masked wherever it turns up, as is the value.
    pub(super) fn signed(&self, name: HeaderName, value: Secret, hidden: Secret) -> Self {
        Self { header: Some((name, value)), hidden: Some(hidden), ..self.clone() }
    }

    pub(super) fn hidden(&self) -> Option<&Secret> {
        self.hidden.as_ref()
    }

    /// Path and query as they go over the wire.
    pub fn target(&self) -> String {
        let mut target = self.path.clone();
        for (i, (name, value)) in self.query.iter().enumerate() {
            let separator = if i == 0 { '?' } else { '&' };
            // Writing to a String cannot fail.
            let _ = write!(target, "{separator}{}={}", encode(name), encode(value));
        }
        target
    }

    pub(crate) fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|(n, _)| n == name)
    }

    /// A bit per conditional rate of the endpoint that this request falls under.
    pub fn conditions(&self) -> u32 {
        let Body::Json(Value::Object(fields)) = &self.body else {
            return 0;
        };
        let bits = self.endpoint.rate_when.iter().take(32).enumerate();
        bits.filter(|(_, rate)| rate.any_of.iter().any(|field| fields.contains_key(field)))
            .fold(0, |mask, (i, _)| mask | 1 << i)
    }
}

impl ReadRequest {
    pub fn call(&self) -> &Call {
        &self.0
    }

    /// The same request with one query parameter replaced.
    pub(crate) fn with_query(&self, name: &str, value: String) -> Self {
        let mut call = self.0.clone();
        call.query.retain(|(n, _)| n != name);
        call.query.push((name.to_owned(), value));
        Self(call)
    }
}

impl WriteRequest {
    pub fn call(&self) -> &Call {
        &self.call
    }

    pub fn repeat(&self) -> Repeat {
        self.repeat
    }
}

#[cfg(test)]
mod tests;
