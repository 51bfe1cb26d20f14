//! What time it is, and waiting: the one place where a login meets a clock, so that tests can be the clock.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::api::auth::Later;
use crate::api::pace::Pace;

/// The platform's time as this machine knows it.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> i64;

    /// Comes back when so much of that time has passed.
    fn wait(&self, span: Duration) -> Later<'_, ()>;
}

/// The clock on the wall; waits run at this pace.
#[derive(Debug, Default)]
pub struct WallClock(pub Pace);

impl Clock for WallClock {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    fn wait(&self, span: Duration) -> Later<'_, ()> {
        Box::pin(self.0.sleep(span))
    }
}
