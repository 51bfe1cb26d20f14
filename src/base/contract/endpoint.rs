//! One endpoint: where it is, who may call it, how often, and what its parts look like.

use serde::Deserialize;
use serde_json::Value;

/// One method on one path template.
#[derive(Debug, Clone, Deserialize)]
pub struct Endpoint {
    /// The reference page, relative to the documentation tree.
    pub doc: String,
    pub method: String,
    /// Template with `:name` parameters.
    pub path: String,
    #[serde(default)]
    pub rate: Rate,
    /// Tighter limits that hold only when the body carries certain fields.
    #[serde(default)]
    pub rate_when: Vec<ConditionalRate>,
    #[serde(default)]
    pub app_types: Vec<String>,
    /// Empty: the endpoint is open to anyone (token endpoints).
    #[serde(default)]
    pub tokens: Vec<TokenType>,
    /// Any one of these lets the call through; empty means none is needed.
    #[serde(default)]
    pub scopes_any: Vec<String>,
    #[serde(default)]
    pub path_params: Vec<Field>,
    #[serde(default)]
    pub query: Vec<Field>,
    #[serde(default)]
    pub body: Vec<Field>,
    #[serde(default)]
    pub response: Vec<Field>,
    #[serde(default)]
    pub errors: Vec<ErrorCode>,
    #[serde(default)]
    pub idempotency: Option<Idempotency>,
}

impl Endpoint {
    /// The service that the path belongs to (`contact`, `authen`, `im`, …): half of the key of an error code.
    pub fn service(&self) -> &str {
        self.path.trim_start_matches("/open-apis/").split('/').next().unwrap_or_default()
    }

    /// Whether repeating the request changes nothing more than sending it once.
    pub fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// The row for an error code on this endpoint's page.
    pub fn error(&self, code: i64) -> Option<&ErrorCode> {
        self.errors.iter().find(|e| e.code == code)
    }

    /// `GET /open-apis/…`, as used in keys, logs and messages.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Requests allowed per window; both windows hold at once. Per endpoint, app and tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Rate {
    #[serde(default)]
    pub per_minute: Option<u32>,
    #[serde(default)]
    pub per_second: Option<u32>,
    /// The page says that the limit is special and names no figure.
    #[serde(default)]
    pub special: bool,
    /// The HTTP status of a refusal, where the page names another one than 429.
    #[serde(default)]
    pub status: Option<u16>,
}

/// A limit that applies to requests which carry any of the fields.
#[derive(Debug, Clone, Deserialize)]
pub struct ConditionalRate {
    pub any_of: Vec<String>,
    pub per_second: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum TokenType {
    #[serde(rename = "tenant_access_token")]
    Tenant,
    #[serde(rename = "user_access_token")]
    User,
    #[serde(rename = "app_access_token")]
    App,
}

/// A query parameter that makes a repeated create harmless.
#[derive(Debug, Clone, Deserialize)]
pub struct Idempotency {
    pub param: String,
    pub window_seconds: u64,
    /// The window is our assumption, not the page's word.
    #[serde(default)]
    pub assumed: bool,
    /// More than the parameter decides what a repeat is: the service says it, not the gateway.
    #[serde(default)]
    pub own_rules: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ErrorCode {
    pub http: u16,
    pub code: i64,
    pub msg: String,
}

/// A parameter, or a field of a body or an answer, with everything the page says about it.
#[derive(Debug, Clone, Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: String,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub required_note: Option<String>,
    /// The page's enumeration, spelled as text whatever the type is.
    #[serde(default, rename = "enum")]
    pub allowed: Vec<String>,
    #[serde(default)]
    pub default: Option<Value>,
    #[serde(default)]
    pub min: Option<Number>,
    #[serde(default)]
    pub max: Option<Number>,
    #[serde(default)]
    pub min_len: Option<u64>,
    #[serde(default)]
    pub max_len: Option<u64>,
    #[serde(default)]
    pub regex: Option<String>,
    #[serde(default)]
    pub field_scopes: Vec<String>,
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Has nested fields that the contract leaves out.
    #[serde(default)]
    pub open: bool,
}

/// A bound as the page writes it.
pub type Number = f64;

/// What a type name of the reference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Int,
    Bool,
    Object,
    /// The page gives no usable type.
    Any,
}

impl Field {
    /// A part of a form that holds bytes.
    pub fn is_file(&self) -> bool {
        self.ty == "file"
    }

    /// The element type, and whether the field is a list of it.
    pub fn kind(&self) -> (FieldType, bool) {
        let (base, list) = self.ty.strip_suffix("[]").map_or((self.ty.as_str(), false), |base| (base, true));
        let kind = match base {
            "string" => FieldType::Text,
            "int" | "int64" | "integer" => FieldType::Int,
            "boolean" | "bool" => FieldType::Bool,
            _ if !self.fields.is_empty() => FieldType::Object,
            _ => FieldType::Any,
        };
        (kind, list)
    }
}
