//! Rules of the steps, each over a small world. What is expected was written from contact.md B.2.

use std::collections::BTreeMap;

use serde_json::json;

use crate::kinds::user::testing::{Case, Small, address, case, department, live, user};
use crate::model::{Accept, Action, Address, Departed, Fact, OnRemove, Record, StepDraft, Value};
use crate::resource::Drafts;

const INVITED: &[(&str, &str)] = &[("name", "张三"), ("mobile", "+8613011111111"), ("employee_type", "regular")];

/// Enough to be invited, and more.
fn invited(more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let mut all: Vec<(&'static str, Value)> = INVITED.iter().map(|(n, v)| (*n, Value::text(*v))).collect();
    all.push(("departments", Value::List(vec![department("a")])));
    all.extend(more.iter().cloned());
    all
}

#[track_caller]
fn only(drafts: &Drafts) -> &StepDraft {
    assert_eq!(drafts.problems, []);
    let [step] = drafts.steps.as_slice() else { panic!("one step, not {:#?}", drafts.steps) };
    step
}

fn body(step: &StepDraft) -> serde_json::Value {
    step.call.body.clone().unwrap_or_default()
}

fn needs(step: &StepDraft, fact: &Fact) -> bool {
    step.needs.iter().any(|need| need.fact == *fact)
}

fn settled(what: &str, address: &Address) -> Fact {
    Fact::Settled(what.to_owned(), address.clone())
}

fn remote(id: &str) -> Value {
    Value::remote("user", id)
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn codes(drafts: &Drafts) -> Vec<&'static str> {
    drafts.problems.iter().map(|p| p.code).collect()
}

#[test]
fn an_invitation_carries_everything_with_our_id_and_a_token() {
    let wanted = invited(&[
        ("leader", user("boss")),
        ("gender", Value::text("female")),
        ("join_date", Value::text("2024-03-01")),
        ("nickname", Value::Null),
        ("frozen", Value::Bool(false)),
        ("tags", Value::Set([Value::text("x")].into())),
    ]);
    let world = Small { live: vec![live("boss", &[], &[])], ..Small::default() };
    let drafts = world.steps(&[case("zhang.san", Action::Create, &wanted), case("boss", Action::Keep, &[])]);
    let step = only(&drafts);
    let expected = json!({
        "user_id": "zhang.san", "name": "张三", "mobile": "+8613011111111", "employee_type": 1, "gender": 2,
        "department_ids": [{ "$late": { "address": "department.a", "id": "id" } }],
        "orders": [{ "department_id": { "$late": { "address": "department.a", "id": "id" } }, "user_order": 0, "department_order": 1, "is_primary_dept": true }],
        "leader_user_id": "boss", "join_time": 1_709_222_400,
    });
    assert_eq!(body(step), expected);
    assert_eq!(step.call.token.as_deref(), Some("client_token"));
    assert_eq!(step.ids.get("id").map(String::as_str), Some("zhang.san"));
    for thing in [address("boss"), Address::new("department", "a")] {
        assert!(needs(step, &Fact::Exists(thing)));
    }
    assert!(step.gives.contains(&Fact::Exists(address("zhang.san"))));
    let warned = step.accepts.iter().filter_map(|a| match a {
        Accept::Warned { code, .. } => Some(*code),
        Accept::Done { .. } | Accept::Pending { .. } => None,
    });
    assert_eq!(warned.collect::<Vec<_>>(), [44_054, 44_055, 44_056]);
    assert!(step.applies.contains_key("nickname") && !step.applies.contains_key("tags"));
}

#[test]
fn what_an_invitation_lacks_is_said() {
    let drafts = Small::default().steps(&[case("p", Action::Create, &[("name", Value::text("p"))])]);
    assert_eq!(codes(&drafts), ["plan::cannot_invite"]);
    assert!(drafts.steps.is_empty());
}

#[test]
fn new_people_who_name_each_other_are_not_a_circle() {
    let by = |key: &str| Value::Set([user(key)].into());
    let one = invited(&[("dotted_line", by("two"))]);
    let mut two = invited(&[("dotted_line", by("one")), ("leader", user("one"))]);
    two[1].1 = Value::text("+8613022222222");
    let drafts = Small::default().steps(&[case("one", Action::Create, &one), case("two", Action::Create, &two)]);
    assert_eq!(codes(&drafts), [""; 0]);
    let creates: Vec<_> = drafts.steps.iter().filter(|s| s.what == "create").collect();
    let waits = |step: &StepDraft, on: &str| needs(step, &Fact::Exists(address(on)));
    assert!(!(waits(creates[0], "two") && waits(creates[1], "one")), "one of them goes first");
    let later = drafts.steps.iter().find(|s| s.verb == crate::model::Verb::Update).expect("a patch afterwards");
    assert!(waits(later, "one") && waits(later, "two"));
}

#[test]
fn departments_and_suspension_go_the_slow_lane_with_everything_else_in_one_request() {
    let at = Value::List(vec![Value::remote("department", "a")]);
    let was = live("p", &[("name", Value::text("old")), ("departments", at), ("frozen", Value::Bool(false))], &[]);
    let world = Small { live: vec![was], ..Small::default() };
    let step = |wanted: &[(&'static str, Value)]| only(&world.steps(&[case("p", Action::Update, wanted)])).clone();
    let name = ("name", Value::text("new"));
    assert_eq!(step(std::slice::from_ref(&name)).lane, None);
    assert_eq!(body(&step(std::slice::from_ref(&name))), json!({ "name": "new" }), "only what changed");
    assert_eq!(step(&[("frozen", Value::Bool(true))]).lane.as_deref(), Some("user_slow"));
    let moved = step(&[name, ("departments", Value::List(vec![department("b")]))]);
    assert_eq!(moved.lane.as_deref(), Some("user_slow"));
    let fields: Vec<String> = body(&moved).as_object().expect("body").keys().cloned().collect();
    assert_eq!(fields, ["department_ids", "name", "orders"]);
    assert!(moved.gives.contains(&settled("left", &Address::new("department", "a"))));
    assert!(needs(&moved, &Fact::Exists(Address::new("department", "b"))));
}

#[test]
fn what_is_not_written_about_a_department_stays_and_the_primary_one_weighs_most() {
    let heavy = map(&[
        ("department", Value::remote("department", "a")),
        ("order", Value::Int(7)),
        ("department_order", Value::Int(9)),
    ]);
    let world = Small { live: vec![live("p", &[("departments", Value::List(vec![heavy]))], &[])], ..Small::default() };
    let wanted = [("departments", Value::List(vec![department("b"), Value::remote("department", "a")]))];
    let sent = body(only(&world.steps(&[case("p", Action::Update, &wanted)])));
    let orders: Vec<_> = sent["orders"].as_array().expect("orders").iter().collect();
    assert_eq!((&orders[0]["department_order"], &orders[0]["is_primary_dept"]), (&json!(10), &json!(true)));
    assert_eq!((&orders[1]["user_order"], &orders[1]["department_order"]), (&json!(7), &json!(9)));
}

#[test]
fn emptiness_has_a_form_for_each_field() {
    let was = [
        ("nickname", Value::text("x")),
        ("job_title", Value::text("x")),
        ("leader", remote("l")),
        ("dotted_line", Value::Set([remote("l")].into())),
        ("join_date", Value::text("2024-03-01")),
        ("job_level", Value::remote("job_level", "1")),
    ];
    let wanted: Vec<_> = was.iter().map(|(name, _)| (*name, Value::Null)).collect();
    let world = Small { live: vec![live("p", &was, &[])], ..Small::default() };
    let sent = body(only(&world.steps(&[case("p", Action::Update, &wanted)])));
    let expected = json!({
        "nickname": "", "job_title": " ", "leader_user_id": "", "dotted_line_leader_user_ids": [], "join_time": 0,
        "job_level_id": "",
    });
    assert_eq!(sent, expected);
}

#[test]
fn who_has_not_joined_or_has_left_waits() {
    for fact in ["unjoined", "exited"] {
        let world = Small { live: vec![live("p", &[("name", Value::text("a"))], &[fact])], ..Small::default() };
        let drafts = world.steps(&[case("p", Action::Update, &[("name", Value::text("b"))])]);
        assert!(drafts.steps.is_empty() && drafts.problems.is_empty(), "{fact}");
        assert_eq!(drafts.pending[0].1.attributes, ["name"], "{fact}");
    }
    let world = Small { live: vec![live("p", &[], &[])], ..Small::default() };
    let drafts = world.steps(&[case("p", Action::Update, &[("name", Value::text("b"))])]);
    let pends = |code| only(&drafts).accepts.iter().any(|a| matches!(a, Accept::Pending { code: c, .. } if *c == code));
    assert!(pends(44_010) && pends(44_011), "it may come out only when it is tried");
}

/// Two people who swap the values of an attribute.
fn swap(attribute: &'static str, one: &str, two: &str, spare: &[&str]) -> Drafts {
    let has = |id: &str, value: &str| live(id, &[(attribute, Value::text(value))], &[]);
    let mut world = Small { live: vec![has("a", one), has("b", two)], ..Small::default() };
    world.settings.spare_mobiles = spare.iter().map(|s| (*s).to_owned()).collect();
    let gets = |key, value: &str| case(key, Action::Update, &[(attribute, Value::text(value))]);
    world.steps(&[gets("a", two), gets("b", one)])
}

#[test]
fn a_swap_of_addresses_has_the_same_stand_in_every_time() {
    let drafts = swap("email", "a@x.cn", "b@x.cn", &[]);
    assert_eq!(codes(&drafts), [""; 0]);
    let step = &drafts.steps[0];
    assert_eq!((step.takes[0].value.as_str(), step.frees[0].value.as_str()), ("b@x.cn", "a@x.cn"));
    let parked = &step.parks[0];
    assert_eq!(parked.frees, step.frees[0]);
    let stand_in = parked.call.body.as_ref().expect("body")["email"].as_str().expect("text").to_owned();
    assert!(stand_in.starts_with("a+larkctl-") && stand_in.ends_with("@x.cn"), "{stand_in}");
    assert_eq!(swap("email", "a@x.cn", "b@x.cn", &[]).steps[0].parks, step.parks);
}

#[test]
fn a_swap_of_mobiles_needs_a_number_of_the_users_own() {
    let (one, two) = ("+8613011111111", "+8613022222222");
    let drafts = swap("mobile", one, two, &[]);
    assert_eq!(codes(&drafts), ["plan::mobile_swap"], "said once");
    assert!(drafts.steps.iter().all(|s| s.parks.is_empty()));
    let drafts = swap("mobile", one, two, &["+8613099999999"]);
    assert_eq!(codes(&drafts), [""; 0]);
    assert_eq!(drafts.steps[0].parks[0].call.body, Some(json!({ "mobile": "+8613099999999" })));
}

#[test]
fn a_value_that_somebody_keeps_is_said_before_anything_is_sent() {
    let holder = live("h", &[("mobile", Value::text("+8613022222222"))], &[]);
    let world = Small { live: vec![live("p", &[], &[]), holder], ..Small::default() };
    let wanted = [("mobile", Value::text("+8613022222222"))];
    assert_eq!(codes(&world.steps(&[case("p", Action::Update, &wanted)])), ["plan::taken"]);
    let dismissed = case("h", Action::Delete, &[]);
    assert_eq!(codes(&world.steps(&[case("p", Action::Update, &wanted), dismissed])), [""; 0]);
}

#[test]
fn where_a_circle_of_leaders_could_close_the_upper_one_changes_first() {
    let led = |id: &str, by: Value| live(id, &[("leader", by)], &[]);
    let world = Small { live: vec![led("a", Value::Null), led("b", remote("a"))], ..Small::default() };
    let drafts = world.steps(&[
        case("a", Action::Update, &[("leader", user("b"))]),
        case("b", Action::Update, &[("leader", Value::Null)]),
    ]);
    let (a, b) = (&drafts.steps[0], &drafts.steps[1]);
    let above = settled("leader", &address("b"));
    assert!(needs(a, &above) && b.gives.contains(&above) && !needs(b, &settled("leader", &address("a"))));
    assert!(b.gives.contains(&settled("released", &address("a"))));
}

fn leaving(key: &'static str, on_delete: &[(&str, Value)]) -> Case {
    Case { on_delete: Some(map(on_delete)), ..case(key, Action::Delete, &[]) }
}

#[test]
fn a_dismissal_says_who_receives_what() {
    let p = live("p", &[("departments", Value::List(vec![Value::remote("department", "a")])), ("leader", Value::Null)], &[]);
    let world = Small { live: vec![p, live("h", &[], &[]), live("k", &[], &[])], ..Small::default() };
    let mail = map(&[("action", Value::text("keep"))]);
    let drafts = world.steps(&[leaving("p", &[("calendar", remote("h")), ("docs", user("k")), ("email", mail)])]);
    let step = only(&drafts);
    let expected = json!({
        "calendar_acceptor_user_id": "h", "docs_acceptor_user_id": { "$late": { "address": "user.k", "id": "id" } },
        "email_acceptor": { "processing_type": "2" },
    });
    assert_eq!(body(step), expected);
    assert!(needs(step, &settled("released", &address("p"))));
    assert!(step.gives.contains(&Fact::Gone(address("p"))));
    assert!(step.gives.contains(&settled("left", &Address::new("department", "a"))));
    assert!(step.forgets && step.accepts.contains(&Accept::Done { code: 42_006 }));
    let note = &drafts.notes[0].1;
    for part in ["surveys are deleted", "calendar events go to the person with the user_id h", "external chats go to the colleague"] {
        assert!(note.contains(part), "{part} is not in: {note}");
    }
    let all = body(only(&world.steps(&[leaving("p", &[("default", remote("h"))])])));
    assert_eq!(all.as_object().map(serde_json::Map::len), Some(9));
    assert_eq!(all["email_acceptor"], json!({ "processing_type": "1", "acceptor_user_id": "h" }));
}

#[test]
fn heirs_and_leaders_leave_last_and_heirs_in_a_circle_are_refused() {
    let led = |id: &str, by: Value| live(id, &[("leader", by)], &[]);
    let world = Small { live: vec![led("x", Value::Null), led("h", Value::Null), led("r", remote("x"))], ..Small::default() };
    let drafts = world.steps(&[leaving("x", &[("default", user("h"))]), leaving("h", &[]), leaving("r", &[])]);
    assert_eq!(codes(&drafts), [""; 0]);
    let step = |key| drafts.steps.iter().find(|s| s.address == address(key)).expect("step");
    assert!(needs(step("h"), &Fact::Gone(address("x"))), "the heir after whom they inherit from");
    assert!(needs(step("x"), &Fact::Gone(address("r"))), "the leader after the report");
    assert!(!needs(step("x"), &Fact::Gone(address("h"))));
    let circle = world.steps(&[leaving("x", &[("docs", user("h"))]), leaving("h", &[("docs", user("x"))])]);
    assert_eq!(codes(&circle), ["plan::heirs_in_circle"]);
    assert!(circle.problems[0].why.contains("user.h, user.x"));
}

#[test]
fn who_cannot_inherit_or_be_deleted_is_said() {
    let world = |facts: &[&str]| Small { live: vec![live("p", &[], &[]), live("h", &[], facts)], ..Small::default() };
    for fact in ["unjoined", "frozen", "exited", "resigned"] {
        let drafts = world(&[fact]).steps(&[leaving("p", &[("default", remote("h"))])]);
        assert_eq!(codes(&drafts), ["plan::unfit_heir"], "{fact}, said once");
    }
    assert_eq!(codes(&world(&[]).steps(&[leaving("p", &[("docs", user("p"))])])), ["plan::unfit_heir"]);
    let manager = Small { live: vec![live("m", &[], &["tenant_manager"])], ..Small::default() };
    assert_eq!(codes(&manager.steps(&[leaving("m", &[])])), ["plan::tenant_manager"]);
    assert_eq!(codes(&world(&[]).steps(&[case("p", Action::Replace, &[])])), ["plan::never_replaced"]);
}

#[test]
fn deactivating_suspends_and_forgets() {
    let world = Small { live: vec![live("p", &[], &[])], ..Small::default() };
    let drafts = world.steps(&[Case { on_remove: OnRemove::Deactivate, ..case("p", Action::Delete, &[]) }]);
    let step = only(&drafts);
    assert_eq!((step.call.method.as_str(), body(step), step.forgets), ("PATCH", json!({ "is_frozen": true }), true));
    assert_eq!(step.lane.as_deref(), Some("user_slow"));
}

fn ids() -> BTreeMap<String, String> {
    [("id", "p"), ("union_id", "on_p")].map(|(n, v)| (n.to_owned(), v.to_owned())).into()
}

#[test]
fn whoever_left_within_thirty_days_is_called_back_by_what_stays_theirs() {
    let day = 86_400;
    let left = |days: i64| {
        let departed = Departed { ids: ids(), at: 1_000_000_000 - days * day };
        Small { departed: BTreeMap::from([(address("p"), departed)]), ..Small::default() }
    };
    let wanted = invited(&[("leader", Value::Null)]);
    let drafts = left(29).steps(&[case("p", Action::Create, &wanted)]);
    let [back, rest] = drafts.steps.as_slice() else { panic!("{:#?}", drafts.steps) };
    assert!(back.call.path.ends_with("/resurrect"));
    assert_eq!(back.call.params["user_id"], "on_p".into());
    assert_eq!(back.call.query[0], ("user_id_type".to_owned(), "union_id".into()));
    let department = json!({ "department_id": { "$late": { "address": "department.a", "id": "id" } }, "user_order": 0, "department_order": 1 });
    assert_eq!(body(back), json!({ "departments": [department] }));
    assert!(back.gives.contains(&Fact::Exists(address("p"))) && back.applies.contains_key("departments"));
    assert!(needs(rest, &Fact::Exists(address("p"))));
    assert_eq!((&body(rest)["name"], body(rest).get("department_ids")), (&json!("张三"), None));
    let drafts = left(31).steps(&[case("p", Action::Create, &wanted)]);
    assert_eq!(only(&drafts).what, "create");
}

#[test]
fn a_managed_person_whom_somebody_dismissed_is_called_back_and_a_stranger_is_not() {
    let world = Small { live: vec![live("p", &[], &["resigned"])], ..Small::default() };
    let stranger = case("p", Action::Create, &invited(&[]));
    assert_eq!(only(&world.steps(std::slice::from_ref(&stranger))).what, "create");
    let managed = Case { record: Some(Record { ids: ids(), ..Record::default() }), ..stranger };
    assert_eq!(world.steps(&[managed]).steps[0].what, "call back");
}

#[test]
fn of_custom_fields_only_those_that_differ_are_sent() {
    use crate::kinds::user::observe::custom::lookup;
    use crate::model::Found;

    let was = map(&[("座右铭", Value::text("x")), ("C-4", map(&[("user", remote("m"))]))]);
    let mut world = Small { live: vec![live("p", &[("custom", was)], &[])], ..Small::default() };
    for (by, value, found) in
        [("custom_field", "座右铭", "C-1"), ("custom_field", "尺码", "C-3"), ("custom_type", "C-3", "ENUMERATION"), ("custom_choice", "C-3/S", "o1")]
    {
        world.lookups.insert(lookup(by, value), Found::One(found.to_owned()));
    }
    let wanted = |size: &str| {
        let size = map(&[("choice", Value::text(size))]);
        let all = [("座右铭", Value::text("x")), ("尺码", size), ("C-4", map(&[("user", remote("n"))]))];
        case("p", Action::Update, &[("custom", map(&all))])
    };
    let expected = json!([
        { "type": "GENERIC_USER", "id": "C-4", "value": { "generic_user": { "id": "n", "type": 1 } } },
        { "type": "ENUMERATION", "id": "C-3", "value": { "option_id": "o1" } },
    ]);
    assert_eq!(body(only(&world.steps(&[wanted("S")])))["custom_attrs"], expected);
    assert_eq!(codes(&world.steps(&[wanted("XXL")])), ["plan::custom_choice"]);
    let unknown = [("custom", map(&[("血型", Value::text("A"))]))];
    assert_eq!(codes(&world.steps(&[case("p", Action::Update, &unknown)])), ["plan::custom_field"]);
}

#[test]
fn a_list_of_departments_that_is_partly_hidden_is_not_replaced() {
    let wanted = [("departments", Value::List(vec![department("b")]))];
    let world = Small { live: vec![live("p", &[], &[])], ..Small::default() };
    let drafts = world.steps(&[case("p", Action::Update, &wanted)]);
    assert_eq!((codes(&drafts), drafts.steps.len()), (vec!["plan::departments_hidden"], 0));
}

#[test]
fn who_is_left_without_a_leader_is_counted() {
    let led = live("r", &[("leader", remote("p"))], &[]);
    let world = Small { live: vec![live("p", &[], &[]), led], ..Small::default() };
    let says = |drafts: &Drafts| drafts.notes.iter().any(|(_, note)| note == "1 direct report will have no leader");
    assert!(says(&world.steps(&[leaving("p", &[])])));
    assert!(!says(&world.steps(&[leaving("p", &[]), leaving("r", &[])])));
}
