//! Replays the scripts on the embedded engine and compares every answer with Cassandra's.
//!
//! The answers in `scripts/*.cql` were recorded from Apache Cassandra 5.0; `scripts/README.md`
//! describes the files. Reading and writing them is shared with the recorder, so that both sides
//! agree on the form and differ only in who answered. Time stands still but for `--! wait`.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;
use std::path::PathBuf;

#[path = "../examples/record/answer.rs"]
mod answer;
#[path = "../examples/record/embedded.rs"]
mod embedded;
#[expect(dead_code, reason = "the recorder also writes scripts, the replay only reads them")]
#[path = "../examples/record/script.rs"]
mod script;

#[path = "../examples/record/reply.rs"]
mod reply;

use script::{Directive, Part};

macro_rules! scripts {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })*
    };
}

scripts!(
    basics,
    batches,
    collections,
    counters,
    edges,
    grouping,
    indexes,
    lwt,
    paging,
    schema,
    slices,
    statics,
    timestamps,
    ttl,
    types,
    udt,
);

/// Statements whose answers are known to be others than Cassandra's. Each must still differ.
const KNOWN: &[&str] = &[
    // Cassandra's aggregates of a counter are counters; here they are bigints. The bytes are the same.
    "SELECT sum(n), avg(n), max(m), count(m) FROM s_counters.t",
    // Nulls inside tuples: here worded as nulls outside of them are.
    "SELECT v FROM s_slices.t WHERE k = 1 AND (a) = (null)",
    "SELECT v FROM s_slices.t WHERE k = 1 AND (a, b) IN ((1, null))",
    // A literal null in a list to filter by: Cassandra passes over it, analysis refuses it.
    "SELECT v FROM s_slices.t WHERE k = 1 AND v IN (111, null) ALLOW FILTERING",
];

#[test]
fn every_script_is_replayed() {
    let mut found: Vec<String> = fs::read_dir(directory())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".cql").map(str::to_owned))
        .collect();
    found.sort();
    assert_eq!(found, NAMES);
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

/// Runs a script and reports every statement whose answer is another than the recorded one.
fn replay(name: &str) {
    let text = fs::read_to_string(directory().join(format!("{name}.cql"))).unwrap();
    let parts = script::parse(&text).unwrap();
    let expected = recorded(&text);
    let (engine, clock) = embedded::open().unwrap();
    let create =
        format!("CREATE KEYSPACE s_{name} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}");
    assert_eq!(embedded::answers(&engine, &create, None), ["ok"]);
    let mut page = None;
    let mut expected = expected.iter();
    let mut compared = 0;
    let mut differences = Vec::new();
    for part in &parts {
        match part {
            Part::Kept(_) => {}
            Part::Directive(_, Directive::Page(size)) => page = Some(*size),
            Part::Directive(_, Directive::Wait(milliseconds)) => clock.wait(*milliseconds),
            Part::Statement(_, statement) => {
                let found = embedded::answers(&engine, statement, page.take());
                let wanted = expected.next().unwrap();
                compared += 1;
                if KNOWN.contains(&statement.as_str()) {
                    assert!(!embedded::same(&found, wanted), "no longer another answer than Cassandra's: {statement}");
                } else if !embedded::same(&found, wanted) {
                    differences.push(format!(
                        "{statement}\n  Cassandra:\n    {}\n  engine:\n    {}",
                        wanted.join("\n    "),
                        found.join("\n    ")
                    ));
                }
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {compared} answers differ\n\n{}",
        differences.len(),
        differences.join("\n\n")
    );
}

/// The recorded answers, statement by statement.
fn recorded(text: &str) -> Vec<Vec<String>> {
    let mut answers: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.starts_with("--!") {
            continue;
        }
        if let Some(answer) = line.strip_prefix("--") {
            answers.last_mut().unwrap().push(answer.strip_prefix(' ').unwrap_or(answer).to_owned());
        } else if open || !(line.trim().is_empty() || line.starts_with("//")) {
            open = !line.trim_end().ends_with(';');
            if !open {
                answers.push(Vec::new());
            }
        }
    }
    answers
}
