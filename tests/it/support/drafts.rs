//! A small engine for tests of one kind: observes, compares, asks the kind for its drafts and sends them in an
//! order that their needs and claims allow.
//!
//! It is not the planner. It knows identity, differences and order and nothing else, and where several drafts may
//! go it takes the first or, on request, the last: a draft that leans on luck fails in one of the two.

use std::collections::{BTreeMap, BTreeSet};

use larkctl::api::client::{Client, Settings as Wiring};
use larkctl::api::pace::Pace;
use larkctl::api::transport::ProxyChoice;
use larkctl::api::{ApiError, Draft};
use larkctl::base::diag::{Diagnostic, Diagnostics};
use larkctl::base::secret::Secret;
use larkctl::base::source::SourceMap;
use larkctl::base::span::Span;
use larkctl::model::{
    Accept, Action, Address, Call, Cause, Claim, Declared, Fact, FieldChange, Late, Lifecycle, Live,
    Manifest, Observed, OnRemove, Record, Settings, Snapshot, StepDraft, Target, Value, Wanted,
};
use larkctl::resource::kind::own_id;
use larkctl::resource::{Ask, Change, Context, Drafts, Identity, Kind, Naming, ThingChange, Work};
use serde_json::Value as Json;

use super::Tenant;

/// A thing as it would stand in YAML, without places.
pub(crate) fn declared(address: &str, attributes: &[(&str, Value)]) -> Declared {
    let file = SourceMap::default().add("test.yaml", "x");
    let span = Span::new(file, 0..1);
    let wanted = |(name, value): &(&str, Value)| ((*name).to_owned(), Wanted::Exactly(value.clone()));
    Declared {
        address: address.parse().expect("address"),
        span,
        attributes: attributes.iter().map(wanted).collect(),
        spans: BTreeMap::new(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(crate) fn map(entries: &[(&str, &str)]) -> Value {
    Value::Map(entries.iter().map(|&(k, v)| (k.to_owned(), Value::text(v))).collect())
}

pub(crate) fn refer(address: &str) -> Value {
    Value::address(address.parse().expect("address"))
}

pub(crate) fn set(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(elements.into_iter().collect())
}

/// What `check` says of a manifest.
pub(crate) fn checked(kind: &dyn Kind, things: &[Declared]) -> Vec<Diagnostic> {
    let mut manifest = Manifest::default();
    manifest.things.extend(things.iter().map(|thing| (thing.address.clone(), thing.clone())));
    let mut problems = Diagnostics::default();
    kind.check(&manifest, &mut problems);
    problems.into_sorted()
}

/// One kind, one tenant, and what the state would remember.
pub(crate) struct Workshop<'t> {
    kind: &'static dyn Kind,
    client: Client,
    pub records: BTreeMap<Address, Record>,
    /// Other kinds, where the kind looks at them.
    pub others: Snapshot,
    /// Takes the last of the possible drafts instead of the first.
    pub backwards: bool,
    _tenant: &'t Tenant,
}

/// What was planned and, by address and what, in which order it was done.
#[derive(Debug)]
pub(crate) struct Round {
    pub actions: BTreeMap<Address, Action>,
    pub drafts: Drafts,
    pub done: Vec<String>,
}

impl Round {
    pub(crate) fn is_idle(&self) -> bool {
        self.drafts.steps.is_empty()
            && self.drafts.problems.is_empty()
            && self.actions.values().all(|action| *action == Action::Keep)
    }

    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.drafts.problems.iter().map(|problem| problem.code).collect()
    }
}

impl<'t> Workshop<'t> {
    pub(crate) fn new(kind: &'static dyn Kind, tenant: &'t Tenant) -> Self {
        let mut wiring = Wiring::new(tenant.base.parse().expect("base"))
            .with_app("cli_sandbox", Secret::from("sandbox-secret".to_owned()));
        wiring.pace = Pace::new(10_000.0).expect("pace");
        wiring.proxy = ProxyChoice::Off;
        let client = Client::new(wiring).expect("client");
        let (records, others) = (BTreeMap::new(), Snapshot::default());
        Self { kind, client, records, others, backwards: false, _tenant: tenant }
    }

    pub(crate) async fn observe(&self, things: &[Declared]) -> Observed {
        let declared: BTreeSet<&Address> = things.iter().map(|thing| &thing.address).collect();
        let recorded = self.records.values().filter_map(Record::id).map(str::to_owned);
        let chosen = things.iter().filter(|_| self.kind.info().naming == Naming::Key).map(own_id);
        let ask = Ask {
            ids: recorded.chain(chosen).collect(),
            declared: things.to_vec(),
            records: self.records.clone(),
            leaving: self.records.keys().filter(|a| !declared.contains(a)).cloned().collect(),
            ..Ask::default()
        };
        self.observe_for(&ask).await
    }

    pub(crate) async fn observe_for(&self, ask: &Ask) -> Observed {
        let reader = self.client.reader();
        let context = Context { reader: &reader, earlier: &self.others, scopes: None };
        self.kind.observe(ask, &context).await
    }

    /// Plans and sends; with problems nothing is sent.
    pub(crate) async fn apply(&mut self, things: &[Declared]) -> Round {
        let mut round = self.plan(things).await;
        if round.drafts.problems.is_empty() {
            round.done = self.run(&round.drafts.steps).await;
        }
        round
    }

    /// Applies, and requires that then nothing is left to do.
    pub(crate) async fn converge(&mut self, things: &[Declared]) -> Round {
        let round = self.apply(things).await;
        assert!(round.drafts.problems.is_empty(), "{:#?}", round.drafts.problems);
        let again = self.plan(things).await;
        assert!(again.is_idle(), "after {:?} something is left: {again:#?}", round.done);
        round
    }

    pub(crate) async fn plan(&mut self, things: &[Declared]) -> Round {
        let observed = self.observe(things).await;
        let records = self.records.clone();
        let name = self.kind.info().name;
        let mut bound = BTreeMap::new();
        for thing in things {
            // What another address is known to be is no candidate.
            let mut free = observed.clone();
            for record in self.records.iter().filter(|(a, _)| **a != thing.address).map(|(_, r)| r) {
                record.id().and_then(|id| free.things.remove(id));
            }
            match self.kind.identify(thing, self.records.get(&thing.address), &free) {
                Identity::Bound(id) => bound.insert(thing.address.clone(), id),
                Identity::Absent => None,
                odd => panic!("{}: {odd:?}", thing.address),
            };
        }
        for (address, record) in &self.records {
            if let Some(id) = record.id() {
                bound.entry(address.clone()).or_insert_with(|| id.to_owned());
            }
        }
        let mut snapshot = self.others.clone();
        snapshot.kinds.insert(name.to_owned(), observed.into());
        let live = |address: &Address| bound.get(address).and_then(|id| snapshot.live(name, id));
        let mut all = BTreeMap::new();
        for thing in things {
            let (address, record) = (&thing.address, records.get(&thing.address));
            let change = self.compare(thing, live(address), record, &bound);
            all.insert(address.clone(), change);
        }
        for (address, record) in &records {
            let leaves = !all.contains_key(address) && live(address).is_some();
            if leaves {
                all.insert(address.clone(), leaving(address, live(address), record));
            }
        }
        let changes: Vec<ThingChange<'_>> = all.values().cloned().collect();
        let addresses = bound.iter().map(|(a, id)| ((a.kind().to_owned(), id.clone()), a.clone())).collect();
        let work = Work {
            changes: &changes,
            all: &all,
            declared: &BTreeMap::new(),
            snapshot: &snapshot,
            bound: &bound,
            addresses: &addresses,
            settings: &Settings::default(),
            departed: &BTreeMap::new(),
            now: 0,
        };
        let mut drafts = Drafts::default();
        self.kind.steps(&work, &mut drafts);
        let actions = all.iter().map(|(address, change)| (address.clone(), change.action)).collect();
        for (address, id) in &bound {
            let record = self.records.entry(address.clone()).or_default();
            record.ids.insert("id".to_owned(), id.clone());
        }
        for thing in things.iter().filter(|thing| thing.lifecycle.on_remove.is_some()) {
            self.records.entry(thing.address.clone()).or_default().on_remove = thing.lifecycle.on_remove;
        }
        Round { actions, drafts, done: Vec::new() }
    }

    fn compare<'w>(
        &self,
        thing: &Declared,
        live: Option<&'w Live>,
        record: Option<&'w Record>,
        bound: &BTreeMap<Address, String>,
    ) -> ThingChange<'w> {
        let name_things = |target: &Target| match target {
            Target::Remote { kind, id } => bound
                .iter()
                .find(|(address, own)| address.kind() == kind && *own == id)
                .map_or_else(|| target.clone(), |(address, _)| Target::Address(address.clone())),
            Target::Address(_) | Target::Lookup(_) => target.clone(),
        };
        let mut fields = Vec::new();
        let mut replaced = false;
        for (name, wanted) in &thing.attributes {
            let before =
                live.and_then(|l| l.attributes.get(name)).map(|v| v.map_targets(&mut name_things.clone()));
            if before.as_ref().is_some_and(|before| self.kind.same(name, wanted, before)) {
                continue;
            }
            let attribute = self.kind.info().attribute(name).expect("a known attribute");
            let applied = record.and_then(|record| record.applied.get(name));
            if attribute.write_only && live.is_some() && applied == Some(&lossless(wanted.value())) {
                continue;
            }
            replaced |= live.is_some() && attribute.change == Change::Replace;
            let after = match (wanted, &before) {
                (Wanted::AtLeast(value), Some(have)) => set(value.elements().chain(have.elements()).cloned()),
                (Wanted::AtLeast(value) | Wanted::Exactly(value), _) => value.clone(),
            };
            fields.push(FieldChange { name: name.clone(), before, after, cause: Cause::Config });
        }
        let action = match live {
            None => Action::Create,
            Some(_) if replaced => Action::Replace,
            Some(live) if record.and_then(Record::id) != Some(&live.id) => Action::Adopt,
            Some(_) if fields.is_empty() => Action::Keep,
            Some(_) => Action::Update,
        };
        ThingChange {
            address: thing.address.clone(),
            action,
            wanted: thing.attributes.clone(),
            live,
            record,
            fields,
            lifecycle: thing.lifecycle.clone(),
            on_remove: OnRemove::Delete,
            on_delete: None,
        }
    }

    /// Sends the drafts; gives `address: what` in the order of sending.
    async fn run(&mut self, drafts: &[StepDraft]) -> Vec<String> {
        let mut open: Vec<&StepDraft> = drafts.iter().collect();
        if self.backwards {
            open.reverse();
        }
        let mut returned: BTreeSet<Claim> = BTreeSet::new();
        let mut done = Vec::new();
        while !open.is_empty() {
            let ready = open.iter().position(|draft| {
                draft.needs.iter().all(|need| is_met(&need.fact, &open))
                    && blocker(draft, &open, &returned).is_none()
            });
            if let Some(at) = ready {
                let draft = open.remove(at);
                self.send(draft).await;
                done.push(format!("{}: {}", draft.address, draft.what));
                continue;
            }
            let (parked, owner) = open
                .iter()
                .filter_map(|draft| blocker(draft, &open, &returned))
                .find_map(|(claim, holder)| {
                    Some((holder.parks.iter().find(|park| park.frees == claim)?, &holder.address))
                })
                .unwrap_or_else(|| panic!("a circle that nothing breaks: {open:#?}"));
            self.call(&parked.call, &[]).await.expect("a parked call succeeds");
            done.push(format!("{owner}: {}", parked.what));
            returned.insert(parked.frees.clone());
        }
        done
    }

    async fn send(&mut self, draft: &StepDraft) {
        let data = match self.call(&draft.call, &draft.accepts).await {
            Ok(data) => data,
            Err(error) => panic!("{}: {}: {error}\n{draft:#?}", draft.address, draft.what),
        };
        if draft.forgets {
            self.records.remove(&draft.address);
            return;
        }
        let record = self.records.entry(draft.address.clone()).or_default();
        record.ids.extend(draft.ids.clone());
        record.applied.extend(draft.applies.iter().map(|(name, value)| (name.clone(), lossless(value))));
        if let Some(verify) = &draft.verify {
            let items = data.pointer(&verify.list).and_then(Json::as_array).expect("results in the answer");
            let bad = |item: &&Json| !verify.fine.contains(&item[&verify.field].as_i64().unwrap_or(-1));
            let failed: Vec<&Json> = items.iter().filter(bad).collect();
            assert!(failed.is_empty(), "{}: {}: {failed:?}", draft.address, draft.what);
        }
        for capture in &draft.captures {
            let id = data.pointer(&capture.pointer).and_then(Json::as_str).expect("the id in the answer");
            record.ids.insert(capture.id.clone(), id.to_owned());
        }
    }

    /// Sends one draft and keeps nothing of it.
    pub(crate) async fn attempt(&self, draft: &StepDraft) -> Result<Json, ApiError> {
        self.call(&draft.call, &draft.accepts).await
    }

    async fn call(&self, call: &Call, accepts: &[Accept]) -> Result<Json, ApiError> {
        let mut draft = Draft::to(&call.method, &call.path);
        for (name, value) in &call.params {
            draft = draft.path(name, self.known(value));
        }
        for (name, value) in &call.query {
            draft = draft.query(name, self.known(value));
        }
        if let Some(body) = &call.body {
            draft = draft.body(self.filled(body));
        }
        let request = draft.write().expect("a request within the contract");
        match self.client.writer().send(&request).await.into_result() {
            Ok(answer) => Ok(answer.value),
            Err(error) => {
                let fine = |accept: &Accept| match accept {
                    Accept::Done { code } | Accept::Warned { code, .. } => Some(*code) == error.code(),
                    Accept::Pending { .. } => false,
                };
                if accepts.iter().any(fine) { Ok(Json::Null) } else { Err(error) }
            }
        }
    }

    fn known(&self, late: &Late) -> String {
        match late {
            Late::Known(text) => text.clone(),
            Late::Id { late } => self.records[&late.address].ids[&late.id].clone(),
        }
    }

    fn filled(&self, body: &Json) -> Json {
        match body {
            Json::Object(fields) if fields.contains_key("$late") => {
                let late: Late = serde_json::from_value(body.clone()).expect("an open id");
                Json::String(self.known(&late))
            }
            Json::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), self.filled(v))).collect(),
            Json::Array(list) => list.iter().map(|v| self.filled(v)).collect(),
            plain => plain.clone(),
        }
    }
}

/// A value as the state keeps it.
fn lossless(value: &Value) -> Json {
    serde_json::to_value(value).expect("json")
}

fn leaving<'w>(address: &Address, live: Option<&'w Live>, record: &'w Record) -> ThingChange<'w> {
    ThingChange {
        address: address.clone(),
        action: Action::Delete,
        wanted: BTreeMap::new(),
        live,
        record: Some(record),
        fields: Vec::new(),
        lifecycle: Lifecycle { on_remove: record.on_remove, ..Lifecycle::default() },
        on_remove: record.on_remove.unwrap_or(OnRemove::Delete),
        on_delete: None,
    }
}

fn is_met(fact: &Fact, open: &[&StepDraft]) -> bool {
    !open.iter().any(|draft| draft.gives.contains(fact))
}

/// A claim of the draft that another open one still has.
fn blocker<'d>(
    draft: &StepDraft,
    open: &[&'d StepDraft],
    returned: &BTreeSet<Claim>,
) -> Option<(Claim, &'d StepDraft)> {
    draft.takes.iter().filter(|claim| !returned.contains(claim)).find_map(|claim| {
        let holder = open.iter().find(|other| {
            (other.address != draft.address || other.what != draft.what) && other.frees.contains(claim)
        })?;
        Some((claim.clone(), *holder))
    })
}
