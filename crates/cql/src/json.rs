//! Values as JSON and back, as `SELECT JSON`, `INSERT JSON`, `to_json` and `from_json` have them
//! (`toJSONString` and `fromJSONObject` of the types in `db/marshal`, `cql3/Json.java`).
//!
//! JSON has fewer types than CQL: what has no own notation is a string, map keys are always strings,
//! and numbers keep the distinctions that Cassandra's reader makes of them (32-bit, 64-bit, larger,
//! floating). Strings are read as values of any scalar type. Names are lower-case unless they carry
//! double quotes of their own.

mod error;
mod read;
mod syntax;
mod write;

pub use error::JsonError;
pub use read::{Member, from_json, row_from_json};
pub use syntax::Unreadable;
pub use write::{row_to_json, to_json};

#[cfg(test)]
mod tests;
