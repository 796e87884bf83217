//! BATCH: its statements, and what may not be together (Cassandra's `BatchStatement.validate`).

use std::sync::Arc;

use crate::ast;
use crate::error::Error;
use crate::plan::{Batch, BatchKind, Condition, Modify, Plan, Prepared};
use crate::types::CqlType;

use super::invalid;
use super::modify::{applied, is_in};
use super::scope::{Receiver, Scope};

pub(super) fn analyse(mut scope: Scope<'_>, batch: &ast::Batch) -> Result<Prepared, Error> {
    let mut statements = Vec::with_capacity(batch.statements.len());
    let timestamp = match &batch.timestamp {
        Some(term) => {
            // The receiver belongs to no table, as the batch does.
            let receiver = unowned("[timestamp]", CqlType::Bigint);
            Some(scope.term(term, &receiver)?)
        }
        None => None,
    };
    if let Some(term) = &batch.ttl {
        scope.term(term, &unowned("[ttl]", CqlType::Int))?;
    }
    for statement in &batch.statements {
        statements.push(scope.modify(statement)?);
    }
    let batch_plan = Batch { kind: batch.kind, statements, timestamp };
    check(&batch_plan, batch.ttl.is_some())?;
    let tables: Vec<_> = batch_plan.statements.iter().map(|statement| Arc::clone(&statement.table)).collect();
    let one_table = tables
        .first()
        .filter(|first| tables.iter().all(|table| (&table.keyspace, &table.name) == (&first.keyspace, &first.name)));
    // Cassandra names no key where the batch's own timestamp is bound.
    let one_table = one_table.filter(|_| !matches!(batch.timestamp, Some(ast::Term::Marker(_))));
    let columns = match batch_plan.statements.iter().find(|statement| is_conditional(statement)) {
        Some(statement) => applied(&statement.table),
        None => Vec::new(),
    };
    Ok(scope.finish(Plan::Batch(Box::new(batch_plan)), columns, one_table.map(|table| &**table)))
}

fn unowned(name: &str, ty: CqlType) -> Receiver {
    let spec = crate::plan::ColumnSpec { keyspace: String::new(), table: String::new(), name: name.to_owned(), ty };
    Receiver { spec, key: None }
}

fn is_conditional(modify: &Modify) -> bool {
    !matches!(modify.condition, Condition::None)
}

fn check(batch: &Batch, ttl: bool) -> Result<(), Error> {
    let conditional = batch.statements.iter().any(is_conditional);
    if ttl {
        return Err(invalid("Global TTL on the BATCH statement is not supported."));
    }
    if batch.timestamp.is_some() {
        if conditional {
            return Err(invalid("Cannot provide custom timestamp for conditional BATCH"));
        }
        if batch.kind == BatchKind::Counter {
            return Err(invalid("Cannot provide custom timestamp for counter BATCH"));
        }
        for statement in &batch.statements {
            if statement.table.is_counter() {
                return Err(invalid("Cannot provide custom timestamp for a BATCH containing counters"));
            }
            if statement.timestamp.is_some() {
                return Err(invalid("Timestamp must be set either on BATCH or individual statements"));
            }
        }
    }
    let counters = batch.statements.iter().any(|statement| statement.table.is_counter());
    let others = batch.statements.iter().any(|statement| !statement.table.is_counter());
    if batch.kind == BatchKind::Counter && others {
        return Err(invalid("Cannot include non-counter statement in a counter batch"));
    }
    if counters && others {
        return Err(invalid("Counter and non-counter mutations cannot exist in the same batch"));
    }
    if batch.kind == BatchKind::Logged && counters {
        return Err(invalid("Cannot include a counter statement in a logged batch"));
    }
    if conditional {
        check_conditional(batch)?;
    }
    Ok(())
}

fn check_conditional(batch: &Batch) -> Result<(), Error> {
    let first = &batch.statements[0].table;
    for statement in &batch.statements {
        if (&statement.table.keyspace, &statement.table.name) != (&first.keyspace, &first.name) {
            return Err(invalid("Batch with conditions cannot span multiple tables"));
        }
    }
    if batch.statements.iter().any(|statement| statement.partition.iter().any(is_in)) {
        return Err(invalid(
            "Batch with conditions cannot span multiple partitions (you cannot use IN on the partition key)",
        ));
    }
    Ok(())
}
