//! The address on this machine that a browser comes back to with the code, and the little server behind it.
//!
//! It listens on 127.0.0.1 alone and ends with the login. It takes one thing, a request to [`PATH`] with the state of
//! this login; whatever else arrives (a forged answer, another page's request under another host name, a favicon)
//! gets a page that says so and changes nothing: nobody can end a login by knocking.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::page;
use crate::base::secret::Secret;

/// Where the browser comes back to.
pub const PATH: &str = "/callback";
/// A browser opens connections ahead of time and never uses them.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// A port that is ours until it is dropped.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// No port.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on 127.0.0.1:{port}")]
pub struct LoopbackError {
    pub port: u16,
    source: std::io::Error,
}

/// What the browser brought.
#[derive(Debug)]
pub(super) enum Brought {
    Code(Secret),
    /// OAuth's word, and what the platform says to it.
    Refused {
        error: String,
        text: String,
    },
}

impl Loopback {
    /// Takes the port; 0 takes a free one.
    ///
    /// # Errors
    /// Somebody has it.
    pub async fn bind(port: u16) -> Result<Self, LoopbackError> {
        let listen = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listen.map_err(|source| LoopbackError { port, source })?;
        let port = listener.local_addr().map_or(port, |address| address.port());
        Ok(Self { listener, port })
    }

    /// The address as it must be registered in the app.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the browser to come back; `None` when patience ends.
    pub(super) async fn answer(self, state: &Secret, patience: Duration) -> Option<Brought> {
        let (tell, mut told) = mpsc::channel(1);
        let desk = Arc::new(Desk { state: state.clone(), port: self.port, brought: Mutex::default(), tell });
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            tokio::select! {
                brought = told.recv() => return brought,
                () = tokio::time::sleep_until(deadline) => return None,
                accepted = self.listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        tokio::spawn(serve(stream, Arc::clone(&desk)));
                    }
                }
            }
        }
    }
}

/// What the connections of one login share.
#[derive(Debug)]
struct Desk {
    state: Secret,
    port: u16,
    brought: Mutex<Option<Brought>>,
    tell: mpsc::Sender<Brought>,
}

async fn serve(stream: TcpStream, desk: Arc<Desk>) {
    let service = service_fn(|request: Request<Incoming>| {
        let reply = desk.reply(&request);
        async move { Ok::<_, Infallible>(reply) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that broke has brought nothing, or it has.
    let _ = connection.await;
    // Only now, when the person has their page: the port closes with the login.
    let brought = desk.brought.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(brought) = brought {
        let _ = desk.tell.send(brought).await;
    }
}

impl Desk {
    fn reply(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let own = ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{}", self.port));
        if !own || request.uri().path() != PATH || request.method() != Method::GET {
            return page(StatusCode::NOT_FOUND, page::NOTHING);
        }
        let Some(brought) = self.read(request.uri().query().unwrap_or_default()) else {
            return page(StatusCode::BAD_REQUEST, page::FOREIGN);
        };
        let shown = match &brought {
            Brought::Code(_) => page(StatusCode::OK, page::DONE),
            Brought::Refused { .. } => page(StatusCode::OK, page::REFUSED),
        };
        let mut slot = self.brought.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(brought);
        shown
    }

    /// `None` unless it carries the state of this login, and each parameter once.
    fn read(&self, query: &str) -> Option<Brought> {
        let mut found: [Option<String>; 4] = Default::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(at) = ["state", "code", "error", "error_description"].iter().position(|n| *n == name)
            else {
                continue;
            };
            let spaced = value.replace('+', " ");
            let text = percent_decode_str(&spaced).decode_utf8().ok()?.into_owned();
            if found[at].replace(text).is_some() {
                return None;
            }
        }
        let [state, code, error, text] = found;
        if state.as_deref() != Some(self.state.expose()) {
            return None;
        }
        match (code.filter(|code| !code.is_empty()), error) {
            (Some(code), None) => Some(Brought::Code(Secret::from(code))),
            (None, Some(error)) => {
                Some(Brought::Refused { error: plain(&error), text: plain(&text.unwrap_or_default()) })
            }
            _ => None,
        }
    }
}

/// Text from outside, fit for a terminal.
fn plain(text: &str) -> String {
    text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn page(status: StatusCode, words: page::Words) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(page::html(words))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let value = http::HeaderValue::from_static;
    headers.insert(CONTENT_TYPE, value("text/html; charset=utf-8"));
    // The address holds the code: it is not to be kept, nor told to the next page.
    headers.insert(CACHE_CONTROL, value("no-store"));
    headers.insert(REFERRER_POLICY, value("no-referrer"));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, value(policy));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk() -> Desk {
        let (tell, _) = mpsc::channel(1);
        Desk { state: Secret::new("s1"), port: 1, brought: Mutex::default(), tell }
    }

    #[test]
    fn only_the_state_of_this_login_opens() {
        let desk = desk();
        assert!(matches!(desk.read("code=a&state=s1"), Some(Brought::Code(code)) if code.expose() == "a"));
        for query in [
            "",
            "code=a",
            "code=a&state=",
            "code=a&state=s2",
            "state=s1",
            "code=&state=s1",
            "code=a&state=s1&state=s1",
            "code=a&code=b&state=s1",
            "code=a&error=x&state=s1",
            "code=%ff&state=s1",
        ] {
            assert!(desk.read(query).is_none(), "{query}");
        }
    }

    #[test]
    fn a_refusal_is_told_without_control_characters() {
        let read = desk().read("error=access_denied&error_description=no%1b%5B31m&state=s1");
        let Some(Brought::Refused { error, text }) = read else { panic!("{read:?}") };
        assert_eq!((error.as_str(), text.as_str()), ("access_denied", "no [31m"));
    }
}
