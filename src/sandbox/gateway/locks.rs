//! Locks that overlapping writes lose against each other, as some pages document.
//!
//! Two kinds: a tenant-wide one per structure (43024, 42302, 42403), and one per changed object (43030, 44025).
//! A lock is held from the judgement of a write to its answer, or longer when the settings say so.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::answer::{Refusal, refuse};
use super::call::Lock;
use super::route::Bound;
use crate::sandbox::world::{Millis, Settings};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Held {
    Tenant(Lock),
    /// An object, by its template and the ids of the path. The same object under another id type counts as
    /// another one.
    Object(String),
}

#[derive(Debug, Default)]
struct State {
    held: HashSet<Held>,
    /// How many writes asked for each kind of lock, for the knobs that count.
    structure: u64,
    updates: u64,
}

/// All locks of the tenant.
#[derive(Debug, Default)]
pub(super) struct Locks {
    state: Mutex<State>,
}

/// What a write holds; dropping it frees.
#[derive(Debug)]
pub(super) struct Guard<'a> {
    locks: &'a Locks,
    held: Vec<Held>,
    /// How long the settings want it held before the write is done.
    pub(super) hold: Millis,
}

impl Locks {
    /// Takes what the endpoint asks for.
    ///
    /// # Errors
    /// The endpoint's code when another write holds it, or when the settings make it look so.
    pub(super) fn take(
        &self,
        bound: &Bound,
        path: &[(String, String)],
        settings: &Settings,
    ) -> Result<Guard<'_>, Refusal> {
        let mut guard = Guard { locks: self, held: Vec::new(), hold: 0 };
        let mut state = self.lock();
        if let Some((lock, code)) = bound.locks {
            state.structure += 1;
            let due = falls_on(state.structure, settings.structure_lock_every);
            guard.add(&mut state, Held::Tenant(lock), due).map_err(|()| refuse(code))?;
            guard.hold = settings.structure_write_ms;
        }
        if let Some(code) = bound.updates {
            state.updates += 1;
            let due = falls_on(state.updates, settings.update_lock_every);
            let ids: Vec<&str> = path.iter().map(|(_, v)| v.as_str()).collect();
            let object = format!("{} {}", bound.endpoint.path, ids.join("/"));
            guard.add(&mut state, Held::Object(object), due).map_err(|()| refuse(code))?;
            guard.hold = guard.hold.max(settings.update_write_ms);
        }
        drop(state);
        Ok(guard)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn falls_on(count: u64, every: u64) -> bool {
    every > 0 && count.is_multiple_of(every)
}

impl Guard<'_> {
    fn add(&mut self, state: &mut State, held: Held, pretend: bool) -> Result<(), ()> {
        if pretend || state.held.contains(&held) {
            // Not through Drop: the state is locked already.
            for mine in self.held.drain(..) {
                state.held.remove(&mine);
            }
            return Err(());
        }
        state.held.insert(held.clone());
        self.held.push(held);
        Ok(())
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let mut state = self.locks.lock();
        for held in &self.held {
            state.held.remove(held);
        }
    }
}
