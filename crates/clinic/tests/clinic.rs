//! The clinic end to end: import, commands, queries, verification, repair, rebuild, backup.
//!
//! Every test runs on an embedded store in memory, and again on a real cluster when
//! `QUORATE_TEST_CASSANDRA` names one (`host:port`, several separated by commas).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clinic {
    pub(crate) mod place;

    mod commands;
    mod maintenance;
    mod rejects;
}
