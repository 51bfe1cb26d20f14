//! Which live group a declared one is: the recorded one, the one with its id, or the one with its name.
//!
//! A name is only a hint: a group that another address holds, or that is to be renamed in the same plan, is no
//! candidate ([`HELD`]). Dynamic groups cannot be taken over, yet hold their names.

use crate::model::{Declared, Live, Observed, Presence, Record, Value};
use crate::resource::Identity;
use crate::resource::kind::own_id;

/// Fact: an address holds this group, by record or by id.
pub(super) const HELD: &str = "held";
/// Fact: rules in the admin console fill it.
pub(super) const DYNAMIC: &str = "dynamic";

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    let own = own_id(thing);
    for id in record.and_then(Record::id).into_iter().chain([own.as_str()]) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => {
                return Identity::Unknown {
                    why: gap.map_or_else(|| format!("group {id} could not be read"), |g| g.why.clone()),
                    remedy: gap.and_then(|g| g.remedy.clone()),
                };
            }
            Presence::Absent => {}
        }
    }
    by_name(thing, observed)
}

fn by_name(thing: &Declared, observed: &Observed) -> Identity {
    let Some(name) = thing.value("name") else { return Identity::Absent };
    let free = |live: &&Live| live.attributes.get("name") == Some(name) && !live.fact(HELD);
    let candidates: Vec<&Live> = observed.things.values().filter(free).collect();
    match candidates.as_slice() {
        [] if observed.complete => Identity::Absent,
        [] => Identity::Unknown {
            why: observed.gaps.first().map_or_else(
                || "the list of groups could not be read completely".to_owned(),
                |gap| format!("{}: {}", gap.what, gap.why),
            ),
            remedy: observed.gaps.first().and_then(|gap| gap.remedy.clone()),
        },
        [one] if one.fact(DYNAMIC) => Identity::Unclear {
            why: format!("a dynamic group, {}, has this name, and dynamic groups cannot be managed", one.id),
            remedy: "choose another name, or have an administrator rename or delete the dynamic group".to_owned(),
        },
        [one] => match thing.value("id").and_then(Value::as_text) {
            Some(id) => Identity::Unclear {
                why: format!("the group {} has this name, and no group has the id {id}", one.id),
                remedy: format!(
                    "to take it over leave `id:` out, it keeps the id {}; otherwise choose another name",
                    one.id
                ),
            },
            None => Identity::Bound(one.id.clone()),
        },
        [one, two, ..] => Identity::Unclear {
            why: format!("{} and {} both have this name", one.id, two.id),
            remedy: format!("say which one: import: {{{}: ID}}", thing.address),
        },
    }
}

/// Whether the group can only be found by its name, if at all.
pub(super) fn needs_name(thing: &Declared, record: Option<&Record>, observed: &Observed) -> bool {
    let known = |id: &str| !matches!(observed.presence(id), Presence::Absent);
    !(known(&own_id(thing)) || record.and_then(Record::id).is_some_and(known))
}
