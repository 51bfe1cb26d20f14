//! The person that the tests' client is where a call takes one: somebody whom no manifest knows, who administers every
//! helpdesk that a test declares. They are hired when the first call needs them.

use std::sync::{Arc, Mutex};

use larkctl::api::ApiError;
use larkctl::api::auth::{Later, Tokens};
use larkctl::api::helpdesk::DeskToken;
use larkctl::base::secret::Secret;
use larkctl::model::DeskKey;
use serde_json::{Value, json};

use super::{APP, OAUTH, SECRET, authorize_url, person};

/// Their user_id.
pub(crate) const OPERATOR: &str = "desk-operator";

/// Faults may strike a login as anything else; people try again.
const TRIES: usize = 60;

/// Logs in as that person and gives their token.
#[derive(Debug)]
pub(crate) struct Operator {
    base: String,
    http: reqwest::Client,
    held: Mutex<Option<Secret>>,
}

impl Operator {
    pub(crate) fn new(base: &str) -> Arc<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        Arc::new(Self { base: base.to_owned(), http, held: Mutex::default() })
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.base));
        let request =
            request.header("Content-Type", "application/json; charset=utf-8").body(body.to_string());
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        let Ok(response) = request.send().await else { return Value::Null };
        let text = response.text().await.unwrap_or_default();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Makes sure that they work here. They stand in the root department and nobody's manifest.
    pub(crate) async fn hire(&self) {
        for _ in 0..TRIES {
            let path = "/open-apis/auth/v3/tenant_access_token/internal";
            let app = json!({ "app_id": APP, "app_secret": SECRET });
            let token = self.post(path, None, &app).await;
            let Some(token) = token["tenant_access_token"].as_str() else { continue };
            let path = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";
            self.post(path, Some(token), &person(OPERATOR, "0")).await;
            let joined =
                self.post("/_sandbox/act", None, &json!({ "action": "join", "user": OPERATOR })).await;
            if joined["ok"] == true {
                return;
            }
        }
        panic!("the operator could not be hired");
    }

    /// Makes the helpdesk where there is none, with them as its administrator; gives its token.
    pub(crate) async fn serve(&self, desk: &str) -> Secret {
        let act = json!({ "action": "helpdesk", "helpdesk_id": desk, "admins": [OPERATOR] });
        let made = self.post("/_sandbox/act", None, &act).await;
        Secret::new(made["token"].as_str().unwrap_or_else(|| panic!("no desk {desk}: {made}")))
    }

    /// What the console shows of these helpdesks, for the client.
    pub(crate) async fn tokens(&self, keys: Vec<DeskKey>) -> Vec<(String, DeskToken)> {
        if !keys.is_empty() {
            self.hire().await;
        }
        let mut tokens = Vec::new();
        for DeskKey { desk, variable } in keys {
            let token = Some(self.serve(&desk).await);
            tokens.push((desk, DeskToken { variable, token }));
        }
        tokens
    }

    /// A whole login.
    pub(crate) async fn login(&self) -> Secret {
        for _ in 0..TRIES {
            let url = authorize_url("helpdesk:all offline_access", "");
            let act = json!({ "action": "consent", "url": url, "user": OPERATOR });
            let location =
                self.post("/_sandbox/act", None, &act).await["location"].as_str().map(str::to_owned);
            let code = location.as_deref().and_then(|l| l.split_once('?')).and_then(|(_, query)| {
                query.split('&').find_map(|part| part.strip_prefix("code=")).map(str::to_owned)
            });
            let Some(code) = code else { continue };
            let body = json!({
                "grant_type": "authorization_code", "code": code, "client_id": APP, "client_secret": SECRET,
            });
            if let Some(token) = self.post(OAUTH, None, &body).await["access_token"].as_str() {
                return Secret::new(token);
            }
        }
        panic!("the operator could not log in");
    }
}

impl Tokens for Operator {
    fn token(&self) -> Later<'_, Result<Secret, ApiError>> {
        Box::pin(async move {
            let held = self.held.lock().expect("lock").clone();
            if let Some(held) = held {
                return Ok(held);
            }
            self.hire().await;
            let token = self.login().await;
            *self.held.lock().expect("lock") = Some(token.clone());
            Ok(token)
        })
    }

    fn doubt(&self, refused: &Secret) {
        let mut held = self.held.lock().expect("lock");
        if held.as_ref() == Some(refused) {
            *held = None;
        }
    }
}
