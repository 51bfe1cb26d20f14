//! Dismissing people: who receives what, and what must have happened before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::change::{patch, refusals};
use super::claims::Claims;
use super::heirs::{Heirs, leaves};
use super::leaders::Leaders;
use super::{SLOW_LANE, USER};
use crate::base::count::Count;
use crate::kinds::user::places::places;
use crate::model::{Accept, Call, Fact, Need, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

/// What can be inherited.
struct Estate {
    /// In `on_delete`.
    name: &'static str,
    field: &'static str,
    /// For people.
    called: &'static str,
    /// Whether the leader receives it when nobody is named.
    to_leader: bool,
    /// What becomes of it otherwise.
    else_: &'static str,
}

const fn estate(
    name: &'static str,
    field: &'static str,
    called: &'static str,
    to_leader: bool,
    else_: &'static str,
) -> Estate {
    Estate { name, field, called, to_leader, else_ }
}

/// `user/delete`; mail has a form of its own.
const ESTATES: &[Estate] = &[
    estate("department_chats", "department_chat_acceptor_user_id", "department chats", false, "go to whoever joined first"),
    estate(
        "external_chats",
        "external_chat_acceptor_user_id",
        "external chats",
        false,
        "go to the colleague who joined first, and are dissolved without one",
    ),
    estate("docs", "docs_acceptor_user_id", "documents", true, "stay with them"),
    estate("calendar", "calendar_acceptor_user_id", "calendar events", true, "are deleted"),
    estate("applications", "application_acceptor_user_id", "apps", true, "stay, and nobody can manage them"),
    estate("minutes", "minutes_acceptor_user_id", "minutes", true, "stay with them"),
    estate("surveys", "survey_acceptor_user_id", "surveys", true, "are deleted"),
    estate("anycross", "anycross_acceptor_user_id", "integrations", true, "stay, and nobody can log in to them"),
];

/// Nobody has this id, or they resigned already.
const GONE: &[i64] = &[41_012, 42_006, 99_992_351, 99_992_354, 99_992_360];

pub(super) fn leave(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    claims: &Claims<'_>,
    heirs: &Heirs<'_>,
    leaders: &Leaders<'_>,
    out: &mut Drafts,
) {
    let Some(id) = change.live.map(|l| l.id.as_str()).or_else(|| change.record.and_then(|r| r.id())) else { return };
    if change.live.is_some_and(|live| live.fact("tenant_manager")) {
        out.problem(
            &change.address,
            None,
            "plan::tenant_manager",
            format!("{} administers the tenant and cannot be deleted", change.address),
            "take their role away in the admin console first, or keep them with `on_remove: forget`",
        );
        return;
    }
    let mut handover = Handover { work, change, out, body: Map::new(), needs: Vec::new(), said: BTreeMap::new() };
    handover.write();
    let (body, mut needs, said) = (handover.body, handover.needs, handover.said);
    let mut call = Call::new("DELETE", USER).param("user_id", id).query("user_id_type", "user_id");
    if !body.is_empty() {
        call = call.body(Json::Object(body));
    }
    let own = || change.address.clone();
    needs.push(Need {
        fact: Fact::Settled("released".to_owned(), own()),
        why: "nobody is led by them any more".to_owned(),
    });
    for first in heirs.before(&change.address) {
        let why = format!("{first} is gone, whose things go to them");
        needs.push(Need { fact: Fact::Gone(first.clone()), why });
    }
    let mut step = StepDraft::new(own(), Verb::Delete, "delete", call);
    step.needs = needs;
    step.gives.push(Fact::Gone(own()));
    let departments = change.live.and_then(|live| live.attributes.get("departments")).map(places).unwrap_or_default();
    let left = departments.iter().filter_map(|place| work.managed(place.target()?));
    step.gives.extend(left.map(|department| Fact::Settled("left".to_owned(), department.clone())));
    step.accepts = GONE.iter().map(|code| Accept::Done { code: *code }).collect();
    step.forgets = true;
    claims.leave(change, &mut step);
    out.step(step);
    let said: Vec<String> =
        said.into_iter().map(|(what, whose)| format!("{} {what}", whose.into_iter().collect::<Vec<_>>().join(", "))).collect();
    out.note(&change.address, format!("can be called back for thirty days; {}", said.join("; ")));
    let orphans = leaders.orphans(work, id);
    if orphans > 0 {
        let all = work.snapshot.kind("user").is_some_and(|seen| seen.complete);
        let least = if all { "" } else { "at least " };
        let reports = Count(orphans, "direct report");
        out.note(&change.address, format!("{least}{reports} will have no leader"));
    }
}

/// Suspends instead of dismissing, and stops managing.
pub(super) fn freeze(change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(live) = change.live else { return };
    let body = Map::from_iter([("is_frozen".to_owned(), json!(true))]);
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, "freeze", patch(&live.id, body));
    step.lane = Some(SLOW_LANE.to_owned());
    step.accepts = refusals(&change.address);
    step.forgets = true;
    out.note(&change.address, "the account is suspended and no longer managed");
    out.step(step);
}

/// The acceptors of one dismissal.
struct Handover<'h, 'w> {
    work: &'h Work<'w>,
    change: &'h ThingChange<'w>,
    out: &'h mut Drafts,
    body: Map<String, Json>,
    needs: Vec<Need>,
    /// What becomes of what: `go to user.li.si` → documents, apps.
    said: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Handover<'_, '_> {
    fn write(&mut self) {
        let named = self.change.on_delete.as_ref();
        let default = named.and_then(|v| v.get("default")).and_then(Value::as_target);
        for estate in ESTATES {
            let heir = named.and_then(|v| v.get(estate.name)).and_then(Value::as_target).or(default);
            match heir {
                Some(heir) => {
                    let id = self.accept(heir);
                    self.body.insert(estate.field.to_owned(), id);
                    self.say(format!("go to {}", self.name(heir)), estate.called);
                }
                None if estate.to_leader => self.falls_to_leader(estate.called, estate.else_),
                None => self.say(estate.else_.to_owned(), estate.called),
            }
        }
        let mail = named.and_then(|v| v.get("email"));
        let to = mail.and_then(|m| m.get("to")).and_then(Value::as_target);
        match (mail.and_then(|m| m.get("action")).and_then(Value::as_text), to.or(default)) {
            (Some("keep"), _) => self.mail("2", "stay with them"),
            (Some("delete"), _) => self.mail("3", "are deleted"),
            (_, Some(heir)) => {
                let id = self.accept(heir);
                let mail = json!({ "processing_type": "1", "acceptor_user_id": id });
                self.body.insert("email_acceptor".to_owned(), mail);
                self.say(format!("go to {}", self.name(heir)), "mails");
            }
            (_, None) => self.falls_to_leader("mails", "stay with them"),
        }
    }

    fn mail(&mut self, processing: &str, becomes: &str) {
        self.body.insert("email_acceptor".to_owned(), json!({ "processing_type": processing }));
        self.say(becomes.to_owned(), "mails");
    }

    fn say(&mut self, becomes: String, called: &'static str) {
        self.said.entry(becomes).or_default().insert(called);
    }

    fn name(&self, target: &Target) -> String {
        match (self.work.managed(target), target) {
            (Some(address), _) => address.to_string(),
            (None, Target::Remote { id, .. }) => format!("the person with the user_id {id}"),
            (None, Target::Address(address)) => address.to_string(),
            (None, Target::Lookup(lookup)) => lookup.value.clone(),
        }
    }

    fn falls_to_leader(&mut self, called: &'static str, else_: &str) {
        match self.change.live.and_then(|live| live.attributes.get("leader")) {
            Some(Value::Ref(leader)) => self.say(format!("go to the leader, {}", self.name(leader)), called),
            Some(_) => self.say(else_.to_owned(), called),
            None => self.say(format!("go to the leader; without one they {else_}"), called),
        }
    }

    /// The heir's id; an heir who cannot inherit is a problem, once.
    fn accept(&mut self, heir: &Target) -> Json {
        let address = self.work.managed(heir);
        let live = match (address, heir) {
            (Some(address), _) => self.work.live(address),
            (None, Target::Remote { id, .. }) => self.work.snapshot.live("user", id),
            (None, Target::Address(_) | Target::Lookup(_)) => None,
        };
        let unfit = if address == Some(&self.change.address) {
            Some("is the one who leaves")
        } else {
            // Who leaves in the same plan leaves later, and is there until then.
            let facts = [
                ("unjoined", "has not accepted the invitation yet"),
                ("frozen", "is suspended"),
                ("exited", "has left"),
                ("resigned", "has resigned"),
            ];
            live.and_then(|live| facts.iter().find(|(fact, _)| live.fact(fact)).map(|(_, words)| *words))
        };
        if let Some(unfit) = unfit {
            let problem = format!("{} shall inherit from {} and {unfit}", self.name(heir), self.change.address);
            if !self.out.problems.iter().any(|p| p.why == problem) {
                self.out.problem(
                    &self.change.address,
                    Some("on_delete"),
                    "plan::unfit_heir",
                    problem,
                    "name an active person in `on_delete`",
                );
            }
        }
        if let Some(address) = address
            && !self.work.change(address).is_some_and(leaves)
        {
            let fact = Fact::Exists(address.clone());
            if !self.needs.iter().any(|need| need.fact == fact) {
                self.needs.push(Need { fact, why: "the heir exists".to_owned() });
            }
        }
        self.work.json_id(heir, "id")
    }
}
