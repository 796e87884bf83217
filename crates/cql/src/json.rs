//! Values as JSON and back, as Cassandra's `SELECT JSON`, `INSERT JSON`, `to_json` and `from_json` have it
//! (`toJSONString` and `fromJSONObject` of `db/marshal`).

mod error;

pub use error::JsonError;
