//! What a person can do about a failure.
//!
//! The wording names the setting, the place and the link; it never repeats the failure. Codes with a well-known
//! cause come first, then the kind of failure, then nothing: no advice is better than idle advice.

use super::envelope::Failure;
use super::error::{Cause, Desk, Inner, token_name};
use super::refusal::{Lacking, Refusal};
use super::site::Brand;
use super::transport::TransportError;
use crate::base::contract::{Class, TokenType};

/// Where a helpdesk's token is found.
const CREDENTIAL: &str = "the helpdesk's token: its owner finds it in the helpdesk's admin page, under settings, API \
                          credentials";

pub(super) fn of(error: &Inner, desk: &Desk) -> Option<String> {
    match &error.cause {
        Cause::NoIdentity { takes } => Some(no_identity(takes)),
        Cause::NoToken(inner) => inner.remedy().map(str::to_owned),
        Cause::NoPerson { remedy, .. } => Some(remedy.clone()),
        Cause::NoHelpdesk { variable: Some(variable), .. } => Some(format!("set {variable} to {CREDENTIAL}")),
        Cause::NoHelpdesk { variable: None, .. } => {
            Some("declare the helpdesk, with the name of the variable that holds its token".to_owned())
        }
        Cause::Token(_) => Some("log in again, or set a fresh token".to_owned()),
        Cause::Transport(failure) => Some(transport(failure, desk)),
        Cause::Answer(Failure::Refused(refusal)) => refused(error, refusal, desk),
        Cause::Answer(Failure::Redirected { .. }) => {
            Some("the base address is probably not the Open API's; check it, scheme included".to_owned())
        }
        Cause::Answer(Failure::Foreign { http, .. }) => Some(foreign(*http)),
        Cause::Page(_) => Some("report it with the request id; the list was not read to its end".to_owned()),
    }
}

fn no_identity(takes: &[TokenType]) -> String {
    if takes.contains(&TokenType::User) && !takes.contains(&TokenType::Tenant) {
        return "this call works only on behalf of a person: run `larkctl login` first".to_owned();
    }
    "set LARK_APP_ID and LARK_APP_SECRET".to_owned()
}

fn transport(failure: &TransportError, desk: &Desk) -> String {
    let proxy = if desk.behind_proxy { "; a proxy is set in the environment" } else { "" };
    match failure {
        TransportError::Dns { .. } => format!("check the base address and the network's name service{proxy}"),
        TransportError::ConnectTimeout | TransportError::Unreachable(_) => {
            format!("check that a firewall lets this machine reach the base address{proxy}")
        }
        TransportError::ConnectionRefused => {
            format!("nothing listens there: check host and port of the base address{proxy}")
        }
        TransportError::Tls(_) => "check the machine's clock and its trusted certificates; behind an inspecting \
                                   proxy add its certificate to the system's store; a plain server needs http://"
            .to_owned(),
        TransportError::Proxy(_) => "check HTTPS_PROXY, its user name and password, and NO_PROXY".to_owned(),
        TransportError::Unsendable(_) => {
            "check that tokens and credentials hold no spaces or line breaks".to_owned()
        }
        TransportError::Timeout => format!("run again; if it persists raise the request timeout{proxy}"),
        TransportError::Reset | TransportError::Closed | TransportError::Truncated(_) => {
            format!("run again; if it persists something between here and there cuts connections{proxy}")
        }
        TransportError::TooLarge => "check the base address".to_owned(),
        TransportError::Other(_) => format!("run again{proxy}"),
    }
}

fn foreign(http: u16) -> String {
    match http {
        404 | 405 => "check the base address; if it is right this is a bug of larkctl: report it".to_owned(),
        407 => "the proxy wants credentials: check HTTPS_PROXY".to_owned(),
        500.. => "the service or a gateway before it is in trouble; run again later".to_owned(),
        _ => "something other than the Open API answered: check the base address, proxy or captive portal"
            .to_owned(),
    }
}

fn refused(error: &Inner, refusal: &Refusal, desk: &Desk) -> Option<String> {
    let console = || match (desk.brand, &desk.app_id) {
        (Some(brand), Some(app)) => format!(": {}", brand.app_page(app)),
        (Some(_) | None, _) => String::new(),
    };
    Some(match refusal.code {
        40_004 | 40_014 | 41_050 | 42_009 | 42_010 | 43_023 | 41_211 => format!(
            "outside the app's contact range, which is not the same as not existing: widen the range of \
             contacts data that the app may access{}",
            console()
        ),
        99_991_672 => missing_scopes(error, refusal, desk),
        99_991_679 => not_granted(error, refusal),
        41_056 | 44_050 | 44_039 => {
            format!("a field of the request needs a scope that the app lacks{}", console())
        }
        99_991_401 => format!("add this machine's public address to the app's allowed addresses{}", console()),
        99_991_403 => "the tenant's calls for this month are used up: wait for the 1st, or raise the plan".to_owned(),
        99_991_662 => format!("enable the app, and publish a version of it{}", console()),
        99_991_673 => format!("install the app in this tenant{}", console()),
        10_003 | 10_014 | 10_015 | 99_991_543 if error.endpoint.service() == "auth" => {
            "check LARK_APP_ID and LARK_APP_SECRET, and that the app belongs to this site: an app of Feishu is \
             unknown to Lark and the other way round"
                .to_owned()
        }
        121_002 | 125_001 if error.endpoint.service() == "vc" => {
            "a setting of the admin console: the tenant must have switched to flexible levels, and the room view must \
             allow rooms on this level; a level that is deleted must be empty"
                .to_owned()
        }
        121_006 if error.endpoint.service() == "vc" => {
            "somebody else wrote it at the same time: plan again".to_owned()
        }
        126_011 => "give the form's notice a shorter time: the limits of each unit are not published".to_owned(),
        126_013 | 126_014 => "somebody whom the rule names has left, or a department is gone: plan again".to_owned(),
        190_007 => {
            "switch the app's bot on in the developer console, and publish a version: calendars need it".to_owned()
        }
        190_002 if error.endpoint.service() == "calendar" => {
            "a room that cannot be booked, a person of another company, or something that was deleted meanwhile: plan \
             again"
                .to_owned()
        }
        1_220_000..1_230_000 if error.endpoint.service() == "attendance" => {
            return attendance(refusal).map(str::to_owned).or_else(|| by_class(error, refusal));
        }
        40_021 => "a different request was sent under the same idempotency key: plan again".to_owned(),
        154_001 => {
            let again = error.variable.as_ref().map(|name| format!("; if so, set {name} to {CREDENTIAL}"));
            format!(
                "the helpdesk's own token was refused: check that it was not reset and belongs to a helpdesk of this \
                 tenant{}",
                again.unwrap_or_default()
            )
        }
        154_003 => "the person who has logged in must be an administrator or the owner of the helpdesk; for categories and \
                    FAQs an agent will do. Have them added in the helpdesk's admin page, or let somebody else log in"
            .to_owned(),
        41_201 if error.endpoint.method == "POST" => "a role of this name exists, perhaps made by an earlier run whose \
             answer got lost, and its id cannot be read through the API: find it beside the name in the admin console \
             and take the role over with `import: {role.KEY: ROLE_ID}`; or choose another name"
            .to_owned(),
        41_201 => "another role has this name: choose another, or rename that one in the admin console".to_owned(),
        41_206 | 42_017 => "somebody is still in it, perhaps outside of the app's contact range: plan again, or \
                            empty it in the admin console"
            .to_owned(),
        41_213 => "the role is the platform's own and keeps its name: declare it by that name".to_owned(),
        47_009 => "another user group, perhaps a dynamic one, has this name: choose another".to_owned(),
        1_772_006 => "the announcement of this chat is of the other kind than was thought: run again, the next plan \
                      reads which it is"
            .to_owned(),
        1_770_021 | 232_018 => "somebody edits the announcement meanwhile: plan again, it is read anew".to_owned(),
        99_992_361 => "this open_id belongs to another app: use user_id or union_id".to_owned(),
        _ => return by_class(error, refusal),
    })
}

/// What to do about a refusal of attendance: by code, and under its general code by what the message says.
fn attendance(refusal: &Refusal) -> Option<&'static str> {
    let says = |words: &str| refusal.msg.to_lowercase().contains(words);
    Some(match refusal.code {
        1_220_005 => {
            "a gate beyond scopes: give the app a data range in the attendance console (API access), and name as \
             `operator` somebody who has the rights of an attendance administrator over this group"
        }
        1_220_004 => {
            "somebody whom it names is unknown to attendance, or lacks the right: leaders must be administrators of \
             groups at least, and everybody must be in the app's data range of attendance"
        }
        1_220_006 | 1_220_007 => {
            "the tenant's edition does not have it: leave the field out, or raise the plan"
        }
        1_226_001 => "a group still uses the shift: take it out there first",
        1_226_002 => "another shift has this name: choose another, or take that one over with `import:`",
        1_226_003 => "the platform's own shift cannot be changed: stop managing it, with `on_remove: forget`",
        1_220_600 if says("no row affected") => "somebody else wrote it at the same time: plan again",
        1_220_600 if says("can not be del") => {
            "a group that is not managed here still uses the shift: take it out there first"
        }
        1_220_600 if says("enterprise edition") => {
            "the field needs Feishu People Enterprise Edition: leave it out, or raise the plan"
        }
        1_220_600 if says("env count") => {
            "a group has at most 3000 places: spread them over groups, or remove some in the console"
        }
        1_220_600 if says("sealed") => {
            "the period is closed in the attendance console: open it again, or change later days only"
        }
        1_220_600 if says("exist") => "it was taken away or made meanwhile: plan again",
        _ => return None,
    })
}

fn by_class(error: &Inner, refusal: &Refusal) -> Option<String> {
    match error.class {
        Class::Token => {
            let takes: Vec<&str> = error.endpoint.tokens.iter().copied().map(token_name).collect();
            Some(format!(
                "a fresh token was refused too: the endpoint may take the other kind (documented: {}), or the \
                 app and the site do not belong together",
                takes.join(", ")
            ))
        }
        Class::Login => Some("a person must authorise again: run `larkctl login`".to_owned()),
        Class::Rate => {
            Some("somebody else uses up this app's rate: run again later, or set a headroom".to_owned())
        }
        Class::Retry | Class::RetryOnce => Some("the service is in trouble; run again later".to_owned()),
        Class::Bug => Some("this is a bug of larkctl: report it with the request id".to_owned()),
        Class::Permission
        | Class::Fatal
        | Class::Quota
        | Class::Absent
        | Class::Exists
        | Class::State
        | Class::User
        | Class::NotApplicable => refusal.help.as_ref().map(|url| format!("see {url}")),
    }
}

fn not_granted(error: &Inner, refusal: &Refusal) -> String {
    let scopes: Vec<&str> = refusal.scopes.iter().map(String::as_str).collect();
    let flag = narrowest(&scopes, error.endpoint.is_read()).map(|scope| format!(" --scope {scope}"));
    let others =
        if scopes.len() > 1 { format!(" (any of {} would do)", scopes.join(", ")) } else { String::new() };
    format!("the person has not granted it: run `larkctl login{}` again{others}", flag.unwrap_or_default())
}

fn missing_scopes(error: &Inner, refusal: &Refusal, desk: &Desk) -> String {
    let scopes: Vec<&str> = refusal.scopes.iter().map(String::as_str).collect();
    let Some(narrowest) = narrowest(&scopes, error.endpoint.is_read()) else {
        return "the app lacks a scope; the page of the endpoint lists which would do".to_owned();
    };
    let who = match refusal.lacking {
        Some(Lacking::User) => "the person grant",
        Some(Lacking::App) | None => "the app be granted",
    };
    let others = scopes.iter().filter(|scope| **scope != narrowest).copied().collect::<Vec<_>>().join(", ");
    let link = match (desk.brand, &desk.app_id) {
        (Some(brand), Some(app)) => scope_link(brand, app, narrowest),
        (Some(_) | None, _) => String::new(),
    };
    let instead = if others.is_empty() { String::new() } else { format!(" (any of {others} would do too)") };
    format!("let {who} the scope {narrowest}{instead}, then publish a version of the app{link}")
}

fn scope_link(brand: Brand, app: &str, scope: &str) -> String {
    format!(": {}", brand.scope_page(app, &[scope]))
}

/// The alternative that opens the least: read-only for a read, no umbrella, the most specific name.
fn narrowest<'s>(scopes: &[&'s str], read: bool) -> Option<&'s str> {
    let reading = |scope: &str| scope.contains("readonly") || scope.ends_with("read");
    let umbrella = |scope: &str| scope.contains("_as_app");
    let parts = |scope: &str| scope.split([':', '.']).count();
    scopes.iter().copied().min_by_key(|scope| {
        (umbrella(scope), read && !reading(scope), usize::MAX - parts(scope), scope.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_scope_is_suggested() {
        let scopes = [
            "contact:contact:readonly_as_app",
            "contact:contact",
            "contact:contact:readonly",
            "contact:user.base:readonly",
        ];
        assert_eq!(narrowest(&scopes, true), Some("contact:user.base:readonly"));
        assert_eq!(
            narrowest(&["contact:contact", "contact:contact:access_as_app"], false),
            Some("contact:contact")
        );
        assert_eq!(narrowest(&[], true), None);
    }
}
