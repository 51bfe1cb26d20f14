//! Who administers the bookings of a node. A matter of the plan that the company pays for.

use serde_json::json;

use super::{edit, read_node, written_node};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::vc::people::Parties;
use crate::sandbox::world::World;

const PATH: &str = "/open-apis/vc/v1/reserve_configs/:reserve_config_id/admin";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, read), Route::write("PATCH", PATH, patch)]
}

fn paid(world: &World) -> Result<(), Refusal> {
    if world.settings().paid_edition { Ok(()) } else { Err(refuse(125_002)) }
}

fn read(world: &World, call: &Call<'_>) -> Answer {
    paid(world)?;
    let node = read_node(world, call)?;
    let admins = world.vc.rules(node.id()).and_then(|r| r.admins.clone()).unwrap_or_default();
    let depts = admins.departments_json(world);
    Ok(one("reserve_admin_config", json!({ "depts": depts, "users": admins.users_json(world, call) })))
}

/// Both lists are replaced, one that is left out by an empty one.
fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    paid(world)?;
    let node = written_node(world, call)?;
    let block = call.body.get("reserve_admin_config").ok_or_else(|| refuse(121_003))?;
    let admins = Parties::read(world, call, block.get("users"), block.get("depts"))?;
    edit(world, node.id(), |rules| rules.admins = Some(admins));
    Ok(Data::empty())
}
