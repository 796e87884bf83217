//! Three nodes of which one is killed, one is paused, all are paused, and all are gone.
//!
//! Runs only where `cargo xtask crash --cluster` has started nodes that may be ended; that program
//! is also what ends them.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::ledger;
use super::place::{Kill, Place, Sent};
use super::scale;
use super::world::World;

/// The longest that a request may take, in seconds: what the program is told.
const TIMEOUT: &str = "5";
/// Until when an answer must be there: a command makes several requests, one after the other.
const LIMIT: Duration = Duration::from_mins(1);

/// Nodes that this test may end.
struct Nodes {
    program: String,
    directory: String,
}

impl Nodes {
    fn given() -> Option<Self> {
        Some(Self {
            program: std::env::var("QUORATE_CRASH_XTASK").ok()?,
            directory: std::env::var("QUORATE_CRASH_NODES").ok()?,
        })
    }

    fn order(&self, action: &str, node: u8) {
        let node = node.to_string();
        let status =
            Command::new(&self.program).args(["cassandra", action, &node, "--dir", &self.directory]).status().unwrap();
        assert!(status.success(), "{action} {node}");
    }
}

#[test]
fn a_node_that_is_killed_or_paused_loses_nothing_and_all_gone_is_said_in_time() {
    let Some(nodes) = Nodes::given() else { return };
    let place = Place::cluster("127.0.0.1,127.0.0.2,127.0.0.3", "crash_nodes").with_timeout(TIMEOUT);
    place.done(&["schema", "apply", "--replication", "simple:3"]);
    let mut world = World::new(scale::seed() + 7);
    let mut lines = world.founding();
    let mut acknowledged = note(&lines, &place.send(&lines, &Kill::Never), "founding");
    for (during, after) in [("kill-node", "start-node"), ("pause-node", "resume-node")] {
        let fresh = world.lines(300);
        let running = place.begin_named("lines.jsonl", &fresh, &Kill::Never);
        std::thread::sleep(Duration::from_secs(6));
        nodes.order(during, 2);
        let sent = running.end(None);
        acknowledged.extend(note(&fresh, &sent, during));
        assert!(sent.longest_gap < LIMIT, "{during}: no answer for {:?}", sent.longest_gap);
        lines.extend(fresh);
        // Two of three are enough for everything.
        send_again(&place, &lines, &mut acknowledged, during);
        place.verify(during);
        nodes.order(after, 2);
        place.verify(after);
    }
    send_again(&place, &lines, &mut acknowledged, "all nodes");
    ledger::check(&place, &lines, &acknowledged);

    all_stop_in_the_middle(&nodes, &place, &mut world, &mut lines, &mut acknowledged);
    ledger::check(&place, &lines, &acknowledged);
    all_are_gone_from_the_beginning(&nodes, &place, &lines[..1]);
}

/// Every line is answered in time; what is sent again when the nodes go on is done once.
fn all_stop_in_the_middle(
    nodes: &Nodes,
    place: &Place,
    world: &mut World,
    lines: &mut Vec<Value>,
    acknowledged: &mut Vec<Option<Value>>,
) {
    let fresh = world.lines(300);
    let running = place.begin_named("lines.jsonl", &fresh, &Kill::Never);
    std::thread::sleep(Duration::from_secs(4));
    for node in 1..=3 {
        nodes.order("pause-node", node);
    }
    let sent = running.end(None);
    acknowledged.extend(note(&fresh, &sent, "all nodes paused"));
    lines.extend(fresh);
    assert_eq!(sent.answers.len(), 300, "every line is answered: {}", sent.stderr);
    assert_eq!(sent.code, Some(1), "{}", sent.stderr);
    assert!(sent.longest_gap < LIMIT, "no answer for {:?}", sent.longest_gap);
    let failed: Vec<&str> = sent.answers.iter().filter_map(|answer| answer["error"].as_str()).collect();
    assert!(
        failed.iter().any(|code| ["unavailable", "unknown_outcome"].contains(code)),
        "nothing was tested: {failed:?}"
    );
    for answer in sent.answers.iter().filter(|answer| answer["error"] == "unavailable") {
        assert!(answer["message"].as_str().unwrap().starts_with("nothing was done: "), "{answer}");
    }
    assert!(sent.stderr.contains("done, ") && sent.stderr.contains("not available"), "{}", sent.stderr);
    let hung = place.send(&lines[..1], &Kill::Never);
    note(&lines[..1], &hung, "opening while all nodes are paused");
    assert_unavailable(&hung);
    for node in 1..=3 {
        nodes.order("resume-node", node);
    }
    send_again(place, lines, acknowledged, "all nodes go on");
    place.verify("all nodes go on");
}

fn all_are_gone_from_the_beginning(nodes: &Nodes, place: &Place, line: &[Value]) {
    for node in 1..=3 {
        nodes.order("kill-node", node);
    }
    let gone = place.send(line, &Kill::Never);
    note(line, &gone, "no node runs");
    assert_unavailable(&gone);
    for address in ["127.0.0.1", "127.0.0.2", "127.0.0.3"] {
        // Refused, or reset where the system had accepted it for a process that just ended.
        assert!(gone.stderr.contains(&format!("{address}: Connection re")), "{}", gone.stderr);
    }
}

/// That a program that found no cluster did nothing and said so.
#[track_caller]
fn assert_unavailable(sent: &Sent) {
    assert_eq!(sent.code, Some(1), "{sent:?}");
    assert!(sent.answers.is_empty() && sent.took < LIMIT, "{sent:?}");
    assert!(
        sent.stderr.contains("the Cassandra cluster at 127.0.0.1, 127.0.0.2, 127.0.0.3 is not available"),
        "{sent:?}"
    );
}

/// The answers that acknowledge something, by line; prints how the others failed.
fn note(lines: &[Value], sent: &Sent, when: &str) -> Vec<Option<Value>> {
    let mut failures = std::collections::BTreeMap::<&str, u32>::new();
    for answer in &sent.answers {
        *failures.entry(answer["error"].as_str().unwrap_or("ok")).or_default() += 1;
    }
    eprintln!(
        "{when}: {} of {} answered in {:?}, longest gap {:?}, exit {:?}, {failures:?} {}",
        sent.answers.len(),
        lines.len(),
        sent.took,
        sent.longest_gap,
        sent.code,
        sent.stderr.trim()
    );
    let mut acknowledged: Vec<Option<Value>> =
        sent.answers.iter().map(|answer| (answer["ok"] == true).then(|| answer.clone())).collect();
    acknowledged.resize(lines.len(), None);
    acknowledged
}

/// Everything again: what was acknowledged is answered as before, and nothing is left open.
fn send_again(place: &Place, lines: &[Value], acknowledged: &mut [Option<Value>], when: &str) {
    let sent = place.send(lines, &Kill::Never);
    assert_eq!(sent.answers.len(), lines.len(), "{when}: {}", sent.stderr);
    for ((line, known), answer) in lines.iter().zip(acknowledged).zip(&sent.answers) {
        match known {
            Some(first) => assert_eq!(answer, first, "{when}: {line}"),
            None if answer["ok"] == true => *known = Some(answer.clone()),
            None => {
                let code = answer["error"].as_str().unwrap();
                assert!(["conflict", "refused", "not_found"].contains(&code), "{when}: {line}: {answer}");
            }
        }
    }
}
