//! An embedded store on disk: it is there again after closing, and only one session has it.

use quorate_session::{Class, Durability, Error, Session, Target};

use super::back_ends::clock;

const REPLICATION: &str = "{'class': 'SimpleStrategy', 'replication_factor': 1}";

async fn open(directory: &std::path::Path, durability: Durability) -> Result<Session, Error> {
    let directory = directory.to_owned();
    Session::open(&Target::Embedded { directory, durability }, clock()).await
}

#[tokio::test]
async fn rows_and_schema_outlive_the_session() {
    for durability in [Durability::Sync, Durability::Periodic] {
        let directory = tempfile::tempdir().unwrap();
        let session = open(directory.path(), durability).await.unwrap();
        session.schema(&format!("CREATE KEYSPACE k WITH replication = {REPLICATION}")).await.unwrap();
        session.schema("CREATE TABLE k.t (id int PRIMARY KEY, v text)").await.unwrap();
        let insert = session.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", Class::Write).await.unwrap();
        session.write(&insert, (1, "kept")).await.unwrap();
        session.close().await.unwrap();

        let session = open(directory.path(), durability).await.unwrap();
        let select = session.prepare("SELECT v FROM k.t WHERE id = ?", Class::Read).await.unwrap();
        let rows = session.execute(&select, (1,)).await.unwrap();
        assert_eq!(rows.first::<(&str,)>().unwrap(), Some(("kept",)), "{durability:?}");
    }
}

#[tokio::test]
async fn a_store_is_open_once_and_free_after_the_last_clone() {
    let directory = tempfile::tempdir().unwrap();
    let session = open(directory.path(), Durability::Periodic).await.unwrap();
    let clone = session.clone();
    session.close().await.unwrap();
    let error = open(directory.path(), Durability::Periodic).await.unwrap_err();
    assert!(matches!(error, Error::Store(_)), "{error:?}");
    drop(clone);
    open(directory.path(), Durability::Periodic).await.unwrap();
}

#[tokio::test]
async fn a_statement_of_another_session_is_refused() {
    let Some(nodes) = super::back_ends::cluster() else { return };
    let cluster = Target::Cluster(quorate_session::ClusterOptions::new(nodes));
    let cluster = Session::open(&cluster, clock()).await.unwrap();
    let embedded = Session::open(&Target::InMemory, clock()).await.unwrap();
    let select = cluster.prepare("SELECT key FROM system.local", Class::Read).await.unwrap();
    let error = embedded.execute(&select, ()).await.unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
}
