//! Which failures the driver repeats by itself: those of statements that are marked harmless to repeat.
//!
//! A coordinator that counts on a lost replica fails where another one succeeds, and until the
//! nodes agree that the replica is lost, each of them may. So every failure that another node may
//! not have is repeated there, each node once, within the time limit of the request. Never at a
//! lower consistency level, and never what is not marked.

use scylla::errors::{DbError, RequestAttemptError};
use scylla::policies::retry::{RequestInfo, RetryDecision, RetryPolicy, RetrySession};

/// Repeats on the next node of the plan.
#[derive(Debug)]
pub(super) struct Elsewhere;

impl RetryPolicy for Elsewhere {
    fn new_session(&self) -> Box<dyn RetrySession> {
        Box::new(Self)
    }
}

impl RetrySession for Elsewhere {
    fn decide_should_retry(&mut self, request: RequestInfo) -> RetryDecision {
        if request.is_idempotent && may_succeed_elsewhere(request.error) {
            RetryDecision::RetryNextTarget(None)
        } else {
            RetryDecision::DontRetry
        }
    }

    fn reset(&mut self) {}
}

fn may_succeed_elsewhere(error: &RequestAttemptError) -> bool {
    match error {
        RequestAttemptError::BrokenConnectionError(_) | RequestAttemptError::UnableToAllocStreamId => true,
        RequestAttemptError::DbError(error, _) => matches!(
            error,
            DbError::Unavailable { .. }
                | DbError::Overloaded
                | DbError::IsBootstrapping
                | DbError::ServerError
                | DbError::TruncateError
                | DbError::ReadTimeout { .. }
                | DbError::ReadFailure { .. }
                | DbError::WriteTimeout { .. }
                | DbError::WriteFailure { .. }
        ),
        _ => false,
    }
}
