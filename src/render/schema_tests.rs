//! The schema, judged by an independent validator: it takes what is right and refuses typical mistakes.

use jsonschema::Validator;
use serde_json::Value;

use super::reference;
use super::schema::schema;
use crate::resource::toy;

fn validator() -> Validator {
    let schema = schema(toy::registry());
    jsonschema::draft202012::meta::validate(&schema).expect("a schema of the draft");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn what_is_right_is_taken() {
    let validator = validator();
    let examples = toy::registry().iter().map(|kind| kind.info().example);
    let more = [
        "version: 1",
        "vars: {region: {env: R, default: cn}, a: 1, b: }\ninclude: [x.yaml]\nstate: {path: s}",
        "moved: [{from: user.a, to: user.b}]\nimport: {user.b: U1}\nsettings: {max_destroy: {users: 3}, exclusive: [user_groups]}",
        "departments: {a: {name: A, parent: root, children: {b: {name: B, order: 3, children: }}}}",
        "departments: {a: {name: '${var.name}', parent: {path: a/b}, order: '${var.n}', i18n_name: {en_us: null}}}",
        "users: {a: {name: A, email: null, employee_type: 3, tags: {at_least: [x]}, custom: {x: null}, frozen: '${var.on}'}}",
        "users: {a: {name: A, departments: [root, {ref: x, order: 3}, {department_id: D1}], leader: {mobile: '+8613011111111'}}}",
        "user_groups: {g: {name: G, members: [a, {email: a@b.cn}]}}",
        "user_groups: {g: {name: G, members: {at_least: {departments: [x], where: 'true', except: [y]}}}}",
        "users: {a: {name: A, bio: \"a\\nb\\n\", lifecycle: {prevent_destroy: true, ignore_changes: [name], on_remove: forget}}}",
        "users:\njob_levels: {p7: {name: P7}}",
    ];
    for text in examples.chain(more) {
        let found: Vec<String> = validator.iter_errors(&yaml(text)).map(|e| e.to_string()).collect();
        assert!(found.is_empty(), "{text}\n{found:#?}");
    }
}

#[test]
fn typical_mistakes_are_refused() {
    let validator = validator();
    for text in [
        "version: 2",
        "version: \"1\"",
        "deparments: {}",
        "users: [{name: A}]",
        "users: {a: {nmae: A}}",
        "users: {a: }",
        "users: {a: {name: 1}}",
        "users: {a: {name: }}",
        "users: {a: {name: ''}}",
        "users: {a: {name: ' A'}}",
        "users: {'a b': {name: A}}",
        "users: {a: {name: A, mobile: 13011111111}}",
        "users: {a: {name: A, mobile: abc}}",
        "users: {a: {name: A, email: ab}}",
        "users: {a: {name: A, country: cn}}",
        "users: {a: {name: A, home: example.com}}",
        "users: {a: {name: A, join_date: 2024/03/01}}",
        "users: {a: {name: A, frozen: 'no'}}",
        "users: {a: {name: A, employee_type: regualr}}",
        "users: {a: {name: A, employee_type: 201}}",
        "users: {a: {name: A, tags: [x, x]}}",
        "users: {a: {name: A, tags: {atleast: [x]}}}",
        "users: {a: {name: A, departments: root}}",
        "users: {a: {name: A, leader: {emial: a@b.cn}}}",
        "users: {a: {name: A, leader: {email: a@b.cn, user_id: x}}}",
        "users: {a: {name: A, lifecycle: {prevent_destory: true}}}",
        "users: {a: {name: A, lifecycle: {ignore_changes: [nmae]}}}",
        "users: {a: {name: A, children: {}}}",
        "departments: {a: {name: A}}",
        "departments: {a: {name: A, parent: root, order: -1}}",
        "departments: {a: {name: A, parent: root, i18n_name: {fr_fr: x}}}",
        "departments: {a: {name: A, parent: root, leaders: {deputies: [x]}}}",
        "departments: {a: {name: A, parent: root, id: '研发'}}",
        "user_groups: {g: {name: G, members: {}}}",
        "user_groups: {g: {name: G, members: {user: [x]}}}",
        "user_groups: {g: {name: G, members: x}}",
        "moved: [{from: user.a}]",
        "moved: [{from: a, to: user.b}]",
        "settings: {max_destroy: -1}",
        "settings: {max_destroy: {robots: 1}}",
        "state: {bucket: x}",
    ] {
        assert!(!validator.is_valid(&yaml(text)), "{text}");
    }
}

#[test]
fn every_field_is_explained() {
    let schema = schema(toy::registry());
    for kind in toy::registry().iter() {
        for attribute in kind.info().attributes {
            let about = &schema["$defs"][kind.info().name]["properties"][attribute.name]["description"];
            assert!(about.as_str().is_some_and(|text| text.contains(attribute.about)), "{}", attribute.name);
        }
    }
    let text = schema.to_string();
    assert!(!text.contains("\"$ref\":\"#/$defs/robot"), "no dangling reference");
}

#[test]
fn the_page_has_every_field_of_every_kind_and_sound_tables() {
    let page = reference::kinds(toy::registry());
    for kind in toy::registry().iter() {
        assert!(page.contains(&format!("\n## {}\n", kind.info().title)));
        for attribute in kind.info().attributes {
            assert!(page.contains(&format!("\n| `{}` | ", attribute.name)), "{}", attribute.name);
        }
    }
    for row in page.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 8, "{row}");
    }
    assert!(page.contains("| `leaders.primary` | reference to `user` | yes |"));
}
