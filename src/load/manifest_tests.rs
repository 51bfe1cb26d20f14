//! Whole manifests: includes, variables, joining.

use std::fs;

use super::*;
use crate::base::node::Value;

fn drawn(joined: &Joined) -> String {
    crate::base::diag::drawn(joined.problems.clone(), &joined.sources)
}

/// One text with what the run gives.
fn with(text: &str, pairs: &[(&str, &str)], env: &dyn Fn(&str) -> Option<String>) -> Joined {
    let pairs: Vec<(String, String)> =
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let mut loaded = Loaded::default();
    parse(&mut loaded, "lark.yaml", text.as_bytes(), &Limits::default());
    join(loaded, &Given { pairs: &pairs, env }, &Limits::default(), &["rooms"])
}

fn entry<'j>(joined: &'j Joined, section: &str, key: &str) -> &'j Value {
    let found = joined.sections.get(section).and_then(|s| s.entries.iter().find(|(k, _)| k.as_str() == key));
    found.map(|(_, node)| node.value()).expect("entry")
}

const VARS: &str = "version: 1
vars: {region: {env: LARK_REGION, default: cn}, order: 10, on: false, needed: }
x:
  plain: a ${var.region}-${ var.order } b
  number: ${var.order}
  truth: \"${var.on}\"
  escaped: $${var.region} $$${var.region} $5 {x}
  list: [\"${var.needed}\"]
";

#[test]
fn variables_are_filled_in_and_keep_their_type_when_alone() {
    let joined = with(VARS, &[("needed", "值"), ("order", "12")], &|_| None);
    assert!(joined.problems.is_empty(), "{}", drawn(&joined));
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(entry(&joined, "x", "plain"), &text("a cn-12 b"));
    assert_eq!(entry(&joined, "x", "number"), &Value::Int(12));
    assert_eq!(entry(&joined, "x", "truth"), &Value::Bool(false));
    assert_eq!(entry(&joined, "x", "escaped"), &text("${var.region} $${var.region} $5 {x}"));
    let Value::List(items) = entry(&joined, "x", "list") else { panic!("a list") };
    assert_eq!(items[0].value(), &text("值"));
}

#[test]
fn the_environment_is_asked_for_named_variables_only_and_the_command_line_wins() {
    let asked = std::cell::RefCell::new(Vec::new());
    let env = |name: &str| {
        asked.borrow_mut().push(name.to_owned());
        Some("sg".to_owned())
    };
    let joined = with(VARS, &[("needed", "x")], &env);
    assert_eq!(entry(&joined, "x", "plain"), &Value::Text("a sg-10 b".to_owned()));
    let joined = with(VARS, &[("needed", "x"), ("region", "us")], &env);
    assert_eq!(entry(&joined, "x", "plain"), &Value::Text("a us-10 b".to_owned()));
    assert!(asked.borrow().iter().all(|name| name == "LARK_REGION"));
}

#[test]
fn slips_with_variables_are_shown() {
    let joined = with(
        "version: 1
vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
",
        &[("reigon", "x")],
        &|_| None,
    );
    insta::assert_snapshot!(drawn(&joined), @r#"
    load::undeclared_var

      × `--var` names a variable that is not declared
      ╰─▶ no file declares `reigon` under `vars:`
      help: did you mean `--var region=…`?
    load::secret_in_manifest

      × a variable would read a secret
      ╰─▶ what a manifest holds is shown in plans, logs and state; secrets are never part of it
       ╭─[lark.yaml:2:31]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                               ───────┬───────
       ·                                      ╰── looks like a secret
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: larkctl reads LARK_APP_SECRET itself; a variable of another name is fine if it is no
            secret
    load::var_without_value

      × a variable has no value
      ╰─▶ `--var` does not give one, and there is no default
       ╭─[lark.yaml:2:49]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                                                 ─┬─
       ·                                                  ╰── needs a value
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: say `--var odd=…`, or give a default
    load::vars

      × a variable is declared in a way that is not known
      ╰─▶ a variable is one text, whole number or truth value
       ╭─[lark.yaml:2:54]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                                                      ─┬─
       ·                                                       ╰── this is a list
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: write `vars: {region: cn}` or `vars: {region: {env: LARK_REGION, default: cn}}`
    load::var_without_value

      × a variable has no value
      ╰─▶ neither `--var` nor the environment's NOWHERE gives one, and there is no default
       ╭─[lark.yaml:2:59]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                                                           ──┬─
       ·                                                             ╰── needs a value
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: set NOWHERE, say `--var none=…`, or give a `default:`
    load::vars

      × a variable is declared in a way that is not known
      ╰─▶ `defualt` is not known here
       ╭─[lark.yaml:2:88]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                                                                                        ───┬───
       ·                                                                                           ╰── no part of a variable
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: did you mean `default`?
    load::vars

      × a variable's default holds a variable
      ╰─▶ variables do not refer to each other
       ╭─[lark.yaml:2:106]
     1 │ version: 1
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
       ·                                                                                                          ───────┬───────
       ·                                                                                                                 ╰── holds `${`
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ╰────
      help: write the value out
    load::unknown_var

      × no such variable
      ╰─▶ no file declares `regoin` under `vars:`
       ╭─[lark.yaml:3:12]
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ·               ──────┬──────
       ·                     ╰── not declared
       ╰────
      help: did you mean `${var.region}`?
    load::variable

      × this is not a variable
      ╰─▶ only variables of `vars:` can be filled in
       ╭─[lark.yaml:3:32]
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ·                                   ───┬───
       ·                                      ╰── does not begin with `var.`
       ╰────
      help: write `${var.name}`, or `$${` for the two signs themselves
    load::variable

      × a variable is not closed
      ╰─▶ `${` begins a variable
       ╭─[lark.yaml:3:46]
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ·                                                 ─┬
       ·                                                  ╰── no `}` follows
       ╰────
      help: write `${var.name}`, or `$${` for the two signs themselves
    load::variable_in_key

      × a key holds a variable
      ╰─▶ a key names a thing for ever, whatever the run
       ╭─[lark.yaml:3:55]
     2 │ vars: {region: cn, key: {env: LARK_APP_SECRET}, odd: [1], none: {env: NOWHERE}, more: {defualt: 1}, own: '${var.region}'}
     3 │ x: {研发: '研 ${var.regoin}', b: '${HOME}', c: '${var.', '${var.region}': 1}
       ·                                                          ───────┬───────
       ·                                                                 ╰── keys are not filled in
       ╰────
      help: write the key out, and use variables in values
    "#);
}

#[test]
fn variables_cannot_blow_up() {
    let long = "x".repeat(70_000);
    let many = "${var.a}".repeat(1_000);
    let joined = with(&format!("version: 1\nvars: {{a: {long}}}\nx: {{b: ' {many}'}}\n"), &[], &|_| None);
    let codes: Vec<_> = joined.problems.into_sorted().iter().map(|p| p.code().0).collect();
    assert_eq!(codes, ["load::too_much"]);
}

#[test]
fn versions_and_documents() {
    for (text, expected) in [
        ("users: {}\n", vec!["load::no_version"]),
        ("", vec!["load::no_version"]),
        ("version: 2\n", vec!["load::version"]),
        ("version: \"1\"\n", vec!["load::version"]),
        ("version: 1\n---\n[a]\n", vec!["load::no_map"]),
        ("version: 1\n---\nusers: {}\n", vec![]),
        ("version: 1\nusers: {a: }\n---\nusers: {a: }\n", vec!["load::declared_twice"]),
        ("version: 1\nvars: {a: 1}\n---\nvars: {a: 1}\n", vec!["load::declared_twice"]),
        ("version: 1\ninclude: [1, '', '${var.x}']\n", vec![]),
    ] {
        let found: Vec<_> =
            with(text, &[], &|_| None).problems.into_sorted().iter().map(|p| p.code().0).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn includes_are_relative_and_circles_are_harmless() {
    let dir = tempfile::tempdir().expect("dir");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, text).expect("written");
    };
    write("main.yaml", "version: 1\ninclude: [org/people.yaml, 房间]\nx: {a: 1}\n");
    write("org/people.yaml", "include: ../main.yaml\nx: {b: 1}\n");
    write("房间/r.yml", "include: [., ../org]\nx: {c: 1}\n");
    let read = |main: &str| {
        let inputs = [Input::Path(dir.path().join(main))];
        manifest(&inputs, &mut std::io::empty(), &Limits::default(), &Given::NOTHING, &[])
    };
    let joined = read("main.yaml");
    assert!(joined.problems.is_empty(), "{}", drawn(&joined));
    let keys: Vec<_> = joined.sections["x"].entries.iter().map(|(key, _)| key.value().clone()).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    write("bad.yaml", "version: 1\ninclude: [org/poeple.yaml, '${var.x}', 7]\n");
    let problems = read("bad.yaml").problems.into_sorted();
    let told: Vec<_> = problems.iter().map(|p| (p.code().0, p.place().is_some())).collect();
    assert_eq!(told, [("load::not_found", true), ("load::include", true), ("load::include", true)]);
    assert!(problems[0].help().ends_with("people.yaml?"), "{}", problems[0].help());
}

#[test]
fn the_sections_of_a_group_are_joined_like_any_other() {
    let joined = with(
        "version: 1\nrooms:\n  levels: { a: 1 }\n  rooms: { b: 2 }\n---\nrooms:\n  levels: { c: 3, a: 4 }\n",
        &[],
        &|_| None,
    );
    let keys = |section: &str| -> Vec<&str> {
        joined.sections[section].entries.iter().map(|(key, _)| key.as_str()).collect()
    };
    assert_eq!((keys("rooms.levels"), keys("rooms.rooms")), (vec!["a", "c"], vec!["b"]));
    assert!(!joined.sections.contains_key("rooms"));
    let told = drawn(&joined);
    assert!(told.contains("`a` stands twice under `rooms.levels`"), "{told}");
    let dotted = drawn(&with("version: 1\nrooms.levels: { a: 1 }\n", &[], &|_| None));
    assert!(dotted.contains("write `rooms:`, and `levels:` below it"), "{dotted}");
}
