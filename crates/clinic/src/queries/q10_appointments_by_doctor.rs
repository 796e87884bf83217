//! Q10: a doctor's soonest appointments.
//!
//! The doctor's side of Q6: only open appointments have a row, past ones stay out by the range.

use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::{Arguments, AsOf};
use super::existence;
use super::fields::{self, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::Entity;
use crate::view::View;

/// Upcoming appointments of a doctor, soonest first.
///
/// Rows per partition at any time: 40 (median), 300 (99 %), 2,000 (most).
pub const APPOINTMENTS_BY_DOCTOR: View = View {
    name: "appointments_by_doctor",
    partition: &["doc_id"],
    clustering: &["starts_at", "medical_id"],
    values: &["account_id", "cust_id", "medical_purpose", "ends_at"],
    expires: true,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.appointments_by_doctor (
    doc_id uuid,
    starts_at timestamp,
    medical_id uuid,
    account_id uuid,
    cust_id uuid,
    medical_purpose text,
    ends_at timestamp,
    PRIMARY KEY ((doc_id), starts_at, medical_id)
) WITH CLUSTERING ORDER BY (starts_at ASC, medical_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q10 upcoming appointments of a doctor'",
};

const FROM: &str = "SELECT medical_id, account_id, starts_at, medical_purpose, ends_at, cust_id \
    FROM {ks}.appointments_by_doctor WHERE doc_id = ? AND starts_at >= ? LIMIT ?";
const SAME_INSTANT: &str = "SELECT medical_id, account_id, starts_at, medical_purpose, ends_at, cust_id \
    FROM {ks}.appointments_by_doctor WHERE doc_id = ? AND starts_at = ? AND medical_id > ? LIMIT ?";

/// Whose appointments, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The doctor.
    pub doctor: Uuid,
    /// Now.
    pub as_of: AsOf,
    /// Rows per page; 10 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The appointment.
    pub medical_id: Uuid,
    /// The patient's account.
    pub account_id: Uuid,
    /// When it starts, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub tx_date: i64,
    /// Why the patient comes.
    pub medical_purpose: String,
    /// When it ends, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub ends_at: i64,
    /// The patient.
    pub cust_id: Uuid,
}

/// Start in milliseconds, appointment.
type Key = (i64, Uuid);
type Cells = (Uuid, Uuid, CqlTimestamp, String, CqlTimestamp, Uuid);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About, as_of: AsOf) -> Result<Self, Error> {
        Ok(Self {
            doctor: arguments.needed(about, Entity::Doctor)?,
            as_of,
            size: arguments.size(10)?,
            after: arguments.after(),
        })
    }
}

/// The soonest first, from now on; of those that start at the same instant the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(10, &format!("{} {:?}", params.doctor, params.as_of.given_ms()));
    let wanted = params.size + 1;
    let mut cells = Vec::new();
    let mut from = params.as_of.instant();
    if let Some(token) = &params.after {
        let (at, id) = question.key::<Key>(token)?;
        cells = reader.rows::<Cells>(SAME_INSTANT, (params.doctor, CqlTimestamp(at), id, limit(wanted))).await?;
        from = at.saturating_add(1);
    }
    if cells.len() < wanted {
        let values = (params.doctor, CqlTimestamp(from), limit(wanted - cells.len()));
        cells.extend(reader.rows::<Cells>(FROM, values).await?);
    }
    let rows = cells.into_iter().map(Row::from).collect();
    let page = Page::cut(rows, params.size, question, |row| (row.tx_date, row.medical_id))?;
    existence::noted(reader, page, Entity::Doctor, params.doctor).await
}

impl From<Cells> for Row {
    fn from((medical_id, account_id, starts_at, medical_purpose, ends_at, cust_id): Cells) -> Self {
        Self { medical_id, account_id, tx_date: starts_at.0, medical_purpose, ends_at: ends_at.0, cust_id }
    }
}
