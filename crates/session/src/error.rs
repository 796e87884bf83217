//! What can go wrong, grouped by what the caller does about it.
//!
//! An error never holds a bound value: those are personal data, and errors reach logs.

use std::sync::Arc;

use crate::codec::{DeserializationError, SerializationError, TypeCheckError};

/// The failure beneath an [`Error`], as its layer reported it.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Any failure of a session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was done because the cluster is down, unreachable or overloaded. Repeat later.
    #[error("the Cassandra cluster at {contact_points} is not available: {cause}")]
    Unavailable {
        /// Where the session looks for the cluster.
        contact_points: Arc<str>,
        /// What was reported.
        cause: Cause,
    },
    /// A read was not answered in time. Repeating it is harmless.
    #[error("the read was not answered in time: {cause}")]
    Timeout {
        /// What was reported.
        cause: Cause,
    },
    /// A write or conditional statement may or may not have happened. Find out before repeating
    /// it, unless repeating is harmless.
    #[error("it is not known whether the write happened: {cause}")]
    Unknown {
        /// What was reported.
        cause: Cause,
    },
    /// The statement or its use is wrong; repeating it fails again. Cassandra's own words where
    /// Cassandra refused it.
    #[error("{message}")]
    Invalid {
        /// Why.
        message: String,
    },
    /// The answer has more rows than one unpaged read returns. Read it by pages.
    #[error("the answer has more than {limit} rows: read it by pages")]
    MoreRows {
        /// The most rows that an unpaged read returns.
        limit: u32,
    },
    /// A Rust type does not fit a CQL type.
    #[error(transparent)]
    Type(#[from] CodecError),
    /// The target's options or credentials are wrong. Correct them.
    #[error("{message}")]
    Config {
        /// What to correct.
        message: String,
    },
    /// The embedded store cannot be used or failed: another process holds it, the disk is full, or
    /// it is damaged. The cause says which.
    #[error("the embedded store: {0}")]
    Store(#[source] quorate_engine::Error),
    /// A node answered what the protocol does not foresee. The connection's software is at fault.
    #[error("unexpected answer from Cassandra: {cause}")]
    Protocol {
        /// What was reported.
        cause: Cause,
    },
}

/// A value that does not fit its column.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// A bound value does not fit its bind marker.
    #[error("a value does not fit its bind marker: {0}")]
    Bind(#[source] SerializationError),
    /// There are more or fewer values than bind markers.
    #[error("the statement has {markers} bind markers, but {values} values were given")]
    Count {
        /// Bind markers of the statement.
        markers: usize,
        /// Values given.
        values: usize,
    },
    /// The row type does not fit the answer's columns.
    #[error("the row type does not fit the answer: {0}")]
    Columns(#[source] TypeCheckError),
    /// A cell of the answer could not be read.
    #[error("a cell of the answer could not be read: {0}")]
    Cell(#[source] DeserializationError),
}

impl Error {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into() }
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::Config { message: message.into() }
    }

    pub(crate) fn of_another_session() -> Self {
        Self::invalid("the statement was prepared by another session")
    }

    /// Whether repeating a harmless-to-repeat request later may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Timeout { .. } | Self::Unknown { .. })
    }
}

/// What the engine refuses as Cassandra would is `Invalid`; the rest is about the store.
impl From<quorate_engine::Error> for Error {
    fn from(error: quorate_engine::Error) -> Self {
        // The codes of the native protocol, section 9 of `native_protocol_v4.spec`: protocol error
        // (a wrong paging state), function failure, and the group of invalid requests.
        match error.code() {
            0x000A | 0x1400 | 0x2000..=0x2FFF => Self::invalid(error.to_string()),
            _ => Self::Store(error),
        }
    }
}
