//! Q9: an organisation's average rating per month.
//!
//! Sum and count are stored, the average is divided on reading: an average cannot be updated
//! by the next review, and rounding it twice would be wrong.

use crate::view::View;

/// Sum and number of an organisation's ratings by month, newest first.
///
/// Rows per partition over ten years: 90 (median), 120 (99 %), 120 (most).
pub const RATINGS: View = View {
    name: "ratings_by_organisation_and_month",
    partition: &["org_id"],
    clustering: &["month"],
    values: &["rating_sum", "rating_count"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.ratings_by_organisation_and_month (
    org_id uuid,
    month date,
    rating_sum bigint,
    rating_count bigint,
    PRIMARY KEY ((org_id), month)
) WITH CLUSTERING ORDER BY (month DESC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q9 ratings of an organisation per month'",
};
