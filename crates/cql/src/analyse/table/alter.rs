//! ALTER TABLE.
//!
//! A dropped column without USING TIMESTAMP is dropped at `i64::MAX`: nothing here reads a clock,
//! so the engine puts the present time in its place.

use std::sync::Arc;

use uuid::Uuid;

use crate::analyse::keyspace::check_modifiable;
use crate::analyse::scope::Scope;
use crate::analyse::{invalid, type_name};
use crate::ast::{AlterTable, AlterTableChange, ColumnDefinition, Property, PropertyValue};
use crate::error::Error;
use crate::literal::Fit;
use crate::options::table_options;
use crate::plan::SchemaChange;
use crate::schema::{Column, ColumnKind, DroppedColumn, Table};
use crate::types::CqlType;

use super::{column_type, has_nested_multi_cell, sort_values};

pub(in crate::analyse) fn alter(scope: &mut Scope<'_>, alter: &AlterTable) -> Result<SchemaChange, Error> {
    let keyspace = scope.keyspace_name(alter.name.keyspace.as_deref())?.to_owned();
    check_modifiable(&keyspace)?;
    let known = scope.keyspace(&keyspace).and_then(|known| known.tables.get(&alter.name.name));
    let Some(known) = known else {
        if alter.if_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("Table '{keyspace}.{}' doesn't exist", alter.name.name)));
    };
    let mut table = Table::clone(known);
    match &alter.change {
        AlterTableChange::Add { if_not_exists, columns } => {
            for column in columns {
                add(scope, &mut table, column, *if_not_exists)?;
            }
            check_counters(&table)?;
        }
        AlterTableChange::Drop { if_exists, columns, timestamp } => {
            for column in columns {
                drop_column(&mut table, column, *if_exists, *timestamp)?;
            }
        }
        AlterTableChange::Rename { if_exists, names } => {
            for (old, new) in names {
                rename(&mut table, old, new, *if_exists)?;
            }
        }
        AlterTableChange::AlterType { .. } => return Err(invalid("Altering column types is no longer supported")),
        AlterTableChange::Mask(_) => return Err(Error::unsupported("Masking columns")),
        AlterTableChange::DropCompactStorage => {
            return Err(invalid("DROP COMPACT STORAGE is disabled. Enable in cassandra.yaml to use."));
        }
        AlterTableChange::With(properties) => set_options(&mut table, properties)?,
    }
    Ok(SchemaChange::PutTable { table: Arc::new(table), created: false })
}

fn add(scope: &Scope<'_>, table: &mut Table, definition: &ColumnDefinition, if_not_exists: bool) -> Result<(), Error> {
    let name = &definition.name;
    if table.position(name).is_some() {
        if if_not_exists {
            return Ok(());
        }
        return Err(invalid(format!("Column with name '{name}' already exists")));
    }
    let ty = column_type(scope, &table.keyspace, definition)?;
    if definition.is_static && table.clustering_len == 0 {
        return Err(invalid(
            "Static columns are only useful (and thus allowed) if the table has at least one clustering column",
        ));
    }
    let kind = if definition.is_static { ColumnKind::Static } else { ColumnKind::Regular };
    if let Some(DroppedColumn { column: dropped, .. }) = table.dropped.get(name) {
        check_readded(&ty, kind, dropped)?;
    }
    if has_nested_multi_cell(&ty) {
        return Err(invalid(format!(
            "Non-frozen UDTs with nested non-frozen collections are not supported for column {name}"
        )));
    }
    let ids = table.columns.iter().chain(table.dropped.values().map(|dropped| &dropped.column)).map(|column| column.id);
    let id = ids.max().map_or(0, |last| last + 1);
    table.columns.push(Column { name: name.clone(), kind, ty, id });
    let first_value = table.partition_key_len + table.clustering_len;
    sort_values(&mut table.columns[first_value..]);
    Ok(())
}

fn check_readded(ty: &CqlType, kind: ColumnKind, dropped: &Column) -> Result<(), Error> {
    let Column { name, ty: old, .. } = dropped;
    if *old == CqlType::Counter {
        return Err(invalid(format!("Cannot re-add previously dropped counter column {name}")));
    }
    if !type_name::same(ty, old) && crate::analyse::term::type_fit(old, ty) == Fit::Not {
        return Err(invalid(format!(
            "Cannot add a column '{name}' of type {ty}, incompatible with previously dropped column '{name}' of type {old}"
        )));
    }
    if dropped.kind != kind {
        let shown = |kind| if kind == ColumnKind::Static { "STATIC" } else { "REGULAR" };
        return Err(invalid(format!(
            "Cannot re-add previously dropped column '{name}' of kind {}, incompatible with previous kind {}",
            shown(kind),
            shown(dropped.kind)
        )));
    }
    Ok(())
}

/// Counters and other values never share a table (`TableMetadata.validate`).
fn check_counters(table: &Table) -> Result<(), Error> {
    let Table { keyspace, name, .. } = table;
    let Some(counters) = table.values().iter().map(|column| column.id).min() else { return Ok(()) };
    let oldest = table.values().iter().find(|column| column.id == counters);
    let counter_table = oldest.is_some_and(|column| column.ty == CqlType::Counter);
    for column in table.values() {
        let counter = column.ty == CqlType::Counter;
        if counter_table && !counter {
            return Err(Error::Config(format!(
                "{keyspace}.{name}: Cannot have a non counter column (\"{}\") in a counter table",
                column.name
            )));
        }
        if counter && !counter_table {
            return Err(Error::Config(format!(
                "{keyspace}.{name}: Cannot have a counter column (\"{}\") in a non counter table",
                column.name
            )));
        }
    }
    Ok(())
}

fn drop_column(table: &mut Table, name: &str, if_exists: bool, timestamp: Option<i64>) -> Result<(), Error> {
    let Some(position) = table.position(name) else {
        if if_exists {
            return Ok(());
        }
        return Err(invalid(format!("Column {name} was not found in table '{}.{}'", table.keyspace, table.name)));
    };
    let column = &table.columns[position];
    if !matches!(column.kind, ColumnKind::Static | ColumnKind::Regular) {
        return Err(invalid(format!("Cannot drop PRIMARY KEY column {name}")));
    }
    if matches!(column.ty, CqlType::Udt { frozen: false, .. }) {
        return Err(invalid(format!("Cannot drop non-frozen column {name} of user type {}", column.ty)));
    }
    if let Some(indexes) = dependent_indexes(table, name) {
        return Err(invalid(format!(
            "Cannot drop column {name} because it has dependent secondary indexes ({indexes})"
        )));
    }
    let column = table.columns.remove(position);
    let dropped_at_micros = timestamp.unwrap_or(i64::MAX);
    table.dropped.insert(name.to_owned(), DroppedColumn { column, dropped_at_micros });
    Ok(())
}

fn rename(table: &mut Table, old: &str, new: &str, if_exists: bool) -> Result<(), Error> {
    let Some(position) = table.position(old) else {
        if if_exists {
            return Ok(());
        }
        return Err(invalid(format!("Undefined column name {old} in table {}.{}", table.keyspace, table.name)));
    };
    if matches!(table.columns[position].kind, ColumnKind::Static | ColumnKind::Regular) {
        return Err(invalid(format!("Cannot rename non PRIMARY KEY column {old}")));
    }
    if table.position(new).is_some() {
        return Err(invalid(format!(
            "Cannot rename column {old} to {new} in table '{}.{}'; another column with that name already exists",
            table.keyspace, table.name
        )));
    }
    if let Some(indexes) = dependent_indexes(table, old) {
        return Err(invalid(format!(
            "Can't rename column {old} because it has dependent secondary indexes ({indexes})"
        )));
    }
    new.clone_into(&mut table.columns[position].name);
    Ok(())
}

fn dependent_indexes(table: &Table, column: &str) -> Option<String> {
    let names: Vec<&str> =
        table.indexes.values().filter(|index| index.column == column).map(|index| index.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn set_options(table: &mut Table, properties: &[Property]) -> Result<(), Error> {
    let is_id = |value: &PropertyValue| matches!(value, PropertyValue::Simple(id) if Uuid::parse_str(id).is_ok());
    if properties.iter().any(|property| property.name == "id" && is_id(&property.value)) {
        return Err(Error::Config("Cannot alter table id.".to_owned()));
    }
    table.options = table_options(&table.options, properties)?;
    if table.is_counter() && table.options.default_time_to_live > 0 {
        return Err(invalid("Cannot set default_time_to_live on a table with counters"));
    }
    Ok(())
}
