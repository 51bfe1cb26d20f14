//! Rules of skills that need no tenant: each rule is one word with one comparison.

use super::rules::has_words;
use super::spec::{NAME, RULES};
use super::words::RAW;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for skill in manifest.of_kind(NAME) {
        for rule in skill.value(RULES).into_iter().flat_map(Value::elements) {
            if let Some((why, remedy)) = fault(rule) {
                problems.push(wrong(skill, why, remedy));
            }
        }
    }
}

fn wrong(skill: &Declared, why: String, remedy: String) -> Diagnostic {
    Diagnostic::new(Code("skill::rule"), "a rule that is none")
        .at(skill.place(RULES), "in these rules")
        .because(why)
        .remedy(remedy)
}

fn fault(rule: &Value) -> Option<(String, String)> {
    let map = rule.as_map()?;
    let names: Vec<&str> = map.keys().map(String::as_str).collect();
    let [word] = names.as_slice() else {
        let said = if names.is_empty() { "nothing".to_owned() } else { names.join(" and ") };
        let remedy = "write each as a rule of its own: - department: { any_of: [engineering] }";
        return Some((format!("a rule is one word, and this one has {said}"), remedy.to_owned()));
    };
    let compared = rule.get(word)?;
    if *word == RAW {
        let ours = has_words(compared)?;
        let why = format!("this rule has the word `{ours}`, as which it is read back");
        return Some((why, format!("write it as `{ours}:`")));
    }
    let operators: Vec<&str> = compared.as_map()?.keys().map(String::as_str).collect();
    if operators.len() != 1 {
        let why = format!("`{word}` has {} comparisons, and a rule has one", operators.len());
        return Some((why, format!("write each as a rule of its own, with `{word}:` before it")));
    }
    let empty = matches!(compared.get(operators.first()?), Some(Value::Set(set)) if set.is_empty());
    empty.then(|| (format!("`{word}` is compared with nothing"), "take the rule away, or say with what".to_owned()))
}
