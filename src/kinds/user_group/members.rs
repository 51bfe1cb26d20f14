//! Who enters and who leaves: batches of a hundred, and the single calls, which have a bucket ten times as wide,
//! where it is about one person.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::kinds::membership::{BATCH, MEMBERS, Phase, batch_name, once_they_exist, releasing};
use crate::model::{Accept, Address, Call, Fact, Late, StepDraft, Target, Value, Verb, Verify};
use crate::resource::Work;

/// `member/add`, `results[].code`: is a member already.
const ALREADY_IN: i64 = 42005;
/// `member/remove`: no such person here, which covers "is no member".
const NOT_IN: i64 = 41073;
/// `member/batch_remove`: some could not be removed; the answer does not say who.
const IN_PART: i64 = 40022;

/// People who enter or leave one group.
pub(super) struct Change<'c> {
    pub address: &'c Address,
    pub group: Late,
    /// The group comes into being in this plan.
    pub is_new: bool,
}

impl Change<'_> {
    pub(super) fn removals(&self, work: &Work<'_>, who: &BTreeSet<&Target>) -> Phase {
        let steps = self.batches(who, "remove", |step, people| releasing(step, work, people), work);
        Phase { part: "removed", why: "whoever leaves it has left", steps }
    }

    pub(super) fn additions(&self, work: &Work<'_>, who: &BTreeSet<&Target>) -> Phase {
        let exist = |step, people: Vec<&Target>| once_they_exist(step, work, people, "the new member exists");
        let mut steps = self.batches(who, "add", exist, work);
        if self.is_new {
            for step in &mut steps {
                *step = step.clone().needs(Fact::Exists(self.address.clone()), "the group exists");
            }
        }
        Phase { part: "added", why: "everybody has been added", steps }
    }

    fn batches<'t>(
        &self,
        who: &BTreeSet<&'t Target>,
        verb: &str,
        linked: impl Fn(StepDraft, Vec<&'t Target>) -> StepDraft,
        work: &Work<'_>,
    ) -> Vec<StepDraft> {
        let people: Vec<&Target> = who.iter().copied().collect();
        let batches = people.chunks(BATCH);
        let many = batches.len();
        let step = |(at, batch): (usize, &[&'t Target])| {
            let entries: Vec<Json> = batch.iter().map(|target| entry(work, target)).collect();
            let what = batch_name(verb, "member", batch.len(), at, many);
            let step = match (verb, <[Json; 1]>::try_from(entries)) {
                ("add", Ok([one])) => self.step(what, "add", one).accepts(Accept::Done { code: ALREADY_IN }),
                ("add", Err(all)) => {
                    let mut step = self.step(what, "batch_add", json!({ "members": all }));
                    step.verify = Some(added());
                    step
                }
                (_, Ok([one])) => self.step(what, "remove", one).accepts(Accept::Done { code: NOT_IN }),
                (_, Err(all)) => self
                    .step(what, "batch_remove", json!({ "members": all }))
                    .accepts(Accept::Done { code: NOT_IN })
                    .accepts(Accept::Warned {
                        code: IN_PART,
                        warning: "some people could not be removed, and the answer does not say who: plan again to \
                                  see who is left"
                            .to_owned(),
                        except: vec![MEMBERS.to_owned()],
                    }),
            };
            linked(step, batch.to_vec())
        };
        people.chunks(BATCH).enumerate().map(step).collect()
    }

    fn step(&self, what: String, call: &str, body: Json) -> StepDraft {
        let path = format!("/open-apis/contact/v3/group/:group_id/member/{call}");
        let call = Call::new("POST", &path).param("group_id", self.group.clone()).body(body);
        StepDraft::new(self.address.clone(), Verb::Update, what, call)
    }
}

fn entry(work: &Work<'_>, target: &Target) -> Json {
    json!({ "member_id": work.json_id(target, "id"), "member_type": "user", "member_id_type": "user_id" })
}

fn added() -> Verify {
    let words = [
        (42006, "has resigned"),
        (42012, "does not fit: a group takes 100,000 people, and all groups of the tenant ten seats a person"),
        (41050, "is outside of the app's contact range"),
        (41073, "is nobody's user_id"),
        (41071, "was sent with a wrong id type"),
        (41074, "was sent with a wrong member type"),
    ];
    Verify {
        list: "/results".to_owned(),
        field: "code".to_owned(),
        fine: vec![0, ALREADY_IN],
        id: "member_id".to_owned(),
        words: words.map(|(code, words)| (code, words.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        whole: None,
    }
}

/// The people in a set of references.
pub(super) fn people(value: Option<&Value>) -> BTreeSet<&Target> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_target).collect()
}
