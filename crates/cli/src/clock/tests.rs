//! The clock: no bit of the randomness is fixed, and time is in microseconds of our century.

use super::*;

#[test]
fn every_bit_of_the_randomness_takes_both_values() {
    let (mut ones, mut zeros) = (0_u128, 0_u128);
    // The chance that a random bit is the same 200 times is 2⁻¹⁹⁹.
    for _ in 0..200 {
        let bits = SystemClock.random();
        ones |= bits;
        zeros |= !bits;
    }
    assert_eq!((ones, zeros), (u128::MAX, u128::MAX));
}

#[test]
fn time_is_in_microseconds() {
    let now = SystemClock.now_micros();
    // 2025-01-01 and 2100-01-01 in seconds since 1970 (`date -u -d 2025-01-01 +%s`).
    assert!((1_735_689_600_000_000..4_102_444_800_000_000).contains(&now), "{now}");
}
