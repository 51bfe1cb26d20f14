//! How fast time passes for the client.
//!
//! One [`Pace`] is shared by the limiter, the backoff and the life of tokens, so that a demonstration against
//! the sandbox can run 60 times faster than the documented limits without a single limit being bent: a
//! minute window then lasts one real second on both sides. Durations in settings and in answers are always
//! *virtual*; only this module converts. Network timeouts are not scaled: the network is not in the game.

use std::time::Duration;

use tokio::time::Instant;

/// Virtual seconds per real second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    scale: f64,
}

impl Pace {
    /// The wall clock's own pace.
    pub const REAL: Self = Self { scale: 1.0 };

    /// A pace `scale` times faster than the wall clock; `None` unless it is a positive, finite number.
    pub fn new(scale: f64) -> Option<Self> {
        (scale.is_finite() && scale > 0.0).then_some(Self { scale })
    }

    pub fn scale(self) -> f64 {
        self.scale
    }

    /// The real time that a virtual duration takes, never rounded down.
    ///
    /// The microsecond on top of a scaled duration outweighs the rounding of both sides' conversions: a
    /// window that ends a nanosecond early would let one request too many into the server's window.
    pub fn real(self, virtual_time: Duration) -> Duration {
        if self.scale == 1.0 {
            return virtual_time;
        }
        Duration::try_from_secs_f64(virtual_time.as_secs_f64() / self.scale)
            .map_or(Duration::MAX, |real| real.saturating_add(Duration::from_micros(1)))
    }

    /// The virtual time that has passed since an instant.
    pub fn since(self, start: Instant) -> Duration {
        let real = start.elapsed();
        if self.scale == 1.0 {
            return real;
        }
        Duration::try_from_secs_f64(real.as_secs_f64() * self.scale).unwrap_or(Duration::MAX)
    }

    /// Sleeps for a virtual duration.
    pub async fn sleep(self, virtual_time: Duration) {
        tokio::time::sleep(self.real(virtual_time)).await;
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::REAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_a_positive_number() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Pace::new(bad), None);
        }
        let pace = Pace::new(60.0).expect("pace");
        let real = pace.real(Duration::from_secs(60));
        assert!(real >= Duration::from_secs(1) && real < Duration::from_millis(1001), "{real:?}");
        assert_eq!(Pace::REAL.real(Duration::from_secs(7)), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn sleeping_and_measuring_agree() {
        let pace = Pace::new(60.0).expect("pace");
        let start = Instant::now();
        pace.sleep(Duration::from_secs(600)).await;
        assert_eq!(start.elapsed().as_secs(), 10);
        assert_eq!(pace.since(start).as_secs(), 600);
    }
}
