//! A planner and an apply in miniature, for one kind: what is declared is bound and compared, the steps are put
//! in an order that respects needs and claims, and sent with the API client.

use std::collections::{BTreeMap, BTreeSet};

use larkctl::api::client::{Client, Settings as ClientSettings};
use larkctl::api::request::Draft;
use larkctl::api::transport::ProxyChoice;
use larkctl::base::secret::Secret;
use larkctl::base::source::SourceMap;
use larkctl::base::span::Span;
use larkctl::kinds::user::KIND;
use larkctl::model::{
    Accept, Action, Address, Call, Cause, Claim, Declared, Departed, Fact, FieldChange, Found, Late,
    Lifecycle, Lookup, Observed, OnRemove, Record, Settings, Snapshot, StepDraft, Target, Value, Wanted,
};
use larkctl::resource::{Ask, Context, Drafts, Identity, Kind, ThingChange, Work};
use serde_json::Value as Json;

use crate::support::{APP, SECRET, Tenant};

/// Attributes of one person.
pub(super) type Wants = Vec<(&'static str, Value)>;

/// Never sent, so never compared.
const LOCAL: &[&str] = &["tags", "on_delete"];

/// What larkctl would keep between runs.
#[derive(Debug, Default)]
pub(super) struct State {
    pub records: BTreeMap<Address, Record>,
    pub departed: BTreeMap<Address, Departed>,
    pub settings: Settings,
    /// Other kinds as they were read, for references.
    pub earlier: Snapshot,
    pub scopes: Option<BTreeSet<String>>,
    pub now: i64,
}

/// What one run did.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// `user.a: create` and `PATCH` with its body, in the order of sending.
    pub sent: Vec<(String, Json)>,
    pub pending: Vec<String>,
    pub warned: Vec<i64>,
    pub problems: Vec<&'static str>,
    pub notes: Vec<String>,
    pub failed: Vec<(String, Option<i64>)>,
    pub unbound: Vec<(Address, Identity)>,
}

impl Run {
    pub(super) fn steps(&self) -> Vec<&str> {
        self.sent.iter().map(|(what, _)| what.as_str()).collect()
    }

    #[track_caller]
    pub(super) fn is_clean(&self) {
        let quiet = self.failed.is_empty() && self.problems.is_empty() && self.unbound.is_empty();
        assert!(quiet, "failed {:?}, problems {:?}, unbound {:?}", self.failed, self.problems, self.unbound);
    }
}

pub(super) fn address(key: &str) -> Address {
    Address::new("user", key)
}

pub(super) fn user(key: &str) -> Value {
    Value::address(address(key))
}

pub(super) fn client(t: &Tenant) -> Client {
    let base = t.base.parse().expect("base");
    let mut settings = ClientSettings::new(base).with_app(APP, Secret::from(SECRET.to_owned()));
    settings.proxy = ProxyChoice::Off;
    Client::new(settings).expect("client")
}

pub(super) fn declared(key: &str, wants: &Wants) -> Declared {
    let mut sources = SourceMap::default();
    Declared {
        address: address(key),
        span: Span::new(sources.add("t.yaml", ""), 0..0),
        attributes: wants.iter().map(|(n, v)| ((*n).to_owned(), Wanted::Exactly(v.clone()))).collect(),
        spans: BTreeMap::new(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

/// Reads what an ask wants.
pub(super) async fn observe(t: &Tenant, state: &State, ask: &Ask) -> Observed {
    let reader = client(t).reader();
    let context = Context { reader: &reader, earlier: &state.earlier, scopes: state.scopes.as_ref() };
    KIND.observe(ask, &context).await
}

/// Plans and applies once. Who is in the state and not in `people` leaves.
pub(super) async fn run(t: &Tenant, state: &mut State, people: &[(&str, Wants)]) -> Run {
    let things: BTreeMap<Address, Declared> =
        people.iter().map(|(key, wants)| (address(key), declared(key, wants))).collect();
    let mut ask = Ask {
        declared: things.values().cloned().collect(),
        records: state.records.clone(),
        departed: state.departed.clone(),
        leaving: state.records.keys().filter(|a| !things.contains_key(*a)).cloned().collect(),
        ..Ask::default()
    };
    for thing in things.values() {
        for value in thing.attributes.values() {
            value.value().each_target(&mut |target| match target {
                Target::Remote { kind, id } if kind == "user" => drop(ask.ids.insert(id.clone())),
                Target::Lookup(lookup) => drop(ask.lookups.insert(lookup.clone())),
                Target::Remote { .. } | Target::Address(_) => {}
            });
        }
    }
    let observed = observe(t, state, &ask).await;
    let mut run = Run::default();
    let mut bound: BTreeMap<Address, String> = BTreeMap::new();
    for thing in things.values() {
        match KIND.identify(thing, state.records.get(&thing.address), &observed) {
            Identity::Bound(id) => drop(bound.insert(thing.address.clone(), id)),
            Identity::Absent => {}
            doubt => run.unbound.push((thing.address.clone(), doubt)),
        }
    }
    for address in &ask.leaving {
        if let Some(id) = state.records.get(address).and_then(Record::id) {
            bound.insert(address.clone(), id.to_owned());
        }
    }
    let mut snapshot = state.earlier.clone();
    snapshot.kinds.insert("user".to_owned(), observed.into());
    let addresses: BTreeMap<(String, String), Address> =
        bound.iter().map(|(a, id)| (("user".to_owned(), id.clone()), a.clone())).collect();
    let resolve = |value: &Value| {
        value.map_targets(&mut |target| {
            let target = match target {
                Target::Lookup(lookup) => {
                    Target::Remote { kind: lookup.kind.clone(), id: found(&snapshot, lookup) }
                }
                other => other.clone(),
            };
            match &target {
                Target::Remote { kind, id } => addresses
                    .get(&(kind.clone(), id.clone()))
                    .map_or_else(|| target.clone(), |address| Target::Address(address.clone())),
                Target::Address(_) | Target::Lookup(_) => target,
            }
        })
    };
    let changes: Vec<ThingChange<'_>> = things
        .values()
        .filter(|thing| !run.unbound.iter().any(|(address, _)| *address == thing.address))
        .map(|thing| {
            let live = bound.get(&thing.address).and_then(|id| snapshot.live("user", id));
            let wanted: BTreeMap<String, Wanted> = thing
                .attributes
                .iter()
                .map(|(name, value)| (name.clone(), Wanted::Exactly(resolve(value.value()))))
                .collect();
            let field = |(name, want): (&String, &Wanted)| {
                let before = live.and_then(|l| l.attributes.get(name)).map(&resolve);
                let unread = live.is_some() && before.is_none();
                let same = before.as_ref().is_some_and(|before| KIND.same(name, want, before));
                let after = want.value().clone();
                (!same && !unread).then(|| FieldChange {
                    name: name.clone(),
                    before,
                    after,
                    cause: Cause::Config,
                })
            };
            let compared = wanted.iter().filter(|(name, _)| !LOCAL.contains(&name.as_str()));
            let fields: Vec<FieldChange> = compared.filter_map(field).collect();
            let action = match (live, fields.is_empty()) {
                (None, _) => Action::Create,
                (Some(_), true) => Action::Keep,
                (Some(_), false) => Action::Update,
            };
            let on_delete = wanted.get("on_delete").map(|w| w.value().clone());
            change(thing.address.clone(), action, wanted, live, state, fields, on_delete)
        })
        .chain(ask.leaving.iter().map(|address| {
            let live = bound.get(address).and_then(|id| snapshot.live("user", id));
            let on_delete = state.records.get(address).and_then(|r| r.on_delete.as_ref()).map(&resolve);
            change(address.clone(), Action::Delete, BTreeMap::new(), live, state, Vec::new(), on_delete)
        }))
        .collect();
    let all = changes.iter().map(|c| (c.address.clone(), c.clone())).collect();
    let work = Work {
        changes: &changes,
        all: &all,
        declared: &BTreeMap::new(),
        snapshot: &snapshot,
        bound: &bound,
        addresses: &addresses,
        settings: &state.settings,
        departed: &state.departed,
        now: state.now,
    };
    let mut drafts = Drafts::default();
    KIND.steps(&work, &mut drafts);
    run.problems = drafts.problems.iter().map(|p| p.code).collect();
    run.notes = drafts.notes.iter().map(|(_, text)| text.clone()).collect();
    run.pending =
        drafts.pending.iter().map(|(address, p)| format!("{address}: {}", p.attributes.join(", "))).collect();
    let kept: Vec<(Address, Record)> = changes
        .iter()
        .filter_map(|c| {
            let live = c.live.filter(|_| c.action != Action::Delete)?;
            let mut record = state.records.get(&c.address).cloned().unwrap_or_default();
            record.ids = live.ids.clone();
            record.ids.insert("id".to_owned(), live.id.clone());
            Some((c.address.clone(), record))
        })
        .collect();
    state.records.extend(kept);
    if run.problems.is_empty() {
        apply(t, state, drafts.steps, &mut run).await;
    }
    // Heirs are remembered, as the real state does.
    for (address, thing) in &things {
        if let (Some(record), Some(heirs)) = (state.records.get_mut(address), thing.value("on_delete")) {
            record.on_delete = Some(heirs.clone());
        }
    }
    run
}

fn found(snapshot: &Snapshot, lookup: &Lookup) -> String {
    match snapshot.kind("user").and_then(|seen| seen.lookups.get(lookup)) {
        Some(Found::One(id)) => id.clone(),
        other => panic!("{lookup:?} found {other:?}"),
    }
}

fn change<'w>(
    address: Address,
    action: Action,
    wanted: BTreeMap<String, Wanted>,
    live: Option<&'w larkctl::model::Live>,
    state: &'w State,
    fields: Vec<FieldChange>,
    on_delete: Option<Value>,
) -> ThingChange<'w> {
    let record = state.records.get(&address);
    let lifecycle = Lifecycle::default();
    ThingChange {
        address,
        action,
        wanted,
        live,
        record,
        fields,
        lifecycle,
        on_remove: OnRemove::Delete,
        on_delete,
    }
}

/// Sends steps whose needs are met and whose claims are free, until none is left.
async fn apply(t: &Tenant, state: &mut State, mut waiting: Vec<StepDraft>, run: &mut Run) {
    let writer = client(t).writer();
    let mut freed_early: BTreeSet<Claim> = BTreeSet::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|step| {
            let gives = |fact: &Fact| {
                waiting.iter().any(|other| other.what_id() != step.what_id() && other.gives.contains(fact))
            };
            let held = |claim: &Claim| {
                !freed_early.contains(claim)
                    && waiting
                        .iter()
                        .any(|other| other.address != step.address && other.frees.contains(claim))
            };
            !step.needs.iter().any(|need| gives(&need.fact)) && !step.takes.iter().any(held)
        });
        let Some(at) = ready else {
            // A circle of claims: the first that can stand aside does.
            let parked =
                waiting.iter().find_map(|step| Some((step.address.clone(), step.parks.first()?.clone())));
            let (address, parked) = parked.unwrap_or_else(|| panic!("nothing is ready in {waiting:#?}"));
            run.sent
                .push((format!("{address}: {}", parked.what), parked.call.body.clone().unwrap_or_default()));
            send(&writer, &parked.call, state).await.expect("the stand-in is taken");
            freed_early.insert(parked.frees);
            continue;
        };
        let step = waiting.remove(at);
        let name = format!("{}: {}", step.address, step.what);
        run.sent.push((name.clone(), step.call.body.clone().unwrap_or_default()));
        let outcome = send(&writer, &step.call, state).await;
        let done = match outcome {
            Ok(data) => {
                let mut ids = step.ids.clone();
                for capture in &step.captures {
                    let id = data.pointer(&capture.pointer).and_then(Json::as_str).expect("a captured id");
                    ids.insert(capture.id.clone(), id.to_owned());
                }
                Some(ids)
            }
            Err(code) => step
                .accepts
                .iter()
                .find_map(|accept| match accept {
                    Accept::Done { code: c } if Some(*c) == code => Some(step.ids.clone()),
                    Accept::Warned { code: c, .. } if Some(*c) == code => {
                        run.warned.push(*c);
                        Some(step.ids.clone())
                    }
                    Accept::Pending { code: c, .. } if Some(*c) == code => {
                        run.pending.push(name.clone());
                        Some(BTreeMap::new())
                    }
                    _ => None,
                })
                .or_else(|| {
                    run.failed.push((name.clone(), code));
                    None
                }),
        };
        match done {
            Some(_) if step.forgets => {
                if let Some(record) = state.records.remove(&step.address) {
                    state.departed.insert(step.address.clone(), Departed { ids: record.ids, at: state.now });
                }
            }
            Some(ids) => state.records.entry(step.address.clone()).or_default().ids.extend(ids),
            None => {}
        }
    }
}

/// The data, or the code of the refusal.
async fn send(writer: &larkctl::api::Writer, call: &Call, state: &State) -> Result<Json, Option<i64>> {
    let fill = |late: &Late| match late {
        Late::Known(text) => text.clone(),
        Late::Id { late } => state.records[&late.address].ids[&late.id].clone(),
    };
    let mut draft = Draft::to(&call.method, &call.path);
    for (name, value) in &call.params {
        draft = draft.path(name, fill(value));
    }
    for (name, value) in &call.query {
        draft = draft.query(name, fill(value));
    }
    if let Some(token) = &call.token {
        draft = draft.query(token, uuid::Uuid::new_v4().to_string());
    }
    if let Some(body) = &call.body {
        draft = draft.body(filled(body, state));
    }
    let request = draft.write().expect("a sound request");
    match writer.send(&request).await.into_result() {
        Ok(answer) => Ok(answer.value),
        Err(error) => Err(error.code()),
    }
}

fn filled(body: &Json, state: &State) -> Json {
    match body {
        Json::Object(map) if map.contains_key("$late") => {
            let late: larkctl::model::LateId = serde_json::from_value(map["$late"].clone()).expect("late");
            Json::String(state.records[&late.address].ids[&late.id].clone())
        }
        Json::Object(map) => map.iter().map(|(name, value)| (name.clone(), filled(value, state))).collect(),
        Json::Array(list) => list.iter().map(|value| filled(value, state)).collect(),
        plain => plain.clone(),
    }
}

trait Named {
    fn what_id(&self) -> (&Address, &str);
}

impl Named for StepDraft {
    fn what_id(&self) -> (&Address, &str) {
        (&self.address, &self.what)
    }
}
