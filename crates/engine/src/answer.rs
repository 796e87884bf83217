//! What a statement answers.

use std::sync::Arc;

use bytes::Bytes;
use quorate_cql::plan::ColumnSpec;

/// The answer to a statement.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Done; there is nothing to tell.
    Done,
    /// Rows, also the outcome of a conditional statement.
    Rows(Rows),
    /// The schema changed.
    SchemaChanged(SchemaChanged),
    /// `USE`: the keyspace to qualify later statements with. The engine keeps no session state.
    Keyspace(String),
}

/// Rows of an answer, in the layout of the native protocol.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What the cells of each row are.
    pub columns: Arc<[ColumnSpec]>,
    /// For each row and each column a big-endian 4-byte length (−1 is null) and that many bytes.
    pub cells: Bytes,
    /// Number of rows in `cells`.
    pub row_count: usize,
    /// Where the next page begins; `None` when this was the last. Opaque, and bound to the statement.
    pub paging_state: Option<Vec<u8>>,
}

/// A change of the schema, as the native protocol announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChanged {
    /// `CREATED`, `UPDATED` or `DROPPED`.
    pub change: &'static str,
    /// What changed.
    pub target: SchemaTarget,
    /// Its keyspace.
    pub keyspace: String,
    /// Its name; empty for a keyspace.
    pub name: String,
}

/// What a change of the schema is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaTarget {
    /// A keyspace.
    Keyspace,
    /// A table, or an index of it.
    Table,
    /// A user-defined type.
    Type,
}

impl Rows {
    /// The rows as lists of cells, `None` for null. For tests and tools; a hot path reads `cells`.
    pub fn iter(&self) -> impl Iterator<Item = Vec<Option<&[u8]>>> {
        let mut rest: &[u8] = &self.cells;
        let width = self.columns.len();
        (0..self.row_count).map(move |_| (0..width).map(|_| split_cell(&mut rest)).collect())
    }
}

/// Takes one cell off the front. The engine wrote the buffer, so a short one reads as null.
fn split_cell<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    let length = usize::try_from(i32::from_be_bytes(*length)).ok()?;
    let (cell, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(cell)
}
