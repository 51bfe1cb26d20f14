//! Codes whose class is not the generic table's: the error key is (service, code), and inside contact even
//! (resource, code).
//!
//! Sources: platform.md 3 and 5.3 to 5.5, contact.md A.7 and A.8. The most specific row wins: the longer path,
//! then a row that names the method. What is not here is judged by the generic table.

use super::{Executed, Verdict, executed};
use crate::base::contract::{Class, Endpoint};

/// One exception.
struct Row {
    /// Prefix of the path after `/open-apis/`.
    at: &'static str,
    /// Empty: any.
    method: &'static str,
    class: Class,
    /// The refusal comes from a lock that was not obtained: nothing was done.
    locked: bool,
    codes: &'static [i64],
}

const fn row(at: &'static str, class: Class, codes: &'static [i64]) -> Row {
    Row { at, method: "", class, locked: false, codes }
}

const fn lock(at: &'static str, codes: &'static [i64]) -> Row {
    Row { at, method: "", class: Class::Retry, locked: true, codes }
}

const CONTACT: &str = "contact/v3/";

const ROWS: &[Row] = &[
    // Everywhere: the rate under a name of the service's own (platform.md 5.4).
    row("", Class::Rate, &[230_020, 232_019, 1_254_290, 1_277_001]),
    row("calendar/", Class::Rate, &[190_004, 190_005, 190_010]),
    row("calendar/", Class::Absent, &[191_000, 191_003, 192_000, 193_001, 193_003, 194_000]),
    row("calendar/", Class::Permission, &[191_002, 191_009, 193_002, 194_001, 194_002, 194_003, 195_000]),
    row("calendar/", Class::Quota, &[191_005]),
    row("calendar/", Class::Fatal, &[190_006, 190_007, 190_011, 190_012]),
    row("calendar/", Class::User, &[190_002, 190_013, 190_014, 191_004, 193_101, 194_004, 195_100]),
    // Chats: the first creation under this key is still under way, so one may be there already.
    row("im/v1/chats", Class::Retry, &[232_068]),
    // Chats: somebody else writes the menu.
    lock("im/v1/chats/:chat_id/menu", &[232_073]),
    // Mail: a concurrent write, then limits that only look like rates because of their 429.
    lock("mail/", &[1_236_006]),
    row("mail/", Class::Quota, &[1_236_007, 1_236_008, 1_236_009, 1_236_012, 1_236_013]),
    row("mail/", Class::Exists, &[1_234_006]),
    // Rooms: both come with 404, and neither means absent. A conflict wants a fresh look, not a repetition.
    row("vc/", Class::Permission, &[121_005]),
    row("vc/", Class::State, &[121_006]),
    row("vc/", Class::Retry, &[121_001]),
    row("vc/", Class::Quota, &[121_002, 125_002]),
    row("vc/", Class::State, &[125_001, 126_002]),
    row("vc/", Class::User, &[121_003, 126_001, 126_011, 126_012, 126_013, 126_014]),
    // Attendance: 1225000 and its like come with 400 or 500, so that the status tells nothing (attendance.md 6).
    row("attendance/", Class::Retry, &[1_225_000, 1_226_000]),
    row("attendance/", Class::RetryOnce, &[1_227_000]),
    row("attendance/", Class::Permission, &[1_220_005]),
    row("attendance/", Class::Quota, &[1_220_006, 1_220_007]),
    row("attendance/", Class::State, &[1_226_001]),
    row("attendance/", Class::User, &[1_220_001, 1_220_004, 1_226_002, 1_226_003, 1_227_500]),
    row("attendance/", Class::Bug, &[1_220_002, 1_220_003]),
    // The second credential, not the bearer: another token would not help.
    row("helpdesk/", Class::Permission, &[154_001]),
    // Bad credentials, answered with HTTP 200.
    row("auth/", Class::Fatal, &[10003, 10014, 10015, 99_991_543]),
    // OAuth.
    row("authen/", Class::RetryOnce, &[20050]),
    row("authen/", Class::Retry, &[20072]),
    row("authen/", Class::Login, &[20003, 20004, 20026, 20037, 20064, 20065, 20073]),
    row("authen/", Class::Fatal, &[20002, 20008, 20009, 20048, 20066, 20069]),
    row("authen/", Class::Permission, &[20010, 21000, 21001]),
    row("authen/", Class::User, &[20001, 20024, 20067, 20068, 20071, 20074]),
    row("authen/", Class::Bug, &[20036, 20049, 20063, 20070]),
    row("authen/v1/user_info", Class::Token, &[20005]),
    row("authen/v1/user_info", Class::Absent, &[20008]),
    row("authen/v1/user_info", Class::State, &[20021, 20022, 20023]),
    // Contact: a tenant-wide or per-thing lock that another writer holds.
    lock(CONTACT, &[43024, 43030, 44025]),
    lock("contact/v3/job_levels", &[42302]),
    lock("contact/v3/job_families", &[42403]),
    // Contact: internal errors.
    row(CONTACT, Class::Retry, &[1500, 2200, 40003, 41027, 42307, 42412, 44049, 45500, 48002]),
    row(CONTACT, Class::RetryOnce, &[40008]),
    // A flow that takes up to two days: not for this run.
    row(CONTACT, Class::State, &[44034, 44042]),
    // Contact: in place already, perhaps by our own first attempt.
    row(CONTACT, Class::Exists, &[40170, 41011, 41053, 42005, 43000, 43007, 43056, 47005, 47009]),
    row("contact/v3/employee_type_enums", Class::Exists, &[42301, 42302]),
    // Contact: not there.
    row(CONTACT, Class::Absent, &[40015, 40020, 41012, 41202, 41203, 42002, 43051]),
    row("contact/v3/job_levels", Class::Absent, &[42301]),
    row("contact/v3/job_families", Class::Absent, &[42402]),
    Row { method: "GET", ..row("contact/v3/job_families", Class::Absent, &[42404]) },
    // Contact: scopes and ranges.
    row(CONTACT, Class::Permission, &[40004, 40014, 41050, 41056, 41211, 42009, 42010, 43023, 44039, 44050]),
    Row { method: "PATCH", ..row("contact/v3/departments/", Class::Permission, &[40007]) },
    // Contact: values.
    row(CONTACT, Class::User, &[40001, 40012, 40018, 40021, 41054, 41071, 41072]),
    row("contact/v3/employee_type_enums", Class::User, &[42303]),
    row("contact/v3/job_levels", Class::User, &[42303]),
    row("contact/v3/job_families", Class::User, &[42404]),
    // Contact: edition and tenant.
    row(CONTACT, Class::Quota, &[41007, 41008, 44023, 44052]),
    row(CONTACT, Class::Fatal, &[41028, 41029, 41032, 42015, 43050, 44029, 44060, 44061]),
    row(CONTACT, Class::State, &[43031, 44053, 44062]),
    row(CONTACT, Class::Bug, &[41015, 41018, 41019, 41020, 41021, 41022, 41023, 41024, 41031, 41051, 41055]),
    row(CONTACT, Class::Bug, &[42008, 43001, 43002, 43003, 43021, 44015, 44102, 48001]),
];

/// The code under which attendance says many things, and in words which.
const GENERAL: i64 = 1_220_600;

/// Parts of its messages, in small letters, by the guidelines; the first that fits.
const WORDS: &[(&str, Class)] = &[
    // An optimistic lock was lost: a fresh look, not a repetition.
    ("no row affected", Class::State),
    ("already exists", Class::Exists),
    ("rule not exist", Class::Absent),
    ("rule does not exist", Class::Absent),
    ("shift does not exist", Class::Absent),
    ("can not be del", Class::State),
    ("sealed", Class::State),
    ("no permission", Class::Permission),
    ("enterprise edition", Class::Quota),
    ("env count illegal", Class::Quota),
    ("operate too much flow", Class::Bug),
];

/// What a message means where the code means nothing by itself.
pub(super) fn by_words(endpoint: &Endpoint, code: i64, message: &str) -> Option<Verdict> {
    if code != GENERAL || endpoint.service() != "attendance" {
        return None;
    }
    let message = message.to_lowercase();
    let found = WORDS.iter().find(|(words, _)| message.contains(words));
    let class = found.map_or(Class::User, |(_, class)| *class);
    Some(Verdict::of(class, executed(class)))
}

/// The most specific row for an endpoint and a code.
pub(super) fn find(endpoint: &Endpoint, code: i64) -> Option<Verdict> {
    let path = endpoint.path.strip_prefix("/open-apis/").unwrap_or(&endpoint.path);
    let fits = |row: &&Row| {
        path.starts_with(row.at)
            && (row.method.is_empty() || row.method == endpoint.method)
            && row.codes.contains(&code)
    };
    let row = ROWS.iter().filter(fits).max_by_key(|row| (row.at.len(), row.method.len()))?;
    let executed = if row.locked { Executed::No } else { executed(row.class) };
    Some(Verdict { locked: row.locked, ..Verdict::of(row.class, executed) })
}

#[cfg(test)]
pub(super) fn rows() -> impl Iterator<Item = (&'static str, &'static str, i64)> {
    ROWS.iter().flat_map(|row| row.codes.iter().map(move |code| (row.at, row.method, *code)))
}
