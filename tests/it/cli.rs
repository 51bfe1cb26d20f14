//! The real binary: what it prints where, and how it ends.

use std::path::Path;
use std::process::{Command, Output};

fn larkctl(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_larkctl"))
        .args(args)
        .current_dir(dir)
        .env_remove("LARK_APP_ID")
        .env_remove("LARK_APP_SECRET")
        .env_remove("LARK_BASE_URL")
        .output()
        .expect("larkctl runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn wrong_usage_is_64_and_says_nothing_on_stdout() {
    let dir = tempfile::tempdir().expect("dir");
    for args in [
        &["nonsense"][..],
        &["doctor", "--nonsense"],
        &["doctor", "--time-scale", "2"],
        &["sandbox", "serve", "--auto-join", "soon"],
        &["sandbox", "serve", "--seed", "many"],
        &["sandbox", "serve", "--seed", "10,99999999"],
        &["sandbox", "serve", "--time-scale", "-1"],
    ] {
        let output = larkctl(dir.path(), args);
        assert_eq!(output.status.code(), Some(64), "{args:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).expect("dir").count(), 0, "nothing was written");
}

#[test]
fn help_and_version_are_data() {
    let dir = tempfile::tempdir().expect("dir");
    for args in [&["--help"][..], &["--version"], &["sandbox", "serve", "--help"]] {
        let output = larkctl(dir.path(), args);
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn doctor_looks_at_the_embedded_sandbox_again_and_again() {
    let dir = tempfile::tempdir().expect("dir");
    for _ in 0..2 {
        let output = larkctl(dir.path(), &["doctor", "--sandbox"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let shown = text(&output.stdout);
        let (head, rest) = shown.split_once('\n').expect("lines");
        assert!(head.starts_with("http://127.0.0.1:") && head.ends_with(" as cli_sandbox"), "{head}");
        assert_eq!(
            rest,
            "  ok       credentials    the app's token was accepted\n\
             \x20 ok       tenant         云雀沙盒 Lark Sandbox (F1000000001)\n\
             \x20 ok       scopes         116 granted; every contact endpoint is open\n\
             \x20 ok       contact range  all staff\n\
             \x20 ok       departments    0\n"
        );
    }
    assert!(dir.path().join(".larkctl/sandbox/tenant.redb").is_file());
}

#[test]
fn doctor_speaks_json_alone_on_stdout() {
    let dir = tempfile::tempdir().expect("dir");
    let output = larkctl(dir.path(), &["doctor", "--sandbox=here", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["format_version"], "1.0");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(5));
    assert!(dir.path().join("here/tenant.redb").is_file());
}

#[test]
fn without_credentials_it_says_what_to_set() {
    let dir = tempfile::tempdir().expect("dir");
    let output = larkctl(dir.path(), &["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "error: LARK_APP_ID and LARK_APP_SECRET are not set\n  help: set both from the app's page in the developer \
         console, or try --sandbox, which needs none\n"
    );
}

#[test]
fn nobody_listening_is_told_with_a_remedy_and_without_the_secret() {
    let dir = tempfile::tempdir().expect("dir");
    let output = Command::new(env!("CARGO_BIN_EXE_larkctl"))
        .args(["doctor", "--base-url", "http://127.0.0.1:9"])
        .current_dir(dir.path())
        .env("LARK_APP_ID", "cli_a")
        .env("LARK_APP_SECRET", "very-secret-thing")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("larkctl runs");
    assert_eq!(output.status.code(), Some(1));
    let all = text(&output.stdout) + &text(&output.stderr);
    assert!(all.contains("connection refused") && all.contains("help:"), "{all}");
    assert!(!all.contains("very-secret-thing"));
}

#[test]
fn a_folder_in_use_is_refused_and_left_alone() {
    use std::io::{BufRead, BufReader};
    let dir = tempfile::tempdir().expect("dir");
    let mut server = Command::new(env!("CARGO_BIN_EXE_larkctl"))
        .args(["sandbox", "serve", "--listen", "127.0.0.1:0"])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("server");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("stdout")).read_line(&mut line).expect("line");
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
    let second = larkctl(dir.path(), &["doctor", "--sandbox"]);
    server.kill().expect("kill");
    server.wait().expect("gone");
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("another larkctl is using"), "{}", text(&second.stderr));
}
