//! Employee types in a tenant: what leaves is switched off, what comes back is switched on, nothing is cleared.

use larkctl::kinds::employee_type::KIND;
use larkctl::model::{Action, Declared, OnRemove, Presence, Value};
use larkctl::resource::{Ask, Identity, Kind};
use serde_json::{Value as Json, json};

use crate::support::drafts::{Workshop, checked, declared, map, text};
use crate::support::{CONTACT, Tenant};

fn option(key: &str, content: &str) -> Declared {
    declared(&format!("employee_type.{key}"), &[("content", text(content))])
}

fn with(mut thing: Declared, name: &str, value: Value) -> Declared {
    thing.attributes.insert(name.to_owned(), larkctl::model::Wanted::Exactly(value));
    thing
}

/// The tenant's own rows that are not built in, by content.
async fn rows(t: &Tenant) -> std::collections::BTreeMap<String, Json> {
    let rows = t.rows("employee_types").await;
    let rows = rows.as_object().expect("rows").values();
    rows.filter(|row| row["value"].as_i64() > Some(5))
        .map(|row| (row["content"].as_str().expect("content").to_owned(), row.clone()))
        .collect()
}

#[tokio::test]
async fn a_type_is_made_renamed_and_keeps_languages_of_which_nothing_is_said() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    let both = map(&[("en_us", "Expert"), ("ja_jp", "専門家")]);
    w.converge(&[with(option("expert", "专家"), "i18n", both)]).await;
    assert_eq!(w.records.values().next().expect("record").ids["enum_value"], "6");
    let round = w.converge(&[with(option("expert", "大专家"), "i18n", map(&[("en_us", "Guru")]))]).await;
    assert_eq!(round.done, ["employee_type.expert: rename"]);
    let rows = rows(&t).await;
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["大专家"]);
    let expected = json!([{ "locale": "en_us", "value": "Guru" }, { "locale": "ja_jp", "value": "専門家" }]);
    assert_eq!((&rows["大专家"]["i18n"], &rows["大专家"]["active"]), (&expected, &json!(true)));
}

#[tokio::test]
async fn what_leaves_is_switched_off_and_switched_on_again_when_it_comes_back() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    w.converge(&[option("expert", "专家")]).await;
    let round = w.converge(&[]).await;
    assert_eq!(round.done, ["employee_type.expert: deactivate"]);
    assert_eq!(rows(&t).await["专家"]["active"], false);
    assert!(w.records.is_empty(), "it is no longer managed");
    let round = w.converge(&[option("guru", "专家")]).await;
    assert_eq!(round.actions.values().collect::<Vec<_>>(), [&Action::Adopt]);
    assert_eq!(round.done, ["employee_type.guru: activate"]);
    let rows = rows(&t).await;
    assert_eq!(
        (rows.len(), &rows["专家"]["active"], &rows["专家"]["deleted"]),
        (1, &json!(true), &json!(false))
    );
}

#[tokio::test]
async fn an_inactive_one_that_shall_be_inactive_stays_so() {
    let t = Tenant::start().await;
    let body = json!({ "content": "季节工", "enum_type": 2, "enum_status": 2 });
    t.ok("POST", &format!("{CONTACT}/employee_type_enums"), body).await;
    let mut w = Workshop::new(&KIND, &t);
    let round = w.converge(&[with(option("s", "季节工"), "active", Value::Bool(false))]).await;
    assert!(round.done.is_empty());
    assert_eq!(rows(&t).await["季节工"]["active"], false);
}

#[tokio::test]
async fn deleting_is_said_in_so_many_words_and_refused_while_somebody_has_it() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    let mut thing = option("expert", "专家");
    thing.lifecycle.on_remove = Some(OnRemove::Delete);
    w.converge(&[thing]).await;
    let id = w.records.values().next().and_then(|r| r.id()).expect("id").to_owned();
    let mut holder = larkctl::model::Live { id: "zhang.san".to_owned(), ..Default::default() };
    holder.attributes.insert("employee_type".to_owned(), Value::remote("employee_type", id));
    let people = std::sync::Arc::make_mut(w.others.kinds.entry("user".to_owned()).or_default());
    people.complete = true;
    people.things.insert(holder.id.clone(), holder);
    let round = w.apply(&[]).await;
    assert_eq!((round.codes(), round.done.len()), (vec!["plan::in_use"], 0));
    assert!(round.drafts.problems[0].why.contains("zhang.san"));
    w.others.kinds.clear();
    let round = w.converge(&[]).await;
    assert_eq!(round.done, ["employee_type.expert: delete"]);
    assert_eq!(rows(&t).await["专家"]["deleted"], true);
}

#[tokio::test]
async fn two_types_swap_their_names_in_every_language() {
    for backwards in [false, true] {
        let t = Tenant::start().await;
        let mut w = Workshop::new(&KIND, &t);
        w.backwards = backwards;
        let pair = |a: (&str, &str), b: (&str, &str)| {
            [
                with(option("a", a.0), "i18n", map(&[("en_us", a.1)])),
                with(option("b", b.0), "i18n", map(&[("en_us", b.1)])),
            ]
        };
        w.converge(&pair(("甲", "A"), ("乙", "B"))).await;
        let ids: Vec<String> = rows(&t).await.values().map(|r| r["enum_id"].to_string()).collect();
        w.converge(&pair(("乙", "B"), ("甲", "A"))).await;
        w.converge(&pair(("乙", "A"), ("甲", "B"))).await;
        let after = rows(&t).await;
        let same = |content: &str, en: &str, id: usize| {
            assert_eq!(after[content]["i18n"][0]["value"], en);
            assert_eq!(after[content]["enum_id"].to_string(), ids[id]);
        };
        // Rows come sorted by content: 乙 was b's and is now a's.
        same("乙", "A", 1);
        same("甲", "B", 0);
    }
}

#[tokio::test]
async fn built_in_types_are_no_things_and_their_names_are_taken() {
    let t = Tenant::start().await;
    let mut w = Workshop::new(&KIND, &t);
    let thing = option("regular", "正式");
    let observed = w.observe_for(&Ask { everything: true, ..Ask::default() }).await;
    assert!(observed.complete && observed.things.is_empty());
    let identity = KIND.identify(&thing, None, &observed);
    assert!(
        matches!(&identity, Identity::Unclear { why, .. } if why.contains("built-in type 1")),
        "{identity:?}"
    );
    w.converge(&[option("x", "专家")]).await;
    let round = w.apply(&[option("x", "实习")]).await;
    assert_eq!(round.codes(), ["plan::taken"]);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_unknown_and_not_absent() {
    let t = Tenant::start().await;
    for n in 0..120 {
        let body = json!({ "content": format!("t{n}"), "enum_type": 2, "enum_status": 1 });
        t.ok("POST", &format!("{CONTACT}/employee_type_enums"), body).await;
    }
    let w = Workshop::new(&KIND, &t);
    let effect = json!({ "answer": { "status": 400, "code": 40_012 } });
    t.faults(
        json!({ "endpoint": format!("GET {CONTACT}/employee_type_enums"), "effect": effect, "after": 1 }),
    )
    .await;
    let ask = Ask { ids: ["no-such-id".to_owned()].into(), ..Ask::default() };
    let observed = w.observe_for(&ask).await;
    assert!(!observed.complete && observed.gaps.len() == 1 && !observed.things.is_empty());
    assert!(matches!(observed.presence("no-such-id"), Presence::Unknown(Some(_))));
    let identity = KIND.identify(&option("x", "t119"), None, &observed);
    assert!(matches!(identity, Identity::Unknown { .. }), "{identity:?}");
}

#[test]
fn a_language_cannot_be_cleared_and_names_are_said_once() {
    let cleared = Value::Map([("en_us".to_owned(), Value::Null)].into());
    let found = checked(&KIND, &[with(option("a", "甲"), "i18n", cleared)]);
    assert_eq!(found.iter().map(|d| d.code().0).collect::<Vec<_>>(), ["check::cannot_clear"]);
    assert!(found[0].reason().contains("en_us of employee_type.a"));
    let twins = ["a", "b"].map(|key| with(option(key, "甲"), "i18n", map(&[("en_us", "A")])));
    let found = checked(&KIND, &twins);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|d| d.code().0 == "check::taken_twice" && d.related().len() == 1));
}
