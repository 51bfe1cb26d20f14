//! Any organisation to any other: applied, the tenant is it, the next plan is empty, and nothing was sent that
//! was not a step.

use std::collections::BTreeMap;

use larkctl::plan::Plan;

use super::draw::{Dice, Size, change, org};
use super::org::Org;
use super::pool::each_seed;
use super::run::{World, quick, told};

/// Pairs in CI; `LARKCTL_PAIRS` asks for more, `LARKCTL_FIRST_SEED` begins elsewhere.
const PAIRS: u64 = 500;
/// Pairs under way at once: each waits for its sandbox half of the time.
const WORKERS: usize = 4;

pub(crate) fn from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Applies an organisation and looks from every side; gives what is wrong.
pub(super) async fn reach(world: &World, org: &Org, what: &str) -> Result<(), String> {
    let yaml = org.yaml();
    let failed = |text: String| format!("{what}: {text}\n--- the manifest\n{yaml}");
    let (plan, _) = as_planned(world, &yaml).await.map_err(failed)?;
    let differences = world.differences(org).await;
    if !differences.is_empty() {
        return Err(failed(format!("the store differs: {differences:#?}\n{}", steps(&plan))));
    }
    settled(world, &yaml).await.map_err(failed)
}

fn steps(plan: &Plan) -> String {
    plan.steps.iter().map(|s| format!("  {}", s.id)).collect::<Vec<_>>().join("\n")
}

/// Applies it: everything is done, nothing refused, and what was sent is what was planned and priced, by endpoint.
pub(super) async fn as_planned(world: &World, yaml: &str) -> Result<(Plan, BTreeMap<String, u64>), String> {
    let (plan, outcome) = world.apply(yaml).await.map_err(|p| format!("no plan: {}", told(&p)))?;
    let (sent, refused) = world.writes().await;
    if !outcome.is_complete() {
        return Err(format!("not complete: {outcome:#?}\nrefused: {refused:#?}\n{}", steps(&plan)));
    }
    if !refused.is_empty() {
        return Err(format!("refused on the way: {refused:#?}\n{}", steps(&plan)));
    }
    let mut planned: BTreeMap<String, u64> = BTreeMap::new();
    for step in &plan.steps {
        *planned.entry(format!("{} {}", step.draft.call.method, step.draft.call.path)).or_default() += 1;
    }
    if planned != sent {
        return Err(format!("planned {planned:#?}, sent {sent:#?}"));
    }
    let priced: BTreeMap<String, u64> =
        plan.cost.endpoints.iter().map(|e| (e.endpoint.clone(), e.calls)).collect();
    if priced != sent || plan.cost.calls != sent.values().sum::<u64>() {
        return Err(format!("priced {priced:#?}, sent {sent:#?}"));
    }
    Ok((plan, sent))
}

/// Nothing is left to do.
pub(super) async fn settled(world: &World, yaml: &str) -> Result<(), String> {
    let next = world.plan(yaml).await.map_err(|p| format!("no next plan: {}", told(&p)))?;
    if !next.is_empty() {
        let left: Vec<String> = next
            .changes
            .iter()
            .filter(|c| !c.fields.is_empty())
            .map(|c| format!("{} {:?} {:?}", c.address, c.action, c.fields))
            .collect();
        return Err(format!("the next plan is not empty: {left:#?}\n{:?}", next.blocked));
    }
    world.writes().await;
    Ok(())
}

/// One pair, drawn from a seed.
async fn pair(seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let size = match dice.below(4) {
        0 => Size { departments: 3, users: 3, others: 2 },
        1 => Size { departments: 30, users: 6, others: 3 },
        _ => Size { departments: 8, users: 10, others: 4 },
    };
    let world = World::start(quick()).await;
    world.writes().await;
    let first = org(&mut dice, size);
    reach(&world, &first, &format!("seed {seed}, the first")).await?;
    let second = change(&mut dice, &first, size);
    reach(&world, &second, &format!("seed {seed}, the second")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_organisation_becomes_any_other() {
    let first = from_env("LARKCTL_FIRST_SEED").unwrap_or(0);
    let pairs = from_env("LARKCTL_PAIRS").unwrap_or(PAIRS);
    let (_, wrong) =
        each_seed(first..first + pairs, WORKERS, async |seed, _: &mut ()| pair(seed).await).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n======\n"));
}
