//! Q14: an organisation's doctors by what their completed records brought in.
//!
//! A total is no sort key: it would leave a stale row behind with every change. One row per
//! doctor is overwritten, and the reader sorts the partition.

use std::cmp::Ordering;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use quorate_session::codec::Uuid;
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::existence;
use super::fields::PersonName;
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::{Entity, cassandra_order};
use crate::moment::parse_month;
use crate::money;
use crate::view::View;

/// Revenue and number of records of an organisation's doctors in a period: `all`, a year
/// (`2026`) or a month (`2026-11`).
///
/// Rows per partition: 20 (median), 500 (99 %), 5,000 (most): the doctors of an organisation.
pub const REVENUE: View = View {
    name: "revenue_by_organisation_and_period",
    partition: &["org_id", "period"],
    clustering: &["doc_id"],
    values: &["name", "record_count", "revenue", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.revenue_by_organisation_and_period (
    org_id uuid,
    period text,
    doc_id uuid,
    name frozen<person_name>,
    record_count bigint,
    revenue decimal,
    currency text,
    PRIMARY KEY ((org_id, period), doc_id)
) WITH CLUSTERING ORDER BY (doc_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q14 revenue of an organisation by doctor, per period'",
};

const OF_PERIOD: &str = "SELECT doc_id, name, record_count, revenue, currency \
    FROM {ks}.revenue_by_organisation_and_period WHERE org_id = ? AND period = ?";

/// Whose doctors, in which period, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The organisation.
    pub organisation: Uuid,
    /// `all`, `YYYY` or `YYYY-MM`.
    pub period: String,
    /// Rows per page; 50 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// A doctor and what their completed records brought in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The doctor.
    pub doc_id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The sum of the fees.
    #[serde(serialize_with = "money::serialize_sum")]
    pub total_revenue: BigDecimal,
    /// The fees' currency.
    pub currency: String,
    /// How many records; never zero.
    pub record_count: i64,
}

/// Currency, revenue in plain notation, doctor.
type Key = (String, String, Uuid);
type Cells = (Uuid, PersonName, i64, BigDecimal, String);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        let period = arguments.period.as_deref().unwrap_or("all");
        let is_year = period.len() == 4 && period.bytes().all(|byte| byte.is_ascii_digit());
        if period != "all" && !is_year && parse_month(period).is_err() {
            return Err(Error::invalid(format!("--period: all, YYYY or YYYY-MM is expected, not '{period}'")));
        }
        Ok(Self {
            organisation: arguments.needed(about, Entity::Organisation)?,
            period: period.to_owned(),
            size: arguments.size(50)?,
            after: arguments.after(),
        })
    }
}

/// By currency, then the greatest sum first; of equal ones the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(14, &format!("{} {}", params.organisation, params.period));
    let cells = reader.rows::<Cells>(OF_PERIOD, (params.organisation, params.period.as_str())).await?;
    let mut rows: Vec<Row> = cells.into_iter().map(Row::from).collect();
    if let Some(token) = &params.after {
        let (currency, revenue, id) = question.key::<Key>(token)?;
        let revenue = BigDecimal::from_str(&revenue)
            .map_err(|_| Error::invalid("--page: this token was not given by this program"))?;
        rows.retain(|row| order((&row.currency, &row.total_revenue, row.doc_id), (&currency, &revenue, id)).is_gt());
    }
    rows.sort_unstable_by(|one, other| {
        order((&one.currency, &one.total_revenue, one.doc_id), (&other.currency, &other.total_revenue, other.doc_id))
    });
    let page = Page::cut(rows, params.size, question, |row| {
        (row.currency.clone(), money::exact(&row.total_revenue), row.doc_id)
    })?;
    existence::noted(reader, page, Entity::Organisation, params.organisation).await
}

fn order(one: (&str, &BigDecimal, Uuid), other: (&str, &BigDecimal, Uuid)) -> Ordering {
    one.0.cmp(other.0).then_with(|| other.1.cmp(one.1)).then_with(|| cassandra_order(&one.2, &other.2))
}

impl From<Cells> for Row {
    fn from((doc_id, name, record_count, total_revenue, currency): Cells) -> Self {
        Self { doc_id, first_name: name.first_name, last_name: name.last_name, total_revenue, currency, record_count }
    }
}
