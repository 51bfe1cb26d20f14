//! A tenant for one test, asked over HTTP.

pub(crate) mod drafts;
mod login;
pub(crate) mod operator;

use std::path::Path;
use std::sync::Arc;

use larkctl::sandbox::gateway::Engine;
use larkctl::sandbox::server::{Options, Server};
use serde_json::{Value, json};
use tokio::sync::watch;

pub use login::{APP, BACK, Login, OAUTH, SECRET, authorize_url};

/// A running sandbox whose clock stands still until it is stepped.
pub(crate) struct Tenant {
    pub base: String,
    pub engine: Arc<Engine>,
    pub http: reqwest::Client,
    pub token: String,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> i64 {
        self.body["code"].as_i64().unwrap_or(-1)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

pub(crate) const CONTACT: &str = "/open-apis/contact/v3";

pub(crate) fn options() -> Options {
    Options { strict: true, time_scale: 0.0, rate_limits: false, ..Options::default() }
}

impl Tenant {
    /// Strict, in memory, everybody invited stays invited, no rate limits.
    pub(crate) async fn start() -> Self {
        Self::with(options()).await
    }

    pub(crate) async fn in_dir(dir: &Path) -> Self {
        Self::with(Options { data: Some(dir.to_owned()), ..options() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (id, secret) = (options.app_id.clone(), options.secret.clone());
        let server = Server::start(options).await.expect("sandbox starts");
        let base = format!("http://{}", server.address);
        let engine = Arc::clone(&server.engine);
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(server.run(stopping));
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        let mut tenant = Self { base, engine, http, token: String::new(), stop, task };
        tenant.token = tenant.fresh_token(&id, &secret).await;
        tenant
    }

    pub(crate) async fn fresh_token(&self, id: &str, secret: &str) -> String {
        let path = "/open-apis/auth/v3/tenant_access_token/internal";
        let answer = self.send("POST", path, None, Some(json!({ "app_id": id, "app_secret": secret }))).await;
        answer.body["tenant_access_token"].as_str().unwrap_or_default().to_owned()
    }

    /// Sends with any token, or none.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("method");
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request =
                request.header("Content-Type", "application/json; charset=utf-8").body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { None } else { Some(body) };
        self.send(method, path, Some(&self.token), body).await
    }

    /// Must succeed; gives `data`.
    #[track_caller]
    pub(crate) fn ok<'a>(
        &'a self,
        method: &'a str,
        path: &'a str,
        body: Value,
    ) -> impl Future<Output = Value> + use<'a> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.call(method, path, body).await;
            assert_eq!(answer.code(), 0, "{place}: {method} {path} answered {}", answer.text);
            answer.body["data"].clone()
        }
    }

    /// Must be refused with this status and code.
    #[track_caller]
    pub(crate) fn refused<'a>(
        &'a self,
        method: &'a str,
        path: &'a str,
        body: Value,
        status: u16,
        code: i64,
    ) -> impl Future<Output = Answer> + use<'a> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.call(method, path, body).await;
            assert_eq!(
                (answer.status, answer.code()),
                (status, code),
                "{place}: {method} {path} answered {}",
                answer.text
            );
            answer
        }
    }

    pub(crate) async fn act(&self, body: Value) -> Value {
        let answer = self.send("POST", "/_sandbox/act", None, Some(body)).await;
        assert_eq!(answer.status, 200, "act: {}", answer.text);
        answer.body
    }

    pub(crate) async fn settings(&self, body: Value) {
        let answer = self.send("PATCH", "/_sandbox/tenant/settings", None, Some(body)).await;
        assert_eq!(answer.status, 200, "settings: {}", answer.text);
    }

    pub(crate) async fn faults(&self, body: Value) {
        let answer = self.send("POST", "/_sandbox/faults", None, Some(body)).await;
        assert_eq!(answer.status, 200, "faults: {}", answer.text);
    }

    pub(crate) async fn step(&self, seconds: u64) {
        let body = json!({ "step_ms": seconds * 1000 });
        let answer = self.send("POST", "/_sandbox/clock", None, Some(body)).await;
        assert_eq!(answer.status, 200, "clock: {}", answer.text);
    }

    /// The store's own rows, for oracles.
    pub(crate) async fn rows(&self, table: &str) -> Value {
        self.send("GET", "/_sandbox/tenant", None, None).await.body[table].clone()
    }

    /// A department by custom id.
    pub(crate) async fn department(&self, id: &str, parent: &str) {
        let path = format!("{CONTACT}/departments?department_id_type=department_id");
        let body = json!({ "name": id, "department_id": id, "parent_department_id": parent });
        self.ok("POST", &path, body).await;
    }

    /// A person by user_id, in one department, already joined.
    pub(crate) async fn joined(&self, id: &str, department: &str) {
        self.invited(id, department).await;
        self.act(json!({ "action": "join", "user": id })).await;
    }

    pub(crate) async fn invited(&self, id: &str, department: &str) {
        let path = format!("{CONTACT}/users?department_id_type=department_id&user_id_type=user_id");
        self.ok("POST", &path, person(id, department)).await;
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        drop(self.http);
        self.task.await.expect("server stops");
    }
}

/// The body of an invitation; the mobile follows from the id.
pub(crate) fn person(id: &str, department: &str) -> Value {
    let number = id.bytes().fold(7u64, |n, b| (n * 131 + u64::from(b)) % 100_000_000);
    json!({
        "user_id": id,
        "name": id,
        "mobile": format!("+86138{number:08}"),
        "employee_type": 1,
        "department_ids": [department],
    })
}
