//! What the platform's refusals of OAuth mean, and what a person can do: one row a code (platform.md 3).

use crate::api::oauth::OAuthError;
use crate::base::contract::Class;

/// A refusal in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub what: String,
    pub remedy: String,
    pub class: Class,
}

/// What a person does about it.
#[derive(Debug, Clone, Copy)]
enum Way {
    Again,
    Later,
    Bug,
    Do(&'static str),
    /// Something to do first, then log in again.
    Then(&'static str),
}

const APP: Way = Way::Do(
    "check LARK_APP_ID and LARK_APP_SECRET, and that the app belongs to this site: an app of Feishu is unknown to \
     Lark and the other way round",
);
const CONSOLE: &str =
    "install and enable the app in this tenant, in the developer console or the admin console";
const ENABLE: &str = "enable the scopes for user identity in the developer console and publish a version of the app, or \
                      ask for others with --scope";

const ROWS: &[(i64, Class, &str, Way)] = &[
    (20_001, Class::Bug, "the request lacked a parameter", Way::Bug),
    (20_002, Class::Fatal, "the app's secret is wrong", APP),
    (20_003, Class::Login, "the platform does not know the code of this login", Way::Again),
    (20_004, Class::Login, "the code of this login has expired: it lives for five minutes", Way::Again),
    (20_005, Class::Login, "the platform does not accept the access token", Way::Again),
    (20_008, Class::Fatal, "the person does not exist in this tenant", Way::Then("choose another account")),
    (20_009, Class::Fatal, "the app is not installed in this tenant", Way::Do(CONSOLE)),
    (
        20_010,
        Class::Permission,
        "the person may not use the app",
        Way::Then("add them to the app's availability in the developer console or the admin console"),
    ),
    (20_021, Class::Fatal, "the person has left the company", Way::Then("choose another account")),
    (20_022, Class::Fatal, "the person's account is frozen", Way::Then("unfreeze it, or choose another")),
    (20_023, Class::Fatal, "the person has not joined yet", Way::Then("accept the invitation first")),
    (20_024, Class::User, "the code or token belongs to another app", Way::Then("check LARK_APP_ID")),
    (20_026, Class::Login, "the login is not known to the platform any more", Way::Again),
    (20_027, Class::User, "the app has not enabled some of the scopes", Way::Do(ENABLE)),
    (
        20_029,
        Class::User,
        "the app does not allow the address to come back to",
        Way::Do("register it, exactly as it is, among the redirect addresses of the app's security settings"),
    ),
    (20_036, Class::Bug, "the platform does not support this kind of request", Way::Bug),
    (20_037, Class::Login, "the login has expired", Way::Again),
    (20_043, Class::User, "the list of scopes is malformed", Way::Do("check what was given with --scope")),
    (20_048, Class::Fatal, "the app does not exist", APP),
    (20_049, Class::Bug, "the proof key was not accepted", Way::Bug),
    (20_050, Class::RetryOnce, "the platform's login service failed", Way::Later),
    (20_063, Class::Bug, "the request was malformed", Way::Bug),
    (20_064, Class::Login, "the login was revoked", Way::Again),
    (20_065, Class::Login, "the code of this login was used already", Way::Again),
    (
        20_066,
        Class::Fatal,
        "the person's account is not active",
        Way::Then("have the account activated, or choose another"),
    ),
    (20_067, Class::User, "a scope is asked for twice", Way::Do("check what was given with --scope")),
    (20_068, Class::User, "a scope was asked for that the person has not granted", Way::Again),
    (20_069, Class::Fatal, "the app is not enabled in this tenant", Way::Do(CONSOLE)),
    (20_070, Class::Bug, "the request named the app twice", Way::Bug),
    (
        20_071,
        Class::User,
        "the address to come back to is not the one that was asked with",
        Way::Then(
            "register it, exactly as it is, among the redirect addresses of the app's security settings",
        ),
    ),
    (20_072, Class::Retry, "the platform's login service is not available", Way::Later),
    (
        20_073,
        Class::Login,
        "the login was renewed by somebody else, or the answer of an earlier renewal was lost: its token was used already",
        Way::Again,
    ),
    (
        20_074,
        Class::User,
        "the app does not allow logins to be renewed",
        Way::Then("switch on refreshing of user_access_token in the app's security settings"),
    ),
    (21_000, Class::Permission, "a security policy of the tenant wants a check by the person", Way::Again),
    (
        21_001,
        Class::Permission,
        "a security policy of the tenant forbids it",
        Way::Do("ask the tenant's administrator to let this person use the app from here"),
    ),
];

/// Codes after which nothing but the person's consent helps.
pub(super) fn over(code: i64) -> bool {
    [20_026, 20_037, 20_064, 20_073].contains(&code)
}

/// The words for a failure; `command` is the one that logs in.
pub fn told(error: &OAuthError, command: &str) -> Told {
    let again = format!("log in again: run `{command}`");
    if let OAuthError::Refused { rate: true, .. } = error {
        return Told {
            what: error.to_string(),
            remedy: "too many requests of this app at once: run again in a minute".to_owned(),
            class: Class::Rate,
        };
    }
    if let Some(row) = error.code().and_then(known) {
        let (_, class, words, way) = row;
        let remedy = match way {
            Way::Again => again,
            Way::Later => "run again later".to_owned(),
            Way::Bug => "this is a bug of larkctl: report it with the request id".to_owned(),
            Way::Do(what) => (*what).to_owned(),
            Way::Then(what) => format!("{what}, then {again}"),
        };
        return Told { what: format!("{words} ({error})"), remedy, class: *class };
    }
    let (what, class) = match error {
        OAuthError::Refused { .. } => (error.to_string(), Class::Login),
        _ if error.lost() => (format!("the platform's answer was lost ({error})"), Class::Login),
        OAuthError::Transport(_) | OAuthError::Strange { .. } => {
            let remedy = "check the network and the base address, and run again".to_owned();
            return Told { what: error.to_string(), remedy, class: Class::Retry };
        }
    };
    Told { what, remedy: again, class }
}

/// The words for a code that was kept.
pub(super) fn in_words(code: i64) -> String {
    known(code).map_or_else(|| format!("code {code}"), |row| format!("{} (code {code})", row.2))
}

fn known(code: i64) -> Option<&'static (i64, Class, &'static str, Way)> {
    ROWS.iter().find(|row| row.0 == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::transport::TransportError;

    /// platform.md 3, typed off the page.
    const TABLE: [i64; 29] = [
        20001, 20002, 20003, 20004, 20065, 20008, 20066, 20009, 20069, 20010, 20024, 20026, 20064, 20073,
        20037, 20036, 20048, 20049, 20050, 20063, 20067, 20068, 20070, 20071, 20072, 20074, 21000, 21001,
        20027,
    ];

    fn refused(code: i64) -> OAuthError {
        OAuthError::Refused {
            code: Some(code),
            error: "invalid_grant".to_owned(),
            text: "text".to_owned(),
            request_id: None,
            rate: false,
        }
    }

    #[test]
    fn every_code_has_words_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for code in TABLE {
            let row = known(code).unwrap_or_else(|| panic!("{code}"));
            assert!(seen.insert(row.2), "{code} shares its words");
            assert!(told(&refused(code), "larkctl login").what.contains(&code.to_string()));
        }
    }

    #[test]
    fn the_four_ends_and_a_lost_answer_say_to_log_in_again() {
        for code in [20_026, 20_064, 20_073, 20_037] {
            assert!(over(code));
            let told = told(&refused(code), "larkctl login --sandbox");
            assert_eq!(told.remedy, "log in again: run `larkctl login --sandbox`", "{code}");
            assert_eq!(told.class, Class::Login);
        }
        let lost = told(&OAuthError::Transport(TransportError::Closed), "larkctl login");
        assert!(lost.what.contains("lost") && lost.remedy.contains("`larkctl login`"));
        let unsent = told(&OAuthError::Transport(TransportError::ConnectionRefused), "larkctl login");
        assert!(unsent.class == Class::Retry && !unsent.remedy.contains("login`"));
    }
}
