//! A lease on work that one process at a time does and that no event orders.
//!
//! A claim protects an append, and a dead holder is fenced by an event. Counters are incremented
//! without an append, so whoever reconciles them holds a lease instead. It shows that it lives by
//! changing its mark. Nobody takes the lease over before the mark stood still for a term, and who
//! does so lets pass first what the last holder may have sent. A holder sends nothing unless its
//! last renewal is younger than a term; one that lost the lease learns so then, and must stop.
//!
//! What this cannot rule out: a process, or a node with a request in its queue, that is stopped
//! just before it would increment and goes on later. A verification finds that, a repair rights it.

use std::time::Duration;

use quorate_session::Conditional;
use quorate_session::Error as SessionError;
use tokio::time::Instant;
use uuid::Uuid;

use crate::claims::{HOLDER, RELEASE, TAKE, TAKE_OVER};
use crate::error::Error;
use crate::store::Store;

/// How long a request that was sent may still arrive: longer than `counter_write_request_timeout`,
/// 5 s unless configured, after which Cassandra drops it.
pub(crate) const ARRIVAL: Duration = Duration::from_secs(8);
/// How long the mark of a living holder may stand still.
const TERM: Duration = Duration::from_secs(3);
/// How often a holder changes its mark.
const RENEW_EVERY: Duration = Duration::from_millis(500);
/// How often it is looked whether the holder lives.
const POLL: Duration = Duration::from_millis(250);
/// Renewals in a row that may be answered too late.
const LATE_RENEWALS: u32 = 5;
/// The claims table names a stream; a lease has none.
const NO_STREAM: i32 = 0;

/// What to do where somebody who lives has the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// Leave the work to them.
    Leave,
    /// Wait until they are done.
    Wait,
}

/// A lease that is held. Must be given back with `release`.
pub(crate) struct Lease {
    name: &'static str,
    mark: Uuid,
    /// When the last renewal was sent: nobody can have seen it earlier.
    renewed: Instant,
}

impl Lease {
    /// Takes a lease; `None` if somebody who lives has it and it shall be left to them.
    pub(crate) async fn take(store: &Store, name: &'static str, busy: Busy) -> Result<Option<Self>, Error> {
        let mut lease = Self { name, mark: store.new_id(), renewed: Instant::now() };
        let mut seen: Option<(Uuid, Instant)> = None;
        loop {
            lease.renewed = Instant::now();
            let Some(holder) = holder(store, name).await? else {
                let taken = store.conditional(TAKE, (name, NO_STREAM, lease.mark)).await;
                if lease.is_mine(store, taken).await? {
                    return Ok(Some(lease));
                }
                continue;
            };
            match seen {
                Some((mark, since)) if mark == holder => {
                    if since.elapsed() >= TERM && lease.take_over(store, holder).await? {
                        return Ok(Some(lease));
                    }
                }
                Some(_) if busy == Busy::Leave => return Ok(None),
                _ => seen = Some((holder, Instant::now())),
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Takes the lease from a holder who shows no life, and lets pass what it may have sent.
    async fn take_over(&mut self, store: &Store, holder: Uuid) -> Result<bool, Error> {
        let taken = store.conditional(TAKE_OVER, (NO_STREAM, self.mark, self.name, holder)).await;
        Ok(self.is_mine(store, taken).await? && self.pause(store, ARRIVAL).await?)
    }

    /// Shows that the holder lives, if that is due. False if the lease is lost, or may be before
    /// anything that is sent now arrives: then nothing may be sent.
    pub(crate) async fn renew(&mut self, store: &Store) -> Result<bool, Error> {
        if self.renewed.elapsed() < RENEW_EVERY {
            return Ok(true);
        }
        for _ in 0..LATE_RENEWALS {
            let sent = Instant::now();
            let before = std::mem::replace(&mut self.mark, store.new_id());
            let moved = store.conditional(TAKE_OVER, (NO_STREAM, self.mark, self.name, before)).await;
            if !self.is_mine(store, moved).await? {
                // If that renewal did not happen, this is what is to be released.
                self.mark = before;
                return Ok(false);
            }
            self.renewed = sent;
            if sent.elapsed() < TERM {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets time pass and keeps the lease meanwhile; false if it is lost.
    pub(crate) async fn pause(&mut self, store: &Store, time: Duration) -> Result<bool, Error> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if !self.renew(store).await? {
                return Ok(false);
            }
            tokio::time::sleep(POLL).await;
        }
        self.renew(store).await
    }

    /// Gives the lease back. One that could not be given back is taken over in time.
    pub(crate) async fn release(self, store: &Store) {
        if let Err(error) = store.conditional(RELEASE, (self.name, self.mark)).await {
            tracing::warn!(code = error.code(), "a lease was not released");
        }
    }

    /// Whether the lease has this mark after a statement that should give it that.
    async fn is_mine(&self, store: &Store, outcome: Result<Conditional, Error>) -> Result<bool, Error> {
        match outcome {
            Ok(outcome) => Ok(outcome.applied),
            // A SERIAL read finishes what was in flight.
            Err(Error::Unavailable(SessionError::Unknown { .. })) => {
                Ok(holder(store, self.name).await? == Some(self.mark))
            }
            Err(error) => Err(error),
        }
    }
}

async fn holder(store: &Store, name: &str) -> Result<Option<Uuid>, Error> {
    let rows = store.read_serial(HOLDER, (name,)).await?;
    Ok(rows.first::<(i32, Uuid)>()?.map(|(_, mark)| mark))
}
