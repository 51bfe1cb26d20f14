//! A request off the wire, and its parts decoded.

use serde_json::Value;

use super::answer::{FieldViolation, Refusal, refuse};
use super::call::Raw;
use super::multipart::{self, FilePart};

/// A request, read off the wire.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    pub method: String,
    /// As sent, percent-encoded.
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    /// The helpdesk's own credential, as sent.
    pub helpdesk: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    pub peer: String,
    /// The `Host` header: where this server's own pages are, as the client sees it.
    pub host: Option<String>,
}

impl Incoming {
    /// For the login service, which judges what was sent by rules of its own. `path` is the path without its
    /// trailing slash, `origin` where this server's pages are.
    pub(super) fn raw<'a>(&'a self, path: &'a str, origin: &'a str) -> Raw<'a> {
        Raw {
            method: &self.method,
            path,
            query: &self.query,
            authorization: self.authorization.as_deref(),
            content_type: self.content_type.as_deref(),
            body: &self.body,
            origin,
        }
    }

    /// Where the pages of this server are, as the client sees it.
    pub(super) fn origin(&self) -> String {
        self.host.as_ref().map(|host| format!("http://{host}")).unwrap_or_default()
    }
}

/// A request after routing, with its parts decoded.
pub(super) struct Parsed {
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Result<Value, Refusal>,
    pub(super) files: Vec<FilePart>,
}

/// `is_file` knows the parts of a form that are files by the endpoint's contract.
pub(super) fn parse(request: &Incoming, is_file: impl Fn(&str) -> bool) -> Parsed {
    let query = form_pairs(&request.query);
    let mut files = Vec::new();
    let boundary = request.content_type.as_deref().and_then(multipart::boundary);
    let body = if request.body.is_empty() {
        Ok(Value::Null)
    } else if let Some(boundary) = boundary {
        multipart::read(&request.body, &boundary, is_file).map(|form| {
            files = form.files;
            form.body
        })
    } else if request
        .content_type
        .as_deref()
        .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"))
    {
        let text = String::from_utf8_lossy(&request.body);
        Ok(Value::Object(form_pairs(&text).into_iter().map(|(n, v)| (n, Value::from(v))).collect()))
    } else {
        serde_json::from_slice(&request.body).map_err(|e| Refusal {
            violations: vec![FieldViolation {
                field: "body".to_owned(),
                value: String::new(),
                description: format!("not JSON: {e}"),
            }],
            ..refuse(9_499)
        })
    };
    Parsed { query, body, files }
}

/// Decodes `a=1&b=2`; what is not UTF-8 is replaced, and then found wrong by whoever reads it.
pub(crate) fn form_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        let part = part.replace('+', " ");
        percent_encoding::percent_decode_str(&part).decode_utf8_lossy().into_owned()
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}
