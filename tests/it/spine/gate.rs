//! A gate between a program and the tenant, which holds one request, or its answer, and everything after it.
//!
//! What was let through takes effect, whether or not its answer is delivered; [`Gate::settle`] waits for that.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Where to hold: the n-th request since the gate was opened, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trap {
    /// It never arrives.
    Request(usize),
    /// It arrives and takes effect; its answer is not delivered.
    Answer(usize),
    /// The first POST to this path is under way for long: it arrives just before the next one there, which somebody
    /// else may send.
    Late(&'static str),
}

/// A request that is under way.
type Letter = (http::request::Parts, Bytes);

#[derive(Debug, Default)]
struct Inside {
    trap: Option<Trap>,
    seen: usize,
    /// Nothing passes any more, in neither direction.
    shut: bool,
    flying: usize,
    late: Option<Letter>,
}

/// Whether a request may pass.
enum Pass {
    /// Under this number, and after one that was on its way already.
    Yes(usize, Option<Box<Letter>>),
    No,
}

#[derive(Debug)]
struct Shared {
    inside: Mutex<Inside>,
    sprung: Notify,
    landed: Notify,
    http: reqwest::Client,
    to: String,
}

/// The gate.
#[derive(Debug)]
pub(crate) struct Gate {
    pub base: String,
    shared: Arc<Shared>,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Gate {
    /// Stands before the tenant at this address.
    pub(crate) async fn before(to: &str) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("address"));
        let http = reqwest::Client::builder().no_proxy().build().expect("client");
        let shared = Arc::new(Shared {
            inside: Mutex::default(),
            sprung: Notify::new(),
            landed: Notify::new(),
            http,
            to: to.to_owned(),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self { base, shared, listening }
    }

    /// Opens it, and counts from here.
    pub(crate) fn open(&self, trap: Option<Trap>) {
        let mut inside = self.shared.lock();
        (inside.trap, inside.seen, inside.shut) = (trap, 0, false);
    }

    /// Until the trap has sprung.
    pub(crate) async fn sprung(&self) {
        self.shared.sprung.notified().await;
    }

    /// Shuts it, and waits until everything that was let through has had its effect.
    pub(crate) async fn settle(&self) {
        self.shared.lock().shut = true;
        loop {
            let landed = self.shared.landed.notified();
            if self.shared.lock().flying == 0 {
                return;
            }
            landed.await;
        }
    }

    /// How many requests came since it was opened.
    pub(crate) fn seen(&self) -> usize {
        self.shared.lock().seen
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, head: &http::request::Parts, body: &Bytes) -> Pass {
        let mut inside = self.lock();
        if inside.shut {
            return Pass::No;
        }
        inside.seen += 1;
        let number = inside.seen;
        let posts_to = |path: &str| head.method == http::Method::POST && head.uri.path() == path;
        let late = matches!(inside.trap, Some(Trap::Late(path)) if posts_to(path));
        if late {
            inside.late = Some((head.clone(), body.clone()));
        }
        if late || inside.trap == Some(Trap::Request(number)) {
            inside.shut = true;
            self.sprung.notify_one();
            return Pass::No;
        }
        inside.flying += 1;
        let before = inside.late.take_if(|(late, _)| posts_to(late.uri.path())).map(Box::new);
        Pass::Yes(number, before)
    }

    /// Whether the answer may pass.
    fn leave(&self, number: usize) -> bool {
        let mut inside = self.lock();
        inside.flying -= 1;
        self.landed.notify_one();
        if !inside.shut && inside.trap == Some(Trap::Answer(number)) {
            inside.shut = true;
            self.sprung.notify_one();
        }
        !inside.shut
    }

    async fn forward(&self, head: http::request::Parts, body: Bytes) -> Option<Response<Full<Bytes>>> {
        let path = head.uri.path_and_query().map_or("/", |p| p.as_str());
        let mut request = self.http.request(head.method, format!("{}{path}", self.to));
        for name in ["authorization", "content-type", "x-lark-helpdesk-authorization"] {
            if let Some(value) = head.headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.body(body).send().await.ok()?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers().iter().filter(|(name, _)| !is_framing(name.as_str())) {
            response = response.header(name, value);
        }
        response.body(Full::new(answer.bytes().await.ok()?)).ok()
    }
}

fn is_framing(name: &str) -> bool {
    ["content-length", "transfer-encoding", "connection"].contains(&name)
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| pass(Arc::clone(&shared), request));
            let serving = hyper::server::conn::http1::Builder::new();
            // It ends when the program's side is gone, which is what this is for.
            let _ = serving.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn pass(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    // Half a request of somebody who died is none.
    let Ok(body) = body.collect().await else { return never().await };
    let body = body.to_bytes();
    let Pass::Yes(number, before) = shared.enter(&head, &body) else { return never().await };
    // A task of its own: whoever sent it may die, the request is under way.
    let flight = tokio::spawn(async move {
        if let Some((head, body)) = before.map(|letter| *letter) {
            shared.forward(head, body).await;
        }
        let answer = shared.forward(head, body).await;
        if shared.leave(number) { answer } else { None }
    });
    match flight.await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) | Err(_) => never().await,
    }
}

async fn never<T>() -> T {
    std::future::pending().await
}
