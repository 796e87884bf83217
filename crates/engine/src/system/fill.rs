//! Writes rows of virtual tables into a store in memory.

use quorate_cql::codec;

use crate::catalog::Snapshot;
use crate::error::Error;
use crate::keys::{self, Kind};
use crate::row::{self, Cell, Item, Liveness, Row, State};
use crate::store::{Batch, Space, Store};

/// Adds rows to the virtual tables of a catalogue.
pub(super) struct Filler<'s> {
    catalog: &'s Snapshot,
    batch: Batch<'s>,
}

impl<'s> Filler<'s> {
    /// Begins.
    pub(super) fn new(store: &'s Store, catalog: &'s Snapshot) -> Self {
        Self { catalog, batch: store.batch() }
    }

    /// Adds a row: names and serialised values of its columns, the key's in their order. Columns that are
    /// not named are null.
    pub(super) fn row(&mut self, keyspace: &str, table: &str, values: &[(&str, Option<Vec<u8>>)]) -> Result<(), Error> {
        let known = self.catalog.schema.keyspaces.get(keyspace).and_then(|keyspace| keyspace.tables.get(table));
        let known = known.ok_or_else(|| Error::corrupt(format!("virtual table {keyspace}.{table}")))?;
        let layout = self.catalog.layout(known)?;
        let value = |name: &str| {
            let found = values.iter().find(|value| value.0 == name);
            found.and_then(|value| value.1.as_deref())
        };
        let partition: Vec<&[u8]> =
            known.partition_key().iter().map(|column| value(&column.name).unwrap_or_default()).collect();
        let mut key = Vec::new();
        keys::push_partition(layout.number, &partition, &mut key);
        keys::push_kind(Kind::Row, &mut key);
        for (place, column) in known.clustering().iter().enumerate() {
            keys::push_clustering(&layout, place, value(&column.name).unwrap_or_default(), &mut key);
        }
        let cells = known.values().iter().filter_map(|column| {
            let value = value(&column.name)?;
            Some(Item::Cell(Cell { column: column.id, path: None, timestamp: 0, state: State::Live, value }))
        });
        let row = Row {
            marker: Some(Liveness { timestamp: 0, expiry: None }),
            deletion: None,
            originals: Vec::new(),
            items: cells.collect(),
        };
        let mut packed = Vec::new();
        row::write(&row, &mut packed);
        self.batch.put(Space::Rows, &key, &packed);
        Ok(())
    }

    /// Makes the rows visible.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.batch.commit()
    }
}

/// A set or list of texts that are in order.
pub(super) fn texts(texts: &[&str]) -> Vec<u8> {
    codec::encode_list(texts)
}
