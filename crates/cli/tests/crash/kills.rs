//! Killed while it works: at every failpoint, and at random times.
//! Failpoints are in debug builds only.

use std::time::Duration;

use super::dice::Dice;
use super::place::{Kill, Place};
use super::scale;
use super::siege::Siege;

/// A stream's cursor is written after so many events.
const EVENTS_PER_CURSOR: u64 = 256;
const LINES: u64 = 120;

#[test]
#[cfg(debug_assertions)]
fn killed_at_every_failpoint_nothing_is_lost_and_nothing_done_twice() {
    let mut siege = Siege::new(Place::embedded(), scale::seed());
    let mut dice = Dice::new(scale::seed());
    let rounds = scale::kills().div_ceil(10);
    for round in 0..rounds {
        for place in quorate_clinic::failpoint::ALL {
            let mut lines = siege.world.lines(LINES);
            // How often a place is passed depends on the commands: on the first passing it is killed for sure.
            let mut nth = 1;
            match *place {
                "cursor-saved" => lines = siege.world.offerings(EVENTS_PER_CURSOR),
                "board-written" => {}
                "followed-up" => nth += dice.below(3),
                _ => nth += dice.below(20),
            }
            let sent = siege.attack(lines, &Kill::At(place, nth));
            eprintln!("{round} {place}:{nth}: {} acknowledged before the kill", sent.answers.len());
            assert_eq!(sent.code, None, "{place}:{nth} was not reached");
        }
    }
    siege.conclude();
    eprintln!("{} of {} lines done", siege.done(), siege.sent());
}

#[test]
fn killed_at_random_nothing_is_lost_and_nothing_done_twice() {
    let mut siege = Siege::new(Place::embedded(), scale::seed() + 1);
    let mut dice = Dice::new(scale::seed() + 1);
    let lines = siege.world.lines(LINES);
    let mut whole = siege.attack(lines, &Kill::Never).took;
    let (mut killed, mut tried, mut midway) = (0, 0, 0);
    while killed < scale::kills() {
        tried += 1;
        assert!(tried < 4 * scale::kills() + 20, "{killed} of {tried} attempts hit a running program");
        let delay = whole.mul_f64(f64::from(u32::try_from(dice.below(1_000)).unwrap()) / 1_000.0);
        let lines = siege.world.lines(LINES);
        let sent = siege.attack(lines, &Kill::After(delay));
        if sent.code.is_none() {
            killed += 1;
            midway += u64::from(!sent.answers.is_empty());
        } else {
            // The machine is faster now than it was.
            whole = sent.took.max(Duration::from_millis(20));
        }
    }
    siege.conclude();
    eprintln!("{killed} kills, {midway} after the first answer; {} of {} lines done", siege.done(), siege.sent());
    assert!(midway > 0, "every kill came before the first answer");
}
