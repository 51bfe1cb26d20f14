//! Ticket fields, skills and schedules of the helpdesks in random organisations: fields that change rows, types and
//! options, skills that swap their names and rules, agents who come, go and change places. Drawn beside the rest, from
//! dice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::draw::Dice;
use super::org::{Key, Org, list};

#[derive(Debug, Clone, Default)]
pub(crate) struct Service {
    pub fields: BTreeMap<Key, Field>,
    pub skills: BTreeMap<Key, Skill>,
    pub agents: BTreeMap<Key, Agent>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub key_name: String,
    pub name: String,
    /// A place in [`TYPES`].
    pub kind: usize,
    pub multiple: bool,
    pub described: bool,
    pub visible: bool,
    pub required: bool,
    pub row: Option<usize>,
    pub options: Vec<Choice>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Choice {
    pub name: String,
    pub tag: Option<String>,
    pub inner: Vec<Choice>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Skill {
    pub name: String,
    pub rules: BTreeSet<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// Any of them, or none.
    Departments(bool, BTreeSet<Key>),
    /// In the API's words.
    Raw(usize),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Agent {
    pub user: Key,
    /// Places in [`HOURS`].
    pub hours: BTreeSet<usize>,
    pub skills: BTreeSet<Key>,
}

const TYPES: [&str; 4] = ["string", "multiline", "dropdown", "dropdown_nested"];
const NAMES: [&str; 6] = ["甲", "乙", "丙", "丁", "戊", "己"];
/// In YAML, and as the store has them: minutes, and the number of the days. No two overlap.
const HOURS: [(&str, &str); 4] = [
    ("{ days: weekdays, from: \"9:00\", to: \"12:00\" }", "10 540-720"),
    ("{ days: [tue, thu], from: \"13:00\", to: \"24:00\" }", "2 780-1440,4 780-1440"),
    ("{ days: weekend, from: \"00:00\", to: \"08:30\" }", "11 0-510"),
    ("{ days: every_day, from: \"12:00\", to: \"12:30\" }", "9 720-750"),
];

fn raw(n: usize) -> (i64, Value) {
    (if n.is_multiple_of(2) { 7 } else { 8 }, json!({ "languages": [n, { "deep": "zh_cn" }], "other": true }))
}

pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    for key in org.desks.keys().cloned().collect::<Vec<_>>() {
        let mut service = Service::default();
        for i in 0..1 + dice.below(5) {
            service.fields.entry(format!("k{i}")).or_insert_with(|| field(dice, i));
        }
        for i in 0..1 + dice.below(3) {
            service.skills.insert(format!("s{i}"), Skill { name: format!("技{i}"), ..Skill::default() });
        }
        details(dice, org, &mut service);
        org.desks.get_mut(&key).expect("a desk").service = service;
    }
}

fn field(dice: &mut Dice, i: usize) -> Field {
    let kind = dice.below(TYPES.len());
    let mut field = Field { key_name: format!("key {i}"), name: format!("栏{i}"), kind, ..Field::default() };
    field.multiple = dice.one_in(2);
    choices(dice, &mut field);
    field
}

/// Other options: some stay, some come, in another order; a tag that was written stays with its option.
fn choices(dice: &mut Dice, field: &mut Field) {
    let levels = [0, 0, 1, 3][field.kind];
    fn some(dice: &mut Dice, left: usize, before: &[Choice], taken: &mut BTreeSet<String>) -> Vec<Choice> {
        if left == 0 {
            return Vec::new();
        }
        let mut names: Vec<&str> = NAMES.to_vec();
        dice.shuffle(&mut names);
        names.truncate(1 + dice.below(3));
        let one = |name: &&str| {
            let old = before.iter().find(|choice| choice.name == **name);
            let tag = old.map_or_else(
                || dice.one_in(3).then(|| format!("tag {}", dice.below(100_000))),
                |old| old.tag.clone(),
            );
            let tag = tag.filter(|tag| taken.insert(tag.clone()));
            let inner = if dice.one_in(2) {
                some(dice, left - 1, old.map_or(&[], |old| &old.inner), taken)
            } else {
                Vec::new()
            };
            Choice { name: (*name).to_owned(), tag, inner }
        };
        names.iter().map(one).collect()
    }
    field.options = some(dice, levels, &field.options.clone(), &mut BTreeSet::new());
}

/// Changes what is in the helpdesks of an organisation whose people have changed already.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    for key in org.desks.keys().cloned().collect::<Vec<_>>() {
        let mut service = std::mem::take(&mut org.desks.get_mut(&key).expect("a desk").service);
        service.fields.retain(|_, _| !dice.one_in(4));
        for _ in 0..1 + dice.below(2) {
            let i = 100 + dice.below(900);
            service.fields.entry(format!("k{i}")).or_insert_with(|| field(dice, i));
        }
        for field in service.fields.values_mut() {
            if dice.one_in(3) {
                field.name = format!("栏-{}", dice.below(1000));
            }
            if dice.one_in(3) {
                choices(dice, field);
            }
            if dice.one_in(6) {
                field.kind = dice.below(TYPES.len());
                choices(dice, field);
            }
        }
        swap(dice, &mut service.fields, |field| &mut field.key_name);
        service.skills.retain(|_, _| !dice.one_in(4));
        let i = 100 + dice.below(900);
        service.skills.insert(format!("s{i}"), Skill { name: format!("技{i}"), ..Skill::default() });
        swap(dice, &mut service.skills, |skill| &mut skill.name);
        // Somebody else serves under the same key, also with each other's.
        swap(dice, &mut service.agents, |agent| &mut agent.user);
        service.agents.retain(|_, agent| org.users.contains_key(&agent.user) && !dice.one_in(4));
        details(dice, org, &mut service);
        org.desks.get_mut(&key).expect("a desk").service = service;
    }
}

fn swap<T>(dice: &mut Dice, things: &mut BTreeMap<Key, T>, part: impl Fn(&mut T) -> &mut String) {
    if things.len() < 2 || dice.one_in(2) {
        return;
    }
    let mut parts: Vec<String> = things.values_mut().map(|thing| part(thing).clone()).collect();
    parts.rotate_left(1);
    things.values_mut().zip(parts).for_each(|(thing, other)| *part(thing) = other);
}

fn details(dice: &mut Dice, org: &Org, service: &mut Service) {
    let mut rows: Vec<usize> = (0..service.fields.len()).map(|n| 1 + n * (1 + dice.below(3))).collect();
    rows.sort_unstable();
    rows.dedup();
    dice.shuffle(&mut rows);
    for field in service.fields.values_mut() {
        field.row = if dice.one_in(4) { None } else { rows.pop() };
        (field.described, field.visible, field.required) = (dice.one_in(2), dice.one_in(2), dice.one_in(2));
    }
    let departments: Vec<Key> = org.departments.keys().cloned().collect();
    for skill in service.skills.values_mut() {
        if dice.one_in(2) {
            continue;
        }
        skill.rules.clear();
        for _ in 0..dice.below(3) {
            let chosen = dice.some(&departments, 3);
            skill.rules.insert(if chosen.is_empty() {
                Rule::Raw(dice.below(4))
            } else {
                Rule::Departments(dice.one_in(2), chosen)
            });
        }
    }
    for skill in service.skills.values_mut() {
        let living = |key: &Key| org.departments.contains_key(key);
        let rules = std::mem::take(&mut skill.rules).into_iter().filter(|rule| match rule {
            Rule::Departments(_, keys) => keys.iter().all(living),
            Rule::Raw(_) => true,
        });
        skill.rules = rules.collect();
    }
    let people: Vec<Key> = org.users.keys().cloned().collect();
    // Somebody new serves in any case.
    let idle: Vec<Key> = people
        .iter()
        .filter(|key| service.agents.values().all(|agent| agent.user != **key))
        .cloned()
        .collect();
    let first = idle.get(dice.below(idle.len())).cloned();
    for user in first.into_iter().chain(dice.some(&people, 2)) {
        if service.agents.values().all(|agent| agent.user != user) {
            service.agents.entry(format!("a{user}")).or_insert(Agent { user, ..Agent::default() });
        }
    }
    let skills: Vec<Key> = service.skills.keys().cloned().collect();
    for agent in service.agents.values_mut() {
        if dice.one_in(2) {
            agent.hours = (0..HOURS.len()).filter(|_| dice.one_in(2)).collect();
            agent.skills = dice.some(&skills, 2);
        }
        agent.skills.retain(|key| service.skills.contains_key(key));
    }
}

/// Whether a desk's part of the manifest has this.
pub(crate) fn declares(service: &Service, kind: &str, key: &str) -> bool {
    match kind {
        "helpdesk/ticket_field" => service.fields.contains_key(key),
        "helpdesk/skill" => service.skills.contains_key(key),
        "helpdesk/schedule" => service.agents.contains_key(key),
        _ => false,
    }
}

/// Below a desk.
pub(crate) fn yaml(service: &Service) -> String {
    let mut y = String::new();
    if !service.fields.is_empty() {
        y.push_str("    ticket_fields:\n");
    }
    for (key, f) in &service.fields {
        let _ = write!(
            y,
            "      {key}: {{ key_name: {}, name: {}, type: {}, description: \"{}\", visible: {}, required: {}, drop_options: true",
            f.key_name,
            f.name,
            TYPES[f.kind],
            if f.described { "说明" } else { "" },
            f.visible,
            f.required
        );
        if let Some(row) = f.row {
            let _ = write!(y, ", position: {row}");
        }
        if f.kind > 1 {
            let _ = write!(y, ", options: {}", options(&f.options));
        }
        if f.kind == 2 {
            let _ = write!(y, ", multiple: {}", f.multiple);
        }
        y.push_str(" }\n");
    }
    if !service.skills.is_empty() {
        y.push_str("    skills:\n");
    }
    for (key, s) in &service.skills {
        let rules = s.rules.iter().map(|rule| match rule {
            Rule::Departments(any, keys) => {
                format!("{{ department: {{ {}: {} }} }}", if *any { "any_of" } else { "none_of" }, list(keys))
            }
            Rule::Raw(n) => {
                let (operator, operand) = raw(*n);
                format!("{{ raw: {{ rule: \"10\", operator: {operator}, operand: '{operand}' }} }}")
            }
        });
        let rules: Vec<String> = rules.collect();
        let _ = writeln!(y, "      {key}: {{ name: {}, rules: [{}] }}", s.name, rules.join(", "));
    }
    if !service.agents.is_empty() {
        y.push_str("    schedules:\n");
    }
    for (key, a) in &service.agents {
        let hours: Vec<&str> = a.hours.iter().map(|place| HOURS[*place].0).collect();
        let (hours, skills) = (hours.join(", "), list(&a.skills));
        let _ = writeln!(y, "      {key}: {{ agent: {}, hours: [{hours}], skills: {skills} }}", a.user);
    }
    y
}

fn options(all: &[Choice]) -> String {
    let one = |choice: &Choice| {
        if choice.tag.is_none() && choice.inner.is_empty() {
            return choice.name.clone();
        }
        let tag = choice.tag.as_ref().map(|tag| format!(", tag: {tag}")).unwrap_or_default();
        let inner = if choice.inner.is_empty() {
            String::new()
        } else {
            format!(", options: {}", options(&choice.inner))
        };
        format!("{{ name: {}{tag}{inner} }}", choice.name)
    };
    format!("[{}]", all.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Names in order, and tags where they were written.
fn told(all: &[Choice], live: &Value) -> (String, String) {
    let (mut want, mut have) = (String::new(), String::new());
    let rows = live.as_array().cloned().unwrap_or_default();
    for (at, choice) in all.iter().enumerate() {
        let row = rows.get(at).cloned().unwrap_or_default();
        let (inner, found) = told(&choice.inner, &row["children"]);
        let tag = |text: &str| choice.tag.as_ref().map(|_| text.to_owned()).unwrap_or_default();
        let _ = write!(want, "{}<{}>({inner}) ", choice.name, tag(choice.tag.as_deref().unwrap_or_default()));
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let _ = write!(have, "{}<{}>({found}) ", text("name"), tag(&text("tag")));
    }
    if rows.len() > all.len() {
        have.push_str("and more");
    }
    (want, have)
}

/// Every way in which one desk of the store is not that of the organisation.
pub(crate) fn differences(
    dump: &Value,
    desk_id: &str,
    service: &Service,
    departments: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, mut want: Vec<String>, mut have: Vec<String>| {
        want.sort();
        have.sort();
        if want != have {
            wrong.push(format!("{what} of {desk_id}: wanted {want:?}, found {have:?}"));
        }
    };
    let rows = |table: &str| -> Vec<Value> {
        let all = dump[table].as_object().into_iter().flatten().map(|(_, row)| row.clone());
        all.filter(|row| row["helpdesk_id"] == desk_id).collect()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let users: BTreeMap<i64, String> = dump["users"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, row)| (row["key"].as_i64().unwrap_or_default(), text(row, "user_id")))
        .collect();

    let mut fields: Vec<Value> =
        rows("helpdesk_fields").into_iter().filter(|row| row["editable"] == true).collect();
    fields.sort_by_key(|row| (row["position"].as_u64(), row["number"].as_u64()));
    let mut want = Vec::new();
    let mut have = Vec::new();
    for field in service.fields.values() {
        let found =
            fields.iter().find(|row| row["key_name"] == field.key_name.as_str()).cloned().unwrap_or_default();
        let (choices, live) = told(&field.options, &found["options"]);
        let described = if field.described { "说明" } else { "" };
        let multiple = field.kind == 2 && field.multiple;
        want.push(format!(
            "{} {} {} {described} {} {} {multiple} {choices}",
            field.key_name, field.name, TYPES[field.kind], field.visible, field.required
        ));
        have.push(format!(
            "{} {} {} {} {} {} {} {live}",
            text(&found, "key_name"),
            text(&found, "display_name"),
            text(&found, "field_type"),
            text(&found, "description"),
            found["visible"],
            found["required"],
            found["multiple"] == true && field.kind == 2
        ));
    }
    same("fields", want, have);
    same("how many fields", vec![service.fields.len().to_string()], vec![fields.len().to_string()]);
    let mut placed: Vec<(usize, &str)> =
        service.fields.values().filter_map(|f| Some((f.row?, f.key_name.as_str()))).collect();
    placed.sort_unstable();
    let want: Vec<&str> = placed.iter().map(|(_, key)| *key).collect();
    let keys = fields.iter().filter_map(|row| row["key_name"].as_str());
    let have: Vec<&str> = keys.filter(|key| want.contains(key)).collect();
    same("rows", vec![want.join(", ")], vec![have.join(", ")]);

    let skills: Vec<Value> =
        rows("helpdesk_skills").into_iter().filter(|row| row["is_default"] != true).collect();
    let want = service.skills.values().map(|skill| {
        let rules = skill.rules.iter().map(|rule| match rule {
            Rule::Departments(any, keys) => format!("12 {} {keys:?}", if *any { 8 } else { 7 }),
            Rule::Raw(n) => format!("10 {} {}", raw(*n).0, raw(*n).1),
        });
        format!("{} {:?}", skill.name, rules.collect::<BTreeSet<_>>())
    });
    let have = skills.iter().map(|row| {
        let rules = row["rules"].as_array().cloned().unwrap_or_default();
        let rules = rules.iter().map(|rule| match rule["id"].as_str() {
            Some("12") => {
                let chosen = rule["operand"]["selected_departments"].as_array().cloned().unwrap_or_default();
                let keys: BTreeSet<String> =
                    chosen.iter().map(|d| departments(d["id"].as_str().unwrap_or_default())).collect();
                format!("12 {} {keys:?}", rule["operator"])
            }
            _ => format!(
                "{} {} {}",
                rule["id"].as_str().unwrap_or_default(),
                rule["operator"],
                rule["operand"]
            ),
        });
        format!("{} {:?}", text(row, "name"), rules.collect::<BTreeSet<_>>())
    });
    same("skills", want.collect(), have.collect());

    let names: BTreeMap<String, String> =
        skills.iter().map(|row| (text(row, "skill_id"), text(row, "name"))).collect();
    let want = service.agents.values().map(|agent| {
        let hours: BTreeSet<&str> = agent.hours.iter().flat_map(|place| HOURS[*place].1.split(',')).collect();
        let skills: BTreeSet<&String> = agent.skills.iter().map(|key| &service.skills[key].name).collect();
        format!("{} {hours:?} {skills:?}", agent.user)
    });
    let serving = rows("helpdesk_agents").into_iter().filter(|row| row["removed"] != true);
    let have = serving.map(|row| {
        let spans = row["hours"].as_array().cloned().unwrap_or_default();
        let hours: BTreeSet<String> =
            spans.iter().map(|s| format!("{} {}-{}", s["weekday"], s["start"], s["end"])).collect();
        let skills = row["skills"].as_array().cloned().unwrap_or_default();
        let skills: BTreeSet<String> = skills
            .iter()
            .map(|id| names.get(id.as_str().unwrap_or_default()).cloned().unwrap_or("?".to_owned()))
            .collect();
        let user = users.get(&row["user"].as_i64().unwrap_or_default()).cloned().unwrap_or_default();
        format!("{user} {hours:?} {skills:?}")
    });
    same("agents", want.collect(), have.collect());
    wrong
}
