//! Instants, days and months as texts: how they are read and how they are printed.
//!
//! Inside the clinic an instant is milliseconds since 1970 and a day is days since 1970-01-01, as
//! in CQL. Texts are RFC 3339 and nothing looser: an instant without an offset would mean another
//! time on another machine. Nothing here knows what time it is now, nor any time zone but UTC.

use crate::calendar::{day_of, first_day, month_of, month_text, year_month};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// Why a text is not an instant, a day or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentError {
    /// Not an instant.
    #[error("is no instant: expected 2026-11-21T09:30:00Z, 2026-11-21T09:30:00+01:00 or 2026-11-21")]
    Instant,
    /// An instant that could be any of 26 hours.
    #[error("has a time but no offset: end it with Z or an offset such as +01:00")]
    NoOffset,
    /// Not a day.
    #[error("is no day: expected 2026-11-21")]
    Day,
    /// Not a month.
    #[error("is no month: expected 2026-11")]
    Month,
    /// Well written, but there is no such day or time.
    #[error("is no date of the calendar or no time of a day")]
    NotInCalendar,
}

/// Reads an instant: RFC 3339 with an offset or `Z`, or `YYYY-MM-DD` for 00:00 UTC of that day.
/// The result is in milliseconds since 1970; what is finer is cut off.
///
/// Years are 0000 to 9999. A leap second counts as the second before it, as CQL has none.
pub fn parse_instant(text: &str) -> Result<i64, MomentError> {
    let bytes = text.as_bytes();
    let Some((date, rest)) = bytes.split_at_checked(DATE_BYTES) else {
        return Err(MomentError::Instant);
    };
    let day = i64::from(date_of(date, MomentError::Instant)?);
    let [b'T' | b't', time @ ..] = rest else {
        return if rest.is_empty() { Ok(day * DAY_MS) } else { Err(MomentError::Instant) };
    };
    let Some((clock, rest)) = time.split_at_checked(CLOCK_BYTES) else {
        return Err(MomentError::Instant);
    };
    let clock_ms = clock_of(clock)?;
    let (fraction_ms, rest) = fraction_of(rest)?;
    Ok(day * DAY_MS + clock_ms + fraction_ms - offset_of(rest)?)
}

/// Reads `YYYY-MM-DD` as days since 1970-01-01.
pub fn parse_day(text: &str) -> Result<i32, MomentError> {
    date_of(text.as_bytes(), MomentError::Day)
}

/// Reads `YYYY-MM` as the first day of that month, in days since 1970-01-01.
pub fn parse_month(text: &str) -> Result<i32, MomentError> {
    let [year @ .., b'-', tens, ones] = text.as_bytes() else {
        return Err(MomentError::Month);
    };
    let (4, Some(year), Some(month)) = (year.len(), digits(year), digits(&[*tens, *ones])) else {
        return Err(MomentError::Month);
    };
    if (1..=12).contains(&month) { Ok(first_day(year, month)) } else { Err(MomentError::NotInCalendar) }
}

/// An instant as RFC 3339 in UTC, with milliseconds only if there are any:
/// `2026-11-21T09:30:00Z`, `2026-11-21T09:30:00.250Z`.
pub fn instant_text(ms: i64) -> String {
    let of_day = ms.rem_euclid(DAY_MS);
    let (seconds, millis) = (of_day / 1_000, of_day % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let day = day_text(day_of(ms));
    if millis == 0 {
        format!("{day}T{hour:02}:{minute:02}:{second:02}Z")
    } else {
        format!("{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

/// A day as `2026-11-21`.
pub fn day_text(day: i32) -> String {
    format!("{}-{:02}", month_text(day), day - month_of(day) + 1)
}

/// The same day and time of day some calendar months later in UTC, or the last day of that month
/// where it has no such day. Negative months go back.
pub fn plus_months(ms: i64, months: i32) -> i64 {
    let day = day_of(ms);
    let (year, month) = year_month(day);
    let first = first_day(year, month + months);
    let last = first_day(year, month + months + 1) - 1;
    let moved = (first + (day - month_of(day))).min(last);
    i64::from(moved) * DAY_MS + ms.rem_euclid(DAY_MS)
}

/// `2026-11-21`.
const DATE_BYTES: usize = 10;
/// `09:30:00`.
const CLOCK_BYTES: usize = 8;

fn date_of(bytes: &[u8], malformed: MomentError) -> Result<i32, MomentError> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return Err(malformed);
    };
    let (Some(year), Some(month), Some(day)) =
        (digits(&[*y1, *y2, *y3, *y4]), digits(&[*m1, *m2]), digits(&[*d1, *d2]))
    else {
        return Err(malformed);
    };
    if !(1..=12).contains(&month) {
        return Err(MomentError::NotInCalendar);
    }
    let first = first_day(year, month);
    if day < 1 || first + day > first_day(year, month + 1) {
        return Err(MomentError::NotInCalendar);
    }
    Ok(first + day - 1)
}

fn clock_of(bytes: &[u8]) -> Result<i64, MomentError> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = bytes else {
        return Err(MomentError::Instant);
    };
    let (Some(hour), Some(minute), Some(second)) = (digits(&[*h1, *h2]), digits(&[*m1, *m2]), digits(&[*s1, *s2]))
    else {
        return Err(MomentError::Instant);
    };
    if hour > 23 || minute > 59 || second > 60 {
        return Err(MomentError::NotInCalendar);
    }
    Ok(i64::from(hour * 3_600 + minute * 60 + second.min(59)) * 1_000)
}

/// Milliseconds of a fraction such as `.25`, and what follows it.
fn fraction_of(bytes: &[u8]) -> Result<(i64, &[u8]), MomentError> {
    let [b'.', rest @ ..] = bytes else {
        return Ok((0, bytes));
    };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at(count);
    if fraction.is_empty() {
        return Err(MomentError::Instant);
    }
    let place = |index: usize| i64::from(fraction.get(index).map_or(0, |digit| digit - b'0'));
    Ok((place(0) * 100 + place(1) * 10 + place(2), rest))
}

fn offset_of(bytes: &[u8]) -> Result<i64, MomentError> {
    let (sign, h1, h2, m1, m2) = match bytes {
        [b'Z' | b'z'] => return Ok(0),
        [] => return Err(MomentError::NoOffset),
        [b'+', h1, h2, b':', m1, m2] => (1, h1, h2, m1, m2),
        [b'-', h1, h2, b':', m1, m2] => (-1, h1, h2, m1, m2),
        _ => return Err(MomentError::Instant),
    };
    let (Some(hours), Some(minutes)) = (digits(&[*h1, *h2]), digits(&[*m1, *m2])) else {
        return Err(MomentError::Instant);
    };
    if hours > 23 || minutes > 59 {
        return Err(MomentError::NotInCalendar);
    }
    Ok(sign * i64::from(hours * 60 + minutes) * 60_000)
}

/// The number that a few digits spell; the callers pass at most four.
fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i32::from(byte - b'0')))
}

#[cfg(test)]
mod tests;
