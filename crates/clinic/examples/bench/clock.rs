//! Real time and real randomness for sessions, and repeatable choices for measurements.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use quorate_session::Clock;
use uuid::Uuid;

/// The machine's clock and random generator.
struct Machine;

/// For a session and a clinic alike.
pub(crate) fn shared() -> Arc<dyn Clock> {
    Arc::new(Machine)
}

impl Clock for Machine {
    fn now_micros(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "a benchmark is a program, where time comes in")]
        let now = SystemTime::now();
        now.duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_micros()).unwrap_or(i64::MAX))
    }

    fn random(&self) -> u128 {
        // A version 4 UUID has six fixed bits; turned by half, those of the second fall on random bits of the first.
        Uuid::new_v4().as_u128() ^ Uuid::new_v4().as_u128().rotate_left(64)
    }
}

/// Choices that are the same in every run: `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Another seed makes other choices.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from((u128::from(z) * end as u128) >> 64).unwrap_or(0)
    }

    /// One of a slice; `None` if it is empty.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.below(from.len())) }
    }
}
