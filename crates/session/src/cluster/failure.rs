//! What each failure of the driver or of Cassandra means to the caller.
//!
//! The question is always: may it have happened? A read never changes anything. For everything
//! else a failure is `Unavailable` only where Cassandra surely did nothing; in doubt it is
//! `Unknown`.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use scylla::errors::{
    BadQuery, ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind, DbError, ExecutionError,
    MetadataError, NewSessionError, PrepareError, RequestAttemptError,
};

use crate::codec::Consistency;
use crate::error::{CodecError, Error};
use crate::target::Class;

/// `org.apache.cassandra.exceptions.ExceptionCode.CAS_WRITE_RESULT_UNKNOWNN`, which the driver does not name.
const CAS_WRITE_RESULT_UNKNOWN: i32 = 0x1700;

/// Nothing came back within the time limit.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {} ms", after.as_millis())]
pub(super) struct NoAnswer {
    pub(super) after: Duration,
}

/// Translates failures for one cluster.
pub(super) struct Failures {
    contact_points: Arc<str>,
}

impl Failures {
    pub(super) fn new(contact_points: &[String]) -> Self {
        Self { contact_points: contact_points.join(", ").into() }
    }

    pub(super) fn unavailable(&self, cause: impl StdError + Send + Sync + 'static) -> Error {
        Error::Unavailable { contact_points: Arc::clone(&self.contact_points), cause: Box::new(cause) }
    }

    pub(super) fn connection(&self, cause: NewSessionError) -> Error {
        match cause {
            NewSessionError::EmptyKnownNodesList
            | NewSessionError::UseKeyspaceError(_)
            | NewSessionError::IllegalConfig(_) => Error::config(cause.to_string()),
            NewSessionError::MetadataError(MetadataError::ConnectionPoolError(ConnectionPoolError::Broken {
                last_connection_error: ConnectionError::ConnectionSetupRequestError(ref setup),
            })) if is_about_credentials(&setup.error) => {
                Error::config(format!("Cassandra at {} refuses the credentials: {}", self.contact_points, setup.error))
            }
            _ => self.unavailable(cause),
        }
    }

    pub(super) fn preparation(&self, cause: PrepareError) -> Error {
        match cause {
            PrepareError::AllAttemptsFailed { first_attempt } => self.attempt(first_attempt, Class::Read),
            PrepareError::PreparedStatementIdsMismatch => Error::Protocol { cause: Box::new(cause) },
            _ => self.unavailable(cause),
        }
    }

    pub(super) fn execution(&self, cause: ExecutionError, class: Class) -> Error {
        match cause {
            ExecutionError::BadQuery(BadQuery::SerializationError(cause)) => Error::Type(CodecError::Bind(cause)),
            ExecutionError::BadQuery(cause) => Error::invalid(cause.to_string()),
            ExecutionError::PrepareError(cause) => self.preparation(cause),
            ExecutionError::UseKeyspaceError(cause) => Error::config(cause.to_string()),
            ExecutionError::EmptyPlan | ExecutionError::ConnectionPoolError(_) => self.unavailable(cause),
            ExecutionError::LastAttemptError(cause) => self.attempt(cause, class),
            ExecutionError::RequestTimeout(after) => late(NoAnswer { after }, class),
            // What follows a change of the schema: the change was made, the nodes may not agree yet.
            ExecutionError::SchemaAgreementError(_) | ExecutionError::MetadataError(_) => {
                Error::Unknown { cause: Box::new(cause) }
            }
            _ => self.lost(cause, class),
        }
    }

    fn attempt(&self, cause: RequestAttemptError, class: Class) -> Error {
        match cause {
            RequestAttemptError::DbError(error, message) => self.answer(error, message, class),
            RequestAttemptError::SerializationError(cause) => Error::Type(CodecError::Bind(cause)),
            RequestAttemptError::CqlRequestSerialization(cause) => Error::invalid(cause.to_string()),
            RequestAttemptError::UnableToAllocStreamId => self.unavailable(cause),
            RequestAttemptError::RepreparedIdChanged { .. } | RequestAttemptError::RepreparedIdMissingInBatch => {
                Error::Protocol { cause: Box::new(cause) }
            }
            RequestAttemptError::BrokenConnectionError(_) => self.lost(cause, class),
            _ if is_read(class) => Error::Protocol { cause: Box::new(cause) },
            _ => Error::Unknown { cause: Box::new(cause) },
        }
    }

    /// An ERROR that Cassandra answered.
    fn answer(&self, error: DbError, message: String, class: Class) -> Error {
        match error {
            // A protocol error is a paging state that is none, as far as requests are ours.
            DbError::SyntaxError
            | DbError::ProtocolError
            | DbError::Invalid
            | DbError::AlreadyExists { .. }
            | DbError::FunctionFailure { .. }
            | DbError::ConfigError => Error::Invalid { message },
            DbError::AuthenticationError | DbError::Unauthorized => Error::Config { message },
            DbError::IsBootstrapping | DbError::RateLimitReached { .. } => self.unavailable(Answered(error, message)),
            // At the serial level nothing was proposed yet. At the other level it is the commit of
            // a proposal that was accepted (StorageProxy.commitPaxos).
            DbError::Unavailable { consistency, .. } => {
                let undecided = matches!(consistency, Consistency::Serial | Consistency::LocalSerial);
                if class == Class::Conditional && !undecided {
                    Error::Unknown { cause: Box::new(Answered(error, message)) }
                } else {
                    self.unavailable(Answered(error, message))
                }
            }
            DbError::ReadTimeout { .. } | DbError::WriteTimeout { .. } => late(Answered(error, message), class),
            // A coordinator may be overloaded with hints when some replicas have the write already.
            DbError::Overloaded
            | DbError::ReadFailure { .. }
            | DbError::WriteFailure { .. }
            | DbError::ServerError
            | DbError::TruncateError
            | DbError::Other(CAS_WRITE_RESULT_UNKNOWN) => self.lost(Answered(error, message), class),
            _ => Error::Protocol { cause: Box::new(Answered(error, message)) },
        }
    }

    /// The request went out and no usable answer came.
    fn lost(&self, cause: impl StdError + Send + Sync + 'static, class: Class) -> Error {
        if is_read(class) { self.unavailable(cause) } else { Error::Unknown { cause: Box::new(cause) } }
    }
}

/// Cassandra's error with its text.
#[derive(Debug, thiserror::Error)]
#[error("{0}: {1}")]
struct Answered(DbError, String);

fn late(cause: impl StdError + Send + Sync + 'static, class: Class) -> Error {
    let cause = Box::new(cause);
    if is_read(class) { Error::Timeout { cause } } else { Error::Unknown { cause } }
}

fn is_read(class: Class) -> bool {
    matches!(class, Class::Read | Class::SerialRead)
}

fn is_about_credentials(kind: &ConnectionSetupRequestErrorKind) -> bool {
    matches!(
        kind,
        ConnectionSetupRequestErrorKind::MissingAuthentication
            | ConnectionSetupRequestErrorKind::StartAuthSessionError(_)
            | ConnectionSetupRequestErrorKind::AuthChallengeEvaluationError(_)
            | ConnectionSetupRequestErrorKind::AuthFinishError(_)
            | ConnectionSetupRequestErrorKind::DbError(DbError::AuthenticationError | DbError::Unauthorized, _)
    )
}

#[cfg(test)]
mod tests;
