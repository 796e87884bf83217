//! Rates, remaining times and how times are written.

use super::*;

#[test]
fn the_rest_takes_as_long_as_the_pace_so_far_says() {
    let after = |part, whole| remaining(Duration::from_secs(30), Share { part, whole });
    assert_eq!(after(1, 4), Some(Duration::from_secs(90)));
    assert_eq!(after(4, 4), None);
    assert_eq!(after(0, 4), None);
    assert_eq!(after(5, 4), None);
    assert_eq!(after(0, 0), None);
}

#[test]
fn a_rate_needs_time() {
    assert_eq!(per_second(500, Duration::from_millis(250)), Some(2_000));
    assert_eq!(per_second(500, Duration::ZERO), None);
}

#[test]
fn times_are_written_in_the_unit_that_fits() {
    for (micros, text) in
        [(420, "0.4 ms"), (12_300, "12 ms"), (3_200_000, "3.2 s"), (59_940_000, "59.9 s"), (125_000_000, "2 min 5 s")]
    {
        assert_eq!(duration(Duration::from_micros(micros)), text);
    }
}
