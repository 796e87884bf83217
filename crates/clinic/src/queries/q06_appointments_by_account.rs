//! Q6: an account's soonest appointments within a month.
//!
//! Only open appointments have a row: completing, cancelling or moving one deletes it, and a TTL
//! takes what nobody closed. Past appointments stay out by the range, not by a filter.

use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::accounts::{Whose, merged};
use super::arguments::{Arguments, AsOf};
use super::existence;
use super::fields::{self, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::cassandra_order;
use crate::moment::plus_months;
use crate::view::View;

/// Upcoming appointments of an account, soonest first.
///
/// Rows per partition at any time: 1 (median), 8 (99 %), 100 (most).
pub const APPOINTMENTS_BY_ACCOUNT: View = View {
    name: "appointments_by_account",
    partition: &["account_id"],
    clustering: &["starts_at", "medical_id"],
    values: &["doc_id", "cust_id", "medical_purpose", "ends_at"],
    expires: true,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.appointments_by_account (
    account_id uuid,
    starts_at timestamp,
    medical_id uuid,
    doc_id uuid,
    cust_id uuid,
    medical_purpose text,
    ends_at timestamp,
    PRIMARY KEY ((account_id), starts_at, medical_id)
) WITH CLUSTERING ORDER BY (starts_at ASC, medical_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q6 upcoming appointments of an account'",
};

const FROM: &str = "SELECT medical_id, doc_id, starts_at, medical_purpose, ends_at FROM {ks}.appointments_by_account \
    WHERE account_id = ? AND starts_at >= ? AND starts_at < ? LIMIT ?";
const SAME_INSTANT: &str = "SELECT medical_id, doc_id, starts_at, medical_purpose, ends_at \
    FROM {ks}.appointments_by_account WHERE account_id = ? AND starts_at = ? AND medical_id > ? LIMIT ?";

/// Whose appointments, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// An account, or all accounts of a customer.
    pub whose: Whose,
    /// Now.
    pub as_of: AsOf,
    /// Rows per page; 3 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The appointment.
    pub medical_id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// Who is visited.
    pub doc_id: Uuid,
    /// When it starts, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub tx_date: i64,
    /// Why the patient comes.
    pub medical_purpose: String,
    /// When it ends, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub ends_at: i64,
}

/// The first page's now, the start and the id: later pages keep the window of the first.
type Key = (i64, i64, Uuid);
type Cells = (Uuid, Uuid, CqlTimestamp, String, CqlTimestamp);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About, as_of: AsOf) -> Result<Self, Error> {
        Ok(Self {
            whose: Whose::from_arguments(arguments, about)?,
            as_of,
            size: arguments.size(3)?,
            after: arguments.after(),
        })
    }
}

/// The soonest first, from now until the same day of the next month; of those that start at the
/// same instant the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(6, &format!("{:?} {:?}", params.whose, params.as_of.given_ms()));
    let last = params.after.as_ref().map(|token| question.key::<Key>(token)).transpose()?;
    let now = last.map_or(params.as_of.instant(), |key| key.0);
    let read = Read { last: last.map(|key| (key.1, key.2)), now, until: plus_months(now, 1), wanted: params.size + 1 };
    let accounts = params.whose.account_ids(reader).await?;
    let mut rows = merged(&accounts, |account| of_account(reader, account, read)).await?;
    rows.sort_unstable_by(|one, other| {
        one.tx_date.cmp(&other.tx_date).then_with(|| cassandra_order(&one.medical_id, &other.medical_id))
    });
    let page = Page::cut(rows, params.size, question, |row| (now, row.tx_date, row.medical_id))?;
    existence::noted(reader, page, params.whose.entity(), params.whose.id()).await
}

/// What is read of each account; instants in milliseconds.
#[derive(Clone, Copy)]
struct Read {
    last: Option<(i64, Uuid)>,
    now: i64,
    until: i64,
    wanted: usize,
}

async fn of_account(reader: &Reader, account: Uuid, read: Read) -> Result<Vec<Row>, Error> {
    let mut cells = Vec::new();
    let mut from = read.now;
    if let Some((at, id)) = read.last {
        cells = reader.rows::<Cells>(SAME_INSTANT, (account, CqlTimestamp(at), id, limit(read.wanted))).await?;
        from = at.saturating_add(1);
    }
    if cells.len() < read.wanted {
        let values = (account, CqlTimestamp(from), CqlTimestamp(read.until), limit(read.wanted - cells.len()));
        cells.extend(reader.rows::<Cells>(FROM, values).await?);
    }
    Ok(cells.into_iter().map(|cells| row(account, cells)).collect())
}

fn row(account_id: Uuid, (medical_id, doc_id, starts_at, medical_purpose, ends_at): Cells) -> Row {
    Row { medical_id, account_id, doc_id, tx_date: starts_at.0, medical_purpose, ends_at: ends_at.0 }
}
