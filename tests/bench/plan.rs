//! What a plan costs that changes nothing: processor time and memory of the planner, and the calls it makes.
//!
//! `cargo bench --bench plan` seeds tenants of 10,000 and 100,000 people in a process of their own, writes each as
//! a manifest, adopts it, and measures the plan after that, stage by stage, in a fresh process. Other sizes:
//! `cargo bench --bench plan -- 5000 20000`. The last table compares time a person: 1 is linear growth. Nothing is
//! asserted but that there is nothing to change: machines differ.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark for the terminal, which may give up"
)]

mod tenant;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use larkctl::state::Store;
use tenant::meter::{Meter, Took};
use tenant::served::{Calls, Served};
use tenant::{pipeline, written};

/// Fast enough that nobody waits for a limit.
const UNPACED: f64 = 100_000.0;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runtime");
    match words.as_slice() {
        ["adopt", base, dir] => runtime.block_on(adopt(base, Path::new(dir))),
        ["measure", base, dir] => runtime.block_on(measure(base, Path::new(dir))),
        sizes => {
            let sizes: Vec<usize> = sizes.iter().map(|n| n.parse().expect("a number of people")).collect();
            runtime.block_on(compare(if sizes.is_empty() { &[10_000, 100_000] } else { &sizes }));
        }
    }
}

async fn compare(sizes: &[usize]) {
    let mut all = Vec::new();
    for &people in sizes {
        all.push((people, one(people).await));
    }
    for pair in all.windows(2) {
        let [(few, small), (many, large)] = pair else { continue };
        println!("\ntime a person, {many} to {few} (1 is linear)");
        for (a, b) in small.iter().zip(large) {
            let each = |took: &Took, people: usize| took.cpu / people as f64;
            println!("  {:<10} {:>6.2}", a.stage, each(b, *many) / each(a, *few));
        }
    }
}

/// Measures one size.
async fn one(people: usize) -> Vec<Took> {
    let departments = (people * 3 / 100).max(1);
    let seed = format!("{people},{departments}");
    let server = Served::start(&["--seed", &seed, "--rate-limits", "off"]);
    let dir = tempfile::tempdir().expect("folder");
    let dump = server.get("/_sandbox/tenant").await;
    let bytes = written::write(&dump, &dir.path().join("manifest"));
    let rows = |table: &str| dump[table].as_object().map_or(0, serde_json::Map::len);
    let (people, departments) = (rows("users"), rows("departments"));
    println!("\n{people} people, {departments} departments, {:.1} MB of YAML", bytes as f64 / 1e6);
    let groups =
        dump["groups"].as_object().map_or(0, |g| g.values().filter(|g| g["kind"] == "normal").count());
    drop(dump);
    child("adopt", &server.base, dir.path());
    server.forget().await;
    let took = child("measure", &server.base, dir.path());
    println!("  {:<10} {:>8} {:>8} {:>9} {:>8}", "stage", "cpu s", "wall s", "then MB", "peak MB");
    for t in &took {
        println!("  {:<10} {:>8.2} {:>8.2} {:>9.0} {:>8.0}", t.stage, t.cpu, t.wall, t.resident, t.peak);
    }
    calls(&server.calls().await, people, departments, groups);
    took
}

fn calls(made: &BTreeMap<String, Calls>, people: usize, departments: usize, groups: usize) {
    // contact.md C.1: known ids fifty a call. People of groups take at least a call each.
    let least = [
        ("GET /open-apis/contact/v3/users/batch", people.div_ceil(50)),
        ("GET /open-apis/contact/v3/departments/batch", departments.div_ceil(50)),
        ("GET /open-apis/contact/v3/group/simplelist", groups.div_ceil(100)),
        ("GET /open-apis/contact/v3/group/:group_id/member/simplelist", groups),
    ];
    println!("  {:<68} {:>6} {:>6}", "calls", "made", "least");
    for (endpoint, calls) in made {
        let least = least.iter().find(|(e, _)| e == endpoint).map_or(String::new(), |(_, n)| n.to_string());
        println!("  {endpoint:<68} {:>6} {least:>6}", calls.made);
    }
}

/// Runs a part of this program in a process of its own and gives what it says.
fn child(part: &str, base: &str, dir: &Path) -> Vec<Took> {
    let program = std::env::current_exe().expect("myself");
    let output = Command::new(program)
        .args([part, base])
        .arg(dir)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("a child");
    assert!(output.status.success(), "{part} failed");
    String::from_utf8_lossy(&output.stdout).lines().filter_map(Took::parse).collect()
}

/// Takes the tenant under management.
async fn adopt(base: &str, dir: &Path) {
    let (manifest, sources) = pipeline::checked(pipeline::load(&dir.join("manifest")));
    let store = Store::at(dir.join("state.json"));
    let client = pipeline::client(base, UNPACED);
    let (plan, outcome) = pipeline::applied(&manifest, &sources, &store, &client).await;
    let wrong: Vec<String> = plan.steps.iter().take(3).map(|s| format!("{:?}", s.draft)).collect();
    assert!(plan.steps.is_empty(), "{} steps: {}", plan.steps.len(), wrong.join("\n"));
    assert!(outcome.is_complete(), "{outcome:?}");
}

async fn measure(base: &str, dir: &Path) {
    let whole = Meter::start("all");
    let meter = Meter::start("load");
    let joined = pipeline::load(&dir.join("manifest"));
    println!("{}", meter.stop().line());
    let meter = Meter::start("check");
    let (manifest, sources) = pipeline::checked(joined);
    println!("{}", meter.stop().line());
    let meter = Meter::start("state");
    let document = Store::at(dir.join("state.json")).load().expect("state").document;
    println!("{}", meter.stop().line());
    let client = pipeline::client(base, UNPACED);
    let meter = Meter::start("observe");
    let snapshot = pipeline::seen(&manifest, &document, &client).await;
    println!("{}", meter.stop().line());
    let meter = Meter::start("plan");
    let plan = pipeline::planned(&manifest, &sources, &snapshot, &document);
    println!("{}", meter.stop().line());
    assert!(plan.is_empty(), "{:?}", plan.steps.first());
    println!("{}", whole.stop().line());
}
