//! Pauses between repetitions.

use super::*;

#[test]
fn pauses_double_up_to_the_longest() {
    assert_eq!(pause(0, 0), Duration::from_millis(10));
    assert_eq!(pause(3, 0), Duration::from_millis(80));
    assert_eq!(pause(40, 0), Duration::from_secs(1));
}

#[test]
fn chance_moves_a_pause_within_its_second_half() {
    let longest = pause(0, u128::MAX);
    assert!(longest > Duration::from_millis(19) && longest < Duration::from_millis(20), "{longest:?}");
}
