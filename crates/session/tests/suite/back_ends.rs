//! The back ends that a test runs on, each with a keyspace of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use quorate_session::{Class, Clock, ClusterOptions, Rows, SerializeRow, Session, Statement, Target};

/// A clock that starts at a fixed instant and moves by a microsecond with each look.
pub(crate) struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now_micros(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        // Multiples of an odd constant: distinct, and spread over all bits.
        let step = self.0.fetch_add(1, Ordering::Relaxed).unsigned_abs();
        u128::from(step).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Ticking(AtomicI64::new(1_700_000_000_000_000)))
}

/// A session and a keyspace that only one test uses.
pub(crate) struct Fixture {
    pub(crate) session: Session,
    pub(crate) keyspace: String,
}

/// Runs a test on every back end at hand.
pub(crate) async fn on_each(name: &str, test: impl AsyncFn(Fixture)) {
    for target in targets() {
        let session = Session::open(&target, clock()).await.unwrap();
        let keyspace = format!("session_{name}");
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
        session.schema(&format!("CREATE KEYSPACE {keyspace} WITH replication = {replication}")).await.unwrap();
        test(Fixture { session: session.clone(), keyspace: keyspace.clone() }).await;
        session.schema(&format!("DROP KEYSPACE {keyspace}")).await.unwrap();
        session.close().await.unwrap();
    }
}

fn targets() -> Vec<Target> {
    let mut targets = vec![Target::InMemory];
    targets.extend(cluster().map(|nodes| Target::Cluster(ClusterOptions::new(nodes))));
    targets
}

/// Contact points of the real cluster, if there is one.
pub(crate) fn cluster() -> Option<Vec<String>> {
    let nodes = std::env::var("QUORATE_TEST_CASSANDRA").ok()?;
    Some(nodes.split(',').map(str::to_owned).collect())
}

impl Fixture {
    /// `KS.` in a statement stands for the keyspace.
    pub(crate) fn text(&self, cql: &str) -> String {
        cql.replace("KS.", &format!("{}.", self.keyspace))
    }

    pub(crate) async fn schema(&self, cql: &str) {
        self.session.schema(&self.text(cql)).await.unwrap();
    }

    pub(crate) async fn prepare(&self, cql: &str, class: Class) -> Statement {
        self.session.prepare(&self.text(cql), class).await.unwrap()
    }

    pub(crate) async fn write(&self, cql: &str, values: impl SerializeRow) {
        let statement = self.prepare(cql, Class::Write).await;
        self.session.write(&statement, values).await.unwrap();
    }

    pub(crate) async fn read(&self, cql: &str, values: impl SerializeRow) -> Rows {
        let statement = self.prepare(cql, Class::Read).await;
        self.session.execute(&statement, values).await.unwrap()
    }
}
