//! `abs`, `exp`, `log`, `log10` and `round`, as the methods of Cassandra's number types.
//!
//! Exponentials and logarithms of varints and decimals, which Cassandra computes to as many digits
//! as the argument has, are refused.

use num_bigint::Sign;

use super::arithmetic::divide_half_up;
use super::number::{Number, power_of_ten, write_decimal, write_integer};
use super::{FunctionError, MathFunction};
use crate::codec;
use crate::types::CqlType;

/// Applies a function of one number.
pub(super) fn apply(function: MathFunction, ty: &CqlType, value: &Number) -> Result<Vec<u8>, FunctionError> {
    match (function, value) {
        (MathFunction::Abs, value) => absolute(ty, value),
        (MathFunction::Round, value) => round(ty, value),
        (_, Number::Varint(_) | Number::Decimal(_)) => Err(FunctionError::Arithmetic(format!(
            "{} of a {ty} is not supported; cast the argument to double",
            function.name()
        ))),
        (_, Number::Float(value)) => Ok(single(real(function, f64::from(*value)))),
        (_, Number::Double(value)) => Ok(real(function, *value).to_be_bytes().to_vec()),
        (_, Number::Integer(_)) => Ok(narrow(ty, real(function, value.double()))),
    }
}

fn absolute(ty: &CqlType, value: &Number) -> Result<Vec<u8>, FunctionError> {
    match value {
        Number::Integer(value) => Ok(write_integer(ty, value.wrapping_abs())),
        Number::Float(value) => Ok(value.abs().to_be_bytes().to_vec()),
        Number::Double(value) => Ok(value.abs().to_be_bytes().to_vec()),
        Number::Varint(value) if value.sign() == Sign::Minus => Ok(codec::encode_varint(&-value)),
        Number::Varint(value) => Ok(codec::encode_varint(value)),
        Number::Decimal(value) => write_decimal(&value.abs()),
    }
}

fn round(ty: &CqlType, value: &Number) -> Result<Vec<u8>, FunctionError> {
    match value {
        Number::Integer(value) => Ok(write_integer(ty, *value)),
        Number::Float(value) => Ok(round_float(*value).to_be_bytes().to_vec()),
        Number::Double(value) => Ok(round_double(*value).to_be_bytes().to_vec()),
        Number::Varint(value) => Ok(codec::encode_varint(value)),
        Number::Decimal(value) => {
            let (unscaled, scale) = value.as_bigint_and_exponent();
            let overflow = || FunctionError::Arithmetic("Overflow".to_owned());
            // Far behind the point nothing is left to round.
            let digits = i64::try_from(unscaled.magnitude().to_string().len()).unwrap_or(i64::MAX);
            let rounded = if scale > digits {
                num_bigint::BigInt::ZERO
            } else if scale > 0 {
                divide_half_up(&unscaled, &power_of_ten(scale).ok_or_else(overflow)?)
            } else {
                unscaled * power_of_ten(-scale).ok_or_else(overflow)?
            };
            write_decimal(&bigdecimal::BigDecimal::new(rounded, 0))
        }
    }
}

/// `Math.round`: halves up, saturating at 32 bits.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "Java goes through an int")]
fn round_float(value: f32) -> f32 {
    (f64::from(value) + 0.5).floor() as i32 as f32
}

/// `Math.round`: halves up, saturating at 64 bits.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "Java goes through a long")]
fn round_double(value: f64) -> f64 {
    let down = value.floor();
    (if value - down >= 0.5 { down + 1.0 } else { down }) as i64 as f64
}

fn real(function: MathFunction, value: f64) -> f64 {
    match function {
        MathFunction::Abs => value.abs(),
        MathFunction::Exp => value.exp(),
        MathFunction::Log => value.ln(),
        MathFunction::Log10 => value.log10(),
        MathFunction::Round => round_double(value),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java computes in double and narrows")]
fn single(value: f64) -> Vec<u8> {
    (value as f32).to_be_bytes().to_vec()
}

/// Java's cast of a double to an integer type: by way of int for the small ones.
fn narrow(ty: &CqlType, value: f64) -> Vec<u8> {
    let number = Number::Double(value);
    match ty {
        CqlType::Bigint | CqlType::Counter => write_integer(ty, number.long()),
        _ => write_integer(ty, number.int().into()),
    }
}
