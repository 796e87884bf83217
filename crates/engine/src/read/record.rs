//! A row as expressions see it: the value of each column that is needed, null where there is none.
//!
//! Values are borrowed from the store's bytes; only multi-cell columns and decoded clustering
//! components are built. Cells of dropped columns are passed over, and so is what has expired.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::schema::ColumnKind;
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::keys::{self, RowKey};
use crate::layout::TableLayout;
use crate::row::{Cell, Expiry, Item, RowView, State};

/// Which columns a statement needs, by position in `table.columns`.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Whose values.
    pub(crate) values: Vec<bool>,
    /// Whose timestamps and TTLs; empty when none.
    pub(crate) times: Vec<bool>,
    /// Number of clustering columns to decode: up to the last that is needed.
    pub(crate) clustering: usize,
    /// Whether any static column is needed.
    pub(crate) statics: bool,
}

/// When a cell was written and when it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    /// Microseconds since 1970.
    pub(crate) timestamp: i64,
    /// Its expiry.
    pub(crate) expiry: Option<Expiry>,
}

/// A row: values and, where asked for, write times by column position.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record<'a> {
    /// Serialised values.
    pub(crate) values: Vec<Option<Cow<'a, [u8]>>>,
    /// Per column one entry per cell (a UDT: per field); empty when no times are needed.
    pub(crate) times: Vec<Vec<Option<Written>>>,
}

impl Needs {
    /// Marks a column's value as needed.
    pub(crate) fn value(&mut self, layout: &TableLayout, column: usize) {
        let table = &layout.table;
        self.values.resize(table.columns.len(), false);
        self.values[column] = true;
        if let Some(place) = column.checked_sub(table.partition_key_len)
            && place < table.clustering_len
        {
            self.clustering = self.clustering.max(place + 1);
        }
        self.statics |= table.columns[column].kind == ColumnKind::Static;
    }

    /// Marks a column's write time or TTL as needed.
    pub(crate) fn time(&mut self, layout: &TableLayout, column: usize) {
        self.value(layout, column);
        self.times.resize(layout.table.columns.len(), false);
        self.times[column] = true;
    }
}

impl<'a> Record<'a> {
    /// A row of nulls.
    pub(crate) fn new(needs: &Needs, columns: usize) -> Self {
        let times = if needs.times.is_empty() { Vec::new() } else { vec![Vec::new(); columns] };
        Self { values: vec![None; columns], times }
    }

    /// Fills in the key columns. `originals` are the clustering components as they were bound, where
    /// the key's form loses information.
    pub(crate) fn fill_key(
        &mut self,
        layout: &TableLayout,
        needs: &Needs,
        key: &RowKey<'a>,
        row: Option<&RowView<'a>>,
    ) -> Result<(), Error> {
        let table = &layout.table;
        for (position, component) in key.partition_components().enumerate() {
            self.values[position] = Some(Cow::Borrowed(component));
        }
        let Some(row) = row else { return Ok(()) };
        let mut encoded = key.clustering();
        for (place, column) in table.clustering().iter().enumerate().take(needs.clustering) {
            let value = keys::decode_clustering(column, layout.is_descending(place), &mut encoded)?;
            self.values[table.partition_key_len + place] = Some(Cow::Owned(value));
        }
        if layout.lossy_clustering {
            for (place, original) in row.originals()? {
                let position = table.partition_key_len + usize::from(place);
                if self.values.get(position).is_some_and(Option::is_some) {
                    self.values[position] = Some(Cow::Borrowed(original));
                }
            }
        }
        Ok(())
    }

    /// Fills in the columns of a row or static row; answers whether any cell of a column that is
    /// still there is live.
    pub(crate) fn fill_cells(
        &mut self,
        layout: &TableLayout,
        needs: &Needs,
        row: &RowView<'a>,
        now: u32,
    ) -> Result<bool, Error> {
        let mut live = false;
        let mut cells: Vec<Cell<'a>> = Vec::new();
        for item in row.items() {
            let Item::Cell(cell) = item? else { continue };
            if !cell.is_live(now) {
                continue;
            }
            let Some(position) = layout.position(cell.column) else { continue };
            live = true;
            if !needs.values.get(position).copied().unwrap_or(false) {
                continue;
            }
            if cell.path.is_none() {
                self.values[position] = Some(Cow::Borrowed(cell.value));
                self.note_time(needs, position, &cell);
                continue;
            }
            if cells.last().is_some_and(|last| last.column != cell.column) {
                self.close_cells(layout, needs, &mut cells);
            }
            cells.push(cell);
        }
        self.close_cells(layout, needs, &mut cells);
        Ok(live)
    }

    /// A copy that no longer borrows from the store.
    pub(crate) fn to_owned(&self) -> Record<'static> {
        let values = self.values.iter().map(|value| value.as_ref().map(|value| Cow::Owned(value.to_vec()))).collect();
        Record { values, times: self.times.clone() }
    }

    /// Builds the value of a multi-cell column of its cells, which come in order.
    fn close_cells(&mut self, layout: &TableLayout, needs: &Needs, cells: &mut Vec<Cell<'a>>) {
        let Some(position) = cells.first().and_then(|cell| layout.position(cell.column)) else { return };
        let ty = &layout.table.columns[position].ty;
        let value = match ty {
            CqlType::Set { .. } => codec::encode_list(&paths(cells)),
            CqlType::Map { .. } => encode_entries(cells),
            CqlType::Udt { definition, .. } => {
                let mut fields: Vec<Option<&[u8]>> = vec![None; definition.fields.len()];
                for cell in cells.iter() {
                    if let Some(field) = field_number(cell).and_then(|number| fields.get_mut(number)) {
                        *field = Some(cell.value);
                    }
                }
                codec::encode_tuple(&fields)
            }
            _ => codec::encode_list(&cells.iter().map(|cell| cell.value).collect::<Vec<_>>()),
        };
        self.values[position] = Some(Cow::Owned(value));
        for cell in cells.iter() {
            self.note_cell_time(needs, position, ty, cell);
        }
        cells.clear();
    }

    fn note_time(&mut self, needs: &Needs, position: usize, cell: &Cell<'_>) {
        if needs.times.get(position).copied().unwrap_or(false) {
            self.times[position].push(Some(written(cell)));
        }
    }

    /// As `note_time`; a UDT has an entry for each field, in their order, so that missing ones are null.
    fn note_cell_time(&mut self, needs: &Needs, position: usize, ty: &CqlType, cell: &Cell<'_>) {
        match (ty, field_number(cell)) {
            (CqlType::Udt { definition, .. }, Some(number)) if needs.times.get(position).copied().unwrap_or(false) => {
                let times = &mut self.times[position];
                times.resize(definition.fields.len(), None);
                if let Some(time) = times.get_mut(number) {
                    *time = Some(written(cell));
                }
            }
            _ => self.note_time(needs, position, cell),
        }
    }
}

fn written(cell: &Cell<'_>) -> Written {
    let expiry = match cell.state {
        State::Expiring(expiry) => Some(expiry),
        State::Live | State::Tombstone { .. } => None,
    };
    Written { timestamp: cell.timestamp, expiry }
}

fn paths<'a>(cells: &[Cell<'a>]) -> Vec<&'a [u8]> {
    cells.iter().map(|cell| cell.path.unwrap_or_default()).collect()
}

/// A map of cells that are already in key order.
fn encode_entries(cells: &[Cell<'_>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = cells.iter().flat_map(|cell| [cell.path.unwrap_or_default(), cell.value]).collect();
    let mut encoded = codec::encode_list(&parts);
    let count = u32::try_from(cells.len()).unwrap_or(u32::MAX);
    encoded[..4].copy_from_slice(&count.to_be_bytes());
    encoded
}

fn field_number(cell: &Cell<'_>) -> Option<usize> {
    let number = cell.path?.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*number)))
}
