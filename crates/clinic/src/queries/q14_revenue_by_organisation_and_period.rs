//! Q14: an organisation's doctors by what their completed records brought in.
//!
//! A total is no sort key: it would leave a stale row behind with every change. One row per
//! doctor is overwritten, and the reader sorts the partition.

use crate::view::View;

/// Revenue and number of records of an organisation's doctors in a period: `all`, a year
/// (`2026`) or a month (`2026-11`).
///
/// Rows per partition: 20 (median), 500 (99 %), 5,000 (most): the doctors of an organisation.
pub const REVENUE: View = View {
    name: "revenue_by_organisation_and_period",
    partition: &["org_id", "period"],
    clustering: &["doc_id"],
    values: &["name", "record_count", "revenue", "currency"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.revenue_by_organisation_and_period (
    org_id uuid,
    period text,
    doc_id uuid,
    name frozen<person_name>,
    record_count bigint,
    revenue decimal,
    currency text,
    PRIMARY KEY ((org_id, period), doc_id)
) WITH CLUSTERING ORDER BY (doc_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q14 revenue of an organisation by doctor, per period'",
};
