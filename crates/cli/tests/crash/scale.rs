//! How much of it: little in the suite, as much as asked for in a long run.

/// Random kills.
pub(super) fn kills() -> u64 {
    setting("QUORATE_CRASH_KILLS", 10)
}

/// Random commands before the views are rebuilt and the log is restored.
pub(super) fn commands() -> u64 {
    setting("QUORATE_CRASH_COMMANDS", 3_000)
}

/// Where the choices begin, so that a long run can be another one.
pub(super) fn seed() -> u64 {
    setting("QUORATE_CRASH_SEED", 1)
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
