//! How OAuth endpoints fail: `{code, error, error_description}`, no `msg`, no `data`.

use serde_json::json;

use super::TOKEN;
use crate::base::contract::Contract;
use crate::sandbox::gateway::Data;

/// A failure of an OAuth endpoint or of a person's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub status: u16,
    /// None where no number is known: the device flow's four states are only known by name.
    pub code: Option<i64>,
    pub error: &'static str,
    pub description: String,
}

/// A failure by its number. Status and text are those of the token endpoint's page.
pub(super) fn fault(code: i64) -> Fault {
    let row = Contract::built_in().ok().and_then(|c| c.endpoint("POST", TOKEN)).and_then(|e| e.error(code));
    let (status, description) = row.map_or_else(
        || {
            // The authorize page's own numbers, as people report them from its screen.
            let text = match code {
                20_027 => "The app has not enabled some of the requested scopes.",
                20_029 => "The redirect_uri is invalid.",
                20_043 => "The provided scope list contains invalid or malformed scopes.",
                _ => "The request is invalid.",
            };
            (400, text.to_owned())
        },
        |row| (row.http, row.msg.clone()),
    );
    Fault { status, code: Some(code), error: name(code), description }
}

/// A state of the device flow (RFC 8628, section 3.5).
pub(super) fn device_fault(error: &'static str, description: &str) -> Fault {
    Fault { status: 400, code: None, error, description: description.to_owned() }
}

impl Fault {
    pub(super) fn about(mut self, detail: &str) -> Self {
        self.description = format!("{} {detail}", self.description);
        self
    }

    pub(super) fn into_data(self) -> Data {
        let mut body = json!({ "error": self.error, "error_description": self.description });
        if let Some(code) = self.code {
            body["code"] = json!(code);
        }
        Data::Bare { status: self.status, body }
    }
}

/// The RFC 6749 word for a code. Only 20026 (`invalid_grant`) and 20050 (`server_error`) are shown by the
/// reference; the others follow the RFC.
fn name(code: i64) -> &'static str {
    match code {
        20_002 | 20_048 => "invalid_client",
        20_009 | 20_010 | 20_069 | 20_074 => "unauthorized_client",
        20_027 | 20_043 | 20_067 | 20_068 => "invalid_scope",
        20_036 => "unsupported_grant_type",
        20_050 => "server_error",
        20_072 => "temporarily_unavailable",
        20_001 | 20_029 | 20_063 | 20_070 => "invalid_request",
        _ => "invalid_grant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn item_14_status_and_text_come_from_the_page() {
        for (code, status, error) in [
            (20_026, 400, "invalid_grant"),
            (20_050, 500, "server_error"),
            (20_072, 503, "temporarily_unavailable"),
        ] {
            let Data::Bare { status: got, body } = fault(code).into_data() else { panic!("not bare") };
            assert_eq!(got, status);
            assert_eq!((body["code"].as_i64(), body["error"].as_str()), (Some(code), Some(error)));
            assert!(body["error_description"].as_str().is_some_and(|d| !d.is_empty()));
            assert!(body.get("msg").is_none() && body.get("data").is_none());
        }
    }
}
