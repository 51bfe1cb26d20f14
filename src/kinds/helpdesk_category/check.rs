//! What a manifest can get wrong about categories, as far as it can be seen offline.

use std::collections::BTreeMap;

use super::spec::{LANGUAGE, NAME, PARENT, TITLE};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::kinds::desk;
use crate::model::{Address, Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    desk::stays_inside(manifest, NAME, PARENT, problems);
    for thing in manifest.of_kind(NAME).filter(|thing| language(manifest, thing).is_none()) {
        // Below something that is not declared here, that one decides.
        if above(thing).is_none() && !matches!(thing.value(PARENT), Some(Value::Ref(_))) {
            problems.push(
                Diagnostic::new(Code("helpdesk::no_language"), "a category at the top has no language")
                    .at(thing.span, "this one")
                    .because("each language has a knowledge base of its own, and which one the API would choose is not \
                              documented")
                    .remedy("write `language: zh_cn`, `en_us` or `ja_jp`"),
            );
        }
    }
    twins(manifest, problems);
}

/// The category around, where it is declared.
pub(super) fn above(thing: &Declared) -> Option<&Address> {
    thing.value(PARENT).and_then(Value::as_address)
}

/// The language that a declared category is in: its own, or that of the nearest above which says one.
pub(super) fn language<'m>(manifest: &'m Manifest, thing: &'m Declared) -> Option<&'m str> {
    language_in(&manifest.things, thing)
}

pub(super) fn language_in<'m>(things: &'m BTreeMap<Address, Declared>, thing: &'m Declared) -> Option<&'m str> {
    let up = |thing: &&'m Declared| things.get(above(thing)?);
    let mut chain = std::iter::successors(Some(thing), up).take(things.len() + 1);
    chain.find_map(|thing| thing.value(LANGUAGE).and_then(Value::as_text))
}

/// Two of one name side by side: nobody could tell which is which once the state is lost.
fn twins(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<_, &Declared> = BTreeMap::new();
    let mut all: Vec<&Declared> = manifest.of_kind(NAME).collect();
    all.sort_by_key(|thing| thing.span);
    for thing in all {
        let Some(name) = thing.value(TITLE).and_then(Value::as_text) else { continue };
        let parent = thing.value(PARENT).filter(|parent| matches!(parent, Value::Ref(_)));
        let place = (thing.address.holder(), parent, language(manifest, thing), name);
        let Some(first) = seen.get(&place) else {
            seen.insert(place, thing);
            continue;
        };
        problems.push(
            Diagnostic::new(Code("helpdesk::twins"), "two things cannot be told apart")
                .at(thing.place(TITLE), "the same here")
                .also(first.place(TITLE), "first here")
                .because(format!(
                    "{} and {} stand side by side in one language and are both called {}",
                    first.address,
                    thing.address,
                    Quoted(name)
                ))
                .remedy("give one of them another name"),
        );
    }
}
