//! Drafts → steps in order: facts that are needed and given, unique values that are taken and freed, circles of
//! such values broken by the drafts' own temporary values.
//!
//! A circle that stays is refused, with every member and its place.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Dependency, Step};
use super::graph::Waits;
use super::input::Input;
use super::trouble::{Places, Trouble, Troubles, place};
use crate::model::{Address, Claim, Fact, Need, Parked, StepDraft, Verb};

/// Orders steps where nothing else does: deletions last and from the end of the registry, the rest by kind.
type Rank = (bool, usize, u8, Address, String);

/// Puts drafts into an order that respects all that they need.
pub(super) fn link(input: &Input<'_>, mut drafts: Vec<StepDraft>, troubles: &mut Troubles<'_>) -> Vec<Step> {
    let kinds: BTreeMap<&str, usize> = input.registry.iter().map(|k| k.info().name).zip(0..).collect();
    let waits = loop {
        drafts.sort_by_cached_key(|draft| rank(draft, &kinds));
        let waits = waits(&drafts);
        let circles = waits.circles();
        let mut lent: BTreeSet<Claim> =
            drafts.iter().filter(|d| d.verb == Verb::Park).flat_map(|d| d.takes.iter().cloned()).collect();
        let parked: Vec<_> =
            circles.iter().filter_map(|circle| break_open(&mut drafts, circle, &mut lent)).collect();
        if parked.is_empty() {
            for circle in circles {
                refuse_circle(input, &drafts, &waits, &circle, troubles);
            }
            break waits;
        }
        drafts.extend(parked);
    };
    taken_twice(&drafts, troubles);
    let ids = ids(&drafts);
    let order = waits.order();
    let mut taken: Vec<Option<StepDraft>> = drafts.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|node| {
            let draft = taken[node].take()?;
            let depends_on = waits
                .of(node)
                .map(|(earlier, why)| Dependency { step: ids[earlier].clone(), why: why.to_owned() });
            let mut depends_on: Vec<Dependency> = depends_on.collect();
            depends_on.sort();
            Some(Step { id: ids[node].clone(), depends_on, draft })
        })
        .collect()
}

fn rank(draft: &StepDraft, kinds: &BTreeMap<&str, usize>) -> Rank {
    let kind = kinds.get(draft.address.kind()).copied().unwrap_or(kinds.len());
    let phase = match draft.verb {
        Verb::Park => 0,
        Verb::Create => 1,
        Verb::Update => 2,
        Verb::Delete => 3,
    };
    let last = draft.verb == Verb::Delete;
    let kind = if last { kinds.len() - kind.min(kinds.len()) } else { kind };
    (last, kind, phase, draft.address.clone(), draft.what.clone())
}

/// `ADDRESS: WHAT`, each once.
fn ids(drafts: &[StepDraft]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let unique = |draft: &StepDraft| {
        let plain = format!("{}: {}", draft.address, draft.what);
        let mut id = plain.clone();
        let mut copy = 2;
        while !seen.insert(id.clone()) {
            id = format!("{plain} ({copy})");
            copy += 1;
        }
        id
    };
    drafts.iter().map(unique).collect()
}

fn waits(drafts: &[StepDraft]) -> Waits {
    let mut waits = Waits::new(drafts.len());
    let mut givers: BTreeMap<&Fact, Vec<usize>> = BTreeMap::new();
    for (node, draft) in drafts.iter().enumerate() {
        for fact in &draft.gives {
            givers.entry(fact).or_default().push(node);
        }
    }
    for (node, draft) in drafts.iter().enumerate() {
        for need in &draft.needs {
            for giver in givers.get(&need.fact).into_iter().flatten() {
                waits.add(node, *giver, || need.why.clone());
            }
        }
    }
    let claims = claims(drafts);
    for (claim, users) in &claims {
        users.wait(claim, drafts, &mut waits);
    }
    // Last, when it is known who waits for whom anyway.
    for (claim, users) in &claims {
        users.lend(claim, drafts, &mut waits);
    }
    waits
}

/// Who takes a unique value, and who returns it.
#[derive(Debug, Default)]
struct Users {
    takers: Vec<usize>,
    freers: Vec<usize>,
}

fn claims(drafts: &[StepDraft]) -> BTreeMap<&Claim, Users> {
    let mut claims: BTreeMap<&Claim, Users> = BTreeMap::new();
    for (node, draft) in drafts.iter().enumerate() {
        for claim in &draft.takes {
            claims.entry(claim).or_default().takers.push(node);
        }
        for claim in &draft.frees {
            claims.entry(claim).or_default().freers.push(node);
        }
    }
    claims
}

impl Users {
    /// The steps that borrow the value, each with the one that gives it back.
    fn loans(&self, drafts: &[StepDraft]) -> Vec<(usize, usize)> {
        let parks = self.takers.iter().filter(|&&node| drafts[node].verb == Verb::Park);
        let back = |park: usize| self.freers.iter().find(|&&node| is_back(&drafts[park], &drafts[node]));
        parks.filter_map(|&park| Some((park, *back(park)?))).collect()
    }

    /// A value changes hands: whoever takes it comes behind those who return it, and whoever takes it for good
    /// behind those who only borrow it.
    fn wait(&self, claim: &Claim, drafts: &[StepDraft], waits: &mut Waits) {
        let loans = self.loans(drafts);
        let is_loan = |node: usize| loans.iter().any(|&(park, back)| park == node || back == node);
        let why = |node: usize| {
            let verb = if is_loan(node) { "gives back" } else { "gives up" };
            format!("{} {verb} its {}", drafts[node].address, claim.space)
        };
        for &freer in self.freers.iter().filter(|&&node| !is_loan(node)) {
            for &taker in &self.takers {
                waits.add(taker, freer, || why(freer));
            }
        }
        for &(_, back) in &loans {
            for &taker in self.takers.iter().filter(|&&node| !is_loan(node)) {
                waits.add(taker, back, || why(back));
            }
        }
    }
}

impl Users {
    /// Stand-ins are borrowed by one after the other: first by those whom another borrower waits for anyway.
    fn lend(&self, claim: &Claim, drafts: &[StepDraft], waits: &mut Waits) {
        let mut open = self.loans(drafts);
        if open.len() < 2 {
            return;
        }
        let behind: BTreeMap<usize, BTreeSet<usize>> =
            open.iter().map(|&(_, back)| (back, waits.behind(back))).collect();
        let needs = |one: usize, (park, back): (usize, usize)| {
            one != back && (behind[&one].contains(&park) || behind[&one].contains(&back))
        };
        let mut before: Option<usize> = None;
        while !open.is_empty() {
            let free = |&(_, back): &(usize, usize)| !open.iter().any(|&other| needs(back, other));
            // Two that need each other are a circle, which is told as one.
            let (park, back) = open.remove(open.iter().position(free).unwrap_or(0));
            if let Some(before) = before {
                waits.add(park, before, || {
                    format!("{} gives back its {}", drafts[before].address, claim.space)
                });
            }
            before = Some(back);
        }
    }
}

fn parked_fact(park: &StepDraft) -> Fact {
    Fact::Settled(format!("parked: {}", park.what), park.address.clone())
}

/// Whether a step ends the loan that a parking step began.
fn is_back(park: &StepDraft, step: &StepDraft) -> bool {
    let fact = parked_fact(park);
    step.needs.iter().any(|need| need.fact == fact)
}

/// Lets the first member of a circle that can return its value early do so.
///
/// A stand-in that nobody has borrowed yet is better, then one that nobody in this circle has: those who share one
/// wait for each other, which can be a circle again.
fn break_open(drafts: &mut [StepDraft], circle: &[usize], lent: &mut BTreeSet<Claim>) -> Option<StepDraft> {
    let mut candidates: Vec<usize> = circle.to_vec();
    candidates
        .sort_by(|&a, &b| (&drafts[a].address, &drafts[a].what).cmp(&(&drafts[b].address, &drafts[b].what)));
    let usable = |node: usize, park: &Parked| {
        drafts[node].frees.contains(&park.frees)
            && circle.iter().any(|&other| other != node && drafts[other].takes.contains(&park.frees))
    };
    let find = |good: &dyn Fn(&Claim) -> bool| {
        candidates.iter().find_map(|&node| {
            let fits = |park: &Parked| usable(node, park) && good(&park.takes);
            drafts[node].parks.iter().position(fits).map(|at| (node, at))
        })
    };
    let lent_here = |claim: &Claim| {
        circle.iter().any(|&node| drafts[node].takes.contains(claim) || drafts[node].frees.contains(claim))
    };
    let (node, at) = find(&|claim| !lent.contains(claim))
        .or_else(|| find(&|claim| !lent_here(claim)))
        .or_else(|| find(&|_| true))?;
    let draft = &mut drafts[node];
    let parked = draft.parks.remove(at);
    // The other stand-ins for the same value are not needed any more.
    draft.parks.retain(|other| other.frees != parked.frees);
    lent.insert(parked.takes.clone());
    let mut step = StepDraft::new(draft.address.clone(), Verb::Park, parked.what, parked.call);
    step.takes.push(parked.takes.clone());
    step.frees.push(parked.frees.clone());
    step.lane = parked.lane;
    let fact = parked_fact(&step);
    draft.frees.retain(|claim| *claim != parked.frees);
    draft.frees.push(parked.takes);
    draft.needs.push(Need { fact: fact.clone(), why: "a stand-in is there until then".to_owned() });
    Some(step.gives(fact))
}

fn taken_twice(drafts: &[StepDraft], troubles: &mut Troubles<'_>) {
    for (claim, users) in claims(drafts) {
        let for_good: BTreeSet<&Address> = users
            .takers
            .iter()
            .filter(|&&node| drafts[node].verb != Verb::Park)
            .map(|&node| &drafts[node].address)
            .collect();
        let mut takers = for_good.into_iter();
        if let (Some(first), Some(second)) = (takers.next(), takers.next()) {
            let trouble = Trouble {
                code: "plan::taken_twice",
                summary: "two things want one unique value",
                why: format!("{first} and {second} would both have this {}", claim.space),
                remedy: "give one of them another".to_owned(),
            };
            let span = place(troubles.manifest(), second, None);
            troubles.add_at(second, span, &[first], trouble);
        }
    }
}

fn refuse_circle(
    input: &Input<'_>,
    drafts: &[StepDraft],
    waits: &Waits,
    circle: &[usize],
    troubles: &mut Troubles<'_>,
) {
    let Some(&start) = circle.first() else { return };
    let places = Places::new(input);
    let way = waits.way_around(start);
    let said = |node: usize| {
        let draft = &drafts[node];
        let at = place(input.manifest, &draft.address, None).and_then(|span| places.of(span));
        let at = at.map(|at| format!(" ({}:{})", at.file, at.line)).unwrap_or_default();
        format!("{}: {}{at}", draft.address, draft.what)
    };
    let mut lines = vec![said(start)];
    for (i, &node) in way.iter().enumerate() {
        let next = way.get(i + 1).copied().unwrap_or(start);
        let why =
            waits.of(node).find(|(earlier, _)| *earlier == next).map(|(_, why)| why).unwrap_or_default();
        lines.push(format!("waits for {}, so that {why}", said(next)));
    }
    let others: BTreeSet<&Address> = way.iter().map(|&node| &drafts[node].address).collect();
    let first = &drafts[start].address;
    let others: Vec<&Address> = others.into_iter().filter(|a| *a != first).collect();
    let trouble = Trouble {
        code: "plan::circle",
        summary: "these wait for each other in a circle",
        why: lines.join("\n"),
        remedy: match way.iter().any(|&node| drafts[node].verb == Verb::Park) {
            true => "take one of these values out, apply, and put it in again; or write one more stand-in into the settings: settings.spare_mobiles for mobiles".to_owned(),
            false => "take one of these references or values out, apply, and put it in again".to_owned(),
        },
    };
    troubles.add_at(first, place(input.manifest, first, None), &others, trouble);
}
