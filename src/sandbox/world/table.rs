//! Rows in memory that remember what changed, so that no change can miss the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A row type of the simulated tenant.
pub trait Row: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    type Key: RowKey;
    /// Name of the collection in the store; never reuse one for another shape.
    const TABLE: &'static str;
}

/// A key with one text form.
pub trait RowKey: Debug + Clone + Ord + Send + Sync + 'static {
    fn to_text(&self) -> String;
    fn from_text(text: &str) -> Option<Self>;
}

impl RowKey for String {
    fn to_text(&self) -> String {
        self.clone()
    }
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl RowKey for u64 {
    fn to_text(&self) -> String {
        format!("{self:020}")
    }
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// One change for the store: the bytes of the row, or nothing when it is gone.
pub type Change = (&'static str, String, Option<Vec<u8>>);

/// An ordered collection whose mutations are recorded.
#[derive(Debug)]
pub struct Table<R: Row> {
    rows: BTreeMap<R::Key, R>,
    dirty: BTreeSet<R::Key>,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), dirty: BTreeSet::new() }
    }
}

impl<R: Row> Table<R> {
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.rows.get(key)
    }

    /// Access for change; the row counts as changed from here on.
    pub fn get_mut(&mut self, key: &R::Key) -> Option<&mut R> {
        let row = self.rows.get_mut(key)?;
        self.dirty.insert(key.clone());
        Some(row)
    }

    pub fn contains(&self, key: &R::Key) -> bool {
        self.rows.contains_key(key)
    }

    pub fn insert(&mut self, key: R::Key, row: R) {
        self.dirty.insert(key.clone());
        self.rows.insert(key, row);
    }

    pub fn remove(&mut self, key: &R::Key) -> Option<R> {
        let row = self.rows.remove(key)?;
        self.dirty.insert(key.clone());
        Some(row)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&R::Key, &R)> {
        self.rows.iter()
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &R> {
        self.rows.values()
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What the store needs of a table, whatever its rows are.
pub trait Stored {
    fn name(&self) -> &'static str;
    /// Takes the changes since the last call.
    fn drain(&mut self) -> Vec<Change>;
    /// Puts a stored row back, without marking it changed.
    ///
    /// # Errors
    /// When the bytes are not a row of this table.
    fn restore(&mut self, key: &str, bytes: &[u8]) -> Result<(), String>;
    /// All rows by their keys, as JSON.
    fn dump(&self) -> Value;
}

impl<R: Row> Stored for Table<R> {
    fn name(&self) -> &'static str {
        R::TABLE
    }

    fn drain(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|key| {
                let bytes = self.rows.get(&key).map(|row| {
                    // A row is plain data with text keys: it always serialises.
                    serde_json::to_vec(row).unwrap_or_default()
                });
                (R::TABLE, key.to_text(), bytes)
            })
            .collect()
    }

    fn restore(&mut self, key: &str, bytes: &[u8]) -> Result<(), String> {
        let key = R::Key::from_text(key).ok_or_else(|| format!("bad key {key:?}"))?;
        let row = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
        self.rows.insert(key, row);
        Ok(())
    }

    fn dump(&self) -> Value {
        let rows =
            self.rows.iter().map(|(k, row)| (k.to_text(), serde_json::to_value(row).unwrap_or_default()));
        Value::Object(rows.collect())
    }
}
