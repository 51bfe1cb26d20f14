//! Batches, claims and what waits for what, without a tenant.

use std::collections::{BTreeMap, BTreeSet};

use super::KIND;
use crate::model::{
    Action, Address, Cause, Fact, FieldChange, Lifecycle, Live, OnRemove, Settings, Snapshot, StepDraft, Value,
    Wanted,
};
use crate::resource::{Drafts, Kind, ThingChange, Work};

fn user(key: &str) -> Address {
    Address::new("user", key)
}

fn crew(keys: &[&str]) -> Value {
    Value::Set(keys.iter().map(|key| Value::address(user(key))).collect())
}

fn live(id: &str, name: &str, members: &[&str]) -> Live {
    let mut live = Live { id: id.to_owned(), ..Live::default() };
    live.attributes.insert("name".to_owned(), Value::text(name));
    live.attributes.insert("members".to_owned(), crew(members));
    live.facts.insert("member_user_count".to_owned(), Value::Int(i64::try_from(members.len()).expect("few")));
    live
}

fn change<'w>(address: Address, action: Action, live: Option<&'w Live>) -> ThingChange<'w> {
    ThingChange {
        address,
        action,
        wanted: BTreeMap::new(),
        live,
        record: None,
        fields: Vec::new(),
        lifecycle: Lifecycle::default(),
        on_remove: OnRemove::Delete,
        on_delete: None,
    }
}

/// Declares an attribute that differs.
fn wants<'w>(mut change: ThingChange<'w>, name: &str, wanted: Wanted) -> ThingChange<'w> {
    let before = change.live.and_then(|live| live.attributes.get(name)).cloned();
    let after = wanted.value().clone();
    change.wanted.insert(name.to_owned(), wanted);
    change.fields.push(FieldChange { name: name.to_owned(), before, after, cause: Cause::Config });
    change
}

fn plan(groups: Vec<ThingChange<'_>>, people: Vec<ThingChange<'_>>) -> Drafts {
    let changes = groups.clone();
    let all: BTreeMap<Address, ThingChange<'_>> =
        groups.into_iter().chain(people).map(|change| (change.address.clone(), change)).collect();
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
    let mut drafts = Drafts::default();
    KIND.steps(&work, &mut drafts);
    drafts
}

fn group(key: &str) -> Address {
    Address::new("user_group", key)
}

fn needs(step: &StepDraft) -> BTreeSet<Fact> {
    step.needs.iter().map(|need| need.fact.clone()).collect()
}

#[test]
fn new_members_are_waited_for_and_leaving_ones_released() {
    let before = live("crew", "班组", &["gone", "left", "stays"]);
    let exact = Wanted::Exactly(crew(&["new", "stays"]));
    let group = wants(change(group("crew"), Action::Update, Some(&before)), "members", exact);
    let person = Live::default();
    let people = vec![
        change(user("new"), Action::Create, None),
        change(user("gone"), Action::Delete, Some(&person)),
        change(user("left"), Action::Keep, Some(&person)),
        change(user("stays"), Action::Delete, Some(&person)),
    ];
    let drafts = plan(vec![group], people);
    let whats: Vec<&str> = drafts.steps.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(whats, ["remove 2 members", "add 1 member"]);
    let released: Vec<&Fact> =
        drafts.steps[0].gives.iter().filter(|fact| matches!(fact, Fact::Settled(part, _) if part == "released")).collect();
    assert_eq!(released, [&Fact::Settled("released".to_owned(), user("gone"))]);
    assert!(needs(&drafts.steps[1]).contains(&Fact::Exists(user("new"))));
    assert!(!needs(&drafts.steps[0]).contains(&Fact::Exists(user("new"))));
    // The id of somebody who does not exist yet is left open.
    let body = drafts.steps[1].call.body.as_ref().expect("a body");
    assert_eq!(body["member_id"]["$late"]["address"], "user.new");
    assert_eq!(drafts.steps[1].call.path, "/open-apis/contact/v3/group/:group_id/member/add");
}

#[test]
fn at_least_removes_nobody_even_if_the_wanted_value_lacks_them() {
    let before = live("crew", "班组", &["a"]);
    let wanted = Wanted::AtLeast(crew(&["b"]));
    let group = wants(change(group("crew"), Action::Update, Some(&before)), "members", wanted);
    let whats: Vec<String> = plan(vec![group], Vec::new()).steps.into_iter().map(|step| step.what).collect();
    assert_eq!(whats, ["add 1 member"]);
}

#[test]
fn unknown_members_are_left_alone() {
    let mut before = live("crew", "班组", &["a"]);
    before.attributes.remove("members");
    let exact = Wanted::Exactly(crew(&["b"]));
    let there = wants(change(group("crew"), Action::Update, Some(&before)), "members", exact);
    let drafts = plan(vec![there], Vec::new());
    // The members alone are held back, and a deletion as a whole.
    assert_eq!((drafts.steps.len(), drafts.unread.len()), (0, 1));
    let drafts = plan(vec![change(group("crew"), Action::Delete, Some(&before))], Vec::new());
    assert_eq!((drafts.steps.len(), drafts.blocked.len()), (0, 1));
}

#[test]
fn a_rename_takes_the_new_name_frees_the_old_one_and_can_be_parked() {
    let before = live("crew", "旧", &[]);
    let renamed =
        wants(change(group("crew"), Action::Update, Some(&before)), "name", Wanted::Exactly(Value::text("新")));
    let drafts = plan(vec![renamed], Vec::new());
    let [step] = drafts.steps.as_slice() else { panic!("{drafts:#?}") };
    let values = |claims: &[crate::model::Claim]| claims.iter().map(|c| c.value.clone()).collect::<Vec<_>>();
    assert_eq!((values(&step.takes), values(&step.frees)), (vec!["新".to_owned()], vec!["旧".to_owned()]));
    let [park] = step.parks.as_slice() else { panic!("{step:#?}") };
    assert_eq!((&park.frees, park.takes.value.as_str()), (&step.frees[0], "~crew"));
    assert_eq!(park.call.body.as_ref().expect("a body")["name"], "~crew");
}

#[test]
fn a_name_that_nobody_gives_up_is_a_problem_before_anything_is_sent() {
    let (keeper, other) = (live("keeper", "甲", &[]), live("other", "乙", &[]));
    let name = |change, name| wants(change, "name", Wanted::Exactly(Value::text(name)));
    let mine = name(change(group("other"), Action::Update, Some(&other)), "甲");
    let mut snapshot = Snapshot::default();
    let groups = std::sync::Arc::make_mut(snapshot.kinds.entry("user_group".to_owned()).or_default());
    groups.things = [("keeper".to_owned(), keeper.clone()), ("other".to_owned(), other.clone())].into();
    let codes = |changes: Vec<ThingChange<'_>>| {
        let all = changes.iter().map(|change| (change.address.clone(), change.clone())).collect();
        let addresses =
            ["keeper", "other"].map(|id| (("user_group".to_owned(), id.to_owned()), group(id))).into();
        let work = Work {
            changes: &changes,
            all: &all,
        declared: &BTreeMap::new(),
            snapshot: &snapshot,
            bound: &BTreeMap::new(),
            addresses: &addresses,
            settings: &Settings::default(),
            departed: &BTreeMap::new(),
            now: 0,
        };
        let mut drafts = Drafts::default();
        KIND.steps(&work, &mut drafts);
        drafts.problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    let keeps = change(group("keeper"), Action::Keep, Some(&keeper));
    assert_eq!(codes(vec![mine.clone(), keeps]), ["plan::taken"]);
    let goes = change(group("keeper"), Action::Delete, Some(&keeper));
    assert!(codes(vec![mine, goes]).is_empty());
}

#[test]
fn whoever_is_in_a_leaving_group_is_removed_by_the_reference_that_plans_them() {
    let mut before = live("crew", "班组", &[]);
    let members = Value::Set([Value::remote("user", "u1"), Value::remote("user", "u2")].into());
    before.attributes.insert("members".to_owned(), members);
    let leaving = change(group("crew"), Action::Delete, Some(&before));
    let person = Live { id: "u1".to_owned(), ..Live::default() };
    let changes = vec![leaving.clone()];
    let goes = change(user("one"), Action::Delete, Some(&person));
    let all = [leaving, goes].into_iter().map(|change| (change.address.clone(), change)).collect();
    let work = Work {
        changes: &changes,
        all: &all,
        declared: &BTreeMap::new(),
        snapshot: &Snapshot::default(),
        bound: &BTreeMap::new(),
        addresses: &[(("user".to_owned(), "u1".to_owned()), user("one"))].into(),
        settings: &Settings::default(),
        departed: &BTreeMap::new(),
        now: 0,
    };
    let mut drafts = Drafts::default();
    KIND.steps(&work, &mut drafts);
    let [removal, delete] = drafts.steps.as_slice() else { panic!("{drafts:#?}") };
    assert!(removal.gives.contains(&Fact::Settled("released".to_owned(), user("one"))));
    let ids: Vec<&str> = removal.call.body.as_ref().expect("a body")["members"]
        .as_array()
        .expect("members")
        .iter()
        .filter_map(|entry| entry["member_id"].as_str())
        .collect();
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), ["u1", "u2"].into());
    assert!(needs(delete).iter().all(|fact| removal.gives.contains(fact)) && delete.forgets);
    assert!(matches!(removal.call.params["group_id"], crate::model::Late::Known(ref id) if id == "crew"));
}
