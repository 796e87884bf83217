//! Whether a value of one type may be put where another is expected
//! (`AbstractType.testAssignment`, `isValueCompatibleWith`).

use crate::literal::Fit;
use crate::types::CqlType;

/// How well a value of type `from` fits where `to` is expected. Frozen or not makes no difference.
pub fn assignable(from: &CqlType, to: &CqlType) -> Fit {
    if same(from, to) {
        return Fit::Exact;
    }
    if readable(from, to) { Fit::Weak } else { Fit::Not }
}

/// Whether bytes of a type can be read as another.
fn readable(from: &CqlType, to: &CqlType) -> bool {
    match (to, from) {
        (CqlType::Blob, _)
        | (CqlType::Text, CqlType::Ascii)
        | (CqlType::Bigint, CqlType::Timestamp)
        | (CqlType::Time | CqlType::Timestamp, CqlType::Bigint)
        | (CqlType::Varint, CqlType::Int | CqlType::Bigint | CqlType::Timestamp)
        | (CqlType::Date, CqlType::Int)
        | (CqlType::Uuid, CqlType::Timeuuid) => true,
        (CqlType::List { element: to, .. }, CqlType::List { element: from, .. })
        | (CqlType::Set { element: to, .. }, CqlType::Set { element: from, .. }) => {
            same(from, to) || readable(from, to)
        }
        (CqlType::Map { key: to_key, value: to, .. }, CqlType::Map { key: from_key, value: from, .. }) => {
            same(from_key, to_key) && (same(from, to) || readable(from, to))
        }
        (CqlType::Tuple(to), CqlType::Tuple(from)) => {
            from.len() <= to.len() && from.iter().zip(to.iter()).all(|(from, to)| same(from, to) || readable(from, to))
        }
        _ => false,
    }
}

/// Equal but for frozen.
fn same(left: &CqlType, right: &CqlType) -> bool {
    match (left, right) {
        (CqlType::List { element: l, .. }, CqlType::List { element: r, .. })
        | (CqlType::Set { element: l, .. }, CqlType::Set { element: r, .. }) => same(l, r),
        (CqlType::Map { key: lk, value: lv, .. }, CqlType::Map { key: rk, value: rv, .. }) => {
            same(lk, rk) && same(lv, rv)
        }
        (CqlType::Tuple(l), CqlType::Tuple(r)) => l.len() == r.len() && l.iter().zip(r.iter()).all(|(l, r)| same(l, r)),
        (CqlType::Udt { definition: l, .. }, CqlType::Udt { definition: r, .. }) => {
            l.keyspace == r.keyspace && l.name == r.name
        }
        (CqlType::Vector { element: l, dimensions: ld }, CqlType::Vector { element: r, dimensions: rd }) => {
            ld == rd && same(l, r)
        }
        _ => left == right,
    }
}
