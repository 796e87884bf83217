//! Q6: an account's soonest appointments within a month.
//!
//! Only open appointments have a row: completing, cancelling or moving one deletes it, and a TTL
//! takes what nobody closed. Past appointments stay out by the range, not by a filter.

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
