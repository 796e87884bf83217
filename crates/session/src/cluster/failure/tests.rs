//! Each failure under each class that makes a difference.

use scylla::errors::WriteType;

use super::*;

fn failures() -> Failures {
    Failures::new(&["10.0.0.1:9042".to_owned(), "10.0.0.2".to_owned()])
}

fn answered(error: DbError, class: Class) -> Error {
    let attempt = RequestAttemptError::DbError(error, "text".to_owned());
    failures().execution(ExecutionError::LastAttemptError(attempt), class)
}

fn cas_timeout() -> DbError {
    DbError::WriteTimeout {
        consistency: Consistency::LocalSerial,
        received: 1,
        required: 2,
        write_type: WriteType::Cas,
    }
}

fn unavailable(consistency: Consistency) -> DbError {
    DbError::Unavailable { consistency, required: 2, alive: 1 }
}

#[test]
fn time_limits_leave_writes_unknown_and_reads_repeatable() {
    let late = || ExecutionError::RequestTimeout(Duration::from_millis(250));
    assert!(matches!(failures().execution(late(), Class::SerialRead), Error::Timeout { .. }));
    for class in [Class::Write, Class::Conditional, Class::Counter, Class::Schema] {
        assert!(matches!(failures().execution(late(), class), Error::Unknown { .. }), "{class:?}");
    }
    assert!(matches!(answered(cas_timeout(), Class::Conditional), Error::Unknown { .. }));
    assert!(matches!(answered(DbError::Other(0x1700), Class::Conditional), Error::Unknown { .. }));
}

#[test]
fn unavailable_before_the_proposal_did_nothing_and_after_it_is_unknown() {
    let before = answered(unavailable(Consistency::LocalSerial), Class::Conditional);
    assert!(matches!(before, Error::Unavailable { .. }));
    let after = answered(unavailable(Consistency::LocalQuorum), Class::Conditional);
    assert!(matches!(after, Error::Unknown { .. }));
    assert!(matches!(answered(unavailable(Consistency::LocalQuorum), Class::Write), Error::Unavailable { .. }));
}

#[test]
fn refusals_carry_cassandras_text() {
    assert!(matches!(answered(DbError::Invalid, Class::Write), Error::Invalid { message } if message == "text"));
    assert!(matches!(answered(DbError::Unauthorized, Class::Read), Error::Config { message } if message == "text"));
}

#[test]
fn overload_is_unknown_for_what_cannot_be_repeated_blindly() {
    assert!(matches!(answered(DbError::Overloaded, Class::Read), Error::Unavailable { .. }));
    assert!(matches!(answered(DbError::Overloaded, Class::Counter), Error::Unknown { .. }));
}

#[test]
fn unavailable_names_the_contact_points() {
    let text = failures().unavailable(NoAnswer { after: Duration::from_secs(5) }).to_string();
    assert!(text.contains("10.0.0.1:9042, 10.0.0.2"), "{text}");
    assert!(text.contains("5000 ms"), "{text}");
}
