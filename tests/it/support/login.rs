//! People who log in: consent by the control plane, then the token endpoint.

use serde_json::{Value, json};

use super::{Answer, Tenant};

pub const APP: &str = "cli_sandbox";
pub const SECRET: &str = "sandbox-secret";
pub const OAUTH: &str = "/open-apis/authen/v2/oauth/token";
pub const BACK: &str = "http://localhost:7777/back";

/// A person's tokens.
#[derive(Debug, Clone)]
pub struct Login {
    pub access: String,
    pub refresh: String,
    pub body: Value,
}

impl Login {
    pub fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token"), body: body.clone() }
    }
}

/// The address that an app sends a person to.
pub fn authorize_url(scope: &str, more: &str) -> String {
    let scope = scope.replace(' ', "%20").replace(':', "%3A");
    format!(
        "/open-apis/authen/v1/authorize?client_id={APP}&response_type=code\
         &redirect_uri=http%3A%2F%2Flocalhost%3A7777%2Fback&scope={scope}&state=s1{more}"
    )
}

impl Tenant {
    /// A person agrees; gives the code.
    pub async fn code(&self, user: &str, scope: &str) -> String {
        let act = json!({ "action": "consent", "url": authorize_url(scope, ""), "user": user });
        let location = self.act(act).await["location"].as_str().expect("location").to_owned();
        let query = location.split_once('?').expect("query").1.to_owned();
        let code = query.split('&').find_map(|p| p.strip_prefix("code=")).expect("code");
        code.to_owned()
    }

    /// Asks the token endpoint, with the app's credentials unless the body names others.
    pub async fn oauth(&self, mut body: Value) -> Answer {
        let fields = body.as_object_mut().expect("object");
        fields.entry("client_id").or_insert(json!(APP));
        fields.entry("client_secret").or_insert(json!(SECRET));
        self.send("POST", OAUTH, None, Some(body)).await
    }

    /// A whole login.
    pub async fn login(&self, user: &str, scope: &str) -> Login {
        let code = self.code(user, scope).await;
        let answer = self.oauth(json!({ "grant_type": "authorization_code", "code": code })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Login::of(&answer.body)
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.oauth(json!({ "grant_type": "refresh_token", "refresh_token": token })).await
    }

    /// A second app of the same tenant; gives its token.
    pub async fn second_app(&self) -> String {
        self.act(json!({ "action": "app", "app_id": "cli_second", "set": { "secret": "two" } })).await;
        self.fresh_token("cli_second", "two").await
    }

    /// Takes a new token of the first app, after time has passed.
    pub async fn renew(&mut self) {
        self.token = self.fresh_token(APP, SECRET).await;
    }
}
