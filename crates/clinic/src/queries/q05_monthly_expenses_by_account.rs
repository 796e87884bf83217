//! Q5: what an account spent per month, with the average over three months.
//!
//! Months without records have no row; the reader fills them with zero. Totals are absolute
//! values written whole, so a repeated write cannot count twice.

use std::collections::{BTreeMap, BTreeSet};

use bigdecimal::BigDecimal;
use quorate_session::codec::{CqlDate, Uuid};
use serde::Serialize;

use super::about::About;
use super::accounts::{Whose, merged};
use super::arguments::{Arguments, AsOf};
use super::existence;
use super::fields::{self, date_cell};
use super::page::Page;
use super::reader::Reader;
use crate::calendar::{day_of, first_day, month_text, year_month};
use crate::error::Error;
use crate::ids::Entity;
use crate::money;
use crate::view::View;

/// An account's spending by month, newest first.
///
/// Rows per partition over ten years: 15 (median), 80 (99 %), 120 (most).
pub const MONTHLY_EXPENSES: View = View {
    name: "monthly_expenses_by_account",
    partition: &["account_id"],
    clustering: &["month"],
    values: &["total", "visits", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.monthly_expenses_by_account (
    account_id uuid,
    month date,
    total decimal,
    visits int,
    currency text,
    PRIMARY KEY ((account_id), month)
) WITH CLUSTERING ORDER BY (month DESC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q5 spending of an account per month'",
};

const BETWEEN: &str = "SELECT month, total, currency FROM {ks}.monthly_expenses_by_account \
    WHERE account_id = ? AND month >= ? AND month <= ?";

/// Most months of one answer: a hundred years.
const MOST_MONTHS: u32 = 1_200;

/// Months that an average covers.
const AVERAGED_MONTHS: u32 = 3;

/// Whose expenses, and of which months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// An account, or all accounts of a customer.
    pub whose: Whose,
    /// How many months, ending with the month of `as_of`; 1 by default.
    pub months: u32,
    /// Now.
    pub as_of: i64,
}

/// What was spent in a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `YYYY-MM`.
    pub year_month: String,
    /// The sum of the month's completed records.
    #[serde(serialize_with = "money::serialize_sum")]
    pub total_medical_amt: BigDecimal,
    /// A third of this month and the two before, in cents.
    #[serde(serialize_with = "money::serialize_sum")]
    pub moving_average: BigDecimal,
    /// The currency of both.
    pub currency: String,
}

/// Totals by currency and first day of the month.
type Totals = BTreeMap<(String, i32), BigDecimal>;

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About, as_of: AsOf) -> Result<Self, Error> {
        let months = arguments.months.unwrap_or(1);
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(Error::invalid(format!("--months: a number from 1 to {MOST_MONTHS} is expected")));
        }
        Ok(Self { whose: Whose::from_arguments(arguments, about)?, months, as_of: as_of.instant() })
    }
}

/// The months oldest first; of one month a row per currency of the accounts, by its code.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let accounts = params.whose.accounts(reader).await?;
    let known = !accounts.is_empty()
        || match params.whose {
            Whose::Account(_) => false,
            Whose::Customer(id) => existence::exists(reader, Entity::Customer, id).await?,
        };
    if !known {
        return Ok(Page::unknown(params.whose.entity(), params.whose.id()));
    }
    let window = Window::of(params);
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id).collect();
    let cells = merged(&ids, |account| {
        let (from, to) = (date_cell(window.month(window.first)), date_cell(window.month(0)));
        reader.rows::<(CqlDate, BigDecimal, String)>(BETWEEN, (account, from, to))
    })
    .await?;
    let mut currencies: BTreeSet<String> = accounts.into_iter().map(|account| account.currency).collect();
    let mut totals = Totals::new();
    for (month, total, currency) in cells {
        currencies.insert(currency.clone());
        *totals.entry((currency, fields::days(month))).or_default() += total;
    }
    if currencies.is_empty() {
        currencies.insert(money::DEFAULT_CURRENCY.to_owned());
    }
    Ok(Page::last(rows(window, params.months, &currencies, &totals)?))
}

/// Months counted back from the present one, which is 0.
#[derive(Clone, Copy)]
struct Window {
    year: i32,
    month: i32,
    /// The earliest month that an average of the answer covers.
    first: u32,
}

impl Window {
    fn of(params: &Params) -> Self {
        let (year, month) = year_month(day_of(params.as_of));
        Self { year, month, first: params.months - 1 + AVERAGED_MONTHS - 1 }
    }

    /// The first day of a month.
    fn month(self, back: u32) -> i32 {
        first_day(self.year, self.month - back.cast_signed())
    }
}

fn rows(window: Window, months: u32, currencies: &BTreeSet<String>, totals: &Totals) -> Result<Vec<Row>, Error> {
    let total = |currency: &str, back: u32| totals.get(&(currency.to_owned(), window.month(back))).cloned();
    let mut rows = Vec::new();
    for back in (0..months).rev() {
        for currency in currencies {
            let three: BigDecimal = (back..back + AVERAGED_MONTHS).filter_map(|back| total(currency, back)).sum();
            let moving_average = money::divide_to_cents(&three, u64::from(AVERAGED_MONTHS))
                .ok_or_else(|| fields::damaged("monthly_expenses_by_account", "a total has an impossible scale"))?;
            rows.push(Row {
                year_month: month_text(window.month(back)),
                total_medical_amt: total(currency, back).unwrap_or_default(),
                moving_average,
                currency: currency.clone(),
            });
        }
    }
    Ok(rows)
}
