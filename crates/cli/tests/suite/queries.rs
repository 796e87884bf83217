//! `query`: shapes, tables, pages, unknown ids, wrong use; two answers computed from the input.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::program::{AS_OF, Program};

#[test]
fn regions_and_accounts_are_those_of_the_input() {
    let program = Program::with_data(80);
    let region_of: HashMap<String, String> = program
        .rows("location.csv")
        .into_iter()
        .map(|row| (row["STATE_ID"].clone(), row["REGION_NAME"].clone()))
        .collect();
    let mut customers: BTreeMap<String, i64> = BTreeMap::new();
    for customer in program.rows("customer.csv") {
        *customers.entry(region_of[&customer["STATE_ID"]].clone()).or_default() += 1;
    }
    let answer = program.ask(["q13", "--limit", "1000"]);
    let counted: BTreeMap<String, i64> = answer.as_array().unwrap().iter().map(counted_region).collect();
    assert_eq!(counted, customers);

    let accounts = program.rows("account.csv");
    let owner = &accounts[0]["CUST_ID"];
    let expected = accounts.iter().filter(|account| &account["CUST_ID"] == owner).count();
    let answer = program.ask(["q11", "--customer", owner]);
    assert_eq!(answer.as_array().unwrap().len(), expected);
}

fn counted_region(row: &Value) -> (String, i64) {
    (row["region_name"].as_str().unwrap().to_owned(), row["customer_count"].as_i64().unwrap())
}

#[test]
fn pages_together_are_the_whole_answer() {
    let program = Program::with_data(60);
    let whole = program.ask(["q11", "--limit", "1000"]);
    let mut pages = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut arguments = vec!["query", "q11", "--limit", "7", "--json", "--as-of", AS_OF];
        if let Some(token) = &token {
            arguments.extend(["--page", token]);
        }
        let outcome = program.run(arguments).done();
        pages.extend(outcome.json().as_array().unwrap().clone());
        match outcome.stderr.lines().last().and_then(|line| line.strip_prefix("next page: ")) {
            Some(next) => token = Some(next.to_owned()),
            None => break,
        }
    }
    assert!(pages.len() > 14);
    assert_eq!(Value::Array(pages), whole);
    program.run(["query", "q13", "--page", &token.unwrap()]).ends(2).says("--page");
}

#[test]
fn unknown_ids_are_said_on_standard_error_and_are_no_failure() {
    let program = Program::with_data(5);
    for (question, option, answer) in [
        ("q2", "--customer", json!(null)),
        ("q7", "--doctor", json!(null)),
        ("q3", "--account", json!([])),
        ("q5", "--customer", json!([])),
        ("q8", "--organisation", json!([])),
    ] {
        let outcome = program.run(["query", question, option, "nobody", "--json"]).done().says("is not known");
        assert_eq!(outcome.json(), answer, "{question}");
    }
    let table = program.run(["query", "q2", "--customer", "nobody"]).done().says("is not known");
    assert_eq!(table.stdout, "");
}

#[test]
fn wrong_use_is_refused_before_anything_is_asked() {
    let program = Program::with_data(5);
    program.run(["query"]).ends(2);
    program.run(["query", "q15"]).ends(2).says("q1 to q14");
    program.run(["query", "q2"]).ends(2).says("--customer");
    program.run(["query", "q13", "--doctor", "1"]).ends(2).says("takes no --doctor");
    program.run(["query", "q1", "--as-of", "yesterday"]).ends(2).says("--as-of");
    program.run(["query", "q9", "--organisation", "1", "--from", "2026-13"]).ends(2).says("--from");
    program.run(["query", "q1", "--limit", "0"]).ends(2).says("--limit");
}

#[test]
fn tables_have_the_fields_and_the_rows_of_the_json() {
    let program = Program::with_data(40);
    let answer = program.ask(["q4", "--limit", "5"]);
    let table = program.run(["query", "q4", "--limit", "5", "--as-of", AS_OF]).done().stdout;
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let first = answer[0].as_object().unwrap();
    assert_eq!(head, first.keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(lines.count(), answer.as_array().unwrap().len());
    // Counts stand under each other at the right.
    let end = table.lines().next().unwrap().find("record_count").unwrap() + "record_count".len();
    for (line, row) in table.lines().skip(1).zip(answer.as_array().unwrap()) {
        let shown: String = line.chars().take(end).collect();
        assert!(shown.ends_with(&format!(" {}", row["record_count"])), "{line}");
    }
}

#[test]
fn reminders_of_a_day_are_due_on_it_and_hold_no_purpose() {
    let program = Program::with_data(200);
    // Visits are reminded of a day before; the generator books within weeks of its as-of.
    let days = (15..=31).map(|day| format!("2026-01-{day:02}"));
    let mut found = 0;
    for day in days {
        let rows = program.run(["reminders", "--day", &day, "--json"]).done().json();
        for row in rows.as_array().unwrap() {
            assert!(row["send_at"].as_str().unwrap().starts_with(&day), "{row}");
            assert!(row.get("medical_purpose").is_none() && row.get("first_name").is_none());
            found += 1;
        }
    }
    assert!(found > 0, "no appointment in the generated data");
    program.run(["reminders", "--day", "soon"]).ends(2).says("--day");
}
