//! A clinic to question, on each back end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use quorate_clinic::commands::{Receipt, Request};
use quorate_clinic::schema::{self, Replication};
use quorate_clinic::store::Store;
use quorate_clinic::{Clinic, Error, import, input, repair, verify};
use quorate_session::{Clock, ClusterOptions, Session, Target};
use serde_json::Value;
use uuid::Uuid;

/// Real time, and ids that no two calls of a test share.
struct WallClock(AtomicU64);

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "a test is where time comes in")]
    fn now_micros(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(now.as_micros()).unwrap()
    }

    fn random(&self) -> u128 {
        // The same in every run, so that a seed that fails fails again.
        let name = format!("oracle/{}", self.0.fetch_add(1, Ordering::Relaxed));
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).as_u128()
    }
}

/// Where the tests of this process run.
pub(super) fn targets() -> Vec<(&'static str, Target)> {
    let mut targets = vec![("embedded", Target::InMemory)];
    if let Ok(points) = std::env::var("QUORATE_TEST_CASSANDRA") {
        targets.push(("cassandra", Target::Cluster(ClusterOptions::new(points.split(',')))));
    }
    targets
}

/// A clinic in a keyspace of its own.
pub(super) struct Place {
    pub(super) clinic: Clinic,
    session: Session,
    keyspace: String,
    clock: Arc<WallClock>,
}

impl Place {
    pub(super) async fn open(target: &Target, name: &str) -> Self {
        let clock = Arc::new(WallClock(AtomicU64::new(0)));
        let session = Session::open(target, clock.clone()).await.unwrap();
        let keyspace = format!("oracle_{name}");
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let store = Store::new(session.clone(), &keyspace, clock.clone());
        schema::apply(&store, &Replication::parse("simple:1").unwrap()).await.unwrap();
        let clinic = Clinic::open(session.clone(), &keyspace, clock.clone()).await.unwrap();
        Self { clinic, session, keyspace, clock }
    }

    /// The same keyspace as another process opens it.
    pub(super) async fn again(&self) -> Clinic {
        Clinic::open(self.session.clone(), &self.keyspace, self.clock.clone()).await.unwrap()
    }

    pub(super) async fn close(self) {
        drop(self.clinic);
        self.session.schema(&format!("DROP KEYSPACE {}", self.keyspace)).await.unwrap();
    }

    pub(super) async fn import(&self, folder: &Path, as_of_ms: i64, max_rejects: input::Limit) -> import::Report {
        let rejects = folder.join("rejects");
        let options = import::Options { as_of_ms: Some(as_of_ms), rejects, max_rejects };
        let source = import::Source::Relational(folder.to_owned());
        import::run(&self.clinic, &source, &options, &mut |_| {}).await.unwrap()
    }

    pub(super) async fn verified(&self, when: &str) {
        let report = verify::run(&self.clinic, &mut |_| {}).await.unwrap();
        assert!(report.is_clean(), "{when}: {}", serde_json::to_string_pretty(&report).unwrap());
    }

    pub(super) async fn rebuilt(&self) {
        repair::rebuild(&self.clinic, &mut |_| {}).await.unwrap();
    }
}

/// Sends a command as `quorate do` does.
pub(super) async fn send(clinic: &Clinic, command: &Value) -> Result<Receipt, Error> {
    let Value::Object(object) = command else { panic!("a command is an object") };
    clinic.execute(&Request::from_json(object.clone())?).await
}
