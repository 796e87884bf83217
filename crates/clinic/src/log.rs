//! The event log: one append, one order per stream, nothing ever changed.
//!
//! An append is one conditional batch on one partition: `head` moves from n to n+1 only if it is
//! n, and the event row goes with it. Where the outcome of that batch is not known, a SERIAL read
//! of position n+1 decides it, so an append is done, lost to another writer, or reported as open;
//! it is never guessed.

use std::time::Duration;

use quorate_session::{Class, Error as SessionError};
use uuid::Uuid;

use crate::error::Error;
use crate::event::{Entry, Event};
use crate::store::Store;

/// Events in a partition of the log: about 10 MB at 1 KiB each.
pub const BUCKET: i64 = 10_000;

/// How long an open append is looked into before it is reported as open.
const RESOLVE_ATTEMPTS: u32 = 6;

const MOVE_HEAD: &str = "UPDATE {ks}.event_log SET head = ? WHERE stream = ? AND bucket = ? IF head = ?";
const INSERT: &str = "INSERT INTO {ks}.event_log (stream, bucket, seq, ts, request_id, kind, payload) \
                      VALUES (?, ?, ?, ?, ?, ?, ?)";
const HEAD: &str = "SELECT head FROM {ks}.event_log WHERE stream = ? AND bucket = ? LIMIT 1";
const ONE: &str = "SELECT ts, request_id FROM {ks}.event_log WHERE stream = ? AND bucket = ? AND seq = ?";
const RANGE: &str = "SELECT seq, ts, request_id, payload FROM {ks}.event_log \
                     WHERE stream = ? AND bucket = ? AND seq >= ? AND seq <= ?";

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The event is in the log at its position.
    Done,
    /// Another writer took the position first; nothing was written.
    Lost,
}

/// Appends an entry at its position, which must follow the head.
pub async fn append(store: &Store, entry: &Entry) -> Result<Appended, Error> {
    let bucket = bucket_of(entry.seq);
    let expected = ((entry.seq - 1) % BUCKET != 0).then_some(entry.seq - 1);
    let head =
        store.prepared(MOVE_HEAD, Class::Conditional).await?.bind((entry.seq, entry.stream, bucket, expected))?;
    let payload = entry.event.encode();
    let row = store.prepared(INSERT, Class::Write).await?.bind((
        entry.stream,
        bucket,
        entry.seq,
        entry.ts,
        entry.request_id,
        entry.event.kind(),
        payload.as_slice(),
    ))?;
    match store.session().conditional_batch(&[head, row]).await {
        Ok(outcome) if outcome.applied => Ok(Appended::Done),
        Ok(_) => Ok(Appended::Lost),
        Err(SessionError::Unknown { cause }) => resolve(store, entry, SessionError::Unknown { cause }).await,
        Err(error) => Err(error.into()),
    }
}

/// Finds out what became of an append whose outcome was not reported.
async fn resolve(store: &Store, entry: &Entry, reported: SessionError) -> Result<Appended, Error> {
    for attempt in 0..RESOLVE_ATTEMPTS {
        let values = (entry.stream, bucket_of(entry.seq), entry.seq);
        match store.read_serial(ONE, values).await {
            Ok(rows) => {
                return Ok(match rows.first::<(i64, Uuid)>()? {
                    Some((ts, request)) if ts == entry.ts && request == entry.request_id => Appended::Done,
                    // A SERIAL read finishes what was in flight, so an absent row will stay absent.
                    _ => Appended::Lost,
                });
            }
            Err(Error::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(100 << attempt)).await,
            Err(error) => return Err(error),
        }
    }
    Err(Error::UnknownOutcome { request_id: entry.request_id, source: Some(reported) })
}

/// The head of a stream, looked for from a position that is known to be in the log (0 = none is).
pub async fn head(store: &Store, stream: i32, known: i64) -> Result<i64, Error> {
    let mut head = known;
    loop {
        // The next position's bucket, so that a full bucket leads to its successor.
        let rows = store.read_serial(HEAD, (stream, bucket_of(head + 1))).await?;
        match rows.first::<(Option<i64>,)>()? {
            Some((Some(found),)) if found > head => head = found,
            _ => return Ok(head),
        }
        if head % BUCKET != 0 {
            return Ok(head);
        }
    }
}

/// Reads entries of a stream in order, at most one bucket's worth: those from `from` to `to`
/// (inclusive) that lie in `from`'s bucket, up to `limit`. All of them must be there.
pub async fn read(store: &Store, stream: i32, from: i64, to: i64, limit: u32) -> Result<Vec<Entry>, Error> {
    let last = to.min((i64::from(bucket_of(from)) + 1) * BUCKET).min(from + i64::from(limit) - 1);
    let statement = store.prepared(RANGE, Class::Read).await?;
    let mut entries = Vec::new();
    let mut expected = from;
    let mut state = None;
    loop {
        let values = (stream, bucket_of(from), from, last);
        let (rows, next) = store.session().page(&statement, values, limit, state.as_ref()).await?;
        for row in rows.typed::<(i64, i64, Uuid, &[u8])>()? {
            let (seq, ts, request_id, payload) = row?;
            let place = || format!("event_log, stream {stream}, event {seq}");
            if seq != expected {
                return Err(Error::Corrupt { place: place(), what: "the event before it is missing".to_owned() });
            }
            let event = Event::decode(payload).map_err(|source| Error::Event { place: place(), source })?;
            entries.push(Entry { stream, seq, ts, request_id, event });
            expected += 1;
        }
        match next {
            Some(next) => state = Some(next),
            // A reader that sees a gap must not go on: the views would be projected without an event.
            None if expected <= last => {
                return Err(Error::Corrupt {
                    place: format!("event_log, stream {stream}"),
                    what: format!("event {expected} is missing"),
                });
            }
            None => return Ok(entries),
        }
    }
}

fn bucket_of(seq: i64) -> i32 {
    i32::try_from((seq - 1).div_euclid(BUCKET)).unwrap_or(i32::MAX)
}
