//! Why a constant is no value of its type, in Cassandra's words.

use thiserror::Error;

/// A constant does not fit. The remedy is always to write another one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LiteralError {
    /// A kind of constant that the type does not take (`cql3/Constants.java`).
    #[error("Invalid {kind} constant ({text}) for \"{receiver}\" of type {ty}")]
    Kind {
        /// `STRING`, `INTEGER` and so on.
        kind: &'static str,
        /// The constant.
        text: String,
        /// The column or argument.
        receiver: String,
        /// Its type.
        ty: String,
    },
    /// Null for a counter (`cql3/Constants.java`).
    #[error("Invalid null value for counter increment/decrement")]
    NullCounter,
    /// Text that is no value of a scalar type (`fromString` of the types).
    #[error("Unable to make {what} from '{text}'")]
    Unable {
        /// What Cassandra calls the type.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Digits that are no date, time or timestamp (`SimpleDateSerializer.java` and its siblings).
    #[error("Unable to make {what} from: '{text}'")]
    UnableRaw {
        /// What Cassandra calls the type.
        what: &'static str,
        /// The digits.
        text: String,
    },
    /// Text that is no varint or decimal (`IntegerType.java`, `DecimalType.java`).
    #[error("unable to make {what} from '{text}'")]
    UnableNumber {
        /// `int` or `BigDecimal`.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Text that is no timeuuid (`AbstractTimeUUIDType.java`).
    #[error("Unknown timeuuid representation: {0}")]
    Timeuuid(String),
    /// A UUID of another version than 1 for a timeuuid (`AbstractTimeUUIDType.java`).
    #[error("TimeUUID supports only version 1 UUIDs")]
    TimeuuidVersion,
    /// Text beyond ASCII for an ascii (`AsciiType.java`).
    #[error(
        "Invalid ASCII character in string literal: java.nio.charset.UnmappableCharacterException: Input length = 1"
    )]
    NotAscii,
    /// Text that is no hexadecimal number of whole bytes (`BytesType.java`).
    #[error("cannot parse '{0}' as hex bytes")]
    Hex(String),
    /// Text that is no numeric address (`InetAddressType.java`).
    #[error("Unable to make inet address from '{0}'")]
    Inet(String),
    /// Text that is no timestamp (`TimestampSerializer.java`).
    #[error("Unable to parse a date/time from '{0}'")]
    Timestamp(String),
    /// Text that is no date (`SimpleDateSerializer.java`).
    #[error("Unable to coerce '{0}' to a formatted date (long)")]
    Date(String),
    /// A date outside what 32 bits of days hold (`SimpleDateSerializer.java`).
    #[error("Input date {text} is {relation} supported date {limit}")]
    DateRange {
        /// The date.
        text: String,
        /// `less than min` or `greater than max`.
        relation: &'static str,
        /// The first or last supported date.
        limit: &'static str,
    },
    /// Text that is no time of day (`TimeSerializer.java`).
    #[error("(TimeType) Unable to coerce '{0}' to a formatted time (long)")]
    Time(String),
    /// Text that is no duration (`cql3/Duration.java`).
    #[error("Unable to convert '{0}' to a duration")]
    Duration(String),
    /// Units of a duration out of order or repeated (`cql3/Duration.java`).
    #[error("Invalid duration. {0}")]
    DurationUnits(String),
    /// A constant for a collection, tuple, vector or user-defined type.
    #[error("Invalid constant ({text}) for type {ty}")]
    Composite {
        /// The constant.
        text: String,
        /// The type.
        ty: String,
    },
}
