//! The rules of app-side tokens.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::resolve;
use super::super::testing::{APP, SECRET, body_of, run, world};
use crate::sandbox::gateway::Data;
use crate::sandbox::world::World;

const TENANT: &str = "/open-apis/auth/v3/tenant_access_token/internal";
const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token/internal";

#[track_caller]
fn ask(world: &mut World, path: &str, body: Value) -> Value {
    let (status, body) = body_of(run(world, "POST", path, &[], &[], body));
    assert_eq!(status, 200);
    body
}

fn good() -> Value {
    json!({ "app_id": APP, "app_secret": SECRET })
}

#[track_caller]
fn token(world: &mut World) -> (String, i64) {
    let body = ask(world, TENANT, good());
    (
        body["tenant_access_token"].as_str().expect("token").to_owned(),
        body["expire"].as_i64().expect("expire"),
    )
}

#[test]
fn item_01_the_fields_stand_at_the_top_and_expire_counts_down() {
    let mut world = world();
    let answer = run(&mut world, "POST", TENANT, &[], &[], good()).expect("ok");
    assert!(matches!(&answer, Data::Beside(v) if v["msg"] == "ok"), "{answer:?}");
    let (first, life) = token(&mut world);
    assert_eq!((life, first.len()), (7200, 42));
    world.now += 60_500;
    assert_eq!(token(&mut world), (first, 7139));
}

#[test]
fn item_02_same_token_while_thirty_minutes_remain() {
    let mut world = world();
    let (first, _) = token(&mut world);
    world.now += 5_400_000;
    assert_eq!(token(&mut world), (first.clone(), 1800));
    world.now += 1;
    let (second, life) = token(&mut world);
    assert_ne!(second, first);
    assert_eq!(life, 7200);
    assert!(resolve(&world, &first).is_ok() && resolve(&world, &second).is_ok());
    world.now += 1_799_999;
    assert!(resolve(&world, &first).is_err() && resolve(&world, &second).is_ok());
}

#[test]
fn item_03_bad_credentials_arrive_with_http_200() {
    let mut world = world();
    for (body, code) in [
        (json!({}), 10_003),
        (json!({ "app_id": "", "app_secret": SECRET }), 10_003),
        (json!({ "app_id": 7, "app_secret": SECRET }), 10_003),
        (json!({ "app_id": "nonsense", "app_secret": SECRET }), 10_003),
        (json!({ "app_id": APP, "app_secret": "" }), 10_003),
        (json!({ "app_id": "cli_unknown", "app_secret": SECRET }), 10_014),
        (json!({ "app_id": APP, "app_secret": "wrong" }), 10_014),
    ] {
        let answer = ask(&mut world, TENANT, body.clone());
        assert_eq!(answer["code"], code, "{body}");
        assert_eq!(answer.get("data").is_some(), code == 10_003, "{body}");
    }
}

#[test]
fn item_03_the_documented_codes_are_a_knob() {
    let mut world = world();
    let mut settings = world.settings().clone();
    settings.documented_credential_errors = true;
    world.set_settings(settings);
    for (id, secret, code) in
        [("", "", 10_003), ("cli_unknown", "x", 99_991_543), (APP, "wrong", 10_015), (APP, "", 10_003)]
    {
        let body = json!({ "app_id": id, "app_secret": secret });
        let refusal = run(&mut world, "POST", TENANT, &[], &[], body).expect_err("refused");
        assert_eq!((refusal.code, refusal.http), (code, Some(400)));
    }
}

#[test]
fn item_04_the_app_token_of_a_self_built_app_is_the_tenant_token() {
    let mut world = world();
    let body = ask(&mut world, APP_TOKEN, good());
    assert_eq!(body["app_access_token"], body["tenant_access_token"]);
    assert_eq!(body["tenant_access_token"], token(&mut world).0.as_str());
}

#[test]
fn a_disabled_app_gets_no_token() {
    let mut world = world();
    world.apps.get_mut(&APP.to_owned()).expect("app").enabled = false;
    assert_eq!(ask(&mut world, TENANT, good())["code"], 10_014);
    assert_eq!(world.auth.tenant_tokens.len(), 0);
}

#[test]
fn store_endpoints_refuse_a_self_built_app() {
    let mut world = world();
    let store = |world: &mut World, path: &str, body: Value| {
        ask(world, &format!("/open-apis/auth/v3/{path}"), body)["code"].as_i64().expect("code")
    };
    assert_eq!(store(&mut world, "app_ticket/resend", good()), 10_016);
    assert_eq!(store(&mut world, "app_access_token", good()), 10_003);
    let mut with_ticket = good();
    with_ticket["app_ticket"] = json!("x");
    assert_eq!(store(&mut world, "app_access_token", with_ticket), 10_012);
    let body = json!({ "app_access_token": "a-1", "tenant_key": "k" });
    assert_eq!(store(&mut world, "tenant_access_token", body), 10_013);
    assert_eq!(store(&mut world, "tenant_access_token", json!({})), 10_003);
}

#[test]
fn two_apps_never_share_a_token() {
    let mut world = world();
    let (mine, _) = token(&mut world);
    let other = ask(&mut world, TENANT, json!({ "app_id": "cli_b", "app_secret": "other" }));
    assert_ne!(other["tenant_access_token"], mine.as_str());
    assert_eq!(token(&mut world).0, mine);
}

proptest! {
    #[test]
    fn any_pair_of_texts_is_answered(id in "(cli_)?\\PC{0,20}", secret in "\\PC{0,20}") {
        let mut world = world();
        let body = json!({ "app_id": id, "app_secret": secret });
        let (status, body) = body_of(run(&mut world, "POST", TENANT, &[], &[], body));
        prop_assert_eq!(status, 200);
        prop_assert!([10_003, 10_014].contains(&body["code"].as_i64().unwrap_or(0)));
    }
}
