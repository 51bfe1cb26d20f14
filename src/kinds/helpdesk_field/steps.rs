//! The calls for ticket fields. A creation answers without an id: the next reading finds the field by its key. A
//! change sends what changed, of options all.

use serde_json::{Map, Value as Json};

use super::spec::{CALLED, DESK, DROP, KEY, MULTIPLE, OPTIONS, POSITION, TYPE};
use super::{options, wire};
use crate::kinds::inner;
use crate::kinds::unique::{applies, claim};
use crate::model::{Accept, Action, Address, Call, Claim, Fact, Live, StepDraft, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/ticket_customized_fields";
const ONE: &str = "/open-apis/helpdesk/v1/ticket_customized_fields/:ticket_customized_field_id";
const ID: &str = "ticket_customized_field_id";
/// It is gone already. No page lists it here; the family's other endpoints have it.
const GONE: i64 = 154_004;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let mut rows: Vec<(String, i64, StepDraft)> = Vec::new();
    for change in work.changes {
        let touched = match change.action {
            Action::Create | Action::Replace | Action::Delete => true,
            Action::Update | Action::Adopt => !change.fields.is_empty(),
            Action::Keep | Action::Forget => false,
        };
        if !touched {
            continue;
        }
        if change.live.is_some_and(|live| live.fact(wire::BUILTIN)) {
            builtin(change, out);
            continue;
        }
        let Some(desk) = inner::desk_of(work, change, out) else { continue };
        let step = match (change.action, change.live) {
            (Action::Create, _) => Some(create(&desk, change)),
            (Action::Replace, Some(live)) => {
                delete(&desk, change, live, false, out);
                out.note(&change.address, "what tickets hold in the old field is lost");
                Some(create(&desk, change).needs(Fact::Gone(change.address.clone()), "the old one is gone"))
            }
            (Action::Update | Action::Adopt, Some(live)) => update(&desk, change, live, out),
            (Action::Delete, Some(live)) => {
                delete(&desk, change, live, true, out);
                out.note(&change.address, "what tickets hold in it is lost");
                None
            }
            _ => None,
        };
        let Some(step) = step else { continue };
        match change.after(POSITION).and_then(Value::as_int).filter(|_| step.applies.contains_key(POSITION)) {
            Some(row) => rows.push((desk, row, step)),
            None => out.step(step),
        }
    }
    in_rows(rows, out);
}

/// Rows are given from the top: on a desk that moves the others down, each then stays where it was put.
fn in_rows(mut rows: Vec<(String, i64, StepDraft)>, out: &mut Drafts) {
    rows.sort_by(|(desk, row, step), (other, another, also)| {
        (desk, row, &step.address).cmp(&(other, another, &also.address))
    });
    let mut before: Option<(String, Address)> = None;
    for (desk, _, mut step) in rows {
        if let Some((_, above)) = before.filter(|(other, _)| *other == desk) {
            step = step.needs(placed(&above), "the row above is where it belongs");
        }
        before = Some((desk, step.address.clone()));
        let own = placed(&step.address);
        out.step(step.gives(own));
    }
}

fn placed(address: &Address) -> Fact {
    Fact::Settled("placed".to_owned(), address.clone())
}

fn builtin(change: &ThingChange<'_>, out: &mut Drafts) {
    out.problem(
        &change.address,
        Some(KEY),
        "plan::builtin",
        format!("{} is a field of the helpdesk itself, which nobody can change", change.address),
        format!("take it out of the manifest, and out of the state: larkctl state rm {}", change.address),
    );
}

fn key_of(desk: &str, key: Option<&Value>) -> Option<Claim> {
    Some(claim(&format!("key name in helpdesk {desk}"), key?.as_text()?))
}

/// What a field is made of wherever it is made again: the same tags each time.
fn seed(desk: &str, change: &ThingChange<'_>) -> String {
    format!("{desk}\u{1f}{}", change.after(KEY).and_then(Value::as_text).unwrap_or_default())
}

fn create(desk: &str, change: &ThingChange<'_>) -> StepDraft {
    let given = change.after(OPTIONS).map(|declared| options::tagged(declared, None, &seed(desk, change)));
    let names = [KEY, TYPE, MULTIPLE].into_iter().chain(wire::SENT);
    let value = |name| if name == OPTIONS { given.as_ref() } else { change.after(name) };
    let mut body = wire::body(names.clone().filter_map(|name| Some((name, value(name)?))));
    for (name, default) in wire::defaults() {
        body.entry(name).or_insert(default);
    }
    // It must be somewhere; declared nowhere, it goes to the top, where people see it.
    body.entry("position").or_insert_with(|| "1".into());
    let call = Call::new("POST", ALL).body(Json::Object(body));
    let mut step =
        inner::step(desk, change, Verb::Create, "create", call).gives(Fact::Exists(change.address.clone()));
    step.takes.extend(key_of(desk, change.after(KEY)));
    step.ids.insert(inner::DESK.to_owned(), desk.to_owned());
    step.applies = applies(change, &names.chain([DESK]).collect::<Vec<_>>());
    if let (Some(given), true) = (given, step.applies.contains_key(OPTIONS)) {
        step.applies.insert(OPTIONS.to_owned(), given);
    }
    step
}

fn update(desk: &str, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) -> Option<StepDraft> {
    let names: Vec<&str> = wire::SENT.into_iter().filter(|name| change.changes(name)).collect();
    let before = live.attributes.get(OPTIONS);
    let given = change
        .after(OPTIONS)
        .filter(|_| change.changes(OPTIONS))
        .map(|declared| options::tagged(declared, before, &seed(desk, change)));
    if let (Some(before), Some(after)) = (before, &given)
        && leaving(change, before, after, out)
    {
        return None;
    }
    let value = |name| if name == OPTIONS { given.as_ref() } else { change.after(name) };
    let body: Map<String, Json> = wire::body(names.iter().filter_map(|name| Some((*name, value(name)?))));
    if body.is_empty() {
        return None;
    }
    let what = if names == [CALLED] { "rename".to_owned() } else { format!("update {}", names.join(", ")) };
    let call = Call::new("PATCH", ONE).param(ID, live.id.clone()).body(Json::Object(body));
    let mut step = inner::step(desk, change, Verb::Update, what, call);
    step.applies = applies(change, &names);
    if let Some(given) = given {
        step.applies.insert(OPTIONS.to_owned(), given);
    }
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

fn delete(desk: &str, change: &ThingChange<'_>, live: &Live, for_good: bool, out: &mut Drafts) {
    let call = Call::new("DELETE", ONE).param(ID, live.id.clone());
    let mut step = inner::step(desk, change, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    step.frees.extend(key_of(desk, live.attributes.get(KEY)));
    step.forgets = for_good;
    out.step(step);
}
