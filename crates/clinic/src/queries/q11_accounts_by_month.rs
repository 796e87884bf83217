//! Q11: the newest accounts of all customers, or all accounts of one.
//!
//! `latest` holds the newest thousand and answers the first pages. Further pages walk the month
//! buckets back, from the month of the last row, over the list of months that hold accounts.

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
