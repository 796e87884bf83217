//! CREATE and DROP INDEX (`CreateIndexStatement`, `DropIndexStatement`).
//!
//! Only Cassandra's table-local secondary indexes are kept; every other implementation is refused by name.

use std::sync::Arc;

use uuid::Uuid;

use crate::ast::{CreateIndex, Drop, IndexedColumn};
use crate::error::Error;
use crate::plan::SchemaChange;
use crate::schema::{Column, ColumnKind, Index, IndexTarget, Keyspace, Table};
use crate::types::CqlType;

use super::invalid;
use super::keyspace::check_modifiable;
use super::relation::check_no_duration;
use super::scope::{Scope, existing_column};

pub(super) fn create(scope: &Scope<'_>, create: &CreateIndex) -> Result<SchemaChange, Error> {
    check_class(create)?;
    let written = create.table.keyspace.as_deref().or(create.keyspace.as_deref());
    let keyspace_name = scope.keyspace_name(written)?;
    if let Some(of_index) = create.keyspace.as_deref().filter(|of_index| *of_index != keyspace_name) {
        return Err(invalid(format!("Keyspace name '{of_index}' doesn't match table name '{}'", create.table.name)));
    }
    check_modifiable(keyspace_name)?;
    let Some(keyspace) = scope.keyspace(keyspace_name) else {
        return Err(invalid(format!("Keyspace '{keyspace_name}' doesn't exist")));
    };
    let Some(table) = keyspace.tables.get(&create.table.name) else {
        return Err(invalid(format!("Table '{}' doesn't exist", create.table.name)));
    };
    if let Some(name) = create.name.as_deref().filter(|name| has_index(keyspace, name)) {
        if create.if_not_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("Index '{name}' already exists")));
    }
    if table.is_counter() {
        return Err(invalid("Secondary indexes on counter tables aren't supported"));
    }
    let target = match create.targets.as_slice() {
        [] => return Err(invalid("Only CUSTOM indexes can be created without specifying a target column")),
        [target] => target,
        _ => return Err(invalid("Only CUSTOM indexes support multiple columns")),
    };
    let position = existing_column(table, &target.column)?;
    let part = check_target(table, &table.columns[position], target)?;
    let name = create.name.clone().unwrap_or_else(|| free_name(keyspace, table, &target.column));
    if let Some(known) = table.indexes.values().find(|known| known.column == target.column && known.target == part) {
        if create.if_not_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("Index {name} is a duplicate of existing index {}", known.name)));
    }
    let mut table = Table::clone(table);
    let index = Index { name: name.clone(), column: target.column.clone(), target: part, id: Uuid::nil() };
    table.indexes.insert(name, index);
    Ok(SchemaChange::PutTable { table: Arc::new(table), created: false })
}

fn check_class(create: &CreateIndex) -> Result<(), Error> {
    let Some(class) = create.class.as_deref() else {
        if create.custom {
            return Err(Error::Config("Unable to find custom indexer class 'legacy_local_table'".to_owned()));
        }
        if !create.properties.is_empty() {
            return Err(invalid("Cannot specify options for a non-CUSTOM index"));
        }
        return Ok(());
    };
    let short = class.rsplit('.').next().unwrap_or(class).to_ascii_lowercase();
    match short.as_str() {
        "legacy_local_table" => Ok(()),
        "sai" | "storageattachedindex" => Err(Error::unsupported("Storage-attached indexes (SAI)")),
        "sasiindex" => Err(Error::unsupported("SASI indexes")),
        _ => Err(Error::unsupported(format!("The custom index class '{class}'"))),
    }
}

/// What is indexed, if it may be (`CreateIndexStatement.validateIndexTarget`).
fn check_target(table: &Table, column: &Column, target: &IndexedColumn) -> Result<IndexTarget, Error> {
    let name = &column.name;
    let collection = matches!(column.ty, CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. });
    let frozen_collection = collection && !column.ty.is_multi_cell();
    let part = match target.part {
        None if collection => IndexTarget::Values,
        None => IndexTarget::Value,
        Some(part) => part,
    };
    check_no_duration("Secondary indexes", "duration columns", &column.ty)?;
    if column.kind == ColumnKind::PartitionKey && table.partition_key_len == 1 {
        return Err(invalid(format!("Cannot create secondary index on the only partition key column {name}")));
    }
    if frozen_collection && part != IndexTarget::Full {
        return Err(invalid(format!(
            "Cannot create {}() index on frozen column {name}. Frozen collections are immutable and must be fully indexed \
             by using the 'full({name})' modifier",
            part_name(part)
        )));
    }
    if !frozen_collection && part == IndexTarget::Full {
        return Err(invalid("full() indexes can only be created on frozen collections"));
    }
    if !collection && part != IndexTarget::Value {
        return Err(invalid(format!(
            "Cannot create {}() index on {name}. Non-collection columns only support simple indexes",
            part_name(part)
        )));
    }
    let of_map = matches!(part, IndexTarget::Keys | IndexTarget::Entries);
    if of_map && !matches!(column.ty, CqlType::Map { frozen: false, .. }) {
        return Err(invalid(format!("Cannot create index on {} of column {name} with non-map type", part_name(part))));
    }
    if matches!(column.ty, CqlType::Udt { frozen: false, .. }) {
        return Err(invalid(format!("Cannot create index on non-frozen UDT column {name}")));
    }
    Ok(part)
}

fn part_name(part: IndexTarget) -> &'static str {
    match part {
        IndexTarget::Value | IndexTarget::Values => "values",
        IndexTarget::Keys => "keys",
        IndexTarget::Entries => "entries",
        IndexTarget::Full => "full",
    }
}

fn has_index(keyspace: &Keyspace, name: &str) -> bool {
    keyspace.tables.values().any(|table| table.indexes.contains_key(name))
}

/// `table_column_idx`, with a number behind where that is taken (`KeyspaceMetadata.findAvailableIndexName`).
fn free_name(keyspace: &Keyspace, table: &Table, column: &str) -> String {
    let word = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    let base: String = format!("{}_{column}_idx", table.name).chars().filter(word).collect();
    if !has_index(keyspace, &base) {
        return base;
    }
    let numbered = (1_u64..).map(|number| format!("{base}_{number}"));
    numbered.into_iter().find(|name| !has_index(keyspace, name)).unwrap_or(base)
}

pub(super) fn drop(scope: &Scope<'_>, drop: &Drop) -> Result<SchemaChange, Error> {
    let keyspace_name = scope.keyspace_name(drop.name.keyspace.as_deref())?;
    check_modifiable(keyspace_name)?;
    let name = &drop.name.name;
    let table = scope
        .keyspace(keyspace_name)
        .and_then(|keyspace| keyspace.tables.values().find(|table| table.indexes.contains_key(name)));
    let Some(table) = table else {
        if drop.if_exists {
            return Ok(SchemaChange::Nothing);
        }
        // The quote at the end is Cassandra's.
        return Err(invalid(format!("Index '{keyspace_name}.{name}' doesn't exist'")));
    };
    let mut table = Table::clone(table);
    table.indexes.remove(name);
    Ok(SchemaChange::PutTable { table: Arc::new(table), created: false })
}
