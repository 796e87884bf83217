//! Write timestamps rise and are never given twice.

use super::Timestamps;

#[test]
fn timestamps_increase_when_the_clock_does_not() {
    let timestamps = Timestamps::default();
    assert_eq!(timestamps.next(10), 10);
    assert_eq!(timestamps.next(10), 11);
    assert_eq!(timestamps.next(5), 12);
    assert_eq!(timestamps.next(100), 100);
}

#[test]
fn appended_paths_are_version_one_uuids_of_their_time() {
    let path = Timestamps::default().append_path(1_700_000_000_000_000, u128::MAX);
    let uuid = uuid::Uuid::from_bytes(path);
    assert_eq!(uuid.get_version_num(), 1);
    let time = uuid.get_timestamp().expect("a time").to_unix();
    assert_eq!(time, (1_700_000_000, 0));
}

#[test]
fn prepended_paths_come_before_all_and_descend() {
    let timestamps = Timestamps::default();
    let appended = timestamps.append_path(1_700_000_000_000_000, 1);
    let first = timestamps.prepend_path(1_700_000_000_000_000, 1);
    let second = timestamps.prepend_path(1_700_000_000_000_000, 1);
    let order =
        |left: &[u8], right: &[u8]| quorate_cql::order::compare(&quorate_cql::types::CqlType::Timeuuid, left, right);
    assert!(order(&first, &appended).is_lt());
    assert!(order(&second, &first).is_lt());
}
