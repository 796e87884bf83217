//! Reading: from a statement's restrictions to rows, pulled one at a time.
//!
//! Three ways lead to rows: by partition key, by token range, by index. Each answers packed rows
//! with their partition's static row beside them and can go on after a given key, which is what
//! paging needs. What is live, what a filter says and how many rows are wanted is the caller's
//! business. Writes resolve, so nothing here merges.

use crate::error::Error;
use crate::keys::{self, Kind, RowKey};
use crate::layout::TableLayout;
use crate::store::{Slice, Snapshot, Space};

mod index;
pub(crate) mod paging;
mod partition;
pub(crate) mod record;
pub(crate) mod restrict;
mod scan;

use index::IndexReader;
use partition::PartitionReader;
use restrict::RowRange;
use scan::ScanReader;

/// What was found: a row, or that a partition's rows have ended.
pub(crate) struct Found {
    /// The row's key; at a partition's end the key of its static row.
    pub(crate) key: Slice,
    /// The packed row; `None` at the end of a partition that has a static row, whether rows came or not.
    pub(crate) row: Option<Slice>,
    /// The partition's packed static row, when the reader was asked for it.
    pub(crate) statics: Option<Slice>,
}

/// Where to read.
pub(crate) enum Access {
    /// These partitions (table, token and key each) in this order, these rows of each.
    Partitions {
        /// Prefixes of the partitions' keys.
        partitions: Vec<Vec<u8>>,
        /// Rows, in key order.
        rows: Vec<RowRange>,
        /// From the last row to the first.
        reversed: bool,
    },
    /// All partitions in a range of keys.
    Tokens {
        /// First key inside.
        start: Vec<u8>,
        /// First key outside.
        end: Option<Vec<u8>>,
        /// Rows, in key order; `None` for all.
        rows: Option<Vec<RowRange>>,
    },
    /// What an index names.
    Index {
        /// Prefix of the entries; what follows it in an entry's key is the key of a row or static row.
        prefix: Vec<u8>,
        /// Only rows of these partitions (prefixes in key order); `None` for all.
        partitions: Option<Vec<Vec<u8>>>,
        /// Only keys from here.
        start: Vec<u8>,
        /// Only keys before this.
        end: Option<Vec<u8>>,
        /// Rows, in key order; `None` for all.
        rows: Option<Vec<RowRange>>,
    },
}

impl Access {
    /// The partition that is read last, where partitions are named.
    pub(crate) fn last_partition(&self) -> Option<&[u8]> {
        match self {
            Self::Partitions { partitions, .. } | Self::Index { partitions: Some(partitions), .. } => {
                partitions.last().map(Vec::as_slice)
            }
            Self::Tokens { .. } | Self::Index { partitions: None, .. } => None,
        }
    }
}

/// Pulls rows.
#[expect(clippy::large_enum_variant, reason = "one reader per statement, on the stack")]
pub(crate) enum Reader<'s> {
    /// By partition.
    Partitions(PartitionReader<'s>),
    /// By token range.
    Tokens(ScanReader<'s>),
    /// By index.
    Index(IndexReader<'s>),
}

/// What all ways of reading share.
#[derive(Clone, Copy)]
pub(crate) struct Source<'s> {
    /// The moment that is read.
    pub(crate) snapshot: &'s Snapshot,
    /// The table.
    pub(crate) layout: &'s TableLayout,
    /// Whether static rows are wanted.
    pub(crate) statics: bool,
}

impl<'s> Reader<'s> {
    /// Begins; with `after`, behind that key.
    ///
    /// # Errors
    /// `PagingState` when `after` is no key that this access could have answered.
    pub(crate) fn new(source: Source<'s>, access: Access, after: Option<&[u8]>) -> Result<Self, Error> {
        if let Some(key) = after {
            source.parse(key).map_err(|_| Error::PagingState)?;
        }
        Ok(match access {
            Access::Partitions { partitions, rows, reversed } => {
                Self::Partitions(PartitionReader::new(source, partitions, rows, reversed, after)?)
            }
            Access::Tokens { start, end, rows } => Self::Tokens(ScanReader::new(source, start, end, rows, after)?),
            Access::Index { .. } => Self::Index(IndexReader::new(source, access, after)?),
        })
    }

    /// The next row or end of a partition.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, Error> {
        match self {
            Self::Partitions(reader) => reader.next(),
            Self::Tokens(reader) => reader.next(),
            Self::Index(reader) => reader.next(),
        }
    }

    /// Leaves the partition of the row found last.
    pub(crate) fn skip_partition(&mut self) {
        match self {
            Self::Partitions(reader) => reader.skip_partition(),
            Self::Tokens(reader) => reader.skip_partition(),
            Self::Index(reader) => reader.skip_partition(),
        }
    }
}

impl Source<'_> {
    /// Takes a key of the table apart.
    pub(crate) fn parse<'k>(&self, key: &'k [u8]) -> Result<RowKey<'k>, Error> {
        RowKey::parse(key, self.layout.table.partition_key_len)
    }

    /// The static row of a partition, with its key.
    fn static_row(&self, partition: &[u8]) -> Result<Option<(Slice, Slice)>, Error> {
        if !self.statics {
            return Ok(None);
        }
        let key = key_of(partition, Kind::Static, &[]);
        Ok(self.snapshot.get(Space::Rows, &key)?.map(|row| (Slice::from(key), row)))
    }
}

/// The key of a row.
pub(crate) fn key_of(partition: &[u8], kind: Kind, clustering: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(partition.len() + 1 + clustering.len());
    key.extend_from_slice(partition);
    keys::push_kind(kind, &mut key);
    key.extend_from_slice(clustering);
    key
}

/// The least key greater than `key`.
fn just_after(key: &[u8]) -> Vec<u8> {
    let mut after = Vec::with_capacity(key.len() + 1);
    after.extend_from_slice(key);
    after.push(0);
    after
}

/// The least key greater than every key with this prefix; `None` when there is none.
pub(crate) fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    keys::successor(&mut end).then_some(end)
}
