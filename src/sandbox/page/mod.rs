//! The page at `/`: the tenant as a person would look for it, and what it was asked.
//!
//! Plain HTML, CSS and ES modules, compiled into the binary; nothing is loaded from elsewhere. [`data`] reads the
//! world and gives JSON, the scripts draw it. Names in the tenant come from whoever calls the API: the scripts
//! put them into the page as text only, and the policy sent with every reply forbids everything else.
//!
//! A view is a file in `views/` and one line in [`VIEWS`], which also names the data that it asks for.

mod data;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;

use super::gateway::{Engine, Incoming, Reply, form_pairs};
use super::world::World;

pub use data::{
    Query, attendance_groups, calendar, calendars, chat, chats, group, groups, helpdesk, helpdesks,
    mail_group, mail_groups, mailbox, mailboxes, overview, people, person, room, rooms, shifts, tree,
};

/// A reply of the page, for the server to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReply {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: Bytes,
}

/// A part of the page: its script, and the data under `/_sandbox/page/NAME.json`. No data means not found.
struct View {
    name: &'static str,
    script: &'static str,
    data: &'static [(&'static str, Answer)],
}

type Answer = fn(&World, &Query<'_>) -> Option<Value>;

macro_rules! view {
    ($name:literal, $data:expr) => {
        View { name: $name, script: include_str!(concat!("views/", $name, ".js")), data: $data }
    };
}

/// In the order of the navigation.
const VIEWS: &[View] = &[
    view!("overview", &[("overview", |w, _| Some(overview(w)))]),
    view!("org", &[("tree", |w, q| tree(w, q.text("parent")))]),
    view!("people", &[("people", |w, q| people(w, q))]),
    view!("person", &[("person", |w, q| person(w, q.text("key")))]),
    view!(
        "groups",
        &[("groups", |w, q| Some(groups(w, q.number("offset")))), ("group", |w, q| group(w, q.text("id")))]
    ),
    view!("mail", MAIL),
    view!(
        "chats",
        &[("chats", |w, q| Some(chats(w, q.number("offset")))), ("chat", |w, q| chat(w, q.text("id")))]
    ),
    view!("attendance", ATTENDANCE),
    view!("rooms", &[("rooms", |w, q| rooms(w, q.text("level"))), ("room", |w, q| room(w, q.text("id")))]),
    view!(
        "calendars",
        &[
            ("calendars", |w, q| Some(calendars(w, q.number("offset")))),
            ("calendar", |w, q| calendar(w, q.text("id"))),
        ]
    ),
    view!(
        "helpdesks",
        &[
            ("helpdesks", |w, q| Some(helpdesks(w, q.number("offset")))),
            ("helpdesk", |w, q| helpdesk(w, q.text("id"))),
        ]
    ),
    view!("requests", &[]),
];

const ATTENDANCE: &[(&str, Answer)] = &[
    ("attendance_groups", |w, q| Some(attendance_groups(w, q.number("offset")))),
    ("shifts", |w, q| Some(shifts(w, q.number("offset")))),
];

const MAIL: &[(&str, Answer)] = &[
    ("mail_groups", |w, q| Some(mail_groups(w, q.number("offset")))),
    ("mail_group", |w, q| mail_group(w, q.text("id"))),
    ("mailboxes", |w, q| Some(mailboxes(w, q.number("offset")))),
    ("mailbox", |w, q| mailbox(w, q.text("id"))),
];

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// The files besides the views, by path.
const ASSETS: &[(&str, &str, &str)] = &[
    ("/", HTML, include_str!("index.html")),
    ("/assets/app.js", SCRIPT, include_str!("app.js")),
    ("/assets/dom.js", SCRIPT, include_str!("dom.js")),
    ("/assets/parts.js", SCRIPT, include_str!("parts.js")),
    ("/assets/style.css", "text/css; charset=utf-8", include_str!("style.css")),
    ("/assets/icon.svg", "image/svg+xml", include_str!("icon.svg")),
];

/// Sent with everything. Only our own scripts and styles run, nothing may frame the page, and the browser itself
/// refuses to turn text into markup (`require-trusted-types-for`).
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Answers a request of a browser; nothing when it is not for the page.
pub fn serve(engine: &Engine, request: &Incoming) -> Option<Reply> {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let reply = engine.look(|world| respond(world, &request.path, &form_pairs(&request.query)))?;
    Some(Reply {
        status: reply.status,
        content_type: reply.content_type,
        headers: reply.headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: reply.body.to_vec(),
        code: None,
    })
}

/// Answers a GET under `/`, `/assets/…` and `/_sandbox/page/….json`; nothing when the path is not the page's.
pub fn respond(world: &World, path: &str, query: &[(String, String)]) -> Option<PageReply> {
    if let Some(name) = path.strip_prefix("/_sandbox/page/") {
        let name = name.strip_suffix(".json")?;
        let (_, answer) = VIEWS.iter().flat_map(|v| v.data).find(|(n, _)| *n == name)?;
        return Some(match answer(world, &Query(query)) {
            Some(value) => reply(200, JSON, Bytes::from(value.to_string())),
            None => reply(404, JSON, Bytes::from_static(br#"{"error":"there is no such thing"}"#)),
        });
    }
    if let Some(name) = path.strip_prefix("/assets/views/").and_then(|n| n.strip_suffix(".js")) {
        let view = VIEWS.iter().find(|v| v.name == name)?;
        return Some(reply(200, SCRIPT, Bytes::from_static(view.script.as_bytes())));
    }
    let (_, content_type, text) = ASSETS.iter().find(|(p, _, _)| *p == path)?;
    Some(reply(200, content_type, Bytes::from_static(text.as_bytes())))
}

fn reply(status: u16, content_type: &'static str, body: Bytes) -> PageReply {
    PageReply { status, content_type, headers: HEADERS, body }
}

/// The names of the views, for the script that loads them.
fn view_names() -> Vec<&'static str> {
    VIEWS.iter().map(|v| v.name).collect()
}
