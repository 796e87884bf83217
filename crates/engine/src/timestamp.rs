//! Write timestamps and list positions: from the caller's clock, but never twice the same.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// 100-nanosecond ticks from 1582-10-15 to 1970-01-01 (RFC 9562).
const EPOCH_TICKS: u64 = 0x01B2_1DD2_1381_4000;
/// 2010-01-01, microseconds since 1970: prepended list cells are mirrored at it (`cql3/Lists.java`).
const MIRROR_MICROS: i64 = 1_262_304_000_000_000;

/// Gives strictly increasing times, whatever the clock does.
#[derive(Debug, Default)]
pub(crate) struct Timestamps {
    last_micros: AtomicI64,
    last_ticks: AtomicU64,
}

impl Timestamps {
    /// A write timestamp, microseconds since 1970: now, or just after the last one.
    pub(crate) fn next(&self, now_micros: i64) -> i64 {
        let mut given = now_micros;
        let after = |last: i64| {
            given = now_micros.max(last.saturating_add(1));
            given
        };
        self.last_micros.update(Ordering::Relaxed, Ordering::Relaxed, after);
        given
    }

    /// The path of an appended list cell: a timeuuid later than all before. `random` fills clock
    /// sequence and node.
    pub(crate) fn append_path(&self, now_micros: i64, random: u128) -> [u8; 16] {
        timeuuid(EPOCH_TICKS.wrapping_add(self.next_ticks(now_micros)), random)
    }

    /// The path of a prepended list cell: a timeuuid earlier than all before.
    pub(crate) fn prepend_path(&self, now_micros: i64, random: u128) -> [u8; 16] {
        let mirror = MIRROR_MICROS.cast_unsigned() * 10;
        let ticks = (2 * mirror).wrapping_sub(self.next_ticks(now_micros));
        timeuuid(EPOCH_TICKS.wrapping_add(ticks), random)
    }

    fn next_ticks(&self, now_micros: i64) -> u64 {
        let now = now_micros.max(0).cast_unsigned() * 10;
        let mut given = now;
        let after = |last: u64| {
            given = now.max(last + 1);
            given
        };
        self.last_ticks.update(Ordering::Relaxed, Ordering::Relaxed, after);
        given
    }
}

fn timeuuid(ticks: u64, random: u128) -> [u8; 16] {
    let time_low = (ticks & 0xFFFF_FFFF) << 32;
    let time_mid = (ticks >> 32 & 0xFFFF) << 16;
    let time_high = ticks >> 48 & 0x0FFF;
    let high = time_low | time_mid | 0x1000 | time_high;
    let low = u64::try_from(random & u128::from(u64::MAX)).unwrap_or_default();
    let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests;
