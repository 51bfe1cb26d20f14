//! Units in a tenant: made, renamed, replaced, and departments that change over between them.

use std::collections::BTreeMap;

use larkctl::kinds::unit::KIND;
use larkctl::model::{Action, Declared, Live, Presence, Value, Wanted};
use larkctl::resource::{Ask, Identity, Kind};
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, declared, set, text};
use crate::support::{CONTACT, Tenant};

fn unit(key: &str, departments: &[&str]) -> Declared {
    let all = set(departments.iter().map(|id| Value::remote("department", *id)));
    declared(&format!("unit.{key}"), &[("name", text(key)), ("type", text("子公司")), ("departments", all)])
}

fn with(mut thing: Declared, name: &str, value: Value) -> Declared {
    thing.attributes.insert(name.to_owned(), Wanted::Exactly(value));
    thing
}

fn without(mut thing: Declared, name: &str) -> Declared {
    thing.attributes.remove(name);
    thing
}

async fn tenant(departments: &[&str]) -> Tenant {
    let t = Tenant::start().await;
    for id in departments {
        t.department(id, "0").await;
    }
    t
}

/// Department id to unit id, from the tenant's own rows.
async fn bound(t: &Tenant) -> BTreeMap<String, String> {
    let rows = t.rows("departments").await;
    let rows = rows.as_object().cloned().unwrap_or_default();
    let text = |row: &Json, name: &str| row[name].as_str().map(str::to_owned);
    rows.values().filter_map(|row| Some((text(row, "department_id")?, text(row, "unit_id")?))).collect()
}

fn expected<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(department, unit)| (department.to_owned(), unit.to_owned())).into()
}

async fn units(t: &Tenant) -> BTreeMap<String, String> {
    let rows = t.rows("units").await;
    let rows = rows.as_object().cloned().unwrap_or_default();
    rows.iter().map(|(id, row)| (id.clone(), row["name"].as_str().expect("name").to_owned())).collect()
}

#[tokio::test]
async fn departments_change_over_between_units() {
    for backwards in [false, true] {
        let t = tenant(&["d1", "d2", "d3"]).await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[unit("a", &["d1", "d2"]), unit("b", &["d3"])]).await;
        assert_eq!(bound(&t).await, expected([("d1", "a"), ("d2", "a"), ("d3", "b")]));
        let round = w.converge(&[unit("a", &["d3", "d2"]), unit("b", &["d1"])]).await;
        assert_eq!(bound(&t).await, expected([("d1", "b"), ("d2", "a"), ("d3", "a")]));
        assert_eq!(round.done.len(), 4, "d2 is left alone: {:?}", round.done);
        w.converge(&[with(unit("a", &[]), "departments", Value::Null), unit("b", &["d1"])]).await;
        assert_eq!(bound(&t).await, expected([("d1", "b")]));
    }
}

#[tokio::test]
async fn a_department_that_an_unmanaged_unit_has_is_unbound_there_first() {
    for backwards in [false, true] {
        let t = tenant(&["d1", "d2"]).await;
        t.ok("POST", &format!("{CONTACT}/unit"), json!({ "unit_id": "v", "name": "v", "unit_type": "t" }))
            .await;
        for id in ["d1", "d2"] {
            let pair = json!({ "unit_id": "v", "department_id": id, "department_id_type": "department_id" });
            t.ok("POST", &format!("{CONTACT}/unit/bind_department"), pair).await;
        }
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[unit("a", &["d1"])]).await;
        assert_eq!(bound(&t).await, expected([("d1", "a"), ("d2", "v")]));
    }
}

#[tokio::test]
async fn another_type_replaces_the_unit_and_binds_again() {
    for (backwards, says) in [(false, true), (true, true), (false, false), (true, false)] {
        let t = tenant(&["d1", "d2"]).await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[unit("a", &["d1", "d2"])]).await;
        let mut other = with(unit("a", &["d1", "d2"]), "type", text("分公司"));
        if !says {
            other = without(other, "departments");
        }
        let round = w.converge(&[other]).await;
        assert_eq!(round.actions.values().collect::<Vec<_>>(), [&Action::Replace]);
        assert_eq!(t.rows("units").await["a"]["unit_type"], "分公司");
        assert_eq!(bound(&t).await, expected([("d1", "a"), ("d2", "a")]));
    }
}

#[tokio::test]
async fn names_are_swapped_and_all_goes_when_it_leaves() {
    for backwards in [false, true] {
        let t = tenant(&["d1"]).await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[unit("a", &["d1"]), unit("b", &[])]).await;
        w.converge(&[with(unit("a", &["d1"]), "name", text("b")), with(unit("b", &[]), "name", text("a"))])
            .await;
        let swapped = [("a", "b"), ("b", "a")];
        assert_eq!(units(&t).await, expected(swapped));
        w.converge(&[]).await;
        assert!(units(&t).await.is_empty() && bound(&t).await.is_empty());
    }
}

#[tokio::test]
async fn a_unit_with_another_id_is_adopted_by_name_and_type() {
    let t = tenant(&["d1"]).await;
    t.ok("POST", &format!("{CONTACT}/unit"), json!({ "unit_id": "x1", "name": "a", "unit_type": "子公司" }))
        .await;
    let mut w = Workshop::new(&KIND, &t);
    let round = w.converge(&[unit("a", &["d1"])]).await;
    assert_eq!(round.actions.values().collect::<Vec<_>>(), [&Action::Adopt]);
    assert_eq!(bound(&t).await, expected([("d1", "x1")]));
    // Who writes the id means that id: another unit with the name is in the way.
    let mut w = Workshop::new(&KIND, &t);
    let round = w.apply(&[with(unit("a", &[]), "id", text("a1"))]).await;
    assert_eq!(round.codes(), ["plan::taken"]);
}

#[tokio::test]
async fn a_department_that_is_gone_is_as_good_as_unbound() {
    let t = tenant(&["d1"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[unit("a", &["d1"])]).await;
    let effect = json!({ "answer": { "status": 400, "code": 43_058, "commit": true } });
    t.faults(json!({ "endpoint": format!("POST {CONTACT}/unit/unbind_department"), "effect": effect })).await;
    w.converge(&[unit("a", &[])]).await;
}

#[tokio::test]
async fn bindings_come_with_the_departments_where_those_were_read() {
    let t = tenant(&["d1"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[unit("a", &["d1"])]).await;
    let counted = |body: &Json| {
        body["endpoints"][format!("GET {CONTACT}/unit/list_department")]["calls"].as_u64().unwrap_or(0)
    };
    let requests = || t.send("GET", "/_sandbox/requests?last=0", None, None);
    let before = counted(&requests().await.body);
    let mut department = Live { id: "d1".to_owned(), ..Live::default() };
    department.attributes.insert("unit".to_owned(), Value::remote("unit", "a"));
    let departments = std::sync::Arc::make_mut(w.others.kinds.entry("department".to_owned()).or_default());
    departments.things.insert("d1".to_owned(), department);
    departments.complete = true;
    assert!(w.plan(&[unit("a", &["d1"])]).await.is_idle());
    assert_eq!(counted(&requests().await.body), before, "no call about bindings");
    // Not to its end, or without the field: the units are asked.
    std::sync::Arc::make_mut(w.others.kinds.get_mut("department").expect("departments")).complete = false;
    assert!(w.plan(&[unit("a", &["d1"])]).await.is_idle());
    assert_eq!(counted(&requests().await.body), before + 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_blocks_what_leans_on_it() {
    let t = tenant(&["d1"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[unit("a", &["d1"])]).await;
    let effect = json!({ "answer": { "status": 400, "code": 40_012 } });
    t.faults(json!({ "endpoint": format!("GET {CONTACT}/unit/list_department"), "effect": effect })).await;
    let observed = w.observe(&[unit("a", &["d1"])]).await;
    assert!(observed.complete && !observed.things["a"].attributes.contains_key("departments"));
    assert!(observed.gaps[0].what.contains("departments of unit a"));
    let round = w.apply(&[with(unit("a", &["d1"]), "type", text("分公司"))]).await;
    assert_eq!((round.drafts.blocked.len(), round.done.len()), (1, 0));
    t.send("DELETE", "/_sandbox/faults", None, None).await;
    for n in 0..120 {
        let body = json!({ "unit_id": format!("u{n}"), "name": format!("u{n}"), "unit_type": "t" });
        t.ok("POST", &format!("{CONTACT}/unit"), body).await;
    }
    let effect = json!({ "answer": { "status": 400, "code": 40_012 } });
    t.faults(json!({ "endpoint": format!("GET {CONTACT}/unit"), "effect": effect, "after": 1 })).await;
    let observed = w.observe(&[unit("zz", &[])]).await;
    assert!(!observed.complete && observed.things.len() == 100);
    assert!(matches!(observed.presence("zz"), Presence::Unknown(Some(_))));
    assert!(matches!(KIND.identify(&unit("zz", &[]), None, &observed), Identity::Unknown { .. }));
}

#[tokio::test]
async fn at_least_only_adds() {
    let t = tenant(&["d1", "d2"]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[unit("a", &["d1"])]).await;
    let mut more = unit("a", &["d2"]);
    let value = more.attributes["departments"].value().clone();
    more.attributes.insert("departments".to_owned(), Wanted::AtLeast(value));
    w.converge(&[more.clone()]).await;
    assert_eq!(bound(&t).await, expected([("d1", "a"), ("d2", "a")]));
    w.converge(&[with(more, "type", text("分公司"))]).await;
    assert_eq!(bound(&t).await, expected([("d1", "a"), ("d2", "a")]), "also when it is made anew");
}

#[tokio::test]
async fn look_ups_are_answered_from_the_same_list() {
    let t = tenant(&[]).await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[unit("a", &[])]).await;
    let ask_for = |by: &str, value: &str| larkctl::model::Lookup {
        kind: "unit".to_owned(),
        by: by.to_owned(),
        value: value.to_owned(),
    };
    let ask = Ask { lookups: [ask_for("name", "a"), ask_for("unit_id", "b")].into(), ..Ask::default() };
    let observed = w.observe_for(&ask).await;
    let found: Vec<_> = observed.lookups.values().cloned().collect();
    assert_eq!(found, [larkctl::model::Found::One("a".to_owned()), larkctl::model::Found::None]);
}
