//! Days, months and years in UTC of instants in milliseconds, as plain integers.
//!
//! The projection and the totals need them for every record, so they are arithmetic on the
//! proleptic Gregorian calendar (the days-to-civil algorithm of Howard Hinnant's `chrono` paper)
//! rather than calls into a calendar library.

const MS_PER_DAY: i64 = 86_400_000;

/// The day of an instant, in days since 1970-01-01.
pub fn day_of(ms: i64) -> i32 {
    i32::try_from(ms.div_euclid(MS_PER_DAY)).unwrap_or(if ms < 0 { i32::MIN } else { i32::MAX })
}

/// Year and month (1..=12) of a day.
pub fn year_month(day: i32) -> (i32, i32) {
    let (year, month, _) = civil(day);
    (year, month)
}

/// The first day of the month of a day.
pub fn month_of(day: i32) -> i32 {
    day - (civil(day).2 - 1)
}

/// The year of an instant.
pub fn year_of(ms: i64) -> i32 {
    civil(day_of(ms)).0
}

/// The first day of a month; months beyond 1..=12 carry into the year.
pub fn first_day(year: i32, month: i32) -> i32 {
    let index = year * 12 + (month - 1);
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    // Years begin in March, so that the leap day is the last of them.
    let shifted = i64::from(if month <= 2 { year - 1 } else { year });
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).unwrap_or(i32::MAX)
}

/// `2026`.
pub fn year_text(day: i32) -> String {
    format!("{:04}", civil(day).0)
}

/// `2026-11`.
pub fn month_text(day: i32) -> String {
    let (year, month, _) = civil(day);
    format!("{year:04}-{month:02}")
}

/// `2026-Q4`.
pub fn quarter_text(day: i32) -> String {
    let (year, month, _) = civil(day);
    format!("{year:04}-Q{}", (month - 1) / 3 + 1)
}

fn civil(day: i32) -> (i32, i32, i32) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let narrow = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    (narrow(year), narrow(month), narrow(day_of_month))
}

#[cfg(test)]
mod tests;
