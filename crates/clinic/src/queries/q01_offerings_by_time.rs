//! Q1: the organisations whose offering is newest. Open to visitors, no login.
//!
//! One partition, `latest`, answers it. An organisation has one row there: publishing deletes
//! its previous one. The quarter buckets (`2026-Q4`) keep history and are never read here.

use crate::view::View;

/// Offerings by bucket, newest first.
///
/// Rows per partition over ten years: `latest` 1,000 and what is published between two trims;
/// a quarter 2,000 (median), 10,000 (99 %), 30,000 (most).
pub const OFFERINGS: View = View {
    name: "offerings_by_time",
    partition: &["bucket"],
    clustering: &["updated_at", "org_id"],
    values: &["org_type", "headline", "body"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.offerings_by_time (
    bucket text,
    updated_at timestamp,
    org_id uuid,
    org_type text,
    headline text,
    body text,
    PRIMARY KEY ((bucket), updated_at, org_id)
) WITH CLUSTERING ORDER BY (updated_at DESC, org_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q1 newest offerings: bucket latest, and one bucket per quarter'",
};
