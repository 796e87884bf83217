//! Syntax trees to plans: every name resolved against the schema, every rule of Cassandra checked.
//!
//! One call, [`analyse`], either gives a [`Prepared`] that an engine can execute without looking
//! anything up, or the error that Apache Cassandra 5.0 gives for the statement. Nothing here reads
//! data or time. What this crate does not do is an [`Error::Unsupported`] that names it.

mod batch;
mod conditions;
mod describe;
mod index;
mod keyspace;
mod modify;
mod operation;
mod relation;
mod restrictions;
mod scope;
mod select;
mod selection;
mod table;
mod term;
mod type_name;
mod user_type;

use crate::ast::Statement;
use crate::error::Error;
use crate::plan::{Plan, Prepared, SchemaChange};
use crate::schema::Schema;
use scope::Scope;

/// Resolves a statement against the schema; `keyspace` is the one that USE has chosen.
///
/// # Errors
///
/// What Cassandra 5.0 answers, see [`Error`].
pub fn analyse(statement: &Statement, schema: &Schema, keyspace: Option<&str>) -> Result<Prepared, Error> {
    let mut scope = Scope::new(schema, keyspace);
    let change = match statement {
        Statement::Select(select) => return select::analyse(scope, select),
        Statement::Modify(modify) => return modify::analyse(scope, modify),
        Statement::Batch(batch) => return batch::analyse(scope, batch),
        Statement::Use(name) => {
            if !schema.keyspaces.contains_key(name) {
                return Err(invalid(format!("Keyspace '{name}' does not exist")));
            }
            return Ok(scope.finish(Plan::Use(name.clone()), Vec::new(), None));
        }
        Statement::Truncate(name) => {
            let table = scope.table(name)?;
            return Ok(scope.finish(Plan::Truncate(table), Vec::new(), None));
        }
        Statement::CreateKeyspace(create) => keyspace::create(&scope, create)?,
        Statement::AlterKeyspace(alter) => keyspace::alter(&scope, alter)?,
        Statement::DropKeyspace { name, if_exists } => keyspace::drop(&scope, name, *if_exists)?,
        Statement::CreateTable(create) => table::create(&mut scope, create)?,
        Statement::AlterTable(alter) => table::alter(&mut scope, alter)?,
        Statement::DropTable(drop) => table::drop(&scope, drop)?,
        Statement::CreateType(create) => user_type::create(&scope, create)?,
        Statement::AlterType(alter) => user_type::alter(&scope, alter)?,
        Statement::DropType(drop) => user_type::drop(&scope, drop)?,
        Statement::CreateIndex(create) => index::create(&scope, create)?,
        Statement::DropIndex(drop) => index::drop(&scope, drop)?,
        Statement::Access(_) => return Err(Error::unsupported("Roles and permissions")),
        Statement::Describe(describe) => return describe::analyse(scope, describe),
        Statement::OutOfScope(what) => return Err(Error::unsupported(what.name())),
    };
    Ok(schema_change(scope, change))
}

fn schema_change(scope: Scope<'_>, change: SchemaChange) -> Prepared {
    scope.finish(Plan::Schema(Box::new(change)), Vec::new(), None)
}

/// The request breaks a rule.
fn invalid(text: impl Into<String>) -> Error {
    Error::Invalid(text.into())
}

#[cfg(test)]
mod tests;
