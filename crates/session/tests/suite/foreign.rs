//! A cluster that is shared: other keyspaces hold what the driver cannot read.

use quorate_session::{ClusterOptions, Session, Target};

use super::back_ends::{clock, cluster};

#[tokio::test]
async fn a_foreign_type_does_not_keep_a_session_out() {
    let Some(nodes) = cluster() else { return };
    let target = Target::Cluster(ClusterOptions::new(nodes));
    let session = Session::open(&target, clock()).await.unwrap();
    let replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
    session.schema("DROP KEYSPACE IF EXISTS session_foreign").await.unwrap();
    session.schema(&format!("CREATE KEYSPACE session_foreign WITH replication = {replication}")).await.unwrap();
    let custom = "'org.apache.cassandra.db.marshal.LexicalUUIDType'";
    session.schema(&format!("CREATE TABLE session_foreign.t (id int PRIMARY KEY, v {custom})")).await.unwrap();
    let second = Session::open(&target, clock()).await;
    session.schema("DROP KEYSPACE session_foreign").await.unwrap();
    second.unwrap();
}
