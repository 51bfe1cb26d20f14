//! Partial reads: whatever of the tenant cannot be read, nothing is created, deleted or taken out on its strength,
//! and the plan says what is unknown. The endpoints come from the sandbox's own log of a whole look, so that one
//! that is new is covered by itself.

use std::collections::{BTreeMap, BTreeSet};

use larkctl::base::contract::{Contract, Field};
use larkctl::model::{Action, Verb};
use larkctl::plan::Plan;
use serde_json::{Value, json};

use super::run::{World, quick, told};

mod offices;
mod people;

/// What may still be planned although a read of its kind failed: the endpoint, the deed, and why.
type Independent = &'static [(&'static str, &'static str, &'static str)];

/// Two manifests, of which the second creates, deletes and takes out in every kind, and the reads that are broken.
struct Case {
    first: String,
    second: String,
    /// Parts of paths.
    services: &'static [&'static str],
    /// The kind that an endpoint reads; empty where it is of none.
    kind_of: fn(&str) -> &'static str,
    independent: Independent,
}

/// Everything in a plan that creates, deletes, or takes out: as `what address`.
fn grave(plan: &Plan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for step in &plan.steps {
        let (address, path) = (&step.draft.address, &step.draft.call.path);
        let taken =
            ["/batch_remove", "/batch_delete", "/unbind_department"].iter().any(|end| path.ends_with(end));
        match step.draft.verb {
            _ if taken => drop(found.insert(format!("take out {address}"))),
            Verb::Create => drop(found.insert(format!("create {address}"))),
            Verb::Delete => drop(found.insert(format!("delete {address}"))),
            Verb::Update | Verb::Park => {}
        }
    }
    for change in &plan.changes {
        match change.action {
            Action::Create => drop(found.insert(format!("create {}", change.address))),
            Action::Delete | Action::Replace => drop(found.insert(format!("delete {}", change.address))),
            Action::Update | Action::Adopt | Action::Forget | Action::Keep => {}
        }
    }
    found
}

/// Everything that the plan says in words about what it does not know.
fn said(plan: &Plan) -> String {
    let blocked = plan
        .blocked
        .iter()
        .map(|b| format!("{}: {} {}", b.address, b.why, b.remedy.as_deref().unwrap_or("")));
    let notes = plan.changes.iter().flat_map(|c| c.notes.iter().cloned());
    blocked.chain(notes).chain(plan.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}

struct Scene {
    world: World,
    case: Case,
    /// What the plan holds when all can be read.
    whole: BTreeSet<String>,
    steps: BTreeSet<String>,
    endpoints: BTreeMap<String, u64>,
}

impl Scene {
    async fn begin(case: Case) -> Self {
        let world = World::start(quick()).await;
        let (_, outcome) = world.apply(&case.first).await.unwrap_or_else(|p| panic!("{}", told(&p)));
        assert!(outcome.is_complete(), "{outcome:#?}");
        world.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
        let plan = world.plan(&case.second).await.unwrap_or_else(|p| panic!("{}", told(&p)));
        let log = world.tenant.send("GET", "/_sandbox/requests?last=100000", None, None).await.body;
        let mut endpoints = BTreeMap::new();
        for request in log["requests"].as_array().expect("requests") {
            let endpoint = request["endpoint"].as_str().unwrap_or_default();
            if case.services.iter().any(|service| endpoint.contains(service)) {
                *endpoints.entry(endpoint.to_owned()).or_default() += 1;
            }
        }
        let (whole, steps) = (grave(&plan), plan.steps.iter().map(|s| s.id.clone()).collect());
        assert!(plan.blocked.is_empty(), "{:?}", plan.blocked);
        Self { world, case, whole, steps, endpoints }
    }

    async fn plan(&self, what: &str) -> Plan {
        self.world.plan(&self.case.second).await.unwrap_or_else(|p| panic!("{what}: no plan: {}", told(&p)))
    }

    async fn under(&self, endpoint: &str, effect: &Value, after: u64) -> Plan {
        self.world.tenant.faults(json!({ "endpoint": endpoint, "effect": effect, "after": after })).await;
        let plan = self.plan(&format!("{endpoint} {effect}")).await;
        self.world.tenant.send("DELETE", "/_sandbox/faults", None, None).await;
        plan
    }

    /// What is wrong with a plan that was made from less than everything.
    fn judge(&self, what: &str, plan: &Plan) -> Vec<String> {
        let invented = grave(plan).into_iter().filter(|g| !self.whole.contains(g));
        let mut wrong: Vec<String> =
            invented.map(|g| format!("{what}: {g} is not in the whole plan")).collect();
        let steps: BTreeSet<String> = plan.steps.iter().map(|s| s.id.clone()).collect();
        let lost: Vec<&String> = self.whole.iter().filter(|g| !grave(plan).contains(*g)).collect();
        if (steps != self.steps || !lost.is_empty()) && said(plan).is_empty() {
            wrong.push(format!("{what}: nothing is said of {lost:?}"));
        }
        wrong
    }
}

/// What cannot be read is left alone.
async fn unread(case: Case) {
    let scene = Scene::begin(case).await;
    let scope = json!({ "answer": { "status": 403, "code": 99_991_672 } });
    let broken = json!({ "answer": { "status": 500, "code": 40_003 } });
    let (mut wrong, mut left) = (Vec::new(), BTreeSet::new());
    for (endpoint, calls) in &scene.endpoints {
        for effect in [&scope, &broken, &json!("cut_before"), &json!("truncate"), &json!("stuck_page")] {
            for after in 0..*calls.min(&3) {
                let what = format!("{endpoint} {effect} after {after}");
                let plan = scene.under(endpoint, effect, after).await;
                wrong.extend(scene.judge(&what, &plan));
                // A run of it must not pass for complete, whatever else is said.
                let steps: BTreeSet<&String> = plan.steps.iter().map(|s| &s.id).collect();
                let told =
                    |id: &str| plan.blocked.iter().any(|b| id.starts_with(&format!("{}: ", b.address)));
                let lost = scene.steps.iter().filter(|s| !steps.contains(s) && !told(s));
                let lost: Vec<&String> = lost.collect();
                if !lost.is_empty() {
                    wrong.push(format!("{what}: {lost:?} are missing and not blocked: {}", said(&plan)));
                }
                if after > 0 || effect == &json!("stuck_page") {
                    continue;
                }
                // Wholly unread: nothing of that kind rests on anything, unless it is known otherwise.
                let of_kind = format!(" {}.", (scene.case.kind_of)(endpoint));
                for deed in grave(&plan).into_iter().filter(|d| d.contains(&of_kind)) {
                    let known = scene.case.independent.iter().any(|(e, d, _)| e == endpoint && *d == deed);
                    if !known {
                        left.insert(format!("{endpoint}: {deed}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(left.is_empty(), "{left:#?}");
}

/// The scopes that open a field, for every field below these.
fn field_scopes(fields: &[Field], found: &mut BTreeSet<Vec<String>>) {
    for field in fields {
        if !field.field_scopes.is_empty() {
            found.insert(field.field_scopes.clone());
        }
        field_scopes(&field.fields, found);
    }
}

/// A missing scope hides, and is named.
async fn unscoped(case: Case, least: usize) {
    let scene = Scene::begin(case).await;
    let contract = Contract::built_in().expect("contract");
    let mut groups: BTreeSet<Vec<String>> = BTreeSet::new();
    for endpoint in &scene.endpoints {
        let (method, path) = endpoint.0.split_once(' ').expect("an endpoint");
        let endpoint = contract.endpoint(method, path).expect("in the contract");
        groups.insert(endpoint.scopes_any.clone());
        field_scopes(&endpoint.response, &mut groups);
    }
    let mut wrong = Vec::new();
    for scopes in &groups {
        let what = format!("without {scopes:?}");
        scene.world.tenant.act(json!({ "action": "scopes", "except": scopes })).await;
        let plan = scene.plan(&what).await;
        wrong.extend(scene.judge(&what, &plan));
        let missing: Vec<&String> = scene.whole.iter().filter(|g| !grave(&plan).contains(*g)).collect();
        let named = scopes.iter().any(|s| said(&plan).contains(s.as_str()));
        if !missing.is_empty() && !named {
            wrong.push(format!(
                "{what}: {missing:?} are missing, and none of the scopes is named in\n{}",
                said(&plan)
            ));
        }
    }
    scene.world.tenant.act(json!({ "action": "scopes" })).await;
    assert_eq!(grave(&scene.plan("all given back").await), scene.whole);
    assert!(groups.len() > least, "{groups:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
