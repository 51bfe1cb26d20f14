//! How fast the sandbox serves full pages of people, next to its emptiest answer in the same run.
//!
//! `cargo bench --bench reads` seeds 100,000 people in 3,000 departments, pins the server to one core (with
//! `taskset`, where there is one), asks for pages of 50 for ten seconds and prints requests a second, the ratio
//! to an empty answer, the time to the first answer and the server's memory. Nothing is asserted: machines differ.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark for the terminal, which may give up"
)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const CONNECTIONS: usize = 16;
const LASTING: Duration = Duration::from_secs(10);
const PAGE: &str =
    "/open-apis/contact/v3/users/find_by_department?department_id_type=department_id&page_size=50";

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(run());
}

async fn run() {
    let dir = tempfile::tempdir().expect("dir");
    let binary = env!("CARGO_BIN_EXE_larkctl");
    let pinned = Command::new("taskset").args(["-c", "0", "true"]).status().is_ok_and(|s| s.success());
    let mut command = if pinned {
        let mut command = Command::new("taskset");
        command.args(["-c", "0", binary]);
        command
    } else {
        Command::new(binary)
    };
    let started = Instant::now();
    let mut server = command
        .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--seed", "100000,3000"])
        .args(["--rate-limits", "off", "--data"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("server");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("stdout")).read_line(&mut line).expect("line");
    let base = line.trim().strip_prefix("listening on ").expect("address").to_owned();
    println!("seeded and ready       {:>9.2} s", started.elapsed().as_secs_f64());

    let http = reqwest::Client::builder().no_proxy().build().expect("client");
    let token = token(&http, &base).await;
    let full = full_departments(&http, &base, &token).await;
    println!("departments with 50+   {:>9}", full.len());
    let pages: Vec<String> = full.iter().map(|id| format!("{base}{PAGE}&department_id={id}")).collect();
    let page_rate = rate(&http, &token, pages).await;
    let empty_rate = rate(&http, &token, vec![format!("{base}/_sandbox/clock")]).await;
    println!(
        "pages of 50            {page_rate:>9.0} /s   (server on {})",
        if pinned { "one core" } else { "all cores" }
    );
    println!("empty answers          {empty_rate:>9.0} /s");
    println!("ratio                  {:>9.3}", page_rate / empty_rate);
    println!("memory of the server   {:>9.0} MB", memory(server.id()));
    server.kill().expect("kill");
    server.wait().expect("gone");
}

async fn token(http: &reqwest::Client, base: &str) -> String {
    let body = json!({ "app_id": "cli_sandbox", "app_secret": "sandbox-secret" }).to_string();
    let url = format!("{base}/open-apis/auth/v3/tenant_access_token/internal");
    let text = http.post(url).body(body).send().await.expect("token").text().await.expect("body");
    let value: Value = serde_json::from_str(&text).expect("json");
    value["tenant_access_token"].as_str().expect("token").to_owned()
}

async fn get(http: &reqwest::Client, token: &str, url: &str) -> Value {
    let text = http.get(url).bearer_auth(token).send().await.expect("answer").text().await.expect("body");
    serde_json::from_str(&text).expect("json")
}

/// Departments whose first page is full.
async fn full_departments(http: &reqwest::Client, base: &str, token: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut page = String::new();
    loop {
        let url = format!(
            "{base}/open-apis/contact/v3/departments/0/children?fetch_child=true&page_size=50\
             &department_id_type=department_id{page}"
        );
        let data = get(http, token, &url).await["data"].clone();
        let items = data["items"].as_array().cloned().unwrap_or_default();
        ids.extend(items.iter().filter_map(|d| d["department_id"].as_str().map(str::to_owned)));
        match data["page_token"].as_str() {
            Some(token) => page = format!("&page_token={token}"),
            None => break,
        }
    }
    let mut full = Vec::new();
    for id in ids {
        let data = get(http, token, &format!("{base}{PAGE}&department_id={id}")).await["data"].clone();
        if data["items"].as_array().is_some_and(|i| i.len() == 50) {
            full.push(id);
        }
        if full.len() == 200 {
            break;
        }
    }
    full
}

/// Requests a second over some connections.
async fn rate(http: &reqwest::Client, token: &str, urls: Vec<String>) -> f64 {
    let urls = Arc::new(urls);
    let done = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..CONNECTIONS {
        let (http, token) = (http.clone(), token.to_owned());
        let (urls, done) = (Arc::clone(&urls), Arc::clone(&done));
        tasks.spawn(async move {
            let mut n = worker;
            while start.elapsed() < LASTING {
                let answer =
                    http.get(&urls[n % urls.len()]).bearer_auth(&token).send().await.expect("answer");
                assert_eq!(answer.status().as_u16(), 200);
                answer.bytes().await.expect("body");
                done.fetch_add(1, Ordering::Relaxed);
                n += 1;
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

/// Resident memory in MB, where the system tells.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or("VmRSS: 0 kB");
    let kb: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
    kb / 1024.0
}
