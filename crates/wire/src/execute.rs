//! A request becomes calls of the engine, and their outcome an answer.
//!
//! The engine blocks. What is known to be short runs where it is asked for, because handing it to
//! another thread would cost more than itself; everything else is `Done::Later`, which asks the
//! caller to run it again on a thread that may block.

use std::net::SocketAddr;
use std::sync::Arc;

use quorate_cql::plan::{Condition, InValues, Modify, ModifyKind, Partitions, Plan, Rows as PlanRows, Select};
use quorate_engine::{Answer, Parameters as EngineParameters, Prepared, Statement, Value};

use crate::consistency::{self, Consistency};
use crate::failure::Failure;
use crate::prepared::{Cache, Kept};
use crate::request::{Batch, BatchStatement, Parameters, Request};
use crate::response::{Reply, Response, announced};
use crate::service::Service;

/// Bodies above this are not even parsed on a thread that serves connections.
pub(crate) const LONG_BODY: usize = 64 << 10;
/// Rows that may be read there.
const FEW_ROWS: usize = 500;
/// Statements of a batch that may be run there.
const FEW_STATEMENTS: usize = 64;

/// What a connection lends to its requests.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Qualifies names that are not.
    pub(crate) keyspace: Option<Arc<str>>,
    /// The address under which the client sees this node.
    pub(crate) node: SocketAddr,
}

/// Where a request is run.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// On a thread that serves connections: only what is short.
    Here,
    /// On a thread that may block. With the statement, where a first look has prepared it already.
    Aside(Option<Arc<Statement>>),
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Done {
    /// Answer this.
    Now(Reply),
    /// Answer this once what was written is durable.
    WhenDurable(Reply),
    /// Nothing was done: it may take long, so run it aside.
    Later(Option<Arc<Statement>>),
}

/// Runs a request that a connection may make once it is ready.
pub(crate) fn run(service: &Service, context: &Context, request: Request<'_>, place: Place) -> Result<Done, Failure> {
    match request {
        Request::Query { text, options } => query(service, context, text, options, place),
        Request::Prepare(text) => prepare(service, context, text),
        Request::Execute { id, options } => execute(service, context, id, options, &place),
        Request::Batch(batch) => run_batch(service, context, &batch, &place),
        Request::Options => Ok(Done::Now(Response::Supported.into())),
        Request::Startup(_) | Request::AuthResponse(_) | Request::Register(_) => {
            Err(Failure::protocol("Unexpected message, the connection is already initialized"))
        }
    }
}

fn query(
    service: &Service,
    context: &Context,
    text: &str,
    mut options: Parameters<'_>,
    place: Place,
) -> Result<Done, Failure> {
    let aside = matches!(place, Place::Aside(_));
    let statement = match place {
        Place::Aside(Some(statement)) => statement,
        _ => service.engine.prepare(text, context.keyspace.as_deref())?,
    };
    let prepared = statement.prepared();
    if !aside && (service.is_changing() || !is_short(&prepared.plan, options.page_size, usize::MAX)) {
        return Ok(Done::Later(Some(statement)));
    }
    arrange(&mut options, &prepared);
    if options.values.len() != prepared.variables.len() {
        return Err(Failure::invalid("Invalid amount of bind variables"));
    }
    options.skip_metadata = false;
    run_statement(service, context, &statement, &prepared, &options)
}

fn prepare(service: &Service, context: &Context, text: &str) -> Result<Done, Failure> {
    let keyspace = context.keyspace.as_deref();
    let statement = service.engine.prepare(text, keyspace)?;
    let kept = service.prepared.keep(Cache::id(text, keyspace), statement);
    let warnings = kept.announced.warnings.clone();
    let response = Response::Prepared { id: kept.id, prepared: Arc::clone(&kept.announced) };
    Ok(Done::Now(Reply { response, warnings }))
}

fn execute(
    service: &Service,
    context: &Context,
    id: &[u8],
    mut options: Parameters<'_>,
    place: &Place,
) -> Result<Done, Failure> {
    let kept = find(service, id)?;
    let plan = &kept.announced.plan;
    let aside = matches!(place, Place::Aside(_));
    if !aside && (service.is_changing() || !is_short(plan, options.page_size, kept.rows())) {
        return Ok(Done::Later(None));
    }
    arrange(&mut options, &kept.announced);
    let mut done = run_statement(service, context, &kept.statement, &kept.announced, &options)?;
    if let Done::Now(Reply { response: Response::Rows { rows, skip_metadata }, .. }) = &mut done {
        kept.answered(rows.row_count);
        // The schema may have changed since the client was told the columns.
        *skip_metadata = options.skip_metadata && *announced(&kept.announced) == *rows.columns;
    }
    Ok(done)
}

fn find(service: &Service, id: &[u8]) -> Result<Arc<Kept>, Failure> {
    service.prepared.find(id).ok_or_else(|| Failure::Unprepared { id: id.to_vec() })
}

/// Brings values that are bound by name into the order of the variables (`cql3/QueryOptions.java`).
fn arrange(options: &mut Parameters<'_>, prepared: &Prepared) {
    let Some(names) = options.names.take() else { return };
    let value = |name: &str| names.iter().position(|given| *given == name).map(|place| options.values[place]);
    options.values = prepared.variables.iter().filter_map(|variable| value(&variable.name)).collect();
}

fn run_statement(
    service: &Service,
    context: &Context,
    statement: &Statement,
    prepared: &Prepared,
    options: &Parameters<'_>,
) -> Result<Done, Failure> {
    let (consistency, serial) = (options.consistency, options.serial_consistency);
    check(service, &prepared.plan, consistency, serial)?;
    let changing = matches!(prepared.plan, Plan::Schema(_) | Plan::Truncate(_)).then(|| service.changing());
    let parameters = EngineParameters {
        values: &options.values,
        page_size: options.page_size,
        paging_state: options.paging_state,
        timestamp_micros: options.timestamp_micros,
        keyspace: context.keyspace.as_deref(),
        node: Some(context.node),
    };
    let answer = service.engine.execute_unsynced(statement, &parameters)?;
    drop(changing);
    if let Answer::SchemaChanged(change) = &answer {
        service.announce(change);
    }
    Ok(done(answer, writes(&prepared.plan), prepared.warnings.clone()))
}

fn check(service: &Service, plan: &Plan, consistency: Consistency, serial: Option<Consistency>) -> Result<(), Failure> {
    consistency::check(plan, consistency, serial, &service.engine)
}

fn done(answer: Answer, wrote: bool, warnings: Vec<String>) -> Done {
    let response = match answer {
        Answer::Done => Response::Void,
        Answer::Rows(rows) => Response::Rows { rows, skip_metadata: false },
        Answer::SchemaChanged(change) => Response::SchemaChange(change),
        Answer::Keyspace(name) => Response::Keyspace(name),
    };
    let reply = Reply { response, warnings };
    if wrote { Done::WhenDurable(reply) } else { Done::Now(reply) }
}

fn writes(plan: &Plan) -> bool {
    matches!(plan, Plan::Modify(_) | Plan::Batch(_) | Plan::Truncate(_) | Plan::Schema(_))
}

fn run_batch(service: &Service, context: &Context, batch: &Batch<'_>, place: &Place) -> Result<Done, Failure> {
    if matches!(place, Place::Here) && (service.is_changing() || batch.statements.len() > FEW_STATEMENTS) {
        return Ok(Done::Later(None));
    }
    let mut statements: Vec<(Arc<Statement>, &[Value<'_>])> = Vec::with_capacity(batch.statements.len());
    let mut warnings = Vec::new();
    for (statement, values) in &batch.statements {
        let statement = match statement {
            BatchStatement::Text(text) => service.engine.prepare(text, context.keyspace.as_deref())?,
            BatchStatement::Kept(id) => Arc::clone(&find(service, id)?.statement),
        };
        let prepared = statement.prepared();
        let (markers, bound) = (prepared.variables.len(), values.len());
        if markers != bound {
            let message = format!("There were {markers} markers(?) in CQL but {bound} bound variables");
            return Err(Failure::invalid(message));
        }
        check(service, &prepared.plan, batch.options.consistency, batch.options.serial_consistency)?;
        warnings.extend(prepared.warnings.iter().cloned());
        statements.push((statement, values));
    }
    let statements: Vec<(&Statement, &[Value<'_>])> =
        statements.iter().map(|(statement, values)| (&**statement, *values)).collect();
    let parameters =
        EngineParameters { timestamp_micros: batch.options.timestamp_micros, ..EngineParameters::default() };
    Ok(done(service.engine.batch_unsynced(batch.kind, &statements, &parameters)?, true, warnings))
}

/// Whether a statement takes about as long as handing it to another thread. `rows` is how many it
/// answered the last time.
fn is_short(plan: &Plan, page_size: Option<u32>, rows: usize) -> bool {
    match plan {
        Plan::Select(select) => {
            let page = page_size.map_or(usize::MAX, |page| usize::try_from(page).unwrap_or(usize::MAX));
            is_one_partition(&select.partitions)
                && select.index.is_none()
                && select.filters.is_empty()
                && (is_one_row(select) || (!select.aggregate && rows.min(page) <= FEW_ROWS))
        }
        Plan::Modify(modify) => is_one_row_modified(modify),
        Plan::Batch(batch) => batch.statements.len() <= FEW_STATEMENTS,
        Plan::Use(_) | Plan::Describe(_) => true,
        Plan::Truncate(_) | Plan::Schema(_) => false,
    }
}

fn is_one_partition(partitions: &Partitions) -> bool {
    matches!(partitions, Partitions::Keys(keys) if keys.iter().all(is_one_value))
}

fn is_one_value(values: &InValues) -> bool {
    matches!(values, InValues::Terms(terms) if terms.len() == 1)
}

fn is_one_row(select: &Select) -> bool {
    is_whole_key(&select.rows, select.table.clustering().len()) || select.distinct
}

fn is_whole_key(rows: &PlanRows, clustering: usize) -> bool {
    match rows {
        PlanRows::All => clustering == 0,
        PlanRows::Prefix { equal, .. } => equal.len() == clustering && equal.iter().all(is_one_value),
        PlanRows::Tuples { .. } => false,
    }
}

/// A deletion of many rows rewrites each of them; everything else is about one row.
fn is_one_row_modified(modify: &Modify) -> bool {
    let clustering = modify.table.clustering().len();
    let one_row = modify.kind == ModifyKind::Insert || is_whole_key(&modify.rows, clustering);
    let statics_only = !modify.operations.is_empty() && matches!(modify.rows, PlanRows::All);
    let unconditional = matches!(modify.condition, Condition::None);
    modify.partition.iter().all(is_one_value) && (one_row || (statics_only && unconditional))
}
