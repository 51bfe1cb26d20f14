//! Rules about people → people: `{users, departments, user_groups, where, except}` of
//! [`Shape::People`] becomes a set of users as they *will* be, what is declared laid over what is live.
//!
//! A rule needs a complete reading of the people that it speaks of. Where something was not read, the attribute is
//! unsure and stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::Bound;
use super::data::Matched;
use super::input::Input;
use super::org::Org;
use super::resolve::{Resolved, Unsure, with};
use super::rule::{Answer, Rule};
use super::trouble::{Trouble, Troubles};
use crate::model::{Address, Target, Value, Wanted};
use crate::resource::Shape;

/// Why a rule gave no people.
#[derive(Debug, Clone)]
pub(super) enum Fail {
    Unsure(Unsure),
    Wrong { why: String, remedy: String },
}

/// People, by the name that they have in the plan.
pub(super) type People = BTreeSet<Target>;

/// Replaces every rule in `all` by the people whom it means.
pub(super) fn resolve<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    all: &mut BTreeMap<Address, Resolved>,
    troubles: &mut Troubles<'i>,
) {
    let rules: Vec<(Address, &'static str)> = all
        .iter()
        .flat_map(|(address, resolved)| {
            rules_of(bound, address, resolved).map(|name| (address.clone(), name))
        })
        .collect();
    if rules.is_empty() {
        return;
    }
    let mut found = Vec::new();
    let org = Org::new(input, bound, all);
    for (address, name) in rules {
        let Some(wanted) = all.get(&address).and_then(|r| r.wanted.get(name)) else { continue };
        let mut trail = vec![address.clone()];
        let people = Asking { org: &org, all, trail: &mut trail }.rule(wanted.value());
        let wanted = people
            .as_ref()
            .ok()
            .map(|people| with(wanted, Value::Set(people.iter().cloned().map(Value::Ref).collect())));
        found.push((address, name, people, wanted));
    }
    for (address, name, people, wanted) in found {
        let Some(resolved) = all.get_mut(&address) else { continue };
        match people {
            Ok(_) => {
                let rule = resolved.wanted.get(name).map(|rule| written(rule.value())).unwrap_or_default();
                resolved.rules.insert(name.to_owned(), rule);
                resolved.wanted.extend(wanted.map(|wanted| (name.to_owned(), wanted)));
            }
            Err(Fail::Unsure(unsure)) => drop(resolved.unsure.insert(name.to_owned(), unsure)),
            Err(Fail::Wrong { why, remedy }) => {
                // Nothing may follow from a rule that was refused, no second message either.
                let unsure = Unsure { why: why.clone(), remedy: Some(remedy.clone()) };
                resolved.unsure.insert(name.to_owned(), unsure);
                let summary = "a rule about people cannot be followed";
                troubles.add(&address, Some(name), Trouble { code: "plan::rule", summary, why, remedy });
            }
        }
    }
}

fn rules_of<'r>(
    bound: &'r Bound<'_>,
    address: &Address,
    resolved: &'r Resolved,
) -> impl Iterator<Item = &'static str> + use<'r> {
    let attributes = bound.subjects.get(address).map(|s| s.kind.info().attributes).unwrap_or_default();
    attributes
        .iter()
        .filter(|a| is_rule(&a.shape, resolved.wanted.get(a.name).map(Wanted::value)))
        .map(|a| a.name)
}

fn is_rule(shape: &Shape, value: Option<&Value>) -> bool {
    matches!((shape, value), (Shape::People { .. }, Some(Value::Map(_))))
}

/// The parts of a rule as a sentence.
fn written(rule: &Value) -> String {
    let part = |(name, value): (&String, &Value)| match value.as_text() {
        Some(text) => format!("{name} {text}"),
        None => {
            let names: Vec<String> = targets(Some(value)).map(|target| said(&target)).collect();
            format!("{name} {}", names.join(", "))
        }
    };
    let parts: Vec<String> = rule.as_map().into_iter().flatten().map(part).collect();
    parts.join("; ")
}

/// Whom the rules of the things that are planned match.
pub(super) fn matched<'r>(all: impl Iterator<Item = (&'r Address, &'r Resolved)>) -> Vec<Matched> {
    let one = |(address, resolved): (&'r Address, &'r Resolved)| {
        resolved.rules.iter().map(move |(attribute, rule)| Matched {
            address: address.clone(),
            attribute: attribute.clone(),
            rule: rule.clone(),
            people: targets(resolved.wanted.get(attribute).map(Wanted::value)).collect(),
        })
    };
    all.flat_map(one).collect()
}

/// How a person is called in a sentence.
pub(super) fn said(target: &Target) -> String {
    match target {
        Target::Address(address) => address.key().to_owned(),
        Target::Remote { id, .. } => id.clone(),
        Target::Lookup(lookup) => lookup.value.clone(),
    }
}

/// One question, and the groups that it came through.
struct Asking<'a, 'o> {
    org: &'a Org<'o>,
    all: &'a BTreeMap<Address, Resolved>,
    trail: &'a mut Vec<Address>,
}

impl Asking<'_, '_> {
    fn rule(&mut self, rule: &Value) -> Result<People, Fail> {
        let mut people = People::new();
        let part = |name: &str| targets(rule.get(name));
        for user in part("users") {
            people.insert(user);
        }
        if let Some(departments) = rule.get("departments") {
            people.extend(self.org.within(departments)?);
        }
        for group in part("user_groups") {
            people.extend(self.members(&group)?);
        }
        if let Some(text) = rule.get("where").and_then(Value::as_text) {
            people.extend(self.matching(text)?);
        }
        for user in part("except") {
            people.remove(&user);
        }
        Ok(people)
    }

    fn matching(&self, text: &str) -> Result<People, Fail> {
        let rule = Rule::new(text).map_err(|why| Fail::Wrong {
            why: format!("where: {why}"),
            remedy: "write a condition about `user`".to_owned(),
        })?;
        self.org.everybody()?;
        let mut people = People::new();
        for (who, user) in self.org.users() {
            match rule.ask(&user, &self.org.readable) {
                Answer::Yes => drop(people.insert(who.clone())),
                Answer::No => {}
                Answer::Unknown(attribute) => {
                    return Err(Fail::Unsure(Unsure {
                        why: format!("the rule asks for {attribute}, which cannot be read of {}", said(who)),
                        remedy: self.org.remedy_for(&attribute, &said(who)),
                    }));
                }
                Answer::Failed(why) => {
                    return Err(Fail::Wrong {
                        why: format!("where: asked of user {}: {why}", said(who)),
                        remedy: "ask first whether there is something: user.x != null && …".to_owned(),
                    });
                }
            }
        }
        Ok(people)
    }

    /// The members that a group will have.
    fn members(&mut self, group: &Target) -> Result<People, Fail> {
        let declared = match group {
            Target::Address(address) => {
                if let Some(at) = self.trail.iter().position(|a| a == address) {
                    let circle: Vec<String> =
                        self.trail[at..].iter().chain([address]).map(ToString::to_string).collect();
                    return Err(Fail::Wrong {
                        why: format!("the rules ask each other in a circle: {}", circle.join(" → ")),
                        remedy: "take one of these groups out of the other's rule".to_owned(),
                    });
                }
                self.all.get(address).and_then(|resolved| {
                    let name = self.org.members_attribute;
                    Some((address, resolved.wanted.get(name)?, resolved.unsure.get(name)))
                })
            }
            Target::Remote { .. } | Target::Lookup(_) => None,
        };
        let Some((address, wanted, unsure)) = declared else { return self.org.live_members(group) };
        if let Some(unsure) = unsure {
            return Err(Fail::Unsure(unsure.clone()));
        }
        let mut people = if wanted.value().as_map().is_some() {
            self.trail.push(address.clone());
            let people = self.rule(wanted.value());
            self.trail.pop();
            people?
        } else {
            targets(Some(wanted.value())).collect()
        };
        if matches!(wanted, Wanted::AtLeast(_)) && self.org.is_live(group) {
            people.extend(self.org.live_members(group)?);
        }
        Ok(people)
    }
}

fn targets(value: Option<&Value>) -> impl Iterator<Item = Target> {
    let mut found = Vec::new();
    if let Some(value) = value {
        value.each_target(&mut |target| found.push(target.clone()));
    }
    found.into_iter()
}
