//! What the platform would refuse, judged over the whole file.

use std::collections::{HashMap, HashSet};

use super::Problem;
use super::spec::{DepartmentSpec, ROOT_ID, Specs, UserSpec};
use crate::sandbox::contact::groups::MAX_GROUPS;
use crate::sandbox::seed::size::{MAX_CHILDREN, MAX_DEPARTMENTS, MAX_DEPTH, MAX_MEMBERS, MAX_USERS};

/// Departments by id (which compare without case) and people by id.
struct Index<'a> {
    departments: HashMap<String, &'a DepartmentSpec>,
    users: HashMap<&'a str, &'a UserSpec>,
}

pub(super) fn all(specs: &Specs, problems: &mut Vec<Problem>) {
    let index = Index {
        departments: specs.departments.iter().map(|d| (d.department_id.to_lowercase(), d)).collect(),
        users: specs.users.iter().map(|u| (u.user_id.as_str(), u)).collect(),
    };
    let mut report = |line: usize, place: &str, message: String| {
        problems.push(Problem { line, place: place.to_owned(), message });
    };
    if specs.departments.len() > MAX_DEPARTMENTS || specs.users.len() > MAX_USERS {
        report(1, "", format!("a tenant holds at most {MAX_DEPARTMENTS} departments and {MAX_USERS} users"));
    }
    departments(specs, &index, &mut report);
    people(specs, &index, &mut report);
    groups(specs, &index, &mut report);
}

/// Notes the first place of a value and names it when the value comes again.
#[derive(Default)]
struct Once<'a> {
    seen: HashMap<(&'static str, String), &'a str>,
}

impl<'a> Once<'a> {
    fn again(&mut self, what: &'static str, value: String, place: &'a str) -> Option<String> {
        let shown = value.rsplit('\u{0}').next().unwrap_or_default().to_owned();
        let first = self.seen.insert((what, value), place)?;
        Some(format!("{what} {shown:?} is taken by {first}"))
    }
}

fn departments(specs: &Specs, index: &Index<'_>, report: &mut dyn FnMut(usize, &str, String)) {
    let mut once = Once::default();
    let mut children: HashMap<&str, usize> = HashMap::new();
    for d in &specs.departments {
        let mut wrong = |message: String| report(d.line, &d.place, message);
        if !is_department_id(&d.department_id) {
            wrong("department_id must be 1 to 64 of a-z A-Z 0-9 _ - @ . and begin with a letter or digit; od-…, 0 and 1 are reserved".to_owned());
        }
        if d.name.contains('/') {
            wrong("name must not contain a slash".to_owned());
        }
        if d.order.is_some_and(|order| order < 0) {
            wrong("order must not be negative".to_owned());
        }
        for locale in d.i18n_name.keys().filter(|l| !["zh_cn", "ja_jp", "en_us"].contains(&l.as_str())) {
            wrong(format!("unknown locale {locale:?}; there are zh_cn, ja_jp, en_us"));
        }
        once.again("department_id", d.department_id.to_lowercase(), &d.place).map(&mut wrong);
        let under = d.parent.to_lowercase();
        once.again("name", format!("{under}\u{0}{}", d.name), &d.place).map(&mut wrong);
        if let Some(order) = d.order {
            once.again("order", format!("{under}\u{0}{order}"), &d.place).map(&mut wrong);
        }
        let count = children.entry(&d.parent).or_default();
        *count += 1;
        if *count == MAX_CHILDREN + 1 {
            wrong(format!("{:?} has more than {MAX_CHILDREN} sub-departments", d.parent));
        }
        if d.parent != ROOT_ID && !index.departments.contains_key(&under) {
            wrong(format!("parent {:?} is not in the file", d.parent));
        } else if climb(d, index).is_none() {
            wrong(format!("lies in a circle of parents, or deeper than {MAX_DEPTH} levels"));
        }
        if d.leader.is_empty() && !d.deputies.is_empty() {
            wrong("deputies need a leader".to_owned());
        }
        let mut led = HashSet::new();
        for id in d.leader_ids() {
            active(id, "leader", index).map(&mut wrong);
            if !led.insert(id) {
                wrong(format!("{id:?} leads twice"));
            }
        }
        for id in &d.hrbps {
            active(id, "HR partner", index).map(&mut wrong);
        }
    }
}

impl DepartmentSpec {
    /// The primary leader first.
    pub(super) fn leader_ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.leader.as_str())
            .filter(|id| !id.is_empty())
            .chain(self.deputies.iter().map(String::as_str))
    }
}

/// Levels up to the root; nothing if it is never reached.
fn climb(d: &DepartmentSpec, index: &Index<'_>) -> Option<usize> {
    let mut at = d;
    for depth in 1..=MAX_DEPTH {
        if at.parent == ROOT_ID {
            return Some(depth);
        }
        // A missing parent is reported where it is missing.
        let Some(parent) = index.departments.get(&at.parent.to_lowercase()) else { return Some(depth) };
        at = parent;
    }
    None
}

fn people(specs: &Specs, index: &Index<'_>, report: &mut dyn FnMut(usize, &str, String)) {
    let mut once = Once::default();
    let mut members: HashMap<String, usize> = HashMap::new();
    for u in &specs.users {
        let mut wrong = |message: String| report(u.line, &u.place, message);
        if u.user_id.len() > 64 || u.user_id.contains(char::is_whitespace) {
            wrong("user_id must be at most 64 characters without spaces".to_owned());
        }
        if u.mobile.is_empty() && u.email.is_empty() {
            wrong("mobile or email is needed".to_owned());
        }
        if !u.mobile.is_empty() && !is_e164(&u.mobile) {
            wrong(format!(
                "mobile {:?} must be + and 7 to 15 digits, or 11 digits of mainland China",
                u.mobile
            ));
        }
        if !u.email.is_empty()
            && !u.email.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'))
        {
            wrong(format!("email {:?} is no address", u.email));
        }
        if !(0..=3).contains(&u.gender) {
            wrong("gender must be 0 to 3".to_owned());
        }
        let unique = [
            ("user_id", u.user_id.clone()),
            ("mobile", u.mobile.clone()),
            ("email", u.email.to_lowercase()),
            ("employee_no", u.employee_no.clone()),
        ];
        for (what, value) in unique.into_iter().filter(|(_, v)| !v.is_empty()) {
            once.again(what, value, &u.place).map(&mut wrong);
        }
        if !(1..=50).contains(&u.departments.len()) {
            wrong("departments must name 1 to 50".to_owned());
        }
        let mut own = HashSet::new();
        for id in &u.departments {
            let key = id.to_lowercase();
            if id != ROOT_ID && !index.departments.contains_key(&key) {
                wrong(format!("department {id:?} is not in the file"));
            }
            if !own.insert(key.clone()) {
                wrong(format!("department {id:?} is named twice"));
            }
            let count = members.entry(key).or_default();
            *count += 1;
            if *count == MAX_MEMBERS + 1 {
                wrong(format!("department {id:?} has more than {MAX_MEMBERS} members"));
            }
        }
        for id in u.dotted_line_leaders.iter().chain(Some(&u.leader).filter(|id| !id.is_empty())) {
            active(id, "leader", index).map(&mut wrong);
            if *id == u.user_id {
                wrong("nobody reports to themselves".to_owned());
            }
        }
    }
    for u in circles(specs, index) {
        report(u.line, &u.place, "the leaders above form a circle".to_owned());
    }
}

/// People whose line of managers comes back to themselves.
fn circles<'a>(specs: &'a Specs, index: &Index<'a>) -> Vec<&'a UserSpec> {
    // 1 is on the way up, 2 is known to end or already reported.
    let mut state: HashMap<&str, u8> = HashMap::new();
    let mut found = Vec::new();
    for start in &specs.users {
        let mut line = Vec::new();
        let mut at = Some(start);
        while let Some(u) = at {
            match state.get(u.user_id.as_str()) {
                Some(1) if u.leader != u.user_id => found.push(u),
                Some(_) => {}
                None => {
                    state.insert(&u.user_id, 1);
                    line.push(u);
                    at = index.users.get(u.leader.as_str()).copied();
                    continue;
                }
            }
            break;
        }
        for u in line {
            state.insert(&u.user_id, 2);
        }
    }
    found
}

/// Why a person cannot be referred to as one who is active.
fn active(id: &str, what: &str, index: &Index<'_>) -> Option<String> {
    match index.users.get(id) {
        None => Some(format!("{what} {id:?} is not in the file")),
        Some(u) if !u.joined => Some(format!("{what} {id:?} has not joined")),
        Some(u) if u.frozen => Some(format!("{what} {id:?} is frozen")),
        Some(_) => None,
    }
}

fn groups(specs: &Specs, index: &Index<'_>, report: &mut dyn FnMut(usize, &str, String)) {
    if let Some(first) = specs.groups.get(MAX_GROUPS) {
        let count = specs.groups.len();
        report(
            first.line,
            &first.place,
            format!("a tenant holds at most {MAX_GROUPS} groups, the file has {count}"),
        );
    }
    let mut once = Once::default();
    for g in &specs.groups {
        let mut wrong = |message: String| report(g.line, &g.place, message);
        if g.group_id.len() > 64 || !g.group_id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            wrong("group_id must be at most 64 letters and digits".to_owned());
        }
        once.again("group_id", g.group_id.clone(), &g.place).map(&mut wrong);
        once.again("name", g.name.clone(), &g.place).map(&mut wrong);
        for id in g.users.iter().filter(|id| !index.users.contains_key(id.as_str())) {
            wrong(format!("user {id:?} is not in the file"));
        }
        for id in g.departments.iter().filter(|id| !index.departments.contains_key(&id.to_lowercase())) {
            wrong(format!("department {id:?} is not in the file"));
        }
        if g.departments.len() > 20 {
            wrong("a group takes at most 20 departments".to_owned());
        }
    }
}

/// `department/create`: the pattern of ids, and the reserved ones.
fn is_department_id(id: &str) -> bool {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-@.".contains(&b));
    let begins = id.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    plain && begins && id.len() <= 64 && !id.starts_with("od-") && id != "0" && id != "1"
}

fn is_e164(mobile: &str) -> bool {
    let digits = mobile.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}
