//! What the client reads of a token answer.

use proptest::prelude::*;

use super::*;

#[test]
fn the_life_of_a_token_is_what_the_answer_says() {
    let read = |value| read_token(&value).map(|f| (f.token.expose().to_owned(), f.life.as_secs()));
    assert_eq!(read(json!({"tenant_access_token": "t-1", "expire": 140})), Some(("t-1".to_owned(), 140)));
    assert_eq!(read(json!({"tenant_access_token": "t-1", "expire": "99"})), Some(("t-1".to_owned(), 99)));
    assert_eq!(read(json!({"tenant_access_token": "t-1"})), Some(("t-1".to_owned(), 0)));
    assert_eq!(read(json!({"tenant_access_token": "t-1", "expire": -5})), Some(("t-1".to_owned(), 0)));
    assert_eq!(read(json!({"tenant_access_token": "", "expire": 7200})), None);
    assert_eq!(read(json!({"data": {"tenant_access_token": "t-1"}})), None);
}

#[test]
fn the_secret_in_the_token_request_can_not_be_printed() {
    let app = AppCredentials { app_id: "cli_x".to_owned(), secret: Secret::new("hunter2-hunter2") };
    let request = token_request(&app).expect("request");
    assert!(!format!("{app:?} {request:?}").contains("hunter2"));
    let client =
        Client::new(Settings::new("http://127.0.0.1:1".parse().expect("base")).with_app("cli_x", app.secret));
    assert!(!format!("{client:?}").contains("hunter2"));
}

#[test]
fn planning_can_ask_whether_an_identity_is_missing() {
    let settings =
        Settings::new("http://127.0.0.1:1".parse().expect("base")).with_app("cli_x", Secret::new("s"));
    let client = Client::new(settings).expect("client");
    let contract = crate::base::contract::Contract::built_in().expect("contract");
    let serves = |method, path| client.serves(contract.endpoint(method, path).expect("endpoint"));
    assert!(serves("POST", "/open-apis/contact/v3/users"));
    assert!(!serves("POST", "/open-apis/contact/v3/departments/search"), "only a person may search");
}

proptest! {
    #[test]
    fn no_token_answer_makes_it_panic(body in crate::api::envelope::tests::mutated(vec![
        json!({"code": 0, "tenant_access_token": "t-1", "expire": 7200}).to_string(),
        json!({"tenant_access_token": "t-1", "expire": 1e300}).to_string(),
    ])) {
        if let Ok(value) = serde_json::from_slice(&body) {
            let _ = read_token(&value);
        }
    }
}
