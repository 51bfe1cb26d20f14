//! What applying costs: calls by endpoint, the limits from the contract, and the time below which nothing can get it.
//!
//! The time is a lower bound. Every window of every endpoint is used to the full from the first moment (the client
//! does), lanes and chains of dependencies pay [`ROUND_TRIP_MS`] a call. What the remote never published costs
//! nothing here.

use std::collections::BTreeMap;

use super::data::{Cost, EndpointCost, Step};
use crate::base::contract::{Contract, Endpoint};

/// The least that a call takes, there and back. Measured figures from outside of China are 80 to 300.
const ROUND_TRIP_MS: u64 = 50;
const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60_000;

/// Prices steps, which stand in an order that respects their dependencies.
pub(super) fn price(steps: &[Step]) -> Cost {
    let mut endpoints = endpoints(steps);
    endpoints.sort_by(|a, b| (b.at_best_ms, b.calls, &a.endpoint).cmp(&(a.at_best_ms, a.calls, &b.endpoint)));
    let mut slowest: Option<(u64, String)> = None;
    let mut consider = |ms: u64, name: &dyn Fn() -> String| {
        if slowest.as_ref().is_none_or(|(most, _)| ms > *most) {
            slowest = Some((ms, name()));
        }
    };
    for endpoint in &endpoints {
        consider(endpoint.at_best_ms, &|| endpoint.endpoint.clone());
    }
    for (lane, calls) in lanes(steps) {
        consider(calls * ROUND_TRIP_MS, &|| format!("lane {lane}"));
    }
    consider(longest_chain(steps) * ROUND_TRIP_MS, &|| "steps that wait for each other".to_owned());
    let (at_best_ms, bottleneck) =
        slowest.filter(|_| !steps.is_empty()).map_or((0, None), |(ms, name)| (ms, Some(name)));
    Cost { calls: u64::try_from(steps.len()).unwrap_or(u64::MAX), endpoints, at_best_ms, bottleneck }
}

fn endpoints(steps: &[Step]) -> Vec<EndpointCost> {
    let mut by_endpoint: BTreeMap<(&str, &str), Vec<&Step>> = BTreeMap::new();
    for step in steps {
        by_endpoint.entry((&step.draft.call.method, &step.draft.call.path)).or_default().push(step);
    }
    let contract = Contract::built_in().ok();
    by_endpoint
        .into_iter()
        .map(|((method, path), steps)| {
            let calls = u64::try_from(steps.len()).unwrap_or(u64::MAX);
            let known = contract.and_then(|contract| contract.endpoint(method, path));
            let limit = known.map_or_else(|| "unknown".to_owned(), |endpoint| limit(endpoint, &steps));
            let last = known.map_or(0, |endpoint| last_sent(endpoint, calls, &steps));
            let quota = known.map_or(0, |e| quota(calls, e.rate.per_minute, e.rate.per_second));
            EndpointCost {
                endpoint: format!("{method} {path}"),
                calls,
                limit,
                at_best_ms: last + ROUND_TRIP_MS,
                quota_ms: quota,
            }
        })
        .collect()
}

/// Calls that fall under a conditional rate.
fn under<'s>(fields: &[String], steps: &[&'s Step]) -> u64 {
    let falls = |step: &&&'s Step| {
        let body = step.draft.call.body.as_ref().and_then(|body| body.as_object());
        body.is_some_and(|body| fields.iter().any(|field| body.contains_key(field)))
    };
    u64::try_from(steps.iter().filter(falls).count()).unwrap_or(u64::MAX)
}

fn limit(endpoint: &Endpoint, steps: &[&Step]) -> String {
    let mut parts = Vec::new();
    parts.extend(endpoint.rate.per_minute.map(|n| format!("{n} a minute")));
    parts.extend(endpoint.rate.per_second.map(|n| format!("{n} a second")));
    if parts.is_empty() {
        parts.push("no figure published".to_owned());
    }
    for extra in &endpoint.rate_when {
        let calls = under(&extra.any_of, steps);
        if calls > 0 {
            parts.push(format!(
                "{} a second for the {calls} with {}",
                extra.per_second,
                extra.any_of.join(" or ")
            ));
        }
    }
    parts.join(", ")
}

/// When the last of so many calls can leave at the earliest, the first leaving at 0.
fn last_sent(endpoint: &Endpoint, calls: u64, steps: &[&Step]) -> u64 {
    let extra = endpoint
        .rate_when
        .iter()
        .map(|rate| windows(under(&rate.any_of, steps), None, Some(rate.per_second)));
    extra.fold(windows(calls, endpoint.rate.per_minute, endpoint.rate.per_second), u64::max)
}

fn windows(calls: u64, per_minute: Option<u32>, per_second: Option<u32>) -> u64 {
    let before = calls.saturating_sub(1);
    let seconds = |n: u64| per_second.map_or(0, |limit| n / u64::from(limit.max(1)) * SECOND_MS);
    let Some(limit) = per_minute else { return seconds(before) };
    let limit = u64::from(limit.max(1));
    (before / limit * MINUTE_MS + seconds(before % limit)).max(seconds(before))
}

/// How much of its limit so many calls use up, in time.
fn quota(calls: u64, per_minute: Option<u32>, per_second: Option<u32>) -> u64 {
    let worth = |limit: Option<u32>, span: u64| {
        limit.map_or(0, |limit| calls.saturating_mul(span).div_ceil(u64::from(limit.max(1))))
    };
    worth(per_minute, MINUTE_MS).max(worth(per_second, SECOND_MS))
}

fn lanes(steps: &[Step]) -> BTreeMap<&str, u64> {
    let mut lanes = BTreeMap::new();
    for lane in steps.iter().filter_map(|step| step.draft.lane.as_deref()) {
        *lanes.entry(lane).or_default() += 1;
    }
    lanes
}

fn longest_chain(steps: &[Step]) -> u64 {
    let mut depth: BTreeMap<&str, u64> = BTreeMap::new();
    for step in steps {
        let before = step.depends_on.iter().filter_map(|d| depth.get(d.step.as_str())).max();
        let own = before.copied().unwrap_or(0) + 1;
        depth.insert(&step.id, own);
    }
    depth.values().copied().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as early as sliding windows allow, one call after the other.
    fn simulated(calls: u64, per_minute: Option<u32>, per_second: Option<u32>) -> u64 {
        let mut sent: Vec<u64> = Vec::new();
        for n in 0..usize::try_from(calls).expect("small") {
            let after = |limit: Option<u32>, span| {
                let limit = usize::try_from(limit?).expect("small");
                n.checked_sub(limit).map(|i| sent[i] + span)
            };
            let earliest = [after(per_minute, MINUTE_MS), after(per_second, SECOND_MS)];
            let at = earliest.into_iter().flatten().max().unwrap_or(0).max(sent.last().copied().unwrap_or(0));
            sent.push(at);
        }
        sent.last().copied().unwrap_or(0)
    }

    #[test]
    fn calls_are_worth_what_they_use_up_of_their_limit() {
        assert_eq!(quota(200, Some(20), None), 10 * MINUTE_MS);
        assert_eq!(quota(200, Some(1000), Some(50)), 12 * SECOND_MS);
        assert_eq!(quota(200, Some(1000), Some(10)), 20 * SECOND_MS);
        assert_eq!((quota(7, None, None), quota(0, Some(1), None)), (0, 0));
    }

    #[test]
    fn the_formula_is_what_a_sender_under_sliding_windows_needs() {
        let limits = [
            (None, Some(1)),
            (Some(20), None),
            (Some(100), Some(5)),
            (Some(1000), Some(50)),
            (Some(600), Some(3)),
        ];
        for (per_minute, per_second) in limits {
            for calls in [0, 1, 2, 5, 6, 20, 21, 99, 100, 101, 200, 999, 1000, 1001, 2500] {
                assert_eq!(
                    windows(calls, per_minute, per_second),
                    simulated(calls, per_minute, per_second),
                    "{calls} calls under {per_minute:?}, {per_second:?}"
                );
            }
        }
    }
}
