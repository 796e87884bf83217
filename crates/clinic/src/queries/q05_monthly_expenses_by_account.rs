//! Q5: what an account spent per month, with the average over three months.
//!
//! Months without records have no row; the reader fills them with zero. Totals are absolute
//! values written whole, so a repeated write cannot count twice.

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
