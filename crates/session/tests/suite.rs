//! One suite over both back ends: what applications may rely on must hold on each.
//!
//! Every test runs on an embedded store in memory, and again on a real cluster when
//! `QUORATE_TEST_CASSANDRA` names one (`host:port`, several separated by commas).

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod suite {
    pub(crate) mod back_ends;

    mod bulk;
    mod conditional;
    mod durable;
    mod errors;
    mod faults;
    mod foreign;
    mod paging;
    mod proxy;
    mod types;
    mod unreachable;
    mod writes;
}
