//! The embedded store: redb, one table, keyed by collection and row.
//!
//! A single thread owns the database and commits in groups: all changes that wait are one transaction, synced
//! to disk before anyone is told. An acknowledged write therefore survives SIGKILL and power loss.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::oneshot;

use super::world::{Change, Millis, World};

const ROWS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("rows");
const META: TableDefinition<'_, &str, &str> = TableDefinition::new("meta");
const FORMAT: &str = "1";
const FILE: &str = "tenant.redb";

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot make the folder {}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("another larkctl is using {}", path.display())]
    InUse { path: PathBuf },
    #[error("cannot open {}", path.display())]
    Open { path: PathBuf, source: Box<redb::Error> },
    #[error("{} was written in format {found}; this larkctl reads format {FORMAT}", path.display())]
    Format { path: PathBuf, found: String },
    #[error("row {table}/{key} cannot be read: {reason}")]
    Row { table: String, key: String, reason: String },
    #[error("the store failed: {0}")]
    Write(String),
}

/// What waits to be written, and who waits for it.
#[derive(Debug)]
struct Batch {
    changes: Vec<Change>,
    meta: Vec<(String, String)>,
    done: oneshot::Sender<Result<(), String>>,
}

/// A handle to the committing thread. Dropping it waits until everything is written and the file is closed.
#[derive(Debug)]
pub struct Store {
    send: Option<mpsc::Sender<Batch>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.send = None;
        if let Some(thread) = self.thread.take() {
            // It has nobody to report a panic to any more.
            let _ = thread.join();
        }
    }
}

/// What was found in the folder.
#[derive(Debug, Default)]
pub struct Found {
    pub rows: usize,
    pub clock: Option<Millis>,
    /// The seed that filled the tenant, if any.
    pub seed: Option<String>,
}

impl Store {
    /// Opens the store in `dir`, loading its rows into `world` (which is left alone when there are none).
    ///
    /// # Errors
    /// When the folder cannot be made, is in use, or holds something else.
    pub fn open(dir: &Path, world: &mut World) -> Result<(Self, Found), StoreError> {
        std::fs::create_dir_all(dir).map_err(|source| StoreError::Folder { path: dir.to_owned(), source })?;
        let path = dir.join(FILE);
        let db = Database::create(&path).map_err(|e| match e {
            redb::DatabaseError::DatabaseAlreadyOpen => StoreError::InUse { path: path.clone() },
            e => StoreError::Open { path: path.clone(), source: Box::new(e.into()) },
        })?;
        let found = load(&db, world).map_err(|e| match e {
            Load::Format(found) => StoreError::Format { path: path.clone(), found },
            Load::Row(table, key, reason) => StoreError::Row { table, key, reason },
            Load::Db(e) => StoreError::Open { path: path.clone(), source: e },
        })?;
        let (send, receive) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sandbox-store".to_owned())
            .spawn(move || commit_loop(&db, &receive))
            .map_err(|source| StoreError::Folder { path: dir.to_owned(), source })?;
        Ok((Self { send: Some(send), thread: Some(thread) }, found))
    }

    /// Hands over changes; the receiver resolves once they are on disk.
    pub fn submit(
        &self,
        changes: Vec<Change>,
        meta: Vec<(String, String)>,
    ) -> oneshot::Receiver<Result<(), String>> {
        let (done, receive) = oneshot::channel();
        // If the thread is gone the sender is dropped, and the receiver says so.
        if let Some(send) = &self.send {
            let _ = send.send(Batch { changes, meta, done });
        }
        receive
    }
}

enum Load {
    Format(String),
    Row(String, String, String),
    Db(Box<redb::Error>),
}

impl<E: Into<redb::Error>> From<E> for Load {
    fn from(e: E) -> Self {
        Self::Db(Box::new(e.into()))
    }
}

fn load(db: &Database, world: &mut World) -> Result<Found, Load> {
    let txn = db.begin_write()?;
    {
        let mut meta = txn.open_table(META)?;
        let format = meta.get("format")?.map(|v| v.value().to_owned());
        match format {
            None => {
                meta.insert("format", FORMAT)?;
            }
            Some(found) if found != FORMAT => return Err(Load::Format(found)),
            Some(_) => {}
        }
        txn.open_table(ROWS)?;
    }
    txn.commit()?;
    let txn = db.begin_read()?;
    let meta = txn.open_table(META)?;
    let rows = txn.open_table(ROWS)?;
    let mut found = Found {
        rows: 0,
        clock: meta.get("clock")?.and_then(|v| v.value().parse().ok()),
        seed: meta.get("seed")?.map(|v| v.value().to_owned()),
    };
    for mut table in world.tables().into_iter() {
        let name = table.name();
        for row in rows.range((name, "")..)? {
            let (key, value) = row?;
            let (collection, key) = key.value();
            if collection != name {
                break;
            }
            restore(&mut table, key, value.value())?;
            found.rows += 1;
        }
    }
    if found.rows > 0 {
        world.reindex();
    }
    Ok(found)
}

fn restore(table: &mut &mut dyn super::world::Stored, key: &str, bytes: &[u8]) -> Result<(), Load> {
    table.restore(key, bytes).map_err(|reason| Load::Row(table.name().to_owned(), key.to_owned(), reason))
}

fn commit_loop(db: &Database, receive: &mpsc::Receiver<Batch>) {
    while let Ok(first) = receive.recv() {
        let mut group = vec![first];
        group.extend(receive.try_iter());
        let result = commit(db, &group).map_err(|e| e.to_string());
        for batch in group {
            let _ = batch.done.send(result.clone());
        }
    }
}

fn commit(db: &Database, group: &[Batch]) -> Result<(), redb::Error> {
    let txn = db.begin_write()?;
    {
        let mut rows = txn.open_table(ROWS)?;
        let mut meta = txn.open_table(META)?;
        for batch in group {
            for (table, key, bytes) in &batch.changes {
                match bytes {
                    Some(bytes) => rows.insert((*table, key.as_str()), bytes.as_slice())?,
                    None => rows.remove((*table, key.as_str()))?,
                };
            }
            for (key, value) in &batch.meta {
                meta.insert(key.as_str(), value.as_str())?;
            }
        }
    }
    txn.commit()?;
    Ok(())
}
