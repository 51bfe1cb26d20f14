//! What people do to calendars in their client, for tests and demonstrations.

use super::events::{edit, find};
use super::rows::{Acl, Role};
use super::{gate, repeat};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::world::World;

/// Changes title, description or range of visibility of a calendar; `None` when there is no such calendar.
pub fn rename(world: &mut World, id: &str, summary: &str) -> Option<()> {
    gate::calendar(world, id)?;
    gate::edit(world, id, |calendar| summary.clone_into(&mut calendar.summary));
    Some(())
}

/// An owner deletes it.
pub fn delete(world: &mut World, id: &str) -> Option<()> {
    gate::calendar(world, id)?;
    gate::edit(world, id, |calendar| calendar.deleted = true);
    Some(())
}

/// An owner gives somebody a role, or takes it.
pub fn role(world: &mut World, id: &str, user: UserKey, role: Option<Role>) -> Option<()> {
    gate::calendar(world, id)?;
    match role {
        Some(role) => world.calendar.acls.put(id, user, Acl { role }),
        None => world.calendar.acls.remove(id, user),
    }
    gate::touch(world, id);
    Some(())
}

/// Somebody retitles an event, or one occurrence of a series.
pub fn retitle(world: &mut World, event: &str, summary: &str) -> Option<()> {
    find(world, event).filter(|e| !e.cancelled)?;
    edit(world, event, |e| summary.clone_into(&mut e.summary));
    Some(())
}

/// Somebody deletes an event, or makes a hole in a series.
pub fn cancel(world: &mut World, event: &str) -> Option<()> {
    find(world, event).filter(|e| !e.cancelled)?;
    edit(world, event, |e| e.cancelled = true);
    Some(())
}

/// The start of the `nth` occurrence of a series, counted from 0.
pub fn occurrence(world: &World, event: &str, nth: usize) -> Option<i64> {
    let series = find(world, event)?;
    repeat::starts(&series, 0, i64::MAX).get(nth).copied()
}
