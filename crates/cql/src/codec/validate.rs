//! Whether bytes are a value of a type, as Cassandra's serializers decide it when a value is bound.

use super::collection::{self, elements};
use super::error::CodecError;
use super::scalar::Duration;
use super::vector::{fixed_size, vector_elements};
use super::vint;
use crate::types::{CqlType, UserType};

/// Checks that the bytes are a value of the type.
///
/// Text must be UTF-8 as Rust knows it; Cassandra also lets unpaired surrogates through.
///
/// # Errors
/// Says what is wrong in Cassandra's words.
pub fn validate(ty: &CqlType, bytes: &[u8]) -> Result<(), CodecError> {
    match ty {
        CqlType::Ascii => ascii(bytes),
        CqlType::Text => std::str::from_utf8(bytes).map(drop).or(Err(CodecError::Utf8)),
        CqlType::Blob | CqlType::Varint => Ok(()),
        CqlType::Inet => inet(bytes),
        CqlType::Uuid => uuid(bytes),
        CqlType::Timeuuid => timeuuid(bytes),
        CqlType::Decimal if bytes.is_empty() || bytes.len() >= 4 => Ok(()),
        CqlType::Decimal => length(bytes, "0 or at least 4 bytes"),
        CqlType::Duration => duration(bytes),
        CqlType::Bigint | CqlType::Counter => sized(bytes, &[8, 0], "8 or 0 byte long"),
        CqlType::Boolean => sized(bytes, &[1, 0], "1 or 0 byte value"),
        CqlType::Date => sized(bytes, &[4], "4 byte long for date"),
        CqlType::Double => sized(bytes, &[8, 0], "8 or 0 byte value for a double"),
        CqlType::Float => sized(bytes, &[4, 0], "4 or 0 byte value for a float"),
        CqlType::Int => sized(bytes, &[4, 0], "4 or 0 byte int"),
        CqlType::Smallint => sized(bytes, &[2], "2 bytes for a smallint"),
        CqlType::Time => sized(bytes, &[8], "8 byte long for time"),
        CqlType::Timestamp => sized(bytes, &[8, 0], "8 or 0 byte long for date"),
        CqlType::Tinyint => sized(bytes, &[1], "1 byte for a tinyint"),
        CqlType::List { element, .. } => list_or_set("list", element, bytes),
        CqlType::Set { element, .. } => list_or_set("set", element, bytes),
        CqlType::Map { key, value, .. } => map(key, value, bytes),
        CqlType::Tuple(types) => tuple(types, bytes),
        CqlType::Udt { definition, .. } => udt(definition, bytes),
        CqlType::Vector { element, dimensions } => vector(ty, element, *dimensions, bytes),
    }
}

fn sized(bytes: &[u8], sizes: &[usize], expected: &'static str) -> Result<(), CodecError> {
    if sizes.contains(&bytes.len()) { Ok(()) } else { length(bytes, expected) }
}

fn length(bytes: &[u8], expected: &'static str) -> Result<(), CodecError> {
    Err(CodecError::Length { expected, actual: bytes.len() })
}

fn ascii(bytes: &[u8]) -> Result<(), CodecError> {
    match bytes.iter().find(|byte| !byte.is_ascii()) {
        Some(byte) => Err(CodecError::Ascii(byte.cast_signed())),
        None => Ok(()),
    }
}

fn inet(bytes: &[u8]) -> Result<(), CodecError> {
    if matches!(bytes.len(), 0 | 4 | 16) {
        return Ok(());
    }
    Err(CodecError::Inet(crate::literal::hex(bytes)))
}

fn uuid(bytes: &[u8]) -> Result<(), CodecError> {
    if matches!(bytes.len(), 0 | 16) { Ok(()) } else { Err(CodecError::UuidLength(bytes.len())) }
}

fn timeuuid(bytes: &[u8]) -> Result<(), CodecError> {
    uuid(bytes)?;
    match bytes {
        [first, _, _, _, _, _, version, ..] if version & 0xf0 != 0x10 => Err(CodecError::UuidVersion(first >> 4)),
        _ => Ok(()),
    }
}

fn duration(bytes: &[u8]) -> Result<(), CodecError> {
    if bytes.len() < 3 {
        return length(bytes, "at least 3 bytes for a duration");
    }
    let mut rest = bytes;
    let mut part = || vint::read_signed(&mut rest).ok_or_else(|| truncated("duration"));
    let (months, days, nanoseconds) = (part()?, part()?, part()?);
    let narrow = |part, value| i32::try_from(value).or(Err(CodecError::DurationRange { part, value }));
    let Duration { months, days, nanoseconds } =
        Duration { months: narrow("months", months)?, days: narrow("days", days)?, nanoseconds };
    let same_sign = (months >= 0 && days >= 0 && nanoseconds >= 0) || (months <= 0 && days <= 0 && nanoseconds <= 0);
    if same_sign { Ok(()) } else { Err(CodecError::DurationSigns { months, days, nanoseconds }) }
}

fn list_or_set(what: &'static str, element: &CqlType, bytes: &[u8]) -> Result<(), CodecError> {
    if bytes.len() < 4 {
        return Err(truncated(what));
    }
    let mut values = elements(bytes);
    for value in values.by_ref() {
        validate(element, value.map_err(|error| named(error, what))?)?;
    }
    consumed(what, values.rest())
}

fn map(key: &CqlType, value: &CqlType, bytes: &[u8]) -> Result<(), CodecError> {
    if bytes.len() < 4 {
        return Err(truncated("map"));
    }
    let (count, mut rest) = collection::count(bytes);
    for _ in 0..count {
        for ty in [key, value] {
            let part = collection::take_element(&mut rest).map_err(|error| named(error, "map"))?;
            validate(ty, part)?;
        }
    }
    consumed("map", rest)
}

fn tuple(types: &[CqlType], mut bytes: &[u8]) -> Result<(), CodecError> {
    for (index, ty) in types.iter().enumerate() {
        if bytes.is_empty() {
            return Ok(());
        }
        let size = bytes.len() < 4;
        let field = collection::take(&mut bytes).ok_or(CodecError::TupleTruncated { index, size })?;
        if let Some(field) = field {
            validate(ty, field)?;
        }
    }
    if bytes.is_empty() { Ok(()) } else { Err(CodecError::Remaining("tuple")) }
}

fn udt(definition: &UserType, mut bytes: &[u8]) -> Result<(), CodecError> {
    for (index, (name, ty)) in definition.fields.iter().enumerate() {
        if bytes.is_empty() {
            return Ok(());
        }
        let size = bytes.len() < 4;
        let field = collection::take(&mut bytes).ok_or_else(|| CodecError::FieldTruncated {
            index,
            name: name.clone(),
            size,
        })?;
        if let Some(field) = field {
            validate(ty, field).map_err(|source| CodecError::Field {
                index,
                name: name.clone(),
                source: Box::new(source),
            })?;
        }
    }
    if bytes.is_empty() { Ok(()) } else { Err(CodecError::Remaining("UDT")) }
}

fn vector(ty: &CqlType, element: &CqlType, dimensions: u32, bytes: &[u8]) -> Result<(), CodecError> {
    if bytes.is_empty() {
        return Err(CodecError::EmptyVector);
    }
    let too_short = || CodecError::Truncated(ty.to_string());
    if fixed_size(ty).is_some_and(|size| bytes.len() < size) {
        return Err(too_short());
    }
    let mut values = vector_elements(element, bytes);
    for _ in 0..dimensions {
        let value = values.next().ok_or_else(too_short)?.map_err(|_| too_short())?;
        validate(element, value)?;
    }
    match values.left() {
        0 => Ok(()),
        count => Err(CodecError::ExtraneousVector { count, ty: ty.to_string() }),
    }
}

fn consumed(what: &'static str, rest: &[u8]) -> Result<(), CodecError> {
    if rest.is_empty() { Ok(()) } else { Err(CodecError::Extraneous(what)) }
}

fn truncated(what: &str) -> CodecError {
    CodecError::Truncated(what.to_owned())
}

/// A damaged element reported as of the collection that holds it.
fn named(error: CodecError, what: &'static str) -> CodecError {
    match error {
        CodecError::Truncated(_) => truncated(what),
        other => other,
    }
}
