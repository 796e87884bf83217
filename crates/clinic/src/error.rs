//! What can go wrong, grouped by what the caller can do about it.
//!
//! Messages name ids, never names of people or what they came for.

use uuid::Uuid;

use crate::ids::Entity;

/// An error of the clinic.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value is malformed: correct it.
    #[error("{what}")]
    Invalid {
        /// Which value and what is expected of it.
        what: String,
    },
    /// A field of a command is no value of its type: correct it.
    #[error("field `{field}` {problem}")]
    Field {
        /// Its name.
        field: String,
        /// What is wrong with it.
        #[source]
        problem: crate::input::values::ValueError,
    },
    /// Something that is referred to does not exist.
    #[error("{} {id} does not exist", entity.noun())]
    NotFound {
        /// What kind of thing.
        entity: Entity,
        /// Its id.
        id: Uuid,
    },
    /// Somebody else has it: a taken id, a taken slot, a used request id.
    #[error("{what}")]
    Conflict {
        /// What is taken.
        what: String,
    },
    /// The present state does not allow it.
    #[error("{what}")]
    Refused {
        /// Which rule, and what would be needed.
        what: String,
    },
    /// The store cannot be reached now; no event was appended. Try again later.
    #[error("{0}")]
    Unavailable(#[source] quorate_session::Error),
    /// It may or may not have been done. Send it again with the same request id.
    #[error("the outcome is not known, send the same command with request_id {request_id} again to learn it")]
    UnknownOutcome {
        /// The request whose outcome is open.
        request_id: Uuid,
        /// What happened.
        #[source]
        source: Option<quorate_session::Error>,
    },
    /// The store refused a statement or could not run it.
    #[error("{0}")]
    Session(#[source] quorate_session::Error),
    /// What was read cannot be what was written.
    #[error("damaged data in {place}: {what}")]
    Corrupt {
        /// Table and key, or file and position.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// An event of the log cannot be read.
    #[error("damaged event in {place}: {source}")]
    Event {
        /// Stream and position.
        place: String,
        /// What is wrong.
        #[source]
        source: crate::codec::DecodeError,
    },
    /// The keyspace has no clinic in it, or one of another version.
    #[error("{what}")]
    Schema {
        /// What is missing and the command that makes it.
        what: String,
    },
    /// The input of an import cannot be read, or more of it was set aside than allowed.
    #[error(transparent)]
    Input(#[from] crate::input::Error),
    /// A backup cannot be written, or what is restored is none.
    #[error("the backup: {what}")]
    Backup {
        /// What is wrong.
        what: String,
        /// What the system reports.
        #[source]
        source: Option<std::io::Error>,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// The code that programs see: one of `invalid`, `not_found`, `conflict`, `refused`,
    /// `unavailable`, `unknown_outcome`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } | Self::Field { .. } => "invalid",
            Self::NotFound { .. } => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::Refused { .. } => "refused",
            Self::UnknownOutcome { .. } => "unknown_outcome",
            Self::Unavailable(_)
            | Self::Session(_)
            | Self::Corrupt { .. }
            | Self::Event { .. }
            | Self::Schema { .. }
            | Self::Input(_)
            | Self::Backup { .. }
            | Self::File { .. } => "unavailable",
        }
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }

    pub(crate) fn refused(what: impl Into<String>) -> Self {
        Self::Refused { what: what.into() }
    }

    pub(crate) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }
}

impl From<quorate_session::Error> for Error {
    fn from(error: quorate_session::Error) -> Self {
        if error.is_transient() { Self::Unavailable(error) } else { Self::Session(error) }
    }
}
