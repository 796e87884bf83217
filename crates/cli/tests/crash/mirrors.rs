//! Counter mirrors that several processes bring up to date at once, after others died at it.
//!
//! A counter that is incremented twice stays wrong, so this is where two processes must not meet.

use std::sync::Arc;
use std::time::Duration;

use quorate_session::codec::Counter;
use quorate_session::{Class, Session};

use super::answers::TestClock;
use super::place::{Kill, Place, Running, cassandra};

/// What an import does not count because it was killed, several verifications count at once: some
/// of them are killed at it, and every one that ends finds nothing wrong.
#[test]
#[cfg(debug_assertions)]
fn processes_that_verify_at_once_on_a_cluster_count_everything_once() {
    let Some(points) = cassandra() else { return };
    let data = Place::embedded();
    data.done(&["generate", "data", "--customers", "40", "--seed", "5", "--as-of", "2026-01-15"]);
    let place = Place::cluster(&points, "crash_mirrors");
    let killed = place.import(&data, &Kill::At("board-written", 1));
    assert_eq!(killed.code, None, "the import was not killed: {}", killed.stderr);
    assert_eq!(Sums::of(&place).by_doctor, 0, "the import had counted already");

    for round in 0..3 {
        let killed: Vec<Running> = (0..2).map(|_| place.begin(&["verify", "--json"])).collect();
        let others: Vec<Running> = (0..2).map(|_| place.begin(&["verify", "--json"])).collect();
        for (running, delay) in killed.into_iter().zip([900, 1_300]) {
            running.end(Some(Duration::from_millis(delay)));
        }
        for running in others {
            let sent = running.end(None);
            eprintln!("round {round}: exit {:?} after {:?}", sent.code, sent.took);
            assert_eq!(sent.code, Some(0), "round {round}: {sent:?}");
        }
        let sums = Sums::of(&place);
        assert!(sums.records > 0 && sums.by_doctor == sums.records && sums.by_day == sums.records, "{round}: {sums:?}");
    }
    place.done(&["reset", "--yes"]);
}

/// Records, as the rows say and as both kinds of counters say.
#[derive(Debug)]
struct Sums {
    records: i64,
    by_doctor: i64,
    by_day: i64,
}

impl Sums {
    fn of(place: &Place) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let session = Session::open(&place.target(), Arc::new(TestClock::default())).await.unwrap();
            let keyspace = &place.keyspace;
            let read = |text: String| {
                let session = session.clone();
                async move {
                    let statement = session.prepare(&text, Class::Read).await.unwrap();
                    session.execute(&statement, ()).await.unwrap()
                }
            };
            let mut sums = [0, 0];
            let counters =
                [("record_count", "doctor_record_counts"), ("transaction_count", "daily_transactions_by_org")];
            for ((column, table), sum) in counters.into_iter().zip(&mut sums) {
                let rows = read(format!("SELECT {column} FROM {keyspace}.{table}")).await;
                *sum = rows.typed::<(Option<Counter>,)>().unwrap().map(|row| row.unwrap().0.map_or(0, |n| n.0)).sum();
            }
            let rows = read(format!("SELECT COUNT(*) FROM {keyspace}.records_by_doctor")).await;
            let (records,) = rows.first::<(i64,)>().unwrap().unwrap();
            Self { records, by_doctor: sums[0], by_day: sums[1] }
        })
    }
}
