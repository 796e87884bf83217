//! `+ - * / %` and unary minus of numbers, as the `add`, `substract`, … of Cassandra's number types.
//!
//! The result's type decides how it is computed: integers wrap, floating numbers follow IEEE 754,
//! varints and decimals are exact but for division. Decimals keep 10,000 digits at most.

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};

use super::number::{Number, power_of_ten, write_decimal, write_integer};
use super::{FunctionError, Operator};
use crate::codec;
use crate::types::CqlType;

/// Digits of a decimal result (`DecimalType.MAX_PRECISION`).
const DECIMAL_DIGITS: i64 = 10_000;
/// Digits after the point of a quotient at least (`DecimalType.MIN_SCALE`).
const QUOTIENT_SCALE: i64 = 32;
/// Digits after the point of a quotient at most (`DecimalType.MAX_SCALE`).
const QUOTIENT_SCALE_LIMIT: i64 = 1_000;

/// Type of an operation's result (`OperationFcts.returnType`): the larger size of the two, floating
/// if either is.
pub(super) fn result_type(left: &CqlType, right: &CqlType) -> CqlType {
    let size = size(left).max(size(right));
    let floating = |ty: &CqlType| matches!(ty, CqlType::Float | CqlType::Double | CqlType::Decimal);
    match (size, floating(left) || floating(right)) {
        (4, true) => CqlType::Float,
        (8, true) => CqlType::Double,
        (_, true) => CqlType::Decimal,
        (1, false) => CqlType::Tinyint,
        (2, false) => CqlType::Smallint,
        (4, false) => CqlType::Int,
        (8, false) => CqlType::Bigint,
        (_, false) => CqlType::Varint,
    }
}

/// Computes `left operator right` as a value of the result's type.
pub(super) fn operate(
    operator: Operator,
    result: &CqlType,
    left: &Number,
    right: &Number,
) -> Result<Vec<u8>, FunctionError> {
    match result {
        CqlType::Float => Ok(float(operator, left.float(), right.float()).to_be_bytes().to_vec()),
        CqlType::Double => Ok(double(operator, left.double(), right.double()).to_be_bytes().to_vec()),
        CqlType::Varint => varint(operator, &left.varint(), &right.varint()),
        CqlType::Decimal => write_decimal(&decimal(operator, &left.decimal()?, &right.decimal()?)?),
        _ => integer(operator, result, left.long(), right.long()),
    }
}

/// Unary minus.
pub(super) fn negate(ty: &CqlType, value: &Number) -> Result<Vec<u8>, FunctionError> {
    match value {
        Number::Integer(value) => Ok(write_integer(ty, value.wrapping_neg())),
        Number::Float(value) => Ok((-value).to_be_bytes().to_vec()),
        Number::Double(value) => Ok((-value).to_be_bytes().to_vec()),
        Number::Varint(value) => Ok(codec::encode_varint(&-value)),
        Number::Decimal(value) => write_decimal(&-value),
    }
}

fn size(ty: &CqlType) -> u32 {
    match ty {
        CqlType::Tinyint => 1,
        CqlType::Smallint => 2,
        CqlType::Int | CqlType::Float => 4,
        CqlType::Bigint | CqlType::Counter | CqlType::Double => 8,
        _ => u32::MAX,
    }
}

fn integer(operator: Operator, ty: &CqlType, left: i64, right: i64) -> Result<Vec<u8>, FunctionError> {
    let value = match operator {
        Operator::Add => left.wrapping_add(right),
        Operator::Subtract => left.wrapping_sub(right),
        Operator::Multiply => left.wrapping_mul(right),
        Operator::Divide | Operator::Modulo if right == 0 => return Err(failed("/ by zero")),
        Operator::Divide => left.wrapping_div(right),
        Operator::Modulo => left.wrapping_rem(right),
    };
    Ok(write_integer(ty, value))
}

fn float(operator: Operator, left: f32, right: f32) -> f32 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Modulo => left % right,
    }
}

fn double(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Modulo => left % right,
    }
}

fn varint(operator: Operator, left: &BigInt, right: &BigInt) -> Result<Vec<u8>, FunctionError> {
    let value = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide | Operator::Modulo if right.sign() == Sign::NoSign => {
            return Err(failed("BigInteger divide by zero"));
        }
        Operator::Divide => left / right,
        Operator::Modulo => left % right,
    };
    Ok(codec::encode_varint(&value))
}

fn decimal(operator: Operator, left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal, FunctionError> {
    match operator {
        Operator::Add => add(left, right),
        Operator::Subtract => add(left, &-right),
        Operator::Multiply => round(left * right),
        Operator::Divide => divide(left, right),
        Operator::Modulo => remainder(left, right),
    }
}

fn add(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal, FunctionError> {
    let (large, small) = if order(left) >= order(right) { (left, right) } else { (right, left) };
    // What lies below the last digit that is kept cannot change it; adding it exactly could take all memory.
    if is_zero(small) || order(large) - order(small) <= 2 * DECIMAL_DIGITS {
        let apart = |value: &BigDecimal| value.as_bigint_and_exponent().1;
        if (apart(large) - apart(small)).abs() > 4 * DECIMAL_DIGITS {
            return Err(failed("Overflow"));
        }
        return round(large + small);
    }
    let (unscaled, scale) = large.as_bigint_and_exponent();
    let missing = (DECIMAL_DIGITS - digits(&unscaled)).max(0);
    let power = power_of_ten(missing).ok_or_else(|| failed("Overflow"))?;
    round(BigDecimal::new(unscaled * power, scale + missing))
}

/// Exponent of the first digit.
fn order(value: &BigDecimal) -> i64 {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    digits(&unscaled) - scale
}

fn digits(unscaled: &BigInt) -> i64 {
    i64::try_from(unscaled.magnitude().to_string().len()).unwrap_or(i64::MAX)
}

fn is_whole_zero(value: &BigInt) -> bool {
    value.sign() == Sign::NoSign
}

fn trailing_zeros(value: &BigInt) -> i64 {
    let text = value.to_string();
    i64::try_from(text.len() - text.trim_end_matches('0').len()).unwrap_or(0)
}

fn is_zero(value: &BigDecimal) -> bool {
    value.sign() == Sign::NoSign
}

/// To the digits that are kept, halves away from zero (Java's default `MathContext`).
fn round(value: BigDecimal) -> Result<BigDecimal, FunctionError> {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    let excess = digits(&unscaled) - DECIMAL_DIGITS;
    if excess <= 0 {
        return Ok(value);
    }
    let power = power_of_ten(excess).ok_or_else(|| failed("Overflow"))?;
    Ok(BigDecimal::new(divide_half_up(&unscaled, &power), scale - excess))
}

fn divide(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal, FunctionError> {
    if is_zero(right) {
        return Err(failed("BigInteger divide by zero"));
    }
    let (left_unscaled, left_scale) = left.as_bigint_and_exponent();
    let (right_unscaled, right_scale) = right.as_bigint_and_exponent();
    let first_digit = order(left) - order(right);
    let scale =
        (QUOTIENT_SCALE - first_digit).max(left_scale).max(right_scale).clamp(QUOTIENT_SCALE, QUOTIENT_SCALE_LIMIT);
    let raise = scale - left_scale + right_scale;
    let power = power_of_ten(raise.abs()).ok_or_else(|| failed("Overflow"))?;
    let quotient = if raise >= 0 {
        divide_half_up(&(left_unscaled * power), &right_unscaled)
    } else {
        divide_half_up(&left_unscaled, &(right_unscaled * power))
    };
    Ok(without_trailing_zeros(quotient, scale))
}

/// `BigDecimal.remainder`: the dividend less the divisor times their whole quotient, each with the scale Java gives it.
fn remainder(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal, FunctionError> {
    if is_zero(right) {
        let what = if is_zero(left) { "Division undefined" } else { "Division by zero" };
        return Err(failed(what));
    }
    let (left_unscaled, left_scale) = left.as_bigint_and_exponent();
    let (right_unscaled, right_scale) = right.as_bigint_and_exponent();
    let scale = left_scale.max(right_scale);
    let power = |exponent| power_of_ten(exponent).ok_or_else(|| failed("Overflow"));
    let dividend = left_unscaled * power(scale - left_scale)?;
    let divisor = right_unscaled * power(scale - right_scale)?;
    let quotient = &dividend / &divisor;
    // The whole quotient gives up trailing zeros to come near the difference of the scales.
    let preferred = left_scale - right_scale;
    let quotient_scale = if is_whole_zero(&quotient) { preferred } else { preferred.max(-trailing_zeros(&quotient)) };
    let result_scale = left_scale.max(quotient_scale + right_scale).min(scale);
    Ok(BigDecimal::new(dividend % divisor / power(scale - result_scale)?, result_scale))
}

/// Halves away from zero.
pub(super) fn divide_half_up(dividend: &BigInt, divisor: &BigInt) -> BigInt {
    let quotient = dividend / divisor;
    let rest = dividend % divisor;
    let twice = rest.magnitude() * 2_u8;
    if twice < *divisor.magnitude() {
        return quotient;
    }
    let negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    if negative { quotient - 1 } else { quotient + 1 }
}

/// `BigDecimal.stripTrailingZeros`.
fn without_trailing_zeros(unscaled: BigInt, scale: i64) -> BigDecimal {
    if unscaled.sign() == Sign::NoSign {
        return BigDecimal::new(BigInt::ZERO, 0);
    }
    let zeros = trailing_zeros(&unscaled);
    match power_of_ten(zeros) {
        Some(power) => BigDecimal::new(unscaled / power, scale - zeros),
        None => BigDecimal::new(unscaled, scale),
    }
}

fn failed(reason: &str) -> FunctionError {
    FunctionError::Arithmetic(reason.to_owned())
}
