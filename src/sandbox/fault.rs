//! Trouble on demand: refusals, cut connections, slow and mangled answers, by endpoint, by count, by chance.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A script of trouble, as `POST /_sandbox/faults` and `--faults FILE` take it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `METHOD /template`, a prefix of it ending in `*`, or `*` for all.
    pub endpoint: String,
    pub effect: Effect,
    /// Requests of this endpoint to let through first.
    #[serde(default)]
    pub after: u64,
    /// How many requests to hit; none means all that follow.
    #[serde(default)]
    pub times: Option<u64>,
    /// The chance of each request to be hit, between 0 and 1.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Makes the chances repeatable.
    #[serde(default)]
    pub seed: u64,
    #[serde(skip)]
    seen: u64,
    #[serde(skip)]
    hit: u64,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Answers this instead; with `commit` the request takes effect all the same, and the answer is lost.
    Answer {
        status: u16,
        #[serde(default)]
        code: Option<i64>,
        #[serde(default)]
        msg: Option<String>,
        #[serde(default)]
        headers: Vec<(String, String)>,
        #[serde(default)]
        commit: bool,
    },
    /// Closes the connection before anything happened.
    CutBefore,
    /// Closes the connection after the effect, before the answer.
    CutAfter,
    /// Answers after so many virtual milliseconds.
    Slow { ms: u64 },
    /// Closes the connection in the middle of the body.
    Truncate,
    /// A page that repeats the rows of the one before.
    RepeatPage,
    /// A page whose token leads to itself.
    StuckPage,
    /// A page without rows although there are more; nothing is lost, the next one has them.
    EmptyPage,
}

/// What a paging fault asks of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageTrick {
    Repeat,
    Stuck,
    Empty,
}

impl Effect {
    pub fn page_trick(&self) -> Option<PageTrick> {
        match self {
            Self::RepeatPage => Some(PageTrick::Repeat),
            Self::StuckPage => Some(PageTrick::Stuck),
            Self::EmptyPage => Some(PageTrick::Empty),
            Self::Answer { .. } | Self::CutBefore | Self::CutAfter | Self::Slow { .. } | Self::Truncate => {
                None
            }
        }
    }
}

/// The rules in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    /// Reads a rule or a list of rules.
    ///
    /// # Errors
    /// When the JSON is not that.
    pub fn parse(value: &Value) -> Result<Vec<Rule>, String> {
        let list = match value {
            Value::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        list.into_iter()
            .enumerate()
            .map(|(i, v)| {
                let rule = Rule::deserialize(v).map_err(|e| format!("rule {}: {e}", i + 1))?;
                match rule.probability {
                    Some(p) if !(0.0..=1.0).contains(&p) => {
                        Err(format!("rule {}: probability must be between 0 and 1", i + 1))
                    }
                    _ => Ok(rule),
                }
            })
            .collect()
    }

    pub fn add(&mut self, rules: Vec<Rule>) {
        self.rules.extend(rules);
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    pub fn report(&self) -> Value {
        self.rules
            .iter()
            .map(|r| {
                let mut v = serde_json::to_value(r).unwrap_or_default();
                v["seen"] = r.seen.into();
                v["hit"] = r.hit.into();
                v
            })
            .collect()
    }

    /// The trouble for this request; the first rule that fires wins.
    pub fn strike(&mut self, endpoint: &str) -> Option<Effect> {
        self.rules.iter_mut().find_map(|rule| rule.strike(endpoint))
    }
}

impl Rule {
    fn strike(&mut self, endpoint: &str) -> Option<Effect> {
        let applies = match self.endpoint.strip_suffix('*') {
            Some(prefix) => endpoint.starts_with(prefix),
            None => self.endpoint == endpoint,
        };
        if !applies || self.times.is_some_and(|t| self.hit >= t) {
            return None;
        }
        self.seen += 1;
        if self.seen <= self.after {
            return None;
        }
        if self.probability.is_some_and(|p| chance(self.seed, self.seen) >= p) {
            return None;
        }
        self.hit += 1;
        Some(self.effect.clone())
    }
}

/// A number in [0, 1) for the n-th draw of a seed.
fn chance(seed: u64, n: u64) -> f64 {
    // SplitMix64: each draw is independent of how many other rules drew before it.
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept, which a double holds")]
    let unit = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    unit
}
