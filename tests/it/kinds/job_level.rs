//! Job levels in a tenant: unique names and places, swapped, shifted and given back.

use std::collections::BTreeMap;

use larkctl::kinds::job_level::KIND;
use larkctl::model::{Action, Declared, Presence, Value};
use larkctl::resource::{Ask, Identity, Kind};
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, checked, declared, map, text};
use crate::support::{CONTACT, Tenant};

fn level(key: &str, name: &str, order: i64) -> Declared {
    declared(&format!("job_level.{key}"), &[("name", text(name)), ("order", Value::Int(order))])
}

/// Name to order, from the tenant's own rows.
async fn orders(t: &Tenant) -> BTreeMap<String, i64> {
    let rows = t.rows("job_levels").await;
    let rows = rows.as_object().cloned().unwrap_or_default();
    rows.values()
        .map(|r| (r["name"].as_str().expect("name").to_owned(), r["order"].as_i64().expect("order")))
        .collect()
}

fn expected<const N: usize>(orders: [(&str, i64); N]) -> BTreeMap<String, i64> {
    orders.map(|(name, order)| (name.to_owned(), order)).into()
}

#[tokio::test]
async fn every_field_is_written_and_read_back() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    let full = |name: &str, description: &str, enabled: bool| {
        declared(
            "job_level.p7",
            &[
                ("name", text(name)),
                ("description", text(description)),
                ("order", Value::Int(700)),
                ("enabled", Value::Bool(enabled)),
                ("i18n_name", map(&[("en_us", "Staff")])),
                ("i18n_description", map(&[("ja_jp", "上級")])),
            ],
        )
    };
    w.converge(&[full("P7", "资深", true)]).await;
    let round = w.converge(&[full("P7+", "更资深", false)]).await;
    assert_eq!(round.done, ["job_level.p7: rename"]);
    let rows = t.rows("job_levels").await;
    let row = rows.as_object().and_then(|r| r.values().next()).expect("row").clone();
    assert_eq!((&row["description"], &row["enabled"]), (&json!("更资深"), &json!(false)));
    assert_eq!(row["i18n_name"], json!([{ "locale": "en_us", "value": "Staff" }]));
}

#[tokio::test]
async fn orders_and_names_are_swapped_through_stand_ins() {
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[level("a", "A", 100), level("b", "B", 101), level("c", "C", 102)]).await;
        let round = w.converge(&[level("a", "A", 101), level("b", "B", 102), level("c", "C", 100)]).await;
        assert_eq!(round.done.len(), 4, "one stand-in for a ring of three: {:?}", round.done);
        assert_eq!(orders(&t).await, expected([("A", 101), ("B", 102), ("C", 100)]));
        w.converge(&[level("a", "B", 102), level("b", "A", 101), level("c", "C", 100)]).await;
        assert_eq!(orders(&t).await, expected([("B", 102), ("A", 101), ("C", 100)]));
        // A shift needs an order of calls and no stand-in.
        let round = w.converge(&[level("a", "B", 103), level("b", "A", 102), level("c", "C", 101)]).await;
        assert_eq!(round.done.len(), 3, "{:?}", round.done);
    }
}

#[tokio::test]
async fn a_new_level_takes_name_and_place_of_one_that_leaves() {
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        w.converge(&[level("a", "A", 100), level("old", "X", 500)]).await;
        w.converge(&[level("a", "X", 500), level("new", "A", 100)]).await;
        assert_eq!(orders(&t).await, expected([("X", 500), ("A", 100)]));
    }
}

#[tokio::test]
async fn an_existing_level_is_adopted_by_name_and_removed_later() {
    let t = Tenant::start().await;
    t.ok("POST", &format!("{CONTACT}/job_levels"), json!({ "name": "P7", "status": false })).await;
    let mut w = Workshop::new(&KIND, &t);
    let round = w.converge(&[level("p7", "P7", 700)]).await;
    assert_eq!(round.actions.values().collect::<Vec<_>>(), [&Action::Adopt]);
    assert_eq!(orders(&t).await, expected([("P7", 700)]));
    w.converge(&[]).await;
    assert!(orders(&t).await.is_empty());
}

#[tokio::test]
async fn a_level_that_went_meanwhile_is_as_good_as_deleted() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[level("p7", "P7", 700)]).await;
    let effect = json!({ "answer": { "status": 404, "code": 42_301 } });
    let endpoint = format!("DELETE {CONTACT}/job_levels/:job_level_id");
    t.faults(json!({ "endpoint": endpoint, "effect": effect })).await;
    w.apply(&[]).await;
    assert!(w.records.is_empty());
}

#[tokio::test]
async fn a_place_that_an_unmanaged_level_keeps_is_a_problem() {
    let t = Tenant::start().await;
    t.ok("POST", &format!("{CONTACT}/job_levels"), json!({ "name": "CEO", "order": 100, "status": true }))
        .await;
    let mut w = Workshop::new(&KIND, &t);
    let round = w.apply(&[level("a", "A", 100)]).await;
    assert_eq!(round.codes(), ["plan::taken"]);
    assert!(round.drafts.problems[0].why.contains("CEO"), "{:?}", round.drafts.problems);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_unknown_and_not_absent() {
    let t = Tenant::start().await;
    for n in 0..60 {
        let body = json!({ "name": format!("L{n}"), "status": true });
        t.ok("POST", &format!("{CONTACT}/job_levels"), body).await;
    }
    let list = format!("GET {CONTACT}/job_levels");
    let w = Workshop::new(&KIND, &t);
    for effect in [json!({ "answer": { "status": 400, "code": 40_012 } }), json!("stuck_page")] {
        let after = u64::from(effect != "stuck_page");
        t.faults(json!({ "endpoint": list, "effect": effect, "after": after })).await;
        let observed = w.observe(&[level("x", "L59", 100)]).await;
        assert!(!observed.complete && !observed.gaps.is_empty(), "{effect}");
        assert!(matches!(observed.presence("gone"), Presence::Unknown(Some(_))));
        let identity = KIND.identify(&level("x", "L59", 100), None, &observed);
        assert!(matches!(identity, Identity::Unknown { .. }), "{effect}: {identity:?}");
        t.send("DELETE", "/_sandbox/faults", None, None).await;
    }
    let observed = w.observe(&[level("x", "L59", 100)]).await;
    assert!(observed.complete && observed.things.len() == 60);
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_wanted() {
    let t = Tenant::start().await;
    let w = Workshop::new(&KIND, &t);
    let observed = w.observe_for(&Ask::default()).await;
    assert!(!observed.complete && observed.gaps.is_empty());
    let report = t.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    assert_eq!(report["endpoints"][format!("GET {CONTACT}/job_levels")], Json::Null);
}

#[test]
fn names_and_places_are_said_once() {
    let found = checked(&KIND, &[level("a", "A", 100), level("b", "A", 100), level("c", "C", 100)]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|d| d.code().0 == "check::taken_twice"));
}
