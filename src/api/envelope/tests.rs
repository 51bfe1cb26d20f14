//! The shapes that answers really have, and bytes that are no answer at all.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::api::refusal::Lacking;
use crate::base::contract::Contract;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().expect("name"), value.parse().expect("value"))).collect()
}

fn json_answer(http: u16, body: &Value) -> Result<Answer, Failure> {
    decode(http, &HeaderMap::new(), body.to_string().as_bytes(), Shape::Data)
}

#[track_caller]
fn refusal(http: u16, body: &Value) -> Refusal {
    match json_answer(http, body) {
        Err(Failure::Refused(refusal)) => *refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

#[test]
fn nothing_has_three_spellings() {
    for body in [json!({"code": 0}), json!({"code": 0, "data": null, "msg": "ok"})] {
        assert_eq!(json_answer(200, &body).expect("success").value, Value::Null);
    }
    assert_eq!(json_answer(200, &json!({"code": 0, "data": {}})).expect("success").value, json!({}));
}

#[test]
fn the_code_decides_and_the_status_does_not() {
    assert_eq!(refusal(200, &json!({"code": 10014, "msg": "app id not exists"})).code, 10014);
    assert!(json_answer(500, &json!({"code": 0, "data": {"a": 1}})).is_ok());
    for spelled in [json!("0"), json!(0.0), json!(0)] {
        assert!(json_answer(200, &json!({"code": spelled})).is_ok(), "{spelled}");
    }
    assert_eq!(refusal(400, &json!({"code": "99991400"})).code, 99_991_400);
}

#[test]
fn scopes_are_read_from_both_shapes_and_from_the_text() {
    let a = json!({"code": 99991672, "error": {"permission_violations": [{"scope": "a:b", "url": "u"}]}});
    let b = json!({"code": 99991672, "error": {"log_id": "L1", "permission_violations": [
        {"type": "action_scope_required", "subject": "a:b"}, {"type": "action_scope_required", "subject": "c:d"}]}});
    let msg = json!({"code": 99991679, "msg": "Unauthorized. required one of: [a:b, c:d]. See [more here]"});
    assert_eq!(refusal(400, &a).scopes, ["a:b"]);
    let b = refusal(400, &b);
    assert_eq!((b.scopes.len(), b.lacking), (2, Some(Lacking::App)));
    assert_eq!(b.request_id.expect("id").to_string(), "L1");
    let msg = refusal(400, &msg);
    assert_eq!((msg.scopes, msg.lacking), (vec!["a:b".to_owned(), "c:d".to_owned()], Some(Lacking::User)));
}

#[test]
fn violations_and_help_are_kept() {
    let body = json!({"code": 99992402, "msg": "field validation failed", "error": {"logid": "L2",
        "field_violations": [{"field": "name", "value": 7, "description": "too \u{1b}[31mshort"}],
        "helps": [{"url": "https://open.feishu.cn/x", "description": "d"}]}});
    let refused = refusal(400, &body);
    let shown =
        "refused with code 99992402 (HTTP 400): field validation failed; name: too  [31mshort (sent \"7\")";
    assert_eq!(refused.to_string(), shown);
    assert_eq!(refused.help.as_deref(), Some("https://open.feishu.cn/x"));
}

#[test]
fn the_request_id_has_an_order() {
    let both = headers(&[("x-request-id", "R"), ("x-tt-logid", "T")]);
    let body = br#"{"code":1,"error":{"log_id":"B"}}"#;
    let id = |headers: &HeaderMap| match decode(400, headers, body, Shape::Data) {
        Err(Failure::Refused(refusal)) => refusal.request_id.map(|id| id.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(id(&both).as_deref(), Some("T"));
    assert_eq!(id(&headers(&[("x-request-id", "R")])).as_deref(), Some("R"));
    assert_eq!(id(&HeaderMap::new()).as_deref(), Some("B"));
}

#[test]
fn token_answers_are_top_level_by_the_contract() {
    let contract = Contract::built_in().expect("contract");
    for endpoint in contract.endpoints() {
        let service = endpoint.service();
        let token = service == "auth" || endpoint.path.ends_with("/oauth/token");
        // The authorize page is a redirect for browsers and the resend call answers a bare code.
        let bare = endpoint.path.ends_with("/authorize") || endpoint.path.ends_with("/resend");
        // Asked of another program by the tenant, which wants its answer plain.
        let plain = endpoint.path.ends_with("/room/customization");
        let expected = if token && !bare || plain { Shape::TopLevel } else { Shape::Data };
        assert_eq!(Shape::of(endpoint), expected, "{}", endpoint.key());
    }
    let body = br#"{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":60}"#;
    let answer = decode(200, &HeaderMap::new(), body, Shape::TopLevel).expect("success");
    assert_eq!(answer.value["expire"], 60);
}

#[test]
fn oauth_answers_are_understood() {
    let good = br#"{"access_token":"eyJ","expires_in":7200}"#;
    assert!(decode(200, &HeaderMap::new(), good, Shape::TopLevel).is_ok(), "code may be absent");
    let bad =
        json!({"code": 20026, "error": "invalid_grant", "error_description": "the refresh token is invalid"});
    assert_eq!(refusal(400, &bad).msg, "the refresh token is invalid");
}

#[test]
fn what_is_not_the_api_is_said_to_be_foreign() {
    let plain = headers(&[("content-type", "text/plain")]);
    let error = decode(404, &plain, b"404 page not found\n", Shape::Data).expect_err("foreign");
    assert_eq!(error.to_string(), "HTTP 404 with an answer that is not the API's: \"404 page not found\"");
    let bytes = headers(&[("content-type", "image/png")]);
    let error = decode(200, &bytes, b"\x89PNG", Shape::Data).expect_err("foreign");
    assert_eq!(error.to_string(), "HTTP 200 with an answer that is not the API's: \"image/png\"");
    for body in ["", "[]", "null", "{\"message\":\"no route\"}", "{\"code\":0", "{\"code\":null}"] {
        let failure = decode(502, &HeaderMap::new(), body.as_bytes(), Shape::Data).expect_err("foreign");
        assert!(matches!(failure, Failure::Foreign { http: 502, .. }), "{body}");
    }
}

#[test]
fn redirects_are_reported_without_their_parameters() {
    let headers = headers(&[("location", "https://sso.example/login?token=t-123")]);
    let error = decode(302, &headers, b"", Shape::Data).expect_err("redirect");
    assert_eq!(error.to_string(), "HTTP 302, a redirect to https://sso.example/login");
}

#[test]
fn rate_headers_are_seconds() {
    let told = headers(&[("x-ogw-ratelimit-reset", "7"), ("x-ogw-ratelimit-limit", "50")]);
    assert_eq!(throttle(&told), Some(Throttle { reset: Some(Duration::from_secs(7)), limit: Some(50) }));
    for nonsense in ["-1", "NaN", "inf", "", "soon", "1e300"] {
        assert_eq!(throttle(&headers(&[("x-ogw-ratelimit-reset", nonsense)])), None, "{nonsense}");
    }
}

/// Answers that a mutation starts from.
fn valid_bodies() -> Vec<String> {
    vec![
        json!({"code": 0, "msg": "ok", "data": {"items": [{"a": 1}], "has_more": true, "page_token": "x"}}).to_string(),
        json!({"code": 99991672, "msg": "one of [a:b]", "error": {"permission_violations": [{"subject": "a"}],
            "field_violations": [{"field": "f"}], "helps": [{"url": "u"}], "logid": "x"}})
        .to_string(),
        json!({"code": 0, "tenant_access_token": "t-1", "expire": 7200}).to_string(),
        json!({"code": 20026, "error": "invalid_grant", "error_description": "x"}).to_string(),
    ]
}

/// A valid answer with some bytes replaced, removed or doubled.
pub(crate) fn mutated(bodies: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..4_u8, any::<u8>());
    (prop::sample::select(bodies), proptest::collection::vec(edit, 0..8)).prop_map(|(body, edits)| {
        let mut bytes = body.into_bytes();
        for (at, kind, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, bytes[at]),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

fn header_text() -> impl Strategy<Value = HeaderMap> {
    let names = [
        "x-tt-logid",
        "x-ogw-ratelimit-reset",
        "x-ogw-ratelimit-limit",
        "retry-after",
        "content-type",
        "location",
    ];
    let value = proptest::collection::vec(any::<u8>(), 0..20);
    proptest::collection::vec((prop::sample::select(names.to_vec()), value), 0..4).prop_map(|pairs| {
        let parsed = pairs.into_iter().filter_map(|(name, value)| {
            Some((name.parse().ok()?, http::HeaderValue::from_bytes(&value).ok()?))
        });
        parsed.collect()
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        http in 0..1000_u16,
        headers in header_text(),
        body in prop_oneof![proptest::collection::vec(any::<u8>(), 0..400), mutated(valid_bodies())],
        top in any::<bool>(),
    ) {
        let shape = if top { Shape::TopLevel } else { Shape::Data };
        match decode(http, &headers, &body, shape) {
            Ok(answer) => prop_assert!(serde_json::from_slice::<Value>(&body).is_ok(), "{answer:?}"),
            Err(failure) => prop_assert!(!failure.to_string().contains(char::is_control)),
        }
        let _ = (throttle(&headers), retry_after(&headers));
    }
}
