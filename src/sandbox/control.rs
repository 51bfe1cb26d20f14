//! `/_sandbox/…`: what tests and people use to look at the tenant, to play the human, and to make trouble.
//!
//! | path | does |
//! |---|---|
//! | `GET requests?last=N` | what the sandbox was asked, with sums and peaks per endpoint; `DELETE` forgets it |
//! | `GET faults` · `POST faults` · `DELETE faults` | the scripted trouble |
//! | `POST act` | plays a person or an administrator: see [`act`] |
//! | `GET tenant` | everything the store holds, for oracles; `tenant/settings` reads, `PATCH` changes the knobs |
//! | `GET clock` · `POST clock` | reads, steps (`{"step_ms": …}`) or paces (`{"scale": …}`) the clock |

mod act;

use std::time::Duration;

use serde_json::{Value, json};

use super::fault::Faults;
use super::gateway::{Engine, Incoming, Reply};
use super::world::Settings;

/// Answers a control request; the outcome is plain HTTP, not the platform's envelope.
pub async fn respond(engine: &Engine, request: &Incoming) -> Reply {
    let path = request.path.trim_start_matches("/_sandbox/");
    if let (Some(form), "POST", "act") = (act::form(request), request.method.as_str(), path) {
        return consent(engine, &form).await;
    }
    let body = match read(request) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    match (request.method.as_str(), path) {
        ("GET", "requests") => Reply::json(200, &engine.requests(last(request))),
        ("DELETE", "requests") => {
            engine.forget_requests();
            done()
        }
        ("GET", "faults") => Reply::json(200, &engine.faults()),
        ("POST", "faults") => match Faults::parse(&body) {
            Ok(rules) => {
                engine.add_faults(rules);
                done()
            }
            Err(reason) => wrong(&reason),
        },
        ("DELETE", "faults") => {
            engine.clear_faults();
            done()
        }
        ("GET", "clock") => Reply::json(200, &clock(engine)),
        ("POST", "clock") => set_clock(engine, &body),
        ("GET", "tenant") => Reply::json(200, &engine.change(act::dump).await.unwrap_or_default()),
        ("GET", "tenant/settings") => {
            Reply::json(200, &engine.look(|w| serde_json::to_value(w.settings()).unwrap_or_default()))
        }
        ("PATCH", "tenant/settings") => settings(engine, &body).await,
        ("POST", "act") => match engine.change(|w| act::perform(w, &body)).await {
            Ok(Ok(value)) => Reply::json(200, &value),
            Ok(Err(reason)) => wrong(&reason),
            Err(reason) => Reply::json(500, &json!({ "error": reason })),
        },
        (_, "requests" | "faults" | "clock" | "tenant" | "tenant/settings" | "act") => {
            Reply::json(405, &json!({ "error": format!("{} is not for {path}", request.method) }))
        }
        _ => super::page::serve(engine, request).unwrap_or_else(|| {
            Reply::json(
                404,
                &json!({ "error": "there are requests, faults, act, tenant, tenant/settings, clock" }),
            )
        }),
    }
}

/// What a person chose on the consent page: their browser goes back to the app.
async fn consent(engine: &Engine, form: &Value) -> Reply {
    match engine.change(|w| act::perform(w, form)).await {
        Ok(Ok(answer)) => match answer.get("location").and_then(Value::as_str) {
            Some(location) => {
                let mut reply = Reply::plain(302, "");
                reply.headers.push(("Location".to_owned(), location.to_owned()));
                reply
            }
            None => Reply::plain(200, "Done. You can close this page."),
        },
        Ok(Err(reason)) => wrong(&reason),
        Err(reason) => Reply::json(500, &json!({ "error": reason })),
    }
}

fn read(request: &Incoming) -> Result<Value, Reply> {
    if request.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&request.body).map_err(|e| wrong(&format!("the body is not JSON: {e}")))
}

fn done() -> Reply {
    Reply::json(200, &json!({ "ok": true }))
}

fn wrong(reason: &str) -> Reply {
    Reply::json(400, &json!({ "error": reason }))
}

fn last(request: &Incoming) -> usize {
    super::gateway::form_pairs(&request.query)
        .iter()
        .find(|(n, _)| n == "last")
        .and_then(|(_, v)| v.parse().ok())
        .unwrap_or(100)
}

fn clock(engine: &Engine) -> Value {
    json!({ "now_ms": engine.clock.now(), "scale": engine.clock.scale() })
}

fn set_clock(engine: &Engine, body: &Value) -> Reply {
    let Some(map) = body.as_object() else { return wrong("send {\"step_ms\": n} or {\"scale\": x}") };
    for (name, value) in map {
        match (name.as_str(), value.as_u64(), value.as_f64()) {
            ("step_ms", Some(ms), _) => engine.clock.step(Duration::from_millis(ms)),
            ("scale", _, Some(scale)) if (0.0..=100_000.0).contains(&scale) => engine.clock.set_scale(scale),
            ("step_ms", None, _) => {
                return wrong("step_ms must be a whole number, not negative: time never goes back");
            }
            ("scale", _, _) => return wrong("scale must be between 0 (stands still) and 100000"),
            _ => return wrong(&format!("unknown field {name}: there are step_ms and scale")),
        }
    }
    Reply::json(200, &clock(engine))
}

/// Merges the given knobs over the present ones; an unknown or mistyped one changes nothing.
async fn settings(engine: &Engine, body: &Value) -> Reply {
    let Some(patch) = body.as_object().cloned() else { return wrong("send an object of settings") };
    let merged = engine.look(|w| {
        let mut value = serde_json::to_value(w.settings()).unwrap_or_default();
        for (name, v) in patch {
            value[name] = v;
        }
        serde_json::from_value::<Settings>(value)
    });
    match merged {
        Err(e) => wrong(&e.to_string()),
        Ok(settings) => match engine.change(|w| w.set_settings(settings)).await {
            Ok(()) => done(),
            Err(reason) => Reply::json(500, &json!({ "error": reason })),
        },
    }
}
