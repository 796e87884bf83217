//! Streams: who may append, and how far the views have come.
//!
//! A stream is a shard of aggregate roots with one log. Whoever appends holds the stream's lock
//! in this process and has projected everything up to the head that it knows, so the views that a
//! command reads are exact at that head; if another process appended meanwhile, the conditional
//! append fails and the command decides again. The cursor in the store follows lazily, over an
//! unbroken prefix, and never runs ahead of effects that still have to be driven.

use std::collections::BTreeSet;

use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use crate::error::Error;
use crate::event::{Entry, Event};
use crate::follow_up;
use crate::log::{self, Appended};
use crate::projection::project;
use crate::store::Store;

/// Events between two writes of the cursor.
const CURSOR_EVERY: i64 = 256;
/// Events read from the log at once: an imported one is up to 32 KiB, and more in memory.
const CATCH_UP_PAGE: u32 = 64;

const READ_CURSOR: &str = "SELECT seq FROM {ks}.cursors WHERE name = ? AND stream = ?";
const WRITE_CURSOR: &str = "INSERT INTO {ks}.cursors (name, stream, seq) VALUES (?, ?, ?) USING TIMESTAMP ?";
/// Name of the cursor of the views.
pub(crate) const VIEWS_CURSOR: &str = "views";

/// All streams of a keyspace.
pub(crate) struct Streams {
    store: Store,
    states: Vec<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Whether the position was read from the store.
    loaded: bool,
    /// Everything up to here is in the views.
    applied: i64,
    /// Timestamp of the last event.
    last_ts: i64,
    /// Cursor in the store.
    saved: i64,
    /// Events whose effects on other streams are not driven to the end yet.
    open: BTreeSet<i64>,
}

/// A stream, locked and caught up.
pub(crate) struct Locked<'a> {
    store: &'a Store,
    stream: i32,
    state: MutexGuard<'a, State>,
}

impl Streams {
    /// The streams of a keyspace; reads nothing yet.
    pub(crate) fn new(store: Store, count: i32) -> Self {
        Self { store, states: (0..count).map(|_| Mutex::default()).collect() }
    }

    /// Number of streams.
    pub(crate) fn count(&self) -> i32 {
        i32::try_from(self.states.len()).unwrap_or(i32::MAX)
    }

    /// The stream that owns an aggregate root.
    pub(crate) fn of(&self, root: Uuid) -> i32 {
        // Ids may be sequential or carry a time in front: mix all bits (the finaliser of MurmurHash3).
        let (high, low) = root.as_u64_pair();
        let mut hash = high ^ low;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^= hash >> 33;
        i32::try_from(hash % self.states.len() as u64).unwrap_or(0)
    }

    /// Locks a stream; everything that its log is known to hold is in the views then.
    pub(crate) async fn lock(&self, stream: i32) -> Result<Locked<'_>, Error> {
        let index = usize::try_from(stream).unwrap_or(usize::MAX);
        let state = self.states.get(index).ok_or_else(|| Error::invalid(format!("there is no stream {stream}")))?;
        let mut locked = Locked { store: &self.store, stream, state: state.lock().await };
        if !locked.state.loaded {
            locked.load().await?;
        }
        Ok(locked)
    }

    /// Brings every stream to its head, with the effects on other streams.
    pub(crate) async fn recover(&self) -> Result<(), Error> {
        for stream in 0..self.count() {
            let mut locked = self.lock(stream).await?;
            locked.catch_up().await?;
        }
        for stream in 0..self.count() {
            self.drive(stream).await?;
        }
        self.save().await
    }

    /// Drives the effects on other streams of a stream's events that are still open.
    pub(crate) async fn drive(&self, stream: i32) -> Result<(), Error> {
        let open: Vec<i64> = self.lock(stream).await?.state.open.iter().copied().collect();
        for seq in open {
            for entry in log::read(&self.store, stream, seq, seq, 1).await? {
                // Follow-ups append to other streams, and those have none of their own.
                Box::pin(follow_up::drive(&self.store, self, &entry)).await?;
            }
            self.lock(stream).await?.state.open.remove(&seq);
        }
        Ok(())
    }

    /// Writes all cursors.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        for stream in 0..self.count() {
            let mut locked = self.lock(stream).await?;
            locked.save().await?;
        }
        Ok(())
    }

    /// Up to where a stream is projected.
    pub(crate) async fn applied(&self, stream: i32) -> Result<i64, Error> {
        Ok(self.lock(stream).await?.state.applied)
    }
}

impl Locked<'_> {
    /// The stream.
    pub(crate) fn stream(&self) -> i32 {
        self.stream
    }

    /// The position that the next event will have.
    pub(crate) fn next_seq(&self) -> i64 {
        self.state.applied + 1
    }

    /// Appends an event and projects it. When another writer was first, its events are projected
    /// instead, and the caller must decide anew.
    pub(crate) async fn append(&mut self, request_id: Uuid, event: Event) -> Result<Option<Entry>, Error> {
        let ts = (self.state.last_ts + 2).max(self.store.now_micros());
        let entry = Entry { stream: self.stream, seq: self.next_seq(), ts, request_id, event };
        match log::append(self.store, &entry).await {
            Ok(Appended::Done) => {}
            Ok(Appended::Lost) => {
                self.catch_up().await?;
                return Ok(None);
            }
            Err(error) => {
                // Whether the log has it is open: look again before the next use.
                self.state.loaded = false;
                return Err(error);
            }
        }
        crate::failpoint!("appended");
        if let Err(error) = self.apply(&entry).await {
            self.state.loaded = false;
            return Err(match error {
                Error::Unavailable(source) => Error::UnknownOutcome { request_id, source: Some(source) },
                other => other,
            });
        }
        crate::failpoint!("projected");
        if self.state.applied - self.state.saved >= CURSOR_EVERY {
            // The event is in the log and in the views: a cursor that lags is no failure of it.
            if let Err(error) = self.save().await {
                tracing::warn!(code = error.code(), "a cursor was not saved");
            }
            crate::failpoint!("cursor-saved");
        }
        Ok(Some(entry))
    }

    /// Projects what the log holds beyond what is projected.
    pub(crate) async fn catch_up(&mut self) -> Result<(), Error> {
        let head = log::head(self.store, self.stream, self.state.applied).await?;
        while self.state.applied < head {
            for entry in log::read(self.store, self.stream, self.state.applied + 1, head, CATCH_UP_PAGE).await? {
                self.apply(&entry).await?;
            }
        }
        Ok(())
    }

    /// Forgets what is projected: the views were emptied.
    pub(crate) fn reset(&mut self) {
        *self.state = State::default();
    }

    /// Marks an event's effects on other streams as driven.
    pub(crate) fn driven(&mut self, seq: i64) {
        self.state.open.remove(&seq);
    }

    async fn load(&mut self) -> Result<(), Error> {
        let cursor = self.store.first::<(i64,)>(READ_CURSOR, (VIEWS_CURSOR, self.stream)).await?;
        let saved = cursor.map_or(0, |(seq,)| seq);
        self.state.applied = saved;
        self.state.saved = saved;
        self.state.open.clear();
        if saved > 0 {
            let last = log::read(self.store, self.stream, saved, saved, 1).await?;
            self.state.last_ts = last.first().map_or(0, |entry| entry.ts);
        }
        self.catch_up().await?;
        self.state.loaded = true;
        Ok(())
    }

    async fn apply(&mut self, entry: &Entry) -> Result<(), Error> {
        self.store.apply(&project(entry)).await?;
        self.state.applied = entry.seq;
        self.state.last_ts = self.state.last_ts.max(entry.ts);
        if follow_up::is_needed(&entry.event) {
            self.state.open.insert(entry.seq);
        }
        Ok(())
    }

    /// Writes the cursor: everything before it is in the views and driven to the end.
    async fn save(&mut self) -> Result<(), Error> {
        let cursor = self.state.open.first().map_or(self.state.applied, |first| first - 1);
        if cursor > self.state.saved {
            let values = (VIEWS_CURSOR, self.stream, cursor, self.state.last_ts);
            self.store.write(WRITE_CURSOR, values).await?;
            self.state.saved = cursor;
        }
        Ok(())
    }
}
