//! What writes leave behind, statement by statement, through the engine's front door.
//!
//! Expected values follow from Cassandra's rules (timestamps, tombstones, liveness), named at each
//! test; none was taken from what this engine printed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use quorate_cql::literal::format;
use quorate_engine::{Answer, BatchKind, Clock, Engine, Error, Options, Parameters, Value};

/// 2023-11-14T22:13:20Z.
const START_MICROS: i64 = 1_700_000_000_000_000;
const SECOND: i64 = 1_000_000;

struct Hands {
    micros: AtomicI64,
    random: AtomicU64,
}

impl Hands {
    fn new() -> Arc<Self> {
        Arc::new(Self { micros: AtomicI64::new(START_MICROS), random: AtomicU64::new(1) })
    }

    fn forward(&self, seconds: i64) {
        self.micros.fetch_add(seconds * SECOND, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now_micros(&self) -> i64 {
        self.micros.load(Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        let count = u128::from(self.random.fetch_add(1, Ordering::Relaxed));
        count.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }
}

struct Fixture {
    engine: Engine,
    clock: Arc<Hands>,
}

impl Fixture {
    fn new(statements: &[&str]) -> Self {
        let clock = Hands::new();
        let engine = Engine::in_memory(Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let fixture = Self { engine, clock };
        fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        for statement in statements {
            fixture.run(statement);
        }
        fixture
    }

    fn try_run(&self, cql: &str) -> Result<Answer, Error> {
        let statement = self.engine.prepare(cql, Some("ks"))?;
        self.engine.execute(&statement, &Parameters::default())
    }

    fn run(&self, cql: &str) -> Answer {
        self.try_run(cql).unwrap_or_else(|error| panic!("{cql}: {error}"))
    }

    /// The rows of an answer as CQL literals, columns by commas and rows by bars.
    fn rows(&self, cql: &str) -> String {
        let Answer::Rows(rows) = self.run(cql) else { panic!("{cql} answers no rows") };
        let literal = |(cell, ty): (Option<&[u8]>, &_)| cell.map_or("null".to_owned(), |cell| format(ty, cell));
        let types: Vec<_> = rows.columns.iter().map(|column| &column.ty).collect();
        let text: Vec<String> = rows
            .iter()
            .map(|row| row.into_iter().zip(types.iter().copied()).map(literal).collect::<Vec<_>>().join(", "))
            .collect();
        text.join(" | ")
    }

    fn names(&self, cql: &str) -> String {
        let Answer::Rows(rows) = self.run(cql) else { panic!("{cql} answers no rows") };
        rows.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn message(&self, cql: &str) -> String {
        match self.try_run(cql) {
            Err(error) => error.to_string(),
            Ok(answer) => panic!("{cql} answered {answer:?}"),
        }
    }
}

const SIMPLE: &str = "CREATE TABLE t (k int, c int, v int, w text, s int STATIC, PRIMARY KEY (k, c))";

/// The later timestamp wins whatever the order of arrival; a tie goes to the larger value.
#[test]
fn the_later_timestamp_wins() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("INSERT INTO t (k, c, v) VALUES (1, 1, 10) USING TIMESTAMP 200");
    f.run("INSERT INTO t (k, c, v) VALUES (1, 1, 99) USING TIMESTAMP 100");
    assert_eq!(f.rows("SELECT v, writetime(v) FROM t"), "10, 200");
    f.run("UPDATE t USING TIMESTAMP 200 SET v = 9 WHERE k = 1 AND c = 1");
    assert_eq!(f.rows("SELECT v FROM t"), "10");
    f.run("UPDATE t USING TIMESTAMP 200 SET v = 11 WHERE k = 1 AND c = 1");
    assert_eq!(f.rows("SELECT v FROM t"), "11");
    f.run("DELETE v FROM t USING TIMESTAMP 200 WHERE k = 1 AND c = 1");
    assert_eq!(f.rows("SELECT k, c, v FROM t"), "1, 1, null");
}

/// INSERT writes the row marker, UPDATE does not.
#[test]
fn a_row_of_update_vanishes_with_its_last_cell() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("UPDATE t SET v = 1 WHERE k = 1 AND c = 1");
    f.run("INSERT INTO t (k, c, v) VALUES (1, 2, 2)");
    assert_eq!(f.rows("SELECT c, v FROM t WHERE k = 1"), "1, 1 | 2, 2");
    f.run("UPDATE t SET v = null WHERE k = 1 AND c IN (1, 2)");
    assert_eq!(f.rows("SELECT c, v FROM t WHERE k = 1"), "2, null");
}

/// A deletion covers what is at its timestamp or before, also what arrives later.
#[test]
fn deletions_cover_what_arrives_later() {
    for deletion in [
        "DELETE FROM t USING TIMESTAMP 100 WHERE k = 1 AND c = 5",
        "DELETE FROM t USING TIMESTAMP 100 WHERE k = 1 AND c > 3 AND c <= 5",
        "DELETE FROM t USING TIMESTAMP 100 WHERE k = 1 AND c >= 5",
        "DELETE FROM t USING TIMESTAMP 100 WHERE k = 1",
    ] {
        let f = Fixture::new(&[SIMPLE]);
        f.run("INSERT INTO t (k, c, v) VALUES (1, 5, 1) USING TIMESTAMP 90");
        f.run(deletion);
        assert_eq!(f.rows("SELECT * FROM t"), "", "{deletion}");
        f.run("INSERT INTO t (k, c, v) VALUES (1, 5, 2) USING TIMESTAMP 100");
        assert_eq!(f.rows("SELECT * FROM t"), "", "{deletion}");
        f.run("UPDATE t USING TIMESTAMP 101 SET w = 'late' WHERE k = 1 AND c = 5");
        assert_eq!(f.rows("SELECT c, v, w FROM t"), "5, null, 'late'", "{deletion}");
    }
}

#[test]
fn a_range_deletion_takes_its_range_and_nothing_else() {
    let f = Fixture::new(&[
        "CREATE TABLE r (k int, a int, b int, v int, PRIMARY KEY (k, a, b)) WITH CLUSTERING ORDER BY (a DESC, b ASC)",
    ]);
    let fill = || {
        for a in 1..=3 {
            for b in 1..=3 {
                f.run(&format!("INSERT INTO r (k, a, b, v) VALUES (1, {a}, {b}, 0)"));
            }
        }
    };
    fill();
    f.run("DELETE FROM r WHERE k = 1 AND a = 2 AND b >= 2");
    assert_eq!(f.rows("SELECT a, b FROM r"), "3, 1 | 3, 2 | 3, 3 | 2, 1 | 1, 1 | 1, 2 | 1, 3");
    f.run("DELETE FROM r WHERE k = 1 AND a > 1 AND a < 3");
    assert_eq!(f.rows("SELECT a, b FROM r"), "3, 1 | 3, 2 | 3, 3 | 1, 1 | 1, 2 | 1, 3");
    f.run("DELETE FROM r WHERE k = 1 AND a = 3");
    assert_eq!(f.rows("SELECT a, b FROM r"), "1, 1 | 1, 2 | 1, 3");
    fill();
    assert_eq!(f.rows("SELECT count(*) FROM r"), "9");
    f.run("DELETE FROM r WHERE k = 1 AND (a, b) > (1, 2) AND (a, b) <= (2, 2)");
    assert_eq!(f.rows("SELECT a, b FROM r"), "3, 1 | 3, 2 | 3, 3 | 2, 3 | 1, 1 | 1, 2");
}

#[test]
fn statics_belong_to_the_partition() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("INSERT INTO t (k, s) VALUES (1, 7)");
    assert_eq!(f.rows("SELECT k, c, s FROM t"), "1, null, 7");
    f.run("INSERT INTO t (k, c, s) VALUES (1, 1, 8)");
    f.run("INSERT INTO t (k, c) VALUES (1, 2)");
    assert_eq!(f.rows("SELECT c, s FROM t"), "1, 8 | 2, 8");
    f.run("DELETE s FROM t WHERE k = 1");
    assert_eq!(f.rows("SELECT c, s FROM t"), "1, null | 2, null");
    f.run("UPDATE t SET s = 9 WHERE k = 1");
    f.run("DELETE FROM t WHERE k = 1 AND c >= 0");
    assert_eq!(f.rows("SELECT c, s FROM t"), "null, 9");
    f.run("DELETE FROM t WHERE k = 1");
    assert_eq!(f.rows("SELECT c, s FROM t"), "");
}

/// TTLs count per cell; an expired row marker leaves the row to its other cells.
#[test]
fn cells_expire_one_by_one() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("INSERT INTO t (k, c, v) VALUES (1, 1, 1) USING TTL 10");
    f.run("UPDATE t USING TTL 20 SET w = 'x' WHERE k = 1 AND c = 1");
    f.clock.forward(9);
    assert_eq!(f.rows("SELECT v, ttl(v), w, ttl(w) FROM t"), "1, 1, 'x', 11");
    f.clock.forward(1);
    assert_eq!(f.rows("SELECT v, ttl(v), w FROM t"), "null, null, 'x'");
    f.clock.forward(10);
    assert_eq!(f.rows("SELECT * FROM t"), "");
    assert_eq!(
        f.message("INSERT INTO t (k, c) VALUES (1, 1) USING TTL -1"),
        "A TTL must be greater or equal to 0, but was -1"
    );
    assert_eq!(
        f.message("INSERT INTO t (k, c) VALUES (1, 1) USING TTL 630720001"),
        "ttl is too large. requested (630720001) maximum (630720000)"
    );
}

#[test]
fn a_table_may_have_a_ttl_of_its_own() {
    let f = Fixture::new(&["CREATE TABLE d (k int PRIMARY KEY, v int) WITH default_time_to_live = 5"]);
    f.run("INSERT INTO d (k, v) VALUES (1, 1)");
    f.run("INSERT INTO d (k, v) VALUES (2, 2) USING TTL 0");
    f.run("INSERT INTO d (k, v) VALUES (3, 3) USING TTL 50");
    assert_eq!(f.rows("SELECT ttl(v) FROM d WHERE k = 1"), "5");
    f.clock.forward(5);
    assert_eq!(f.rows("SELECT k, ttl(v) FROM d WHERE k IN (1, 2, 3)"), "2, null | 3, 45");
}

#[test]
fn lists_keep_their_order() {
    let f = Fixture::new(&["CREATE TABLE l (k int PRIMARY KEY, v list<int>)"]);
    f.run("INSERT INTO l (k, v) VALUES (1, [1, 2])");
    f.run("UPDATE l SET v = v + [3, 4] WHERE k = 1");
    f.run("UPDATE l SET v = [-1, 0] + v WHERE k = 1");
    f.run("UPDATE l SET v = [-2] + v WHERE k = 1");
    assert_eq!(f.rows("SELECT v FROM l"), "[-2, -1, 0, 1, 2, 3, 4]");
    f.run("UPDATE l SET v[1] = 10 WHERE k = 1");
    f.run("DELETE v[0] FROM l WHERE k = 1");
    assert_eq!(f.rows("SELECT v FROM l"), "[10, 0, 1, 2, 3, 4]");
    f.run("UPDATE l SET v = v - [1, 3] WHERE k = 1");
    assert_eq!(f.rows("SELECT v FROM l"), "[10, 0, 2, 4]");
    assert_eq!(f.message("UPDATE l SET v[4] = 1 WHERE k = 1"), "List index 4 out of bound, list has size 4");
    assert_eq!(f.message("UPDATE l SET v[0] = 1 WHERE k = 2"), "Attempted to set an element on a list which is null");
    f.run("UPDATE l SET v = [5] WHERE k = 1");
    assert_eq!(f.rows("SELECT v FROM l"), "[5]");
    f.run("UPDATE l SET v = [] WHERE k = 1");
    assert_eq!(f.rows("SELECT k, v FROM l"), "1, null");
}

#[test]
fn sets_and_maps_are_cells_by_key() {
    let f = Fixture::new(&["CREATE TABLE m (k int PRIMARY KEY, s set<text>, m map<text, int>)"]);
    f.run("INSERT INTO m (k, s, m) VALUES (1, {'b', 'a', 'b'}, {'y': 2, 'x': 1})");
    f.run("UPDATE m SET s = s + {'c'}, m['z'] = 3 WHERE k = 1");
    assert_eq!(f.rows("SELECT s, m FROM m"), "{'a', 'b', 'c'}, {'x': 1, 'y': 2, 'z': 3}");
    f.run("UPDATE m SET s = s - {'a'}, m = m - {'x'} WHERE k = 1");
    f.run("DELETE s['b'], m['y'] FROM m WHERE k = 1");
    assert_eq!(f.rows("SELECT s, m FROM m"), "{'c'}, {'z': 3}");
    f.run("UPDATE m SET m = m + {'z': 4, 'a': 0} WHERE k = 1");
    assert_eq!(f.rows("SELECT m FROM m"), "{'a': 0, 'z': 4}");
    f.run("DELETE s, m FROM m WHERE k = 1");
    assert_eq!(f.rows("SELECT * FROM m"), "1, null, null");
}

/// An overwrite deletes at one microsecond before its own cells, so of two overwrites with one
/// timestamp both stay.
#[test]
fn two_overwrites_with_one_timestamp_unite() {
    let f = Fixture::new(&["CREATE TABLE m (k int PRIMARY KEY, s set<int>)"]);
    f.run("UPDATE m USING TIMESTAMP 100 SET s = {1, 2} WHERE k = 1");
    f.run("UPDATE m USING TIMESTAMP 100 SET s = {2, 3} WHERE k = 1");
    assert_eq!(f.rows("SELECT s FROM m"), "{1, 2, 3}");
    f.run("UPDATE m USING TIMESTAMP 101 SET s = {4} WHERE k = 1");
    assert_eq!(f.rows("SELECT s FROM m"), "{4}");
}

#[test]
fn fields_of_a_type_are_cells() {
    let f = Fixture::new(&[
        "CREATE TYPE name (first text, middle text, last text)",
        "CREATE TABLE u (k int PRIMARY KEY, n name, f frozen<name>)",
    ]);
    f.run("INSERT INTO u (k, n, f) VALUES (1, {first: 'a', last: 'c'}, {last: 'z'})");
    f.run("UPDATE u SET n.middle = 'b', n.last = null WHERE k = 1");
    assert_eq!(f.rows("SELECT n.first, n.middle, n.last, f.last FROM u"), "'a', 'b', null, 'z'");
    f.run("UPDATE u SET n = {last: 'l'} WHERE k = 1");
    assert_eq!(f.rows("SELECT n.first, n.middle, n.last FROM u"), "null, null, 'l'");
}

#[test]
fn counters_count() {
    let f = Fixture::new(&["CREATE TABLE c (k int, d int, n counter, m counter, PRIMARY KEY (k, d))"]);
    f.run("UPDATE c SET n = n + 5 WHERE k = 1 AND d = 1");
    f.run("UPDATE c SET n = n - 2, m = m + 1 WHERE k = 1 AND d = 1");
    assert_eq!(f.rows("SELECT n, m FROM c"), "3, 1");
    f.run("BEGIN COUNTER BATCH UPDATE c SET n = n + 1 WHERE k = 1 AND d = 1; UPDATE c SET n = n - 10 WHERE k = 1 AND d = 1; APPLY BATCH");
    assert_eq!(f.rows("SELECT n, m FROM c"), "-6, 1");
    f.run("DELETE m FROM c WHERE k = 1 AND d = 1");
    f.run("UPDATE c SET m = m + 1 WHERE k = 1 AND d = 1");
    assert_eq!(f.rows("SELECT n, m FROM c"), "-6, null");
}

#[test]
fn a_batch_has_one_timestamp() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("BEGIN BATCH INSERT INTO t (k, c, v) VALUES (1, 1, 2); INSERT INTO t (k, c, v) VALUES (1, 1, 1); INSERT INTO t (k, c, v) VALUES (2, 1, 5); APPLY BATCH");
    assert_eq!(f.rows("SELECT v FROM t WHERE k = 1"), "2");
    // A deletion and an insertion at the same timestamp: the deletion wins.
    f.run("BEGIN BATCH DELETE FROM t WHERE k = 2; INSERT INTO t (k, c, v) VALUES (2, 1, 6); APPLY BATCH");
    assert_eq!(f.rows("SELECT v FROM t WHERE k = 2"), "");
    f.run("BEGIN BATCH USING TIMESTAMP 5 INSERT INTO t (k, c, v) VALUES (3, 1, 1); APPLY BATCH");
    assert_eq!(f.rows("SELECT writetime(v) FROM t WHERE k = 3"), "5");
}

#[test]
fn conditions_answer_applied_and_what_is_there() {
    let f = Fixture::new(&[SIMPLE]);
    assert_eq!(f.rows("INSERT INTO t (k, c, v) VALUES (1, 1, 1) IF NOT EXISTS"), "true");
    let again = "INSERT INTO t (k, c, v) VALUES (1, 1, 2) IF NOT EXISTS";
    assert_eq!(f.names(again), "[applied], k, c, s, v, w");
    assert_eq!(f.rows(again), "false, 1, 1, null, 1, null");
    assert_eq!(f.rows("UPDATE t SET v = 5 WHERE k = 1 AND c = 1 IF v = 1 AND w = null"), "true");
    let refused = "UPDATE t SET v = 6 WHERE k = 1 AND c = 1 IF w = null AND v = 1";
    assert_eq!(f.names(refused), "[applied], w, v");
    assert_eq!(f.rows(refused), "false, null, 5");
    assert_eq!(f.rows("UPDATE t SET v = 6 WHERE k = 1 AND c = 1 IF v IN (1, 5)"), "true");
    assert_eq!(f.rows("UPDATE t SET v = 7 WHERE k = 1 AND c = 1 IF v > 6"), "false, 6");
    // Of a row that is not there only [applied] is answered.
    assert_eq!(f.rows("UPDATE t SET v = 7 WHERE k = 1 AND c = 2 IF EXISTS"), "false");
    assert_eq!(f.rows("UPDATE t SET v = 7 WHERE k = 9 AND c = 2 IF v = 1"), "false");
    assert_eq!(f.rows("DELETE FROM t WHERE k = 1 AND c = 1 IF EXISTS"), "true");
    assert_eq!(f.rows("SELECT * FROM t"), "");
}

#[test]
fn conditions_look_at_statics_collections_and_fields() {
    let f = Fixture::new(&[
        SIMPLE,
        "CREATE TYPE point (x int, y int)",
        "CREATE TABLE m (k int PRIMARY KEY, m map<text, int>, l list<int>, p point)",
    ]);
    f.run("INSERT INTO t (k, s) VALUES (1, 1)");
    assert_eq!(f.rows("INSERT INTO t (k, c, v) VALUES (1, 1, 1) IF NOT EXISTS"), "true");
    assert_eq!(f.rows("UPDATE t SET s = 2 WHERE k = 1 IF s = 1"), "true");
    assert_eq!(f.rows("UPDATE t SET s = 3 WHERE k = 1 IF s = 1"), "false, 2");
    assert_eq!(f.rows("UPDATE t SET v = 3 WHERE k = 1 AND c = 1 IF s = 2"), "true");
    assert_eq!(f.rows("SELECT v, s FROM t"), "3, 2");
    f.run("INSERT INTO m (k, m, l, p) VALUES (1, {'a': 1}, [1, 2], {x: 1})");
    assert_eq!(
        f.rows("UPDATE m SET m['b'] = 2 WHERE k = 1 IF m['a'] = 1 AND l[1] = 2 AND p.x = 1 AND p.y = null"),
        "true"
    );
    assert_eq!(f.rows("UPDATE m SET m['c'] = 2 WHERE k = 1 IF m['b'] = 3"), "false, {'a': 1, 'b': 2}");
    assert_eq!(f.rows("UPDATE m SET m['c'] = 2 WHERE k = 1 IF l = [1, 2]"), "true");
}

#[test]
fn a_conditional_batch_applies_whole_or_not() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("INSERT INTO t (k, c, v, s) VALUES (1, 1, 1, 1)");
    let refused = "BEGIN BATCH UPDATE t SET s = 2 WHERE k = 1 IF s = 1; INSERT INTO t (k, c, v) VALUES (1, 2, 2); UPDATE t SET v = 9 WHERE k = 1 AND c = 1 IF v = 2; APPLY BATCH";
    assert_eq!(f.names(refused), "[applied], k, c, s, v");
    assert_eq!(f.rows(refused), "false, 1, 1, 1, 1");
    assert_eq!(f.rows("SELECT c, v, s FROM t"), "1, 1, 1");
    assert_eq!(
        f.rows(
            "BEGIN BATCH UPDATE t SET s = 2 WHERE k = 1 IF s = 1; INSERT INTO t (k, c, v) VALUES (1, 2, 2); APPLY BATCH"
        ),
        "true"
    );
    assert_eq!(f.rows("SELECT c, v, s FROM t"), "1, 1, 2 | 2, 2, 2");
    assert_eq!(
        f.message(
            "BEGIN BATCH UPDATE t SET s = 3 WHERE k = 1 IF s = 2; INSERT INTO t (k, c, v) VALUES (2, 2, 2); APPLY BATCH"
        ),
        "Batch with conditions cannot span multiple partitions"
    );
}

/// 1.0 and 1.00 are one clustering value and two partitions; each comes back as it was bound.
#[test]
fn decimals_are_equal_as_clustering_and_keep_their_form() {
    let f = Fixture::new(&[
        "CREATE TABLE c (k int, d decimal, v int, PRIMARY KEY (k, d))",
        "CREATE TABLE p (d decimal PRIMARY KEY, v int)",
    ]);
    f.run("INSERT INTO c (k, d, v) VALUES (1, 1.00, 1)");
    f.run("UPDATE c SET v = 2 WHERE k = 1 AND d = 1.0");
    assert_eq!(f.rows("SELECT d, v FROM c"), "1.00, 2");
    f.run("INSERT INTO p (d, v) VALUES (1.00, 1)");
    f.run("INSERT INTO p (d, v) VALUES (1.0, 2)");
    assert_eq!(f.rows("SELECT d, v FROM p WHERE d = 1.00"), "1.00, 1");
    assert_eq!(f.rows("SELECT d, v FROM p WHERE d = 1.0"), "1.0, 2");
}

#[test]
fn json_inserts_what_it_names() {
    let f = Fixture::new(&[SIMPLE]);
    f.run(r#"INSERT INTO t JSON '{"k": 1, "c": 1, "v": 5, "w": "x"}'"#);
    f.run(r#"INSERT INTO t JSON '{"k": 1, "c": 1, "v": 6}' DEFAULT UNSET"#);
    assert_eq!(f.rows("SELECT v, w FROM t"), "6, 'x'");
    f.run(r#"INSERT INTO t JSON '{"k": 1, "c": 1, "v": 7}'"#);
    assert_eq!(f.rows("SELECT v, w FROM t"), "7, null");
}

#[test]
fn indexes_follow_every_write() {
    let f = Fixture::new(&[
        "CREATE TABLE i (k int, c int, v int, s set<int>, m map<text, int>, PRIMARY KEY (k, c))",
        "CREATE INDEX ON i (v)",
        "CREATE INDEX ON i (s)",
        "CREATE INDEX ON i (keys(m))",
        "CREATE INDEX ON i (c)",
    ]);
    f.run("INSERT INTO i (k, c, v, s, m) VALUES (1, 1, 10, {1, 2}, {'a': 1})");
    f.run("INSERT INTO i (k, c, v, s, m) VALUES (2, 1, 10, {2, 3}, {'b': 1})");
    assert_eq!(f.rows("SELECT k FROM i WHERE v = 10"), "1 | 2");
    assert_eq!(f.rows("SELECT k FROM i WHERE s CONTAINS 2"), "1 | 2");
    assert_eq!(f.rows("SELECT k FROM i WHERE m CONTAINS KEY 'b'"), "2");
    assert_eq!(f.rows("SELECT k FROM i WHERE c = 1"), "1 | 2");
    f.run("UPDATE i SET v = 11, s = s - {2} WHERE k = 1 AND c = 1");
    f.run("UPDATE i SET m = {'a': 2} WHERE k = 2 AND c = 1");
    assert_eq!(f.rows("SELECT k FROM i WHERE v = 10"), "2");
    assert_eq!(f.rows("SELECT k FROM i WHERE v = 11"), "1");
    assert_eq!(f.rows("SELECT k FROM i WHERE s CONTAINS 2"), "2");
    assert_eq!(f.rows("SELECT k FROM i WHERE m CONTAINS KEY 'b'"), "");
    assert_eq!(f.rows("SELECT k FROM i WHERE m CONTAINS KEY 'a'"), "1 | 2");
    f.run("DELETE FROM i WHERE k = 2");
    assert_eq!(f.rows("SELECT k FROM i WHERE v = 10"), "");
    assert_eq!(f.rows("SELECT k FROM i WHERE c = 1"), "1");
}

/// Unset leaves what is there; in a key it is an error.
#[test]
fn unset_skips() {
    let f = Fixture::new(&[SIMPLE]);
    f.run("INSERT INTO t (k, c, v) VALUES (1, 1, 1)");
    let insert = f.engine.prepare("INSERT INTO t (k, c, v, w) VALUES (?, 1, ?, ?)", Some("ks")).unwrap();
    let one = 1_i32.to_be_bytes();
    let execute = |values: &[Value<'_>]| f.engine.execute(&insert, &Parameters { values, ..Parameters::default() });
    execute(&[Value::Bytes(&one), Value::Unset, Value::Bytes(b"x")]).unwrap();
    assert_eq!(f.rows("SELECT v, w FROM t"), "1, 'x'");
    execute(&[Value::Bytes(&one), Value::Null, Value::Unset]).unwrap();
    assert_eq!(f.rows("SELECT v, w FROM t"), "null, 'x'");
    execute(&[Value::Unset, Value::Null, Value::Unset]).unwrap_err();
    execute(&[Value::Null, Value::Null, Value::Unset]).unwrap_err();
}

/// Many writers of one partition: no conditional write may be lost or applied twice.
#[test]
fn concurrent_conditions_exclude_each_other() {
    let f = Fixture::new(&["CREATE TABLE n (k int PRIMARY KEY, v int)", "INSERT INTO n (k, v) VALUES (1, 0)"]);
    let applied: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let from = |v: i32| f.rows(&format!("UPDATE n SET v = {} WHERE k = 1 IF v = {v}", v + 1));
                    (0..100).filter(|v| from(*v) == "true").count()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(f.rows("SELECT v FROM n"), applied.to_string());
}

#[test]
fn many_writes_are_one_change_and_survive_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Hands::new();
    {
        let engine = Engine::open(directory.path(), Options::default(), Arc::clone(&clock)).unwrap();
        for cql in [
            "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
            "CREATE TABLE ks.t (k int, c int, v text, PRIMARY KEY (k, c))",
        ] {
            engine.execute(&engine.prepare(cql, None).unwrap(), &Parameters::default()).unwrap();
        }
        let insert = engine.prepare("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)", None).unwrap();
        let keys: Vec<[u8; 4]> = (0..1000_i32).map(i32::to_be_bytes).collect();
        let values: Vec<[Value<'_>; 3]> =
            keys.iter().map(|key| [Value::Bytes(&keys[7]), Value::Bytes(key), Value::Bytes(b"v")]).collect();
        let writes: Vec<_> = values.iter().map(|values| (&*insert, values.as_slice())).collect();
        engine.apply(&writes).unwrap();
        let delete = engine.prepare("DELETE FROM ks.t WHERE k = 7 AND c < 10", None).unwrap();
        engine.batch(BatchKind::Unlogged, &[(&delete, &[])], &Parameters::default()).unwrap();
    }
    let engine = Engine::open(directory.path(), Options::default(), clock).unwrap();
    let count = engine.prepare("SELECT count(*) FROM ks.t", None).unwrap();
    let Answer::Rows(rows) = engine.execute(&count, &Parameters::default()).unwrap() else { panic!("no rows") };
    assert_eq!(rows.iter().next().unwrap()[0], Some(990_i64.to_be_bytes().as_slice()));
    // The range tombstone came back too: an older write stays covered.
    let older = engine.prepare("INSERT INTO ks.t (k, c, v) VALUES (7, 3, 'old') USING TIMESTAMP 1", None).unwrap();
    engine.execute(&older, &Parameters::default()).unwrap();
    let Answer::Rows(rows) = engine.execute(&count, &Parameters::default()).unwrap() else { panic!("no rows") };
    assert_eq!(rows.iter().next().unwrap()[0], Some(990_i64.to_be_bytes().as_slice()));
}
