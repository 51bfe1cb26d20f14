use super::*;
use crate::model::{Address, Record};

fn holder() -> Holder {
    Holder::here("test")
}

fn thing(id: &str) -> Record {
    Record { ids: [("id".to_owned(), id.to_owned())].into(), ..Record::default() }
}

fn place() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("dir");
    let store = Store::at(dir.path().join("deep/state.json"));
    (dir, store)
}

/// A store that was written `times` times; write n adds thing n.
fn written(store: &Store, times: usize) -> Document {
    let locked = store.lock(&holder()).expect("free");
    let mut document = locked.load().expect("loads").document;
    for n in 1..=times {
        document.things.insert(Address::new("user", &format!("u{n}")), thing(&format!("u{n}")));
        locked.save(&mut document).expect("saves");
    }
    document
}

#[test]
fn what_is_written_is_read_and_the_serial_counts_the_writes() {
    let (_dir, store) = place();
    let fresh = store.load().expect("nothing yet");
    assert!(!fresh.found && !fresh.document.lineage.is_empty());
    let document = written(&store, 3);
    assert_eq!((document.serial, document.things.len()), (3, 3));
    assert_eq!(store.load().expect("loads"), Loaded { document, found: true });
    assert_eq!(store.backup().expect("backup").serial, 2);
    assert_eq!(store.journal_path().file_name().expect("name"), "journal.ndjson");
}

#[test]
fn a_stale_writer_and_a_stranger_are_refused_and_change_nothing() {
    let (_dir, store) = place();
    let mut behind = written(&store, 1);
    written(&store, 1);
    let before = fs::read(store.path()).expect("bytes");
    let locked = store.lock(&holder()).expect("free");
    let refused = locked.save(&mut behind).expect_err("behind");
    assert!(matches!(refused, StoreError::Stale { begun: 1, found: 2, .. }), "{refused}");
    assert_eq!(behind.serial, 1);
    let refused = locked.save(&mut Document::fresh()).expect_err("stranger");
    assert!(matches!(refused, StoreError::Lineage { .. }), "{refused}");
    assert_eq!(fs::read(store.path()).expect("bytes"), before);
}

#[test]
fn a_crash_at_any_operation_leaves_the_old_or_the_new_state() {
    // Every operation in turn is the last, and every write is cut in the middle too.
    let stops = |ops: &[Op]| -> Vec<Vec<Op>> {
        let mut all = Vec::new();
        for n in 0..=ops.len() {
            all.push(ops[..n].to_vec());
            if let Some(Op::Write(path, bytes)) = ops.get(n) {
                for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                    let mut part = ops[..n].to_vec();
                    part.push(Op::Write(path.clone(), bytes[..cut].to_vec()));
                    all.push(part);
                }
            }
        }
        all
    };
    let mut seen = [0, 0];
    let mut turn = 0;
    loop {
        let (_dir, store) = place();
        let old = written(&store, 2);
        let locked = store.lock(&holder()).expect("free");
        let mut new = old.clone();
        new.serial += 1;
        new.things.insert(Address::new("user", "new"), thing("new"));
        let ops = locked.writing(&new, store.bytes().expect("bytes")).expect("ops");
        let Some(stop) = stops(&ops).into_iter().nth(turn) else { break };
        locked.perform(&stop).expect("performs");
        let found = store.load().expect("always readable").document;
        assert!(found == old || found == new, "after {stop:?}");
        seen[usize::from(found == new)] += 1;
        let backup = store.backup().expect("the backup is always readable too");
        assert!(backup.serial + 1 == old.serial || backup == old);
        // And the next writer is not disturbed by what lies around.
        let mut next = found.clone();
        locked.save(&mut next).expect("saves");
        turn += 1;
    }
    assert!(seen[0] > 10 && seen[1] > 0, "{seen:?}");
}

#[test]
fn a_truncated_file_is_an_error_that_names_the_backup_and_recover_goes_back() {
    let (_dir, store) = place();
    let last = written(&store, 3);
    let bytes = fs::read(store.path()).expect("bytes");
    // Only the newline at the end may be lost.
    for cut in 0..bytes.len() - 1 {
        fs::write(store.path(), &bytes[..cut]).expect("cut");
        let error = store.load().expect_err("never read as something else");
        assert!(matches!(error, StoreError::Damaged { backup: Some(2), .. }), "{cut}: {error}");
        assert!(error.remedy().is_some_and(|r| r.contains("state recover") && r.contains("serial 2")));
    }
    let locked = store.lock(&holder()).expect("free");
    locked.save(&mut last.clone()).expect_err("a damaged file is not written over");
    let recovered = locked.recover().expect("goes back");
    assert_eq!((recovered.serial, recovered.things), (4, 2));
    assert!(recovered.damaged.exists());
    let mut document = store.load().expect("sound").document;
    assert_eq!(document.lineage, last.lineage);
    locked.save(&mut document).expect("goes on");
    assert!(matches!(locked.recover(), Err(StoreError::Sound { .. })));
}

#[test]
fn without_a_backup_nothing_is_invented() {
    let (_dir, store) = place();
    written(&store, 1);
    fs::write(store.path(), "{\"format_version\":\"1.0\",").expect("cut");
    let error = store.load().expect_err("damaged");
    assert!(matches!(error, StoreError::Damaged { backup: None, .. }));
    assert!(error.remedy().is_some_and(|r| r.contains("no readable backup")));
    let locked = store.lock(&holder()).expect("free");
    assert!(matches!(locked.recover(), Err(StoreError::NoBackup { .. })));
}

#[test]
fn an_unknown_major_version_is_refused_and_a_newer_minor_is_not_written_over() {
    let (_dir, store) = place();
    let mut document = written(&store, 1);
    let text = fs::read_to_string(store.path()).expect("text");
    fs::write(store.path(), text.replace("\"1.0\"", "\"1.7\"")).expect("newer");
    assert_eq!(store.load().expect("readable").document.things, document.things);
    let locked = store.lock(&holder()).expect("free");
    assert!(matches!(locked.save(&mut document), Err(StoreError::Format { .. })));
    for unknown in ["2.0", "x", ""] {
        // Whatever else a newer format looks like, its version is what is said.
        fs::write(store.path(), format!("{{\"format_version\":\"{unknown}\",\"things\":[]}}"))
            .expect("write");
        assert!(matches!(store.load(), Err(StoreError::Format { found, .. }) if found == unknown));
    }
}

#[cfg(unix)]
#[test]
fn others_on_the_machine_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, store) = place();
    written(&store, 2);
    for path in [store.path().to_owned(), store.backup_path()] {
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}
