//! Reads of one keyspace: a session and the statements that were prepared for it.
//!
//! Statements are prepared when they are first needed, so that a program that asks one question
//! starts as fast as it can, and then kept. A reader never writes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use quorate_session::{Class, DeserializeRow, Error as SessionError, SerializeRow, Session, Statement};

use crate::error::Error;

/// Rows that are fetched at once where an answer has more.
const FETCH_ROWS: u32 = 5_000;

/// Reads the clinic's tables in one keyspace. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

struct Shared {
    session: Session,
    keyspace: String,
    prepared: RwLock<HashMap<&'static str, Statement>>,
}

impl Reader {
    /// A reader of a keyspace. Asks nothing yet.
    pub fn new(session: Session, keyspace: impl Into<String>) -> Self {
        Self { shared: Arc::new(Shared { session, keyspace: keyspace.into(), prepared: RwLock::default() }) }
    }

    /// The keyspace that is read.
    pub fn keyspace(&self) -> &str {
        &self.shared.keyspace
    }

    /// All rows of a statement, whose `LIMIT` or partition bounds them; `{ks}` is the keyspace.
    pub(crate) async fn rows<T>(&self, cql: &'static str, values: impl SerializeRow) -> Result<Vec<T>, Error>
    where
        T: for<'a> DeserializeRow<'a, 'a>,
    {
        let statement = self.statement(cql).await?;
        let mut all = Vec::new();
        let mut from = None;
        loop {
            let (rows, next) = self.shared.session.page(&statement, &values, FETCH_ROWS, from.as_ref()).await?;
            for row in rows.typed::<T>()? {
                all.push(row?);
            }
            if next.is_none() {
                return Ok(all);
            }
            from = next;
        }
    }

    /// The row of a statement that finds one at most.
    pub(crate) async fn row<T>(&self, cql: &'static str, values: impl SerializeRow) -> Result<Option<T>, Error>
    where
        T: for<'a> DeserializeRow<'a, 'a>,
    {
        let statement = self.statement(cql).await?;
        let rows = self.shared.session.execute(&statement, values).await?;
        Ok(rows.first::<T>()?)
    }

    async fn statement(&self, cql: &'static str) -> Result<Statement, Error> {
        let known = self.shared.prepared.read().unwrap_or_else(PoisonError::into_inner).get(cql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let text = cql.replace("{ks}", &self.shared.keyspace);
        let statement = self.shared.session.prepare(&text, Class::Read).await.map_err(|error| match error {
            // A read that does not even parse against the schema means that the tables are not there.
            SessionError::Invalid { message } => {
                Error::Schema { what: format!("{message}. Make the clinic's tables with 'quorate schema apply'") }
            }
            other => other.into(),
        })?;
        let mut prepared = self.shared.prepared.write().unwrap_or_else(PoisonError::into_inner);
        Ok(prepared.entry(cql).or_insert(statement).clone())
    }
}
