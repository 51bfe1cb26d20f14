//! The second credential of helpdesk calls: `X-Lark-Helpdesk-Authorization`, made when a request is sent and never
//! before.
//!
//! Requests and plans name a helpdesk by its id. The client holds a table from ids to the names of environment
//! variables and, where they are set, the tokens; whoever knows manifest and state fills it. Without a token nothing is
//! sent, and the error names the variable.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;

use super::error::Cause;
use super::request::Call;
use crate::base::secret::Secret;

const HEADER: HeaderName = HeaderName::from_static("x-lark-helpdesk-authorization");

/// Where the token of a helpdesk comes from, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskToken {
    /// The environment variable, for messages.
    pub variable: String,
    /// What it holds, if anything.
    pub token: Option<Secret>,
}

/// Tokens by the ids of helpdesks.
#[derive(Debug, Default)]
pub(super) struct Helpdesks(RwLock<BTreeMap<String, DeskToken>>);

impl Helpdesks {
    pub(super) fn know(&self, desks: BTreeMap<String, DeskToken>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(desks);
    }

    /// The environment variable that holds the token of a helpdesk.
    pub(super) fn variable(&self, desk: &str) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(desk).map(|known| known.variable.clone())
    }

    /// The call with the credential of the helpdesk that it is about.
    pub(super) fn sign(&self, call: &Call, desk: &str) -> Result<Call, Cause> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(desk).cloned();
        let Some(DeskToken { variable, token }) = known else {
            return Err(Cause::NoHelpdesk { desk: desk.to_owned(), variable: None });
        };
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Err(Cause::NoHelpdesk { desk: desk.to_owned(), variable: Some(variable) });
        };
        let pair = STANDARD.encode(format!("{desk}:{}", token.expose()));
        Ok(call.signed(HEADER, Secret::from(pair), token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::request::Draft;

    fn call(desk: &str) -> Call {
        let request = Draft::to("GET", "/open-apis/contact/v3/job_levels").desk(desk).read();
        request.expect("request").call().clone()
    }

    fn known(token: Option<&str>) -> Helpdesks {
        let table = Helpdesks::default();
        let token = token.map(Secret::new);
        table.know([("12345".to_owned(), DeskToken { variable: "LARK_IT".to_owned(), token })].into());
        table
    }

    #[test]
    fn the_header_is_the_documented_one_and_debug_shows_nothing_of_it() {
        let signed = known(Some("ht-sometoken")).sign(&call("12345"), "12345").expect("signed");
        let (name, value) = signed.header().expect("header");
        // printf 12345:ht-sometoken | base64
        assert_eq!(
            (name.as_str(), value.expose()),
            ("x-lark-helpdesk-authorization", "MTIzNDU6aHQtc29tZXRva2Vu")
        );
        let shown = format!("{signed:?} {:?}", known(Some("ht-sometoken")));
        assert!(!shown.contains("ht-some") && !shown.contains("MTIz"), "{shown}");
    }

    #[test]
    fn without_a_token_the_error_names_the_variable() {
        let without =
            |table: &Helpdesks, desk: &str| table.sign(&call(desk), desk).expect_err("none").to_string();
        for empty in [None, Some("")] {
            let told = without(&known(empty), "12345");
            assert!(told.contains("12345") && told.contains("LARK_IT"), "{told}");
        }
        assert!(without(&known(None), "999").contains("999"));
    }
}
