//! Entries of secondary indexes: which keys of the `Index` space a stored row has.
//!
//! Entries change in the batch that changes the row, so an index never disagrees with the rows.
//! What expires keeps its entries until the row is next written: whoever reads through an index
//! checks the row.

use quorate_cql::schema::{ColumnKind, Index, IndexTarget};
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::keys::{self, Kind, RowKey};
use crate::layout::TableLayout;
use crate::row::{Cell, Item, RowView, State};
use crate::store::{Batch, Space};

/// Bytes of a row's key that its entries do not repeat.
const TABLE_NUMBER: usize = 4;

/// Changes the entries of a row from what it was to what it becomes.
pub(crate) fn update(
    layout: &TableLayout,
    key: &[u8],
    before: Option<&RowView<'_>>,
    after: Option<&RowView<'_>>,
    batch: &mut Batch<'_>,
) -> Result<(), Error> {
    if layout.table.indexes.is_empty() {
        return Ok(());
    }
    let old = all_entries(layout, key, before)?;
    let new = all_entries(layout, key, after)?;
    for entry in &old {
        if new.binary_search(entry).is_err() {
            batch.remove(Space::Index, entry);
        }
    }
    for entry in &new {
        if old.binary_search(entry).is_err() {
            batch.put(Space::Index, entry, &[]);
        }
    }
    Ok(())
}

/// Appends the keys of one index's entries for a row.
pub(crate) fn entries(
    layout: &TableLayout,
    index: &Index,
    key: &[u8],
    row: &RowView<'_>,
    out: &mut Vec<Vec<u8>>,
) -> Result<(), Error> {
    let Some(position) = layout.table.position(&index.column) else { return Ok(()) };
    let parsed = RowKey::parse(key, layout.table.partition_key_len)?;
    let column = &layout.table.columns[position];
    let mut push = |value: &[u8]| out.push(entry(index, value, key));
    match column.kind {
        ColumnKind::PartitionKey => {
            if parsed.kind == Kind::Row && holds_anything(row)? {
                parsed.partition_components().nth(position).into_iter().for_each(push);
            }
        }
        ColumnKind::Clustering { .. } => {
            if parsed.kind == Kind::Row && holds_anything(row)? {
                push(&layout.clustering(position - layout.table.partition_key_len, &parsed, row)?);
            }
        }
        ColumnKind::Static | ColumnKind::Regular => {
            let wanted = if column.kind == ColumnKind::Static { Kind::Static } else { Kind::Row };
            if parsed.kind != wanted {
                return Ok(());
            }
            for item in row.items() {
                match item? {
                    Item::Cell(cell) if cell.column == column.id && !is_tombstone(&cell) => {
                        push_indexed(index.target, &column.ty, &cell, &mut push);
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn all_entries(layout: &TableLayout, key: &[u8], row: Option<&RowView<'_>>) -> Result<Vec<Vec<u8>>, Error> {
    let mut all = Vec::new();
    if let Some(row) = row {
        for index in layout.table.indexes.values() {
            entries(layout, index, key, row, &mut all)?;
        }
        all.sort_unstable();
        all.dedup();
    }
    Ok(all)
}

fn entry(index: &Index, value: &[u8], key: &[u8]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(8 + value.len() + key.len());
    keys::push_index_value(&index.id, value, &mut entry);
    entry.extend_from_slice(&key[TABLE_NUMBER..]);
    entry
}

fn push_indexed(target: IndexTarget, ty: &CqlType, cell: &Cell<'_>, push: &mut impl FnMut(&[u8])) {
    let path = cell.path.unwrap_or_default();
    // The elements of a set are its cells' paths.
    let is_set = matches!(ty, CqlType::Set { .. });
    match target {
        IndexTarget::Keys => push(path),
        IndexTarget::Values if is_set => push(path),
        IndexTarget::Value | IndexTarget::Full | IndexTarget::Values => push(cell.value),
        IndexTarget::Entries => push(&quorate_cql::codec::encode_tuple(&[Some(path), Some(cell.value)])),
    }
}

fn is_tombstone(cell: &Cell<'_>) -> bool {
    matches!(cell.state, State::Tombstone { .. })
}

fn holds_anything(row: &RowView<'_>) -> Result<bool, Error> {
    if row.marker.is_some() {
        return Ok(true);
    }
    for item in row.items() {
        if matches!(item?, Item::Cell(cell) if !is_tombstone(&cell)) {
            return Ok(true);
        }
    }
    Ok(false)
}
