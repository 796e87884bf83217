//! All fourteen answers for all ids, asked in this process because there are thousands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use quorate_clinic::moment::parse_instant;
use quorate_clinic::queries::{self, Arguments, Reader};
use quorate_session::{Clock, Session};
use serde_json::Value;

use super::place::Place;
use super::world;

/// Real time, and numbers that do not repeat in a process.
#[derive(Default)]
pub(super) struct TestClock(AtomicU64);

impl Clock for TestClock {
    #[expect(clippy::disallowed_methods, reason = "a test is where time comes in")]
    fn now_micros(&self) -> i64 {
        i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
    }

    fn random(&self) -> u128 {
        let count = u128::from(self.0.fetch_add(1, Ordering::Relaxed));
        let now = u128::from(self.now_micros().cast_unsigned());
        // An odd factor makes this one-to-one in the count and the time, and spreads both.
        ((now << 48) ^ (u128::from(std::process::id()) << 32) ^ count)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }
}

/// The ids that are asked for.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) customers: Vec<String>,
    pub(super) accounts: Vec<String>,
    pub(super) doctors: Vec<String>,
    pub(super) organisations: Vec<String>,
    pub(super) regions: Vec<String>,
    pub(super) as_of: &'static str,
    pub(super) years: Vec<i32>,
}

/// Answers by query and id.
#[derive(Debug, PartialEq)]
pub(super) struct Asked(BTreeMap<(String, String), Value>);

impl Ids {
    /// Those of the small world, in the middle of its visits.
    fn of_world() -> Self {
        let named = |prefix: char, count: u64| (0..count).map(|number| format!("{prefix}{number}")).collect();
        Self {
            customers: named('c', world::CUSTOMERS),
            accounts: named('a', world::ACCOUNTS),
            doctors: named('d', world::DOCTORS),
            organisations: named('o', world::ORGANISATIONS),
            regions: named('r', world::REGIONS),
            as_of: "2025-03-15T12:00:00Z",
            years: vec![2025],
        }
    }

    /// What is asked: the query's number, a name of the question, its options.
    fn questions(&self) -> Vec<(u8, String, Arguments)> {
        let base = || Arguments { as_of: Some(parse_instant(self.as_of).unwrap()), ..Arguments::default() };
        let many = || Arguments { limit: Some(1_000), ..base() };
        let mut asked: Vec<_> = [1, 4, 11, 13].map(|query| (query, String::new(), many())).into();
        for id in &self.regions {
            asked.push((4, id.clone(), Arguments { region: Some(id.clone()), ..many() }));
        }
        for id in &self.customers {
            let of = |arguments| Arguments { customer: Some(id.clone()), ..arguments };
            asked.extend([2, 3, 6, 11].map(|query| (query, id.clone(), of(base()))));
            asked.push((5, id.clone(), Arguments { months: Some(15), ..of(base()) }));
        }
        for id in &self.accounts {
            let of = |arguments| Arguments { account: Some(id.clone()), ..arguments };
            asked.extend([3, 6].map(|query| (query, id.clone(), of(base()))));
            asked.push((5, id.clone(), Arguments { months: Some(15), ..of(base()) }));
        }
        for id in &self.doctors {
            let of = || Arguments { doctor: Some(id.clone()), ..base() };
            asked.extend([7, 8, 10].map(|query| (query, id.clone(), of())));
        }
        for id in &self.organisations {
            let of = |arguments: Arguments| Arguments { organisation: Some(id.clone()), ..arguments };
            asked.extend([4, 8, 9, 14].map(|query| (query, id.clone(), of(many()))));
            for year in &self.years {
                asked.push((12, id.clone(), Arguments { year: Some(*year), ..of(base()) }));
            }
        }
        asked
    }
}

impl Asked {
    /// All answers about the small world.
    pub(super) fn of(place: &Place) -> Self {
        Self::about(place, &Ids::of_world())
    }

    pub(super) fn about(place: &Place, ids: &Ids) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let session = Session::open(&place.target(), Arc::new(TestClock::default())).await.unwrap();
            let reader = Reader::new(session.clone(), place.keyspace.clone());
            let mut answers = BTreeMap::new();
            for (number, id, arguments) in ids.questions() {
                let answer = queries::run(&reader, number, &arguments, 0).await.unwrap();
                let name = match arguments.year {
                    Some(year) if ids.years.len() > 1 => format!("q{number} {year}"),
                    _ => format!("q{number}"),
                };
                answers.insert((name, id), answer.json);
            }
            drop(reader);
            session.close().await.unwrap();
            Self(answers)
        })
    }

    pub(super) fn answer(&self, query: &str, id: &str) -> &Value {
        &self.0[&(query.to_owned(), id.to_owned())]
    }

    pub(super) fn rows(&self, query: &str, id: &str) -> &[Value] {
        self.answer(query, id).as_array().unwrap()
    }

    /// That another clinic gives the same answers.
    #[track_caller]
    pub(super) fn same(&self, other: &Self, when: &str) {
        assert_eq!(self.0.len(), other.0.len());
        for (question, answer) in &self.0 {
            assert_eq!(&other.0[question], answer, "{when}: {question:?}");
        }
    }
}
