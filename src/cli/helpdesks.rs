//! Tokens of helpdesks: from the environment into the client, by what manifest, state and saved plans name.

use std::collections::BTreeMap;

use super::context::Context;
use crate::api::helpdesk::DeskToken;
use crate::base::secret::Secret;
use crate::model::DeskKey;

impl Context {
    /// Makes the client know where the credentials of these helpdesks come from. Sends nothing.
    pub(super) fn know_helpdesks(&self, keys: impl IntoIterator<Item = DeskKey>) {
        let known = |DeskKey { desk, variable }: DeskKey| {
            let token = given(&variable);
            (desk, DeskToken { variable, token })
        };
        let table: BTreeMap<String, DeskToken> = keys.into_iter().map(known).collect();
        if !table.is_empty() {
            self.client.know_helpdesks(table);
        }
    }
}

fn given(variable: &str) -> Option<Secret> {
    let text = std::env::var(variable).ok()?;
    Some(text.trim()).filter(|text| !text.is_empty()).map(Secret::new)
}
