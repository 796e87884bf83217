//! Q11: the newest accounts of all customers, or all accounts of one.
//!
//! `latest` holds the newest thousand and answers the first pages. Further pages walk the month
//! buckets back, from the month of the last row, over the list of months that hold accounts.

use quorate_session::codec::{CqlDate, CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::{self, Arguments};
use super::existence;
use super::fields::{self, PersonName, date_cell, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::calendar::{day_of, month_of, month_text};
use crate::error::Error;
use crate::ids::Entity;
use crate::view::View;

/// Accounts by bucket, newest first.
///
/// Rows per partition over ten years: `latest` 1,000 and what is opened between two trims; a
/// month 5,000 (median), 20,000 (99 %), 50,000 (most).
pub const ACCOUNTS_BY_MONTH: View = View {
    name: "accounts_by_month",
    partition: &["bucket"],
    clustering: &["created_at", "account_id"],
    values: &["cust_id", "name"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.accounts_by_month (
    bucket text,
    created_at timestamp,
    account_id uuid,
    cust_id uuid,
    name frozen<person_name>,
    PRIMARY KEY ((bucket), created_at, account_id)
) WITH CLUSTERING ORDER BY (created_at DESC, account_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q11 newest accounts: bucket latest, and one bucket per month'",
};

/// A customer's accounts, newest first.
///
/// Rows per partition over ten years: 2 (median), 5 (99 %), 50 (most).
pub const ACCOUNTS_BY_CUSTOMER: View = View {
    name: "accounts_by_customer",
    partition: &["cust_id"],
    clustering: &["created_at", "account_id"],
    values: &["org_id", "account_type", "name", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.accounts_by_customer (
    cust_id uuid,
    created_at timestamp,
    account_id uuid,
    org_id uuid,
    account_type text,
    name frozen<person_name>,
    currency text,
    PRIMARY KEY ((cust_id), created_at, account_id)
) WITH CLUSTERING ORDER BY (created_at DESC, account_id ASC)
    AND compaction = {'class': 'SizeTieredCompactionStrategy'}
    AND comment = 'Q11 accounts of a customer'",
};

/// The months in which accounts were opened, newest first, one row per stream that saw one.
///
/// Rows per partition over ten years: 120 months times the number of streams (16): 1,920.
pub const ACCOUNT_MONTHS: View = View {
    name: "account_months",
    partition: &["scope"],
    clustering: &["month", "shard"],
    values: &[],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.account_months (
    scope text,
    month date,
    shard int,
    PRIMARY KEY ((scope), month, shard)
) WITH CLUSTERING ORDER BY (month DESC, shard ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q11 months in which accounts were opened'",
};

const FIRST: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_month \
    WHERE bucket = ? LIMIT ?";
const SAME_INSTANT: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_month \
    WHERE bucket = ? AND created_at = ? AND account_id > ? LIMIT ?";
const OLDER: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_month \
    WHERE bucket = ? AND created_at < ? LIMIT ?";
const NEWEST_MONTH: &str = "SELECT month FROM {ks}.account_months WHERE scope = 'accounts' AND month <= ? LIMIT 1";

const OF_CUSTOMER: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_customer \
    WHERE cust_id = ? LIMIT ?";
const OF_CUSTOMER_SAME_INSTANT: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_customer \
    WHERE cust_id = ? AND created_at = ? AND account_id > ? LIMIT ?";
const OF_CUSTOMER_OLDER: &str = "SELECT created_at, account_id, cust_id, name FROM {ks}.accounts_by_customer \
    WHERE cust_id = ? AND created_at < ? LIMIT ?";

/// The bucket of the newest accounts.
const LATEST: &str = "latest";

/// How many rows `latest` keeps when it is trimmed: below them it may have gaps.
const LATEST_ROWS: usize = 1_000;

/// Whose accounts, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Only this customer's.
    pub customer: Option<Uuid>,
    /// Rows per page; 100 by default, all of a customer.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// An account and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The customer.
    pub cust_id: Uuid,
    /// The customer's first name.
    pub first_name: String,
    /// The customer's last name.
    pub last_name: String,
    /// First name, one space, last name.
    pub full_name: String,
    /// The account.
    pub account_id: Uuid,
    /// When it was opened, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub created_at: i64,
}

/// Instant in milliseconds, account.
type Key = (i64, Uuid);
type Cells = (CqlTimestamp, Uuid, Uuid, PersonName);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        let customer = arguments.customer.is_some().then(|| arguments.needed(about, Entity::Customer)).transpose()?;
        let default = if customer.is_some() { arguments::MOST_ROWS } else { 100 };
        Ok(Self { customer, size: arguments.size(default)?, after: arguments.after() })
    }
}

/// The newest first; of those opened at the same instant the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(11, &format!("{:?}", params.customer));
    let last = params.after.as_ref().map(|token| question.key::<Key>(token)).transpose()?;
    let wanted = params.size + 1;
    let cells = match params.customer {
        Some(customer) => of_customer(reader, customer, last, wanted).await?,
        None => of_all(reader, last, wanted).await?,
    };
    let rows = cells.into_iter().map(Row::from).collect();
    let page = Page::cut(rows, params.size, question, |row| (row.created_at, row.account_id))?;
    match params.customer {
        Some(customer) => existence::noted(reader, page, Entity::Customer, customer).await,
        None => Ok(page),
    }
}

/// `latest` as far as it is whole, then the months.
async fn of_all(reader: &Reader, last: Option<Key>, wanted: usize) -> Result<Vec<Cells>, Error> {
    let mut found = Vec::new();
    let mut last = last;
    if last.is_none() {
        found = reader.rows::<Cells>(FIRST, (LATEST, limit(wanted.min(LATEST_ROWS)))).await?;
        last = found.last().map(|(at, id, ..)| (at.0, *id));
    }
    let mut newest = last.map_or(i32::MAX, |(at, _)| month_of(day_of(at)));
    while found.len() < wanted {
        let Some((month,)) = reader.row::<(CqlDate,)>(NEWEST_MONTH, (date_cell(newest),)).await? else { break };
        let month = fields::days(month);
        let after = last.filter(|(at, _)| month_of(day_of(*at)) == month);
        found.extend(of_month(reader, &month_text(month), after, wanted - found.len()).await?);
        newest = month.saturating_sub(1);
    }
    Ok(found)
}

async fn of_month(reader: &Reader, bucket: &str, after: Option<Key>, wanted: usize) -> Result<Vec<Cells>, Error> {
    let Some((at, id)) = after else {
        return reader.rows(FIRST, (bucket, limit(wanted))).await;
    };
    let at = CqlTimestamp(at);
    let mut cells = reader.rows::<Cells>(SAME_INSTANT, (bucket, at, id, limit(wanted))).await?;
    if cells.len() < wanted {
        cells.extend(reader.rows::<Cells>(OLDER, (bucket, at, limit(wanted - cells.len()))).await?);
    }
    Ok(cells)
}

async fn of_customer(reader: &Reader, customer: Uuid, last: Option<Key>, wanted: usize) -> Result<Vec<Cells>, Error> {
    let Some((at, id)) = last else {
        return reader.rows(OF_CUSTOMER, (customer, limit(wanted))).await;
    };
    let at = CqlTimestamp(at);
    let mut cells = reader.rows::<Cells>(OF_CUSTOMER_SAME_INSTANT, (customer, at, id, limit(wanted))).await?;
    if cells.len() < wanted {
        cells.extend(reader.rows::<Cells>(OF_CUSTOMER_OLDER, (customer, at, limit(wanted - cells.len()))).await?);
    }
    Ok(cells)
}

impl From<Cells> for Row {
    fn from((created_at, account_id, cust_id, name): Cells) -> Self {
        Self {
            cust_id,
            full_name: name.full(),
            first_name: name.first_name,
            last_name: name.last_name,
            account_id,
            created_at: created_at.0,
        }
    }
}
