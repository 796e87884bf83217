//! The session: one interface, two back ends.
//!
//! Each method says what a failure means for its class of statement. The session keeps prepared
//! statements by text; their texts are the application's constants, so nothing is evicted.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;
use quorate_engine::Clock;

use crate::cluster::Cluster;
use crate::codec::SerializeRow;
use crate::embedded::Embedded;
use crate::error::Error;
use crate::rows::{Conditional, PagingState, Rows};
use crate::statement::{Bound, Form, Statement};
use crate::target::{Class, Target};
use crate::text::{Outline, Verb};
use crate::values::Values;

/// The most rows that an unpaged read returns.
const UNPAGED_ROWS: u32 = 5_000;

/// A connection to an embedded store or to a cluster. Clones share it.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
    deferred: bool,
}

struct Inner {
    backend: Backend,
    statements: RwLock<HashMap<Box<str>, Vec<Statement>>>,
}

enum Backend {
    Embedded(Box<Embedded>),
    Cluster(Box<Cluster>),
}

impl Session {
    /// Opens the store or connects to the cluster.
    ///
    /// # Errors
    /// `Unavailable` when no contact point answers in time; `Config` when the options are wrong;
    /// `Store` when the store cannot be used, for one because another process has it open.
    pub async fn open(target: &Target, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let backend = match target {
            Target::Embedded { directory, durability } => {
                Backend::Embedded(Box::new(Embedded::open(directory, *durability, clock)?))
            }
            Target::InMemory => Backend::Embedded(Box::new(Embedded::in_memory(clock)?)),
            Target::Cluster(options) => Backend::Cluster(Box::new(Cluster::connect(options, clock).await?)),
        };
        Ok(Self { inner: Arc::new(Inner { backend, statements: RwLock::default() }), deferred: false })
    }

    /// The same session, but that writes to an embedded store return before they are on the disk:
    /// `durable` waits for all of them at once. On a cluster a write returns when the replicas
    /// have it, deferred or not.
    #[must_use]
    pub fn deferred(self) -> Self {
        Self { deferred: true, ..self }
    }

    /// Waits until everything that was written so far, deferred or not, is as durable as the
    /// target asks.
    ///
    /// # Errors
    /// `Store` when the disk refuses; then nobody knows how much of it is there.
    pub async fn durable(&self) -> Result<(), Error> {
        match &self.inner.backend {
            Backend::Embedded(embedded) => embedded.durable().await,
            Backend::Cluster(_) => Ok(()),
        }
    }

    /// After a write to an embedded store.
    async fn acknowledge(&self, embedded: &Embedded) -> Result<(), Error> {
        if self.deferred { Ok(()) } else { embedded.durable().await }
    }

    /// Executes CREATE, ALTER, DROP or TRUNCATE and waits until all nodes agree on the schema.
    ///
    /// # Errors
    /// `Invalid` with Cassandra's text; `Unknown` when the change may have happened.
    pub async fn schema(&self, cql: &str) -> Result<(), Error> {
        if Outline::of(cql).verb != Verb::Schema {
            return Err(Error::invalid("schema() takes CREATE, ALTER, DROP or TRUNCATE"));
        }
        match &self.inner.backend {
            Backend::Embedded(embedded) => embedded.schema(cql).await,
            Backend::Cluster(cluster) => cluster.schema(cql).await,
        }
    }

    /// Prepares a statement; the same text and class again cost a look-up. Tables are named with
    /// their keyspace.
    ///
    /// # Errors
    /// `Invalid` with Cassandra's text, or when the statement is not of that class.
    pub async fn prepare(&self, cql: &str, class: Class) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared(cql, class) {
            return Ok(statement);
        }
        let outline = Outline::of(cql);
        outline.check(class)?;
        let statement = match &self.inner.backend {
            Backend::Embedded(embedded) => embedded.prepare(cql, class, outline)?,
            Backend::Cluster(cluster) => cluster.prepare(cql, class, outline).await?,
        };
        let mut statements = self.inner.statements.write();
        statements.entry(cql.into()).or_default().push(statement.clone());
        Ok(statement)
    }

    /// Reads rows that fit one answer: at most 5,000.
    ///
    /// # Errors
    /// `MoreRows` when there are more: use `page`. `Timeout`, `Unavailable` may be repeated.
    pub async fn execute(&self, statement: &Statement, values: impl SerializeRow) -> Result<Rows, Error> {
        // Cassandra tells whether more rows follow only by a page that is not full.
        let (rows, more) = self.page(statement, values, UNPAGED_ROWS + 1, None).await?;
        if more.is_some() || rows.len() > UNPAGED_ROWS as usize {
            return Err(Error::MoreRows { limit: UNPAGED_ROWS });
        }
        Ok(rows)
    }

    /// Reads one page of at most `size` rows, the first or the one where `from` points. A page may
    /// be shorter, even empty, although another one follows.
    ///
    /// # Errors
    /// As `execute`; `Invalid` for a paging state that is not of this statement.
    pub async fn page(
        &self,
        statement: &Statement,
        values: impl SerializeRow,
        size: u32,
        from: Option<&PagingState>,
    ) -> Result<(Rows, Option<PagingState>), Error> {
        statement.expect(&[Class::Read, Class::SerialRead])?;
        if size == 0 || i32::try_from(size).is_err() {
            return Err(Error::invalid("a page has 1 to 2147483647 rows"));
        }
        let values = statement.serialise(&values)?;
        match (&self.inner.backend, statement.form()) {
            (Backend::Embedded(embedded), Form::Embedded(prepared)) => embedded.page(prepared, &values, size, from),
            (Backend::Cluster(cluster), Form::Cluster(prepared)) => {
                cluster.page(prepared, statement.class(), &values, size, from).await
            }
            _ => Err(Error::of_another_session()),
        }
    }

    /// Executes a statement with IF.
    ///
    /// # Errors
    /// `Unknown` when it may have been applied: read with `Class::SerialRead` to find out.
    pub async fn conditional(&self, statement: &Statement, values: impl SerializeRow) -> Result<Conditional, Error> {
        statement.expect(&[Class::Conditional])?;
        let values = statement.serialise(&values)?;
        Conditional::of(self.run(statement, &values).await?)
    }

    /// Executes statements of one partition together, all or none, if all their conditions hold.
    ///
    /// # Errors
    /// As `conditional`; `Invalid` when none has a condition.
    pub async fn conditional_batch(&self, statements: &[Bound]) -> Result<Conditional, Error> {
        for bound in statements {
            bound.statement().expect(&[Class::Write, Class::Conditional])?;
        }
        if !statements.iter().any(|bound| bound.statement().class() == Class::Conditional) {
            return Err(Error::invalid("a conditional batch needs a statement with a condition"));
        }
        Conditional::of(match &self.inner.backend {
            Backend::Embedded(embedded) => {
                let rows = embedded.conditional_batch(statements)?;
                self.acknowledge(embedded).await?;
                rows
            }
            Backend::Cluster(cluster) => cluster.conditional_batch(statements).await?,
        })
    }

    /// Writes once. A repeatable statement is repeated on another node after a passing failure.
    ///
    /// # Errors
    /// `Unknown` when it may have happened.
    pub async fn write(&self, statement: &Statement, values: impl SerializeRow) -> Result<(), Error> {
        statement.expect(&[Class::Write])?;
        let values = statement.serialise(&values)?;
        self.run(statement, &values).await.map(drop)
    }

    /// Makes independent writes, any number of them, in any order, and repeats what fails for a
    /// passing reason. Every statement must be repeatable; give them `USING TIMESTAMP`, so that a
    /// repetition cannot overtake a later write.
    ///
    /// # Errors
    /// After an error some of the writes may have happened and others not: make them all again.
    pub async fn write_all(&self, writes: Vec<Bound>) -> Result<(), Error> {
        for bound in &writes {
            bound.statement().expect(&[Class::Write])?;
            if !bound.statement().is_repeatable() {
                return Err(Error::invalid(format!(
                    "'{}' may not be repeated, so it cannot be part of write_all",
                    bound.statement().text()
                )));
            }
        }
        match &self.inner.backend {
            Backend::Embedded(embedded) => {
                embedded.write_all(&writes)?;
                self.acknowledge(embedded).await
            }
            Backend::Cluster(cluster) => cluster.write_all(writes).await,
        }
    }

    /// Updates a counter, once.
    ///
    /// # Errors
    /// `Unknown` when it may have been counted.
    pub async fn count(&self, statement: &Statement, values: impl SerializeRow) -> Result<(), Error> {
        statement.expect(&[Class::Counter])?;
        let values = statement.serialise(&values)?;
        self.run(statement, &values).await.map(drop)
    }

    /// Closes the session when this is its last clone; otherwise the last clone closes it.
    ///
    /// # Errors
    /// When the store cannot write what it still holds.
    #[expect(clippy::unused_async, reason = "whether closing waits is the back end's affair")]
    pub async fn close(self) -> Result<(), Error> {
        match Arc::try_unwrap(self.inner) {
            Ok(Inner { backend: Backend::Embedded(embedded), .. }) => embedded.close(),
            Ok(Inner { backend: Backend::Cluster(_), .. }) | Err(_) => Ok(()),
        }
    }

    async fn run(&self, statement: &Statement, values: &Values) -> Result<Rows, Error> {
        match (&self.inner.backend, statement.form()) {
            (Backend::Embedded(embedded), Form::Embedded(prepared)) => {
                let rows = embedded.run(prepared, values)?;
                self.acknowledge(embedded).await?;
                Ok(rows)
            }
            (Backend::Cluster(cluster), Form::Cluster(prepared)) => {
                cluster.run(prepared, statement.class(), values).await
            }
            _ => Err(Error::of_another_session()),
        }
    }

    fn prepared(&self, cql: &str, class: Class) -> Option<Statement> {
        let statements = self.inner.statements.read();
        statements.get(cql)?.iter().find(|statement| statement.class() == class).cloned()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.inner.backend {
            Backend::Embedded(_) => "Session(embedded)",
            Backend::Cluster(_) => "Session(cluster)",
        })
    }
}
