//! Job levels: one ordered list of grades that people have.
//!
//! Names and places in the order are unique, so that swaps go through a stand-in. The put behaves as a patch: what
//! is left out or empty stays, and nothing can be cleared. All writes share a lock of the tenant and so a lane.
//! Facts: `contact.md`, B.9.

mod steps;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use super::catalogue::{self, List, filled, text_or_null};
use super::locales::{self, LOCALES};
use super::unique::{said, said_once};
use crate::base::diag::Diagnostics;
use crate::model::{Live, Manifest, Observed, Value};
use crate::resource::{Ask, Attribute, Context, Drafts, Format, Kind, KindInfo, Naming, Observing, Shape, Work};

pub static KIND: JobLevel = JobLevel;

#[derive(Debug)]
pub struct JobLevel;

const NAME: &str = "job_level";
const PATH: &str = "/open-apis/contact/v3/job_levels";
const LIST: List = List { path: PATH, items: "items", what: "job levels" };

/// The bounds of the order (`job_level/create`, code 42308).
const MIN_ORDER: i64 = 100;
const MAX_ORDER: i64 = 100_000;

static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "job_levels",
    title: "Job level",
    about: "A grade such as P7 that people can have. Levels form one list, sorted by order; keep gaps (100, 200, \
            …) so that one more fits between two. Texts can be changed but not cleared. Above 4,000 levels the \
            admin console no longer opens the list; 10,000 is the limit.",
    naming: Naming::Attribute("name"),
    attributes: &[
        Attribute::new(
            "name",
            Shape::text(255),
            "The name that people see. Unique; the natural key by which an existing level is found.",
        )
        .required()
        .example("P7"),
        Attribute::new(
            "description",
            Shape::Text { min: 1, max: 5_000, format: Format::Long },
            "What the level means. Cannot be cleared once it is there.",
        )
        .example("资深工程师"),
        Attribute::new(
            "order",
            Shape::Int { min: MIN_ORDER, max: MAX_ORDER },
            "The place in the list, smaller first. Unique. A new level without one goes to the end.",
        )
        .example("700"),
        Attribute::new(
            "enabled",
            Shape::Bool,
            "Whether it can be given to people. A new level is enabled unless this says no.",
        )
        .example("true"),
        Attribute::new(
            "i18n_name",
            Shape::Keyed { keys: LOCALES, of: &Shape::text(255) },
            "The name in other languages. A language that is not written is left alone, and one that is there \
             cannot be taken away.",
        )
        .example("{ en_us: Staff Engineer }"),
        Attribute::new(
            "i18n_description",
            Shape::Keyed {
                keys: LOCALES,
                of: &Shape::Text { min: 1, max: 5_000, format: Format::Long },
            },
            "The description in other languages, under the same rules.",
        )
        .example("{ en_us: Leads a team's technical direction }"),
    ],
    tree: None,
    example: "version: 1
job_levels:
  p6:
    name: P6
    order: 600
  p7:
    name: P7
    description: 资深工程师
    order: 700
    i18n_description: { en_us: Staff engineer }
",
    lookups: &[("name", "by its name"), ("job_level_id", "by its id")],
    key: None,
    observe_after: &[],
};

impl Kind for JobLevel {
    fn info(&self) -> &'static KindInfo {
        &INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        for attribute in ["name", "order"] {
            said_once(manifest, NAME, attribute, |thing| said(thing, attribute), problems);
        }
        locales::none_is_taken_away(manifest, NAME, &["i18n_name", "i18n_description"], problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async move {
            if !catalogue::wanted(ask) {
                return Observed::default();
            }
            let mut observed = LIST.read(context, live).await;
            catalogue::answer(NAME, "job_level_id", ask, &mut observed);
            observed
        })
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

fn live(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, "job_level_id")?.to_owned(), ..Live::default() };
    let attributes = [
        ("name", Value::text(filled(item, "name")?)),
        ("description", text_or_null(item, "description")),
        ("order", Value::Int(item.get("order")?.as_i64()?)),
        ("enabled", Value::Bool(item.get("status")?.as_bool()?)),
        ("i18n_name", locales::read(item.get("i18n_name"))),
        ("i18n_description", locales::read(item.get("i18n_description"))),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    Some(live)
}
