//! `do`: answers in the order of the lines, codes, order within an aggregate, streaming, ending.

use std::io::{BufRead as _, BufReader, Write as _};
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Program, piped};

/// Lines that make an organisation, some doctors and some customers with an account each.
pub(crate) fn founding(doctors: u32, customers: u32) -> Vec<Value> {
    let mut lines = vec![
        json!({"command": "add_location", "state_id": "s", "state_name": "Hesse", "country_id": "c",
               "country_name": "Germany", "region_id": "r", "region_name": "Europe"}),
        json!({"command": "register_organisation", "org_id": "o", "org_type": "Clinic", "region_id": "r"}),
    ];
    for doctor in 0..doctors {
        lines.push(json!({"command": "recruit_doctor", "doc_id": format!("d{doctor}"), "org_id": "o",
                          "first_name": "Ada", "last_name": "Byron", "experience_year": 7, "birth_year": 1980}));
    }
    for customer in 0..customers {
        lines.push(json!({"command": "register_customer", "cust_id": format!("p{customer}"), "first_name": "Max",
                          "last_name": "Born", "state_id": "s"}));
        lines.push(json!({"command": "open_account", "account_id": format!("a{customer}"),
                          "account_type": "pay-as-you-visit", "cust_id": format!("p{customer}"), "org_id": "o"}));
    }
    lines
}

pub(crate) fn text(lines: &[Value]) -> String {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

fn empty_clinic() -> Program {
    let program = Program::new();
    program.run(["schema", "apply"]).done();
    program
}

#[test]
fn a_visit_goes_from_booking_to_review() {
    let program = empty_clinic();
    let mut lines = founding(1, 1);
    let founded = lines.len();
    lines.extend([
        json!({"command": "book", "medical_id": "v", "account_id": "a0", "doc_id": "d0", "purpose": "cough",
               "starts_at": "2026-03-02T09:00:00Z", "at": "2026-03-01"}),
        json!({"command": "complete", "medical_id": "v", "amount": "80.50", "at": "2026-03-02T10:00:00Z"}),
        json!({"command": "review", "cust_id": "p0", "org_id": "o", "rating": 4, "at": "2026-03-03"}),
    ]);
    let outcome = program.fed(["do"], &text(&lines)).done().says("8 commands done, 0 failed");
    let answers = outcome.lines();
    assert_eq!(answers.len(), lines.len());
    for answer in &answers {
        let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["ok", "id", "stream", "seq"]);
    }
    assert_eq!(answers[founded]["id"], answers[founded + 1]["id"]);
    let records = program.run(["query", "q8", "--doctor", "d0", "--json"]).done().json();
    assert_eq!(records[0]["medical_amt"], "80.50");
    assert_eq!(records[0]["tx_date"], "2026-03-02T09:00:00Z");
    let ratings = program.run(["query", "q9", "--organisation", "o", "--json"]).done().json();
    assert_eq!(ratings[0]["avg_rating"].as_str().and_then(|rating| rating.parse::<f64>().ok()), Some(4.0));
    program.verify();
}

#[test]
fn each_failure_has_its_code_and_leaves_the_others_alone() {
    let program = empty_clinic();
    program.fed(["do"], &text(&founding(1, 1))).done();
    let book = json!({"command": "book", "medical_id": "v", "account_id": "a0", "doc_id": "d0", "purpose": "x",
                      "starts_at": "2026-03-02T09:00:00Z", "at": "2026-03-01"});
    let mut other_slot = book.clone();
    other_slot["medical_id"] = json!("w");
    let lines = [
        "no json".to_owned(),
        "[1]".to_owned(),
        String::new(),
        json!({"command": "fly"}).to_string(),
        json!({"command": "cancel", "medical_id": "unknown"}).to_string(),
        book.to_string(),
        other_slot.to_string(),
        json!({"command": "review", "cust_id": "p0", "org_id": "o", "rating": 4}).to_string(),
    ];
    let outcome = program.fed(["do"], &format!("{}\n", lines.join("\n"))).ends(1).says("1 command done, 6 failed");
    let codes: Vec<Value> = outcome.lines().iter().map(|answer| answer["error"].clone()).collect();
    let expected = ["invalid", "invalid", "invalid", "not_found", "", "conflict", "refused"];
    let expected: Vec<Value> = expected.map(|code| if code.is_empty() { Value::Null } else { json!(code) }).to_vec();
    assert_eq!(codes, expected);
    let first = &outcome.lines()[0];
    assert!(first["message"].as_str().unwrap().starts_with("line 1:"), "{first}");
    program.verify();
}

#[test]
fn a_repeated_request_gives_the_first_answer() {
    let program = empty_clinic();
    let line = json!({"command": "add_location", "state_id": "s", "state_name": "Hesse", "country_id": "c",
                      "country_name": "Germany", "region_id": "r", "region_name": "Europe",
                      "request_id": "6b0f5c2e-6c2b-4f0e-9d53-0a1c0f0f1a01"});
    let answers = program.fed(["do", "--tasks", "4"], &text(&[line.clone(), line])).done().lines();
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn at_once_and_yet_in_order() {
    let program = empty_clinic();
    // Every line needs the one before it: places before customers, bookings before what becomes of
    // them, a cancelled slot before it is booked anew, a completed visit before the review.
    let mut lines = founding(3, 12);
    for customer in 0..12 {
        let doctor = format!("d{}", customer % 3);
        let starts = format!("2026-03-{:02}T09:00:00Z", 1 + customer);
        let book = |visit: String| {
            json!({"command": "book", "medical_id": visit, "account_id": format!("a{customer}"), "doc_id": doctor,
                   "purpose": "x", "starts_at": starts, "at": "2026-02-01"})
        };
        lines.push(book(format!("first{customer}")));
        lines.push(json!({"command": "cancel", "medical_id": format!("first{customer}"), "at": "2026-02-02"}));
        lines.push(book(format!("second{customer}")));
        lines.push(json!({"command": "complete", "medical_id": format!("second{customer}"), "amount": "10",
                          "at": "2026-04-01"}));
        lines.push(json!({"command": "review", "cust_id": format!("p{customer}"), "org_id": "o", "rating": 5,
                          "at": "2026-04-02"}));
    }
    let answers = program.fed(["do", "--tasks", "16"], &text(&lines)).done().lines();
    assert_eq!(answers.len(), lines.len());
    for (line, answer) in lines.iter().zip(&answers) {
        assert_eq!(answer["ok"], true, "{line}: {answer}");
    }
    let day = program.run(["query", "q8", "--organisation", "o", "--limit", "100", "--json"]).done().json();
    assert_eq!(day.as_array().unwrap().len(), 12);
    program.verify();
}

#[test]
fn an_answer_comes_before_the_next_line_is_sent_and_a_signal_ends_it_well() {
    let program = empty_clinic();
    let mut child = piped(program.command(["do"]));
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in founding(1, 1) {
        writeln!(stdin, "{line}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
    }
    let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    // Standard input is still open: the signal alone must end it.
    let mut waited = Duration::ZERO;
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(waited < Duration::from_secs(20), "it goes on after SIGTERM"),
        }
        std::thread::sleep(Duration::from_millis(20));
        waited += Duration::from_millis(20);
    };
    assert_eq!(status.code(), Some(0));
    drop(stdin);
    program.verify();
}

#[test]
fn commands_come_from_a_file_too() {
    let program = empty_clinic();
    std::fs::write(program.path("lines.jsonl"), text(&founding(1, 0))).unwrap();
    assert_eq!(program.run(["do", "lines.jsonl"]).done().lines().len(), 3);
    program.run(["do", "missing.jsonl"]).ends(1).says("cannot read missing.jsonl");
    program.run(["do", "lines.jsonl", "--tasks", "0"]).ends(2).says("--tasks");
}
