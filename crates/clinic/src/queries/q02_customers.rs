//! Q2: one customer by id, for login and profile.
//!
//! One row by its whole key: the cheapest read there is, and safe to cache.

use crate::view::View;

/// Customers by id. One row per partition.
pub const CUSTOMERS: View = View {
    name: "customers",
    partition: &["cust_id"],
    clustering: &[],
    values: &["name", "joined_date", "country_id", "state_id", "region_id", "name_version", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.customers (
    cust_id uuid,
    name frozen<person_name>,
    joined_date timestamp,
    country_id uuid,
    state_id uuid,
    region_id uuid,
    name_version bigint,
    digest uuid,
    PRIMARY KEY ((cust_id))
) WITH compaction = {'class': 'SizeTieredCompactionStrategy'}
    AND comment = 'Q2 customer by id'",
};
