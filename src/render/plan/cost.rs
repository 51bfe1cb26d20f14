//! What applying costs: calls, the best possible time, and what sets it.

use super::super::paint::Show;
use super::super::text::{Duration, escaped};
use crate::plan::Cost;

/// Below this many milliseconds nobody asks what takes so long.
const WORTH_A_WORD: u64 = 5_000;

pub(super) fn cost(cost: &Cost, show: Show) -> Option<String> {
    if cost.calls == 0 {
        return None;
    }
    let calls = if cost.calls == 1 { "1 call".to_owned() } else { format!("{} calls", cost.calls) };
    let mut out = format!("Cost: {calls}, {} at best.", Duration(cost.at_best_ms));
    if let Some(bottleneck) = cost.bottleneck.as_ref().filter(|_| cost.at_best_ms >= WORTH_A_WORD) {
        let endpoint = cost.endpoints.iter().find(|endpoint| endpoint.endpoint == *bottleneck);
        let limit = endpoint.map_or_else(String::new, |e| {
            let quota = if e.quota_ms >= e.at_best_ms + WORTH_A_WORD {
                format!(" ({} of quota; the first leave at once)", Duration(e.quota_ms))
            } else {
                String::new()
            };
            format!(": {} calls at {}{quota}", e.calls, e.limit)
        });
        out.push_str(&escaped(&format!(" Bottleneck: {bottleneck}{limit}.")));
    }
    out.push('\n');
    if show.verbose {
        for endpoint in &cost.endpoints {
            let line = format!(
                "  {} calls  {}  ({}, {} at best)",
                endpoint.calls,
                endpoint.endpoint,
                endpoint.limit,
                Duration(endpoint.at_best_ms)
            );
            out.push_str(&escaped(&line));
            out.push('\n');
        }
    }
    Some(out)
}
