//! From a request to its event: claim, lock, decide, append, drive what follows.

use uuid::Uuid;

use super::{Context, Request};
use crate::claims::{Claims, Held};
use crate::error::Error;
use crate::event::{Entry, Event, VERSION};
use crate::follow_up;
use crate::store::Store;
use crate::stream::Streams;

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// What was created or changed.
    pub id: Uuid,
    /// The stream of its event.
    pub stream: i32,
    /// The position of its event.
    pub seq: i64,
    /// Whether an earlier request of the same id had done it.
    pub repeated: bool,
}

enum Outcome {
    Known(Receipt),
    New(Box<Entry>),
    /// The attempt was fenced by another process; nothing was done.
    Fenced,
}

/// Executes a request: once it returns `Ok`, the event is in the log and in every view.
pub(crate) async fn execute(
    store: &Store,
    streams: &Streams,
    claims: &Claims,
    request: &Request,
) -> Result<Receipt, Error> {
    let request_id = request.request_id.unwrap_or_else(|| store.new_id());
    if request.request_id.is_some()
        && let Some(receipt) = repeated(store, request, request_id).await?
    {
        return Ok(receipt);
    }
    let new_id = Uuid::new_v5(&request_id, b"id");
    loop {
        let mut route = request.command.route(store, streams, new_id).await?;
        // Another command under the same id may belong to another stream.
        route.claims.extend(request.request_id.map(|id| format!("request/{id}")));
        let attempt = store.new_id();
        let held = if route.claims.is_empty() {
            None
        } else {
            Some(claims.take(store, streams, route.claims, route.stream, attempt).await?)
        };
        let fenced = held.is_some().then_some(attempt);
        let outcome = decide_and_append(store, streams, request, request_id, route.stream, fenced).await;
        release(store, claims, held, &outcome).await;
        let receipt = match outcome? {
            Outcome::Known(receipt) => receipt,
            Outcome::Fenced => continue,
            Outcome::New(entry) => {
                follow(store, streams, &entry).await.map_err(|error| done_but(request_id, error))?;
                Receipt { id: entry.event.result_id, stream: entry.stream, seq: entry.seq, repeated: false }
            }
        };
        store.durable().await.map_err(|error| done_but(request_id, error))?;
        return Ok(receipt);
    }
}

/// What went wrong after the event was in the log: the caller must ask again, not do it again.
fn done_but(request_id: Uuid, error: Error) -> Error {
    match error {
        Error::Unavailable(source) | Error::Session(source) => {
            Error::UnknownOutcome { request_id, source: Some(source) }
        }
        other => other,
    }
}

async fn decide_and_append(
    store: &Store,
    streams: &Streams,
    request: &Request,
    request_id: Uuid,
    stream: i32,
    attempt: Option<Uuid>,
) -> Result<Outcome, Error> {
    let mut locked = streams.lock(stream).await?;
    loop {
        if request.request_id.is_some()
            && let Some(receipt) = repeated(store, request, request_id).await?
        {
            return Ok(Outcome::Known(receipt));
        }
        if let Some(attempt) = attempt
            && store.answered(attempt).await?.is_some()
        {
            return Ok(Outcome::Fenced);
        }
        let at_ms = request.at_ms.unwrap_or_else(|| store.now_ms());
        let context = Context {
            store,
            stream,
            seq: locked.next_seq(),
            at_ms,
            at_given: request.at_ms.is_some(),
            new_id: Uuid::new_v5(&request_id, b"id"),
        };
        let decision = request.command.decide(&context).await?;
        let event = Event {
            version: VERSION,
            at_ms,
            request_digest: request.digest,
            result_id: decision.result_id,
            facts: decision.facts,
            images: decision.images,
        };
        if let Some(entry) = locked.append(request_id, event).await? {
            return Ok(Outcome::New(Box::new(entry)));
        }
    }
}

/// The first result of a request that was sent before.
async fn repeated(store: &Store, request: &Request, request_id: Uuid) -> Result<Option<Receipt>, Error> {
    let Some(answered) = store.answered(request_id).await? else { return Ok(None) };
    if answered.digest != request.digest {
        return Err(Error::conflict(format!("request_id {request_id} was used for another command")));
    }
    Ok(Some(Receipt { id: answered.result_id, stream: answered.stream, seq: answered.seq, repeated: true }))
}

/// Gives claims back, unless the event may still appear: then the next who needs them fences it.
async fn release(store: &Store, claims: &Claims, held: Option<Held>, outcome: &Result<Outcome, Error>) {
    match (held, outcome) {
        (None, _) | (Some(_), Err(Error::UnknownOutcome { .. })) => {}
        (Some(held), _) => claims.release(store, held).await,
    }
}

/// Drives the effects of a new event on other streams.
pub(crate) async fn follow(store: &Store, streams: &Streams, entry: &Entry) -> Result<(), Error> {
    if follow_up::is_needed(&entry.event) {
        follow_up::drive(store, streams, entry).await?;
        streams.lock(entry.stream).await?.driven(entry.seq);
    }
    Ok(())
}
