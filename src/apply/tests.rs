//! Whole runs without a network: a sender that answers by script, a journal that stops where it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::{Value as Json, json};

use super::journal::{Entry, read};
use super::step::{Fault, Reply, Sending};
use super::*;
use crate::api::WriteRequest;
use crate::api::request::Body;
use crate::model::{
    Accept, Address, Call, Capture, Late, LateId, Pending, Record, StepDraft, Value, Verb, sealed,
};
use crate::plan::{Bookkeeping, Cost, Dependency, Origin, Step};
use crate::state::{Holder, Store};

const LINEAGE: &str = "l-1";

fn address(text: &str) -> Address {
    text.parse().expect("address")
}

/// A step that makes a group of this name; the script answers by the name.
fn step(id: &str, on: &str, depends_on: &[&str]) -> Step {
    let mut call = Call::new("POST", "/open-apis/contact/v3/group").body(json!({ "name": id }));
    if id.starts_with("keyed") {
        call = Call::new("POST", "/open-apis/contact/v3/departments").body(json!({ "name": id }));
        call.token = Some("client_token".to_owned());
    }
    let mut draft = StepDraft::new(address(on), Verb::Create, id, call);
    draft.applies =
        [("name".to_owned(), Value::text(id)), ("mobile".to_owned(), Value::text("13900000000"))].into();
    draft.sensitive = ["mobile".to_owned()].into();
    draft.captures = vec![Capture { pointer: "/group_id".to_owned(), id: "id".to_owned() }];
    let depends_on =
        depends_on.iter().map(|d| Dependency { step: (*d).to_owned(), why: "test".to_owned() }).collect();
    Step { id: id.to_owned(), depends_on, draft }
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        lineage: LINEAGE.to_owned(),
        serial: 0,
        target: "http://t cli".to_owned(),
        origin: Origin::default(),
        changes: Vec::new(),
        steps,
        bookkeeping: Vec::new(),
        based_on: BTreeMap::new(),
        blocked: Vec::new(),
        refusals: Vec::new(),
        notes: Vec::new(),
        matched: Vec::new(),
        desks: Vec::new(),
        cost: Cost::default(),
    }
}

fn fault(code: i64) -> Fault {
    let trouble = Trouble { code: Some(code), cause: "no: 13900000000".to_owned(), ..Trouble::default() };
    Fault { trouble, stops_run: code == 99_991_403 }
}

/// Answers by name and remembers what it was sent. `hold` is waited for before the first answer.
#[derive(Debug, Default)]
struct Script {
    replies: BTreeMap<&'static str, Reply>,
    seen: Mutex<Vec<(String, String)>>,
    hold: Option<tokio::sync::Semaphore>,
}

fn name_of(request: &WriteRequest) -> String {
    match request.call().body() {
        Body::Json(body) => body["name"].as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

impl Sender for Script {
    fn send<'s>(&'s self, request: &'s WriteRequest) -> Sending<'s> {
        Box::pin(async move {
            let name = name_of(request);
            self.seen.lock().expect("seen").push((name.clone(), request.call().target()));
            if let Some(hold) = &self.hold {
                hold.acquire().await.expect("open").forget();
            }
            let made = || Reply::Done(json!({ "group_id": format!("g-{name}") }));
            self.replies.get(name.as_str()).cloned().unwrap_or_else(made)
        })
    }
}

impl Script {
    fn names(&self) -> Vec<String> {
        self.seen.lock().expect("seen").iter().map(|(name, _)| name.clone()).collect()
    }
}

struct Place {
    _dir: tempfile::TempDir,
    state: Locked,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("dir");
        let store = Store::at(dir.path().join("state.json"));
        let state = store.lock(&Holder::here("test")).expect("free");
        Self { _dir: dir, state }
    }

    fn document(&self) -> Document {
        self.state.load().expect("loads").document
    }
}

struct Hands {
    stop: watch::Sender<Stop>,
    events: mpsc::UnboundedReceiver<Event>,
}

fn hands<'r>(place: &Place, plan: &'r Plan, sender: &Arc<Script>) -> (Run<'r>, Hands) {
    let (stop, stopping) = watch::channel(Stop::No);
    let (tell, events) = mpsc::unbounded_channel();
    let run = Run {
        plan,
        document: place.document(),
        sender: Arc::clone(sender) as Arc<dyn Sender>,
        events: tell,
        stop: stopping,
        concurrency: 4,
        now: 1_000,
    };
    (run, Hands { stop, events })
}

async fn applied(place: &Place, plan: &Plan, script: Script) -> (Outcome, Arc<Script>) {
    let script = Arc::new(script);
    let (run, _hands) = hands(place, plan, &script);
    (apply(&place.state, run).await.expect("begins"), script)
}

#[tokio::test]
async fn ids_of_earlier_steps_reach_later_calls_and_the_state() {
    let place = Place::new();
    let mut second = step("b", "user_group.b", &["a"]);
    let late = LateId { address: address("user_group.a"), id: "id".to_owned(), form: None };
    second.draft.call.body = Some(json!({ "name": "b", "description": { "$late": late } }));
    second.draft.call = second.draft.call.query("user_id_type", Late::Id { late });
    let plan = plan(vec![step("a", "user_group.a", &[]), second]);
    let (outcome, script) = applied(&place, &plan, Script::default()).await;
    assert_eq!(
        (outcome.done.as_slice(), outcome.serial),
        (["a".to_owned(), "b".to_owned()].as_slice(), Some(1))
    );
    assert!(outcome.is_complete());
    assert!(script.seen.lock().expect("seen")[1].1.ends_with("user_id_type=g-a"));
    let document = place.document();
    let a = &document.things[&address("user_group.a")];
    assert_eq!(a.id(), Some("g-a"));
    assert_eq!(a.applied["mobile"], sealed(LINEAGE, &Value::text("13900000000")));
    assert_eq!((document.lineage.as_str(), document.target.as_str()), (LINEAGE, "http://t cli"));
    assert!(read(&place.state.store().journal_path()).expect("readable").is_none(), "the journal is gone");
}

#[tokio::test]
async fn a_failure_skips_what_hangs_on_it_and_nothing_else() {
    let place = Place::new();
    let plan = plan(vec![
        step("a", "user_group.a", &[]),
        step("b", "user_group.b", &["a"]),
        step("c", "user_group.c", &["b"]),
        step("d", "user_group.d", &[]),
    ]);
    let replies = [("a", Reply::Refused(fault(42_003)))].into();
    let (outcome, script) = applied(&place, &plan, Script { replies, ..Script::default() }).await;
    assert_eq!(outcome.done, ["d"]);
    let skipped: Vec<_> =
        outcome.skipped.iter().map(|s| (s.step.as_str(), s.because.as_str(), s.waits)).collect();
    assert_eq!(skipped, [("b", "a", false), ("c", "a", false)]);
    let failed = &outcome.failed[0];
    assert_eq!((failed.step.as_str(), failed.trouble.code), ("a", Some(42_003)));
    assert_eq!(failed.trouble.cause, "no: ***", "a personal value that the remote quotes is masked");
    assert!(!outcome.is_complete() && outcome.did_anything());
    assert_eq!(script.names(), ["a", "d"]);
    let counts = outcome.counts();
    assert_eq!((counts.planned, counts.done, counts.failed, counts.skipped, counts.left), (4, 1, 1, 2, 0));
}

#[tokio::test]
async fn what_waits_on_a_person_is_recorded_and_no_failure() {
    let place = Place::new();
    let mut waiting = step("leaders", "user_group.a", &["a"]);
    let reason = "ann has not joined yet".to_owned();
    waiting.draft.accepts = vec![Accept::Pending { code: 43_025, reason: reason.clone() }];
    let mut plan =
        plan(vec![step("a", "user_group.a", &[]), waiting, step("c", "user_group.c", &["leaders"])]);
    let replies: BTreeMap<_, _> = [("leaders", Reply::Refused(fault(43_025)))].into();
    let (outcome, _) = applied(&place, &plan, Script { replies, ..Script::default() }).await;
    assert!(outcome.is_complete() && outcome.skipped[0].waits, "{outcome:?}");
    assert_eq!((outcome.pending[0].step.as_str(), &outcome.pending[0].reason), ("leaders", &reason));
    let record = &place.document().things[&address("user_group.a")];
    let attributes = vec!["mobile".to_owned(), "name".to_owned()];
    assert_eq!(record.pending, [Pending { attributes, reason }]);
    // Once it works nothing is pending any more.
    plan.serial = 1;
    plan.steps = vec![Step { depends_on: Vec::new(), ..plan.steps[1].clone() }];
    let (outcome, _) = applied(&place, &plan, Script::default()).await;
    assert_eq!(outcome.done, ["leaders"]);
    assert!(place.document().things[&address("user_group.a")].pending.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_is_not_recorded() {
    let place = Place::new();
    let plan = plan(vec![step("a", "user_group.a", &[]), step("b", "user_group.b", &["a"])]);
    let replies = [("a", Reply::Unknown(fault(1)))].into();
    let (outcome, _) = applied(&place, &plan, Script { replies, ..Script::default() }).await;
    assert_eq!((outcome.unknown.len(), outcome.skipped.len(), outcome.done.len()), (1, 1, 0));
    assert!(!outcome.is_complete() && outcome.unknown[0].trouble.remedy.is_some());
    assert!(place.document().things.is_empty());
}

#[tokio::test]
async fn a_used_up_quota_starts_nothing_new() {
    let place = Place::new();
    let names: Vec<String> = (0..40).map(|n| format!("g{n:02}")).collect();
    let plan = plan(names.iter().map(|n| step(n, &format!("user_group.{n}"), &[])).collect());
    let replies = [("g00", Reply::Refused(fault(99_991_403)))].into();
    let (outcome, script) = applied(&place, &plan, Script { replies, ..Script::default() }).await;
    assert!(matches!(outcome.halted, Some(Halt::Remote { .. })) && !outcome.is_complete());
    assert!(script.names().len() <= 8, "{}", script.names().len());
    assert_eq!(outcome.done.len() + outcome.left.len() + 1, 40);
    assert_eq!(place.document().things.len(), outcome.done.len(), "what was done is saved");
}

#[tokio::test]
async fn asked_once_it_finishes_what_flies_and_saves() {
    let place = Place::new();
    let names: Vec<String> = (0..20).map(|n| format!("g{n:02}")).collect();
    let plan = plan(names.iter().map(|n| step(n, &format!("user_group.{n}"), &[])).collect());
    let script = Arc::new(Script { hold: Some(tokio::sync::Semaphore::new(0)), ..Script::default() });
    let (run, mut hands) = hands(&place, &plan, &script);
    let asking = async {
        let mut started = 0;
        while let Some(event) = hands.events.recv().await {
            match event {
                Event::StepStarted { .. } => {
                    started += 1;
                    if started == 4 {
                        hands.stop.send(Stop::Soon).expect("heard");
                    }
                }
                Event::Stopping { in_flight, left } => {
                    assert_eq!((in_flight, left), (4, 16));
                    script.hold.as_ref().expect("held").add_permits(100);
                }
                _ => {}
            }
        }
    };
    let (outcome, ()) = tokio::join!(apply(&place.state, run), asking);
    let outcome = outcome.expect("begins");
    assert_eq!((outcome.done.len(), outcome.left.len(), outcome.halted.clone()), (4, 16, Some(Halt::Asked)));
    assert_eq!((place.document().things.len(), outcome.serial), (4, Some(1)));
}

#[tokio::test]
async fn asked_twice_it_returns_at_once_and_the_next_run_recovers() {
    let place = Place::new();
    let plan = plan(vec![
        step("a", "user_group.a", &[]),
        step("b", "user_group.b", &["a"]),
        step("c", "user_group.c", &["b"]),
    ]);
    let script = Arc::new(Script { hold: Some(tokio::sync::Semaphore::new(1)), ..Script::default() });
    let (run, mut hands) = hands(&place, &plan, &script);
    let asking = async {
        while let Some(event) = hands.events.recv().await {
            if matches!(&event, Event::StepStarted { step, .. } if step == "b") {
                hands.stop.send(Stop::Now).expect("heard");
            }
        }
    };
    let (outcome, ()) = tokio::join!(apply(&place.state, run), asking);
    let outcome = outcome.expect("begins");
    assert_eq!(outcome.halted, Some(Halt::AtOnce));
    assert_eq!(
        (outcome.done.as_slice(), outcome.left.as_slice()),
        (["a".to_owned()].as_slice(), ["c".to_owned()].as_slice())
    );
    assert_eq!(outcome.unknown[0].step, "b");
    assert_eq!(outcome.serial, None);
    let mut document = place.document();
    assert!(document.things.is_empty());
    let recovery = recover(&place.state, &mut document).expect("recovers").expect("a run");
    assert_eq!((recovery.done, recovery.unknown.len(), recovery.torn), (1, 1, false));
    assert_eq!(recovery.unknown[0].step, "b");
    assert_eq!(place.document().things.keys().map(ToString::to_string).collect::<Vec<_>>(), ["user_group.a"]);
    assert_eq!(recover(&place.state, &mut document).expect("recovers"), None);
}

#[tokio::test]
async fn a_key_is_made_for_each_step_and_is_in_the_journal_before_the_call() {
    let place = Place::new();
    let mut one = step("keyed1", "department.a", &[]);
    one.draft.ids = [("id".to_owned(), "a".to_owned())].into();
    let mut two = step("keyed2", "department.b", &[]);
    two.draft.ids = [("id".to_owned(), "b".to_owned())].into();
    let plan = plan(vec![one, two]);
    let written: Arc<Mutex<Vec<Entry>>> = Arc::default();
    let script = Arc::new(Script::default());
    let (run, _hands) = hands(&place, &plan, &script);
    let copy = Arc::clone(&written);
    apply_with(&place.state, run, |_| Ok(Box::new(Copy(copy)))).await.expect("begins");
    let targets: Vec<String> = script.seen.lock().expect("seen").iter().map(|s| s.1.clone()).collect();
    let mut keys = BTreeSet::new();
    for entry in written.lock().expect("entries").iter() {
        if let Entry::Intent { token, .. } = entry {
            let token = token.clone().expect("a key");
            assert!(targets.iter().any(|t| t.contains(&format!("client_token={token}"))), "{targets:?}");
            keys.insert(token);
        }
    }
    assert_eq!(keys.len(), 2);
}

#[derive(Debug)]
struct Copy(Arc<Mutex<Vec<Entry>>>);

impl Log for Copy {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.0.lock().expect("entries").extend(entries.iter().cloned());
        Ok(())
    }
}

#[tokio::test]
async fn a_plan_of_another_state_sends_nothing() {
    let place = Place::new();
    let good = plan(vec![step("a", "user_group.a", &[])]);
    applied(&place, &good, Script::default()).await;
    let again = Plan { serial: 1, ..good.clone() };
    for (bad, words) in [
        (good.clone(), "serial 0"),
        (Plan { lineage: "l-2".to_owned(), ..again.clone() }, "another state"),
        (Plan { target: "http://other".to_owned(), ..again.clone() }, "is for http://other"),
    ] {
        let script = Arc::new(Script::default());
        let (run, _hands) = hands(&place, &bad, &script);
        let error = apply(&place.state, run).await.expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
        assert!(script.names().is_empty());
    }
    // Nothing to do: no journal, no new serial.
    let (outcome, _) = applied(&place, &Plan { steps: Vec::new(), ..again }, Script::default()).await;
    assert_eq!((outcome.serial, place.document().serial), (None, 1));
}

/// A journal that breaks: at the n-th append nothing (or the first half) is written, and the process is gone, or
/// the disk is full.
struct Breaking {
    journal: Journal,
    path: std::path::PathBuf,
    left: usize,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    DiesBefore,
    DiesInTheMiddle,
    DiesAfter,
    Full,
}

impl Log for Breaking {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        if self.left > 0 {
            self.left -= 1;
            return self.journal.append(entries);
        }
        match self.how {
            How::DiesBefore => panic!("dies"),
            How::DiesInTheMiddle => {
                let before = std::fs::read(&self.path).expect("journal").len();
                self.journal.append(entries)?;
                let whole = std::fs::read(&self.path).expect("journal");
                let half = before + (whole.len() - before) / 2;
                std::fs::write(&self.path, &whole[..half]).expect("cut");
                panic!("dies")
            }
            How::DiesAfter => {
                self.journal.append(entries)?;
                panic!("dies")
            }
            How::Full => Err(JournalError::Io {
                doing: "write",
                path: self.path.clone(),
                source: std::io::ErrorKind::StorageFull.into(),
            }),
        }
    }
}

#[tokio::test]
async fn dying_at_any_append_loses_nothing_that_was_recorded_and_invents_nothing() {
    for how in [How::DiesBefore, How::DiesInTheMiddle, How::DiesAfter, How::Full] {
        let mut at = 0;
        loop {
            let place = Place::new();
            let mut plan = plan(vec![
                step("a", "user_group.a", &[]),
                step("b", "user_group.b", &["a"]),
                step("c", "user_group.c", &["a"]),
                step("d", "user_group.d", &["b", "c"]),
            ]);
            let adopted = Record { ids: [("id".to_owned(), "x".to_owned())].into(), ..Record::default() };
            plan.bookkeeping = vec![Bookkeeping::Record { address: address("unit.x"), record: adopted }];
            let script = Arc::new(Script::default());
            let path = place.state.store().journal_path();
            let (run, _hands) = hands(&place, &plan, &script);
            let breaking = |header: &Header| {
                let journal = Journal::create(&path, header)?;
                Ok(Box::new(Breaking { journal, path: path.clone(), left: at, how }) as Box<dyn Log>)
            };
            let died = Caught(Box::pin(apply_with(&place.state, run, breaking))).await;
            // What a tenant would hold.
            let sent: BTreeSet<String> = script.names().into_iter().collect();
            if let Some(Ok(outcome)) = &died
                && outcome.halted.is_none()
            {
                assert_eq!(outcome.done.len(), 4);
                break;
            }
            let mut document = place.document();
            recover(&place.state, &mut document).expect("recovers");
            let named: BTreeSet<String> = document
                .things
                .keys()
                .filter(|a| a.kind() == "user_group")
                .map(|a| a.key().to_owned())
                .collect();
            assert!(named.is_subset(&sent), "{how:?} at {at}: {named:?} of {sent:?}");
            if how == How::Full {
                // The run lives on without its journal: it saves all it knows, and nothing new was sent.
                assert!(at == 0 || named == sent, "at {at}: {named:?} of {sent:?}");
            }
            assert!(document.things.values().all(|r| r.id().is_some()));
            assert!(!path.exists());
            let again = place.document();
            assert_eq!(recover(&place.state, &mut document).expect("recovers"), None);
            assert_eq!(again, document);
            at += 1;
        }
        // Bookkeeping, then intent and outcome of a, of b and c together, of d.
        assert!(at >= 7, "{how:?}: {at}");
    }
}

/// A future that may panic: `None` when it did.
struct Caught<F>(std::pin::Pin<Box<F>>);

impl<F: Future> Future for Caught<F> {
    type Output = Option<F::Output>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        let inner = self.0.as_mut();
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inner.poll(cx))) {
            Ok(std::task::Poll::Ready(output)) => std::task::Poll::Ready(Some(output)),
            Ok(std::task::Poll::Pending) => std::task::Poll::Pending,
            Err(_) => std::task::Poll::Ready(None),
        }
    }
}

#[test]
fn events_are_one_line_each_and_read_back() {
    let event = Event::StepDone {
        step: "department.研发: create".to_owned(),
        address: address("department.研发"),
        done: 1,
        of: 2,
        warning: Some("two\nlines".to_owned()),
    };
    let line = event.line();
    assert!(!line.contains('\n') && line.starts_with("{\"event\":\"step_done\""));
    assert_eq!(serde_json::from_str::<Event>(&line).expect("reads"), event);
    let head: Json = serde_json::from_str(
        &Event::Started { format_version: event::FORMAT.to_owned(), run: "r".to_owned(), steps: 1 }.line(),
    )
    .expect("json");
    assert_eq!(head["format_version"], "1.0");
}
