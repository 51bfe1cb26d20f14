//! What an administrator does about meeting rooms in the console.

use serde::Deserialize;
use serde_json::Value;

use super::ok;
use crate::sandbox::vc;
use crate::sandbox::world::World;

/// Designs the reservation form of a level or a room: its questions, which the API cannot make. No questions take
/// the form away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// A level or room; the whole tenant when it is left out.
    node: Option<String>,
    #[serde(default)]
    questions: Vec<String>,
}

impl Form {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let node = self.node.unwrap_or_else(|| vc::root_id(world));
        if vc::rules::design(world, &node, self.questions) {
            Ok(ok())
        } else {
            Err(format!("there is no level or room {node}"))
        }
    }
}
