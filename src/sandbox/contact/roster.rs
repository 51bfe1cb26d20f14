//! Who is in what: the people in groups and in roles.
//!
//! One row per person and owner, so that adding a hundred people to a group of a hundred thousand writes a
//! hundred rows. Rows change only through [`Roster::put`] and [`Roster::remove`], which keeps both directions
//! of the index right. It knows no rule: limits, ranges and kinds are judged by whoever owns the roster.

use std::collections::{BTreeSet, HashMap};

use super::directory::UserKey;
use crate::sandbox::world::{Row, RowKey, Stored, Table};

/// One person in one group or role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    pub owner: String,
    pub user: UserKey,
}

impl RowKey for Seat {
    fn to_text(&self) -> String {
        format!("{}/{}", self.owner, self.user.to_text())
    }
    fn from_text(text: &str) -> Option<Self> {
        let (owner, user) = text.rsplit_once('/')?;
        Some(Self { owner: owner.to_owned(), user: u64::from_text(user)? })
    }
}

#[derive(Debug)]
pub struct Roster<M: Row<Key = Seat>> {
    rows: Table<M>,
    by_owner: HashMap<String, BTreeSet<UserKey>>,
    by_user: HashMap<UserKey, BTreeSet<String>>,
}

impl<M: Row<Key = Seat>> Default for Roster<M> {
    fn default() -> Self {
        Self { rows: Table::default(), by_owner: HashMap::new(), by_user: HashMap::new() }
    }
}

impl<M: Row<Key = Seat>> Roster<M> {
    pub fn stored(&mut self) -> &mut dyn Stored {
        &mut self.rows
    }

    pub fn reindex(&mut self) {
        self.by_owner.clear();
        self.by_user.clear();
        for (seat, _) in self.rows.iter() {
            self.by_owner.entry(seat.owner.clone()).or_default().insert(seat.user);
            self.by_user.entry(seat.user).or_default().insert(seat.owner.clone());
        }
    }

    pub fn get(&self, owner: &str, user: UserKey) -> Option<&M> {
        self.rows.get(&Seat { owner: owner.to_owned(), user })
    }

    pub fn contains(&self, owner: &str, user: UserKey) -> bool {
        self.by_owner.get(owner).is_some_and(|users| users.contains(&user))
    }

    /// The people of an owner, oldest account first.
    pub fn of<'a>(&'a self, owner: &'a str) -> impl Iterator<Item = (UserKey, &'a M)> {
        let users = self.by_owner.get(owner).into_iter().flatten();
        users.filter_map(move |user| Some((*user, self.get(owner, *user)?)))
    }

    pub fn count(&self, owner: &str) -> usize {
        self.by_owner.get(owner).map_or(0, BTreeSet::len)
    }

    /// Where a person is in.
    pub fn owners(&self, user: UserKey) -> impl Iterator<Item = &str> {
        self.by_user.get(&user).into_iter().flatten().map(String::as_str)
    }

    /// Inserts or replaces.
    pub fn put(&mut self, owner: &str, user: UserKey, row: M) {
        self.by_owner.entry(owner.to_owned()).or_default().insert(user);
        self.by_user.entry(user).or_default().insert(owner.to_owned());
        self.rows.insert(Seat { owner: owner.to_owned(), user }, row);
    }

    pub fn remove(&mut self, owner: &str, user: UserKey) {
        if self.rows.remove(&Seat { owner: owner.to_owned(), user }).is_none() {
            return;
        }
        if let Some(users) = self.by_owner.get_mut(owner) {
            users.remove(&user);
            if users.is_empty() {
                self.by_owner.remove(owner);
            }
        }
        if let Some(owners) = self.by_user.get_mut(&user) {
            owners.remove(owner);
            if owners.is_empty() {
                self.by_user.remove(&user);
            }
        }
    }

    pub fn forget_user(&mut self, user: UserKey) {
        let owners: Vec<String> = self.owners(user).map(str::to_owned).collect();
        for owner in owners {
            self.remove(&owner, user);
        }
    }

    /// Rewrites the rows for which `change` gives a new one.
    pub fn rewrite(&mut self, change: impl Fn(&M) -> Option<M>) {
        let changed: Vec<(Seat, M)> =
            self.rows.iter().filter_map(|(seat, row)| Some((seat.clone(), change(row)?))).collect();
        for (seat, row) in changed {
            self.rows.insert(seat, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::contact::groups::GroupMember;

    #[test]
    fn a_seat_is_read_back_from_its_text() {
        for owner in ["g1", "og-0a", "a/b"] {
            let seat = Seat { owner: owner.to_owned(), user: 7 };
            assert_eq!(Seat::from_text(&seat.to_text()), Some(seat));
        }
        assert_eq!(Seat::from_text("g1"), None);
    }

    #[test]
    fn both_directions_of_the_index_follow_the_rows() {
        let row = || GroupMember { joined: 0 };
        let mut roster = Roster::default();
        for (owner, user) in [("g1", 1), ("g1", 2), ("g2", 1)] {
            roster.put(owner, user, row());
        }
        roster.remove("g1", 1);
        roster.remove("g1", 1);
        assert_eq!(roster.of("g1").map(|(user, _)| user).collect::<Vec<_>>(), [2]);
        assert_eq!(roster.owners(1).collect::<Vec<_>>(), ["g2"]);
        roster.forget_user(1);
        assert_eq!((roster.count("g2"), roster.owners(1).count()), (0, 0));
        roster.reindex();
        assert_eq!((roster.count("g1"), roster.owners(2).count()), (1, 1));
    }
}
