//! A tenant's store as a manifest that holds exactly it: every attribute that is modelled and not empty.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// People in one file.
const PER_FILE: usize = 5_000;

const TYPES: [&str; 5] = ["regular", "intern", "outsourced", "labour", "consultant"];
const GENDERS: [&str; 4] = ["private", "male", "female", "other"];
const TEXTS: [&str; 12] = [
    "name",
    "en_name",
    "nickname",
    "mobile",
    "email",
    "employee_no",
    "job_title",
    "city",
    "country",
    "work_station",
    "enterprise_email",
    "geo",
];

/// Everything that stands in the dump, ready to be written as YAML.
struct Tenant<'d> {
    dump: &'d Value,
    departments: BTreeMap<i64, String>,
    users: BTreeMap<i64, String>,
}

/// Writes the manifest into a folder and gives its size in bytes.
pub(crate) fn write(dump: &Value, folder: &Path) -> usize {
    std::fs::create_dir_all(folder).expect("folder");
    let keys = |table: &str, id: &str| {
        rows(dump, table).map(|(_, r)| (number(&r["key"]), text(r, id).to_owned())).collect()
    };
    let mut departments: BTreeMap<i64, String> = keys("departments", "department_id");
    departments.insert(0, "root".to_owned());
    let tenant = Tenant { dump, departments, users: keys("users", "user_id") };
    let mut files =
        vec![("departments".to_owned(), tenant.departments()), ("groups".to_owned(), tenant.groups())];
    files.extend(tenant.people().into_iter().enumerate().map(|(n, text)| (format!("users-{n:04}"), text)));
    let mut bytes = 0;
    for (name, text) in files {
        bytes += text.len();
        std::fs::write(folder.join(format!("{name}.yaml")), text).expect("file");
    }
    bytes
}

impl Tenant<'_> {
    fn departments(&self) -> String {
        let mut out = String::from("version: 1\ndepartments:\n");
        for (_, row) in rows(self.dump, "departments") {
            let _ = writeln!(out, "  {}:", quoted(text(row, "department_id")));
            field(&mut out, "name", &quoted(text(row, "name")));
            field(&mut out, "parent", &quoted(&self.departments[&number(&row["parent"])]));
            field(&mut out, "order", &number(&row["order"]).to_string());
            let names = row["i18n_name"].as_object().into_iter().flatten();
            let names: Vec<String> = names.map(|(l, n)| format!("{l}: {n}")).collect();
            if !names.is_empty() {
                field(&mut out, "i18n_name", &format!("{{{}}}", names.join(", ")));
            }
            let leaders: Vec<&Value> = row["leaders"].as_array().into_iter().flatten().collect();
            if let Some(primary) = leaders.iter().find(|l| l["primary"] == true) {
                let deputies = leaders.iter().filter(|l| l["primary"] != true).map(|l| &l["user"]);
                let primary = quoted(&self.users[&number(&primary["user"])]);
                field(
                    &mut out,
                    "leaders",
                    &format!("{{primary: {primary}, deputies: {}}}", self.people_of(deputies)),
                );
            }
            let partners: Vec<&Value> = row["hrbps"].as_array().into_iter().flatten().collect();
            if !partners.is_empty() {
                field(&mut out, "hrbps", &self.people_of(partners.into_iter()));
            }
        }
        out
    }

    fn people(&self) -> Vec<String> {
        let mut files = Vec::new();
        for (n, (_, row)) in rows(self.dump, "users").enumerate() {
            if n % PER_FILE == 0 {
                files.push(String::from("version: 1\nusers:\n"));
            }
            if let Some(out) = files.last_mut() {
                self.person(row, out);
            }
        }
        files
    }

    fn person(&self, row: &Value, out: &mut String) {
        let _ = writeln!(out, "  {}:", quoted(text(row, "user_id")));
        for name in TEXTS {
            if !text(row, name).is_empty() {
                field(out, name, &quoted(text(row, name)));
            }
        }
        field(out, "mobile_visible", &row["mobile_visible"].to_string());
        field(out, "frozen", &(row["status"]["frozen"] == true).to_string());
        let word = |words: &[&str], at: i64| {
            usize::try_from(at).ok().and_then(|at| words.get(at).map(|w| (*w).to_owned()))
        };
        field(out, "gender", &word(&GENDERS, number(&row["gender"])).unwrap_or_default());
        field(out, "employee_type", &word(&TYPES, number(&row["employee_type"]) - 1).unwrap_or_default());
        let mut places: Vec<i64> = row["departments"].as_array().into_iter().flatten().map(number).collect();
        let primary = row["orders"].as_array().into_iter().flatten().find(|o| o["primary"] == true);
        let primary = primary.map(|o| number(&o["department"]));
        places.sort_by_key(|place| Some(*place) != primary);
        let places: Vec<String> = places.iter().map(|p| quoted(&self.departments[p])).collect();
        field(out, "departments", &format!("[{}]", places.join(", ")));
        if let Some(leader) = row["leader"].as_i64() {
            field(out, "leader", &quoted(&self.users[&leader]));
        }
        let dotted: Vec<&Value> = row["dotted_line_leaders"].as_array().into_iter().flatten().collect();
        if !dotted.is_empty() {
            field(out, "dotted_line", &self.people_of(dotted.into_iter()));
        }
        if let Some(since) = row["join_time"].as_i64() {
            let moment = jiff::Timestamp::from_second(since).expect("moment");
            let day = moment.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
            field(out, "join_date", &day.to_string());
        }
    }

    fn groups(&self) -> String {
        let mut members: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (seat, _) in rows(self.dump, "group_members") {
            if let Some((group, user)) = seat.rsplit_once('/') {
                let user = &self.users[&user.parse().expect("a user's key")];
                members.entry(group).or_default().push(quoted(user));
            }
        }
        let mut out = String::from("version: 1\nuser_groups:\n");
        for (id, row) in rows(self.dump, "groups").filter(|(_, row)| row["kind"] == "normal") {
            let _ = writeln!(out, "  {}:", quoted(id));
            field(&mut out, "name", &quoted(text(row, "name")));
            if !text(row, "description").is_empty() {
                field(&mut out, "description", &quoted(text(row, "description")));
            }
            let people = members.get(id).cloned().unwrap_or_default();
            field(&mut out, "members", &format!("[{}]", people.join(", ")));
        }
        out
    }

    fn people_of<'v>(&self, keys: impl Iterator<Item = &'v Value>) -> String {
        let names: Vec<String> = keys.map(|key| quoted(&self.users[&number(key)])).collect();
        format!("[{}]", names.join(", "))
    }
}

fn rows<'d>(dump: &'d Value, table: &str) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
    dump[table].as_object().into_iter().flatten().map(|(key, row)| (key.as_str(), row))
}

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_default()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// JSON's double quotes are YAML's too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn field(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "    {name}: {value}");
}
