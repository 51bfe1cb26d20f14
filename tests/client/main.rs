//! The client against a scripted server on loopback: what goes over the wire, and what comes of it.
//!
//! No test sleeps: waits are virtual and the pace is a thousand times the wall clock's, except where the network's
//! own time limit is the subject.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes only marked functions for tests, not their helpers"
)]

mod errors;
mod lists;
#[path = "../login/log.rs"]
mod log;
mod pace;
mod repeats;
mod secrets;
mod server;
mod tokens;

use larkctl::api::retry::Jitter;
use larkctl::api::site::Brand;
use larkctl::api::transport::ProxyChoice;
use larkctl::api::{Client, Draft, ReadRequest, Settings, WriteRequest, pace::Pace};
use larkctl::base::secret::Secret;
use serde_json::json;

use server::Server;

/// Greppable, and unlike anything else in the tests.
const APP_SECRET: &str = "s3cr3t-of-the-app-0123456789";
const TOKEN: &str = "t-t0k3n-of-the-tenant-0123456789";

fn settings(base: &str) -> Settings {
    let mut settings =
        Settings::new(base.parse().expect("base")).with_app("cli_test", Secret::new(APP_SECRET));
    settings.brand = Some(Brand::Feishu);
    settings.pace = Pace::new(1000.0).expect("pace");
    settings.proxy = ProxyChoice::Off;
    settings.jitter = Jitter::seeded(1);
    settings
}

fn client(server: &Server) -> Client {
    Client::new(settings(&server.base())).expect("client")
}

fn get_user() -> ReadRequest {
    Draft::to("GET", "/open-apis/contact/v3/users/:user_id").path("user_id", "ou_1").read().expect("read")
}

fn patch_user() -> WriteRequest {
    let draft = Draft::to("PATCH", "/open-apis/contact/v3/users/:user_id").path("user_id", "ou_1");
    draft.body(json!({"name": "张三"})).write().expect("write")
}

/// A create with a key.
fn create_user() -> WriteRequest {
    let draft = Draft::to("POST", "/open-apis/contact/v3/users").query("client_token", "key-1");
    draft.body(json!({"name": "张三"})).write().expect("write")
}

/// A create without a key.
fn create_group() -> WriteRequest {
    Draft::to("POST", "/open-apis/contact/v3/group").body(json!({"name": "组"})).write().expect("write")
}
