//! Types as `[option]`s of the metadata (`native_protocol_v4.spec`, section 4.2.5.2).
//!
//! What a version does not know is sent under the name of Cassandra's class, as Cassandra does
//! (`transport/DataType.java`).

use quorate_cql::types::{CqlType, UserType};

use crate::codec::{put_short, put_short_count, put_string};
use crate::frame::Version;

const CUSTOM: u16 = 0x0000;
const MARSHAL: &str = "org.apache.cassandra.db.marshal.";

/// Writes a type.
pub(crate) fn put_type(out: &mut Vec<u8>, ty: &CqlType, version: Version) {
    if let Some(id) = scalar(ty, version) {
        return put_short(out, id);
    }
    match ty {
        CqlType::List { element, .. } => {
            put_short(out, 0x0020);
            put_type(out, element, version);
        }
        CqlType::Map { key, value, .. } => {
            put_short(out, 0x0021);
            put_type(out, key, version);
            put_type(out, value, version);
        }
        CqlType::Set { element, .. } => {
            put_short(out, 0x0022);
            put_type(out, element, version);
        }
        CqlType::Udt { definition, .. } => put_user_type(out, definition, version),
        CqlType::Tuple(parts) => {
            put_short(out, 0x0031);
            put_short_count(out, parts.len());
            for part in parts.iter() {
                put_type(out, part, version);
            }
        }
        other => {
            put_short(out, CUSTOM);
            put_string(out, &class_name(other, false));
        }
    }
}

fn put_user_type(out: &mut Vec<u8>, definition: &UserType, version: Version) {
    put_short(out, 0x0030);
    put_string(out, &definition.keyspace);
    put_string(out, &definition.name);
    put_short_count(out, definition.fields.len());
    for (name, ty) in &definition.fields {
        put_string(out, name);
        put_type(out, ty, version);
    }
}

/// The number of a scalar type that the version knows.
fn scalar(ty: &CqlType, version: Version) -> Option<u16> {
    Some(match ty {
        CqlType::Ascii => 0x0001,
        CqlType::Bigint => 0x0002,
        CqlType::Blob => 0x0003,
        CqlType::Boolean => 0x0004,
        CqlType::Counter => 0x0005,
        CqlType::Decimal => 0x0006,
        CqlType::Double => 0x0007,
        CqlType::Float => 0x0008,
        CqlType::Int => 0x0009,
        CqlType::Timestamp => 0x000B,
        CqlType::Uuid => 0x000C,
        CqlType::Text => 0x000D,
        CqlType::Varint => 0x000E,
        CqlType::Timeuuid => 0x000F,
        CqlType::Inet => 0x0010,
        CqlType::Date if version >= Version::V4 => 0x0011,
        CqlType::Time if version >= Version::V4 => 0x0012,
        CqlType::Smallint if version >= Version::V4 => 0x0013,
        CqlType::Tinyint if version >= Version::V4 => 0x0014,
        _ => return None,
    })
}

/// The class of a type with its parameters, as `AbstractType.toString` gives it.
fn class_name(ty: &CqlType, inside_frozen: bool) -> String {
    let frozen = !inside_frozen && !ty.is_multi_cell();
    let inner = |ty: &CqlType| class_name(ty, inside_frozen || frozen);
    let (name, freezes) = match ty {
        CqlType::List { element, .. } => (format!("{MARSHAL}ListType({})", inner(element)), true),
        CqlType::Set { element, .. } => (format!("{MARSHAL}SetType({})", inner(element)), true),
        CqlType::Map { key, value, .. } => (format!("{MARSHAL}MapType({},{})", inner(key), inner(value)), true),
        CqlType::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| class_name(part, true)).collect();
            (format!("{MARSHAL}TupleType({})", parts.join(",")), false)
        }
        CqlType::Udt { definition, .. } => (user_type_class(definition, inside_frozen || frozen), true),
        CqlType::Vector { element, dimensions } => {
            (format!("{MARSHAL}VectorType({} , {dimensions})", class_name(element, inside_frozen)), false)
        }
        scalar => (format!("{MARSHAL}{}", scalar_class(scalar)), false),
    };
    if frozen && freezes { format!("{MARSHAL}FrozenType({name})") } else { name }
}

fn user_type_class(definition: &UserType, inside_frozen: bool) -> String {
    let fields = definition.fields.iter();
    let fields: Vec<String> =
        fields.map(|(name, ty)| format!(",{}:{}", hexadecimal(name), class_name(ty, inside_frozen))).collect();
    format!("{MARSHAL}UserType({},{}{})", definition.keyspace, hexadecimal(&definition.name), fields.concat())
}

fn hexadecimal(text: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

fn scalar_class(ty: &CqlType) -> &'static str {
    match ty {
        CqlType::Ascii => "AsciiType",
        CqlType::Bigint => "LongType",
        CqlType::Blob => "BytesType",
        CqlType::Boolean => "BooleanType",
        CqlType::Counter => "CounterColumnType",
        CqlType::Date => "SimpleDateType",
        CqlType::Decimal => "DecimalType",
        CqlType::Double => "DoubleType",
        CqlType::Duration => "DurationType",
        CqlType::Float => "FloatType",
        CqlType::Inet => "InetAddressType",
        CqlType::Int => "Int32Type",
        CqlType::Smallint => "ShortType",
        CqlType::Time => "TimeType",
        CqlType::Timestamp => "TimestampType",
        CqlType::Timeuuid => "TimeUUIDType",
        CqlType::Tinyint => "ByteType",
        CqlType::Uuid => "UUIDType",
        CqlType::Varint => "IntegerType",
        _ => "UTF8Type",
    }
}

#[cfg(test)]
mod tests;
