//! Turns an outcome into bytes: `{code, msg, data}`, the `error` object, the headers.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Data, Refusal, ScopeFault};
use super::dress::dress;
use crate::base::contract::{Contract, Endpoint};
use crate::sandbox::fault::Effect;
use crate::sandbox::world::{Brand, ErrorShape, Millis, Settings, digest};

/// An HTTP answer, as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The code in the envelope, for the journal.
    pub code: Option<i64>,
}

pub const JSON: &str = "application/json; charset=utf-8";

impl Reply {
    /// What the gateway says to a path or method it does not know.
    pub fn not_found() -> Self {
        Self::plain(404, "404 page not found")
    }

    pub fn plain(status: u16, text: &str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            headers: Vec::new(),
            body: text.as_bytes().to_vec(),
            code: None,
        }
    }

    /// Data that is an answer by itself, without an envelope.
    ///
    /// # Errors
    /// Gives the data back when it needs one.
    pub(super) fn whole(data: Data) -> Result<Self, Data> {
        match data {
            Data::Bare { status, body } => Ok(Self::json(status, &body)),
            Data::Page(html) => {
                Ok(Self { content_type: "text/html; charset=utf-8", ..Self::plain(200, &html) })
            }
            Data::File { content_type, bytes } => {
                Ok(Self { content_type, body: bytes, ..Self::plain(200, "") })
            }
            Data::Redirect(to) => {
                let mut reply = Self::plain(302, "");
                reply.headers.push(("Location".to_owned(), to));
                Ok(reply)
            }
            Data::Nothing | Data::Of(_) | Data::Beside(_) => Err(data),
        }
    }

    pub fn json(status: u16, value: &Value) -> Self {
        Self {
            status,
            content_type: JSON,
            headers: Vec::new(),
            body: value.to_string().into_bytes(),
            code: value.get("code").and_then(Value::as_i64),
        }
    }
}

/// What rendering needs to know beside the outcome.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub contract: &'static Contract,
    pub endpoint: &'static Endpoint,
    pub settings: &'a Settings,
    pub app_id: &'a str,
    pub log_id: &'a str,
    /// Counts answers, so that texts can vary between them.
    pub number: u64,
}

impl Frame<'_> {
    pub(super) fn render(&self, answer: Answer) -> Reply {
        match answer {
            Ok(data) => self.success(data),
            Err(refusal) => self.refusal(&refusal),
        }
    }

    fn success(&self, data: Data) -> Reply {
        let mut map = Map::new();
        map.insert("code".to_owned(), 0.into());
        match data {
            Data::Nothing => {}
            Data::Of(mut value) => {
                dress(self.endpoint, self.settings, &mut value);
                map.insert("data".to_owned(), value);
            }
            Data::Beside(Value::Object(fields)) => map.extend(fields),
            Data::Beside(_) => {}
            whole @ (Data::Bare { .. } | Data::File { .. } | Data::Page(_) | Data::Redirect(_)) => {
                return Reply::whole(whole).unwrap_or_else(|_| Reply::not_found());
            }
        }
        if !map.contains_key("msg") {
            map.insert("msg".to_owned(), self.vary("success").into());
        }
        Reply::json(200, &Value::Object(map))
    }

    fn refusal(&self, refusal: &Refusal) -> Reply {
        let (http, msg) = self.lookup(refusal.code);
        let mut text = refusal.msg.clone().unwrap_or(msg);
        for (name, value) in &refusal.fill {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        if let Some((_, scopes)) = &refusal.scopes {
            text = text.replace("{scopes}", &scopes.join(", "));
            text = format!("{text} {}", self.console_link(scopes));
        }
        let body = json!({
            "code": refusal.code,
            "msg": self.vary(&text),
            "error": self.error_object(refusal, &text),
        });
        let mut reply = Reply::json(refusal.http.unwrap_or(http), &body);
        reply.headers.extend(refusal.headers.iter().map(|(n, v)| ((*n).to_owned(), v.clone())));
        reply
    }

    /// Status and text of a code: the endpoint's page first, then the gateway, then the generic table.
    fn lookup(&self, code: i64) -> (u16, String) {
        if let Some(e) = self.endpoint.error(code) {
            return (e.http, e.msg.clone());
        }
        if let Some(g) = self.contract.gateway(code) {
            return (g.http, g.msg.clone());
        }
        let generic = self.contract.generic(code).first();
        (400, generic.map_or_else(|| "unknown error".to_owned(), |g| g.message.clone()))
    }

    fn error_object(&self, refusal: &Refusal, text: &str) -> Value {
        let guide = self.settings.error_shape == ErrorShape::Guide;
        let troubleshooter = format!(
            "search the log id: {}/search?code={}&log_id={}&method_id={}",
            self.host(),
            refusal.code,
            self.log_id,
            digest(&[&self.endpoint.key()]).get(..16).unwrap_or_default(),
        );
        let mut error = Map::new();
        error.insert((if guide { "logid" } else { "log_id" }).to_owned(), self.log_id.into());
        error.insert("troubleshooter".to_owned(), troubleshooter.into());
        if guide {
            error.insert("message".to_owned(), text.into());
        }
        if !refusal.violations.is_empty() {
            let list = refusal
                .violations
                .iter()
                .map(|v| json!({ "field": v.field, "value": v.value, "description": v.description }));
            error.insert("field_violations".to_owned(), list.collect());
        }
        if let Some((fault, scopes)) = &refusal.scopes {
            let kind = match fault {
                ScopeFault::App => "action_scope_required",
                ScopeFault::Person => "action_privilege_required",
            };
            let link = self.console_link(scopes);
            let list = scopes.iter().map(|scope| {
                if guide {
                    json!({ "scope": scope, "url": link })
                } else {
                    json!({ "type": kind, "subject": scope })
                }
            });
            error.insert("permission_violations".to_owned(), list.collect());
            error.insert("helps".to_owned(), json!([{ "url": link, "description": "grant the scope" }]));
        }
        Value::Object(error)
    }

    fn host(&self) -> &'static str {
        match self.settings.brand {
            Brand::Feishu => "https://open.feishu.cn",
            Brand::Lark => "https://open.larksuite.com",
        }
    }

    fn console_link(&self, scopes: &[String]) -> String {
        format!(
            "{}/app/{}/auth?q={}&op_from=openapi&token_type=tenant",
            self.host(),
            self.app_id,
            scopes.join(",")
        )
    }

    /// Texts are no contract: they change with the day, the brand and the language of the desk that wrote them.
    fn vary(&self, text: &str) -> String {
        if !self.settings.vary_messages {
            return text.to_owned();
        }
        match (self.number % 3, self.settings.brand) {
            (0, _) => text.to_owned(),
            (1, Brand::Feishu) => format!("{text}，请稍后查看文档"),
            (1, Brand::Lark) => format!("{text}; see the documentation"),
            _ => text.to_uppercase(),
        }
    }
}

/// A log id: the time in the platform's zone, then hexadecimal digits.
pub(super) fn log_id(now: Millis, number: u64) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let stamp = jiff::Timestamp::from_millisecond(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let time = stamp.to_zoned(zone).strftime("%Y%m%d%H%M%S").to_string();
    let mut tail = digest(&[&now.to_string(), &number.to_string()]).to_uppercase();
    tail.truncate(20);
    format!("{time}{tail}")
}

/// The answer that a scripted fault gives instead.
pub(super) fn lost_answer(fault: &Effect, log_id: &str) -> Option<Reply> {
    let Effect::Answer { status, code, msg, headers, .. } = fault else { return None };
    let mut reply = match code {
        Some(code) => Reply::json(
            *status,
            &json!({
                "code": code,
                "msg": msg.clone().unwrap_or_else(|| "scripted fault".to_owned()),
                "error": { "log_id": log_id },
            }),
        ),
        None => Reply::plain(*status, msg.as_deref().unwrap_or("scripted fault")),
    };
    reply.headers.extend(headers.iter().cloned());
    Some(reply)
}
