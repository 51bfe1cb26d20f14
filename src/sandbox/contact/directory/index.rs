//! The rows of departments and people, and what is derived from them.
//!
//! Rows are replaced whole, through `put_…` and `remove_…`: that is what keeps the indexes right.

use std::collections::{BTreeSet, HashMap};

use super::{Department, DepartmentKey, ROOT, User, UserKey};
use crate::sandbox::world::{Millis, Stored, Table};

#[derive(Debug, Default)]
pub struct Directory {
    departments: Table<Department>,
    users: Table<User>,
    index: Index,
}

#[derive(Debug, Default)]
struct Index {
    /// Living departments by their custom id, lower-cased.
    by_department_id: HashMap<String, DepartmentKey>,
    /// Children in listing order: by `order`, then age.
    children: HashMap<DepartmentKey, BTreeSet<(i64, DepartmentKey)>>,
    /// Direct members of each department, the resigned ones excluded.
    members: HashMap<DepartmentKey, BTreeSet<UserKey>>,
    /// Holders of values that are unique among people who have not resigned.
    holders: HashMap<(Unique, String), UserKey>,
    /// Who reports to a person (directly or by a dotted line).
    reports: HashMap<UserKey, BTreeSet<UserKey>>,
    /// Which departments a person leads or serves as HR partner.
    serves: HashMap<UserKey, BTreeSet<DepartmentKey>>,
    /// People who have not resigned.
    living: usize,
    /// The last who resigned with a user_id.
    gone: HashMap<String, UserKey>,
    /// Invited people who have not joined, oldest first.
    invited: BTreeSet<UserKey>,
    /// Who left by themselves and is not resigned yet.
    exited: BTreeSet<UserKey>,
    /// Departments that changed, or whose people did, since somebody asked.
    touched: BTreeSet<DepartmentKey>,
}

/// Values that no two people of the tenant may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unique {
    UserId,
    Mobile,
    Email,
    EnterpriseEmail,
    EmployeeNo,
}

impl Directory {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.departments, &mut self.users]
    }

    pub fn reindex(&mut self) {
        self.index = Index::default();
        for department in self.departments.values() {
            self.index.add_department(department);
        }
        for user in self.users.values() {
            self.index.add_user(user);
        }
    }

    /// Departments that changed, or whose people did, since the last call.
    pub fn take_touched(&mut self) -> BTreeSet<DepartmentKey> {
        std::mem::take(&mut self.index.touched)
    }

    // ----- departments

    pub fn department(&self, key: DepartmentKey) -> Option<&Department> {
        self.departments.get(&key)
    }

    /// All living departments, oldest first.
    pub fn departments(&self) -> impl DoubleEndedIterator<Item = &Department> {
        self.departments.values()
    }

    pub fn department_count(&self) -> usize {
        self.departments.len()
    }

    pub fn department_by_id(&self, department_id: &str) -> Option<DepartmentKey> {
        self.index.by_department_id.get(&department_id.to_lowercase()).copied()
    }

    /// Direct sub-departments in listing order.
    pub fn children(&self, key: DepartmentKey) -> impl DoubleEndedIterator<Item = &Department> {
        self.index
            .children
            .get(&key)
            .into_iter()
            .flatten()
            .filter_map(|(_, child)| self.departments.get(child))
    }

    pub fn child_count(&self, key: DepartmentKey) -> usize {
        self.index.children.get(&key).map_or(0, BTreeSet::len)
    }

    /// The department and everything below it, top down, in listing order. The root itself is not included.
    pub fn subtree(&self, key: DepartmentKey) -> Vec<&Department> {
        let mut found = Vec::new();
        let mut queue = std::collections::VecDeque::from([key]);
        while let Some(at) = queue.pop_front() {
            found.extend(self.departments.get(&at));
            queue.extend(self.children(at).map(|d| d.key));
        }
        found
    }

    /// The department, its parent, and so on up to (not including) the root.
    pub fn ancestry(&self, key: DepartmentKey) -> impl Iterator<Item = DepartmentKey> + '_ {
        let start = self.departments.get(&key).map(|d| d.key);
        std::iter::successors(start, |at| {
            self.departments.get(at).map(|d| d.parent).filter(|parent| *parent != ROOT)
        })
    }

    /// Levels from the root to the department; the root has none.
    pub fn depth(&self, key: DepartmentKey) -> usize {
        self.ancestry(key).count()
    }

    /// Levels below the department, itself included.
    pub fn height(&self, key: DepartmentKey) -> usize {
        let mut level: Vec<DepartmentKey> = vec![key];
        let mut height = 0;
        while !level.is_empty() {
            height += 1;
            level = level.iter().flat_map(|d| self.children(*d).map(|c| c.key)).collect();
        }
        height
    }

    /// Inserts or replaces.
    pub fn put_department(&mut self, department: Department) {
        if let Some(old) = self.departments.get(&department.key) {
            self.index.drop_department(old);
        }
        self.index.add_department(&department);
        self.departments.insert(department.key, department);
    }

    pub fn remove_department(&mut self, key: DepartmentKey) {
        if let Some(old) = self.departments.remove(&key) {
            self.index.drop_department(&old);
        }
    }

    // ----- people

    pub fn user(&self, key: UserKey) -> Option<&User> {
        self.users.get(&key)
    }

    /// Everybody who ever was, oldest first.
    pub fn users(&self) -> impl DoubleEndedIterator<Item = &User> {
        self.users.values()
    }

    /// People who have not resigned.
    pub fn user_count(&self) -> usize {
        self.index.living
    }

    /// Who holds a user_id now.
    pub fn user_by_id(&self, user_id: &str) -> Option<UserKey> {
        self.holder(Unique::UserId, user_id)
    }

    /// Who resigned last with a user_id; they stay readable by it until somebody else takes it.
    pub fn resigned_by_id(&self, user_id: &str) -> Option<UserKey> {
        self.index.gone.get(user_id).copied()
    }

    /// Who holds a unique value now.
    pub fn holder(&self, unique: Unique, value: &str) -> Option<UserKey> {
        self.index.holders.get(&(unique, unique.fold(value))).copied()
    }

    /// Direct members in listing order, the resigned ones excluded.
    pub fn members(&self, key: DepartmentKey) -> impl DoubleEndedIterator<Item = &User> {
        self.index.members.get(&key).into_iter().flatten().filter_map(|u| self.users.get(u))
    }

    pub fn member_count(&self, key: DepartmentKey) -> usize {
        self.index.members.get(&key).map_or(0, BTreeSet::len)
    }

    /// Who reports to a person, directly or by a dotted line.
    pub fn reports(&self, key: UserKey) -> Vec<UserKey> {
        self.index.reports.get(&key).map(|s| s.iter().copied().collect()).unwrap_or_default()
    }

    /// Departments that a person leads or serves as HR partner.
    pub fn serves(&self, key: UserKey) -> Vec<DepartmentKey> {
        self.index.serves.get(&key).map(|s| s.iter().copied().collect()).unwrap_or_default()
    }

    /// Who left by themselves up to then and is not resigned yet.
    pub fn exited_before(&self, then: Millis) -> Vec<UserKey> {
        let due = |key: &&UserKey| self.users.get(key).is_some_and(|u| u.exited_at.unwrap_or(0) <= then);
        self.index.exited.iter().filter(due).copied().collect()
    }

    /// Everybody who was invited up to then has joined.
    pub fn join_invited_before(&mut self, then: Millis) {
        let due = |key: &&UserKey| self.users.get(key).is_some_and(|u| u.created <= then);
        let joining: Vec<UserKey> = self.index.invited.iter().take_while(due).copied().collect();
        for key in joining {
            if let Some(mut user) = self.users.get(&key).cloned() {
                user.status.joined = true;
                self.put_user(user);
            }
        }
    }

    /// Inserts or replaces.
    pub fn put_user(&mut self, user: User) {
        if let Some(old) = self.users.get(&user.key) {
            self.index.drop_user(old);
        }
        self.index.add_user(&user);
        self.users.insert(user.key, user);
    }
}

impl Unique {
    /// Addresses are compared without regard to case.
    fn fold(self, value: &str) -> String {
        match self {
            Self::Email | Self::EnterpriseEmail => value.to_lowercase(),
            Self::UserId | Self::Mobile | Self::EmployeeNo => value.to_owned(),
        }
    }

    fn of(user: &User) -> [(Self, &str); 5] {
        [
            (Self::UserId, &user.user_id),
            (Self::Mobile, &user.mobile),
            (Self::Email, &user.email),
            (Self::EnterpriseEmail, &user.enterprise_email),
            (Self::EmployeeNo, &user.employee_no),
        ]
    }
}

impl Index {
    fn add_department(&mut self, d: &Department) {
        self.touched.extend([d.key, d.parent]);
        self.by_department_id.insert(d.department_id.to_lowercase(), d.key);
        self.children.entry(d.parent).or_default().insert((d.order, d.key));
        for user in d.leaders.iter().map(|l| l.user).chain(d.hrbps.iter().copied()) {
            self.serves.entry(user).or_default().insert(d.key);
        }
    }

    fn drop_department(&mut self, d: &Department) {
        self.touched.extend([d.key, d.parent]);
        self.by_department_id.remove(&d.department_id.to_lowercase());
        forget(&mut self.children, d.parent, &(d.order, d.key));
        for user in d.leaders.iter().map(|l| l.user).chain(d.hrbps.iter().copied()) {
            forget(&mut self.serves, user, &d.key);
        }
    }

    fn add_user(&mut self, u: &User) {
        self.touched.extend(&u.departments);
        if u.is_gone() {
            self.gone.insert(u.user_id.clone(), u.key);
            return;
        }
        self.living += 1;
        if !u.status.joined {
            self.invited.insert(u.key);
        }
        if u.status.exited {
            self.exited.insert(u.key);
        }
        for department in &u.departments {
            self.members.entry(*department).or_default().insert(u.key);
        }
        for (unique, value) in Unique::of(u).into_iter().filter(|(_, v)| !v.is_empty()) {
            self.holders.insert((unique, unique.fold(value)), u.key);
        }
        for leader in u.leader.iter().chain(&u.dotted_line_leaders) {
            self.reports.entry(*leader).or_default().insert(u.key);
        }
    }

    fn drop_user(&mut self, u: &User) {
        self.touched.extend(&u.departments);
        if u.is_gone() {
            if self.gone.get(&u.user_id) == Some(&u.key) {
                self.gone.remove(&u.user_id);
            }
            return;
        }
        self.living -= 1;
        self.invited.remove(&u.key);
        self.exited.remove(&u.key);
        for department in &u.departments {
            forget(&mut self.members, *department, &u.key);
        }
        for (unique, value) in Unique::of(u).into_iter().filter(|(_, v)| !v.is_empty()) {
            self.holders.remove(&(unique, unique.fold(value)));
        }
        for leader in u.leader.iter().chain(&u.dotted_line_leaders) {
            forget(&mut self.reports, *leader, &u.key);
        }
    }
}

fn forget<V: Ord>(map: &mut HashMap<u64, BTreeSet<V>>, key: u64, value: &V) {
    if let Some(set) = map.get_mut(&key) {
        set.remove(value);
        if set.is_empty() {
            map.remove(&key);
        }
    }
}
