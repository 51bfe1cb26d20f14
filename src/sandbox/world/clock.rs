//! The tenant's clock: real, accelerated, or stepped by a test.
//!
//! Virtual time never goes back, not even over a restart: the store keeps how far it had come.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 in virtual time.
pub type Millis = i64;

#[derive(Debug)]
pub struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    anchor_real: Instant,
    anchor_virtual: Millis,
    scale: f64,
}

impl State {
    fn now(&self) -> Millis {
        let real = self.anchor_real.elapsed().as_secs_f64();
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any sane run fit")]
        let passed = (real * 1000.0 * self.scale) as Millis;
        self.anchor_virtual.saturating_add(passed)
    }
}

impl Clock {
    /// Starts at the real time, or where an earlier run had come to if that is later. A scale of 0 stands still
    /// until it is stepped.
    pub fn starting(not_before: Option<Millis>, scale: f64) -> Self {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| Millis::try_from(d.as_millis()).unwrap_or(0));
        let anchor_virtual = not_before.map_or(real, |floor| floor.max(real));
        Self { state: Mutex::new(State { anchor_real: Instant::now(), anchor_virtual, scale }) }
    }

    pub fn now(&self) -> Millis {
        self.lock().now()
    }

    pub fn scale(&self) -> f64 {
        self.lock().scale
    }

    /// Jumps forward.
    pub fn step(&self, by: Duration) {
        let mut state = self.lock();
        let by = Millis::try_from(by.as_millis()).unwrap_or(Millis::MAX);
        state.anchor_virtual = state.anchor_virtual.saturating_add(by);
    }

    /// Changes the pace from now on.
    pub fn set_scale(&self, scale: f64) {
        let mut state = self.lock();
        *state = State { anchor_real: Instant::now(), anchor_virtual: state.now(), scale };
    }

    /// How long a virtual span takes in reality; nothing when time stands still.
    pub fn real(&self, span: Duration) -> Duration {
        let scale = self.scale();
        if scale > 0.0 { span.div_f64(scale) } else { Duration::ZERO }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
