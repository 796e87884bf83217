//! Q9: an organisation's average rating per month.
//!
//! Sum and count are stored, the average is divided on reading: an average cannot be updated
//! by the next review, and rounding it twice would be wrong.

use bigdecimal::BigDecimal;
use quorate_session::codec::{CqlDate, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::{self, Arguments};
use super::existence;
use super::fields::{self, date_cell, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::calendar::month_text;
use crate::error::Error;
use crate::ids::Entity;
use crate::money;
use crate::view::View;

/// Sum and number of an organisation's ratings by month, newest first.
///
/// Rows per partition over ten years: 90 (median), 120 (99 %), 120 (most).
pub const RATINGS: View = View {
    name: "ratings_by_organisation_and_month",
    partition: &["org_id"],
    clustering: &["month"],
    values: &["rating_sum", "rating_count"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.ratings_by_organisation_and_month (
    org_id uuid,
    month date,
    rating_sum bigint,
    rating_count bigint,
    PRIMARY KEY ((org_id), month)
) WITH CLUSTERING ORDER BY (month DESC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q9 ratings of an organisation per month'",
};

const BETWEEN: &str = "SELECT month, rating_sum, rating_count FROM {ks}.ratings_by_organisation_and_month \
    WHERE org_id = ? AND month >= ? AND month <= ? LIMIT ?";

/// Whose ratings, of which months, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The organisation.
    pub organisation: Uuid,
    /// First day of the first month, in days since 1970-01-01; from the beginning by default.
    pub from: Option<i32>,
    /// First day of the last month, in days since 1970-01-01; to the end by default.
    pub to: Option<i32>,
    /// Rows per page; all by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// The ratings of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `YYYY-MM`.
    pub year_month: String,
    /// The average, in hundredths.
    #[serde(serialize_with = "money::serialize_sum")]
    pub avg_rating: BigDecimal,
    /// How many ratings there are; never zero.
    pub rating_count: i64,
    #[serde(skip)]
    month: i32,
}

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        let from = arguments.from.as_deref().map(|text| arguments::month("--from", text)).transpose()?;
        let to = arguments.to.as_deref().map(|text| arguments::month("--to", text)).transpose()?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(Error::invalid("--from is later than --to"));
        }
        Ok(Self {
            organisation: arguments.needed(about, Entity::Organisation)?,
            from,
            to,
            size: arguments.size(arguments::MOST_ROWS)?,
            after: arguments.after(),
        })
    }
}

/// The months with ratings, newest first.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(9, &format!("{} {:?} {:?}", params.organisation, params.from, params.to));
    let mut to = params.to.unwrap_or(i32::MAX);
    if let Some(token) = &params.after {
        to = question.key::<i32>(token)?.saturating_sub(1);
    }
    let from = date_cell(params.from.unwrap_or(i32::MIN));
    let values = (params.organisation, from, date_cell(to), limit(params.size + 1));
    let cells = reader.rows::<(CqlDate, i64, i64)>(BETWEEN, values).await?;
    let rows = cells.into_iter().map(|(month, sum, count)| row(fields::days(month), sum, count));
    let page = Page::cut(rows.collect::<Result<Vec<_>, _>>()?, params.size, question, |row| row.month)?;
    existence::noted(reader, page, Entity::Organisation, params.organisation).await
}

fn row(month: i32, sum: i64, rating_count: i64) -> Result<Row, Error> {
    let avg_rating = u64::try_from(rating_count)
        .ok()
        .and_then(|count| money::divide_to_cents(&BigDecimal::from(sum), count))
        .ok_or_else(|| fields::damaged("ratings_by_organisation_and_month", "a month has no ratings"))?;
    Ok(Row { year_month: month_text(month), avg_rating, rating_count, month })
}
