//! Whole rows that replace what is stored without reading it leave exactly what reading leaves.
//!
//! Two engines get the same random statements with explicit timestamps, ties and old ones among
//! them. One may write unseen; the other has a write of the far future behind it and must read
//! before every write. Both are closed, or dropped as if killed, and opened again in between.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use quorate_engine::{Answer, Clock, Engine, Options, Parameters};

const ROUNDS: u64 = 40;
const STATEMENTS: u64 = 60;

struct Ticks {
    micros: AtomicI64,
    random: AtomicU64,
}

impl Clock for Ticks {
    fn now_micros(&self) -> i64 {
        self.micros.fetch_add(7, Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        u128::from(self.random.fetch_add(1, Ordering::Relaxed))
    }
}

fn clock() -> Arc<Ticks> {
    Arc::new(Ticks { micros: AtomicI64::new(1_700_000_000_000_000), random: AtomicU64::new(1) })
}

/// The upper bits of a linear congruential generator (Knuth, MMIX).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn open(directory: &Path, clock: &Arc<Ticks>) -> Engine {
    Engine::open(directory, Options::default(), Arc::clone(clock) as Arc<dyn Clock>).unwrap()
}

fn run(engine: &Engine, cql: &str) -> Answer {
    let statement = engine.prepare(cql, Some("ks")).unwrap_or_else(|error| panic!("{cql}: {error}"));
    engine.execute(&statement, &Parameters::default()).unwrap_or_else(|error| panic!("{cql}: {error}"))
}

fn cells(engine: &Engine, cql: &str) -> Vec<Vec<Option<Vec<u8>>>> {
    let Answer::Rows(rows) = run(engine, cql) else { panic!("{cql} answers no rows") };
    rows.iter().map(|row| row.into_iter().map(|cell| cell.map(<[u8]>::to_vec)).collect()).collect()
}

/// Time goes slowly in some rounds, which makes ties, and in others fast, which makes most rows
/// later than all before.
fn step(round: u64) -> u64 {
    if round % 4 < 2 { 1 } else { 10 }
}

/// Later rounds write later, or nothing would be written unseen after the first; and every other
/// round deletes no row, because where one was deleted every write reads.
fn statement(draws: &mut Draws, round: u64, number: u64) -> String {
    let since = round * 1_000 + number * step(round);
    let (p, c, a) = (draws.below(3), draws.below(4), draws.below(5));
    let timestamp = since + draws.below(5 * step(round));
    let b = if draws.below(3) == 0 { "null".to_owned() } else { draws.below(5).to_string() };
    let ttl = if draws.below(4) == 0 { " AND TTL 100000" } else { "" };
    match draws.below(10 + round % 2 * 2) {
        0..=6 => {
            format!("INSERT INTO t (p, c, a, b) VALUES ({p}, {c}, {a}, {b}) USING TIMESTAMP {timestamp}{ttl}")
        }
        7 => format!("UPDATE t USING TIMESTAMP {timestamp} SET a = {a} WHERE p = {p} AND c = {c}"),
        8 => format!("INSERT INTO t (p, c, b) VALUES ({p}, {c}, {b}) USING TIMESTAMP {timestamp}"),
        9 => format!("DELETE b FROM t USING TIMESTAMP {timestamp} WHERE p = {p} AND c = {c}"),
        10 => format!("DELETE FROM t USING TIMESTAMP {timestamp} WHERE p = {p} AND c = {c}"),
        _ => format!("DELETE FROM t USING TIMESTAMP {timestamp} WHERE p = {p} AND c > {c}"),
    }
}

#[test]
fn a_row_written_unseen_is_the_row_that_reading_would_have_made() {
    let directory = tempfile::tempdir().unwrap();
    let paths = [directory.path().join("unseen"), directory.path().join("reading")];
    let clocks = [clock(), clock()];
    let mut engines = [open(&paths[0], &clocks[0]), open(&paths[1], &clocks[1])];
    for engine in &engines {
        run(engine, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        run(engine, "CREATE TABLE future (p int PRIMARY KEY, v int)");
    }
    let [_, reading] = &engines;
    run(reading, &format!("INSERT INTO future (p, v) VALUES (1, 1) USING TIMESTAMP {}", i64::MAX - 1));
    let mut draws = Draws(20_261_121);
    for round in 0..ROUNDS {
        let since = round * 1_000;
        let again = engines.map(|engine| if round % 2 == 0 { engine.close().unwrap() } else { drop(engine) });
        assert_eq!(again.len(), paths.len());
        engines = [open(&paths[0], &clocks[0]), open(&paths[1], &clocks[1])];
        for engine in &engines {
            run(engine, "DROP TABLE IF EXISTS t");
            run(engine, "CREATE TABLE t (p int, c int, a int, b int, PRIMARY KEY (p, c))");
        }
        for number in 0..STATEMENTS {
            let cql = statement(&mut draws, round, number);
            for engine in &engines {
                run(engine, &cql);
            }
        }
        // What a deletion covered stays covered in columns that the table gets later.
        for engine in &engines {
            run(engine, "ALTER TABLE t ADD late int");
            for (p, c) in (0..3).flat_map(|p| (0..4).map(move |c| (p, c))) {
                run(
                    engine,
                    &format!(
                        "UPDATE t USING TIMESTAMP {} SET late = 1 WHERE p = {p} AND c = {c}",
                        since + STATEMENTS / 2 * step(round)
                    ),
                );
            }
        }
        let all = "SELECT p, c, a, b, late, writetime(a), writetime(b), writetime(late), ttl(a) FROM t";
        let [unseen, reading] = &engines;
        let (unseen, reading) = (cells(unseen, all), cells(reading, all));
        let without_ttl = |rows: Vec<Vec<Option<Vec<u8>>>>| -> Vec<(Vec<Option<Vec<u8>>>, bool)> {
            rows.into_iter().map(|row| (row[..8].to_vec(), row[8].is_some())).collect()
        };
        assert_eq!(without_ttl(unseen), without_ttl(reading), "round {round}");
    }
}
