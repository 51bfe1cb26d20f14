//! Lists of up to three thousand people: chats and mail groups from any membership to any other, owners that change,
//! addresses that move between mail groups and public mailboxes. What is sent is what was planned and priced, and
//! no call more than the API needs, as reckoned here from the sets alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use larkctl::sandbox::seed::Seed;
use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use super::converge::{as_planned, from_env, settled};
use super::draw::Dice;
use super::mail::DOMAIN;
use super::run::{World, quick};

/// Pairs in CI; `LARKCTL_LARGE_PAIRS` asks for more, `LARKCTL_FIRST_SEED` begins elsewhere.
const PAIRS: u64 = 3;
/// The first pair of a run has as many people as are promised, the others few enough to be quick.
const MANY: usize = 3_000;
const FEW: usize = 400;

const DEPARTMENTS: usize = 13;
const CITIES: [&str; 3] = ["上海", "北京", "深圳"];
/// People in one call, by the API's pages.
const CHAT_BATCH: usize = 50;
const MAIL_BATCH: usize = 200;
/// People in one public mailbox.
const MAILBOX: usize = 400;

type People = BTreeSet<usize>;

/// Who is meant, as the YAML says it.
#[derive(Debug, Clone)]
enum Rule {
    These(People),
    Parts { departments: BTreeSet<usize>, city: Option<usize>, also: People, except: People },
}

#[derive(Debug, Clone)]
struct Chat {
    rule: Rule,
    owner: Option<usize>,
}

/// A mail group or a public mailbox.
#[derive(Debug, Clone)]
struct Address {
    mailbox: bool,
    email: String,
    alias: String,
    rule: Rule,
}

#[derive(Debug, Clone)]
struct Company {
    people: usize,
    chats: Vec<Chat>,
    addresses: Vec<Address>,
}

fn person(i: usize) -> String {
    format!("q{i:04}")
}

/// Departments are a tree of three branches each.
fn above(department: usize) -> Option<usize> {
    department.checked_sub(1).map(|d| d / 3)
}

fn is_below(mut department: usize, of: usize) -> bool {
    loop {
        if department == of {
            return true;
        }
        match above(department) {
            Some(parent) => department = parent,
            None => return false,
        }
    }
}

fn place(i: usize) -> usize {
    i % DEPARTMENTS
}

fn city(i: usize) -> usize {
    (i / 7) % CITIES.len()
}

impl Rule {
    fn people(&self, all: usize) -> People {
        match self {
            Self::These(people) => people.clone(),
            Self::Parts { departments, city: lives, also, except } => {
                let matches = |i: &usize| {
                    departments.iter().any(|d| is_below(place(*i), *d)) || *lives == Some(city(*i))
                };
                let mut people: People = (0..all).filter(matches).collect();
                people.extend(also);
                people.retain(|i| !except.contains(i));
                people
            }
        }
    }

    fn yaml(&self) -> String {
        let list = |people: &People| people.iter().map(|i| person(*i)).collect::<Vec<_>>().join(", ");
        match self {
            Self::These(people) => format!("[{}]", list(people)),
            Self::Parts { departments, city, also, except } => {
                let places: Vec<String> = departments.iter().map(|d| format!("t{d}")).collect();
                let lives = city.map_or(String::new(), |c| {
                    format!(", where: 'has(user.city) && user.city == \"{}\"'", CITIES[c])
                });
                let places = places.join(", ");
                format!(
                    "{{ departments: [{places}], users: [{}], except: [{}]{lives} }}",
                    list(also),
                    list(except)
                )
            }
        }
    }
}

impl Chat {
    /// Whoever owns it is in it.
    fn people(&self, all: usize) -> People {
        let mut people = self.rule.people(all);
        people.extend(self.owner);
        people
    }
}

/// So many of all, the sizes around a batch more often than others.
fn these(dice: &mut Dice, all: usize, most: usize) -> People {
    let sizes = [0, 1, CHAT_BATCH, CHAT_BATCH + 1, MAIL_BATCH, MAIL_BATCH + 1, all / 2, all, all];
    let size = sizes[dice.below(sizes.len())].min(most).min(all);
    let mut people: Vec<usize> = (0..all).collect();
    dice.shuffle(&mut people);
    people.truncate(size);
    people.into_iter().collect()
}

fn rule(dice: &mut Dice, all: usize) -> Rule {
    if dice.one_in(2) {
        return Rule::These(these(dice, all, all));
    }
    let departments = (0..dice.below(3)).map(|_| dice.below(DEPARTMENTS)).collect();
    let city = dice.one_in(2).then(|| dice.below(CITIES.len()));
    Rule::Parts { departments, city, also: these(dice, all, 60), except: these(dice, all, 60) }
}

/// Some go, some come: the overlap is most of it.
fn near(dice: &mut Dice, before: &People, all: usize, most: usize) -> Rule {
    let change = 1 + dice.below(120);
    let mut people = before.clone();
    for _ in 0..change {
        people.remove(&dice.below(all));
    }
    for _ in 0..dice.below(change) {
        if people.len() < most {
            people.insert(dice.below(all));
        }
    }
    Rule::These(people)
}

fn first(dice: &mut Dice, people: usize) -> Company {
    let mut chats = Vec::new();
    for _ in 0..2 + dice.below(2) {
        let owner = dice.one_in(2).then(|| dice.below(people));
        chats.push(Chat { rule: rule(dice, people), owner });
    }
    let mut addresses = Vec::new();
    for n in 0..4 {
        let mailbox = n >= 2;
        let rule = if mailbox { Rule::These(these(dice, people, MAILBOX)) } else { rule(dice, people) };
        let (email, alias) = (format!("x{n}@{DOMAIN}"), format!("y{n}@{DOMAIN}"));
        addresses.push(Address { mailbox, email, alias, rule });
    }
    Company { people, chats, addresses }
}

fn second(dice: &mut Dice, from: &Company) -> Company {
    let (mut to, all) = (from.clone(), from.people);
    for chat in &mut to.chats {
        chat.rule = match dice.below(3) {
            0 => rule(dice, all),
            1 => near(dice, &chat.rule.people(all), all, all),
            _ => chat.rule.clone(),
        };
        // What a person owns never comes back to the bot.
        if dice.one_in(2) {
            chat.owner = Some(dice.below(all));
        }
    }
    for address in &mut to.addresses {
        let before = address.rule.people(all);
        address.rule = match dice.below(3) {
            0 if !address.mailbox => rule(dice, all),
            0 => Rule::These(these(dice, all, MAILBOX)),
            1 => near(dice, &before, all, if address.mailbox { MAILBOX } else { all }),
            _ => address.rule.clone(),
        };
    }
    // Two swap all of their people.
    if dice.one_in(2) {
        let (a, b) = to.chats.split_at_mut(1);
        std::mem::swap(&mut a[0].rule, &mut b[0].rule);
    }
    if dice.one_in(2) {
        let (a, b) = to.addresses.split_at_mut(1);
        std::mem::swap(&mut a[0].rule, &mut b[0].rule);
    }
    // Addresses change hands among groups and mailboxes, and so do aliases.
    let mut mails: Vec<String> = to.addresses.iter().map(|a| a.email.clone()).collect();
    let mut aliases: Vec<String> = to.addresses.iter().map(|a| a.alias.clone()).collect();
    if dice.one_in(2) {
        mails.swap(1, 2);
    } else {
        dice.shuffle(&mut mails);
    }
    dice.shuffle(&mut aliases);
    for ((address, mail), alias) in to.addresses.iter_mut().zip(mails).zip(aliases) {
        (address.email, address.alias) = (mail, alias);
    }
    to
}

impl Company {
    fn yaml(&self) -> String {
        let mut y = String::from("version: 1\nsettings: { max_destroy: 100000 }\ndepartments:\n");
        for d in 0..DEPARTMENTS {
            let parent = above(d).map_or("root".to_owned(), |p| format!("t{p}"));
            let _ = writeln!(y, "  t{d}: {{ name: 部门{d}, parent: {parent} }}");
        }
        y += "users:\n";
        for i in 0..self.people {
            let (id, place, city) = (person(i), place(i), CITIES[city(i)]);
            let _ = writeln!(
                y,
                "  {id}: {{ name: 员工{i}, mobile: \"+86138{i:08}\", departments: [t{place}], city: {city}, employee_type: regular }}"
            );
        }
        y += "chats:\n";
        for (n, chat) in self.chats.iter().enumerate() {
            let owner = chat.owner.map_or("bot".to_owned(), person);
            let _ = writeln!(
                y,
                "  c{n}:\n    name: 群聊{n}\n    owner: {owner}\n    members: {}",
                chat.rule.yaml()
            );
        }
        for mailbox in [false, true] {
            let _ = writeln!(y, "{}:", if mailbox { "public_mailboxes" } else { "mail_groups" });
            for (n, a) in self.addresses.iter().enumerate().filter(|(_, a)| a.mailbox == mailbox) {
                let (mail, alias, rule) = (&a.email, &a.alias, a.rule.yaml());
                let _ = writeln!(y, "  a{n}:\n    email: {mail}\n    name: 邮件{n}\n    aliases: [{alias}]");
                let _ = writeln!(y, "    members: {rule}");
            }
        }
        y
    }

    /// The company's people and departments, as a file that fills the tenant.
    fn seed(&self) -> String {
        let mut rows = Vec::new();
        for d in 0..DEPARTMENTS {
            let parent = above(d).map_or("0".to_owned(), |p| format!("t{p}"));
            rows.push(json!({ "kind": "department", "department_id": format!("t{d}"), "name": format!("部门{d}"), "parent": parent }));
        }
        for i in 0..self.people {
            rows.push(json!({ "kind": "user", "user_id": person(i), "name": format!("员工{i}"),
                "mobile": format!("+86138{i:08}"), "departments": [format!("t{}", place(i))], "city": CITIES[city(i)] }));
        }
        rows.iter().map(|row| format!("{row}\n")).collect()
    }
}

const MEMBERS: &str = "/open-apis/im/v1/chats/:chat_id/members";
const CHATS: &str = "/open-apis/im/v1/chats";

/// The writes of the API, by endpoint.
#[derive(Debug, Default)]
struct Calls(BTreeMap<String, u64>);

impl Calls {
    fn add(&mut self, endpoint: &str, many: usize) {
        if many > 0 {
            *self.0.entry(endpoint.to_owned()).or_default() += many as u64;
        }
    }

    /// Those who come and those who go, so many a call.
    fn turnover(&mut self, before: &People, after: &People, batch: usize, [add, remove]: [&str; 2]) {
        self.add(add, after.difference(before).count().div_ceil(batch));
        self.add(remove, before.difference(after).count().div_ceil(batch));
    }
}

/// The fewest calls that lead from one to the other; nothing is there before the first.
fn fewest(from: Option<&Company>, to: &Company) -> Calls {
    let mut calls = Calls::default();
    let all = to.people;
    for (n, chat) in to.chats.iter().enumerate() {
        let was = from.map(|from| &from.chats[n]);
        if was.is_none() {
            calls.add(&format!("POST {CHATS}"), 1);
        }
        let mut before = was.map(|was| was.people(all)).unwrap_or_default();
        let after = chat.people(all);
        let owner = was.and_then(|was| was.owner);
        if owner != chat.owner {
            calls.add("PUT /open-apis/im/v1/chats/:chat_id", 1);
            if owner.is_none() {
                // So that the bot keeps a hold on what it gives away.
                calls.add(&format!("POST {CHATS}/:chat_id/managers/add_managers"), 1);
            }
        }
        // Nobody who owns a chat can be removed: that waits until it was given away, which is the last thing.
        if let Some(owner) = owner.filter(|owner| !after.contains(owner)) {
            before.remove(&owner);
            calls.add(&format!("DELETE {MEMBERS}"), 1);
        }
        let both = [&*format!("POST {MEMBERS}"), &*format!("DELETE {MEMBERS}")];
        calls.turnover(&before, &after, CHAT_BATCH, both);
    }
    for (n, address) in to.addresses.iter().enumerate() {
        let was = from.map(|from| &from.addresses[n]);
        let root = if address.mailbox {
            "/open-apis/mail/v1/public_mailboxes"
        } else {
            "/open-apis/mail/v1/mailgroups"
        };
        let one = if address.mailbox { ":public_mailbox_id" } else { ":mailgroup_id" };
        let at = |rest: &str| format!("{root}/{one}{rest}");
        if was.is_none() {
            calls.add(&format!("POST {root}"), 1);
        }
        let before = was.map(|was| was.rule.people(all)).unwrap_or_default();
        let both = [
            &*format!("POST {}", at("/members/batch_create")),
            &*format!("DELETE {}", at("/members/batch_delete")),
        ];
        calls.turnover(&before, &address.rule.people(all), MAIL_BATCH, both);
        if was.is_none_or(|was| was.alias != address.alias) {
            calls.add(&format!("POST {}", at("/aliases")), 1);
            calls.add(&format!("DELETE {}", at("/aliases/:alias_id")), usize::from(was.is_some()));
        }
        // The address that it had stays as an alias and has to be given up.
        if was.is_some_and(|was| was.email != address.email) {
            calls.add(&format!("PATCH {}", at("")), 1);
            calls.add(&format!("DELETE {}", at("/aliases/:alias_id")), 1);
        }
    }
    calls
}

/// Circles in which main addresses change hands. Each needs one address in between, for any one of them.
fn circles(from: &Company, to: &Company) -> usize {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for start in 0..to.addresses.len() {
        let mut at = start;
        let mut long = 0;
        while seen.insert(at) {
            long += 1;
            let next = from.addresses.iter().position(|a| a.email == to.addresses[at].email);
            at = next.expect("somebody had it");
        }
        count += usize::from(long > 1);
    }
    count
}

/// The store's rows against the sets.
fn differences(dump: &Value, company: &Company) -> Vec<String> {
    let mut wrong = Vec::new();
    let rows = |table: &str| -> Vec<(String, Value)> {
        dump[table].as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let names: BTreeMap<i64, String> = rows("users")
        .into_iter()
        .filter_map(|(_, row)| Some((row["key"].as_i64()?, row["user_id"].as_str()?.to_owned())))
        .collect();
    let mut same = |what: String, want: BTreeSet<String>, have: BTreeSet<String>| {
        if want != have {
            let (less, more) = (want.difference(&have).count(), have.difference(&want).count());
            wrong.push(format!("{what}: {} wanted, {less} of them missing, {more} too many", want.len()));
        }
    };
    let named = |people: People| -> BTreeSet<String> { people.into_iter().map(person).collect() };
    let mut seats: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (seat, _) in rows("chat_members") {
        let (chat, user) = seat.rsplit_once('/').expect("a seat");
        let user = names[&user.parse().expect("a number")].clone();
        seats.entry(chat.to_owned()).or_default().insert(user);
    }
    let chats = rows("chats");
    for (n, chat) in company.chats.iter().enumerate() {
        let found: Vec<&Value> =
            chats.iter().map(|(_, row)| row).filter(|row| row["name"] == format!("群聊{n}")).collect();
        let [row] = found[..] else {
            same(format!("chats 群聊{n}"), ["1".to_owned()].into(), [found.len().to_string()].into());
            continue;
        };
        let id = row["chat_id"].as_str().unwrap_or_default();
        let have = seats.get(id).cloned().unwrap_or_default();
        same(format!("members of c{n}"), named(chat.people(company.people)), have);
        let owner = row["owner"]["user"].as_i64().map(|key| names[&key].clone());
        same(
            format!("owner of c{n}"),
            chat.owner.map(person).into_iter().collect(),
            owner.into_iter().collect(),
        );
    }
    let (groups, mailboxes) = (rows("mail_groups"), rows("public_mailboxes"));
    for (n, address) in company.addresses.iter().enumerate() {
        let (all, field, sort, relation) = if address.mailbox {
            (&mailboxes, "public_mailbox_id", "mailbox", "mailbox")
        } else {
            (&groups, "mailgroup_id", "group", "member")
        };
        let row = all.iter().map(|(_, row)| row).find(|row| row["name"] == format!("邮件{n}"));
        let row = row.cloned().unwrap_or_default();
        let mail = row["email"].as_str().unwrap_or_default().to_owned();
        same(format!("address of a{n}"), [address.email.clone()].into(), [mail].into());
        let aliases = rows("mail_addresses").into_iter().map(|(_, row)| row);
        let own = aliases.filter(|a| a["alias"] == true && a["owner"] == json!({ sort: row[field] }));
        let own = own.map(|a| a["address"].as_str().unwrap_or_default().to_owned()).collect();
        same(format!("aliases of a{n}"), [address.alias.clone()].into(), own);
        let prefix = format!("{relation}/{}/", row[field].as_str().unwrap_or_default());
        let edges = rows("mail_edges").into_iter().filter(|(key, _)| key.starts_with(&prefix));
        let have = edges.map(|(_, edge)| {
            edge["party"]["user"]
                .as_i64()
                .map_or_else(|| edge["party"].to_string(), |key| names[&key].clone())
        });
        same(format!("members of a{n}"), named(address.rule.people(company.people)), have.collect());
    }
    wrong
}

/// Applies a company, with the fewest calls, and looks at the store.
async fn reach(world: &World, from: Option<&Company>, to: &Company, what: &str) -> Result<(), String> {
    let failed = |why: String| format!("{what}: {why}");
    let yaml = to.yaml();
    let (_, sent) = as_planned(world, &yaml).await.map_err(failed)?;
    let Calls(wanted) = fewest(from, to);
    // Which of a circle takes the address in between is free: a group or a mailbox, two calls in any case.
    let circles = from.map_or(0, |from| circles(from, to));
    let is_free = |endpoint: &str| endpoint.contains("/mail/") && !endpoint.contains("/members/");
    let free = |calls: &BTreeMap<String, u64>| -> u64 {
        calls.iter().filter(|(e, _)| is_free(e)).map(|(_, n)| n).sum()
    };
    let circling = 2 * circles as u64;
    let others = |calls: &BTreeMap<String, u64>| -> BTreeMap<String, u64> {
        calls.iter().filter(|(e, _)| !is_free(e)).map(|(e, n)| (e.clone(), *n)).collect()
    };
    if free(&sent) != free(&wanted) + circling || others(&sent) != others(&wanted) {
        return Err(failed(format!(
            "with {circles} circles of addresses the fewest are {wanted:#?}, sent were {sent:#?}"
        )));
    }
    let wrong = differences(&world.dump().await, to);
    if !wrong.is_empty() {
        return Err(failed(format!("the store differs: {wrong:#?}")));
    }
    settled(world, &yaml).await.map_err(failed)
}

async fn pair(seed: u64, people: usize) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let from = first(&mut dice, people);
    let to = second(&mut dice, &from);
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("company.jsonl");
    std::fs::write(&path, from.seed()).expect("written");
    let world = World::start(Options { seed: Some(Seed::File(path)), ..quick() }).await;
    // Mailboxes of people are proven elsewhere; three thousand would be three thousand calls.
    world.tenant.settings(json!({ "mail": { "members_need_mailbox": false } })).await;
    world.writes().await;
    reach(&world, None, &from, &format!("seed {seed}, the first")).await?;
    reach(&world, Some(&from), &to, &format!("seed {seed}, the second")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memberships_of_thousands_become_any_others_with_the_fewest_calls() {
    let first = from_env("LARKCTL_FIRST_SEED").unwrap_or(0);
    let pairs = from_env("LARKCTL_LARGE_PAIRS").unwrap_or(PAIRS);
    let mut wrong = Vec::new();
    for seed in first..first + pairs {
        let people = if seed % 10 == 0 { MANY } else { FEW };
        if let Err(why) = pair(seed, people).await {
            wrong.push(why);
            if wrong.len() >= 3 {
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n======\n"));
}
