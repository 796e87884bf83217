//! Which failures end with which code, and that each is said once.

use anyhow::Context as _;

use super::*;

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Repeats(#[source] io::Error);

#[test]
fn a_cause_that_is_in_the_text_already_is_not_said_again() {
    let error = anyhow::Error::new(Repeats(io::Error::other("the disk is full"))).context("cannot write FILE");
    assert_eq!(message(error.as_ref()), "cannot write FILE: the disk is full");
}

#[test]
fn wrong_usage_is_found_beneath_its_context() {
    let error = Err::<(), _>(Failure::usage("--limit: what?")).context("q3").err();
    assert_eq!(error.map(|error| exit(&error)), Some(Exit::Usage));
}

#[test]
fn an_invalid_argument_is_wrong_usage_and_a_store_that_is_away_is_a_failure() {
    let invalid = anyhow::Error::new(ClinicError::Invalid { what: "q2 needs --customer".to_owned() });
    assert_eq!(exit(&invalid), Exit::Usage);
    let missing = anyhow::Error::new(ClinicError::Schema { what: "no clinic".to_owned() });
    assert_eq!(exit(&missing), Exit::Failed);
}

#[test]
fn other_failures_are_failures() {
    assert_eq!(exit(&anyhow::anyhow!("something")), Exit::Failed);
}
