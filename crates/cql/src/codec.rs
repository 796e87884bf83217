//! Values as bytes: the native protocol's serialisation, versions 4 and 5.
//!
//! One representation serves binding, storing and answering, so a value is never converted on the
//! way through. Checking bytes against a type answers Cassandra's own messages
//! (`org/apache/cassandra/serializers`). Nothing here knows columns, schemas or null as a whole
//! value: the absence of a value is the caller's `Option`.

mod collection;
mod error;
mod scalar;
mod validate;
mod vector;
mod vint;

pub use collection::{
    Elements, Entries, Fields, compose, elements, encode_list, encode_map, encode_set, encode_tuple, entries, fields,
    in_order,
};
pub use error::CodecError;
pub use scalar::{
    Duration, bigint, boolean, decimal, double, duration, encode_decimal, encode_duration, encode_varint, float, inet,
    int, smallint, text, tinyint, uuid, varint,
};
pub use validate::validate;
pub use vector::{VectorElements, encode_vector, fixed_size, vector_elements};

pub(crate) use scalar::minimal;

#[cfg(test)]
mod tests;
