//! The calls for ticket fields. A creation answers without an id: the next reading finds the field by its key. A
//! change sends what changed, of options all.

use serde_json::{Map, Value as Json};

use super::spec::{CALLED, DROP, KEY, MULTIPLE, NAME, OPTIONS, TYPE};
use super::wire::{self, BUILTIN, ROW};
use super::{options, rows};
use crate::kinds::desk::{DESK, HELPDESK, Place};
use crate::kinds::unique::{applies, claim};
use crate::model::{Accept, Action, Address, Call, Claim, Fact, Live, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/ticket_customized_fields";
pub(super) const ONE: &str = "/open-apis/helpdesk/v1/ticket_customized_fields/:ticket_customized_field_id";
pub(super) const ID: &str = "ticket_customized_field_id";
/// It is gone already. No page lists it here; other endpoints of the service have it.
const GONE: i64 = 154_004;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let mut proposed = Vec::new();
    for change in work.changes {
        if change.action != Action::Forget && change.live.is_some_and(|live| live.fact(BUILTIN)) {
            builtin(change, out);
            continue;
        }
        let (here, there) = (Place::of(change), || Place::wanted(work, change));
        match (change.action, change.live, here) {
            (Action::Create, ..) => proposed.extend(there().map(|place| create(work, &place, change))),
            (Action::Replace, Some(live), Some(here)) => {
                out.step(delete(&here, change, live));
                out.note(&change.address, "what tickets hold in the old field is lost");
                let made = there().map(|place| create(work, &place, change));
                proposed.extend(made.map(|s| s.needs(Fact::Gone(change.address.clone()), "the old one is gone")));
            }
            (Action::Update | Action::Adopt, Some(live), Some(here)) => {
                proposed.extend(update(&here, change, live, out));
            }
            (Action::Delete, Some(live), Some(here)) => {
                out.step(delete(&here, change, live));
                out.note(&change.address, "what tickets hold in it is lost");
            }
            _ => {}
        }
    }
    rows::in_order(work, proposed, out);
}

/// Whoever declares such a field finds it as it is; nobody can change it.
fn builtin(change: &ThingChange<'_>, out: &mut Drafts) {
    let what = match change.action {
        Action::Delete => "cannot be deleted",
        Action::Update | Action::Adopt | Action::Replace if !change.fields.is_empty() => "cannot be changed",
        _ => return,
    };
    out.problem(
        &change.address,
        None,
        "plan::builtin",
        format!("{} is a field of the helpdesk itself, and {what}", change.address),
        format!("leave it alone: take it out of the manifest, and larkctl state rm {}", change.address),
    );
}

fn key_of(place: &Place, key: Option<&Value>) -> Option<Claim> {
    Some(claim(&format!("key name in helpdesk {}", place.desk), key?.as_text()?))
}

/// What the tags of a field are made of: the same wherever it is made again.
fn seed(place: &Place, change: &ThingChange<'_>) -> String {
    format!("{}\u{1f}{}", place.desk, change.after(KEY).and_then(Value::as_text).unwrap_or_default())
}

fn create(work: &Work<'_>, place: &Place, change: &ThingChange<'_>) -> StepDraft {
    let given = change.after(OPTIONS).map(|declared| options::tagged(declared, None, &seed(place, change)));
    let names: Vec<&str> = [KEY, TYPE, MULTIPLE].into_iter().chain(wire::SENT).collect();
    let value = |name: &str| if name == OPTIONS { given.as_ref() } else { change.after(name) };
    let mut body = wire::body(names.iter().filter_map(|name| Some((*name, value(name)?))));
    for (name, default) in wire::defaults() {
        body.entry(name).or_insert(default);
    }
    body.entry("position").or_insert_with(|| last_row(work, place, change.address.holder().as_ref()).to_string().into());
    let call = Call::new("POST", ALL).body(Json::Object(body));
    let mut step =
        place.step(&change.address, Verb::Create, "create", call).gives(Fact::Exists(change.address.clone()));
    step.takes.extend(key_of(place, change.after(KEY)));
    // Options as they are declared: a tag that nobody wrote may be any, whoever made it.
    step.applies = applies(change, &names.into_iter().chain([HELPDESK]).collect::<Vec<_>>());
    step
}

/// Where a field goes that declares no row: behind all others, those included that this plan makes. In between it would
/// part those that are put into rows.
fn last_row(work: &Work<'_>, place: &Place, holder: Option<&Address>) -> i64 {
    let fields = work.snapshot.kind(NAME).into_iter().flat_map(|seen| seen.things.values());
    let here = fields.filter(|live| live.ids.get(DESK) == Some(&place.desk));
    let last = here.filter_map(|live| live.facts.get(ROW)?.as_int()).max().unwrap_or(0);
    let made = |change: &&ThingChange<'_>| matches!(change.action, Action::Create | Action::Replace);
    let made = work.changes.iter().filter(made).filter(|change| change.address.holder().as_ref() == holder).count();
    last.saturating_add(i64::try_from(made).unwrap_or(1)).max(1)
}

fn update(place: &Place, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) -> Option<StepDraft> {
    let names: Vec<&str> = wire::SENT.into_iter().filter(|name| change.changes(name)).collect();
    let before = live.attributes.get(OPTIONS);
    let given = change
        .after(OPTIONS)
        .filter(|_| change.changes(OPTIONS))
        .map(|declared| options::tagged(declared, before, &seed(place, change)));
    if let (Some(before), Some(after)) = (before, &given)
        && leaving(change, before, after, out)
    {
        return None;
    }
    let value = |name: &str| if name == OPTIONS { given.as_ref() } else { change.after(name) };
    let body: Map<String, Json> = wire::body(names.iter().filter_map(|name| Some((*name, value(name)?))));
    if body.is_empty() {
        return None;
    }
    let what = if names == [CALLED] { "rename".to_owned() } else { format!("update {}", names.join(", ")) };
    let call = Call::new("PATCH", ONE).param(ID, live.id.clone()).body(Json::Object(body));
    let mut step = place.step(&change.address, Verb::Update, what, call);
    step.applies = applies(change, &names);
    Some(step)
}

/// Whether options would go that nobody said may go. Their tags are what tickets hold.
fn leaving(change: &ThingChange<'_>, before: &Value, after: &Value, out: &mut Drafts) -> bool {
    let stays = options::tags(after);
    let gone: Vec<String> = options::tags(before)
        .into_iter()
        .filter(|(tag, _)| !stays.contains_key(tag))
        .map(|(tag, path)| format!("{path} ({tag})"))
        .collect();
    if gone.is_empty() {
        return false;
    }
    if change.wanted.get(DROP).is_some_and(|wanted| *wanted.value() == Value::Bool(true)) {
        out.note(&change.address, format!("tickets lose what they hold of {}", gone.join(", ")));
        return false;
    }
    out.problem(
        &change.address,
        Some(OPTIONS),
        "plan::options_leave",
        format!("tickets would lose what they hold of {}", gone.join(", ")),
        "if an option has another name now, write its `tag` beside the new one; if it shall go, write \
         `drop_options: true`",
    );
    true
}

/// The id is forgotten in any case: the creation that may follow brings none in its place.
fn delete(place: &Place, change: &ThingChange<'_>, live: &Live) -> StepDraft {
    let call = Call::new("DELETE", ONE).param(ID, live.id.clone());
    let mut step = place
        .step(&change.address, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.frees.extend(key_of(place, live.attributes.get(KEY)));
    step.forgets = true;
    step
}
