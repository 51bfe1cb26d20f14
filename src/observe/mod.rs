//! Manifest and state → [`Snapshot`]: asks every kind for what the plan needs, with the fewest calls.
//!
//! [`ask`] derives from manifest and state what has to be read; this file runs the kinds side by side, each as
//! soon as the kinds that it builds on are read. A kind that nobody asks anything of is not read at all. What
//! could not be read stays *unknown*; nothing in here turns that into *absent*.

mod ask;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;

pub use self::ask::{Asks, Scope};
use crate::api::{Draft, Reader};
use crate::model::{Gap, Observed, Snapshot};
use crate::resource::{Ask, Context, Kind, Registry};

/// Reads everything that `asks` name.
///
/// `now` is the tenant's clock, in seconds since 1970: the caller owns the clock.
pub async fn observe(registry: Registry, mut asks: Asks, reader: &Reader, now: i64) -> Snapshot {
    let scopes = Arc::new(granted(reader).await);
    let mut waiting: Vec<&'static dyn Kind> = registry.iter().collect();
    let mut done = Snapshot { kinds: BTreeMap::new(), taken: now };
    let mut running = JoinSet::new();
    let mut under_way: BTreeSet<&'static str> = BTreeSet::new();
    loop {
        let ready = |kind: &&'static dyn Kind, waiting: &[&'static dyn Kind], under_way: &BTreeSet<&str>| {
            kind.info().observe_after.iter().all(|earlier| {
                !under_way.contains(earlier) && waiting.iter().all(|k| k.info().name != *earlier)
            })
        };
        let (now_ready, later): (Vec<_>, Vec<_>) =
            waiting.iter().copied().partition(|kind| ready(kind, &waiting, &under_way));
        if now_ready.is_empty() && running.is_empty() {
            // Only a circle in the kinds' own tables leads here; what is left stays unread, hence unknown.
            break;
        }
        waiting = later;
        for kind in now_ready {
            let name = kind.info().name;
            let Some(ask) = asks.take(name) else {
                done.kinds.insert(name.to_owned(), Arc::default());
                continue;
            };
            under_way.insert(name);
            let (reader, scopes, earlier) = (reader.clone(), Arc::clone(&scopes), done.clone());
            running.spawn(async move {
                let observed = read(kind, &ask, &reader, &earlier, scopes.as_ref().as_ref()).await;
                (name, observed)
            });
        }
        match running.join_next().await {
            Some(Ok((name, observed))) => {
                under_way.remove(name);
                done.kinds.insert(name.to_owned(), Arc::new(observed));
            }
            Some(Err(e)) => {
                // A kind that died: its name is the one that never reports. Nothing of it is known.
                let gap = Gap { what: "a kind".to_owned(), why: e.to_string(), remedy: None };
                for name in std::mem::take(&mut under_way) {
                    let unknown = Observed { gaps: vec![gap.clone()], ..Observed::default() };
                    done.kinds.entry(name.to_owned()).or_insert(Arc::new(unknown));
                }
            }
            None if waiting.is_empty() => break,
            None => {}
        }
    }
    done
}

async fn read(
    kind: &'static dyn Kind,
    ask: &Ask,
    reader: &Reader,
    earlier: &Snapshot,
    scopes: Option<&BTreeSet<String>>,
) -> Observed {
    let context = Context { reader, earlier, scopes };
    kind.observe(ask, &context).await
}

/// The scopes that the app holds as itself; `None` when the tenant does not say.
///
/// The plain list does not tell whether the app or only the people who log in to it hold a scope, and what is
/// missing from an answer for want of a scope must never pass for empty. So the app's own page is asked first.
async fn granted(reader: &Reader) -> Option<BTreeSet<String>> {
    match own_page(reader).await {
        Some(scopes) => Some(scopes),
        None => listed(reader).await,
    }
}

/// Needs a scope of its own.
async fn own_page(reader: &Reader) -> Option<BTreeSet<String>> {
    let page = Draft::to("GET", "/open-apis/application/v6/applications/:app_id");
    let request = page.path("app_id", "me").query("lang", "en_us").read().ok()?;
    let answer = reader.get(&request).await.ok()?;
    let scopes = answer.value.pointer("/app/scopes")?.as_array()?;
    let own =
        |s: &serde_json::Value| s["token_types"].as_array().is_some_and(|t| t.iter().any(|t| t == "tenant"));
    let held = scopes.iter().filter(|s| own(s));
    Some(held.filter_map(|s| s["scope"].as_str().map(str::to_owned)).collect())
}

async fn listed(reader: &Reader) -> Option<BTreeSet<String>> {
    let request = Draft::to("GET", "/open-apis/application/v6/scopes").read().ok()?;
    let answer = reader.get(&request).await.ok()?;
    let scopes = answer.value["scopes"].as_array()?;
    let held = scopes.iter().filter(|s| s["grant_status"] == 1);
    Some(held.filter_map(|s| s["scope_name"].as_str().map(str::to_owned)).collect())
}
