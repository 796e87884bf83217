//! Replays the scripts on the embedded engine and compares every answer with Cassandra's.
//!
//! The answers in `scripts/*.cql` were recorded from Apache Cassandra 5.0; `scripts/README.md`
//! describes the files. Reading and writing them is shared with the recorder, so that both sides
//! agree on the form and differ only in who answered. Time stands still but for `--! wait`.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use quorate_engine::{Answer, Clock, Engine, Error, Parameters};

#[path = "../examples/record/answer.rs"]
mod answer;
#[expect(dead_code, reason = "the recorder also writes scripts, the replay only reads them")]
#[path = "../examples/record/script.rs"]
mod script;

/// What `answer` writes; the recorder has its own from the wire.
mod connection {
    use quorate_cql::types::CqlType;

    pub(crate) enum Reply {
        Done,
        Error { code: i32, message: String },
        Rows { columns: Vec<(String, CqlType)>, rows: Vec<Vec<Option<Vec<u8>>>> },
    }
}

use connection::Reply;
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

/// A clock that moves a little with every look and more when told to; repeatable random bits.
struct ScriptClock {
    micros: AtomicI64,
    state: AtomicU64,
}

impl ScriptClock {
    fn wait(&self, milliseconds: u64) {
        let micros = i64::try_from(milliseconds).unwrap() * 1000;
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn mixed(&self) -> u64 {
        let mut z = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Clock for ScriptClock {
    fn now_micros(&self) -> i64 {
        self.micros.fetch_add(100, Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        (u128::from(self.mixed()) << 64) | u128::from(self.mixed())
    }
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

/// Runs a script and reports every statement whose answer is another than the recorded one.
fn replay(name: &str) {
    let text = fs::read_to_string(directory().join(format!("{name}.cql"))).unwrap();
    let parts = script::parse(&text).unwrap();
    let expected = recorded(&text);
    let clock = Arc::new(ScriptClock { micros: AtomicI64::new(1_700_000_000_000_000), state: AtomicU64::new(1) });
    let engine = Engine::in_memory(Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let create =
        format!("CREATE KEYSPACE s_{name} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}");
    execute(&engine, &create, None, None).unwrap();
    let mut page = None;
    let mut expected = expected.iter();
    let mut compared = 0;
    let mut differences = Vec::new();
    for part in &parts {
        match part {
            Part::Kept(_) => {}
            Part::Directive(_, Directive::Page(size)) => page = Some(u32::try_from(*size).unwrap()),
            Part::Directive(_, Directive::Wait(milliseconds)) => clock.wait(*milliseconds),
            Part::Statement(_, statement) => {
                let found = answers(&engine, statement, page.take());
                let wanted = expected.next().unwrap();
                compared += 1;
                if KNOWN.contains(&statement.as_str()) {
                    assert!(!same(&found, wanted), "no longer another answer than Cassandra's: {statement}");
                } else if !same(&found, wanted) {
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

/// Whether two answers are the same. Of a syntax error its place counts and not its words: those are
/// the parser generator's.
fn same(found: &[String], wanted: &[String]) -> bool {
    let place = |lines: &[String]| match lines {
        [line] => line.strip_prefix("error 2000 line ").and_then(|rest| rest.split(' ').next()).map(str::to_owned),
        _ => None,
    };
    found == wanted || (place(wanted).is_some() && place(found) == place(wanted))
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

fn answers(engine: &Engine, statement: &str, page: Option<u32>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut state: Option<Vec<u8>> = None;
    loop {
        let (reply, next) = match execute(engine, statement, page, state.as_deref()) {
            Ok(Answer::Rows(rows)) => {
                let columns = rows.columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect();
                let cells =
                    rows.iter().map(|row| row.into_iter().map(|cell| cell.map(<[u8]>::to_vec)).collect()).collect();
                (Reply::Rows { columns, rows: cells }, rows.paging_state)
            }
            Ok(_) => (Reply::Done, None),
            Err(error) => (Reply::Error { code: error.code(), message: error.to_string() }, None),
        };
        answer::write(&reply, &mut lines);
        let Some(next) = next else {
            return lines.into_iter().map(|line| line.trim_end().to_owned()).collect();
        };
        lines.push("more".to_owned());
        state = Some(next);
    }
}

fn execute(engine: &Engine, cql: &str, page: Option<u32>, state: Option<&[u8]>) -> Result<Answer, Error> {
    let statement = engine.prepare(cql, None)?;
    engine.execute(&statement, &Parameters { page_size: page, paging_state: state, ..Parameters::default() })
}
