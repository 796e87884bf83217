//! The keyspace behind the clinic: its statements, prepared once, and its views, row by row.
//!
//! Everything that commands, projection and verification do to the store goes through here. It
//! decides nothing and knows no rules; it does not know which back end answers.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use quorate_session::codec::{DeserializeRow, SerializeRow};
use quorate_session::{Bound, Class, Clock, Conditional, Rows, Session, Statement};
use uuid::Uuid;

use crate::cells::Cells;
use crate::error::Error;
use crate::projection::{Change, Mutation};
use crate::view::View;

/// A keyspace of a session.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    session: Session,
    clock: Arc<dyn Clock>,
    keyspace: String,
    /// Statements by their text with `{ks}` in it: those texts are constants, so their number is fixed.
    statements: RwLock<HashMap<&'static str, Statement>>,
    views: HashMap<&'static str, ViewStatements>,
}

#[derive(Default)]
struct ViewStatements {
    insert: OnceLock<Statement>,
    delete: OnceLock<Statement>,
    delete_below: OnceLock<Statement>,
    select: OnceLock<Statement>,
}

impl Store {
    /// The clinic's keyspace of a session. Prepares nothing yet. Writes are durable only after
    /// `durable`: one wait for all that a command writes.
    pub fn new(session: Session, keyspace: &str, clock: Arc<dyn Clock>) -> Self {
        let views = crate::tables::VIEWS.iter().map(|view| (view.name, ViewStatements::default())).collect();
        let session = session.deferred();
        Self(Arc::new(Inner { session, clock, keyspace: keyspace.to_owned(), statements: RwLock::default(), views }))
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// Waits until everything that was written so far is on the disk, as far as the session's target
    /// asks for it.
    pub async fn durable(&self) -> Result<(), Error> {
        Ok(self.0.session.durable().await?)
    }

    /// The keyspace's name.
    pub fn keyspace(&self) -> &str {
        &self.0.keyspace
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_micros().div_euclid(1_000)
    }

    /// Now, in microseconds since 1970.
    pub fn now_micros(&self) -> i64 {
        self.0.clock.now_micros()
    }

    /// A new random UUID (version 4).
    pub fn new_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.clock.random().to_be_bytes()).into_uuid()
    }

    /// The statement of a text in which `{ks}` stands for the keyspace.
    pub async fn prepared(&self, cql: &'static str, class: Class) -> Result<Statement, Error> {
        let known = self.0.statements.read().unwrap_or_else(PoisonError::into_inner).get(cql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.0.session.prepare(&cql.replace("{ks}", &self.0.keyspace), class).await?;
        self.0.statements.write().unwrap_or_else(PoisonError::into_inner).insert(cql, statement.clone());
        Ok(statement)
    }

    /// Runs a schema statement in which `{ks}` stands for the keyspace.
    pub async fn schema(&self, cql: &str) -> Result<(), Error> {
        Ok(self.0.session.schema(&cql.replace("{ks}", &self.0.keyspace)).await?)
    }

    /// Reads a small answer.
    pub async fn read(&self, cql: &'static str, values: impl SerializeRow) -> Result<Rows, Error> {
        let statement = self.prepared(cql, Class::Read).await?;
        Ok(self.0.session.execute(&statement, values).await?)
    }

    /// Reads a small answer that no conditional write in flight can contradict later.
    pub async fn read_serial(&self, cql: &'static str, values: impl SerializeRow) -> Result<Rows, Error> {
        let statement = self.prepared(cql, Class::SerialRead).await?;
        Ok(self.0.session.execute(&statement, values).await?)
    }

    /// Runs a conditional statement.
    pub async fn conditional(&self, cql: &'static str, values: impl SerializeRow) -> Result<Conditional, Error> {
        let statement = self.prepared(cql, Class::Conditional).await?;
        Ok(self.0.session.conditional(&statement, values).await?)
    }

    /// Runs a plain write.
    pub async fn write(&self, cql: &'static str, values: impl SerializeRow) -> Result<(), Error> {
        let statement = self.prepared(cql, Class::Write).await?;
        Ok(self.0.session.write(&statement, values).await?)
    }

    /// The first row of an answer, as a type.
    pub async fn first<T>(&self, cql: &'static str, values: impl SerializeRow) -> Result<Option<T>, Error>
    where
        T: for<'a> DeserializeRow<'a, 'a>,
    {
        let rows = self.read(cql, values).await?;
        Ok(rows.first::<T>()?)
    }

    /// A view's row by its key, all columns in order.
    pub async fn row(&self, view: &'static View, key: &Cells) -> Result<Option<Cells>, Error> {
        let rows = self.rows(view, key).await?;
        let mut cells = rows.cells()?;
        match cells.next() {
            None => Ok(None),
            Some(row) => Ok(Some(row?.into_iter().fold(Cells::new(), Cells::raw))),
        }
    }

    /// A view's row by its key, as a type.
    pub async fn typed<T>(&self, view: &'static View, key: &Cells) -> Result<Option<T>, Error>
    where
        T: for<'a> DeserializeRow<'a, 'a>,
    {
        Ok(self.rows(view, key).await?.first::<T>()?)
    }

    async fn rows(&self, view: &'static View, key: &Cells) -> Result<Rows, Error> {
        let slot = &self.statements_of(view)?.select;
        let statement = self.once(slot, Class::Read, || view.select_cql(&self.0.keyspace)).await?;
        Ok(self.0.session.execute(&statement, key).await?)
    }

    /// Writes mutations; each is safe to repeat, and all are there when this returns.
    pub async fn apply(&self, mutations: &[Mutation]) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let mut writes = Vec::with_capacity(mutations.len());
        for mutation in mutations {
            if let Some(bound) = self.bind(mutation, now_ms).await? {
                writes.push(bound);
            }
        }
        Ok(self.0.session.write_all(writes).await?)
    }

    async fn bind(&self, mutation: &Mutation, now_ms: i64) -> Result<Option<Bound>, Error> {
        let view = mutation.view;
        let statements = self.statements_of(view)?;
        let keyspace = &self.0.keyspace;
        let bound = match &mutation.change {
            Change::Put { row, expires_ms } => {
                let statement = self.once(&statements.insert, Class::Write, || view.insert_cql(keyspace)).await?;
                let values = row.clone().bigint(mutation.ts);
                if view.expires {
                    let Some(ttl) = ttl_seconds(*expires_ms, now_ms) else { return Ok(None) };
                    statement.bind(values.int(ttl))?
                } else {
                    statement.bind(values)?
                }
            }
            Change::Delete { key } => {
                let statement = self.once(&statements.delete, Class::Write, || view.delete_cql(keyspace)).await?;
                statement.bind(key.after_bigint(mutation.ts))?
            }
            Change::DeleteBelow { bound } => {
                let cql = || view.delete_below_cql(keyspace);
                let statement = self.once(&statements.delete_below, Class::Write, cql).await?;
                statement.bind(bound.after_bigint(mutation.ts))?
            }
        };
        Ok(Some(bound))
    }

    fn statements_of(&self, view: &'static View) -> Result<&ViewStatements, Error> {
        self.0.views.get(view.name).ok_or_else(|| Error::Schema { what: format!("{} is no view", view.name) })
    }

    async fn once(
        &self,
        slot: &OnceLock<Statement>,
        class: Class,
        cql: impl FnOnce() -> String + Send,
    ) -> Result<Statement, Error> {
        if let Some(statement) = slot.get() {
            return Ok(statement.clone());
        }
        let statement = self.0.session.prepare(&cql(), class).await?;
        Ok(slot.get_or_init(|| statement).clone())
    }
}

/// Cassandra refuses a TTL over 20 years (`ExpirationDateOverflowHandling`); such a row stays.
const MAX_TTL_SECONDS: i64 = 20 * 365 * 24 * 3600;

/// The TTL of a row that goes at an instant: 0 = none, `None` = it has gone already.
fn ttl_seconds(expires_ms: Option<i64>, now_ms: i64) -> Option<i32> {
    let Some(expires) = expires_ms else { return Some(0) };
    let seconds = (expires - now_ms).div_euclid(1_000);
    if seconds <= 0 {
        None
    } else if seconds > MAX_TTL_SECONDS {
        Some(0)
    } else {
        i32::try_from(seconds).ok()
    }
}
