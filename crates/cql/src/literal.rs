//! Literals: scalar constants of statements as values, and values as CQL text.
//!
//! Which kind of constant fits which type is Cassandra's table (`cql3/Constants.java`); how text
//! becomes a date, a time or a duration is its serializers'. Collections are not literals here:
//! analysis builds them from terms. Nothing reads the clock: `'now'` as a timestamp, which
//! Cassandra accepts, is an error.

pub(crate) mod calendar;
mod duration;
mod error;
mod format;
mod number;
mod temporal;

use std::net::IpAddr;

use uuid::Uuid;

pub use error::LiteralError;
pub use format::{format, to_text};
pub(crate) use format::{hex, java_float, timestamp_text};
pub(crate) use number::parse_decimal;

use crate::codec;
use crate::types::CqlType;

/// A constant as the lexer tells them apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// Text between quotes, without them.
    String(String),
    /// Digits, with a sign where there was one.
    Integer(String),
    /// Digits with a point or an exponent.
    Float(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A bare UUID.
    Uuid(Uuid),
    /// `0x…`.
    Blob(Vec<u8>),
    /// A bare duration, in any of its notations.
    Duration(String),
    /// `NaN`.
    Nan,
    /// `Infinity`.
    Infinity {
        /// `-Infinity`.
        negative: bool,
    },
}

/// How well a constant or a type fits where it is put (`cql3/AssignmentTestable.java`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Not at all.
    Not,
    /// After conversion.
    Weak,
    /// As it is.
    Exact,
}

impl Literal {
    /// The constant as Cassandra repeats it in messages.
    pub fn text(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::String(text) => format!("'{text}'"),
            Self::Integer(text) | Self::Float(text) | Self::Duration(text) => text.clone(),
            Self::Boolean(value) => value.to_string(),
            Self::Uuid(value) => value.to_string(),
            Self::Blob(bytes) => format!("0x{}", format::hex(bytes)),
            Self::Nan => "NaN".to_owned(),
            Self::Infinity { negative } => if *negative { "-Infinity" } else { "Infinity" }.to_owned(),
        }
    }

    /// The type the constant has where nothing else is known; `None` for null. A blob constant
    /// claims to be a tinyint, as in Cassandra.
    pub fn preferred_type(&self) -> Option<CqlType> {
        Some(match self {
            Self::Null => return None,
            Self::String(text) if text.is_ascii() => CqlType::Ascii,
            Self::String(_) => CqlType::Text,
            Self::Integer(text) => number::preferred_integer(text),
            Self::Float(text) => number::preferred_float(text),
            Self::Nan | Self::Infinity { .. } => CqlType::Double,
            Self::Boolean(_) => CqlType::Boolean,
            Self::Uuid(value) if value.get_version_num() == 1 => CqlType::Timeuuid,
            Self::Uuid(_) => CqlType::Uuid,
            Self::Blob(_) => CqlType::Tinyint,
            Self::Duration(_) => CqlType::Duration,
        })
    }

    /// How well the constant fits a type.
    pub fn fit(&self, ty: &CqlType) -> Fit {
        let weak = match self {
            Self::Null => *ty != CqlType::Counter,
            _ if ty.scalar_name().is_none() => {
                // Tuples and vectors are no native types to Cassandra, whose test lets any constant pass for them.
                return if matches!(ty, CqlType::Tuple(_) | CqlType::Vector { .. }) { Fit::Weak } else { Fit::Not };
            }
            _ if self.preferred_type().as_ref() == Some(ty) => return Fit::Exact,
            Self::String(_) => matches!(
                ty,
                CqlType::Ascii | CqlType::Text | CqlType::Inet | CqlType::Date | CqlType::Time | CqlType::Timestamp
            ),
            Self::Integer(_) => matches!(
                ty,
                CqlType::Bigint
                    | CqlType::Counter
                    | CqlType::Date
                    | CqlType::Decimal
                    | CqlType::Double
                    | CqlType::Duration
                    | CqlType::Float
                    | CqlType::Int
                    | CqlType::Smallint
                    | CqlType::Time
                    | CqlType::Timestamp
                    | CqlType::Tinyint
                    | CqlType::Varint
            ),
            Self::Uuid(_) => matches!(ty, CqlType::Uuid | CqlType::Timeuuid),
            Self::Float(_) | Self::Nan | Self::Infinity { .. } => {
                matches!(ty, CqlType::Decimal | CqlType::Double | CqlType::Float)
            }
            Self::Boolean(_) => *ty == CqlType::Boolean,
            Self::Blob(_) => *ty == CqlType::Blob,
            Self::Duration(_) => *ty == CqlType::Duration,
        };
        if weak { Fit::Weak } else { Fit::Not }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::String(_) => "STRING",
            Self::Integer(_) => "INTEGER",
            Self::Float(_) | Self::Nan | Self::Infinity { .. } => "FLOAT",
            Self::Boolean(_) => "BOOLEAN",
            Self::Uuid(_) => "UUID",
            Self::Blob(_) => "HEX",
            Self::Duration(_) => "DURATION",
        }
    }

    /// The text without quotes.
    fn raw(&self) -> String {
        match self {
            Self::String(text) => text.clone(),
            other => other.text(),
        }
    }
}

/// The value of a constant for a column or argument of a scalar type, named `receiver` in messages.
/// `None` is null.
///
/// # Errors
/// The constant does not fit the type, or its text is no value of it.
pub fn encode(receiver: &str, ty: &CqlType, literal: &Literal) -> Result<Option<Vec<u8>>, LiteralError> {
    if literal.fit(ty) == Fit::Not {
        return Err(match literal {
            Literal::Null => LiteralError::NullCounter,
            _ => LiteralError::Kind {
                kind: literal.kind(),
                text: literal.raw(),
                receiver: receiver.to_owned(),
                ty: ty.to_string(),
            },
        });
    }
    match literal {
        Literal::Null => Ok(None),
        Literal::Blob(bytes) => Ok(Some(bytes.clone())),
        other => parse(ty, &other.raw()).map(Some),
    }
}

/// Reads text as a value of a scalar type, as each type's `fromString` does
/// (`org/apache/cassandra/db/marshal`). Empty text is the empty value of most types.
///
/// # Errors
/// The text is no value of the type.
pub fn parse(ty: &CqlType, text: &str) -> Result<Vec<u8>, LiteralError> {
    if text.is_empty() && !matches!(ty, CqlType::Boolean | CqlType::Date | CqlType::Time) {
        return Ok(Vec::new());
    }
    match ty {
        CqlType::Text => Ok(text.as_bytes().to_vec()),
        CqlType::Ascii if text.is_ascii() => Ok(text.as_bytes().to_vec()),
        CqlType::Ascii => Err(LiteralError::NotAscii),
        CqlType::Blob => number::parse_hex(text),
        CqlType::Boolean => match text {
            _ if text.eq_ignore_ascii_case("true") => Ok(vec![1]),
            _ if text.is_empty() || text.eq_ignore_ascii_case("false") => Ok(vec![0]),
            _ => Err(LiteralError::Unable { what: "boolean", text: text.to_owned() }),
        },
        CqlType::Tinyint | CqlType::Smallint | CqlType::Int | CqlType::Bigint | CqlType::Counter => {
            number::parse_integer(ty, text)
        }
        CqlType::Varint => number::parse_varint(text),
        CqlType::Decimal => number::parse_decimal_bytes(text),
        CqlType::Float => number::parse_float(text),
        CqlType::Double => number::parse_double(text),
        CqlType::Date => temporal::parse_date(text).map(|days| days.to_be_bytes().to_vec()),
        CqlType::Time => temporal::parse_time(text).map(|nanoseconds| nanoseconds.to_be_bytes().to_vec()),
        CqlType::Timestamp => temporal::parse_timestamp(text).map(|millis| millis.to_be_bytes().to_vec()),
        CqlType::Duration => duration::parse(text).map(codec::encode_duration),
        CqlType::Inet => parse_inet(text),
        CqlType::Uuid => match number::parse_uuid(text) {
            Some(value) => Ok(value.as_bytes().to_vec()),
            None => Err(LiteralError::Unable { what: "UUID", text: text.to_owned() }),
        },
        CqlType::Timeuuid => match number::parse_uuid(text) {
            Some(value) if value.get_version_num() == 1 => Ok(value.as_bytes().to_vec()),
            Some(_) => Err(LiteralError::TimeuuidVersion),
            None => Err(LiteralError::Timeuuid(text.to_owned())),
        },
        CqlType::List { .. }
        | CqlType::Set { .. }
        | CqlType::Map { .. }
        | CqlType::Tuple(_)
        | CqlType::Udt { .. }
        | CqlType::Vector { .. } => Err(LiteralError::Composite { text: text.to_owned(), ty: ty.to_string() }),
    }
}

/// Numeric addresses only: names are never looked up. Fewer than four numbers with points between are an
/// IPv4 address too, of which the last number fills the rest, as in Java.
fn parse_inet(text: &str) -> Result<Vec<u8>, LiteralError> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Ok(address.octets().to_vec()),
        Ok(IpAddr::V6(address)) => Ok(match address.to_ipv4_mapped() {
            Some(four) => four.octets().to_vec(),
            None => address.octets().to_vec(),
        }),
        Err(_) => match short_address(text) {
            Some(address) => Ok(address.to_be_bytes().to_vec()),
            None => Err(LiteralError::Inet(text.to_owned())),
        },
    }
}

fn short_address(text: &str) -> Option<u32> {
    let parts: Vec<u64> = text
        .split('.')
        .map(|part| part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())))
        .collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    let bits = 32_usize.checked_sub(8 * first.len()).filter(|bits| *bits > 0)?;
    if first.iter().any(|part| *part > 255) || *last >= 1 << bits {
        return None;
    }
    let head = first.iter().enumerate().map(|(index, part)| part << (24 - 8 * index)).sum::<u64>();
    u32::try_from(head + last).ok()
}

#[cfg(test)]
mod tests;
