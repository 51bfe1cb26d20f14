//! The end of a chat: a tombstone stays behind, and its id is never used again.

use super::gate;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::write("DELETE", "/open-apis/im/v1/chats/:chat_id", disband)]
}

fn disband(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    if gate::chat(world, &visit)?.mode != super::Mode::Group {
        return Err(refuse(232_008));
    }
    if !visit.standing.rules() {
        return Err(refuse(232_017));
    }
    dissolve(world, visit.key);
    Ok(Data::empty())
}

/// Whoever was in still finds it in their list, as dissolved.
pub(super) fn dissolve(world: &mut World, key: super::ChatKey) {
    gate::edit(world, key, |c| {
        c.dissolved = true;
        c.pending.clear();
    });
    let department = world.im.chat(key).and_then(|c| c.department);
    if let Some(department) = department {
        super::departments::forget(world, department);
    }
}
