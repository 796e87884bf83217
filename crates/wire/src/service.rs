//! What all connections share: the engine, the prepared statements, the news of the schema.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use quorate_engine::{Engine, SchemaChanged};
use tokio::sync::broadcast;

use crate::auth::Authenticator;
use crate::limits::Limits;
use crate::prepared::Cache;

/// Events that a slow connection may have outstanding before it misses some.
const EVENTS_KEPT: usize = 1024;

/// What all connections share.
pub(crate) struct Service {
    /// Executes statements.
    pub(crate) engine: Arc<Engine>,
    /// Statements by id.
    pub(crate) prepared: Cache,
    /// How much is accepted.
    pub(crate) limits: Limits,
    /// Who may connect; `None`: everybody.
    pub(crate) authenticator: Option<Arc<dyn Authenticator>>,
    events: broadcast::Sender<Arc<SchemaChanged>>,
    schema_changes: AtomicUsize,
}

/// A change of the schema is under way for as long as this lives.
pub(crate) struct Changing<'a>(&'a AtomicUsize);

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Service {
    pub(crate) fn new(engine: Arc<Engine>, authenticator: Option<Arc<dyn Authenticator>>, limits: Limits) -> Self {
        Self {
            engine,
            prepared: Cache::new(limits.prepared),
            limits,
            authenticator,
            events: broadcast::Sender::new(EVENTS_KEPT),
            schema_changes: AtomicUsize::new(0),
        }
    }

    /// The news of the schema from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<SchemaChanged>> {
        self.events.subscribe()
    }

    /// Says that the schema changed.
    pub(crate) fn announce(&self, change: &SchemaChanged) {
        self.prepared.forget(change);
        // Nobody may be listening.
        drop(self.events.send(Arc::new(change.clone())));
    }

    /// Notes that a change of the schema begins: until it has ended, statements may have to wait
    /// for it and must not do so on a thread that serves connections.
    pub(crate) fn changing(&self) -> Changing<'_> {
        self.schema_changes.fetch_add(1, Ordering::Relaxed);
        Changing(&self.schema_changes)
    }

    /// Whether a change of the schema is under way.
    pub(crate) fn is_changing(&self) -> bool {
        self.schema_changes.load(Ordering::Relaxed) > 0
    }
}
