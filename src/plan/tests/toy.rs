//! A small world: kinds whose calls say plainly what they do, and a store that takes the calls literally.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::*;
use crate::base::source::SourceMap;
use crate::base::span::{FileId, Span};
use crate::model::{
    Action, Address, Call, Capture, Claim, Declared, Fact, Found, Lifecycle, Live, Lookup, Manifest,
    Observed, OnRemove, Parked, Record, Snapshot, StepDraft, Target, Use, UseOf, Value, Verb, Wanted, plain,
    sealed,
};
use crate::resource::{
    Ask, Attribute, Change, Context, Drafts, Identity, Kind, KindInfo, Naming, Observing, Registry, Shape,
    ThingChange, Work,
};
use crate::state::Document;

pub(super) const LINEAGE: &str = "l-1";
const LINE: Shape = Shape::text(100);
const PERSON: Shape = Shape::Ref { kind: "user", also: &[] };
const DEPT: Shape = Shape::Ref { kind: "department", also: &["root"] };

const fn text(name: &'static str) -> Attribute {
    Attribute::new(name, LINE, "")
}

const fn info(
    name: &'static str,
    plural: &'static str,
    naming: Naming,
    attributes: &'static [Attribute],
) -> KindInfo {
    KindInfo {
        name,
        plural,
        title: "",
        about: "",
        naming,
        attributes,
        tree: None,
        example: "",
        lookups: &[],
        key: None,
        observe_after: &[],
    }
}

static DEPARTMENT: Toy = Toy(&info(
    "department",
    "departments",
    Naming::Key,
    &[text("name"), Attribute::new("parent", DEPT, "").clear()],
));
static USER: Toy = Toy(&info(
    "user",
    "users",
    Naming::Key,
    &[
        text("name"),
        text("mobile").sensitive().scopes(&["user.phone"]),
        text("job_title").scopes(&["user.job"]),
        Attribute::new("departments", Shape::Set { of: &DEPT, max: 50, partial: true }, ""),
        Attribute::new("leader", PERSON, ""),
        Attribute::new("tags", Shape::Set { of: &LINE, max: 9, partial: false }, "").local(),
        Attribute::new("on_delete", Shape::Object(&[]), "").local(),
    ],
));
static GROUP: Toy = Toy(&info(
    "user_group",
    "user_groups",
    Naming::Key,
    &[text("name"), Attribute::new("members", Shape::People { max: 100 }, "")],
));
static UNIT: Toy = Toy(&info(
    "unit",
    "units",
    Naming::Attribute("name"),
    &[
        text("name"),
        text("note"),
        text("born").change(Change::CreateOnly),
        text("soil").change(Change::Replace),
        text("word").write_only(),
        Attribute::new("names", Shape::Free { of: &LINE, max: 9 }, ""),
    ],
));
/// Inside of a unit, and told by who sits there.
static SEAT: Toy = Toy(&info(
    "unit/seat",
    "seats",
    Naming::Attribute("person"),
    &[Attribute::new("person", PERSON, ""), text("note")],
));
pub(super) static KINDS: Registry = Registry::new(&[&DEPARTMENT, &USER, &GROUP, &UNIT, &SEAT]);

/// A kind that sends every change of a thing in one call whose body is the change.
#[derive(Debug)]
struct Toy(&'static KindInfo);

impl Kind for Toy {
    fn info(&self) -> &'static KindInfo {
        self.0
    }

    fn observe<'o>(&'o self, _: &'o Ask, _: &'o Context<'o>) -> Observing<'o> {
        Box::pin(ready(Observed::default()))
    }

    /// By the name that it was made with.
    fn recall(&self, _: &Address, record: &Record, observed: &Observed) -> Identity {
        let named =
            |live: &&Live| live.attributes.get("name").map(plain).as_ref() == record.applied.get("name");
        match observed.things.values().find(named) {
            Some(live) => Identity::Bound(live.id.clone()),
            None if observed.complete => Identity::Absent,
            None => Identity::Unknown { why: "not read".to_owned(), remedy: None },
        }
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        for change in work.changes {
            let address = &change.address;
            let call = |method| Call::new(method, &format!("/toy/{}", address.kind()));
            let mobile = |value: &Value| {
                value.as_text().map(|m| Claim { space: "mobile".to_owned(), value: m.to_owned() })
            };
            let held = change.live.and_then(|live| live.attributes.get("mobile")).and_then(mobile);
            if matches!(change.action, Action::Delete | Action::Replace) {
                let inside = |other: &&ThingChange<'_>| {
                    let places = other.live.and_then(|live| live.attributes.get("departments"));
                    let own = change.live.map(|live| Value::remote(address.kind(), &live.id));
                    let inside = places.is_some_and(|p| p.elements().any(|p| Some(p) == own.as_ref()));
                    inside && other.action != Action::Delete && !other.changes("departments")
                };
                if let Some(other) = work.all.values().find(inside) {
                    let why = format!("{} stays in it", other.address);
                    out.problem(address, None, "plan::not_empty", why, "move them");
                }
                let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call("DELETE"))
                    .gives(Fact::Gone(address.clone()));
                step.forgets = true;
                step.frees.extend(held.clone());
                for other in work.all.values().filter(|o| o.action == Action::Delete) {
                    let parent = other.live.and_then(|live| live.attributes.get("parent"));
                    let own = change.live.map(|live| Value::remote(address.kind(), &live.id));
                    if parent.is_some() && parent == own.as_ref() {
                        step = step.needs(Fact::Gone(other.address.clone()), "it is empty");
                    }
                }
                out.step(step);
            }
            let (verb, what) = match change.action {
                Action::Create | Action::Replace => (Verb::Create, "create"),
                Action::Update | Action::Adopt if !change.fields.is_empty() => (Verb::Update, "update"),
                Action::Update | Action::Adopt | Action::Delete | Action::Forget | Action::Keep => continue,
            };
            if change.changes("leader")
                && change
                    .after("leader")
                    .and_then(Value::as_address)
                    .is_some_and(|a| work.live(a).is_some_and(|live| live.fact("unjoined")))
            {
                out.pend(address, &["leader"], "the leader has not joined");
            }
            let sent: Vec<_> = change
                .fields
                .iter()
                .filter(|f| !out.pending.iter().any(|(a, p)| a == address && p.attributes.contains(&f.name)))
                .collect();
            if sent.is_empty() && verb == Verb::Update {
                continue;
            }
            let body: serde_json::Map<String, Json> =
                sent.iter().map(|f| (f.name.clone(), f.after.plain())).collect();
            let mut step = StepDraft::new(address.clone(), verb, what, call("POST").body(Json::Object(body)));
            step.applies = sent.iter().map(|f| (f.name.clone(), f.after.clone())).collect();
            if verb == Verb::Create {
                step = step.gives(Fact::Exists(address.clone()));
                step = step.needs(Fact::Gone(address.clone()), "the old one is gone");
                step.captures.push(Capture { pointer: "/id".to_owned(), id: "id".to_owned() });
            }
            for field in &sent {
                field.after.each_target(&mut |target| {
                    if let Target::Address(needed) = target {
                        step.needs.push(crate::model::Need {
                            fact: Fact::Exists(needed.clone()),
                            why: format!("its {} exists", field.name),
                        });
                    }
                });
            }
            if let Some(field) = change.field("mobile") {
                step.takes.extend(mobile(&field.after));
                if verb == Verb::Update {
                    step.frees.extend(held.clone());
                }
                if let Some(frees) = held.filter(|_| verb == Verb::Update) {
                    let spare = format!("spare-{}", address.key());
                    step.parks.push(Parked {
                        takes: Claim { space: "mobile".to_owned(), value: spare.clone() },
                        frees,
                        what: "a mobile for the while".to_owned(),
                        call: call("POST").body(json!({ "mobile": spare })),
                        lane: None,
                    });
                }
            }
            out.step(step);
        }
    }
}

pub(super) fn t(text: &str) -> Value {
    Value::text(text)
}

pub(super) fn a(text: &str) -> Address {
    text.parse().expect("address")
}

pub(super) fn r(text: &str) -> Value {
    Value::address(a(text))
}

pub(super) fn set(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(values.into_iter().collect())
}

pub(super) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// All that a plan is made of.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) sources: SourceMap,
    file: FileId,
    pub(super) manifest: Manifest,
    pub(super) snapshot: Snapshot,
    pub(super) state: Document,
    pub(super) mode: Mode,
    pub(super) only: BTreeSet<Address>,
    pub(super) overrides: Overrides,
}

impl World {
    /// Nothing anywhere, all of it read.
    pub(super) fn new() -> Self {
        let mut sources = SourceMap::default();
        let file = sources.add("acme.yaml", "x\n".repeat(20));
        let read = Observed { complete: true, ..Observed::default() };
        let kinds = KINDS.iter().map(|kind| (kind.info().name.to_owned(), Arc::new(read.clone()))).collect();
        Self {
            sources,
            file,
            manifest: Manifest::default(),
            snapshot: Snapshot { kinds, taken: 0 },
            state: Document { lineage: LINEAGE.to_owned(), ..Document::default() },
            mode: Mode::Apply,
            only: BTreeSet::new(),
            overrides: Overrides::default(),
        }
    }

    /// A place: each thing stands on a line of its own.
    pub(super) fn span(&self) -> Span {
        let line = self.manifest.things.len() * 2;
        Span::new(self.file, line..line + 1)
    }

    pub(super) fn declare<const N: usize>(
        &mut self,
        address: &str,
        attributes: [(&str, Value); N],
    ) -> &mut Declared {
        let span = self.span();
        let mut uses = Vec::new();
        for (name, value) in &attributes {
            value.each_target(&mut |target| {
                if let Target::Lookup(lookup) = target {
                    let to = UseOf::Lookup(lookup.clone());
                    uses.push(Use { attribute: (*name).to_owned(), to, span });
                }
            });
        }
        let attributes: BTreeMap<String, Wanted> =
            attributes.into_iter().map(|(k, v)| (k.to_owned(), Wanted::Exactly(v))).collect();
        let thing = Declared {
            address: a(address),
            span,
            spans: attributes.keys().map(|name| (name.clone(), span)).collect(),
            attributes,
            uses,
            lifecycle: Lifecycle::default(),
        };
        self.manifest.things.insert(a(address), thing);
        self.manifest.things.get_mut(&a(address)).expect("it")
    }

    pub(super) fn live<const N: usize>(
        &mut self,
        kind: &str,
        id: &str,
        attributes: [(&str, Value); N],
    ) -> &mut Live {
        let attributes = attributes.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let live = Live { id: id.to_owned(), attributes, ..Live::default() };
        let observed = self.observed(kind);
        observed.things.insert(id.to_owned(), live);
        observed.things.get_mut(id).expect("it")
    }

    pub(super) fn observed(&mut self, kind: &str) -> &mut Observed {
        Arc::make_mut(self.snapshot.kinds.get_mut(kind).expect("a kind"))
    }

    pub(super) fn record<const N: usize>(
        &mut self,
        address: &str,
        id: &str,
        applied: [(&str, Value); N],
    ) -> &mut Record {
        let sensitive = |name: &str| {
            KINDS.kind(a(address).kind()).and_then(|k| k.info().attribute(name)).is_some_and(|a| a.sensitive)
        };
        let applied = applied.into_iter().map(|(name, value)| {
            (name.to_owned(), if sensitive(name) { sealed(LINEAGE, &value) } else { plain(&value) })
        });
        let record = Record {
            ids: [("id".to_owned(), id.to_owned())].into(),
            applied: applied.collect(),
            ..Record::default()
        };
        self.state.things.insert(a(address), record);
        self.state.things.get_mut(&a(address)).expect("it")
    }

    /// Declared, live and recorded alike. `id` is the key.
    pub(super) fn settled<const N: usize>(&mut self, address: &str, attributes: [(&str, Value); N]) {
        let (kind, id) = (a(address).kind().to_owned(), a(address).key().to_owned());
        self.live(&kind, &id, attributes.clone());
        self.record(address, &id, attributes.clone());
        self.declare(address, attributes);
    }

    /// The same, and then taken out of the YAML.
    pub(super) fn leaving<const N: usize>(
        &mut self,
        address: &str,
        attributes: [(&str, Value); N],
    ) -> &mut Record {
        let (kind, id) = (a(address).kind().to_owned(), a(address).key().to_owned());
        self.live(&kind, &id, attributes.clone());
        self.record(address, &id, attributes)
    }

    pub(super) fn lookup(&mut self, by: &str, value: &str, found: Found) -> Value {
        let lookup = Lookup { kind: "user".to_owned(), by: by.to_owned(), value: value.to_owned() };
        self.observed("user").lookups.insert(lookup.clone(), found);
        Value::Ref(Target::Lookup(lookup))
    }

    pub(super) fn try_plan(&self) -> Result<Plan, Vec<String>> {
        let input = Input {
            registry: KINDS,
            manifest: &self.manifest,
            sources: &self.sources,
            snapshot: &self.snapshot,
            state: &self.state,
            target: "http://t cli",
            mode: self.mode,
            only: &self.only,
            overrides: &self.overrides,
        };
        plan(&input).map_err(|problems| {
            let said = |d: &crate::base::diag::Diagnostic| format!("{}: {}", d.code().0, d.reason());
            problems.iter().map(said).collect()
        })
    }

    #[track_caller]
    pub(super) fn plan(&self) -> Plan {
        self.try_plan().expect("a plan")
    }

    #[track_caller]
    pub(super) fn problems(&self) -> Vec<String> {
        self.try_plan().expect_err("problems")
    }
}

#[track_caller]
pub(super) fn of<'p>(plan: &'p Plan, address: &str) -> &'p PlannedChange {
    plan.changes.iter().find(|c| c.address == a(address)).expect("a change")
}

pub(super) fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

pub(super) fn on_remove(what: OnRemove) -> Lifecycle {
    Lifecycle { on_remove: Some(what), ..Lifecycle::default() }
}
