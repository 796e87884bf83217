//! The job that keeps the `latest` buckets bounded (R11).
//!
//! Publishing writes a row to `latest` and to its quarter or month at once, so nothing is ever
//! moved and no crash can lose a row. What is beyond the newest rows goes by one range deletion,
//! which is an event like any other.

use quorate_session::codec::CqlTimestamp;

use crate::error::Error;
use crate::event::{Event, Fact, Trim, VERSION};
use crate::projection::LATEST;
use crate::queries::{ACCOUNTS_BY_MONTH, OFFERINGS};
use crate::store::Store;
use crate::stream::Streams;
use crate::view::View;

/// Rows that stay in a `latest` bucket.
pub(crate) const KEPT: usize = 1_000;
/// A bucket is trimmed when it has this many rows more.
const SLACK: usize = 500;
/// The stream that the trimming belongs to.
const STREAM: i32 = 0;

const OFFERING_TIMES: &str = "SELECT updated_at FROM {ks}.offerings_by_time WHERE bucket = ? LIMIT ?";
const ACCOUNT_TIMES: &str = "SELECT created_at FROM {ks}.accounts_by_month WHERE bucket = ? LIMIT ?";

/// Trims both buckets if they have grown.
pub(crate) async fn run(store: &Store, streams: &Streams) -> Result<(), Error> {
    for (view, cql) in [(&OFFERINGS, OFFERING_TIMES), (&ACCOUNTS_BY_MONTH, ACCOUNT_TIMES)] {
        let times = newest(store, cql).await?;
        if times.len() > KEPT + SLACK
            && let Some(cutoff_ms) = times.get(KEPT - 1)
        {
            append(store, streams, view, *cutoff_ms).await?;
        }
    }
    Ok(())
}

/// The times of the newest offerings and accounts that the `latest` buckets have.
pub(crate) async fn times(store: &Store) -> Result<(Vec<i64>, Vec<i64>), Error> {
    Ok((newest(store, OFFERING_TIMES).await?, newest(store, ACCOUNT_TIMES).await?))
}

async fn newest(store: &Store, cql: &'static str) -> Result<Vec<i64>, Error> {
    let limit = i32::try_from(KEPT + SLACK + 1).unwrap_or(i32::MAX);
    let rows = store.read(cql, (LATEST, limit)).await?;
    let mut times = Vec::with_capacity(rows.len());
    for row in rows.typed::<(CqlTimestamp,)>()? {
        times.push(row?.0.0);
    }
    Ok(times)
}

async fn append(store: &Store, streams: &Streams, view: &View, cutoff_ms: i64) -> Result<(), Error> {
    loop {
        let event = Event {
            version: VERSION,
            at_ms: store.now_ms(),
            facts: vec![Fact::BucketTrimmed(Trim { table: view.name.to_owned(), cutoff_ms })],
            ..Event::default()
        };
        let mut locked = streams.lock(STREAM).await?;
        if locked.append(store.new_id(), event).await?.is_some() {
            return Ok(());
        }
    }
}
