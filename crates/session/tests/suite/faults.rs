//! A real node behind a faulty network: what is repeated, and what is reported as unknown.
//!
//! Without `QUORATE_TEST_CASSANDRA` there is no network to fail, and these tests have nothing to do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quorate_session::codec::Counter;
use quorate_session::{Bound, Class, ClusterOptions, Error, Session, Target};

use super::back_ends::{Fixture, clock, cluster};
use super::proxy::{Mode, Proxy};

async fn behind_proxy(name: &str, request_timeout: Duration) -> Option<(Fixture, Proxy)> {
    let node = cluster()?.swap_remove(0);
    let proxy = Proxy::before(node).await;
    let options = ClusterOptions { request_timeout, ..ClusterOptions::new([proxy.address.clone()]) };
    let session = Session::open(&Target::Cluster(options), clock()).await.unwrap();
    let keyspace = format!("session_{name}");
    let fixture = Fixture { session, keyspace };
    let replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
    fixture.schema(&format!("DROP KEYSPACE IF EXISTS {}", fixture.keyspace)).await;
    fixture.schema(&format!("CREATE KEYSPACE {} WITH replication = {replication}", fixture.keyspace)).await;
    Some((fixture, proxy))
}

#[tokio::test]
async fn unanswered_writes_are_unknown_and_were_made_once() {
    let Some((f, proxy)) = behind_proxy("muted", Duration::from_millis(700)).await else { return };
    f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, v int)").await;
    f.schema("CREATE TABLE KS.n (id int PRIMARY KEY, n counter)").await;
    let insert = f.prepare("INSERT INTO KS.t (id, v) VALUES (?, ?) IF NOT EXISTS", Class::Conditional).await;
    let read = f.prepare("SELECT v FROM KS.t WHERE id = ?", Class::SerialRead).await;
    let add = f.prepare("UPDATE KS.n SET n = n + ? WHERE id = ?", Class::Counter).await;
    let count = f.prepare("SELECT n FROM KS.n WHERE id = ?", Class::Read).await;

    proxy.set(Mode::Mute);
    let error = f.session.conditional(&insert, (1, 10)).await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error:?}");
    let error = f.session.count(&add, (Counter(3), 1)).await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error:?}");
    let error = f.session.execute(&read, (1,)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");

    proxy.set(Mode::Pass);
    assert_eq!(f.session.execute(&read, (1,)).await.unwrap().first::<(i32,)>().unwrap(), Some((10,)));
    let counted = f.session.execute(&count, (1,)).await.unwrap();
    assert_eq!(counted.first::<(Counter,)>().unwrap(), Some((Counter(3),)));
}

#[tokio::test]
async fn a_lost_connection_leaves_a_conditional_write_unknown() {
    let Some((f, proxy)) = behind_proxy("cut", Duration::from_secs(5)).await else { return };
    f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, v int)").await;
    let insert = f.prepare("INSERT INTO KS.t (id, v) VALUES (?, ?) IF NOT EXISTS", Class::Conditional).await;
    proxy.set(Mode::Mute);
    let cut = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.set(Mode::Cut);
    };
    let (outcome, ()) = tokio::join!(f.session.conditional(&insert, (1, 10)), cut);
    assert!(matches!(outcome, Err(Error::Unknown { .. })), "{outcome:?}");

    let read = f.session.prepare(&f.text("SELECT v FROM KS.t WHERE id = ?"), Class::Read).await;
    assert!(matches!(read, Err(Error::Unavailable { .. })), "{read:?}");
}

#[tokio::test]
async fn write_all_outlives_a_cut_network() {
    let Some((f, proxy)) = behind_proxy("outage", Duration::from_secs(2)).await else { return };
    f.schema("CREATE TABLE KS.t (p int, c int, PRIMARY KEY (p, c))").await;
    let insert = f.prepare("INSERT INTO KS.t (p, c) VALUES (?, ?) USING TIMESTAMP 1", Class::Write).await;
    let writes: Vec<Bound> = (0..20_000).map(|i| insert.bind((i % 5_000, i)).unwrap()).collect();
    let over = AtomicBool::new(false);
    let outage = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        proxy.set(Mode::Cut);
        tokio::time::sleep(Duration::from_millis(500)).await;
        over.store(true, Ordering::SeqCst);
        proxy.set(Mode::Pass);
    };
    let writing = async {
        f.session.write_all(writes).await.unwrap();
        assert!(over.load(Ordering::SeqCst), "all was written before the network was cut: nothing was tested");
    };
    tokio::join!(writing, outage);
    let rows = f.read("SELECT COUNT(*) FROM KS.t", ()).await;
    assert_eq!(rows.first::<(i64,)>().unwrap(), Some((20_000,)));
}
