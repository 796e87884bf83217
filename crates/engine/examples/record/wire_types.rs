//! Reads the body of a response: results with their column types.
//!
//! The protocol does not say what is frozen, so nothing is. Version 4 has no numbers for durations and vectors;
//! it sends the name of their Java class instead.

use std::sync::Arc;

use quorate_cql::types::{CqlType, UserType};

use super::Failure;
use super::reply::Reply;

const HAS_GLOBAL_TABLE: i32 = 0x01;
const HAS_MORE_PAGES: i32 = 0x02;

/// A response's body, read from front to back.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: Vec<u8>,
    at: usize,
}

impl Body {
    /// A body to read.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, at: 0 }
    }

    /// Passes over so many bytes.
    pub(crate) fn skip(&mut self, count: usize) -> Result<(), Failure> {
        self.take(count).map(drop)
    }

    /// A `[short]`.
    pub(crate) fn short(&mut self) -> Result<u16, Failure> {
        let bytes = self.take(2)?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u16::from(*byte)))
    }

    /// An `[int]`.
    pub(crate) fn int(&mut self) -> Result<i32, Failure> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | i32::from(*byte)))
    }

    /// A `[string]`.
    pub(crate) fn text(&mut self) -> Result<String, Failure> {
        let length = usize::from(self.short()?);
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    /// The body of a RESULT.
    pub(crate) fn result(&mut self) -> Result<Reply, Failure> {
        match self.int()? {
            1 | 5 => Ok(Reply::Done),
            2 => self.rows(),
            kind => Err(Failure::Unexpected(format!("a result of kind {kind}"))),
        }
    }

    fn rows(&mut self) -> Result<Reply, Failure> {
        let flags = self.int()?;
        let width = self.int()?;
        let next = if flags & HAS_MORE_PAGES != 0 { self.bytes()? } else { None };
        let global = flags & HAS_GLOBAL_TABLE != 0;
        if global {
            self.text()?;
            self.text()?;
        }
        let mut columns = Vec::new();
        for _ in 0..width {
            if !global {
                self.text()?;
                self.text()?;
            }
            columns.push((self.text()?, self.column_type()?));
        }
        let count = self.int()?;
        let mut rows = Vec::new();
        for _ in 0..count {
            rows.push(columns.iter().map(|_| self.bytes()).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Reply::Rows { columns, rows, next })
    }

    fn column_type(&mut self) -> Result<CqlType, Failure> {
        Ok(match self.short()? {
            0x00 => {
                let class = self.text()?;
                class_type(&class).ok_or_else(|| Failure::Unexpected(format!("the type {class}")))?
            }
            0x01 => CqlType::Ascii,
            0x02 => CqlType::Bigint,
            0x03 => CqlType::Blob,
            0x04 => CqlType::Boolean,
            0x05 => CqlType::Counter,
            0x06 => CqlType::Decimal,
            0x07 => CqlType::Double,
            0x08 => CqlType::Float,
            0x09 => CqlType::Int,
            0x0B => CqlType::Timestamp,
            0x0C => CqlType::Uuid,
            0x0D => CqlType::Text,
            0x0E => CqlType::Varint,
            0x0F => CqlType::Timeuuid,
            0x10 => CqlType::Inet,
            0x11 => CqlType::Date,
            0x12 => CqlType::Time,
            0x13 => CqlType::Smallint,
            0x14 => CqlType::Tinyint,
            0x20 => CqlType::List { element: self.part()?, frozen: false },
            0x21 => CqlType::Map { key: self.part()?, value: self.part()?, frozen: false },
            0x22 => CqlType::Set { element: self.part()?, frozen: false },
            0x30 => CqlType::Udt { definition: Arc::new(self.user_type()?), frozen: false },
            0x31 => {
                let count = self.short()?;
                CqlType::Tuple((0..count).map(|_| self.column_type()).collect::<Result<_, _>>()?)
            }
            option => return Err(Failure::Unexpected(format!("the type option {option:#06x}"))),
        })
    }

    fn part(&mut self) -> Result<Arc<CqlType>, Failure> {
        self.column_type().map(Arc::new)
    }

    fn user_type(&mut self) -> Result<UserType, Failure> {
        let (keyspace, name) = (self.text()?, self.text()?);
        let count = self.short()?;
        let fields = (0..count).map(|_| Ok((self.text()?, self.column_type()?)));
        Ok(UserType { keyspace, name, fields: fields.collect::<Result<_, Failure>>()? })
    }

    /// A `[bytes]`; a negative length is null.
    fn bytes(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match usize::try_from(self.int()?) {
            Ok(length) => Ok(Some(self.take(length)?.to_vec())),
            Err(_) => Ok(None),
        }
    }

    fn take(&mut self, count: usize) -> Result<&[u8], Failure> {
        let end = self.at.saturating_add(count);
        let taken = self.bytes.get(self.at..end);
        self.at = end;
        taken.ok_or_else(|| Failure::Unexpected("a body that ends too early".to_owned()))
    }
}

/// The type behind a Java class of `org.apache.cassandra.db.marshal`, as far as version 4 sends classes.
fn class_type(class: &str) -> Option<CqlType> {
    let name = class.trim().strip_prefix("org.apache.cassandra.db.marshal.")?;
    if let Some(parameters) = name.strip_prefix("VectorType(").and_then(|rest| rest.strip_suffix(')')) {
        let (element, dimensions) = parameters.rsplit_once(',')?;
        let element = Arc::new(class_type(element)?);
        return Some(CqlType::Vector { element, dimensions: dimensions.trim().parse().ok()? });
    }
    Some(match name {
        "AsciiType" => CqlType::Ascii,
        "LongType" => CqlType::Bigint,
        "BytesType" => CqlType::Blob,
        "BooleanType" => CqlType::Boolean,
        "SimpleDateType" => CqlType::Date,
        "DecimalType" => CqlType::Decimal,
        "DoubleType" => CqlType::Double,
        "DurationType" => CqlType::Duration,
        "FloatType" => CqlType::Float,
        "InetAddressType" => CqlType::Inet,
        "Int32Type" => CqlType::Int,
        "ShortType" => CqlType::Smallint,
        "UTF8Type" => CqlType::Text,
        "TimeType" => CqlType::Time,
        "TimestampType" => CqlType::Timestamp,
        "TimeUUIDType" | "LegacyTimeUUIDType" => CqlType::Timeuuid,
        "ByteType" => CqlType::Tinyint,
        "UUIDType" => CqlType::Uuid,
        "IntegerType" => CqlType::Varint,
        _ => return None,
    })
}
