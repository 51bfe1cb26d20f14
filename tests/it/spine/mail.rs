//! Mail in random organisations: groups and mailboxes with members of every sort, aliases, and addresses that move
//! between groups, mailboxes, their aliases and people in one change. Drawn beside the rest, from dice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::draw::Dice;
use super::org::{Key, Org, list};

#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    /// People's mailboxes.
    pub boxes: BTreeMap<Key, String>,
    pub groups: BTreeMap<Key, MailGroup>,
    pub mailboxes: BTreeMap<Key, Mailbox>,
    /// Mailboxes that left and whose mail nobody was to have.
    pub discarded: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct MailGroup {
    pub email: String,
    pub name: String,
    pub description: Option<String>,
    pub who: usize,
    pub members: Parties,
    /// Declared with the last of [`WHO`] alone.
    pub senders: Parties,
    pub managers: BTreeSet<Key>,
    pub aliases: BTreeSet<String>,
}

/// Who and what is in a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parties {
    pub users: BTreeSet<Key>,
    pub departments: BTreeSet<Key>,
    pub groups: BTreeSet<Key>,
    pub mailboxes: BTreeSet<Key>,
    pub external: BTreeSet<String>,
    pub others: BTreeSet<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Mailbox {
    pub email: String,
    pub name: String,
    pub members: BTreeSet<Key>,
    pub aliases: BTreeSet<String>,
    pub discard: bool,
}

const WHO: [(&str, &str); 4] = [
    ("anyone", "ANYONE"),
    ("company", "ALL_INTERNAL_USERS"),
    ("members", "ALL_GROUP_MEMBERS"),
    ("senders", "CUSTOM_MEMBERS"),
];
pub(crate) const DOMAIN: &str = "corp.example";
/// Inherits all mail, and keeps the address.
const HEIR: &str = "p0@corp.example";

fn at(local: &str) -> String {
    format!("{local}@{DOMAIN}")
}

/// Gives an organisation its mail.
pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    for key in org.users.keys() {
        org.mail.boxes.insert(key.clone(), at(key));
    }
    for i in 0..dice.below(4) {
        arrive_group(org, &format!("m{i}"));
    }
    for i in 0..dice.below(4) {
        arrive_mailbox(&mut dice, org, &format!("b{i}"));
    }
    for (key, group) in &mut org.mail.groups {
        group.aliases = (0..dice.below(3)).map(|n| at(&format!("{key}-{n}"))).collect();
    }
    for (key, mailbox) in &mut org.mail.mailboxes {
        mailbox.aliases = (0..dice.below(3)).map(|n| at(&format!("{key}-{n}"))).collect();
    }
    relations(&mut dice, org);
}

fn arrive_group(org: &mut Org, key: &str) {
    let group = MailGroup { email: at(key), name: format!("邮件组{key}"), ..MailGroup::default() };
    org.mail.groups.insert(key.to_owned(), group);
}

fn arrive_mailbox(dice: &mut Dice, org: &mut Org, key: &str) {
    let discard = dice.one_in(3);
    let mailbox = Mailbox { email: at(key), name: format!("邮箱{key}"), discard, ..Mailbox::default() };
    org.mail.mailboxes.insert(key.to_owned(), mailbox);
}

/// Changes the mail of an organisation whose people and departments have changed already.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    let people: BTreeSet<Key> = org.users.keys().cloned().collect();
    org.mail.boxes.retain(|key, _| people.contains(key));
    for key in &people {
        org.mail.boxes.entry(key.clone()).or_insert_with(|| at(key));
    }
    let mut free: Vec<String> = Vec::new();
    let doomed: Vec<Key> = org.mail.groups.keys().filter(|_| dice.one_in(4)).cloned().collect();
    for group in doomed.iter().filter_map(|key| org.mail.groups.remove(key)) {
        free.extend(group.aliases.into_iter().chain([group.email]));
    }
    let doomed: Vec<Key> = org.mail.mailboxes.keys().filter(|_| dice.one_in(4)).cloned().collect();
    let gone: Vec<Mailbox> = doomed.iter().filter_map(|key| org.mail.mailboxes.remove(key)).collect();
    for mailbox in gone.clone() {
        free.extend(mailbox.aliases.into_iter().chain([mailbox.email]));
    }
    let stayed: BTreeSet<Key> = org.mail.mailboxes.keys().cloned().collect();
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        arrive_group(org, &format!("m{i}"));
    }
    for _ in 0..dice.below(3) {
        let i = 100 + dice.below(900);
        arrive_mailbox(dice, org, &format!("b{i}"));
    }
    if dice.one_in(2) {
        reassign(dice, &mut org.mail, free);
    }
    // One that comes with the address of one that goes is the same under another key.
    let came = org.mail.mailboxes.iter().filter(|(key, _)| !stayed.contains(*key));
    let came: BTreeSet<&String> = came.map(|(_, mailbox)| &mailbox.email).collect();
    let lost = gone.iter().filter(|mailbox| mailbox.discard && !came.contains(&mailbox.email)).count();
    org.mail.discarded += lost;
    for group in org.mail.groups.values_mut() {
        if dice.one_in(3) {
            group.name.push('改');
        }
    }
    for mailbox in org.mail.mailboxes.values_mut() {
        if dice.one_in(3) {
            mailbox.name.push('改');
        }
    }
    relations(dice, org);
}

/// Deals all addresses anew: those of what left, of what stays, and of a few people.
fn reassign(dice: &mut Dice, mail: &mut Mail, free: Vec<String>) {
    let mut pool = free;
    let movers: Vec<Key> = mail.boxes.keys().filter(|k| *k != "p0" && dice.one_in(4)).cloned().collect();
    pool.extend(movers.iter().map(|key| mail.boxes[key].clone()));
    let groups = mail.groups.values_mut().map(|g| (&mut g.email, &mut g.aliases));
    let mut owners: Vec<(&mut String, &mut BTreeSet<String>)> =
        groups.chain(mail.mailboxes.values_mut().map(|m| (&mut m.email, &mut m.aliases))).collect();
    for (email, aliases) in &mut owners {
        pool.push((*email).clone());
        pool.extend(std::mem::take(*aliases));
    }
    dice.shuffle(&mut pool);
    for key in &movers {
        mail.boxes.extend(pool.pop().map(|address| (key.clone(), address)));
    }
    for (email, _) in &mut owners {
        if let Some(address) = pool.pop() {
            **email = address;
        }
    }
    for address in pool {
        let owner = dice.below(owners.len() + 1);
        if let Some((_, aliases)) = owners.get_mut(owner) {
            aliases.insert(address);
        }
    }
}

fn relations(dice: &mut Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    let mut departments: Vec<Key> = org.departments.keys().cloned().collect();
    let mailboxes: Vec<Key> = org.mail.mailboxes.keys().cloned().collect();
    let mut order: Vec<Key> = org.mail.groups.keys().cloned().collect();
    // A group leads to those before it only, so that none leads back to itself.
    dice.shuffle(&mut order);
    for (rank, key) in order.iter().enumerate() {
        let senders = Parties {
            users: dice.some(&people, 3),
            departments: dice.some(&departments, 2),
            groups: dice.some(&order, 2).into_iter().filter(|other| other != key).collect(),
            mailboxes: dice.some(&mailboxes, 2),
            ..Parties::default()
        };
        departments.push("root".to_owned());
        let strangers: Vec<String> = (0..4).map(|n| format!("s{n}@else.example")).collect();
        let members = Parties {
            users: dice.some(&people, 6),
            departments: dice.some(&departments, 2),
            groups: dice.some(&order[..rank], 2),
            mailboxes: dice.some(&mailboxes, 2),
            external: dice.some(&strangers, 3),
            others: if dice.one_in(4) { [HEIR.to_owned()].into() } else { BTreeSet::new() },
        };
        departments.pop();
        if let Some(group) = org.mail.groups.get_mut(key) {
            group.who = dice.below(WHO.len());
            group.description = (!dice.one_in(3)).then(|| format!("说明{}", dice.below(3)));
            group.managers = dice.some(&people, 3);
            group.members = members;
            group.senders = senders;
        }
    }
    for mailbox in org.mail.mailboxes.values_mut() {
        mailbox.members = dice.some(&people, 5);
    }
}

impl Mail {
    pub(crate) fn yaml(&self) -> String {
        let mut y = String::new();
        if !self.mailboxes.is_empty() {
            y.push_str("public_mailboxes:\n");
        }
        for (key, m) in &self.mailboxes {
            let heir = if m.discard { "discard_mail: true".to_owned() } else { format!("mail_to: {HEIR}") };
            let _ = writeln!(y, "  {key}:\n    email: {}\n    name: {}", m.email, m.name);
            let _ = writeln!(y, "    members: {}\n    aliases: {}", list(&m.members), list(&m.aliases));
            let _ = writeln!(y, "    on_delete: {{ {heir} }}");
        }
        if !self.groups.is_empty() {
            y.push_str("mail_groups:\n");
        }
        for (key, g) in &self.groups {
            let (members, senders) = (&g.members, &g.senders);
            let _ = writeln!(y, "  {key}:\n    email: {}\n    name: {}", g.email, g.name);
            let _ = writeln!(y, "    description: {}", g.description.as_deref().unwrap_or("null"));
            let _ = writeln!(y, "    who_can_send: {}\n    managers: {}", WHO[g.who].0, list(&g.managers));
            let _ = writeln!(y, "    aliases: {}\n    members: {}", list(&g.aliases), list(&members.users));
            let _ = writeln!(y, "    member_departments: {}", list(&members.departments));
            let _ = writeln!(y, "    member_groups: {}", list(&members.groups));
            let _ = writeln!(y, "    member_mailboxes: {}", list(&members.mailboxes));
            let _ = writeln!(y, "    external_members: {}", list(&members.external));
            let _ = writeln!(y, "    other_members: {}", list(&members.others));
            if g.who + 1 == WHO.len() {
                let _ = writeln!(y, "    senders: {}", list(&senders.users));
                let _ = writeln!(y, "    sender_departments: {}", list(&senders.departments));
                let _ = writeln!(y, "    sender_groups: {}", list(&senders.groups));
                let _ = writeln!(y, "    sender_mailboxes: {}", list(&senders.mailboxes));
            }
        }
        y
    }
}

/// Every way in which the store's mail is not the organisation's.
pub(crate) fn differences(
    dump: &Value,
    org: &Org,
    user: &dyn Fn(i64) -> String,
    department: &dyn Fn(i64) -> String,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, want: String, have: String| {
        if want != have {
            wrong.push(format!("{what}: wanted {want}, the store has {have}"));
        }
    };
    let rows = |table: &str| -> Vec<(String, Value)> {
        dump[table].as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let groups: BTreeMap<String, Value> =
        rows("mail_groups").into_iter().map(|(_, row)| (text(&row, "email"), row)).collect();
    let living = rows("public_mailboxes").into_iter().filter(|(_, row)| row["binned"].is_null());
    let mailboxes: BTreeMap<String, Value> = living.map(|(_, row)| (text(&row, "email"), row)).collect();
    let want: BTreeSet<&String> = org.mail.groups.values().map(|g| &g.email).collect();
    same("mail groups", format!("{want:?}"), format!("{:?}", groups.keys().collect::<BTreeSet<_>>()));
    let want: BTreeSet<&String> = org.mail.mailboxes.values().map(|m| &m.email).collect();
    same("mailboxes", format!("{want:?}"), format!("{:?}", mailboxes.keys().collect::<BTreeSet<_>>()));
    for (key, mail) in &org.mail.boxes {
        let rows = rows("users");
        let row = rows.iter().map(|(_, row)| row).find(|row| row["user_id"] == **key);
        same(
            &format!("mailbox of {key}"),
            mail.clone(),
            row.map(|r| text(r, "enterprise_email")).unwrap_or_default(),
        );
    }
    let aliases = |owner: Value| -> BTreeSet<String> {
        let all = rows("mail_addresses").into_iter().map(|(_, row)| row);
        all.filter(|row| row["alias"] == true && row["owner"] == owner)
            .map(|row| text(&row, "address"))
            .collect()
    };
    // Edges in words: the ends under the addresses and ids that they have now.
    let by_id = |all: &BTreeMap<String, Value>, field: &str| -> BTreeMap<String, String> {
        all.iter().map(|(mail, row)| (text(row, field), mail.clone())).collect()
    };
    let (group_mail, mailbox_mail) = (by_id(&groups, "mailgroup_id"), by_id(&mailboxes, "public_mailbox_id"));
    let edges = |relation: &str, owner: &str| -> BTreeSet<String> {
        let prefix = format!("{relation}/{owner}/");
        let own = rows("mail_edges").into_iter().filter(|(key, _)| key.starts_with(&prefix));
        own.map(|(_, row)| {
            let party = &row["party"];
            let number = |name: &str| party[name].as_i64();
            let id = |name: &str| party[name].as_str();
            if let Some(key) = number("user") {
                format!("user {}", user(key))
            } else if let Some(key) = number("department") {
                format!("department {}", department(key))
            } else if let Some(id) = id("group") {
                format!("group {}", group_mail.get(id).map_or("?", String::as_str))
            } else if let Some(id) = id("mailbox") {
                format!("mailbox {}", mailbox_mail.get(id).map_or("?", String::as_str))
            } else if let Some(mail) = id("external") {
                format!("external {mail}")
            } else if let Some(mail) = id("other") {
                format!("other {mail}")
            } else {
                "department root".to_owned()
            }
        })
        .collect()
    };
    let parties = |p: &Parties| -> BTreeSet<String> {
        let users = p.users.iter().map(|k| format!("user {k}"));
        let departments = p.departments.iter().map(|k| format!("department {k}"));
        let groups = p.groups.iter().map(|k| format!("group {}", org.mail.groups[k].email));
        let mailboxes = p.mailboxes.iter().map(|k| format!("mailbox {}", org.mail.mailboxes[k].email));
        let external = p.external.iter().map(|m| format!("external {m}"));
        let others = p.others.iter().map(|m| format!("other {m}"));
        users.chain(departments).chain(groups).chain(mailboxes).chain(external).chain(others).collect()
    };
    let people = |keys: &BTreeSet<Key>| keys.iter().map(|k| format!("user {k}")).collect::<BTreeSet<_>>();
    for (key, want) in &org.mail.groups {
        let Some(row) = groups.get(&want.email) else { continue };
        let id = text(row, "mailgroup_id");
        let of = |what: &str| format!("mail group {key}: {what}");
        same(&of("name"), want.name.clone(), text(row, "name"));
        same(&of("description"), want.description.clone().unwrap_or_default(), text(row, "description"));
        same(&of("senders"), WHO[want.who].1.to_owned(), text(row, "who_can_send_mail"));
        let have = aliases(serde_json::json!({ "group": id }));
        same(&of("aliases"), format!("{:?}", want.aliases), format!("{have:?}"));
        same(&of("members"), format!("{:?}", parties(&want.members)), format!("{:?}", edges("member", &id)));
        same(
            &of("managers"),
            format!("{:?}", people(&want.managers)),
            format!("{:?}", edges("manager", &id)),
        );
        if want.who + 1 == WHO.len() {
            let have = edges("sender", &id);
            same(&of("list of senders"), format!("{:?}", parties(&want.senders)), format!("{have:?}"));
        }
    }
    for (key, want) in &org.mail.mailboxes {
        let Some(row) = mailboxes.get(&want.email) else { continue };
        let id = text(row, "public_mailbox_id");
        let of = |what: &str| format!("public mailbox {key}: {what}");
        same(&of("name"), want.name.clone(), text(row, "name"));
        let have = aliases(serde_json::json!({ "mailbox": id }));
        same(&of("aliases"), format!("{:?}", want.aliases), format!("{have:?}"));
        same(&of("members"), format!("{:?}", people(&want.members)), format!("{:?}", edges("mailbox", &id)));
    }
    let fates = rows("mail_fates");
    let lost = fates.iter().filter(|(_, fate)| fate["moved_to"].is_null()).count();
    same("mail that was deleted", org.mail.discarded.to_string(), lost.to_string());
    let astray = fates.iter().filter_map(|(_, fate)| fate["moved_to"].as_str()).find(|to| *to != HEIR);
    same("who received mail", HEIR.to_owned(), astray.unwrap_or(HEIR).to_owned());
    wrong
}
