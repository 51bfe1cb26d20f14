//! A value that must never be seen: app secrets, access tokens, helpdesk tokens.
//!
//! [`Secret`] has a masking `Debug` and `Display`, no `Serialize` and no `Deref`: the only way to the text is
//! [`Secret::expose`], which is easy to search for. Text that came from outside (a server's message may
//! quote the token it refuses) goes through [`Secret::scrub`] before it enters an error or a log.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::HeaderValue;

/// What is shown in place of a secret.
pub const MASK: &str = "***";

/// Below this length a replacement would tear harmless text apart and protect nothing.
const SHORTEST_SCRUBBED: usize = 4;

/// A text that masks itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Gives the text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A header value `{scheme} {text}` (or the bare text) that is flagged as sensitive.
    ///
    /// `None` when the text cannot stand in a header: it holds a line break or a control character.
    pub fn header(&self, scheme: &str) -> Option<HeaderValue> {
        let text = if scheme.is_empty() { self.0.to_string() } else { format!("{scheme} {}", self.0) };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Replaces every occurrence of the secret, raw or in base64, by the mask.
    pub fn scrub(&self, text: &str) -> String {
        if self.0.len() < SHORTEST_SCRUBBED {
            return text.to_owned();
        }
        // Each base64 spelling without its padding is a prefix of the one with it; the longest goes first.
        let bytes = self.0.as_bytes();
        [STANDARD.encode(bytes), STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]
            .iter()
            .map(String::as_str)
            .chain([&*self.0])
            .fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }
}

/// What the token of a helpdesk begins with, and how much of the kind has to follow.
const TOKEN: &str = "ht-";
const TOKEN_TAIL: usize = 16;

/// Blanks out whatever looks like the token of a helpdesk, to the same length: somebody may have written one where a
/// name belongs, and nobody who is told so must see it.
pub fn veiled(text: &str) -> Cow<'_, str> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let mut clean: Option<String> = None;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(TOKEN)).map(|at| from + at) {
        let tail = text.get(at..).unwrap_or_default();
        let end = at + tail.find(odd).unwrap_or(tail.len());
        let whole =
            text.get(..at).is_none_or(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
        if whole && end - at >= TOKEN.len() + TOKEN_TAIL {
            clean.get_or_insert_with(|| text.to_owned()).replace_range(at..end, &"*".repeat(end - at));
        }
        from = end.max(at + TOKEN.len());
    }
    clean.map_or(Cow::Borrowed(text), Cow::Owned)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_shows_the_text() {
        let secret = Secret::new("hunter2-hunter2");
        let shown = format!("{secret:?} {secret:#?} {secret} {:?}", Some(&secret));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(secret.to_string(), MASK);
    }

    #[test]
    fn headers_are_flagged_as_sensitive() {
        let value = Secret::new("t-abc").header("Bearer").expect("header");
        assert!(value.is_sensitive());
        assert_eq!(value.as_bytes(), b"Bearer t-abc");
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert!(Secret::new("a\r\nEvil: yes").header("").is_none());
    }

    #[test]
    fn what_looks_like_the_token_of_a_helpdesk_is_blanked_out_in_place() {
        let token = "ht-6f0c1c9e-0d0a-4a59-9d1e-0f5f6f2a7a11";
        let text = format!("a: {token}\n名称: \"{token}\" # ht-ok, night-0123456789abcdefgh, {token}");
        let stars = "*".repeat(token.len());
        let wanted = format!("a: {stars}\n名称: \"{stars}\" # ht-ok, night-0123456789abcdefgh, {stars}");
        assert_eq!(veiled(&text), wanted);
        assert!(matches!(veiled("ht-"), Cow::Borrowed("ht-")));
        assert!(matches!(veiled("x: LARK_HELPDESK_IT_TOKEN"), Cow::Borrowed(_)));
    }

    #[test]
    fn scrubbing_finds_raw_and_base64() {
        let secret = Secret::new("t-caee?>abc");
        let text = format!(
            "bad t-caee?>abc, {} {}",
            STANDARD.encode("t-caee?>abc"),
            URL_SAFE_NO_PAD.encode("t-caee?>abc")
        );
        assert_eq!(secret.scrub(&text), "bad ***, *** ***");
        assert_eq!(Secret::new("").scrub("as is"), "as is");
        assert_eq!(Secret::new("a").scrub("a banana"), "a banana");
    }
}
