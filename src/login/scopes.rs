//! Which scopes a person is asked for: those that the manifest needs, and the one that lets a login be renewed.

use std::collections::BTreeSet;

/// Lets the login be renewed for up to a year; without it, it ends after two hours.
pub const OFFLINE: &str = "offline_access";

/// The platform's limit for one request; what was granted before stays granted.
const MOST: usize = 50;

/// More scopes than one request can ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} scopes are asked for, and a person can be asked for at most 50 at once")]
pub struct TooMany(pub usize);

/// What to ask for, in a fixed order.
///
/// # Errors
/// More than one request may hold.
pub fn wanted<'s>(needed: impl IntoIterator<Item = &'s str>) -> Result<BTreeSet<String>, TooMany> {
    let scopes: BTreeSet<String> =
        needed.into_iter().chain([OFFLINE]).map(str::to_owned).filter(|s| !s.is_empty()).collect();
    if scopes.len() > MOST { Err(TooMany(scopes.len())) } else { Ok(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_access_is_always_among_them_and_counts() {
        let some: Vec<String> = (0..49).map(|n| format!("s:{n}")).collect();
        let all = wanted(some.iter().map(String::as_str)).expect("fifty");
        assert!(all.len() == 50 && all.contains(OFFLINE));
        let more = some.iter().map(String::as_str).chain(["x", "x"]);
        assert_eq!(wanted(more), Err(TooMany(51)));
    }
}
