//! Departments, people and groups as the file says them.

use serde_json::{Map, Value};

use super::Problem;
use super::fields::Fields;
use super::read::{Item, Kind};

#[derive(Debug, Default)]
pub(super) struct Specs {
    pub(super) departments: Vec<DepartmentSpec>,
    pub(super) users: Vec<UserSpec>,
    pub(super) groups: Vec<GroupSpec>,
}

#[derive(Debug)]
pub(super) struct DepartmentSpec {
    pub(super) line: usize,
    pub(super) place: String,
    pub(super) department_id: String,
    pub(super) name: String,
    pub(super) i18n_name: Map<String, Value>,
    pub(super) parent: String,
    pub(super) order: Option<i64>,
    pub(super) leader: String,
    pub(super) deputies: Vec<String>,
    pub(super) hrbps: Vec<String>,
}

#[derive(Debug)]
pub(super) struct UserSpec {
    pub(super) line: usize,
    pub(super) place: String,
    pub(super) user_id: String,
    pub(super) name: String,
    pub(super) en_name: String,
    pub(super) nickname: String,
    pub(super) mobile: String,
    pub(super) email: String,
    pub(super) gender: i64,
    pub(super) departments: Vec<String>,
    pub(super) leader: String,
    pub(super) dotted_line_leaders: Vec<String>,
    pub(super) employee_type: i64,
    pub(super) employee_no: String,
    pub(super) job_title: String,
    pub(super) city: String,
    pub(super) country: String,
    pub(super) work_station: String,
    pub(super) join_time: Option<i64>,
    pub(super) joined: bool,
    pub(super) frozen: bool,
    pub(super) founder: bool,
    pub(super) tenant_manager: bool,
}

#[derive(Debug)]
pub(super) struct GroupSpec {
    pub(super) line: usize,
    pub(super) place: String,
    pub(super) group_id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) users: Vec<String>,
    pub(super) departments: Vec<String>,
}

/// The root, in this file as in the API.
pub(super) const ROOT_ID: &str = "0";

pub(super) fn decode(items: Vec<Item>, problems: &mut Vec<Problem>) -> Specs {
    let mut specs = Specs::default();
    for item in items {
        match item.kind {
            Kind::Department => specs.departments.push(department(item, problems)),
            Kind::User => specs.users.push(user(item, problems)),
            Kind::Group => specs.groups.push(group(item, problems)),
        }
    }
    specs
}

fn department(item: Item, problems: &mut Vec<Problem>) -> DepartmentSpec {
    let line = item.line;
    let mut f = Fields::of(item, "department", "department_id", problems);
    let spec = DepartmentSpec {
        line,
        place: f.place(),
        department_id: f.required("department_id"),
        name: f.required("name"),
        i18n_name: f.texts("i18n_name"),
        parent: or_root(f.text("parent")),
        order: f.int("order"),
        leader: f.text("leader"),
        deputies: f.list("deputies").unwrap_or_default(),
        hrbps: f.list("hrbps").unwrap_or_default(),
    };
    f.done();
    spec
}

fn user(item: Item, problems: &mut Vec<Problem>) -> UserSpec {
    let line = item.line;
    let mut f = Fields::of(item, "user", "user_id", problems);
    let spec = UserSpec {
        line,
        place: f.place(),
        user_id: f.required("user_id"),
        name: f.required("name"),
        en_name: f.text("en_name"),
        nickname: f.text("nickname"),
        mobile: e164(f.text("mobile")),
        email: f.text("email"),
        gender: f.int("gender").unwrap_or(0),
        departments: f.list("departments").unwrap_or_else(|| vec![ROOT_ID.to_owned()]),
        leader: f.text("leader"),
        dotted_line_leaders: f.list("dotted_line_leaders").unwrap_or_default(),
        employee_type: f.int("employee_type").unwrap_or(1),
        employee_no: f.text("employee_no"),
        job_title: f.text("job_title"),
        city: f.text("city"),
        country: f.text("country"),
        work_station: f.text("work_station"),
        join_time: f.int("join_time"),
        joined: f.flag("joined", true),
        frozen: f.flag("frozen", false),
        founder: f.flag("founder", false),
        tenant_manager: f.flag("tenant_manager", false),
    };
    f.done();
    spec
}

fn group(item: Item, problems: &mut Vec<Problem>) -> GroupSpec {
    let line = item.line;
    let mut f = Fields::of(item, "group", "group_id", problems);
    let spec = GroupSpec {
        line,
        place: f.place(),
        group_id: f.required("group_id"),
        name: f.required("name"),
        description: f.text("description"),
        users: f.list("users").unwrap_or_default(),
        departments: f.list("departments").unwrap_or_default(),
    };
    f.done();
    spec
}

fn or_root(parent: String) -> String {
    if parent.is_empty() { ROOT_ID.to_owned() } else { parent }
}

/// A bare number of eleven digits is one of mainland China.
fn e164(mobile: String) -> String {
    if mobile.len() == 11 && mobile.bytes().all(|b| b.is_ascii_digit()) {
        return format!("+86{mobile}");
    }
    mobile
}
