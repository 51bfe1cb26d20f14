//! What a manifest can get wrong about FAQs, as far as it can be seen offline.

use std::collections::BTreeMap;

use super::answer;
use super::spec::{ANSWER, CATEGORY, NAME, QUESTION};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::kinds::desk;
use crate::model::{Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    desk::stays_inside(manifest, NAME, CATEGORY, problems);
    let mut all: Vec<&Declared> = manifest.of_kind(NAME).collect();
    all.sort_by_key(|thing| thing.span);
    let mut seen: BTreeMap<_, &Declared> = BTreeMap::new();
    for thing in all {
        answers(thing, problems);
        let (Some(category), Some(question)) = (thing.value(CATEGORY), thing.value(QUESTION)) else { continue };
        let place = (thing.address.holder(), category, question);
        let Some(first) = seen.get(&place) else {
            seen.insert(place, thing);
            continue;
        };
        let asked = question.as_text().unwrap_or_default();
        problems.push(
            Diagnostic::new(Code("helpdesk::twins"), "two things cannot be told apart")
                .at(thing.place(QUESTION), "the same here")
                .also(first.place(QUESTION), "first here")
                .because(format!(
                    "{} and {} stand in one category and both ask {}",
                    first.address,
                    thing.address,
                    Quoted(asked)
                ))
                .remedy("ask something else, or put the words into `similar:` of one of them"),
        );
    }
}

fn answers(thing: &Declared, problems: &mut Diagnostics) {
    let Some(text) = thing.value(ANSWER).and_then(Value::as_text) else { return };
    let place = thing.place(ANSWER);
    let read = answer::Answer::read(text);
    for url in read.odd_links() {
        problems.push(
            Diagnostic::new(Code("helpdesk::answer"), "something that an answer cannot hold")
                .at(place, "in a link of this text")
                .because(format!("{} is no web or mail address", Quoted(url)))
                .remedy("begin it with https:// or mailto:; a bracket that means itself takes a backslash before it"),
        );
    }
    if read.is_empty() {
        problems.push(
            Diagnostic::new(Code("helpdesk::answer"), "an answer that says nothing")
                .at(place, "only white space")
                .because("a FAQ without an answer cannot be made")
                .remedy("write one"),
        );
    }
    for (line, what) in answer::wrong(text) {
        problems.push(
            Diagnostic::new(Code("helpdesk::answer"), "something that an answer cannot hold")
                .at(place, format!("in line {line} of this text"))
                .because(format!("line {line} has {what}, and an answer is lines of text with links"))
                .remedy("write it as plain text; a mark that means itself takes a backslash before it"),
        );
    }
}
