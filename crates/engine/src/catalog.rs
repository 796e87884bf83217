//! The schema at rest and in use: loaded when the store opens, swapped as a whole when it changes.
//!
//! Every object is one row of the store's `Meta` space, written in the same batch as everything
//! else a change does, so a crash leaves the old schema or the new one. Statements hold a shared
//! lock on the snapshot while they run; a change waits for them, so that no write can miss a new
//! index and no read can see half a table. Virtual keyspaces are part of every snapshot and are
//! never stored.
//!
//! ```text
//! k name                 keyspace
//! y keyspace 0 name      user-defined type
//! t keyspace 0 name      table, its indexes included
//! v                      schema version (16), next number (4)
//! g space prefix         keys of dropped tables and indexes that are still to be erased
//! ```

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use quorate_cql::plan::SchemaChange;
use quorate_cql::schema::{Keyspace, Schema, Table};
use quorate_cql::types::UserType;
use uuid::Uuid;

use crate::answer::SchemaChanged;
use crate::clock::Clock;
use crate::error::Error;
use crate::keys::successor;
use crate::layout::TableLayout;
use crate::store::{Batch, Space, Store};
use crate::system;

mod build;
mod change;
mod encoding;

use change::{Outcome, Record};

/// The number of the first table; lower ones are for virtual tables.
const FIRST_NUMBER: u32 = 1024;

/// The schema at one moment, with what execution needs of it.
pub(crate) struct Snapshot {
    /// Counts the changes since the store was opened.
    pub(crate) epoch: u64,
    /// The schema, virtual keyspaces included.
    pub(crate) schema: Arc<Schema>,
    layouts: HashMap<Uuid, Arc<TableLayout>>,
    next_number: u32,
    /// By the address that the node is known by.
    virtual_rows: Mutex<HashMap<SocketAddr, Arc<Store>>>,
}

/// The schema in use.
pub(crate) struct Catalog {
    current: RwLock<Snapshot>,
}

/// The number under which the store keeps a table's rows: the head of its id, which the catalogue chose.
pub(crate) fn number_of(id: &Uuid) -> u32 {
    let [a, b, c, d, ..] = *id.as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

impl Snapshot {
    /// A table as the store sees it.
    pub(crate) fn layout(&self, table: &Table) -> Result<Arc<TableLayout>, Error> {
        let layout = self.layouts.get(&table.id).cloned();
        layout.ok_or_else(|| Error::corrupt(format!("table {}.{} is in no catalogue", table.keyspace, table.name)))
    }

    /// The rows of virtual tables, made on the first use at this version.
    pub(crate) fn virtual_rows(&self, node: Option<SocketAddr>) -> Result<Arc<Store>, Error> {
        let node = node.unwrap_or(system::NODE);
        let mut made = self.virtual_rows.lock();
        if let Some(rows) = made.get(&node) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(system::rows(self, node)?);
        made.insert(node, Arc::clone(&rows));
        Ok(rows)
    }

    fn new(epoch: u64, schema: Schema, next_number: u32) -> Self {
        let tables = schema.keyspaces.values().flat_map(|keyspace| keyspace.tables.values());
        let layouts = tables
            .map(|table| (table.id, Arc::new(TableLayout::new(number_of(&table.id), Arc::clone(table)))))
            .collect();
        Self { epoch, schema: Arc::new(schema), layouts, next_number, virtual_rows: Mutex::default() }
    }
}

impl Catalog {
    /// Loads the schema, and erases what dropped tables left behind.
    pub(crate) fn load(store: &Store) -> Result<Self, Error> {
        sweep(store)?;
        let (version, next_number) = match store.get(Space::Meta, b"v")? {
            Some(bytes) => split_version(&bytes)?,
            None => (Uuid::nil(), FIRST_NUMBER),
        };
        let mut keyspaces = read_keyspaces(store)?;
        for keyspace in keyspaces.values_mut() {
            keyspace.types = read_types(store, &keyspace.name)?;
            keyspace.tables = read_tables(store, &keyspace.name, &keyspace.types)?;
        }
        let mut schema = Schema { keyspaces: system::keyspaces(), version };
        schema.keyspaces.extend(keyspaces.into_iter().map(|(name, keyspace)| (name, Arc::new(keyspace))));
        Ok(Self { current: RwLock::new(Snapshot::new(0, schema, next_number)) })
    }

    /// The schema, held as it is for as long as the guard lives.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Snapshot> {
        self.current.read()
    }

    /// Changes the schema: `plan` makes the change from the schema as it is once everybody else is
    /// out. New indexes are filled from the rows that are there. `None` when nothing was to do.
    pub(crate) fn change(
        &self,
        store: &Store,
        clock: &dyn Clock,
        plan: impl FnOnce(&Snapshot) -> Result<SchemaChange, Error>,
    ) -> Result<Option<SchemaChanged>, Error> {
        let mut current = self.current.write();
        let change = plan(&current)?;
        let Some(outcome) = change::apply(&current.schema, &change, current.next_number, clock) else {
            return Ok(None);
        };
        // Entries of an index that no schema names yet are out of everybody's reach, and erased when this fails.
        for (table, index) in &outcome.built {
            let layout = TableLayout::new(number_of(&table.id), Arc::clone(table));
            if let Err(error) = build::build(store, &layout, index) {
                let (space, prefix) = change::index_prefix(index);
                store.erase(space, &prefix)?;
                return Err(error);
            }
        }
        record(store, &outcome)?;
        let garbage = !outcome.garbage.is_empty();
        *current = Snapshot::new(current.epoch + 1, outcome.schema, outcome.next_number);
        drop(current);
        if garbage {
            sweep(store)?;
        }
        Ok(Some(outcome.announcement))
    }

    /// Removes a table's rows and index entries while nobody else is in.
    pub(crate) fn truncate(&self, store: &Store, table: &Table) -> Result<(), Error> {
        let _alone = self.current.write();
        let indexes = table.indexes.values().map(change::index_prefix);
        for (space, prefix) in indexes.chain([change::table_prefix(table)]) {
            store.erase(space, &prefix)?;
        }
        Ok(())
    }
}

/// Writes what a change made of the schema, as one batch.
fn record(store: &Store, outcome: &Outcome) -> Result<(), Error> {
    let mut batch = store.batch();
    for change in &outcome.records {
        record_object(&mut batch, change);
    }
    for (space, prefix) in &outcome.garbage {
        batch.put(Space::Meta, &garbage_key(*space, prefix), &[]);
    }
    let mut version = outcome.schema.version.as_bytes().to_vec();
    version.extend_from_slice(&outcome.next_number.to_be_bytes());
    batch.put(Space::Meta, b"v", &version);
    batch.commit()
}

fn record_object(batch: &mut Batch<'_>, change: &Record) {
    match change {
        Record::Keyspace(keyspace) => {
            batch.put(Space::Meta, &object_key(b'k', &keyspace.name, ""), &encoding::encode_keyspace(keyspace));
        }
        Record::Table(table) => {
            batch.put(Space::Meta, &object_key(b't', &table.keyspace, &table.name), &encoding::encode_table(table));
        }
        Record::Type(definition) => {
            let key = object_key(b'y', &definition.keyspace, &definition.name);
            batch.put(Space::Meta, &key, &encoding::encode_user_type(definition));
        }
        Record::NoKeyspace(name) => batch.remove(Space::Meta, &object_key(b'k', name, "")),
        Record::NoTable(keyspace, name) => batch.remove(Space::Meta, &object_key(b't', keyspace, name)),
        Record::NoType(keyspace, name) => batch.remove(Space::Meta, &object_key(b'y', keyspace, name)),
    }
}

/// Erases keys of dropped tables and indexes, then forgets that they were to be erased.
fn sweep(store: &Store) -> Result<(), Error> {
    for (key, _) in scan(store, b"g")? {
        let (space, prefix) = match key.split_first() {
            Some((b'r', prefix)) => (Space::Rows, prefix),
            Some((b'i', prefix)) => (Space::Index, prefix),
            _ => return Err(Error::corrupt("the catalogue's list of dropped tables")),
        };
        store.erase(space, prefix)?;
        let mut batch = store.batch();
        batch.remove(Space::Meta, &garbage_key(space, prefix));
        batch.commit()?;
    }
    Ok(())
}

fn garbage_key(space: Space, prefix: &[u8]) -> Vec<u8> {
    let space = if space == Space::Index { b'i' } else { b'r' };
    [b"g", std::slice::from_ref(&space), prefix].concat()
}

fn object_key(kind: u8, keyspace: &str, name: &str) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(keyspace.as_bytes());
    if kind != b'k' {
        key.push(0);
        key.extend_from_slice(name.as_bytes());
    }
    key
}

/// The rest of a key, and its value.
type Pair = (Vec<u8>, Vec<u8>);

/// Keys that begin with `prefix`, without it, and their values.
fn scan(store: &Store, prefix: &[u8]) -> Result<Vec<Pair>, Error> {
    let mut end = prefix.to_vec();
    let end = successor(&mut end).then_some(end);
    let pairs = store.snapshot().range(Space::Meta, prefix, end.as_deref(), false);
    pairs.map(|pair| pair.map(|(key, value)| (key[prefix.len()..].to_vec(), value.to_vec()))).collect()
}

/// As `scan`, with the rest of each key as a name.
fn scan_named(store: &Store, prefix: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let pairs = scan(store, prefix)?.into_iter();
    pairs
        .map(|(name, value)| match String::from_utf8(name) {
            Ok(name) => Ok((name, value)),
            Err(_) => Err(Error::corrupt("a name in the catalogue")),
        })
        .collect()
}

fn read_keyspaces(store: &Store) -> Result<BTreeMap<String, Keyspace>, Error> {
    let pairs = scan_named(store, b"k")?.into_iter();
    pairs.map(|(name, bytes)| encoding::decode_keyspace(&name, &bytes).map(|keyspace| (name, keyspace))).collect()
}

/// Types refer to each other by name: reads those whose parts are known until none is left.
fn read_types(store: &Store, keyspace: &str) -> Result<BTreeMap<String, Arc<UserType>>, Error> {
    let mut pending = scan_named(store, &object_key(b'y', keyspace, ""))?;
    let mut types = BTreeMap::new();
    while !pending.is_empty() {
        let before = pending.len();
        let mut later = Vec::new();
        for (name, bytes) in pending {
            match encoding::decode_user_type(keyspace, &name, &bytes, &types)? {
                Some(definition) => {
                    types.insert(name, Arc::new(definition));
                }
                None => later.push((name, bytes)),
            }
        }
        if later.len() == before {
            return Err(Error::corrupt(format!("the types of keyspace {keyspace}")));
        }
        pending = later;
    }
    Ok(types)
}

fn read_tables(
    store: &Store,
    keyspace: &str,
    types: &BTreeMap<String, Arc<UserType>>,
) -> Result<BTreeMap<String, Arc<Table>>, Error> {
    let pairs = scan_named(store, &object_key(b't', keyspace, ""))?.into_iter();
    pairs
        .map(|(name, bytes)| {
            let table = encoding::decode_table(keyspace, &name, &bytes, types)?;
            Ok((name, Arc::new(table)))
        })
        .collect()
}

fn split_version(bytes: &[u8]) -> Result<(Uuid, u32), Error> {
    let damaged = || Error::corrupt("the catalogue's version");
    let (version, number) = bytes.split_first_chunk::<16>().ok_or_else(damaged)?;
    let number = number.first_chunk::<4>().ok_or_else(damaged)?;
    Ok((Uuid::from_bytes(*version), u32::from_be_bytes(*number)))
}

#[cfg(test)]
mod tests;
