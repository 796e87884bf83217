//! A writer is killed at random; what it acknowledged must be there, and no change may be half.
//!
//! The test starts itself as a second process, which writes and tells each acknowledgement on its
//! standard output, and kills it with SIGKILL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use quorate_engine::{Answer, Clock, Durability, Engine, Options, Parameters, Value};

const DIRECTORY: &str = "QUORATE_CRASH_DIRECTORY";
const DURABILITY: &str = "QUORATE_CRASH_DURABILITY";

struct Ticks(std::sync::atomic::AtomicI64);

impl Clock for Ticks {
    fn now_micros(&self) -> i64 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        7
    }
}

fn open(directory: &Path, durability: Durability) -> Engine {
    let clock = Arc::new(Ticks(1_700_000_000_000_000.into()));
    Engine::open(directory, Options::with_durability(durability), clock).unwrap()
}

fn run(engine: &Engine, cql: &str) -> Answer {
    engine.execute(&engine.prepare(cql, None).unwrap(), &Parameters::default()).unwrap()
}

/// The writer. Does nothing unless it was started by the test below.
#[test]
fn writes_until_it_is_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let sync = std::env::var(DURABILITY).is_ok_and(|durability| durability == "sync");
    let engine = open(Path::new(&directory), if sync { Durability::Sync } else { Durability::Periodic });
    run(
        &engine,
        "CREATE KEYSPACE IF NOT EXISTS ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
    );
    run(&engine, "CREATE TABLE IF NOT EXISTS ks.t (k int, c int, v text, PRIMARY KEY (k, c))");
    run(&engine, "CREATE INDEX IF NOT EXISTS by_v ON ks.t (v)");
    let insert = engine.prepare("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)", None).unwrap();
    let first = count(&engine, "SELECT count(*) FROM ks.t WHERE k = 1");
    let (left, right) = (1_i32.to_be_bytes(), 2_i32.to_be_bytes());
    let mut out = std::io::stdout().lock();
    for number in first.. {
        let clustering = i32::try_from(number).unwrap().to_be_bytes();
        let text = format!("value {}", number % 5);
        let values = |partition| [Value::Bytes(partition), Value::Bytes(&clustering), Value::Bytes(text.as_bytes())];
        let (left, right) = (values(&left), values(&right));
        engine.apply(&[(&insert, &left), (&insert, &right)]).unwrap();
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
    }
}

fn count(engine: &Engine, cql: &str) -> i64 {
    let Answer::Rows(rows) = run(engine, cql) else { panic!("no rows") };
    i64::from_be_bytes(rows.iter().next().unwrap()[0].unwrap().try_into().unwrap())
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    for durability in ["periodic", "sync"] {
        let directory = tempfile::tempdir().unwrap();
        let mut acknowledged = -1;
        for round in 0..6_i64 {
            acknowledged = acknowledged.max(write_and_kill(directory.path(), durability, 20 + round * 37));
            verify(directory.path(), acknowledged);
        }
    }
}

/// Lets a writer run until it has acknowledged some more, kills it, and answers the last number.
fn write_and_kill(directory: &Path, durability: &str, more: i64) -> i64 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(DURABILITY, durability)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut last = -1;
    let mut seen = 0;
    for line in lines.by_ref() {
        // The test harness writes before the first one, on the same line.
        let Some(number) = line.unwrap().split("acknowledged ").nth(1).map(|number| number.parse().unwrap()) else {
            continue;
        };
        last = number;
        seen += 1;
        if seen == more {
            break;
        }
    }
    writer.kill().unwrap();
    for line in lines.map_while(Result::ok) {
        // The last line may be cut short by the kill; a number cut short is a smaller one.
        if let Some(Ok(number)) = line.split("acknowledged ").nth(1).map(str::parse::<i64>) {
            last = last.max(number);
        }
    }
    writer.wait().unwrap();
    assert_eq!(seen, more, "the writer ended by itself");
    last
}

fn verify(directory: &Path, acknowledged: i64) {
    let engine = open(directory, Durability::Periodic);
    let left = count(&engine, "SELECT count(*) FROM ks.t WHERE k = 1");
    assert!(left > acknowledged, "{acknowledged} was acknowledged, {left} are there");
    assert_eq!(count(&engine, "SELECT count(*) FROM ks.t WHERE k = 2"), left, "half a change");
    let by_index: i64 =
        (0..5).map(|value| count(&engine, &format!("SELECT count(*) FROM ks.t WHERE v = 'value {value}'"))).sum();
    assert_eq!(by_index, 2 * left, "index and rows disagree");
}
