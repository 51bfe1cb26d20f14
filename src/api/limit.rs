//! The rate limiter: one bucket per endpoint, shared by all tasks.
//!
//! The remote counts per method and path template, in a minute window and a second window at once. Ours is a
//! *send-to-receive* window: a permit takes a slot when the request is sent and gives it back one window after
//! the answer *arrived*. The server saw the request somewhere between the two, so whatever the network does,
//! N+1 requests can never fall into one of its sliding windows of N. Nothing needs to be held back for jitter,
//! and the documented rate is used in full; the price is one latency per window.
//!
//! Waiting is first come, first served, and costs one timer per endpoint, however many tasks wait. A task that
//! gives up takes nothing with it. The remote's own word (429 with its headers) is obeyed by the whole bucket.

mod bucket;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bucket::Bucket;
pub use bucket::Permit;
use window::Window;

use super::pace::Pace;
use crate::base::contract::Endpoint;

/// Where a page gives no figure or says "special": the lowest tier that still gets work done (platform.md 6).
const UNKNOWN_PER_SECOND: u32 = 5;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// How many requests may go to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Requests per span; `condition` is the bit of a request that the window applies to, `None` for all.
    pub windows: Vec<WindowSize>,
    /// The figures are ours, not the page's: the remote may correct them upward too.
    pub guessed: bool,
}

/// One window of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSize {
    pub limit: u32,
    pub span: Duration,
    pub condition: Option<u8>,
}

impl Budget {
    /// Reads an endpoint's budget from the contract, leaving `headroom` (0 to 1) of every limit to others.
    pub fn of(endpoint: &Endpoint, headroom: f64) -> Self {
        let rate = endpoint.rate;
        let always =
            |limit: Option<u32>, span| limit.map(|limit| WindowSize { limit, span, condition: None });
        let mut windows: Vec<WindowSize> =
            always(rate.per_minute, MINUTE).into_iter().chain(always(rate.per_second, SECOND)).collect();
        let guessed = windows.is_empty();
        if guessed {
            windows.extend(always(Some(UNKNOWN_PER_SECOND), SECOND));
        }
        windows.extend((0..32).zip(&endpoint.rate_when).map(|(bit, rate)| WindowSize {
            limit: rate.per_second,
            span: SECOND,
            condition: Some(bit),
        }));
        for window in &mut windows {
            window.limit = share(window.limit, headroom);
        }
        Self { windows, guessed }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and the limit")]
fn share(limit: u32, headroom: f64) -> u32 {
    let kept = if headroom.is_finite() { 1.0 - headroom.clamp(0.0, 1.0) } else { 1.0 };
    ((f64::from(limit) * kept).floor() as u32).max(1)
}

/// What the remote said when it refused for the rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Throttle {
    /// `x-ogw-ratelimit-reset` or `Retry-After`: how long to wait.
    pub reset: Option<Duration>,
    /// `x-ogw-ratelimit-limit`: the size of the window that is full.
    pub limit: Option<u32>,
}

/// All buckets.
#[derive(Debug)]
pub struct Limiter {
    pace: Pace,
    headroom: f64,
    buckets: Mutex<HashMap<String, Arc<Bucket>>>,
}

impl Limiter {
    pub fn new(pace: Pace, headroom: f64) -> Self {
        Self { pace, headroom, buckets: Mutex::new(HashMap::new()) }
    }

    /// Waits for a slot for one request; `conditions` are the request's bits.
    pub async fn acquire(&self, endpoint: &Endpoint, conditions: u32) -> Permit {
        let bucket = self.bucket(endpoint.key(), || Budget::of(endpoint, self.headroom));
        Bucket::acquire(&bucket, conditions).await
    }

    /// Waits for a slot under a budget of the caller's.
    pub async fn acquire_under(&self, key: &str, budget: &Budget, conditions: u32) -> Permit {
        let bucket = self.bucket(key.to_owned(), || budget.clone());
        Bucket::acquire(&bucket, conditions).await
    }

    fn bucket(&self, key: String, budget: impl FnOnce() -> Budget) -> Arc<Bucket> {
        let mut buckets = lock(&self.buckets);
        Arc::clone(buckets.entry(key).or_insert_with(|| Arc::new(Bucket::new(&budget(), self.pace))))
    }
}

/// Locks a mutex whose holders cannot leave it half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
