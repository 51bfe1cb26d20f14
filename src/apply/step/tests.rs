use serde_json::json;

use super::*;
use crate::model::{Address, Call, Capture, Verb};

fn draft() -> StepDraft {
    let address: Address = "role.ops".parse().expect("address");
    let mut draft = StepDraft::new(address, Verb::Update, "members", Call::new("POST", "/x"));
    draft.applies = [
        ("members".to_owned(), Value::Set([Value::remote("user", "u1")].into())),
        ("mobile".to_owned(), Value::text("+8613900000000")),
    ]
    .into();
    draft.sensitive = ["mobile".to_owned()].into();
    draft
}

fn fault(code: i64) -> Fault {
    let trouble =
        Trouble { code: Some(code), cause: "+8613900000000 is taken".to_owned(), ..Trouble::default() };
    Fault { trouble, stops_run: false }
}

fn applied(verdict: &Verdict) -> Vec<&str> {
    match verdict {
        Verdict::Done { applied, .. } => applied.keys().map(String::as_str).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn accepted_codes_are_no_failures_even_after_a_lost_answer() {
    let mut draft = draft();
    draft.accepts = vec![
        Accept::Done { code: 42_005 },
        Accept::Pending { code: 44_010, reason: "not joined".to_owned() },
        Accept::Warned { code: 44_054, warning: "no seat".to_owned(), except: vec!["mobile".to_owned()] },
    ];
    for lost in [false, true] {
        let reply = |code| if lost { Reply::Unknown(fault(code)) } else { Reply::Refused(fault(code)) };
        assert_eq!(applied(&judge(&draft, reply(42_005), "l")), ["members", "mobile"]);
        let pending = judge(&draft, reply(44_010), "l");
        assert_eq!(pending, Verdict::Pending { reason: "not joined".to_owned() });
        let warned = judge(&draft, reply(44_054), "l");
        assert_eq!(applied(&warned), ["members"]);
        assert!(matches!(warned, Verdict::Done { warning: Some(w), .. } if w == "no seat"));
        match (lost, judge(&draft, reply(1), "l")) {
            (false, Verdict::Failed(fault)) => assert_eq!(fault.trouble.remedy, None),
            (true, Verdict::Unknown(fault)) => assert_eq!(fault.trouble.remedy.as_deref(), Some(LOOK)),
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn personal_values_are_hashed_when_kept_and_masked_in_messages() {
    let draft = draft();
    let done = judge(&draft, Reply::Done(json!({})), "l");
    let Verdict::Done { applied, .. } = &done else { panic!("{done:?}") };
    assert_eq!(
        applied["members"],
        json!({ "$set": [{ "$ref": { "remote": { "kind": "user", "id": "u1" } } }] })
    );
    assert!(applied["mobile"].get("$sha256").is_some());
    for reply in [Reply::Refused(fault(1)), Reply::Unknown(fault(1))] {
        let verdict = judge(&draft, reply, "l");
        assert!(!format!("{verdict:?}").contains("13900000000"), "{verdict:?}");
    }
}

#[test]
fn ids_are_captured_and_a_thing_without_its_own_id_is_not_taken_for_done() {
    let mut draft = draft();
    let capture = |pointer: &str, id: &str| Capture { pointer: pointer.to_owned(), id: id.to_owned() };
    draft.captures = vec![capture("/type/enum_id", "id"), capture("/type/enum_value", "enum_value")];
    let ids = |draft: &StepDraft, data| match judge(draft, Reply::Done(data), "l") {
        Verdict::Done { ids, .. } => Some(ids.into_iter().collect::<Vec<_>>()),
        Verdict::Unknown(_) => None,
        other => panic!("{other:?}"),
    };
    let own = |pairs: &[(&str, &str)]| {
        Some(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>())
    };
    let full = json!({ "type": { "enum_id": "e", "enum_value": 7 } });
    assert_eq!(ids(&draft, full), own(&[("enum_value", "7"), ("id", "e")]));
    // A field whose scope is missing is left out.
    assert_eq!(ids(&draft, json!({ "type": { "enum_id": "e" } })), own(&[("id", "e")]));
    for lacking in [json!({}), json!(null), json!({ "type": { "enum_id": "" } })] {
        assert_eq!(ids(&draft, lacking), None);
    }
    draft.ids = [("id".to_owned(), "chosen".to_owned())].into();
    assert_eq!(ids(&draft, json!({})), own(&[("id", "chosen")]));
}

#[test]
fn single_items_inside_a_success_are_looked_at() {
    let mut draft = draft();
    draft.verify = Some(Verify {
        list: "/results".to_owned(),
        field: "reason".to_owned(),
        fine: vec![1, 4],
        id: "user_id".to_owned(),
        words: [(2, "no such person".to_owned())].into(),
    });
    let verdict = |data| judge(&draft, Reply::Done(data), "l");
    let item = |id: &str, reason: i64| json!({ "user_id": id, "reason": reason });
    assert_eq!(applied(&verdict(json!({ "results": [item("a", 1), item("b", 4)] }))).len(), 2);
    match verdict(json!({ "results": [item("a", 1), item("b", 2), item("c", 9), { "user_id": "d" }] })) {
        Verdict::Failed(fault) => {
            assert_eq!(fault.trouble.cause, "3 of 4 refused: b: no such person, c: result 9, d: no result");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(verdict(json!({})), Verdict::Unknown(_)), "silence is no success");
}

#[test]
fn a_call_that_the_contract_does_not_know_is_never_sent() {
    let trouble = prepare(&draft(), None, &Document::fresh()).expect_err("no endpoint");
    assert!(trouble.cause.contains("no endpoint") && trouble.remedy.is_some(), "{trouble:?}");
}

#[test]
fn ids_that_are_left_over_fail_wait_or_warn_in_this_order() {
    let list = |list: &str, means| crate::model::Leftover {
        list: list.to_owned(),
        words: "no".to_owned(),
        means,
        expected: BTreeSet::from(["new".to_owned()]),
        present: BTreeSet::new(),
    };
    let mut draft = draft();
    draft.leftovers =
        vec![list("/bad", Meaning::Failure), list("/wait", Meaning::Waiting), list("/odd", Meaning::Warning)];
    let judged = |data| judge(&draft, Reply::Done(data), "l");
    assert_eq!(applied(&judged(json!({ "bad": [], "wait": null }))), ["members", "mobile"]);
    assert!(
        matches!(judged(json!({ "bad": ["x"], "wait": ["y"] })), Verdict::Failed(f) if f.trouble.cause.contains("x: no"))
    );
    assert!(
        matches!(judged(json!({ "wait": ["y"], "odd": ["z"] })), Verdict::Pending { reason } if reason == "y: no")
    );
    assert!(matches!(judged(json!({ "bad": ["new"] })), Verdict::Pending { .. }), "expected of that one");
    let warned = judged(json!({ "odd": ["z"] }));
    assert!(applied(&warned).is_empty(), "nobody knows what is in force");
    // Ids that have to be in the list instead.
    let mut draft = draft.clone();
    draft.leftovers = vec![crate::model::Leftover {
        present: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
        ..list("/now", Meaning::Failure)
    }];
    let judged = |data| judge(&draft, Reply::Done(data), "l");
    assert!(
        matches!(judged(json!({ "now": ["a"] })), Verdict::Failed(f) if f.trouble.cause == "refused: b: no")
    );
    assert_eq!(applied(&judged(json!({ "now": ["a", "b", "c"] }))).len(), 2);
    assert_eq!(applied(&judged(json!({}))).len(), 2, "the list is missing from the answer");
}
