//! The embedded back end: the engine in this process, behind the same interface.
//!
//! The engine answers within microseconds, so it is called in place. Only waiting for the disk is
//! asynchronous, and the session decides when to wait: what one call wrote is in the store's one
//! journal before what the next one writes, so a single wait covers everything before it.

mod types;

use std::path::Path;
use std::sync::Arc;

use parking_lot::RwLock;
use quorate_engine::{Answer, BatchKind, Clock, Engine, Options, Parameters, Value};
use scylla_cql_core::frame::types::RawValue;
use tokio::sync::oneshot;

use crate::codec::ColumnSpec;
use crate::error::Error;
use crate::rows::{PagingState, Rows};
use crate::statement::{Bound, Form, Statement};
use crate::target::{Class, Durability};
use crate::text::Outline;
use crate::values::Values;

/// An embedded store.
pub(crate) struct Embedded {
    engine: Engine,
}

/// A statement that the engine prepared, with its bind markers as the codec wants them.
pub(crate) struct Prepared {
    statement: Arc<quorate_engine::Statement>,
    markers: Box<[ColumnSpec<'static>]>,
    columns: RwLock<Option<Columns>>,
}

/// The answer's columns as the engine gave them last, and the same for the codec.
struct Columns {
    given: Arc<[quorate_engine::ColumnSpec]>,
    translated: Arc<[ColumnSpec<'static>]>,
}

impl Embedded {
    pub(crate) fn open(directory: &Path, durability: Durability, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Ok(Self { engine: Engine::open(directory, Options::with_durability(durability), clock)? })
    }

    pub(crate) fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Ok(Self { engine: Engine::in_memory(clock)? })
    }

    pub(crate) async fn schema(&self, cql: &str) -> Result<(), Error> {
        let statement = self.engine.prepare(cql, None)?;
        self.engine.execute_unsynced(&statement, &Parameters::default())?;
        self.durable().await
    }

    /// Waits until everything that was written so far is as durable as the target asks.
    pub(crate) async fn durable(&self) -> Result<(), Error> {
        let (durable, told) = acknowledgement();
        self.engine.when_durable(durable)?;
        acknowledged(told).await
    }

    pub(crate) fn prepare(&self, cql: &str, class: Class, outline: Outline) -> Result<Statement, Error> {
        let statement = self.engine.prepare(cql, None)?;
        let analysis = statement.prepared();
        let markers = types::columns(&analysis.variables);
        let key_markers = analysis.partition_key_variables.clone().into();
        let form = Form::Embedded(Prepared { statement, markers, columns: RwLock::new(None) });
        Ok(Statement::new(cql, class, outline, form, key_markers))
    }

    pub(crate) fn page(
        &self,
        prepared: &Prepared,
        values: &Values,
        size: u32,
        from: Option<&PagingState>,
    ) -> Result<(Rows, Option<PagingState>), Error> {
        let values: Vec<Value<'_>> = engine_values(values).collect();
        let parameters = Parameters {
            values: &values,
            page_size: Some(size),
            paging_state: from.map(PagingState::as_bytes),
            ..Parameters::default()
        };
        match self.engine.execute(&prepared.statement, &parameters)? {
            Answer::Rows(mut rows) => {
                let next = rows.paging_state.take().map(PagingState::from_bytes);
                Ok((prepared.rows(rows), next))
            }
            Answer::Done | Answer::SchemaChanged(_) | Answer::Keyspace(_) => Ok((Rows::nothing(), None)),
        }
    }

    pub(crate) fn run(&self, prepared: &Prepared, values: &Values) -> Result<Rows, Error> {
        let values: Vec<Value<'_>> = engine_values(values).collect();
        let parameters = Parameters { values: &values, ..Parameters::default() };
        Ok(prepared.answer(self.engine.execute_unsynced(&prepared.statement, &parameters)?))
    }

    pub(crate) fn conditional_batch(&self, statements: &[Bound]) -> Result<Rows, Error> {
        let Some(first) = statements.first() else { return Ok(Rows::nothing()) };
        let batch = Writes::of(statements)?;
        let answer = self.engine.batch_unsynced(BatchKind::Unlogged, &batch.as_engine(), &Parameters::default())?;
        Ok(prepared(first)?.answer(answer))
    }

    /// One atomic change of the store, however many writes.
    pub(crate) fn write_all(&self, writes: &[Bound]) -> Result<(), Error> {
        if writes.is_empty() {
            return Ok(());
        }
        Ok(self.engine.apply_unsynced(&Writes::of(writes)?.as_engine())?)
    }

    pub(crate) fn close(self) -> Result<(), Error> {
        Ok(self.engine.close()?)
    }
}

impl Prepared {
    pub(crate) fn markers(&self) -> &[ColumnSpec<'static>] {
        &self.markers
    }

    fn answer(&self, answer: Answer) -> Rows {
        match answer {
            Answer::Rows(rows) => self.rows(rows),
            Answer::Done | Answer::SchemaChanged(_) | Answer::Keyspace(_) => Rows::nothing(),
        }
    }

    fn rows(&self, rows: quorate_engine::Rows) -> Rows {
        Rows::of_engine(self.columns_of(rows.columns), rows.cells, rows.row_count)
    }

    /// Columns are translated once: an answer brings others only when the schema changed, or when
    /// a condition fails after it held.
    fn columns_of(&self, given: Arc<[quorate_engine::ColumnSpec]>) -> Arc<[ColumnSpec<'static>]> {
        if let Some(known) = &*self.columns.read()
            && (Arc::ptr_eq(&known.given, &given) || known.given == given)
        {
            return Arc::clone(&known.translated);
        }
        let translated: Arc<[ColumnSpec<'static>]> = types::columns(&given).into();
        *self.columns.write() = Some(Columns { given, translated: Arc::clone(&translated) });
        translated
    }
}

/// Several writes as the engine takes them: their values in one vector, and where each ends.
struct Writes<'a> {
    writes: Vec<(&'a quorate_engine::Statement, usize)>,
    values: Vec<Value<'a>>,
}

impl<'a> Writes<'a> {
    fn of(bound: &'a [Bound]) -> Result<Self, Error> {
        let mut writes = Vec::with_capacity(bound.len());
        let mut values = Vec::with_capacity(bound.iter().map(|bound| bound.values().len()).sum());
        for bound in bound {
            values.extend(engine_values(bound.values()));
            writes.push((&*prepared(bound)?.statement, values.len()));
        }
        Ok(Self { writes, values })
    }

    fn as_engine(&self) -> Vec<(&quorate_engine::Statement, &[Value<'a>])> {
        let mut from = 0;
        let slice = |(statement, to): &(&'a quorate_engine::Statement, usize)| {
            let values = &self.values[from..*to];
            from = *to;
            (*statement, values)
        };
        self.writes.iter().map(slice).collect()
    }
}

fn prepared(bound: &Bound) -> Result<&Prepared, Error> {
    match bound.statement().form() {
        Form::Embedded(prepared) => Ok(prepared),
        Form::Cluster(_) => Err(Error::of_another_session()),
    }
}

fn engine_values(values: &Values) -> impl Iterator<Item = Value<'_>> {
    values.iter().map(|value| match value {
        RawValue::Null => Value::Null,
        RawValue::Unset => Value::Unset,
        RawValue::Value(bytes) => Value::Bytes(bytes),
    })
}

type Outcome = Result<(), quorate_engine::Error>;

/// The engine's callback and where its word arrives.
fn acknowledgement() -> (impl FnOnce(Outcome) + Send + 'static, oneshot::Receiver<Outcome>) {
    let (tell, told) = oneshot::channel();
    // Nobody may be waiting any more.
    (move |outcome| drop(tell.send(outcome)), told)
}

async fn acknowledged(told: oneshot::Receiver<Outcome>) -> Result<(), Error> {
    match told.await {
        Ok(outcome) => Ok(outcome?),
        Err(closed) => Err(Error::Unknown { cause: Box::new(closed) }),
    }
}
