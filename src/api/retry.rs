//! Whether, when and how often to send again.
//!
//! [`judge`] turns a failed attempt into a [`Verdict`]: its class, and whether the remote may have acted.
//! [`decide`] turns verdict and history into the next [`Step`]. Both are pure; the procedure is platform.md 5.1,
//! the classes are 5.2, and the codes that mean something else in one service are in `table`. A write that may
//! have happened is sent again only if a second copy is harmless.

mod table;

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::envelope::Failure;
use super::refusal::Refusal;
use super::request::Repeat;
use super::transport::TransportError;
use crate::base::contract::{Class, Contract, Endpoint};

/// Codes after which nothing more can work in this run (platform.md 17, rule 12).
const STOPS_RUN: [i64; 4] = [99_991_401, 99_991_403, 99_991_662, 99_991_673];

/// Unknown server errors are tried less often than known transient ones.
const UNKNOWN_5XX_ATTEMPTS: u32 = 3;

/// How patient the client is. Durations are virtual.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in all while failures are transient.
    pub attempts: u32,
    /// The first wait; each further one is twice as long.
    pub first_wait: Duration,
    /// The same where another writer holds a lock: the page says some seconds.
    pub first_lock_wait: Duration,
    /// How long to wait for the rate in all, whatever the number of refusals.
    pub rate_budget: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(500),
            first_lock_wait: Duration::from_secs(2),
            rate_budget: Duration::from_secs(15 * 60),
        }
    }
}

/// Whether the remote may have carried the request out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    No,
    Maybe,
}

/// What one failed attempt means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub executed: Executed,
    /// Somebody else holds a lock: wait longer.
    pub locked: bool,
    /// At most so many attempts, whatever the policy says.
    pub attempts: Option<u32>,
    pub stops_run: bool,
}

impl Verdict {
    const fn of(class: Class, executed: Executed) -> Self {
        Self { class, executed, locked: false, attempts: None, stops_run: false }
    }
}

/// Judges a transport failure (steps 1 and 2).
pub fn judge_transport(error: &TransportError) -> Verdict {
    match error {
        TransportError::Unsendable(_) => Verdict::of(Class::Bug, Executed::No),
        // A certificate does not get better by asking again.
        TransportError::Tls(_) => Verdict::of(Class::Fatal, Executed::No),
        TransportError::TooLarge => Verdict::of(Class::Bug, Executed::Maybe),
        TransportError::Dns { .. }
        | TransportError::ConnectTimeout
        | TransportError::ConnectionRefused
        | TransportError::Proxy(_)
        | TransportError::Unreachable(_) => Verdict::of(Class::Retry, Executed::No),
        TransportError::Timeout
        | TransportError::Reset
        | TransportError::Closed
        | TransportError::Truncated(_)
        | TransportError::Other(_) => Verdict::of(Class::Retry, Executed::Maybe),
    }
}

/// Judges an answer that is no success (steps 3 and 5 to 9).
pub fn judge(endpoint: &Endpoint, failure: &Failure) -> Verdict {
    match failure {
        Failure::Refused(refusal) => judge_refusal(endpoint, refusal),
        Failure::Redirected { .. } => Verdict::of(Class::Bug, Executed::No),
        Failure::Foreign { http, .. } => match http {
            429 => Verdict::of(Class::Rate, Executed::No),
            408 | 425 => Verdict::of(Class::Retry, Executed::Maybe),
            400..500 => Verdict::of(Class::Bug, Executed::No),
            _ => Verdict::of(Class::Retry, Executed::Maybe),
        },
    }
}

fn judge_refusal(endpoint: &Endpoint, refusal: &Refusal) -> Verdict {
    let stops_run = STOPS_RUN.contains(&refusal.code);
    let generic = || {
        let rows = Contract::built_in().map(|contract| contract.generic(refusal.code)).unwrap_or_default();
        // Where two services mean different things and this is a third one, the status says which is nearer: to take
        // an internal error for a refusal would be to forget what was done.
        let broken = refusal.http >= 500;
        let row = rows.iter().find(|row| (executed(row.class) == Executed::Maybe) == broken).or(rows.first());
        row.map(|row| Verdict::of(row.class, executed(row.class)))
    };
    let words = || table::by_words(endpoint, refusal.code, &refusal.msg);
    let known = table::find(endpoint, refusal.code).or_else(words).or_else(generic);
    let verdict = known.unwrap_or_else(|| match refusal.http {
        // Without the headers it is a hard limit that happens to use the status (platform.md 5.4).
        429 if refusal.throttle.is_some() => Verdict::of(Class::Rate, Executed::No),
        429 => Verdict::of(Class::Quota, Executed::No),
        500.. => {
            Verdict { attempts: Some(UNKNOWN_5XX_ATTEMPTS), ..Verdict::of(Class::Retry, Executed::Maybe) }
        }
        _ => Verdict::of(Class::User, Executed::No),
    });
    Verdict { stops_run, ..verdict }
}

/// An internal error may come after the deed; every other refusal comes before it.
fn executed(class: Class) -> Executed {
    match class {
        Class::Retry | Class::RetryOnce => Executed::Maybe,
        Class::Rate
        | Class::Token
        | Class::Login
        | Class::Permission
        | Class::Fatal
        | Class::Quota
        | Class::Absent
        | Class::Exists
        | Class::State
        | Class::User
        | Class::Bug
        | Class::NotApplicable => Executed::No,
    }
}

/// What happened so far to one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Attempts that failed for a passing reason, the last one included.
    pub transient: u32,
    /// Attempts refused for the token, the last one included.
    pub token: u32,
    /// Time spent waiting for the rate, the wait that was just imposed included.
    pub rate_waited: Duration,
    /// Since the first attempt was sent: what a key's window is measured by.
    pub since_first: Duration,
    /// Some attempt may have been carried out.
    pub ambiguous: bool,
}

impl History {
    /// Whether one more copy, sent after a wait, can do no harm.
    pub fn allows(&self, repeat: Repeat, wait: Duration) -> bool {
        !self.ambiguous || harmless(repeat, self.since_first + wait)
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Wait, then send again.
    Again(Duration),
    /// Send again as soon as the limiter lets it.
    WhenAllowed,
    /// Get another token, wait, then send again.
    Renew(Duration),
    GiveUp,
}

/// Decides; `jitter` is a number from 0 to 1. The history holds the attempt that the verdict is about.
pub fn decide(policy: &RetryPolicy, verdict: Verdict, repeat: Repeat, history: History, jitter: f64) -> Step {
    let ambiguous = history.ambiguous || verdict.executed == Executed::Maybe;
    let history = History { ambiguous, ..history };
    let wait = |nth: u32| {
        let first = if verdict.locked { policy.first_lock_wait } else { policy.first_wait };
        let full = first.saturating_mul(1 << nth.saturating_sub(1).min(16));
        full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    };
    let again = |attempts: u32| {
        let wait = wait(history.transient);
        let attempts = verdict.attempts.map_or(attempts, |most| most.min(attempts));
        let safe = history.allows(repeat, wait);
        if history.transient < attempts && safe { Step::Again(wait) } else { Step::GiveUp }
    };
    match verdict.class {
        Class::Retry => again(policy.attempts),
        Class::RetryOnce => again(2),
        Class::Rate if history.rate_waited <= policy.rate_budget => Step::WhenAllowed,
        Class::Token if history.token <= 1 && history.allows(repeat, wait(1)) => Step::Renew(wait(1)),
        Class::Rate
        | Class::Token
        | Class::Login
        | Class::Permission
        | Class::Fatal
        | Class::Quota
        | Class::Absent
        | Class::Exists
        | Class::State
        | Class::User
        | Class::Bug
        | Class::NotApplicable => Step::GiveUp,
    }
}

fn harmless(repeat: Repeat, since_first: Duration) -> bool {
    match repeat {
        Repeat::Read | Repeat::Idempotent => true,
        Repeat::Keyed { window } => since_first < window,
        Repeat::Never => false,
    }
}

/// A source of numbers from 0 to 1 that spreads the waits of many clients.
#[derive(Debug)]
pub struct Jitter(AtomicU64);

impl Jitter {
    /// The same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Different numbers in every process.
    pub fn random() -> Self {
        Self::seeded(RandomState::new().hash_one(0))
    }

    /// The next number: a Weyl sequence with a finaliser that mixes its bits.
    pub fn next(&self) -> f64 {
        const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut x = self.0.fetch_add(STRIDE, Ordering::Relaxed).wrapping_add(STRIDE);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let top = u32::try_from((x ^ (x >> 31)) >> 32).unwrap_or_default();
        f64::from(top) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
