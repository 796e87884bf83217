//! Why an import cannot go on. A single bad row is no error but a reject.

use std::io;
use std::path::{Path, PathBuf};

/// What stops an import, grouped by what the user can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder is not what the format asks for.
    #[error("{} has no {file}: {format} input consists of {expected}", dir.display())]
    MissingFile {
        /// The folder.
        dir: PathBuf,
        /// What is not in it.
        file: &'static str,
        /// The format.
        format: &'static str,
        /// All files of the format.
        expected: String,
    },
    /// The header cannot be read.
    #[error("{file}, line 1: the header is {problem}")]
    Header {
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        problem: HeaderProblem,
    },
    /// A mandatory column is not in the header.
    #[error("{file}, line 1: the column {column} is missing")]
    MissingColumn {
        /// Which file.
        file: &'static str,
        /// Which column.
        column: &'static str,
    },
    /// A column is in the header twice, so that its value would be a guess.
    #[error("{file}, line 1: the column {column} is there twice")]
    DuplicateColumn {
        /// Which file.
        file: &'static str,
        /// Which column.
        column: &'static str,
    },
    /// More rows were set aside than allowed: correct them, or allow more.
    #[error(
        "{rejected} rows were set aside, more than the {limit} allowed; see {} and correct them, or raise --max-rejects",
        report.display()
    )]
    TooManyRejects {
        /// How many so far.
        rejected: u64,
        /// How many were allowed.
        limit: u64,
        /// The report of all of them.
        report: PathBuf,
    },
    /// The rejects would overwrite what is imported.
    #[error("{} is the folder that is imported: choose another one with --rejects DIR", dir.display())]
    RejectsIntoInput {
        /// The folder.
        dir: PathBuf,
    },
    /// Generated data would overwrite a file that was not generated.
    #[error("{} is already there and was not generated: choose an empty folder", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// What can be wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderProblem {
    /// The file is empty.
    #[error("missing: the file is empty")]
    Empty,
    /// It is no well-formed record.
    #[error("malformed: {0}")]
    Malformed(super::csv::Flaw),
}

impl Error {
    /// Whether the input was refused, which is exit code 3, rather than could not be read.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::File { .. } | Self::RejectsIntoInput { .. } | Self::FileExists { .. })
    }

    /// Puts the path to an error of the operating system.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
