//! How the texts of a row become numbers, currencies and zones.
//!
//! Strict on purpose: `1e3`, `1,000` and ` 5` have more than one reading, and a row with a guess in
//! it is worse than a row set aside.

use bigdecimal::BigDecimal;
use iso_currency::Currency;
use jiff::tz::TimeZoneDatabase;

use crate::moment::MomentError;

/// The most digits of a number. Far beyond any amount of money; without a bound a single field
/// could cost seconds.
pub const DIGITS_LIMIT: usize = 1_000;

/// Why a text is not a value of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Not a decimal number.
    #[error("is no plain decimal number such as 12 or 12.50")]
    NotDecimal,
    /// A decimal number below zero.
    #[error("is negative")]
    Negative,
    /// Not a whole number of 32 bits.
    #[error("is no whole number from -2147483648 to 2147483647")]
    NotWhole,
    /// Not an instant or a day.
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// Not a currency.
    #[error("is no currency code of ISO 4217 such as USD")]
    NotCurrency,
    /// Not a time zone.
    #[error("is no time zone of the IANA database such as Europe/Zurich")]
    NotZone,
}

/// Reads a plain decimal number that is not negative, with all its decimals: `12`, `0.50`,
/// `007.125`. `-0` is zero.
pub fn parse_amount(text: &str) -> Result<BigDecimal, ValueError> {
    let (negative, number) = text.strip_prefix('-').map_or((false, text), |number| (true, number));
    let (whole, decimals) = number.split_once('.').map_or((number, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !decimals.is_none_or(is_digits) || number.len() > DIGITS_LIMIT {
        return Err(ValueError::NotDecimal);
    }
    let amount: BigDecimal = number.parse().map_err(|_| ValueError::NotDecimal)?;
    if negative && amount.sign() != bigdecimal::num_bigint::Sign::NoSign {
        Err(ValueError::Negative)
    } else {
        Ok(amount)
    }
}

/// Reads a whole number of at most 32 bits: `7`, `-7`.
pub fn parse_whole(text: &str) -> Result<i32, ValueError> {
    // The standard parser takes a leading plus, which is not plain decimal notation.
    if text.starts_with('+') {
        return Err(ValueError::NotWhole);
    }
    text.parse().map_err(|_| ValueError::NotWhole)
}

/// Checks a currency code of ISO 4217 in capitals.
pub fn check_currency(text: &str) -> Result<(), ValueError> {
    Currency::from_code(text).map(|_| ()).ok_or(ValueError::NotCurrency)
}

/// Checks the name of a time zone of the IANA database, in its own spelling. The database is the
/// one built in, so that the same file is valid on every machine.
pub fn check_zone(text: &str) -> Result<(), ValueError> {
    let database = TimeZoneDatabase::bundled();
    let known = database.get(text).is_ok_and(|zone| zone.iana_name() == Some(text));
    if known { Ok(()) } else { Err(ValueError::NotZone) }
}

#[cfg(test)]
mod tests;
