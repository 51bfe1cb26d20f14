//! Reading ticket fields: one list a desk, which has everything. The paging token is called otherwise than where it is
//! sent, and the list takes a body that proxies drop: none is sent.

use std::collections::BTreeMap;

use super::spec::{KEY, NAME, POSITION};
use super::wire;
use crate::api::Draft;
use crate::kinds::inner;
use crate::kinds::parallel::in_parallel;
use crate::model::{Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context};

const FIELDS: &str = "/open-apis/helpdesk/v1/ticket_customized_fields";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut observed = Observed::default();
    let desks = inner::desks(ask, context);
    let reads = in_parallel(desks.iter().map(|desk| read(context, desk)).collect()).await;
    for (desk, read) in desks.iter().zip(reads) {
        inner::keep(NAME, desk, read.map(|lives| ordered(ask, lives)), &mut observed);
    }
    inner::settle(NAME, ask, &mut observed);
    observed
}

async fn read(context: &Context<'_>, desk: &str) -> Result<Vec<Live>, Gap> {
    let what = format!("ticket fields of helpdesk {desk}");
    let draft = Draft::to("GET", FIELDS).query("page_size", "100");
    let items = inner::list(context, desk, &what, "items", draft).await?;
    items.iter().map(|item| wire::live(item, desk).map_err(|why| inner::odd(&what, why))).collect()
}

/// Rows by their order among the fields of one desk that declare one.
fn ordered(ask: &Ask, mut lives: Vec<Live>) -> Vec<Live> {
    let mut rows: BTreeMap<String, Vec<(i64, Option<usize>)>> = BTreeMap::new();
    for thing in &ask.declared {
        let Some(row) = thing.value(POSITION).and_then(Value::as_int) else { continue };
        let recorded = ask.records.get(&thing.address).and_then(Record::id);
        let is_it = |live: &Live| {
            recorded.map_or_else(|| live.attributes.get(KEY) == thing.value(KEY), |id| live.id == id)
        };
        let holder = thing.address.holder().map(|holder| holder.to_string()).unwrap_or_default();
        rows.entry(holder).or_default().push((row, lives.iter().position(is_it)));
    }
    // Of other desks none is here at all.
    for rows in rows.into_values().filter(|rows| rows.iter().any(|(_, at)| at.is_some())) {
        let mut taken: BTreeMap<usize, &mut Live> = lives.iter_mut().enumerate().collect();
        wire::by_order(rows.into_iter().map(|(row, at)| (row, at.and_then(|at| taken.remove(&at)))));
    }
    lives
}
