//! Reading mail groups: found by id, address or list, and of each only the lists that somebody manages.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::lists::{ALL, Known, MEMBERS};
use super::spec::{SENDERS, WHO};
use crate::kinds::catalogue::{filled, text_or_null};
use crate::kinds::mail::read::{Reading, fill};
use crate::kinds::mail::{EMAIL, GROUPS, MAILBOX};
use crate::model::{Live, Observed, Value};
use crate::resource::{Ask, Context};

/// Fact: how many direct members there are.
const COUNT: &str = "direct_members_count";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading { family: &GROUPS, ask, context, observed: Observed::default(), live };
    reading.things().await;
    // Aliases first: a list may name a group by an address that it had.
    reading.aliases().await;
    reading.statuses().await;
    let known = Known::new(&reading.observed, context.earlier.kind(MAILBOX));
    for which in ALL {
        let mut ids = reading.whose(which.attributes);
        if which.part == MEMBERS.part {
            let (empty, others): (BTreeSet<String>, BTreeSet<String>) = ids.into_iter().partition(|id| {
                reading.observed.things.get(id).and_then(|live| live.facts.get(COUNT)) == Some(&Value::Int(0))
            });
            for id in empty {
                if let Some(live) = reading.observed.things.get_mut(&id) {
                    fill(which, live, Vec::new());
                }
            }
            ids = others;
        }
        reading.lists(which, ids, |item| known.entry(which, item)).await;
    }
    reading.observed
}

/// The normal form of a group; members, senders, managers and aliases come on top of it.
pub(super) fn live(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, GROUPS.id)?.to_owned(), ..Live::default() };
    let mail = filled(item, EMAIL)?;
    live.ids.insert(EMAIL.to_owned(), mail.to_owned());
    let who = filled(item, "who_can_send_mail");
    let who = who.map(|who| SENDERS.iter().find(|(_, word)| *word == who).map_or(who, |(word, _)| *word));
    let attributes = [
        (EMAIL, Value::text(mail)),
        ("name", text_or_null(item, "name")),
        ("description", text_or_null(item, "description")),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    live.attributes.extend(who.map(|who| (WHO.to_owned(), Value::text(who))));
    // A text with a number, says the page.
    let count = item.get(COUNT).and_then(|count| count.as_i64().or_else(|| count.as_str()?.parse().ok()));
    live.facts.extend(count.map(|count| (COUNT.to_owned(), Value::Int(count))));
    Some(live)
}
