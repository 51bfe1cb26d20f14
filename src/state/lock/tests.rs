use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::*;

const CHILD: &str = "LARKCTL_TEST_LOCK";

fn holder(who: &str) -> Holder {
    Holder {
        who: who.to_owned(),
        host: "h".to_owned(),
        pid: 7,
        since: "2026-11-21T00:00:00Z".to_owned(),
        command: "apply".to_owned(),
    }
}

#[test]
fn a_held_lock_names_its_holder_and_a_dropped_one_is_free() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("state.json.lock");
    let first = Lock::take(&path, &holder("ann")).expect("free");
    let refused = Lock::take(&path, &holder("bob")).expect_err("held");
    let text = "the state is locked by ann on h (process 7, `apply`, since 2026-11-21T00:00:00Z)";
    assert_eq!(refused.to_string(), text);
    drop(first);
    let _bob = Lock::take(&path, &holder("bob")).expect("free again");
    assert!(Lock::take(&path, &holder("ann")).expect_err("held").to_string().contains("bob on h"));
}

#[test]
fn a_copy_of_the_open_file_does_not_keep_it_locked() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("state.json.lock");
    let first = Lock::take(&path, &holder("ann")).expect("free");
    // As a process has one between its fork and its exec.
    let _copy = first.file.try_clone().expect("a copy");
    drop(first);
    Lock::take(&path, &holder("bob")).expect("free again");
}

/// Not a test of its own: the process that [`a_holder_that_was_killed_does_not_block`] starts.
#[test]
fn child_takes_the_lock_and_waits() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let _lock = Lock::take(Path::new(&path), &Holder::here("apply")).expect("free");
    println!("\nheld");
    let _ = io::stdin().lines().count();
}

#[test]
fn a_holder_that_was_killed_does_not_block() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("state.json.lock");
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "state::lock::tests::child_takes_the_lock_and_waits", "--nocapture"])
        .env(CHILD, &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    assert!(lines.any(|line| line.expect("line") == "held"), "the child got the lock");
    match Lock::take(&path, &holder("bob")) {
        Err(LockError::Held { holder: Some(who), .. }) => assert_eq!(who.pid, child.id()),
        other => panic!("{other:?}"),
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    Lock::take(&path, &holder("bob")).expect("a dead holder never blocks");
}
