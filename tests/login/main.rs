//! A person's login over real HTTP against the sandbox: both flows, renewal, storage, and the real program.
//!
//! The tenant's clock stands still and the login reads that same clock; waiting steps it. No test sleeps.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking too")]
#![allow(
    unreachable_pub,
    missing_debug_implementations,
    clippy::needless_pass_by_value,
    reason = "support is written like a small library"
)]

#[cfg(test)]
mod apply;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod device;
#[cfg(test)]
mod log;
#[cfg(test)]
mod program;
#[cfg(test)]
mod renew;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod stored;
#[cfg(test)]
#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the other binary, which uses the rest")]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use larkctl::api::auth::{Later, Tokens};
use larkctl::api::client::{AppCredentials, Client, Settings};
use larkctl::api::oauth::OAuth;
use larkctl::api::pace::Pace;
use larkctl::api::request::Draft;
use larkctl::api::transport::ProxyChoice;
use larkctl::base::secret::Secret;
use larkctl::login::{Clock, Keys, Login, Person, Setup, Vault, wanted};
use larkctl::sandbox::gateway::Engine;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use support::{APP, OAUTH, SECRET, Tenant};

pub const KEY: &str = "a-key-of-the-tests-with-enough-letters";
pub const ALICE: &str = "alice";

/// The tenant's clock, which a waiting login steps.
#[derive(Debug)]
pub struct Stepped(pub Arc<Engine>);

impl Clock for Stepped {
    fn now(&self) -> i64 {
        self.0.clock.now() / 1000
    }

    fn wait(&self, span: Duration) -> Later<'_, ()> {
        self.0.clock.step(span);
        Box::pin(std::future::ready(()))
    }
}

/// A clock that has stopped.
#[derive(Debug)]
pub struct Stopped(pub i64);

impl Clock for Stopped {
    fn now(&self) -> i64 {
        self.0
    }

    fn wait(&self, _: Duration) -> Later<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A tenant in which Alice can log in, and a folder for her login.
pub(crate) struct Stage {
    pub tenant: Tenant,
    pub dir: tempfile::TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        let tenant = Tenant::start().await;
        tenant.department("eng", "0").await;
        tenant.joined(ALICE, "eng").await;
        Self { tenant, dir: tempfile::tempdir().expect("dir") }
    }

    pub fn oauth(&self) -> OAuth {
        oauth(&self.tenant.base)
    }

    pub fn clock(&self) -> Stepped {
        Stepped(Arc::clone(&self.tenant.engine))
    }

    pub fn vault(&self, key: &str) -> Vault {
        vault(self.dir.path(), key)
    }

    /// What one process knows of the login.
    pub fn person(&self) -> Arc<Person> {
        self.person_with(self.vault(KEY), None)
    }

    pub fn person_at(&self, clock: impl Clock + 'static) -> Arc<Person> {
        let (oauth, vault, command) = (self.oauth(), self.vault(KEY), "larkctl login".to_owned());
        Person::new(Setup { oauth, vault, clock: Arc::new(clock), command, begin: None })
    }

    pub fn person_with(&self, vault: Vault, begin: Option<&str>) -> Arc<Person> {
        Person::new(Setup {
            oauth: self.oauth(),
            vault,
            clock: Arc::new(self.clock()),
            command: "larkctl login".to_owned(),
            begin: begin.map(Secret::new),
        })
    }

    /// Alice has logged in, and it is on the disk.
    pub async fn logged_in(&self) -> Login {
        let scopes = wanted(["helpdesk:all"]).expect("scopes");
        let scope = scopes.iter().cloned().collect::<Vec<_>>().join(" ");
        let pair = self.tenant.login(ALICE, &scope).await;
        let grant = larkctl::api::oauth::Grant {
            access: Secret::new(pair.access.as_str()),
            life: 7_200,
            refresh: Some(larkctl::api::oauth::Renewal {
                token: Secret::new(pair.refresh.as_str()),
                life: 604_800,
            }),
            scopes: scopes.clone(),
        };
        let login = Login::new(&grant, scopes, self.clock().now());
        self.person().keep(&login).await.expect("kept");
        login
    }

    /// A client of the app that acts for Alice where it must.
    pub fn client(&self, person: &Arc<Person>) -> Client {
        let mut settings =
            Settings::new(self.tenant.base.parse().expect("base")).with_app(APP, Secret::new(SECRET));
        settings.user = Some(Arc::clone(person) as Arc<dyn Tokens>);
        settings.pace = Pace::new(10_000.0).expect("pace");
        settings.proxy = ProxyChoice::Off;
        Client::new(settings).expect("client")
    }

    /// How often the token endpoint was asked, and with what result.
    pub async fn asked(&self) -> Vec<u64> {
        let report = self.tenant.send("GET", "/_sandbox/requests?last=5000", None, None).await.body;
        let entries = report["requests"].as_array().expect("requests").clone();
        let asked = entries.iter().filter(|entry| entry["path"] == OAUTH);
        asked.map(|entry| entry["status"].as_u64().unwrap_or(0)).collect()
    }

    pub async fn trouble(&self, effect: Value, times: u64) {
        let rule = json!({ "endpoint": format!("POST {OAUTH}"), "effect": effect, "times": times });
        self.tenant.faults(rule).await;
    }

    /// What the person's browser does on the platform's page; gives the page that it ends on.
    pub async fn decides(&self, page: &str, decision: &str) -> (u16, String) {
        let shown = self.tenant.http.get(page).send().await.expect("the page");
        assert_eq!(shown.status().as_u16(), 200, "{page}");
        let query = page.split_once('?').expect("a query").1;
        let back = self.post(query, decision).await;
        (back.status().as_u16(), back.text().await.expect("text"))
    }

    async fn post(&self, consent: &str, decision: &str) -> reqwest::Response {
        let field = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let body = format!("consent={}&user_id={ALICE}&decision={decision}", field(consent));
        let request = self.tenant.http.post(format!("{}/_sandbox/act", self.tenant.base));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        request.send().await.expect("an answer")
    }
}

pub fn vault(dir: &Path, key: &str) -> Vault {
    Vault::new(dir, "the tests", "", Keys::given(key))
}

pub fn oauth(base: &str) -> OAuth {
    let base: larkctl::api::site::BaseUrl = base.parse().expect("base");
    let app = AppCredentials { app_id: APP.to_owned(), secret: Secret::new(SECRET) };
    OAuth::new(base.clone(), base, app, &ProxyChoice::Off).expect("doors")
}

/// Who the client's person is: a call that takes a person's token alone.
pub async fn me(client: &Client) -> Result<String, larkctl::api::ApiError> {
    let request = Draft::to("GET", "/open-apis/authen/v1/user_info").read().expect("request");
    let answer = client.reader().get(&request).await?;
    Ok(answer.value["name"].as_str().unwrap_or_default().to_owned())
}

/// A failure with its way out, as a person reads it.
pub fn in_full(error: &larkctl::api::ApiError) -> String {
    format!("{error}\n{}", error.remedy().unwrap_or("no remedy"))
}
