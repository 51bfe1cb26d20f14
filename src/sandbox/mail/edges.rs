//! Who is in what: members, senders and managers of mail groups, members of public mailboxes.
//!
//! One row per edge, numbered as they come, so that adding two hundred to three thousand writes two hundred
//! rows. The number gives the opaque member id, which is therefore lost when somebody is added again.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::world::{Millis, Row, RowKey, Stored, Table, opaque, open};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    Member,
    Sender,
    Manager,
    /// Member of a public mailbox.
    Mailbox,
}

impl Relation {
    const ALL: [Self; 4] = [Self::Member, Self::Sender, Self::Manager, Self::Mailbox];

    fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Sender => "sender",
            Self::Manager => "manager",
            Self::Mailbox => "mailbox",
        }
    }
}

/// Who or what can be at the other end. Addresses are folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    User(UserKey),
    Department(DepartmentKey),
    Company,
    External(String),
    Group(String),
    Mailbox(String),
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeKey {
    pub relation: Relation,
    pub owner: String,
    pub number: u64,
}

impl EdgeKey {
    /// What the API calls the edge.
    pub fn member_id(&self) -> String {
        opaque("", self.number, &[self.relation.name(), &self.owner])
    }
}

impl RowKey for EdgeKey {
    fn to_text(&self) -> String {
        format!("{}/{}/{}", self.relation.name(), self.owner, self.number.to_text())
    }
    fn from_text(text: &str) -> Option<Self> {
        let (relation, rest) = text.split_once('/')?;
        let relation = Relation::ALL.into_iter().find(|r| r.name() == relation)?;
        let (owner, number) = rest.rsplit_once('/')?;
        Some(Self { relation, owner: owner.to_owned(), number: u64::from_text(number)? })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    pub party: Party,
    /// The address as it was written, where the party is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    pub joined: Millis,
}

impl Row for Edge {
    type Key = EdgeKey;
    const TABLE: &'static str = "mail_edges";
}

type End = (Relation, String);

#[derive(Debug, Default)]
pub struct Edges {
    rows: Table<Edge>,
    by_owner: HashMap<End, BTreeSet<u64>>,
    by_party: HashMap<Party, BTreeSet<EdgeKey>>,
}

impl Edges {
    pub fn stored(&mut self) -> &mut dyn Stored {
        &mut self.rows
    }

    pub fn reindex(&mut self) {
        self.by_owner.clear();
        self.by_party.clear();
        let rows: Vec<_> = self.rows.iter().map(|(k, e)| (k.clone(), e.party.clone())).collect();
        for (key, party) in rows {
            self.note(key, party);
        }
    }

    fn note(&mut self, key: EdgeKey, party: Party) {
        self.by_owner.entry((key.relation, key.owner.clone())).or_default().insert(key.number);
        self.by_party.entry(party).or_default().insert(key);
    }

    /// The edges of an owner, oldest first.
    pub fn of(&self, relation: Relation, owner: &str) -> impl Iterator<Item = (EdgeKey, &Edge)> {
        let numbers = self.by_owner.get(&(relation, owner.to_owned())).into_iter().flatten();
        let owner = owner.to_owned();
        numbers.filter_map(move |number| {
            let key = EdgeKey { relation, owner: owner.clone(), number: *number };
            let edge = self.rows.get(&key)?;
            Some((key, edge))
        })
    }

    pub fn count(&self, relation: Relation, owner: &str) -> usize {
        self.by_owner.get(&(relation, owner.to_owned())).map_or(0, BTreeSet::len)
    }

    /// The edge that a member id means.
    pub fn find(&self, relation: Relation, owner: &str, member_id: &str) -> Option<(EdgeKey, &Edge)> {
        let number = open("", member_id, &[relation.name(), owner])?;
        let key = EdgeKey { relation, owner: owner.to_owned(), number };
        let edge = self.rows.get(&key)?;
        Some((key, edge))
    }

    /// How the party belongs to the owner, if it does.
    pub fn between(&self, relation: Relation, owner: &str, party: &Party) -> Option<&EdgeKey> {
        self.by_party.get(party)?.iter().find(|k| k.relation == relation && k.owner == owner)
    }

    /// To how many owners the party belongs.
    pub fn memberships(&self, relation: Relation, party: &Party) -> usize {
        self.by_party.get(party).map_or(0, |keys| keys.iter().filter(|k| k.relation == relation).count())
    }

    pub fn put(&mut self, key: EdgeKey, edge: Edge) {
        self.note(key.clone(), edge.party.clone());
        self.rows.insert(key, edge);
    }

    pub fn remove(&mut self, key: &EdgeKey) {
        let Some(edge) = self.rows.remove(key) else { return };
        drop_from(&mut self.by_owner, &(key.relation, key.owner.clone()), &key.number);
        drop_from(&mut self.by_party, &edge.party, key);
    }

    /// The owner is gone.
    pub fn forget_owner(&mut self, relation: Relation, owner: &str) {
        let keys: Vec<EdgeKey> = self.of(relation, owner).map(|(key, _)| key).collect();
        keys.iter().for_each(|key| self.remove(key));
    }

    /// The party is gone, and so is every edge that leads to it.
    pub fn forget_party(&mut self, party: &Party) {
        for key in self.by_party.get(party).cloned().unwrap_or_default() {
            self.remove(&key);
        }
    }
}

fn drop_from<K: std::hash::Hash + Eq, V: Ord>(map: &mut HashMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(set) = map.get_mut(key) {
        set.remove(value);
        if set.is_empty() {
            map.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(relation: Relation, owner: &str, number: u64) -> EdgeKey {
        EdgeKey { relation, owner: owner.to_owned(), number }
    }

    fn edge(party: Party) -> Edge {
        Edge { party, address: String::new(), joined: 0 }
    }

    #[test]
    fn a_key_is_read_back_from_its_text() {
        for relation in Relation::ALL {
            let key = key(relation, "g/1", 7);
            assert_eq!(EdgeKey::from_text(&key.to_text()), Some(key));
        }
        assert_eq!(EdgeKey::from_text("member/7"), None);
    }

    #[test]
    fn both_directions_of_the_index_follow_the_rows() {
        let mut edges = Edges::default();
        edges.put(key(Relation::Member, "g1", 1), edge(Party::User(1)));
        edges.put(key(Relation::Member, "g1", 2), edge(Party::Company));
        edges.put(key(Relation::Sender, "g1", 3), edge(Party::User(1)));
        edges.put(key(Relation::Member, "g2", 4), edge(Party::User(1)));
        for _ in 0..2 {
            assert_eq!(edges.count(Relation::Member, "g1"), 2);
            assert_eq!(edges.memberships(Relation::Member, &Party::User(1)), 2);
            assert!(edges.between(Relation::Sender, "g1", &Party::User(1)).is_some());
            edges.reindex();
        }
        edges.forget_party(&Party::User(1));
        assert_eq!(edges.count(Relation::Member, "g1"), 1);
        assert_eq!(edges.count(Relation::Member, "g2") + edges.count(Relation::Sender, "g1"), 0);
        edges.forget_owner(Relation::Member, "g1");
        assert!(edges.by_owner.is_empty() && edges.by_party.is_empty() && edges.rows.is_empty());
    }

    #[test]
    fn a_member_id_means_nothing_in_another_list() {
        let mut edges = Edges::default();
        let mine = key(Relation::Member, "g1", 1);
        edges.put(mine.clone(), edge(Party::User(1)));
        assert!(edges.find(Relation::Member, "g1", &mine.member_id()).is_some());
        assert!(edges.find(Relation::Sender, "g1", &mine.member_id()).is_none());
        assert!(edges.find(Relation::Member, "g2", &mine.member_id()).is_none());
    }
}
