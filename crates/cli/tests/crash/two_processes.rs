//! Two processes at once: on a cluster both work, on one embedded store the second is refused.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use super::answers::Asked;
use super::ledger;
use super::place::{Kill, Place, cassandra};
use super::scale;
use super::siege::Siege;

#[test]
fn an_embedded_store_has_one_process() {
    let mut siege = Siege::new(Place::embedded(), scale::seed());
    let mut first = siege.place.command(&["do"]);
    let mut first = first.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = first.stdin.take().unwrap();
    let mut answers = BufReader::new(first.stdout.take().unwrap()).lines();
    writeln!(input, "{}", siege.world.lines(1)[0]).unwrap();
    // Once it answers, it has the store.
    answers.next().unwrap().unwrap();
    let line = siege.world.lines(1);
    for refused in [siege.place.run(&["verify"]), siege.place.send(&line, &Kill::Never)] {
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("in use by process"), "{}", refused.stderr);
        assert!(refused.answers.is_empty());
    }
    drop(input);
    first.wait().unwrap();
    siege.place.verify("after two processes");
}

/// Both are given the same commands, one of them in another order, so that they meet at every
/// customer, doctor, slot and request.
#[test]
fn two_processes_on_a_cluster_do_everything_once() {
    let Some(points) = cassandra() else { return };
    let mut siege = Siege::new(Place::cluster(&points, "crash_two"), scale::seed() + 5);
    let lines = siege.world.lines(scale::commands().div_ceil(10));
    let mut turned = lines.clone();
    let middle = turned.len() / 3;
    turned.rotate_left(middle);
    let place = &siege.place;
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| place.send(&lines, &Kill::Never));
        let two = scope.spawn(|| place.begin_named("turned.jsonl", &turned, &Kill::Never).end(None));
        (one.join().unwrap(), two.join().unwrap())
    });
    eprintln!("two processes with {} lines each: {:?} and {:?}", lines.len(), one.took, two.took);
    let mut in_order = two.answers.clone();
    in_order.rotate_right(middle);
    let mut acknowledged: Vec<Option<Value>> = Vec::new();
    for ((line, first), second) in lines.iter().zip(&one.answers).zip(&in_order) {
        let done: Vec<&Value> = [first, second].into_iter().filter(|answer| answer["ok"] == true).collect();
        assert!(done.windows(2).all(|pair| pair[0] == pair[1]), "done twice: {line}: {first} and {second}");
        for answer in [first, second] {
            let code = answer["error"].as_str();
            // A busy cluster may not answer in time. Then nothing was done, which the ledger checks.
            let told = ["conflict", "refused", "not_found", "unavailable"];
            assert!(code.is_none_or(|code| told.contains(&code)), "{line}: {answer}");
        }
        acknowledged.push(done.first().map(|answer| (*answer).clone()));
    }
    assert_eq!((one.answers.len(), two.answers.len()), (lines.len(), lines.len()), "{} {}", one.stderr, two.stderr);
    ledger::check_once(&lines, &acknowledged);
    place.verify("after two processes at once");
    let again = place.send(&lines, &Kill::Never);
    for (first, answer) in acknowledged.iter().zip(&again.answers) {
        assert!(first.is_none() || first.as_ref() == Some(answer), "{first:?} and then {answer}");
    }
    place.verify("after the same commands again");
    // Whichever process came last: the copies of a name agree.
    let asked = Asked::of(place);
    for customer in 0..super::world::CUSTOMERS {
        let id = format!("c{customer}");
        let name = &asked.answer("q2", &id)["full_name"];
        assert!(asked.rows("q11", &id).iter().all(|account| account["full_name"] == *name), "{id}");
    }
    place.done(&["reset", "--yes"]);
}

/// A process is killed on a cluster: another one goes on, and so does the next one.
#[test]
fn killed_on_a_cluster_nothing_is_lost_and_nothing_done_twice() {
    let Some(points) = cassandra() else { return };
    let mut siege = Siege::new(Place::cluster(&points, "crash_killed"), scale::seed() + 6);
    for (place, nth) in [("claimed", 3), ("appended", 9), ("projected", 14)] {
        let lines = siege.world.lines(60);
        let sent = siege.attack(lines, &Kill::At(place, nth));
        if cfg!(debug_assertions) {
            assert_eq!(sent.code, None, "{place}:{nth} was not reached");
        }
    }
    siege.conclude();
    siege.place.done(&["reset", "--yes"]);
}
