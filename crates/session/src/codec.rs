//! The value codec of both back ends, under names that do not mention the driver.
//!
//! Rust values become CQL values when statements are bound and rows become Rust values when they
//! are read, in the native protocol's serialisation. Types are checked against the statement, so
//! binding an `i32` to a `bigint` is an error rather than a wrong number.
//!
//! Structs derive the traits with `#[scylla(crate = quorate_session)]` beside the derive:
//!
//! ```
//! use quorate_session::{DeserializeRow, SerializeValue, DeserializeValue};
//!
//! #[derive(SerializeValue, DeserializeValue)]
//! #[scylla(crate = quorate_session)]
//! struct PersonName {
//!     first_name: String,
//!     last_name: String,
//! }
//!
//! #[derive(DeserializeRow)]
//! #[scylla(crate = quorate_session)]
//! struct Customer {
//!     name: PersonName,
//! }
//! ```

pub use bigdecimal::BigDecimal;
pub use scylla::deserialize::row::{ColumnIterator, DeserializeRow};
pub use scylla::deserialize::value::DeserializeValue;
pub use scylla::deserialize::{DeserializationError, FrameSlice, TypeCheckError};
pub use scylla::frame::response::result::{
    CollectionType, ColumnSpec, ColumnType, NativeType, TableSpec, UserDefinedType,
};
pub use scylla::frame::types::{Consistency, SerialConsistency};
pub use scylla::serialize::SerializationError;
pub use scylla::serialize::row::{RowSerializationContext, SerializeRow};
pub use scylla::serialize::value::SerializeValue;
pub use scylla::serialize::writers::{CellWriter, RowWriter, WrittenCellProof};
pub use scylla::value::{
    Counter, CqlDate, CqlDecimal, CqlDuration, CqlTime, CqlTimestamp, CqlTimeuuid, CqlValue, CqlVarint, MaybeUnset,
    Row, Unset,
};
pub use scylla::{DeserializeRow, DeserializeValue, SerializeRow, SerializeValue};
pub use uuid::Uuid;
