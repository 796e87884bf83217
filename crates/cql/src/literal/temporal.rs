//! Text as dates, times and timestamps, in the forms that Cassandra's serializers accept.
//!
//! Without a zone a timestamp is in UTC: Cassandra takes the server's zone, which is no part of the
//! value. Zones are offsets, `Z`, `UTC` and `GMT`; other names of zones are not known here.

use super::calendar::{MILLIS_PER_DAY, days_of, month_length};
use super::error::LiteralError;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;

/// `yyyy-mm-dd`, or days as an unsigned integer with the epoch at 2³¹ (`SimpleDateSerializer.java`).
pub(crate) fn parse_date(text: &str) -> Result<u32, LiteralError> {
    if is_integer(text) {
        return text
            .parse()
            .or(Err(LiteralError::UnableRaw { what: "unsigned int (for date)", text: text.to_owned() }));
    }
    let days = strict_date(text).ok_or_else(|| LiteralError::Date(text.to_owned()))?;
    let out_of_range = |relation, limit| Err(LiteralError::DateRange { text: text.to_owned(), relation, limit });
    match i32::try_from(days) {
        Ok(days) => Ok(days.cast_unsigned() ^ (1 << 31)),
        Err(_) if days < 0 => out_of_range("less than min", "-5877641-06-23T00:00Z"),
        Err(_) => out_of_range("greater than max", "+5881580-07-11T00:00Z"),
    }
}

/// `hh:mm:ss[.fffffffff]`, or nanoseconds since midnight (`TimeSerializer.java`).
pub(crate) fn parse_time(text: &str) -> Result<i64, LiteralError> {
    if is_integer(text) {
        return match text.parse::<i64>() {
            Ok(nanoseconds @ 0..NANOS_PER_DAY) => Ok(nanoseconds),
            _ => Err(LiteralError::UnableRaw { what: "long (for time)", text: text.to_owned() }),
        };
    }
    time_of_day(text.trim()).ok_or_else(|| LiteralError::Time(text.to_owned()))
}

/// Milliseconds since 1970, or a date with an optional time and zone (`TimestampSerializer.java`).
pub(crate) fn parse_timestamp(text: &str) -> Result<i64, LiteralError> {
    if is_integer(text) {
        return text.parse().or(Err(LiteralError::UnableRaw { what: "long (for date)", text: text.to_owned() }));
    }
    timestamp(text).ok_or_else(|| LiteralError::Timestamp(text.to_owned()))
}

/// Optional minus and digits: Java's `^-?\d+$`.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// ISO date of an existing day: a year of four digits, or of more with a sign.
fn strict_date(text: &str) -> Option<i64> {
    let mut scanner = Scanner { rest: text };
    let (year, month, day) = scanner.iso_date()?;
    (scanner.rest.is_empty() && day <= month_length(year, month)).then(|| days_of(year, month, day))
}

fn time_of_day(text: &str) -> Option<i64> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let (second, fraction) = match rest.split_once('.') {
        Some((second, fraction)) => (second, Some(fraction)),
        None => (rest, None),
    };
    let nanoseconds = match fraction {
        Some(digits) if (1..=9).contains(&digits.len()) => {
            let digits = digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)?;
            format!("{digits:0<9}").parse::<i64>().ok()?
        }
        Some(_) => return None,
        None => 0,
    };
    let below = |text: &str, limit: i64| text.parse::<i64>().ok().filter(|value| (0..limit).contains(value));
    let seconds = below(hour, 24)? * 3_600 + below(minute, 60)? * 60 + below(second, 60)?;
    Some(seconds * NANOS_PER_SECOND + nanoseconds)
}

fn timestamp(text: &str) -> Option<i64> {
    with_time(text).or_else(|| date_only(text))
}

/// `y-M-d'T'H:m[:s][.fraction]` or with a space, then a zone.
fn with_time(text: &str) -> Option<i64> {
    let mut scanner = Scanner { rest: text };
    let year = scanner.number(1, 9).filter(|year| *year >= 1)?;
    scanner.expect("-")?;
    let month = scanner.number(1, 9).filter(|month| (1..=12).contains(month))?;
    scanner.expect("-")?;
    let day = scanner.number(1, 9).filter(|day| (1..=31).contains(day))?;
    scanner.expect("T").or_else(|| scanner.expect(" "))?;
    let hour = scanner.number(1, 9)?;
    scanner.expect(":")?;
    let minute = scanner.number(1, 9).filter(|minute| *minute < 60)?;
    let mut millis = 0;
    if scanner.expect(":").is_some() {
        millis = scanner.number(1, 9).filter(|second| *second < 60)? * 1_000;
        if scanner.expect(".").is_some() {
            millis += scanner.fraction_millis();
        }
    }
    millis += (hour * 60 + minute) * 60_000;
    // Java lets midnight at the end of a day pass as 24:00.
    if hour > 23 && millis != MILLIS_PER_DAY {
        return None;
    }
    let offset = scanner.zone()?;
    Some(start_of(year, month, day) + millis - offset)
}

/// `yyyy-MM-dd`, then a zone.
fn date_only(text: &str) -> Option<i64> {
    let mut scanner = Scanner { rest: text };
    let (year, month, day) = scanner.iso_date()?;
    let offset = scanner.zone()?;
    Some(start_of(year, month, day) - offset)
}

/// Days beyond the end of a month mean its last day, as Java's lenient resolution has it.
fn start_of(year: i64, month: i64, day: i64) -> i64 {
    days_of(year, month, day.min(month_length(year, month))) * MILLIS_PER_DAY
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn expect(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<&'a str> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(least..=most).contains(&count) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        Some(digits)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        self.digits(least, most)?.parse().ok()
    }

    /// Year, month and day, the day possibly beyond its month.
    fn iso_date(&mut self) -> Option<(i64, i64, i64)> {
        let (sign, most) = match self.rest.as_bytes().first()? {
            b'-' => (-1, 10),
            b'+' => (1, 10),
            _ => (1, 4),
        };
        if most == 10 {
            self.rest = &self.rest[1..];
        }
        let year = sign * self.number(4, most)?;
        self.expect("-")?;
        let month = self.number(2, 2).filter(|month| (1..=12).contains(month))?;
        self.expect("-")?;
        let day = self.number(2, 2).filter(|day| (1..=31).contains(day))?;
        Some((year, month, day))
    }

    /// Up to nine digits, of which three count.
    fn fraction_millis(&mut self) -> i64 {
        let digits = self.digits(0, 9).unwrap_or_default();
        format!("{digits:0<3}").get(..3).and_then(|millis| millis.parse().ok()).unwrap_or(0)
    }

    /// The zone that ends the text, as milliseconds east of Greenwich.
    fn zone(&mut self) -> Option<i64> {
        let text = self.rest.strip_prefix(' ').unwrap_or(self.rest);
        match text {
            "" if self.rest.is_empty() => return Some(0),
            "Z" | "UTC" | "GMT" | "UT" => return Some(0),
            _ => {}
        }
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let mut scanner = Scanner { rest: &text[1..] };
        let (hours, minutes) = match scanner.rest.len() {
            2 => (scanner.number(2, 2)?, 0),
            4 => {
                let both = scanner.number(4, 4)?;
                (both / 100, both % 100)
            }
            5 => {
                let hours = scanner.number(2, 2)?;
                scanner.expect(":")?;
                (hours, scanner.number(2, 2)?)
            }
            _ => return None,
        };
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 18 * 60).then_some(sign * total * 60_000)
    }
}
