//! A company and a very small engine: resolves, compares, and sends drafts one after another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use larkctl::api::client::{Client, Outcome, Settings};
use larkctl::api::request::Draft;
use larkctl::api::transport::ProxyChoice;
use larkctl::base::secret::Secret;
use larkctl::base::source::SourceMap;
use larkctl::base::span::Span;
use larkctl::kinds::department::KIND;
use larkctl::model::{
    Accept, Action, Address, Cause, Declared, Departed, Fact, FieldChange, Late, Lifecycle, Live, Lookup,
    Observed, OnRemove, Record, Snapshot, StepDraft, Target, Value, Wanted,
};
use larkctl::resource::{Ask, Context, Drafts, Kind, ThingChange, Work};
use serde_json::Value as Json;

use crate::support::Tenant;

pub fn department(key: &str) -> Address {
    Address::new("department", key)
}

pub fn below(key: &str) -> Value {
    if key == "root" { Value::text("root") } else { Value::address(department(key)) }
}

pub fn user(key: &str) -> Value {
    Value::address(Address::new("user", key))
}

pub fn map(parts: &[(&str, Value)]) -> Value {
    Value::Map(parts.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect())
}

pub fn set(items: &[Value]) -> Value {
    Value::Set(items.iter().cloned().collect())
}

/// Name, parent and whatever else.
pub fn attributes(name: &str, parent: &str, more: &[(&str, Value)]) -> BTreeMap<String, Value> {
    let mut all =
        BTreeMap::from([("name".to_owned(), Value::text(name)), ("parent".to_owned(), below(parent))]);
    all.extend(more.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
    all
}

/// What is declared, what is recorded, and the people whom the user kind would have read.
#[derive(Default)]
pub struct Company {
    pub declared: BTreeMap<String, BTreeMap<String, Value>>,
    pub recorded: BTreeSet<String>,
    /// By user_id: bound to addresses of the same key.
    pub people: BTreeMap<String, Live>,
    /// People whom the plan deletes.
    pub leaving: BTreeSet<String>,
    pub lookups: BTreeSet<Lookup>,
    pub everything: bool,
    pub scopes: Option<BTreeSet<String>>,
}

pub struct Planned {
    pub drafts: Drafts,
}

pub fn client(t: &Tenant) -> Client {
    let base = t.base.parse().expect("base");
    let mut settings = Settings::new(base).with_app("cli_sandbox", Secret::from("sandbox-secret".to_owned()));
    settings.proxy = ProxyChoice::Off;
    Client::new(settings).expect("client")
}

impl Company {
    pub fn declare(&mut self, key: &str, name: &str, parent: &str, more: &[(&str, Value)]) -> &mut Self {
        self.declared.insert(key.to_owned(), attributes(name, parent, more));
        self
    }

    pub fn person(&mut self, id: &str, department: &str, joined: bool) -> &mut Self {
        let departments = set(&[if department == "0" {
            Value::text("root")
        } else {
            Value::remote("department", department)
        }]);
        let live = Live {
            id: id.to_owned(),
            ids: BTreeMap::new(),
            attributes: BTreeMap::from([("departments".to_owned(), departments)]),
            facts: BTreeMap::from([("unjoined".to_owned(), Value::Bool(!joined))]),
        };
        self.people.insert(id.to_owned(), live);
        self
    }

    fn ask(&self) -> Ask {
        let mut sources = SourceMap::default();
        let span = Span::new(sources.add("t.yaml", ""), 0..0);
        let declared: Vec<Declared> = self
            .declared
            .iter()
            .map(|(key, attributes)| Declared {
                address: department(key),
                span,
                attributes: attributes.iter().map(|(k, v)| (k.clone(), Wanted::Exactly(v.clone()))).collect(),
                spans: BTreeMap::new(),
                uses: Vec::new(),
                lifecycle: Lifecycle::default(),
            })
            .collect();
        let record = |key: &String| {
            let ids = BTreeMap::from([("id".to_owned(), key.clone())]);
            (department(key), Record { ids, ..Record::default() })
        };
        Ask {
            declared,
            records: self.recorded.iter().map(record).collect(),
            leaving: self
                .recorded
                .iter()
                .filter(|key| !self.declared.contains_key(*key))
                .map(|k| department(k))
                .collect(),
            lookups: self.lookups.clone(),
            everything: self.everything,
            ..Ask::default()
        }
    }

    pub async fn observe(&self, t: &Tenant) -> Observed {
        let client = client(t);
        let reader = client.reader();
        let earlier = Snapshot::default();
        let context = Context { reader: &reader, earlier: &earlier, scopes: self.scopes.as_ref() };
        let ask = self.ask();
        KIND.observe(&ask, &context).await
    }

    pub async fn plan(&self, t: &Tenant) -> Planned {
        let observed = self.observe(t).await;
        let mut snapshot = Snapshot::default();
        snapshot.kinds.insert("department".to_owned(), observed.into());
        let people = Observed { things: self.people.clone(), complete: true, ..Observed::default() };
        snapshot.kinds.insert("user".to_owned(), people.into());
        let keys: BTreeSet<&String> = self.declared.keys().chain(&self.recorded).collect();
        let mut bound: BTreeMap<Address, String> =
            keys.iter().map(|k| (department(k), (*k).clone())).collect();
        bound.extend(self.people.keys().map(|id| (Address::new("user", id), id.clone())));
        let addresses: BTreeMap<(String, String), Address> =
            bound.iter().map(|(a, id)| ((a.kind().to_owned(), id.clone()), a.clone())).collect();
        let bind = |value: &Value| {
            value.map_targets(&mut |target| match target {
                Target::Remote { kind, id } => {
                    let address = addresses.get(&(kind.clone(), id.clone()));
                    address.map_or_else(|| target.clone(), |address| Target::Address(address.clone()))
                }
                _ => target.clone(),
            })
        };
        let changes: Vec<ThingChange<'_>> = keys
            .iter()
            .filter_map(|key| {
                let live = snapshot.live("department", key);
                let wanted = self.declared.get(*key);
                let fields: Vec<FieldChange> = wanted
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, value)| {
                        let before = live.and_then(|live| live.attributes.get(name)).map(&bind);
                        let wanted = Wanted::Exactly(value.clone());
                        let same = before.as_ref().is_some_and(|before| KIND.same(name, &wanted, before));
                        (!same).then(|| FieldChange {
                            name: name.clone(),
                            before,
                            after: value.clone(),
                            cause: Cause::Config,
                        })
                    })
                    .collect();
                let action = match (wanted, live) {
                    (Some(_), None) => Action::Create,
                    (Some(_), Some(_)) if fields.is_empty() => Action::Keep,
                    (Some(_), Some(_)) => Action::Update,
                    (None, Some(_)) => Action::Delete,
                    (None, None) => return None,
                };
                let wanted = wanted.into_iter().flatten();
                Some(ThingChange {
                    address: department(key),
                    action,
                    wanted: wanted.map(|(k, v)| (k.clone(), Wanted::Exactly(v.clone()))).collect(),
                    live,
                    record: None,
                    fields,
                    lifecycle: Lifecycle::default(),
                    on_remove: OnRemove::Delete,
                    on_delete: None,
                })
            })
            .collect();
        let mut all: BTreeMap<Address, ThingChange<'_>> =
            changes.iter().map(|change| (change.address.clone(), change.clone())).collect();
        for id in self.people.keys() {
            let address = Address::new("user", id);
            let action = if self.leaving.contains(id) { Action::Delete } else { Action::Keep };
            let change = ThingChange {
                address: address.clone(),
                action,
                wanted: BTreeMap::new(),
                live: snapshot.live("user", id),
                record: None,
                fields: Vec::new(),
                lifecycle: Lifecycle::default(),
                on_remove: OnRemove::Delete,
                on_delete: None,
            };
            all.insert(address, change);
        }
        let departed: BTreeMap<Address, Departed> = BTreeMap::new();
        let settings = larkctl::model::Settings::default();
        let work = Work {
            changes: &changes,
            all: &all,
            declared: &BTreeMap::new(),
            snapshot: &snapshot,
            bound: &bound,
            addresses: &addresses,
            settings: &settings,
            departed: &departed,
            now: 0,
        };
        let mut drafts = Drafts::default();
        KIND.steps(&work, &mut drafts);
        Planned { drafts }
    }

    /// Plans, applies, and remembers what is managed now. Gives what the steps were called.
    pub async fn apply(&mut self, t: &Tenant) -> Vec<String> {
        let planned = self.plan(t).await;
        assert!(planned.drafts.problems.is_empty(), "{:?}", planned.drafts.problems);
        let done = send(t, planned.drafts.steps).await;
        self.recorded = self.declared.keys().cloned().collect();
        done
    }

    /// Applies; the next plan must have nothing to do.
    pub async fn converge(&mut self, t: &Tenant) -> Vec<String> {
        let done = self.apply(t).await;
        let again = self.plan(t).await.drafts;
        let left: Vec<String> = again.steps.iter().map(|s| format!("{}: {}", s.address, s.what)).collect();
        assert!(left.is_empty() && again.pending.is_empty(), "left: {left:?} {:?}", again.pending);
        done
    }
}

fn fill(body: &mut Json, ids: &BTreeMap<(Address, String), String>) {
    if let Some(late) = body.get("$late").cloned() {
        let late: larkctl::model::LateId = serde_json::from_value(late).expect("late");
        let id = &ids[&(late.address, late.id)];
        *body = if late.form.is_some() {
            Json::from(id.parse::<i64>().expect("number"))
        } else {
            Json::from(id.clone())
        };
        return;
    }
    match body {
        Json::Array(items) => items.iter_mut().for_each(|item| fill(item, ids)),
        Json::Object(map) => map.values_mut().for_each(|item| fill(item, ids)),
        _ => {}
    }
}

/// Each operation has a key of its own.
static TOKENS: AtomicU64 = AtomicU64::new(0);

/// Sends each step once all that it needs has happened; the last that may go first, to try unusual orders.
pub async fn send(t: &Tenant, steps: Vec<StepDraft>) -> Vec<String> {
    let client = client(t);
    let writer = client.writer();
    let ids: BTreeMap<(Address, String), String> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for step in &steps {
        assert!(
            names.insert((step.address.clone(), step.what.clone())),
            "{}: {} twice",
            step.address,
            step.what
        );
    }
    let mut left = steps;
    let mut done = Vec::new();
    while !left.is_empty() {
        let open: Vec<&Fact> = left.iter().flat_map(|step| &step.gives).collect();
        let ready = |step: &StepDraft| step.needs.iter().all(|need| !open.contains(&&need.fact));
        let at = left.iter().rposition(ready).expect("a circle of steps");
        let step = left.remove(at);
        let name = format!("{}: {}", step.address, step.what);
        let mut draft = Draft::to(&step.call.method, &step.call.path);
        for (key, value) in &step.call.params {
            let Late::Known(value) = value else { panic!("{name}: late") };
            draft = draft.path(key, value.clone());
        }
        for (key, value) in &step.call.query {
            let Late::Known(value) = value else { panic!("{name}: late") };
            draft = draft.query(key, value.clone());
        }
        if let Some(token) = &step.call.token {
            draft = draft.query(token, format!("{name} {}", TOKENS.fetch_add(1, Ordering::Relaxed)));
        }
        if let Some(mut body) = step.call.body.clone() {
            fill(&mut body, &ids);
            draft = draft.body(body);
        }
        match writer.send(&draft.write().expect("request")).await {
            Outcome::Done(answer) => {
                for capture in &step.captures {
                    assert!(answer.value.pointer(&capture.pointer).is_some(), "{name}: {capture:?}");
                }
                done.push(name);
            }
            Outcome::Refused(error) | Outcome::Unknown(error) => {
                let accepted = step.accepts.iter().find(|accept| match accept {
                    Accept::Done { code } | Accept::Pending { code, .. } | Accept::Warned { code, .. } => {
                        Some(*code) == error.code()
                    }
                });
                assert!(accepted.is_some(), "{name}: {error:?}");
                done.push(format!("{name} ({})", error.code().unwrap_or(0)));
            }
        }
    }
    done
}
