//! Q8: the newest completed records of a doctor or of an organisation.
//!
//! Records are bucketed by time, so no partition grows for ever. A third table names the months
//! that hold records: the reader goes from one non-empty bucket to the next and never probes an
//! empty one. Upcoming appointments are not in these tables.

use bigdecimal::BigDecimal;
use quorate_session::SerializeValue;
use quorate_session::codec::{CqlDate, CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::existence;
use super::fields::{self, date_cell, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::calendar::{day_of, first_day, month_of, year_month};
use crate::error::Error;
use crate::ids::Entity;
use crate::money;
use crate::view::View;

/// Completed records of a doctor in a year, newest first.
///
/// Rows per partition: 800 (median), 6,000 (99 %), 20,000 (most, one every six minutes of work).
pub const RECORDS_BY_DOCTOR: View = View {
    name: "records_by_doctor",
    partition: &["doc_id", "year"],
    clustering: &["tx_date", "medical_id"],
    values: &["account_id", "medical_purpose", "medical_amt", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.records_by_doctor (
    doc_id uuid,
    year int,
    tx_date timestamp,
    medical_id uuid,
    account_id uuid,
    medical_purpose text,
    medical_amt decimal,
    currency text,
    PRIMARY KEY ((doc_id, year), tx_date, medical_id)
) WITH CLUSTERING ORDER BY (tx_date DESC, medical_id ASC)
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
        'compaction_window_unit': 'DAYS', 'compaction_window_size': '90'}
    AND comment = 'Q8 newest completed records of a doctor, one partition per year'",
};

/// Completed records of an organisation in a month, newest first.
///
/// Rows per partition: 500 (median), 8,000 (99 %), 20,000 (most).
pub const RECORDS_BY_ORGANISATION: View = View {
    name: "records_by_organisation",
    partition: &["org_id", "month"],
    clustering: &["tx_date", "medical_id"],
    values: &["doc_id", "account_id", "medical_purpose", "medical_amt", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.records_by_organisation (
    org_id uuid,
    month date,
    tx_date timestamp,
    medical_id uuid,
    doc_id uuid,
    account_id uuid,
    medical_purpose text,
    medical_amt decimal,
    currency text,
    PRIMARY KEY ((org_id, month), tx_date, medical_id)
) WITH CLUSTERING ORDER BY (tx_date DESC, medical_id ASC)
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
        'compaction_window_unit': 'DAYS', 'compaction_window_size': '90'}
    AND comment = 'Q8 newest completed records of an organisation, one partition per month'",
};

/// The months in which a doctor or an organisation has completed records, newest first.
///
/// Rows per partition over ten years: 60 (median), 120 (99 %), 120 (most).
pub const PERIODS: View = View {
    name: "active_months",
    partition: &["owner_id"],
    clustering: &["month"],
    values: &[],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.active_months (
    owner_id uuid,
    month date,
    PRIMARY KEY ((owner_id), month)
) WITH CLUSTERING ORDER BY (month DESC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q8 months in which a doctor or organisation has completed records'",
};

const MONTHS: &str = "SELECT month FROM {ks}.active_months WHERE owner_id = ? AND month <= ? LIMIT ?";

/// The reads of one bucket: its first rows, and the two slices that follow a row.
struct Statements {
    first: &'static str,
    same_instant: &'static str,
    older: &'static str,
}

const OF_DOCTOR: Statements = Statements {
    first: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_doctor WHERE doc_id = ? AND year = ? LIMIT ?",
    same_instant: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_doctor WHERE doc_id = ? AND year = ? AND tx_date = ? AND medical_id > ? LIMIT ?",
    older: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_doctor WHERE doc_id = ? AND year = ? AND tx_date < ? LIMIT ?",
};

const OF_ORGANISATION: Statements = Statements {
    first: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_organisation WHERE org_id = ? AND month = ? LIMIT ?",
    same_instant: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_organisation WHERE org_id = ? AND month = ? AND tx_date = ? AND medical_id > ? LIMIT ?",
    older: "SELECT medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency \
        FROM {ks}.records_by_organisation WHERE org_id = ? AND month = ? AND tx_date < ? LIMIT ?",
};

/// Whose records, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Whose records.
    pub of: Of,
    /// Rows per page; 10 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// Whose records are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A doctor's.
    Doctor(Uuid),
    /// Those of all doctors of an organisation.
    Organisation(Uuid),
}

/// A completed record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The record.
    pub medical_id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// Who was visited.
    pub doc_id: Uuid,
    /// When the visit started, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub tx_date: i64,
    /// Why the patient came.
    pub medical_purpose: String,
    /// The fee, as it was recorded.
    #[serde(serialize_with = "money::serialize_exact")]
    pub medical_amt: BigDecimal,
    /// The fee's currency.
    pub currency: String,
}

/// Instant in milliseconds, record.
type Key = (i64, Uuid);
type Cells = (Uuid, Uuid, Uuid, CqlTimestamp, String, BigDecimal, String);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        let of = match arguments.either(about, Entity::Doctor, Entity::Organisation)? {
            (Entity::Doctor, id) => Of::Doctor(id),
            (_, id) => Of::Organisation(id),
        };
        Ok(Self { of, size: arguments.size(10)?, after: arguments.after() })
    }
}

/// The newest first; of those that started at the same instant the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(8, &format!("{:?}", params.of));
    let last = params.after.as_ref().map(|token| question.key::<Key>(token)).transpose()?;
    let cells = newest(reader, params.of, last, params.size + 1).await?;
    let rows = cells.into_iter().map(Row::from).collect();
    let page = Page::cut(rows, params.size, question, |row| (row.tx_date, row.medical_id))?;
    let (entity, id) = params.of.owner();
    existence::noted(reader, page, entity, id).await
}

/// Walks the buckets that hold rows, newest first, until there are enough.
async fn newest(reader: &Reader, of: Of, last: Option<Key>, wanted: usize) -> Result<Vec<Cells>, Error> {
    let mut found = Vec::new();
    let mut newest = last.map_or(i32::MAX, |(at, _)| month_of(day_of(at)));
    loop {
        let missing = wanted - found.len();
        let months = reader.rows::<(CqlDate,)>(MONTHS, (of.owner().1, date_cell(newest), limit(missing))).await?;
        let mut starts: Vec<i32> = months.into_iter().map(|(month,)| of.bucket_start(fields::days(month))).collect();
        starts.dedup();
        let Some(oldest) = starts.last().copied() else { return Ok(found) };
        for start in starts {
            let after = last.filter(|(at, _)| of.bucket_start(day_of(*at)) == start);
            found.extend(in_bucket(reader, of, start, after, wanted - found.len()).await?);
            if found.len() >= wanted {
                return Ok(found);
            }
        }
        newest = oldest.saturating_sub(1);
    }
}

async fn in_bucket(
    reader: &Reader,
    of: Of,
    start: i32,
    after: Option<Key>,
    wanted: usize,
) -> Result<Vec<Cells>, Error> {
    match of {
        Of::Doctor(id) => slices(reader, &OF_DOCTOR, (id, year_month(start).0), after, wanted).await,
        Of::Organisation(id) => slices(reader, &OF_ORGANISATION, (id, date_cell(start)), after, wanted).await,
    }
}

/// The rows of a partition, or those after a row: of the same instant, then older ones.
async fn slices<B: SerializeValue + Copy>(
    reader: &Reader,
    statements: &Statements,
    (owner, bucket): (Uuid, B),
    after: Option<Key>,
    wanted: usize,
) -> Result<Vec<Cells>, Error> {
    let Some((at, id)) = after else {
        return reader.rows(statements.first, (owner, bucket, limit(wanted))).await;
    };
    let at = CqlTimestamp(at);
    let mut cells = reader.rows::<Cells>(statements.same_instant, (owner, bucket, at, id, limit(wanted))).await?;
    if cells.len() < wanted {
        let missing = limit(wanted - cells.len());
        cells.extend(reader.rows::<Cells>(statements.older, (owner, bucket, at, missing)).await?);
    }
    Ok(cells)
}

impl Of {
    fn owner(self) -> (Entity, Uuid) {
        match self {
            Self::Doctor(id) => (Entity::Doctor, id),
            Self::Organisation(id) => (Entity::Organisation, id),
        }
    }

    /// The first day of the bucket that a day lies in: of its year for a doctor, else of its month.
    fn bucket_start(self, day: i32) -> i32 {
        match self {
            Self::Doctor(_) => first_day(year_month(day).0, 1),
            Self::Organisation(_) => month_of(day),
        }
    }
}

impl From<Cells> for Row {
    fn from(cells: Cells) -> Self {
        let (medical_id, account_id, doc_id, at, medical_purpose, medical_amt, currency) = cells;
        let tx_date = at.0;
        Self { medical_id, account_id, doc_id, tx_date, medical_purpose, medical_amt, currency }
    }
}
