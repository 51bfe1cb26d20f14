//! Call frequency, per endpoint, app and tenant: sliding windows of a second and a minute, both at once.
//!
//! The reference names the figures and not the shape of the windows. Sliding ones are the strictest reading:
//! whoever keeps within them keeps within any other.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use super::answer::{Refusal, refuse};
use crate::base::contract::Endpoint;
use crate::sandbox::world::{Millis, World};

/// Says how many seconds to wait.
pub(super) const RESET: &str = "x-ogw-ratelimit-reset";

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60_000;

/// Recent calls that were let through.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    windows: HashMap<Key, Window>,
}

/// Endpoint, app, and which of the endpoint's limits (0 is the page's own).
type Key = (String, String, usize);

#[derive(Debug, Default)]
struct Window {
    calls: VecDeque<Millis>,
}

/// A budget: so many calls per window.
#[derive(Debug, Clone, Copy)]
struct Budget {
    calls: usize,
    window: Millis,
}

impl Limiter {
    /// Counts the call, or refuses it with how long to wait.
    ///
    /// # Errors
    /// 99991400, or the endpoint's own code, with `x-ogw-ratelimit-*`.
    pub(super) fn admit(
        &mut self,
        world: &World,
        endpoint: &Endpoint,
        app_id: &str,
        body: &Value,
    ) -> Result<(), Refusal> {
        let settings = world.settings();
        if !settings.rate_limits {
            return Ok(());
        }
        let mut limits = vec![(0, page_budgets(endpoint, settings.special_rate_per_second))];
        for (i, extra) in endpoint.rate_when.iter().enumerate() {
            if extra.any_of.iter().any(|f| body.get(f).is_some_and(|v| !v.is_null())) {
                let budget = Budget { calls: extra.per_second as usize, window: SECOND };
                limits.push((i + 1, vec![budget]));
            }
        }
        let key = |i: usize| (endpoint.key(), app_id.to_owned(), i);
        for (i, budgets) in &limits {
            let window = self.windows.entry(key(*i)).or_default();
            if let Some((budget, wait)) = window.blocked(budgets, world.now) {
                return Err(too_many(world, endpoint, budget, wait));
            }
        }
        for (i, _) in &limits {
            if let Some(window) = self.windows.get_mut(&key(*i)) {
                window.calls.push_back(world.now);
            }
        }
        Ok(())
    }
}

fn page_budgets(endpoint: &Endpoint, special: u32) -> Vec<Budget> {
    let rate = endpoint.rate;
    let mut budgets = Vec::new();
    if let Some(calls) = rate.per_second {
        budgets.push(Budget { calls: calls as usize, window: SECOND });
    }
    if let Some(calls) = rate.per_minute {
        budgets.push(Budget { calls: calls as usize, window: MINUTE });
    }
    if rate.special {
        budgets.push(Budget { calls: special as usize, window: SECOND });
    }
    budgets
}

impl Window {
    /// The budget that is used up, and the milliseconds until a call fits again.
    fn blocked(&mut self, budgets: &[Budget], now: Millis) -> Option<(Budget, Millis)> {
        while self.calls.front().is_some_and(|at| now - at >= MINUTE) {
            self.calls.pop_front();
        }
        budgets
            .iter()
            .filter_map(|budget| {
                // The oldest of the last `calls` calls must have left the window.
                let nth = self.calls.len().checked_sub(budget.calls)?;
                let free_at = self.calls.get(nth).map_or(now, |at| at + budget.window);
                (free_at > now).then_some((*budget, free_at - now))
            })
            .max_by_key(|(_, wait)| *wait)
    }
}

fn too_many(world: &World, endpoint: &Endpoint, budget: Budget, wait: Millis) -> Refusal {
    let seconds = wait.max(1).cast_unsigned().div_ceil(1000);
    let (settings, key) = (world.settings(), endpoint.key());
    let code = settings.rate_codes.get(&key).copied().unwrap_or(99_991_400);
    let usual = endpoint.rate.status.unwrap_or(429);
    let status = if settings.rate_answers_400.contains(&key) { 400 } else { usual };
    let mut refusal = refuse(code).http(status);
    refusal.headers = vec![("x-ogw-ratelimit-limit", budget.calls.to_string()), (RESET, seconds.to_string())];
    refusal
}
