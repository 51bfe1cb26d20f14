//! Departments over real HTTP.

mod company;

use std::collections::BTreeSet;

use larkctl::model::{Fact, Found, Lookup, Value};
use serde_json::{Value as Json, json};

use crate::support::{CONTACT, Tenant};
use company::{Company, below, department, map, send, set, user};

async fn live(t: &Tenant, id: &str) -> Json {
    let path = format!("{CONTACT}/departments/{id}?department_id_type=department_id&user_id_type=user_id");
    t.ok("GET", &path, Json::Null).await["department"].clone()
}

async fn calls(t: &Tenant) -> u64 {
    let report = t.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    report["endpoints"].as_object().expect("endpoints").values().filter_map(|e| e["calls"].as_u64()).sum()
}

#[tokio::test]
async fn a_tree_is_built_changed_and_taken_down() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    let mut c = Company::default();
    c.person("boss", "0", true);
    let i18n = map(&[("en_us", Value::text("R&D"))]);
    let leaders = map(&[("primary", user("boss"))]);
    let chat = map(&[
        ("state", Value::text("enabled")),
        ("employee_types", set(&[Value::text("regular"), Value::text("intern")])),
    ]);
    c.declare(
        "eng",
        "研发中心",
        "root",
        &[("i18n_name", i18n), ("leaders", leaders), ("hrbps", set(&[user("boss")]))],
    );
    c.declare("sre", "SRE", "eng", &[("order", Value::Int(7)), ("group_chat", chat)]);
    c.declare("web", "Web", "eng", &[]);
    let done = c.converge(&t).await;
    assert_eq!(done.len(), 5, "{done:?}");
    let eng = live(&t, "eng").await;
    assert_eq!(eng["leader_user_id"], "boss");
    assert_eq!(eng["department_hrbps"], json!(["boss"]));
    let sre = live(&t, "sre").await;
    assert_eq!((&sre["order"], &sre["parent_department_id"]), (&json!("7"), &json!("eng")));
    let types = sre["group_chat_employee_types"].as_array().expect("types").iter().filter_map(Json::as_i64);
    assert_eq!(types.collect::<BTreeSet<i64>>(), BTreeSet::from([1, 2]));
    assert!(sre["chat_id"].is_string());

    // Inverted, renamed crosswise, the chat let go of, nobody leads.
    c.declared.clear();
    c.declare("sre", "Web", "root", &[("group_chat", map(&[("state", Value::text("detached"))]))]);
    c.declare("eng", "研发", "sre", &[("leaders", Value::Null), ("hrbps", set(&[]))]);
    c.declare("web", "SRE", "eng", &[]);
    c.converge(&t).await;
    let eng = live(&t, "eng").await;
    assert_eq!((&eng["parent_department_id"], &eng["leaders"]), (&json!("sre"), &json!([])));
    assert!(live(&t, "sre").await["chat_id"].is_null());

    c.declared.clear();
    let done = c.converge(&t).await;
    assert_eq!(done, ["department.web: delete", "department.eng: delete", "department.sre: delete"]);
    let path = format!("{CONTACT}/departments/eng?department_id_type=department_id");
    assert_ne!(t.call("GET", &path, Json::Null).await.code(), 0);
}

#[tokio::test]
async fn names_and_numbers_are_swapped_with_one_stand_in() {
    let t = Tenant::start().await;
    let mut c = Company::default();
    c.declare("a", "A", "root", &[("order", Value::Int(1))]).declare(
        "b",
        "B",
        "root",
        &[("order", Value::Int(2))],
    );
    c.converge(&t).await;
    c.declare("a", "B", "root", &[("order", Value::Int(2))]).declare(
        "b",
        "A",
        "root",
        &[("order", Value::Int(1))],
    );
    let plan = c.plan(&t).await;
    assert!(plan.drafts.steps.iter().all(|step| step.lane.as_deref() == Some("department")));
    let done = c.converge(&t).await;
    assert_eq!(
        done,
        [
            "department.a: stand-in name and number",
            "department.b: rename and order",
            "department.a: rename and order"
        ]
    );
}

#[tokio::test]
async fn children_are_ordered_with_as_few_calls_as_possible() {
    let t = Tenant::start().await;
    let mut c = Company::default();
    let order = |keys: &[&str]| ("children_order", Value::List(keys.iter().map(|k| below(k)).collect()));
    c.declare("top", "Top", "root", &[order(&["z", "y", "x"])]);
    for key in ["x", "y", "z"] {
        c.declare(key, key, "top", &[]);
    }
    assert_eq!(c.converge(&t).await.len(), 4);
    let path = format!("{CONTACT}/departments?department_id_type=department_id");
    let by_hand = json!({ "name": "by hand", "department_id": "hand", "parent_department_id": "top" });
    t.ok("POST", &path, by_hand).await;
    // Only one of them has to move, between the others; what nobody manages keeps its number.
    let before = live(&t, "hand").await["order"].clone();
    c.declare("top", "Top", "root", &[order(&["z", "x", "y"])]);
    assert_eq!(c.converge(&t).await.len(), 1);
    assert_eq!(live(&t, "hand").await["order"], before);
    // An unmanaged child can be ordered too, in the name of its parent.
    let hand = Value::remote("department", "hand");
    c.declare("top", "Top", "root", &[("children_order", Value::List(vec![hand, below("z")]))]);
    let done = c.converge(&t).await;
    assert_eq!(done.len(), 1, "{done:?}");
}

#[tokio::test]
async fn a_language_is_taken_away_and_nothing_else() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    t.joined("hr", "0").await;
    let mut c = Company::default();
    c.person("boss", "0", true).person("hr", "0", true);
    let more = [
        ("i18n_name", map(&[("en_us", Value::text("R&D")), ("ja_jp", Value::text("研究"))])),
        ("leaders", map(&[("primary", user("boss"))])),
        ("hrbps", set(&[user("hr")])),
        ("group_chat", map(&[("employee_types", set(&[Value::text("regular")]))])),
    ];
    c.declare("eng", "研发", "root", &more);
    c.converge(&t).await;
    let before = live(&t, "eng").await;
    let mut without = more.clone();
    without[0].1 = map(&[("ja_jp", Value::Null)]);
    c.declare("eng", "研发", "root", &without);
    assert_eq!(c.converge(&t).await, ["department.eng: names", "department.eng: hrbps"]);
    let mut expected = before;
    expected["i18n_name"] = json!({ "en_us": "R&D" });
    assert_eq!(live(&t, "eng").await, expected);
}

#[tokio::test]
async fn who_has_not_joined_waits_and_the_others_do_not() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    t.invited("new", "0").await;
    let mut c = Company::default();
    c.person("boss", "0", true).person("new", "0", false);
    let leaders = map(&[("primary", user("boss")), ("deputies", set(&[user("new")]))]);
    c.declare("eng", "研发", "root", &[("leaders", leaders.clone()), ("hrbps", set(&[user("new")]))]);
    let plan = c.plan(&t).await.drafts;
    assert_eq!(plan.pending.len(), 2, "{:?}", plan.pending);
    assert!(plan.pending[0].1.reason.contains("user.new has not accepted"), "{:?}", plan.pending);
    c.apply(&t).await;
    assert_eq!(live(&t, "eng").await["leaders"], json!([{ "leaderType": 1, "leaderID": "boss" }]));
    // Nothing to send until they join; still pending.
    let again = c.plan(&t).await.drafts;
    assert_eq!((again.steps.len(), again.pending.len()), (0, 2));
    t.act(json!({ "action": "join", "user": "new" })).await;
    c.person("new", "0", true);
    assert_eq!(c.converge(&t).await, ["department.eng: hrbps", "department.eng: leaders"]);
}

#[tokio::test]
async fn a_leader_whom_only_the_remote_knows_to_be_invited_is_accepted_as_pending() {
    let t = Tenant::start().await;
    t.invited("new", "0").await;
    let mut c = Company::default();
    c.person("new", "0", true);
    c.declare("eng", "研发", "root", &[("leaders", map(&[("primary", user("new"))]))]);
    assert_eq!(c.apply(&t).await, ["department.eng: create", "department.eng: leaders (43025)"]);
}

#[tokio::test]
async fn a_leader_who_goes_is_released_first() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    t.joined("heir", "0").await;
    let mut c = Company::default();
    c.person("boss", "0", true).person("heir", "0", true);
    c.declare("eng", "研发", "root", &[("leaders", map(&[("primary", user("boss"))]))]);
    c.converge(&t).await;
    c.leaving.insert("boss".to_owned());
    c.declare("eng", "研发", "root", &[("leaders", map(&[("primary", user("heir"))]))]);
    let steps = c.plan(&t).await.drafts.steps;
    let released = Fact::Settled("released".to_owned(), larkctl::model::Address::new("user", "boss"));
    assert!(steps[0].gives.contains(&released), "{:?}", steps[0].gives);
    c.converge(&t).await;
}

#[tokio::test]
async fn units_are_bound_at_creation_and_changed_by_letting_go_first() {
    let t = Tenant::start().await;
    for id in ["u1", "u2"] {
        t.ok("POST", &format!("{CONTACT}/unit"), json!({ "unit_id": id, "name": id, "unit_type": "子公司" }))
            .await;
    }
    let mut c = Company::default();
    c.declare("eng", "研发", "root", &[("unit", Value::remote("unit", "u1"))]);
    assert_eq!(c.converge(&t).await.len(), 1);
    c.declare("eng", "研发", "root", &[("unit", Value::remote("unit", "u2"))]);
    assert_eq!(c.converge(&t).await, ["department.eng: unbind unit", "department.eng: bind unit"]);
    c.declare("eng", "研发", "root", &[("unit", Value::Null)]);
    assert_eq!(c.converge(&t).await, ["department.eng: unbind unit"]);
}

#[tokio::test]
async fn who_and_what_is_left_in_a_leaving_department_is_named() {
    let t = Tenant::start().await;
    let mut c = Company::default();
    c.declare("a", "A", "root", &[]);
    c.converge(&t).await;
    t.department("hand", "a").await;
    t.joined("li.si", "a").await;
    c.person("li.si", "a", true);
    c.declared.clear();
    let problems = c.plan(&t).await.drafts.problems;
    let whys: Vec<&str> = problems.iter().map(|p| p.why.as_str()).collect();
    assert_eq!(whys, ["people stay in it: li.si", "departments stay in it: hand (hand, not managed)"]);
    assert!(problems.iter().all(|p| p.code == "plan::not_empty" && p.address == department("a")));
    // People who go in the same plan are waited for.
    t.call("DELETE", &format!("{CONTACT}/departments/hand?department_id_type=department_id"), Json::Null)
        .await;
    c.leaving.insert("li.si".to_owned());
    let drafts = c.plan(&t).await.drafts;
    assert!(drafts.problems.is_empty(), "{:?}", drafts.problems);
    let left = Fact::Settled("left".to_owned(), department("a"));
    assert!(drafts.steps[0].needs.iter().any(|need| need.fact == left));
    assert!(drafts.notes.iter().any(|(_, note)| note.contains("1 member")), "{:?}", drafts.notes);
}

#[tokio::test]
async fn a_deletion_that_somebody_was_faster_with_is_fine() {
    let t = Tenant::start().await;
    let mut c = Company::default();
    c.declare("a", "A", "root", &[]);
    c.converge(&t).await;
    c.declared.clear();
    let steps = c.plan(&t).await.drafts.steps;
    t.ok("DELETE", &format!("{CONTACT}/departments/a?department_id_type=department_id"), Json::Null).await;
    let done = send(&t, steps).await;
    assert!(done[0].starts_with("department.a: delete ("), "{done:?}");
}

#[tokio::test]
async fn known_ids_cost_one_call_for_fifty_and_one_to_know_that_others_are_absent() {
    let t = Tenant::start().await;
    for n in 0..60 {
        t.department(&format!("d{n}"), "0").await;
    }
    let mut c = Company::default();
    for n in 0..60 {
        c.declare(&format!("d{n}"), &format!("d{n}"), "root", &[]);
    }
    c.observe(&t).await;
    let before = calls(&t).await;
    let observed = c.observe(&t).await;
    // One for the token of a new client.
    assert_eq!(calls(&t).await - before, 3);
    assert_eq!(observed.things.len(), 60);
    c.declare("nobody", "nobody", "root", &[]);
    let before = calls(&t).await;
    let observed = c.observe(&t).await;
    assert_eq!(calls(&t).await - before, 4);
    assert!(observed.absent.contains("nobody") && !observed.complete);
}

#[tokio::test]
async fn a_tree_too_big_for_one_listing_is_read_level_by_level_to_the_same_end() {
    let t = Tenant::start().await;
    for n in 0..12 {
        let parent = if n < 3 { "0".to_owned() } else { format!("d{}", n / 3 - 1) };
        t.department(&format!("d{n}"), &parent).await;
    }
    let c = Company { everything: true, ..Company::default() };
    let whole = c.observe(&t).await;
    t.settings(json!({ "recursion_limit": 5 })).await;
    let levels = c.observe(&t).await;
    assert!(whole.complete && levels.complete, "{:?}", levels.gaps);
    assert_eq!((whole.things.len(), &whole.things), (12, &levels.things));
}

#[tokio::test]
async fn an_app_that_sees_a_part_only_never_says_absent() {
    let t = Tenant::start().await;
    t.department("mine", "0").await;
    t.department("below", "mine").await;
    t.department("yours", "0").await;
    let open = live(&t, "mine").await["open_department_id"].clone();
    t.act(json!({ "action": "range", "departments": [open] })).await;
    let mut c = Company { everything: true, ..Company::default() };
    for key in ["mine", "yours", "none"] {
        c.declare(key, key, "root", &[]);
    }
    let observed = c.observe(&t).await;
    let known: Vec<&String> = observed.things.keys().collect();
    assert_eq!(known, ["below", "mine"]);
    assert!(observed.absent.is_empty() && !observed.complete);
    assert_eq!(observed.unknown.keys().collect::<Vec<_>>(), ["none", "yours"]);
    assert!(!observed.gaps.is_empty());
}

#[tokio::test]
async fn what_a_scope_hides_is_left_out_and_said() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    let held = [
        "contact:contact.base:readonly",
        "contact:department.base:readonly",
        "contact:user.employee_id:readonly",
    ];
    let mut c =
        Company { scopes: Some(held.iter().map(|s| (*s).to_owned()).collect()), ..Company::default() };
    c.declare("a", "a", "root", &[]);
    let observed = c.observe(&t).await;
    let shown: Vec<&String> = observed.things["a"].attributes.keys().collect();
    assert_eq!(shown, ["group_chat", "i18n_name", "id", "name"]);
    let hidden: Vec<&String> = observed.unreadable.keys().collect();
    assert_eq!(hidden, ["children_order", "hrbps", "leaders", "order", "parent", "unit"]);
    assert_eq!(observed.unreadable["hrbps"], ["contact:department.hrbp:readonly"]);
}

#[tokio::test]
async fn departments_are_found_by_path_and_by_open_id() {
    let t = Tenant::start().await;
    t.department("hq", "0").await;
    t.department("rd", "hq").await;
    let open = live(&t, "rd").await["open_department_id"].as_str().expect("id").to_owned();
    let lookup =
        |by: &str, value: &str| Lookup { kind: "department".into(), by: by.into(), value: value.into() };
    let asked = [
        lookup("path", "hq/rd"),
        lookup("path", "hq/none"),
        lookup("open_department_id", &open),
        lookup("department_id", "rd"),
        lookup("department_id", "none"),
    ];
    let c = Company { lookups: asked.iter().cloned().collect(), ..Company::default() };
    let observed = c.observe(&t).await;
    let found: Vec<&Found> = asked.iter().map(|lookup| &observed.lookups[lookup]).collect();
    let one = Found::One("rd".into());
    assert_eq!(found, [&one, &Found::None, &one, &one, &Found::None]);
    let ids: BTreeSet<&str> = observed.things.keys().map(String::as_str).collect();
    assert!(ids.contains("rd") && ids.contains("hq"));
}

/// Few names and numbers, so that they collide; where the tree stands is drawn anew each time.
fn random(seed: &mut u64, c: &mut Company) {
    let mut below_n = |n: usize| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*seed >> 33).expect("small") % n
    };
    c.declared.clear();
    let mut placed: Vec<String> = vec!["root".to_owned()];
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut keys: Vec<usize> = (0..14).collect();
    while keys.len() > 3 {
        let key = format!("d{}", keys.remove(below_n(keys.len())));
        let parent = placed[below_n(placed.len())].clone();
        let (mut name, mut order) = (below_n(3), below_n(3));
        while !taken.insert((parent.clone(), format!("n{name}"))) {
            name += 1;
        }
        while !taken.insert((parent.clone(), format!("{order}"))) {
            order += 1;
        }
        let order = [("order", Value::Int(i64::try_from(order).expect("small")))];
        c.declare(&key, &format!("n{name}"), &parent, &order);
        placed.push(key);
    }
}

#[tokio::test]
async fn any_tree_becomes_any_other_whatever_goes_first() {
    for seed in 0..6u64 {
        let t = Tenant::start().await;
        let mut seed = seed;
        let mut c = Company::default();
        for _ in 0..4 {
            random(&mut seed, &mut c);
            c.converge(&t).await;
            for (key, wanted) in &c.declared {
                let now = live(&t, key).await;
                let parent = wanted["parent"].as_address().map_or("0", larkctl::model::Address::key);
                let order = wanted["order"].as_int().expect("order").to_string();
                let expected = (wanted["name"].as_text(), Some(parent), Some(order.as_str()));
                let found =
                    (now["name"].as_str(), now["parent_department_id"].as_str(), now["order"].as_str());
                assert_eq!(found, expected, "{key}");
            }
            let everything = Company { everything: true, ..Company::default() };
            assert_eq!(everything.observe(&t).await.things.len(), c.declared.len(), "nothing more is there");
        }
        t.stop().await;
    }
}
