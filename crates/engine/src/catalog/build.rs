//! Fills a new index from the rows that are there.

use quorate_cql::schema::Index;

use super::change::table_prefix;
use crate::error::Error;
use crate::keys::{Kind, RowKey, successor};
use crate::layout::TableLayout;
use crate::row::RowView;
use crate::store::{Space, Store};
use crate::write::index::entries;

/// Entries of one batch; bounds memory.
const ENTRIES_A_BATCH: usize = 4096;

/// Writes the entries of every row of a table. Nobody may write to the table meanwhile.
pub(super) fn build(store: &Store, layout: &TableLayout, index: &Index) -> Result<(), Error> {
    let (space, prefix) = table_prefix(&layout.table);
    let mut end = prefix.clone();
    let end = successor(&mut end).then_some(end);
    let mut pending = Vec::new();
    for pair in store.snapshot().range(space, &prefix, end.as_deref(), false) {
        let (key, row) = pair?;
        if RowKey::parse(&key, layout.table.partition_key_len)?.kind == Kind::Tombstones {
            continue;
        }
        entries(layout, index, &key, &RowView::read(&row)?, &mut pending)?;
        if pending.len() >= ENTRIES_A_BATCH {
            write(store, &mut pending)?;
        }
    }
    write(store, &mut pending)
}

fn write(store: &Store, entries: &mut Vec<Vec<u8>>) -> Result<(), Error> {
    entries.sort_unstable();
    entries.dedup();
    let mut batch = store.batch();
    for entry in entries.drain(..) {
        batch.put(Space::Index, &entry, &[]);
    }
    batch.commit()
}
