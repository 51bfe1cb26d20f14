//! Which live chat a declared one is: the recorded one, else the only one of its name that the bot is in.
//!
//! Names are not unique, and the bot sees the chats alone that it is in. So a name is looked for only among all of
//! these, [`Candidates`] are those that nobody holds, and more than one is a question to a person. What was found for
//! an address is handed from observation to [`identify`] as the answer to a look-up of the kind's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::spec::{NAME, SELF};
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Presence, Record, Unsettled, Value};
use crate::resource::Identity;

/// The look-up that holds what was found for an address.
pub(super) fn own(address: &Address) -> Lookup {
    Lookup { kind: NAME.to_owned(), by: "address".to_owned(), value: address.to_string() }
}

/// The look-up that holds our own app.
pub(super) fn own_app() -> Lookup {
    Lookup { kind: NAME.to_owned(), by: "app".to_owned(), value: SELF.to_owned() }
}

/// The look-up that holds whether the app may act as the owner of what it made.
pub(super) fn operates() -> Lookup {
    Lookup { kind: NAME.to_owned(), by: "app".to_owned(), value: "operates".to_owned() }
}

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap, || format!("chat {id} could not be read")),
            Presence::Absent => {}
        }
    }
    match observed.lookups.get(&own(&thing.address)) {
        Some(Found::One(id)) => Identity::Bound(id.clone()),
        Some(Found::None) => Identity::Absent,
        Some(Found::Many(candidates)) => Identity::Unclear {
            why: candidates.join("; "),
            remedy: format!(
                "say which one it is, import: {{{}: CHAT_ID}}; if none of them is, give it another name",
                thing.address
            ),
        },
        Some(Found::Unknown(gap)) => unknown(Some(gap), String::new),
        None => unknown(observed.gaps.first(), || "the chats of the bot were not listed".to_owned()),
    }
}

fn unknown(gap: Option<&Gap>, otherwise: impl Fn() -> String) -> Identity {
    Identity::Unknown {
        why: gap.map_or_else(otherwise, |gap| format!("{}: {}", gap.what, gap.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    }
}

/// Whether only its name can tell which live chat a declared one is.
pub(super) fn needs_name(record: Option<&Record>, observed: &Observed) -> bool {
    record.and_then(Record::id).is_none_or(|id| observed.presence(id) == Presence::Absent)
}

/// A chat of the bot's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub id: String,
    name: String,
    /// `None`: a bot.
    owner: Option<String>,
}

impl Row {
    /// Nothing for a row that cannot be a group chat of ours; an error for one that cannot be understood.
    pub(super) fn read(item: &Json) -> Result<Option<Self>, &'static str> {
        let text = |name: &str| item.get(name).and_then(Json::as_str).unwrap_or_default();
        if text("chat_id").is_empty() {
            return Err("an entry of the list has no chat_id");
        }
        let alive = matches!(text("chat_status"), "" | "normal");
        let ours = item.get("external") != Some(&Json::Bool(true));
        let owner = item.get("owner_id").and_then(Json::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
        let row = Self { id: text("chat_id").to_owned(), name: text("name").to_owned(), owner };
        Ok((alive && ours).then_some(row))
    }

    /// What the list tells of it, and no more.
    pub(super) fn live(&self) -> Live {
        let name = if self.name.is_empty() { Value::Null } else { Value::text(&self.name) };
        let attributes = BTreeMap::from([("name".to_owned(), name)]);
        Live { id: self.id.clone(), attributes, ..Live::default() }
    }

    fn said(&self) -> String {
        let owner = self.owner.as_ref().map_or_else(|| "a bot".to_owned(), |id| format!("the user {id}"));
        format!("{} (owned by {owner})", self.id)
    }
}

/// The chats that a name may lead to.
#[derive(Debug)]
pub(super) struct Candidates(pub Vec<Row>);

impl Candidates {
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.0.iter().filter(move |row| row.name == name)
    }

    /// Which one each of these is.
    pub(super) fn assign<'t>(
        &self,
        things: impl IntoIterator<Item = (&'t Declared, Option<&'t Unsettled>)>,
    ) -> BTreeMap<Address, Found> {
        let found: Vec<(&Declared, Option<&Unsettled>, Vec<&Row>)> = things
            .into_iter()
            .map(|(thing, unsettled)| {
                let names = names(thing, unsettled);
                let rows = self.0.iter().filter(|row| names.contains(row.name.as_str())).collect();
                (thing, unsettled, rows)
            })
            .collect();
        let mut wanted: BTreeMap<&str, Vec<&Address>> = BTreeMap::new();
        for (thing, _, rows) in &found {
            rows.iter().for_each(|row| wanted.entry(&row.id).or_default().push(&thing.address));
        }
        let answer = |(thing, unsettled, rows): &(&Declared, Option<&Unsettled>, Vec<&Row>)| match rows.as_slice() {
            [] => Found::None,
            [one] if wanted.get(one.id.as_str()).is_some_and(|all| all.len() > 1) => {
                let all: Vec<String> = wanted[one.id.as_str()].iter().map(ToString::to_string).collect();
                Found::Many(vec![format!("the chat {} could be {}", one.said(), all.join(" or "))])
            }
            // What we made and nobody has filled yet is the bot's: this one is somebody else's, and ours may be there.
            [one] if unsettled.is_some() && one.owner.is_some() => Found::Many(vec![format!(
                "an earlier run may or may not have made {}, and the one chat of its name is {}",
                thing.address,
                one.said()
            )]),
            [one] => Found::One(one.id.clone()),
            several => {
                let said: Vec<String> = several.iter().map(|row| row.said()).collect();
                Found::Many(vec![format!("{} live chats have its name: {}", said.len(), said.join(", "))])
            }
        };
        found.iter().map(|entry| (entry.0.address.clone(), answer(entry))).collect()
    }
}

/// The name that is declared, and the one that was sent when nobody learnt what became of it.
fn names<'t>(thing: &'t Declared, unsettled: Option<&'t Unsettled>) -> BTreeSet<&'t str> {
    let declared = thing.value("name").and_then(Value::as_text);
    let sent = unsettled.and_then(|u| u.sent.get("name")?.get("$text")?.as_str());
    declared.into_iter().chain(sent).collect()
}
