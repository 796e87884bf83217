//! CREATE, ALTER and DROP TYPE (`CreateTypeStatement`, `AlterTypeStatement`, `DropTypeStatement`).

use std::sync::Arc;

use crate::ast::{AlterType, AlterTypeChange, CreateType, Drop, TypeName};
use crate::error::Error;
use crate::plan::SchemaChange;
use crate::schema::{Keyspace, Table};
use crate::types::{CqlType, UserType};

use super::keyspace::check_modifiable;
use super::scope::Scope;
use super::{invalid, type_name};

pub(super) fn create(scope: &Scope<'_>, create: &CreateType) -> Result<SchemaChange, Error> {
    let keyspace_name = scope.keyspace_name(create.name.keyspace.as_deref())?;
    check_modifiable(keyspace_name)?;
    let name = &create.name.name;
    let Some(keyspace) = scope.keyspace(keyspace_name) else {
        return Err(invalid(format!("Keyspace '{keyspace_name}' doesn't exist")));
    };
    if keyspace.types.contains_key(name) {
        if create.if_not_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("A user type with name '{name}' already exists")));
    }
    let mut fields: Vec<(String, CqlType)> = Vec::with_capacity(create.fields.len());
    for (field, ty) in &create.fields {
        if fields.iter().any(|(known, _)| known == field) {
            return Err(invalid(format!("Duplicate field name '{field}' in type '{name}'")));
        }
        fields.push((field.clone(), field_type(scope, keyspace_name, ty)?));
    }
    let definition = UserType { keyspace: keyspace_name.to_owned(), name: name.clone(), fields };
    Ok(SchemaChange::PutType { definition: Arc::new(definition), created: true })
}

fn field_type(scope: &Scope<'_>, keyspace: &str, ty: &TypeName) -> Result<CqlType, Error> {
    if matches!(ty, TypeName::User(_)) {
        return Err(invalid("A user type cannot contain non-frozen UDTs"));
    }
    let resolved = type_name::resolve(scope, keyspace, ty)?;
    if resolved == CqlType::Counter {
        return Err(invalid("A user type cannot contain counters"));
    }
    Ok(resolved)
}

pub(super) fn alter(scope: &Scope<'_>, alter: &AlterType) -> Result<SchemaChange, Error> {
    let keyspace_name = scope.keyspace_name(alter.name.keyspace.as_deref())?;
    check_modifiable(keyspace_name)?;
    let name = &alter.name.name;
    let known = scope.keyspace(keyspace_name).and_then(|keyspace| Some((keyspace, keyspace.types.get(name)?)));
    let Some((keyspace, known)) = known else {
        if alter.if_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("Type {keyspace_name}.{name} doesn't exist")));
    };
    let mut definition = UserType::clone(known);
    match &alter.change {
        AlterTypeChange::AlterField(..) => return Err(invalid("Altering field types is no longer supported")),
        AlterTypeChange::Add { if_not_exists, name: field, ty } => {
            if definition.fields.iter().any(|(known, _)| known == field) {
                if *if_not_exists {
                    return Ok(SchemaChange::Nothing);
                }
                return Err(invalid(format!(
                    "Cannot add field {field} to type {keyspace_name}.{name}: a field with name {field} already exists"
                )));
            }
            let resolved = field_type(scope, keyspace_name, ty)?;
            check_addable(keyspace, &definition, field, &resolved, ty)?;
            definition.fields.push((field.clone(), resolved));
        }
        AlterTypeChange::Rename { if_exists, names } => {
            for (old, new) in names {
                let Some(position) = definition.fields.iter().position(|(known, _)| known == old) else {
                    if *if_exists {
                        continue;
                    }
                    return Err(invalid(format!("Unkown field {old} in user type {keyspace_name}.{name}")));
                };
                new.clone_into(&mut definition.fields[position].0);
            }
            check_distinct(&definition)?;
        }
    }
    Ok(SchemaChange::PutType { definition: Arc::new(definition), created: false })
}

fn check_addable(
    keyspace: &Keyspace,
    definition: &UserType,
    field: &str,
    ty: &CqlType,
    written: &TypeName,
) -> Result<(), Error> {
    let UserType { keyspace: owner, name, .. } = definition;
    let shown = match written {
        TypeName::Frozen(inner) => match &**inner {
            TypeName::User(user) => format!("frozen<{owner}.{}>", user.name),
            _ => written.to_string(),
        },
        _ => written.to_string(),
    };
    if type_name::references(ty, owner, name) {
        return Err(invalid(format!(
            "Cannot add new field {field} of type {shown} to user type {owner}.{name} as it would create a circular reference"
        )));
    }
    let keyed = |table: &Table| table.partition_key().iter().any(|key| type_name::references(&key.ty, owner, name));
    let tables: Vec<String> = keyspace
        .tables
        .values()
        .filter(|table| keyed(table))
        .map(|table| format!("{}.{}", table.keyspace, table.name))
        .collect();
    if !tables.is_empty() {
        return Err(invalid(format!(
            "Cannot add new field {field} of type {shown} to user type {owner}.{name} as the type is being used in partition \
             key by the following tables: {}",
            tables.join(", ")
        )));
    }
    Ok(())
}

fn check_distinct(definition: &UserType) -> Result<(), Error> {
    for (at, (field, _)) in definition.fields.iter().enumerate() {
        if definition.fields[..at].iter().any(|(known, _)| known == field) {
            // Cassandra names the keyspace here, not the type.
            return Err(invalid(format!("Duplicate field name {field} in type {}", definition.keyspace)));
        }
    }
    Ok(())
}

pub(super) fn drop(scope: &Scope<'_>, drop: &Drop) -> Result<SchemaChange, Error> {
    let keyspace_name = scope.keyspace_name(drop.name.keyspace.as_deref())?;
    check_modifiable(keyspace_name)?;
    let name = &drop.name.name;
    let Some(keyspace) = scope.keyspace(keyspace_name).filter(|keyspace| keyspace.types.contains_key(name)) else {
        if drop.if_exists {
            return Ok(SchemaChange::Nothing);
        }
        return Err(invalid(format!("Type '{keyspace_name}.{name}' doesn't exist")));
    };
    let uses = |ty: &CqlType| type_name::references(ty, keyspace_name, name);
    let types = keyspace.types.values().filter(|ty| ty.fields.iter().any(|(_, field)| uses(field)));
    let types: Vec<&str> = types.map(|ty| ty.name.as_str()).collect();
    if !types.is_empty() {
        return Err(invalid(format!(
            "Cannot drop user type '{keyspace_name}.{name}' as it is still used by user types {}",
            types.join(", ")
        )));
    }
    let tables = keyspace.tables.values().filter(|table| table.columns.iter().any(|column| uses(&column.ty)));
    let tables: Vec<&str> = tables.map(|table| table.name.as_str()).collect();
    if !tables.is_empty() {
        return Err(invalid(format!(
            "Cannot drop user type '{keyspace_name}.{name}' as it is still used by tables {}",
            tables.join(", ")
        )));
    }
    Ok(SchemaChange::DropType { keyspace: keyspace_name.to_owned(), name: name.clone() })
}
