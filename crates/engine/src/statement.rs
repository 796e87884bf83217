//! A prepared statement: its text, and its analysis against the current schema.
//!
//! When the schema moves, the text is analysed again on the next use, so a statement never runs
//! against a table as it no longer is. Running one neither parses nor looks anything up by name.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::RwLock;
use quorate_cql::ast;
use quorate_cql::codec;
use quorate_cql::plan::{Modify, Plan, Prepared};
use quorate_cql::schema::Table;
use quorate_cql::types::CqlType;

use crate::catalog::Snapshot;
use crate::error::Error;
use crate::layout::TableLayout;
use crate::select::Program;
use crate::system;

/// A bound value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// The native protocol's serialisation of the variable's type.
    Bytes(&'a [u8]),
    /// Null: deletes.
    Null,
    /// Unset: leaves what is there.
    Unset,
}

/// What one execution brings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parameters<'a> {
    /// One for each variable of the statement, in order.
    pub values: &'a [Value<'a>],
    /// Rows of a page; `None` answers everything at once.
    pub page_size: Option<u32>,
    /// From the previous page.
    pub paging_state: Option<&'a [u8]>,
    /// The default timestamp of writes, microseconds; `None` takes the engine's.
    pub timestamp_micros: Option<i64>,
    /// The keyspace of unqualified names; matters only when preparing, kept for callers that pass parameters on.
    pub keyspace: Option<&'a str>,
    /// The address and port that the caller knows this node by, which `system.local` then shows; `None` is
    /// 127.0.0.1:9042.
    pub node: Option<SocketAddr>,
}

/// A prepared statement. Belongs to the engine that prepared it; may be used by many threads.
#[derive(Debug)]
pub struct Statement {
    text: String,
    keyspace: Option<String>,
    syntax: ast::Statement,
    current: RwLock<Arc<Analysed>>,
}

/// A statement's analysis, valid at one schema version.
pub(crate) struct Analysed {
    /// Which version; see `catalog::Snapshot`.
    epoch: u64,
    /// The analysis.
    pub(crate) prepared: Arc<Prepared>,
    /// How the statement runs.
    pub(crate) run: Run,
    /// Whether some variable is a set or map, whose values may have to be put in order.
    unordered: bool,
}

/// What execution needs that does not change between executions.
pub(crate) enum Run {
    /// A SELECT.
    Select {
        /// Its program.
        program: Program,
        /// Whether it reads a virtual table.
        of_virtual: bool,
    },
    /// A modification, or a batch of them: the table of each.
    Modify(Vec<Arc<TableLayout>>),
    /// Anything else.
    Other,
}

impl std::fmt::Debug for Analysed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analysed").field("epoch", &self.epoch).field("prepared", &self.prepared).finish_non_exhaustive()
    }
}

impl Statement {
    /// Parses and analyses.
    pub(crate) fn new(cql: &str, keyspace: Option<&str>, catalog: &Snapshot) -> Result<Self, Error> {
        let syntax = quorate_cql::parse(cql).map_err(quorate_cql::Error::from)?;
        let analysed = Analysed::new(&syntax, cql, keyspace, catalog)?;
        Ok(Self {
            text: cql.to_owned(),
            keyspace: keyspace.map(str::to_owned),
            syntax,
            current: RwLock::new(Arc::new(analysed)),
        })
    }

    /// The text it was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The analysis as of the last use.
    pub fn prepared(&self) -> Arc<Prepared> {
        Arc::clone(&self.current.read().prepared)
    }

    /// The analysis against the schema as it is, made now when the last one is older.
    pub(crate) fn analysed(&self, catalog: &Snapshot) -> Result<Arc<Analysed>, Error> {
        let current = Arc::clone(&self.current.read());
        if current.epoch == catalog.epoch {
            return Ok(current);
        }
        let fresh = Arc::new(Analysed::new(&self.syntax, &self.text, self.keyspace.as_deref(), catalog)?);
        *self.current.write() = Arc::clone(&fresh);
        Ok(fresh)
    }
}

impl Analysed {
    fn new(syntax: &ast::Statement, text: &str, keyspace: Option<&str>, catalog: &Snapshot) -> Result<Self, Error> {
        let prepared = Arc::new(quorate_cql::analyse(syntax, &catalog.schema, keyspace)?);
        let run = match &prepared.plan {
            Plan::Select(select) => Run::Select {
                program: Program::new(
                    select,
                    catalog.layout(&select.table)?,
                    text,
                    order_columns(syntax, &select.table),
                ),
                of_virtual: system::is_virtual(&select.table.keyspace),
            },
            Plan::Modify(modify) => Run::Modify(vec![writable(modify, catalog)?]),
            Plan::Batch(batch) => {
                Run::Modify(batch.statements.iter().map(|modify| writable(modify, catalog)).collect::<Result<_, _>>()?)
            }
            Plan::Truncate(_) | Plan::Use(_) | Plan::Schema(_) | Plan::Describe(_) => Run::Other,
        };
        let unordered =
            prepared.variables.iter().any(|variable| matches!(variable.ty, CqlType::Set { .. } | CqlType::Map { .. }));
        Ok(Self { epoch: catalog.epoch, prepared, run, unordered })
    }

    /// Checks number and form of the bound values, and puts sets and maps in order.
    ///
    /// # Errors
    /// Cassandra's text for a wrong number (`cql3/QueryProcessor.java`) or bytes that are no value of
    /// the variable's type (`MarshalException`).
    pub(crate) fn bind<'v>(&self, values: &'v [Value<'v>]) -> Result<Bound<'v>, Error> {
        let variables = &self.prepared.variables;
        if variables.len() != values.len() {
            return Err(Error::invalid(format!(
                "there were {} markers(?) in CQL but {} bound variables",
                variables.len(),
                values.len()
            )));
        }
        let mut reordered = Vec::new();
        for (place, (variable, value)) in variables.iter().zip(values).enumerate() {
            let Value::Bytes(bytes) = value else { continue };
            codec::validate(&variable.ty, bytes)?;
            if self.unordered
                && let Cow::Owned(ordered) = codec::in_order(&variable.ty, bytes)?
            {
                reordered.push((place, ordered));
            }
        }
        Ok(Bound { values, reordered })
    }
}

/// Bound values that were checked.
pub(crate) struct Bound<'v> {
    values: &'v [Value<'v>],
    reordered: Vec<(usize, Vec<u8>)>,
}

impl Bound<'_> {
    /// The values, with the reordered ones in their places.
    pub(crate) fn values(&self) -> Cow<'_, [Value<'_>]> {
        if self.reordered.is_empty() {
            return Cow::Borrowed(self.values);
        }
        let mut values: Vec<Value<'_>> = self.values.to_vec();
        for (place, ordered) in &self.reordered {
            values[*place] = Value::Bytes(ordered);
        }
        Cow::Owned(values)
    }
}

/// Number of leading clustering columns that ORDER BY reaches. The plan says only whether it is there.
fn order_columns(syntax: &ast::Statement, table: &Table) -> usize {
    let ast::Statement::Select(select) = syntax else { return 0 };
    let place = |name: &str| table.clustering().iter().position(|column| column.name == name);
    select.order_by.iter().filter_map(|order| place(&order.column)).map(|place| place + 1).max().unwrap_or(0)
}

/// The layout of a table that is to be modified.
fn writable(modify: &Modify, catalog: &Snapshot) -> Result<Arc<TableLayout>, Error> {
    let keyspace = &modify.table.keyspace;
    if system::is_virtual(keyspace) {
        return Err(Error::Forbidden { message: format!("{keyspace} keyspace is not user-modifiable.") });
    }
    catalog.layout(&modify.table)
}
