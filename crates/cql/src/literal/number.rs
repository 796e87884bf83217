//! Numbers, UUIDs and hexadecimal text as Java's `parseInt`, `new BigDecimal` and their like read them.

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use uuid::Uuid;

use super::error::LiteralError;
use crate::codec;
use crate::types::CqlType;

/// Smallest of int, bigint and varint that holds an integer constant.
pub(super) fn preferred_integer(text: &str) -> CqlType {
    match text.parse::<i64>() {
        Ok(value) if i32::try_from(value).is_ok() => CqlType::Int,
        Ok(_) => CqlType::Bigint,
        Err(_) => CqlType::Varint,
    }
}

/// Double if the constant is the shortest notation of a double or equal to it, else decimal.
pub(super) fn preferred_float(text: &str) -> CqlType {
    let exact = parse_decimal(text);
    let double = text.parse::<f64>().ok().filter(|value| value.is_finite());
    let shortest = double.and_then(|value| parse_decimal(&format!("{value:e}")));
    if exact.is_some() && exact == shortest { CqlType::Double } else { CqlType::Decimal }
}

pub(super) fn parse_integer(ty: &CqlType, text: &str) -> Result<Vec<u8>, LiteralError> {
    let parsed = match ty {
        CqlType::Tinyint => text.parse::<i8>().map(|value| value.to_be_bytes().to_vec()),
        CqlType::Smallint => text.parse::<i16>().map(|value| value.to_be_bytes().to_vec()),
        CqlType::Int => text.parse::<i32>().map(|value| value.to_be_bytes().to_vec()),
        _ => text.parse::<i64>().map(|value| value.to_be_bytes().to_vec()),
    };
    let what = match ty {
        CqlType::Tinyint => "byte",
        CqlType::Smallint => "short",
        CqlType::Int => "int",
        _ => "long",
    };
    parsed.map_err(|_| unable(what, text))
}

pub(super) fn parse_varint(text: &str) -> Result<Vec<u8>, LiteralError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<BigInt>() {
        Ok(value) if valid => Ok(codec::encode_varint(&value)),
        _ => Err(LiteralError::UnableNumber { what: "int", text: text.to_owned() }),
    }
}

pub(super) fn parse_decimal_bytes(text: &str) -> Result<Vec<u8>, LiteralError> {
    parse_decimal(text)
        .and_then(|value| codec::encode_decimal(&value))
        .ok_or_else(|| LiteralError::UnableNumber { what: "BigDecimal", text: text.to_owned() })
}

/// Sign, digits with an optional point, optional exponent; the scale is as written.
pub(crate) fn parse_decimal(text: &str) -> Option<BigDecimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unscaled = digits.parse::<BigInt>().ok()?;
    let unscaled = if mantissa.starts_with('-') { -unscaled } else { unscaled };
    let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    i32::try_from(scale).ok()?;
    Some(BigDecimal::new(unscaled, scale))
}

pub(super) fn parse_float(text: &str) -> Result<Vec<u8>, LiteralError> {
    match java_float(text).and_then(|text| text.parse::<f32>().ok()) {
        Some(value) => Ok(value.to_be_bytes().to_vec()),
        None => Err(unable("float", text)),
    }
}

pub(super) fn parse_double(text: &str) -> Result<Vec<u8>, LiteralError> {
    match java_float(text).and_then(|text| text.parse::<f64>().ok()) {
        Some(value) => Ok(value.to_be_bytes().to_vec()),
        None => Err(unable("double", text)),
    }
}

/// The dashed notation only.
pub(super) fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok()
}

pub(super) fn parse_hex(text: &str) -> Result<Vec<u8>, LiteralError> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some((nibble(*high)? << 4) | nibble(*low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| LiteralError::Hex(text.to_owned()))
}

/// Text that Java and Rust read alike; Java's `NaN` and `Infinity` are case-sensitive and Rust has more names for them.
fn java_float(text: &str) -> Option<&str> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    (digits || unsigned == "NaN" || unsigned == "Infinity").then_some(text)
}

fn unable(what: &'static str, text: &str) -> LiteralError {
    LiteralError::Unable { what, text: text.to_owned() }
}
