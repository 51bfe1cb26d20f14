//! What a handler gives back: data, or a refusal by code.
//!
//! A handler names the code alone. Its HTTP status and text come from the contract: the endpoint's own page,
//! else the gateway's table. A code that stands in neither is a mistake of the sandbox, and a test finds it.

use serde_json::Value;

/// The outcome of a call.
pub type Answer = Result<Data, Refusal>;

/// The body of a success.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// No `data` key at all, as many writes answer.
    Nothing,
    /// Under `data`.
    Of(Value),
    /// Beside `code` and `msg`, as token endpoints answer.
    Beside(Value),
    /// The whole body, without an envelope (OAuth, pages).
    Bare { status: u16, body: Value },
    /// A file as it is.
    File { content_type: &'static str, bytes: Vec<u8> },
    /// Sends the browser elsewhere (the OAuth consent page).
    Redirect(String),
    /// A page of HTML, for people.
    Page(String),
}

impl Data {
    pub fn empty() -> Self {
        Self::Of(Value::Object(serde_json::Map::new()))
    }
}

/// A failure, by code.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub code: i64,
    /// Overrides the status of the page.
    pub http: Option<u16>,
    /// Overrides the text of the page.
    pub msg: Option<String>,
    /// Values for the placeholders of the gateway's texts, by name.
    pub fill: Vec<(&'static str, String)>,
    pub violations: Vec<FieldViolation>,
    /// Scopes that are missing, and whether the app or the person lacks them.
    pub scopes: Option<(ScopeFault, Vec<String>)>,
    /// Extra response headers.
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    pub field: String,
    pub value: String,
    pub description: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeFault {
    App,
    Person,
}

/// Refuses with the text and the status that the reference gives for this code.
pub fn refuse(code: i64) -> Refusal {
    Refusal {
        code,
        http: None,
        msg: None,
        fill: Vec::new(),
        violations: Vec::new(),
        scopes: None,
        headers: Vec::new(),
    }
}

impl Refusal {
    #[must_use]
    pub fn msg(mut self, msg: impl Into<String>) -> Self {
        self.msg = Some(msg.into());
        self
    }

    #[must_use]
    pub fn http(mut self, status: u16) -> Self {
        self.http = Some(status);
        self
    }

    #[must_use]
    pub fn fill(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fill.push((name, value.into()));
        self
    }

    /// 99992402, the gateway's word for a malformed request.
    pub fn field(field: impl Into<String>, value: impl Into<String>, why: impl Into<String>) -> Self {
        let mut refusal = refuse(99_992_402);
        refusal.violations.push(FieldViolation {
            field: field.into(),
            value: value.into(),
            description: why.into(),
        });
        refusal
    }
}
