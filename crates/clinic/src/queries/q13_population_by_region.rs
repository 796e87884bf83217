//! Q13: the regions with most customers.
//!
//! Every stream of customers owns one row per region; the reader adds them up. No two writers
//! share a number, so none can be lost.

use crate::view::View;

/// Customers per region and stream.
///
/// Rows: regions times streams (16): 320 (median), 4,000 (99 %), 16,000 (most).
pub const POPULATION: View = View {
    name: "population_by_region",
    partition: &["scope"],
    clustering: &["region_id", "shard"],
    values: &["region_name", "customers"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.population_by_region (
    scope text,
    region_id uuid,
    shard int,
    region_name text,
    customers bigint,
    PRIMARY KEY ((scope), region_id, shard)
) WITH CLUSTERING ORDER BY (region_id ASC, shard ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q13 customers per region, one row per stream'",
};
