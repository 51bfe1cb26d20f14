//! Who calls: tokens of apps, tokens of people, and how both are had.
//!
//! [`tenant_token`] answers the app-side endpoints, [`oauth`] the person-side ones, [`user_info`] says who a
//! person's token belongs to. The gateway asks [`resolve()`] what a bearer token stands for and judges kind and
//! scopes itself. Nothing here ever prints a token or a secret. Assumptions: `docs/fidelity/auth.md`.

pub mod oauth;
mod resolve;
mod rows;
mod secret;
pub mod tenant_token;
#[cfg(test)]
pub(in crate::sandbox) mod testing;
mod user_info;

use rows::{Code, Consent, Device, RefreshToken, TenantToken, UserToken};

use crate::sandbox::application::Console;
use crate::sandbox::gateway::Route;
use crate::sandbox::tenant::Subscription;
use crate::sandbox::world::{Millis, Row, Stored, Table};

pub use oauth::forget_user;
pub use resolve::{Resolved, resolve, resolve_for};
pub use user_info::USER_INFO;

/// The rows of the login service.
#[derive(Debug, Default)]
pub struct AuthState {
    tenant_tokens: Table<TenantToken>,
    user_tokens: Table<UserToken>,
    refresh_tokens: Table<RefreshToken>,
    codes: Table<Code>,
    devices: Table<Device>,
    consents: Table<Consent>,
    /// What the developer console knows beyond [`crate::sandbox::world::App`]. It lodges here, as do the seats,
    /// so that the world has one entry for all that is not a directory.
    pub(in crate::sandbox) consoles: Table<Console>,
    pub(in crate::sandbox) subscriptions: Table<Subscription>,
}

const DAY: Millis = 86_400_000;
/// How long an expired or used credential is still told from an unknown one. A month is far beyond any run of a
/// client that still holds it, and bounds the tables.
const MEMORY: Millis = 30 * DAY;
/// Codes are told apart for a day: nobody sends a five-minute code later than that.
const CODE_MEMORY: Millis = DAY;

impl AuthState {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            &mut self.tenant_tokens,
            &mut self.user_tokens,
            &mut self.refresh_tokens,
            &mut self.codes,
            &mut self.devices,
            &mut self.consents,
            &mut self.consoles,
            &mut self.subscriptions,
        ]
    }

    /// Forgets what is long over. Called whenever a credential is made, so that no table grows for ever.
    fn prune(&mut self, now: Millis) {
        // An expired tenant token and an unknown one get the same answer: no need to remember it.
        drop_if(&mut self.tenant_tokens, |t| t.expires <= now);
        drop_if(&mut self.user_tokens, |t| t.expires.saturating_add(MEMORY) <= now);
        drop_if(&mut self.refresh_tokens, |t| t.expires.saturating_add(MEMORY) <= now);
        drop_if(&mut self.codes, |c| c.expires.saturating_add(CODE_MEMORY) <= now);
        drop_if(&mut self.devices, |d| d.expires.saturating_add(CODE_MEMORY) <= now);
    }
}

fn drop_if<R: Row>(table: &mut Table<R>, over: impl Fn(&R) -> bool) {
    let gone: Vec<R::Key> = table.iter().filter(|(_, row)| over(row)).map(|(key, _)| key.clone()).collect();
    for key in &gone {
        table.remove(key);
    }
}

/// Endpoints of the contract that cannot do their work here, and why. They answer, but only with refusals.
pub const NOT_SIMULATED: &[(&str, &str)] = &[
    (
        "POST /open-apis/auth/v3/app_access_token",
        "store apps only: the sandbox has self-built apps, and no app_ticket is ever pushed (10012)",
    ),
    (
        "POST /open-apis/auth/v3/tenant_access_token",
        "store apps only: needs an app token from the endpoint above (10013)",
    ),
    ("POST /open-apis/auth/v3/app_ticket/resend", "store apps only: a self-built app has no ticket (10016)"),
];

/// Whether an endpoint judges its own parameters, with its own codes, so that the gateway's field validation
/// (99992402) must not come before it. True of all endpoints that hand out credentials.
pub fn judges_its_own_parameters(path: &str) -> bool {
    path.starts_with("/open-apis/auth/v3/")
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [tenant_token::routes(), oauth::routes(), user_info::routes()].concat()
}

#[cfg(test)]
mod tests {
    use super::testing::{self, world};
    use crate::base::contract::Contract;

    #[test]
    fn every_endpoint_of_the_contract_has_a_handler() {
        let contract = Contract::built_in().expect("contract");
        let routes = testing::routes();
        for e in contract.endpoints() {
            if ["auth", "authen", "application", "tenant"].contains(&e.service()) {
                assert!(routes.iter().any(|r| r.method == e.method && r.path == e.path), "{}", e.key());
            }
        }
        for r in &routes {
            assert!(contract.endpoint(r.method, r.path).is_some(), "{} {}", r.method, r.path);
        }
        for (endpoint, _) in super::NOT_SIMULATED {
            assert!(contract.endpoints().iter().any(|e| e.key() == *endpoint), "{endpoint}");
        }
    }

    #[test]
    fn debug_prints_of_the_world_show_no_credential() {
        let mut world = world();
        let tenant = testing::tenant_token(&mut world);
        let (_, pair) = testing::login(&mut world, "offline_access contact:contact:readonly");
        let device = testing::device(&mut world, "offline_access");
        let printed = format!("{world:?}");
        let device_code = device["device_code"].as_str().expect("code");
        let user_code = device["user_code"].as_str().expect("code");
        let (access, refresh) = testing::pair(&pair);
        for secret in [&tenant, testing::SECRET, &access, &refresh, device_code, user_code] {
            assert!(!printed.contains(secret), "{secret} is printed");
        }
    }

    #[test]
    fn every_credential_survives_a_restart() {
        let mut world = world();
        let tenant = testing::tenant_token(&mut world);
        let (_, pair) = testing::login(&mut world, "offline_access");
        let pending = testing::code(&mut world, "", "");
        let mut after = crate::sandbox::world::World::default();
        after.now = world.now;
        for (old, new) in world.tables().into_iter().zip(after.tables()) {
            for (_, row, bytes) in old.drain() {
                new.restore(&row, &bytes.expect("row")).expect("restored");
            }
        }
        after.reindex();
        let (access, refresh) = testing::pair(&pair);
        assert!(super::resolve(&after, &tenant).is_ok() && super::resolve(&after, &access).is_ok());
        assert_eq!(testing::tenant_token(&mut after), tenant);
        for body in [
            serde_json::json!({ "grant_type": "refresh_token", "refresh_token": refresh }),
            serde_json::json!({ "grant_type": "authorization_code", "code": pending }),
        ] {
            assert_eq!(testing::token(&mut after, body).0, 200);
        }
    }

    #[test]
    fn tables_do_not_grow_for_ever() {
        let mut world = world();
        for _ in 0..400 {
            testing::tenant_token(&mut world);
            testing::login(&mut world, "offline_access");
            testing::device(&mut world, "offline_access");
            world.now += super::DAY;
        }
        assert!(world.auth.tenant_tokens.len() <= 2);
        assert!(world.auth.user_tokens.len() <= 32, "{}", world.auth.user_tokens.len());
        assert!(world.auth.refresh_tokens.len() <= 39, "{}", world.auth.refresh_tokens.len());
        assert!(world.auth.codes.len() <= 3);
        assert!(world.auth.devices.len() <= 3);
    }
}
