//! One request from permit to verdict: the loop that joins limiter, tokens, transport, envelope and retry.
//!
//! Order matters. The permit comes first, because waiting for it may take minutes; then the token, so that it is
//! fresh; then a place among the concurrent requests, held only while bytes move. The token call itself goes
//! through here as well, without a token, and so cannot wait for itself.

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::auth::Choice;
use super::envelope::{Answer, Shape, decode, retry_after, throttle};
use super::error::{ApiError, Cause, Desk, Inner};
use super::helpdesk::Helpdesks;
use super::limit::{Limiter, Permit, Throttle};
use super::pace::Pace;
use super::request::{Call, Repeat};
use super::retry::{Executed, History, Jitter, RetryPolicy, Step, Verdict, decide, judge, judge_transport};
use super::transport::{Raw, Transport, TransportError};
use crate::base::contract::{Class, Endpoint};
use crate::base::secret::Secret;

/// A transient failure may name its own wait (`Retry-After`); beyond this it is no transient failure.
const LONGEST_TOLD_WAIT: Duration = Duration::from_secs(60);

/// All layers below identities.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) transport: Transport,
    pub(super) limiter: Limiter,
    pub(super) gate: Semaphore,
    pub(super) policy: RetryPolicy,
    pub(super) pace: Pace,
    pub(super) jitter: Jitter,
    pub(super) desk: Desk,
    pub(super) helpdesks: Helpdesks,
    /// Masked in whatever the remote says.
    pub(super) app_secret: Option<Secret>,
}

/// How one attempt ended.
enum Attempt {
    Done(Answer),
    Failed { cause: Cause, verdict: Verdict, throttle: Option<Throttle> },
}

/// What a request has been through.
struct Course<'c> {
    call: &'c Call,
    started: Instant,
    first_sent: Option<Instant>,
    attempts: u32,
    history: History,
    last: Option<(Cause, Verdict)>,
}

impl Wire {
    pub(super) async fn run(&self, call: &Call, repeat: Repeat, who: Choice) -> Result<Answer, ApiError> {
        let endpoint = call.endpoint();
        let tokens = match who {
            Choice::Nobody => None,
            Choice::As(tokens) => Some(tokens),
            Choice::Missing(takes) => {
                return Err(self.unsent(Cause::NoIdentity { takes }, Class::User, endpoint));
            }
        };
        let mut course = Course {
            call,
            started: Instant::now(),
            first_sent: None,
            attempts: 0,
            history: History::default(),
            last: None,
        };
        loop {
            let permit = self.limiter.acquire(endpoint, call.conditions()).await;
            let token = match &tokens {
                None => None,
                Some(tokens) => match tokens.token().await {
                    Ok(token) => Some(token),
                    Err(error) => return Err(self.no_token(&course, error, repeat)),
                },
            };
            // The wait for the permit may have outlasted the key that made a repetition harmless.
            course.history.since_first = self.since_first(&course);
            if let Some((cause, verdict)) = course.last.take()
                && !course.history.allows(repeat, Duration::ZERO)
            {
                return Err(self.error(&course, cause, verdict, repeat));
            }
            let (attempt, permit) = self.attempt(&mut course, token.as_ref(), permit).await;
            let (cause, verdict, told) = match attempt {
                Attempt::Done(answer) => {
                    permit.accepted();
                    return Ok(answer);
                }
                Attempt::Failed { cause, verdict, throttle } => (cause, verdict, throttle),
            };
            course.history.ambiguous |= verdict.executed == Executed::Maybe;
            course.history.since_first = self.since_first(&course);
            match verdict.class {
                Class::Rate => {
                    course.history.rate_waited += permit.throttled(told.unwrap_or_default());
                }
                Class::Token => {
                    course.history.token += 1;
                    permit.accepted();
                }
                Class::Retry | Class::RetryOnce => {
                    course.history.transient += 1;
                    drop(permit);
                }
                Class::Login
                | Class::Permission
                | Class::Fatal
                | Class::Quota
                | Class::Absent
                | Class::Exists
                | Class::State
                | Class::User
                | Class::Bug
                | Class::NotApplicable => permit.accepted(),
            }
            let step = decide(&self.policy, verdict, repeat, course.history, self.jitter.next());
            self.report(&course, &cause, step);
            match step {
                Step::Again(wait) => {
                    let told = told.and_then(|told| told.reset).unwrap_or_default();
                    self.pace.sleep(wait.max(told.min(LONGEST_TOLD_WAIT))).await;
                }
                Step::WhenAllowed => {}
                Step::Renew(wait) => {
                    if let (Some(tokens), Some(token)) = (&tokens, &token) {
                        tokens.doubt(token);
                    }
                    self.pace.sleep(wait).await;
                }
                Step::GiveUp => return Err(self.error(&course, cause, verdict, repeat)),
            }
            course.last = Some((cause, verdict));
        }
    }

    fn since_first(&self, course: &Course<'_>) -> Duration {
        course.first_sent.map_or(Duration::ZERO, |first| self.pace.since(first))
    }

    /// No token to go on with. Earlier attempts with an older one may have been carried out all the same.
    fn no_token(&self, course: &Course<'_>, error: ApiError, repeat: Repeat) -> ApiError {
        let verdict = Verdict {
            class: error.class(),
            executed: Executed::No,
            locked: false,
            attempts: None,
            stops_run: error.stops_run(),
        };
        self.error(course, Cause::NoToken(error), verdict, repeat)
    }

    async fn attempt(
        &self,
        course: &mut Course<'_>,
        token: Option<&Secret>,
        mut permit: Permit,
    ) -> (Attempt, Permit) {
        // Closed never: the semaphore lives as long as the client.
        let _place = self.gate.acquire().await.ok();
        course.attempts += 1;
        let sent = Instant::now();
        course.first_sent.get_or_insert(sent);
        permit.sending();
        let outcome = self.transport.send(course.call, token).await;
        let attempt = match outcome {
            Err(error) => {
                if !error.sent() {
                    permit.not_sent();
                }
                let verdict = judge_transport(&error);
                Attempt::Failed {
                    cause: Cause::Transport(self.scrub_transport(error)),
                    verdict,
                    throttle: None,
                }
            }
            Ok(raw) => self.understand(course.call, raw, token),
        };
        let (outcome, request_id) = match &attempt {
            Attempt::Done(answer) => ("done", answer.request_id.as_ref()),
            Attempt::Failed { cause, .. } => ("failed", cause.request_id()),
        };
        tracing::debug!(
            target: "larkctl::api",
            endpoint = %course.call.key(),
            attempt = course.attempts,
            millis = u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id = request_id.map(tracing::field::display),
            outcome,
            "attempt"
        );
        (attempt, permit)
    }

    fn understand(&self, call: &Call, raw: Raw, token: Option<&Secret>) -> Attempt {
        let endpoint = call.endpoint();
        let shape = Shape::of(endpoint);
        if let Ok(answer) = decode(raw.http, &raw.headers, &raw.body, shape) {
            return Attempt::Done(answer);
        }
        // Before it is cut to size: half a token could not be found any more.
        let raw = scrub(raw, &self.secrets(call, token));
        match decode(raw.http, &raw.headers, &raw.body, shape) {
            Ok(answer) => Attempt::Done(answer),
            Err(failure) => {
                let told = throttle(&raw.headers);
                let reset = told.and_then(|told| told.reset).or_else(|| retry_after(&raw.headers));
                let throttle = Throttle { reset, limit: told.and_then(|told| told.limit) };
                let verdict = judge(endpoint, &failure);
                Attempt::Failed { cause: Cause::Answer(failure), verdict, throttle: Some(throttle) }
            }
        }
    }

    fn secrets(&self, call: &Call, token: Option<&Secret>) -> Vec<Secret> {
        let header = call.header().map(|(_, secret)| secret);
        [token, self.app_secret.as_ref(), header, call.hidden()].into_iter().flatten().cloned().collect()
    }

    fn scrub_transport(&self, error: TransportError) -> TransportError {
        let clean = |text: String| match &self.app_secret {
            Some(secret) => secret.scrub(&text),
            None => text,
        };
        match error {
            TransportError::Unreachable(text) => TransportError::Unreachable(clean(text)),
            TransportError::Truncated(text) => TransportError::Truncated(clean(text)),
            TransportError::Other(text) => TransportError::Other(clean(text)),
            error @ (TransportError::Dns { .. }
            | TransportError::ConnectTimeout
            | TransportError::ConnectionRefused
            | TransportError::Tls(_)
            | TransportError::Proxy(_)
            | TransportError::Unsendable(_)
            | TransportError::Timeout
            | TransportError::Reset
            | TransportError::Closed
            | TransportError::TooLarge) => error,
        }
    }

    fn report(&self, course: &Course<'_>, cause: &Cause, step: Step) {
        let endpoint = course.call.key();
        match step {
            Step::GiveUp => {
                tracing::debug!(target: "larkctl::api", %endpoint, attempts = course.attempts, %cause, "gives up");
            }
            Step::Again(_) | Step::WhenAllowed | Step::Renew(_) => {
                tracing::info!(target: "larkctl::api", %endpoint, attempts = course.attempts, %cause, ?step, "tries again");
            }
        }
    }

    fn error(&self, course: &Course<'_>, cause: Cause, verdict: Verdict, repeat: Repeat) -> ApiError {
        let endpoint = course.call.endpoint();
        // A thing that a second DELETE does not find is gone, whoever did it.
        let gone = endpoint.method == "DELETE" && verdict.class == Class::Absent;
        let credentials = verdict.class == Class::Fatal && endpoint.service() == "auth";
        let inner = Inner {
            cause,
            endpoint,
            class: verdict.class,
            stops_run: verdict.stops_run || credentials,
            attempts: course.attempts,
            elapsed: self.pace.since(course.started),
            may_have_happened: repeat != Repeat::Read && course.history.ambiguous && !gone,
            variable: course.call.desk().and_then(|desk| self.helpdesks.variable(desk)),
            remedy: None,
        };
        ApiError::new(inner, &self.desk)
    }

    pub(super) fn unsent(&self, cause: Cause, class: Class, endpoint: &'static Endpoint) -> ApiError {
        ApiError::unsent(cause, class, endpoint, &self.desk)
    }
}

/// Masks secrets that the remote quotes, in the body and in every header.
pub(super) fn scrub(mut raw: Raw, secrets: &[Secret]) -> Raw {
    let clean = |text: &str| secrets.iter().fold(text.to_owned(), |text, secret| secret.scrub(&text));
    if let Ok(text) = std::str::from_utf8(&raw.body) {
        raw.body = clean(text).into_bytes();
    } else {
        raw.body = clean(&String::from_utf8_lossy(&raw.body)).into_bytes();
    }
    for value in raw.headers.values_mut() {
        if let Some(cleaned) = value.to_str().ok().and_then(|text| clean(text).parse().ok()) {
            *value = cleaned;
        }
    }
    raw
}
