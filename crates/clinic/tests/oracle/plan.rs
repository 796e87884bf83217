//! How much is run: the short selection of every day, or as much as the environment asks for.

use super::input::Size;

/// A folder that is imported in an instant.
pub(super) const SMALL: Size = Size { organisations: 4, customers: 14, records_per_account: 8 };

/// Which seeds, and whether to do more with each.
pub(super) struct Plan {
    pub(super) seeds: std::ops::Range<u64>,
    pub(super) long: bool,
}

/// The seeds that were asked for, otherwise the first few.
pub(super) fn plan(short: u64) -> Plan {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("QUORATE_ORACLE_FIRST").unwrap_or(0);
    match number("QUORATE_ORACLE_SEEDS") {
        Some(count) => Plan { seeds: first..first + count, long: true },
        None => Plan { seeds: first..first + short, long: false },
    }
}
