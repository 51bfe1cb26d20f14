use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::apply::fold::Fold;
use crate::apply::{peek, recover};
use crate::model::{Departed, Record, Value};
use crate::state::{Document, Holder, Locked, Store};

fn address(text: &str) -> Address {
    text.parse().expect("address")
}

fn ids(id: &str) -> BTreeMap<String, String> {
    [("id".to_owned(), id.to_owned())].into()
}

fn record(id: &str) -> Record {
    Record { ids: ids(id), ..Record::default() }
}

fn header() -> Header {
    Header {
        format_version: FORMAT.to_owned(),
        lineage: "l".to_owned(),
        serial: 0,
        target: "t".to_owned(),
        run: "r-1".to_owned(),
    }
}

fn done(step: &str, at: &str, id: &str) -> Entry {
    let applied = [("name".to_owned(), json!({ "$text": "名\n字" }))].into();
    Entry::Done { step: step.to_owned(), address: address(at), ids: ids(id), applied, forgets: false, at: 0 }
}

fn intent(step: &str, at: &str) -> Entry {
    let call = "POST /x".to_owned();
    Entry::Intent {
        step: step.to_owned(),
        address: address(at),
        call,
        token: Some("t".to_owned()),
        keeps: None,
    }
}

/// One of everything, two things that swap their addresses among it.
fn entries() -> Vec<Entry> {
    let remember = Bookkeeping::Remember {
        address: address("user.new"),
        prevent_destroy: true,
        on_remove: None,
        on_delete: Some(Value::address(address("user.b"))),
        pending: Vec::new(),
    };
    let swap = |from: &str, to: &str| Bookkeeping::Move { from: address(from), to: address(to) };
    let record_of = |at: &str, id: &str| Bookkeeping::Record { address: address(at), record: record(id) };
    vec![
        Entry::Kept {
            entries: vec![
                record_of("user.a", "1"),
                record_of("user.b", "2"),
                record_of("user.c", "3"),
                swap("user.a", "user.b"),
                swap("user.b", "user.a"),
                Bookkeeping::Forget { address: address("user.c") },
                remember,
            ],
        },
        intent("new", "user.new"),
        intent("leaders", "user.a"),
        done("new", "user.new", "n"),
        intent("gone", "user.b"),
        Entry::Pending {
            step: "leaders".to_owned(),
            address: address("user.a"),
            pending: Pending { attributes: vec!["leader".to_owned()], reason: "wait".to_owned() },
        },
        Entry::Done {
            step: "gone".to_owned(),
            address: address("user.b"),
            ids: BTreeMap::new(),
            applied: BTreeMap::new(),
            forgets: true,
            at: 77,
        },
        intent("lost", "user.x"),
        Entry::Unknown { step: "lost".to_owned(), code: None, request_id: Some("q".to_owned()) },
        intent("bad", "user.y"),
        Entry::Failed { step: "bad".to_owned(), code: Some(1), request_id: None },
    ]
}

struct Place {
    _dir: tempfile::TempDir,
    state: Locked,
    path: PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().expect("dir");
    let store = Store::at(dir.path().join("state.json"));
    let path = store.journal_path();
    Place { _dir: dir, state: store.lock(&Holder::here("test")).expect("free"), path }
}

fn whole(place: &Place) -> Vec<u8> {
    let mut journal = Journal::create(&place.path, &header()).expect("made");
    for entry in entries() {
        journal.append(&[entry]).expect("written");
    }
    fs::read(&place.path).expect("bytes")
}

#[test]
fn what_is_written_is_read() {
    let place = place();
    whole(&place);
    let expected = Read { header: Some(header()), entries: entries(), torn: false };
    assert_eq!(read(&place.path).expect("readable"), Some(expected));
    assert!(matches!(Journal::create(&place.path, &header()), Err(JournalError::Unfinished { .. })));
    remove(&place.path).expect("gone");
    remove(&place.path).expect("gone already");
    assert_eq!(read(&place.path).expect("readable"), None);
}

#[test]
fn a_whole_journal_gives_this_state() {
    let place = place();
    whole(&place);
    let mut document = Document::fresh();
    let recovery = recover(&place.state, &mut document).expect("recovers").expect("a run");
    let unknown: Vec<&str> = recovery.unknown.iter().map(|open| open.step.as_str()).collect();
    assert_eq!((recovery.done, unknown.as_slice()), (2, ["lost"].as_slice()));
    let shown = |a: &str| document.things.get(&address(a));
    assert_eq!(shown("user.a").and_then(Record::id), Some("2"), "swapped");
    assert_eq!(shown("user.a").map(|r| r.pending.len()), Some(1));
    assert!(shown("user.b").is_none() && shown("user.c").is_none());
    let departed = &document.departed[&address("user.b")];
    assert_eq!((departed.ids["id"].as_str(), departed.at), ("1", 77));
    let new = shown("user.new").expect("made");
    assert!(new.prevent_destroy && new.on_delete.is_some() && new.applied.contains_key("name"));
    assert_eq!((document.serial, document.lineage.as_str(), document.target.as_str()), (1, "l", "t"));
}

#[test]
fn who_is_found_to_be_back_has_not_departed() {
    let back = address("user.back");
    let mut document = Document::fresh();
    let ids = BTreeMap::from([("id".to_owned(), "1".to_owned())]);
    document.departed.insert(back.clone(), Departed { ids, at: 77 });
    let mut fold = Fold::new(document);
    // The answer to the call that brought them back was lost, and the next run found them.
    fold.take(&Entry::Kept {
        entries: vec![Bookkeeping::Record { address: back.clone(), record: record("1") }],
    });
    assert_eq!(fold.document.things.get(&back).and_then(Record::id), Some("1"));
    assert!(fold.document.departed.is_empty(), "{:?}", fold.document.departed);
}

#[test]
fn every_prefix_folds_and_folds_once() {
    let one = place();
    let bytes = whole(&one);
    let header_ends = bytes.iter().position(|&b| b == b'\n').expect("a line") + 1;
    for cut in 0..=bytes.len() {
        fs::write(&one.path, &bytes[..cut]).expect("cut");
        let place = place();
        fs::write(&place.path, &bytes[..cut]).expect("cut");
        let lines = bytes[..cut].iter().filter(|&&b| b == b'\n').count();
        // The oracle: the entries whose line break is there.
        let mut expected = Fold::new(Document { lineage: "l".to_owned(), ..Document::default() });
        entries().iter().take(lines.saturating_sub(1)).for_each(|entry| expected.take(entry));
        let mut document = Document::fresh();
        let recovery = recover(&place.state, &mut document).expect("any prefix folds");
        assert_eq!(recovery.is_some(), cut >= header_ends, "{cut}");
        if let Some(recovery) = recovery {
            assert_eq!(recovery.torn, bytes[cut - 1] != b'\n', "{cut}");
            assert_eq!(
                (&document.things, &document.departed),
                (&expected.document.things, &expected.document.departed)
            );
            assert_eq!(recovery.unknown, expected.unknown());
        }
        // Killed between saving the state and removing the journal: it is found again.
        fs::write(&place.path, &bytes[..cut]).expect("back");
        let saved = document.clone();
        assert_eq!(recover(&place.state, &mut document).expect("again"), None, "{cut}");
        assert_eq!(document, saved);
        assert!(!place.path.exists());
    }
}

#[test]
fn garbage_in_the_middle_ends_the_journal() {
    let place = place();
    let bytes = whole(&place);
    let text = String::from_utf8(bytes).expect("text");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[4] = "\u{0}\u{0}";
    fs::write(&place.path, lines.join("\n") + "\n").expect("write");
    let read = read(&place.path).expect("readable").expect("there");
    assert_eq!((read.entries.len(), read.torn), (3, true));
}

#[test]
fn looking_changes_nothing_on_the_disk() {
    let place = place();
    let bytes = whole(&place);
    let mut document = Document::fresh();
    assert!(peek(place.state.store(), &mut document).expect("readable").is_some());
    assert!(document.things.contains_key(&address("user.new")));
    assert_eq!(fs::read(&place.path).expect("there"), bytes);
    assert!(!place.state.store().path().exists());
}

#[test]
fn a_journal_of_another_state_or_version_is_refused_and_kept() {
    let place = place();
    let bytes = whole(&place);
    let mut other = Document { serial: 3, lineage: "other".to_owned(), ..Document::fresh() };
    let error = recover(&place.state, &mut other).expect_err("foreign");
    assert!(error.to_string().contains("another state") && error.remedy().is_some());
    let mut tenant =
        Document { serial: 3, lineage: "l".to_owned(), target: "u".to_owned(), ..Document::fresh() };
    recover(&place.state, &mut tenant).expect_err("another tenant");
    assert_eq!(fs::read(&place.path).expect("kept"), bytes);
    let newer = String::from_utf8(bytes).expect("text").replacen("\"1.0\"", "\"2.0\"", 1);
    fs::write(&place.path, newer).expect("newer");
    let error = recover(&place.state, &mut Document::fresh()).expect_err("newer");
    assert!(error.to_string().contains("format 2.0"));
}
