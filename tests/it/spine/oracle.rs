//! Whether the sandbox's own store is the organisation, and nothing else: read from its rows, not over the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::org::{Key, Org};
use crate::support::operator::OPERATOR;

/// The rows of the store with the joins that a comparison needs.
pub(crate) struct Store<'d> {
    dump: &'d Value,
    /// Department number → department_id; the root is `root`.
    departments: BTreeMap<i64, &'d str>,
    /// User number → user_id.
    users: BTreeMap<i64, &'d str>,
}

/// The built-in employee types, by number.
const BUILT_IN: [&str; 5] = ["regular", "intern", "outsourced", "labour", "consultant"];

fn rows<'d>(dump: &'d Value, table: &str) -> Vec<(&'d str, &'d Value)> {
    dump[table].as_object().into_iter().flatten().map(|(k, v)| (k.as_str(), v)).collect()
}

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_default()
}

fn number(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap_or_default()
}

fn numbers(row: &Value) -> Vec<i64> {
    row.as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
}

impl<'d> Store<'d> {
    pub(crate) fn new(dump: &'d Value) -> Self {
        let mut departments: BTreeMap<i64, &str> = BTreeMap::from([(0, "root")]);
        for (_, row) in rows(dump, "departments") {
            departments.insert(number(row, "key"), text(row, "department_id"));
        }
        let users = rows(dump, "users").iter().map(|(_, u)| (number(u, "key"), text(u, "user_id"))).collect();
        Self { dump, departments, users }
    }

    fn user(&self, key: i64) -> String {
        self.users.get(&key).copied().unwrap_or("?").to_owned()
    }

    fn department(&self, key: i64) -> String {
        self.departments.get(&key).copied().unwrap_or("?").to_owned()
    }

    /// The department with this open id, which no row holds.
    fn opened(&self, id: &str) -> String {
        let tenant = larkctl::sandbox::world::TenantInfo::default().tenant_key;
        let is_it = |key: &i64| {
            u64::try_from(*key).is_ok_and(|key| larkctl::sandbox::world::opaque("od-", key, &[&tenant]) == id)
        };
        self.departments
            .keys()
            .find(|key| is_it(key))
            .map_or_else(|| "?".to_owned(), |key| self.department(*key))
    }

    /// Every way in which the store is not the organisation.
    pub(crate) fn differences(&self, org: &Org) -> Vec<String> {
        let mut d = Differences::default();
        self.catalogues(org, &mut d);
        self.tree(org, &mut d);
        self.people(org, &mut d);
        self.circles(org, &mut d);
        self.chats(org, &mut d);
        let (user, department) = (|key| self.user(key), |key| self.department(key));
        d.0.extend(super::mail::differences(self.dump, org, &user, &department));
        d.0.extend(super::notices::differences(self.dump, org));
        d.0.extend(super::rooms::differences(self.dump, org, &user, &department));
        d.0.extend(super::calendars::differences(self.dump, org, &user));
        d.0.extend(super::helpdesks::differences(self.dump, org, &|open| self.opened(open)));
        d.0.extend(super::attendance::differences(self.dump, org, &user, &department));
        d.0
    }

    fn catalogues(&self, org: &Org, d: &mut Differences) {
        let types: BTreeSet<&str> = rows(self.dump, "employee_types")
            .into_iter()
            .map(|(_, t)| t)
            .filter(|t| number(t, "value") > 5 && t["active"] == true && t["deleted"] != true)
            .map(|t| text(t, "content"))
            .collect();
        d.same("active employee types", &org.types.values().map(String::as_str).collect(), &types);
        let many = |table: &str, living: &dyn Fn(&Value) -> bool| {
            rows(self.dump, table).into_iter().filter(|(_, row)| living(row)).count()
        };
        // Sets of names would not see a double.
        let custom = |t: &Value| number(t, "value") > 5 && t["active"] == true && t["deleted"] != true;
        d.same("how many employee types", &org.types.len(), &many("employee_types", &custom));
        d.same("how many job levels", &org.levels.len(), &many("job_levels", &|_| true));
        let stands = |f: &Value| f["deleted"] != true;
        d.same("how many job families", &org.families.len(), &many("job_families", &stands));
        d.same("how many units", &org.units.len(), &many("units", &|_| true));
        d.same("how many departments", &org.departments.len(), &many("departments", &|_| true));
        d.same("how many groups", &org.groups.len(), &many("groups", &|_| true));
        d.same("how many roles", &org.roles.len(), &many("roles", &|_| true));
        let levels: BTreeMap<&str, i64> = rows(self.dump, "job_levels")
            .into_iter()
            .map(|(_, l)| (text(l, "name"), number(l, "order")))
            .collect();
        d.same("how many job levels", &org.levels.len(), &rows(self.dump, "job_levels").len());
        d.same("job levels", &org.levels.values().map(|(n, o)| (n.as_str(), *o)).collect(), &levels);
        let living =
            || rows(self.dump, "job_families").into_iter().map(|(_, f)| f).filter(|f| f["deleted"] != true);
        d.same("how many job families", &org.families.len(), &living().count());
        let name_of: BTreeMap<&str, &str> = living().map(|f| (text(f, "id"), text(f, "name"))).collect();
        let families: BTreeMap<&str, &str> = living()
            .map(|f| (text(f, "name"), name_of.get(text(f, "parent")).copied().unwrap_or_default()))
            .collect();
        let wanted = org.families.values().map(|(name, parent)| {
            (name.as_str(), parent.as_ref().map_or("", |p| org.families[p].0.as_str()))
        });
        d.same("job families and their parents", &wanted.collect(), &families);
        let units: BTreeSet<(&str, &str, &str)> = rows(self.dump, "units")
            .into_iter()
            .map(|(_, u)| (text(u, "unit_id"), text(u, "name"), text(u, "unit_type")))
            .collect();
        let wanted = org.units.iter().map(|(k, (name, ty))| (k.as_str(), name.as_str(), ty.as_str()));
        d.same("units", &wanted.collect(), &units);
    }

    fn tree(&self, org: &Org, d: &mut Differences) {
        let live: BTreeMap<&str, &Value> =
            rows(self.dump, "departments").into_iter().map(|(_, r)| (text(r, "department_id"), r)).collect();
        d.same(
            "departments",
            &org.departments.keys().map(String::as_str).collect(),
            &live.keys().copied().collect::<BTreeSet<_>>(),
        );
        for (key, want) in &org.departments {
            let Some(row) = live.get(key.as_str()) else { continue };
            let of = |what: &str| format!("department {key}: {what}");
            d.same(&of("name"), &want.name.as_str(), &text(row, "name"));
            d.same(
                &of("parent"),
                &want.parent.clone().unwrap_or("root".to_owned()),
                &self.department(number(row, "parent")),
            );
            if let Some(order) = want.order {
                d.same(&of("order"), &order, &number(row, "order"));
            }
            let leaders = row["leaders"].as_array().cloned().unwrap_or_default();
            let primary: Option<String> =
                leaders.iter().find(|l| l["primary"] == true).map(|l| self.user(number(l, "user")));
            let deputies: BTreeSet<String> = leaders
                .iter()
                .filter(|l| l["primary"] != true)
                .map(|l| self.user(number(l, "user")))
                .collect();
            d.same(&of("primary leader"), &want.leaders.first().cloned(), &primary);
            d.same(&of("deputies"), &want.leaders.iter().skip(1).cloned().collect(), &deputies);
            let hrbps: BTreeSet<Key> = numbers(&row["hrbps"]).into_iter().map(|u| self.user(u)).collect();
            d.same(&of("hrbps"), &want.hrbps, &hrbps);
            d.same(&of("unit"), &want.unit.clone(), &row["unit_id"].as_str().map(str::to_owned));
        }
    }

    fn people(&self, org: &Org, d: &mut Differences) {
        let living: Vec<&Value> = rows(self.dump, "users")
            .into_iter()
            .map(|(_, u)| u)
            .filter(|u| u["status"]["resigned"] != true && u["is_founder"] != true)
            .collect();
        // Whoever acts for the tests is in no manifest.
        let living: Vec<_> = living.into_iter().filter(|u| text(u, "user_id") != OPERATOR).collect();
        let live: BTreeMap<&str, &Value> = living.iter().map(|u| (text(u, "user_id"), *u)).collect();
        d.same("how many people", &org.users.len(), &living.len());
        d.same(
            "people",
            &org.users.keys().map(String::as_str).collect(),
            &live.keys().copied().collect::<BTreeSet<_>>(),
        );
        for (key, want) in &org.users {
            let Some(row) = live.get(key.as_str()) else { continue };
            let of = |what: &str| format!("user {key}: {what}");
            for (name, value) in [
                ("name", &want.name),
                ("mobile", &want.mobile),
                ("email", &want.email),
                ("employee_no", &want.number),
                ("job_title", &want.title),
            ] {
                d.same(&of(name), &value.as_str(), &text(row, name));
            }
            let places: Vec<String> =
                numbers(&row["departments"]).into_iter().map(|p| self.department(p)).collect();
            let wanted: Vec<String> =
                want.departments.iter().map(|p| p.clone().unwrap_or("root".to_owned())).collect();
            d.same(&of("departments"), &wanted.iter().collect::<BTreeSet<_>>(), &places.iter().collect());
            let orders = row["orders"].as_array().cloned().unwrap_or_default();
            if let Some(primary) = orders.iter().find(|o| o["primary"] == true) {
                d.same(
                    &of("primary department"),
                    &wanted[0],
                    &self.department(number(primary, "department")),
                );
            }
            d.same(&of("leader"), &want.leader, &row["leader"].as_i64().map(|u| self.user(u)));
            let dotted: BTreeSet<Key> =
                numbers(&row["dotted_line_leaders"]).into_iter().map(|u| self.user(u)).collect();
            d.same(&of("dotted-line leaders"), &want.dotted, &dotted);
            let kind = usize::try_from(number(row, "employee_type")).unwrap_or_default();
            let content = rows(self.dump, "employee_types")
                .into_iter()
                .find(|(_, t)| number(t, "value") == number(row, "employee_type"))
                .map(|(_, t)| text(t, "content"));
            let word = BUILT_IN.get(kind.wrapping_sub(1)).copied();
            match org.types.get(&want.kind) {
                Some(custom) => d.same(&of("employee type"), &Some(custom.as_str()), &content),
                None => d.same(&of("employee type"), &Some(want.kind.as_str()), &word),
            }
            let name_in = |table: &str, field: &str| {
                let id = text(row, field);
                let found = rows(self.dump, table).into_iter().find(|(_, l)| text(l, "id") == id);
                found.map(|(_, l)| text(l, "name").to_owned())
            };
            let level = want.level.as_ref().map(|l| org.levels[l].0.clone());
            d.same(&of("job level"), &level, &name_in("job_levels", "job_level_id"));
            let family = want.family.as_ref().map(|f| org.families[f].0.clone());
            d.same(&of("job family"), &family, &name_in("job_families", "job_family_id"));
        }
    }

    fn chats(&self, org: &Org, d: &mut Differences) {
        let people =
            |value: &Value| -> BTreeSet<Key> { numbers(value).into_iter().map(|k| self.user(k)).collect() };
        let mut seats: BTreeMap<&str, BTreeSet<Key>> = BTreeMap::new();
        for (seat, _) in rows(self.dump, "chat_members") {
            if let Some((chat, user)) = seat.rsplit_once('/') {
                seats.entry(chat).or_default().insert(self.user(user.parse().unwrap_or(-1)));
            }
        }
        let living: Vec<&Value> = rows(self.dump, "chats")
            .into_iter()
            .map(|(_, row)| row)
            .filter(|row| row["dissolved"] != true)
            .collect();
        d.same("how many chats", &org.chats.len(), &living.len());
        let live: BTreeMap<&str, &Value> = living.into_iter().map(|row| (text(row, "name"), row)).collect();
        for (key, want) in &org.chats {
            let of = |what: &str| format!("chat {key}: {what}");
            let Some(row) = live.get(want.name.as_str()) else {
                d.0.push(format!("chat {key}: there is none called {}", want.name));
                continue;
            };
            d.same(&of("description"), &want.description.as_str(), &text(row, "description"));
            let setting =
                |name: &str, default: &str| row["settings"][name].as_str().unwrap_or(default).to_owned();
            let kind = if want.public { "public" } else { "private" };
            d.same(&of("type"), &kind.to_owned(), &setting("chat_type", "private"));
            for switch in super::org::SWITCHES {
                let name = if switch == "invite" { "add_member_permission" } else { switch };
                let closed = want.closed.contains(switch);
                d.same(&of(switch), &closed, &(setting(name, "all_members") == "only_owner"));
            }
            let share = setting("share_card_permission", "allowed") == "not_allowed";
            d.same(&of("cards"), &want.closed.contains("invite"), &share);
            let owner = row["owner"]["user"].as_i64().map(|k| self.user(k));
            d.same(&of("owner"), &want.owner, &owner);
            let managers = people(&row["managers"]);
            if let Some(wanted) = &want.managers {
                d.same(&of("managers"), wanted, &managers);
            }
            let list = row["moderation"] == "moderator_list";
            d.same(&of("a list of speakers"), &want.speakers.is_some(), &list);
            let owners = want.owner.clone();
            if let Some(wanted) = &want.speakers {
                let with: BTreeSet<Key> = wanted.iter().chain(&owners).cloned().collect();
                let have: BTreeSet<Key> =
                    people(&row["moderators"]).into_iter().chain(owners.clone()).collect();
                d.same(&of("speakers"), &with, &have);
            }
            // Whoever has an office is in.
            let speakers = want.speakers.iter().flatten();
            let wanted =
                want.members.iter().chain(speakers).chain(&owners).chain(&managers).cloned().collect();
            let id = text(row, "chat_id");
            d.same(&of("members"), &wanted, seats.get(id).unwrap_or(&BTreeSet::new()));
        }
    }

    fn circles(&self, org: &Org, d: &mut Differences) {
        let mut seats: BTreeMap<String, BTreeSet<Key>> = BTreeMap::new();
        for (seat, _) in rows(self.dump, "group_members") {
            if let Some((group, user)) = seat.rsplit_once('/') {
                seats.entry(group.to_owned()).or_default().insert(self.user(user.parse().unwrap_or(-1)));
            }
        }
        let live: BTreeMap<&str, &Value> = rows(self.dump, "groups").into_iter().collect();
        d.same(
            "groups",
            &org.groups.keys().map(String::as_str).collect(),
            &live.keys().copied().collect::<BTreeSet<_>>(),
        );
        for (key, want) in &org.groups {
            let Some(row) = live.get(key.as_str()) else { continue };
            d.same(&format!("group {key}: name"), &want.name.as_str(), &text(row, "name"));
            d.same(
                &format!("group {key}: description"),
                &want.description.as_str(),
                &text(row, "description"),
            );
            d.same(
                &format!("group {key}: members"),
                &want.members,
                seats.get(key).unwrap_or(&BTreeSet::new()),
            );
        }
        let mut approvers: BTreeMap<String, BTreeMap<Key, BTreeSet<String>>> = BTreeMap::new();
        for (seat, row) in rows(self.dump, "role_members") {
            if let Some((role, user)) = seat.rsplit_once('/') {
                let part = row["scope"]["part"].as_array().cloned().unwrap_or_default();
                let scope = part.iter().filter_map(Value::as_i64).map(|k| self.department(k)).collect();
                let user = self.user(user.parse().unwrap_or(-1));
                approvers.entry(role.to_owned()).or_default().insert(user, scope);
            }
        }
        let live: BTreeMap<&str, &str> =
            rows(self.dump, "roles").into_iter().map(|(id, r)| (text(r, "name"), id)).collect();
        d.same("how many roles", &org.roles.len(), &rows(self.dump, "roles").len());
        d.same(
            "roles",
            &org.roles.values().map(|r| r.name.as_str()).collect(),
            &live.keys().copied().collect::<BTreeSet<_>>(),
        );
        for role in org.roles.values() {
            let have =
                live.get(role.name.as_str()).and_then(|id| approvers.get(*id)).cloned().unwrap_or_default();
            d.same(&format!("role {}: members and ranges", role.name), &role.members, &have);
        }
    }
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, want: &T, have: &T) {
        if want != have {
            self.0.push(format!("{what}: wanted {want:?}, the store has {have:?}"));
        }
    }
}
