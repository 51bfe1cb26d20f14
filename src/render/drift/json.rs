//! Drift for programs: Terraform's `resource_drift`, and how to put it back or accept it.

use serde::Serialize;

use super::super::json::written;
use super::super::plan::{FORMAT_VERSION, ResourceChange, Teller, was_deleted_outside};
use super::super::wording::Wording;
use super::accept::block;
use super::{DriftSummary, DriftView, Unmanaged, can_put_back};
use crate::model::Address;

/// The whole document as text.
pub fn json(view: DriftView<'_>) -> String {
    let teller = Teller { wording: Wording::of_plan(view.plan, view.kinds, view.show) };
    let ways = view.drifted().map(|change| Way {
        address: &change.address,
        put_back: can_put_back(change).then(|| view.put_back(&change.address)),
        accept: if was_deleted_outside(change) || !can_put_back(change) {
            None
        } else {
            block(change, &teller.wording)
        },
    });
    written(&Document {
        format_version: FORMAT_VERSION,
        drift: view.summary().is_drift(),
        summary: view.summary(),
        ways: ways.collect(),
        resource_drift: teller.drift(view.plan),
        unmanaged: view.unmanaged.unwrap_or_default(),
    })
}

#[derive(Serialize)]
struct Document<'p> {
    format_version: &'static str,
    drift: bool,
    summary: DriftSummary,
    resource_drift: Vec<ResourceChange<'p>>,
    ways: Vec<Way<'p>>,
    unmanaged: &'p [Unmanaged],
}

/// The two ways out.
#[derive(Serialize)]
struct Way<'p> {
    address: &'p Address,
    /// The command, word by word; missing where applying would not change it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    put_back: Option<Vec<String>>,
    /// YAML; missing where there is none to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept: Option<String>,
}
