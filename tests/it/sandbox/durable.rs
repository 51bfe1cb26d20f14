//! An acknowledged write is on disk: the real binary, killed with SIGKILL under load, and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::person;

/// A run that takes longer is hung, not slow.
const PATIENCE: Duration = Duration::from_secs(60);

struct Process {
    child: Child,
    base: String,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_larkctl"))
            .args([
                "sandbox",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--rate-limits",
                "off",
                "--strict",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("larkctl starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        let base = line.trim().strip_prefix("listening on ").expect("the promised line").to_owned();
        Self { child, base }
    }

    fn kill(self) {
        drop(self);
    }
}

impl Drop for Process {
    /// A failed assertion must not leave a server behind.
    fn drop(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("gone");
    }
}

async fn token(http: &reqwest::Client, base: &str) -> String {
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let body = json!({ "app_id": "cli_sandbox", "app_secret": "sandbox-secret" });
    let answer = http.post(format!("{base}{path}")).body(body.to_string()).send().await.expect("token");
    let body: Value = serde_json::from_str(&answer.text().await.expect("body")).expect("json");
    body["tenant_access_token"].as_str().expect("token").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_under_load_loses_no_acknowledged_write() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().expect("dir");
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..3 {
        let process = Process::start(dir.path());
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        let token = token(&http, &process.base).await;
        let enough = Arc::new(AtomicUsize::new(0));
        let dead = Arc::new(AtomicBool::new(false));
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8 {
            let (http, token, base) = (http.clone(), token.clone(), process.base.clone());
            let (enough, dead) = (Arc::clone(&enough), Arc::clone(&dead));
            writers.spawn(async move {
                let mut mine = Vec::new();
                for n in 0.. {
                    let id = format!("r{round}w{writer}n{n}");
                    let url = format!("{base}/open-apis/contact/v3/users?user_id_type=user_id");
                    let sent =
                        http.post(url).bearer_auth(&token).body(person(&id, "0").to_string()).send().await;
                    // Only an answer that arrived whole and says 0 is an acknowledgement.
                    let Ok(answer) = sent else { break };
                    let Ok(text) = answer.text().await else { break };
                    let body: Value = serde_json::from_str(&text).unwrap_or_default();
                    // Two ids may share a made-up mobile: such a refusal is no acknowledgement either.
                    if body["code"] == 0 {
                        mine.push(id);
                        enough.fetch_add(1, Ordering::SeqCst);
                    }
                    if dead.load(Ordering::SeqCst) {
                        break;
                    }
                }
                mine
            });
        }
        let patience = Instant::now();
        while enough.load(Ordering::SeqCst) < 150 {
            assert!(patience.elapsed() < PATIENCE, "round {round}: the writers are stuck");
            tokio::task::yield_now().await;
        }
        process.kill();
        dead.store(true, Ordering::SeqCst);
        while let Some(mine) = writers.join_next().await {
            acknowledged.extend(mine.expect("writer"));
        }
    }
    let process = Process::start(dir.path());
    let http = reqwest::Client::builder().no_proxy().build().expect("client");
    let dump = http.get(format!("{}/_sandbox/tenant", process.base)).send().await.expect("dump");
    let dump: Value = serde_json::from_str(&dump.text().await.expect("body")).expect("json");
    let ids: std::collections::BTreeSet<&str> =
        dump["users"].as_object().expect("users").values().filter_map(|u| u["user_id"].as_str()).collect();
    assert!(acknowledged.len() >= 450);
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !ids.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), acknowledged.len());
    process.kill();
}

#[tokio::test]
async fn a_tenant_survives_a_restart_whole() {
    let dir = tempfile::tempdir().expect("dir");
    let t = crate::support::Tenant::in_dir(dir.path()).await;
    t.department("a", "0").await;
    t.joined("u1", "a").await;
    let before = t.send("GET", "/_sandbox/tenant", None, None).await.body;
    let token = t.token.clone();
    t.stop().await;
    let t = crate::support::Tenant::in_dir(dir.path()).await;
    let after = t.send("GET", "/_sandbox/tenant", None, None).await.body;
    assert_eq!(before, after);
    assert_eq!(t.token, token, "a token that is still good is given again");
    t.department("b", "a").await;
}
