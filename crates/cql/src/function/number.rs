//! Numbers of any CQL type and their conversions, which are those of Java's `Number`.

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};

use super::error::FunctionError;
use crate::codec;
use crate::literal::{java_float, parse_decimal};
use crate::types::CqlType;

/// A number as Cassandra holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Number {
    Integer(i64),
    Float(f32),
    Double(f64),
    Varint(BigInt),
    Decimal(BigDecimal),
}

/// A scale at and beyond which a decimal is a multiple of 2⁶⁴ (`BigDecimal.longValue`).
const NO_LOW_BITS: i64 = -64;

impl Number {
    /// Reads a value of a numeric type; `None` for an empty one or another type.
    pub(super) fn read(ty: &CqlType, bytes: &[u8]) -> Option<Self> {
        Some(match ty {
            CqlType::Tinyint => Self::Integer(codec::tinyint(bytes)?.into()),
            CqlType::Smallint => Self::Integer(codec::smallint(bytes)?.into()),
            CqlType::Int => Self::Integer(codec::int(bytes)?.into()),
            CqlType::Bigint | CqlType::Counter => Self::Integer(codec::bigint(bytes)?),
            CqlType::Float => Self::Float(codec::float(bytes)?),
            CqlType::Double => Self::Double(codec::double(bytes)?),
            CqlType::Varint => Self::Varint(codec::varint(bytes)?),
            CqlType::Decimal => Self::Decimal(codec::decimal(bytes)?),
            _ => return None,
        })
    }

    /// Low 64 bits of the integer part; doubles saturate.
    #[expect(clippy::cast_possible_truncation, reason = "Java's longValue: saturating for doubles, as Rust's cast")]
    pub(super) fn long(&self) -> i64 {
        match self {
            Self::Integer(value) => *value,
            Self::Float(value) => *value as i64,
            Self::Double(value) => *value as i64,
            Self::Varint(value) => low_bits(value),
            Self::Decimal(value) => match value.as_bigint_and_exponent() {
                (_, scale) if scale <= NO_LOW_BITS => 0,
                _ => low_bits(&integer_part(value)),
            },
        }
    }

    /// Low 32 bits of an integer; floating numbers saturate at 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "Java's intValue")]
    pub(super) fn int(&self) -> i32 {
        match self {
            Self::Float(value) => *value as i32,
            Self::Double(value) => *value as i32,
            other => other.long() as i32,
        }
    }

    /// Nearest double.
    #[expect(clippy::cast_precision_loss, reason = "Java's doubleValue")]
    pub(super) fn double(&self) -> f64 {
        match self {
            Self::Integer(value) => *value as f64,
            Self::Float(value) => f64::from(*value),
            Self::Double(value) => *value,
            Self::Varint(value) => nearest(&value.to_string()),
            Self::Decimal(value) => nearest(&scientific(value)),
        }
    }

    /// Nearest float.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "Java's floatValue")]
    pub(super) fn float(&self) -> f32 {
        match self {
            Self::Integer(value) => *value as f32,
            Self::Float(value) => *value,
            Self::Double(value) => *value as f32,
            Self::Varint(value) => value.to_string().parse().unwrap_or(f32::NAN),
            Self::Decimal(value) => scientific(value).parse().unwrap_or(f32::NAN),
        }
    }

    /// As operands of varint operations become one: anything but a varint goes through 64 bits.
    pub(super) fn varint(&self) -> BigInt {
        match self {
            Self::Varint(value) => value.clone(),
            other => BigInt::from(other.long()),
        }
    }

    /// As operands of decimal operations become one: integers go through double, so 1 becomes 1.0
    /// (`DecimalType.toBigDecimal`).
    pub(super) fn decimal(&self) -> Result<BigDecimal, FunctionError> {
        match self {
            Self::Decimal(value) => Ok(value.clone()),
            Self::Varint(value) => Ok(BigDecimal::new(value.clone(), 0)),
            other => {
                let value = other.double();
                if value.is_nan() {
                    return Err(FunctionError::Arithmetic("A NaN cannot be converted into a decimal".to_owned()));
                }
                decimal_of_double(value).ok_or_else(|| {
                    FunctionError::Arithmetic("An infinite number cannot be converted into a decimal".to_owned())
                })
            }
        }
    }
}

/// An integer as a value of an integer type, high bits dropped.
#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing drops high bits")]
pub(super) fn write_integer(ty: &CqlType, value: i64) -> Vec<u8> {
    match ty {
        CqlType::Tinyint => (value as i8).to_be_bytes().to_vec(),
        CqlType::Smallint => (value as i16).to_be_bytes().to_vec(),
        CqlType::Int => (value as i32).to_be_bytes().to_vec(),
        _ => value.to_be_bytes().to_vec(),
    }
}

/// A decimal's bytes.
pub(super) fn write_decimal(value: &BigDecimal) -> Result<Vec<u8>, FunctionError> {
    codec::encode_decimal(value).ok_or_else(|| FunctionError::Arithmetic("Overflow".to_owned()))
}

/// `BigDecimal.valueOf`: through the shortest text; `None` if it is not finite.
pub(super) fn decimal_of_double(value: f64) -> Option<BigDecimal> {
    value.is_finite().then(|| parse_decimal(&java_float(format!("{value:e}")))).flatten()
}

/// `new BigDecimal(Float.toString(value))`; `None` if it is not finite.
pub(super) fn decimal_of_float(value: f32) -> Option<BigDecimal> {
    value.is_finite().then(|| parse_decimal(&java_float(format!("{value:e}")))).flatten()
}

/// Ten to a power; `None` beyond what fits in memory by a wide margin.
pub(super) fn power_of_ten(exponent: i64) -> Option<BigInt> {
    const LIMIT: i64 = 100_000;
    if !(0..=LIMIT).contains(&exponent) {
        return None;
    }
    Some(BigInt::from(10).pow(u32::try_from(exponent).ok()?))
}

/// Towards zero. The scale must be above `NO_LOW_BITS`.
fn integer_part(value: &BigDecimal) -> BigInt {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    match power_of_ten(scale.abs()) {
        Some(power) if scale > 0 => unscaled / power,
        Some(power) => unscaled * power,
        None => BigInt::ZERO,
    }
}

fn low_bits(value: &BigInt) -> i64 {
    let low = value.iter_u64_digits().next().unwrap_or(0);
    let low = if value.sign() == Sign::Minus { low.wrapping_neg() } else { low };
    low.cast_signed()
}

fn scientific(value: &BigDecimal) -> String {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    format!("{unscaled}e{}", -scale)
}

fn nearest(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
