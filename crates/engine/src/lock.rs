//! Locks of partitions: a fixed number of stripes, chosen by token.
//!
//! A write reads what it changes, so two writes of one partition must not overlap. A write of
//! several partitions takes its stripes in ascending order and so never waits in a circle.

use parking_lot::{Mutex, MutexGuard};

const STRIPES: usize = 512;

/// All stripes.
pub(crate) struct Stripes {
    stripes: Box<[Mutex<()>]>,
}

impl Default for Stripes {
    fn default() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Mutex::new(())).collect() }
    }
}

/// Stripes held; released when dropped.
pub(crate) struct Held<'s> {
    _guards: Vec<MutexGuard<'s, ()>>,
}

impl Stripes {
    /// Locks the stripes of the given tokens, in any order and however often they repeat.
    pub(crate) fn lock(&self, tokens: impl Iterator<Item = i64>) -> Held<'_> {
        let mut wanted: Vec<usize> = tokens.map(stripe).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Held { _guards: wanted.into_iter().map(|stripe| self.stripes[stripe].lock()).collect() }
    }
}

/// The token's low bits: Murmur3 spreads them evenly.
fn stripe(token: i64) -> usize {
    let [low, high, ..] = token.to_le_bytes();
    usize::from(u16::from_le_bytes([low, high])) % STRIPES
}
