//! The fourteen queries over rows that the tests put in place themselves.
//!
//! What is expected is a plain sort or an explicit list, never what a query printed before. Every
//! test runs on an embedded store in memory, and again on a real cluster when
//! `QUORATE_TEST_CASSANDRA` names one (`host:port`, several separated by commas).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod queries {
    pub(crate) mod store;

    mod accounts;
    mod appointments;
    mod arguments;
    mod days_and_months;
    mod one_row;
    mod rankings;
    mod records;
}
