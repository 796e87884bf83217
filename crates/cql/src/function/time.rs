//! Temporal functions: now, conversions, bounds of timeuuids, shifting by durations and `floor`
//! (`cql3/functions/TimeFcts.java`, `utils/TimeUUID.java`, `cql3/Duration.java`).

use super::{Clock, FunctionError};
use crate::codec::{self, Duration};
use crate::literal::calendar::{MILLIS_PER_DAY, add_months, date_of};
use crate::literal::to_text;
use crate::types::CqlType;

/// 1582-10-15, where the time of UUIDs begins, in milliseconds since 1970.
const UUID_EPOCH_MILLIS: i64 = -12_219_292_800_000;
/// Clock sequence and node of the least timeuuid of a time: bytes compare as signed ones.
const LEAST: u64 = 0x8080_8080_8080_8080;
/// Clock sequence and node of the greatest.
const GREATEST: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const NANOS_PER_MILLI: i64 = 1_000_000;
const NANOS_PER_DAY: i64 = MILLIS_PER_DAY * NANOS_PER_MILLI;

/// A version 1 UUID of a time in microseconds since 1970; `random` gives clock sequence and node.
pub fn timeuuid(micros: i64, random: [u8; 16]) -> [u8; 16] {
    let mut low = [0; 8];
    low.copy_from_slice(&random[8..]);
    // Variant 2; a node that is no hardware address has its multicast bit set.
    low[0] = (low[0] & 0x3f) | 0x80;
    low[2] |= 0x01;
    assemble(tenths_of_micros(micros.div_euclid(1_000)) + 10 * micros.rem_euclid(1_000), u64::from_be_bytes(low))
}

/// Now as a value of a temporal type.
pub(super) fn now(ty: &CqlType, clock: &Clock) -> Vec<u8> {
    let millis = clock.now_micros.div_euclid(1_000);
    match ty {
        CqlType::Timeuuid => timeuuid(clock.now_micros, clock.random).to_vec(),
        CqlType::Time => (clock.now_micros.rem_euclid(1_000 * MILLIS_PER_DAY) * 1_000).to_be_bytes().to_vec(),
        other => of_millis(other, millis),
    }
}

/// The least or greatest timeuuid of a millisecond.
pub(super) fn bound(millis: i64, max: bool) -> Vec<u8> {
    let bytes = if max {
        assemble(tenths_of_micros(millis.saturating_add(1)) - 1, GREATEST)
    } else {
        assemble(tenths_of_micros(millis), LEAST)
    };
    bytes.to_vec()
}

/// A timeuuid, timestamp or date as milliseconds since 1970; `None` for an empty value.
pub(super) fn millis(ty: &CqlType, bytes: &[u8]) -> Option<i64> {
    match ty {
        CqlType::Date => Some(i64::from(codec::int(bytes)?.wrapping_sub(i32::MIN)) * MILLIS_PER_DAY),
        CqlType::Timeuuid => {
            let (ticks, _) = codec::uuid(bytes)?.get_timestamp()?.to_gregorian();
            // Java truncates towards zero.
            Some((ticks.cast_signed() / 10 + UUID_EPOCH_MILLIS * 1_000) / 1_000)
        }
        _ => codec::bigint(bytes),
    }
}

/// Milliseconds since 1970 as a value of date, timestamp or bigint.
pub(super) fn of_millis(ty: &CqlType, millis: i64) -> Vec<u8> {
    match ty {
        CqlType::Date => {
            // Seconds are rounded down and days towards zero, so that most moments before 1970 fall on the day after theirs.
            let days = millis.div_euclid(1_000) / 86_400;
            #[expect(clippy::cast_possible_truncation, reason = "Java narrows")]
            (days as i32).wrapping_add(i32::MIN).to_be_bytes().to_vec()
        }
        _ => millis.to_be_bytes().to_vec(),
    }
}

/// `time ± duration`: months by the calendar, then days, then milliseconds.
pub(super) fn shift(ty: &CqlType, millis: i64, duration: Duration, negative: bool) -> Result<Vec<u8>, FunctionError> {
    if *ty == CqlType::Date && duration.nanoseconds != 0 {
        let text = duration_text(duration);
        return Err(FunctionError::Arithmetic(format!("The duration must have a day precision. Was: {text}")));
    }
    if duration.nanoseconds % NANOS_PER_MILLI != 0 {
        let text = duration_text(duration);
        return Err(FunctionError::Arithmetic(format!("The duration must have a millisecond precision. Was: {text}")));
    }
    let sign = if negative { -1 } else { 1 };
    let rest = sign * (i64::from(duration.days) * MILLIS_PER_DAY + duration.nanoseconds / NANOS_PER_MILLI);
    Ok(of_millis(ty, add_calendar_months(millis, sign * i64::from(duration.months)).wrapping_add(rest)))
}

/// The latest multiple of a duration after `start` that is not after the time.
pub(super) fn floor(ty: &CqlType, millis: i64, duration: Duration, start: i64) -> Result<Vec<u8>, FunctionError> {
    let refuse = |message: String| Err(FunctionError::Floor(message));
    let text = || duration_text(duration);
    if *ty == CqlType::Date && duration.nanoseconds != 0 {
        return refuse(format!(
            "The floor on date values cannot be computed for the {} duration as precision is below 1 day",
            text()
        ));
    }
    if duration.nanoseconds % NANOS_PER_MILLI != 0 {
        return refuse(format!(
            "The floor cannot be computed for the {} duration as precision is below 1 millisecond",
            text()
        ));
    }
    if start > millis {
        return refuse("The floor function starting time is greater than the provided time".to_owned());
    }
    check_positive(duration)?;
    let to = if *ty == CqlType::Date { CqlType::Date } else { CqlType::Timestamp };
    Ok(of_millis(&to, floor_millis(millis, duration, start)))
}

/// The latest multiple of a duration since midnight that is not after the time of day.
pub(super) fn floor_time(nanoseconds: i64, duration: Duration) -> Result<Vec<u8>, FunctionError> {
    check_positive(duration)?;
    if duration.months != 0 || duration.days != 0 || duration.nanoseconds > NANOS_PER_DAY {
        return Err(FunctionError::Floor(
            "For time values, the floor can only be computed for durations smaller that a day".to_owned(),
        ));
    }
    let delta = nanoseconds.checked_rem(duration.nanoseconds).unwrap_or(0);
    Ok((nanoseconds - delta).to_be_bytes().to_vec())
}

fn check_positive(duration: Duration) -> Result<(), FunctionError> {
    if duration.months < 0 || duration.days < 0 || duration.nanoseconds < 0 {
        return Err(FunctionError::Floor("Negative durations are not supported by the floor function".to_owned()));
    }
    Ok(())
}

fn floor_millis(millis: i64, duration: Duration, start: i64) -> i64 {
    let rest = i64::from(duration.days) * MILLIS_PER_DAY + duration.nanoseconds / NANOS_PER_MILLI;
    let months = i64::from(duration.months);
    if months == 0 {
        return millis - (millis - start).checked_rem(rest).unwrap_or(0);
    }
    let month_of = |millis: i64| {
        let (year, month, _) = date_of(millis.div_euclid(MILLIS_PER_DAY));
        year * 12 + month
    };
    let mut multiplier = (month_of(millis) - month_of(start)) / months;
    let mut moment = add_calendar_months(start, multiplier * months);
    if rest == 0 {
        return moment;
    }
    let mut floor = moment + multiplier * rest;
    while floor > millis {
        multiplier -= 1;
        moment = add_calendar_months(moment, -months);
        floor = moment + multiplier * rest;
    }
    start.max(floor)
}

fn add_calendar_months(millis: i64, months: i64) -> i64 {
    if months == 0 {
        return millis;
    }
    let days = add_months(millis.div_euclid(MILLIS_PER_DAY), months);
    days * MILLIS_PER_DAY + millis.rem_euclid(MILLIS_PER_DAY)
}

fn tenths_of_micros(millis: i64) -> i64 {
    millis.wrapping_sub(UUID_EPOCH_MILLIS).wrapping_mul(10_000)
}

/// From ticks of 100 ns since 1582 and the low half. A time before 1582 spoils the version, as in Cassandra.
fn assemble(ticks: i64, low: u64) -> [u8; 16] {
    let ticks = ticks.cast_unsigned();
    let high = (ticks << 32) | ((ticks >> 16) & 0xffff_0000) | 0x1000 | (ticks >> 48);
    ((u128::from(high) << 64) | u128::from(low)).to_be_bytes()
}

fn duration_text(duration: Duration) -> String {
    to_text(&CqlType::Duration, &codec::encode_duration(duration)).unwrap_or_default()
}
