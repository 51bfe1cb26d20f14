//! Reading ticket fields: one list a desk, which has everything. The paging token is called otherwise than where it is
//! sent, and the list takes a body that proxies drop: none is sent.

use std::collections::BTreeMap;

use super::spec::{KEY, NAME, POSITION};
use super::wire;
use crate::api::Draft;
use crate::kinds::desk::{self, Desk};
use crate::model::{Address, Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context, Identity};

const FIELDS: &str = "/open-apis/helpdesk/v1/ticket_customized_fields";

/// What two fields that nobody can tell apart have in common.
pub(super) const SAME: &str = "its key";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let reading = desk::read(ask, context, |desk| read(context, desk)).await;
    let mut observed = reading.answer(NAME, ask, context);
    let made = made(ask, &observed);
    desk::own(NAME, ask, &mut observed, |thing, live| {
        let others = made.get(&live.id).is_some_and(|address| *address != thing.address);
        !others && live.attributes.get(KEY) == thing.value(KEY)
    });
    order(ask, &mut observed);
    observed
}

async fn read(context: &Context<'_>, desk: Desk) -> Result<Vec<Live>, Gap> {
    let what = format!("ticket fields of helpdesk {}", desk.id);
    let items = desk::list(context, &desk, &what, "items", Draft::to("GET", FIELDS)).await?;
    items.iter().map(|item| wire::live(item, &desk.id).map_err(|why| desk::odd(&what, why))).collect()
}

/// What declared things were made as that nobody has seen since, by live id: nobody else's, whatever key they get.
fn made(ask: &Ask, observed: &Observed) -> BTreeMap<String, Address> {
    let unseen = ask.records.iter().filter(|(address, record)| record.id().is_none() && !ask.leaving.contains(*address));
    unseen
        .filter_map(|(address, record)| match recall(address, record, observed) {
            Identity::Bound(id) => Some((id, address.clone())),
            Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => None,
        })
        .collect()
}

/// A creation gives no id: the key that was applied finds what it made.
pub(super) fn recall(address: &Address, record: &Record, observed: &Observed) -> Identity {
    let key = record.applied.get(KEY).and_then(|kept| serde_json::from_value::<Value>(kept.clone()).ok());
    let is_it = |live: &Live| key.is_some() && live.attributes.get(KEY) == key.as_ref();
    desk::recall(NAME, SAME, address, record, observed, is_it)
}

/// Rows by their order among the fields of one desk that declare one.
fn order(ask: &Ask, observed: &mut Observed) {
    let mut rows: BTreeMap<Option<Address>, Vec<(i64, String)>> = BTreeMap::new();
    for thing in &ask.declared {
        let Some(row) = thing.value(POSITION).and_then(Value::as_int) else { continue };
        let record = ask.records.get(&thing.address);
        if let Identity::Bound(id) = desk::identify(NAME, SAME, thing, record, observed) {
            rows.entry(thing.address.holder()).or_default().push((row, id));
        }
    }
    for mut rows in rows.into_values() {
        rows.sort();
        let live: Option<Vec<i64>> = rows
            .iter()
            .map(|(_, id)| observed.things.get(id)?.attributes.get(POSITION).and_then(Value::as_int))
            .collect();
        if !live.is_some_and(|live| live.is_sorted_by(|above, below| above < below)) {
            continue;
        }
        for (row, id) in rows {
            if let Some(live) = observed.things.get_mut(&id) {
                live.attributes.insert(POSITION.to_owned(), Value::Int(row));
            }
        }
    }
}
