//! The format of events, frozen: bytes that were written once must be read for ever.

use super::*;

fn event() -> Event {
    Event {
        version: VERSION,
        at_ms: 1_700_000_000_000,
        request_digest: Uuid::from_u128(1),
        result_id: Uuid::from_u128(2),
        facts: vec![
            Fact::AttemptVoided(Voided { attempt: Uuid::from_u128(3) }),
            Fact::BucketTrimmed(Trim { table: "t".to_owned(), cutoff_ms: -1 }),
        ],
        images: vec![Image::DayCount(DayCount { org_id: Uuid::from_u128(4), day: -1, before: 41, after: 42 })],
    }
}

#[test]
fn an_event_is_read_as_it_was_written() {
    assert_eq!(Event::decode(&event().encode()).unwrap(), event());
}

#[test]
fn the_bytes_of_version_1_do_not_change() {
    // Computed by hand from the format in `codec`: number, length, payload; the checksum is left out.
    let expected = [
        "01 01 02", // version 1, zigzag
        "02 06 80a0abfef962",
        "03 10 00000000000000000000000000000001",
        "04 10 00000000000000000000000000000002",
        "05 1c 0f12 0110 00000000000000000000000000000003 0d06 0101 74 0201 01",
        "06 1d 021b 0110 00000000000000000000000000000004 0201 01 0301 52 0401 54",
    ]
    .concat()
    .replace(' ', "");
    let bytes = event().encode();
    let body = &bytes[..bytes.len() - 4];
    let expected: Vec<u8> =
        (0..expected.len()).step_by(2).map(|at| u8::from_str_radix(&expected[at..at + 2], 16).unwrap()).collect();
    assert_eq!(body, expected);
}

#[test]
fn an_event_of_a_newer_version_is_refused() {
    let newer = Event { version: VERSION + 1, ..event() };
    assert_eq!(Event::decode(&newer.encode()).unwrap_err(), DecodeError::UnknownKind(2));
}
