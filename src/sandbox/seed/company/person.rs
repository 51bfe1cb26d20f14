//! One person of an invented company.

use std::collections::HashMap;

use super::places::Place;
use super::rows::Keys;
use super::{Node, Staff};
use crate::sandbox::contact::directory::{ROOT, Status, User};
use crate::sandbox::seed::dice::Dice;
use crate::sandbox::seed::names::{self, Gender};

/// The company's first day, in seconds: 2012-03-01, midnight in Hangzhou. Everything that is seeded lies between
/// it and the last day, never "now": the rows of a size are the same whenever they are made.
const FOUNDED: i64 = 1_330_531_200;
const DAY: i64 = 86_400;
/// Until the end of September 2025.
const DAYS: usize = 4_960;
const DOMAIN: &str = "example.com";

/// `employee_type` by frequency: regular, intern, outsourced, contractor, consultant.
const EMPLOYEE_TYPES: [(i64, usize); 5] = [(1, 860), (3, 60), (2, 50), (4, 15), (5, 15)];

/// How often each slug was given away.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    taken: HashMap<String, u32>,
}

impl Slugs {
    /// The slug, with a number if it is not the first of its name. Slugs have no digits, so this is unique.
    fn unique(&mut self, slug: String) -> String {
        let count = self.taken.entry(slug.clone()).or_default();
        *count += 1;
        if *count == 1 { slug } else { format!("{slug}{count}") }
    }
}

/// A day of the company's history in seconds; early ones are likelier for those who have risen.
pub(super) fn day(dice: &mut Dice, early: bool) -> i64 {
    let (a, b) = (dice.below(DAYS), dice.below(DAYS));
    let days = if early { a.min(b) } else { a.max(b) };
    FOUNDED + DAY * i64::try_from(days).unwrap_or(0)
}

/// The row; status and further departments come later.
pub(super) fn row(nodes: &[Node], staff: &Staff, keys: &Keys, row: usize, slugs: &mut Slugs) -> User {
    let mut dice = Dice::of("person", row);
    let home = staff.home[row];
    let place = home.and_then(|at| nodes[at].place).unwrap_or_default();
    let gender = if dice.permille(560) { Gender::Male } else { Gender::Female };
    let name = names::of_person(row, place.origin(&mut dice), gender);
    let user_id = slugs.unique(name.slug);
    let leads = staff.leads(row);
    let since = if row == 0 { FOUNDED } else { day(&mut Dice::of("join time", row), leads) };
    User {
        key: keys.users[row],
        email: format!("{user_id}@{DOMAIN}"),
        user_id,
        name: name.name,
        en_name: name.en_name,
        nickname: name.nickname,
        mobile: place.mobile(row, &mut Dice::of("mobile", row)),
        mobile_visible: !dice.permille(20),
        gender: match gender {
            _ if dice.permille(15) => 0,
            Gender::Male => 1,
            Gender::Female => 2,
        },
        departments: vec![home.map_or(ROOT, |at| keys.departments[at])],
        leader: staff.manager(nodes, row).map(|manager| keys.users[manager]),
        employee_type: if leads || home.is_none() { 1 } else { dice.weigh(&EMPLOYEE_TYPES) },
        employee_no: format!("E{:06}", row + 1),
        job_title: title(nodes, staff, row),
        city: place.city().to_owned(),
        country: place.country().to_owned(),
        work_station: work_station(row, place),
        join_time: Some(since),
        status: Status { joined: true, ..Status::default() },
        is_tenant_manager: row == 0,
        is_founder: row == 0,
        created: since * 1_000,
        ..User::default()
    }
}

fn title(nodes: &[Node], staff: &Staff, row: usize) -> String {
    let Some(at) = staff.home[row] else {
        return ["首席执行官", "首席技术官", "首席财务官", "首席运营官"]
            .get(row)
            .unwrap_or(&"员工")
            .to_string();
    };
    let abroad = nodes[at].place.is_some_and(|p| p.country() != "CN");
    let title = match (staff.chief(at) == Some(row), staff.leads(row), nodes[at].depth) {
        (true, _, 1) => "副总裁",
        (true, _, 2) if abroad => "Country Manager",
        (true, _, 2) => "总监",
        (true, _, 3) if abroad => "Manager",
        (true, _, 3) => "经理",
        (true, ..) => "组长",
        (false, true, _) => "副经理",
        (false, false, _) => {
            let titles: Vec<&str> = nodes[at].branch.titles.split_whitespace().collect();
            return Dice::of("title", row).pick(&titles).replace('_', " ");
        }
    };
    title.to_owned()
}

/// Building, floor and desk; one in five has no desk of their own.
fn work_station(row: usize, place: Place) -> String {
    let mut dice = Dice::of("work station", row);
    if dice.permille(200) {
        return String::new();
    }
    let (floor, desk) = (1 + dice.below(24), 1 + dice.below(180));
    match place.country() {
        "CN" => format!("{}座{floor}层{desk:03}", dice.pick(&["A", "B", "C"])),
        _ => format!("{floor}F-{desk:03}"),
    }
}
