//! Q12: an organisation's completed records per day of a year.
//!
//! Days without records have no row; the reader fills them with zero, so a year always answers
//! 365 or 366 rows.

use std::collections::HashMap;

use quorate_session::codec::{CqlDate, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::existence;
use super::fields::{self, date_cell};
use super::page::Page;
use super::reader::Reader;
use crate::calendar::first_day;
use crate::error::Error;
use crate::ids::Entity;
use crate::view::View;

/// Number of an organisation's completed records by day.
///
/// Rows per partition over ten years: 2,500 (median), 3,650 (99 %), 3,653 (most).
pub const TRANSACTIONS: View = View {
    name: "transactions_by_organisation_and_day",
    partition: &["org_id"],
    clustering: &["day"],
    values: &["transaction_count"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.transactions_by_organisation_and_day (
    org_id uuid,
    day date,
    transaction_count bigint,
    PRIMARY KEY ((org_id), day)
) WITH CLUSTERING ORDER BY (day ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q12 completed records of an organisation per day'",
};

const BETWEEN: &str = "SELECT day, transaction_count FROM {ks}.transactions_by_organisation_and_day \
    WHERE org_id = ? AND day >= ? AND day < ?";

/// The organisation and the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The organisation.
    pub organisation: Uuid,
    /// The year, 1 to 9999.
    pub year: i32,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The day in UTC, in days since 1970-01-01.
    #[serde(serialize_with = "fields::print_day")]
    pub day: i32,
    /// Completed records that started on it; may be zero.
    pub transaction_count: i64,
}

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        let year = arguments.year.ok_or_else(|| Error::invalid("q12 needs --year"))?;
        if !(1..=9_999).contains(&year) {
            return Err(Error::invalid("--year: a year from 1 to 9999 is expected"));
        }
        Ok(Self { organisation: arguments.needed(about, Entity::Organisation)?, year })
    }
}

/// Every day of the year, in order.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let (first, end) = (first_day(params.year, 1), first_day(params.year + 1, 1));
    let values = (params.organisation, date_cell(first), date_cell(end));
    let cells = reader.rows::<(CqlDate, i64)>(BETWEEN, values).await?;
    if cells.is_empty() && !existence::exists(reader, Entity::Organisation, params.organisation).await? {
        return Ok(Page::unknown(Entity::Organisation, params.organisation));
    }
    let counts: HashMap<i32, i64> = cells.into_iter().map(|(day, count)| (fields::days(day), count)).collect();
    let row = |day: i32| Row { day, transaction_count: counts.get(&day).copied().unwrap_or_default() };
    Ok(Page::last((first..end).map(row).collect()))
}
