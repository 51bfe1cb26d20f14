//! Which people and departments the ids of the service stand for: most are known from what was read, the rest is asked
//! for.

use std::collections::{BTreeMap, BTreeSet};

use super::{gap, odd};
use crate::api::Draft;
use crate::kinds::parallel::in_parallel;
use crate::model::Gap;
use crate::resource::Context;

/// `contact/v3` takes so many ids in one call.
const BATCH: usize = 50;

/// What ids of the service stand for.
#[derive(Debug, Default)]
pub(in crate::kinds) struct Names {
    /// What the service says to what the kind calls its own.
    pub known: BTreeMap<String, String>,
    pub gap: Option<Gap>,
}

/// Open ids of people to user ids.
pub(in crate::kinds) async fn people(context: &Context<'_>, open: BTreeSet<String>) -> Names {
    names(context, open, "user", "open_id", "user_id", "/open-apis/contact/v3/users/batch", "user_ids").await
}

/// Open ids of departments to their own.
pub(in crate::kinds) async fn departments(context: &Context<'_>, open: BTreeSet<String>) -> Names {
    let (from, to) = ("open_department_id", "department_id");
    names(context, open, "department", from, to, "/open-apis/contact/v3/departments/batch", "department_ids")
        .await
}

async fn names(
    context: &Context<'_>,
    asked: BTreeSet<String>,
    kind: &str,
    from: &str,
    to: &str,
    path: &str,
    list: &str,
) -> Names {
    let read = context.earlier.kind(kind).into_iter().flat_map(|seen| seen.things.values());
    let known: BTreeMap<String, String> =
        read.filter_map(|live| Some((live.ids.get(from)?.clone(), live.id.clone()))).collect();
    let mut names = Names { known, gap: None };
    let rest: Vec<String> = asked.into_iter().filter(|id| !names.known.contains_key(id)).collect();
    let what = format!("whom ids of a helpdesk name ({kind})");
    let by = if kind == "user" { "user_id_type" } else { "department_id_type" };
    let calls = rest.chunks(BATCH).map(|part| {
        let request = Draft::to("GET", path).query_list(list, part.iter().cloned()).query(by, from).read();
        let what = what.clone();
        async move {
            let request = request.map_err(|error| odd(&what, error.to_string()))?;
            context.reader.get(&request).await.map_err(|error| gap(&what, &error))
        }
    });
    for answer in in_parallel(calls.collect()).await {
        match answer {
            Ok(answer) => names.known.extend(
                answer.value["items"].as_array().into_iter().flatten().filter_map(|item| {
                    Some((
                        item[from].as_str()?.to_owned(),
                        item[to].as_str().filter(|id| !id.is_empty())?.to_owned(),
                    ))
                }),
            ),
            Err(gap) => names.gap = Some(gap),
        }
    }
    names
}
