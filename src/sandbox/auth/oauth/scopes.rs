//! Lists of scopes as OAuth writes them: words between single spaces, case-sensitive.

use std::collections::BTreeSet;

use super::fault::{Fault, fault};
use crate::sandbox::world::App;

/// At most so many per request (page `obtain-oauth-code`).
const MOST: usize = 50;
/// Lets the client have a refresh token.
pub(super) const OFFLINE: &str = "offline_access";
/// What every login carries without asking: the pages' examples list it first.
pub(super) const BASE: &str = "auth:user.id:read";

/// Reads a list.
///
/// # Errors
/// 20043 for a malformed name, 20067 for a name that comes twice.
pub(super) fn parse(text: &str) -> Result<BTreeSet<String>, Fault> {
    let mut scopes = BTreeSet::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let plain = word.len() <= 100
            && word.bytes().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'.' | b'_' | b'-')
            });
        if !plain {
            return Err(fault(20_043));
        }
        if !scopes.insert(word.to_owned()) {
            return Err(fault(20_067));
        }
    }
    Ok(scopes)
}

/// Reads what a person is to be asked for.
///
/// # Errors
/// As [`parse`]; 20043 for more than fifty, 20027 when the app has not enabled one.
pub(super) fn ask(app: &App, text: &str) -> Result<BTreeSet<String>, Fault> {
    let scopes = parse(text)?;
    if scopes.len() > MOST {
        return Err(fault(20_043).about("At most 50 scopes can be requested at once."));
    }
    let missing: Vec<&str> = scopes.iter().map(String::as_str).filter(|s| !enabled(app, s)).collect();
    if missing.is_empty() { Ok(scopes) } else { Err(fault(20_027).about(&missing.join(" "))) }
}

/// Whether the app may ask people for it.
pub(super) fn enabled(app: &App, scope: &str) -> bool {
    scope == BASE || app.user_scopes.has(scope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::Grants;

    #[test]
    fn lists_are_read_strictly() {
        assert_eq!(parse("a  b ").expect("list").len(), 2);
        assert!(parse("").expect("list").is_empty());
        for (text, code) in [("a a", 20_067), ("a,b", 20_043), ("A", 20_043), ("a\tb", 20_043)] {
            assert_eq!(parse(text).expect_err("refused").code, Some(code), "{text}");
        }
    }

    #[test]
    fn fifty_scopes_are_the_most_and_all_must_be_enabled() {
        let mut app = App::new("cli_a", "s");
        let many = |n: usize| (0..n).map(|i| format!("s{i}")).collect::<Vec<_>>().join(" ");
        assert!(ask(&app, &many(50)).is_ok());
        assert_eq!(ask(&app, &many(51)).expect_err("refused").code, Some(20_043));
        app.user_scopes = Grants::Except(["b".to_owned()].into());
        assert_eq!(ask(&app, "a b").expect_err("refused").code, Some(20_027));
        assert!(ask(&app, "a").is_ok());
    }
}
