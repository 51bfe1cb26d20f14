//! Who is told when a room is closed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{covers, put, read_node, written_node};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::vc::people::Parties;
use crate::sandbox::world::World;

const PATH: &str = "/open-apis/vc/v1/reserve_configs/:reserve_config_id/disable_inform";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inform {
    pub on: bool,
    pub parties: Parties,
    pub cover: bool,
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, read), Route::write("PATCH", PATH, patch)]
}

fn read(world: &World, call: &Call<'_>) -> Answer {
    let node = read_node(world, call)?;
    let inform = world.vc.rules(node.id()).and_then(|r| r.inform.clone()).unwrap_or_default();
    Ok(one(
        "disable_inform",
        json!({
            "if_cover_child_scope": inform.cover,
            "if_inform": inform.on,
            "informed_users": inform.parties.users_json(world, call),
            "informed_depts": inform.parties.departments_json(world),
        }),
    ))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let node = written_node(world, call)?;
    let block = call.body.get("disable_inform").ok_or_else(|| refuse(121_003))?;
    let on = block.get("if_inform").and_then(Value::as_bool).ok_or_else(|| refuse(121_003))?;
    let parties = Parties::read(world, call, block.get("informed_users"), block.get("informed_depts"))?;
    let inform = Inform { on, parties, cover: covers(block) };
    put(world, &node, inform.cover, |r, cover| r.inform = Some(Inform { cover, ..inform.clone() }));
    Ok(Data::empty())
}
