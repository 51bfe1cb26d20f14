//! Reading chats: one call each for those that are known by id, the list of the bot's chats only where a name has to
//! find one, people and speakers only where somebody declares them.
//!
//! The list holds the chats that the bot is in and nothing else, so what it lacks is not absent: only the chat's own
//! answer says that it was disbanded. Chats are read side by side, the pages of one chat one after the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::identity::{Candidates, Row, identify, needs_name, operates as operating, own, own_app};
use super::spec::{NAME, SELF};
use super::{avatar, parts};
use super::wire::{
    ALL, BOT_COUNT, BOT_MANAGERS, BOTS, CREATOR, LISTED, MODERATION, MODERATORS, ONE, OPERATES, OWNER, PEOPLE,
    Reader, SPEAKERS, Seen, seen, texts,
};
use crate::api::{ApiError, Draft, Listing};
use crate::kinds::membership::MEMBERS;
use crate::kinds::parallel::in_parallel;
use crate::model::{Declared, Found, Gap, Live, Lookup, Observed, Record, Value};
use crate::resource::{Ask, Context, Identity};

/// Disbanded.
const DISSOLVED: i64 = 232_009;
/// The bot is not in it.
const OUTSIDE: i64 = 232_011;
/// No such id, or one of another tenant: not something that a chat turns into.
const NO_ID: [i64; 4] = [232_006, 232_010, 99_992_355, 99_992_356];

/// Without it, ids of people are left out.
const USER_IDS: &str = "contact:user.employee_id:readonly";
const OPERATE: &str = "im:chat:operate_as_owner";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading { ask, context, observed: Observed::default(), listed: None };
    reading.known().await;
    reading.find().await;
    reading.finish();
    reading.people().await;
    reading.speakers().await;
    reading.parts().await;
    reading.observed
}

struct Reading<'a> {
    ask: &'a Ask,
    context: &'a Context<'a>,
    observed: Observed,
    /// The bot's chats; the gap where they were not read to the end.
    listed: Option<Result<Vec<Row>, Gap>>,
}

impl Reading<'_> {
    /// `--target` leaves the others alone: each costs a call.
    fn is_meant(&self, thing: &Declared) -> bool {
        self.ask.only.is_empty() || self.ask.only.contains(&thing.address)
    }

    fn record(&self, thing: &Declared) -> Option<&Record> {
        self.ask.records.get(&thing.address)
    }

    /// Ids that `import:` names, or somebody looks at again: no record holds them.
    fn imported(&self) -> BTreeSet<&str> {
        let recorded: BTreeSet<&str> = self.ask.records.values().filter_map(Record::id).collect();
        self.ask.ids.iter().map(String::as_str).filter(|id| !recorded.contains(id)).collect()
    }

    fn ids(&self) -> BTreeSet<String> {
        let out = |id: &str| {
            let mut of = self.ask.records.iter().filter(|(_, record)| record.id() == Some(id)).peekable();
            !self.ask.only.is_empty()
                && of.peek().is_some()
                && of.all(|(address, _)| !self.ask.only.contains(address))
        };
        let looked_up = self.ask.lookups.iter().filter(|l| l.kind == NAME && l.by == "chat_id").map(|l| &l.value);
        self.ask.ids.iter().filter(|id| !out(id)).chain(looked_up).cloned().collect()
    }

    async fn known(&mut self) {
        self.read(self.ids()).await;
    }

    async fn read(&mut self, ids: BTreeSet<String>) {
        let reader = Reader { app: self.context.reader.app_id(), sees_ids: self.context.grants(&[USER_IDS]) };
        let ids: Vec<String> = ids.into_iter().filter(|id| !self.observed.things.contains_key(id)).collect();
        let context = self.context;
        let answers = in_parallel(ids.iter().map(|id| get(context, id, reader)).collect()).await;
        for (id, answer) in ids.into_iter().zip(answers) {
            match answer {
                Ok(Seen::Whole(live)) => drop(self.observed.things.insert(id, *live)),
                Ok(Seen::Dissolved) => drop(self.observed.absent.insert(id)),
                Ok(Seen::Outside) => drop(self.observed.unknown.insert(id.clone(), outside(&id))),
                Err(gap) => drop(self.observed.unknown.insert(id, gap)),
            }
        }
        if !reader.sees_ids {
            for name in [OWNER, "managers", MODERATORS, MEMBERS] {
                self.observed.unreadable.insert(name.to_owned(), vec![USER_IDS.to_owned()]);
            }
        }
    }

    /// Looks for what only a name can tell.
    async fn find(&mut self) {
        let ask = self.ask;
        let nameless: Vec<&Declared> = ask
            .declared
            .iter()
            .filter(|thing| self.is_meant(thing) && needs_name(self.record(thing), &self.observed))
            .collect();
        let by_name = ask.lookups.iter().any(|l| l.kind == NAME && l.by == "name");
        if nameless.is_empty() && !by_name && !ask.everything {
            return;
        }
        let listed = self.list().await;
        let held: BTreeSet<&str> = ask
            .declared
            .iter()
            .filter_map(|thing| self.record(thing)?.id())
            .filter(|id| !self.observed.absent.contains(*id))
            .chain(self.imported())
            .collect();
        let found = match &listed {
            Ok(rows) => {
                let free = rows.iter().filter(|row| !held.contains(row.id.as_str())).cloned().collect();
                let things = nameless.iter().map(|t| (*t, ask.unsettled.get(&t.address)));
                Candidates(free).assign(things)
            }
            Err(gap) => {
                nameless.iter().map(|t| (t.address.clone(), Found::Unknown(gap.clone()))).collect()
            }
        };
        let ids = found.values().filter_map(|found| match found {
            Found::One(id) => Some(id.clone()),
            Found::None | Found::Many(_) | Found::Unknown(_) => None,
        });
        self.read(ids.collect()).await;
        for (address, found) in found {
            let found = match found {
                Found::One(id) => self.confirmed(id),
                other => other,
            };
            if let (Found::One(id), Some(_)) = (&found, ask.unsettled.get(&address))
                && let Some(live) = self.observed.things.get_mut(id)
            {
                // The one that an earlier run made, before it could write down which.
                live.ids.insert(CREATOR.to_owned(), SELF.to_owned());
            }
            self.observed.lookups.insert(own(&address), found);
        }
        match &listed {
            Ok(rows) if ask.everything => self.show(rows),
            Err(gap) if ask.everything => self.observed.gaps.push(gap.clone()),
            Ok(_) | Err(_) => {}
        }
        self.listed = Some(listed);
    }

    /// What nobody asked for by id, by name alone. The kind is never read completely: nothing that is missing here is
    /// absent, and nothing that is not declared is disbanded.
    fn show(&mut self, rows: &[Row]) {
        for row in rows {
            let id = &row.id;
            if !self.observed.unknown.contains_key(id) && !self.observed.absent.contains(id) {
                self.observed.things.entry(id.clone()).or_insert_with(|| row.live());
            }
        }
    }

    /// What a name led to, if it could be read: disbanded meanwhile, it is none.
    fn confirmed(&self, id: String) -> Found {
        match (self.observed.things.contains_key(&id), self.observed.unknown.get(&id)) {
            (true, _) => Found::One(id),
            (false, Some(gap)) => Found::Unknown(gap.clone()),
            (false, None) => Found::None,
        }
    }

    /// The bot's chats, oldest first: in the order of activity, pages would skip some.
    async fn list(&self) -> Result<Vec<Row>, Gap> {
        let what = "the chats that the bot is in";
        let request = Draft::to("GET", ALL)
            .query("page_size", "100")
            .query("sort_type", "ByCreateTimeAsc")
            .query("user_id_type", "user_id")
            .read()
            .map_err(|error| bug(what, &error))?;
        let items = match self.context.reader.list(&request, "items").await {
            Listing::Complete(items) => items,
            Listing::Partial { why, .. } => return Err(gap(what, &why)),
        };
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for item in &items {
            match Row::read(item) {
                Ok(Some(row)) => drop(rows.insert(row.id.clone(), row)),
                Ok(None) => {}
                Err(why) => return Err(Gap { what: what.to_owned(), why: why.to_owned(), remedy: None }),
            }
        }
        Ok(rows.into_values().collect())
    }

    /// What follows from records and from the app: who made a chat, which bots are known to be in it.
    fn finish(&mut self) {
        let operates = self.context.grants(&[OPERATE]);
        let records: BTreeMap<&str, &Record> =
            self.ask.records.values().filter_map(|record| Some((record.id()?, record))).collect();
        for live in self.observed.things.values_mut() {
            let record = records.get(live.id.as_str()).copied();
            if let Some(creator) = record.and_then(|record| record.ids.get(CREATOR)) {
                live.ids.insert(CREATOR.to_owned(), creator.clone());
            }
            live.facts.insert(OPERATES.to_owned(), Value::Bool(operates));
            avatar::seen(record, live);
            let bots = bots(live, record);
            live.attributes.insert(BOTS.to_owned(), bots);
        }
        let mut answers: Vec<(Lookup, Found)> = Vec::new();
        if let Some(app) = self.context.reader.app_id() {
            answers.push((own_app(), Found::One(app.to_owned())));
        }
        answers.push((operating(), if operates { Found::One(SELF.to_owned()) } else { Found::None }));
        for lookup in self.ask.lookups.iter().filter(|lookup| lookup.kind == NAME) {
            answers.push((lookup.clone(), self.answer(lookup)));
        }
        self.observed.lookups.extend(answers);
    }

    fn answer(&self, lookup: &Lookup) -> Found {
        if lookup.by == "chat_id" {
            return self.confirmed(lookup.value.clone());
        }
        match &self.listed {
            Some(Ok(rows)) => {
                let candidates = Candidates(rows.clone());
                let ids: Vec<String> = candidates.named(&lookup.value).map(|row| row.id.clone()).collect();
                match ids.as_slice() {
                    [] => Found::None,
                    [one] => Found::One(one.clone()),
                    _ => Found::Many(ids),
                }
            }
            Some(Err(gap)) => Found::Unknown(gap.clone()),
            None => Found::None,
        }
    }

    /// The live chats of things that declare an attribute, and those that `import:` may bind to one.
    fn of(&self, attribute: &str) -> Vec<String> {
        let declare: Vec<&Declared> = self
            .ask
            .declared
            .iter()
            .filter(|t| self.is_meant(t) && t.attributes.contains_key(attribute))
            .collect();
        let bound = declare.iter().filter_map(|thing| {
            match identify(thing, self.record(thing), &self.observed) {
                Identity::Bound(id) => Some(id),
                Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => None,
            }
        });
        let imported = self.imported().into_iter().filter(|_| !declare.is_empty()).map(str::to_owned);
        let ids: BTreeSet<String> = bound.chain(imported).collect();
        ids.into_iter().filter(|id| self.observed.things.contains_key(id)).collect()
    }

    async fn people(&mut self) {
        if !self.context.grants(&[USER_IDS]) {
            return;
        }
        let ids = self.of(MEMBERS);
        let context = self.context;
        let lists = in_parallel(ids.iter().map(|id| people(context, id, PEOPLE)).collect()).await;
        self.keep(MEMBERS, ids, lists);
    }

    async fn speakers(&mut self) {
        if !self.context.grants(&[USER_IDS]) {
            return;
        }
        let decides = |id: &String| {
            let live = self.observed.things.get(id);
            live.and_then(|live| live.attributes.get(MODERATION)?.as_text()) == Some(LISTED)
        };
        let (ask, free): (Vec<String>, Vec<String>) = self.of(MODERATORS).into_iter().partition(decides);
        let context = self.context;
        let lists = in_parallel(ask.iter().map(|id| people(context, id, SPEAKERS)).collect()).await;
        self.keep(MODERATORS, ask, lists);
        // Nobody is on a list that decides nothing.
        for id in free {
            if let Some(live) = self.observed.things.get_mut(&id) {
                live.attributes.insert(MODERATORS.to_owned(), Value::Set(BTreeSet::new()));
            }
        }
    }

    /// What is in a chat beside people, where somebody declares it or it was applied.
    async fn parts(&mut self) {
        let declared = self.ask.declared.iter().filter(|thing| self.is_meant(thing)).filter_map(|thing| {
            let record = self.record(thing);
            match identify(thing, record, &self.observed) {
                Identity::Bound(id) => Some((id, (Some(thing), record))),
                Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => None,
            }
        });
        // Without a manifest a saved plan is looked at again by what was applied.
        let recorded = self.ask.records.iter().filter(|(address, _)| self.ask.leaving.contains(address));
        let recorded = recorded.filter_map(|(_, record)| Some((record.id()?.to_owned(), (None, Some(record)))));
        let mut asked: BTreeMap<String, (Option<&Declared>, Option<&Record>)> = recorded.collect();
        asked.extend(declared);
        let mut chats: Vec<(Live, BTreeSet<&'static str>, Option<&Record>)> = Vec::new();
        for (id, (thing, record)) in asked {
            let wanted = parts::wanted(thing, record);
            if let Some(live) = self.observed.things.get(&id).filter(|_| !wanted.is_empty()) {
                chats.push((live.clone(), wanted, record));
            }
        }
        let reader = self.context.reader;
        let read = chats.into_iter().map(|(mut live, wanted, record)| async move {
            let mut gaps = Vec::new();
            parts::read(reader, &wanted, record, &mut live, &mut gaps).await;
            (live, gaps)
        });
        for (live, gaps) in in_parallel(read.collect()).await {
            self.observed.things.insert(live.id.clone(), live);
            self.observed.gaps.extend(gaps);
        }
    }

    fn keep(&mut self, attribute: &str, ids: Vec<String>, lists: Vec<Result<BTreeSet<Value>, Gap>>) {
        for (id, list) in ids.into_iter().zip(lists) {
            match (list, self.observed.things.get_mut(&id)) {
                (Ok(mut people), Some(live)) => {
                    // The owner is in, and may speak, whether or not the list says so.
                    people.extend(live.attributes.get(OWNER).filter(|owner| owner.as_target().is_some()).cloned());
                    live.attributes.insert(attribute.to_owned(), Value::Set(people));
                }
                (Err(gap), _) => self.observed.gaps.push(gap),
                (Ok(_), None) => {}
            }
        }
    }
}

/// The bots that are known to be in: managers, and those that we let in as long as the number of bots allows that
/// all of them are still there.
fn bots(live: &Live, record: Option<&Record>) -> Value {
    let mut known: BTreeSet<&str> = texts(live.attributes.get(BOT_MANAGERS));
    known.remove(SELF);
    let applied: Option<Value> =
        record.and_then(|record| serde_json::from_value(record.applied.get(BOTS)?.clone()).ok());
    let ours = texts(applied.as_ref());
    let together = known.union(&ours).count() + 1;
    let many = live.facts.get(BOT_COUNT).and_then(Value::as_int).and_then(|many| usize::try_from(many).ok());
    if many.is_none_or(|many| together <= many) {
        known.extend(ours);
    }
    Value::Set(known.into_iter().map(Value::text).collect())
}

fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

fn bug(what: &str, error: &impl ToString) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: None }
}

fn outside(id: &str) -> Gap {
    Gap {
        what: format!("chat {id}"),
        why: "the bot is not in it, so that it can be neither read nor changed".to_owned(),
        remedy: Some(
            "let somebody in the chat add the app's bot again; or stop managing it: larkctl state rm, and take it out \
             of the YAML"
                .to_owned(),
        ),
    }
}

async fn get(context: &Context<'_>, id: &str, reader: Reader<'_>) -> Result<Seen, Gap> {
    let what = format!("chat {id}");
    let request = Draft::to("GET", ONE).path("chat_id", id).query("user_id_type", "user_id").read();
    let request = request.map_err(|error| bug(&what, &error))?;
    match context.reader.get(&request).await {
        Ok(answer) => Ok(seen(id, &answer.value, reader)),
        Err(error) => match error.code() {
            Some(DISSOLVED) => Ok(Seen::Dissolved),
            Some(OUTSIDE) => Ok(Seen::Outside),
            Some(code) if NO_ID.contains(&code) => Err(Gap {
                remedy: Some(
                    "the id is none of this tenant's chats: check `import:`, and that the state belongs to this \
                     tenant; larkctl state rm lets go of it"
                        .to_owned(),
                ),
                ..gap(&what, &error)
            }),
            Some(_) | None => Err(gap(&what, &error)),
        },
    }
}

/// The people of a list of a chat; nothing when it is not everybody. Bots are not shown, so that pages come short or
/// empty, and who came at one instant comes on one page, however many they are.
async fn people(context: &Context<'_>, id: &str, path: &str) -> Result<BTreeSet<Value>, Gap> {
    let (what, id_type, field) = match path {
        PEOPLE => (format!("members of chat {id}"), "member_id_type", "member_id"),
        _ => (format!("moderators of chat {id}"), "user_id_type", "user_id"),
    };
    let request = Draft::to("GET", path).path("chat_id", id).query(id_type, "user_id").query("page_size", "100");
    let request = request.read().map_err(|error| bug(&what, &error))?;
    let items = context.reader.list(&request, "items").await.into_complete().map_err(|e| gap(&what, &e))?;
    let mut people = BTreeSet::new();
    for item in &items {
        let Some(user) = item.get(field).and_then(Json::as_str).filter(|id| !id.is_empty()) else {
            return Err(Gap {
                what,
                why: "somebody came without a user_id".to_owned(),
                remedy: Some(format!("the app may lack the scope {USER_IDS}, or the person is of another company")),
            });
        };
        people.insert(Value::remote("user", user));
    }
    Ok(people)
}
