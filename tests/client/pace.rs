//! Rates and concurrency as a server sees them.

use std::sync::Arc;
use std::time::Duration;

use larkctl::api::limit::{Budget, Limiter, WindowSize};
use larkctl::api::pace::Pace;
use larkctl::api::{Client, Outcome};
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::server::{Reply, Server, ok};
use super::{create_group, get_user, settings};

#[tokio::test]
async fn no_more_requests_at_once_than_allowed() {
    let server = Server::start([Reply::Together(Arc::new(Barrier::new(4)))]).await;
    let mut settings = settings(&server.base());
    settings.concurrency = 4;
    let reader = Client::new(settings).expect("client").reader();
    let mut tasks = JoinSet::new();
    for _ in 0..40 {
        let reader = reader.clone();
        tasks.spawn(async move { reader.get(&get_user()).await.expect("answer") });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("task");
    }
    assert_eq!(server.most_at_once(), 4);
}

/// 100 a minute, at 600 times the pace: 100 in any 100 real milliseconds, however the network shakes them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_never_counts_more_than_the_documented_rate() {
    let server = Server::start([ok(json!({}))]).await;
    let mut settings = settings(&server.base());
    settings.pace = Pace::new(600.0).expect("pace");
    let writer = Client::new(settings).expect("client").writer();
    let mut tasks = JoinSet::new();
    for _ in 0..450 {
        let writer = writer.clone();
        tasks.spawn(async move { writer.send(&create_group()).await });
    }
    while let Some(done) = tasks.join_next().await {
        assert!(matches!(done.expect("task"), Outcome::Done(_)));
    }
    let mut at: Vec<_> = server.requests().iter().map(|r| r.at).collect();
    at.sort();
    assert_eq!(at.len(), 450);
    let window = Duration::from_millis(100);
    for pair in at.windows(101) {
        assert!(pair[100] - pair[0] >= window, "101 requests within {:?}", pair[100] - pair[0]);
    }
}

/// Tasks that vanish in the very moment in which another thread hands them a permit.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_permit_is_lost_between_threads() {
    let limiter = Arc::new(Limiter::new(Pace::REAL, 0.0));
    let window = WindowSize { limit: 4, span: Duration::from_millis(1), condition: None };
    let budget = Budget { windows: vec![window], guessed: false };
    let mut tasks = JoinSet::new();
    for i in 0..2000_u32 {
        let (limiter, budget) = (Arc::clone(&limiter), budget.clone());
        let task = tasks.spawn(async move {
            let mut permit = limiter.acquire_under("k", &budget, 0).await;
            if i % 3 == 0 {
                permit.sending();
            }
            tokio::task::yield_now().await;
            permit.accepted();
        });
        if i % 2 == 0 {
            tokio::spawn(async move { task.abort() });
        }
    }
    while tasks.join_next().await.is_some() {}
    let all = async {
        for _ in 0..4 {
            // Kept for ever, so that four are needed at once.
            std::mem::forget(limiter.acquire_under("k", &budget, 0).await);
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("four permits are still there");
}
