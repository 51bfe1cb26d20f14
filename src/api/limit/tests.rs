//! The limiter in paused time, against an oracle that only knows when requests left and answers came.

use std::sync::Mutex as StdMutex;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, sleep_until};

use super::*;
use crate::base::contract::Contract;

/// One request as the outside saw it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    task: usize,
    conditions: u32,
    sent: Instant,
    received: Instant,
}

/// What one task does.
#[derive(Debug, Clone, Copy)]
struct Job {
    arrives_ms: u64,
    latency_ms: u64,
    conditional: bool,
    /// Gives up this long after arriving, waiting or sent.
    gives_up_ms: Option<u64>,
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("runtime");
    // A lost permit would hang for ever; in paused time a day passes at once.
    let day = Duration::from_secs(86_400);
    runtime.block_on(async { tokio::time::timeout(day, test).await.expect("nobody waits for ever") })
}

fn size(limit: u32, millis: u64, condition: Option<u8>) -> WindowSize {
    WindowSize { limit, span: Duration::from_millis(millis), condition }
}

fn budget(windows: &[WindowSize]) -> Budget {
    Budget { windows: windows.to_vec(), guessed: false }
}

/// Records a request as sent when created and as received when dropped, aborted tasks included.
struct Recorder {
    log: Arc<StdMutex<Vec<Seen>>>,
    seen: Seen,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.log.lock().expect("log").push(Seen { received: Instant::now(), ..self.seen });
    }
}

/// Runs all jobs and gives what was seen, by time of sending.
async fn work(budget: &Budget, pace: Pace, jobs: &[Job]) -> Vec<Seen> {
    work_on(&Arc::new(Limiter::new(pace, 0.0)), "GET /x", budget, jobs).await
}

async fn work_on(limiter: &Arc<Limiter>, key: &'static str, budget: &Budget, jobs: &[Job]) -> Vec<Seen> {
    let log = Arc::new(StdMutex::new(Vec::new()));
    let start = Instant::now();
    let mut tasks = Vec::new();
    for (task, job) in jobs.iter().copied().enumerate() {
        let (limiter, log, budget) = (Arc::clone(limiter), Arc::clone(&log), budget.clone());
        let work = async move {
            sleep_until(start + Duration::from_millis(job.arrives_ms)).await;
            let conditions = u32::from(job.conditional);
            let mut permit = limiter.acquire_under(key, &budget, conditions).await;
            permit.sending();
            let now = Instant::now();
            let _seen = Recorder { log, seen: Seen { task, conditions, sent: now, received: now } };
            if job.latency_ms > 0 {
                sleep(Duration::from_millis(job.latency_ms)).await;
            }
            permit.accepted();
        };
        tasks.push(tokio::spawn(async move {
            match job.gives_up_ms {
                Some(ms) => {
                    drop(tokio::time::timeout(Duration::from_millis(job.arrives_ms + ms), work).await);
                }
                None => work.await,
            }
        }));
    }
    for task in tasks {
        task.await.expect("task");
    }
    let mut seen = std::mem::take(&mut *log.lock().expect("log"));
    seen.sort_by_key(|s| s.sent);
    seen
}

/// The most requests that a server could count in one sliding window, had it seen each at the worst moment
/// between sending and receiving.
fn worst_count(seen: &[Seen], window: WindowSize, span: Duration) -> usize {
    let counted: Vec<&Seen> =
        seen.iter().filter(|s| window.condition.is_none_or(|bit| s.conditions >> bit & 1 == 1)).collect();
    let overlaps = |s: &Seen, last: &Seen| s.sent <= last.sent && s.received + span > last.sent;
    counted.iter().map(|last| counted.iter().filter(|s| overlaps(s, last)).count()).max().unwrap_or(0)
}

/// When the last of `count` instant requests can leave at the earliest: nobody can be faster than this.
fn earliest_end(count: usize, windows: &[WindowSize]) -> Duration {
    let mut at: Vec<Duration> = Vec::new();
    for k in 0..count {
        let free = windows.iter().filter_map(|w| Some(at[k.checked_sub(w.limit as usize)?] + w.span));
        at.push(free.max().unwrap_or_default().max(at.last().copied().unwrap_or_default()));
    }
    at.last().copied().unwrap_or_default()
}

fn windows() -> impl Strategy<Value = Vec<WindowSize>> {
    let short = (1..12_u32, 500..1500_u64);
    let long = proptest::option::of((5..40_u32, 2000..8000_u64));
    let conditional = proptest::option::of((1..4_u32, 500..1500_u64));
    (short, long, conditional).prop_map(|(short, long, conditional)| {
        let long = long.map(|(limit, span)| size(limit, span, None));
        let conditional = conditional.map(|(limit, span)| size(limit, span, Some(0)));
        std::iter::once(size(short.0, short.1, None)).chain(long).chain(conditional).collect()
    })
}

fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let arrival = prop_oneof![Just(0), 0..6000_u64];
    let latency = prop_oneof![Just(0), 1..50_u64, 50..4000_u64];
    let gives_up = proptest::option::weighted(0.2, 0..5000_u64);
    let job = (arrival, latency, proptest::bool::weighted(0.3), gives_up).prop_map(|(a, l, c, g)| Job {
        arrives_ms: a,
        latency_ms: l,
        conditional: c,
        gives_up_ms: g,
    });
    proptest::collection::vec(job, 1..80)
}

proptest! {
    #[test]
    fn no_window_ever_holds_more_than_its_limit(windows in windows(), jobs in jobs(), scale in 1..3_u32) {
        let pace = Pace::new(f64::from(scale)).expect("pace");
        let seen = run(work(&budget(&windows), pace, &jobs));
        for window in windows {
            let span = window.span / scale;
            let worst = worst_count(&seen, window, span);
            prop_assert!(worst <= window.limit as usize, "{worst} in {window:?}");
        }
    }

    #[test]
    fn steady_work_uses_the_whole_rate(windows in windows(), count in 2..150_usize) {
        let windows: Vec<_> = windows.into_iter().filter(|w| w.condition.is_none()).collect();
        let job = Job { arrives_ms: 0, latency_ms: 0, conditional: false, gives_up_ms: None };
        let seen = run(work(&budget(&windows), Pace::REAL, &vec![job; count]));
        prop_assert_eq!(seen.len(), count);
        let took = seen[count - 1].sent - seen[0].sent;
        let best = earliest_end(count, &windows);
        prop_assert!(took >= best, "faster than possible: {took:?} < {best:?}");
        prop_assert!(took <= best.mul_f64(1.03), "{took:?} where {best:?} would do");
    }

    #[test]
    fn after_any_history_the_whole_budget_is_there_again(windows in windows(), jobs in jobs()) {
        let whole = budget(&windows);
        let limits = windows.iter().filter(|w| w.condition.is_none()).map(|w| w.limit as usize);
        let smallest = limits.min().expect("one window");
        let after = run(async {
            let limiter = Arc::new(Limiter::new(Pace::REAL, 0.0));
            work_on(&limiter, "k", &whole, &jobs).await;
            sleep(Duration::from_secs(60)).await;
            burst(&limiter, &whole).await
        });
        prop_assert_eq!(after, smallest);
    }

    #[test]
    fn first_come_first_served(windows in windows(), mut jobs in jobs()) {
        for (i, job) in jobs.iter_mut().enumerate() {
            job.gives_up_ms = None;
            job.arrives_ms = job.arrives_ms / 100 * 100 + i as u64;
        }
        let seen = run(work(&budget(&windows), Pace::REAL, &jobs));
        prop_assert_eq!(seen.len(), jobs.len(), "everyone is served");
        for class in [0, 1] {
            let mut order: Vec<&Seen> = seen.iter().filter(|s| s.conditions == class).collect();
            order.sort_by_key(|s| s.sent);
            let arrivals: Vec<(Instant, u64)> = order.iter().map(|s| (s.sent, jobs[s.task].arrives_ms)).collect();
            prop_assert!(arrivals.windows(2).all(|p| p[0].0 == p[1].0 || p[0].1 <= p[1].1), "{arrivals:?}");
        }
    }
}

#[test]
fn the_documented_rates_are_reached_exactly() {
    run(async {
        let contract = Contract::built_in().expect("contract");
        let users =
            contract.endpoint("GET", "/open-apis/contact/v3/users/find_by_department").expect("endpoint");
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let start = Instant::now();
        for _ in 0..3000 {
            let mut permit = limiter.acquire(users, 0).await;
            permit.sending();
            permit.accepted();
        }
        // 1000 in 20 s at 50/s, then the minute is full: 0, 60 and 120 s, and 19 s for the last 50 × 20.
        let took = start.elapsed();
        assert!(took >= Duration::from_secs(139) && took < Duration::from_millis(139_200), "{took:?}");
    });
}

#[test]
fn a_conditional_window_holds_up_only_its_own() {
    run(async {
        let windows = [size(50, 1000, None), size(1, 1000, Some(0))];
        let job = |conditional| Job { arrives_ms: 0, latency_ms: 0, conditional, gives_up_ms: None };
        let mut jobs = vec![job(true); 5];
        jobs.extend(vec![job(false); 20]);
        let seen = run_inline(&windows, &jobs).await;
        let at = |s: &Seen| s.sent.duration_since(seen[0].sent).as_secs();
        assert!(seen.iter().filter(|s| s.conditions == 0).all(|s| at(s) == 0), "plain requests pass by");
        assert_eq!(seen.iter().filter(|s| s.conditions == 1).map(at).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    });
}

async fn run_inline(windows: &[WindowSize], jobs: &[Job]) -> Vec<Seen> {
    work(&budget(windows), Pace::REAL, jobs).await
}

#[test]
fn waiting_tasks_that_give_up_take_no_permit_along() {
    run(async {
        let one = budget(&[size(1, 1000, None)]);
        let limiter = Arc::new(Limiter::new(Pace::REAL, 0.0));
        let start = Instant::now();
        let mut held = limiter.acquire_under("k", &one, 0).await;
        held.sending();
        let waiters: Vec<_> = (0..50)
            .map(|_| {
                let (limiter, one) = (Arc::clone(&limiter), one.clone());
                tokio::spawn(async move { drop(limiter.acquire_under("k", &one, 0).await) })
            })
            .collect();
        tokio::task::yield_now().await;
        for waiter in &waiters {
            waiter.abort();
        }
        held.accepted();
        let next = limiter.acquire_under("k", &one, 0).await;
        assert_eq!(start.elapsed().as_millis(), 1000);
        drop(next);
        let _unsent_is_free = limiter.acquire_under("k", &one, 0).await;
        assert_eq!(start.elapsed().as_millis(), 1000, "a permit that was never sent costs nothing");
    });
}

#[test]
fn a_permit_counts_until_a_window_after_its_answer() {
    run(async {
        let one = budget(&[size(1, 1000, None)]);
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let start = Instant::now();
        let mut permit = limiter.acquire_under("k", &one, 0).await;
        permit.sending();
        sleep(Duration::from_millis(700)).await;
        permit.accepted();
        drop(limiter.acquire_under("k", &one, 0).await);
        assert_eq!(start.elapsed().as_millis(), 1700);
    });
}

#[test]
fn a_refusal_pauses_the_bucket_for_as_long_as_the_remote_says() {
    run(async {
        let fast = budget(&[size(100, 1000, None)]);
        let limiter = Limiter::new(Pace::new(60.0).expect("pace"), 0.0);
        let start = Instant::now();
        let mut permit = limiter.acquire_under("k", &fast, 0).await;
        permit.sending();
        let told = Throttle { reset: Some(Duration::from_secs(30)), limit: None };
        assert_eq!(permit.throttled(told).as_secs(), 30);
        drop(limiter.acquire_under("k", &fast, 0).await);
        let took = start.elapsed().as_millis();
        assert!((500..=502).contains(&took), "30 virtual seconds are half a second: {took}");
    });
}

#[test]
fn a_reset_of_nothing_still_pauses() {
    run(async {
        let fast = budget(&[size(100, 1000, None)]);
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let mut permit = limiter.acquire_under("k", &fast, 0).await;
        permit.sending();
        let told = Throttle { reset: Some(Duration::ZERO), limit: Some(0) };
        assert_eq!(permit.throttled(told), SECOND);
        drop(limiter.acquire_under("k", &fast, 0).await);
    });
}

#[test]
fn blind_refusals_pause_longer_each_time() {
    run(async {
        let fast = budget(&[size(100, 1000, None)]);
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let mut permit = limiter.acquire_under("k", &fast, 0).await;
            permit.sending();
            pauses.push(permit.throttled(Throttle::default()).as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 32]);
        let mut permit = limiter.acquire_under("k", &fast, 0).await;
        permit.sending();
        permit.accepted();
        let mut permit = limiter.acquire_under("k", &fast, 0).await;
        permit.sending();
        assert_eq!(permit.throttled(Throttle::default()).as_secs(), 1);
    });
}

/// How many permits come at once.
async fn burst(limiter: &Limiter, budget: &Budget) -> usize {
    let start = Instant::now();
    let mut count = 0;
    loop {
        let mut permit = limiter.acquire_under("k", budget, 0).await;
        if Instant::now() > start {
            return count;
        }
        permit.sending();
        permit.accepted();
        count += 1;
    }
}

#[test]
fn after_a_refusal_the_rate_drops_and_comes_back() {
    run(async {
        let ten = budget(&[size(10, 1000, None)]);
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let mut under_way = Vec::new();
        for _ in 0..10 {
            let mut permit = limiter.acquire_under("k", &ten, 0).await;
            permit.sending();
            under_way.push(permit);
        }
        for permit in under_way {
            permit.throttled(Throttle::default());
        }
        sleep(Duration::from_millis(900)).await;
        let mut bursts = Vec::new();
        sleep(Duration::from_secs(64)).await;
        bursts.push(burst(&limiter, &ten).await);
        assert_eq!(bursts, [10], "long since recovered");
        let mut permit = limiter.acquire_under("k", &ten, 0).await;
        permit.sending();
        permit.throttled(Throttle::default());
        sleep(Duration::from_millis(1500)).await;
        assert_eq!(burst(&limiter, &ten).await, 6, "half, and one window's recovery");
    });
}

#[test]
fn a_guess_follows_the_remote_and_a_page_does_not_rise() {
    run(async {
        let guess = Budget { guessed: true, ..budget(&[size(5, 1000, None)]) };
        let page = budget(&[size(5, 1000, None)]);
        for (budget, corrected) in [(&guess, 20), (&page, 5)] {
            let limiter = Limiter::new(Pace::REAL, 0.0);
            let mut permit = limiter.acquire_under("k", budget, 0).await;
            permit.sending();
            permit.throttled(Throttle { reset: Some(SECOND), limit: Some(20) });
            sleep(Duration::from_secs(60)).await;
            assert_eq!(burst(&limiter, budget).await, corrected);
        }
    });
}

#[test]
fn a_minute_window_is_learnt_from_its_headers() {
    run(async {
        let guess = Budget { guessed: true, ..budget(&[size(5, 1000, None)]) };
        let limiter = Limiter::new(Pace::REAL, 0.0);
        let mut permit = limiter.acquire_under("k", &guess, 0).await;
        permit.sending();
        permit.throttled(Throttle { reset: Some(Duration::from_secs(40)), limit: Some(20) });
        sleep(Duration::from_secs(200)).await;
        let start = Instant::now();
        for _ in 0..21 {
            let mut permit = limiter.acquire_under("k", &guess, 0).await;
            permit.sending();
            permit.accepted();
        }
        assert!(start.elapsed() >= MINUTE, "the 21st waits for the minute: {:?}", start.elapsed());
    });
}

#[test]
fn budgets_come_from_the_contract() {
    let contract = Contract::built_in().expect("contract");
    let budget_of =
        |method, path, headroom| Budget::of(contract.endpoint(method, path).expect("endpoint"), headroom);
    let patch = budget_of("PATCH", "/open-apis/contact/v3/users/:user_id", 0.0);
    let minute = WindowSize { limit: 1000, span: MINUTE, condition: None };
    let second = WindowSize { limit: 50, span: SECOND, condition: None };
    let frozen = WindowSize { limit: 1, span: SECOND, condition: Some(0) };
    assert_eq!(patch, Budget { windows: vec![minute, second, frozen], guessed: false });
    let special = budget_of("GET", "/open-apis/application/v6/scopes", 0.0);
    assert!(special.guessed);
    assert_eq!(special.windows, [WindowSize { limit: 5, span: SECOND, condition: None }]);
    let careful = budget_of("PATCH", "/open-apis/contact/v3/users/:user_id", 0.2);
    assert_eq!(careful.windows.iter().map(|w| w.limit).collect::<Vec<_>>(), [800, 40, 1]);
}
