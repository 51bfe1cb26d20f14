//! Who has an address that no kind has read: what `users/query` says of it, kept by a word among the look-ups.

use serde_json::Value as Json;

use super::book::USER;
use super::{GROUP, MAILBOX, fold};
use crate::model::Lookup;

/// One answer to "whose is this address".
#[derive(Debug)]
pub(in crate::kinds) struct Status {
    /// What the look-up keeps.
    pub word: &'static str,
    /// The kind whose reading would have shown the holder; any when it is not known, none when no reading shows it.
    pub kinds: &'static [&'static str],
    /// Follows the address in a sentence.
    pub says: &'static str,
    pub remedy: &'static str,
}

const ANOTHER: &str =
    "choose another address; or if it should be managed, see that the app's mail data range covers it";

const fn held(
    word: &'static str,
    kinds: &'static [&'static str],
    says: &'static str,
    remedy: &'static str,
) -> Status {
    Status { word, kinds, says, remedy }
}

static TAKEN: Status = held("taken", &[USER, MAILBOX, GROUP], "is taken", ANOTHER);
static NO_DOMAIN: Status =
    held("no_domain", &[], "is at a domain that the tenant does not have", "choose another address");
static RECYCLED: Status = held(
    "recycled",
    &[],
    "was deleted and is kept in the recycle bin, which holds the address",
    "restore it in the admin console and import it, or have an administrator delete it there for good",
);
/// By the API's number of the type, which begins with 1.
static HELD: [Status; 6] = [
    held("person", &[USER], "is somebody's mailbox", ANOTHER),
    held("person_alias", &[USER], "is an alias of somebody's mailbox", ANOTHER),
    held("mailbox", &[MAILBOX], "is a public mailbox that the app does not see", ANOTHER),
    held("mailbox_alias", &[MAILBOX], "is an alias of a public mailbox", ANOTHER),
    held("group", &[GROUP], "is a mail group that the app does not see", ANOTHER),
    held("group_alias", &[GROUP], "is an alias of a mail group", ANOTHER),
];

/// How the status of an address is kept among the look-ups of a kind.
pub(in crate::kinds) fn lookup(kind: &str, mail: &str) -> Lookup {
    Lookup { kind: kind.to_owned(), by: "status".to_owned(), value: fold(mail) }
}

/// What an item of the answer says; nothing when the address is free.
pub(in crate::kinds) fn read(item: &Json) -> Option<&'static Status> {
    match item.get("status").and_then(Json::as_i64)? {
        2 => Some(&NO_DOMAIN),
        4 | 6 => {
            let number = item.get("type").and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok());
            Some(number.and_then(|n| HELD.get(n.checked_sub(1)?)).unwrap_or(&TAKEN))
        }
        5 => Some(&RECYCLED),
        _ => None,
    }
}

pub(in crate::kinds) fn of(word: &str) -> &'static Status {
    [&NO_DOMAIN, &RECYCLED].into_iter().chain(&HELD).find(|status| status.word == word).unwrap_or(&TAKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_what_was_read() {
        for status in 0..9 {
            for kind in -1..9 {
                let item = serde_json::json!({ "status": status, "type": kind });
                let Some(read) = read(&item) else {
                    assert!([0, 1, 3, 7, 8].contains(&status));
                    continue;
                };
                assert_eq!(of(read.word).says, read.says);
            }
        }
    }
}
