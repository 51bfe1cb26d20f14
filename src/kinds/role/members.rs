//! Who enters a role, who leaves it, and what its members answer for: batches of a hundred, ranges grouped by what
//! they hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::entries::{Asked, Range};
use crate::kinds::membership::{BATCH, Phase, batch_name, once_they_exist, releasing};
use crate::model::{Address, Call, Fact, Late, StepDraft, Target, Verb, Verify};
use crate::resource::Work;

const CREATE: &str = "/open-apis/contact/v3/functional_roles/:role_id/members/batch_create";
const DELETE: &str = "/open-apis/contact/v3/functional_roles/:role_id/members/batch_delete";
const SCOPES: &str = "/open-apis/contact/v3/functional_roles/:role_id/members/scopes";

/// What becomes of the members of one role.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Turnover<'v> {
    pub leaving: BTreeSet<&'v Target>,
    pub entering: BTreeSet<&'v Target>,
    /// Who gets which range.
    pub ranges: BTreeMap<BTreeSet<&'v Target>, BTreeSet<&'v Target>>,
    /// Who leaves and enters again, the only way to lose a range.
    pub again: BTreeSet<&'v Target>,
}

impl<'v> Turnover<'v> {
    pub(super) fn new(
        have: &BTreeMap<&'v Target, Range<'v>>,
        want: &BTreeMap<&'v Target, Asked<'v>>,
        exact: bool,
    ) -> Self {
        let mut turnover = Self::default();
        if exact {
            turnover.leaving = have.keys().copied().filter(|user| !want.contains_key(user)).collect();
        }
        for (&user, asked) in want {
            let range = have.get(user);
            if range.is_none() {
                turnover.entering.insert(user);
            }
            match asked {
                Some(departments) if departments.is_empty() => {
                    if range.is_some_and(|range| !range.is_none()) {
                        turnover.again.insert(user);
                    }
                }
                Some(departments) if !range.is_some_and(|range| range.is(asked)) => {
                    turnover.ranges.entry(departments.clone()).or_default().insert(user);
                }
                Some(_) | None => {}
            }
        }
        turnover
    }
}

/// A role and the id that its calls name.
pub(super) struct Pool<'c> {
    pub address: &'c Address,
    pub role: Late,
    /// The role comes into being in this plan.
    pub is_new: bool,
}

impl Pool<'_> {
    /// All phases, in order.
    pub(super) fn phases(&self, work: &Work<'_>, turnover: &Turnover<'_>) -> Vec<Phase> {
        let leaving: BTreeSet<&Target> = turnover.leaving.union(&turnover.again).copied().collect();
        let entering: BTreeSet<&Target> = turnover.entering.union(&turnover.again).copied().collect();
        vec![
            self.removals(work, &leaving),
            self.additions(work, &entering),
            self.ranges(work, &turnover.ranges),
        ]
    }

    pub(super) fn removals(&self, work: &Work<'_>, who: &BTreeSet<&Target>) -> Phase {
        let steps = batches(who).map(|(at, many, batch)| {
            let what = batch_name("remove", "member", batch.len(), at, many);
            let body = json!({ "members": ids(work, &batch) });
            let mut step = self.step(what, Call::new("PATCH", DELETE), body);
            // Who is not in has left already.
            step.verify = Some(verify("/result", &[1, 5]));
            releasing(step, work, batch)
        });
        Phase { part: "removed", why: "whoever leaves it has left", steps: steps.collect() }
    }

    fn additions(&self, work: &Work<'_>, who: &BTreeSet<&Target>) -> Phase {
        let steps = batches(who).map(|(at, many, batch)| {
            let what = batch_name("add", "member", batch.len(), at, many);
            let body = json!({ "members": ids(work, &batch) });
            let mut step = self.step(what, Call::new("POST", CREATE), body);
            // Who is in has entered already.
            step.verify = Some(verify("/results", &[1, 4]));
            once_they_exist(step, work, batch, "the new member exists")
        });
        Phase { part: "added", why: "they are members", steps: steps.collect() }
    }

    fn ranges(
        &self,
        work: &Work<'_>,
        ranges: &BTreeMap<BTreeSet<&Target>, BTreeSet<&Target>>,
    ) -> Phase {
        let many = ranges.values().map(|who| who.len().div_ceil(BATCH)).sum();
        let all = ranges.iter().flat_map(|(departments, who)| {
            batches(who).map(move |(_, _, batch)| (departments, batch))
        });
        let steps = all.enumerate().map(|(at, (departments, batch))| {
            let what = batch_name("set the range of", "member", batch.len(), at, many);
            let body = json!({
                "members": ids(work, &batch),
                "departments": departments.iter().map(|d| work.json_id(d, "id")).collect::<Vec<Json>>(),
            });
            let call = Call::new("PATCH", SCOPES).query("department_id_type", "department_id");
            let mut step = self.step(what, call, body);
            step.verify = Some(verify("/results", &[1]));
            once_they_exist(step, work, departments.iter().copied(), "the department exists")
        });
        Phase { part: "ranges", why: "everybody has their range", steps: steps.collect() }
    }

    fn step(&self, what: String, call: Call, body: Json) -> StepDraft {
        let call = call.param("role_id", self.role.clone()).query("user_id_type", "user_id").body(body);
        let step = StepDraft::new(self.address.clone(), Verb::Update, what, call);
        if self.is_new { step.needs(Fact::Exists(self.address.clone()), "the role exists") } else { step }
    }
}

/// Batches with their place and how many there are.
fn batches<'t>(who: &BTreeSet<&'t Target>) -> impl Iterator<Item = (usize, usize, Vec<&'t Target>)> + use<'t> {
    let people: Vec<&'t Target> = who.iter().copied().collect();
    let many = people.len().div_ceil(BATCH);
    let batch = move |at: usize| people.iter().skip(at * BATCH).take(BATCH).copied().collect();
    (0..many).map(move |at| (at, many, batch(at)))
}

fn ids(work: &Work<'_>, batch: &[&Target]) -> Vec<Json> {
    batch.iter().map(|target| work.json_id(target, "id")).collect()
}

fn verify(list: &str, fine: &[i64]) -> Verify {
    let words = [
        (2, "is nobody's user_id"),
        (3, "is outside of the app's contact range"),
        (4, "is a member already"),
        (5, "is no member"),
        (6, "has a range that reaches outside of the app's contact range"),
    ];
    let words = words.into_iter().filter(|(reason, _)| !fine.contains(reason));
    Verify {
        list: list.to_owned(),
        field: "reason".to_owned(),
        fine: fine.to_vec(),
        id: "user_id".to_owned(),
        words: words.map(|(reason, words)| (reason, words.to_owned())).collect(),
        whole: None,
    }
}
