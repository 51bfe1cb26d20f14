//! Verb, path, query and body of requests, with no network.

use serde_json::json;

use super::*;

const USERS: &str = "/open-apis/contact/v3/users";
const USER: &str = "/open-apis/contact/v3/users/:user_id";
const ENUM: &str = "/open-apis/contact/v3/employee_type_enums/:enum_id";

#[test]
fn path_parameters_are_percent_encoded() {
    let delete =
        Draft::to("DELETE", ENUM).path("enum_id", "exGeIjow7zIqWMy+ONk/xA==").write().expect("write");
    let target = delete.call().target();
    assert_eq!(target, "/open-apis/contact/v3/employee_type_enums/exGeIjow7zIqWMy%2BONk%2FxA%3D%3D");
    let get = Draft::to("GET", USER).path("user_id", "张 三@x.cn").read().expect("read");
    assert_eq!(get.call().target(), "/open-apis/contact/v3/users/%E5%BC%A0%20%E4%B8%89%40x.cn");
}

#[test]
fn a_path_parameter_can_not_climb() {
    for value in ["", ".", ".."] {
        let error = Draft::to("GET", USER).path("user_id", value).read().expect_err("refused");
        assert_eq!(error, RequestError::PathValue { name: "user_id".into(), value: value.into() });
    }
    let get = Draft::to("GET", USER).path("user_id", "../departments/0").read().expect("read");
    assert_eq!(get.call().target(), "/open-apis/contact/v3/users/..%2Fdepartments%2F0");
}

#[test]
fn lists_in_a_query_repeat_the_key() {
    let batch = Draft::to("GET", "/open-apis/contact/v3/users/batch")
        .query("user_id_type", "open_id")
        .query_list("user_ids", ["ou_1", "ou&2"])
        .read()
        .expect("read");
    let query = "user_id_type=open_id&user_ids=ou_1&user_ids=ou%262";
    assert_eq!(batch.call().target(), format!("/open-apis/contact/v3/users/batch?{query}"));
}

#[test]
fn what_the_contract_does_not_know_is_refused() {
    let nowhere = Draft::to("GET", "/open-apis/contact/v3/usres").read().expect_err("no endpoint");
    assert_eq!(nowhere.to_string(), "the contract has no endpoint GET /open-apis/contact/v3/usres");
    let query = Draft::to("GET", USER).path("user_id", "x").query("usr_id_type", "open_id").read();
    assert!(matches!(query, Err(RequestError::QueryUnknown { name, .. }) if name == "usr_id_type"));
    let path = Draft::to("GET", USER).path("user_id", "x").path("id", "y").read();
    assert!(matches!(path, Err(RequestError::PathUnknown { name, .. }) if name == "id"));
    let missing = Draft::to("GET", USER).read();
    assert!(matches!(missing, Err(RequestError::PathMissing { name, .. }) if name == "user_id"));
}

#[test]
fn reads_and_writes_are_told_apart() {
    assert!(matches!(Draft::to("POST", USERS).read(), Err(RequestError::Writes(_))));
    assert!(matches!(Draft::to("GET", USER).path("user_id", "x").write(), Err(RequestError::Reads(_))));
    for path in READING_POSTS {
        Draft::to("POST", path).read().expect("a list spelled as POST");
        assert!(Draft::to("POST", path).write().is_err(), "{path}");
    }
}

#[test]
fn the_exceptions_exist_in_the_contract() {
    let contract = Contract::built_in().expect("contract");
    for (method, path) in NOT_REPEATABLE
        .into_iter()
        .chain(READING_POSTS.iter().map(|path| ("POST", *path)))
        .chain(REPEATABLE_POSTS.iter().map(|path| ("POST", *path)))
    {
        assert!(contract.endpoint(method, path).is_some(), "{method} {path}");
    }
}

#[test]
fn every_write_knows_whether_it_may_be_repeated() {
    let keyed = Draft::to("POST", USERS).query("client_token", "k1").body(json!({"name": "张三"})).write();
    assert!(matches!(keyed.expect("write").repeat(), Repeat::Keyed { window } if window.as_secs() == 3600));
    let blank = Draft::to("POST", USERS).query("client_token", "").write().expect("write");
    assert_eq!(blank.repeat(), Repeat::Never, "an empty key is no key");
    let group = Draft::to("POST", "/open-apis/contact/v3/group").write().expect("write");
    assert_eq!(group.repeat(), Repeat::Never);
    let patch = Draft::to("PATCH", USER).path("user_id", "x").write().expect("write");
    assert_eq!(patch.repeat(), Repeat::Idempotent);
    let renaming = Draft::to("PATCH", NOT_REPEATABLE[2].1).path("user_id", "x").write().expect("write");
    assert_eq!(renaming.repeat(), Repeat::Never);
}

#[test]
fn a_conditional_rate_depends_on_the_body() {
    let patch = |body| Draft::to("PATCH", USER).path("user_id", "x").body(body).write().expect("write");
    assert_eq!(patch(json!({"name": "x"})).call().conditions(), 0);
    assert_eq!(patch(json!({"is_frozen": true})).call().conditions(), 1);
    assert_eq!(patch(json!({"department_ids": []})).call().conditions(), 1);
}

#[test]
fn a_masked_body_can_not_be_printed() {
    let draft = Draft::to("POST", USERS).masked_body(Secret::new("{\"app_secret\":\"hunter2\"}"));
    assert!(!format!("{:?}", draft.write().expect("write")).contains("hunter2"));
}
