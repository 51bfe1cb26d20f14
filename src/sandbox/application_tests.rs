//! The rules of the application service.

use serde_json::{Value, json};

use super::*;
use crate::sandbox::auth::testing::{APP, code_of, run, world};

const ONE: &str = "/open-apis/application/v6/applications/:app_id";
const APPLY: &str = "/open-apis/application/v6/scopes/apply";

fn app(world: &mut World) -> &mut App {
    world.apps.get_mut(&APP.to_owned()).expect("app")
}

fn only(names: &[&str]) -> Grants {
    Grants::Only(names.iter().map(|n| (*n).to_owned()).collect())
}

fn data(answer: Answer) -> Value {
    match answer {
        Ok(Data::Of(value)) => value,
        other => panic!("{other:?}"),
    }
}

fn list(world: &mut World) -> BTreeMap<String, i64> {
    let data = data(run(world, "GET", "/open-apis/application/v6/scopes", &[], &[], Value::Null));
    data["scopes"]
        .as_array()
        .expect("list")
        .iter()
        .map(|s| {
            (s["scope_name"].as_str().expect("name").to_owned(), s["grant_status"].as_i64().expect("status"))
        })
        .collect()
}

#[test]
fn item_18_granted_and_missing_scopes_are_both_listed() {
    let mut world = world();
    assert!(list(&mut world).values().all(|status| *status == 1));
    app(&mut world).tenant_scopes = only(&["tenant:tenant:readonly", "im:message"]);
    app(&mut world).user_scopes = only(&["offline_access"]);
    let scopes = list(&mut world);
    assert_eq!(scopes["tenant:tenant:readonly"], 1);
    assert_eq!(scopes["im:message"], 1, "an app may have scopes that the contract does not name");
    assert_eq!(scopes["offline_access"], 1);
    assert_eq!(scopes["contact:contact.base:readonly"], 2);
    app(&mut world).installed = false;
    let refused = run(&mut world, "GET", "/open-apis/application/v6/scopes", &[], &[], Value::Null);
    assert_eq!(code_of(refused), 212_100);
}

#[test]
fn asking_for_scopes_knows_when_there_is_nothing_to_ask() {
    let mut world = world();
    let apply = |world: &mut World| code_of(run(world, "POST", APPLY, &[], &[], Value::Null));
    assert_eq!(apply(&mut world), 212_002);
    let none: BTreeSet<String> = [SUPER[0].to_owned()].into();
    app(&mut world).tenant_scopes = Grants::Except(none.clone());
    app(&mut world).user_scopes = Grants::Except(none);
    assert_eq!(apply(&mut world), 212_001);
    app(&mut world).tenant_scopes = only(&[]);
    app(&mut world).user_scopes = only(&[]);
    for _ in 0..10 {
        app(&mut world).applied_for = false;
        assert_eq!(apply(&mut world), 0);
        assert_eq!(apply(&mut world), 212_004);
    }
    app(&mut world).applied_for = false;
    assert_eq!(apply(&mut world), 212_003);
    assert!(!app(&mut world).applied_for, "a refused request changes nothing");
}

#[test]
fn an_app_reads_itself_with_its_scopes_per_identity() {
    let mut world = world();
    app(&mut world).tenant_scopes = only(&["a:b", "c:d"]);
    app(&mut world).user_scopes = only(&["c:d"]);
    let en = [("lang", "en_us")];
    let me = data(run(&mut world, "GET", ONE, &[("app_id", "me")], &en, Value::Null));
    let by_id = data(run(&mut world, "GET", ONE, &[("app_id", APP)], &en, Value::Null));
    assert_eq!(me, by_id);
    let scopes = me["app"]["scopes"].as_array().expect("scopes");
    assert_eq!(scopes.len(), 2);
    assert_eq!(scopes[0]["token_types"], json!(["tenant"]));
    assert_eq!(scopes[1]["token_types"], json!(["tenant", "user"]));
    assert_eq!(me["app"]["status"], 1);
    assert!(me["app"]["creator_id"].as_str().is_some_and(|id| id.starts_with("ou_")));
    assert!(me.to_string().find("hush").is_none(), "the secret is not part of an app");
}

#[test]
fn other_apps_need_the_wider_scope() {
    let mut world = world();
    let en = [("lang", "en_us")];
    let mut ask = |id: &str| code_of(run(&mut world, "GET", ONE, &[("app_id", id)], &en, Value::Null));
    assert_eq!(ask("cli_b"), 0);
    assert_eq!(ask("cli_none"), 210_506);
    assert_eq!(ask("nonsense"), 210_503);
    let narrow = only(&["application:application:self_manage"]);
    let refused = crate::sandbox::auth::testing::run_with(
        &mut world,
        narrow,
        ("GET", ONE),
        &[("app_id", "cli_b")],
        &en,
        Value::Null,
    );
    assert_eq!(code_of(refused), 210_508);
}

#[test]
fn the_language_is_required() {
    let mut world = world();
    for query in [&[][..], &[("lang", "de_de")][..]] {
        for method in ["GET", "PATCH"] {
            let answer = run(&mut world, method, ONE, &[("app_id", APP)], query, json!({}));
            assert_eq!(code_of(answer), 99_992_402);
        }
    }
}

#[test]
fn a_patch_checks_everything_before_it_changes_anything() {
    let mut world = world();
    let en = [("lang", "en_us")];
    let mut patch = |id: &str, body: Value| {
        let code = code_of(run(&mut world, "PATCH", ONE, &[("app_id", id)], &en, body));
        (code, app(&mut world).allow_refresh_token)
    };
    let off = |more: Value| {
        let mut body = json!({ "allow_refresh_token": false });
        body.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        body
    };
    assert_eq!(patch(APP, off(json!({ "common_categories": [] }))), (211_000, true));
    assert_eq!(patch(APP, off(json!({ "common_categories": ["Analytics", "分析工具"] }))), (211_001, true));
    let http = json!({ "callback_info": { "callback_type": "webhook", "request_url": "http://x" } });
    assert_eq!(patch(APP, off(http)), (99_992_402, true));
    assert_eq!(patch("me", off(json!({}))), (210_503, true));
    assert_eq!(patch("cli_none", off(json!({}))), (210_506, true));
    assert_eq!(patch(APP, off(json!({ "common_categories": ["Analytics"] }))), (0, false));
    let ja = [("lang", "ja_jp")];
    let seen = data(run(&mut world, "GET", ONE, &[("app_id", "me")], &ja, Value::Null));
    assert_eq!(seen["app"]["common_categories"], json!(["分析ツール"]));
}
