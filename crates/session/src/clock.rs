//! Where time and randomness come from: always from the caller.

/// A source of time and randomness.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00Z.
    fn now_micros(&self) -> i64;

    /// 128 random bits.
    fn random(&self) -> u128;
}
