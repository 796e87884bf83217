//! Why a benchmark could not be run.
//!
//! Slowness is never a failure.

use std::io;
use std::path::PathBuf;

/// Why a benchmark could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// The user asked how to use it.
    #[error("help")]
    Help,
    /// An option that is not known, or has no value.
    #[error("{option}: {expected}; see --help")]
    Usage {
        /// The option as it was written.
        option: String,
        /// What is expected.
        expected: &'static str,
    },
    /// A file or directory.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A program that is needed did not run, or failed.
    #[error("{program} failed{}", code.map_or_else(String::new, |code| format!(" with exit code {code}")))]
    Program {
        /// Its name.
        program: String,
        /// Its exit code, if it ended by itself.
        code: Option<i32>,
    },
    /// A file that is not as its format says.
    #[error("{}: {what}", path.display())]
    Malformed {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The clinic.
    #[error(transparent)]
    Clinic(#[from] quorate_clinic::Error),
    /// The generator.
    #[error(transparent)]
    Generator(#[from] quorate_clinic::input::Error),
    /// The session.
    #[error(transparent)]
    Session(#[from] quorate_session::Error),
    /// `PostgreSQL`.
    #[error("PostgreSQL: {source}{}", detail(source))]
    Postgres {
        /// What the client says.
        #[from]
        source: tokio_postgres::Error,
    },
    /// A CSV file.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// What a child process was told or said.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A task that ended early.
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
}

impl Failure {
    /// For `map_err` on what a path brought.
    pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

/// The client's own words leave out what the server said.
fn detail(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(String::new, |error| format!(": {}", error.message()))
}
