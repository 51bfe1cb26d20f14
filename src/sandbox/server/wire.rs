//! Between HTTP and values: a request read off the wire, an outcome done to the connection, cutting it included.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame, Incoming as HyperBody, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::sandbox::gateway::{Engine, Incoming, Outcome, Reply};
use crate::sandbox::{control, page};

/// The largest request body; the real limit of the platform's JSON endpoints is not stated.
const MAX_BODY: usize = 20 * 1024 * 1024;

/// The second credential, of one helpdesk.
const HELPDESK: HeaderName = HeaderName::from_static("x-lark-helpdesk-authorization");

/// A cut connection, as an error that makes hyper drop it.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut on purpose")]
pub(super) struct CutShort;

pub(super) type ReplyBody = UnsyncBoxBody<Bytes, CutShort>;

pub(super) async fn respond(
    engine: &Engine,
    request: Request<HyperBody>,
    peer: SocketAddr,
) -> Result<Response<ReplyBody>, CutShort> {
    let incoming = match read(request, peer).await {
        Ok(incoming) => incoming,
        Err(reply) => return Ok(response(reply)),
    };
    let outcome = if incoming.path.starts_with("/_sandbox/") {
        Outcome::Reply(control::respond(engine, &incoming).await)
    } else if let Some(reply) = page::serve(engine, &incoming) {
        Outcome::Reply(reply)
    } else {
        engine.handle(incoming).await
    };
    match outcome {
        Outcome::Reply(reply) => Ok(response(reply)),
        Outcome::Cut => Err(CutShort),
        Outcome::Truncated(reply) => Ok(truncated(reply)),
    }
}

async fn read(request: Request<HyperBody>, peer: SocketAddr) -> Result<Incoming, Reply> {
    let (head, body) = request.into_parts();
    let text = |name| head.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_owned);
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(e) if e.is::<http_body_util::LengthLimitError>() => {
            return Err(Reply::plain(413, "request entity too large"));
        }
        Err(_) => return Err(Reply::plain(400, "bad request")),
    };
    Ok(Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: text(AUTHORIZATION),
        helpdesk: text(HELPDESK),
        content_type: text(CONTENT_TYPE),
        host: text(HOST),
        body,
        peer: peer.ip().to_string(),
    })
}

fn head(reply: &Reply) -> http::response::Builder {
    let mut builder = Response::builder()
        .status(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header(CONTENT_TYPE, reply.content_type);
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            builder = builder.header(name, value);
        }
    }
    builder
}

fn response(reply: Reply) -> Response<ReplyBody> {
    let builder = head(&reply);
    let body = Full::new(Bytes::from(reply.body)).map_err(|e: Infallible| match e {}).boxed_unsync();
    builder
        .body(body)
        .unwrap_or_else(|_| Response::new(Full::default().map_err(|e: Infallible| match e {}).boxed_unsync()))
}

/// Promises the whole body, sends half, and breaks off.
fn truncated(reply: Reply) -> Response<ReplyBody> {
    let builder = head(&reply);
    let len = reply.body.len();
    let half = Bytes::from(reply.body).slice(..len / 2);
    let body = Half { rest: Some(half), promised: len as u64, flushed: false }.boxed_unsync();
    builder
        .body(body)
        .unwrap_or_else(|_| Response::new(Full::default().map_err(|e: Infallible| match e {}).boxed_unsync()))
}

struct Half {
    rest: Option<Bytes>,
    promised: u64,
    flushed: bool,
}

impl Body for Half {
    type Data = Bytes;
    type Error = CutShort;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        if let Some(bytes) = self.rest.take() {
            return std::task::Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        // One pause, in which hyper sends what it has: an error at once would take the head with it.
        if !self.flushed {
            self.flushed = true;
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(Some(Err(CutShort)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
