//! The order of values: compared as bytes, and turned into keys whose plain byte order is the same.
//!
//! `compare` decides as Cassandra's comparators do (`org/apache/cassandra/db/marshal`). A key
//! component ends where it says it ends, so components follow each other without lengths, and a
//! descending one is the bitwise complement; the idea is that of Cassandra's
//! `utils/bytecomparable/ByteComparable.md`, the bytes are our own and stay for ever, because
//! stores keep them. Values that compare equal have equal components even where their bytes
//! differ (`1.0` and `1.00`): such bytes must be kept elsewhere, see `is_canonical`.

mod component;
mod decimal;
mod number;
mod reader;

use std::cmp::Ordering;

pub use component::{decode_component, encode_component, is_canonical, is_lossless};
pub use reader::OrderError;

use crate::codec;
use crate::types::CqlType;

/// Compares two serialised values of a type as Cassandra would. Empty values come first.
///
/// The bytes must have been validated; of damaged ones any order may result. Durations have no
/// order of their own and compare as bytes (`DurationType.java`).
pub fn compare(ty: &CqlType, left: &[u8], right: &[u8]) -> Ordering {
    match ty {
        CqlType::Ascii
        | CqlType::Text
        | CqlType::Blob
        | CqlType::Inet
        | CqlType::Date
        | CqlType::Time
        | CqlType::Duration => left.cmp(right),
        _ if left.is_empty() || right.is_empty() => right.is_empty().cmp(&left.is_empty()),
        CqlType::Tinyint
        | CqlType::Smallint
        | CqlType::Int
        | CqlType::Bigint
        | CqlType::Counter
        | CqlType::Timestamp => number::compare_signed(left, right),
        CqlType::Boolean => codec::boolean(left).cmp(&codec::boolean(right)),
        CqlType::Uuid => number::uuid_key(left).cmp(&number::uuid_key(right)),
        CqlType::Timeuuid => number::timeuuid_key(left).cmp(&number::timeuuid_key(right)),
        CqlType::Float => number::float_key(left).cmp(&number::float_key(right)),
        CqlType::Double => number::double_key(left).cmp(&number::double_key(right)),
        CqlType::Varint => number::compare_varint(left, right),
        CqlType::Decimal => decimal::compare(left, right),
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            compare_all(codec::elements(left), codec::elements(right), |l, r| compare(element, l, r))
        }
        CqlType::Map { key, value, .. } => {
            compare_all(codec::entries(left), codec::entries(right), |(lk, lv), (rk, rv)| {
                compare(key, lk, rk).then_with(|| compare(value, lv, rv))
            })
        }
        CqlType::Vector { element, .. } => {
            compare_all(codec::vector_elements(element, left), codec::vector_elements(element, right), |l, r| {
                compare(element, l, r)
            })
        }
        CqlType::Tuple(types) => compare_fields(types.iter(), left, right),
        CqlType::Udt { definition, .. } => compare_fields(definition.fields.iter().map(|(_, ty)| ty), left, right),
    }
}

/// Element by element; of two that agree as far as the shorter goes, the shorter comes first.
fn compare_all<T, E>(
    left: impl Iterator<Item = Result<T, E>>,
    right: impl Iterator<Item = Result<T, E>>,
    by: impl Fn(T, T) -> Ordering,
) -> Ordering {
    let mut left = left.map_while(Result::ok);
    let mut right = right.map_while(Result::ok);
    loop {
        match (left.next(), right.next()) {
            (Some(l), Some(r)) => match by(l, r) {
                Ordering::Equal => {}
                other => return other,
            },
            (l, r) => return l.is_some().cmp(&r.is_some()),
        }
    }
}

/// Null comes before any value, and missing trailing fields are null (`TupleType.java`).
fn compare_fields<'a>(types: impl Iterator<Item = &'a CqlType>, left: &[u8], right: &[u8]) -> Ordering {
    let mut left = codec::fields(left).map_while(Result::ok);
    let mut right = codec::fields(right).map_while(Result::ok);
    for ty in types {
        let decided = match (left.next().flatten(), right.next().flatten()) {
            (Some(l), Some(r)) => compare(ty, l, r),
            (l, r) => l.is_some().cmp(&r.is_some()),
        };
        if decided.is_ne() {
            return decided;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests;
