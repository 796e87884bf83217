//! Keys of the store: how a row's primary key becomes bytes whose order is Cassandra's.
//!
//! ```text
//! rows:  table number (4, BE) ‖ token (8, BE, sign flipped) ‖ partition key ‖ kind (1) ‖ clustering
//! index: index number (4, BE) ‖ length (LEB128) ‖ indexed value ‖ row key without table number
//! ```
//! Each partition key component is its length (LEB128) and its bytes as bound: partitions are
//! ordered by token, and two keys are the same partition only when their bytes are the same, as in
//! Cassandra (`db/DecoratedKey.java`). Clustering components are in the order of their types,
//! self-delimiting, complemented for `DESC`, so a slice of rows is a range of keys.
//!
//! Nothing here reads the store.

use quorate_cql::order;
use quorate_cql::schema::Column;
use quorate_cql::token;
use uuid::Uuid;

use crate::error::Error;
use crate::layout::TableLayout;
use crate::row::varint;

mod slice;

pub(crate) use slice::{Bound, ByteRange, melt, slices};

/// Bytes before the token.
const TABLE_BYTES: usize = 4;
/// Bytes before the partition key's components.
const TOKEN_END: usize = TABLE_BYTES + 8;

/// What a key of a partition stands for; the order is that in which they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The partition's deletion and range tombstones.
    Tombstones = 0,
    /// The static row.
    Static = 1,
    /// A row.
    Row = 2,
}

/// Appends the prefix of all of a table's keys.
pub(crate) fn push_table(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_be_bytes());
}

/// Appends a token so that keys sort from the lowest token.
pub(crate) fn push_token(token: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&(token.cast_unsigned() ^ (1 << 63)).to_be_bytes());
}

/// Appends table, token and partition key: what all keys of the partition begin with.
pub(crate) fn push_partition(number: u32, components: &[&[u8]], out: &mut Vec<u8>) {
    push_table(number, out);
    push_token(partition_token(components), out);
    for component in components {
        varint::push(component.len() as u64, out);
        out.extend_from_slice(component);
    }
}

/// The token within a key.
pub(crate) fn token_of(key: &[u8]) -> i64 {
    let token = key.get(TABLE_BYTES..).and_then(|rest| rest.first_chunk::<8>()).copied().unwrap_or_default();
    (u64::from_be_bytes(token) ^ (1 << 63)).cast_signed()
}

/// The token of a partition key.
pub(crate) fn partition_token(components: &[&[u8]]) -> i64 {
    if let [single] = components {
        return token::murmur3(single);
    }
    let mut serialised = Vec::with_capacity(64);
    token::push_partition_key(components, &mut serialised);
    token::murmur3(&serialised)
}

/// Appends the kind of key within its partition.
pub(crate) fn push_kind(kind: Kind, out: &mut Vec<u8>) {
    out.push(kind as u8);
}

/// Appends one clustering component; `place` counts clustering columns from 0.
pub(crate) fn push_clustering(layout: &TableLayout, place: usize, value: &[u8], out: &mut Vec<u8>) {
    order::encode_component(&layout.table.clustering()[place].ty, value, layout.is_descending(place), out);
}

/// A key of the `rows` space, taken apart without copying.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowKey<'a> {
    /// The whole key.
    pub(crate) bytes: &'a [u8],
    /// Length of table, token and partition key.
    pub(crate) partition_len: usize,
    /// What it stands for.
    pub(crate) kind: Kind,
}

impl<'a> RowKey<'a> {
    /// Takes a key apart; `components` is the number of partition key columns.
    pub(crate) fn parse(bytes: &'a [u8], components: usize) -> Result<Self, Error> {
        let mut rest = bytes.get(TOKEN_END..).ok_or_else(damaged)?;
        for _ in 0..components {
            split_component(&mut rest).ok_or_else(damaged)?;
        }
        let partition_len = bytes.len() - rest.len();
        let kind = match rest.first() {
            Some(0) => Kind::Tombstones,
            Some(1) => Kind::Static,
            Some(2) => Kind::Row,
            _ => return Err(damaged()),
        };
        Ok(Self { bytes, partition_len, kind })
    }

    /// Table, token and partition key.
    pub(crate) fn partition(&self) -> &'a [u8] {
        &self.bytes[..self.partition_len]
    }

    /// The partition key's components as they were bound.
    pub(crate) fn partition_components(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = &self.bytes[TOKEN_END..self.partition_len];
        std::iter::from_fn(move || if rest.is_empty() { None } else { split_component(&mut rest) })
    }

    /// The encoded clustering components.
    pub(crate) fn clustering(&self) -> &'a [u8] {
        &self.bytes[self.partition_len + 1..]
    }
}

/// Takes one clustering component off the front of `encoded` and decodes it.
///
/// For a type that is not lossless the row's `originals` hold the bytes that were bound.
pub(crate) fn decode_clustering(column: &Column, descending: bool, encoded: &mut &[u8]) -> Result<Vec<u8>, Error> {
    order::decode_component(&column.ty, descending, encoded).map_err(|_| damaged())
}

/// Appends the prefix of all of an index's entries: the store-local number at the head of its id.
pub(crate) fn push_index(index: &Uuid, out: &mut Vec<u8>) {
    out.extend_from_slice(&index.as_bytes()[..TABLE_BYTES]);
}

/// Appends the prefix of an index's entries for one value. What follows it in an entry's key is the
/// row's key after the table number.
pub(crate) fn push_index_value(index: &Uuid, value: &[u8], out: &mut Vec<u8>) {
    push_index(index, out);
    varint::push(value.len() as u64, out);
    out.extend_from_slice(value);
}

/// The least key greater than all keys that begin with `prefix`: increments it in place.
/// `false` when there is none (all bytes are 0xFF).
pub(crate) fn successor(prefix: &mut Vec<u8>) -> bool {
    while let Some(last) = prefix.last_mut() {
        if *last < u8::MAX {
            *last += 1;
            return true;
        }
        prefix.pop();
    }
    false
}

fn split_component<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(varint::take(rest)?).ok()?;
    let (component, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(component)
}

fn damaged() -> Error {
    Error::corrupt("a row's key")
}

#[cfg(test)]
mod tests;
