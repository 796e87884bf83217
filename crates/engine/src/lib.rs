//! An embedded engine that executes CQL over a local store with Cassandra's semantics.
//!
//! `cql` says what a statement means; this crate does it: rows in a key-value store, timestamps
//! and tombstones, TTL, lightweight transactions, paging. It is synchronous and takes time and
//! randomness from its caller, so a run can be repeated exactly. It never answers a statement
//! approximately: what it does not implement is an error that names it.

mod answer;
mod catalog;
mod clock;
mod describe;
mod durability;
mod engine;
mod error;
mod filter;
#[cfg(test)]
mod fixture;
mod keys;
mod layout;
mod lock;
mod merge;
mod read;
mod row;
mod select;
mod shape;
mod statement;
mod store;
mod system;
mod term;
mod timestamp;
mod write;

pub use answer::{Answer, Rows, SchemaChanged, SchemaTarget};
pub use clock::Clock;
pub use engine::{Durability, Engine, Options};
pub use error::Error;
pub use quorate_cql::plan::{BatchKind, ColumnSpec, Prepared};
pub use quorate_cql::schema::Schema;
pub use statement::{Parameters, Statement, Value};
