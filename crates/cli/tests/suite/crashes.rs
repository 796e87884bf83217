//! Killed at every failpoint, the program goes on where it was: nothing acknowledged is lost,
//! nothing is done twice, and every copy is right. Failpoints are in debug builds only.
#![cfg(debug_assertions)]

use std::collections::HashSet;

use quorate_clinic::failpoint;
use serde_json::{Value, json};

use crate::commands::{founding, text};
use crate::program::{Outcome, Program};

/// A stream's cursor is written after so many events, and the failpoint behind it is passed then.
const EVENTS_PER_CURSOR: usize = 256;

/// Commands that pass every failpoint, each with its request id.
fn lines(offerings: usize) -> Vec<Value> {
    let mut lines = founding(2, 3);
    for customer in 0..3 {
        let visit = format!("v{customer}");
        lines.push(json!({"command": "book", "medical_id": visit, "account_id": format!("a{customer}"),
                          "doc_id": "d0", "purpose": "x", "at": "2026-03-01",
                          "starts_at": format!("2026-03-02T1{customer}:00:00Z")}));
        lines.push(json!({"command": "complete", "medical_id": visit, "amount": "12.00", "at": "2026-03-03"}));
        lines.push(json!({"command": "rename_customer", "cust_id": format!("p{customer}"), "first_name": "Lise",
                          "last_name": "Meitner"}));
        lines.push(json!({"command": "move_customer", "cust_id": format!("p{customer}"), "state_id": "s"}));
    }
    for number in 0..offerings {
        lines.push(json!({"command": "publish_offering", "org_id": "o", "headline": format!("Offer {number}")}));
    }
    for (number, line) in lines.iter_mut().enumerate() {
        line["request_id"] = json!(format!("6b0f5c2e-6c2b-4f0e-9d53-{number:012}"));
    }
    lines
}

#[test]
fn killed_anywhere_it_goes_on_where_it_was() {
    for place in failpoint::ALL {
        let (offerings, times): (_, &[u32]) =
            if *place == "cursor-saved" { (EVENTS_PER_CURSOR, &[1]) } else { (2, &[1, 2, 5]) };
        let killed = times.iter().filter(|nth| kill_and_go_on(place, **nth, offerings)).count();
        assert!(killed > 0, "no command passed {place}");
    }
}

/// Whether the place was reached; then everything must be right afterwards.
fn kill_and_go_on(place: &str, nth: u32, offerings: usize) -> bool {
    let program = Program::new();
    program.run(["schema", "apply"]).done();
    let lines = lines(offerings);
    std::fs::write(program.path("lines.jsonl"), text(&lines)).unwrap();
    let mut command = program.command(["do", "lines.jsonl"]);
    let outcome: Outcome = command.env("QUORATE_FAILPOINT", format!("{place}:{nth}")).output().unwrap().into();
    if outcome.code.is_some() {
        // The place was never reached that often; then all is done.
        outcome.done();
        return false;
    }
    let acknowledged: Vec<Value> = outcome.lines();
    let answers = program.run(["do", "lines.jsonl"]).done().lines();
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[..acknowledged.len()], acknowledged, "{place}:{nth}");
    let events: HashSet<(i64, i64)> =
        answers.iter().map(|answer| (answer["stream"].as_i64().unwrap(), answer["seq"].as_i64().unwrap())).collect();
    assert_eq!(events.len(), lines.len(), "{place}:{nth}");
    let records = program.run(["query", "q8", "--doctor", "d0", "--json"]).done().json();
    assert_eq!(records.as_array().unwrap().len(), 3, "{place}:{nth}");
    program.verify();
    true
}

#[test]
fn an_unknown_failpoint_is_wrong_usage() {
    let program = Program::new();
    let mut command = program.command(["config"]);
    let outcome: Outcome = command.env("QUORATE_FAILPOINT", "nowhere:1").output().unwrap().into();
    outcome.ends(2).says("appended");
}
