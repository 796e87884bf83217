//! What a statement is analysed in: the schema, the current keyspace, and the variables it binds.
//!
//! A variable gets its name and type where it is met (`VariableSpecifications.java`); its position
//! was given by the parser.

use std::sync::Arc;

use crate::ast::{Marker, QualifiedName};
use crate::error::Error;
use crate::plan::{self, ColumnSpec, Plan, Prepared};
use crate::schema::{Column, Keyspace, Schema, Table};
use crate::types::CqlType;

use super::invalid;

/// What is known while a statement is analysed.
pub(super) struct Scope<'a> {
    pub(super) schema: &'a Schema,
    pub(super) keyspace: Option<&'a str>,
    /// The table whose partition key `token()` hashes.
    pub(super) token_table: Option<Arc<Table>>,
    pub(super) warnings: Vec<String>,
    variables: Vec<Option<Variable>>,
}

struct Variable {
    spec: ColumnSpec,
    key: Option<usize>,
}

/// What a term is for: its name and type in messages and in the metadata of variables.
#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) spec: ColumnSpec,
    /// The component of the partition key that a variable binds whole.
    pub(super) key: Option<usize>,
}

impl Receiver {
    /// A column of a table.
    pub(super) fn column(table: &Table, position: usize) -> Self {
        let Column { name, ty, .. } = &table.columns[position];
        let key = (position < table.partition_key_len).then_some(position);
        Self { spec: spec(table, name.clone(), ty.clone()), key }
    }

    /// Something of a table that is no column.
    pub(super) fn of_table(table: &Table, name: &str, ty: CqlType) -> Self {
        Self { spec: spec(table, name.to_owned(), ty), key: None }
    }

    /// A part of this receiver, or something else in its place.
    pub(super) fn part(&self, name: String, ty: CqlType) -> Self {
        let ColumnSpec { keyspace, table, .. } = &self.spec;
        Self { spec: ColumnSpec { keyspace: keyspace.clone(), table: table.clone(), name, ty }, key: None }
    }

    pub(super) fn name(&self) -> &str {
        &self.spec.name
    }

    pub(super) fn ty(&self) -> &CqlType {
        &self.spec.ty
    }
}

pub(super) fn spec(table: &Table, name: String, ty: CqlType) -> ColumnSpec {
    ColumnSpec { keyspace: table.keyspace.clone(), table: table.name.clone(), name, ty }
}

impl<'a> Scope<'a> {
    pub(super) fn new(schema: &'a Schema, keyspace: Option<&'a str>) -> Self {
        Self { schema, keyspace, token_table: None, warnings: Vec::new(), variables: Vec::new() }
    }

    /// The keyspace that is written, else the current one.
    pub(super) fn keyspace_name<'b>(&'b self, written: Option<&'b str>) -> Result<&'b str, Error> {
        let unspecified =
            || invalid("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
        written.or(self.keyspace).ok_or_else(unspecified)
    }

    pub(super) fn keyspace(&self, name: &str) -> Option<&'a Arc<Keyspace>> {
        self.schema.keyspaces.get(name)
    }

    /// The table of a data statement (`Schema.validateTable`).
    pub(super) fn table(&self, name: &QualifiedName) -> Result<Arc<Table>, Error> {
        let keyspace_name = self.keyspace_name(name.keyspace.as_deref())?;
        let keyspace =
            self.keyspace(keyspace_name).ok_or_else(|| invalid(format!("keyspace {keyspace_name} does not exist")))?;
        let table = keyspace.tables.get(&name.name);
        table.cloned().ok_or_else(|| invalid(format!("table {} does not exist", name.name)))
    }

    /// Gives a variable its name and type.
    pub(super) fn bind(&mut self, marker: &Marker, receiver: &Receiver) -> plan::Term {
        let position = usize::from(marker.index);
        if self.variables.len() <= position {
            self.variables.resize_with(position + 1, || None);
        }
        let mut spec = receiver.spec.clone();
        if let Some(name) = &marker.name {
            spec.name.clone_from(name);
        }
        self.variables[position] = Some(Variable { spec, key: receiver.key });
        plan::Term::Marker(marker.index)
    }

    /// The analysed statement. `keyed_by` is the table whose partition key the variables may bind.
    pub(super) fn finish(self, plan: Plan, columns: Vec<ColumnSpec>, keyed_by: Option<&Table>) -> Prepared {
        let components = keyed_by.map_or(0, |table| table.partition_key_len);
        let partition_key_variables: Option<Vec<u16>> = (0..components)
            .map(|component| {
                let binds =
                    |variable: &Option<Variable>| variable.as_ref().is_some_and(|bound| bound.key == Some(component));
                self.variables.iter().rposition(binds).and_then(|position| u16::try_from(position).ok())
            })
            .collect();
        Prepared {
            plan,
            variables: self.variables.into_iter().flatten().map(|variable| variable.spec).collect(),
            partition_key_variables: partition_key_variables.unwrap_or_default(),
            columns: columns.into(),
            warnings: self.warnings,
        }
    }
}

/// The position of a column that must exist (`TableMetadata.getExistingColumn`).
pub(super) fn existing_column(table: &Table, name: &str) -> Result<usize, Error> {
    let missing = || invalid(format!("Undefined column name {name} in table {}.{}", table.keyspace, table.name));
    table.position(name).ok_or_else(missing)
}
