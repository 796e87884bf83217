//! After thousands of random commands: rebuilt, or restored from a backup, the answers are the same.

use super::answers::Asked;
use super::place::{Kill, Place};
use super::scale;
use super::siege::Siege;

#[test]
fn rebuilt_and_restored_the_answers_are_the_same() {
    let mut siege = Siege::new(Place::embedded(), scale::seed() + 3);
    let lines = siege.world.lines(scale::commands());
    let sent = siege.attack(lines, &Kill::Never);
    siege.conclude();
    eprintln!("{} of {} lines done, in {:?}", siege.done(), siege.sent(), sent.took);
    let place = &siege.place;
    let before = Asked::of(place);

    place.done(&["rebuild"]);
    place.verify("after a rebuild");
    before.same(&Asked::of(place), "after a rebuild");

    place.done(&["backup", "log.bin"]);
    let fresh = Place::embedded();
    let file = place.path("log.bin");
    fresh.done(&["restore", file.to_str().unwrap()]);
    fresh.verify("after a restoration");
    before.same(&Asked::of(&fresh), "after a restoration");
    // What is restored goes on: the first answers are known, and nothing is done again.
    let repeated = fresh.send(&siege.lines()[..500], &Kill::Never);
    for (number, answer) in repeated.answers.iter().enumerate().filter(|(_, answer)| answer["ok"] == true) {
        assert_eq!(siege.acknowledged(number), Some(answer), "line {number}");
    }
    before.same(&Asked::of(&fresh), "after the same commands again");
}

#[test]
fn a_rebuild_that_is_killed_is_finished_by_the_next() {
    let mut siege = Siege::new(Place::embedded(), scale::seed() + 4);
    let lines = siege.world.lines(300);
    siege.attack(lines, &Kill::Never);
    let before = Asked::of(&siege.place);
    let whole = siege.place.done(&["rebuild"]).took;
    let mut killed = 0;
    for share in [0.15, 0.4, 0.6, 0.8] {
        let running = siege.place.begin(&["rebuild"]);
        killed += u32::from(running.end(Some(whole.mul_f64(share))).code.is_none());
        siege.place.verify(&format!("after a rebuild that was killed at {share}"));
        before.same(&Asked::of(&siege.place), "after a rebuild that was killed");
    }
    assert!(killed > 0, "every rebuild was over before the kill");
}
