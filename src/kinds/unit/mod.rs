//! Units: subsidiaries and branches, and the departments that are bound to them.
//!
//! The id is ours to choose, the type is fixed, name and type together are unique. A department has one unit at
//! most; the binding is managed from one side, here or at the department. Each binding is a call of its own, and a
//! department that is bound, even to this very unit, has to be unbound first (43054). Facts: `contact.md`, B.5.

mod bindings;
mod steps;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use super::catalogue::{self, List, filled};
use super::unique::said_once;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::model::{Declared, Live, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::{identify, own_id, satisfied};
use crate::resource::{
    Ask, Attribute, Change, Context, Drafts, Format, Identity, Kind, KindInfo, Naming, Observing, Shape, Work,
};

pub static KIND: Unit = Unit;

#[derive(Debug)]
pub struct Unit;

const NAME: &str = "unit";
const PATH: &str = "/open-apis/contact/v3/unit";
const LIST: List = List { path: PATH, items: "unitlist", what: "units" };

const ID_WORDS: &str = "1 to 64 letters and digits";
const ID_PATTERN: &str = "^[a-zA-Z0-9]{1,64}$";

static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "units",
    title: "Unit",
    about: "A subsidiary or branch, which can limit whom its people see. The tenant's edition must have units. The \
            key becomes the unit's id; with id: the two differ. Which departments belong to it is written on one \
            side: as departments: here or as unit: at each department. A department belongs to one unit at most; \
            when it changes over it has none for a moment. A unit whose type a setting elsewhere uses, such as a \
            visibility rule, cannot be deleted. At most 1,000 units with 1,000 departments each.",
    naming: Naming::Key,
    attributes: &[
        Attribute::new(
            "id",
            Shape::Text { min: 1, max: 64, format: Format::Pattern(ID_PATTERN, ID_WORDS) },
            "The unit's id, where it is not the key: letters and digits alone. Fixed once it exists.",
        )
        .change(Change::Replace)
        .example("cnsub"),
        Attribute::new("name", Shape::text(100), "The name. Unique among the units of one type.")
            .required()
            .example("消费者事业部"),
        Attribute::new(
            "type",
            Shape::text(100),
            "What it is, in your own words. It is fixed: another type means unbinding all departments, deleting, \
             making it anew and binding them again.",
        )
        .required()
        .change(Change::Replace)
        .example("子公司"),
        Attribute::new(
            "departments",
            Shape::Set { of: &Shape::Ref { kind: "department", also: &[] }, max: 1_000, partial: true },
            "The departments that are bound to it. Not together with unit: at departments.",
        )
        .clear()
        .example("[engineering, { department_id: D77 }]"),
    ],
    tree: None,
    example: "version: 1
departments:
  consumer:
    name: 消费者事业部
    parent: root
units:
  consumer-sub:
    id: consumersub
    name: 消费者事业部
    type: 子公司
    departments: [consumer]
",
    lookups: &[("unit_id", "by its id"), ("name", "by its name")],
    key: Some((ID_WORDS, ID_PATTERN)),
    observe_after: &["department"],
};

impl Kind for Unit {
    fn info(&self) -> &'static KindInfo {
        &INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        said_once(manifest, NAME, "name with this type", said_name, problems);
        said_once(manifest, NAME, "id", |thing| Some((own_id(thing), thing.place("id"))), problems);
        said_once_of_departments(manifest, problems);
        bindings_are_on_one_side(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async move {
            if !catalogue::wanted(ask) {
                return Observed::default();
            }
            let mut observed = LIST.read(context, live).await;
            bindings::read(ask, context, &mut observed).await;
            catalogue::answer(NAME, "unit_id", ask, &mut observed);
            observed
        })
    }

    /// By id; without one that is written, also by name and type, which are unique together.
    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        let usual = identify(&INFO, thing, record, observed);
        if usual != Identity::Absent || thing.value("id").is_some() {
            return usual;
        }
        let same = |live: &&Live| {
            ["name", "type"].iter().all(|name| live.attributes.get(*name) == thing.value(name))
        };
        observed.things.values().find(same).map_or(usual, |live| Identity::Bound(live.id.clone()))
    }

    /// `null` and an empty list are the same: no department.
    fn same(&self, _attribute: &str, declared: &Wanted, live: &Value) -> bool {
        let none = declared.value().is_null() && matches!(live, Value::Set(set) if set.is_empty());
        none || satisfied(declared, live)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

fn live(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, "unit_id")?.to_owned(), ..Live::default() };
    let attributes = [
        ("id", Value::text(&live.id)),
        ("name", Value::text(filled(item, "name")?)),
        ("type", Value::text(filled(item, "unit_type")?)),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    Some(live)
}

fn said_name(thing: &Declared) -> Option<(String, Span)> {
    let text = |name| thing.value(name).and_then(Value::as_text);
    Some((format!("{} ({})", text("name")?, text("type")?), thing.place("name")))
}

/// A department belongs to one unit at most.
fn said_once_of_departments(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut first = std::collections::BTreeMap::new();
    for thing in manifest.of_kind(NAME) {
        for department in thing.value("departments").into_iter().flat_map(Value::elements) {
            let span = thing.place("departments");
            let Some((other, place)) = first.insert(department, (&thing.address, span)) else { continue };
            let shown = department.as_address().map_or_else(|| "a department".to_owned(), ToString::to_string);
            problems.push(
                Diagnostic::new(Code("check::two_units"), "a department is bound to two units")
                    .at(span, format!("{} binds it", thing.address))
                    .also(place, format!("{other} binds it too"))
                    .because(format!("{shown} can belong to one unit"))
                    .remedy(format!("take it out at {} or at {other}", thing.address)),
            );
        }
    }
}

/// With two sides, each would undo what the other did.
fn bindings_are_on_one_side(manifest: &Manifest, problems: &mut Diagnostics) {
    let Some(department) = manifest.of_kind("department").find(|thing| thing.value("unit").is_some()) else {
        return;
    };
    for unit in manifest.of_kind(NAME).filter(|thing| thing.value("departments").is_some()) {
        problems.push(
            Diagnostic::new(Code("check::two_sides"), "bindings of units are written on two sides")
                .at(unit.place("departments"), format!("{} says which departments it has", unit.address))
                .also(
                    department.place("unit"),
                    format!("and {} says which unit it has", department.address),
                )
                .because("the two lists would undo each other")
                .remedy(
                    "keep departments: at the units or unit: at the departments, for the whole manifest, and \
                     take the other out",
                ),
        );
    }
}
