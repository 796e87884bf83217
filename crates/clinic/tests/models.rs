//! The data models are legal: every table can be made and every read that they name be prepared.
//!
//! On an embedded store in memory, and on a real cluster when `QUORATE_TEST_CASSANDRA` names one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use quorate_clinic::queries::models::Model;
use quorate_clinic::schema::Replication;
use quorate_session::{Class, Clock, ClusterOptions, Session, Target};

struct Still;

impl Clock for Still {
    fn now_micros(&self) -> i64 {
        1_795_253_400_000_000
    }

    fn random(&self) -> u128 {
        7
    }
}

async fn check(model: Model, tables: usize, reads: usize) {
    let mut targets = vec![Target::InMemory];
    if let Ok(nodes) = std::env::var("QUORATE_TEST_CASSANDRA") {
        targets.push(Target::Cluster(ClusterOptions::new(nodes.split(','))));
    }
    for target in targets {
        let session = Session::open(&target, Arc::new(Still)).await.unwrap();
        let keyspace = format!("model_{model}");
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        for statement in model.statements(&keyspace, &Replication::Simple(1)) {
            session.schema(&statement).await.unwrap_or_else(|error| panic!("{error}\n{statement}"));
        }
        let names = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";
        let names = session.prepare(names, Class::Read).await.unwrap();
        let made = session.execute(&names, (keyspace.as_str(),)).await.unwrap();
        assert_eq!(made.len(), tables, "{model}");
        let prepared = model.reads(&keyspace);
        assert_eq!(prepared.len(), reads, "{model}");
        for read in prepared {
            session.prepare(&read, Class::Read).await.unwrap_or_else(|error| panic!("{error}\n{read}"));
        }
        session.schema(&format!("DROP KEYSPACE {keyspace}")).await.unwrap();
        session.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_query_optimised_model() {
    check(Model::Query, 18, 18).await;
}

/// Eleven tables, as the source document counts them; some serve two access patterns.
#[tokio::test]
async fn the_consolidated_model() {
    check(Model::Consolidated, 11, 16).await;
}

#[test]
fn models_are_known_by_name() {
    for (name, model) in [("udt", Model::Udt), ("query", Model::Query), ("consolidated", Model::Consolidated)] {
        assert_eq!(name.parse::<Model>().unwrap(), model);
        assert_eq!(model.to_string(), name);
    }
    let error = "generic".parse::<Model>().unwrap_err();
    assert_eq!(error.to_string(), "there is no model 'generic': udt, query or consolidated");
}
