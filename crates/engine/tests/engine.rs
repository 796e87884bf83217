//! The engine's front: bound values, pages, many writes at once, opening again.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc;

use quorate_engine::{Answer, BatchKind, Clock, Durability, Engine, Error, Options, Parameters, Rows, Value};

struct Counting(AtomicI64, AtomicU64);

impl Clock for Counting {
    fn now_micros(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        u128::from(self.1.fetch_add(1, Ordering::Relaxed)) << 64
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(Counting(AtomicI64::new(1_700_000_000_000_000), AtomicU64::new(1)))
}

fn run(engine: &Engine, cql: &str, values: &[Value<'_>]) -> Result<Answer, Error> {
    let statement = engine.prepare(cql, Some("ks"))?;
    engine.execute(&statement, &Parameters { values, ..Parameters::default() })
}

fn rows(answer: Answer) -> Rows {
    let Answer::Rows(rows) = answer else { panic!("not rows: {answer:?}") };
    rows
}

/// All cells of an answer of ints and bigints.
fn numbers(answer: Answer) -> Vec<Vec<Option<i64>>> {
    let number =
        |cell: &[u8]| cell.iter().skip(1).fold(i64::from(cell[0].cast_signed()), |n, byte| n << 8 | i64::from(*byte));
    rows(answer).iter().map(|row| row.into_iter().map(|cell| cell.map(number)).collect()).collect()
}

fn prepared(engine: Engine) -> Engine {
    for cql in [
        "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE ks.t (k int, c int, v int, s set<int>, PRIMARY KEY (k, c))",
    ] {
        let statement = engine.prepare(cql, None).unwrap();
        assert!(matches!(engine.execute(&statement, &Parameters::default()), Ok(Answer::SchemaChanged(_))));
    }
    engine
}

fn in_memory() -> Engine {
    prepared(Engine::in_memory(clock()).unwrap())
}

fn message<T: std::fmt::Debug>(result: Result<T, Error>) -> (i32, String) {
    let error = result.unwrap_err();
    (error.code(), error.to_string())
}

const ONE: Value<'_> = Value::Bytes(&[0, 0, 0, 1]);
const TWO: Value<'_> = Value::Bytes(&[0, 0, 0, 2]);

#[test]
fn null_deletes_and_unset_leaves() {
    let engine = in_memory();
    let insert = "INSERT INTO t (k, c, v) VALUES (?, ?, ?)";
    run(&engine, insert, &[ONE, ONE, TWO]).unwrap();
    run(&engine, insert, &[ONE, ONE, Value::Unset]).unwrap();
    assert_eq!(numbers(run(&engine, "SELECT v FROM t", &[]).unwrap()), [[Some(2)]]);
    run(&engine, insert, &[ONE, ONE, Value::Null]).unwrap();
    assert_eq!(numbers(run(&engine, "SELECT v FROM t", &[]).unwrap()), [[None]]);
}

/// Texts as Apache Cassandra 5.0.9 answered them to the same bound values.
#[test]
fn wrong_values_are_told_in_cassandras_words() {
    let engine = in_memory();
    let by_clustering = "SELECT c FROM t WHERE k = ? AND c = ?";
    let told = |cql: &str, values: &[Value<'_>]| message(run(&engine, cql, values));
    assert_eq!(told(by_clustering, &[ONE, Value::Unset]), (0x2200, "Invalid unset value for column c".to_owned()));
    assert_eq!(
        told(by_clustering, &[ONE, Value::Null]),
        (0x2200, "Invalid null value in condition for column c".to_owned())
    );
    assert_eq!(
        told("SELECT c FROM t WHERE k = ? AND c IN ?", &[ONE, Value::Null]),
        (0x2200, "Invalid null value for column c".to_owned())
    );
    assert_eq!(
        told("SELECT c FROM t WHERE k = ? AND v = ? ALLOW FILTERING", &[ONE, Value::Unset]),
        (0x2200, "Unsupported unset value for column v".to_owned())
    );
    assert_eq!(
        told("SELECT c FROM t WHERE k = ? LIMIT ?", &[ONE, Value::Null]),
        (0x2200, "Invalid null value of limit".to_owned())
    );
    assert_eq!(
        told("SELECT c FROM t WHERE token(k) > ?", &[Value::Null]),
        (0x2200, "Invalid null token value".to_owned())
    );
    assert_eq!(told(by_clustering, &[ONE, Value::Bytes(&[1])]), (0x2200, "Expected 4 or 0 byte int (1)".to_owned()));
    assert_eq!(
        told(by_clustering, &[ONE]),
        (0x2200, "there were 2 markers(?) in CQL but 1 bound variables".to_owned())
    );
    run(&engine, "SELECT c FROM t WHERE k = ? LIMIT ?", &[ONE, Value::Unset]).unwrap();
}

#[test]
fn a_bound_set_is_kept_in_order() {
    let engine = in_memory();
    let unsorted = [&[0, 0, 0, 2][..], &[0, 0, 0, 4, 0, 0, 0, 9], &[0, 0, 0, 4, 0, 0, 0, 1]].concat();
    let sorted = [&[0, 0, 0, 2][..], &[0, 0, 0, 4, 0, 0, 0, 1], &[0, 0, 0, 4, 0, 0, 0, 9]].concat();
    run(&engine, "INSERT INTO t (k, c, s) VALUES (1, 1, ?)", &[Value::Bytes(&unsorted)]).unwrap();
    let answer = rows(run(&engine, "SELECT s FROM t", &[]).unwrap());
    assert_eq!(answer.iter().collect::<Vec<_>>(), [[Some(sorted.as_slice())]]);
}

#[test]
fn a_page_goes_on_where_the_last_ended_and_only_there() {
    let engine = in_memory();
    for (k, c) in [(1, 1), (1, 2), (1, 3), (2, 1)] {
        run(&engine, &format!("INSERT INTO t (k, c, v) VALUES ({k}, {c}, 0)"), &[]).unwrap();
    }
    let select = engine.prepare("SELECT c FROM ks.t WHERE k = ?", None).unwrap();
    let other = engine.prepare("SELECT v FROM ks.t WHERE k = ?", None).unwrap();
    let page = |values: &[Value<'_>], state: Option<&[u8]>| {
        let parameters = Parameters { values, page_size: Some(2), paging_state: state, ..Parameters::default() };
        engine.execute(&select, &parameters).map(rows)
    };
    let first = page(&[ONE], None).unwrap();
    let state = first.paging_state.clone().unwrap();
    // What is written behind the place is read; what is written before it is not.
    run(&engine, "INSERT INTO t (k, c, v) VALUES (1, 0, 0)", &[]).unwrap();
    run(&engine, "INSERT INTO t (k, c, v) VALUES (1, 4, 0)", &[]).unwrap();
    let second = page(&[ONE], Some(&state)).unwrap();
    assert_eq!(numbers(Answer::Rows(second)), [[Some(3)], [Some(4)]]);
    assert_eq!(message(page(&[TWO], Some(&state))).0, 0x000A, "another partition");
    assert_eq!(message(page(&[ONE], Some(&state[1..]))).0, 0x000A, "damaged");
    let parameters =
        Parameters { values: &[ONE], page_size: Some(2), paging_state: Some(&state), ..Parameters::default() };
    assert!(matches!(engine.execute(&other, &parameters), Err(Error::PagingState)));
}

#[test]
fn many_writes_are_one_change() {
    let engine = in_memory();
    let insert = engine.prepare("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)", None).unwrap();
    let conditional = engine.prepare("UPDATE ks.t SET v = 9 WHERE k = 1 AND c = ? IF v = 1", None).unwrap();
    let select = engine.prepare("SELECT v FROM ks.t", None).unwrap();
    engine.apply(&[(&insert, &[ONE, ONE, ONE]), (&insert, &[ONE, TWO, TWO])]).unwrap();
    let before = vec![vec![Some(1)], vec![Some(2)]];
    assert_eq!(numbers(engine.execute(&select, &Parameters::default()).unwrap()), before);
    engine.apply(&[(&insert, &[ONE, ONE, TWO]), (&conditional, &[ONE])]).unwrap_err();
    engine.apply(&[(&insert, &[ONE, ONE, TWO]), (&insert, &[ONE, Value::Null, TWO])]).unwrap_err();
    engine.apply(&[(&insert, &[ONE, ONE, TWO]), (&select, &[])]).unwrap_err();
    assert_eq!(numbers(engine.execute(&select, &Parameters::default()).unwrap()), before);
    let batch = [(&*conditional, &[TWO][..]), (&*insert, &[ONE, ONE, TWO][..])];
    let refused = engine.batch(BatchKind::Logged, &batch, &Parameters::default()).unwrap();
    assert_eq!(rows(refused).iter().next().unwrap()[0], Some(&[0][..]));
    assert_eq!(numbers(engine.execute(&select, &Parameters::default()).unwrap()), before);
}

#[test]
fn a_statement_follows_the_schema() {
    let engine = in_memory();
    run(&engine, "INSERT INTO t (k, c, v) VALUES (1, 1, 5)", &[]).unwrap();
    let select = engine.prepare("SELECT * FROM ks.t", None).unwrap();
    assert_eq!(select.prepared().columns.len(), 4);
    run(&engine, "ALTER TABLE t ADD extra int", &[]).unwrap();
    let answer = rows(engine.execute(&select, &Parameters::default()).unwrap());
    let names: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["k", "c", "extra", "s", "v"]);
    assert_eq!(select.prepared().columns.len(), 5);
    run(&engine, "DROP TABLE t", &[]).unwrap();
    assert_eq!(message(engine.execute(&select, &Parameters::default())).1, "table t does not exist");
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    for durability in [Durability::Sync, Durability::Periodic] {
        let open = |path: &Path| Engine::open(path, Options::with_durability(durability), clock()).unwrap();
        let path = directory.path().join(format!("{durability:?}"));
        let engine = prepared(open(&path));
        let version = engine.schema().version;
        run(&engine, "INSERT INTO t (k, c, v) VALUES (1, 1, 5)", &[]).unwrap();
        assert!(matches!(Engine::open(&path, Options::default(), clock()), Err(Error::LockHeld { .. })));
        engine.close().unwrap();
        let engine = open(&path);
        assert_eq!(engine.schema().version, version);
        run(&engine, "CREATE INDEX ON t (v)", &[]).unwrap();
        run(&engine, "INSERT INTO t (k, c, v) VALUES (2, 1, 5)", &[]).unwrap();
        drop(engine);
        let engine = open(&path);
        let by_index = run(&engine, "SELECT k FROM t WHERE v = 5", &[]).unwrap();
        assert_eq!(numbers(by_index), [[Some(1)], [Some(2)]]);
    }
}

#[test]
fn a_write_calls_back_when_it_is_durable() {
    let directory = tempfile::tempdir().unwrap();
    let engine = Engine::open(directory.path(), Options::with_durability(Durability::Sync), clock()).unwrap();
    let engine = prepared(engine);
    let insert = engine.prepare("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)", None).unwrap();
    let (done, waiting) = mpsc::channel();
    for _ in 0..3 {
        let done = done.clone();
        let parameters = Parameters { values: &[ONE, ONE, ONE], ..Parameters::default() };
        engine.execute_unsynced(&insert, &parameters).unwrap();
        engine.when_durable(move |outcome| done.send(outcome.is_ok()).unwrap()).unwrap();
    }
    assert_eq!([waiting.recv(), waiting.recv(), waiting.recv()], [Ok(true), Ok(true), Ok(true)]);
}

#[test]
fn system_tables_tell_of_the_schema() {
    let engine = in_memory();
    let cql = "SELECT column_name, type FROM system_schema.columns WHERE keyspace_name = 'ks' AND table_name = 't'";
    let answer = rows(run(&engine, cql, &[]).unwrap());
    let text = |cell: Option<&[u8]>| String::from_utf8(cell.unwrap().to_vec()).unwrap();
    let found: Vec<String> = answer.iter().map(|row| row.into_iter().map(text).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(found, ["c int", "k int", "s set<int>", "v int"]);
    let local = rows(run(&engine, "SELECT schema_version FROM system.local", &[]).unwrap());
    assert_eq!(local.iter().next().unwrap()[0], Some(&engine.schema().version.as_bytes()[..]));
    assert_eq!(
        message(run(&engine, "INSERT INTO system.local (key) VALUES ('x')", &[])),
        (0x2100, "system keyspace is not user-modifiable.".to_owned())
    );
}
