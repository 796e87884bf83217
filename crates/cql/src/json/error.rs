//! Why JSON text is no value, in Cassandra's words.

use super::syntax::Unreadable;
use thiserror::Error;

use crate::codec::CodecError;
use crate::literal::LiteralError;

/// JSON text that is no value of its type. The remedy is always to write other text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON.
    #[error("Could not decode JSON string '{text}': {reason}")]
    Syntax {
        /// The text.
        text: String,
        /// What is wrong and where.
        #[source]
        reason: Unreadable,
    },
    /// Not JSON inside a JSON string that should hold a collection.
    #[error("Error decoding JSON string: {0}")]
    Inner(#[source] Unreadable),
    /// JSON of another kind than the type takes.
    #[error("Expected {expected}, but got a {actual}: {text}")]
    Kind {
        /// What the type takes.
        expected: &'static str,
        /// What Cassandra calls the kind of JSON found.
        actual: &'static str,
        /// The JSON.
        text: String,
    },
    /// A string that is no blob (`BytesType.java`).
    #[error("Value '{text}' is not a valid blob representation: {reason}")]
    Blob {
        /// The string.
        text: String,
        /// Why.
        reason: String,
    },
    /// A number or string that is no varint or decimal.
    #[error("Value '{text}' is not a valid representation of a {ty} value")]
    Number {
        /// The JSON.
        text: String,
        /// The type.
        ty: &'static str,
    },
    /// A null where a collection has an element.
    #[error("Invalid null {0}")]
    Null(&'static str),
    /// A tuple with another number of elements.
    #[error("Tuple {what} (expected {expected}): {text}")]
    TupleLength {
        /// `contains extra items` or `is missing items`.
        what: &'static str,
        /// How many it has.
        expected: usize,
        /// The JSON.
        text: String,
    },
    /// A vector with another number of elements.
    #[error("List had incorrect size: expected {expected} but given {actual}; {text}")]
    VectorLength {
        /// The type's.
        expected: u32,
        /// The list's.
        actual: usize,
        /// The JSON.
        text: String,
    },
    /// A member that the user-defined type has no field for.
    #[error("Unknown field '{field}' in value of user defined type {ty}")]
    UnknownField {
        /// The member.
        field: String,
        /// The type.
        ty: String,
    },
    /// `INSERT JSON` of what is no JSON object.
    #[error("Could not decode JSON string as a map: {reason}. (String was: {text})")]
    Row {
        /// The text.
        text: String,
        /// What is wrong.
        reason: String,
    },
    /// `INSERT JSON` of what is no JSON.
    #[error("Could not decode JSON string as a map: {reason}. (String was: {text})")]
    RowSyntax {
        /// The text.
        text: String,
        /// What is wrong and where.
        #[source]
        reason: Unreadable,
    },
    /// `INSERT JSON` of `null`.
    #[error("Got null for INSERT JSON values")]
    NullRow,
    /// `INSERT JSON` names a column that the table or the statement does not have.
    #[error("JSON values map contains unrecognized column: {0}")]
    UnknownColumn(String),
    /// A column's member is no value of its type.
    #[error("Error decoding JSON value for {column}: {reason}")]
    Column {
        /// The column.
        column: String,
        /// Why.
        reason: Box<JsonError>,
    },
    /// A string that is no value of the type.
    #[error(transparent)]
    Literal(#[from] LiteralError),
    /// Parts that do not make a value.
    #[error(transparent)]
    Codec(#[from] CodecError),
}
