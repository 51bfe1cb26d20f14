//! A person's token during an apply of helpdesks, by the real program: it ends in the middle, its renewal gets lost.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use super::program::Ended;
use super::{ALICE, Stage};

/// A token's life in seconds.
const LIFE: u64 = 7_200;
const FAQ: &str = "POST /open-apis/helpdesk/v1/faqs";
const FAQS: usize = 20;
/// Two desks of one tenant.
const DESKS: [(&str, &str); 2] = [("it", "6939771743531696147"), ("hr", "6836320707288072194")];

/// A desk with questions.
fn manifest(desk: &str, id: &str) -> String {
    let mut yaml = format!(
        "version: 1\nhelpdesks:\n  {desk}:\n    helpdesk_id: \"{id}\"\n    token_variable: DESK_TOKEN\n    \
         categories: {{ a: {{ name: 甲, language: zh_cn }} }}\n    faqs:\n"
    );
    for i in 0..FAQS {
        let _ = writeln!(yaml, "      q{i}: {{ category: a, question: 问{i}, answer: 答{i} }}");
    }
    yaml
}

/// Alice has logged in and administers both desks; each has a folder with a manifest, and its token is given.
async fn stage() -> (Stage, Vec<(String, String)>) {
    let stage = Stage::new().await;
    stage.logged_in_with("helpdesk:all").await.exits(0);
    let mut tokens = Vec::new();
    for (desk, id) in DESKS {
        let act = json!({ "action": "helpdesk", "helpdesk_id": id, "admins": [ALICE] });
        let made = stage.tenant.act(act).await;
        tokens.push((desk.to_owned(), made["token"].as_str().expect("a token").to_owned()));
        fs::create_dir(stage.dir.path().join(desk)).expect("folder");
        fs::write(stage.dir.path().join(desk).join("m.yaml"), manifest(desk, id)).expect("manifest");
    }
    (stage, tokens)
}

impl Stage {
    async fn applies(&self, desk: &str, token: &str) -> Ended {
        let manifest = format!("{desk}/m.yaml");
        let state = format!("{desk}/state.json");
        let args = ["apply", "-f", &manifest, "--state", &state, "--auto-approve"];
        self.run_with(&args, &[("DESK_TOKEN", token)]).await
    }

    /// The questions of all desks, of each as often as it is there.
    async fn questions(&self) -> Vec<(String, String)> {
        let rows = self.tenant.rows("helpdesk_faqs").await;
        let rows =
            rows.as_object().into_iter().flat_map(|rows| rows.values().cloned().collect::<Vec<Value>>());
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        rows.map(|row| (text(&row, "helpdesk_id"), text(&row, "question"))).collect()
    }

    /// Waits until so many questions are stored. The program runs meanwhile, and nothing else could tell.
    async fn has_questions(&self, least: usize) {
        while self.questions().await.len() < least {
            tokio::task::yield_now().await;
        }
    }

    /// Every desk has every question once.
    async fn is_whole(&self) {
        let found = self.questions().await;
        let distinct: BTreeSet<&(String, String)> = found.iter().collect();
        assert_eq!((found.len(), distinct.len()), (DESKS.len() * FAQS, DESKS.len() * FAQS), "{found:?}");
    }
}

/// Both processes are in the middle of their work when the token that they share ends: one of them renews it, the other
/// takes what it finds, and no write is lost or doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_ends_under_two_applies_is_renewed_once() {
    let (stage, tokens) = stage().await;
    // After ten questions both hang in their next one, so that neither can be done before the token ends.
    stage
        .tenant
        .faults(json!({ "endpoint": FAQ, "effect": { "slow": { "ms": 1500 } }, "after": 10, "times": 2 }))
        .await;
    let begun = stage.asked().await.len();
    let ends = async {
        stage.has_questions(10).await;
        stage.tenant.step(LIFE + 1).await;
    };
    let (first, second, ()) =
        tokio::join!(stage.applies("it", &tokens[0].1), stage.applies("hr", &tokens[1].1), ends);
    first.exits(0);
    second.exits(0);
    let asked = stage.asked().await;
    assert_eq!(asked[begun..], [200], "one renewal for two processes");
    let report = stage.tenant.send("GET", "/_sandbox/requests?last=5000", None, None).await.body;
    let refused = report["requests"].as_array().expect("requests").iter().filter(|r| r["code"] == 99_991_677);
    assert!(refused.count() > 0, "the token ended in the middle");
    stage.is_whole().await;
}

/// The answer of the renewal gets lost: nobody knows whether the refresh token is spent, so that a person has to log in
/// again. What was done is in the state, and the next run does the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_that_gets_lost_in_an_apply_asks_for_a_login_and_keeps_the_state() {
    let (stage, tokens) = stage().await;
    stage
        .tenant
        .faults(json!({ "endpoint": FAQ, "effect": { "slow": { "ms": 1500 } }, "after": 5, "times": 1 }))
        .await;
    let ends = async {
        stage.has_questions(5).await;
        stage.trouble(json!("cut_after"), 1).await;
        stage.tenant.step(LIFE + 1).await;
    };
    let (ended, ()) = tokio::join!(stage.applies("it", &tokens[0].1), ends);
    let ended = ended.exits(5);
    let told = format!("{}{}", ended.out, ended.err);
    assert!(told.contains("log in again") && told.contains("larkctl login"), "{told}");
    let state = fs::read_to_string(stage.dir.path().join("it/state.json")).expect("the state");
    let state: Value = serde_json::from_str(&state).expect("JSON");
    let known = state["things"].as_object().expect("things").keys().filter(|a| a.contains("/faq.")).count();
    assert_eq!(known, stage.questions().await.len(), "what was done is known: {state:#}");
    assert!((5..FAQS).contains(&known));
    // The next run makes nothing either, and says the same.
    let before = stage.questions().await.len();
    let ended = stage.applies("it", &tokens[0].1).await.exits(1);
    let told = format!("{}{}", ended.out, ended.err);
    assert!(told.contains("larkctl login"), "{told}");
    assert_eq!(stage.questions().await.len(), before);
    stage.logged_in_with("helpdesk:all").await.exits(0);
    for (desk, token) in &tokens {
        stage.applies(desk, token).await.exits(0);
    }
    stage.is_whole().await;
}
