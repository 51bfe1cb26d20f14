//! The rows of an invented company.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::person::{self, Slugs};
use super::{Node, Staff};
use crate::sandbox::contact::directory::{Department, DepartmentKey, Leader, Order, ROOT, User, UserKey};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::seed::dice::Dice;
use crate::sandbox::seed::size::{MAX_MEMBERS, Size};
use crate::sandbox::seed::{DEPARTMENT_SEQUENCE, USER_SEQUENCE, ensure_labels as ensure};
use crate::sandbox::world::World;

/// Coprime to every number of users, being a prime beyond the largest: steps of it visit everybody once.
const STRIDE: usize = 7_368_787;

/// The row keys, drawn from the tenant's sequences.
pub(super) struct Keys {
    pub(super) departments: Vec<DepartmentKey>,
    pub(super) users: Vec<UserKey>,
}

impl Keys {
    pub(super) fn draw(world: &mut World, nodes: &[Node], users: usize) -> Self {
        Self {
            departments: nodes.iter().map(|_| world.next(DEPARTMENT_SEQUENCE)).collect(),
            users: (0..users).map(|_| world.next(USER_SEQUENCE)).collect(),
        }
    }
}

pub(super) fn departments(nodes: &[Node], staff: &Staff, keys: &Keys) -> Vec<Department> {
    let hr = partners(nodes, staff);
    let row = |(at, node): (usize, &Node)| {
        let named = node.depth <= 3 || Dice::of("department i18n", at).permille(600);
        let text = |name: &str| named.then(|| name.to_owned());
        let leader = |(i, person): (usize, &usize)| Leader { primary: i == 0, user: keys.users[*person] };
        Department {
            key: keys.departments[at],
            department_id: department_id(at, node),
            name: node.name.clone(),
            i18n_name: I18nName { zh_cn: text(&node.zh), ja_jp: text(&node.ja), en_us: text(&node.en) },
            parent: node.parent.map_or(ROOT, |p| keys.departments[p]),
            order: order(node),
            leaders: staff.leaders[at].iter().enumerate().map(leader).collect(),
            hrbps: hr.get(&at).map(|person| keys.users[*person]).into_iter().collect(),
            unit_id: None,
            chat_id: None,
            chat_employee_types: None,
            id_changes: 0,
            external: false,
            created: person::day(&mut Dice::of("department age", at), false) * 1_000,
        }
    };
    nodes.iter().enumerate().map(row).collect()
}

/// The branches are called by a word, the rest by a number.
fn department_id(at: usize, node: &Node) -> String {
    if node.depth == 1 { node.branch.slug.to_owned() } else { format!("D{:05}", at + 1) }
}

/// In steps of a hundred, so that there is room between siblings.
fn order(node: &Node) -> i64 {
    i64::try_from(node.rank + 1).unwrap_or(i64::MAX).saturating_mul(100)
}

/// Each branch has a partner in HR, if HR has people besides its head.
fn partners(nodes: &[Node], staff: &Staff) -> HashMap<usize, usize> {
    let people: Vec<usize> = nodes
        .iter()
        .zip(&staff.rows)
        .filter(|(node, _)| node.branch.slug == "hr")
        .flat_map(|(_, people)| people.clone().take(4))
        .collect();
    let branches = nodes.iter().enumerate().filter(|(_, n)| n.depth == 1 && n.branch.slug != "hr");
    branches.zip(people.iter().skip(1).cycle()).map(|((at, _), person)| (at, *person)).collect()
}

pub(super) fn users(nodes: &[Node], staff: &Staff, keys: &Keys, size: Size) -> Vec<User> {
    let mut slugs = Slugs::default();
    let mut room: Vec<usize> = staff.rows.iter().map(|people| MAX_MEMBERS - people.len()).collect();
    let needed = needed(nodes, staff);
    let invited = invited(&needed, size);
    (0..size.users)
        .map(|row| {
            let mut user = person::row(nodes, staff, keys, row, &mut slugs);
            if invited.contains(&row) {
                user.status.joined = false;
            } else if !needed.contains(&row) {
                user.status.frozen = Dice::of("frozen", row).permille(4);
            }
            second_department(nodes, staff, keys, row, &mut room, &mut user);
            user
        })
        .collect()
}

/// People in a role that only active people may hold.
fn needed(nodes: &[Node], staff: &Staff) -> HashSet<usize> {
    let leaders = staff.leaders.iter().flatten().copied();
    leaders.chain(partners(nodes, staff).into_values()).chain(0..staff.board.min(4)).collect()
}

/// Who has not joined yet, scattered over the company; as many as were asked for, or all that can be spared.
fn invited(needed: &HashSet<usize>, size: Size) -> HashSet<usize> {
    let scattered = (0..size.users).map(|i| i * STRIDE % size.users);
    scattered.filter(|row| !needed.contains(row)).take(size.invited).collect()
}

/// Three of a hundred work for a second department too, and report to its leader by a dotted line.
fn second_department(
    nodes: &[Node],
    staff: &Staff,
    keys: &Keys,
    row: usize,
    room: &mut [usize],
    user: &mut User,
) {
    let mut dice = Dice::of("second department", row);
    let Some(home) = staff.home[row].filter(|_| dice.permille(30)) else { return };
    let other = dice.below(nodes.len());
    if other == home || room[other] == 0 {
        return;
    }
    room[other] -= 1;
    user.departments.push(keys.departments[other]);
    let order = |department, rank: i64| Order {
        department: keys.departments[department],
        user_order: 0,
        department_order: rank,
        primary: rank > 0,
    };
    user.orders = vec![order(home, 1), order(other, 0)];
    let chief = staff.chief(other).map(|person| keys.users[person]);
    user.dotted_line_leaders =
        chief.filter(|c| *c != user.key && Some(*c) != user.leader).into_iter().collect();
}

/// Makes the job titles and cities that the people have.
pub(super) fn ensure_labels(world: &mut World, users: &[User]) {
    let titles: BTreeSet<&str> = users.iter().map(|u| u.job_title.as_str()).collect();
    let cities: BTreeSet<&str> = users.iter().map(|u| u.city.as_str()).collect();
    ensure(world, titles, cities);
}
