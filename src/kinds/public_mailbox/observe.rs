//! Reading public mailboxes and, where they are managed, their members.

use serde_json::Value as Json;

use super::spec::{GEO, GEO_SCOPE};
use super::steps::MEMBERS;
use crate::kinds::catalogue::{filled, text_or_null};
use crate::kinds::mail::edges::{USER, key};
use crate::kinds::mail::read::{Entry, Reading};
use crate::kinds::mail::{EMAIL, MAILBOXES};
use crate::model::{Live, Observed, Value};
use crate::resource::{Ask, Context};

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading { family: &MAILBOXES, ask, context, observed: Observed::default(), live };
    reading.things().await;
    reading.aliases().await;
    reading.statuses().await;
    let ids = reading.whose(MEMBERS.attributes);
    reading.lists(&MEMBERS, ids, member).await;
    if !context.grants(&[GEO_SCOPE]) {
        reading.observed.unreadable.insert(GEO.to_owned(), vec![GEO_SCOPE.to_owned()]);
    }
    reading.observed
}

/// The normal form of a mailbox. Without its scope the region is not there, which is no error.
pub(super) fn live(item: &Json) -> Option<Live> {
    let mut live = Live { id: filled(item, MAILBOXES.id)?.to_owned(), ..Live::default() };
    let mail = filled(item, EMAIL)?;
    live.ids.insert(EMAIL.to_owned(), mail.to_owned());
    let attributes = [(EMAIL, Value::text(mail)), ("name", text_or_null(item, "name"))];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    live.attributes.extend(filled(item, GEO).map(|geo| (GEO.to_owned(), Value::text(geo))));
    Some(live)
}

pub(super) fn member(item: &Json) -> Option<Entry> {
    let user = filled(item, "user_id")?;
    let id = filled(item, "member_id")?.to_owned();
    Some(Entry { attribute: "members", value: Value::remote("user", user), key: key(USER, user), id })
}
