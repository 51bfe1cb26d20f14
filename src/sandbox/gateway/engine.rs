//! The tenant with everything around it, and the way of its changes to the store.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::envelope::Reply;
use super::locks::Locks;
use super::rate::Limiter;
use super::route::{Router, UnknownRoute};
use crate::base::contract::Contract;
use crate::sandbox::fault::Faults;
use crate::sandbox::journal::Journal;
use crate::sandbox::store::Store;
use crate::sandbox::world::{Clock, World};

/// What the connection has to do.
#[derive(Debug)]
pub enum Outcome {
    Reply(Reply),
    /// Close the connection without a byte.
    Cut,
    /// Send the head and half of the body, then close.
    Truncated(Reply),
}

/// The tenant and everything around it.
#[derive(Debug)]
pub struct Engine {
    pub(super) contract: &'static Contract,
    pub(super) router: Router,
    world: Mutex<World>,
    pub clock: Clock,
    store: Option<Store>,
    pub(super) limiter: Mutex<Limiter>,
    pub(super) locks: Locks,
    pub(super) journal: Mutex<Journal>,
    pub(super) faults: Mutex<Faults>,
    pub(super) strict: bool,
}

impl Engine {
    /// # Errors
    /// When a route is not in the contract.
    pub fn new(
        contract: &'static Contract,
        routes: Vec<super::Route>,
        world: World,
        clock: Clock,
        store: Option<Store>,
        strict: bool,
    ) -> Result<Self, UnknownRoute> {
        Ok(Self {
            contract,
            router: Router::new(contract, routes)?,
            world: Mutex::new(world),
            clock,
            store,
            limiter: Mutex::default(),
            locks: Locks::default(),
            journal: Mutex::default(),
            faults: Mutex::default(),
            strict,
        })
    }

    /// Looks at the tenant.
    pub fn look<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        let mut world = lock(&self.world);
        world.now = self.clock.now();
        look(&world)
    }

    /// Changes the tenant and waits until the change is stored.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> Result<R, String> {
        let (result, stored) = {
            let mut world = lock(&self.world);
            world.now = self.clock.now();
            let result = change(&mut world);
            world.settle();
            (result, self.submit(&mut world))
        };
        wait(stored).await?;
        Ok(result)
    }

    /// What was asked, the last `last` of it in full.
    pub fn requests(&self, last: usize) -> Value {
        lock(&self.journal).report(last)
    }

    pub fn forget_requests(&self) {
        lock(&self.journal).clear();
    }

    pub fn add_faults(&self, rules: Vec<crate::sandbox::fault::Rule>) {
        lock(&self.faults).add(rules);
    }

    pub fn clear_faults(&self) {
        lock(&self.faults).clear();
    }

    pub fn faults(&self) -> Value {
        lock(&self.faults).report()
    }

    /// Takes what changed and hands it to the store, in the order in which it happened (the world is locked).
    fn submit(&self, world: &mut World) -> Option<tokio::sync::oneshot::Receiver<Result<(), String>>> {
        let changes: Vec<_> =
            world.tables().into_iter().flat_map(crate::sandbox::world::Stored::drain).collect();
        if changes.is_empty() {
            return None;
        }
        let clock = ("clock".to_owned(), world.now.to_string());
        self.store.as_ref().map(|store| store.submit(changes, vec![clock]))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere must not take the whole tenant down with it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn wait(stored: Option<tokio::sync::oneshot::Receiver<Result<(), String>>>) -> Result<(), String> {
    match stored {
        None => Ok(()),
        Some(receiver) => receiver.await.unwrap_or_else(|_| Err("the store has stopped".to_owned())),
    }
}
