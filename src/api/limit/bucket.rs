//! One endpoint's bucket: who waits, in which order, and who wakes them.
//!
//! A driver task lives exactly as long as somebody waits. It owns the only timer and hands permits to the tasks
//! through one-shot channels. A permit that finds no taker falls back into the bucket when it is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::window::Room;
use super::{Budget, MINUTE, SECOND, Throttle, Window, WindowSize, lock};
use crate::api::pace::Pace;

/// First pause when the remote refuses for the rate without saying for how long; doubles up to the last.
const BLIND_PAUSE: Duration = Duration::from_secs(1);
const BLIND_PAUSE_DOUBLINGS: u32 = 5;
/// The header counts whole seconds: a reset of 0 must not become a loop without a pause.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// No window of the remote is longer than a minute; a reset beyond this is obeyed only so far.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// A guessed limit rises on the remote's word, but not beyond the common top tier (platform.md 6).
const HIGHEST_GUESS: u32 = 50;

pub(super) struct Bucket {
    pace: Pace,
    guessed: bool,
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug)]
struct State {
    windows: Vec<Window>,
    /// By the conditions of the requests: a strict window of some must not hold up the others.
    queues: BTreeMap<u32, VecDeque<Waiter>>,
    arrivals: u64,
    paused_until: Option<Instant>,
    /// Refusals in a row.
    strikes: u32,
    driven: bool,
}

#[derive(Debug)]
struct Waiter {
    arrival: u64,
    hand: oneshot::Sender<Permit>,
}

/// The right to send one request.
///
/// Dropped before [`Permit::sending`], it frees its slot at once; after, one window later, whether or not an
/// answer came: the request may have reached the server at any moment until then.
pub struct Permit {
    bucket: Arc<Bucket>,
    conditions: u32,
    sent_at: Option<Instant>,
}

/// What the driver does next.
enum Next {
    Rest,
    WaitUntil(Instant),
    WaitForAnAnswer,
}

impl Bucket {
    pub(super) fn new(budget: &Budget, pace: Pace) -> Self {
        let windows = budget.windows.iter().map(|size| Window::new(*size, pace.real(size.span), 0)).collect();
        let state = State {
            windows,
            queues: BTreeMap::new(),
            arrivals: 0,
            paused_until: None,
            strikes: 0,
            driven: false,
        };
        Self { pace, guessed: budget.guessed, state: Mutex::new(state), wake: Notify::new() }
    }

    pub(super) async fn acquire(bucket: &Arc<Self>, conditions: u32) -> Permit {
        loop {
            // The sender only goes away unused with a driver whose runtime was shut down; then so are we.
            if let Ok(permit) = Self::queue_up(bucket, conditions).await {
                return permit;
            }
        }
    }

    fn queue_up(bucket: &Arc<Self>, conditions: u32) -> oneshot::Receiver<Permit> {
        let (hand, taken) = oneshot::channel();
        let mut state = lock(&bucket.state);
        state.arrivals += 1;
        let arrival = state.arrivals;
        state.queues.entry(conditions).or_default().push_back(Waiter { arrival, hand });
        let (granted, next) = state.pump(bucket, Instant::now());
        let undriven = !matches!(next, Next::Rest) && !state.driven;
        state.driven |= undriven;
        drop(state);
        deliver(granted);
        if undriven {
            tokio::spawn(drive(Driver { bucket: Arc::clone(bucket), resigned: false }));
        }
        taken
    }

    fn settle(&self, conditions: u32, sent: bool) {
        let now = Instant::now();
        let mut state = lock(&self.state);
        for window in state.windows.iter_mut().filter(|w| w.applies(conditions)) {
            window.give_back(sent, now);
        }
        drop(state);
        self.wake.notify_one();
    }
}

impl State {
    /// Grants whatever can be granted now, oldest first, and says when to look again.
    fn pump(&mut self, bucket: &Arc<Bucket>, now: Instant) -> (Vec<(Waiter, Permit)>, Next) {
        let mut granted = Vec::new();
        for queue in self.queues.values_mut() {
            queue.retain_front(|waiter| !waiter.hand.is_closed());
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            let next = if self.queues.is_empty() { Next::Rest } else { Next::WaitUntil(until) };
            return (granted, next);
        }
        loop {
            let mut first: Option<(u64, u32)> = None;
            let mut soonest: Option<Instant> = None;
            for (&conditions, queue) in &self.queues {
                let Some(waiter) = queue.front() else { continue };
                let windows = self.windows.iter_mut().filter(|w| w.applies(conditions));
                match windows.map(|w| w.room(now)).max().unwrap_or(Room::Now) {
                    Room::Now if first.is_none_or(|(arrival, _)| waiter.arrival < arrival) => {
                        first = Some((waiter.arrival, conditions));
                    }
                    Room::At(at) => soonest = Some(soonest.map_or(at, |s| s.min(at))),
                    Room::Now | Room::AfterAnAnswer => {}
                }
            }
            let Some((_, conditions)) = first else {
                let next = match soonest {
                    _ if self.queues.is_empty() => Next::Rest,
                    Some(at) => Next::WaitUntil(at),
                    None => Next::WaitForAnAnswer,
                };
                return (granted, next);
            };
            let Some(queue) = self.queues.get_mut(&conditions) else { continue };
            if let Some(waiter) = queue.pop_front() {
                for window in self.windows.iter_mut().filter(|w| w.applies(conditions)) {
                    window.take();
                }
                granted.push((waiter, Permit { bucket: Arc::clone(bucket), conditions, sent_at: None }));
            }
            queue.retain_front(|waiter| !waiter.hand.is_closed());
            if queue.is_empty() {
                self.queues.remove(&conditions);
            }
        }
    }

    fn learn(&mut self, throttle: Throttle, guessed: bool, conditions: u32, pace: Pace) {
        let Some(limit) = throttle.limit else { return };
        // The header does not name its window. A wait beyond a second can only be the minute's.
        let span = if throttle.reset.is_none_or(|reset| reset <= SECOND) { SECOND } else { MINUTE };
        let known = self.windows.iter_mut().find(|w| w.span == span && w.condition.is_none());
        match known {
            Some(window) => window.correct(limit, guessed && limit <= HIGHEST_GUESS),
            None if span == MINUTE => {
                let under_way =
                    self.windows.iter().find(|w| w.applies(conditions)).map_or(0, Window::under_way);
                let size = WindowSize { limit, span, condition: None };
                self.windows.push(Window::new(size, pace.real(span), under_way));
            }
            None => {}
        }
    }
}

fn deliver(granted: Vec<(Waiter, Permit)>) {
    for (waiter, permit) in granted {
        // No taker: the permit comes back in the error and returns its slots as it is dropped.
        let _ = waiter.hand.send(permit);
    }
}

/// Tells the bucket when its driver is gone, even if a runtime that shuts down took it.
struct Driver {
    bucket: Arc<Bucket>,
    resigned: bool,
}

impl Drop for Driver {
    fn drop(&mut self) {
        if !self.resigned {
            lock(&self.bucket.state).driven = false;
        }
    }
}

async fn drive(mut driver: Driver) {
    let bucket = &Arc::clone(&driver.bucket);
    loop {
        let (granted, next) = {
            let mut state = lock(&bucket.state);
            let (granted, next) = state.pump(bucket, Instant::now());
            if matches!(next, Next::Rest) {
                // Under the same lock, so that whoever comes next starts a new driver.
                state.driven = false;
                driver.resigned = true;
            }
            (granted, next)
        };
        deliver(granted);
        match next {
            Next::Rest => return,
            Next::WaitForAnAnswer => bucket.wake.notified().await,
            Next::WaitUntil(at) => {
                tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = bucket.wake.notified() => {}
                }
            }
        }
    }
}

impl Permit {
    /// Marks the moment of sending: from here on the request counts.
    pub fn sending(&mut self) {
        self.sent_at = Some(Instant::now());
    }

    /// Takes the mark back: the connection failed before a byte was sent.
    pub fn not_sent(&mut self) {
        self.sent_at = None;
    }

    /// The remote accepted the request as far as its rate goes.
    pub fn accepted(self) {
        lock(&self.bucket.state).strikes = 0;
    }

    /// The remote refused for the rate: the whole bucket pauses. Gives the (virtual) pause.
    pub fn throttled(self, throttle: Throttle) -> Duration {
        let now = Instant::now();
        let bucket = &self.bucket;
        let mut state = lock(&bucket.state);
        let blind = BLIND_PAUSE * (1 << state.strikes.min(BLIND_PAUSE_DOUBLINGS));
        let pause = throttle.reset.map_or(blind, |reset| reset.max(SHORTEST_PAUSE));
        state.strikes = state.strikes.saturating_add(1);
        let until = now + bucket.pace.real(pause.min(LONGEST_PAUSE));
        state.paused_until = Some(state.paused_until.map_or(until, |old| old.max(until)));
        let sent_at = self.sent_at.unwrap_or(now);
        for window in state.windows.iter_mut().filter(|w| w.applies(self.conditions)) {
            window.slow_down(sent_at, now, throttle.reset.is_some());
        }
        state.learn(throttle, bucket.guessed, self.conditions, bucket.pace);
        pause
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.bucket.settle(self.conditions, self.sent_at.is_some());
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("sent_at", &self.sent_at).finish_non_exhaustive()
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("guessed", &self.guessed).finish_non_exhaustive()
    }
}

/// Drops leading elements until one is worth keeping.
trait RetainFront<T> {
    fn retain_front(&mut self, keep: impl Fn(&T) -> bool);
}

impl<T> RetainFront<T> for VecDeque<T> {
    fn retain_front(&mut self, keep: impl Fn(&T) -> bool) {
        while self.front().is_some_and(|front| !keep(front)) {
            self.pop_front();
        }
    }
}
