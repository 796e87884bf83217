//! Requests under way: they answer out of order, are bounded, and are finished before the server ends.
//!
//! `SELECT count(*)` reads a whole table and so runs aside; the gate holds it there.

use quorate_wire::Settings;

use crate::raw::{Body, OPTIONS, QUERY, Raw, SUPPORTED};
use crate::serving::Serving;

const SLOW: &str = "SELECT count(*) FROM ks.t";

fn with_table(settings: Settings) -> Serving {
    let serving = Serving::with(settings);
    let mut raw = Raw::ready(serving.address);
    raw.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    raw.run("CREATE TABLE ks.t (k int PRIMARY KEY)");
    serving
}

fn with_limit(in_flight: usize) -> Serving {
    let mut settings = Settings::default();
    settings.limits.in_flight = in_flight;
    with_table(settings)
}

#[test]
fn a_short_request_overtakes_a_long_one() {
    let serving = with_table(Settings::default());
    let mut raw = Raw::ready(serving.address);
    serving.gate.shut();
    raw.send(1, QUERY, &Body::query(SLOW));
    raw.send(2, OPTIONS, &Body::default());
    let first = raw.receive();
    assert_eq!((first.stream, first.opcode), (2, SUPPORTED));
    serving.gate.open();
    assert_eq!(raw.receive().stream, 1);
}

#[test]
fn many_long_requests_do_not_keep_other_connections_waiting() {
    let serving = with_table(Settings::default());
    let mut busy = Raw::ready(serving.address);
    serving.gate.shut();
    for stream in 0..50 {
        busy.send(stream, QUERY, &Body::query(SLOW));
    }
    serving.gate.wait_for(50);
    let mut other = Raw::ready(serving.address);
    assert_eq!(other.ask(OPTIONS, &Body::default()).opcode, SUPPORTED);
    serving.gate.open();
    let mut streams: Vec<i16> = (0..50).map(|_| busy.receive().stream).collect();
    streams.sort_unstable();
    assert_eq!(streams, (0..50).collect::<Vec<i16>>());
}

#[test]
fn who_asked_for_it_is_told_of_overload() {
    let serving = with_limit(2);
    let mut raw = Raw::started(serving.address, 4, &[("THROW_ON_OVERLOAD", "1")]);
    serving.gate.shut();
    for stream in 0..3 {
        raw.send(stream, QUERY, &Body::query(SLOW));
    }
    let refused = raw.receive();
    assert_eq!((refused.stream, refused.error().0), (2, 0x1001));
    serving.gate.open();
    let mut streams = [raw.receive().stream, raw.receive().stream];
    streams.sort_unstable();
    assert_eq!(streams, [0, 1]);
}

#[test]
fn others_wait_and_are_all_answered() {
    let serving = with_limit(2);
    let mut raw = Raw::ready(serving.address);
    for stream in 0..40 {
        raw.send(stream, QUERY, &Body::query(SLOW));
    }
    let mut streams: Vec<i16> = (0..40)
        .map(|_| raw.receive())
        .map(|frame| {
            assert_eq!(frame.result().0, 2);
            frame.stream
        })
        .collect();
    streams.sort_unstable();
    assert_eq!(streams, (0..40).collect::<Vec<i16>>());
}

#[test]
fn a_server_that_is_told_to_stop_answers_what_is_under_way() {
    let mut serving = with_table(Settings::default());
    let mut raw = Raw::ready(serving.address);
    let gate = std::sync::Arc::clone(&serving.gate);
    gate.shut();
    raw.send(5, QUERY, &Body::query(SLOW));
    gate.wait_for(1);
    serving.tell_to_stop();
    gate.open();
    let answer = raw.receive();
    assert_eq!((answer.stream, answer.result().0), (5, 2));
    assert!(raw.is_closed());
    serving.wait();
}
