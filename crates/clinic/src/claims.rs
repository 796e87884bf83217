//! Claims: what an attempt in flight holds that more than one stream could take.
//!
//! A customer's time and an id given by the caller are not owned by one stream, so a log alone
//! cannot arbitrate them. An attempt claims their names by a conditional insert before it looks,
//! and lets go after its event is projected. A claim never expires by itself: a holder that died
//! is *fenced* first, by an event in its stream after which its attempt can no longer be appended.
//! Claims are taken in the order of their names, so attempts cannot wait for each other in a ring.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use crate::error::Error;
use crate::event::{Event, Fact, VERSION, Voided};
use crate::store::Store;
use crate::stream::Streams;

pub(crate) const TAKE: &str = "INSERT INTO {ks}.claims (name, stream, attempt) VALUES (?, ?, ?) IF NOT EXISTS";
pub(crate) const HOLDER: &str = "SELECT stream, attempt FROM {ks}.claims WHERE name = ?";
pub(crate) const TAKE_OVER: &str = "UPDATE {ks}.claims SET stream = ?, attempt = ? WHERE name = ? IF attempt = ?";
pub(crate) const RELEASE: &str = "DELETE FROM {ks}.claims WHERE name = ? IF attempt = ?";

/// How long a living holder in another process is waited for before it is fenced.
const PATIENCE: Duration = Duration::from_millis(1_500);
const POLL: Duration = Duration::from_millis(25);

/// Who waits for whom inside this process, so that only one of its tasks at a time asks the store.
#[derive(Default)]
pub(crate) struct Claims {
    waiting: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// Names held by an attempt. Must be given back with `release`.
pub(crate) struct Held {
    attempt: Uuid,
    names: Vec<(String, OwnedMutexGuard<()>)>,
}

impl Claims {
    /// Takes all names for an attempt that will append to a stream.
    pub(crate) async fn take(
        &self,
        store: &Store,
        streams: &Streams,
        mut names: Vec<String>,
        stream: i32,
        attempt: Uuid,
    ) -> Result<Held, Error> {
        names.sort_unstable();
        names.dedup();
        let mut held = Held { attempt, names: Vec::with_capacity(names.len()) };
        for name in names {
            let turn = self.turn(&name).lock_owned().await;
            match take_one(store, streams, &name, stream, attempt).await {
                Ok(()) => held.names.push((name, turn)),
                Err(error) => {
                    // The name that failed may have been taken by an insert whose outcome is open.
                    held.names.push((name, turn));
                    self.release(store, held).await;
                    return Err(error);
                }
            }
        }
        crate::failpoint!("claimed");
        Ok(held)
    }

    /// Gives all names back.
    pub(crate) async fn release(&self, store: &Store, held: Held) {
        for (name, turn) in held.names.into_iter().rev() {
            let outcome = store.conditional(RELEASE, (name.as_str(), held.attempt)).await;
            drop(turn);
            self.forget(&name);
            // A claim that could not be released is fenced by whoever needs the name next.
            if let Err(error) = outcome {
                tracing::warn!(code = error.code(), "a claim was not released");
            }
        }
        crate::failpoint!("released");
    }

    fn turn(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(waiting.entry(name.to_owned()).or_default())
    }

    fn forget(&self, name: &str) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.get(name).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            waiting.remove(name);
        }
    }
}

async fn take_one(store: &Store, streams: &Streams, name: &str, stream: i32, attempt: Uuid) -> Result<(), Error> {
    let mut waited = Duration::ZERO;
    loop {
        if store.conditional(TAKE, (name, stream, attempt)).await?.applied {
            return Ok(());
        }
        let rows = store.read_serial(HOLDER, (name,)).await?;
        let Some((holder_stream, holder)) = rows.first::<(i32, Uuid)>()? else { continue };
        if holder == attempt {
            return Ok(());
        }
        if waited < PATIENCE {
            tokio::time::sleep(POLL).await;
            waited += POLL;
            continue;
        }
        fence(store, streams, holder_stream, holder).await?;
        if store.conditional(TAKE_OVER, (stream, attempt, name, holder)).await?.applied {
            return Ok(());
        }
    }
}

/// Makes sure that an attempt is either projected or can never be appended.
async fn fence(store: &Store, streams: &Streams, stream: i32, attempt: Uuid) -> Result<(), Error> {
    loop {
        let mut locked = streams.lock(stream).await?;
        locked.catch_up().await?;
        if store.answered(attempt).await?.is_some() {
            return Ok(());
        }
        let event = Event {
            version: VERSION,
            at_ms: store.now_ms(),
            facts: vec![Fact::AttemptVoided(Voided { attempt })],
            ..Event::default()
        };
        if locked.append(store.new_id(), event).await?.is_some() {
            return Ok(());
        }
    }
}
