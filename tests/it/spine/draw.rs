//! Random organisations, and random changes of one: moves and inversions of the tree, renames, swaps of names,
//! mobiles, addresses and order numbers, leaders, people in several departments, groups, roles, arrivals and
//! departures. Everything drawn is valid; what a tenant can never do (a job family back to the top level) is not.

use std::collections::{BTreeMap, BTreeSet};

use super::org::{Chat, Department, Group, Key, Org, Role, SWITCHES, User};

/// A small generator of its own, so that a seed means the same for ever.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xd1b5_4a32_d192_ed03)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Dice of their own for another matter; these go on as if nothing had been asked.
    pub(super) fn aside(&self, matter: u64) -> Self {
        Self(self.0 ^ 0x5851_f42d_4c95_7f2d_u64.wrapping_mul(matter))
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }

    pub(super) fn some(&mut self, from: &[Key], most: usize) -> BTreeSet<Key> {
        (0..self.below(most + 1)).filter_map(|_| self.pick(from).cloned()).collect()
    }
}

/// How large.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub departments: usize,
    pub users: usize,
    pub others: usize,
}

const NAMES: [&str; 8] = ["研发", "销售", "华东区", "Ops", "市场", "财务部", "平台组", "R&D-2"];
const BUILT_IN: [&str; 5] = ["regular", "intern", "outsourced", "labour", "consultant"];

/// The deepest department that contact allows.
const DEEPEST: usize = 25;

/// Draws a whole organisation.
pub(crate) fn org(dice: &mut Dice, size: Size) -> Org {
    let mut org = Org::default();
    for i in 0..dice.below(size.others + 1) {
        org.types.insert(format!("t{i}"), format!("类型{i}"));
    }
    for i in 0..dice.below(size.others + 1) {
        org.levels.insert(format!("l{i}"), (format!("P{i}"), 100 + 100 * i as i64));
    }
    for i in 0..dice.below(size.others + 1) {
        let parent = if i > 0 && dice.one_in(2) { Some(format!("f{}", dice.below(i))) } else { None };
        org.families.insert(format!("f{i}"), (format!("序列{i}"), parent));
    }
    for i in 0..dice.below(size.others + 1) {
        org.units.insert(format!("u{i}"), (format!("单位{i}"), "子公司".to_owned()));
    }
    let chain = dice.one_in(6);
    for i in 0..=dice.below(size.departments) {
        let parent = match i {
            0 => None,
            // Now and then a chain, so that the limit of depth comes into play.
            _ if chain && i < DEEPEST - 1 => Some(format!("d{}", i - 1)),
            _ if dice.one_in(4) => None,
            _ => Some(format!("d{}", dice.below(i))),
        };
        org.departments.insert(format!("d{i}"), Department { parent, ..Department::default() });
    }
    shallow(&mut org);
    for i in 0..=dice.below(size.users) {
        let user = User {
            name: format!("员工{i}"),
            mobile: format!("+86138{i:08}"),
            email: format!("u{i}@acme.example"),
            number: format!("N{i:04}"),
            ..User::default()
        };
        org.users.insert(format!("p{i}"), user);
    }
    names(dice, &mut org);
    relations(dice, &mut org);
    for i in 0..dice.below(4) {
        org.chats.insert(format!("c{i}"), Chat { name: format!("群聊{i}"), ..Chat::default() });
    }
    chats(dice, &mut org);
    super::mail::draw(dice.aside(1), &mut org);
    super::notices::draw(dice.aside(2), &mut org);
    super::rooms::draw(dice.aside(50), &mut org);
    super::calendars::draw(dice.aside(60), &mut org);
    super::helpdesks::draw(dice.aside(80), &mut org);
    super::service::draw(dice.aside(85), &mut org);
    super::attendance::draw(dice.aside(70), &mut org);
    org
}

/// Draws another organisation that grew out of this one.
pub(crate) fn change(dice: &mut Dice, from: &Org, size: Size) -> Org {
    let mut org = from.clone();
    leave_and_arrive(dice, &mut org, size);
    for _ in 0..dice.below(6) {
        transplant(dice, &mut org);
    }
    if dice.one_in(2) {
        invert(dice, &mut org);
    }
    shallow(&mut org);
    if dice.one_in(2) {
        names(dice, &mut org);
    }
    unique_names(&mut org);
    orders(dice, &mut org);
    permute(dice, &mut org);
    relations(dice, &mut org);
    let doomed: BTreeSet<Key> = org.chats.keys().filter(|_| dice.one_in(5)).cloned().collect();
    org.chats.retain(|key, _| !doomed.contains(key));
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        let chat = Chat { name: format!("新群{i}"), ..Chat::default() };
        org.chats.entry(format!("c{i}")).or_insert(chat);
    }
    rotate(dice, &mut org.chats, |chat| &mut chat.name);
    chats(dice, &mut org);
    super::mail::change(dice.aside(1), &mut org);
    super::notices::change(dice.aside(2), &mut org);
    super::rooms::change(dice.aside(50), &mut org);
    super::calendars::change(dice.aside(61), &mut org);
    super::helpdesks::change(dice.aside(81), &mut org);
    super::service::change(dice.aside(86), &mut org);
    super::attendance::change(dice.aside(70), &mut org);
    org
}

/// What chats are and who is in them, drawn anew.
fn chats(dice: &mut Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    for (key, chat) in &mut org.chats {
        chat.description = format!("{key} 的第 {} 稿", dice.below(3));
        chat.public = dice.one_in(3);
        chat.closed = SWITCHES.into_iter().filter(|_| dice.one_in(3)).collect();
        chat.members = dice.some(&people, 8);
        // What a person owns never comes back to the bot.
        if chat.owner.is_some() || dice.one_in(3) {
            chat.owner = dice.pick(&people).cloned();
        }
        // And then only that person could say who manages it.
        chat.managers = chat.owner.is_none().then(|| dice.some(&people, 3));
        chat.speakers = dice.one_in(2).then(|| dice.some(&people, 3));
    }
}

fn leave_and_arrive(dice: &mut Dice, org: &mut Org, size: Size) {
    let doomed: Vec<Key> = org.departments.keys().filter(|_| dice.one_in(6)).cloned().collect();
    for key in &doomed {
        if org.departments.len() == 1 {
            break;
        }
        let heir = org.departments.get(key).and_then(|d| d.parent.clone());
        org.departments.remove(key);
        // Children either go up to the grandparent, or anywhere else.
        for other in org.departments.values_mut().filter(|d| d.parent.as_ref() == Some(key)) {
            other.parent.clone_from(&heir);
        }
    }
    // The one before the last may have gone with them.
    while org.departments.is_empty() {
        org.departments.insert("d0".to_owned(), Department::default());
    }
    let living: BTreeSet<Key> = org.departments.keys().cloned().collect();
    for d in org.departments.values_mut() {
        if d.parent.as_ref().is_some_and(|p| !living.contains(p)) {
            d.parent = None;
        }
    }
    org.users =
        std::mem::take(&mut org.users).into_iter().filter(|(k, _)| k == "p0" || !dice.one_in(6)).collect();
    let arrivals = dice.below(4);
    for _ in 0..arrivals {
        let i = 100 + dice.below(900);
        org.departments.entry(format!("d{i}")).or_default();
        if org.users.len() < size.users + 4 {
            let user = User {
                name: format!("新人{i}"),
                mobile: format!("+86137{i:08}"),
                email: format!("n{i}@acme.example"),
                number: format!("M{i:04}"),
                ..User::default()
            };
            org.users.entry(format!("p{i}")).or_insert(user);
        }
        org.types.entry(format!("t{i}")).or_insert(format!("类型{i}"));
        org.levels.entry(format!("l{i}")).or_insert((format!("Q{i}"), 5000 + i as i64));
        org.families.entry(format!("f{i}")).or_insert((format!("序列{i}"), None));
        org.units.entry(format!("u{i}")).or_insert((format!("单位{i}"), "分公司".to_owned()));
    }
    let gone = |dice: &mut Dice, keys: Vec<Key>| -> BTreeSet<Key> {
        keys.into_iter().filter(|_| dice.one_in(6)).collect()
    };
    let doomed = gone(dice, org.types.keys().cloned().collect());
    org.types.retain(|k, _| !doomed.contains(k));
    let doomed = gone(dice, org.levels.keys().cloned().collect());
    org.levels.retain(|k, _| !doomed.contains(k));
    let doomed = gone(dice, org.units.keys().cloned().collect());
    org.units.retain(|k, _| !doomed.contains(k));
    let doomed = gone(dice, org.groups.keys().cloned().collect());
    org.groups.retain(|k, _| !doomed.contains(k));
    let doomed = gone(dice, org.roles.keys().cloned().collect());
    org.roles.retain(|k, _| !doomed.contains(k));
    // A family whose parent would go cannot move to the top level: it stays, and so does the parent.
    let parents: BTreeSet<Key> = org.families.values().filter_map(|(_, p)| p.clone()).collect();
    let doomed = gone(dice, org.families.keys().filter(|k| !parents.contains(*k)).cloned().collect());
    org.families.retain(|k, _| !doomed.contains(k));
}

/// Moves a department with everything below it to a place outside of itself.
fn transplant(dice: &mut Dice, org: &mut Org) {
    let keys: Vec<Key> = org.departments.keys().cloned().collect();
    let Some(key) = dice.pick(&keys).cloned() else { return };
    let target = if dice.one_in(4) { None } else { dice.pick(&keys).cloned() };
    if target.as_ref().is_some_and(|t| above(org, t).contains(&key)) {
        return;
    }
    if let Some(d) = org.departments.get_mut(&key) {
        d.parent = target;
    }
}

/// Turns a parent and its child over.
fn invert(dice: &mut Dice, org: &mut Org) {
    let children: Vec<Key> =
        org.departments.iter().filter(|(_, d)| d.parent.is_some()).map(|(k, _)| k.clone()).collect();
    let Some(child) = dice.pick(&children).cloned() else { return };
    let Some(parent) = org.departments[&child].parent.clone() else { return };
    let grandparent = org.departments.get(&parent).and_then(|d| d.parent.clone());
    org.departments.entry(child.clone()).and_modify(|d| d.parent = grandparent);
    org.departments.entry(parent).and_modify(|d| d.parent = Some(child));
}

/// A department with all that is above it.
fn above(org: &Org, key: &Key) -> Vec<Key> {
    let mut chain = vec![key.clone()];
    while let Some(parent) = chain.last().and_then(|k| org.departments.get(k)).and_then(|d| d.parent.clone())
    {
        if chain.len() > org.departments.len() {
            break;
        }
        chain.push(parent);
    }
    chain
}

/// Brings what became too deep to the top.
fn shallow(org: &mut Org) {
    let keys: Vec<Key> = org.departments.keys().cloned().collect();
    for key in keys {
        if above(org, &key).len() > DEEPEST {
            org.departments.entry(key).and_modify(|d| d.parent = None);
        }
    }
}

fn names(dice: &mut Dice, org: &mut Org) {
    for d in org.departments.values_mut() {
        d.name = NAMES[dice.below(NAMES.len())].to_owned();
    }
    unique_names(org);
}

/// Names are unique under a parent.
fn unique_names(org: &mut Org) {
    let mut taken: BTreeSet<(Option<Key>, String)> = BTreeSet::new();
    for (key, d) in &mut org.departments {
        if d.name.is_empty() || !taken.insert((d.parent.clone(), d.name.clone())) {
            d.name = format!("部门-{key}");
            taken.insert((d.parent.clone(), d.name.clone()));
        }
    }
}

/// Siblings get numbers, in a new order.
fn orders(dice: &mut Dice, org: &mut Org) {
    let mut siblings: BTreeMap<Option<Key>, Vec<Key>> = BTreeMap::new();
    for (key, d) in &org.departments {
        siblings.entry(d.parent.clone()).or_default().push(key.clone());
    }
    let numbered = dice.one_in(2);
    for mut keys in siblings.into_values() {
        dice.shuffle(&mut keys);
        for (i, key) in keys.into_iter().enumerate() {
            org.departments.entry(key).and_modify(|d| d.order = numbered.then_some(10 * (i as i64 + 1)));
        }
    }
}

/// Swaps and circles of unique values among those who hold them.
fn permute(dice: &mut Dice, org: &mut Org) {
    let mut chosen: Vec<Key> = org.users.keys().filter(|_| dice.one_in(3)).cloned().collect();
    dice.shuffle(&mut chosen);
    let held: Vec<User> = chosen.iter().map(|k| org.users[k].clone()).collect();
    let (mobiles, mails, numbers) = (dice.one_in(2), dice.one_in(2), dice.one_in(2));
    for (i, key) in chosen.iter().enumerate() {
        let next = &held[(i + 1) % held.len()];
        if let Some(user) = org.users.get_mut(key) {
            if mobiles {
                user.mobile.clone_from(&next.mobile);
            }
            if mails {
                user.email.clone_from(&next.email);
            }
            if numbers {
                user.number.clone_from(&next.number);
            }
        }
    }
    rotate(dice, &mut org.groups, |g| &mut g.name);
    rotate(dice, &mut org.roles, |r| &mut r.name);
    rotate(dice, &mut org.types, |t| t);
    rotate(dice, &mut org.levels, |l| &mut l.0);
    rotate(dice, &mut org.families, |f| &mut f.0);
    rotate(dice, &mut org.units, |u| &mut u.0);
    if dice.one_in(2) {
        let mut numbers: Vec<i64> = org.levels.values().map(|l| l.1).collect();
        dice.shuffle(&mut numbers);
        org.levels.values_mut().zip(numbers).for_each(|(l, n)| l.1 = n);
    }
}

fn rotate<T>(dice: &mut Dice, things: &mut BTreeMap<Key, T>, name: impl Fn(&mut T) -> &mut String) {
    if dice.one_in(2) || things.len() < 2 {
        return;
    }
    let mut names: Vec<String> = things.values_mut().map(|t| name(t).clone()).collect();
    names.rotate_left(1);
    things.values_mut().zip(names).for_each(|(t, n)| *name(t) = n);
}

/// Who leads, belongs, approves.
fn relations(dice: &mut Dice, org: &mut Org) {
    let departments: Vec<Key> = org.departments.keys().cloned().collect();
    let mut people: Vec<Key> = org.users.keys().cloned().collect();
    let units: Vec<Key> = org.units.keys().cloned().collect();
    for d in org.departments.values_mut() {
        let chosen = dice.some(&people, 3);
        d.leaders = chosen.into_iter().collect();
        dice.shuffle(&mut d.leaders);
        d.hrbps = dice.some(&people, 2);
        d.unit = if dice.one_in(3) { dice.pick(&units).cloned() } else { None };
    }
    let (levels, families): (Vec<Key>, Vec<Key>) =
        (org.levels.keys().cloned().collect(), org.families.keys().cloned().collect());
    let types: Vec<String> =
        BUILT_IN.iter().map(|t| (*t).to_owned()).chain(org.types.keys().cloned()).collect();
    // Whoever comes earlier may lead whoever comes later, so that nobody leads himself by a detour.
    dice.shuffle(&mut people);
    for (rank, key) in people.iter().enumerate() {
        let earlier = &people[..rank];
        let leader = if dice.one_in(3) { None } else { dice.pick(earlier).cloned() };
        let dotted = dice.some(earlier, 2);
        let mut places: Vec<Option<Key>> = Vec::new();
        for _ in 0..=dice.below(3) {
            let place = if dice.one_in(8) { None } else { dice.pick(&departments).cloned() };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let (level, family) = (dice.pick(&levels).cloned(), dice.pick(&families).cloned());
        let kind = dice.pick(&types).cloned().unwrap_or_default();
        let title = format!("岗位{}", dice.below(5));
        let heir = if key == "p0" { None } else { Some("p0".to_owned()) };
        if let Some(u) = org.users.get_mut(key) {
            let (keep_level, keep_family) = (dice.one_in(3), dice.one_in(3));
            u.departments = places;
            u.leader = leader;
            u.dotted = dotted;
            u.kind = kind;
            u.title = title;
            u.heir = heir;
            u.level = if keep_level { None } else { level };
            u.family = if keep_family { None } else { family };
        }
    }
    for i in 0..dice.below(4) {
        let group = org.groups.entry(format!("g{i}")).or_insert_with(|| Group {
            name: format!("组{i}"),
            description: format!("第 {i} 组"),
            members: BTreeSet::new(),
        });
        group.members = dice.some(&people, 6);
        let role = org
            .roles
            .entry(format!("r{i}"))
            .or_insert_with(|| Role { name: format!("角色{i}"), ..Role::default() });
        role.members = dice.some(&people, 4).into_iter().map(|k| (k, BTreeSet::new())).collect();
    }
    let living: BTreeSet<Key> = people.iter().cloned().collect();
    for group in org.groups.values_mut() {
        group.members.retain(|k| living.contains(k));
    }
    for role in org.roles.values_mut() {
        role.members.retain(|k, _| living.contains(k));
        for scope in role.members.values_mut() {
            *scope = dice.some(&departments, 3);
            // The range cannot be emptied once set.
            if scope.is_empty() {
                scope.extend(departments.first().cloned());
            }
        }
    }
}
