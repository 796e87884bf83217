//! Durations as text, in the notations that Cassandra reads (`cql3/Duration.java`): `1y2mo3w4d5h6m7s8ms9us10ns`,
//! ISO 8601 `P1Y2M3DT4H5M6S`, `P3W` and `P0001-02-03T04:05:06`.

use super::error::LiteralError;
use crate::codec::Duration;

/// Reads a duration.
pub(super) fn parse(text: &str) -> Result<Duration, LiteralError> {
    let (negative, source) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let invalid = || LiteralError::Duration(source.to_owned());
    let parts = match source.strip_prefix('P') {
        Some(iso) if iso.contains('-') => iso_alternative(iso),
        Some(iso) => iso_parts(iso),
        None => standard_parts(source),
    };
    let mut builder = Builder::default();
    for (count, unit) in parts.ok_or_else(invalid)? {
        builder.add(count.parse().or(Err(invalid()))?, unit)?;
    }
    let Duration { months, days, nanoseconds } = builder.total;
    Ok(if negative { Duration { months: -months, days: -days, nanoseconds: -nanoseconds } } else { builder.total })
}

type Parts<'a> = Vec<(&'a str, Unit)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Years => "years",
            Self::Months => "months",
            Self::Weeks => "weeks",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
            Self::Nanos => "nanoseconds",
        }
    }
}

fn standard_parts(mut text: &str) -> Option<Parts<'_>> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        let (count, rest) = digits(text)?;
        let symbol = rest.split(|c: char| c.is_ascii_digit()).next()?;
        let unit = match symbol.to_lowercase().as_str() {
            "y" => Unit::Years,
            "mo" => Unit::Months,
            "w" => Unit::Weeks,
            "d" => Unit::Days,
            "h" => Unit::Hours,
            "m" => Unit::Minutes,
            "s" => Unit::Seconds,
            "ms" => Unit::Millis,
            "us" | "µs" => Unit::Micros,
            "ns" => Unit::Nanos,
            _ => return None,
        };
        parts.push((count, unit));
        text = &rest[symbol.len()..];
    }
    (!parts.is_empty()).then_some(parts)
}

/// `P` was taken off. Weeks stand alone; every part may be missing.
fn iso_parts(text: &str) -> Option<Parts<'_>> {
    if let Some(weeks) = text.strip_suffix('W') {
        return matches!(digits(weeks), Some((_, ""))).then(|| vec![(weeks, Unit::Weeks)]);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let mut parts = Vec::new();
    designated(date, &[('Y', Unit::Years), ('M', Unit::Months), ('D', Unit::Days)], &mut parts)?;
    designated(time, &[('H', Unit::Hours), ('M', Unit::Minutes), ('S', Unit::Seconds)], &mut parts)?;
    Some(parts)
}

fn designated<'a>(mut text: &'a str, units: &[(char, Unit)], parts: &mut Parts<'a>) -> Option<()> {
    for (letter, unit) in units {
        let Some((count, rest)) = digits(text) else { break };
        if let Some(rest) = rest.strip_prefix(*letter) {
            parts.push((count, *unit));
            text = rest;
        }
    }
    text.is_empty().then_some(())
}

/// `P` was taken off `PYYYY-MM-DDThh:mm:ss`.
fn iso_alternative(text: &str) -> Option<Parts<'_>> {
    let shape = "dddd-dd-ddTdd:dd:dd";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, want)| match want {
            b'd' => byte.is_ascii_digit(),
            _ => byte == want,
        });
    fits.then(|| {
        vec![
            (&text[..4], Unit::Years),
            (&text[5..7], Unit::Months),
            (&text[8..10], Unit::Days),
            (&text[11..13], Unit::Hours),
            (&text[14..16], Unit::Minutes),
            (&text[17..], Unit::Seconds),
        ]
    })
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (count > 0).then(|| text.split_at(count))
}

#[derive(Default)]
struct Builder {
    total: Duration,
    last: Option<Unit>,
}

impl Builder {
    fn add(&mut self, count: i64, unit: Unit) -> Result<(), LiteralError> {
        if let Some(last) = self.last {
            if last == unit {
                let message = format!("The {} are specified multiple times", unit.name());
                return Err(LiteralError::DurationUnits(message));
            }
            if unit < last {
                let message = format!("The {} should be after {}", last.name(), unit.name());
                return Err(LiteralError::DurationUnits(message));
            }
        }
        self.last = Some(unit);
        let total = &mut self.total;
        match unit {
            Unit::Years => narrow(&mut total.months, count, 12, "months"),
            Unit::Months => narrow(&mut total.months, count, 1, "months"),
            Unit::Weeks => narrow(&mut total.days, count, 7, "days"),
            Unit::Days => narrow(&mut total.days, count, 1, "days"),
            Unit::Hours => wide(&mut total.nanoseconds, count, 3_600_000_000_000),
            Unit::Minutes => wide(&mut total.nanoseconds, count, 60_000_000_000),
            Unit::Seconds => wide(&mut total.nanoseconds, count, 1_000_000_000),
            Unit::Millis => wide(&mut total.nanoseconds, count, 1_000_000),
            Unit::Micros => wide(&mut total.nanoseconds, count, 1_000),
            Unit::Nanos => wide(&mut total.nanoseconds, count, 1),
        }
    }
}

fn narrow(total: &mut i32, count: i64, each: i64, what: &str) -> Result<(), LiteralError> {
    *total = count
        .checked_mul(each)
        .and_then(|added| added.checked_add(i64::from(*total)))
        .and_then(|sum| i32::try_from(sum).ok())
        .ok_or_else(|| too_many(what))?;
    Ok(())
}

fn wide(total: &mut i64, count: i64, each: i64) -> Result<(), LiteralError> {
    *total =
        count.checked_mul(each).and_then(|added| added.checked_add(*total)).ok_or_else(|| too_many("nanoseconds"))?;
    Ok(())
}

/// Cassandra names the 32-bit limit for nanoseconds too.
fn too_many(what: &str) -> LiteralError {
    LiteralError::DurationUnits(format!("The total number of {what} must be less or equal to {}", i32::MAX))
}
