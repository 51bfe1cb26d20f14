//! The rows of a file that was found right.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::spec::{DepartmentSpec, Specs, UserSpec};
use crate::sandbox::contact::directory::{
    Department, DepartmentKey, Leader, Order, ROOT, Status, User, UserKey,
};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::seed::groups::{self, GroupSeed};
use crate::sandbox::seed::{DEPARTMENT_SEQUENCE, USER_SEQUENCE, ensure_labels};
use crate::sandbox::world::World;

struct Keys<'a> {
    departments: HashMap<String, DepartmentKey>,
    users: HashMap<&'a str, UserKey>,
}

impl Keys<'_> {
    fn department(&self, id: &str) -> DepartmentKey {
        self.departments.get(&id.to_lowercase()).copied().unwrap_or(ROOT)
    }

    fn user(&self, id: &str) -> Option<UserKey> {
        self.users.get(id).copied()
    }
}

pub(super) fn put(world: &mut World, specs: &Specs) {
    let keys = Keys {
        departments: specs
            .departments
            .iter()
            .map(|d| (d.department_id.to_lowercase(), world.next(DEPARTMENT_SEQUENCE)))
            .collect(),
        users: specs.users.iter().map(|u| (u.user_id.as_str(), world.next(USER_SEQUENCE))).collect(),
    };
    let mut last_order = HashMap::new();
    for d in &specs.departments {
        if let Some(order) = d.order {
            let last = last_order.entry(d.parent.to_lowercase()).or_insert(0);
            *last = order.max(*last);
        }
    }
    for d in &specs.departments {
        let order = d.order.unwrap_or_else(|| {
            let last = last_order.entry(d.parent.to_lowercase()).or_insert(0);
            *last += 100;
            *last
        });
        world.contact.directory.put_department(department(d, &keys, order));
    }
    let titles: BTreeSet<&str> = specs.users.iter().map(|u| u.job_title.as_str()).collect();
    let cities: BTreeSet<&str> = specs.users.iter().map(|u| u.city.as_str()).collect();
    ensure_labels(world, titles, cities);
    for u in &specs.users {
        world.contact.directory.put_user(user(u, &keys));
    }
    let seeds = specs.groups.iter().map(|g| GroupSeed {
        dynamic: false,
        group_id: g.group_id.clone(),
        name: g.name.clone(),
        description: g.description.clone(),
        users: g.users.iter().filter_map(|id| keys.user(id)).collect(),
        departments: g.departments.iter().map(|id| keys.department(id)).collect(),
    });
    groups::put(world, seeds.collect());
}

fn department(d: &DepartmentSpec, keys: &Keys<'_>, order: i64) -> Department {
    let leaders = d.leader_ids().filter_map(|id| keys.user(id)).enumerate();
    Department {
        key: keys.department(&d.department_id),
        department_id: d.department_id.clone(),
        name: d.name.clone(),
        i18n_name: i18n(&d.i18n_name),
        parent: keys.department(&d.parent),
        order,
        leaders: leaders.map(|(i, user)| Leader { primary: i == 0, user }).collect(),
        hrbps: d.hrbps.iter().filter_map(|id| keys.user(id)).collect(),
        unit_id: None,
        chat_id: None,
        chat_employee_types: None,
        id_changes: 0,
        external: false,
        created: 0,
    }
}

fn i18n(map: &Map<String, Value>) -> I18nName {
    I18nName::from_body(Some(&Value::Object(map.clone()))).unwrap_or_default()
}

fn user(u: &UserSpec, keys: &Keys<'_>) -> User {
    let departments: Vec<DepartmentKey> = u.departments.iter().map(|id| keys.department(id)).collect();
    let last = departments.len();
    let order = |(i, department): (usize, &DepartmentKey)| Order {
        department: *department,
        user_order: 0,
        department_order: i64::try_from(last - 1 - i).unwrap_or(0),
        primary: i == 0,
    };
    User {
        key: keys.user(&u.user_id).unwrap_or_default(),
        user_id: u.user_id.clone(),
        name: u.name.clone(),
        en_name: u.en_name.clone(),
        nickname: u.nickname.clone(),
        mobile: u.mobile.clone(),
        email: u.email.clone(),
        mobile_visible: true,
        gender: u.gender,
        orders: if last > 1 { departments.iter().enumerate().map(order).collect() } else { Vec::new() },
        departments,
        leader: keys.user(&u.leader),
        dotted_line_leaders: u.dotted_line_leaders.iter().filter_map(|id| keys.user(id)).collect(),
        employee_type: u.employee_type,
        employee_no: u.employee_no.clone(),
        job_title: u.job_title.clone(),
        city: u.city.clone(),
        country: u.country.clone(),
        work_station: u.work_station.clone(),
        join_time: u.join_time,
        status: Status { joined: u.joined, frozen: u.frozen, ..Status::default() },
        is_founder: u.founder,
        is_tenant_manager: u.founder || u.tenant_manager,
        created: u.join_time.unwrap_or(0).saturating_mul(1_000).max(0),
        ..User::default()
    }
}
