//! Backup and restoration of the log, which is all that there is to keep.
//!
//! Format: the line `quorate-log 1`, the number of streams, then one frame per event (stream,
//! position, timestamp, request, payload; length before, checksum behind) and a last frame of
//! length 0 with the number of events. A file that is cut off or damaged is refused before
//! anything of the damaged part is written.

use std::io::{self, Read, Write};

use futures::future::{BoxFuture, FutureExt as _};
use serde::Serialize;
use uuid::Uuid;

use crate::Clinic;
use crate::error::Error;
use crate::event::{Entry, Event};
use crate::fold::each_entry;
use crate::log::{self, Appended};
use crate::schema::{self, Replication};
use crate::store::Store;

const MAGIC: &[u8] = b"quorate-log 1\n";
/// A frame is an event of at most some tens of KiB: what claims to be larger is damage.
const MAX_FRAME: u32 = 16 * 1024 * 1024;
/// Stream, position, timestamp and request before the payload.
const HEAD_BYTES: usize = 4 + 8 + 8 + 16;

/// What was backed up or restored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Events.
    pub events: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Writes the log up to the present heads.
///
/// # Errors
/// `Backup` if the output cannot be written; what the store reports otherwise.
pub fn write<'a>(clinic: &'a Clinic, out: &'a mut (dyn Write + Send)) -> BoxFuture<'a, Result<Summary, Error>> {
    async move {
        clinic.catch_up().await?;
        let heads = clinic.heads().await?;
        let mut summary = Summary::default();
        put(out, MAGIC, &mut summary)?;
        put(out, &clinic.streams().count().to_be_bytes(), &mut summary)?;
        for (stream, &head) in (0..).zip(&heads) {
            each_entry(clinic.store(), stream, head, |entry| {
                put(out, &frame(&entry), &mut summary)?;
                summary.events += 1;
                Ok(())
            })
            .await?;
        }
        let mut end = 0_u32.to_be_bytes().to_vec();
        end.extend_from_slice(&summary.events.to_be_bytes());
        put(out, &end, &mut summary)?;
        out.flush().map_err(failed)?;
        Ok(summary)
    }
    .boxed()
}

/// Makes a clinic from a backup, in a keyspace that has none or an empty one.
///
/// # Errors
/// `Backup` if the input is damaged; `Refused` if the keyspace has events already.
pub fn restore<'a>(
    store: &'a Store,
    replication: &'a Replication,
    input: &'a mut (dyn Read + Send),
) -> BoxFuture<'a, Result<Summary, Error>> {
    async move {
        let mut summary = Summary::default();
        let mut magic = vec![0; MAGIC.len()];
        take(input, &mut magic, &mut summary)?;
        if magic != MAGIC {
            return Err(damaged("it is no backup of this program's, or of a newer version"));
        }
        let mut count = [0; 4];
        take(input, &mut count, &mut summary)?;
        let count = i32::from_be_bytes(count);
        schema::apply_with(store, replication, count).await?;
        if schema::settings(store).await?.streams != count {
            return Err(Error::refused("the keyspace was made with another number of streams"));
        }
        for stream in 0..count {
            if log::head(store, stream, 0).await? > 0 {
                return Err(Error::refused(format!(
                    "keyspace {} has events already: restore into an empty one",
                    store.keyspace()
                )));
            }
        }
        while let Some(entry) = next(input, &mut summary)? {
            match log::append(store, &entry).await? {
                Appended::Done => summary.events += 1,
                Appended::Lost => return Err(Error::refused("another process writes to the keyspace")),
            }
        }
        store.durable().await?;
        Ok(summary)
    }
    .boxed()
}

fn frame(entry: &Entry) -> Vec<u8> {
    let payload = entry.event.encode();
    let length = u32::try_from(HEAD_BYTES + payload.len()).unwrap_or(u32::MAX);
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(&entry.stream.to_be_bytes());
    frame.extend_from_slice(&entry.seq.to_be_bytes());
    frame.extend_from_slice(&entry.ts.to_be_bytes());
    frame.extend_from_slice(entry.request_id.as_bytes());
    frame.extend_from_slice(&payload);
    let checksum = crc32fast::hash(&frame[4..]);
    frame.extend_from_slice(&checksum.to_be_bytes());
    frame
}

fn next(input: &mut (dyn Read + Send), summary: &mut Summary) -> Result<Option<Entry>, Error> {
    let mut length = [0; 4];
    take(input, &mut length, summary)?;
    let length = u32::from_be_bytes(length);
    if length == 0 {
        let mut events = [0; 8];
        take(input, &mut events, summary)?;
        if u64::from_be_bytes(events) != summary.events {
            return Err(damaged("it does not have all events that it announces"));
        }
        return Ok(None);
    }
    if length > MAX_FRAME {
        return Err(damaged("an event has an impossible length"));
    }
    let mut frame = vec![0; length as usize];
    take(input, &mut frame, summary)?;
    let mut checksum = [0; 4];
    take(input, &mut checksum, summary)?;
    if crc32fast::hash(&frame) != u32::from_be_bytes(checksum) {
        return Err(damaged("the checksum of an event does not match"));
    }
    entry_of(&frame).map(Some).ok_or_else(|| damaged("an event cannot be read"))
}

fn entry_of(frame: &[u8]) -> Option<Entry> {
    let (stream, rest) = frame.split_first_chunk::<4>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (ts, rest) = rest.split_first_chunk::<8>()?;
    let (request, payload) = rest.split_first_chunk::<16>()?;
    Some(Entry {
        stream: i32::from_be_bytes(*stream),
        seq: i64::from_be_bytes(*seq),
        ts: i64::from_be_bytes(*ts),
        request_id: Uuid::from_bytes(*request),
        event: Event::decode(payload).ok()?,
    })
}

fn put(out: &mut (dyn Write + Send), bytes: &[u8], summary: &mut Summary) -> Result<(), Error> {
    out.write_all(bytes).map_err(failed)?;
    summary.bytes += bytes.len() as u64;
    Ok(())
}

fn take(input: &mut (dyn Read + Send), bytes: &mut [u8], summary: &mut Summary) -> Result<(), Error> {
    input.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
        _ => failed(error),
    })?;
    summary.bytes += bytes.len() as u64;
    Ok(())
}

fn failed(source: io::Error) -> Error {
    Error::Backup { what: "it cannot be read or written".to_owned(), source: Some(source) }
}

fn damaged(what: &str) -> Error {
    Error::Backup { what: what.to_owned(), source: None }
}
