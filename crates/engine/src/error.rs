//! What can go wrong, by what the caller can do about it.

use std::path::PathBuf;

use quorate_cql::codec::CodecError;
use quorate_cql::function::FunctionError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The statement is wrong: change it. Carries Cassandra's text and code.
    #[error(transparent)]
    Statement(#[from] quorate_cql::Error),
    /// The bound values are wrong, or the statement cannot be done with them: change them.
    #[error("{message}")]
    Invalid {
        /// Cassandra's text.
        message: String,
    },
    /// A bound value is no value of its type: change it.
    #[error(transparent)]
    Value(#[from] CodecError),
    /// A function failed on its arguments: change them.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// The paging state is damaged or belongs to another statement: begin again without it.
    #[error("Invalid value for the paging state")]
    PagingState,
    /// Nobody may do this: do without.
    #[error("{message}")]
    Forbidden {
        /// Cassandra's text.
        message: String,
    },
    /// The engine does not do this, although Cassandra does.
    #[error("{what} is not supported by the embedded engine")]
    Unsupported {
        /// What was asked for.
        what: String,
    },
    /// Another process has the store open: end it, or use another directory.
    #[error("the store {} is in use by process {holder}", directory.display())]
    LockHeld {
        /// The store.
        directory: PathBuf,
        /// Who holds it, as its lock file says.
        holder: String,
    },
    /// The engine is shutting down: open it again.
    #[error("the store is closed")]
    Closed,
    /// The store's format is newer than this program: use a newer program.
    #[error("the store has format {found}, this program reads up to {supported}")]
    NewerFormat {
        /// What the store says.
        found: u32,
        /// What this program understands.
        supported: u32,
    },
    /// What is stored cannot be read: restore it from a backup.
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// What does not read.
        what: String,
    },
    /// The storage engine failed: look at the disk.
    #[error("the store failed")]
    Storage(#[from] fjall::Error),
    /// The file system refused: look at the disk and its permissions.
    #[error("the store's files cannot be used")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// An error about bound values or state, with Cassandra's text.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into() }
    }

    /// An error about stored bytes that do not read.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// The error code of the native protocol (section 9 of `native_protocol_v4.spec`).
    pub fn code(&self) -> i32 {
        match self {
            Self::Statement(error) => error.code(),
            // `exceptions/OperationExecutionException.java` is a failure of a function, the others are invalid requests.
            Self::Function(FunctionError::Operation { .. }) => 0x1400,
            Self::Function(_) | Self::Invalid { .. } | Self::Value(_) | Self::Unsupported { .. } => 0x2200,
            Self::PagingState => 0x000A,
            Self::Forbidden { .. } => 0x2100,
            Self::LockHeld { .. } | Self::Closed => 0x1001,
            Self::NewerFormat { .. } | Self::Corrupt { .. } | Self::Storage(_) | Self::Io(_) => 0x0000,
        }
    }
}
