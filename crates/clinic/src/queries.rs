//! The fourteen access patterns, one file each: table, statement, parameters, row, function.
//!
//! Each is a bounded read of one partition, or of one per account where several are merged. What
//! it costs does not grow with the data set. Nothing here writes, and nothing filters rows that a
//! clustering order could have left unread.

use futures::future::{BoxFuture, FutureExt as _};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::Error;
use crate::ids::Entity;

pub mod about;
pub mod accounts;
pub mod arguments;
mod existence;
mod fields;
pub mod models;
pub mod page;
pub mod q01_offerings_by_time;
pub mod q02_customers;
pub mod q03_records_by_account_and_amount;
pub mod q04_top_doctors;
pub mod q05_monthly_expenses_by_account;
pub mod q06_appointments_by_account;
pub mod q07_doctors;
pub mod q08_recent_records;
pub mod q09_ratings_by_organisation_and_month;
pub mod q10_appointments_by_doctor;
pub mod q11_accounts_by_month;
pub mod q12_transactions_by_organisation_and_day;
pub mod q13_population_by_region;
pub mod q14_revenue_by_organisation_and_period;
pub mod reader;

pub use about::About;
pub use arguments::{Arguments, AsOf};
pub use models::Model;
pub use page::{Page, Token, Unknown};
pub use q01_offerings_by_time::OFFERINGS;
pub use q02_customers::CUSTOMERS;
pub use q03_records_by_account_and_amount::RECORDS_BY_AMOUNT;
pub use q04_top_doctors::TOP_DOCTORS_CQL;
pub use q05_monthly_expenses_by_account::MONTHLY_EXPENSES;
pub use q06_appointments_by_account::APPOINTMENTS_BY_ACCOUNT;
pub use q07_doctors::DOCTORS;
pub use q08_recent_records::{PERIODS, RECORDS_BY_DOCTOR, RECORDS_BY_ORGANISATION};
pub use q09_ratings_by_organisation_and_month::RATINGS;
pub use q10_appointments_by_doctor::APPOINTMENTS_BY_DOCTOR;
pub use q11_accounts_by_month::{ACCOUNT_MONTHS, ACCOUNTS_BY_CUSTOMER, ACCOUNTS_BY_MONTH};
pub use q12_transactions_by_organisation_and_day::TRANSACTIONS;
pub use q13_population_by_region::POPULATION;
pub use q14_revenue_by_organisation_and_period::REVENUE;
pub use reader::Reader;

/// An answer as programs read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// An array of objects; for a single thing an object or `null`.
    pub json: Value,
    /// Where the answer continues, if there is more.
    pub next: Option<Token>,
    /// The id of the question that nothing is known by.
    pub unknown: Option<Unknown>,
    /// The instant up to which the answer counts, where that may lie behind the newest fact, in
    /// milliseconds since 1970.
    pub as_of: Option<i64>,
}

/// The number of a query that is written `q3`, `Q3` or `3`.
///
/// # Errors
/// `Invalid` for anything but the queries that there are.
pub fn number(text: &str) -> Result<u8, Error> {
    let digits = text.strip_prefix(['q', 'Q']).unwrap_or(text);
    digits
        .parse()
        .ok()
        .filter(|number| about::about(*number).is_some())
        .ok_or_else(|| Error::invalid(format!("there is no query '{text}': q1 to q14 are known")))
}

/// Answers a query by number. `now`, in milliseconds since 1970, counts where the
/// arguments do not replace it.
///
/// # Errors
/// `Invalid` names the option that is missing, malformed or contradicts another; otherwise what
/// the store reports.
pub fn run<'a>(
    reader: &'a Reader,
    number: u8,
    arguments: &'a Arguments,
    now: i64,
) -> BoxFuture<'a, Result<Answer, Error>> {
    async move {
        let Some(about) = about::about(number) else {
            return Err(Error::invalid(format!("there is no query q{number}: q1 to q14 are known")));
        };
        arguments.check(about)?;
        let as_of = arguments.as_of(now);
        macro_rules! list {
            ($query:ident $(, $extra:expr)?) => {
                list($query::run(reader, &$query::Params::from_arguments(arguments, about $(, $extra)?)?).await?)
            };
        }
        match number {
            1 => list!(q01_offerings_by_time),
            2 => {
                let params = q02_customers::Params::from_arguments(arguments, about)?;
                single(q02_customers::run(reader, &params).await?.as_ref(), Entity::Customer, params.customer)
            }
            3 => list!(q03_records_by_account_and_amount),
            4 => list!(q04_top_doctors),
            5 => list!(q05_monthly_expenses_by_account, as_of),
            6 => list!(q06_appointments_by_account, as_of),
            7 => {
                let params = q07_doctors::Params::from_arguments(arguments, about, as_of)?;
                single(q07_doctors::run(reader, &params).await?.as_ref(), Entity::Doctor, params.doctor)
            }
            8 => list!(q08_recent_records),
            9 => list!(q09_ratings_by_organisation_and_month),
            10 => list!(q10_appointments_by_doctor, as_of),
            11 => list!(q11_accounts_by_month),
            12 => list!(q12_transactions_by_organisation_and_day),
            13 => list!(q13_population_by_region),
            _ => list!(q14_revenue_by_organisation_and_period),
        }
    }
    .boxed()
}

fn list<R: Serialize>(page: Page<R>) -> Result<Answer, Error> {
    let Page { rows, next, unknown, as_of } = page;
    Ok(Answer { json: printed(&rows)?, next, unknown, as_of })
}

fn single<R: Serialize>(row: Option<&R>, entity: Entity, id: Uuid) -> Result<Answer, Error> {
    let unknown = row.is_none().then_some(Unknown { entity, id });
    Ok(Answer { json: printed(&row)?, next: None, unknown, as_of: None })
}

fn printed(rows: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(rows).map_err(|_| fields::damaged("an answer", "a row cannot be printed"))
}
