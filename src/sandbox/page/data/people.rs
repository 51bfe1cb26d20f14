//! People by whatever one knows of them.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Query, department_key, department_ref, row};
use crate::sandbox::contact::directory::{DepartmentKey, ROOT, User};
use crate::sandbox::world::{World, open};

/// People on one page.
const PAGE: usize = 50;
/// Departments that are shown beside the people found.
const DEPARTMENTS: usize = 8;

/// People who match `q`, in `department` (with what is below it unless `direct` is set) and with `status`,
/// from `offset` on. Nothing if there is no such department.
pub fn people(world: &World, query: &Query<'_>) -> Option<Value> {
    let directory = &world.contact.directory;
    let needle = Needle::new(world, query.text("q"));
    let department = query.text("department");
    let place = Place::of(world, department, query.text("direct") == "1")?;
    let status = query.text("status");
    let mut found: Vec<(u8, &User)> = directory
        .users()
        .filter(|u| has_status(u, status, &needle) && place.holds(u))
        .filter_map(|u| Some((needle.rank(u)?, u)))
        .collect();
    // Stable: within one rank by age.
    found.sort_by_key(|(rank, _)| *rank);
    let offset = query.number("offset").min(found.len());
    let items: Vec<Value> = found.iter().skip(offset).take(PAGE).map(|(_, u)| row(world, u)).collect();
    Some(json!({
        "total": found.len(),
        "offset": offset,
        "limit": PAGE,
        "department": (!department.is_empty()).then(|| place.name(world)),
        "items": items,
        "departments": departments(world, &needle),
    }))
}

/// Departments whose name or id contains what was asked for.
fn departments(world: &World, needle: &Needle) -> Vec<Value> {
    let wanted = &needle.whole.text;
    if wanted.is_empty() {
        return Vec::new();
    }
    let has = |text: &str| text.to_lowercase().contains(wanted);
    let all = world.contact.directory.departments();
    all.filter(|d| has(&d.name) || has(&d.department_id) || d.i18n_name.texts().any(has))
        .take(DEPARTMENTS)
        .map(|d| department_ref(world, d.key))
        .collect()
}

fn has_status(user: &User, status: &str, needle: &Needle) -> bool {
    match status {
        "unjoined" => !user.status.joined && !user.is_gone() && !user.status.exited,
        "frozen" => user.status.frozen && !user.is_gone(),
        "resigned" => user.is_gone(),
        "active" => user.is_active(),
        // Resigned people are found by their id, and otherwise only when they are asked for.
        _ => !user.is_gone() || needle.key == Some(user.key),
    }
}

/// Where to look.
enum Place {
    Everywhere,
    In(DepartmentKey, HashSet<DepartmentKey>),
}

impl Place {
    fn of(world: &World, department: &str, direct: bool) -> Option<Self> {
        if department.is_empty() {
            return Some(Self::Everywhere);
        }
        let key = department_key(world, department)?;
        Some(match (key, direct) {
            (ROOT, false) => Self::Everywhere,
            (_, true) => Self::In(key, HashSet::from([key])),
            (_, false) => Self::In(key, world.contact.directory.subtree(key).iter().map(|d| d.key).collect()),
        })
    }

    fn holds(&self, user: &User) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(_, keys) => user.departments.iter().any(|d| keys.contains(d)),
        }
    }

    fn name(&self, world: &World) -> Value {
        match self {
            Self::Everywhere => department_ref(world, ROOT),
            Self::In(key, _) => department_ref(world, *key),
        }
    }
}

/// What was typed.
struct Needle {
    /// Whom it is an opaque id of.
    key: Option<u64>,
    whole: Word,
    /// Its parts, when there are several.
    words: Vec<Word>,
}

impl Needle {
    fn new(world: &World, text: &str) -> Self {
        let text = text.trim();
        let tenant = world.settings().tenant.tenant_key.as_str();
        let key = open("on_", text, &["vendor", tenant])
            .or_else(|| world.apps.values().find_map(|app| open("ou_", text, &[&app.app_id])));
        let parted = text.contains(char::is_whitespace);
        let words = if parted { text.split_whitespace().map(Word::new).collect() } else { Vec::new() };
        Self { key, whole: Word::new(text), words }
    }

    /// How well a person matches, 0 being exactly; nothing if they do not.
    fn rank(&self, user: &User) -> Option<u8> {
        if self.whole.text.is_empty() || self.key == Some(user.key) {
            return Some(0);
        }
        let all = || !self.words.is_empty() && self.words.iter().all(|word| word.rank(user).is_some());
        self.whole.rank(user).or_else(|| all().then_some(3))
    }
}

/// A text in the forms that it is compared in.
struct Word {
    text: String,
    /// Without the spaces and dots between the parts of a name.
    squeezed: String,
    /// When it looks like a telephone number.
    digits: String,
}

impl Word {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let is_number = |c: char| c.is_ascii_digit() || " +-()".contains(c);
        let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
        let looks = digits.len() >= 3 && lower.chars().all(is_number);
        let digits = if looks { digits } else { String::new() };
        Self { squeezed: squeeze(&lower), digits, text: lower }
    }

    fn rank(&self, user: &User) -> Option<u8> {
        let whole = [&user.user_id, &user.name, &user.email, &user.employee_no, &user.enterprise_email];
        if whole.iter().any(|v| v.to_lowercase() == self.text) {
            return Some(0);
        }
        let mobile = user.mobile.trim_start_matches('+');
        if !self.digits.is_empty() && !mobile.is_empty() {
            if mobile == self.digits || mobile.strip_prefix("86") == Some(self.digits.as_str()) {
                return Some(0);
            }
            if mobile.contains(&self.digits) {
                return Some(1);
            }
        }
        let names = [&user.name, &user.en_name, &user.nickname, &user.user_id];
        let names = names.map(|v| squeeze(&v.to_lowercase()));
        if !self.squeezed.is_empty() && names.iter().any(|n| n.starts_with(&self.squeezed)) {
            return Some(1);
        }
        // The other way round: "wei zhang" for "Zhang Wei".
        let swapped = user.en_name.split_once(' ').map(|(a, b)| squeeze(&format!("{b}{a}").to_lowercase()));
        let found = !self.squeezed.is_empty()
            && (names.iter().any(|n| n.contains(&self.squeezed))
                || swapped.is_some_and(|n| n.contains(&self.squeezed)));
        let found = found || whole.iter().any(|v| v.to_lowercase().contains(&self.text));
        found.then_some(2)
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect()
}

/// The person with a `user_id`, a `union_id`, or any app's `open_id`.
pub(super) fn with_id(world: &World, id: &str) -> Option<u64> {
    let key = Needle::new(world, id).key.or_else(|| world.contact.directory.user_by_id(id))?;
    world.contact.directory.user(key).map(|u| u.key)
}
