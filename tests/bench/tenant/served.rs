//! The sandbox as a process of its own, so that its time and memory are not the planner's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running sandbox; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    pub(crate) base: String,
    _data: tempfile::TempDir,
}

/// What an endpoint was asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calls {
    pub(crate) made: u64,
    pub(crate) throttled: u64,
    pub(crate) refused: u64,
}

impl Served {
    pub(crate) fn start(flags: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_larkctl"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--auto-join", "at-once", "--data"])
            .arg(data.path())
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("server");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("line");
        let base = line.trim().strip_prefix("listening on ").expect("address").to_owned();
        Self { child, base, _data: data }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        let answer = http.get(format!("{}{path}", self.base)).send().await.expect("answer");
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("json")
    }

    /// Forgets what was asked so far.
    pub(crate) async fn forget(&self) {
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        http.delete(format!("{}/_sandbox/requests", self.base)).send().await.expect("answer");
    }

    /// What was asked since, by endpoint.
    pub(crate) async fn calls(&self) -> BTreeMap<String, Calls> {
        let report = self.get("/_sandbox/requests?last=0").await;
        let number = |sum: &Value, name: &str| sum[name].as_u64().unwrap_or_default();
        let sums = report["endpoints"].as_object().into_iter().flatten();
        sums.map(|(endpoint, sum)| {
            let calls = Calls {
                made: number(sum, "calls"),
                throttled: number(sum, "rate_refused"),
                refused: number(sum, "refused"),
            };
            (endpoint.clone(), calls)
        })
        .collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
