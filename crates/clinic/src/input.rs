//! Reading what an import brings: files become typed rows or rejects, one at a time.
//!
//! Nothing here touches a store. Everything that a row alone can tell is checked here; whether
//! what it refers to exists is for the import to find out, which hands such rows back to
//! [`RejectWriter`]. Reading is streaming: memory does not grow with the size of a file.
//!
//! A row or reject is an item; an error of the file itself ends the reading.

pub mod csv;
pub mod error;
mod fields;
pub mod generate;
mod reader;
pub mod reject;
pub mod relational;
pub mod rows;
pub mod synthea;
pub mod table;
pub mod values;

pub use error::Error;
pub use reject::{Limit, Reason, Reject, RejectWriter, Rejected, Source};
use table::Table;

/// Rows of a file and its rejects, in the order of the file.
pub type Rows<T> = Box<dyn Iterator<Item = Result<Result<T, Reject>, Error>> + Send>;

/// The files of all formats, which are also the files that rejects may leave behind.
pub(crate) const FILES: [&str; 12] = [
    "location.csv",
    "organisation.csv",
    "customer.csv",
    "doctor.csv",
    "account.csv",
    "record.csv",
    "review.csv",
    "patients.csv",
    "organizations.csv",
    "providers.csv",
    "payers.csv",
    "encounters.csv",
];

/// Something worth saying that keeps no row from being imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Columns that are not read.
    UnknownColumns {
        /// Which file.
        file: &'static str,
        /// Their names.
        columns: Vec<String>,
    },
    /// A file that a folder of rejects does not have.
    Absent {
        /// Which file.
        file: &'static str,
    },
    /// Some of the rows were derived, because the format does not have them.
    Synthetic,
    /// All times are moved.
    Shifted {
        /// By how many milliseconds.
        by_ms: i64,
    },
}

impl Notice {
    pub(crate) fn unknown_columns(table: &Table, columns: &[String]) -> Option<Self> {
        (!columns.is_empty()).then(|| Self::UnknownColumns { file: table.file, columns: columns.to_vec() })
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownColumns { file, columns } => write!(f, "{file}: ignored columns: {}", columns.join(", ")),
            Self::Absent { file } => write!(f, "{file}: not in this folder of rejects, so nothing is read from it"),
            Self::Synthetic => f.write_str(
                "doctors' birth and experience years, offerings and reviews are synthetic: derived from the ids",
            ),
            Self::Shifted { by_ms } => write!(f, "all times are moved by {} days", by_ms / crate::moment::DAY_MS),
        }
    }
}
