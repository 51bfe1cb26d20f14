//! The parameters of a token request, out of whatever the client sent.
//!
//! The page asks for JSON; it also points to standard OAuth libraries, and the official command line sends forms:
//! both are read. A parameter without a value counts as left out (RFC 6749, 3.2), one that comes twice as malformed.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::fault::{Fault, fault};

/// Parameters by name. Secrets are among them, so Debug shows the names alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Params(BTreeMap<String, String>);

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// # Errors
    /// 20001 when it is not there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| fault(20_001).about(name))
    }

    pub(super) fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Fault> {
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            if params.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(fault(20_063).about(&format!("{name} is given twice.")));
            }
        }
        params.retain(|_, value: &mut String| !value.is_empty());
        Ok(Self(params))
    }

    pub(super) fn of_value(body: &Value) -> Result<Self, Fault> {
        let object = body.as_object().ok_or_else(|| fault(20_063).about("The body is not an object."))?;
        let mut params = BTreeMap::new();
        for (name, value) in object {
            match value {
                Value::String(text) if text.is_empty() => {}
                Value::Null => {}
                Value::String(text) => {
                    params.insert(name.clone(), text.clone());
                }
                // Unknown fields are ignored, whatever they hold; the known ones are all texts.
                _ if !KNOWN.contains(&name.as_str()) => {}
                _ => return Err(fault(20_063).about(&format!("{name} is not a string."))),
            }
        }
        Ok(Self(params))
    }

    pub(super) fn of_body(content_type: Option<&str>, body: &[u8]) -> Result<Self, Fault> {
        let media = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let text = std::str::from_utf8(body).map_err(|_| fault(20_063))?;
        if media.eq_ignore_ascii_case("application/json") {
            Self::of_value(&serde_json::from_str(text).map_err(|_| fault(20_063))?)
        } else if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Self::of_form(text)
        } else {
            Err(fault(20_063).about("The content type is not supported."))
        }
    }

    pub(super) fn of_form(text: &str) -> Result<Self, Fault> {
        let pairs = pairs(text).ok_or_else(|| fault(20_063))?;
        Self::of_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

const KNOWN: [&str; 9] = [
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "scope",
    "refresh_token",
    "device_code",
];

/// Decoded pairs of a form or a query; none when they are not UTF-8.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Id and secret of an HTTP Basic header. Another scheme is no client authentication.
pub(super) fn basic(header: &str) -> Option<Result<(String, String), Fault>> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let open = || {
        let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    };
    Some(open().ok_or_else(|| fault(20_063)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: Option<&str> = Some("application/json; charset=utf-8");
    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    #[test]
    fn json_and_forms_read_alike() {
        let json = Params::of_body(JSON, br#"{"scope":"a b","code":"","x":7}"#).expect("json");
        let form = Params::of_body(FORM, b"scope=a+b&code=").expect("form");
        assert_eq!(json, form);
        assert_eq!(form.get("scope"), Some("a b"));
    }

    #[test]
    fn what_cannot_be_read_is_malformed() {
        for (kind, body) in [
            (JSON, &b"[]"[..]),
            (JSON, b"{"),
            (JSON, b"\xff"),
            (JSON, br#"{"code":1}"#),
            (FORM, b"code=1&code=2"),
            (FORM, b"code=%ff"),
            (None, b"{}"),
            (Some("text/plain"), b"{}"),
        ] {
            assert_eq!(Params::of_body(kind, body).expect_err("malformed").code, Some(20_063));
        }
    }

    #[test]
    fn debug_shows_names_only() {
        let params = Params::of_form("client_secret=hush").expect("form");
        assert_eq!(format!("{params:?}"), "{\"client_secret\"}");
    }

    proptest! {
        #[test]
        fn no_body_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..200), json: bool) {
            let _ = Params::of_body(if json { JSON } else { FORM }, &body);
        }

        #[test]
        fn no_header_makes_the_parser_panic(header in "(Basic |Bearer )?\\PC{0,40}") {
            let _ = basic(&header);
        }

        #[test]
        fn basic_reads_what_was_written(id in "[a-z_0-9]{1,20}", secret in "\\PC{0,20}") {
            let header = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
            prop_assert_eq!(basic(&header), Some(Ok((id, secret))));
        }
    }
}
