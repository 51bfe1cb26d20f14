//! The desk itself: its credential, its events, and that it is never made nor deleted.

use larkctl::api::helpdesk::DeskToken;
use larkctl::base::secret::Secret;
use larkctl::model::Action;
use serde_json::json;

use super::*;
use crate::spine::run::checked;

fn of<'p>(plan: &'p Plan, address: &str) -> &'p larkctl::plan::PlannedChange {
    plan.changes.iter().find(|c| c.address.to_string() == address).expect("an address")
}

#[tokio::test]
async fn a_desk_is_adopted_never_made_and_forgotten_when_it_leaves() {
    let world = desk().await;
    let plan = converge(&world, "").await;
    assert_eq!((of(&plan, "helpdesk.it").action, steps(&plan)), (Action::Adopt, vec![]));
    assert_eq!(of(&plan, "helpdesk.it").id.as_deref(), Some(DESK));
    let (plan, outcome) = world.apply("version: 1\n").await.expect("a plan");
    assert!(outcome.is_complete() && plan.steps.is_empty(), "{plan:#?}");
    assert!(world.store.load().expect("state").document.things.is_empty());
    assert_eq!(rows(&world, "helpdesks").await.len(), 1, "it is still there");
}

#[tokio::test]
async fn events_are_exactly_those_that_are_declared_and_only_what_changed_is_sent() {
    let world = desk().await;
    let heard = async || {
        let mut all: Vec<String> =
            rows(&world, "helpdesk_events").await.iter().map(|row| id(row, "subtype")).collect();
        all.sort();
        all
    };
    let plan = converge(&world, "    events: [ticket.created, ticket.updated]\n").await;
    assert_eq!(plan.steps.len(), 2, "nothing is remembered: what is not wanted is unsubscribed");
    assert_eq!(heard().await, ["ticket.created_v1", "ticket.updated_v1"]);
    let plan = converge(&world, "    events: [ticket_message.created, ticket.updated]\n").await;
    assert_eq!(
        steps(&plan),
        ["helpdesk.it: subscribe to ticket_message.created", "helpdesk.it: unsubscribe from ticket.created"]
    );
    assert_eq!(heard().await, ["ticket.updated_v1", "ticket_message.created_v1"]);
    converge(&world, "").await;
    assert_eq!(heard().await.len(), 2, "what is not written is left alone");
    converge(&world, "    events: []\n").await;
    assert_eq!(heard().await, [""; 0]);
}

#[tokio::test]
async fn a_token_that_was_reset_blocks_everything_of_its_desk_and_says_so() {
    let world = desk().await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn } }\n";
    converge(&world, yaml).await;
    world.tenant.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true })).await;
    let (manifest, sources) = checked(&format!("{IT}{yaml}"));
    let document = world.store.load().expect("state").document;
    // Without asking the console again.
    let asks = larkctl::observe::Asks::new(
        larkctl::kinds::registry(),
        &manifest,
        &document,
        &larkctl::observe::Scope::default(),
    );
    let snapshot =
        larkctl::observe::observe(larkctl::kinds::registry(), asks, &world.client.reader(), world.now).await;
    let plan =
        crate::spine::run::made(&manifest, &sources, &snapshot, &document, &world.target).expect("a plan");
    let blocked: Vec<String> = plan.blocked.iter().map(|b| b.address.to_string()).collect();
    assert_eq!(blocked, ["helpdesk.it", "helpdesk.it/category.a"]);
    assert!(plan.steps.is_empty() && plan.bookkeeping.is_empty());
    let remedy = plan.blocked[0].remedy.as_deref().expect("a remedy");
    assert!(remedy.contains("reset") && remedy.contains("LARK_TEST_DESK"), "{remedy}");
    assert!(!format!("{plan:?}").contains("ht-"));
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_variable_is_named() {
    let world = desk().await;
    let (manifest, sources) = checked(&format!("{IT}    faqs: {{}}\n"));
    let document = world.store.load().expect("state").document;
    let desk = DeskToken { variable: "LARK_TEST_DESK".to_owned(), token: None };
    world.client.know_helpdesks([(DESK.to_owned(), desk)].into());
    world.writes().await;
    let asks = larkctl::observe::Asks::new(
        larkctl::kinds::registry(),
        &manifest,
        &document,
        &larkctl::observe::Scope::default(),
    );
    let snapshot =
        larkctl::observe::observe(larkctl::kinds::registry(), asks, &world.client.reader(), world.now).await;
    let plan =
        crate::spine::run::made(&manifest, &sources, &snapshot, &document, &world.target).expect("a plan");
    assert!(plan.blocked[0].why.contains("LARK_TEST_DESK is not set"), "{:?}", plan.blocked);
    let asked = world.tenant.send("GET", "/_sandbox/requests?last=100", None, None).await.text;
    assert!(!asked.contains("helpdesk/v1"), "{asked}");
}

#[tokio::test]
async fn another_id_under_the_same_key_is_refused() {
    let world = desk().await;
    converge(&world, "").await;
    let other = IT.replace(DESK, "6939771743531696148");
    let problems = world.plan(&other).await.expect_err("refused");
    assert!(told(&problems).contains("another key") || told(&problems).contains(DESK), "{}", told(&problems));
}

#[tokio::test]
async fn what_stands_in_a_desk_that_leaves_is_deleted_though_the_desk_is_not() {
    let world = desk().await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn } }\n    faqs: { q: { category: a, question: 问?, answer: 答 } }\n";
    converge(&world, yaml).await;
    let (plan, outcome) = world.apply("version: 1\n").await.expect("a plan");
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(steps(&plan), ["helpdesk.it/faq.q: delete", "helpdesk.it/category.a: delete"]);
    assert!(tree(&world).await.is_empty() && faqs(&world).await.is_empty());
    assert!(world.store.load().expect("state").document.things.is_empty());
}

#[tokio::test]
async fn a_plan_knows_the_desk_of_every_call_and_holds_no_secret() {
    let world = desk().await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn } }\n";
    let plan = planned(&world, yaml).await;
    let step = plan.steps.first().expect("a step");
    assert_eq!(
        (step.draft.call.desk.as_deref(), step.draft.lane.as_deref()),
        (Some(DESK), Some("helpdesk 6939771743531696147"))
    );
    assert_eq!(plan.desks.len(), 1);
    let token: Secret = crate::support::operator::Operator::new(&world.tenant.base).serve(DESK).await;
    let text = serde_json::to_string(&plan).expect("json");
    assert!(text.contains("LARK_TEST_DESK") && !text.contains(token.expose()));
}

/// The rest of the run fails with the variable's name, nothing is lost, and a run with the new token goes on.
#[tokio::test]
async fn a_token_that_is_reset_in_the_middle_of_a_run_stops_its_desk_and_the_next_run_goes_on() {
    let world = desk().await;
    let other = "  hr:\n    helpdesk_id: \"2\"\n    token_variable: LARK_TEST_HR\n    categories: { z: { name: 丙, language: zh_cn }, y: { name: 丁, language: zh_cn } }\n";
    let many: Vec<String> = (0..8).map(|n| format!("c{n}: {{ name: 类{n}, language: zh_cn }}")).collect();
    let yaml = format!("    categories: {{ {} }}\n{other}", many.join(", "));
    let mut reset = false;
    let tenant = &world.tenant;
    let (_, outcome) = world
        .apply_amid(&format!("{IT}{yaml}"), async |event| {
            if let Some(larkctl::apply::Event::StepDone { address, .. }) = event
                && !reset
                && address.to_string().starts_with("helpdesk.it/")
            {
                reset = true;
                tenant.act(json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true })).await;
            }
        })
        .await
        .expect("a plan");
    assert!(reset && !outcome.failed.is_empty() && outcome.unknown.is_empty(), "{outcome:#?}");
    for failed in &outcome.failed {
        assert!(failed.address.to_string().starts_with("helpdesk.it/"), "the other desk is not touched");
        assert_eq!(failed.trouble.code, Some(154_001));
        let remedy = failed.trouble.remedy.as_deref().unwrap_or_default();
        assert!(remedy.contains("LARK_TEST_DESK"), "{remedy}");
    }
    let made = rows(&world, "helpdesk_categories").await.len();
    assert!(made > 2 && made < 10, "{made}");
    let plan = converge(&world, &yaml).await;
    assert_eq!(plan.steps.len(), 10 - made, "what was made is known");
    assert_eq!(rows(&world, "helpdesk_categories").await.len(), 10);
}

/// What cannot be read is neither made nor deleted, and holds up nothing else.
#[tokio::test]
async fn what_could_not_be_read_is_unknown_and_never_absent() {
    let world = desk().await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn }, b: { name: 乙, language: zh_cn } }
    faqs: { q: { category: a, question: 问?, answer: 答 }, r: { category: a, question: 答?, answer: 答 } }
";
    converge(&world, yaml).await;
    let next = "    categories: { a: { name: 甲, language: zh_cn }, c: { name: 丙, language: zh_cn } }
    faqs: { q: { category: a, question: 问?, answer: 改 }, s: { category: c, question: 新?, answer: 答 }, t: { category: a, question: 又?, answer: 答 } }
";
    let whole: Vec<String> = steps(&planned(&world, next).await).iter().map(|s| (*s).to_owned()).collect();
    assert_eq!(whole.len(), 6, "{whole:?}");
    let left = async |endpoint: &str, effect: Value| {
        let endpoint = format!("GET /open-apis/helpdesk/v1/{endpoint}");
        world.tenant.faults(json!({ "endpoint": endpoint, "effect": effect })).await;
        let plan = planned(&world, next).await;
        world.tenant.engine.clear_faults();
        assert!(!plan.blocked.is_empty(), "{endpoint}");
        let planned: Vec<String> = plan.steps.iter().map(|step| step.id.clone()).collect();
        planned
    };
    let dead = json!({ "answer": { "status": 500, "code": 155_000 } });
    assert_eq!(left("agent_skills", dead.clone()).await, [""; 0], "nothing of a desk that cannot be read");
    // What is there is known by its record, and what has nothing to do with categories goes on.
    let without_categories = left("categories", dead.clone()).await;
    assert_eq!(without_categories, ["helpdesk.it/faq.q: answer", "helpdesk.it/faq.r: delete"]);
    let without_faqs = left("faqs", dead.clone()).await;
    assert_eq!(without_faqs, ["helpdesk.it/category.c: create"], "what is in b is not known either");
    for _ in 0..3 {
        idle(&world, yaml).await;
    }
    converge(&world, next).await;
}

/// A list that lags says nothing of what it does not show yet.
#[tokio::test]
async fn a_list_that_lags_behind_makes_nothing_twice() {
    let world = desk().await;
    world.tenant.settings(json!({ "list_lag_ms": 60_000 })).await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn } }\n    faqs: { q: { category: a, question: 问?, answer: 答 } }\n";
    apply(&world, yaml).await;
    let plan = planned(&world, yaml).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    world.tenant.step(120).await;
    idle(&world, yaml).await;
    assert_eq!((tree(&world).await.len(), faqs(&world).await.len()), (1, 1));
}
