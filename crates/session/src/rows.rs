//! Rows of an answer, the same from both back ends.
//!
//! Rows stay in the bytes in which they came; reading them as a type checks the columns once and
//! then decodes row by row. Types may borrow from the rows.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use scylla::deserialize::result::TypedRowIterator;
use scylla::errors::RowsError;
use scylla::response::query_result::QueryRowsResult;
use scylla_cql_core::deserialize::result::RawRowIterator;

use crate::codec::{ColumnIterator, ColumnSpec, DeserializeRow, FrameSlice};
use crate::error::{CodecError, Error};

/// The rows of an answer.
pub struct Rows(Source);

enum Source {
    /// The statement answers no rows.
    Nothing,
    Cluster(Box<QueryRowsResult>),
    Engine {
        columns: Arc<[ColumnSpec<'static>]>,
        cells: Bytes,
        len: usize,
    },
}

/// Rows decoded as `T`, in order.
pub struct Typed<'a, T>(Option<TypedRowIterator<'a, 'a, T>>);

/// The cells of a row in their columns' serialisation, `None` for null.
pub type RawRow<'a> = Vec<Option<&'a [u8]>>;

/// The outcome of a conditional statement.
#[derive(Debug)]
pub struct Conditional {
    /// Whether the condition held and the change was made.
    pub applied: bool,
    /// The answer: its first column is `[applied]`; after a refusal the present values follow.
    pub rows: Rows,
}

/// Where the next page of an answer begins. It fits only the statement and values it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagingState(Arc<[u8]>);

impl Rows {
    pub(crate) fn nothing() -> Self {
        Self(Source::Nothing)
    }

    pub(crate) fn of_cluster(rows: QueryRowsResult) -> Self {
        Self(Source::Cluster(Box::new(rows)))
    }

    /// `cells` holds `len` rows in the native protocol's layout.
    pub(crate) fn of_engine(columns: Arc<[ColumnSpec<'static>]>, cells: Bytes, len: usize) -> Self {
        Self(Source::Engine { columns, cells, len })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Nothing => 0,
            Source::Cluster(rows) => rows.rows_num(),
            Source::Engine { len, .. } => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns in order; none for a statement that answers no rows.
    pub fn columns(&self) -> &[ColumnSpec<'_>] {
        match &self.0 {
            Source::Nothing => &[],
            Source::Cluster(rows) => rows.column_specs().as_slice(),
            Source::Engine { columns, .. } => columns,
        }
    }

    /// The rows as `T`: a tuple, or a struct that derives `DeserializeRow`.
    ///
    /// # Errors
    /// `Error::Type` when `T` does not fit the columns; each row may fail on its own as well.
    pub fn typed<'a, T: DeserializeRow<'a, 'a>>(&'a self) -> Result<Typed<'a, T>, Error> {
        match &self.0 {
            Source::Nothing => Ok(Typed(None)),
            Source::Cluster(rows) => match rows.rows::<T>() {
                Ok(rows) => Ok(Typed(Some(rows))),
                Err(RowsError::TypeCheckFailed(cause)) => Err(Error::Type(CodecError::Columns(cause))),
            },
            Source::Engine { columns, cells, len } => {
                let raw = RawRowIterator::new(*len, columns, FrameSlice::new(cells));
                let rows = TypedRowIterator::new(raw).map_err(|cause| Error::Type(CodecError::Columns(cause)))?;
                Ok(Typed(Some(rows)))
            }
        }
    }

    /// The first row as `T`, if there is one.
    ///
    /// # Errors
    /// `Error::Type` when `T` does not fit.
    pub fn first<'a, T: DeserializeRow<'a, 'a>>(&'a self) -> Result<Option<T>, Error> {
        self.typed::<T>()?.next().transpose()
    }

    /// The rows as raw cells, `None` for null, for callers that do not know the columns.
    ///
    /// # Errors
    /// `Error::Type` when the answer is cut off.
    pub fn cells(&self) -> Result<impl Iterator<Item = Result<RawRow<'_>, Error>>, Error> {
        Ok(self.typed::<ColumnIterator<'_, '_>>()?.map(|row| {
            row?.map(|cell| cell.map(|cell| cell.slice.map(|slice| slice.as_slice())).map_err(unreadable)).collect()
        }))
    }
}

impl<'a, T: DeserializeRow<'a, 'a>> Iterator for Typed<'a, T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.as_mut()?.next().map(|row| row.map_err(unreadable))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}

impl<'a, T: DeserializeRow<'a, 'a>> ExactSizeIterator for Typed<'a, T> {}

impl Conditional {
    /// Reads `[applied]`, which Cassandra puts first (`ModificationStatement.CAS_RESULT_COLUMN`).
    pub(crate) fn of(rows: Rows) -> Result<Self, Error> {
        let applied = match rows.cells()?.next() {
            Some(row) => row?.first().copied().flatten() == Some(&[1]),
            None => return Err(Error::invalid("the statement is not conditional: it answered nothing")),
        };
        Ok(Self { applied, rows })
    }
}

impl PagingState {
    /// Restores a state that `as_bytes` gave.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The state as bytes, to be kept or handed to a client.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn shared(&self) -> Arc<[u8]> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.len()).finish_non_exhaustive()
    }
}

fn unreadable(cause: scylla::deserialize::DeserializationError) -> Error {
    Error::Type(CodecError::Cell(cause))
}
