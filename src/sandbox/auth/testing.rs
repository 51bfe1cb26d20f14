//! A small tenant for tests of this service and its neighbours: two apps, two people, one clock.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::oauth::{self, Decision};
use crate::base::contract::Contract;
use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::gateway::Raw;
use crate::sandbox::gateway::{Answer, Call, Caller, Data, Handler, Identity, Refusal, Route};
use crate::sandbox::world::{App, Grants, World};
use crate::sandbox::{application, auth, tenant};

pub(in crate::sandbox) const APP: &str = "cli_a";
pub(in crate::sandbox) const SECRET: &str = "hush-hush";
pub(in crate::sandbox) const ALICE: UserKey = 1;
pub(in crate::sandbox) const BACK: &str = "http://localhost:7777/callback";

pub(in crate::sandbox) fn world() -> World {
    let mut world = World::with_app(APP, SECRET);
    world.apps.insert("cli_b".to_owned(), App::new("cli_b", "other"));
    world.now = 1_750_000_000_000;
    for (key, name) in [(ALICE, "alice"), (2, "bob")] {
        let mut user = User {
            key,
            user_id: name.to_owned(),
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            is_founder: key == ALICE,
            ..User::default()
        };
        user.status.joined = true;
        world.contact.directory.put_user(user);
    }
    world
}

/// Changes Alice.
pub(in crate::sandbox) fn change(world: &mut World, change: impl FnOnce(&mut User)) {
    let mut alice = world.contact.directory.user(ALICE).expect("alice").clone();
    change(&mut alice);
    world.contact.directory.put_user(alice);
}

pub(in crate::sandbox) fn routes() -> Vec<Route> {
    [auth::routes(), application::routes(), tenant::routes()].concat()
}

/// Calls a handler as the app.
pub(in crate::sandbox) fn run(
    world: &mut World,
    method: &str,
    path: &str,
    params: &[(&str, &str)],
    query: &[(&str, &str)],
    body: Value,
) -> Answer {
    run_with(world, Grants::All, (method, path), params, query, body)
}

#[expect(clippy::needless_pass_by_value, reason = "tests write their bodies in place")]
pub(in crate::sandbox) fn run_with(
    world: &mut World,
    grants: Grants,
    (method, path): (&str, &str),
    params: &[(&str, &str)],
    query: &[(&str, &str)],
    body: Value,
) -> Answer {
    dispatch(world, (Identity::Tenant, grants), (method, path), params, query, &body)
}

pub(in crate::sandbox) fn run_as(world: &mut World, who: Identity, method: &str, path: &str) -> Answer {
    dispatch(world, (who, Grants::All), (method, path), &[], &[], &Value::Null)
}

fn dispatch(
    world: &mut World,
    (identity, grants): (Identity, Grants),
    (method, path): (&str, &str),
    params: &[(&str, &str)],
    query: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    };
    let (params, query) = (own(params), own(query));
    let endpoint = Contract::built_in().expect("contract").endpoint(method, path).expect("endpoint");
    let caller = Caller { app_id: APP.to_owned(), identity };
    let call = Call {
        endpoint,
        path: &params,
        query: &query,
        body,
        files: &[],
        helpdesk: None,
        caller,
        grants,
        trick: None,
    };
    let route = routes().into_iter().find(|r| r.method == method && r.path == path).expect("route");
    match route.handler {
        Handler::Read(read) => read(world, &call),
        Handler::Write(write) => write(world, &call),
        Handler::Raw(_) => panic!("raw handlers take a raw request"),
    }
}

/// The code of a refusal; 0 for a success.
#[track_caller]
pub(in crate::sandbox) fn code_of<T>(result: Result<T, Refusal>) -> i64 {
    result.err().map_or(0, |refusal| refusal.code)
}

/// Status and body, for endpoints without an envelope.
#[track_caller]
pub(in crate::sandbox) fn body_of(answer: Answer) -> (u16, Value) {
    match answer.expect("no refusal") {
        Data::Bare { status, body } => (status, body),
        Data::Beside(body) => (200, body),
        other => panic!("{other:?}"),
    }
}

pub(in crate::sandbox) fn tenant_token(world: &mut World) -> String {
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let body = json!({ "app_id": APP, "app_secret": SECRET });
    let (_, body) = body_of(run(world, "POST", path, &[], &[], body));
    body["tenant_access_token"].as_str().expect("token").to_owned()
}

/// The query of an authorisation, with more parameters.
pub(in crate::sandbox) fn query(scope: &str, more: &str) -> String {
    let scope = scope.replace(' ', "%20");
    format!(
        "client_id={APP}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A7777%2Fcallback&scope={scope}{more}"
    )
}

/// Alice agrees; gives the code.
#[track_caller]
pub(in crate::sandbox) fn code(world: &mut World, scope: &str, more: &str) -> String {
    let back = oauth::consent(world, &query(scope, more), ALICE, Decision::Grant).expect("consent");
    let rest = back.strip_prefix(&format!("{BACK}?code=")).expect("code");
    rest.split('&').next().unwrap_or_default().to_owned()
}

/// Sends JSON to the token endpoint, with the app's credentials unless the body names others.
#[track_caller]
pub(in crate::sandbox) fn token(world: &mut World, mut body: Value) -> (u16, Value) {
    let fields = body.as_object_mut().expect("object");
    fields.entry("client_id").or_insert(json!(APP));
    fields.entry("client_secret").or_insert(json!(SECRET));
    let text = body.to_string();
    post(world, oauth::TOKEN, Some("application/json; charset=utf-8"), None, text.as_bytes())
}

#[track_caller]
pub(in crate::sandbox) fn post(
    world: &mut World,
    path: &str,
    content_type: Option<&str>,
    authorization: Option<&str>,
    body: &[u8],
) -> (u16, Value) {
    let raw = Raw { method: "POST", path, query: "", authorization, content_type, body, origin: "" };
    body_of(oauth::answer(world, &raw))
}

/// A whole login of Alice.
#[track_caller]
pub(in crate::sandbox) fn login(world: &mut World, scope: &str) -> (u16, Value) {
    let code = code(world, scope, "");
    token(world, json!({ "grant_type": "authorization_code", "code": code }))
}

/// Access and refresh token of an answer.
pub(in crate::sandbox) fn pair(body: &Value) -> (String, String) {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (text("access_token"), text("refresh_token"))
}

pub(in crate::sandbox) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// Starts a device flow.
#[track_caller]
pub(in crate::sandbox) fn device(world: &mut World, scope: &str) -> Value {
    let body = format!("client_id={APP}&scope={}", scope.replace(' ', "+"));
    let form = Some("application/x-www-form-urlencoded");
    let header = basic(APP, SECRET);
    let (status, body) = post(world, oauth::DEVICE_AUTHORIZATION, form, Some(&header), body.as_bytes());
    assert_eq!(status, 200, "{body}");
    body
}
