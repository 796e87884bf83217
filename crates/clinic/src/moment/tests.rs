//! Expected instants are jiff's or, where it is looser than RFC 3339, read off the standard.

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};

use super::*;

#[test]
fn instants_agree_with_the_library() {
    for text in [
        "1970-01-01T00:00:00Z",
        "2026-11-21T09:30:00+01:00",
        "2024-02-29T23:59:59.999-11:45",
        "1931-05-18T01:18:42z",
        "0001-01-01t00:00:00Z",
        "1969-12-31T23:59:59.9999999999-00:00",
    ] {
        let expected = text.parse::<Timestamp>().map(Timestamp::as_millisecond);
        // The library refuses more than nine digits.
        let expected = expected.unwrap_or(-1);
        assert_eq!(parse_instant(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_fraction_is_cut_not_rounded() {
    assert_eq!(parse_instant("1970-01-01T00:00:01.0029Z"), Ok(1_002));
    assert_eq!(parse_instant("1969-12-31T23:59:59.9999Z"), Ok(-1));
    assert_eq!(parse_instant("1970-01-01T00:00:00.5Z"), Ok(500));
}

#[test]
fn a_day_is_its_first_instant_in_utc() {
    assert_eq!(parse_instant("1970-01-02"), Ok(DAY_MS));
    assert_eq!(parse_instant("9999-12-31"), Ok(253_402_214_400_000));
}

#[test]
fn a_leap_second_is_the_second_before() {
    assert_eq!(parse_instant("2016-12-31T23:59:60Z"), parse_instant("2016-12-31T23:59:59Z"));
}

#[test]
fn everything_else_is_refused() {
    for (text, error) in [
        ("", MomentError::Instant),
        ("now", MomentError::Instant),
        ("1700000000000", MomentError::Instant),
        ("2026-11-21 09:30:00Z", MomentError::Instant),
        ("2026-11-21T09:30Z", MomentError::Instant),
        ("2026-11-21T09:30:00", MomentError::NoOffset),
        ("2026-11-21T09:30:00.", MomentError::Instant),
        ("2026-11-21T09:30:00.5", MomentError::NoOffset),
        ("2026-11-21T09:30:00+0100", MomentError::Instant),
        ("2026-11-21T09:30:00+01", MomentError::Instant),
        ("2026-11-21T09:30:00+24:00", MomentError::NotInCalendar),
        ("2026-11-21T24:00:00Z", MomentError::NotInCalendar),
        ("2026-11-21T09:60:00Z", MomentError::NotInCalendar),
        ("2026-11-21T09:30:61Z", MomentError::NotInCalendar),
        ("2026-11-21T09:30:00Z[UTC]", MomentError::Instant),
        (" 2026-11-21", MomentError::Instant),
        ("2026-11-21 ", MomentError::Instant),
        ("2026-1-21", MomentError::Instant),
        ("21.11.2026", MomentError::Instant),
        ("2026-02-29", MomentError::NotInCalendar),
        ("2026-13-01", MomentError::NotInCalendar),
        ("2026-00-01", MomentError::NotInCalendar),
        ("2026-01-00", MomentError::NotInCalendar),
        ("292278994-08-17T07:12:55Z", MomentError::Instant),
        ("-0001-01-01", MomentError::Instant),
        ("2026-11-2١", MomentError::Instant),
    ] {
        assert_eq!(parse_instant(text), Err(error), "{text}");
    }
}

#[test]
fn days_and_months_are_read_and_printed() {
    assert_eq!(parse_day("2000-02-29"), Ok(11_016));
    assert_eq!(day_text(11_016), "2000-02-29");
    assert_eq!(day_text(-1), "1969-12-31");
    assert_eq!(parse_day("2000-02-30"), Err(MomentError::NotInCalendar));
    assert_eq!(parse_day("2000-02-29T00:00:00Z"), Err(MomentError::Day));
    assert_eq!(parse_month("2000-03").map(day_text), Ok("2000-03-01".to_owned()));
    assert_eq!(parse_month("2000-3"), Err(MomentError::Month));
    assert_eq!(parse_month("20000-03"), Err(MomentError::Month));
    assert_eq!(parse_month("2000-13"), Err(MomentError::NotInCalendar));
}

#[test]
fn instants_print_as_they_are_read() {
    for text in ["1970-01-01T00:00:00Z", "2026-11-21T09:30:07Z", "1931-05-18T01:18:42.007Z", "0000-01-01T00:00:00Z"] {
        assert_eq!(parse_instant(text).map(instant_text), Ok(text.to_owned()));
    }
}

#[test]
fn calendar_months_agree_with_the_library() {
    let mut day = date(2023, 1, 1);
    while day < date(2025, 1, 1) {
        let start = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp() + 7.hours();
        for months in [-14, -1, 0, 1, 2, 13] {
            let later = day.checked_add(months.months()).unwrap();
            let expected = later.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp() + 7.hours();
            assert_eq!(
                plus_months(start.as_millisecond(), months),
                expected.as_millisecond(),
                "{day} plus {months} months"
            );
        }
        day = day.tomorrow().unwrap();
    }
}
