//! Helpdesks in random organisations: trees of categories, FAQs, events. Drawn beside the rest, from dice of its own.
//! A desk that leaves stays in the tenant, and nothing that was ever managed is left in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::draw::Dice;
use super::org::{Key, Org};

pub(crate) type Desks = BTreeMap<Key, Desk>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    pub categories: BTreeMap<Key, Category>,
    pub faqs: BTreeMap<Key, Faq>,
    /// Places in [`EVENTS`].
    pub events: BTreeSet<usize>,
    pub service: super::service::Service,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Category {
    pub name: String,
    pub language: usize,
    pub parent: Option<Key>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Faq {
    pub category: Key,
    pub question: String,
    /// A place in [`ANSWERS`].
    pub answer: usize,
    pub similar: BTreeSet<usize>,
}

const LANGUAGES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];
const EVENTS: [(&str, &str); 4] = [
    ("ticket.created", "ticket.created_v1"),
    ("ticket.updated", "ticket.updated_v1"),
    ("ticket_message.created", "ticket_message.created_v1"),
    ("notification.approve", "notification.approve_v1"),
];
/// As YAML has them.
const ANSWERS: [&str; 4] = [
    "\"重启。\"",
    "\"见 [手册](https://example.com/a)。\\n\\n第二段 \\\\[原样\\\\]\"",
    "\"- 一\\n- 二\\n\"",
    "\"[邮件](mailto:it@example.com)\"",
];

/// What the store has of an answer.
fn nodes(answer: usize) -> Value {
    match answer {
        0 => json!([{ "text": "重启。" }]),
        1 => json!([
            { "text": "见 " }, { "link": { "text": "手册", "url": "https://example.com/a" } }, { "text": "。" },
            "break", "break", { "text": "第二段 [原样]" },
        ]),
        2 => json!([{ "text": "- 一" }, "break", { "text": "- 二" }]),
        _ => json!([{ "link": { "text": "邮件", "url": "mailto:it@example.com" } }]),
    }
}

/// The id of the desk with this key.
fn id(key: &str) -> String {
    let number = key.bytes().fold(0u64, |n, b| (n * 131 + u64::from(b)) % 1_000_000_007);
    format!("69397717{number:010}")
}

/// Gives an organisation its helpdesks.
pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    for key in ["it", "hr"] {
        if key == "it" || dice.one_in(2) {
            let mut desk = Desk::default();
            for i in 0..1 + dice.below(6) {
                arrive(dice, &mut desk, i);
            }
            contents(dice, &mut desk);
            org.desks.insert(key.to_owned(), desk);
        }
    }
}

fn arrive(dice: &mut Dice, desk: &mut Desk, i: usize) {
    let above: Vec<Key> = desk.categories.keys().cloned().collect();
    let parent = dice.some(&above, 1).pop_first();
    let language = dice.below(LANGUAGES.len());
    desk.categories.entry(format!("c{i}")).or_insert(Category { name: format!("类{i}"), language, parent });
}

fn below(desk: &Desk, key: &str, above: &str) -> bool {
    let mut here = Some(key);
    while let Some(one) = here {
        if one == above {
            return true;
        }
        here = desk.categories[one].parent.as_deref();
    }
    false
}

/// Changes the helpdesks of an organisation.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let dice = &mut dice;
    let before = org.desks.clone();
    if dice.one_in(3) {
        org.desks.remove("hr");
    } else {
        org.desks.entry("hr".to_owned()).or_default();
    }
    for (key, desk) in &mut org.desks {
        // What stands in one that goes moves up or goes too.
        let doomed: Vec<Key> = desk.categories.keys().filter(|_| dice.one_in(4)).cloned().collect();
        for gone in doomed {
            let up = desk.categories.remove(&gone).and_then(|c| c.parent);
            let stays = dice.one_in(2);
            for child in desk.categories.values_mut().filter(|c| c.parent.as_deref() == Some(&*gone)) {
                child.parent.clone_from(&up);
            }
            desk.faqs.retain(|_, faq| faq.category != gone || stays && up.is_some());
            let theirs = desk.faqs.values_mut().filter(|faq| faq.category == gone);
            theirs.for_each(|faq| faq.category = up.clone().expect("a parent"));
        }
        for _ in 0..1 + dice.below(3) {
            let i = 100 + dice.below(900);
            arrive(dice, desk, i);
        }
        let all: Vec<Key> = desk.categories.keys().cloned().collect();
        for _ in 0..dice.below(4) {
            let (one, other) = (&all[dice.below(all.len())], &all[dice.below(all.len())]);
            match dice.below(3) {
                // Anywhere but below itself.
                0 if !below(desk, other, one) => {
                    desk.categories.get_mut(one).expect("one").parent = Some(other.clone());
                }
                // Child and parent change places.
                1 => {
                    let above = desk.categories[one].parent.clone();
                    if let Some(above) = above {
                        let top = desk.categories[&above].parent.clone();
                        desk.categories.get_mut(one).expect("one").parent = top;
                        desk.categories.get_mut(&above).expect("above").parent = Some(one.clone());
                    }
                }
                _ if one != other => {
                    let name = desk.categories[one].name.clone();
                    let theirs =
                        std::mem::replace(&mut desk.categories.get_mut(other).expect("other").name, name);
                    desk.categories.get_mut(one).expect("one").name = theirs;
                }
                _ => {}
            }
        }
        if let Some(one) = desk.categories.values_mut().next() {
            one.name.push('改');
        }
        contents(dice, desk);
        let Some(old) = before.get(key) else { continue };
        if desk.events == old.events && !desk.events.remove(&0) {
            desk.events.insert(0);
        }
        // Another language is another category, which nothing may stand in.
        let empty = |desk: &Desk, key: &Key| {
            desk.faqs.values().all(|faq| faq.category != *key)
                && desk.categories.values().all(|c| c.parent.as_ref() != Some(key))
        };
        let keys: Vec<Key> =
            desk.categories.keys().filter(|k| empty(old, k) && empty(desk, k)).cloned().collect();
        for key in keys.iter().filter(|_| dice.one_in(3)) {
            let category = desk.categories.get_mut(key).expect("a category");
            category.language = (category.language + 1) % LANGUAGES.len();
        }
    }
}

fn contents(dice: &mut Dice, desk: &mut Desk) {
    let all: Vec<Key> = desk.categories.keys().cloned().collect();
    desk.faqs.retain(|_, _| !dice.one_in(4));
    for _ in 0..2 + dice.below(3) {
        let i = dice.below(1000);
        let faq = Faq { question: format!("问{i}?"), ..Faq::default() };
        desk.faqs.entry(format!("f{i}")).or_insert(faq);
    }
    for faq in desk.faqs.values_mut() {
        if faq.category.is_empty() || dice.one_in(3) {
            faq.category = all[dice.below(all.len())].clone();
        }
        if dice.one_in(2) {
            faq.answer = dice.below(ANSWERS.len());
            faq.similar = (0..4).filter(|_| dice.one_in(2)).collect();
        }
    }
    // Two change their questions with each other.
    let keys: Vec<Key> = desk.faqs.keys().cloned().collect();
    if let [one, .., other] = keys.as_slice()
        && dice.one_in(2)
    {
        let question = desk.faqs[one].question.clone();
        let theirs = std::mem::replace(&mut desk.faqs.get_mut(other).expect("other").question, question);
        desk.faqs.get_mut(one).expect("one").question = theirs;
    }
    desk.events = (0..EVENTS.len()).filter(|_| dice.one_in(2)).collect();
}

fn quoted<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}

/// Whether the manifest has this address.
pub(crate) fn declares(org: &Org, kind: &str, key: &str) -> bool {
    let inner = key.split_once('/').and_then(|(desk, key)| Some((org.desks.get(desk)?, key)));
    match (kind, inner) {
        ("helpdesk", _) => org.desks.contains_key(key),
        ("helpdesk/category", Some((desk, key))) => desk.categories.contains_key(key),
        ("helpdesk/faq", Some((desk, key))) => desk.faqs.contains_key(key),
        (kind, Some((desk, key))) => super::service::declares(&desk.service, kind, key),
        _ => false,
    }
}

pub(crate) fn yaml(org: &Org) -> String {
    let mut y = String::new();
    if !org.desks.is_empty() {
        y.push_str("helpdesks:\n");
    }
    for (key, desk) in &org.desks {
        let _ = writeln!(y, "  {key}:\n    helpdesk_id: \"{}\"", id(key));
        let _ = writeln!(y, "    token_variable: LARK_TEST_DESK_{}", key.to_uppercase());
        let events = desk.events.iter().map(|place| EVENTS[*place].0);
        let _ = writeln!(y, "    events: {}", quoted(events));
        if !desk.categories.is_empty() {
            y.push_str("    categories:\n");
        }
        for (key, c) in &desk.categories {
            let parent = c.parent.as_deref().map(|parent| format!(", parent: {parent}")).unwrap_or_default();
            let _ = writeln!(
                y,
                "      {key}: {{ name: {}, language: {}{parent} }}",
                c.name, LANGUAGES[c.language]
            );
        }
        if !desk.faqs.is_empty() {
            y.push_str("    faqs:\n");
        }
        for (key, f) in &desk.faqs {
            let similar: Vec<String> = f.similar.iter().map(|n| format!("似{n}")).collect();
            let _ = writeln!(
                y,
                "      {key}: {{ category: {}, question: {}, answer: {}, similar: {} }}",
                f.category,
                f.question,
                ANSWERS[f.answer],
                quoted(similar.iter().map(String::as_str))
            );
        }
        y.push_str(&super::service::yaml(&desk.service));
    }
    y
}

/// Every way in which the store's helpdesks are not the organisation's.
pub(crate) fn differences(dump: &Value, org: &Org, departments: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut service = Vec::new();
    let mut same = |what: String, want: BTreeSet<String>, have: BTreeSet<String>| {
        if want != have {
            let more: Vec<&String> = have.difference(&want).collect();
            let less: Vec<&String> = want.difference(&have).collect();
            wrong.push(format!("{what}: lacking {less:?}, unwanted {more:?}"));
        }
    };
    let rows = |table: &str| -> Vec<Value> {
        dump[table].as_object().into_iter().flatten().map(|(_, row)| row.clone()).collect()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let categories = rows("helpdesk_categories");
    let names: BTreeMap<String, String> =
        categories.iter().map(|row| (text(row, "category_id"), text(row, "name"))).collect();
    let none = Desk::default();
    for row in rows("helpdesks") {
        let desk_id = text(&row, "helpdesk_id");
        let found = org.desks.iter().find(|(key, _)| id(key) == desk_id);
        let desk = found.map_or(&none, |(_, desk)| desk);
        let here = |row: &&Value| row["helpdesk_id"] == desk_id.as_str();
        let name = |key: &Option<Key>| key.as_ref().map_or("-", |key| &desk.categories[key].name).to_owned();
        let want = desk.categories.values();
        let want = want.map(|c| format!("{} {} in {}", c.name, LANGUAGES[c.language], name(&c.parent)));
        let have = categories.iter().filter(here).map(|row| {
            let parent = names.get(&text(row, "parent")).cloned().unwrap_or("-".to_owned());
            format!("{} {} in {parent}", text(row, "name"), text(row, "language"))
        });
        same(format!("categories of {desk_id}"), want.collect(), have.collect());
        let many = categories.iter().filter(here).count();
        same(
            format!("how many categories of {desk_id}"),
            [desk.categories.len().to_string()].into(),
            [many.to_string()].into(),
        );
        let faqs: Vec<Value> =
            rows("helpdesk_faqs").into_iter().filter(|row| here(&row) && row["binned"].is_null()).collect();
        let want = desk.faqs.values().map(|f| {
            let similar: BTreeSet<String> = f.similar.iter().map(|n| format!("似{n}")).collect();
            format!("{} in {}: {} {similar:?}", f.question, name(&Some(f.category.clone())), nodes(f.answer))
        });
        let have = faqs.iter().map(|row| {
            let tags = row["tags"].as_array().into_iter().flatten();
            let similar: BTreeSet<String> = tags.filter_map(|t| t.as_str().map(str::to_owned)).collect();
            let category = names.get(&text(row, "category")).cloned().unwrap_or_default();
            format!("{} in {category}: {} {similar:?}", text(row, "question"), row["answer"])
        });
        same(format!("FAQs of {desk_id}"), want.collect(), have.collect());
        same(
            format!("how many FAQs of {desk_id}"),
            [desk.faqs.len().to_string()].into(),
            [faqs.len().to_string()].into(),
        );
        service.extend(super::service::differences(dump, &desk_id, &desk.service, departments));
        if found.is_some() {
            let want = desk.events.iter().map(|place| EVENTS[*place].1.to_owned());
            let heard = rows("helpdesk_events").into_iter().filter(|row| here(&row));
            let have = heard.map(|row| text(&row, "subtype"));
            same(format!("events of {desk_id}"), want.collect(), have.collect());
        }
    }
    let desks: BTreeSet<String> = rows("helpdesks").iter().map(|row| text(row, "helpdesk_id")).collect();
    for key in org.desks.keys().filter(|key| !desks.contains(&id(key))) {
        wrong.push(format!("there is no helpdesk {key}"));
    }
    wrong.extend(service);
    wrong
}
