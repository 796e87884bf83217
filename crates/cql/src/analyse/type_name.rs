//! Type names to types, with Cassandra's rules about what may hold what (`CQL3Type.Raw`).

use std::sync::Arc;

use crate::ast::{QualifiedName, TypeName};
use crate::error::Error;
use crate::types::{CqlType, UserType};

use super::invalid;
use super::scope::Scope;

/// Resolves a type written in a statement on `keyspace`.
pub(super) fn resolve(scope: &Scope<'_>, keyspace: &str, name: &TypeName) -> Result<CqlType, Error> {
    let resolver = Resolver { scope, keyspace };
    resolver.resolve(name, false)
}

struct Resolver<'a> {
    scope: &'a Scope<'a>,
    keyspace: &'a str,
}

impl Resolver<'_> {
    /// `frozen` when something around the type freezes it.
    fn resolve(&self, name: &TypeName, frozen: bool) -> Result<CqlType, Error> {
        match name {
            TypeName::Native(ty) => Ok(ty.clone()),
            TypeName::Frozen(inner) => self.resolve(inner, true),
            TypeName::List(element) => {
                let element = Arc::new(self.element(name, element, frozen)?);
                Ok(CqlType::List { element, frozen })
            }
            TypeName::Set(element) => {
                let resolved = self.element(name, element, frozen)?;
                if references_duration(&resolved) {
                    return Err(invalid(format!("Durations are not allowed inside sets: {name}")));
                }
                Ok(CqlType::Set { element: Arc::new(resolved), frozen })
            }
            TypeName::Map(key, value) => {
                let key = self.element(name, key, frozen)?;
                let value = self.element(name, value, frozen)?;
                if references_duration(&key) {
                    return Err(invalid(format!("Durations are not allowed as map keys: {name}")));
                }
                Ok(CqlType::Map { key: Arc::new(key), value: Arc::new(value), frozen })
            }
            TypeName::Tuple(items) => {
                let mut types = Vec::with_capacity(items.len());
                for item in items {
                    let resolved = self.resolve(item, true)?;
                    if resolved == CqlType::Counter {
                        return Err(invalid("Counters are not allowed inside tuples"));
                    }
                    types.push(resolved);
                }
                Ok(CqlType::Tuple(types.into()))
            }
            TypeName::Vector(element, dimensions) => {
                if *dimensions == 0 {
                    return Err(invalid("vectors may only have positive dimensions; given 0"));
                }
                let element = self.resolve(element, true)?;
                if element == CqlType::Counter {
                    return Err(invalid("Counters are not allowed inside vectors"));
                }
                Ok(CqlType::Vector { element: Arc::new(element), dimensions: *dimensions })
            }
            TypeName::User(user) => self.user(user, frozen),
            TypeName::Custom(class) => Err(Error::unsupported(format!("The custom type '{class}'"))),
        }
    }

    fn element(&self, around: &TypeName, element: &TypeName, frozen: bool) -> Result<CqlType, Error> {
        let resolved = self.resolve(element, frozen)?;
        if resolved == CqlType::Counter {
            return Err(invalid(format!("Counters are not allowed inside collections: {around}")));
        }
        if resolved.is_multi_cell() {
            let what = if matches!(resolved, CqlType::Udt { .. }) { "UDTs" } else { "collections" };
            return Err(invalid(format!("Non-frozen {what} are not allowed inside collections: {around}")));
        }
        Ok(resolved)
    }

    fn user(&self, name: &QualifiedName, frozen: bool) -> Result<CqlType, Error> {
        if let Some(written) = name.keyspace.as_deref().filter(|written| *written != self.keyspace) {
            return Err(invalid(format!(
                "Statement on keyspace {} cannot refer to a user type in keyspace {written}; user types can only be used \
                 in the keyspace they are defined in",
                self.keyspace
            )));
        }
        let Some(keyspace) = self.scope.keyspace(self.keyspace) else {
            return Err(invalid(format!("Keyspace {} doesn't exist", self.keyspace)));
        };
        let Some(definition) = keyspace.types.get(&name.name) else {
            return Err(invalid(format!("Unknown type {}.{}", self.keyspace, name.name)));
        };
        Ok(CqlType::Udt { definition: Arc::clone(definition), frozen })
    }
}

/// Whether a duration is anywhere in the type (`AbstractType.referencesDuration`).
pub(super) fn references_duration(ty: &CqlType) -> bool {
    any(ty, &|inner| *inner == CqlType::Duration)
}

/// Whether the type uses the user-defined type, also inside others.
pub(super) fn references(ty: &CqlType, keyspace: &str, name: &str) -> bool {
    any(
        ty,
        &|inner| matches!(inner, CqlType::Udt { definition, .. } if definition.keyspace == keyspace && definition.name == name),
    )
}

/// The types directly inside a type.
pub(super) fn inner(ty: &CqlType) -> Vec<&CqlType> {
    match ty {
        CqlType::List { element, .. } | CqlType::Set { element, .. } | CqlType::Vector { element, .. } => vec![element],
        CqlType::Map { key, value, .. } => vec![key, value],
        CqlType::Tuple(types) => types.iter().collect(),
        CqlType::Udt { definition, .. } => definition.fields.iter().map(|(_, ty)| ty).collect(),
        _ => Vec::new(),
    }
}

fn any(ty: &CqlType, test: &dyn Fn(&CqlType) -> bool) -> bool {
    test(ty) || inner(ty).into_iter().any(|inner| any(inner, test))
}

/// Equality that disregards freezing.
pub(super) fn same(left: &CqlType, right: &CqlType) -> bool {
    left == right || freeze(left) == freeze(right)
}

/// The type with everything in it frozen (`AbstractType.freeze`).
pub(super) fn freeze(ty: &CqlType) -> CqlType {
    let frozen = true;
    match ty {
        CqlType::List { element, .. } => CqlType::List { element: Arc::new(freeze(element)), frozen },
        CqlType::Set { element, .. } => CqlType::Set { element: Arc::new(freeze(element)), frozen },
        CqlType::Map { key, value, .. } => {
            CqlType::Map { key: Arc::new(freeze(key)), value: Arc::new(freeze(value)), frozen }
        }
        CqlType::Tuple(types) => CqlType::Tuple(types.iter().map(freeze).collect()),
        CqlType::Vector { element, dimensions } => {
            CqlType::Vector { element: Arc::new(freeze(element)), dimensions: *dimensions }
        }
        CqlType::Udt { definition, .. } => {
            let UserType { keyspace, name, fields } = &**definition;
            let fields = fields.iter().map(|(field, ty)| (field.clone(), freeze(ty))).collect();
            let definition = UserType { keyspace: keyspace.clone(), name: name.clone(), fields };
            CqlType::Udt { definition: Arc::new(definition), frozen }
        }
        scalar => scalar.clone(),
    }
}
