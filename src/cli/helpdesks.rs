//! Tokens of helpdesks: from the environment into the client, by what manifest, state and saved plans name. The
//! embedded sandbox plays the console instead.

use std::collections::BTreeMap;

use super::context::Context;
use crate::api::helpdesk::DeskToken;
use crate::base::secret::Secret;
use crate::model::DeskKey;
use crate::sandbox::helpdesk::console;

impl Context {
    /// Makes the client know where the credentials of these helpdesks come from. Sends nothing.
    pub(super) async fn know_helpdesks(&self, keys: impl IntoIterator<Item = DeskKey>) {
        let mut table: BTreeMap<String, DeskToken> = BTreeMap::new();
        for DeskKey { desk, variable } in keys {
            let token = match self.engine() {
                None => given(&variable),
                // Whoever rehearses has no console: a desk that is not there is made, and its token copied.
                Some(engine) => {
                    let copied = engine.change(|world| console(world, &desk)).await.and_then(|token| token);
                    copied.ok().map(Secret::from)
                }
            };
            table.insert(desk, DeskToken { variable, token });
        }
        if !table.is_empty() {
            self.client.know_helpdesks(table);
        }
    }
}

fn given(variable: &str) -> Option<Secret> {
    let text = std::env::var(variable).ok()?;
    Some(text.trim()).filter(|text| !text.is_empty()).map(Secret::new)
}
