//! Collections, tuples and user-defined types: put together from parts and taken apart again,
//! without copying the parts (`serializers/CollectionSerializer.java`, `db/marshal/TupleType.java`).
//!
//! A collection is a 4-byte count and its elements, each after a 4-byte length; a tuple or UDT is
//! its fields, each after a 4-byte length of which −1 means null. Lengths beyond 31 bits cannot
//! arise: frames are far smaller.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::CodecError;
use super::vector::encode_vector;
use crate::order;
use crate::types::CqlType;

/// Serialises a list from its elements in order.
pub fn encode_list<T: AsRef<[u8]>>(parts: &[T]) -> Vec<u8> {
    let mut out = counted(parts.len(), parts.iter().map(|part| part.as_ref().len()).sum());
    for part in parts {
        push(Some(part.as_ref()), &mut out);
    }
    out
}

/// Serialises a set: elements in their type's order, of equal ones the first.
pub fn encode_set<T: AsRef<[u8]>>(element: &CqlType, mut parts: Vec<T>) -> Vec<u8> {
    parts.sort_by(|left, right| order::compare(element, left.as_ref(), right.as_ref()));
    parts.dedup_by(|next, first| order::compare(element, next.as_ref(), first.as_ref()) == Ordering::Equal);
    encode_list(&parts)
}

/// Serialises a map: entries in their keys' order, of equal keys the first key with the last value.
pub fn encode_map<T: AsRef<[u8]>>(key: &CqlType, mut parts: Vec<(T, T)>) -> Vec<u8> {
    parts.sort_by(|(left, _), (right, _)| order::compare(key, left.as_ref(), right.as_ref()));
    parts.dedup_by(|(next, value), (first, kept)| {
        let equal = order::compare(key, next.as_ref(), first.as_ref()) == Ordering::Equal;
        if equal {
            std::mem::swap(value, kept);
        }
        equal
    });
    let size = parts.iter().map(|(key, value)| key.as_ref().len() + value.as_ref().len() + 4).sum();
    let mut out = counted(parts.len(), size);
    for (key, value) in &parts {
        push(Some(key.as_ref()), &mut out);
        push(Some(value.as_ref()), &mut out);
    }
    out
}

/// Serialises a tuple or UDT from its fields in order; missing trailing fields may be left out.
pub fn encode_tuple<T: AsRef<[u8]>>(parts: &[Option<T>]) -> Vec<u8> {
    let size = parts.iter().flatten().map(|part| part.as_ref().len()).sum::<usize>() + 4 * parts.len();
    let mut out = Vec::with_capacity(size);
    for part in parts {
        push(part.as_ref().map(AsRef::as_ref), &mut out);
    }
    out
}

/// Serialises a collection, tuple, vector or UDT from parts as `plan::Term::Composite` lists them:
/// a map's alternate key and value, a set's are unsorted, a UDT's are in field order. A scalar type
/// takes its first part as it is.
///
/// # Errors
/// A null part of a collection or vector, too many fields, another number of vector elements.
pub fn compose<T: AsRef<[u8]>>(ty: &CqlType, parts: &[Option<T>]) -> Result<Vec<u8>, CodecError> {
    match ty {
        CqlType::List { .. } => Ok(encode_list(&present(parts, CodecError::NullInCollection)?)),
        CqlType::Set { element, .. } => Ok(encode_set(element, present(parts, CodecError::NullInCollection)?)),
        CqlType::Map { key, .. } => {
            let mut parts = present(parts, CodecError::NullInCollection)?.into_iter();
            let mut pairs = Vec::with_capacity(parts.len() / 2);
            while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                pairs.push((key, value));
            }
            Ok(encode_map(key, pairs))
        }
        CqlType::Tuple(types) => compose_fields("Tuple", types.len(), parts),
        CqlType::Udt { definition, .. } => compose_fields("UDT", definition.fields.len(), parts),
        CqlType::Vector { element, dimensions } => {
            let parts = present(parts, CodecError::NullInVector)?;
            if u32::try_from(parts.len()) != Ok(*dimensions) {
                return Err(CodecError::Dimensions { expected: *dimensions, actual: parts.len() });
            }
            Ok(encode_vector(element, &parts))
        }
        _ => Ok(parts.iter().flatten().next().map(|part| part.as_ref().to_vec()).unwrap_or_default()),
    }
}

/// A bound set or map as Cassandra keeps it: sorted and without duplicates, whatever order the
/// client sent. Other values are as they are. Inner collections are not touched, as in Cassandra.
///
/// # Errors
/// Bytes that end before their elements do.
pub fn in_order<'a>(ty: &CqlType, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, CodecError> {
    let ascending = |key: &CqlType, left: &[u8], right: &[u8]| order::compare(key, left, right) == Ordering::Less;
    match ty {
        CqlType::Set { element, .. } => {
            let parts = elements(bytes).collect::<Result<Vec<_>, _>>()?;
            if parts.is_sorted_by(|left, right| ascending(element, left, right)) {
                return Ok(Cow::Borrowed(bytes));
            }
            Ok(Cow::Owned(encode_set(element, parts)))
        }
        CqlType::Map { key, .. } => {
            let parts = entries(bytes).collect::<Result<Vec<_>, _>>()?;
            if parts.is_sorted_by(|(left, _), (right, _)| ascending(key, left, right)) {
                return Ok(Cow::Borrowed(bytes));
            }
            Ok(Cow::Owned(encode_map(key, parts)))
        }
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

/// The elements of a serialised list or set. Its length is exact for well-formed bytes.
pub fn elements(bytes: &[u8]) -> Elements<'_> {
    let (left, rest) = count(bytes);
    Elements { left, rest }
}

/// The entries of a serialised map. Its length is exact for well-formed bytes.
pub fn entries(bytes: &[u8]) -> Entries<'_> {
    let (left, rest) = count(bytes);
    Entries { left, rest }
}

/// The fields of a serialised tuple or UDT; there may be fewer than the type has, the rest are null.
pub fn fields(bytes: &[u8]) -> Fields<'_> {
    Fields { rest: bytes }
}

/// Iterator over a list's or set's elements; ends with an error where the bytes do or at a null.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    left: usize,
    rest: &'a [u8],
}

/// Iterator over a map's keys and values; ends with an error where the bytes do or at a null.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    left: usize,
    rest: &'a [u8],
}

/// Iterator over a tuple's or UDT's fields; ends with an error where the bytes do.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// What follows the last element taken.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a [u8], CodecError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let taken = take_element(&mut self.rest);
        if taken.is_err() {
            self.left = 0;
        }
        Some(taken)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.min(self.rest.len() / 4), Some(self.left))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), CodecError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let taken = take_element(&mut self.rest).and_then(|key| take_element(&mut self.rest).map(|value| (key, value)));
        if taken.is_err() {
            self.left = 0;
        }
        Some(taken)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.min(self.rest.len() / 8), Some(self.left))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Option<&'a [u8]>, CodecError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = take(&mut self.rest).ok_or_else(|| CodecError::Truncated("tuple".to_owned()));
        if taken.is_err() {
            self.rest = &[];
        }
        Some(taken)
    }
}

/// Takes a length and what it counts; `Some(None)` for a negative length.
#[expect(clippy::option_option, reason = "cut short and null are different things")]
pub(super) fn take<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
        *rest = after;
        return Some(None);
    };
    let (value, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(Some(value))
}

/// Takes an element of a collection, which must not be null.
pub(super) fn take_element<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], CodecError> {
    match take(rest) {
        Some(Some(value)) => Ok(value),
        Some(None) => Err(CodecError::NullElement),
        None => Err(CodecError::Truncated("collection".to_owned())),
    }
}

/// The count at the head. Bytes too short for one hold no elements: only validated bytes get here.
pub(super) fn count(bytes: &[u8]) -> (usize, &[u8]) {
    match bytes.split_first_chunk::<4>() {
        Some((count, rest)) => (usize::try_from(i32::from_be_bytes(*count)).unwrap_or(0), rest),
        None => (0, &[]),
    }
}

fn counted(elements: usize, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(4 + bytes + 4 * elements);
    out.extend_from_slice(&length(elements).to_be_bytes());
    out
}

fn push(value: Option<&[u8]>, out: &mut Vec<u8>) {
    match value {
        Some(value) => {
            out.extend_from_slice(&length(value.len()).to_be_bytes());
            out.extend_from_slice(value);
        }
        None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
    }
}

fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

fn present<T: AsRef<[u8]>>(parts: &[Option<T>], error: CodecError) -> Result<Vec<&[u8]>, CodecError> {
    parts.iter().map(|part| part.as_ref().map(AsRef::as_ref)).collect::<Option<Vec<_>>>().ok_or(error)
}

fn compose_fields<T: AsRef<[u8]>>(
    what: &'static str,
    expected: usize,
    parts: &[Option<T>],
) -> Result<Vec<u8>, CodecError> {
    if parts.len() > expected {
        return Err(CodecError::TooManyFields { what, expected, actual: parts.len() });
    }
    Ok(encode_tuple(parts))
}
