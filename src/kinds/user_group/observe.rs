//! Reading groups: a few by id, many or by name from the lists, people only where somebody needs to know them.
//!
//! The list shows what is in the app's range and nothing else, so a group that it lacks is asked for by id before
//! it counts as absent. Dynamic groups are listed where a name decides, and kept only where they were asked for:
//! nothing can be planned for them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::identity::{DYNAMIC, HELD, needs_name};
use super::spec::NAME;
use crate::api::{ApiError, Draft, Listing};
use crate::kinds::membership::MEMBERS;
use crate::kinds::parallel::in_parallel;
use crate::model::{Found, Gap, Live, Lookup, Observed, Record, Target, UseOf, Value};
use crate::resource::kind::{found_by, own_id};
use crate::resource::{Ask, Context, Identity};

const ONE: &str = "/open-apis/contact/v3/group/:group_id";
const LIST: &str = "/open-apis/contact/v3/group/simplelist";
const PEOPLE: &str = "/open-apis/contact/v3/group/:group_id/member/simplelist";

/// More ids than this are looked up in the list: at most five pages, against one call each.
const FEW: usize = 8;
/// `group/get`: there is no such group, or none in range.
const NO_GROUP: i64 = 42002;
/// `group/get`: the group uses what the API does not know. The list shows it all the same.
const BEYOND_API: i64 = 42029;

/// Facts, besides those of [`super::identity`].
pub(super) const USERS: &str = "member_user_count";
pub(super) const DEPARTMENTS: &str = "member_department_count";
/// Members who have left the company: no API call can say whether they still count.
pub(super) const RESIGNED: &str = "resigned_members";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading { ask, context, observed: Observed::default(), normal: None, dynamic: None };
    reading.groups().await;
    reading.mark_held();
    reading.people().await;
    reading.answer();
    reading.observed
}

struct Reading<'a> {
    ask: &'a Ask,
    context: &'a Context<'a>,
    observed: Observed,
    /// Whether the list of normal groups was read, and to its end.
    normal: Option<bool>,
    dynamic: Option<bool>,
}

/// What a read by id gave.
enum Got {
    Group(Live),
    Absent,
    BeyondApi(Gap),
    Unknown(Gap),
}

impl Reading<'_> {
    async fn groups(&mut self) {
        let ids = self.ids();
        let by_name = self.ask.lookups.iter().any(|lookup| lookup.kind == NAME && lookup.by == "name");
        if self.ask.everything || by_name {
            self.list_all().await;
        } else if ids.len() > FEW {
            self.list_normal().await;
        }
        self.get(ids).await;
        let ask = self.ask;
        let nameless = ask.declared.iter().any(|thing| {
            needs_name(thing, ask.records.get(&thing.address), &self.observed)
        });
        if nameless {
            self.list_all().await;
        }
        // All that can be managed is there; `get` asked for whatever else was named.
        self.observed.complete = (self.normal, self.dynamic) == (Some(true), Some(true));
    }

    fn ids(&self) -> BTreeSet<String> {
        let own = |lookup: &&Lookup| lookup.kind == NAME && lookup.by == "group_id";
        let looked_up = self.ask.lookups.iter().filter(own).map(|lookup| lookup.value.clone());
        self.ask.ids.iter().cloned().chain(looked_up).collect()
    }

    async fn list_all(&mut self) {
        if self.normal.is_none() {
            self.list_normal().await;
        }
        if self.dynamic.is_none() {
            self.dynamic = Some(self.list("2", "dynamic user groups").await);
        }
    }

    async fn list_normal(&mut self) {
        self.normal = Some(self.list("1", "user groups").await);
    }

    /// Whether the list was read to its end.
    async fn list(&mut self, kind: &str, what: &str) -> bool {
        let request = Draft::to("GET", LIST).query("type", kind).query("page_size", "100").read();
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                self.gap(what, error.to_string(), None);
                return false;
            }
        };
        let (items, failure) = match self.context.reader.list(&request, "grouplist").await {
            Listing::Complete(items) => (items, None),
            Listing::Partial { items, why } => (items, Some(why)),
        };
        let mut whole = failure.is_none();
        if let Some(error) = failure {
            self.observed.gaps.push(gap(what, &error));
        }
        for item in &items {
            match live(item) {
                // A group may be in the list twice while it changes under us.
                Some(live) if !live.fact(DYNAMIC) || self.is_asked_for(&live) => {
                    self.observed.unknown.remove(&live.id);
                    self.observed.things.insert(live.id.clone(), live);
                }
                Some(_) => {}
                None => {
                    whole = false;
                    self.gap(what, "an entry of the list has no id or no name".to_owned(), None);
                }
            }
        }
        whole
    }

    /// Whether somebody means this dynamic group, by id or by name.
    fn is_asked_for(&self, live: &Live) -> bool {
        let name = live.attributes.get("name").and_then(Value::as_text).unwrap_or_default();
        let declared = self.ask.declared.iter().any(|t| t.value("name").and_then(Value::as_text) == Some(name));
        declared
            || self.ask.ids.contains(&live.id)
            || self.ask.lookups.iter().any(|lookup| lookup.value == live.id || lookup.value == name)
    }

    /// Reads by id what no list gave.
    async fn get(&mut self, ids: BTreeSet<String>) {
        let missing: Vec<String> =
            ids.into_iter().filter(|id| !self.observed.things.contains_key(id)).collect();
        let context = self.context;
        let got = in_parallel(missing.iter().cloned().map(|id| get(context, id)).collect()).await;
        let mut beyond = BTreeMap::new();
        for (id, got) in missing.into_iter().zip(got) {
            match got {
                Got::Group(live) => drop(self.observed.things.insert(id, live)),
                Got::Absent => drop(self.observed.absent.insert(id)),
                Got::Unknown(gap) => drop(self.observed.unknown.insert(id, gap)),
                Got::BeyondApi(gap) => drop(beyond.insert(id, gap)),
            }
        }
        if !beyond.is_empty() {
            self.observed.unknown.extend(beyond);
            self.list_all().await;
        }
    }

    /// Marks groups that an address holds, so that a name does not lead another one to them.
    fn mark_held(&mut self) {
        let records = self.ask.records.values().filter_map(Record::id).map(str::to_owned);
        let held: BTreeSet<String> = records.chain(self.ask.declared.iter().map(own_id)).collect();
        for live in self.observed.things.values_mut().filter(|live| held.contains(&live.id)) {
            live.facts.insert(HELD.to_owned(), Value::Bool(true));
        }
    }

    async fn people(&mut self) {
        let known = |live: &Live| count(live, USERS) == Some(0);
        let (mut empty, mut full) = (Vec::new(), Vec::new());
        for id in self.whose_people() {
            match self.observed.things.get(&id) {
                Some(live) if known(live) => empty.push(id),
                Some(_) => full.push(id),
                None => {}
            }
        }
        let context = self.context;
        let lists = in_parallel(full.iter().cloned().map(|id| people(context, id)).collect()).await;
        let empty = empty.into_iter().map(|id| (id, Ok((BTreeSet::new(), BTreeSet::new()))));
        for (id, list) in full.into_iter().zip(lists).chain(empty) {
            match (list, self.observed.things.get_mut(&id)) {
                (Ok((members, resigned)), Some(live)) => {
                    live.attributes.insert(MEMBERS.to_owned(), Value::Set(members));
                    if !resigned.is_empty() {
                        live.facts.insert(RESIGNED.to_owned(), Value::Set(resigned));
                    }
                }
                (Err(gap), _) => self.observed.gaps.push(gap),
                (Ok(_), None) => {}
            }
        }
    }

    /// The groups whose people matter: where they are declared, where the group leaves or may leave, and where a
    /// rule builds on them.
    fn whose_people(&self) -> BTreeSet<String> {
        let ask = self.ask;
        let targeted = ask.only.iter().any(|address| address.kind() == NAME);
        let meant = |address| !targeted || ask.only.contains(address);
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for thing in ask.declared.iter().filter(|t| t.attributes.contains_key(MEMBERS) && meant(&t.address)) {
            let record = ask.records.get(&thing.address);
            if let Identity::Bound(id) = super::identity::identify(thing, record, &self.observed) {
                ids.insert(id);
            }
        }
        // What `import:` names is bound by the planner: an id that nobody else holds.
        let unheld = self.observed.things.values().filter(|live| !live.fact(HELD) && !live.fact(DYNAMIC));
        let imported = unheld.filter(|live| ask.everything || ask.ids.contains(&live.id));
        ids.extend(imported.map(|live| live.id.clone()));
        let leaving = ask.leaving.iter().filter(|address| meant(address));
        ids.extend(leaving.filter_map(|a| ask.records.get(a)?.id().map(str::to_owned)));
        let used = ask.declared.iter().flat_map(|thing| &thing.uses).filter_map(|used| match &used.to {
            UseOf::Address(address) if address.kind() == NAME => {
                let recorded = ask.records.get(address).and_then(Record::id).map(str::to_owned);
                recorded.or_else(|| ask.declared.iter().find(|t| t.address == *address).map(own_id))
            }
            UseOf::Address(_) | UseOf::Lookup(_) => None,
        });
        ids.extend(used);
        ids.extend(ask.lookups.iter().filter_map(|lookup| match self.found(lookup) {
            Found::One(id) => Some(id),
            Found::None | Found::Many(_) | Found::Unknown(_) => None,
        }));
        ids
    }

    fn answer(&mut self) {
        for lookup in self.ask.lookups.iter().filter(|lookup| lookup.kind == NAME) {
            let found = self.found(lookup);
            self.observed.lookups.insert(lookup.clone(), found);
        }
    }

    fn found(&self, lookup: &Lookup) -> Found {
        if lookup.by != "group_id" {
            let name = Value::text(&lookup.value);
            return found_by(&self.observed, |live| live.attributes.get("name") == Some(&name));
        }
        match (self.observed.things.contains_key(&lookup.value), self.observed.unknown.get(&lookup.value)) {
            (true, _) => Found::One(lookup.value.clone()),
            (false, Some(gap)) => Found::Unknown(gap.clone()),
            (false, None) => Found::None,
        }
    }

    fn gap(&mut self, what: &str, why: String, remedy: Option<String>) {
        self.observed.gaps.push(Gap { what: what.to_owned(), why, remedy });
    }
}

fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

async fn get(context: &Context<'_>, id: String) -> Got {
    let what = format!("user group {id}");
    let request = match Draft::to("GET", ONE).path("group_id", id).read() {
        Ok(request) => request,
        Err(error) => return Got::Unknown(Gap { what, why: error.to_string(), remedy: None }),
    };
    match context.reader.get(&request).await {
        Ok(answer) => match answer.value.get("group").and_then(live) {
            Some(live) => Got::Group(live),
            None => Got::Unknown(Gap { what, why: "the answer holds no group".to_owned(), remedy: None }),
        },
        Err(error) if error.code() == Some(NO_GROUP) => Got::Absent,
        Err(error) if error.code() == Some(BEYOND_API) => Got::BeyondApi(gap(&what, &error)),
        Err(error) => Got::Unknown(gap(&what, &error)),
    }
}

/// The people of a group, and the ids of those who have resigned; nothing of either when it is not everybody.
async fn people(
    context: &Context<'_>,
    id: String,
) -> Result<(BTreeSet<Value>, BTreeSet<Value>), Gap> {
    let what = format!("members of user group {id}");
    let request = Draft::to("GET", PEOPLE)
        .path("group_id", id)
        .query("member_type", "user")
        .query("member_id_type", "user_id")
        .query("page_size", "100")
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    let list = context.reader.list(&request, "memberlist").await;
    let items = list.into_complete().map_err(|error| gap(&what, &error))?;
    let (mut members, mut resigned) = (BTreeSet::new(), BTreeSet::new());
    for item in &items {
        let Some(user) = item.get("member_id").and_then(Json::as_str).filter(|id| !id.is_empty()) else {
            return Err(Gap {
                what,
                why: "a member came without a user_id".to_owned(),
                remedy: Some("the app may lack the scope contact:user.employee_id:readonly".to_owned()),
            });
        };
        // Whether those who resign leave their groups is nowhere written; they can be neither added nor wanted.
        if context.earlier.live("user", user).is_some_and(|live| live.fact("resigned")) {
            resigned.insert(Value::text(user));
        } else {
            members.insert(Value::Ref(Target::Remote { kind: "user".to_owned(), id: user.to_owned() }));
        }
    }
    Ok((members, resigned))
}

/// The normal form of a group, as `get` and the list show it. Of the list's two ids, `id` is the one for paths.
fn live(item: &Json) -> Option<Live> {
    let text = |name: &str| item.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let mut live = Live { id: text("id")?.to_owned(), ..Live::default() };
    let description = text("description").map_or(Value::Null, Value::text);
    let attributes =
        [("id", Value::text(&live.id)), ("name", Value::text(text("name")?)), ("description", description)];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    for name in [USERS, DEPARTMENTS] {
        if let Some(many) = item.get(name).and_then(Json::as_i64) {
            live.facts.insert(name.to_owned(), Value::Int(many));
        }
    }
    if item.get("type").and_then(Json::as_i64) == Some(2) {
        live.facts.insert(DYNAMIC.to_owned(), Value::Bool(true));
    }
    Some(live)
}

/// A number among the facts.
pub(super) fn count(live: &Live, fact: &str) -> Option<i64> {
    live.facts.get(fact).and_then(Value::as_int)
}
