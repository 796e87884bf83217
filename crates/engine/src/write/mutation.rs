//! Mutations: what statements do to keys, independent of what is stored.
//!
//! A statement becomes mutations once its values are known; they are packed rows and tombstones in
//! one buffer, in the form in which they may be stored as they are. Mutations of one key commute,
//! so they are sorted by key and resolved in one pass.

use std::ops::Range;

/// A change of one key.
#[derive(Debug, Clone)]
pub(crate) struct Mutation {
    /// Which statement it comes from.
    pub(crate) origin: usize,
    /// Length of the partition's part of the key.
    pub(crate) partition_len: usize,
    /// Microseconds since 1970; nothing that it writes is later.
    pub(crate) timestamp: i64,
    /// What it leaves of the row as it is stored.
    pub(crate) scope: Scope,
    key: Range<usize>,
    value: Range<usize>,
}

/// What a mutation changes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The marker and every cell that the row may have: nothing earlier is left.
    Whole,
    /// Some of it.
    Part,
    /// It deletes the row.
    Deletion,
}

/// Mutations and their bytes.
#[derive(Debug, Default)]
pub(crate) struct Mutations {
    /// Keys and values, one after the other.
    buffer: Vec<u8>,
    list: Vec<Mutation>,
    latest: Option<i64>,
}

impl Mutations {
    /// Adds a mutation with its timestamp. `key` and `value` append to the buffer.
    pub(crate) fn push(
        &mut self,
        origin: usize,
        (scope, timestamp): (Scope, i64),
        partition: &[u8],
        rest_of_key: impl FnOnce(&mut Vec<u8>),
        value: impl FnOnce(&mut Vec<u8>),
    ) {
        let begin = self.buffer.len();
        self.buffer.extend_from_slice(partition);
        rest_of_key(&mut self.buffer);
        let middle = self.buffer.len();
        value(&mut self.buffer);
        let (key, value) = (begin..middle, middle..self.buffer.len());
        self.list.push(Mutation { origin, partition_len: partition.len(), timestamp, scope, key, value });
        self.latest = self.latest.max(Some(timestamp));
    }

    /// In key order; those of one key stay in the order in which they came.
    pub(crate) fn sort(&mut self) {
        let Self { buffer, list, .. } = self;
        let key = |mutation: &Mutation| &buffer[mutation.key.clone()];
        if !list.is_sorted_by_key(key) {
            list.sort_by(|left, right| key(left).cmp(key(right)));
        }
    }

    /// The greatest timestamp among them.
    pub(crate) fn latest(&self) -> Option<i64> {
        self.latest
    }

    pub(crate) fn list(&self) -> &[Mutation] {
        &self.list
    }

    pub(crate) fn key(&self, mutation: &Mutation) -> &[u8] {
        &self.buffer[mutation.key.clone()]
    }

    pub(crate) fn partition(&self, mutation: &Mutation) -> &[u8] {
        &self.key(mutation)[..mutation.partition_len]
    }

    pub(crate) fn value(&self, mutation: &Mutation) -> &[u8] {
        &self.buffer[mutation.value.clone()]
    }
}
