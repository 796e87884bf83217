//! CREATE, ALTER and DROP TABLE (`CreateTableStatement`, `AlterTableStatement`, `DropTableStatement`).

mod alter;

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::ast::{ColumnDefinition, CreateTable, Drop};
use crate::error::Error;
use crate::options::table_options;
use crate::plan::SchemaChange;
use crate::schema::{Column, ColumnKind, Table, TableOptions};
use crate::types::CqlType;

pub(super) use alter::alter;

use super::keyspace::check_modifiable;
use super::scope::Scope;
use super::{invalid, type_name};

/// Characters that a table's name may have (`SchemaConstants.TABLE_NAME_LENGTH`).
const MAX_TABLE_NAME_LENGTH: usize = 222;

pub(super) fn create(scope: &mut Scope<'_>, create: &CreateTable) -> Result<SchemaChange, Error> {
    let name = &create.name.name;
    let keyspace_name = scope.keyspace_name(create.name.keyspace.as_deref())?.to_owned();
    check_modifiable(&keyspace_name)?;
    let partition_key = declared_key(create, &keyspace_name)?;
    let Some(keyspace) = scope.keyspace(&keyspace_name) else {
        return Err(invalid(format!("Keyspace '{keyspace_name}' doesn't exist")));
    };
    if keyspace.tables.contains_key(name) {
        if create.if_not_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(Error::AlreadyExists { keyspace: keyspace_name, table: name.clone() });
    }
    if create.compact_storage {
        return Err(Error::unsupported("COMPACT STORAGE"));
    }
    let options = table_options(&TableOptions::default(), &create.properties)?;
    let types = column_types(scope, &keyspace_name, create)?;
    check_key(create, partition_key, &types)?;
    check_clustering_order(create)?;
    check_values(create, partition_key, &types, &options)?;
    check_name(&keyspace_name, name)?;
    let table = Table {
        columns: ordered_columns(create, partition_key, &types),
        keyspace: keyspace_name,
        name: name.clone(),
        id: Uuid::nil(),
        partition_key_len: partition_key.len(),
        clustering_len: create.clustering.len(),
        options,
        dropped: BTreeMap::new(),
        indexes: BTreeMap::new(),
    };
    Ok(SchemaChange::PutTable { table: Arc::new(table), created: true })
}

pub(super) fn drop(scope: &Scope<'_>, drop: &Drop) -> Result<SchemaChange, Error> {
    let keyspace = scope.keyspace_name(drop.name.keyspace.as_deref())?;
    check_modifiable(keyspace)?;
    let table = drop.name.name.clone();
    if scope.keyspace(keyspace).is_some_and(|known| known.tables.contains_key(&table)) {
        return Ok(SchemaChange::DropTable { keyspace: keyspace.to_owned(), table });
    }
    if drop.if_exists {
        return Ok(SchemaChange::Nothing);
    }
    Err(invalid(format!("Table '{keyspace}.{table}' doesn't exist")))
}

/// The one partition key, with the checks that Cassandra makes before it looks at the schema.
fn declared_key<'c>(create: &'c CreateTable, keyspace: &str) -> Result<&'c [String], Error> {
    let table = format!("{keyspace}.{}", create.name.name);
    for (at, column) in create.columns.iter().enumerate() {
        if create.columns[..at].iter().any(|known| known.name == column.name) {
            return Err(invalid(format!("Duplicate column '{}' declaration for table '{table}'", column.name)));
        }
    }
    for (at, (column, _)) in create.clustering_order.iter().enumerate() {
        if create.clustering_order[..at].iter().any(|(known, _)| known == column) {
            let text = format!("Duplicate column '{column}' in CLUSTERING ORDER BY clause for table '{table}'");
            return Err(invalid(text));
        }
    }
    match create.partition_keys.as_slice() {
        [] => Err(invalid(format!("No PRIMARY KEY specifed for table '{table}' (exactly one required)"))),
        [key] => Ok(key),
        _ => Err(invalid(format!("Multiple PRIMARY KEY specified for table '{table}' (exactly one required)"))),
    }
}

fn column_types<'c>(
    scope: &Scope<'_>,
    keyspace: &str,
    create: &'c CreateTable,
) -> Result<BTreeMap<&'c str, CqlType>, Error> {
    let mut types = BTreeMap::new();
    for column in &create.columns {
        types.insert(column.name.as_str(), column_type(scope, keyspace, column)?);
    }
    if types.values().any(has_nested_multi_cell) {
        return Err(invalid("Non-frozen UDTs with nested non-frozen collections are not supported"));
    }
    Ok(types)
}

fn column_type(scope: &Scope<'_>, keyspace: &str, column: &ColumnDefinition) -> Result<CqlType, Error> {
    if column.masked {
        return Err(Error::unsupported("Masking columns"));
    }
    type_name::resolve(scope, keyspace, &column.ty)
}

fn has_nested_multi_cell(ty: &CqlType) -> bool {
    matches!(ty, CqlType::Udt { definition, frozen: false } if definition.fields.iter().any(|(_, ty)| ty.is_multi_cell()))
}

fn check_key(create: &CreateTable, partition_key: &[String], types: &BTreeMap<&str, CqlType>) -> Result<(), Error> {
    let table = &create.name.name;
    let mut seen: Vec<&str> = Vec::new();
    for column in partition_key.iter().chain(&create.clustering) {
        let Some(ty) = types.get(column.as_str()) else {
            return Err(invalid(format!("Unknown column '{column}' referenced in PRIMARY KEY for table '{table}'")));
        };
        if seen.contains(&column.as_str()) {
            return Err(invalid(format!("Duplicate column '{column}' in PRIMARY KEY clause for table '{table}'")));
        }
        seen.push(column);
        if ty.is_multi_cell() {
            let what = match ty {
                // Cassandra quotes the qualified name as a whole.
                CqlType::Udt { definition, .. } => {
                    format!("user-defined type \"{}.{}\"", definition.keyspace, definition.name)
                }
                _ => format!("collection type {ty}"),
            };
            return Err(invalid(format!("Invalid non-frozen {what} for PRIMARY KEY column '{column}'")));
        }
        if *ty == CqlType::Counter {
            return Err(invalid(format!("counter type is not supported for PRIMARY KEY column '{column}'")));
        }
        if type_name::references_duration(ty) {
            return Err(invalid(format!("duration type is not supported for PRIMARY KEY column '{column}'")));
        }
        if create.columns.iter().any(|known| known.is_static && known.name == *column) {
            return Err(invalid(format!("Static column '{column}' cannot be part of the PRIMARY KEY")));
        }
    }
    Ok(())
}

fn check_clustering_order(create: &CreateTable) -> Result<(), Error> {
    let others: Vec<&str> = create
        .clustering_order
        .iter()
        .map(|(column, _)| column.as_str())
        .filter(|column| !create.clustering.iter().any(|known| known == column))
        .collect();
    if !others.is_empty() {
        return Err(invalid(format!(
            "Only clustering key columns can be defined in CLUSTERING ORDER directive: [{}] are not clustering columns",
            others.join(", ")
        )));
    }
    for ((written, _), expected) in create.clustering_order.iter().zip(&create.clustering) {
        if written == expected {
            continue;
        }
        if create.clustering_order.iter().any(|(column, _)| column == expected) {
            return Err(invalid(format!(
                "The order of columns in the CLUSTERING ORDER directive must match that of the clustering columns \
                 ({expected} must appear before {written})"
            )));
        }
        return Err(invalid(format!("Missing CLUSTERING ORDER for column {expected}")));
    }
    Ok(())
}

fn check_values(
    create: &CreateTable,
    partition_key: &[String],
    types: &BTreeMap<&str, CqlType>,
    options: &TableOptions,
) -> Result<(), Error> {
    if create.clustering.is_empty() && create.columns.iter().any(|column| column.is_static) {
        return Err(invalid(
            "Static columns are only useful (and thus allowed) if the table has at least one clustering column",
        ));
    }
    let is_key = |name: &str| partition_key.iter().chain(&create.clustering).any(|column| column == name);
    let values = || types.iter().filter(|(name, _)| !is_key(name));
    if values().any(|(_, ty)| *ty == CqlType::Counter) {
        if values().any(|(_, ty)| *ty != CqlType::Counter) {
            return Err(invalid("Cannot mix counter and non counter columns in the same table"));
        }
        if options.default_time_to_live > 0 {
            return Err(invalid("Cannot set default_time_to_live on a table with counters"));
        }
    }
    Ok(())
}

fn check_name(keyspace: &str, name: &str) -> Result<(), Error> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Error::Config(format!(
            "{keyspace}.{name}: Table name must not be empty or not contain non-alphanumeric-underscore characters (got \
             \"{name}\")"
        )));
    }
    if name.len() > MAX_TABLE_NAME_LENGTH {
        return Err(Error::Config(format!(
            "{keyspace}.{name}: Table name must not be more than {MAX_TABLE_NAME_LENGTH} characters long (got {} \
             characters for \"{name}\")",
            name.len()
        )));
    }
    Ok(())
}

fn ordered_columns(create: &CreateTable, partition_key: &[String], types: &BTreeMap<&str, CqlType>) -> Vec<Column> {
    let column =
        |name: &str, kind| types.get(name).map(|ty| Column { name: name.to_owned(), kind, ty: ty.clone(), id: 0 });
    let descending =
        |name: &str| create.clustering_order.iter().any(|(column, descending)| column == name && *descending);
    let is_key = |name: &str| partition_key.iter().chain(&create.clustering).any(|column| column == name);
    let mut columns: Vec<Column> = Vec::with_capacity(types.len());
    columns.extend(partition_key.iter().filter_map(|name| column(name, ColumnKind::PartitionKey)));
    columns.extend(
        create
            .clustering
            .iter()
            .filter_map(|name| column(name, ColumnKind::Clustering { descending: descending(name) })),
    );
    for definition in &create.columns {
        if !is_key(&definition.name) {
            let kind = if definition.is_static { ColumnKind::Static } else { ColumnKind::Regular };
            columns.extend(column(&definition.name, kind));
        }
    }
    sort_values(&mut columns[partition_key.len() + create.clustering.len()..]);
    for (id, column) in (0..).zip(&mut columns) {
        column.id = id;
    }
    columns
}

/// Statics, then regulars, each by name.
fn sort_values(columns: &mut [Column]) {
    let key = |column: &Column| (column.kind != ColumnKind::Static, column.name.clone());
    columns.sort_by_key(key);
}
