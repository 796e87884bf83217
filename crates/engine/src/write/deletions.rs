//! Which tables ever had deletions, so that all others need not look for any.
//!
//! The sets are kept in memory and on disk; a table never leaves them.

use std::collections::HashSet;

use parking_lot::RwLock;

use crate::error::Error;
use crate::store::{Space, Store};

/// What was deleted. The value is the first byte of the keys in the `Meta` space; the table's
/// number follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Deleted {
    /// A partition or a range of rows.
    Many = b'd',
    /// A single row.
    Row = b'r',
}

/// The tables by what was deleted in them.
#[derive(Debug, Default)]
pub(crate) struct Deletions {
    tables: RwLock<HashSet<(Deleted, u32)>>,
}

impl Deletions {
    /// Reads the sets.
    pub(crate) fn load(store: &Store) -> Result<Self, Error> {
        let mut tables = HashSet::new();
        for deleted in [Deleted::Many, Deleted::Row] {
            let letter = deleted as u8;
            for pair in store.snapshot().range(Space::Meta, &[letter], Some(&[letter + 1]), false) {
                let (key, _) = pair?;
                let number = key.get(1..).and_then(|number| number.try_into().ok());
                let number = number.ok_or_else(|| Error::corrupt("the list of deletions"))?;
                tables.insert((deleted, u32::from_be_bytes(number)));
            }
        }
        Ok(Self { tables: RwLock::new(tables) })
    }

    /// Whether a table ever had such a deletion.
    pub(crate) fn contains(&self, deleted: Deleted, table: u32) -> bool {
        self.tables.read().contains(&(deleted, table))
    }

    /// Adds a table. The key is written before any batch may rely on it.
    pub(crate) fn add(&self, store: &Store, deleted: Deleted, table: u32) -> Result<(), Error> {
        if self.contains(deleted, table) {
            return Ok(());
        }
        let mut key = vec![deleted as u8];
        key.extend_from_slice(&table.to_be_bytes());
        let mut batch = store.batch();
        batch.put(Space::Meta, &key, &[]);
        batch.commit()?;
        self.tables.write().insert((deleted, table));
        Ok(())
    }
}
