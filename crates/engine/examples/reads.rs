//! Figures of the embedded engine: bulk writing, point reads, slices, on a store on disk.
//!
//! `cargo run --release -p quorate-engine --example reads [ROWS]`. Prints a table; asserts nothing.
#![expect(clippy::print_stdout, reason = "a command line program")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, UNIX_EPOCH};

use quorate_engine::{Answer, Clock, Engine, Options, Parameters, Statement, Value};

/// Rows of one partition.
const PARTITION: u64 = 100;
/// Rows of one bulk write.
const BATCH: u64 = 512;
const READS: u64 = 200_000;

struct Machine(AtomicU64);

impl Clock for Machine {
    fn now_micros(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "a program of its own")]
        let elapsed = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> u128 {
        u128::from(self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |rows| rows.parse())?;
    let directory = std::env::temp_dir().join(format!("quorate-bench-{}", std::process::id()));
    let outcome = run(&directory, rows);
    std::fs::remove_dir_all(&directory)?;
    outcome
}

fn run(directory: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let open = || Engine::open(directory, Options::default(), Arc::new(Machine(AtomicU64::new(1))));
    let begin = Instant::now();
    let engine = open()?;
    println!("open, empty            {:>10.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    for cql in [
        "CREATE KEYSPACE b WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE b.t (k bigint, c bigint, name text, amount int, note text, PRIMARY KEY (k, c))",
    ] {
        engine.execute(&*engine.prepare(cql, None)?, &Parameters::default())?;
    }
    write(&engine, rows)?;
    let begin = Instant::now();
    engine.close()?;
    println!("close                  {:>10.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let begin = Instant::now();
    let engine = open()?;
    println!("open, {rows} rows     {:>10.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let partitions = rows / PARTITION;
    let point = engine.prepare("SELECT name, amount, note FROM b.t WHERE k = ? AND c = ?", None)?;
    let slice = engine.prepare("SELECT c, name, amount, note FROM b.t WHERE k = ? AND c >= ? LIMIT 10", None)?;
    let near = partitions.min(100);
    measure("point, 100 partitions", &engine, &point, near, 1)?;
    measure("slice, 100 partitions", &engine, &slice, near, 10)?;
    measure("point, all partitions", &engine, &point, partitions, 1)?;
    measure("slice, all partitions", &engine, &slice, partitions, 10)?;
    engine.close()?;
    Ok(())
}

fn write(engine: &Engine, rows: u64) -> Result<(), Box<dyn Error>> {
    let insert = engine.prepare("INSERT INTO b.t (k, c, name, amount, note) VALUES (?, ?, ?, ?, ?)", None)?;
    let (name, amount, note) = (b"a name of a person", 7_i32.to_be_bytes(), [b'n'; 60]);
    let begin = Instant::now();
    for first in (0..rows).step_by(BATCH.try_into()?) {
        let keys: Vec<([u8; 8], [u8; 8])> = (first..rows.min(first + BATCH))
            .map(|row| ((row / PARTITION).to_be_bytes(), (row % PARTITION).to_be_bytes()))
            .collect();
        let values: Vec<[Value<'_>; 5]> =
            keys.iter().map(|(k, c)| [k.as_slice(), c.as_slice(), name, &amount, &note].map(Value::Bytes)).collect();
        let writes: Vec<(&Statement, &[Value<'_>])> =
            values.iter().map(|values| (&*insert, values.as_slice())).collect();
        engine.apply(&writes)?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let rate = rows as f64 / seconds;
    println!("bulk insert            {rate:>10.0} rows/s");
    Ok(())
}

fn measure(
    what: &str,
    engine: &Engine,
    statement: &Statement,
    partitions: u64,
    wanted: usize,
) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::with_capacity(READS.try_into()?);
    let mut short = 0;
    for read in 0..READS {
        let mixed = read.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let (k, c) = ((mixed % partitions).to_be_bytes(), (mixed % 90).to_be_bytes());
        let begin = Instant::now();
        let values = [Value::Bytes(&k), Value::Bytes(&c)];
        let answer = engine.execute(statement, &Parameters { values: &values, ..Parameters::default() })?;
        times.push(begin.elapsed());
        short += u64::from(!matches!(answer, Answer::Rows(rows) if rows.row_count == wanted));
    }
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1e6;
    println!("{what}  p50 {:>7.2} µs  p99 {:>7.2} µs  ({short} answers short)", at(50), at(99));
    Ok(())
}
