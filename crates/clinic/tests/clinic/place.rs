//! A clinic to test with, on each back end.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use quorate_clinic::commands::{Receipt, Request};
use quorate_clinic::queries::{self, Arguments};
use quorate_clinic::schema::{self, Replication};
use quorate_clinic::store::Store;
use quorate_clinic::{Clinic, Error, import, input};
use quorate_session::{Clock, ClusterOptions, Session, Target};
use serde_json::{Value, json};

/// Real time, and a counter in place of randomness.
#[derive(Default)]
pub(crate) struct TestClock(AtomicU64);

impl Clock for TestClock {
    #[expect(clippy::disallowed_methods, reason = "a test is where time comes in")]
    fn now_micros(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(now.as_micros()).unwrap()
    }

    fn random(&self) -> u128 {
        // The finaliser of SplitMix64 over a counter and the process id: unique, and good enough for ids.
        let mut mixed = 0_u128;
        for half in 0..2_u64 {
            let mut z = self.0.fetch_add(1, Ordering::Relaxed) ^ (u64::from(std::process::id()) << 32) ^ (half << 63);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed = (mixed << 64) | u128::from(z ^ (z >> 31) ^ self.now_micros().cast_unsigned());
        }
        mixed
    }
}

/// Where the tests of this process run.
pub(crate) fn targets() -> Vec<(&'static str, Target)> {
    let mut targets = vec![("embedded", Target::InMemory)];
    if let Ok(points) = std::env::var("QUORATE_TEST_CASSANDRA") {
        targets.push(("cassandra", Target::Cluster(ClusterOptions::new(points.split(',')))));
    }
    targets
}

/// A clinic in a keyspace of its own.
pub(crate) struct Place {
    pub(crate) clinic: Clinic,
    pub(crate) session: Session,
    pub(crate) keyspace: String,
    pub(crate) clock: Arc<TestClock>,
}

impl Place {
    pub(crate) async fn open(target: &Target, name: &str) -> Self {
        let clock = Arc::new(TestClock::default());
        let session = Session::open(target, clock.clone()).await.unwrap();
        let keyspace = format!("clinic_{name}");
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let store = Store::new(session.clone(), &keyspace, clock.clone());
        schema::apply(&store, &Replication::parse("simple:1").unwrap()).await.unwrap();
        let clinic = Clinic::open(session.clone(), &keyspace, clock.clone()).await.unwrap();
        Self { clinic, session, keyspace, clock }
    }

    /// The same keyspace as another process would open it.
    pub(crate) async fn again(&self) -> Clinic {
        Clinic::open(self.session.clone(), &self.keyspace, self.clock.clone()).await.unwrap()
    }

    pub(crate) async fn close(self) {
        drop(self.clinic);
        self.session.schema(&format!("DROP KEYSPACE {}", self.keyspace)).await.unwrap();
    }

    pub(crate) async fn send(&self, command: Value) -> Result<Receipt, Error> {
        self.clinic.execute(&request(command)).await
    }

    pub(crate) async fn ask(&self, query: u8, arguments: Arguments) -> Value {
        let now = self.clock.now_micros() / 1_000;
        queries::run(self.clinic.reader(), query, &arguments, now).await.unwrap().json
    }

    pub(crate) async fn import(&self, folder: &Path, as_of: Option<&str>) -> import::Report {
        let options = import::Options {
            as_of_ms: as_of.map(ms),
            rejects: folder.join("rejects"),
            max_rejects: input::Limit::All,
        };
        let source = import::Source::Relational(folder.to_owned());
        import::run(&self.clinic, &source, &options, &mut |_| {}).await.unwrap()
    }

    pub(crate) async fn verified(&self) {
        let report = quorate_clinic::verify::run(&self.clinic, &mut |_| {}).await.unwrap();
        assert!(report.is_clean(), "{}", serde_json::to_string_pretty(&report).unwrap());
    }
}

/// An instant in milliseconds since 1970.
pub(crate) fn ms(text: &str) -> i64 {
    quorate_clinic::moment::parse_instant(text).unwrap()
}

pub(crate) fn request(command: Value) -> Request {
    let Value::Object(object) = command else { panic!("a command is an object") };
    Request::from_json(object).unwrap()
}

/// A place with one organisation, two doctors, two customers and an account each.
pub(crate) async fn small(target: &Target, name: &str) -> Place {
    let place = Place::open(target, name).await;
    let at = "2026-01-01T00:00:00Z";
    for command in [
        json!({"command": "add_location", "state_id": "MA", "state_name": "Massachusetts", "country_id": "US",
               "country_name": "United States", "region_id": "NA", "region_name": "North America", "at": at}),
        json!({"command": "add_location", "state_id": "ZH", "state_name": "Zürich", "country_id": "CH",
               "country_name": "Switzerland", "region_id": "EU", "region_name": "Europe", "at": at}),
        json!({"command": "register_organisation", "org_id": "o1", "org_type": "general consultation",
               "region_id": "NA", "at": at}),
        json!({"command": "recruit_doctor", "doc_id": "d1", "org_id": "o1", "first_name": "Ada", "last_name": "Byron",
               "experience_year": 7, "birth_year": 1980, "degree_type": "M.D.", "at": at}),
        json!({"command": "recruit_doctor", "doc_id": "d2", "org_id": "o1", "first_name": "Max", "last_name": "Born",
               "experience_year": 3, "birth_year": 1990, "at": at}),
        json!({"command": "register_customer", "cust_id": "c1", "first_name": "Jo", "last_name": "Doe", "state_id": "MA", "at": at}),
        json!({"command": "register_customer", "cust_id": "c2", "first_name": "Li", "last_name": "Wu", "state_id": "ZH", "at": at}),
        json!({"command": "open_account", "account_id": "a1", "account_type": "pay-as-you-visit", "cust_id": "c1", "org_id": "o1", "at": at}),
        json!({"command": "open_account", "account_id": "a2", "account_type": "monthly subscription", "cust_id": "c2", "org_id": "o1", "at": at}),
    ] {
        place.send(command).await.unwrap();
    }
    place
}

/// Writes an input folder; a table that is not given has its header alone.
pub(crate) fn folder(tables: &[(&str, &str)]) -> tempfile::TempDir {
    const HEADERS: [(&str, &str); 7] = [
        ("location.csv", "STATE_ID,STATE_NAME,COUNTRY_ID,COUNTRY_NAME,REGION_ID,REGION_NAME"),
        ("organisation.csv", "ORG_ID,ORG_TYPE,REGION_ID,CURRENCY,UPDATED_AT"),
        ("customer.csv", "CUST_ID,FIRST_NAME,LAST_NAME,JOINED_DATE,COUNTRY_ID,STATE_ID"),
        ("doctor.csv", "DOC_ID,ORG_ID,FIRST_NAME,LAST_NAME,EXPERIENCE_YEAR,BIRTH_YEAR"),
        ("account.csv", "ACCOUNT_ID,ACCOUNT_TYPE,CUST_ID,ORG_ID"),
        ("record.csv", "MEDICAL_ID,ACCOUNT_ID,DOC_ID,TX_DATE,MEDICAL_PURPOSE,MEDICAL_AMT"),
        ("review.csv", "REVIEW_ID,REVIEW_DATE,REVIEW_RATING,ORG_ID,CUST_ID"),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (file, header) in HEADERS {
        let rows = tables.iter().find(|(name, _)| *name == file).map_or("", |(_, rows)| rows);
        fs::write(directory.path().join(file), format!("{header}\n{rows}")).unwrap();
    }
    directory
}
