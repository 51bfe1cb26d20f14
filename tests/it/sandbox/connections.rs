//! HTTP/1.1 as clients use it: many connections, kept alive, and garbage on the wire.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Tenant;

async fn head(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let read = stream.read(&mut buffer).await.expect("read");
        seen.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&seen);
        if read == 0 || text.ends_with("404 page not found") {
            return text.into_owned();
        }
    }
}

#[tokio::test]
async fn hundreds_of_connections_are_kept_alive_and_served() {
    let t = Tenant::start().await;
    let address = t.base.trim_start_matches("http://").to_owned();
    let mut open = Vec::new();
    for _ in 0..400 {
        open.push(TcpStream::connect(&address).await.expect("connection"));
    }
    for round in 0..2 {
        for stream in &mut open {
            stream.write_all(b"GET /open-apis/x HTTP/1.1\r\nHost: h\r\n\r\n").await.expect("write");
        }
        for stream in &mut open {
            let answer = head(stream).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "round {round}: {answer}");
        }
    }
}

/// The official Python SDK keeps headers in a plain dictionary and finds `Content-Type` and `X-Tt-Logid` by these
/// very letters, as the platform writes them.
#[tokio::test]
async fn headers_are_written_in_title_case() {
    let t = Tenant::start().await;
    let mut stream = TcpStream::connect(t.base.trim_start_matches("http://")).await.expect("connection");
    let path = "/open-apis/im/v1/chats";
    let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("write");
    let answer = head(&mut stream).await;
    for name in ["Content-Type: application/json", "X-Tt-Logid: "] {
        assert!(answer.contains(&format!("\r\n{name}")), "{name} in {answer}");
    }
}

#[tokio::test]
async fn garbage_on_the_wire_harms_nobody_else() {
    let t = Tenant::start().await;
    let address = t.base.trim_start_matches("http://").to_owned();
    for garbage in [
        &b"\x00\x01\x02\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /open-apis/x HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /open-apis/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ] {
        let mut stream = TcpStream::connect(&address).await.expect("connection");
        stream.write_all(garbage).await.expect("write");
        stream.shutdown().await.expect("half closed");
        let mut answer = Vec::new();
        // Whatever is said, the connection ends and the server goes on.
        let _ = stream.read_to_end(&mut answer).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    }
    assert_eq!(t.send("GET", "/_sandbox/clock", None, None).await.status, 200);
}
