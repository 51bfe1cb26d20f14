//! Which addresses an authorisation may return to.
//!
//! The page says that only addresses on the app's list pass. The list's entries are read as prefixes at a path
//! boundary, and `http://localhost` without a port means any port, as a terminal tool needs (RFC 8252, 7.3).

/// The parts of an address that matter here.
#[derive(Debug, PartialEq, Eq)]
struct Address<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
}

/// Whether the address is allowed by the app's list.
pub(super) fn allowed(list: &[String], uri: &str) -> bool {
    let Some(asked) = parse(uri) else { return false };
    list.iter().filter_map(|entry| parse(entry)).any(|entry| covers(&entry, &asked))
}

fn covers(entry: &Address<'_>, asked: &Address<'_>) -> bool {
    let loopback = entry.scheme == "http" && matches!(entry.host, "localhost" | "127.0.0.1");
    let port = entry.port == asked.port || (loopback && entry.port.is_none());
    let base = entry.path.trim_end_matches('/');
    let path = asked.path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    entry.scheme == asked.scheme && entry.host == asked.host && port && path
}

/// Opens an address. Whatever two parsers could read differently is refused: user names, backslashes, control
/// characters, dot segments; a fragment is forbidden by RFC 6749, 3.1.2.
fn parse(uri: &str) -> Option<Address<'_>> {
    if uri.len() > 2048
        || uri.bytes().any(|b| !b.is_ascii_graphic() || matches!(b, b'\\' | b'#' | b'"' | b'<'))
    {
        return None;
    }
    let (scheme, rest) = uri.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let plain =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let path = tail.split('?').next().unwrap_or_default();
    let dots = path.to_ascii_lowercase().replace("%2e", ".").split('/').any(|s| s == "." || s == "..");
    (plain && !dots).then_some(Address { scheme, host, port, path })
}

/// The address with more parameters in its query.
pub(super) fn with(uri: &str, params: &[(&str, &str)]) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    /// All but the unreserved characters of RFC 3986, 2.3.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let mut out = uri.to_owned();
    for (name, value) in params {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        out.extend(utf8_percent_encode(value, RESERVED));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list() -> Vec<String> {
        ["http://localhost", "http://127.0.0.1/cb", "https://example.com/oauth/", "http://localhost:81/x"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn a_loopback_entry_covers_every_port() {
        for uri in [
            "http://localhost",
            "http://localhost:8080/cb?x=1",
            "http://127.0.0.1:1/cb",
            "http://127.0.0.1:65535/cb/more",
            "https://example.com/oauth",
            "https://example.com/oauth/back",
        ] {
            assert!(allowed(&list(), uri), "{uri}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for uri in [
            "",
            "localhost",
            "ftp://localhost/",
            "https://localhost:8080/",
            "http://127.0.0.1:8080/other",
            "http://127.0.0.1:8080/cbx",
            "http://localhost.evil.com/",
            "http://localhost@evil.com/",
            "http://localhost:99999/",
            "http://localhost:80@evil.com/",
            "http://localhost\\@evil.com",
            "http://localhost/#x",
            "https://example.com/",
            "https://example.com:444/oauth",
            "https://example.com/oauth/../admin",
            "https://example.com/oauth/%2e%2E/admin",
            "http://[::1]/",
            "http://localhost/ü",
        ] {
            assert!(!allowed(&list(), uri), "{uri}");
        }
    }

    #[test]
    fn parameters_are_added_to_what_is_there() {
        assert_eq!(with("http://a/b?c=d", &[("state", "x y&z")]), "http://a/b?c=d&state=x%20y%26z");
        assert_eq!(with("http://a/b", &[("code", "1"), ("state", "2")]), "http://a/b?code=1&state=2");
    }

    proptest! {
        #[test]
        fn no_address_makes_the_parser_panic(uri in "(https?://)?\\PC{0,60}") {
            let _ = allowed(&list(), &uri);
        }

        #[test]
        fn no_foreign_host_is_ever_allowed(host in "[a-z.@:/\\\\]{1,30}") {
            let uri = format!("http://{host}");
            if allowed(&list(), &uri) {
                prop_assert!(host == "localhost" || host.starts_with("localhost:") || host.starts_with("localhost/")
                    || host.starts_with("localhost?"));
            }
        }
    }
}
