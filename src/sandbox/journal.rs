//! What the sandbox was asked: the last requests in full, and counts of all of them.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Map, Value};

use super::world::Millis;

/// How many requests are kept in full.
const KEPT: usize = 5_000;
/// How long arrivals are remembered, in milliseconds: a minute, and one for those that come out late.
const KEEP: Millis = 120_000;
/// Longest text of a body or an answer that is kept.
const TEXT: usize = 4_096;

/// One request and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub seq: u64,
    /// Virtual time.
    pub at: Millis,
    pub method: String,
    pub path: String,
    /// `METHOD template`, when the path is known.
    pub endpoint: Option<String>,
    pub query: String,
    /// Secrets masked.
    pub body: Value,
    pub status: u16,
    pub code: Option<i64>,
    pub log_id: String,
    pub app_id: Option<String>,
    pub identity: &'static str,
    /// Real milliseconds.
    pub millis: f64,
    pub answer: String,
    /// The fault that was played, if any.
    pub fault: Option<String>,
    /// Whether the request stayed within the contract.
    pub in_contract: bool,
    /// Refused for its frequency, whatever the code.
    pub throttled: bool,
}

/// Sums for an endpoint.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sum {
    pub calls: u64,
    pub refused: u64,
    pub rate_refused: u64,
    pub peak_per_second: usize,
    pub peak_per_minute: usize,
    #[serde(skip)]
    recent: VecDeque<Millis>,
}

#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    sums: BTreeMap<String, Sum>,
    outside_contract: u64,
    seq: u64,
}

impl Journal {
    pub fn number(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    pub fn add(&mut self, mut entry: Entry) {
        if !entry.in_contract {
            self.outside_contract += 1;
        }
        let name = entry.endpoint.clone().unwrap_or_else(|| "(unknown)".to_owned());
        self.sums.entry(name).or_default().add(&entry);
        if entry.answer.len() > TEXT {
            let mut end = TEXT;
            while !entry.answer.is_char_boundary(end) {
                end -= 1;
            }
            entry.answer.truncate(end);
            entry.answer.push('…');
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Forgets everything, so that a test can count from here.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.sums.clear();
        self.outside_contract = 0;
    }

    pub fn report(&self, last: usize) -> Value {
        let skip = self.entries.len().saturating_sub(last);
        let entries: Vec<&Entry> = self.entries.iter().skip(skip).collect();
        serde_json::json!({
            "requests": entries,
            "endpoints": self.sums,
            "total": self.sums.values().map(|s| s.calls).sum::<u64>(),
            "outside_contract": self.outside_contract,
        })
    }
}

impl Sum {
    fn add(&mut self, entry: &Entry) {
        self.calls += 1;
        if entry.code.is_some_and(|c| c != 0) || entry.status >= 400 {
            self.refused += 1;
        }
        if entry.throttled {
            self.rate_refused += 1;
            return;
        }
        self.arrived(entry.at);
    }

    /// Requests end in another order than they arrive in, and it is the arrival that counts.
    fn arrived(&mut self, at: Millis) {
        let place = self.recent.partition_point(|earlier| *earlier <= at);
        self.recent.insert(place, at);
        let newest = self.recent.back().copied().unwrap_or(at);
        while self.recent.front().is_some_and(|at| newest - at >= KEEP) {
            self.recent.pop_front();
        }
        self.peak_per_second = self.peak_per_second.max(self.busiest(at, 1_000));
        self.peak_per_minute = self.peak_per_minute.max(self.busiest(at, 60_000));
    }

    /// The most arrivals in a window of this length that holds this moment.
    fn busiest(&self, at: Millis, window: Millis) -> usize {
        let (mut end, mut most) = (at, 0);
        loop {
            let behind = self.recent.partition_point(|t| *t <= end);
            most = most.max(behind - self.recent.partition_point(|t| end - t >= window));
            match self.recent.get(behind) {
                Some(next) if next - at < window => end = *next,
                Some(_) | None => return most,
            }
        }
    }
}

/// Masks values whose names say that they are secrets, at any depth.
pub fn masked(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let hide = |name: &str| {
                name.ends_with("secret")
                    || name.ends_with("access_token")
                    || name.ends_with("refresh_token")
                    || name.ends_with("_ticket")
                    || matches!(name, "code" | "code_verifier" | "device_code")
            };
            let masked: Map<String, Value> = map
                .iter()
                .map(|(name, v)| {
                    let v = if hide(name) && v.is_string() { "***".into() } else { masked(v) };
                    (name.clone(), v)
                })
                .collect();
            Value::Object(masked)
        }
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

/// What is kept of an answer: those with tokens masked, the others as they are (cut to size before the copy).
pub fn kept(entry: &Entry, body: &[u8]) -> String {
    let secret = entry.path.starts_with("/open-apis/auth") || entry.path.starts_with("/oauth");
    if secret {
        return serde_json::from_slice::<Value>(body)
            .map_or_else(|_| String::new(), |v| masked(&v).to_string());
    }
    let head = body.get(..4_100).unwrap_or(body);
    String::from_utf8_lossy(head).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_counts_arrivals_whatever_the_order_in_which_they_end() {
        let mut sum = Sum::default();
        // 0, 400 and 900 are three within a second; 1000 is a second behind 0 and 1899 a second behind 900.
        for at in [900, 0, 1_899, 1_000, 400] {
            sum.arrived(at);
        }
        assert_eq!((sum.peak_per_second, sum.peak_per_minute), (3, 5));
    }
}
