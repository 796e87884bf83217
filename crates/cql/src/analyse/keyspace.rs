//! CREATE, ALTER and DROP KEYSPACE.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::{AlterKeyspace, CreateKeyspace};
use crate::error::Error;
use crate::options::keyspace_options;
use crate::plan::SchemaChange;
use crate::schema::Keyspace;

use super::invalid;
use super::scope::Scope;

/// Characters that a keyspace's or table's name may have (`SchemaConstants.NAME_LENGTH`).
pub(super) const MAX_NAME_LENGTH: usize = 48;

/// Keyspaces that no statement changes (`SchemaConstants.LOCAL_SYSTEM_KEYSPACE_NAMES`).
const READ_ONLY: [&str; 5] = ["system", "system_schema", "system_views", "system_virtual_schema", "system_metrics"];

/// Refuses changes of the system's own keyspaces.
pub(super) fn check_modifiable(keyspace: &str) -> Result<(), Error> {
    if READ_ONLY.contains(&keyspace) {
        return Err(Error::Unauthorized(format!("{keyspace} keyspace is not user-modifiable.")));
    }
    Ok(())
}

pub(super) fn create(scope: &Scope<'_>, create: &CreateKeyspace) -> Result<SchemaChange, Error> {
    let name = &create.name;
    check_modifiable(name)?;
    if scope.keyspace(name).is_some() {
        if create.if_not_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(Error::AlreadyExists { keyspace: name.clone(), table: String::new() });
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(invalid(format!(
            "Keyspace name must not be empty and must contain alphanumeric or underscore characters only (got \"{name}\")"
        )));
    }
    if name.len() > MAX_NAME_LENGTH {
        return Err(invalid(format!(
            "Keyspace name must not be more than {MAX_NAME_LENGTH} characters long (got {} characters for \"{name}\")",
            name.len()
        )));
    }
    let (replication, durable_writes) = keyspace_options(name, &create.properties)?;
    let Some(replication) = replication else {
        return Err(invalid("Missing mandatory option 'replication'"));
    };
    let keyspace = Keyspace {
        name: name.clone(),
        replication,
        durable_writes: durable_writes.unwrap_or(true),
        tables: BTreeMap::new(),
        types: BTreeMap::new(),
    };
    Ok(SchemaChange::PutKeyspace { keyspace: Arc::new(keyspace), created: true })
}

pub(super) fn alter(scope: &Scope<'_>, alter: &AlterKeyspace) -> Result<SchemaChange, Error> {
    check_modifiable(&alter.name)?;
    let Some(known) = scope.keyspace(&alter.name) else {
        return missing(&alter.name, alter.if_exists);
    };
    let (replication, durable_writes) = keyspace_options(&alter.name, &alter.properties)?;
    let mut keyspace = Keyspace::clone(known);
    keyspace.replication = replication.unwrap_or(keyspace.replication);
    keyspace.durable_writes = durable_writes.unwrap_or(keyspace.durable_writes);
    Ok(SchemaChange::PutKeyspace { keyspace: Arc::new(keyspace), created: false })
}

pub(super) fn drop(scope: &Scope<'_>, name: &str, if_exists: bool) -> Result<SchemaChange, Error> {
    check_modifiable(name)?;
    match scope.keyspace(name) {
        Some(_) => Ok(SchemaChange::DropKeyspace(name.to_owned())),
        None => missing(name, if_exists),
    }
}

fn missing(name: &str, if_exists: bool) -> Result<SchemaChange, Error> {
    if if_exists { Ok(SchemaChange::Nothing) } else { Err(invalid(format!("Keyspace '{name}' doesn't exist"))) }
}
