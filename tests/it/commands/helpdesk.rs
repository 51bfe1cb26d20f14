//! Helpdesks by the real program: planning needs nobody, applying says whom it needs before it sends anything.

use std::path::Path;

use serde_json::json;

use super::{Desk, Ended};
use crate::support::Tenant;
use crate::support::operator::Operator;

const ID: &str = "6939771743531696147";
const TOKEN: &str = "LARK_HELPDESK_IT_TOKEN";
const YAML: &str = "version: 1
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: LARK_HELPDESK_IT_TOKEN
    categories: { a: { name: 甲, language: zh_cn } }
    faqs: { q: { category: a, question: 问?, answer: 答 } }
";

/// A folder with the manifest, a tenant with a desk, and the desk's token.
async fn office() -> (Desk, String) {
    let desk = Desk::new().await;
    desk.write("m.yaml", YAML);
    let operator = Operator::new(&desk.tenant.base);
    operator.hire().await;
    let token = operator.serve(ID).await.expose().to_owned();
    desk.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
    (desk, token)
}

async fn run(desk: &Desk, args: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = desk.command(args);
    command.env("LARK_LOGIN_DIR", desk.path().join("login")).env_remove("LARK_USER_TOKEN").env_remove(TOKEN);
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
    Ended::of(output.expect("larkctl runs"))
}

const APPLY: [&str; 4] = ["apply", "-f", "m.yaml", "--auto-approve"];

#[tokio::test(flavor = "multi_thread")]
async fn planning_needs_nobody_and_says_what_applying_will_ask_for() {
    let (desk, token) = office().await;
    let planned =
        run(&desk, &["plan", "-f", "m.yaml", "--detailed-exitcode"], &[(TOKEN, &token)]).await.exits(2);
    assert!(planned.out.contains("Plan: 2 to add, "), "{}", planned.out);
    assert!(
        planned.err.contains("note: 2 steps (helpdesk.it 2) work only on behalf of a person who is an agent"),
        "{}",
        planned.err
    );
    assert!(
        planned.err.contains("larkctl login -f m.yaml") || planned.err.contains("larkctl login --base-url"),
        "{}",
        planned.err
    );
    let json =
        run(&desk, &["plan", "-f", "m.yaml", "--format", "json"], &[(TOKEN, &token)]).await.exits(0).json();
    let steps = json["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|step| step["desk"] == ID), "{steps:#?}");
    assert_eq!(desk.writes().await, Vec::<String>::new());
    assert!(!planned.out.contains(&token) && !planned.err.contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn applying_without_a_person_sends_nothing_and_names_who_and_how() {
    let (desk, token) = office().await;
    let refused = run(&desk, &APPLY, &[(TOKEN, &token)]).await.exits(1);
    for words in [
        "2 steps (helpdesk.it 2)",
        "who is an agent, an administrator or the owner",
        "nobody has logged in",
        "nothing was sent",
        "larkctl login",
    ] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert_eq!(desk.writes().await, Vec::<String>::new());
    assert!(!desk.path().join(".larkctl/state.json").exists());
    let json = run(&desk, &[&APPLY[..], &["--format", "json"]].concat(), &[(TOKEN, &token)]).await.exits(1);
    assert_eq!(json.json()["errored"], true, "{}", json.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_the_scope_is_told_before_anything_is_sent() {
    let (desk, token) = office().await;
    let login =
        desk.tenant.login(crate::support::operator::OPERATOR, "offline_access auth:user.id:read").await;
    let variables = [
        (TOKEN, token.as_str()),
        ("LARK_REFRESH_TOKEN", login.refresh.as_str()),
        ("LARK_TOKEN_KEY", "0123456789abcdef0123456789abcdef"),
    ];
    // The first use of a refresh token shows what it may; that is one refusal, and from then on it is known.
    run(&desk, &APPLY, &variables).await;
    let refused = run(&desk, &APPLY, &variables).await.exits(1);
    assert!(refused.err.contains("did not grant helpdesk:all"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_variable_the_plan_says_which_one_and_changes_nothing() {
    let (desk, _) = office().await;
    let planned = run(&desk, &["plan", "-f", "m.yaml", "--detailed-exitcode"], &[]).await.exits(1);
    let all = format!("{}{}", planned.out, planned.err);
    assert!(all.contains("the environment variable LARK_HELPDESK_IT_TOKEN is not set"), "{all}");
    assert!(all.contains("set LARK_HELPDESK_IT_TOKEN to the helpdesk's token"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_the_role_is_refused_and_the_next_run_goes_on() {
    let (desk, token) = office().await;
    desk.tenant.joined("guest", "0").await;
    let guest = desk.tenant.login("guest", "helpdesk:all").await.access;
    let refused = run(&desk, &APPLY, &[(TOKEN, &token), ("LARK_USER_TOKEN", &guest)]).await;
    assert!(matches!(refused.code, Some(1 | 5)), "{refused:?}");
    let all = format!("{}{}", refused.out, refused.err);
    assert!(all.contains("for categories and FAQs an agent will do"), "{all}");
    assert!(rows(&desk.tenant, "helpdesk_categories").await.is_empty());
    let person = Operator::new(&desk.tenant.base).login().await;
    let variables = [(TOKEN, token.as_str()), ("LARK_USER_TOKEN", person.expose())];
    run(&desk, &APPLY, &variables).await.exits(0);
    run(&desk, &["plan", "-f", "m.yaml", "--detailed-exitcode"], &variables).await.exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_finds_its_desk_without_a_manifest() {
    let (desk, token) = office().await;
    run(&desk, &["plan", "-f", "m.yaml", "--out", "p.plan"], &[(TOKEN, &token)]).await.exits(0);
    assert!(!desk.read("p.plan").contains(&token));
    let refused = run(&desk, &["apply", "p.plan", "--auto-approve"], &[(TOKEN, &token)]).await.exits(1);
    assert!(refused.err.contains("--scope helpdesk:all"), "{}", refused.err);
    let person = Operator::new(&desk.tenant.base).login().await;
    let variables = [(TOKEN, token.as_str()), ("LARK_USER_TOKEN", person.expose())];
    run(&desk, &["apply", "p.plan", "--auto-approve"], &variables).await.exits(0);
    assert_eq!(rows(&desk.tenant, "helpdesk_faqs").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_literal_token_is_refused_and_never_echoed() {
    let (desk, token) = office().await;
    desk.write("m.yaml", &YAML.replace("LARK_HELPDESK_IT_TOKEN", &token));
    for format in ["text", "json", "sarif", "github"] {
        let refused = run(&desk, &["validate", "-f", "m.yaml", "--format", format], &[]).await.exits(1);
        let all = format!("{}{}", refused.out, refused.err);
        assert!(all.contains("environment variable") && !all.contains(&token), "{format}: {all}");
    }
    // Nor by a mistake beside it, in a field that does not exist.
    desk.write(
        "m.yaml",
        &YAML.replace("    token_variable:", &format!("    token: {token}\n    token_variable:")),
    );
    let refused = run(&desk, &["validate", "-f", "m.yaml"], &[]).await.exits(1);
    assert!(
        refused.err.contains("never stands in a manifest") && !refused.err.contains(&token),
        "{}",
        refused.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_applied_whole_and_then_there_is_nothing_to_do() {
    let (desk, token) = office().await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/helpdesk");
    let example = example.to_str().expect("a path");
    let person = Operator::new(&desk.tenant.base).login().await;
    let variables = [(TOKEN, token.as_str()), ("LARK_USER_TOKEN", person.expose())];
    run(&desk, &["validate", "-f", example], &[]).await.exits(0);
    run(&desk, &["apply", "-f", example, "--auto-approve"], &variables).await;
    desk.tenant.act(json!({ "action": "join" })).await;
    run(&desk, &["apply", "-f", example, "--auto-approve"], &variables).await.exits(0);
    let idle = run(&desk, &["plan", "-f", example, "--detailed-exitcode"], &variables).await.exits(0);
    assert!(idle.out.contains("No changes."), "{}", idle.out);
    let drift = run(&desk, &["drift", "-f", example, "--unmanaged"], &variables).await;
    assert!(matches!(drift.code, Some(0)), "{drift:?}");
}

async fn rows(tenant: &Tenant, table: &str) -> Vec<serde_json::Value> {
    tenant.rows(table).await.as_object().into_iter().flatten().map(|(_, row)| row.clone()).collect()
}
