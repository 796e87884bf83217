//! What goes wrong with a request, and the body of ERROR for it (`native_protocol_v4.spec`, section 9).

use quorate_cql::Error as CqlError;
use quorate_cql::function::FunctionError;
use quorate_engine::Error as EngineError;
use uuid::Uuid;

use crate::codec::{Malformed, put_int, put_short, put_short_bytes, put_string, put_string_list};
use crate::consistency::Consistency;

/// Why a request has no other answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The engine refused or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The request breaks a rule that is checked before the engine: change it.
    #[error("{message}")]
    Invalid {
        /// Cassandra's text.
        message: String,
    },
    /// A message that must not come now, or says what cannot be.
    #[error("{message}")]
    Protocol {
        /// Cassandra's text.
        message: String,
    },
    /// The body cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Wrong name or password.
    #[error("{message}")]
    Credentials {
        /// Cassandra's text.
        message: String,
    },
    /// No cluster with this replication could answer at this level.
    #[error("Cannot achieve consistency level {consistency}")]
    Unavailable {
        /// The level.
        consistency: Consistency,
        /// Replicas that it needs.
        required: i32,
        /// Replicas that there would be.
        alive: i32,
    },
    /// Too much at once: slow down.
    #[error("Request breached limit on requests in flight: at most {limit} on one connection")]
    Overloaded {
        /// What is accepted.
        limit: usize,
    },
    /// Prepare it again.
    #[error(
        "Prepared query with ID {} not found (either the query was not prepared on this host (maybe the host has been \
         restarted?) or you have prepared too many queries and it has been evicted from the internal cache)",
        hexadecimal(id)
    )]
    Unprepared {
        /// As the client gave it.
        id: Vec<u8>,
    },
    /// The request ended without an answer; the log says why.
    #[error("The request was not finished because of an error of the server")]
    Abandoned,
    /// The answer is larger than the protocol can carry: ask for pages.
    #[error("The answer is too large for one message; ask for it in pages")]
    AnswerTooLarge,
}

fn hexadecimal(id: &[u8]) -> String {
    match <[u8; 16]>::try_from(id) {
        Ok(id) => Uuid::from_bytes(id).simple().to_string(),
        Err(_) => format!("of {} bytes", id.len()),
    }
}

impl Failure {
    /// The request breaks a rule.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into() }
    }

    /// The message must not come now.
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self::Protocol { message: message.into() }
    }

    /// The code of the error.
    pub(crate) fn code(&self) -> i32 {
        match self {
            Self::Engine(error) => error.code(),
            Self::Invalid { .. } => 0x2200,
            Self::Protocol { .. } | Self::Malformed(_) => 0x000A,
            Self::Credentials { .. } => 0x0100,
            Self::Unavailable { .. } => 0x1000,
            Self::Overloaded { .. } => 0x1001,
            Self::Unprepared { .. } => 0x2500,
            Self::Abandoned | Self::AnswerTooLarge => 0x0000,
        }
    }

    /// Writes the body of ERROR.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        put_int(out, self.code());
        put_string(out, &self.to_string());
        match self {
            Self::Engine(EngineError::Statement(CqlError::AlreadyExists { keyspace, table })) => {
                put_string(out, keyspace);
                put_string(out, table);
            }
            // An operator is a native function of two arguments.
            Self::Engine(EngineError::Function(FunctionError::Operation { operator, left, right, .. })) => {
                put_string(out, "system");
                put_string(out, operator.encode_utf8(&mut [0; 4]));
                put_string_list(out, &[left, right]);
            }
            Self::Unavailable { consistency, required, alive } => {
                put_short(out, consistency.code());
                put_int(out, *required);
                put_int(out, *alive);
            }
            Self::Unprepared { id } => put_short_bytes(out, id),
            _ => {}
        }
    }
}
