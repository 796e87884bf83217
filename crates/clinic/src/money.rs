//! How amounts of money are divided, rounded and printed.
//!
//! Amounts are exact decimals from the file to the answer; a binary float never holds one. A
//! single amount is printed as it was stored, a sum with at least two decimals, and both as JSON
//! strings, because a JSON number is a float to most readers. Currencies are never mixed here or
//! anywhere: who adds, adds within one currency.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};
use serde::Serializer;

/// The currency of what has none of its own.
pub const DEFAULT_CURRENCY: &str = "USD";

/// Decimals of a cent.
const CENTS: i64 = 2;

/// An amount as it was stored, in plain notation: `12.5` stays `12.5`.
pub fn exact(amount: &BigDecimal) -> String {
    amount.to_plain_string()
}

/// A sum in plain notation with two decimals or as many more as it has: `12.5` becomes `12.50`.
pub fn at_least_cents(sum: &BigDecimal) -> String {
    sum.with_scale(sum.fractional_digit_count().max(CENTS)).to_plain_string()
}

/// `sum / parts`, rounded to cents; what lies in the middle goes to the even neighbour. The
/// quotient is never held in a form that had to be rounded before.
///
/// `None` if `parts` is zero.
pub fn divide_to_cents(sum: &BigDecimal, parts: u64) -> Option<BigDecimal> {
    if parts == 0 {
        return None;
    }
    let (unscaled, scale) = sum.as_bigint_and_scale();
    let shift = scale - CENTS;
    let ten = BigInt::from(10);
    let power = ten.pow(u32::try_from(shift.unsigned_abs()).ok()?);
    let (numerator, denominator) = if shift >= 0 {
        (unscaled.into_owned(), power * parts)
    } else {
        (unscaled.into_owned() * power, BigInt::from(parts))
    };
    Some(BigDecimal::new(half_even(&numerator, &denominator), CENTS))
}

/// Serialises an amount as [`exact`] prints it.
pub fn serialize_exact<S: Serializer>(amount: &BigDecimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&exact(amount))
}

/// Serialises a sum as [`at_least_cents`] prints it.
pub fn serialize_sum<S: Serializer>(sum: &BigDecimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at_least_cents(sum))
}

/// The whole number nearest to a quotient; of two equally near ones the even one.
fn half_even(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let quotient = numerator / denominator;
    let remainder = numerator - &quotient * denominator;
    let away = if numerator.sign() == Sign::Minus { BigInt::from(-1) } else { BigInt::from(1) };
    match (remainder.magnitude() * 2_u32).cmp(denominator.magnitude()) {
        Ordering::Greater => quotient + away,
        Ordering::Equal if quotient.bit(0) => quotient + away,
        Ordering::Equal | Ordering::Less => quotient,
    }
}

#[cfg(test)]
mod tests;
