//! What can be wrong with a value's bytes, in the words of Cassandra's serializers.

use thiserror::Error;

/// A value's bytes do not fit its type. The client sent them: the remedy is always to send others.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// A fixed-size scalar has another size (`Int32Serializer.java` and its siblings).
    #[error("Expected {expected} ({actual})")]
    Length {
        /// What the type's serializer asks for.
        expected: &'static str,
        /// Bytes received.
        actual: usize,
    },
    /// A UUID of neither 16 nor 0 bytes (`UUIDSerializer.java`).
    #[error("UUID should be 16 or 0 bytes ({0})")]
    UuidLength(usize),
    /// A timeuuid of another version than 1. Cassandra prints the high half of the first byte
    /// rather than the version (`utils/TimeUUID.java`).
    #[error("Invalid version for TimeUUID type: 0x{0:x}")]
    UuidVersion(u8),
    /// A byte above 127 in ascii, printed signed (`AsciiSerializer.java`).
    #[error("Invalid byte for ascii: {0}")]
    Ascii(i8),
    /// Text that is not UTF-8 (`UTF8Serializer.java`).
    #[error("String didn't validate.")]
    Utf8,
    /// An address of neither 4, 16 nor 0 bytes; the bytes in hexadecimal (`InetAddressSerializer.java`).
    #[error("Expected 4 or 16 byte inetaddress; got {0}")]
    Inet(String),
    /// A duration's months or days beyond 32 bits (`DurationSerializer.java`).
    #[error("The duration {part} must be a 32 bits integer but was: {value}")]
    DurationRange {
        /// `months` or `days`.
        part: &'static str,
        /// What was sent.
        value: i64,
    },
    /// A duration with parts of both signs (`DurationSerializer.java`).
    #[error("The duration months, days and nanoseconds must be all of the same sign ({months}, {days}, {nanoseconds})")]
    DurationSigns {
        /// Months.
        months: i32,
        /// Days.
        days: i32,
        /// Nanoseconds.
        nanoseconds: i64,
    },
    /// A value ends before its contents do; names the type.
    #[error("Not enough bytes to read a {0}")]
    Truncated(String),
    /// Bytes follow a collection's last element.
    #[error("Unexpected extraneous bytes after {0} value")]
    Extraneous(&'static str),
    /// Bytes follow a vector's last element (`VectorType.java`).
    #[error("Unexpected {count} extraneous bytes after {ty} value")]
    ExtraneousVector {
        /// How many.
        count: usize,
        /// The vector's type.
        ty: String,
    },
    /// A null element in a serialised collection (`CollectionSerializer.java`).
    #[error("Null value read when not allowed")]
    NullElement,
    /// A null part of a collection being built (`cql3/Lists.java`).
    #[error("null is not supported inside collections")]
    NullInCollection,
    /// A null part of a vector being built (`cql3/Vectors.java`).
    #[error("null is not supported inside vectors")]
    NullInVector,
    /// A vector without bytes (`VectorType.java`).
    #[error("Invalid empty vector value")]
    EmptyVector,
    /// A vector with another number of elements (`VectorType.java`).
    #[error("Required {expected} elements, but saw {actual}")]
    Dimensions {
        /// The type's.
        expected: u32,
        /// The value's.
        actual: usize,
    },
    /// A tuple's component is cut short (`TupleSerializer.java`).
    #[error("Not enough bytes to read {}{index}th component", part(*size))]
    TupleTruncated {
        /// Position of the component.
        index: usize,
        /// Its size could not be read, rather than its contents.
        size: bool,
    },
    /// A UDT's field is cut short (`UserTypeSerializer.java`).
    #[error("Not enough bytes to read {}{index}th field {name}", part(*size))]
    FieldTruncated {
        /// Position of the field.
        index: usize,
        /// Its name.
        name: String,
        /// Its size could not be read, rather than its contents.
        size: bool,
    },
    /// A UDT's field holds something invalid (`UserTypeSerializer.java`).
    #[error("Failure validating the {index}th field {name}; {source}")]
    Field {
        /// Position of the field.
        index: usize,
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: Box<CodecError>,
    },
    /// Bytes follow a tuple's or UDT's last field.
    #[error("Invalid remaining data after end of {0} value")]
    Remaining(&'static str),
    /// More parts than the type has fields (`cql3/Tuples.java`, `cql3/UserTypes.java`).
    #[error("{what} value contained too many fields (expected {expected}, got {actual})")]
    TooManyFields {
        /// `Tuple` or `UDT`.
        what: &'static str,
        /// The type's.
        expected: usize,
        /// The value's.
        actual: usize,
    },
}

fn part(size: bool) -> &'static str {
    if size { "size of " } else { "" }
}
