//! The clinic under attack: killed at every failpoint and at random, raced, rebuilt and restored.
//!
//! Whatever happens, what was acknowledged is in effect, nothing is done twice, every copy is
//! right, and a slot has one winner. The tests run on an embedded store, and the races also on the
//! cluster that `QUORATE_TEST_CASSANDRA` names. `cargo xtask crash` runs them at length.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "how often it was killed is worth seeing in a long run")]

mod crash {
    mod answers;
    mod dice;
    mod import;
    mod kills;
    mod ledger;
    mod mirrors;
    mod nodes;
    mod place;
    mod rebuilt;
    mod requests;
    mod scale;
    mod siege;
    mod slots;
    mod two_processes;
    mod world;
}
