//! What holds for every plan, whatever people typed.

use proptest::prelude::*;

use super::super::drift::{self, DriftView, Unmanaged};
use super::super::outcome::{self, OutcomeView};
use super::super::paint::Show;
use super::PlanView;
use super::json_tests::assert_valid;
use super::world::{kinds, plan};
use crate::apply::outcome::{Outcome, Trouble, Troubled};
use crate::model::{Action, Address, Call, Cause, Pending, StepDraft, Target, Value, Verb};
use crate::plan::{Blocked, Dependency, Plan, PlannedChange, PlannedField, Source, Step};

/// Anything, with a liking for what drives terminals, hides, or reorders.
fn typed() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "\\PC{0,6}",
        2 => "[一-龥]{1,4}",
        1 => Just("\u{1b}[2J\u{1b}]0;x\u{7}".to_owned()),
        1 => Just("\n\r\t\u{0}\u{7f}\u{9b}31m".to_owned()),
        1 => Just("\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}".to_owned()),
        1 => Just("\nPlan: 0 to add, 0 to change, 0 to destroy.\n".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        typed().prop_map(Value::Text),
        ".{61,200}".prop_map(Value::Text),
        typed().prop_map(|key| Value::address(Address::new("user", &key))),
        typed().prop_map(|id| Value::remote("user", id)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(2, 24, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::List),
            prop::collection::btree_set(inner.clone(), 0..12).prop_map(Value::Set),
            prop::collection::btree_map(typed(), inner, 0..4).prop_map(Value::Map),
        ]
    })
}

/// Personal data as it comes: a number, an address, a place.
fn personal() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\+86139[0-9]{8}",
        "\\+[1-9][0-9]{7,13}",
        "[a-z]{3,8}\\.[a-z]{2,8}@[a-z]{3,8}\\.cn",
        "[一-龥]{6,12}"
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("name".to_owned()),
        Just("job_title".to_owned()),
        Just("members".to_owned()),
        Just("leaders".to_owned()),
        typed(),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop::sample::select(vec![
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::Replace,
        Action::Adopt,
        Action::Forget,
        Action::Keep,
    ])
}

fn cause() -> impl Strategy<Value = Cause> {
    prop::sample::select(vec![Cause::Config, Cause::Drift, Cause::Both])
}

fn field() -> impl Strategy<Value = PlannedField> {
    (name(), prop::option::of(value()), value(), cause()).prop_map(|(name, before, after, cause)| {
        PlannedField { name, before, after, cause, sensitive: false, source: None }
    })
}

fn changes() -> impl Strategy<Value = PlannedChange> {
    let what = (
        prop::sample::select(vec!["user", "department", "user_group", "alien"]),
        "[a-z]{1,3}",
        typed(),
        action(),
    );
    let more = (
        prop::collection::vec(field(), 0..4),
        prop::collection::vec(field(), 0..3),
        prop::collection::btree_map(name(), value(), 0..3),
        prop::collection::vec(typed(), 0..3),
        prop::option::of(typed()),
        any::<(bool, bool, bool)>(),
    );
    (what, more).prop_map(
        |((kind, key, tail, action), (fields, drift, before, notes, id, (managed, moved, waits)))| {
            let address = Address::new(kind, &(key + &tail));
            PlannedChange {
                previous_address: moved.then(|| Address::new(kind, &format!("old{tail}"))),
                pending: waits
                    .then(|| Pending { attributes: vec![tail.clone()], reason: tail.clone() })
                    .into_iter()
                    .collect(),
                called: Some(Value::text(&tail)),
                source: Some(Source { file: tail, line: 1 }),
                address,
                action,
                id,
                managed,
                fields,
                before,
                drift,
                notes,
            }
        },
    )
}

fn plans() -> impl Strategy<Value = Plan> {
    (prop::collection::vec(changes(), 0..5), typed()).prop_map(|(changes, odd)| {
        let mut plan = plan(changes);
        let first = plan.changes.first().map_or_else(|| Address::new("user", "x"), |c| c.address.clone());
        plan.target.clone_from(&odd);
        plan.steps = [Verb::Park, Verb::Update]
            .map(|verb| Step {
                id: format!("{first}: {odd} {verb:?}"),
                depends_on: vec![Dependency { step: format!("{first}: {odd} Park"), why: odd.clone() }],
                draft: StepDraft::new(
                    first.clone(),
                    verb,
                    odd.clone(),
                    Call::new("PATCH", &format!("/{odd}")),
                ),
            })
            .to_vec();
        plan.blocked = vec![Blocked { address: first, why: odd.clone(), remedy: Some(odd.clone()) }];
        plan.cost.calls = 1;
        plan.cost.at_best_ms = 60_000;
        plan.cost.bottleneck = Some(odd);
        plan
    })
}

/// Every report of a plan that there is.
fn reports(plan: &Plan, show: Show) -> Vec<(&'static str, String)> {
    let kinds = kinds();
    let odd = plan.target.clone();
    let address = plan.changes.first().map_or_else(|| Address::new("user", "x"), |c| c.address.clone());
    let mut plan = plan.clone();
    plan.matched = vec![crate::plan::Matched {
        address: address.clone(),
        attribute: odd.clone(),
        rule: odd.clone(),
        people: vec![Target::Address(address.clone())],
    }];
    let plan = &plan;
    let view = PlanView { plan, kinds: &kinds, show };
    let (unmanaged, apply) = (
        [Unmanaged { kind: odd.clone(), id: odd.clone(), name: odd.clone() }],
        ["larkctl".to_owned(), odd.clone()],
    );
    let drift = DriftView { plan, kinds: &kinds, unmanaged: Some(&unmanaged), apply: &apply, show };
    let notes = plan.changes.iter().flat_map(|c| &c.notes);
    let trouble = Trouble {
        code: Some(1),
        request_id: Some(odd.clone()),
        cause: notes.fold(odd.clone(), |all, note| all + note),
        remedy: Some(odd.clone()),
    };
    let failed = Troubled { step: format!("{address}: {odd}"), address, trouble };
    let outcome = Outcome {
        planned: 3,
        failed: vec![failed.clone()],
        unknown: vec![failed],
        left: vec![odd.clone()],
        warnings: vec![(odd.clone(), odd.clone())],
        ..Outcome::default()
    };
    let ended = OutcomeView { plan, kinds: &kinds, outcome: &outcome, took_ms: Some(1), again: &apply, show };
    vec![
        ("plan", super::text(view)),
        ("plan json", super::json(view)),
        ("drift", drift::text(drift)),
        ("drift json", drift::json(drift)),
        ("outcome", outcome::text(ended)),
        ("outcome json", outcome::json(ended)),
    ]
}

/// Told apart from the code under test: by general category, not by a list of ours.
fn drives_a_terminal(text: &str) -> Option<char> {
    let invisible = "\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\
                     \u{2068}\u{2069}\u{feff}\u{e0041}";
    text.chars().find(|c| *c != '\n' && (c.is_control() || invisible.contains(*c)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_report_drives_a_terminal_when_colour_is_off(plan in plans(), verbose: bool, sensitive: bool) {
        for (what, text) in reports(&plan, Show { colour: false, verbose, sensitive }) {
            prop_assert_eq!(drives_a_terminal(&text), None, "{}: {:?}", what, text);
        }
    }

    #[test]
    fn nobody_can_type_a_second_summary_line(plan in plans(), verbose: bool) {
        let (_, text) = reports(&plan, Show { verbose, ..Show::default() }).swap_remove(0);
        let lines = text.lines().filter(|line| line.starts_with("Plan: ") || line.starts_with("No changes.")).count();
        prop_assert!(lines <= 1, "{}", text);
    }

    #[test]
    fn json_follows_its_schema(plan in plans(), sensitive: bool) {
        let kinds = kinds();
        let show = Show { sensitive, ..Show::default() };
        let text = super::json(PlanView { plan: &plan, kinds: &kinds, show });
        assert_valid(&serde_json::from_str(&text).expect("json"));
    }

    #[test]
    fn masked_reports_never_hold_personal_data(
        old in personal(),
        new in personal(),
        verbose: bool,
        colour: bool,
        action in action(),
        shape in 0..4u8,
    ) {
        let wrap = |text: &str| match shape {
            0 => Value::text(text),
            1 => Value::List(vec![Value::text(text)]),
            2 => Value::Set([Value::text(text), Value::text("x")].into()),
            _ => Value::Map([("work".to_owned(), Value::text(text))].into()),
        };
        let field = |name: &str, before, after| PlannedField {
            name: name.to_owned(), before, after, cause: Cause::Both, sensitive: name == "odd", source: None,
        };
        let mut world = plan([PlannedChange {
            address: Address::new("user", "a"),
            action,
            previous_address: None,
            id: Some("u_1".to_owned()),
            managed: true,
            fields: vec![
                field("mobile", Some(wrap(&old)), wrap(&new)),
                field("odd", Some(wrap(&new)), wrap(&old)),
            ],
            before: [("email".to_owned(), wrap(&old))].into(),
            called: None,
            drift: vec![field("mobile", Some(wrap(&new)), wrap(&old))],
            notes: vec![format!("taken from {old} by {new}.")],
            pending: vec![Pending { attributes: vec!["mobile".to_owned()], reason: format!("{new} is not verified") }],
            source: None,
        }]);
        let address = Address::new("user", "a");
        let step = |verb, what: String, after: &[&str]| Step {
            id: format!("{address}: {what}"),
            depends_on: after
                .iter()
                .map(|step| Dependency { step: (*step).to_owned(), why: format!("{old} is free") })
                .collect(),
            draft: StepDraft::new(address.clone(), verb, what, Call::new("PATCH", "/users")),
        };
        let park = step(Verb::Park, format!("mobile {new}"), &[]);
        let update = step(Verb::Update, "mobile".to_owned(), &[&park.id]);
        world.steps = vec![park, update];
        for (what, text) in reports(&world, Show { colour, verbose, sensitive: false }) {
            prop_assert!(!text.contains(&old) && !text.contains(&new), "{}: {}", what, text);
        }
    }
}
