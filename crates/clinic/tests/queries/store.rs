//! A keyspace that one test uses, on each back end, and the ways to fill and to ask it.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering as Memory};

use quorate_clinic::queries::{self, Answer, Arguments, Reader};
use quorate_clinic::{Error, tables, view::View};
use quorate_session::{Class, Clock, ClusterOptions, SerializeRow, SerializeValue, Session, Target};
use serde_json::Value;
use uuid::Uuid;

/// 2026-11-21T09:30:00Z.
pub(crate) const NOW: i64 = 1_795_253_400_000;

/// The tables that tell whether an id is known.
const DIRECTORIES: [&View; 5] =
    [&queries::CUSTOMERS, &queries::DOCTORS, &tables::ORGANISATIONS, &tables::ACCOUNTS, &tables::REGIONS];

/// A session, a keyspace with the tables of a test, and a reader of it.
pub(crate) struct Store {
    session: Session,
    pub(crate) keyspace: String,
    pub(crate) reader: Reader,
}

#[derive(Clone, SerializeValue)]
#[scylla(crate = quorate_session)]
pub(crate) struct Name {
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
}

pub(crate) const ADA: Name = Name { first_name: "Ada", last_name: "King" };

struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now_micros(&self) -> i64 {
        self.0.fetch_add(1, Memory::Relaxed)
    }

    fn random(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Memory::Relaxed).unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C061)
    }
}

/// Runs a test on every back end at hand, with these tables and the directories.
pub(crate) async fn on_each(name: &str, views: &[&View], test: impl AsyncFn(Store)) {
    for target in targets() {
        let clock = Arc::new(Ticking(AtomicI64::new(NOW * 1_000)));
        let session = Session::open(&target, clock).await.unwrap();
        let keyspace = format!("queries_{name}");
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
        session.schema(&format!("CREATE KEYSPACE {keyspace} WITH replication = {replication}")).await.unwrap();
        for cql in tables::TYPES {
            session.schema(&cql.replace("{ks}", &keyspace)).await.unwrap();
        }
        for view in views.iter().chain(&DIRECTORIES) {
            session.schema(&view.create_cql(&keyspace)).await.unwrap();
        }
        let reader = Reader::new(session.clone(), keyspace.clone());
        test(Store { session: session.clone(), keyspace: keyspace.clone(), reader }).await;
        session.schema(&format!("DROP KEYSPACE {keyspace}")).await.unwrap();
        session.close().await.unwrap();
    }
}

fn targets() -> Vec<Target> {
    let mut targets = vec![Target::InMemory];
    if let Ok(nodes) = std::env::var("QUORATE_TEST_CASSANDRA") {
        targets.push(Target::Cluster(ClusterOptions::new(nodes.split(','))));
    }
    targets
}

impl Store {
    /// Writes rows into a view, their values in the order of its columns.
    pub(crate) async fn put<V: SerializeRow>(&self, view: &View, rows: impl IntoIterator<Item = V>) {
        let columns: Vec<&str> = view.columns().collect();
        let markers = vec!["?"; columns.len()].join(", ");
        let cql = format!("INSERT INTO {}.{} ({}) VALUES ({markers})", self.keyspace, view.name, columns.join(", "));
        let statement = self.session.prepare(&cql, Class::Write).await.unwrap();
        let rows = rows.into_iter().map(|row| statement.bind(row).unwrap()).collect();
        self.session.write_all(rows).await.unwrap();
    }

    pub(crate) async fn create(&self, cql: &str) {
        self.session.schema(&cql.replace("{ks}", &self.keyspace)).await.unwrap();
    }

    pub(crate) async fn write(&self, cql: &str, values: impl SerializeRow) {
        let statement = self.session.prepare(&cql.replace("{ks}", &self.keyspace), Class::Write).await.unwrap();
        self.session.write(&statement, values).await.unwrap();
    }

    pub(crate) async fn organisation(&self, id: Uuid) {
        self.write("INSERT INTO {ks}.organisations (org_id) VALUES (?)", (id,)).await;
    }

    pub(crate) async fn doctor(&self, id: Uuid) {
        self.write("INSERT INTO {ks}.doctors (doc_id) VALUES (?)", (id,)).await;
    }

    pub(crate) async fn customer(&self, id: Uuid) {
        self.write("INSERT INTO {ks}.customers (cust_id) VALUES (?)", (id,)).await;
    }

    pub(crate) async fn account(&self, id: Uuid, currency: &str) {
        self.write("INSERT INTO {ks}.accounts (account_id, currency) VALUES (?, ?)", (id, currency)).await;
    }

    pub(crate) async fn ask(&self, number: u8, arguments: &Arguments) -> Result<Answer, Error> {
        queries::run(&self.reader, number, arguments, NOW).await
    }

    /// The rows of an answer that is expected to be complete.
    pub(crate) async fn rows(&self, number: u8, arguments: &Arguments) -> Vec<Value> {
        let answer = self.ask(number, arguments).await.unwrap();
        assert_eq!(answer.next, None, "q{number} has more rows than expected");
        array(answer.json)
    }

    /// Asks page by page, with every size from one to beyond all rows.
    pub(crate) async fn expect_in_pages(&self, number: u8, arguments: &Arguments, expected: &[Value]) {
        for size in 1..=expected.len() + 1 {
            self.expect_in_pages_of(size, number, arguments, expected).await;
        }
    }

    pub(crate) async fn expect_in_pages_of(&self, size: usize, number: u8, arguments: &Arguments, expected: &[Value]) {
        let mut arguments = Arguments { limit: Some(u32::try_from(size).unwrap()), ..arguments.clone() };
        let mut pages = expected.chunks(size).peekable();
        while let Some(page) = pages.next() {
            let answer = self.ask(number, &arguments).await.unwrap();
            assert_eq!(array(answer.json), page, "q{number} in pages of {size}, after {:?}", arguments.page);
            assert_eq!(answer.next.is_some(), pages.peek().is_some(), "q{number} in pages of {size}: another page");
            arguments.page = answer.next.map(|token| token.to_string());
        }
    }
}

fn array(json: Value) -> Vec<Value> {
    let Value::Array(rows) = json else { panic!("not an array: {json}") };
    rows
}

/// Arguments with an id as text.
#[expect(clippy::unnecessary_wraps, reason = "an option of a query is optional")]
pub(crate) fn text(id: Uuid) -> Option<String> {
    Some(id.to_string())
}

/// Milliseconds of an instant, read by a calendar library.
pub(crate) fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// The instant as the calendar library prints it, with milliseconds where there are any.
pub(crate) fn printed(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap();
    if ms % 1_000 == 0 { at.to_string() } else { format!("{at:.3}") }
}

/// CQL's date of a day, counted by a calendar library.
pub(crate) fn day(text: &str) -> quorate_session::codec::CqlDate {
    let date: jiff::civil::Date = text.parse().unwrap();
    let days = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).unwrap().get_days();
    quorate_session::codec::CqlDate(u32::try_from(i64::from(days) + (1 << 31)).unwrap())
}

/// The first day of an instant's month.
pub(crate) fn month(ms: i64) -> quorate_session::codec::CqlDate {
    day(&format!("{}-01", &printed(ms)[..7]))
}

/// How Cassandra orders values of type `uuid` (`UUIDType.java`), told apart from the product's own
/// function: by version, version 1 by its time, the rest by unsigned bytes.
pub(crate) fn by_id(one: Uuid, other: Uuid) -> Ordering {
    let key = |id: Uuid| {
        let time = id.get_timestamp().filter(|_| id.get_version_num() == 1).map(|time| time.to_gregorian().0);
        (id.get_version_num(), time, *id.as_bytes())
    };
    key(one).cmp(&key(other))
}

/// Repeatable arbitrary numbers (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.bits() % sides as u64).unwrap()
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    /// An id of version 1, 4 or 5.
    pub(crate) fn id(&mut self) -> Uuid {
        let bits = [self.bits().to_be_bytes(), self.bits().to_be_bytes()].concat();
        match self.roll(3) {
            0 => {
                let (ticks, node) = (self.bits() >> 4, [bits[0], bits[1], bits[2], bits[3], bits[4], bits[5]]);
                uuid::Builder::from_gregorian_timestamp(ticks, 7, &node).into_uuid()
            }
            1 => uuid::Builder::from_random_bytes(bits.try_into().unwrap()).into_uuid(),
            _ => Uuid::new_v5(&Uuid::NAMESPACE_DNS, &bits),
        }
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }
}
