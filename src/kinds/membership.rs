//! What groups and roles share: people enter and leave them by the hundred, and the batches must not overtake
//! each other.
//!
//! Whoever leaves goes first, since both have a cap on their people. The last batch of a phase waits for the
//! others of it, so that one fact stands for the phase: a need for each pair of batches would grow with the
//! square of them. The very last batch says what is in force then.

use std::collections::BTreeMap;

use crate::model::{Action, Address, Fact, StepDraft, Target, Value};
use crate::resource::Work;

/// `member/batch_add`, `members/batch_create` and their opposites take so many people.
pub(super) const BATCH: usize = 100;

/// The attribute.
pub(super) const MEMBERS: &str = "members";

/// Batches of one sort, in the order in which the sorts take place.
#[derive(Debug)]
pub(super) struct Phase {
    /// The part that is settled by it: `removed`.
    pub part: &'static str,
    /// Follows "after" at the steps that wait for it.
    pub why: &'static str,
    pub steps: Vec<StepDraft>,
}

/// Puts phases in order and says that the members are settled once the last one is through.
pub(super) fn in_order(address: &Address, phases: Vec<Phase>, applied: Option<Value>) -> Vec<StepDraft> {
    let applied = applied.into_iter().map(|value| (MEMBERS.to_owned(), value)).collect();
    in_order_of(address, MEMBERS, phases, applied)
}

/// The same of any part of a thing, with all that is in force then.
pub(super) fn in_order_of(
    address: &Address,
    part: &str,
    phases: Vec<Phase>,
    applied: BTreeMap<String, Value>,
) -> Vec<StepDraft> {
    let mut all: Vec<StepDraft> = Vec::new();
    let mut before: Option<(Fact, &'static str)> = None;
    for phase in phases.into_iter().filter(|phase| !phase.steps.is_empty()) {
        let others = Fact::Settled(format!("{}, but for the last batch", phase.part), address.clone());
        let whole = Fact::Settled(phase.part.to_owned(), address.clone());
        let last = phase.steps.len() - 1;
        for (at, mut step) in phase.steps.into_iter().enumerate() {
            if let Some((fact, why)) = &before {
                step = step.needs(fact.clone(), *why);
            }
            all.push(if at < last {
                step.gives(others.clone())
            } else if last > 0 {
                step.needs(others.clone(), "the other batches are through").gives(whole.clone())
            } else {
                step.gives(whole.clone())
            });
        }
        before = Some((whole, phase.why));
    }
    if let Some(step) = all.last_mut() {
        step.gives.push(Fact::Settled(part.to_owned(), address.clone()));
        step.applies.extend(applied);
    }
    all
}

/// `add 37 members`, `add 100 members (1 of 3)`.
pub(super) fn batch_name(verb: &str, noun: &str, size: usize, at: usize, batches: usize) -> String {
    let plural = if size == 1 { "" } else { "s" };
    let place = if batches == 1 { String::new() } else { format!(" ({} of {batches})", at + 1) };
    format!("{verb} {size} {noun}{plural}{place}")
}

/// Makes a step wait for the people that the plan brings in.
pub(super) fn once_they_exist<'t>(
    mut step: StepDraft,
    work: &Work<'_>,
    targets: impl IntoIterator<Item = &'t Target>,
    why: &str,
) -> StepDraft {
    for target in targets {
        if let Target::Address(address) = target
            && work.is_new(address)
        {
            step = step.needs(Fact::Exists(address.clone()), why);
        }
    }
    step
}

/// Says of a step which people it lets go who are about to be deleted.
pub(super) fn releasing<'t>(
    mut step: StepDraft,
    work: &Work<'_>,
    targets: impl IntoIterator<Item = &'t Target>,
) -> StepDraft {
    for target in targets {
        if let Target::Address(address) = target
            && work.change(address).is_some_and(|change| change.action == Action::Delete)
        {
            step = step.gives(Fact::Settled("released".to_owned(), address.clone()));
        }
    }
    step
}

/// The reference that a live person is planned by: the address, where one manages them.
pub(super) fn as_planned(work: &Work<'_>, value: &Value) -> Value {
    value.map_targets(&mut |target| {
        work.managed(target).map_or_else(|| target.clone(), |a| Target::Address(a.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Verb};

    fn steps(verb: &str, many: usize) -> Vec<StepDraft> {
        let group = Address::new("user_group", "g");
        let call = || Call::new("POST", "/x");
        (0..many)
            .map(|at| StepDraft::new(group.clone(), Verb::Update, format!("{verb} {at}"), call()))
            .collect()
    }

    /// Which steps must be through before each one, by the facts alone: a need is met by all who give it.
    fn waits(steps: &[StepDraft]) -> Vec<Vec<String>> {
        let meets = |step: &StepDraft| -> Vec<String> {
            let gives = |giver: &&StepDraft| step.needs.iter().any(|need| giver.gives.contains(&need.fact));
            steps.iter().filter(gives).map(|giver| giver.what.clone()).collect()
        };
        steps.iter().map(meets).collect()
    }

    #[test]
    fn additions_wait_for_all_removals_and_the_last_batch_for_all_others() {
        let group = Address::new("user_group", "g");
        let phase = |part, steps| Phase { part, why: "", steps };
        let phases = vec![phase("removed", steps("remove", 3)), phase("added", steps("add", 2))];
        let all = in_order(&group, phases, Some(Value::Null));
        let waits = waits(&all);
        assert_eq!(waits[2], ["remove 0", "remove 1"]);
        assert_eq!(waits[3], ["remove 2"]);
        assert_eq!(waits[4], ["remove 2", "add 0"]);
        assert!(waits[0].is_empty() && waits[1].is_empty());
        let settled = Fact::Settled(MEMBERS.to_owned(), group);
        let settling: Vec<usize> = (0..5).filter(|at| all[*at].gives.contains(&settled)).collect();
        let applying: Vec<usize> = (0..5).filter(|at| all[*at].applies.contains_key(MEMBERS)).collect();
        assert_eq!((settling, applying), (vec![4], vec![4]));
    }

    #[test]
    fn batches_have_names_of_their_own() {
        assert_eq!(batch_name("add", "member", 1, 0, 1), "add 1 member");
        assert_eq!(batch_name("add", "member", 100, 1, 3), "add 100 members (2 of 3)");
    }
}
