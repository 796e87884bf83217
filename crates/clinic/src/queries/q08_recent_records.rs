//! Q8: the newest completed records of a doctor or of an organisation.
//!
//! Records are bucketed by time, so no partition grows for ever. A third table names the months
//! that hold records: the reader goes from one non-empty bucket to the next and never probes an
//! empty one. Upcoming appointments are not in these tables.

use crate::view::View;

/// Completed records of a doctor in a year, newest first.
///
/// Rows per partition: 800 (median), 6,000 (99 %), 20,000 (most, one every six minutes of work).
pub const RECORDS_BY_DOCTOR: View = View {
    name: "records_by_doctor",
    partition: &["doc_id", "year"],
    clustering: &["tx_date", "medical_id"],
    values: &["account_id", "medical_purpose", "medical_amt", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.records_by_doctor (
    doc_id uuid,
    year int,
    tx_date timestamp,
    medical_id uuid,
    account_id uuid,
    medical_purpose text,
    medical_amt decimal,
    currency text,
    PRIMARY KEY ((doc_id, year), tx_date, medical_id)
) WITH CLUSTERING ORDER BY (tx_date DESC, medical_id ASC)
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
        'compaction_window_unit': 'DAYS', 'compaction_window_size': '90'}
    AND comment = 'Q8 newest completed records of a doctor, one partition per year'",
};

/// Completed records of an organisation in a month, newest first.
///
/// Rows per partition: 500 (median), 8,000 (99 %), 20,000 (most).
pub const RECORDS_BY_ORGANISATION: View = View {
    name: "records_by_organisation",
    partition: &["org_id", "month"],
    clustering: &["tx_date", "medical_id"],
    values: &["doc_id", "account_id", "medical_purpose", "medical_amt", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.records_by_organisation (
    org_id uuid,
    month date,
    tx_date timestamp,
    medical_id uuid,
    doc_id uuid,
    account_id uuid,
    medical_purpose text,
    medical_amt decimal,
    currency text,
    PRIMARY KEY ((org_id, month), tx_date, medical_id)
) WITH CLUSTERING ORDER BY (tx_date DESC, medical_id ASC)
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
        'compaction_window_unit': 'DAYS', 'compaction_window_size': '90'}
    AND comment = 'Q8 newest completed records of an organisation, one partition per month'",
};

/// The months in which a doctor or an organisation has completed records, newest first.
///
/// Rows per partition over ten years: 60 (median), 120 (99 %), 120 (most).
pub const PERIODS: View = View {
    name: "active_months",
    partition: &["owner_id"],
    clustering: &["month"],
    values: &[],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.active_months (
    owner_id uuid,
    month date,
    PRIMARY KEY ((owner_id), month)
) WITH CLUSTERING ORDER BY (month DESC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q8 months in which a doctor or organisation has completed records'",
};
