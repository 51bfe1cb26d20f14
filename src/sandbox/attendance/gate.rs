//! The second gate, beyond scopes: the data range of the app and the rights of the operator.

use super::people::{NOBODY, Names};
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// What most pages mean by a parameter that cannot be.
pub(super) fn bad(why: &str) -> Refusal {
    refuse(1_220_001).msg(format!("param is invalid: {why}"))
}

/// One of the messages of 1220600, word for word as the guidelines print it.
pub(super) fn general(message: &str) -> Refusal {
    refuse(1_220_600).msg(message)
}

pub(super) const NO_SHIFT: &str = "shift does not exist";
pub(super) const NO_GROUP: &str = "rule not exist";
pub(super) const EDITION: &str = "This API can only be accessed by Feishu People Enterprise Edition users.";

/// The app has a data range.
pub(super) fn range(world: &World) -> Result<(), Refusal> {
    if world.settings().attendance.data_range { Ok(()) } else { Err(refuse(1_220_005)) }
}

/// The app has a data range, and the write names an operator with rights.
pub(super) fn operator(world: &World, call: &Call<'_>, names: Names) -> Result<(), Refusal> {
    range(world)?;
    let knobs = &world.settings().attendance;
    let Some(id) = call.filled("operator_id") else {
        return if knobs.api_access { Ok(()) } else { Err(refuse(1_220_005)) };
    };
    let key = names.find(world, id).ok_or_else(|| refuse(1_220_004).msg(NOBODY))?;
    if knobs.admins.has(&Names::UserId.of(world, key)) { Ok(()) } else { Err(refuse(1_220_005)) }
}

/// The operators may change this group.
pub(super) fn open(world: &World, group: &str) -> Result<(), Refusal> {
    if world.settings().attendance.closed_groups.contains(group) {
        return Err(refuse(1_220_005));
    }
    Ok(())
}
