//! Job families: a tree of kinds of work that people belong to.
//!
//! Names are unique in the tenant, not under one parent. The put behaves as a patch: what is left out or empty
//! stays. Hence no text can be cleared, and a family that is below another can never be put at the top again.
//! Moves are planned by [`tree`] so that no step of them closes a circle. All writes share a lock of the tenant
//! and so a lane. Facts: `contact.md`, B.8.

mod steps;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::catalogue::{self, List, filled, text_or_null};
use super::locales::{self, LOCALES};
use super::unique::{said, said_once};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Address, Live, Manifest, Observed, Value};
use crate::resource::{Ask, Attribute, Context, Drafts, Format, Kind, KindInfo, Naming, Observing, Shape, Work};

pub static KIND: JobFamily = JobFamily;

#[derive(Debug)]
pub struct JobFamily;

const NAME: &str = "job_family";
const PATH: &str = "/open-apis/contact/v3/job_families";
const LIST: List = List { path: PATH, items: "items", what: "job families" };

static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "job_families",
    title: "Job family",
    about: "A kind of work, such as backend development, that people can belong to; families form a tree, which \
            may be written with children:. The API can move a family below another, but not back to the top. \
            How deep the tree may be is not documented. Texts can be changed but not cleared. Above 4,000 \
            families the admin console no longer opens the list; 10,000 is the limit.",
    naming: Naming::Attribute("name"),
    attributes: &[
        Attribute::new(
            "name",
            Shape::text(100),
            "The name that people see. Unique in the whole tenant; the natural key by which an existing family \
             is found.",
        )
        .required()
        .example("后端研发"),
        Attribute::new(
            "parent",
            Shape::Ref { kind: NAME, also: &[] },
            "The family above. null says that there is none: that holds for a new family, or one that is at the \
             top already. A family without this line is created at the top and left where it is later.",
        )
        .clear()
        .example("rd"),
        Attribute::new(
            "description",
            Shape::Text { min: 1, max: 5_000, format: Format::Long },
            "What the family does. Cannot be cleared once it is there.",
        )
        .example("服务端与平台"),
        Attribute::new(
            "enabled",
            Shape::Bool,
            "Whether it can be given to people and have new children. A new family is enabled unless this says \
             no.",
        )
        .example("true"),
        Attribute::new(
            "i18n_name",
            Shape::Keyed { keys: LOCALES, of: &Shape::text(100) },
            "The name in other languages. A language that is not written is left alone, and one that is there \
             cannot be taken away.",
        )
        .example("{ en_us: Backend }"),
        Attribute::new(
            "i18n_description",
            Shape::Keyed {
                keys: LOCALES,
                of: &Shape::Text { min: 1, max: 5_000, format: Format::Long },
            },
            "The description in other languages, under the same rules.",
        )
        .example("{ en_us: Services and platform }"),
    ],
    tree: Some("parent"),
    example: "version: 1
job_families:
  rd:
    name: 研发
    children:
      backend:
        name: 后端研发
        i18n_name: { en_us: Backend }
      frontend:
        name: 前端研发
        enabled: false
",
    lookups: &[("name", "by its name"), ("job_family_id", "by its id")],
    key: None,
    observe_after: &[],
};

impl Kind for JobFamily {
    fn info(&self) -> &'static KindInfo {
        &INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        said_once(manifest, NAME, "name", |thing| said(thing, "name"), problems);
        locales::none_is_taken_away(manifest, NAME, &["i18n_name", "i18n_description"], problems);
        no_family_is_above_itself(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async move {
            if !catalogue::wanted(ask) {
                return Observed::default();
            }
            let mut observed = LIST.read(context, live).await;
            catalogue::answer(NAME, "job_family_id", ask, &mut observed);
            observed
        })
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

fn live(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, "job_family_id")?.to_owned(), ..Live::default() };
    let parent = filled(item, "parent_job_family_id");
    let attributes = [
        ("name", Value::text(filled(item, "name")?)),
        ("parent", parent.map_or(Value::Null, |id| Value::remote(NAME, id))),
        ("description", text_or_null(item, "description")),
        ("enabled", Value::Bool(item.get("status")?.as_bool()?)),
        ("i18n_name", locales::read(item.get("i18n_name"))),
        ("i18n_description", locales::read(item.get("i18n_description"))),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    Some(live)
}

/// Shows each circle of declared parents once, with all its places.
fn no_family_is_above_itself(manifest: &Manifest, problems: &mut Diagnostics) {
    let parents: BTreeMap<&Address, &Address> = manifest
        .of_kind(NAME)
        .filter_map(|thing| Some((&thing.address, thing.value("parent")?.as_address()?)))
        .collect();
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    for &start in parents.keys() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| seen.insert(here)) {
            path.push(here);
            at = parents.get(here).copied();
        }
        // The walk ended on something seen: a circle only if it was seen on this very walk.
        let Some(from) = at.and_then(|here| path.iter().position(|p| *p == here)) else { continue };
        problems.push(circle(manifest, &path[from..]));
    }
}

fn circle(manifest: &Manifest, around: &[&Address]) -> Diagnostic {
    let mut names: Vec<String> = around.iter().map(ToString::to_string).collect();
    names.extend(names.first().cloned());
    let mut diagnostic = Diagnostic::new(Code("check::circle"), "parents form a circle")
        .because(format!("each is below the next: {}", names.join(" → ")))
        .remedy("take the parent of one of them out, or give it one outside of the circle");
    for (i, thing) in around.iter().filter_map(|a| manifest.things.get(*a)).enumerate() {
        let span = thing.place("parent");
        let label = format!("the parent of {}", thing.address);
        diagnostic = if i == 0 { diagnostic.at(span, label) } else { diagnostic.also(span, label) };
    }
    diagnostic
}
