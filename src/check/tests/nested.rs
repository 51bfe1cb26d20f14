//! Things inside of things: how they name each other, and trees of them.

use super::*;
use crate::model::Address;

fn desks(text: &str) -> Verdict {
    verdict_by(toy::nested(), &[("lark.yaml", text), ("version.yaml", "version: 1\n")])
}

#[track_caller]
fn sound(text: &str) -> Manifest {
    let Verdict { sources, result, .. } = desks(text);
    result.unwrap_or_else(|problems| panic!("{}", shown(problems, &sources))).manifest
}

fn codes_of(text: &str) -> Vec<&'static str> {
    desks(text).result.expect_err("problems").iter().map(|problem| problem.code().0).collect()
}

/// What an attribute of `desk.KEY/drawer.KEY` refers to.
fn target(manifest: &Manifest, address: &str, attribute: &str) -> Option<String> {
    let thing = manifest.things.get(&address.parse::<Address>().expect("address"))?;
    Some(thing.value(attribute)?.as_address()?.to_string())
}

#[test]
fn things_inside_of_one_thing_name_each_other_by_their_bare_keys() {
    let manifest = sound(
        "desks:\n  hall: {open: b, drawers: {a: {name: A, like: b}, b: {name: B}}}\n  den: {drawers: {b: {name: B}, c: {name: C, like: b}}}\n",
    );
    let to = |address, attribute| target(&manifest, address, attribute);
    assert_eq!(to("desk.hall/drawer.a", "like").as_deref(), Some("desk.hall/drawer.b"));
    assert_eq!(to("desk.den/drawer.c", "like").as_deref(), Some("desk.den/drawer.b"));
    assert_eq!(
        to("desk.hall", "open").as_deref(),
        Some("desk.hall/drawer.b"),
        "and the thing around them too"
    );
    assert_eq!(to("desk.den/drawer.c", "desk").as_deref(), Some("desk.den"));
}

#[test]
fn children_inside_of_a_thing_have_it_and_their_parent() {
    let manifest = sound(
        "desks:\n  hall: {drawers: {a: {name: A, children: {b: {name: B, children: {c: {name: C}}}}}, d: {name: D, parent: c}}}\n",
    );
    let to = |key: &str, attribute| target(&manifest, &format!("desk.hall/drawer.{key}"), attribute);
    for key in ["a", "b", "c", "d"] {
        assert_eq!(to(key, "desk").as_deref(), Some("desk.hall"), "{key}");
    }
    assert_eq!(to("a", "parent"), None);
    assert_eq!(to("b", "parent").as_deref(), Some("desk.hall/drawer.a"));
    assert_eq!(to("c", "parent").as_deref(), Some("desk.hall/drawer.b"));
    assert_eq!(to("d", "parent").as_deref(), Some("desk.hall/drawer.c"), "written instead of nested");
}

#[test]
fn mistakes_among_siblings_are_told_with_the_keys_of_siblings() {
    insta::assert_snapshot!(
        {
            let Verdict { sources, result, .. } =
                desks("desks:\n  hall: {drawers: {top: {name: A, like: tpo}}}\n  den: {drawers: {tpo2: {name: A}}}\n");
            shown(result.expect_err("problems"), &sources)
        },
        @r#"
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `like` of desk.hall/drawer.top: no drawer of hall has the key `tpo`
       ╭─[lark.yaml:2:41]
     1 │ desks:
     2 │   hall: {drawers: {top: {name: A, like: tpo}}}
       ·                                         ─┬─
       ·                                          ╰── no such drawer
     3 │   den: {drawers: {tpo2: {name: A}}}
       ╰────
      help: did you mean `top`?
    "#
    );
    let nested = "{a: {name: A, parent: b, children: {b: {name: B}}}}";
    assert_eq!(codes_of(&format!("desks: {{hall: {{drawers: {nested}}}}}")), ["check::circle"]);
    let two = "{a: {name: A, children: {b: {name: B, parent: c}}}, c: {name: C}}";
    assert_eq!(codes_of(&format!("desks: {{hall: {{drawers: {two}}}}}")), ["check::two_parents"]);
}

#[test]
fn a_natural_key_is_one_of_the_thing_around() {
    sound("desks: {hall: {drawers: {a: {name: A}}}, den: {drawers: {a: {name: A}}}}");
    let twice = "desks: {hall: {drawers: {a: {name: A}, b: {name: A}}}}";
    assert_eq!(codes_of(twice), ["check::same_natural_key"]);
}
