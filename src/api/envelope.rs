//! Bytes, status and headers of an answer → a value or a typed failure.
//!
//! Success is `code == 0`, whatever the HTTP status says; the status only matters when there is no code. `data`
//! may be missing, `null` or `{}`, which all mean nothing. Token endpoints put their fields at the top level, and
//! the contract tells which do. Unknown fields are ignored, odd types are tolerated, and no bytes whatsoever
//! make this module panic: it is fuzzed (platform.md 4.2, 5.4).

use std::time::Duration;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use serde_json::{Map, Value};

use super::limit::Throttle;
use super::refusal::{Refusal, RequestId, clean, integer};
use crate::base::contract::Endpoint;

/// How much of an unexpected answer is quoted.
const QUOTED: usize = 120;

/// Where an endpoint puts its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// In `data`, as nearly everywhere.
    Data,
    /// Beside `code`: token endpoints.
    TopLevel,
}

impl Shape {
    /// Reads the shape off the contract: an endpoint that answers fields but no `data` is top-level.
    pub fn of(endpoint: &Endpoint) -> Self {
        let fields = || endpoint.response.iter().map(|field| field.name.as_str());
        let wrapped =
            fields().any(|name| name == "data") || fields().all(|name| matches!(name, "code" | "msg"));
        if wrapped { Self::Data } else { Self::TopLevel }
    }
}

/// A success.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// `data`, or the whole object of a top-level answer; `Null` means nothing.
    pub value: Value,
    pub request_id: Option<RequestId>,
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Not JSON, or JSON without a code: some gateway or proxy spoke, not the service.
    #[error("HTTP {http} with an answer that is not the API's{}", quote(.excerpt))]
    Foreign { http: u16, excerpt: String, request_id: Option<RequestId> },
    /// The client never follows: a redirect would carry the token to another host.
    #[error("HTTP {http}, a redirect to {to}")]
    Redirected { http: u16, to: String },
}

fn quote(excerpt: &str) -> String {
    if excerpt.is_empty() { String::new() } else { format!(": {excerpt:?}") }
}

/// Decodes one complete answer.
///
/// # Errors
/// The failure that the answer tells of, or that it is no answer of the API.
pub fn decode(http: u16, headers: &HeaderMap, body: &[u8], shape: Shape) -> Result<Answer, Failure> {
    let request_id = request_id(headers);
    if (300..400).contains(&http) {
        let to = header(headers, LOCATION.as_str()).unwrap_or_default();
        // Only the host: the rest may quote parameters.
        let host = to.split(['?', '#']).next().unwrap_or_default();
        return Err(Failure::Redirected { http, to: clean(host, QUOTED) });
    }
    let Ok(Value::Object(mut root)) = serde_json::from_slice::<Value>(body) else {
        return Err(Failure::Foreign { http, excerpt: excerpt(headers, body), request_id });
    };
    let code = root.get("code").and_then(integer);
    match code {
        Some(0) => {
            let value = match shape {
                Shape::Data => root.remove("data").unwrap_or(Value::Null),
                Shape::TopLevel => Value::Object(root),
            };
            Ok(Answer { value, request_id })
        }
        // OAuth successes may come without a code, but never without what was asked for.
        None if shape == Shape::TopLevel && http < 300 && has_token(&root) => {
            Ok(Answer { value: Value::Object(root), request_id })
        }
        Some(code) => {
            Err(Failure::Refused(Box::new(Refusal::read(code, http, &root, request_id, throttle(headers)))))
        }
        None => Err(Failure::Foreign { http, excerpt: excerpt(headers, body), request_id }),
    }
}

fn has_token(root: &Map<String, Value>) -> bool {
    ["access_token", "tenant_access_token", "app_access_token"]
        .iter()
        .any(|name| root.get(*name).is_some_and(Value::is_string))
}

/// The id to quote to the remote's support; the order is the official clients' (platform.md 4.2).
pub(super) fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    ["x-tt-logid", "x-request-id"].iter().find_map(|name| header(headers, name)).and_then(RequestId::new)
}

/// What the headers say about the rate; present on refusals only.
pub fn throttle(headers: &HeaderMap) -> Option<Throttle> {
    let seconds = |name: &str| {
        let text = header(headers, name)?;
        let value: f64 = text.trim().parse().ok()?;
        Duration::try_from_secs_f64(value).ok()
    };
    let limit = header(headers, "x-ogw-ratelimit-limit").and_then(|text| text.trim().parse().ok());
    let reset = seconds("x-ogw-ratelimit-reset");
    (reset.is_some() || limit.is_some()).then_some(Throttle { reset, limit })
}

/// The standard's header, which a proxy in between may send.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    header(headers, RETRY_AFTER.as_str())?.trim().parse().ok().map(Duration::from_secs)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn excerpt(headers: &HeaderMap, body: &[u8]) -> String {
    let kind = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let text = |kind: &str| ["text/", "json", "xml", "html"].iter().any(|part| kind.contains(part));
    if !kind.is_empty() && !text(kind) {
        return clean(kind, QUOTED);
    }
    let start = body.get(..QUOTED * 4).unwrap_or(body);
    clean(String::from_utf8_lossy(start).trim(), QUOTED)
}

#[cfg(test)]
pub(crate) mod tests;
