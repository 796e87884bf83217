//! The machine's clock and its randomness: the only place where either is read.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use quorate_session::Clock;
use uuid::Uuid;

/// The machine's own clock and random generator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl SystemClock {
    /// For a session, a store and a clinic alike.
    pub(crate) fn shared() -> Arc<dyn Clock> {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    fn now_micros(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "the command line is where time enters the program")]
        let now = SystemTime::now();
        // A clock before 1970 is set wrong; the log keeps its order by itself.
        now.duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_micros()).unwrap_or(i64::MAX))
    }

    fn random(&self) -> u128 {
        // A version 4 UUID has six fixed bits; turned by half, those of the second fall on random
        // bits of the first.
        Uuid::new_v4().as_u128() ^ Uuid::new_v4().as_u128().rotate_left(64)
    }
}

#[cfg(test)]
mod tests;
