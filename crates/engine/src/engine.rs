//! The engine's front: open, prepare, execute, close.
//!
//! Everything here is a short way from a statement to the module that does it. A statement holds
//! the schema as it is for as long as it runs. Reads see one moment of the store; a write is one
//! atomic change.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use quorate_cql::plan::{BatchKind, Condition, Modify, Plan, SchemaChange};
use quorate_cql::schema::Schema;

use crate::answer::{Answer, Rows};
use crate::catalog::{Catalog, Snapshot};
use crate::clock::Clock;
use crate::describe;
use crate::durability::Syncer;
use crate::error::Error;
use crate::select::Page;
use crate::shape::push_cell;
use crate::statement::{Analysed, Bound, Parameters, Run, Statement, Value};
use crate::store::{Store, StoreOptions};
use crate::system;
use crate::term::Bindings;
use crate::write::{self, Conditional, Outcome, Write, Writer};

/// When a write is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When the disk has it. Many writers share one sync.
    Sync,
    /// When the operating system has it; the disk follows a fraction of a second later. Survives
    /// the process, not the power.
    #[default]
    Periodic,
}

/// How to open a store.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// When a write is acknowledged.
    pub durability: Durability,
    /// Bytes of stored blocks kept in memory.
    pub cache_bytes: u64,
    /// Bytes of one write buffer; there may be a few of them.
    pub write_buffer_bytes: u64,
}

/// An open store, and everything that executes statements on it.
pub struct Engine {
    /// `None` once closed.
    store: Option<Store>,
    syncer: Option<Syncer>,
    catalog: Catalog,
    writer: Writer,
    clock: Arc<dyn Clock>,
}

/// An answer, and whether the store changed for it.
struct Ran {
    answer: Answer,
    wrote: bool,
}

impl Default for Options {
    fn default() -> Self {
        let store = StoreOptions::default();
        Self {
            durability: Durability::default(),
            cache_bytes: store.cache_bytes,
            write_buffer_bytes: store.write_buffer_bytes,
        }
    }
}

impl Options {
    /// The defaults with this durability.
    #[must_use]
    pub fn with_durability(durability: Durability) -> Self {
        Self { durability, ..Self::default() }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("open", &self.store.is_some()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens the store in a directory, creating it when there is none.
    ///
    /// # Errors
    /// `LockHeld` when another process has it open, `NewerFormat` and `Corrupt` when it must not be
    /// touched, else what the file system says.
    pub fn open(directory: &Path, options: Options, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let store = Store::open(
            directory,
            StoreOptions { cache_bytes: options.cache_bytes, write_buffer_bytes: options.write_buffer_bytes },
        )?;
        let syncer = match store.journal_directory() {
            Some(journals) => Syncer::start(journals, options.durability == Durability::Sync)?,
            None => Syncer::none(),
        };
        Self::with_store(store, syncer, clock)
    }

    /// A store that lives and dies with this value.
    ///
    /// # Errors
    /// None that a store in memory can have; the signature is that of `open`.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::with_store(Store::in_memory(), Syncer::none(), clock)
    }

    fn with_store(store: Store, syncer: Syncer, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let catalog = Catalog::load(&store)?;
        let writer = Writer::new(&store)?;
        Ok(Self { store: Some(store), syncer: Some(syncer), catalog, writer, clock })
    }

    /// The schema as it is, virtual keyspaces included.
    pub fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.catalog.read().schema)
    }

    /// Parses and analyses a statement. `keyspace` qualifies names that are not.
    ///
    /// # Errors
    /// What Cassandra says of the text against this schema.
    pub fn prepare(&self, cql: &str, keyspace: Option<&str>) -> Result<Arc<Statement>, Error> {
        Ok(Arc::new(Statement::new(cql, keyspace, &self.catalog.read())?))
    }

    /// Executes a statement and returns once it is acknowledged as configured.
    ///
    /// # Errors
    /// What Cassandra says of the bound values; what the store says.
    pub fn execute(&self, statement: &Statement, parameters: &Parameters<'_>) -> Result<Answer, Error> {
        let ran = self.run(statement, parameters)?;
        if ran.wrote {
            self.syncer()?.wait()?;
        }
        Ok(ran.answer)
    }

    /// Executes a statement and returns at once, before what it wrote is acknowledged as
    /// configured; `when_durable` tells when it is.
    ///
    /// # Errors
    /// As `execute`.
    pub fn execute_unsynced(&self, statement: &Statement, parameters: &Parameters<'_>) -> Result<Answer, Error> {
        Ok(self.run(statement, parameters)?.answer)
    }

    /// Calls back, from this thread or another, once everything that was written so far is
    /// acknowledged as configured.
    ///
    /// # Errors
    /// `Closed`; `durable` gets what syncing says.
    pub fn when_durable(&self, durable: impl FnOnce(Result<(), Error>) + Send + 'static) -> Result<(), Error> {
        self.syncer()?.on_durable(durable);
        Ok(())
    }

    /// Applies many unconditional INSERTs, UPDATEs and DELETEs as one atomic change, each with its
    /// own bound values. Of counters each statement is atomic by itself.
    ///
    /// # Errors
    /// As `execute`; `Invalid` when a statement is conditional or changes no rows. Nothing was
    /// changed then.
    pub fn apply(&self, writes: &[(&Statement, &[Value<'_>])]) -> Result<(), Error> {
        self.run_writes(None, writes, &Parameters::default())?;
        self.syncer()?.wait()
    }

    /// As `apply`, but returns at once, as `execute_unsynced` does.
    ///
    /// # Errors
    /// As `apply`.
    pub fn apply_unsynced(&self, writes: &[(&Statement, &[Value<'_>])]) -> Result<(), Error> {
        self.run_writes(None, writes, &Parameters::default()).map(drop)
    }

    /// Executes statements as a BATCH of the protocol, which may be conditional. `parameters` gives
    /// the timestamp; its values are not used.
    ///
    /// # Errors
    /// As `execute`, and Cassandra's rules for batches.
    pub fn batch(
        &self,
        kind: BatchKind,
        statements: &[(&Statement, &[Value<'_>])],
        parameters: &Parameters<'_>,
    ) -> Result<Answer, Error> {
        let outcome = self.run_writes(Some(kind), statements, parameters)?;
        self.syncer()?.wait()?;
        Ok(answer_of(outcome))
    }

    /// As `batch`, but returns at once, as `execute_unsynced` does.
    ///
    /// # Errors
    /// As `batch`.
    pub fn batch_unsynced(
        &self,
        kind: BatchKind,
        statements: &[(&Statement, &[Value<'_>])],
        parameters: &Parameters<'_>,
    ) -> Result<Answer, Error> {
        Ok(answer_of(self.run_writes(Some(kind), statements, parameters)?))
    }

    /// Writes out everything, so that the next opening is quick, and closes.
    ///
    /// # Errors
    /// What the store says; it is closed all the same.
    pub fn close(mut self) -> Result<(), Error> {
        self.shut()
    }

    fn shut(&mut self) -> Result<(), Error> {
        drop(self.syncer.take());
        let Some(store) = self.store.take() else { return Ok(()) };
        let noted = self.writer.close(&store);
        store.close()?;
        noted
    }

    fn store(&self) -> Result<&Store, Error> {
        self.store.as_ref().ok_or(Error::Closed)
    }

    fn syncer(&self) -> Result<&Syncer, Error> {
        self.syncer.as_ref().ok_or(Error::Closed)
    }

    fn bindings<'a>(&'a self, values: &'a [Value<'a>], parameters: &Parameters<'_>) -> Bindings<'a> {
        Bindings {
            values,
            now_micros: self.clock.now_micros(),
            timestamp_micros: parameters.timestamp_micros,
            clock: &*self.clock,
        }
    }

    fn run(&self, statement: &Statement, parameters: &Parameters<'_>) -> Result<Ran, Error> {
        let catalog = self.catalog.read();
        let analysed = statement.analysed(&catalog)?;
        let bound = analysed.bind(parameters.values)?;
        let values = bound.values();
        let bindings = self.bindings(&values, parameters);
        let answer = match (&analysed.prepared.plan, &analysed.run) {
            (Plan::Select(select), Run::Select { program, of_virtual }) => {
                let snapshot = if *of_virtual {
                    catalog.virtual_rows(parameters.node)?.snapshot()
                } else {
                    self.store()?.snapshot()
                };
                let page = Page { size: parameters.page_size, state: parameters.paging_state };
                let columns = &analysed.prepared.columns;
                Answer::Rows(program.run(select, columns, &snapshot, &bindings, page)?)
            }
            (Plan::Modify(modify), Run::Modify(layouts)) => {
                let writes: Vec<Write<'_>> = layouts.iter().map(|layout| Write { layout, modify, bindings }).collect();
                return Ok(Ran { answer: answer_of(self.writer.write(self.store()?, &writes, false)?), wrote: true });
            }
            (Plan::Batch(batch), Run::Modify(layouts)) => {
                let mut bindings = bindings;
                if let Some(term) = &batch.timestamp {
                    let default = self.writer.next_timestamp(bindings.now_micros);
                    let default = bindings.timestamp_micros.unwrap_or(default);
                    bindings.timestamp_micros = Some(write::timestamp(term, &bindings, default)?);
                }
                let writes: Vec<Write<'_>> = batch
                    .statements
                    .iter()
                    .zip(layouts)
                    .map(|(modify, layout)| Write { layout, modify, bindings })
                    .collect();
                write::batch::validate(batch.kind, batch.timestamp.is_some(), &writes)?;
                return Ok(Ran { answer: answer_of(self.writer.write(self.store()?, &writes, true)?), wrote: true });
            }
            (Plan::Use(keyspace), _) => Answer::Keyspace(keyspace.clone()),
            (Plan::Describe(description), _) => {
                let page = Page { size: parameters.page_size, state: parameters.paging_state };
                let (columns, version) = (&analysed.prepared.columns, catalog.schema.version);
                let node = parameters.node.unwrap_or(system::NODE);
                Answer::Rows(describe::run(description, columns, page, version, node)?)
            }
            (Plan::Truncate(table), _) => {
                let table = Arc::clone(table);
                drop(catalog);
                self.catalog.truncate(self.store()?, &table)?;
                return Ok(Ran { answer: Answer::Done, wrote: true });
            }
            (Plan::Schema(_), _) => {
                drop(catalog);
                return self.change_schema(statement);
            }
            _ => return Err(Error::Unsupported { what: "this statement".to_owned() }),
        };
        Ok(Ran { answer, wrote: false })
    }

    /// Changes the schema. The statement is analysed once more when nobody else is in: what it was
    /// analysed against may have changed meanwhile.
    fn change_schema(&self, statement: &Statement) -> Result<Ran, Error> {
        let plan = |catalog: &Snapshot| -> Result<SchemaChange, Error> {
            match &statement.analysed(catalog)?.prepared.plan {
                Plan::Schema(change) => Ok((**change).clone()),
                _ => Err(Error::Unsupported { what: "this statement".to_owned() }),
            }
        };
        let changed = self.catalog.change(self.store()?, &*self.clock, plan)?;
        Ok(match changed {
            Some(changed) => Ran { answer: Answer::SchemaChanged(changed), wrote: true },
            None => Ran { answer: Answer::Done, wrote: false },
        })
    }

    /// Runs modifications as one change; `kind` is `None` where batches' rules do not apply.
    fn run_writes(
        &self,
        kind: Option<BatchKind>,
        statements: &[(&Statement, &[Value<'_>])],
        parameters: &Parameters<'_>,
    ) -> Result<Outcome, Error> {
        let catalog = self.catalog.read();
        let mut analyses: Vec<(*const Statement, Arc<Analysed>)> = Vec::new();
        let mut bound: Vec<(usize, Bound<'_>)> = Vec::with_capacity(statements.len());
        for (statement, values) in statements {
            // Bulk writes repeat few statements: the one used last is nearly always the one.
            let known = analyses.iter().rposition(|(known, _)| std::ptr::eq(*known, *statement));
            let place = if let Some(place) = known {
                place
            } else {
                analyses.push((std::ptr::from_ref(*statement), statement.analysed(&catalog)?));
                analyses.len() - 1
            };
            bound.push((place, analyses[place].1.bind(values)?));
        }
        let values: Vec<_> = bound.iter().map(|(place, bound)| (*place, bound.values())).collect();
        let bindings = self.bindings(&[], parameters);
        let mut writes = Vec::with_capacity(statements.len());
        for (place, values) in &values {
            let bindings = Bindings { values, ..bindings };
            match (&analyses[*place].1.prepared.plan, &analyses[*place].1.run) {
                (Plan::Modify(modify), Run::Modify(layouts)) => {
                    check_kind(kind, modify)?;
                    writes.extend(layouts.iter().map(|layout| Write { layout, modify, bindings }));
                }
                _ => {
                    return Err(Error::invalid(
                        "Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.",
                    ));
                }
            }
        }
        if let Some(kind) = kind {
            write::batch::validate(kind, false, &writes)?;
        }
        self.writer.write(self.store()?, &writes, true)
    }
}

impl Drop for Engine {
    /// Closes as `close` does; nobody is left to tell an error to, and the next opening recovers.
    fn drop(&mut self) {
        drop(self.shut());
    }
}

fn check_kind(kind: Option<BatchKind>, modify: &Modify) -> Result<(), Error> {
    if kind.is_none() && !matches!(modify.condition, Condition::None) {
        return Err(Error::invalid("Conditional statements are not allowed among independent writes"));
    }
    Ok(())
}

fn answer_of(outcome: Outcome) -> Answer {
    let Outcome::Conditional(Conditional { columns, rows }) = outcome else { return Answer::Done };
    let mut cells = Vec::new();
    for value in rows.iter().flatten() {
        push_cell(value.as_deref(), &mut cells);
    }
    Answer::Rows(Rows { columns: columns.into(), cells: Bytes::from(cells), row_count: rows.len(), paging_state: None })
}
