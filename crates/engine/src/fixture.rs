//! For tests: tables built by hand, and a generator of pseudo-random numbers that repeats itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::schema::{Column, ColumnKind, Table, TableOptions};
use quorate_cql::types::CqlType;
use uuid::Uuid;

/// xorshift64*.
pub(crate) struct Generator(u64);

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to `limit`, exclusive.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 16) % limit
    }

    pub(crate) fn byte(&mut self, limit: u8) -> u8 {
        u8::try_from(self.below(u64::from(limit))).unwrap()
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// A table `ks.t`; columns get their positions as ids.
pub(crate) fn table(columns: &[(&str, ColumnKind, CqlType)]) -> Table {
    let count = |wanted: fn(&ColumnKind) -> bool| columns.iter().filter(|(_, kind, _)| wanted(kind)).count();
    Table {
        keyspace: "ks".to_owned(),
        name: "t".to_owned(),
        id: Uuid::from_u128(0x0000_0400 << 96),
        columns: columns
            .iter()
            .zip(0..)
            .map(|((name, kind, ty), id)| Column { name: (*name).to_owned(), kind: *kind, ty: ty.clone(), id })
            .collect(),
        partition_key_len: count(|kind| matches!(kind, ColumnKind::PartitionKey)),
        clustering_len: count(|kind| matches!(kind, ColumnKind::Clustering { .. })),
        options: TableOptions {
            comment: String::new(),
            default_time_to_live: 0,
            gc_grace_seconds: 864_000,
            other: BTreeMap::new(),
        },
        dropped: BTreeMap::new(),
        indexes: BTreeMap::new(),
    }
}

/// `map<int, blob>`, not frozen.
pub(crate) fn map_of_int_to_blob() -> CqlType {
    CqlType::Map { key: Arc::new(CqlType::Int), value: Arc::new(CqlType::Blob), frozen: false }
}
