//! Locks of partitions: a fixed number of stripes, chosen by token.
//!
//! A write reads what it changes, so two writes of one partition must not overlap. A write of
//! several partitions takes its stripes in ascending order and so never waits in a circle. There
//! are far more stripes than partitions in a bulk write, so that two of those seldom meet.
//!
//! A stripe guards its horizon: the greatest timestamp that any write of its partitions had.

use parking_lot::{Mutex, MutexGuard};

use crate::keys;

const STRIPES: usize = 16_384;

/// All stripes.
pub(crate) struct Stripes {
    stripes: Box<[Mutex<i64>]>,
}

/// Stripes held; released when dropped.
pub(crate) struct Held<'s> {
    /// By number.
    guards: Vec<(usize, MutexGuard<'s, i64>)>,
}

impl Stripes {
    /// Stripes of a store in which nothing has a timestamp later than `horizon`.
    pub(crate) fn new(horizon: i64) -> Self {
        Self { stripes: (0..STRIPES).map(|_| Mutex::new(horizon)).collect() }
    }

    /// Locks the stripes of the given tokens, in any order and however often they repeat.
    pub(crate) fn lock(&self, tokens: impl Iterator<Item = i64>) -> Held<'_> {
        let mut wanted: Vec<usize> = tokens.map(stripe).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Held { guards: wanted.into_iter().map(|stripe| (stripe, self.stripes[stripe].lock())).collect() }
    }

    /// The greatest timestamp of any write, microseconds since 1970.
    pub(crate) fn horizon(&self) -> i64 {
        self.stripes.iter().map(|stripe| *stripe.lock()).max().unwrap_or(i64::MAX)
    }
}

impl Held<'_> {
    /// No write of this partition so far had a later timestamp. The latest of all where the
    /// partition's stripe is not held.
    pub(crate) fn horizon(&self, partition: &[u8]) -> i64 {
        let stripe = stripe(keys::token_of(partition));
        let found = self.guards.binary_search_by_key(&stripe, |(held, _)| *held);
        found.map_or(i64::MAX, |place| *self.guards[place].1)
    }

    /// Tells all held stripes of a write's timestamp.
    pub(crate) fn raise(&mut self, timestamp: i64) {
        for (_, horizon) in &mut self.guards {
            **horizon = timestamp.max(**horizon);
        }
    }
}

/// The token's low bits: Murmur3 spreads them evenly.
fn stripe(token: i64) -> usize {
    let [low, high, ..] = token.to_le_bytes();
    usize::from(u16::from_le_bytes([low, high])) % STRIPES
}
