//! Rules for people that need no tenant: what belongs to one person only, who leads whom, who inherits.
//!
//! Lengths, formats and country codes are judged by the attribute table.

use std::collections::{BTreeMap, BTreeSet};

use super::places::places;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::model::{Address, Declared, Manifest, Value};
use crate::resource::kind::own_id;

/// What only one person may have: attribute, and whether case matters.
const UNIQUE: &[(&str, bool)] =
    &[("mobile", true), ("email", false), ("employee_no", true), ("enterprise_email", false)];

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    let people: BTreeMap<&Address, &Declared> =
        manifest.of_kind("user").map(|thing| (&thing.address, thing)).collect();
    unique(&people, problems);
    circles(&people, problems);
    for person in people.values() {
        reachable(person, problems);
        departments(person, problems);
        leaders(person, &people, problems);
        heirs(person, problems);
        custom(person, problems);
    }
}

fn unique(people: &BTreeMap<&Address, &Declared>, problems: &mut Diagnostics) {
    for (attribute, exact) in UNIQUE {
        let mut holders: BTreeMap<String, &Declared> = BTreeMap::new();
        for person in people.values() {
            let Some(text) = person.value(attribute).and_then(Value::as_text).map(str::trim) else { continue };
            let key = if *exact { text.to_owned() } else { text.to_lowercase() };
            if let Some(first) = holders.get(&key) {
                problems.push(taken(attribute, text, person, first));
            } else {
                holders.insert(key, person);
            }
        }
    }
    let mut ids: BTreeMap<String, &Declared> = BTreeMap::new();
    for person in people.values() {
        let id = own_id(person);
        if let Some(first) = ids.get(&id) {
            problems.push(taken("id", &id, person, first));
        } else {
            ids.insert(id, person);
        }
    }
}

fn taken(attribute: &str, text: &str, second: &Declared, first: &Declared) -> Diagnostic {
    Diagnostic::new(Code("user::not_unique"), "two people cannot share this")
        .at(second.place(attribute), "here again")
        .also(first.place(attribute), "first here")
        .because(format!("{} and {} both have the {attribute} {}", first.address, second.address, Quoted(text)))
        .remedy(format!("each person has a {attribute} of their own"))
}

fn reachable(person: &Declared, problems: &mut Diagnostics) {
    let Some(mobile) = person.value("mobile").and_then(Value::as_text) else { return };
    let has_email = person.value("email").is_some_and(|email| !email.is_null());
    if mobile.starts_with('+') && !mobile.starts_with("+86") && !has_email {
        problems.push(
            Diagnostic::new(Code("user::email_needed"), "a number from abroad needs an e-mail address beside it")
                .at(person.place("mobile"), "this is no mainland number")
                .because(format!("{} has no email", person.address))
                .remedy("add `email:`"),
        );
    }
}

fn departments(person: &Declared, problems: &mut Diagnostics) {
    let Some(value) = person.value("departments") else { return };
    let list = places(value);
    let mut wrong = |code, summary, because: String, remedy: &str| {
        problems.push(
            Diagnostic::new(Code(code), summary)
                .at(person.place("departments"), "here")
                .because(because)
                .remedy(remedy),
        );
    };
    if list.is_empty() {
        wrong(
            "user::no_department",
            "everybody is in a department",
            format!("{} has an empty list", person.address),
            "write at least one, `root` if there is no other",
        );
    }
    let mut seen = BTreeSet::new();
    if list.iter().any(|p| !seen.insert(p.department)) {
        wrong(
            "user::department_twice",
            "a department stands in the list twice",
            format!("{} is in each department once", person.address),
            "remove one of them",
        );
    }
    let weight = |i: usize| list.get(i).and_then(|p| p.weight);
    if let Some(first) = weight(0)
        && (1..list.len()).filter_map(weight).any(|other| other > first)
    {
        wrong(
            "user::primary_not_first",
            "the primary department must weigh most",
            format!("the first department has the department_order {first}, a later one has more"),
            "put the department with the largest department_order first",
        );
    }
}

fn leaders(person: &Declared, people: &BTreeMap<&Address, &Declared>, problems: &mut Diagnostics) {
    let named = ["leader", "dotted_line"].into_iter().flat_map(|attribute| {
        let value = person.value(attribute);
        let all = value.into_iter().flat_map(|v| v.elements().chain(std::iter::once(v)));
        all.filter_map(Value::as_address).map(move |address| (attribute, address))
    });
    for (attribute, address) in named {
        if *address == person.address {
            problems.push(
                Diagnostic::new(Code("user::leads_self"), "nobody leads themselves")
                    .at(person.place(attribute), "here")
                    .because(format!("{address} is named as their own leader"))
                    .remedy("name somebody else, or leave it out"),
            );
        } else if let Some(leader) = people.get(address)
            && leader.value("frozen").and_then(Value::as_bool) == Some(true)
        {
            problems.push(
                Diagnostic::new(Code("user::frozen_leader"), "a suspended person cannot lead")
                    .at(person.place(attribute), "leads here")
                    .also(leader.place("frozen"), "suspended here")
                    .because(format!("{address} is frozen"))
                    .remedy("name somebody else, or lift the suspension"),
            );
        }
    }
}

/// Follows `leader` up from everybody; each person is walked over once.
fn circles(people: &BTreeMap<&Address, &Declared>, problems: &mut Diagnostics) {
    let leader = |person: &Declared| {
        let address = person.value("leader").and_then(Value::as_address)?;
        people.get(address).copied().filter(|l| l.address != person.address)
    };
    let mut done: BTreeSet<&Address> = BTreeSet::new();
    for start in people.values() {
        let mut path: Vec<&Declared> = Vec::new();
        let mut on_path: BTreeMap<&Address, usize> = BTreeMap::new();
        let mut at = Some(*start);
        while let Some(person) = at {
            if let Some(first) = on_path.get(&person.address) {
                problems.push(circle(path.get(*first..).unwrap_or_default()));
                break;
            }
            if !done.insert(&person.address) {
                break;
            }
            on_path.insert(&person.address, path.len());
            path.push(person);
            at = leader(person);
        }
    }
}

fn circle(people: &[&Declared]) -> Diagnostic {
    let names: Vec<String> =
        people.iter().chain(people.first()).map(|person| person.address.to_string()).collect();
    let mut diagnostic = Diagnostic::new(Code("user::leader_circle"), "people lead each other in a circle");
    for (i, person) in people.iter().enumerate() {
        let (span, text) = (person.place("leader"), format!("the leader of {}", person.address));
        diagnostic = if i == 0 { diagnostic.at(span, text) } else { diagnostic.also(span, text) };
    }
    diagnostic.because(names.join(" → ")).remedy("take one of these leaders away")
}

fn heirs(person: &Declared, problems: &mut Diagnostics) {
    let Some(value) = person.value("on_delete") else { return };
    let mut own = false;
    value.each_target(&mut |target| {
        own |= matches!(target, crate::model::Target::Address(address) if *address == person.address);
    });
    if own {
        problems.push(
            Diagnostic::new(Code("user::inherits_self"), "nobody inherits from themselves")
                .at(person.place("on_delete"), "here")
                .because(format!("{} would receive their own things", person.address))
                .remedy("name somebody who stays"),
        );
    }
    let Some(mail) = value.get("email") else { return };
    let transfers = mail.get("action").and_then(Value::as_text) == Some("transfer");
    let to = mail.get("to").is_some_and(|to| !to.is_null());
    if transfers != to {
        problems.push(
            Diagnostic::new(Code("user::mail_heir"), "`transfer` and `to` belong together")
                .at(person.place("on_delete"), "here")
                .because(if transfers { "nobody is named who receives the mail" } else { "the mail goes to nobody" })
                .remedy("write `email: { action: transfer, to: … }`, or `keep` or `delete` without `to`"),
        );
    }
}

/// Each value in one of its four forms.
fn custom(person: &Declared, problems: &mut Diagnostics) {
    let Some(map) = person.value("custom").and_then(Value::as_map) else { return };
    for (name, value) in map {
        let complaint = match value {
            Value::Text(_) => None,
            Value::Map(fields) => {
                let has = |field: &str| fields.get(field).is_some_and(|v| !v.is_null());
                let link = has("text") || has("url") || has("pc_url");
                let choice = has("option") || has("choice");
                match (link, choice, has("user")) {
                    (true, false, false) if !(has("text") && has("url")) => Some("a link has a `text` and a `url`"),
                    (true, false, false) | (false, true, false) | (false, false, true) => None,
                    _ => Some("write a text, `{text, url}`, `{option}` or `{choice}`, or `{user}`, and one of them"),
                }
            }
            _ => Some("a value cannot be cleared; write one, or leave the field out"),
        };
        if let Some(complaint) = complaint {
            problems.push(
                Diagnostic::new(Code("user::custom_value"), "this custom field cannot have this value")
                    .at(person.place("custom"), "here")
                    .because(format!("{}: {complaint}", Quoted(name)))
                    .remedy("see `custom` in the reference of users"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::user::testing::{declared, manifest, user};

    /// The codes and reasons of what is wrong, in order.
    fn found(people: Vec<Declared>) -> Vec<(&'static str, String)> {
        let mut problems = Diagnostics::default();
        check(&manifest(people), &mut problems);
        problems.into_sorted().iter().map(|d| (d.code().0, d.reason().to_owned())).collect()
    }

    fn codes(people: Vec<Declared>) -> Vec<&'static str> {
        found(people).into_iter().map(|(code, _)| code).collect()
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn what_belongs_to_one_person_is_declared_once() {
        let text = |attribute, value| [(attribute, Value::text(value))];
        for (attribute, one, two) in
            [("mobile", "+8613011111111", "+8613011111111"), ("email", "a@b.cn", "A@b.cn"), ("employee_no", "1", "1")]
        {
            let people = vec![declared("a", &text(attribute, one)), declared("b", &text(attribute, two))];
            assert_eq!(codes(people), ["user::not_unique"], "{attribute}");
        }
        let people = vec![declared("a", &text("id", "x")), declared("x", &[])];
        assert_eq!(codes(people), ["user::not_unique"], "a key may be somebody's id");
    }

    #[test]
    fn a_circle_of_leaders_is_shown_whole_and_once() {
        let led = |key, by| declared(key, &[("leader", user(by))]);
        let people = vec![led("a", "b"), led("b", "c"), led("c", "a"), led("d", "a"), led("e", "nobody")];
        let found = found(people);
        assert_eq!(found, [("user::leader_circle", "user.a → user.b → user.c → user.a".to_owned())]);
        assert_eq!(codes(vec![led("a", "a")]), ["user::leads_self"]);
    }

    #[test]
    fn each_rule_is_kept() {
        let d = |id: &str| Value::remote("department", id);
        let heavy = map(&[("department", d("b")), ("department_order", Value::Int(9))]);
        let light = map(&[("department", d("a")), ("department_order", Value::Int(1))]);
        for (attribute, value, code) in [
            ("mobile", Value::text("+14155550100"), "user::email_needed"),
            ("departments", Value::List(vec![]), "user::no_department"),
            ("departments", Value::List(vec![d("a"), d("a")]), "user::department_twice"),
            ("departments", Value::List(vec![light, heavy]), "user::primary_not_first"),
            ("on_delete", map(&[("default", user("p"))]), "user::inherits_self"),
            ("on_delete", map(&[("email", map(&[("action", Value::text("transfer"))]))]), "user::mail_heir"),
            ("custom", map(&[("x", map(&[("url", Value::text("https://a.cn"))]))]), "user::custom_value"),
            ("custom", map(&[("x", Value::Null)]), "user::custom_value"),
        ] {
            assert_eq!(codes(vec![declared("p", &[(attribute, value)])]), [code]);
        }
        let frozen = declared("boss", &[("frozen", Value::Bool(true))]);
        assert_eq!(codes(vec![declared("p", &[("leader", user("boss"))]), frozen]), ["user::frozen_leader"]);
    }

    #[test]
    fn what_is_right_is_not_complained_about() {
        let link = map(&[("text", Value::text("x")), ("url", Value::text("https://a.cn"))]);
        let person = declared(
            "p",
            &[
                ("mobile", Value::text("+14155550100")),
                ("email", Value::text("p@b.cn")),
                ("departments", Value::List(vec![Value::text("root"), Value::remote("department", "a")])),
                ("leader", user("boss")),
                ("custom", map(&[("a", Value::text("x")), ("b", link), ("c", map(&[("user", user("boss"))]))])),
                ("on_delete", map(&[("default", user("boss"))])),
            ],
        );
        assert_eq!(codes(vec![person, declared("boss", &[])]), [""; 0]);
    }
}
