//! Q10: a doctor's soonest appointments.
//!
//! The doctor's side of Q6: only open appointments have a row, past ones stay out by the range.

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
