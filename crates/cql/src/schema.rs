//! The schema as data: keyspaces, tables, columns, types, indexes.
//!
//! Analysis reads it, the engine's catalogue keeps it. A `Schema` is an immutable snapshot: a
//! change makes a new one, so that statements in flight keep the one they were analysed against.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::types::{CqlType, UserType};

/// All keyspaces at one version.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// By name.
    pub keyspaces: BTreeMap<String, Arc<Keyspace>>,
    /// Changes with every change of the schema (`system.local.schema_version`).
    pub version: Uuid,
}

/// A keyspace.
#[derive(Debug, Clone)]
pub struct Keyspace {
    /// Its name.
    pub name: String,
    /// `class` and the strategy's options, as `system_schema.keyspaces.replication` shows them.
    pub replication: BTreeMap<String, String>,
    /// Whether writes go through the commit log.
    pub durable_writes: bool,
    /// By name.
    pub tables: BTreeMap<String, Arc<Table>>,
    /// User-defined types by name.
    pub types: BTreeMap<String, Arc<UserType>>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The keyspace that owns it.
    pub keyspace: String,
    /// Its name.
    pub name: String,
    /// Unique over time: a table dropped and created again has another id.
    pub id: Uuid,
    /// In key order: partition key components first, then clustering columns, then statics and
    /// regulars, each alphabetically, as `SELECT *` answers them.
    pub columns: Vec<Column>,
    /// Number of partition key components at the head of `columns`.
    pub partition_key_len: usize,
    /// Number of clustering columns after them.
    pub clustering_len: usize,
    /// `WITH` options, validated and completed with defaults, by name; values as `system_schema.tables` shows them.
    pub options: TableOptions,
    /// Columns that were dropped, with when: a cell written at or before that time is invisible.
    pub dropped: BTreeMap<String, DroppedColumn>,
    /// Secondary indexes by name.
    pub indexes: BTreeMap<String, Index>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ColumnKind,
    /// What it holds.
    pub ty: CqlType,
    /// A number that is unique in the table for all time; rows on disk name columns by it.
    pub id: u32,
}

/// What part a column plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Component of the partition key.
    PartitionKey,
    /// Clustering column.
    Clustering {
        /// `CLUSTERING ORDER BY (… DESC)`.
        descending: bool,
    },
    /// One value per partition.
    Static,
    /// One value per row.
    Regular,
}

/// A column that `ALTER TABLE … DROP` removed.
#[derive(Debug, Clone)]
pub struct DroppedColumn {
    /// As it was.
    pub column: Column,
    /// Microseconds since 1970; cells at or before it are gone.
    pub dropped_at_micros: i64,
}

/// A table's options, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct TableOptions {
    /// Free text.
    pub comment: String,
    /// Seconds; 0 = none.
    pub default_time_to_live: i32,
    /// Seconds.
    pub gc_grace_seconds: i32,
    /// Every other option, as CQL would print it after `WITH`, by name (`compaction` → `{'class': …}`).
    pub other: BTreeMap<String, String>,
}

/// A secondary index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its name, unique in the keyspace.
    pub name: String,
    /// The indexed column.
    pub column: String,
    /// What of the column is indexed.
    pub target: IndexTarget,
    /// A number unique in the store, under which its entries are kept.
    pub id: Uuid,
}

/// What a secondary index covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexTarget {
    /// The value of a plain or frozen column.
    Value,
    /// Elements of a list or set, values of a map.
    Values,
    /// Keys of a map.
    Keys,
    /// Entries of a map.
    Entries,
    /// The whole frozen collection.
    Full,
}

impl Table {
    /// Partition key columns in order.
    pub fn partition_key(&self) -> &[Column] {
        &self.columns[..self.partition_key_len]
    }

    /// Clustering columns in order.
    pub fn clustering(&self) -> &[Column] {
        &self.columns[self.partition_key_len..self.partition_key_len + self.clustering_len]
    }

    /// Static and regular columns, statics first.
    pub fn values(&self) -> &[Column] {
        &self.columns[self.partition_key_len + self.clustering_len..]
    }

    /// Position of a column by name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether any column is a counter.
    pub fn is_counter(&self) -> bool {
        self.columns.iter().any(|column| column.ty == CqlType::Counter)
    }

    /// Whether any column is static.
    pub fn has_static(&self) -> bool {
        self.columns.iter().any(|column| column.kind == ColumnKind::Static)
    }
}
