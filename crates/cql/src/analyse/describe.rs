//! DESCRIBE (`cql3/statements/DescribeStatement.java`): what the schema itself answers.
//!
//! The rows are made here, because they depend on nothing but the schema. What DESCRIBE CLUSTER
//! shows is not of the schema: the engine adds it.

use std::sync::Arc;

use super::invalid;
use super::scope::Scope;
use crate::ast::{Describe, Described, QualifiedName};
use crate::error::Error;
use crate::keyword::quote_name;
use crate::plan::{ColumnSpec, Description, Plan, Prepared};
use crate::print;
use crate::schema::{Index, Keyspace, Table};
use crate::types::{CqlType, UserType};

/// Keyspaces that DESCRIBE SCHEMA leaves out unless FULL is said (`schema/SchemaConstants.java`).
const SYSTEM: [&str; 8] = [
    "system",
    "system_auth",
    "system_distributed",
    "system_metrics",
    "system_schema",
    "system_traces",
    "system_views",
    "system_virtual_schema",
];

/// What a row is about.
enum Element<'a> {
    Keyspace(&'a Keyspace),
    Type(&'a UserType),
    Table(&'a Table),
    Index(&'a Table, &'a Index),
}

/// Analyses DESCRIBE.
pub(super) fn analyse(scope: Scope<'_>, describe: &Describe) -> Result<Prepared, Error> {
    if describe.internals {
        return Err(Error::unsupported("DESCRIBE … WITH INTERNALS"));
    }
    let (columns, description) = match &describe.what {
        Described::Cluster => {
            let ownership = scope.keyspace.is_some_and(|keyspace| !SYSTEM.contains(&keyspace));
            (cluster_columns(ownership), Description::Cluster { ownership })
        }
        Described::Keyspaces => {
            let keyspaces = scope.schema.keyspaces.values().map(|keyspace| Element::Keyspace(keyspace));
            (text_columns(LISTED), rows(keyspaces.collect(), false))
        }
        Described::Tables => {
            let tables = keyspaces(&scope)?.into_iter().flat_map(|keyspace| keyspace.tables.values());
            (text_columns(LISTED), rows(tables.map(|table| Element::Table(table)).collect(), false))
        }
        Described::Types => {
            let types = keyspaces(&scope)?.into_iter().flat_map(|keyspace| keyspace.types.values());
            (text_columns(LISTED), rows(types.map(|ty| Element::Type(ty)).collect(), false))
        }
        // There are none; but the keyspace must be there.
        Described::Functions | Described::Aggregates => {
            keyspaces(&scope)?;
            (text_columns(LISTED), rows(Vec::new(), false))
        }
        what => (text_columns(PRINTED), rows(elements(&scope, what)?, true)),
    };
    Ok(scope.finish(Plan::Describe(description), columns, None))
}

const LISTED: &[&str] = &["keyspace_name", "type", "name"];
const PRINTED: &[&str] = &["keyspace_name", "type", "name", "create_statement"];

fn column(name: &str, ty: CqlType) -> ColumnSpec {
    ColumnSpec { keyspace: "system".to_owned(), table: "describe".to_owned(), name: name.to_owned(), ty }
}

fn text_columns(names: &[&str]) -> Vec<ColumnSpec> {
    names.iter().map(|name| column(name, CqlType::Text)).collect()
}

fn cluster_columns(ownership: bool) -> Vec<ColumnSpec> {
    let mut columns = text_columns(&["cluster", "partitioner", "snitch"]);
    if ownership {
        let endpoints = CqlType::List { element: Arc::new(CqlType::Text), frozen: true };
        let ranges = CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::new(endpoints), frozen: true };
        columns.push(column("range_ownership", ranges));
    }
    columns
}

fn rows(elements: Vec<Element<'_>>, printed: bool) -> Description {
    let row = |element: Element<'_>| {
        let (keyspace, kind, name) = element.names();
        let mut row = vec![quote_name(keyspace), kind.to_owned(), quote_name(name)];
        row.extend(printed.then(|| element.print()));
        row
    };
    Description::Rows(elements.into_iter().map(row).collect())
}

impl Element<'_> {
    fn names(&self) -> (&str, &'static str, &str) {
        match self {
            Self::Keyspace(keyspace) => (&keyspace.name, "keyspace", &keyspace.name),
            Self::Type(ty) => (&ty.keyspace, "type", &ty.name),
            Self::Table(table) => (&table.keyspace, "table", &table.name),
            Self::Index(table, index) => (&table.keyspace, "index", &index.name),
        }
    }

    fn print(&self) -> String {
        match self {
            Self::Keyspace(keyspace) => print::create_keyspace(keyspace),
            Self::Type(ty) => print::create_type(ty),
            Self::Table(table) => print::create_table(table),
            Self::Index(table, index) => print::create_index(table, index),
        }
    }
}

/// The current keyspace, or all.
fn keyspaces<'a>(scope: &Scope<'a>) -> Result<Vec<&'a Keyspace>, Error> {
    match scope.keyspace {
        Some(name) => Ok(vec![keyspace(scope, name)?]),
        None => Ok(scope.schema.keyspaces.values().map(|keyspace| &**keyspace).collect()),
    }
}

fn keyspace<'a>(scope: &Scope<'a>, name: &str) -> Result<&'a Keyspace, Error> {
    let found = scope.schema.keyspaces.get(name);
    found.map(|keyspace| &**keyspace).ok_or_else(|| invalid(format!("'{name}' not found in keyspaces")))
}

/// The keyspace that is written, else the current one.
fn named_keyspace<'a>(scope: &Scope<'a>, written: Option<&str>) -> Result<&'a Keyspace, Error> {
    let name = written.or(scope.keyspace);
    keyspace(scope, name.ok_or_else(|| invalid("No keyspace specified and no current keyspace"))?)
}

fn elements<'a>(scope: &Scope<'a>, what: &Described) -> Result<Vec<Element<'a>>, Error> {
    let of = |name: &QualifiedName| named_keyspace(scope, name.keyspace.as_deref());
    let missing = |kind: &str, name: &QualifiedName, keyspace: &Keyspace| {
        invalid(format!("{kind} '{}' not found in '{}'", name.name, keyspace.name))
    };
    Ok(match what {
        Described::Schema { full } => {
            let shown = scope.schema.keyspaces.values().filter(|it| *full || !SYSTEM.contains(&it.name.as_str()));
            shown.flat_map(|keyspace| whole_keyspace(keyspace)).collect()
        }
        Described::Keyspace { name, only } => {
            let keyspace = named_keyspace(scope, name.as_deref())?;
            if *only { vec![Element::Keyspace(keyspace)] } else { whole_keyspace(keyspace) }
        }
        Described::Table(name) => {
            let keyspace = of(name)?;
            let table = keyspace.tables.get(&name.name);
            let table = table
                .ok_or_else(|| invalid(format!("Table '{}' not found in keyspace '{}'", name.name, keyspace.name)))?;
            whole_table(table)
        }
        Described::Index(name) => {
            let keyspace = of(name)?;
            vec![index(keyspace, &name.name).ok_or_else(|| missing("Table for existing index", name, keyspace))?]
        }
        Described::Type(name) => {
            let keyspace = of(name)?;
            let ty = keyspace.types.get(&name.name);
            vec![Element::Type(ty.ok_or_else(|| missing("User defined type", name, keyspace))?)]
        }
        Described::View(name) => return Err(missing("Materialized view", name, of(name)?)),
        Described::Function(name) => return Err(missing("User defined function", name, of(name)?)),
        Described::Aggregate(name) => return Err(missing("User defined aggregate", name, of(name)?)),
        Described::Anything(name) => anything(scope, name)?,
        // These list names and print nothing.
        Described::Cluster
        | Described::Keyspaces
        | Described::Tables
        | Described::Types
        | Described::Functions
        | Described::Aggregates => Vec::new(),
    })
}

/// A keyspace, a table or an index, in this order.
fn anything<'a>(scope: &Scope<'a>, name: &QualifiedName) -> Result<Vec<Element<'a>>, Error> {
    if name.keyspace.is_none()
        && let Some(keyspace) = scope.schema.keyspaces.get(&name.name)
    {
        return Ok(whole_keyspace(keyspace));
    }
    let keyspace = keyspace(scope, name.keyspace.as_deref().or(scope.keyspace).unwrap_or(&name.name))?;
    if let Some(table) = keyspace.tables.get(&name.name) {
        return Ok(whole_table(table));
    }
    let found = index(keyspace, &name.name).map(|index| vec![index]);
    found.ok_or_else(|| invalid(format!("'{}' not found in keyspace '{}'", name.name, keyspace.name)))
}

fn index<'a>(keyspace: &'a Keyspace, name: &str) -> Option<Element<'a>> {
    keyspace.tables.values().find_map(|table| Some(Element::Index(table, table.indexes.get(name)?)))
}

fn whole_table(table: &Table) -> Vec<Element<'_>> {
    let indexes = table.indexes.values().map(|index| Element::Index(table, index));
    std::iter::once(Element::Table(table)).chain(indexes).collect()
}

fn whole_keyspace(keyspace: &Keyspace) -> Vec<Element<'_>> {
    let types = in_order(keyspace).into_iter().map(Element::Type);
    let tables = keyspace.tables.values().flat_map(|table| whole_table(table));
    std::iter::once(Element::Keyspace(keyspace)).chain(types).chain(tables).collect()
}

/// The types of a keyspace, each behind those that it is made of.
fn in_order(keyspace: &Keyspace) -> Vec<&UserType> {
    let mut ordered: Vec<&UserType> = Vec::new();
    let mut pending: Vec<&UserType> = keyspace.types.values().map(|ty| &**ty).collect();
    while !pending.is_empty() {
        let known = |name: &str| ordered.iter().any(|ty| ty.name == name);
        let (ready, later): (Vec<_>, Vec<_>) =
            pending.iter().partition(|ty| ty.fields.iter().all(|(_, field)| uses(field).into_iter().all(known)));
        if ready.is_empty() {
            // No type can contain itself; were it so, the order would not matter.
            ordered.extend(later);
            break;
        }
        ordered.extend(ready);
        pending = later;
    }
    ordered
}

/// Names of the user-defined types inside a type.
fn uses(ty: &CqlType) -> Vec<&str> {
    match ty {
        CqlType::Udt { definition, .. } => vec![&definition.name],
        CqlType::List { element, .. } | CqlType::Set { element, .. } | CqlType::Vector { element, .. } => uses(element),
        CqlType::Map { key, value, .. } => [uses(key), uses(value)].concat(),
        CqlType::Tuple(parts) => parts.iter().flat_map(uses).collect(),
        _ => Vec::new(),
    }
}
