//! The Rust driver against the server: connecting, schema, every type, pages, batches, conditions.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use futures::TryStreamExt as _;
use quorate_wire::{Accounts, Settings};
use scylla::client::Compression;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::unprepared::Statement;
use scylla::value::{Counter, CqlDate, CqlDecimal, CqlDuration, CqlTime, CqlTimestamp, CqlTimeuuid, CqlVarint};
use uuid::Uuid;

use crate::serving::Serving;

const KEYSPACE: &str = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";

/// Values of half the scalar types.
type Scalars = (i32, String, i64, Vec<u8>, bool, CqlDate, CqlDecimal, f64, CqlDuration, f32);

/// Values of the other half.
type MoreScalars = (i32, IpAddr, i16, String, CqlTime, CqlTimestamp, CqlTimeuuid, i8, Uuid, CqlVarint);

/// A list, a map, a set, a tuple and a vector.
type Composites =
    (Vec<String>, BTreeMap<String, BTreeSet<i32>>, BTreeSet<IpAddr>, (Option<i32>, Option<String>), Vec<f32>);

/// Whether a condition held, and the row that was there.
type Outcome = (bool, Option<i32>, Option<i32>);

fn builder(serving: &Serving) -> SessionBuilder {
    SessionBuilder::new().known_node(serving.address.to_string())
}

async fn connect(serving: &Serving) -> Session {
    let session = builder(serving).build().await.unwrap();
    session.query_unpaged(KEYSPACE, ()).await.unwrap();
    session.use_keyspace("ks", false).await.unwrap();
    session
}

fn with_session<F: Future<Output = ()>>(test: impl FnOnce(Session) -> F) {
    let serving = Serving::start();
    serving.runtime.block_on(async { test(connect(&serving).await).await });
}

/// What the database said.
fn refusal(error: ExecutionError) -> (DbError, String) {
    match error {
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(error, text)) => (error, text),
        other => panic!("{other}"),
    }
}

#[test]
fn the_driver_knows_the_schema_after_a_change() {
    with_session(|session| async move {
        session.query_unpaged("CREATE TYPE address (street text, zip int)", ()).await.unwrap();
        let table = "CREATE TABLE t (k int, c text, a frozen<address>, s int static, PRIMARY KEY (k, c))";
        session.query_unpaged(table, ()).await.unwrap();
        session.await_schema_agreement().await.unwrap();
        session.refresh_metadata().await.unwrap();
        let state = session.get_cluster_state();
        let table = &state.get_keyspace("ks").unwrap().tables["t"];
        assert_eq!(
            (table.partition_key.as_slice(), table.clustering_key.as_slice()),
            (&["k".into()][..], &["c".into()][..])
        );
        assert_eq!(table.columns.len(), 4);
        assert!(state.get_keyspace("ks").unwrap().user_defined_types.contains_key("address"));
    });
}

#[test]
fn scalars_come_back_as_they_were() {
    with_session(|session| async move {
        let table = "CREATE TABLE t (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date, f decimal, \
                     g double, h duration, i float, j inet, l smallint, m text, n time, o timestamp, p timeuuid, \
                     q tinyint, r uuid, s varint)";
        session.query_unpaged(table, ()).await.unwrap();
        let first: Scalars = (
            1,
            "plain".into(),
            i64::MIN,
            vec![0, 255],
            true,
            CqlDate((1 << 31) + 20_000),
            CqlDecimal::from_signed_be_bytes_and_exponent(vec![0xFF, 0x01], 2),
            0.1,
            CqlDuration { months: 1, days: 2, nanoseconds: 3 },
            -1.5,
        );
        let second: MoreScalars = (
            1,
            IpAddr::V6(Ipv6Addr::LOCALHOST),
            -7,
            "ünïcode".into(),
            CqlTime(86_399_999_999_999),
            CqlTimestamp(-1),
            CqlTimeuuid::from_u128(0x8e14_4c2e_5f5d_11ee_b962_0242_ac12_0002),
            -128,
            Uuid::from_u128(42),
            CqlVarint::from_signed_bytes_be(vec![0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        );
        // The driver binds tuples of at most sixteen values.
        let insert = "INSERT INTO t (k, a, b, c, d, e, f, g, h, i) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        session.query_unpaged(insert, &first).await.unwrap();
        let insert = "INSERT INTO t (k, j, l, m, n, o, p, q, r, s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        session.query_unpaged(insert, &second).await.unwrap();
        let rows = session.query_unpaged("SELECT k, a, b, c, d, e, f, g, h, i FROM t", ()).await.unwrap();
        assert_eq!(rows.into_rows_result().unwrap().single_row::<Scalars>().unwrap(), first);
        let rows = session.query_unpaged("SELECT k, j, l, m, n, o, p, q, r, s FROM t", ()).await.unwrap();
        assert_eq!(rows.into_rows_result().unwrap().single_row::<MoreScalars>().unwrap(), second);
    });
}

#[test]
fn collections_tuples_and_vectors_come_back_as_they_were() {
    with_session(|session| async move {
        let table = "CREATE TABLE t (k int PRIMARY KEY, l list<text>, m map<text, frozen<set<int>>>, s set<inet>, \
                     t tuple<int, text>, v vector<float, 3>)";
        session.query_unpaged(table, ()).await.unwrap();
        let row: Composites = (
            vec!["b".into(), "a".into(), "b".into()],
            BTreeMap::from([("x".into(), BTreeSet::from([3, 1, 2])), ("a".into(), BTreeSet::new())]),
            BTreeSet::from([IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            (Some(5), None),
            vec![1.0, -2.5, 3.25],
        );
        let insert = session.prepare("INSERT INTO t (k, l, m, s, t, v) VALUES (1, ?, ?, ?, ?, ?)").await.unwrap();
        session.execute_unpaged(&insert, &row).await.unwrap();
        let rows = session.query_unpaged("SELECT l, m, s, t, v FROM t WHERE k = 1", ()).await.unwrap();
        assert_eq!(rows.into_rows_result().unwrap().single_row::<Composites>().unwrap(), row);
    });
}

#[test]
fn pages_are_fetched_as_they_are_read() {
    with_session(|session| async move {
        session.query_unpaged("CREATE TABLE t (k int, c int, PRIMARY KEY (k, c))", ()).await.unwrap();
        let insert = session.prepare("INSERT INTO t (k, c) VALUES (?, ?)").await.unwrap();
        for row in 0..250 {
            session.execute_unpaged(&insert, (row % 3, row)).await.unwrap();
        }
        let mut select = session.prepare("SELECT c FROM t WHERE k = ?").await.unwrap();
        select.set_page_size(20);
        let rows = session.execute_iter(select, (0,)).await.unwrap();
        let rows: Vec<(i32,)> = rows.rows_stream::<(i32,)>().unwrap().try_collect().await.unwrap();
        assert_eq!(rows, (0..250).step_by(3).map(|row| (row,)).collect::<Vec<_>>());
        let all = session.query_iter(Statement::new("SELECT c FROM t").with_page_size(7), ()).await.unwrap();
        let all: Vec<(i32,)> = all.rows_stream::<(i32,)>().unwrap().try_collect().await.unwrap();
        assert_eq!(all.len(), 250);
    });
}

#[test]
fn batches_of_every_kind_are_applied() {
    with_session(|session| async move {
        session.query_unpaged("CREATE TABLE t (k int PRIMARY KEY, v int)", ()).await.unwrap();
        session.query_unpaged("CREATE TABLE n (k int PRIMARY KEY, v counter)", ()).await.unwrap();
        let insert = session.prepare("INSERT INTO t (k, v) VALUES (?, ?)").await.unwrap();
        for kind in [BatchType::Logged, BatchType::Unlogged] {
            let mut batch = Batch::new(kind);
            batch.append_statement(insert.clone());
            batch.append_statement("INSERT INTO t (k, v) VALUES (2, 2)");
            session.batch(&batch, ((1, 1), ())).await.unwrap();
        }
        let mut batch = Batch::new(BatchType::Counter);
        batch.append_statement("UPDATE n SET v = v + 2 WHERE k = 1");
        batch.append_statement("UPDATE n SET v = v - 1 WHERE k = 1");
        session.batch(&batch, ((), ())).await.unwrap();
        let rows = session.query_unpaged("SELECT k, v FROM t", ()).await.unwrap().into_rows_result().unwrap();
        let rows: Vec<(i32, i32)> = rows.rows().unwrap().map(Result::unwrap).collect();
        assert_eq!(rows, [(1, 1), (2, 2)]);
        let count = session.query_unpaged("SELECT v FROM n", ()).await.unwrap().into_rows_result().unwrap();
        assert_eq!(count.single_row::<(Counter,)>().unwrap(), (Counter(1),));
    });
}

#[test]
fn a_condition_is_applied_once() {
    with_session(|session| async move {
        session.query_unpaged("CREATE TABLE t (k int PRIMARY KEY, v int)", ()).await.unwrap();
        let insert = session.prepare("INSERT INTO t (k, v) VALUES (1, ?) IF NOT EXISTS").await.unwrap();
        let first = session.execute_unpaged(&insert, (1,)).await.unwrap().into_rows_result().unwrap();
        assert_eq!(first.single_row::<(bool,)>().unwrap(), (true,));
        let second = session.execute_unpaged(&insert, (2,)).await.unwrap().into_rows_result().unwrap();
        assert_eq!(second.single_row::<Outcome>().unwrap(), (false, Some(1), Some(1)));
    });
}

#[test]
fn errors_keep_their_kind_and_text() {
    with_session(|session| async move {
        let error = async |text: &str| refusal(session.query_unpaged(text, ()).await.unwrap_err());
        assert_eq!(error("SELECT FROM").await.0, DbError::SyntaxError);
        assert_eq!(error("SELECT * FROM nothing").await, (DbError::Invalid, "table nothing does not exist".into()));
        let exists = DbError::AlreadyExists { keyspace: "ks".into(), table: String::new() };
        assert_eq!(error(KEYSPACE).await, (exists, "Cannot add existing keyspace \"ks\"".into()));
    });
}

#[test]
fn a_prepared_statement_survives_a_change_of_its_table() {
    with_session(|session| async move {
        session.query_unpaged("CREATE TABLE t (k int PRIMARY KEY, v int)", ()).await.unwrap();
        let select = session.prepare("SELECT * FROM t").await.unwrap();
        session.query_unpaged("INSERT INTO t (k, v) VALUES (1, 2)", ()).await.unwrap();
        session.execute_unpaged(&select, ()).await.unwrap();
        session.query_unpaged("ALTER TABLE t ADD w int", ()).await.unwrap();
        let rows = session.execute_unpaged(&select, ()).await.unwrap().into_rows_result().unwrap();
        assert_eq!(rows.single_row::<(i32, Option<i32>, Option<i32>)>().unwrap(), (1, Some(2), None));
    });
}

#[test]
fn both_compressions_are_understood() {
    for compression in [Compression::Lz4, Compression::Snappy] {
        let serving = Serving::start();
        serving.runtime.block_on(async {
            let session = builder(&serving).compression(Some(compression)).build().await.unwrap();
            session.query_unpaged(KEYSPACE, ()).await.unwrap();
            session.query_unpaged("CREATE TABLE ks.t (k int PRIMARY KEY, v text)", ()).await.unwrap();
            let long = "to be or not to be ".repeat(10_000);
            session.query_unpaged("INSERT INTO ks.t (k, v) VALUES (1, ?)", (&long,)).await.unwrap();
            let rows = session.query_unpaged("SELECT v FROM ks.t", ()).await.unwrap().into_rows_result().unwrap();
            assert_eq!(rows.single_row::<(String,)>().unwrap().0, long);
        });
    }
}

#[test]
fn a_name_and_a_password_open_the_session() {
    let accounts = Accounts::new().with("ada", "quorum");
    let serving = Serving::with(Settings { authenticator: Some(Arc::new(accounts)), ..Settings::default() });
    serving.runtime.block_on(async {
        let session = builder(&serving).user("ada", "quorum").build().await.unwrap();
        session.query_unpaged("SELECT key FROM system.local", ()).await.unwrap();
        let refused = builder(&serving).user("ada", "wrong").build().await;
        assert!(refused.is_err_and(|error| error.to_string().contains("ada")), "the password was wrong");
    });
}
