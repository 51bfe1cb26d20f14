//! The tenant at a glance.

use serde_json::{Value, json};

use crate::sandbox::page::view_names;
use crate::sandbox::world::World;

/// The credentials that a sandbox has unless others are given. Being printed in every manual, they are no secret.
const DEFAULT_APP: (&str, &str) = ("cli_sandbox", "sandbox-secret");

pub fn overview(world: &World) -> Value {
    let (mut unjoined, mut frozen, mut resigned) = (0, 0, 0);
    for user in world.contact.directory.users() {
        if user.status.resigned {
            resigned += 1;
        } else {
            unjoined += usize::from(!user.status.joined && !user.status.exited);
            frozen += usize::from(user.status.frozen);
        }
    }
    let settings = world.settings();
    let apps: Vec<Value> =
        world.apps.values().map(|app| json!({ "app_id": app.app_id, "name": app.name })).collect();
    let is_default =
        |app: &&crate::sandbox::world::App| (app.app_id.as_str(), app.secret.as_str()) == DEFAULT_APP;
    let secret = world.apps.values().find(is_default).map(|app| &app.secret);
    json!({
        "tenant": {
            "name": settings.tenant.name,
            "tenant_key": settings.tenant.tenant_key,
            "display_id": settings.tenant.display_id,
            "domain": settings.tenant.domain,
            "brand": settings.brand,
        },
        "counts": {
            "users": world.contact.directory.user_count(),
            "departments": world.contact.directory.department_count(),
            "groups": super::groups(world, 0)["total"],
            "unjoined": unjoined,
            "frozen": frozen,
            "resigned": resigned,
        },
        "apps": apps,
        "secret": secret,
        "views": view_names(),
    })
}
