//! What a call looks like, and what is made of an answer.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::model::{
    Action, Address, Cause, FieldChange, Late, Lifecycle, OnRemove, Settings, Snapshot, Wanted,
};
use crate::resource::ThingChange;

fn item() -> Json {
    json!({
        "enum_id": "exGeIjow7zIqWMy+ONkFxA==", "enum_value": "7", "content": "专家", "enum_type": 2, "enum_status": 1,
        "i18n_content": [{ "locale": "en_us", "value": "Expert" }],
    })
}

/// The drafts for one live type under `employee_type.expert`.
fn drafts(action: Action, live: &Live, wanted: &[(&str, Value)], on_remove: Option<OnRemove>) -> Drafts {
    let address = Address::new(NAME, "expert");
    let fields = wanted
        .iter()
        .map(|(name, after)| FieldChange {
            name: (*name).to_owned(),
            before: live.attributes.get(*name).cloned(),
            after: after.clone(),
            cause: Cause::Config,
        })
        .collect();
    let change = ThingChange {
        address: address.clone(),
        action,
        wanted: wanted.iter().map(|(n, v)| ((*n).to_owned(), Wanted::Exactly(v.clone()))).collect(),
        live: Some(live),
        record: None,
        fields,
        lifecycle: Lifecycle { on_remove, ..Lifecycle::default() },
        on_remove: OnRemove::Delete,
        on_delete: None,
    };
    let all = BTreeMap::from([(address, change)]);
    let changes: Vec<ThingChange<'_>> = all.values().cloned().collect();
    let mut out = Drafts::default();
    let work = Work {
        changes: &changes,
        all: &all,
        declared: &BTreeMap::new(),
        snapshot: &Snapshot::default(),
        bound: &BTreeMap::new(),
        addresses: &BTreeMap::new(),
        settings: &Settings::default(),
        departed: &BTreeMap::new(),
        now: 0,
    };
    KIND.steps(&work, &mut out);
    out
}

#[test]
fn a_put_always_names_content_type_and_status() {
    let live = live(&item()).expect("live");
    let out = drafts(Action::Update, &live, &[("active", Value::Bool(false))], None);
    let [step] = out.steps.as_slice() else { panic!("{out:?}") };
    assert_eq!(
        (step.call.method.as_str(), step.call.path.as_str()),
        ("PUT", "/open-apis/contact/v3/employee_type_enums/:enum_id")
    );
    assert_eq!(step.call.params["enum_id"], Late::Known("exGeIjow7zIqWMy+ONkFxA==".to_owned()));
    assert_eq!(step.call.body, Some(json!({ "content": "专家", "enum_type": 2, "enum_status": 2 })));
    assert_eq!(step.applies, BTreeMap::from([("active".to_owned(), Value::Bool(false))]));
    assert!(step.takes.is_empty() && step.frees.is_empty());
}

#[test]
fn only_a_written_word_deletes() {
    let live = live(&item()).expect("live");
    for (said, method) in [
        (None, "PUT"),
        (Some(OnRemove::Deactivate), "PUT"),
        (Some(OnRemove::Delete), "DELETE"),
    ] {
        let out = drafts(Action::Delete, &live, &[], said);
        let [step] = out.steps.as_slice() else { panic!("{out:?}") };
        assert_eq!(step.call.method, method, "{said:?}");
        assert!(step.forgets && !out.notes.is_empty());
    }
}

#[test]
fn the_number_is_read_as_text_or_as_number_and_an_entry_without_id_is_none() {
    let mut item = item();
    assert_eq!(live(&item).expect("live").ids["enum_value"], "7");
    item["enum_value"] = json!(7);
    assert_eq!(live(&item).expect("live").ids["enum_value"], "7");
    item["enum_id"] = json!("");
    assert_eq!(live(&item), None);
}
