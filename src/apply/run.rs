//! The loop of a run: one owner of walker, journal, state and events.
//!
//! Intents of all steps that start together are written with one flush, and so are outcomes that arrived
//! together: the disk is asked as seldom as the rules allow, and its flush is short enough to be waited for here. A step's dependents start only after its outcome is
//! on the disk.

use std::collections::BTreeMap;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

use super::event::Event;
use super::fold::Fold;
use super::journal::{Entry, Log};
use super::outcome::{Halt, Outcome, Skipped, Trouble, Troubled, Waiting};
use super::step::{Fault, Reply, Verdict, judge, prepare};
use super::walk::{Edges, Walk, WalkError};
use super::{Run, Stop, with_source};
use crate::api::WriteRequest;
use crate::base::contract::Contract;
use crate::model::{Pending, Unsettled, kept};
use crate::plan::{Plan, Step};

/// Places for steps of one endpoint, at most: what latency needs at the highest documented rate.
const MOST_ROOM: u32 = 16;

/// And at least: a burst is allowed even where the rate is low.
const LEAST_ROOM: u32 = 4;

/// The walk over a plan's steps.
pub(super) fn walk(plan: &Plan, concurrency: usize) -> Result<Walk, WalkError> {
    let needed: Vec<Vec<&str>> =
        plan.steps.iter().map(|step| step.depends_on.iter().map(|d| d.step.as_str()).collect()).collect();
    let calls: Vec<String> = plan.steps.iter().map(call_of).collect();
    let rooms: BTreeMap<&str, usize> =
        plan.steps.iter().zip(&calls).map(|(step, call)| (call.as_str(), room(step))).collect();
    let things: Vec<String> = plan.steps.iter().map(|step| step.draft.address.to_string()).collect();
    let edges = plan.steps.iter().enumerate().map(|(n, step)| Edges {
        id: &step.id,
        depends_on: &needed[n],
        lane: step.draft.lane.as_deref(),
        alone: step.draft.alone,
        thing: &things[n],
        queue: (&calls[n], rooms.get(calls[n].as_str()).copied().unwrap_or(1)),
    });
    Walk::new(edges, concurrency)
}

/// How many calls of a step's endpoint are worth having under way: two seconds' worth of its lasting rate. More
/// would only wait for the limiter, hold up other endpoints, and have to be waited for after Ctrl-C.
fn room(step: &Step) -> usize {
    let contract = Contract::built_in().ok();
    let endpoint = contract.and_then(|c| c.endpoint(&step.draft.call.method, &step.draft.call.path));
    let lasting = endpoint.map_or(0, |e| {
        let by_minute = e.rate.per_minute.map(|n| n.div_ceil(60));
        by_minute.into_iter().chain(e.rate.per_second).min().unwrap_or(0)
    });
    usize::try_from(lasting.saturating_mul(2).clamp(LEAST_ROOM, MOST_ROOM)).unwrap_or(1)
}

/// Runs the steps; what became of them goes into `outcome`.
pub(super) async fn run(
    run: &Run<'_>,
    walk: Walk,
    fold: &mut Fold,
    log: &mut dyn Log,
    outcome: &mut Outcome,
) {
    let mut stop = run.stop.clone();
    let mut listening = true;
    let mut course = Course {
        run,
        walk,
        fold,
        log,
        outcome,
        flights: JoinSet::new(),
        steps: BTreeMap::new(),
        began: Instant::now(),
    };
    course.heed(*stop.borrow_and_update());
    loop {
        course.start_all();
        if course.flights.is_empty() {
            break;
        }
        tokio::select! {
            Some(landed) = course.flights.join_next_with_id() => {
                let mut batch = vec![landed];
                while let Some(more) = course.flights.try_join_next_with_id() {
                    batch.push(more);
                }
                course.settle(batch);
            }
            changed = stop.changed(), if listening => {
                listening = changed.is_ok();
                course.heed(*stop.borrow_and_update());
                if course.outcome.halted == Some(Halt::AtOnce) {
                    course.abandon();
                    break;
                }
            }
        }
    }
    let left: Vec<String> = course.walk.left().map(|n| course.run.plan.steps[n].id.clone()).collect();
    course.outcome.left.extend(left);
}

type Landed = Result<(Id, Reply), JoinError>;

struct Course<'c, 'r> {
    run: &'c Run<'r>,
    walk: Walk,
    fold: &'c mut Fold,
    log: &'c mut dyn Log,
    outcome: &'c mut Outcome,
    flights: JoinSet<Reply>,
    /// Which step a flight is of.
    steps: BTreeMap<Id, usize>,
    began: Instant,
}

impl Course<'_, '_> {
    fn step(&self, number: usize) -> &Step {
        &self.run.plan.steps[number]
    }

    fn tell(&self, event: Event) {
        // Nobody has to listen.
        let _ = self.run.events.send(event);
    }

    fn heed(&mut self, stop: Stop) {
        match stop {
            Stop::No => {}
            Stop::Soon if self.outcome.halted.is_none() => {
                self.outcome.halted = Some(Halt::Asked);
                let left = self.walk.left().count();
                self.tell(Event::Stopping { in_flight: self.walk.running(), left });
            }
            Stop::Soon => {}
            Stop::Now => self.outcome.halted = Some(Halt::AtOnce),
        }
    }

    /// Starts everything that may start: intents first, then the calls.
    fn start_all(&mut self) {
        if self.outcome.halted.is_some() {
            return;
        }
        let mut entries = Vec::new();
        let mut starting: Vec<(usize, WriteRequest)> = Vec::new();
        while let Some(number) = self.walk.start() {
            let step = self.step(number);
            let (token, keeps) = match self.key(step) {
                Ok(key) => key,
                Err(trouble) => {
                    self.failed(number, trouble);
                    continue;
                }
            };
            match prepare(&step.draft, token.as_deref(), &self.fold.document) {
                Ok(request) => {
                    entries.push(Entry::Intent {
                        step: step.id.clone(),
                        address: step.draft.address.clone(),
                        call: call_of(step),
                        token,
                        keeps,
                    });
                    starting.push((number, request));
                }
                // Nothing was or will be sent, so the journal has nothing to say.
                Err(trouble) => self.failed(number, trouble),
            }
        }
        if starting.is_empty() {
            return;
        }
        if let Err(error) = self.log.append(&entries) {
            self.outcome.halted = Some(Halt::Journal { cause: with_source(&error) });
            for (number, _) in starting {
                let id = self.step(number).id.clone();
                self.outcome.left.push(id);
            }
            return;
        }
        entries.iter().for_each(|entry| self.fold.take(entry));
        for (number, request) in starting {
            let step = self.step(number);
            self.tell(Event::StepStarted {
                step: step.id.clone(),
                address: step.draft.address.clone(),
                verb: step.draft.verb,
                call: call_of(step),
            });
            let sender = std::sync::Arc::clone(&self.run.sender);
            let flight = self.flights.spawn(async move { sender.send(&request).await });
            self.steps.insert(flight.id(), number);
        }
    }

    /// The idempotency key of a step, and what is to be remembered with it where the tenant knows the key beyond
    /// this run.
    fn key(&self, step: &Step) -> Result<(Option<String>, Option<Unsettled>), Trouble> {
        if step.draft.call.token.is_none() {
            return Ok((None, None));
        }
        let Some(lasts) = lasting(step) else { return Ok((Some(Uuid::new_v4().to_string()), None)) };
        let elapsed = i64::try_from(self.began.elapsed().as_secs()).unwrap_or(i64::MAX);
        let now = self.run.now.saturating_add(elapsed);
        if let Some(again) = &step.draft.again {
            let kept = self.fold.document.unsettled.get(&step.draft.address);
            return match kept.filter(|kept| kept.token == *again && kept.is_known(now)) {
                Some(kept) => Ok((Some(kept.token.clone()), Some(kept.clone()))),
                None => {
                    let cause = "an earlier run may have carried it out, and its key has run out meanwhile";
                    Err(Trouble::own(cause.to_owned(), Some("plan again: the tenant is searched for it")))
                }
            };
        }
        let token = Uuid::new_v4().to_string();
        let lineage = &self.fold.document.lineage;
        let sent =
            step.draft.applies.iter().map(|(name, value)| {
                (name.clone(), kept(lineage, value, step.draft.sensitive.contains(name)))
            });
        let keeps = Unsettled {
            what: step.draft.what.clone(),
            token: token.clone(),
            at: now,
            lasts,
            sent: sent.collect(),
        };
        Ok((Some(token), Some(keeps)))
    }

    /// Takes in what has ended: outcomes to the disk first, then to everybody else.
    fn settle(&mut self, batch: Vec<Landed>) {
        let lineage = self.fold.document.lineage.clone();
        let mut judged = Vec::new();
        for landed in batch {
            let (id, reply) = match landed {
                Ok(landed) => landed,
                Err(error) => (error.id(), lost(&error)),
            };
            let Some(number) = self.steps.remove(&id) else { continue };
            judged.push((number, judge(&self.step(number).draft, reply, &lineage)));
        }
        let entries: Vec<Entry> =
            judged.iter().map(|(number, verdict)| self.entry(*number, verdict)).collect();
        if let Err(error) = self.log.append(&entries) {
            // What happened is known all the same, and the state may still be saved.
            self.outcome.halted.get_or_insert(Halt::Journal { cause: with_source(&error) });
        }
        entries.iter().for_each(|entry| self.fold.take(entry));
        for (number, verdict) in judged {
            self.conclude(number, verdict);
        }
    }

    fn entry(&self, number: usize, verdict: &Verdict) -> Entry {
        let Step { id, draft, .. } = self.step(number);
        let step = id.clone();
        let address = draft.address.clone();
        let named = |fault: &Fault| (fault.trouble.code, fault.trouble.request_id.clone());
        match verdict {
            Verdict::Done { ids, applied, warning: _ } => Entry::Done {
                step,
                address,
                ids: ids.clone(),
                applied: applied.clone(),
                forgets: draft.forgets,
                at: if draft.forgets { self.run.now } else { 0 },
            },
            Verdict::Pending { reason } => {
                let attributes = draft.applies.keys().cloned().collect();
                Entry::Pending { step, address, pending: Pending { attributes, reason: reason.clone() } }
            }
            Verdict::Failed(fault) => {
                let (code, request_id) = named(fault);
                Entry::Failed { step, code, request_id }
            }
            Verdict::Unknown(fault) => {
                let (code, request_id) = named(fault);
                Entry::Unknown { step, code, request_id }
            }
        }
    }

    fn conclude(&mut self, number: usize, verdict: Verdict) {
        match verdict {
            Verdict::Done { warning, .. } => self.succeeded(number, warning),
            Verdict::Pending { reason } => self.waits(number, reason),
            Verdict::Failed(fault) => {
                self.halt_if(&fault);
                self.failed(number, fault.trouble);
            }
            Verdict::Unknown(fault) => {
                self.halt_if(&fault);
                let Troubled { step, address, trouble } = self.troubled(number, fault.trouble);
                self.tell(Event::StepUnknown {
                    step: step.clone(),
                    address: address.clone(),
                    trouble: trouble.clone(),
                });
                self.outcome.unknown.push(Troubled { step, address, trouble });
                self.skip_behind(number, false);
            }
        }
    }

    fn halt_if(&mut self, fault: &Fault) {
        if fault.stops_run {
            self.outcome.halted.get_or_insert(Halt::Remote { trouble: fault.trouble.clone() });
        }
    }

    fn troubled(&self, number: usize, trouble: Trouble) -> Troubled {
        let step = self.step(number);
        Troubled { step: step.id.clone(), address: step.draft.address.clone(), trouble }
    }

    fn succeeded(&mut self, number: usize, warning: Option<String>) {
        let Step { id, draft, .. } = self.step(number);
        let (step, address) = (id.clone(), draft.address.clone());
        if let Some(warning) = &warning {
            self.outcome.warnings.push((step.clone(), warning.clone()));
        }
        self.outcome.done.push(step.clone());
        let (done, of) = (self.outcome.done.len(), self.outcome.planned);
        self.tell(Event::StepDone { step, address, done, of, warning });
        self.walk.finish(number, true);
    }

    fn waits(&mut self, number: usize, reason: String) {
        let Step { id, draft, .. } = self.step(number);
        let (step, address) = (id.clone(), draft.address.clone());
        self.tell(Event::StepPending {
            step: step.clone(),
            address: address.clone(),
            reason: reason.clone(),
        });
        self.outcome.pending.push(Waiting { step, address, reason });
        self.skip_behind(number, true);
    }

    fn failed(&mut self, number: usize, trouble: Trouble) {
        let Troubled { step, address, trouble } = self.troubled(number, trouble);
        self.tell(Event::StepFailed {
            step: step.clone(),
            address: address.clone(),
            trouble: trouble.clone(),
        });
        self.outcome.failed.push(Troubled { step, address, trouble });
        self.skip_behind(number, false);
    }

    fn skip_behind(&mut self, number: usize, waits: bool) {
        for skip in self.walk.finish(number, false) {
            let because = self.step(skip.because).id.clone();
            let Step { id, draft, .. } = self.step(skip.step);
            let (step, address) = (id.clone(), draft.address.clone());
            self.tell(Event::StepSkipped {
                step: step.clone(),
                address: address.clone(),
                because: because.clone(),
            });
            self.outcome.skipped.push(Skipped { step, address, because, waits });
        }
    }

    /// Leaves the calls in flight to themselves; their intents are in the journal.
    fn abandon(&mut self) {
        self.flights.abort_all();
        for number in std::mem::take(&mut self.steps).into_values() {
            let trouble = Trouble::own("stopped while the call was in flight", Some(super::step::LOOK));
            let troubled = self.troubled(number, trouble);
            self.outcome.unknown.push(troubled);
        }
    }
}

/// For how many seconds the service itself knows the key of a step, whatever else is in the call. A key that the
/// gateway keeps does not outlive the run: it is bound to the body, and what it makes has an id of our choosing.
fn lasting(step: &Step) -> Option<u64> {
    let contract = Contract::built_in().ok()?;
    let key = contract.endpoint(&step.draft.call.method, &step.draft.call.path)?.idempotency.as_ref()?;
    key.own_rules.then_some(key.window_seconds)
}

fn call_of(step: &Step) -> String {
    format!("{} {}", step.draft.call.method, step.draft.call.path)
}

/// A flight that ended without a reply. It should not happen, and the call may have been carried out.
fn lost(error: &JoinError) -> Reply {
    let cause = format!("the call broke off: {error}");
    Reply::Unknown(Fault { trouble: Trouble::own(cause, Some(super::step::LOOK)), stops_run: false })
}
