//! What a manifest can get wrong about helpdesks.

use super::spec::NAME;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Manifest, OnRemove};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for desk in manifest.of_kind(NAME) {
        if matches!(desk.lifecycle.on_remove, Some(OnRemove::Delete | OnRemove::Deactivate)) {
            problems.push(
                Diagnostic::new(Code("helpdesk::on_remove"), "a helpdesk cannot be deleted")
                    .at(desk.span, "this one")
                    .because("the API neither makes nor deletes a helpdesk: it can only be forgotten")
                    .remedy("delete the `on_remove`"),
            );
        }
    }
}
