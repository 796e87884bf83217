//! How fast rows go in and come out: bulk inserts, single inserts, slices, reopening, memory.
//!
//! `cargo run --release -p quorate-engine --example bulk -- DIRECTORY ROWS [BATCH [THREADS [sync]]]`
//!
//! The directory must be new. Rows have seven columns and some 130 bytes, a hundred to a partition.

use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use quorate_engine::{Answer, Clock, Durability, Engine, Error, Options, Parameters, Statement, Value};

const ROWS_A_PARTITION: u64 = 100;
const SLICES: u64 = 20_000;

struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the program is the caller that gives the time")]
    fn now_micros(&self) -> i64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> u128 {
        u128::from(self.now_micros().cast_unsigned()) << 64
    }
}

/// A row's values; ids are spread over the whole range as real ones are.
struct RowValues {
    doctor: [u8; 16],
    at: [u8; 8],
    id: [u8; 16],
    number: [u8; 4],
}

impl RowValues {
    fn new(row: u64) -> Self {
        let mixed = row.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let millis = 1_600_000_000_000 + (mixed >> 30);
        Self { doctor: doctor(row / ROWS_A_PARTITION), at: millis.to_be_bytes(), id: uuid(mixed, row), number: [0; 4] }
    }

    fn values(&self) -> [Value<'_>; 7] {
        [
            Value::Bytes(&self.doctor),
            Value::Bytes(&self.at),
            Value::Bytes(&self.id),
            Value::Bytes(b"general practitioner"),
            Value::Bytes(b"a note about what the patient said"),
            Value::Bytes(&self.number),
            Value::Bytes(b"Springfield Hospital"),
        ]
    }
}

fn doctor(partition: u64) -> [u8; 16] {
    uuid(partition.wrapping_mul(0xD6E8_FEB8_6659_FD93), partition)
}

/// A version 4 UUID of two numbers.
fn uuid(high: u64, low: u64) -> [u8; 16] {
    let mut bytes = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    bytes
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, default| arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(default);
    let directory = Path::new(arguments.first().map_or("bulk-store", String::as_str));
    let (rows, batch, threads) = (number(1, 1_000_000_u64), number(2, 1000), number(3, 1));
    let durability = if arguments.iter().any(|word| word == "sync") { Durability::Sync } else { Durability::Periodic };

    let engine = timed("open", || open(directory, durability))?;
    for cql in [
        "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE ks.t (doctor uuid, at timestamp, id uuid, a text, b text, c int, d text, \
         PRIMARY KEY (doctor, at, id)) WITH CLUSTERING ORDER BY (at DESC, id ASC)",
    ] {
        engine.execute(&*engine.prepare(cql, None)?, &Parameters::default())?;
    }
    let insert = engine.prepare("INSERT INTO ks.t (doctor, at, id, a, b, c, d) VALUES (?, ?, ?, ?, ?, ?, ?)", None)?;
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..threads)
            .map(|thread| {
                let (engine, insert) = (&engine, &insert);
                scope
                    .spawn(move || write(engine, insert, rows / threads * thread..rows / threads * (thread + 1), batch))
            })
            .collect();
        writers.into_iter().try_for_each(|writer| writer.join().unwrap_or(Err(Error::Closed)))
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = rows as f64 / seconds;
    report(&format!("{rows} rows in batches of {batch}, {threads} threads, {durability:?}: {rate:.0} rows/s"));
    slices(&engine, rows)?;
    timed("close", || engine.close())?;
    let engine = timed("reopen", || open(directory, durability))?;
    slices(&engine, rows)?;
    timed("count(*)", || engine.execute(&*engine.prepare("SELECT count(*) FROM ks.t", None)?, &Parameters::default()))?;
    engine.close()
}

fn open(directory: &Path, durability: Durability) -> Result<Engine, Error> {
    Engine::open(directory, Options::with_durability(durability), Arc::new(System))
}

fn write(engine: &Engine, insert: &Statement, rows: std::ops::Range<u64>, batch: u64) -> Result<(), Error> {
    let mut next = rows.start;
    while next < rows.end {
        let upto = (next + batch).min(rows.end);
        let data: Vec<RowValues> = (next..upto).map(RowValues::new).collect();
        let values: Vec<[Value<'_>; 7]> = data.iter().map(RowValues::values).collect();
        let writes: Vec<(&Statement, &[Value<'_>])> = values.iter().map(|values| (insert, values.as_slice())).collect();
        engine.apply(&writes)?;
        next = upto;
    }
    Ok(())
}

fn slices(engine: &Engine, rows: u64) -> Result<(), Error> {
    let select = engine.prepare("SELECT at, id, a, b FROM ks.t WHERE doctor = ? LIMIT 10", None)?;
    let partitions = (rows / ROWS_A_PARTITION).max(1);
    let mut found = 0;
    let begin = Instant::now();
    for slice in 0..SLICES {
        let doctor = doctor(slice * 7919 % partitions);
        let values = [Value::Bytes(&doctor)];
        if let Answer::Rows(rows) = engine.execute(&select, &Parameters { values: &values, ..Parameters::default() })? {
            found += rows.row_count;
        }
    }
    report(&format!("{SLICES} slices of 10, {found} rows: {:?} each", begin.elapsed() / 20_000));
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let begin = Instant::now();
    let done = work()?;
    report(&format!("{what}: {:?}", begin.elapsed()));
    Ok(done)
}

#[expect(clippy::print_stdout, reason = "the program's output")]
fn report(line: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("").trim();
    println!("{line} (peak {peak})");
}
