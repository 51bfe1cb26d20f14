//! A scripted HTTP server: one reply per request, in order, and a log of what came in.
//!
//! It speaks just enough HTTP/1.1, and breaks it on demand. The token endpoint is answered by itself unless the
//! script says otherwise. When the script runs out, the last reply is repeated.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

use super::TOKEN;

/// The first byte of a client that wants TLS, which a plain server cannot give.
const TLS_HANDSHAKE: u8 = 0x16;

#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Json(u16, Value),
    Full {
        http: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Read the request, then close without a byte.
    Cut,
    /// Promise more body than comes.
    Truncated,
    /// Never answer.
    Silence,
    /// Answer 200 once so many requests are here at once.
    Together(Arc<Barrier>),
    /// Repeat all that was sent to us, secrets included, with this status.
    Echo(u16),
}

pub(crate) fn ok(data: impl Into<Value>) -> Reply {
    let data = data.into();
    Reply::Json(200, json!({"code": 0, "msg": "success", "data": data}))
}

pub(crate) fn code(http: u16, code: i64) -> Reply {
    Reply::Json(http, json!({"code": code, "msg": "no", "data": {}}))
}

pub(crate) fn full(http: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Reply::Full { http, headers, body: body.as_bytes().to_vec() }
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) at: Instant,
    pub(crate) head: String,
    pub(crate) target: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn is_token(&self) -> bool {
        self.target.starts_with("POST /open-apis/auth/")
    }
}

#[derive(Debug, Default)]
struct State {
    script: Mutex<VecDeque<Reply>>,
    token_script: Mutex<VecDeque<Reply>>,
    log: Mutex<Vec<Request>>,
    here: AtomicUsize,
    most: AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    state: Arc<State>,
}

impl Server {
    pub(crate) async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
        let port = listener.local_addr().expect("address").port();
        let state = Arc::new(State { script: Mutex::new(script.into_iter().collect()), ..State::default() });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move { serve(stream, &state).await });
            }
        });
        Self { port, state }
    }

    /// Scripts the token endpoint too.
    pub(crate) fn tokens(self, script: impl IntoIterator<Item = Reply>) -> Self {
        *self.state.token_script.lock().expect("script") = script.into_iter().collect();
        self
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// All requests but those for tokens.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.log.lock().expect("log").iter().filter(|r| !r.is_token()).cloned().collect()
    }

    pub(crate) fn token_requests(&self) -> Vec<Request> {
        self.state.log.lock().expect("log").iter().filter(|r| r.is_token()).cloned().collect()
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

/// A port on which nothing listens.
pub(crate) async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    listener.local_addr().expect("address").port()
}

async fn serve(mut stream: TcpStream, state: &State) {
    while let Some(request) = read(&mut stream).await {
        state.log.lock().expect("log").push(request.clone());
        let here = state.here.fetch_add(1, Ordering::SeqCst) + 1;
        state.most.fetch_max(here, Ordering::SeqCst);
        let reply = if request.is_token() { next(&state.token_script) } else { next(&state.script) };
        let reply = reply.unwrap_or_else(|| {
            Reply::Json(200, json!({"code": 0, "tenant_access_token": TOKEN, "expire": 7200}))
        });
        let bytes = render(reply, &request).await;
        state.here.fetch_sub(1, Ordering::SeqCst);
        let Some((bytes, open)) = bytes else { return };
        if stream.write_all(&bytes).await.is_err() || !open {
            let _ = stream.shutdown().await;
            return;
        }
    }
}

fn next(script: &Mutex<VecDeque<Reply>>) -> Option<Reply> {
    let mut script = script.lock().expect("script");
    if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
}

/// The bytes of a reply and whether the connection stays open; `None` closes it without a byte.
async fn render(reply: Reply, request: &Request) -> Option<(Vec<u8>, bool)> {
    let (http, headers, body) = match reply {
        Reply::Cut => return None,
        Reply::Silence => std::future::pending().await,
        Reply::Truncated => {
            let text =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"code\":0";
            return Some((text.as_bytes().to_vec(), false));
        }
        Reply::Together(barrier) => {
            barrier.wait().await;
            (200, vec![], json!({"code": 0}).to_string().into_bytes())
        }
        Reply::Json(http, body) => {
            (http, vec![("x-tt-logid", "LOG-1".to_owned())], body.to_string().into_bytes())
        }
        Reply::Full { http, headers, body } => (http, headers, body),
        Reply::Echo(http) => {
            let said = format!("{}\n{}", request.head, request.body);
            let token = request.header("authorization").unwrap_or_default().to_owned();
            let body = json!({"code": 77777, "msg": said, "error": {"log_id": token, "helps": [{"url": said}],
                "field_violations": [{"field": token, "value": request.body, "description": said}]}});
            let location = format!("http://127.0.0.1/{}", token.replace(' ', "/"));
            let body = if http == 502 { said } else { body.to_string() };
            let headers = vec![("location", location), ("x-tt-logid", token)];
            (http, headers, body.into_bytes())
        }
    };
    let mut head = format!("HTTP/1.1 {http} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    Some(([head.into_bytes(), body].concat(), true))
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
        if bytes[0] == TLS_HANDSHAKE {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let target = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let mut request = Request { at: Instant::now(), head, target, body: String::new() };
    let length: usize = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => body.extend_from_slice(&chunk[..n]),
        }
    }
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}
