//! The generic error table and the gateway's own answers.

use std::collections::HashMap;

use super::load::ContractError;

/// What a code asks the caller to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Transient: back off and try again.
    Retry,
    /// Internal error where one more try is worth it.
    RetryOnce,
    /// Throttled: wait as told.
    Rate,
    /// The access token is bad, expired or of the wrong kind.
    Token,
    /// A person must authorise again.
    Login,
    /// A scope, role, data range or address is not allowed.
    Permission,
    /// App, tenant or feature state: nothing more can work in this run.
    Fatal,
    /// A hard limit.
    Quota,
    /// The thing is not there.
    Absent,
    /// It is there already.
    Exists,
    /// The target is in a state that forbids it.
    State,
    /// A bad value.
    User,
    /// A malformed request: our fault.
    Bug,
    /// Cannot occur for this kind of client.
    NotApplicable,
}

impl Class {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "retry" => Self::Retry,
            "retry1" => Self::RetryOnce,
            "rate" => Self::Rate,
            "token" => Self::Token,
            "login" => Self::Login,
            "perm" => Self::Permission,
            "fatal" => Self::Fatal,
            "quota" => Self::Quota,
            "absent" => Self::Absent,
            "exists" => Self::Exists,
            "state" => Self::State,
            "user" => Self::User,
            "bug" => Self::Bug,
            "n/a" => Self::NotApplicable,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone)]
pub struct GenericCode {
    pub code: i64,
    pub class: Class,
    pub message: String,
    pub note: String,
}

#[derive(Debug, Clone)]
pub struct GatewayCode {
    pub http: u16,
    pub code: i64,
    /// May hold placeholders in braces.
    pub msg: String,
}

#[derive(Debug, Default)]
pub(super) struct Codes {
    generic: HashMap<i64, Vec<GenericCode>>,
    gateway: HashMap<i64, GatewayCode>,
}

impl Codes {
    pub(super) fn parse(generic: &str, gateway: &str) -> Result<Self, ContractError> {
        let mut codes = Self::default();
        for (line, row) in rows(generic) {
            let bad = || ContractError::Row { file: "codes.tsv", line };
            let [code, class, message, note] = row[..] else {
                return Err(bad());
            };
            let code: i64 = code.parse().map_err(|_| bad())?;
            codes.generic.entry(code).or_default().push(GenericCode {
                code,
                class: Class::parse(class).ok_or_else(bad)?,
                message: message.to_owned(),
                note: note.to_owned(),
            });
        }
        for (line, row) in rows(gateway) {
            let bad = || ContractError::Row { file: "gateway.tsv", line };
            let [http, code, msg] = row[..] else {
                return Err(bad());
            };
            let code: i64 = code.parse().map_err(|_| bad())?;
            let http = http.parse().map_err(|_| bad())?;
            codes.gateway.insert(code, GatewayCode { http, code, msg: msg.to_owned() });
        }
        Ok(codes)
    }

    pub(super) fn generic(&self, code: i64) -> &[GenericCode] {
        self.generic.get(&code).map_or(&[], Vec::as_slice)
    }

    pub(super) fn gateway(&self, code: i64) -> Option<&GatewayCode> {
        self.gateway.get(&code)
    }
}

fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.is_empty())
        .map(|(i, line)| (i + 1, line.split('\t').collect()))
}
