//! CQL's types: what a column can hold, as a tree.
//!
//! A type says nothing about values by itself: `codec` turns values into bytes and back,
//! `order` compares and makes byte-ordered keys, `literal` reads literals.

use std::sync::Arc;

mod display;

/// A CQL type. Collections and UDTs carry whether they are frozen; inside a frozen type
/// everything is frozen, whatever the flag of the inner type says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CqlType {
    /// US-ASCII text.
    Ascii,
    /// 64-bit signed integer.
    Bigint,
    /// Bytes.
    Blob,
    /// True or false.
    Boolean,
    /// 64-bit distributed counter.
    Counter,
    /// Days since 1970-01-01, stored unsigned with the epoch at 2^31.
    Date,
    /// Unscaled integer and scale.
    Decimal,
    /// IEEE 754 binary64.
    Double,
    /// Months, days, nanoseconds.
    Duration,
    /// IEEE 754 binary32.
    Float,
    /// IPv4 or IPv6 address.
    Inet,
    /// 32-bit signed integer.
    Int,
    /// 16-bit signed integer.
    Smallint,
    /// UTF-8 text (`varchar` is the same type).
    Text,
    /// Nanoseconds since midnight.
    Time,
    /// Milliseconds since 1970-01-01T00:00Z.
    Timestamp,
    /// Version 1 UUID, ordered by time.
    Timeuuid,
    /// 8-bit signed integer.
    Tinyint,
    /// Any UUID.
    Uuid,
    /// Arbitrary-precision integer.
    Varint,
    /// Ordered elements.
    List {
        /// Element type.
        element: Arc<CqlType>,
        /// One cell rather than a cell per element.
        frozen: bool,
    },
    /// Distinct elements in their type's order.
    Set {
        /// Element type.
        element: Arc<CqlType>,
        /// One cell rather than a cell per element.
        frozen: bool,
    },
    /// Entries in their keys' order.
    Map {
        /// Key type.
        key: Arc<CqlType>,
        /// Value type.
        value: Arc<CqlType>,
        /// One cell rather than a cell per entry.
        frozen: bool,
    },
    /// Fixed sequence; always frozen.
    Tuple(Arc<[CqlType]>),
    /// A user-defined type.
    Udt {
        /// Its definition.
        definition: Arc<UserType>,
        /// One cell rather than a cell per field.
        frozen: bool,
    },
    /// Fixed number of elements, as a value.
    Vector {
        /// Element type.
        element: Arc<CqlType>,
        /// Number of elements, 1..=8192 (`vector_type_dimensions` guardrail aside).
        dimensions: u32,
    },
}

/// A user-defined type: named fields in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserType {
    /// The keyspace that owns it.
    pub keyspace: String,
    /// Its name.
    pub name: String,
    /// Field names and types, in declared order.
    pub fields: Vec<(String, CqlType)>,
}

impl CqlType {
    /// Whether values span several cells (a non-frozen collection or UDT).
    pub fn is_multi_cell(&self) -> bool {
        matches!(
            self,
            Self::List { frozen: false, .. }
                | Self::Set { frozen: false, .. }
                | Self::Map { frozen: false, .. }
                | Self::Udt { frozen: false, .. }
        )
    }
}
