//! One exchange: a request on its way through the judgements to its handler, and its answer back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::answer::{Answer, Data, Refusal, refuse};
use super::call::{Call, Handler, Identity};
use super::dress::prune;
use super::engine::{Engine, Outcome, lock};
use super::envelope::{Frame, Reply, log_id, lost_answer};
use super::incoming::{Incoming, Parsed, parse};
use super::judge::{Judged, identify, judge};
use super::multipart::FilePart;
use super::rate::RESET;
use super::replay::run;
use super::route::Bound;
use super::validate;
use crate::sandbox::auth;
use crate::sandbox::fault::{Effect, PageTrick};
use crate::sandbox::journal::{Entry, kept, masked};
use crate::sandbox::world::{Grants, World};

/// A request that passed every judgement before the business.
struct Admitted {
    judged: Judged,
    query: Vec<(String, String)>,
    body: Value,
    files: Vec<FilePart>,
}

/// The request of one exchange, with all that was found out about it on the way in.
struct Exchange<'a> {
    request: &'a Incoming,
    bound: &'a Bound,
    path: &'a [(String, String)],
    trick: Option<PageTrick>,
}

impl Engine {
    /// Answers a request of the Open API.
    pub async fn handle(&self, request: Incoming) -> Outcome {
        let started = Instant::now();
        let number = lock(&self.journal).number();
        let now = self.clock.now();
        let log_id = log_id(now, number);
        let found = self.router.find(&request.method, &request.path);
        let body = found.as_ref().map(|(bound, _)| bound.endpoint.body.as_slice()).unwrap_or_default();
        let parsed = parse(&request, |name| body.iter().any(|f| f.name == name && f.is_file()));
        let mut entry = Entry {
            seq: number,
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            endpoint: None,
            query: request.query.clone(),
            body: parsed.body.as_ref().map(masked).unwrap_or_default(),
            status: 0,
            code: None,
            log_id: log_id.clone(),
            app_id: None,
            identity: "",
            millis: 0.0,
            answer: String::new(),
            fault: None,
            in_contract: true,
            throttled: false,
        };
        let Some((bound, path)) = found else {
            entry.in_contract = false;
            return self.finish(entry, Reply::not_found(), started, None);
        };
        let key = bound.endpoint.key();
        let fault = lock(&self.faults).strike(&key);
        entry.endpoint = Some(key);
        entry.fault = fault.as_ref().map(|f| format!("{f:?}"));
        if let Some(outcome) = self.before(fault.as_ref(), &mut entry, started).await {
            return outcome;
        }
        let trick = fault.as_ref().and_then(Effect::page_trick);
        let exchange = Exchange { request: &request, bound, path: &path, trick };
        let reply = self.serve(exchange, parsed, &mut entry).await;
        self.finish(entry, reply, started, fault.as_ref())
    }

    /// Trouble that strikes before anything happens.
    async fn before(&self, fault: Option<&Effect>, entry: &mut Entry, started: Instant) -> Option<Outcome> {
        match fault? {
            Effect::Answer { commit: false, .. } => {
                let reply = fault.and_then(|f| lost_answer(f, &entry.log_id))?;
                Some(self.finish(entry.clone(), reply, started, None))
            }
            Effect::CutBefore => {
                self.record(entry.clone(), None, started);
                Some(Outcome::Cut)
            }
            Effect::Slow { ms } => {
                tokio::time::sleep(self.clock.real(Duration::from_millis(*ms))).await;
                None
            }
            Effect::Answer { .. }
            | Effect::CutAfter
            | Effect::Truncate
            | Effect::RepeatPage
            | Effect::StuckPage
            | Effect::EmptyPage => None,
        }
    }

    /// The request's own fate, without any trouble.
    async fn serve(&self, exchange: Exchange<'_>, parsed: Parsed, entry: &mut Entry) -> Reply {
        let bound = exchange.bound;
        let outcome = if bound.locks.is_some() || bound.updates.is_some() {
            self.serve_locked(&exchange, parsed, entry).await
        } else {
            self.change(|world| {
                let admitted = self.admit(world, &exchange, parsed, entry)?;
                self.execute(world, &exchange, admitted)
            })
            .await
        };
        match outcome {
            Ok(answer) => self.render(bound, entry, answer),
            Err(reason) => Reply::json(500, &json!({ "code": 40_003, "msg": reason })),
        }
    }

    /// As [`Self::serve`], for writes that can lose against each other. Whoever may not call, or calls wrongly,
    /// never comes near a lock.
    async fn serve_locked(
        &self,
        exchange: &Exchange<'_>,
        parsed: Parsed,
        entry: &mut Entry,
    ) -> Result<Answer, String> {
        let admitted = self.change(|world| self.admit(world, exchange, parsed, entry)).await?;
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let settings = self.look(|w| w.settings().clone());
        let guard = match self.locks.take(exchange.bound, exchange.path, &settings) {
            Ok(guard) => guard,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if guard.hold > 0 {
            let hold = Duration::from_millis(guard.hold.unsigned_abs());
            tokio::time::sleep(self.clock.real(hold)).await;
        }
        self.change(|world| self.execute(world, exchange, admitted)).await
    }

    /// Every judgement before the business.
    fn admit(
        &self,
        world: &mut World,
        exchange: &Exchange<'_>,
        parsed: Parsed,
        entry: &mut Entry,
    ) -> Result<Admitted, Refusal> {
        let Exchange { request, bound, .. } = *exchange;
        world.tick();
        let resolved = identify(world, request, bound)?;
        entry.app_id = resolved.as_ref().map(|r| r.app_id.clone());
        entry.identity = match resolved.as_ref().map(|r| r.identity) {
            None | Some(Identity::Anonymous) => "",
            Some(Identity::Tenant) => "tenant",
            Some(Identity::User(_)) => "user",
        };
        let judged = judge(world, request, bound, &parsed.query, resolved)?;
        let Parsed { query, body, files } = parsed;
        let no_body = Value::Null;
        let sent = body.as_ref().unwrap_or(&no_body);
        // Who has no token yet is counted under the app that the body names.
        let named = sent.get("client_id").or_else(|| sent.get("app_id")).and_then(Value::as_str);
        let app_id = match judged.caller.identity {
            Identity::Anonymous => named.unwrap_or_default(),
            Identity::Tenant | Identity::User(_) => &judged.caller.app_id,
        };
        lock(&self.limiter).admit(world, bound.endpoint, app_id, sent)?;
        // Endpoints that hand out credentials judge their own parameters, with codes of their own.
        if matches!(bound.handler, Handler::Raw(_)) {
            return Ok(Admitted { judged, query, body: body.unwrap_or_default(), files });
        }
        let body = body.inspect_err(|_| entry.in_contract = false)?;
        if !auth::judges_its_own_parameters(&bound.endpoint.path) {
            let violations = validate::violations(bound.endpoint, &query, &body, self.strict);
            if !violations.is_empty() {
                entry.in_contract = false;
                return Err(Refusal { violations, ..refuse(99_992_402) });
            }
        }
        Ok(Admitted { judged, query, body, files })
    }

    fn execute(&self, world: &mut World, exchange: &Exchange<'_>, admitted: Admitted) -> Answer {
        let Exchange { request, bound, path, trick } = *exchange;
        let Admitted { judged, query, body, files } = admitted;
        if let Handler::Raw(answer) = bound.handler {
            return answer(world, &request.raw(&bound.endpoint.path, &request.origin()));
        }
        let call = Call {
            endpoint: bound.endpoint,
            path,
            query: &query,
            body: &body,
            files: &files,
            helpdesk: request.helpdesk.as_deref(),
            caller: judged.caller,
            grants: judged.grants,
            trick,
        };
        let answer = run(world, &call, bound.handler);
        self.shape(&call, answer)
    }

    /// Hides what the caller may not see, and in strict mode proves that the answer is one of the page's.
    fn shape(&self, call: &Call<'_>, answer: Answer) -> Answer {
        let row = call.endpoint.response.iter().find(|f| f.name == "data");
        let fields = row.map_or(&[][..], |f| f.fields.as_slice());
        let mut value = match answer {
            Ok(Data::Of(value)) => value,
            // Whether a write that has nothing to say says `data: {}` is a matter of its page.
            Ok(Data::Nothing) if row.is_some() => return Ok(Data::empty()),
            other => return other,
        };
        if self.strict && !fields.is_empty() {
            let mut unknown = Vec::new();
            validate::unknown_in_answer(fields, &value, "data", &mut unknown);
            if !unknown.is_empty() {
                let text = format!("the sandbox answered outside the contract: {}", unknown.join(", "));
                return Err(refuse(40_003).http(500).msg(text));
            }
        }
        if call.grants != Grants::All {
            prune(fields, &mut value, &|scopes| call.grants.has_any(scopes));
        }
        Ok(Data::Of(value))
    }

    fn render(&self, bound: &Bound, entry: &Entry, answer: Answer) -> Reply {
        let settings = self.look(|w| w.settings().clone());
        let frame = Frame {
            contract: self.contract,
            endpoint: bound.endpoint,
            settings: &settings,
            app_id: entry.app_id.as_deref().unwrap_or_default(),
            log_id: &entry.log_id,
            number: entry.seq,
        };
        frame.render(answer)
    }

    fn finish(&self, entry: Entry, mut reply: Reply, started: Instant, fault: Option<&Effect>) -> Outcome {
        if let Some(lost) = fault.and_then(|f| lost_answer(f, &entry.log_id)) {
            reply = lost;
        }
        reply.headers.push(("X-Tt-Logid".to_owned(), entry.log_id.clone()));
        reply.headers.push(("X-Request-Id".to_owned(), entry.log_id.clone()));
        self.record(entry, Some(&reply), started);
        match fault {
            Some(Effect::CutAfter) => Outcome::Cut,
            Some(Effect::Truncate) => Outcome::Truncated(reply),
            _ => Outcome::Reply(reply),
        }
    }

    fn record(&self, mut entry: Entry, reply: Option<&Reply>, started: Instant) {
        entry.millis = started.elapsed().as_secs_f64() * 1000.0;
        if let Some(reply) = reply {
            entry.status = reply.status;
            entry.code = reply.code;
            entry.throttled = reply.code == Some(99_991_400) || reply.headers.iter().any(|(n, _)| n == RESET);
            entry.answer = kept(&entry, &reply.body);
        }
        lock(&self.journal).add(entry);
    }
}
