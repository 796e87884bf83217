//! What the hot paths need to know of a table, computed once per version of its schema.
//!
//! Rows on disk name a table by a short store-local number and columns by their ids; this maps
//! both to the schema. It holds no state of its own: the catalogue makes one for each table and
//! replaces it when the table changes.

use std::cmp::Ordering;
use std::sync::Arc;

use quorate_cql::order;
use quorate_cql::schema::{ColumnKind, Table};
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::keys::{RowKey, decode_clustering};
use crate::row::RowView;
use crate::row::value::push_value;

/// A table as the store sees it.
#[derive(Debug)]
pub(crate) struct TableLayout {
    /// The number under which the store keeps the table's rows. Never used again for another table.
    pub(crate) number: u32,
    /// Its schema.
    pub(crate) table: Arc<Table>,
    /// Pairs of column id and position in `table.columns`, by id; static and regular columns only.
    by_id: Vec<(u32, usize)>,
    /// Whether some clustering component's ordered form does not give back the bytes that were bound.
    pub(crate) lossy_clustering: bool,
    /// Whether the table counts.
    pub(crate) counter: bool,
    /// Number of cells of a row that is written whole; `None` where what is stored matters even
    /// then: to counters, indexes, multi-cell columns, and keys that are kept as they were first bound.
    pub(crate) whole_row: Option<usize>,
}

impl TableLayout {
    /// Prepares a table for the store.
    pub(crate) fn new(number: u32, table: Arc<Table>) -> Self {
        let first_value = table.partition_key_len + table.clustering_len;
        let mut by_id: Vec<(u32, usize)> = table
            .columns
            .iter()
            .enumerate()
            .skip(first_value)
            .map(|(position, column)| (column.id, position))
            .collect();
        by_id.sort_unstable();
        let lossy_clustering = table.clustering().iter().any(|column| !order::is_lossless(&column.ty));
        let counter = table.is_counter();
        let regulars = || table.columns.iter().filter(|column| column.kind == ColumnKind::Regular);
        let matters = counter
            || lossy_clustering
            || !table.indexes.is_empty()
            || regulars().any(|column| column.ty.is_multi_cell());
        let whole_row = (!matters).then(|| regulars().count());
        Self { number, table, by_id, lossy_clustering, counter, whole_row }
    }

    /// Position in `table.columns` of a stored column; `None` for one that was dropped.
    pub(crate) fn position(&self, id: u32) -> Option<usize> {
        self.by_id.binary_search_by_key(&id, |entry| entry.0).ok().map(|found| self.by_id[found].1)
    }

    /// Whether the clustering column at this place (0 = first) is `DESC`.
    pub(crate) fn is_descending(&self, clustering: usize) -> bool {
        matches!(self.table.clustering()[clustering].kind, ColumnKind::Clustering { descending: true })
    }

    /// The serialised value of a static or regular column in a row, `None` where it has none now.
    pub(crate) fn value(&self, position: usize, row: &RowView<'_>, now: u32) -> Result<Option<Vec<u8>>, Error> {
        let column = &self.table.columns[position];
        let mut cells = Vec::new();
        for cell in row.live_cells(now) {
            let cell = cell?;
            if cell.column == column.id {
                cells.push(cell);
            }
        }
        if cells.is_empty() {
            return Ok(None);
        }
        let mut value = Vec::new();
        push_value(&column.ty, &cells, &mut value);
        Ok(Some(value))
    }

    /// A clustering component as it was bound; `place` counts clustering columns from 0.
    pub(crate) fn clustering(&self, place: usize, key: &RowKey<'_>, row: &RowView<'_>) -> Result<Vec<u8>, Error> {
        let original = row.originals()?.into_iter().find(|(original, _)| usize::from(*original) == place);
        if let Some((_, bytes)) = original {
            return Ok(bytes.to_vec());
        }
        let mut encoded = key.clustering();
        let mut value = Vec::new();
        for (place, column) in self.table.clustering().iter().enumerate().take(place + 1) {
            value = decode_clustering(column, self.is_descending(place), &mut encoded)?;
        }
        Ok(value)
    }

    /// Order of two cell paths of a multi-cell column, as `db/marshal/CollectionType.java` has it:
    /// set elements and map keys by their type, list cells by time, UDT fields by position.
    /// Cells of a dropped column are ordered by bytes: nobody reads them.
    pub(crate) fn compare_paths(&self, id: u32, left: &[u8], right: &[u8]) -> Ordering {
        match self.position(id).map(|position| &self.table.columns[position].ty) {
            Some(CqlType::List { .. }) => order::compare(&CqlType::Timeuuid, left, right),
            Some(CqlType::Set { element, .. }) => order::compare(element, left, right),
            Some(CqlType::Map { key, .. }) => order::compare(key, left, right),
            _ => left.cmp(right),
        }
    }
}
