//! Where time and randomness come from: always from the caller.

/// A source of time and randomness. The command line gives the machine's; tests give their own.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00Z.
    fn now_micros(&self) -> i64;

    /// 128 random bits; used for `uuid()`, `now()` and identifiers of tables.
    fn random(&self) -> u128;
}
