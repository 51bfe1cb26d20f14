//! The rules of person-side tokens, through the endpoints.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::resolve;
use super::super::testing::*;
use super::*;
use crate::sandbox::gateway::Data;
use crate::sandbox::world::Grants;

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DAY: i64 = 86_400_000;

#[track_caller]
fn refused(answer: (u16, Value), code: i64) {
    let (status, body) = answer;
    assert_eq!((status, body["code"].as_i64()), (400, Some(code)), "{body}");
    assert!(body["error"].is_string() && body["error_description"].is_string());
    assert!(body.get("msg").is_none() && body.get("data").is_none());
}

fn exchange(world: &mut World, code: &str) -> (u16, Value) {
    token(world, json!({ "grant_type": "authorization_code", "code": code }))
}

fn refresh(world: &mut World, refresh_token: &str) -> (u16, Value) {
    token(world, json!({ "grant_type": "refresh_token", "refresh_token": refresh_token }))
}

fn app(world: &mut World) -> &mut crate::sandbox::world::App {
    world.apps.get_mut(&APP.to_owned()).expect("app")
}

fn get(world: &mut World, path: &str, query: &str) -> Answer {
    let raw =
        Raw { method: "GET", path, query, authorization: None, content_type: None, body: b"", origin: "" };
    answer(world, &raw)
}

#[track_caller]
fn page_code(world: &mut World, query: &str) -> i64 {
    match get(world, AUTHORIZE, query).expect("answer") {
        Data::Page(_) => 0,
        Data::Bare { status: 400, body } => body["code"].as_i64().expect("code"),
        other => panic!("{other:?}"),
    }
}

// ----- authorize

#[test]
fn the_page_is_shown_for_a_good_request_only() {
    let mut world = world();
    app(&mut world).user_scopes = Grants::Only(["a:b".to_owned(), "offline_access".to_owned()].into());
    let good = query("a:b", "&state=x&prompt=consent");
    assert_eq!(page_code(&mut world, &good), 0);
    for (bad, code) in [
        (good.replace("client_id=cli_a", "client_id=cli_none"), 20_048),
        (good.replace("client_id=cli_a", ""), 20_001),
        (good.replace("response_type=code", "response_type=token"), 20_001),
        (good.replace("response_type=code", ""), 20_001),
        (good.replace("localhost", "evil.example"), 20_029),
        (good.replace("redirect_uri", "redirect"), 20_001),
        (good.replace("a:b", "a:b%20a:c"), 20_027),
        (good.replace("a:b", "a:b%20a:b"), 20_067),
        (good.replace("a:b", "A%3Cb"), 20_043),
        (good.replace("prompt=consent", "prompt=none"), 20_001),
        (format!("{good}&state=y"), 20_063),
        (format!("{good}&code_challenge=x&code_challenge_method=S512"), 20_001),
    ] {
        assert_eq!(page_code(&mut world, &bad), code, "{bad}");
        let consented = consent(&mut world, &bad, ALICE, Decision::Grant);
        assert_eq!(consented.expect_err("refused").code, Some(code), "{bad}");
    }
    app(&mut world).enabled = false;
    assert_eq!(page_code(&mut world, &good), 20_069);
}

#[test]
fn a_person_who_refuses_sends_no_code() {
    let mut world = world();
    let address = format!("https://accounts.feishu.cn{AUTHORIZE}?{}", query("", "&state=x%26y"));
    let back = consent(&mut world, &address, ALICE, Decision::Refuse).expect("back");
    assert_eq!(back, format!("{BACK}?error=access_denied&state=x%26y"));
    let back = consent(&mut world, &address, ALICE, Decision::Grant).expect("back");
    assert!(back.starts_with(&format!("{BACK}?code=")) && back.ends_with("&state=x%26y"), "{back}");
}

#[test]
fn only_people_who_can_log_in_can_consent() {
    let mut world = world();
    let ask = |world: &mut World, who| {
        consent(world, &query("", ""), who, Decision::Grant).err().and_then(|f| f.code)
    };
    assert_eq!(ask(&mut world, 99), Some(20_008));
    crate::sandbox::application::set_unavailable(&mut world, APP, [ALICE].into());
    assert_eq!(ask(&mut world, ALICE), Some(20_010));
    assert_eq!(ask(&mut world, 2), None);
    change(&mut world, |u| u.status.frozen = true);
    assert_eq!(ask(&mut world, ALICE), Some(20_066));
}

// ----- authorization_code

#[test]
fn a_code_gives_a_pair_of_long_tokens_at_the_top_level() {
    let mut world = world();
    let (status, body) = login(&mut world, "offline_access contact:contact:readonly");
    assert_eq!((status, &body["code"], &body["token_type"]), (200, &json!(0), &json!("Bearer")));
    assert_eq!((&body["expires_in"], &body["refresh_token_expires_in"]), (&json!(7200), &json!(604_800)));
    assert_eq!(body["scope"], "auth:user.id:read contact:contact:readonly offline_access");
    let (access, refresh) = pair(&body);
    for token in [&access, &refresh] {
        assert!(token.starts_with("eyJ") && (1024..=2048).contains(&token.len()), "{}", token.len());
    }
    let granted = resolve(&world, &access).expect("good").granted.expect("scopes");
    assert!(granted.contains("contact:contact:readonly"));
    assert!(resolve(&world, &refresh).is_err(), "a refresh token opens nothing");
}

#[test]
fn item_13_no_offline_access_no_refresh_token() {
    let mut world = world();
    login(&mut world, "offline_access");
    // Granted earlier is not enough: this authorisation must ask for it.
    let (_, body) = login(&mut world, "contact:contact:readonly");
    assert!(body.get("refresh_token").is_none() && body.get("refresh_token_expires_in").is_none());
}

#[test]
fn a_code_works_once_and_for_five_minutes() {
    let mut world = world();
    refused(exchange(&mut world, "nonsense"), 20_003);
    let first = code(&mut world, "", "");
    assert!(first.len() >= 64);
    assert_eq!(exchange(&mut world, &first).0, 200);
    refused(exchange(&mut world, &first), 20_065);
    let late = code(&mut world, "", "");
    let in_time = code(&mut world, "", "");
    world.now += 299_999;
    assert_eq!(exchange(&mut world, &in_time).0, 200);
    world.now += 1;
    refused(exchange(&mut world, &late), 20_004);
}

#[test]
fn a_code_belongs_to_its_client_and_its_address() {
    let mut world = world();
    let code = code(&mut world, "", "");
    let with = |more: Value| {
        let mut body = json!({ "grant_type": "authorization_code", "code": code });
        body.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        body
    };
    refused(token(&mut world, with(json!({ "client_id": "cli_b", "client_secret": "other" }))), 20_024);
    refused(token(&mut world, with(json!({ "redirect_uri": "http://localhost:7777/" }))), 20_071);
    refused(token(&mut world, with(json!({ "code_verifier": "x".repeat(43) }))), 20_049);
    refused(token(&mut world, with(json!({ "scope": "a:b" }))), 20_068);
    // None of these used it up.
    assert_eq!(token(&mut world, with(json!({ "redirect_uri": BACK }))).0, 200);
}

#[test]
fn a_challenge_must_be_proven() {
    let mut world = world();
    let more = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let code = code(&mut world, "", more);
    refused(exchange(&mut world, &code), 20_049);
    let mut body =
        json!({ "grant_type": "authorization_code", "code": code, "code_verifier": "x".repeat(43) });
    refused(token(&mut world, body.clone()), 20_049);
    body["code_verifier"] = json!("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(token(&mut world, body).0, 200);
}

#[test]
fn the_client_is_judged_before_its_code() {
    let mut world = world();
    let code = code(&mut world, "", "");
    let ask = |world: &mut World, body: Value| {
        let json = Some("application/json");
        post(world, TOKEN, json, None, body.to_string().as_bytes())
    };
    let grant = "authorization_code";
    for (body, fault) in [
        (json!({}), 20_001),
        (json!({ "grant_type": "password" }), 20_036),
        (json!({ "grant_type": grant, "client_secret": SECRET, "code": code }), 20_001),
        (json!({ "grant_type": grant, "client_id": APP, "code": code }), 20_001),
        (json!({ "grant_type": grant, "client_id": "cli_c", "client_secret": SECRET, "code": code }), 20_048),
        (json!({ "grant_type": grant, "client_id": APP, "client_secret": "x", "code": code }), 20_002),
        (json!({ "grant_type": grant, "client_id": APP, "client_secret": SECRET }), 20_001),
        (json!({ "grant_type": grant, "client_id": APP, "client_secret": SECRET, "code": 7 }), 20_063),
        (json!([]), 20_063),
    ] {
        refused(ask(&mut world, body), fault);
    }
    app(&mut world).installed = false;
    refused(exchange(&mut world, &code), 20_009);
    app(&mut world).enabled = false;
    refused(exchange(&mut world, &code), 20_069);
}

#[test]
fn two_ways_of_authentication_are_one_too_many() {
    let mut world = world();
    let code = code(&mut world, "", "");
    let form = format!("grant_type=authorization_code&client_id={APP}&code={code}");
    let both = format!("{form}&client_secret={SECRET}");
    let header = basic(APP, SECRET);
    refused(post(&mut world, TOKEN, FORM, Some(&header), both.as_bytes()), 20_070);
    refused(post(&mut world, TOKEN, FORM, Some(&header), form.as_bytes()), 20_001);
    refused(post(&mut world, TOKEN, FORM, Some("Basic %"), both.as_bytes()), 20_063);
    refused(post(&mut world, TOKEN, Some("text/plain"), None, both.as_bytes()), 20_063);
    assert_eq!(post(&mut world, TOKEN, FORM, None, both.as_bytes()).0, 200);
}

#[test]
fn a_person_must_still_be_able_to_log_in() {
    let mut world = world();
    let code = code(&mut world, "", "");
    change(&mut world, |u| u.status.frozen = true);
    refused(exchange(&mut world, &code), 20_066);
    change(&mut world, |u| u.status.frozen = false);
    crate::sandbox::application::set_unavailable(&mut world, APP, [ALICE].into());
    refused(exchange(&mut world, &code), 20_010);
}

// ----- scopes

#[test]
fn grants_accumulate_and_can_be_narrowed() {
    let mut world = world();
    login(&mut world, "a:b");
    let (_, body) = login(&mut world, "c:d e:f offline_access");
    assert_eq!(body["scope"], "a:b auth:user.id:read c:d e:f offline_access");
    let first = pair(&body).1;
    let mut narrow = |refresh_token: &str, scope: &str| {
        token(
            &mut world,
            json!({ "grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope }),
        )
    };
    refused(narrow(&first, "c:d c:d"), 20_067);
    refused(narrow(&first, "a:b"), 20_068);
    let (_, body) = narrow(&first, "c:d");
    assert_eq!(body["scope"], "c:d");
    // Narrowing does not add up.
    let (_, body) = narrow(&pair(&body).1, "e:f");
    assert_eq!(body["scope"], "e:f");
}

#[test]
fn a_scope_that_the_app_lost_is_trimmed() {
    let mut world = world();
    let (_, body) = login(&mut world, "c:d offline_access");
    app(&mut world).user_scopes = Grants::Except(["c:d".to_owned()].into());
    let (_, body) = refresh(&mut world, &pair(&body).1);
    assert_eq!(body["scope"], "auth:user.id:read offline_access");
}

// ----- refresh_token

#[test]
fn item_12_refresh_tokens_rotate_and_work_once() {
    let mut world = world();
    let (_, body) = login(&mut world, "offline_access");
    let (access, first) = pair(&body);
    let (status, body) = refresh(&mut world, &first);
    assert_eq!(status, 200);
    let (newer, second) = pair(&body);
    assert!(second != first && newer != access);
    refused(refresh(&mut world, &first), 20_073);
    assert!(resolve(&world, &access).is_ok(), "the old access token lives on");
    assert!(resolve(&world, &newer).is_ok());
    assert_eq!(refresh(&mut world, &second).0, 200, "reuse of the first does not end the line");
}

#[test]
fn a_refresh_token_lives_seven_days() {
    let mut world = world();
    let mut world2 = self::world();
    let token = pair(&login(&mut world, "offline_access").1).1;
    world.now += 7 * DAY - 1;
    assert_eq!(refresh(&mut world, &token).0, 200);
    let token = pair(&login(&mut world2, "offline_access").1).1;
    world2.now += 7 * DAY;
    refused(refresh(&mut world2, &token), 20_037);
}

#[test]
fn item_13_after_365_days_the_person_must_agree_again() {
    let mut world = world();
    let (_, mut body) = login(&mut world, "offline_access");
    for _ in 0..60 {
        world.now += 6 * DAY;
        let (status, next) = refresh(&mut world, &pair(&body).1);
        assert_eq!(status, 200, "{next}");
        body = next;
    }
    // Day 360: what is left is five days, not seven.
    assert_eq!(body["refresh_token_expires_in"], 5 * 86_400);
    world.now += 5 * DAY;
    refused(refresh(&mut world, &pair(&body).1), 20_037);
    let (_, body) = login(&mut world, "offline_access");
    assert_eq!(body["refresh_token_expires_in"], 604_800);
}

#[test]
fn item_13_the_console_can_forbid_refreshing() {
    let mut world = world();
    let token = pair(&login(&mut world, "offline_access").1).1;
    app(&mut world).allow_refresh_token = false;
    refused(refresh(&mut world, &token), 20_074);
    app(&mut world).allow_refresh_token = true;
    assert_eq!(refresh(&mut world, &token).0, 200, "the refusal did not use it up");
}

#[test]
fn bad_refresh_tokens_are_told_apart() {
    let mut world = world();
    let (access, token_text) = pair(&login(&mut world, "offline_access").1);
    refused(refresh(&mut world, "nonsense"), 20_026);
    refused(refresh(&mut world, &access), 20_026);
    let foreign = json!({ "grant_type": "refresh_token", "refresh_token": token_text,
        "client_id": "cli_b", "client_secret": "other" });
    refused(token(&mut world, foreign), 20_024);
    revoke_grant(&mut world, APP, ALICE);
    refused(refresh(&mut world, &token_text), 20_064);
    assert_eq!(code_of(resolve(&world, &access)), 99_991_668);
    // What was granted is forgotten too.
    let (_, body) = login(&mut world, "a:b");
    assert_eq!(body["scope"], "a:b auth:user.id:read");
}

#[test]
fn resigning_ends_everything() {
    let mut world = world();
    let (access, token) = pair(&login(&mut world, "offline_access").1);
    let pending = code(&mut world, "", "");
    change(&mut world, |u| u.status.resigned = true);
    forget_user(&mut world, ALICE);
    assert_eq!(code_of(resolve(&world, &access)), 99_991_668);
    assert_eq!(code_of(super::super::resolve_for(&world, super::super::USER_INFO, &access)), 20_021);
    refused(refresh(&mut world, &token), 20_066);
    refused(exchange(&mut world, &pending), 20_003);
    // Coming back does not bring the tokens back.
    change(&mut world, |u| u.status.resigned = false);
    assert_eq!(code_of(resolve(&world, &access)), 99_991_668);
    refused(refresh(&mut world, &token), 20_064);
}

// ----- device flow

fn poll(world: &mut World, device_code: &Value) -> (u16, Value) {
    let code = device_code.as_str().expect("code");
    let body = format!("grant_type={DEVICE}&device_code={code}&client_id={APP}&client_secret={SECRET}");
    post(world, TOKEN, FORM, None, body.as_bytes())
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "takes what a poll gives")]
fn state(answer: (u16, Value)) -> String {
    assert_eq!(answer.0, 400);
    answer.1["error"].as_str().expect("error").to_owned()
}

#[test]
fn a_device_waits_for_a_person() {
    let mut world = world();
    let device = device(&mut world, "offline_access a:b");
    assert_eq!((&device["expires_in"], &device["interval"]), (&json!(240), &json!(5)));
    let user_code = device["user_code"].as_str().expect("code");
    let page = get(&mut world, DEVICE_PAGE, &format!("user_code={user_code}"));
    assert!(matches!(page, Ok(Data::Page(html)) if html.contains("a:b")));
    let code = &device["device_code"];
    assert_eq!(state(poll(&mut world, code)), "authorization_pending");
    world.now += 4_999;
    assert_eq!(state(poll(&mut world, code)), "slow_down");
    world.now += 9_999;
    assert_eq!(state(poll(&mut world, code)), "slow_down");
    world.now += 15_000;
    assert_eq!(state(poll(&mut world, code)), "authorization_pending");
    device_consent(&mut world, user_code, ALICE, Decision::Grant).expect("consent");
    world.now += 15_000;
    let (status, body) = poll(&mut world, code);
    assert_eq!((status, &body["scope"]), (200, &json!("a:b auth:user.id:read offline_access")));
    assert!(resolve(&world, &pair(&body).0).is_ok());
    refused(poll(&mut world, code), 20_065);
    assert!(device_consent(&mut world, user_code, ALICE, Decision::Grant).is_err());
}

#[test]
fn a_device_can_be_refused_or_forgotten() {
    let mut world = world();
    let no = device(&mut world, "");
    device_consent(&mut world, no["user_code"].as_str().expect("code"), ALICE, Decision::Refuse).expect("no");
    assert_eq!(state(poll(&mut world, &no["device_code"])), "access_denied");
    let late = device(&mut world, "");
    world.now += 240_000;
    assert_eq!(state(poll(&mut world, &late["device_code"])), "expired_token");
    assert!(
        device_consent(&mut world, late["user_code"].as_str().expect("c"), ALICE, Decision::Grant).is_err()
    );
    refused(poll(&mut world, &json!("nonsense")), 20_003);
}

#[test]
fn a_device_must_say_which_app_it_is() {
    let mut world = world();
    let body = format!("client_id={APP}&scope=");
    let mut ask = |header: Option<&str>, body: &str| {
        post(&mut world, DEVICE_AUTHORIZATION, FORM, header, body.as_bytes())
    };
    refused(ask(None, &body), 20_001);
    refused(ask(Some(&basic(APP, "x")), &body), 20_002);
    refused(ask(Some(&basic("cli_b", "other")), &body), 20_063);
    refused(ask(Some(&basic(APP, SECRET)), &format!("{body}&client_secret={SECRET}")), 20_070);
    refused(ask(Some(&basic(APP, SECRET)), "scope=a:b"), 20_001);
    refused(ask(Some(&basic(APP, SECRET)), &format!("{body}A")), 20_043);
}

proptest! {
    #[test]
    fn no_request_makes_the_endpoints_panic(
        path in prop::sample::select(vec![TOKEN, DEVICE_AUTHORIZATION]),
        kind in prop::sample::select(vec!["application/json", "application/x-www-form-urlencoded", ""]),
        header in prop::option::of("(Basic )?\\PC{0,30}"),
        body in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut world = world();
        let (status, body) = post(&mut world, path, Some(kind), header.as_deref(), &body);
        prop_assert_eq!(status, 400);
        prop_assert!(body["error"].is_string());
    }

    #[test]
    fn no_query_makes_the_page_panic(query in "(client_id=cli_a&redirect_uri=http://localhost&)?\\PC{0,80}") {
        let mut world = world();
        let _ = get(&mut world, AUTHORIZE, &query);
        let _ = get(&mut world, DEVICE_PAGE, &query);
        let _ = consent(&mut world, &query, ALICE, Decision::Grant);
    }

    #[test]
    fn no_value_of_any_parameter_makes_a_grant_panic(
        grant in prop::sample::select(vec!["authorization_code", "refresh_token", DEVICE]),
        value in "\\PC{0,40}",
        name in prop::sample::select(vec!["code", "refresh_token", "device_code", "scope", "code_verifier"]),
    ) {
        let mut world = world();
        let (status, _) = token(&mut world, json!({ "grant_type": grant, name: value }));
        prop_assert_eq!(status, 400);
    }
}
