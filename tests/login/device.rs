//! The device flow: a code that somebody confirms elsewhere, asked after at the pace that the platform wants.

use std::sync::Mutex;
use std::time::Duration;

use larkctl::api::auth::Later;
use larkctl::login::browser::LoginError;
use larkctl::login::{Clock, device};
use serde_json::json;

use super::{ALICE, Stage, Stepped};

/// The tenant's clock, which passes `scale` of what is waited for, and remembers it.
#[derive(Debug)]
struct Hasty {
    clock: Stepped,
    first: Mutex<Vec<u32>>,
    waits: Mutex<Vec<u64>>,
}

impl Hasty {
    /// The first waits pass these percentages of their time; later ones all of it.
    fn new(stage: &Stage, first: &[u32]) -> Self {
        let first = Mutex::new(first.iter().rev().copied().collect());
        Self { clock: stage.clock(), first, waits: Mutex::default() }
    }

    fn waits(&self) -> Vec<u64> {
        self.waits.lock().expect("waits").clone()
    }
}

impl Clock for Hasty {
    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn wait(&self, span: Duration) -> Later<'_, ()> {
        self.waits.lock().expect("waits").push(span.as_secs());
        let percent = self.first.lock().expect("first").pop().unwrap_or(100);
        self.clock.wait(span * percent / 100)
    }
}

#[tokio::test]
async fn somebody_agrees_elsewhere_while_we_ask() {
    let stage = Stage::new().await;
    let (oauth, clock) = (stage.oauth(), stage.clock());
    let shown = oauth.device("helpdesk:all offline_access").await.expect("started");
    assert_eq!((shown.life, shown.interval, shown.user_code.len()), (240, 5, 9));
    let page = shown.page_with_code.clone().expect("page");
    let (status, text) = stage.decides(&page, "grant").await;
    assert_eq!(status, 200, "{text}");
    let grant = device::finish(&oauth, &clock, &shown).await.expect("tokens");
    assert!(grant.scopes.contains("helpdesk:all") && grant.refresh.is_some());
}

#[tokio::test]
async fn waiting_is_patient_and_slows_down_when_told() {
    let stage = Stage::new().await;
    let oauth = stage.oauth();
    let shown = oauth.device("offline_access").await.expect("started");
    // The second wait is cut short, so the second poll comes too early.
    let clock = Hasty::new(&stage, &[100, 20]);
    let ended = device::finish(&oauth, &clock, &shown).await;
    assert!(matches!(ended, Err(LoginError::Expired)), "{ended:?}");
    let waits = clock.waits();
    assert_eq!(&waits[..3], [5, 5, 10], "{waits:?}");
    assert!(waits[3..].iter().all(|wait| *wait == 10), "slower from then on: {waits:?}");
}

#[tokio::test]
async fn a_refusal_ends_it() {
    let stage = Stage::new().await;
    let oauth = stage.oauth();
    let shown = oauth.device("offline_access").await.expect("started");
    let refuse =
        json!({ "action": "device_consent", "user_code": shown.user_code, "user": ALICE, "refuse": true });
    stage.tenant.act(refuse).await;
    let ended = device::finish(&oauth, &stage.clock(), &shown).await;
    assert!(matches!(ended, Err(LoginError::Denied)), "{ended:?}");
}

#[tokio::test]
async fn a_poll_whose_answer_is_lost_is_asked_again() {
    let stage = Stage::new().await;
    let oauth = stage.oauth();
    let shown = oauth.device("offline_access").await.expect("started");
    stage.trouble(json!("cut_before"), 2).await;
    stage.decides(&shown.page_with_code.clone().expect("page"), "grant").await;
    device::finish(&oauth, &stage.clock(), &shown).await.expect("tokens");
}
