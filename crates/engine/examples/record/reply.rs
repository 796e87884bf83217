//! An answer to a statement, whoever gave it: the server over the wire or the embedded engine.

use quorate_cql::types::CqlType;

/// What was answered to a statement.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Done, or the schema changed.
    Done,
    /// Rows of a page.
    Rows {
        /// Names and types.
        columns: Vec<(String, CqlType)>,
        /// Cells; `None` is null.
        rows: Vec<Vec<Option<Vec<u8>>>>,
        /// Where the next page begins.
        next: Option<Vec<u8>>,
    },
    /// The statement failed.
    Error {
        /// The protocol's code.
        code: i32,
        /// Its text.
        message: String,
    },
}

impl Reply {
    /// Where the next page begins, if there is one.
    pub(crate) fn next_page(&self) -> Option<Vec<u8>> {
        match self {
            Self::Rows { next, .. } => next.clone(),
            Self::Done | Self::Error { .. } => None,
        }
    }
}
