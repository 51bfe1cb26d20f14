//! Mobile, e-mail, personnel number, company mailbox, user_id: each belongs to one person at a time.
//!
//! Who takes a value waits for who gives it up. Where people swap, one of them gets a stand-in first: an address
//! or a number that nobody has. A stand-in for a mobile receives text messages, so it is never made up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::USER;
use crate::model::{Action, Address, Call, Claim, Live, Parked, StepDraft, Value};
use crate::resource::{Drafts, ThingChange, Work};

/// Attribute, its space, and whether case matters. Mail groups and public mailboxes are in the space of company
/// mailboxes too.
const SPACES: &[(&str, &str, bool)] = &[
    ("mobile", "user mobile", true),
    ("email", "user email", false),
    ("employee_no", "user employee_no", true),
    ("enterprise_email", "mail address", false),
];

/// Who has what now, and who swaps mobiles.
#[derive(Debug)]
pub(super) struct Claims<'w> {
    holders: BTreeMap<Claim, &'w str>,
    /// The stand-ins for whoever gives up a mobile, another one first for each.
    spares: BTreeMap<&'w Address, Vec<&'w str>>,
    /// People in a circle of mobiles, with all of it.
    circles: BTreeMap<&'w Address, Vec<&'w Address>>,
}

fn claim(attribute: &str, value: &Value) -> Option<Claim> {
    let (_, space, exact) = SPACES.iter().find(|(name, ..)| *name == attribute)?;
    let text = value.as_text()?.trim();
    let value = if *exact { text.to_owned() } else { text.to_lowercase() };
    Some(Claim { space: (*space).to_owned(), value })
}

/// The claim on a user_id.
pub(super) fn id_claim(id: &str) -> Claim {
    Claim { space: "user user_id".to_owned(), value: id.to_owned() }
}

impl<'w> Claims<'w> {
    pub(super) fn of(work: &Work<'w>) -> Self {
        let mut holders = BTreeMap::new();
        for live in work.snapshot.kind("user").into_iter().flat_map(|seen| seen.things.values()) {
            if live.fact("resigned") {
                continue;
            }
            for (attribute, ..) in SPACES {
                if let Some(held) = live.attributes.get(*attribute).and_then(|v| claim(attribute, v)) {
                    holders.insert(held, live.id.as_str());
                }
            }
        }
        let mut claims = Self { holders, spares: BTreeMap::new(), circles: BTreeMap::new() };
        claims.find_circles(work);
        let spares = &work.settings.spare_mobiles;
        let givers = work.changes.iter().filter(|c| c.action != Action::Create && c.changes("mobile"));
        for (i, change) in givers.enumerate() {
            let (before, from_here) = spares.split_at(i % spares.len().max(1));
            if !spares.is_empty() {
                let all = from_here.iter().chain(before).map(String::as_str);
                claims.spares.insert(&change.address, all.collect());
            }
        }
        claims
    }

    /// Follows "takes the number of" from everybody who gets another one.
    fn find_circles(&mut self, work: &Work<'w>) {
        let mut next: BTreeMap<&Address, &Address> = BTreeMap::new();
        for change in work.changes.iter().filter(|c| c.live.is_some()) {
            let wanted = change.field("mobile").and_then(|field| claim("mobile", &field.after));
            let holder = wanted.and_then(|claim| self.holders.get(&claim).copied());
            if let Some(giver) = holder.and_then(|id| work.address_of("user", id))
                && work.change(giver).is_some_and(|c| c.changes("mobile"))
            {
                next.insert(&change.address, giver);
            }
        }
        let mut done: BTreeSet<&Address> = BTreeSet::new();
        for start in next.keys().copied() {
            let mut path: Vec<&'w Address> = Vec::new();
            let mut at = Some(start);
            while let Some(address) = at {
                if let Some(first) = path.iter().position(|a| *a == address) {
                    let circle: Vec<&Address> = path.split_off(first);
                    for member in &circle {
                        self.circles.insert(member, circle.clone());
                    }
                    break;
                }
                if !done.insert(address) {
                    break;
                }
                path.push(address);
                at = next.get(address).copied();
            }
        }
    }

    /// Writes what a new person takes, and says who has it if they keep it.
    pub(super) fn enter(&self, work: &Work<'_>, change: &ThingChange<'_>, step: &mut StepDraft, out: &mut Drafts) {
        for (attribute, ..) in SPACES {
            let Some(value) = change.after(attribute) else { continue };
            self.take(work, change, attribute, value, step, out);
        }
    }

    /// Who is called back has their old values at once, and takes the others with the patch.
    pub(super) fn call_back(
        &self,
        work: &Work<'_>,
        change: &ThingChange<'_>,
        was: Option<&Live>,
        back: &mut StepDraft,
        update: &mut StepDraft,
        out: &mut Drafts,
    ) {
        for (attribute, ..) in SPACES {
            let old = was.and_then(|live| live.attributes.get(*attribute)).and_then(|v| claim(attribute, v));
            let new = change.after(attribute);
            if let Some(value) = new {
                let step = if claim(attribute, value) == old { &mut *back } else { &mut *update };
                self.take(work, change, attribute, value, step, out);
            }
            if let Some(old) = old
                && !back.takes.contains(&old)
            {
                back.takes.push(old.clone());
                if new.is_some() {
                    update.frees.push(old);
                }
            }
        }
    }

    /// Writes what a changed person takes and gives up, and what can stand in.
    pub(super) fn change(&self, work: &Work<'_>, change: &ThingChange<'_>, step: &mut StepDraft, out: &mut Drafts) {
        for (attribute, ..) in SPACES {
            let Some(field) = change.field(attribute) else { continue };
            self.take(work, change, attribute, &field.after, step, out);
            self.free(change, attribute, step);
        }
        if let Some(circle) = self.circles.get(&change.address)
            && !self.spares.contains_key(&change.address)
            && circle.first() == Some(&&change.address)
        {
            let names: Vec<String> = circle.iter().map(ToString::to_string).collect();
            out.problem(
                &change.address,
                Some("mobile"),
                "plan::mobile_swap",
                format!("{} swap their mobiles, which only works with a number in between", names.join(", ")),
                "write a mainland number that nobody in the tenant has into settings.spare_mobiles; it may receive a \
                 text message, so take one of your own",
            );
        }
    }

    /// Writes what somebody who leaves gives up.
    pub(super) fn leave(&self, change: &ThingChange<'_>, step: &mut StepDraft) {
        for (attribute, ..) in SPACES {
            self.free(change, attribute, step);
        }
        if let Some(live) = change.live {
            step.frees.push(id_claim(&live.id));
        }
    }

    fn take(
        &self,
        work: &Work<'_>,
        change: &ThingChange<'_>,
        attribute: &str,
        value: &Value,
        step: &mut StepDraft,
        out: &mut Drafts,
    ) {
        let Some(wanted) = claim(attribute, value) else { return };
        let own = change.live.map(|live| live.id.as_str());
        if let Some(holder) = self.holders.get(&wanted).copied().filter(|id| Some(*id) != own)
            && !gives_up(work, holder, attribute)
        {
            let who = work.address_of("user", holder).map_or_else(
                || format!("the person with the user_id {holder}, whom nobody manages,"),
                ToString::to_string,
            );
            out.problem(
                &change.address,
                Some(attribute),
                "plan::taken",
                format!("{who} has this {attribute} and keeps it"),
                format!("write another {attribute}, or change the other person first"),
            );
        }
        step.takes.push(wanted);
    }

    fn free(&self, change: &ThingChange<'_>, attribute: &str, step: &mut StepDraft) {
        let Some(live) = change.live else { return };
        let Some(held) = live.attributes.get(attribute).and_then(|v| claim(attribute, v)) else { return };
        if change.field(attribute).is_some_and(|f| claim(attribute, &f.after).as_ref() == Some(&held)) {
            return;
        }
        // Who has not joined cannot be patched, so nothing can stand in.
        if !live.fact("unjoined") && !live.fact("exited") {
            for stand_in in self.stand_ins(change, attribute, &held) {
                let takes = Claim { space: held.space.clone(), value: stand_in.clone() };
                let call = Call::new("PATCH", USER)
                    .param("user_id", live.id.as_str())
                    .query("user_id_type", "user_id")
                    .query("department_id_type", "department_id")
                    .body(json!({ attribute: stand_in }));
                let what = format!("{attribute} for a while");
                step.parks.push(Parked { frees: held.clone(), takes, what, call, lane: None });
            }
        }
        step.frees.push(held);
    }

    /// The same for the same person and value every time.
    fn stand_ins(&self, change: &ThingChange<'_>, attribute: &str, held: &Claim) -> Vec<String> {
        let digest = Sha256::digest(format!("{} {}", change.address, held.value));
        let mark: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        match attribute {
            "mobile" => self.spares.get(&change.address).into_iter().flatten().map(|s| (*s).to_owned()).collect(),
            "email" | "enterprise_email" => held
                .value
                .split_once('@')
                .map(|(local, domain)| {
                    let short: String = local.chars().take(40).collect();
                    format!("{short}+larkctl-{mark}@{domain}")
                })
                .into_iter()
                .collect(),
            "employee_no" => vec![format!("larkctl-{mark}")],
            _ => Vec::new(),
        }
    }
}

/// Whether the holder of a value loses it in this plan.
fn gives_up(work: &Work<'_>, holder: &str, attribute: &str) -> bool {
    let Some(change) = work.address_of("user", holder).and_then(|address| work.change(address)) else {
        return false;
    };
    let waits = change.live.is_some_and(|live| live.fact("unjoined") || live.fact("exited"));
    match change.action {
        Action::Delete => change.on_remove == crate::model::OnRemove::Delete,
        Action::Update | Action::Adopt => change.changes(attribute) && !waits,
        Action::Create | Action::Replace | Action::Forget | Action::Keep => false,
    }
}
