//! The desk of a change: every call of it names the desk, runs in the desk's lane, and what it makes remembers both.

use super::{DESK, HELPDESK, VARIABLE};
use crate::model::{Address, Call, Late, StepDraft, Target, Value, Verb, Wanted};
use crate::resource::{ThingChange, Work};

/// Where the calls of a change go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kinds) struct Place {
    pub(in crate::kinds) desk: String,
    variable: Option<String>,
}

impl Place {
    /// Where the thing is now. For a thing that is to be made, [`Self::wanted`].
    pub(in crate::kinds) fn of(change: &ThingChange<'_>) -> Option<Self> {
        let live = change.live.map(|live| &live.ids);
        let ids =
            live.filter(|ids| ids.contains_key(DESK)).or_else(|| change.record.map(|record| &record.ids))?;
        Some(Self { desk: ids.get(DESK)?.clone(), variable: ids.get(VARIABLE).cloned() })
    }

    /// Where it shall be.
    pub(in crate::kinds) fn wanted(work: &Work<'_>, change: &ThingChange<'_>) -> Option<Self> {
        let Value::Ref(target) = change.wanted.get(HELPDESK).map(Wanted::value)? else { return None };
        let Late::Known(desk) = work.id_of(target, "id") else { return None };
        let live = match target {
            Target::Address(address) => work.live(address),
            Target::Remote { kind, id } => work.snapshot.live(kind, id),
            Target::Lookup(_) => None,
        };
        let variable = live.and_then(|live| live.ids.get(VARIABLE)).cloned();
        Some(Self { desk, variable })
    }

    /// The calls of a desk go one at a time.
    pub(in crate::kinds) fn lane(&self) -> String {
        format!("helpdesk {}", self.desk)
    }

    /// A step whose call is about this desk, one at a time with the others of the desk.
    pub(in crate::kinds) fn step(
        &self,
        address: &Address,
        verb: Verb,
        what: impl Into<String>,
        call: Call,
    ) -> StepDraft {
        let mut step = StepDraft::new(address.clone(), verb, what, call.desk(&self.desk));
        step.lane = Some(self.lane());
        if verb == Verb::Create {
            step.ids.insert(DESK.to_owned(), self.desk.clone());
            step.ids.extend(self.variable.clone().map(|variable| (VARIABLE.to_owned(), variable)));
        }
        step
    }
}
