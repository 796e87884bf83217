//! Q3: an account's completed records, the dearest first.
//!
//! The amount is a clustering column, so the first rows of the partition are the answer.
//! A completed record never changes, so no row ever moves.

use std::cmp::Ordering;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::accounts::{Whose, merged};
use super::arguments::Arguments;
use super::existence;
use super::fields::{self, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::cassandra_order;
use crate::money;
use crate::view::View;

/// Completed records of an account by amount.
///
/// Rows per partition over ten years: 20 (median), 200 (99 %), 2,000 (most).
pub const RECORDS_BY_AMOUNT: View = View {
    name: "records_by_account_and_amount",
    partition: &["account_id"],
    clustering: &["medical_amt", "tx_date", "medical_id"],
    values: &["doc_id", "medical_purpose", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.records_by_account_and_amount (
    account_id uuid,
    medical_amt decimal,
    tx_date timestamp,
    medical_id uuid,
    doc_id uuid,
    medical_purpose text,
    currency text,
    PRIMARY KEY ((account_id), medical_amt, tx_date, medical_id)
) WITH CLUSTERING ORDER BY (medical_amt DESC, tx_date DESC, medical_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q3 dearest completed records of an account'",
};

const FIRST: &str = "SELECT medical_amt, tx_date, medical_id, doc_id, medical_purpose, currency \
    FROM {ks}.records_by_account_and_amount WHERE account_id = ? LIMIT ?";
const SAME_INSTANT: &str = "SELECT medical_amt, tx_date, medical_id, doc_id, medical_purpose, currency \
    FROM {ks}.records_by_account_and_amount \
    WHERE account_id = ? AND medical_amt = ? AND tx_date = ? AND medical_id > ? LIMIT ?";
const SAME_AMOUNT: &str = "SELECT medical_amt, tx_date, medical_id, doc_id, medical_purpose, currency \
    FROM {ks}.records_by_account_and_amount WHERE account_id = ? AND medical_amt = ? AND tx_date < ? LIMIT ?";
const CHEAPER: &str = "SELECT medical_amt, tx_date, medical_id, doc_id, medical_purpose, currency \
    FROM {ks}.records_by_account_and_amount WHERE account_id = ? AND medical_amt < ? LIMIT ?";

/// Whose records, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// An account, or all accounts of a customer.
    pub whose: Whose,
    /// Rows per page; 5 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
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

/// Amount in plain notation, instant in milliseconds, record.
type Key = (String, i64, Uuid);
type Cells = (BigDecimal, CqlTimestamp, Uuid, Uuid, String, String);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        Ok(Self { whose: Whose::from_arguments(arguments, about)?, size: arguments.size(5)?, after: arguments.after() })
    }
}

/// The dearest first; of equally dear ones the newer, then the smaller id. Amounts of several
/// currencies are ordered by their figures.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(3, &format!("{:?}", params.whose));
    let last = match &params.after {
        None => None,
        Some(token) => Some(Last::try_from(question.key::<Key>(token)?)?),
    };
    let wanted = params.size + 1;
    let accounts = params.whose.account_ids(reader).await?;
    let mut rows = merged(&accounts, |account| of_account(reader, account, last.as_ref(), wanted)).await?;
    rows.sort_unstable_by(order);
    let page =
        Page::cut(rows, params.size, question, |row| (money::exact(&row.medical_amt), row.tx_date, row.medical_id))?;
    existence::noted(reader, page, params.whose.entity(), params.whose.id()).await
}

/// The row that the page before ended with.
struct Last {
    amount: BigDecimal,
    at: CqlTimestamp,
    id: Uuid,
}

impl TryFrom<Key> for Last {
    type Error = Error;

    fn try_from((amount, at, id): Key) -> Result<Self, Error> {
        let amount = BigDecimal::from_str(&amount)
            .map_err(|_| Error::invalid("--page: this token was not given by this program"))?;
        Ok(Self { amount, at: CqlTimestamp(at), id })
    }
}

async fn of_account(reader: &Reader, account: Uuid, last: Option<&Last>, wanted: usize) -> Result<Vec<Row>, Error> {
    let cells = match last {
        None => reader.rows::<Cells>(FIRST, (account, limit(wanted))).await?,
        Some(last) => after(reader, account, last, wanted).await?,
    };
    Ok(cells.into_iter().map(|cells| row(account, cells)).collect())
}

async fn after(reader: &Reader, account: Uuid, last: &Last, wanted: usize) -> Result<Vec<Cells>, Error> {
    let Last { amount, at, id } = last;
    let mut cells = reader.rows::<Cells>(SAME_INSTANT, (account, amount, at, id, limit(wanted))).await?;
    if cells.len() < wanted {
        let missing = limit(wanted - cells.len());
        cells.extend(reader.rows::<Cells>(SAME_AMOUNT, (account, amount, at, missing)).await?);
    }
    if cells.len() < wanted {
        let missing = limit(wanted - cells.len());
        cells.extend(reader.rows::<Cells>(CHEAPER, (account, amount, missing)).await?);
    }
    Ok(cells)
}

fn row(account_id: Uuid, (medical_amt, at, medical_id, doc_id, medical_purpose, currency): Cells) -> Row {
    Row { medical_id, account_id, doc_id, tx_date: at.0, medical_purpose, medical_amt, currency }
}

/// The table's clustering order, for rows of several partitions.
fn order(one: &Row, other: &Row) -> Ordering {
    other
        .medical_amt
        .cmp(&one.medical_amt)
        .then_with(|| other.tx_date.cmp(&one.tx_date))
        .then_with(|| cassandra_order(&one.medical_id, &other.medical_id))
}
