//! What can be wrong with a statement, in Cassandra's own words.
//!
//! Each variant is one error class of the native protocol. Text is what a client of Cassandra 5.0
//! would read. Nothing here may carry a bound value: values can be personal data.

use thiserror::Error;

/// Why a statement was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no CQL: correct it.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is CQL that the schema does not allow: correct it, or change the schema.
    #[error("{0}")]
    Invalid(String),
    /// The role may not do this: use another role, or grant the permission.
    #[error("{0}")]
    Unauthorized(String),
    /// An option of a keyspace, table or index is wrong: correct it.
    #[error("{0}")]
    Config(String),
    /// What was to be created is there: use it, or say IF NOT EXISTS.
    #[error("{}", already_exists(keyspace, table))]
    AlreadyExists {
        /// The keyspace.
        keyspace: String,
        /// The table; empty when it is the keyspace that exists.
        table: String,
    },
    /// Cassandra knows it and this crate does not: do without.
    #[error("{what} is not supported")]
    Unsupported {
        /// What, by name.
        what: String,
    },
}

impl Error {
    /// The native protocol's error code (`native_protocol_v4.spec`, section 9).
    pub fn code(&self) -> i32 {
        match self {
            Self::Syntax(_) => 0x2000,
            Self::Unauthorized(_) => 0x2100,
            Self::Invalid(_) | Self::Unsupported { .. } => 0x2200,
            Self::Config(_) => 0x2300,
            Self::AlreadyExists { .. } => 0x2400,
        }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}

fn already_exists(keyspace: &str, table: &str) -> String {
    if table.is_empty() {
        format!("Cannot add existing keyspace \"{keyspace}\"")
    } else {
        format!("Cannot add already existing table \"{table}\" to keyspace \"{keyspace}\"")
    }
}

fn located(line: usize, column: usize, reason: &str) -> String {
    if line == 0 { reason.to_owned() } else { format!("line {line}:{column} {reason}") }
}

/// The text is no CQL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", located(*line, *column, reason))]
pub struct SyntaxError {
    /// Line, from 1; 0 for a rule beyond the grammar, which Cassandra reports without a place.
    pub line: usize,
    /// Characters before it in that line, from 0.
    pub column: usize,
    /// Byte offset in the text.
    pub offset: usize,
    /// What was read and what was expected.
    pub reason: String,
}

/// What is wrong with a value is the whole of Cassandra's message.
macro_rules! invalid_from {
    ($($cause:ty),*) => {
        $(impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::Invalid(cause.to_string())
            }
        })*
    };
}
invalid_from!(crate::codec::CodecError, crate::function::FunctionError, crate::literal::LiteralError);

impl SyntaxError {
    pub(crate) fn at(text: &str, offset: usize, reason: String) -> Self {
        let before = &text[..text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |position| position + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count(), offset, reason }
    }
}
