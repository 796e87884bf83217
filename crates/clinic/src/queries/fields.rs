//! Fields of answers: how a cell is read from CQL, bound to it and printed.
//!
//! Inside, an instant is milliseconds since 1970 and a day is days since 1970-01-01, as in CQL.
//! Printed, an instant is RFC 3339 in UTC with `Z`, without a fraction where there is none, and a
//! day is `YYYY-MM-DD`.

use quorate_session::DeserializeValue;
use quorate_session::codec::CqlDate;
use serde::Serializer;

use crate::error::Error;
use crate::moment::{day_text, instant_text};

/// A `person_name`. Both parts are mandatory on input, so a null here is damage.
#[derive(Debug, Clone, PartialEq, Eq, DeserializeValue)]
#[scylla(crate = quorate_session)]
pub(crate) struct PersonName {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

impl PersonName {
    /// First name, one space, last name.
    pub(crate) fn full(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The `date` cell of a day, given in days since 1970-01-01.
pub(crate) fn date_cell(days: i32) -> CqlDate {
    CqlDate(days.cast_unsigned() ^ (1 << 31))
}

/// The day of a `date` cell, in days since 1970-01-01.
pub(crate) fn days(cell: CqlDate) -> i32 {
    (cell.0 ^ (1 << 31)).cast_signed()
}

/// Rows as a `LIMIT` takes them.
pub(crate) fn limit(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}

/// What was read and cannot have been written.
pub(crate) fn damaged(place: &str, what: &str) -> Error {
    Error::Corrupt { place: place.to_owned(), what: what.to_owned() }
}

/// Printing for `serde`: `#[serde(serialize_with = "fields::print_instant")]`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn print_instant<S: Serializer>(ms: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant_text(*ms))
}

/// Printing for `serde`: `#[serde(serialize_with = "fields::print_day")]`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn print_day<S: Serializer>(day: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&day_text(*day))
}

/// Printing for `serde`: `#[serde(serialize_with = "fields::print_some_day")]`.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn print_some_day<S: Serializer>(day: &Option<i32>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => print_day(day, serializer),
        None => serializer.serialize_none(),
    }
}
