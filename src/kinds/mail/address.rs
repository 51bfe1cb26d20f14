//! The calls that change addresses and aliases.
//!
//! Whoever changes its main address keeps the old one as an alias, as far as is known (mail.md 8, 1). So an address
//! that somebody else takes is given up by a second call, which is no failure if there is no such alias. Aliases
//! that go leave first: their number is limited, and a change of address needs room for one more.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::book::{Book, texts};
use super::{ALIASES, EMAIL, Family, claim, fold, main_of};
use crate::model::{
    Accept, Address, Call, Capture, Fact, Late, LateId, Live, StepDraft, Value, Verb, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

/// There is no such alias.
const NO_ALIAS: i64 = 1_234_012;

/// Fact: its main address is what it shall be.
pub(in crate::kinds) fn settled(address: &Address) -> Fact {
    Fact::Settled("address".to_owned(), address.clone())
}

/// Fact: it has this alias.
pub(in crate::kinds) fn is_alias(mail: &str, address: &Address) -> Fact {
    Fact::Settled(format!("alias {}", fold(mail)), address.clone())
}

fn fact(part: &str, address: &Address) -> Fact {
    Fact::Settled(part.to_owned(), address.clone())
}

/// One thing whose addresses change.
pub(in crate::kinds) struct Mail<'c, 'w> {
    pub family: &'static Family,
    pub work: &'c Work<'w>,
    pub change: &'c ThingChange<'w>,
    pub book: &'c Book<'w>,
}

impl Mail<'_, '_> {
    fn own(&self) -> &Address {
        &self.change.address
    }

    /// The id for a path: known, or that of the creation in this plan.
    pub(in crate::kinds) fn id(&self) -> Late {
        match self.change.live {
            Some(live) => live.id.clone().into(),
            None => {
                Late::Id { late: LateId { address: self.own().clone(), id: "id".to_owned(), form: None } }
            }
        }
    }

    pub(in crate::kinds) fn patch(&self, body: serde_json::Value) -> Call {
        Call::new("PATCH", self.family.one).param(self.family.id, self.id()).body(body)
    }

    /// The call that creates it, with the claim on its address; aliases follow.
    pub(in crate::kinds) fn create(&self, body: serde_json::Value, out: &mut Drafts) -> StepDraft {
        let mail = self.change.after(EMAIL).and_then(Value::as_text).unwrap_or_default();
        self.book.must_be_free(self.family, self.work, self.change, EMAIL, mail, out);
        let call = Call::new("POST", self.family.all).body(body);
        let mut step = StepDraft::new(self.own().clone(), Verb::Create, "create", call)
            .gives(Fact::Exists(self.own().clone()));
        step.takes.push(claim(mail));
        step.captures.push(Capture { pointer: format!("/{}", self.family.id), id: "id".to_owned() });
        step
    }

    pub(in crate::kinds) fn aliases_of_a_new_one(&self, out: &mut Drafts) {
        let wanted = texts(self.change.after(ALIASES));
        let steps = wanted.values().map(|mail| {
            self.add(mail, out)
                .needs(Fact::Exists(self.own().clone()), format!("the {} exists", self.family.noun))
        });
        let steps: Vec<StepDraft> = steps.collect();
        self.last_applies(steps, out);
    }

    fn add(&self, mail: &str, out: &mut Drafts) -> StepDraft {
        self.book.must_be_free(self.family, self.work, self.change, ALIASES, mail, out);
        let call = Call::new("POST", self.family.aliases)
            .param(self.family.id, self.id())
            .body(json!({ "email_alias": mail }));
        let mut step = StepDraft::new(self.own().clone(), Verb::Update, format!("add alias {mail}"), call);
        step.takes.push(claim(mail));
        step.gives(is_alias(mail, self.own()))
    }

    /// Takes an alias away; whoever waits for the address may have it then.
    fn drop(&self, mail: &str, what: String) -> StepDraft {
        let call =
            Call::new("DELETE", self.family.alias).param(self.family.id, self.id()).param("alias_id", mail);
        let mut step = StepDraft::new(self.own().clone(), Verb::Update, what, call)
            .accepts(Accept::Done { code: NO_ALIAS });
        step.frees.push(claim(mail));
        step
    }

    fn let_go(&self) -> Fact {
        fact("aliases given up", self.own())
    }

    /// Everything that becomes of the addresses of a thing that is there.
    pub(in crate::kinds) fn update(&self, live: &Live, out: &mut Drafts) {
        let old = main_of(live);
        let new =
            self.change.field(EMAIL).and_then(|f| f.after.as_text()).filter(|new| fold(new) != fold(old));
        let have = live.attributes.get(ALIASES).map(|value| texts(Some(value)));
        let exact = matches!(self.change.wanted.get(ALIASES), Some(Wanted::Exactly(_)));
        let managed = self.change.wanted.contains_key(ALIASES);
        let want = texts(self.change.after(ALIASES).filter(|_| managed));
        if new.is_none() && !self.change.changes(ALIASES) {
            return;
        }
        let Some(have) = have else {
            if managed {
                let gap = crate::kinds::unread::of(self.work, self.family.kind, &live.id);
                let why = "its aliases could not be read, so nothing is done about its addresses";
                let why = crate::kinds::unread::why(why, gap);
                out.unread(self.own(), why, gap.and_then(|gap| gap.remedy.clone()));
                return;
            }
            return self.rename(old, new, false, Vec::new(), out);
        };
        let promoted = |mail: &String| new.is_some_and(|new| fold(new) == *mail);
        let leaving = have.iter().filter(|(mail, _)| (exact && !want.contains_key(*mail)) || promoted(mail));
        let mut steps: Vec<StepDraft> = leaving
            .map(|(_, mail)| self.drop(mail, format!("remove alias {mail}")).gives(self.let_go()))
            .collect();
        let keeps_old = !exact || want.contains_key(&fold(old));
        self.rename_into(old, new, keeps_old, &mut steps, out);
        // What was the main address is an alias already.
        let kept = |mail: &String| have.contains_key(mail) || (new.is_some() && *mail == fold(old));
        let entering: Vec<&str> =
            want.iter().filter(|(mail, _)| !kept(mail)).map(|(_, written)| *written).collect();
        for mail in entering {
            let step = self.add(mail, out);
            steps.push(
                step.needs(self.let_go(), "there is room for it")
                    .needs(settled(self.own()), "its main address is what it shall be"),
            );
        }
        self.last_applies(steps, out);
    }

    fn rename(&self, old: &str, new: Option<&str>, keeps: bool, mut steps: Vec<StepDraft>, out: &mut Drafts) {
        self.rename_into(old, new, keeps, &mut steps, out);
        steps.into_iter().for_each(|step| out.step(step));
    }

    /// A new main address, over one in between where things swap theirs.
    fn rename_into(
        &self,
        old: &str,
        new: Option<&str>,
        keeps_old: bool,
        steps: &mut Vec<StepDraft>,
        out: &mut Drafts,
    ) {
        let Some(new) = new else { return };
        self.book.must_be_free(self.family, self.work, self.change, EMAIL, new, out);
        let own = self.own();
        let mut step =
            StepDraft::new(own.clone(), Verb::Update, "change address", self.patch(json!({ EMAIL: new })))
                .needs(self.let_go(), "there is room for the old address among its aliases")
                .gives(settled(own));
        step.takes.push(claim(new));
        step.applies.insert(EMAIL.to_owned(), Value::text(new));
        if self.book.is_parked(own) {
            let stand_in = self.park(old, new, steps, out);
            step = step
                .needs(fact("old address given up", own), "whoever waits for the old address can have it");
            let mut after = self.drop(&stand_in, "remove the temporary address".to_owned());
            after.frees.clear();
            steps.push(after.needs(settled(own), "it has its new address"));
        } else if !keeps_old || self.book.is_wanted_elsewhere(old, own) {
            let after = self.drop(old, format!("give up {old}"));
            steps.push(after.needs(settled(own), "it has its new address"));
        } else {
            out.note(own, format!("{old} stays as an alias, so that mail to it still arrives"));
        }
        out.step(step);
    }

    /// An address in between, and the old one given up; gives the one in between.
    fn park(&self, old: &str, like: &str, steps: &mut Vec<StepDraft>, out: &mut Drafts) -> String {
        let own = self.own();
        let stand_in = stand_in(own, old, like);
        let park = StepDraft::new(
            own.clone(),
            Verb::Park,
            "temporary address",
            self.patch(json!({ EMAIL: stand_in })),
        )
        .needs(self.let_go(), "there is room for the old address among its aliases")
        .gives(fact("temporary address", own));
        out.step(park);
        steps.push(
            self.drop(old, format!("give up {old}"))
                .needs(fact("temporary address", own), "it has another main address")
                .gives(fact("old address given up", own)),
        );
        stand_in
    }

    /// The last of the steps about aliases says what is in force then.
    fn last_applies(&self, mut steps: Vec<StepDraft>, out: &mut Drafts) {
        let others = fact("aliases, but for the last", self.own());
        if let Some(mut last) = steps.pop() {
            let several = !steps.is_empty();
            for step in &mut steps {
                step.gives.push(others.clone());
            }
            if several {
                last = last.needs(others, "the other aliases are through");
            }
            if let Some(aliases) =
                self.change.after(ALIASES).filter(|_| self.change.wanted.contains_key(ALIASES))
            {
                last.applies.insert(ALIASES.to_owned(), aliases.clone());
            }
            steps.push(last);
        }
        steps.into_iter().for_each(|step| out.step(step));
    }

    /// Gives up what others take of a thing that leaves and whose addresses would leave with it. Gives the address
    /// that it has in the end.
    pub(in crate::kinds) fn release(&self, live: &Live, out: &mut Drafts) -> String {
        let own = self.own();
        let old = main_of(live);
        let mut steps = Vec::new();
        for mail in texts(live.attributes.get(ALIASES)).values() {
            if self.book.is_wanted_elsewhere(mail, own) {
                steps.push(self.drop(mail, format!("remove alias {mail}")).gives(self.let_go()));
            }
        }
        let mut last = old.to_owned();
        if self.book.is_wanted_elsewhere(old, own) {
            last = self.park(old, old, &mut steps, out);
        }
        steps.into_iter().for_each(|step| out.step(step));
        last
    }

    /// Facts that must hold before a thing that released its addresses may go.
    pub(in crate::kinds) fn released(&self) -> [Fact; 2] {
        [self.let_go(), fact("old address given up", self.own())]
    }
}

/// An address that nobody has: the same for the same thing and address every time, at a domain of the tenant.
fn stand_in(own: &Address, old: &str, like: &str) -> String {
    let digest = Sha256::digest(format!("{own} {}", fold(old)));
    let mark: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let domain = like.rsplit_once('@').map_or(like, |(_, domain)| domain);
    format!("larkctl-{mark}@{domain}")
}
