//! What is written becomes the normal form.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::{Address, Lookup, OnRemove, Target, UseOf, Value, Wanted};

fn address(kind: &str, key: &str) -> Value {
    Value::address(Address::new(kind, key))
}

fn lookup(kind: &str, by: &str, value: &str) -> Value {
    Value::Ref(Target::Lookup(Lookup { kind: kind.into(), by: by.into(), value: value.into() }))
}

fn set(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(values.into_iter().collect::<BTreeSet<_>>())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.map(|(key, value)| (key.to_owned(), value)).into_iter().collect::<BTreeMap<_, _>>())
}

#[track_caller]
fn thing(checked: &Checked, kind: &str, key: &str) -> crate::model::Declared {
    checked.manifest.things.get(&Address::new(kind, key)).expect("declared").clone()
}

#[test]
fn every_shape_has_its_normal_form() {
    let checked = good(
        "departments:
  eng: {name: 研发, parent: root, i18n_name: {en_us: R&D, ja_jp: null}, order: 3}
  web: {name: 前端, parent: {path: 公司/研发}, leaders: {primary: zhang, deputies: [li, {email: a@b.cn}]}}
users:
  li: {name: 李四}
  zhang:
    name: 张三
    mobile: 130 1111 1111
    email: null
    departments: [eng, {ref: web, order: 2}, {department_id: D1}]
    country: CN
    bio: |
      一
      二
    join_date: 2024-02-29
    frozen: false
    employee_type: intern
    leader: {mobile: \"13011111112\"}
    tags: {at_least: [cn, sre]}
    custom: {色: 红, gone: null}
",
    );
    let zhang = thing(&checked, "user", "zhang");
    let exactly = |name: &str| match zhang.attributes.get(name) {
        Some(Wanted::Exactly(value)) => value.clone(),
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(exactly("mobile"), Value::text("+8613011111111"));
    assert_eq!(exactly("email"), Value::Null);
    assert_eq!(
        exactly("departments"),
        Value::List(vec![
            address("department", "eng"),
            map([("ref", address("department", "web")), ("order", Value::Int(2))]),
            lookup("department", "department_id", "D1"),
        ])
    );
    assert_eq!(exactly("bio"), Value::text("一\n二\n"));
    assert_eq!(exactly("join_date"), Value::text("2024-02-29"));
    assert_eq!(exactly("frozen"), Value::Bool(false));
    assert_eq!(exactly("employee_type"), Value::text("intern"));
    assert_eq!(exactly("leader"), lookup("user", "mobile", "+8613011111112"));
    assert_eq!(exactly("custom"), map([("色", Value::text("红")), ("gone", Value::Null)]));
    let tags = set([Value::text("cn"), Value::text("sre")]);
    assert_eq!(zhang.attributes.get("tags"), Some(&Wanted::AtLeast(tags)));
    assert_eq!(zhang.attributes.get("home"), None, "what is not written is not there");
    let web = thing(&checked, "department", "web");
    assert_eq!(web.value("parent"), Some(&lookup("department", "path", "公司/研发")));
    assert_eq!(
        web.value("leaders"),
        Some(&map([
            ("primary", address("user", "zhang")),
            ("deputies", set([address("user", "li"), lookup("user", "email", "a@b.cn")])),
        ]))
    );
    let uses: Vec<_> = web.uses.iter().map(|u| (u.attribute.as_str(), &u.to)).collect();
    assert_eq!(uses.len(), 4);
    assert!(uses.contains(&("leaders", &UseOf::Address(Address::new("user", "zhang")))));
    let eng = thing(&checked, "department", "eng");
    assert_eq!(eng.value("parent"), Some(&Value::text("root")));
    assert_eq!(eng.value("i18n_name"), Some(&map([("en_us", Value::text("R&D")), ("ja_jp", Value::Null)])));
}

#[test]
fn people_are_a_set_or_a_map_and_either_may_be_at_least() {
    let group = |members: &str| {
        let text = format!(
            "users: {{a: {{name: A}}, b: {{name: B}}}}\nuser_groups: {{g: {{name: G, members: {members}}}}}\n"
        );
        thing(&good(&text), "user_group", "g").attributes.remove("members").expect("members")
    };
    let (a, b) = (address("user", "a"), address("user", "b"));
    assert_eq!(group("[b, a]"), Wanted::Exactly(set([a.clone(), b.clone()])));
    assert_eq!(group("[]"), Wanted::Exactly(set([])));
    assert_eq!(group("{at_least: [a]}"), Wanted::AtLeast(set([a.clone()])));
    let rule = "'user.job_title.startsWith(\"SRE\") && \"cn\" in user.tags'";
    assert_eq!(
        group(&format!("{{at_least: {{departments: [root], where: {rule}, except: [b]}}}}")),
        Wanted::AtLeast(map([
            ("departments", set([Value::text("root")])),
            ("where", Value::text("user.job_title.startsWith(\"SRE\") && \"cn\" in user.tags")),
            ("except", set([b])),
        ]))
    );
}

#[test]
fn nesting_means_the_same_as_a_parent() {
    let nested =
        good("departments: {a: {name: A, parent: root, children: {b: {name: B, children: {c: {name: C}}}}}}");
    let flat = good(
        "departments: {c: {name: C, parent: b}, b: {parent: a, name: B}, a: {name: A, parent: root, children: }}",
    );
    assert_eq!(meaning(&nested), meaning(&flat));
    let both = good("departments: {a: {name: A, parent: root, children: {b: {name: B, parent: a}}}}");
    assert_eq!(both.manifest.things.len(), 2, "saying it twice is no mistake");
}

#[test]
fn files_join_to_one_manifest_in_any_order() {
    let files = [
        (
            "a.yaml",
            "version: 1\ndepartments: {eng: {name: 研发, parent: root}}\nusers: {a: {name: A, leader: b}}\n",
        ),
        ("b.yaml", "users: {b: {departments: [eng], name: B}}\nsettings: {max_destroy: {users: 3}}\n"),
        ("c.yaml", "moved: [{from: user.c, to: user.b}]\n---\nimport: {user.a: U1}\nusers:\n"),
    ];
    let once = verdict_of(&files).result.expect("good");
    for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        let again = verdict_of(&order.map(|nth| files[nth])).result.expect("good");
        assert_eq!(meaning(&once), meaning(&again));
    }
    assert_eq!(once.manifest.settings.max_destroy, BTreeMap::from([("user".to_owned(), 3)]));
}

#[test]
fn lifecycle_settings_and_state_are_read() {
    let checked = good(
        "users:
  a: {name: A, lifecycle: {prevent_destroy: true, ignore_changes: [mobile], on_remove: forget}}
settings:
  max_destroy: 4
  spare_mobiles: [\"13011111111\", \"+6591234567\"]
  exclusive: [user_groups, job_level]
state: {path: 状态/state.json}
",
    );
    let lifecycle = thing(&checked, "user", "a").lifecycle;
    assert!(lifecycle.prevent_destroy);
    assert_eq!(lifecycle.ignore_changes, BTreeSet::from(["mobile".to_owned()]));
    assert_eq!(lifecycle.on_remove, Some(OnRemove::Forget));
    let settings = checked.manifest.settings;
    assert_eq!(settings.max_destroy.len(), 4, "a plain number is meant for each kind");
    assert_eq!(settings.spare_mobiles, ["+8613011111111", "+6591234567"]);
    assert_eq!(settings.exclusive, BTreeSet::from(["job_level".to_owned(), "user_group".to_owned()]));
    assert_eq!(checked.state.map(|s| s.path).as_deref(), Some("状态/state.json"));
}

#[test]
fn examples_of_the_toys_are_good() {
    for kind in toy::registry().iter() {
        good(&kind.info().example.replace("version: 1\n", ""));
    }
}
