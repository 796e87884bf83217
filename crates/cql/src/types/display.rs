//! Types as Cassandra writes them in messages and in `system_schema` (`cql3/CQL3Type.java`).
//!
//! A frozen type says so at every level: `frozen<list<frozen<set<int>>>>`. Tuples are always
//! frozen; vectors are never said to be.

use std::fmt;

use super::CqlType;
use crate::keyword::quote_name;

impl fmt::Display for CqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, false, f)
    }
}

impl CqlType {
    /// The name of a scalar type; `None` for a composite one.
    pub fn scalar_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Ascii => "ascii",
            Self::Bigint => "bigint",
            Self::Blob => "blob",
            Self::Boolean => "boolean",
            Self::Counter => "counter",
            Self::Date => "date",
            Self::Decimal => "decimal",
            Self::Double => "double",
            Self::Duration => "duration",
            Self::Float => "float",
            Self::Inet => "inet",
            Self::Int => "int",
            Self::Smallint => "smallint",
            Self::Text => "text",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Timeuuid => "timeuuid",
            Self::Tinyint => "tinyint",
            Self::Uuid => "uuid",
            Self::Varint => "varint",
            _ => return None,
        })
    }
}

/// `inside_frozen`: the type stands inside a frozen one and is therefore frozen too.
fn write(ty: &CqlType, inside_frozen: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(name) = ty.scalar_name() {
        return f.write_str(name);
    }
    let frozen = match ty {
        CqlType::Tuple(_) => true,
        CqlType::Vector { .. } => false,
        _ => inside_frozen || !ty.is_multi_cell(),
    };
    if frozen {
        f.write_str("frozen<")?;
    }
    composite(ty, inside_frozen || !ty.is_multi_cell(), f)?;
    f.write_str(if frozen { ">" } else { "" })
}

fn composite(ty: &CqlType, frozen: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (name, parts): (&str, Vec<&CqlType>) = match ty {
        CqlType::List { element, .. } => ("list", vec![&**element]),
        CqlType::Set { element, .. } => ("set", vec![&**element]),
        CqlType::Map { key, value, .. } => ("map", vec![&**key, &**value]),
        CqlType::Tuple(types) => ("tuple", types.iter().collect()),
        CqlType::Vector { element, .. } => ("vector", vec![&**element]),
        CqlType::Udt { definition, .. } => return f.write_str(&quote_name(&definition.name)),
        _ => return Ok(()),
    };
    write!(f, "{name}<")?;
    for (index, part) in parts.into_iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write(part, frozen, f)?;
    }
    if let CqlType::Vector { dimensions, .. } = ty {
        write!(f, ", {dimensions}")?;
    }
    f.write_str(">")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
