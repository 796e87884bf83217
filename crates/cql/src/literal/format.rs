//! Values as CQL text (`toCQLLiteral` of `cql3/CQL3Type.java` and the serializers).
//!
//! The text reads back as the same value. Bytes must have been validated: where they are not a
//! value of the type the text is that of null.

use std::fmt::Write as _;
use std::net::IpAddr;

use bigdecimal::BigDecimal;

use super::calendar::{MILLIS_PER_DAY, date_of};
use crate::codec::{self, Duration};
use crate::keyword::quote_name;
use crate::types::CqlType;

/// A value as a CQL literal; the empty value of most scalar types is `null`.
pub fn format(ty: &CqlType, bytes: &[u8]) -> String {
    let mut out = String::new();
    write_value(ty, Some(bytes), &mut out);
    out
}

/// A value of a scalar type as its literal without quotes, as casts to text give it; `None` for an
/// empty value that means null.
pub fn to_text(ty: &CqlType, bytes: &[u8]) -> Option<String> {
    Some(match ty {
        CqlType::Text | CqlType::Ascii => codec::text(bytes)?.to_owned(),
        CqlType::Blob => format!("0x{}", hex(bytes)),
        CqlType::Boolean => codec::boolean(bytes)?.to_string(),
        CqlType::Tinyint => codec::tinyint(bytes)?.to_string(),
        CqlType::Smallint => codec::smallint(bytes)?.to_string(),
        CqlType::Int => codec::int(bytes)?.to_string(),
        CqlType::Bigint | CqlType::Counter => codec::bigint(bytes)?.to_string(),
        CqlType::Varint => codec::varint(bytes)?.to_string(),
        CqlType::Decimal => decimal_text(&codec::decimal(bytes)?),
        CqlType::Float => java_float(format!("{:e}", codec::float(bytes)?)),
        CqlType::Double => java_float(format!("{:e}", codec::double(bytes)?)),
        CqlType::Uuid | CqlType::Timeuuid => codec::uuid(bytes)?.to_string(),
        CqlType::Inet => inet_text(codec::inet(bytes)?),
        CqlType::Date => date_text(i64::from(codec::int(bytes)?.wrapping_sub(i32::MIN))),
        CqlType::Time => time_text(codec::bigint(bytes)?),
        CqlType::Timestamp => timestamp_text(codec::bigint(bytes)?, 'T'),
        CqlType::Duration => duration_text(codec::duration(bytes)?),
        _ => format(ty, bytes),
    })
}

/// Milliseconds since 1970 as `yyyy-MM-dd`, a separator and `HH:mm:ss.SSSZ`.
pub(crate) fn timestamp_text(millis: i64, separator: char) -> String {
    let days = millis.div_euclid(MILLIS_PER_DAY);
    let in_day = millis.rem_euclid(MILLIS_PER_DAY);
    let (hours, minutes) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (seconds, millis) = (in_day / 1_000 % 60, in_day % 1_000);
    let (year, month, day) = date_of(days);
    // Java's pattern counts years before the era backwards and without a sign.
    let year = if year < 1 { 1 - year } else { year };
    let year = year_text(year);
    format!("{year}-{month:02}-{day:02}{separator}{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn write_value(ty: &CqlType, bytes: Option<&[u8]>, out: &mut String) {
    let Some(bytes) = bytes else {
        out.push_str("null");
        return;
    };
    match ty {
        CqlType::List { element, .. } => write_all('[', ']', codec::elements(bytes), element, out),
        CqlType::Set { element, .. } => write_all('{', '}', codec::elements(bytes), element, out),
        CqlType::Vector { element, .. } => {
            write_all('[', ']', codec::vector_elements(element, bytes), element, out);
        }
        CqlType::Map { key, value, .. } => {
            out.push('{');
            for (index, (k, v)) in codec::entries(bytes).map_while(Result::ok).enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_value(key, Some(k), out);
                out.push_str(": ");
                write_value(value, Some(v), out);
            }
            out.push('}');
        }
        CqlType::Tuple(types) => {
            out.push('(');
            for (index, (ty, field)) in types.iter().zip(codec::fields(bytes).map_while(Result::ok)).enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_value(ty, field, out);
            }
            out.push(')');
        }
        CqlType::Udt { definition, .. } => {
            out.push('{');
            let fields = definition.fields.iter().zip(codec::fields(bytes).map_while(Result::ok));
            for (index, ((name, ty), field)) in fields.enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push_str(&quote_name(name));
                out.push_str(": ");
                write_value(ty, field, out);
            }
            out.push('}');
        }
        _ => write_scalar(ty, bytes, out),
    }
}

fn write_all<'a, E>(
    open: char,
    close: char,
    values: impl Iterator<Item = Result<&'a [u8], E>>,
    element: &CqlType,
    out: &mut String,
) {
    out.push(open);
    for (index, value) in values.map_while(Result::ok).enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        write_value(element, Some(value), out);
    }
    out.push(close);
}

fn write_scalar(ty: &CqlType, bytes: &[u8], out: &mut String) {
    let Some(text) = to_text(ty, bytes) else {
        out.push_str("null");
        return;
    };
    match ty {
        CqlType::Text | CqlType::Ascii | CqlType::Inet | CqlType::Date | CqlType::Time | CqlType::Timestamp => {
            out.push('\'');
            out.push_str(&text.replace('\'', "''"));
            out.push('\'');
        }
        _ => out.push_str(&text),
    }
}

/// `BigDecimal.toString`: plain while the scale is not negative and at most six zeros lead.
fn decimal_text(value: &BigDecimal) -> String {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    let text = unscaled.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let exponent = length - 1 - scale;
    if scale == 0 {
        return text;
    }
    if scale > 0 && exponent >= -6 {
        let zeros = usize::try_from(scale - length + 1).unwrap_or(0);
        let digits = format!("{}{digits}", "0".repeat(zeros));
        let point = digits.len() - usize::try_from(scale).unwrap_or(0);
        return format!("{sign}{}.{}", &digits[..point], &digits[point..]);
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent = if exponent == 0 { String::new() } else { format!("E{exponent:+}") };
    format!("{sign}{first}{point}{rest}{exponent}")
}

/// Rust's shortest scientific notation as Java's `toString`: plain from 10⁻³ up to 10⁷, always with a point.
pub(crate) fn java_float(scientific: String) -> String {
    match scientific.as_str() {
        "inf" => return "Infinity".to_owned(),
        "-inf" => return "-Infinity".to_owned(),
        _ => {}
    }
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.replace('.', "");
    let pad = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    match exponent {
        0..7 => {
            let whole = usize::try_from(exponent).unwrap_or(0) + 1;
            let digits = format!("{digits:0<whole$}");
            format!("{sign}{}.{}", &digits[..whole], pad(&digits[whole..]))
        }
        -3..0 => {
            let zeros = usize::try_from(-exponent).unwrap_or(1) - 1;
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
        _ => format!("{sign}{}.{}E{exponent}", &digits[..1], pad(&digits[1..])),
    }
}

/// Java writes all eight groups of a version 6 address and shortens nothing.
fn inet_text(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => six.segments().map(|group| format!("{group:x}")).join(":"),
    }
}

fn date_text(days: i64) -> String {
    let (year, month, day) = date_of(days);
    let year = if year < 0 { format!("-{:04}", -year) } else { year_text(year) };
    format!("{year}-{month:02}-{day:02}")
}

fn year_text(year: i64) -> String {
    if year > 9_999 { format!("+{year}") } else { format!("{year:04}") }
}

fn time_text(nanoseconds: i64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    format!("{:02}:{:02}:{:02}.{:09}", seconds / 3_600, seconds / 60 % 60, seconds % 60, nanoseconds % 1_000_000_000)
}

/// Largest units first, nothing for those that do not occur; no text at all for zero.
fn duration_text(duration: Duration) -> String {
    let mut out = String::new();
    if duration.months < 0 || duration.days < 0 || duration.nanoseconds < 0 {
        out.push('-');
    }
    let months = u64::from(duration.months.unsigned_abs());
    let rest = push_unit(months, 12, "y", &mut out);
    push_unit(rest, 1, "mo", &mut out);
    push_unit(duration.days.unsigned_abs().into(), 1, "d", &mut out);
    let mut rest = duration.nanoseconds.unsigned_abs();
    for (size, unit) in [
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ] {
        rest = push_unit(rest, size, unit, &mut out);
    }
    out
}

fn push_unit(amount: u64, size: u64, unit: &str, out: &mut String) -> u64 {
    if amount >= size && amount > 0 {
        let _ = write!(out, "{}{unit}", amount / size);
    }
    amount % size
}
