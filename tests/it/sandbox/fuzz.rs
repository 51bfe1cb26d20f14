//! No request makes the sandbox panic, and every answer is one a client can read.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test it fuzz` runs as many as you like.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use larkctl::base::contract::{Contract, Field, FieldType, TokenType};
use larkctl::sandbox::auth::oauth::{Decision, consent};
use larkctl::sandbox::gateway::{Engine, Incoming, Outcome};
use larkctl::sandbox::helpdesk::console;
use larkctl::sandbox::server::Server;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{options, person};

const DESK: &str = "6939771743531696147";

struct Bench {
    runtime: tokio::runtime::Runtime,
    server: Server,
    token: String,
    /// A person's, for what an app cannot write.
    person: String,
    /// The second credential of a helpdesk that the person owns.
    desk: String,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let (server, token, person, desk) = runtime.block_on(async {
        let server = Server::start(options()).await.expect("sandbox");
        let body = json!({ "app_id": "cli_sandbox", "app_secret": "sandbox-secret" });
        let request = Incoming {
            method: "POST".to_owned(),
            path: "/open-apis/auth/v3/tenant_access_token/internal".to_owned(),
            body: body.to_string().into_bytes(),
            ..Incoming::default()
        };
        let answer = ask(&server.engine, request).await;
        let token = answer["tenant_access_token"].as_str().expect("token").to_owned();
        let desk = server.engine.change(|world| console(world, DESK)).await.expect("stored").expect("a desk");
        let person = log_in(&server.engine, &token).await;
        (server, token, person, STANDARD.encode(format!("{DESK}:{desk}")))
    });
    Bench { runtime, server, token, person, desk }
});

/// Makes somebody who joins and logs in; gives their token.
async fn log_in(engine: &Engine, token: &str) -> String {
    let post = |path: &str, body: Value| Incoming {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: "user_id_type=user_id&department_id_type=department_id".to_owned(),
        authorization: Some(format!("Bearer {token}")),
        content_type: Some("application/json".to_owned()),
        body: body.to_string().into_bytes(),
        ..Incoming::default()
    };
    ask(engine, post("/open-apis/contact/v3/users", person("somebody", "0"))).await;
    let address = "client_id=cli_sandbox&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%2Fback&scope=helpdesk%3Aall";
    let agreed = engine.change(|world| {
        let key = world.contact.directory.user_by_id("somebody").expect("a person");
        let mut user = world.contact.directory.user(key).expect("a person").clone();
        user.status.joined = true;
        world.contact.directory.put_user(user);
        consent(world, address, key, Decision::Grant)
    });
    let location = agreed.await.expect("stored").expect("granted");
    let body = json!({
        "grant_type": "authorization_code", "client_id": "cli_sandbox", "client_secret": "sandbox-secret",
        "code": location.split_once("code=").expect("a code").1, "redirect_uri": "http://localhost/back",
    });
    let answer = ask(engine, post("/open-apis/authen/v2/oauth/token", body)).await;
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn ask(engine: &Engine, request: Incoming) -> Value {
    let shown = format!("{request:?}");
    match engine.handle(request).await {
        Outcome::Reply(reply) => {
            assert!((200..600).contains(&reply.status), "{shown}");
            if reply.content_type.starts_with("application/json") {
                let value: Value = serde_json::from_slice(&reply.body).expect("JSON is JSON");
                let error = value.get("error").is_some();
                assert!(value.get("code").is_some() || error, "no code in {value} for {shown}");
                assert_ne!(reply.status, 500, "{value} for {shown}");
                return value;
            }
            Value::Null
        }
        other => panic!("a request was cut: {other:?}"),
    }
}

/// Something for a field: usually of its type, sometimes of another.
fn value_for(field: &Field) -> BoxedStrategy<Value> {
    let (kind, list) = field.kind();
    let allowed = field.allowed.clone();
    let text = prop_oneof![
        "[a-z0-9@.+_-]{0,12}".prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("0")),
        Just(json!("")),
    ];
    let one = match kind {
        FieldType::Text if !allowed.is_empty() => {
            proptest::sample::select(allowed).prop_map(Value::from).boxed()
        }
        FieldType::Text => text.boxed(),
        FieldType::Int => {
            prop_oneof![any::<i64>().prop_map(Value::from), (0i64..8).prop_map(Value::from)].boxed()
        }
        FieldType::Bool => any::<bool>().prop_map(Value::from).boxed(),
        FieldType::Object => body_for(field.fields.clone()),
        FieldType::Any => Just(json!({})).boxed(),
    };
    let right = if list { prop::collection::vec(one, 0..4).prop_map(Value::from).boxed() } else { one };
    prop_oneof![8 => right, 1 => junk()].boxed()
}

fn junk() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,10}", inner, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
    .boxed()
}

fn body_for(fields: Vec<Field>) -> BoxedStrategy<Value> {
    let parts: Vec<_> = fields
        .iter()
        .map(|f| {
            let name = f.name.clone();
            prop::option::weighted(0.6, value_for(f)).prop_map(move |v| v.map(|v| (name.clone(), v)))
        })
        .collect();
    parts.prop_map(|pairs| Value::Object(pairs.into_iter().flatten().collect())).boxed()
}

fn requests() -> BoxedStrategy<Incoming> {
    let endpoints = Contract::built_in().expect("contract").endpoints();
    let any_endpoint = (0..endpoints.len()).prop_flat_map(move |i| {
        let endpoint = &endpoints[i];
        let segment =
            prop_oneof!["[A-Za-z0-9@._-]{0,12}", Just("0".to_owned()), "%[0-9a-fG-Z]{0,3}", "\\PC{0,6}"];
        let params = prop::collection::vec(segment, 3);
        let names: Vec<String> = endpoint
            .query
            .iter()
            .map(|f| f.name.clone())
            .chain(["x".to_owned(), "page_token".to_owned()])
            .collect();
        let pair =
            (proptest::sample::select(names), prop_oneof!["[a-z_0-9]{0,12}", "\\PC{0,8}", "[0-9]{1,20}"]);
        let query = prop::collection::vec(pair, 0..5);
        let body = prop_oneof![
            6 => body_for(endpoint.body.clone()).prop_map(|v| v.to_string().into_bytes()),
            1 => junk().prop_map(|v| v.to_string().into_bytes()),
            1 => prop::collection::vec(any::<u8>(), 0..60),
        ];
        (Just(endpoint), params, query, body)
    });
    let token = prop_oneof![
        6 => Just(Some(String::new())),
        1 => Just(None),
        1 => "(Bearer )?(t-|u-|eyJ)?\\PC{0,20}".prop_map(Some),
    ];
    let kind = prop_oneof![
        Just(Some("application/json".to_owned())),
        Just(Some("application/x-www-form-urlencoded".to_owned())),
        Just(None),
    ];
    (any_endpoint, token, kind)
        .prop_map(|((endpoint, params, query, body), authorization, content_type)| {
            let mut params = params.into_iter();
            let path: Vec<String> = endpoint
                .path
                .split('/')
                .map(|s| if s.starts_with(':') { params.next().unwrap_or_default() } else { s.to_owned() })
                .collect();
            let query: Vec<String> = query.into_iter().map(|(n, v)| format!("{n}={v}")).collect();
            // The right one of the two good tokens.
            let people_only = endpoint.tokens == [TokenType::User];
            let good = if people_only { &BENCH.person } else { &BENCH.token };
            let authorization =
                authorization.map(|text| if text.is_empty() { format!("Bearer {good}") } else { text });
            Incoming {
                method: endpoint.method.clone(),
                path: path.join("/"),
                helpdesk: Some(BENCH.desk.clone()),
                query: query.join("&"),
                authorization,
                content_type,
                body: if endpoint.method == "GET" { Vec::new() } else { body },
                peer: "127.0.0.1".to_owned(),
                host: Some("127.0.0.1".to_owned()),
            }
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_it_panic(request in requests()) {
        BENCH.runtime.block_on(ask(&BENCH.server.engine, request));
    }
}
