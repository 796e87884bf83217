//! Statements that clients had prepared, found by id; the one not used for longest goes first.
//!
//! The id depends on text and keyspace only, so that a client that prepares again after a restart
//! gets the id that it knows. A change of the schema drops the statements that it touches: their
//! clients are told UNPREPARED, prepare again and learn the new columns.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::RwLock;
use quorate_cql::plan::Plan;
use quorate_cql::schema::Table;
use quorate_engine::{Prepared, SchemaChanged, SchemaTarget, Statement};
use uuid::Uuid;

/// The namespace of ids; any fixed one.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f72_6174_652d_4000_8000_7072_6570_6172);

/// A statement that was kept.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Its id.
    pub(crate) id: Uuid,
    /// The statement.
    pub(crate) statement: Arc<Statement>,
    /// What its clients were told of it.
    pub(crate) announced: Arc<Prepared>,
    /// Rows of its last answer; `usize::MAX` before there was one.
    rows: AtomicUsize,
    used: AtomicU64,
}

impl Kept {
    /// Notes how long an answer was.
    pub(crate) fn answered(&self, rows: usize) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// Rows of the last answer; very many before there was one.
    pub(crate) fn rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    fn is_touched_by(&self, change: &SchemaChanged) -> bool {
        let touches = |table: &Table| {
            table.keyspace == change.keyspace
                && match change.target {
                    SchemaTarget::Keyspace => change.change == "DROPPED",
                    SchemaTarget::Table => table.name == change.name,
                    SchemaTarget::Type => true,
                }
        };
        match &self.announced.plan {
            Plan::Select(select) => touches(&select.table),
            Plan::Modify(modify) => touches(&modify.table),
            Plan::Batch(batch) => batch.statements.iter().any(|modify| touches(&modify.table)),
            Plan::Truncate(table) => touches(table),
            _ => false,
        }
    }
}

/// The statements that are kept.
#[derive(Debug)]
pub(crate) struct Cache {
    kept: RwLock<HashMap<Uuid, Arc<Kept>>>,
    uses: AtomicU64,
    capacity: usize,
}

impl Cache {
    /// Keeps at most `capacity` statements.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { kept: RwLock::default(), uses: AtomicU64::new(0), capacity: capacity.max(1) }
    }

    /// The id of a text in a keyspace.
    pub(crate) fn id(text: &str, keyspace: Option<&str>) -> Uuid {
        let name = [keyspace.unwrap_or_default(), "\0", text].concat();
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }

    /// Finds a statement by the id that a client gave.
    pub(crate) fn find(&self, id: &[u8]) -> Option<Arc<Kept>> {
        let id = Uuid::from_slice(id).ok()?;
        let kept = self.kept.read().get(&id).cloned()?;
        kept.used.store(self.tick(), Ordering::Relaxed);
        Some(kept)
    }

    /// Keeps a statement.
    pub(crate) fn keep(&self, id: Uuid, statement: Arc<Statement>) -> Arc<Kept> {
        let announced = statement.prepared();
        let (rows, used) = (AtomicUsize::new(usize::MAX), AtomicU64::new(self.tick()));
        let fresh = Arc::new(Kept { id, statement, announced, rows, used });
        let mut kept = self.kept.write();
        if kept.len() >= self.capacity && !kept.contains_key(&id) {
            evict(&mut kept, self.capacity);
        }
        kept.insert(id, Arc::clone(&fresh));
        fresh
    }

    /// Forgets what a change of the schema touches.
    pub(crate) fn forget(&self, change: &SchemaChanged) {
        self.kept.write().retain(|_, kept| !kept.is_touched_by(change));
    }

    fn tick(&self) -> u64 {
        self.uses.fetch_add(1, Ordering::Relaxed)
    }
}

/// Drops a sixteenth of the statements at once, those not used for longest, so that the search for
/// them is rare.
fn evict(kept: &mut HashMap<Uuid, Arc<Kept>>, capacity: usize) {
    let mut uses: Vec<u64> = kept.values().map(|kept| kept.used.load(Ordering::Relaxed)).collect();
    let (_, oldest_kept, _) = uses.select_nth_unstable((capacity / 16).min(kept.len() - 1));
    let oldest_kept = *oldest_kept;
    kept.retain(|_, kept| kept.used.load(Ordering::Relaxed) > oldest_kept);
}
