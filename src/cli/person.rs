//! Who a command may act for: where the login is kept, with which key, and what the environment brings instead.
//!
//! Nothing is opened here: a file, a keyring or the platform is asked when a request needs a person.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::context::Target;
use crate::api::auth::{Later, Tokens};
use crate::api::client::AppCredentials;
use crate::api::oauth::OAuth;
use crate::api::pace::Pace;
use crate::api::site::BaseUrl;
use crate::api::transport::{ProxyChoice, SetupError};
use crate::base::secret::Secret;
use crate::login::{Clock, Given, Keys, Person, Setup, Vault, WallClock};
use crate::sandbox::gateway::Engine;

/// Who acts where a call takes a person's token.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) person: Arc<Person>,
    /// `LARK_USER_TOKEN`, which goes before any login.
    given: Option<Arc<Given>>,
}

impl Seat {
    pub(super) fn tokens(&self) -> Arc<dyn Tokens> {
        match &self.given {
            Some(given) => Arc::clone(given) as Arc<dyn Tokens>,
            None => Arc::clone(&self.person) as Arc<dyn Tokens>,
        }
    }

    /// The environment holds a token that is used as it is.
    pub(super) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Whether somebody has logged in, as far as can be seen without opening anything.
    pub(super) fn taken(&self) -> bool {
        self.is_given() || self.person.from_variable() || self.person.vault().path().exists()
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The command that logs in to this target.
fn command(target: &Target) -> String {
    let mut words = vec!["larkctl login".to_owned()];
    words.extend(target.words());
    words.join(" ")
}

pub(super) fn remote(
    target: &Target,
    whose: &str,
    base: &BaseUrl,
    accounts: &BaseUrl,
    app: &AppCredentials,
    pace: Pace,
) -> Result<Seat, SetupError> {
    let proxy = ProxyChoice::Environment;
    let doors = || OAuth::new(base.clone(), accounts.clone(), app.clone(), &proxy);
    let keys = variable("LARK_TOKEN_KEY").map_or(Keys::System, |text| Keys::given(&text));
    let begin = variable("LARK_REFRESH_TOKEN").map(Secret::from);
    let which = if begin.is_some() { " from LARK_REFRESH_TOKEN" } else { "" };
    let vault = Vault::new(&folder(), whose, which, keys);
    let given = match variable("LARK_USER_TOKEN") {
        Some(token) => Some(Arc::new(Given::new(Secret::from(token), doors()?, command(target)))),
        None => None,
    };
    let clock = Arc::new(WallClock(pace));
    let setup = Setup { oauth: doors()?, vault, clock, command: command(target), begin };
    Ok(Seat { person: Person::new(setup), given })
}

/// A sandbox's login lies with its data. The variables are the real tenant's and mean nothing to it.
pub(super) fn embedded(
    target: &Target,
    dir: &Path,
    base: BaseUrl,
    app: AppCredentials,
    engine: Arc<Engine>,
) -> Result<Seat, SetupError> {
    let keys = Keys::Sandbox(app.secret.clone());
    let vault = Vault::new(dir, &format!("sandbox as {}", app.app_id), "", keys);
    let oauth = OAuth::new(base.clone(), base, app, &ProxyChoice::Off)?;
    let clock = Arc::new(Simulated(engine));
    let setup = Setup { oauth, vault, clock, command: command(target), begin: None };
    Ok(Seat { person: Person::new(setup), given: None })
}

/// Where logins are kept: with the person's own data, not with a project.
fn folder() -> PathBuf {
    if let Some(dir) = variable("LARK_LOGIN_DIR") {
        return PathBuf::from(dir);
    }
    let at = |name: &str, below: &[&str]| {
        variable(name).map(|home| below.iter().fold(PathBuf::from(home), |path, part| path.join(part)))
    };
    let own = if cfg!(windows) {
        at("LOCALAPPDATA", &["larkctl", "login"])
    } else if cfg!(target_os = "macos") {
        at("HOME", &["Library", "Application Support", "larkctl", "login"])
    } else {
        at("XDG_STATE_HOME", &["larkctl", "login"])
            .or_else(|| at("HOME", &[".local", "state", "larkctl", "login"]))
    };
    // A machine without homes: where everything else of larkctl is.
    own.unwrap_or_else(|| [".larkctl", "login"].iter().collect())
}

/// The sandbox's clock.
#[derive(Debug)]
struct Simulated(Arc<Engine>);

impl Clock for Simulated {
    fn now(&self) -> i64 {
        self.0.clock.now() / 1000
    }

    fn wait(&self, span: Duration) -> Later<'_, ()> {
        Box::pin(tokio::time::sleep(self.0.clock.real(span)))
    }
}
