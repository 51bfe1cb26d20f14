//! Tokens in paused time: how often they are fetched, and which one is served.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::api::error::{Cause, Desk};
use crate::base::contract::{Class, Contract};

/// Behaves like the remote: the same token while half an hour or more is left, then a new one.
#[derive(Debug)]
struct Remote {
    life: Duration,
    latency: Duration,
    fetches: AtomicUsize,
    broken: AtomicBool,
    current: Mutex<Option<(usize, Instant)>>,
}

impl Remote {
    fn new(life: u64) -> Arc<Self> {
        Arc::new(Self {
            life: Duration::from_secs(life),
            latency: Duration::from_millis(100),
            fetches: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            current: Mutex::new(None),
        })
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct Source(Arc<Remote>);

impl TokenSource for Source {
    fn fetch(&self) -> Later<'_, Result<Fetched, ApiError>> {
        Box::pin(async move {
            let remote = &self.0;
            remote.fetches.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(remote.latency).await;
            if remote.broken.load(Ordering::Relaxed) {
                return Err(an_error());
            }
            let mut current = remote.current.lock().expect("current");
            let (number, since) = match *current {
                Some((n, since)) if since.elapsed() + RENEW_BELOW <= remote.life => (n, since),
                Some((n, _)) => (n + 1, Instant::now()),
                None => (1, Instant::now()),
            };
            *current = Some((number, since));
            let life = remote.life.saturating_sub(since.elapsed());
            Ok(Fetched { token: Secret::new(format!("t-{number}")), life })
        })
    }
}

fn an_error() -> ApiError {
    let contract = Contract::built_in().expect("contract");
    let endpoint =
        contract.endpoint("POST", "/open-apis/auth/v3/tenant_access_token/internal").expect("endpoint");
    ApiError::unsent(Cause::Token("broken"), Class::Retry, endpoint, &Desk::default())
}

fn tokens(remote: &Arc<Remote>) -> Arc<TenantTokens> {
    TenantTokens::new(Box::new(Source(Arc::clone(remote))), Pace::REAL)
}

async fn get(tokens: &Arc<TenantTokens>) -> String {
    tokens.token().await.expect("token").expose().to_owned()
}

async fn minutes(minutes: u64) {
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
}

#[tokio::test(start_paused = true)]
async fn many_tasks_one_fetch() {
    let remote = Remote::new(7200);
    let tokens = tokens(&remote);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let tokens = Arc::clone(&tokens);
            tokio::spawn(async move { get(&tokens).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("task"), "t-1");
    }
    assert_eq!(remote.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_while_the_new_one_is_fetched() {
    let remote = Remote::new(7200);
    let tokens = tokens(&remote);
    get(&tokens).await;
    minutes(89).await;
    assert_eq!(get(&tokens).await, "t-1");
    assert_eq!(remote.fetches(), 1, "earlier than half an hour before the end is useless");
    minutes(2).await;
    let before = Instant::now();
    assert_eq!(get(&tokens).await, "t-1");
    assert_eq!(before.elapsed(), Duration::ZERO, "nobody waits for the renewal");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(get(&tokens).await, "t-2");
    assert_eq!(remote.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn close_to_the_end_everyone_waits() {
    let remote = Remote::new(7200);
    let tokens = tokens(&remote);
    get(&tokens).await;
    minutes(118).await;
    let before = Instant::now();
    assert_eq!(get(&tokens).await, "t-2");
    assert_eq!(before.elapsed(), remote.latency);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_harms_nobody_until_the_old_token_ends() {
    let remote = Remote::new(7200);
    let tokens = tokens(&remote);
    get(&tokens).await;
    remote.broken.store(true, Ordering::Relaxed);
    minutes(95).await;
    for _ in 0..20 {
        assert_eq!(get(&tokens).await, "t-1");
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
    assert_eq!(remote.fetches(), 3, "once a minute, not on every call");
    minutes(22).await;
    assert!(tokens.token().await.is_err());
    remote.broken.store(false, Ordering::Relaxed);
    assert_eq!(get(&tokens).await, "t-2");
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_share_a_failure() {
    let remote = Remote::new(7200);
    remote.broken.store(true, Ordering::Relaxed);
    let tokens = tokens(&remote);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let tokens = Arc::clone(&tokens);
            tokio::spawn(async move { tokens.token().await.is_err() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.expect("task"));
    }
    assert_eq!(remote.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_fetched_anew_once_and_no_more() {
    let remote = Remote::new(7200);
    let tokens = tokens(&remote);
    let bad = tokens.token().await.expect("token");
    for _ in 0..100 {
        tokens.doubt(&bad);
        assert_eq!(get(&tokens).await, "t-1", "the remote gives the same one back");
    }
    assert_eq!(remote.fetches(), 2, "the same answer again is an answer");
    tokens.doubt(&Secret::new("t-0"));
    get(&tokens).await;
    assert_eq!(remote.fetches(), 2, "somebody else's old token is no reason");
}

#[tokio::test(start_paused = true)]
async fn short_lives_are_believed() {
    for life in [0, 1, 20, 170, 600] {
        let remote = Remote::new(life);
        let tokens = tokens(&remote);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(1200) {
            get(&tokens).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let needed = 1200 / life.max(1) as usize;
        let fetches = remote.fetches();
        assert!(fetches >= needed.min(1000) && fetches <= needed * 3 + 5, "{life} s: {fetches} fetches");
    }
}

#[tokio::test(start_paused = true)]
async fn life_passes_at_the_given_pace() {
    let remote = Remote::new(7200);
    let pace = Pace::new(60.0).expect("pace");
    let tokens = TenantTokens::new(Box::new(Source(Arc::clone(&remote))), pace);
    get(&tokens).await;
    minutes(1).await;
    get(&tokens).await;
    assert_eq!(remote.fetches(), 1);
    minutes(1).await;
    get(&tokens).await;
    assert_eq!(remote.fetches(), 2, "two real minutes are two hours");
}

#[test]
fn the_identity_follows_the_endpoint() {
    let tokens = |text: &str| Some(Arc::new(StaticToken::new(Secret::new(text))) as Arc<dyn Tokens>);
    let both = Identities { tenant: tokens("t"), user: tokens("u") };
    let app = Identities { tenant: tokens("t"), user: None };
    let name = |identities: &Identities, takes: &[TokenType], insists| match identities.choose(takes, insists)
    {
        Choice::Nobody => "nobody",
        Choice::As(chosen) if identities.tenant.as_ref().is_some_and(|t| Arc::ptr_eq(t, &chosen)) => "tenant",
        Choice::As(_) => "user",
        Choice::Missing(_) => "missing",
    };
    use TokenType::{App, Tenant, User};
    assert_eq!(name(&both, &[], None), "nobody");
    assert_eq!(name(&both, &[Tenant, User], None), "tenant");
    assert_eq!(name(&both, &[Tenant, User], Some(User)), "user");
    assert_eq!(name(&both, &[User], None), "user");
    assert_eq!(name(&app, &[User], None), "missing");
    assert_eq!(name(&app, &[App], None), "tenant");
    assert_eq!(name(&both, &[Tenant], Some(User)), "missing");
    assert_eq!(name(&Identities::default(), &[Tenant, User], None), "missing");
}
