//! Q13: the regions with most customers.
//!
//! Every stream of customers owns one row per region; the reader adds them up. No two writers
//! share a number, so none can be lost.

use std::cmp::Ordering;
use std::collections::HashMap;

use quorate_session::codec::Uuid;
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::cassandra_order;
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

const ALL: &str = "SELECT region_id, region_name, customers FROM {ks}.population_by_region WHERE scope = 'world'";

/// How many regions, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Rows per page; 10 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// A region and its customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The region.
    pub region_id: Uuid,
    /// Its name.
    pub region_name: String,
    /// Customers who live in it; never zero.
    pub customer_count: i64,
}

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, _: &About) -> Result<Self, Error> {
        Ok(Self { size: arguments.size(10)?, after: arguments.after() })
    }
}

/// Most customers first; of equally many the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(13, "");
    let mut regions: HashMap<Uuid, Row> = HashMap::new();
    for (region_id, region_name, customers) in reader.rows::<(Uuid, String, i64)>(ALL, ()).await? {
        let region = regions.entry(region_id).or_insert_with(|| Row { region_id, region_name, customer_count: 0 });
        region.customer_count += customers;
    }
    let mut rows: Vec<Row> = regions.into_values().filter(|region| region.customer_count != 0).collect();
    if let Some(token) = &params.after {
        let (count, id) = question.key::<(i64, Uuid)>(token)?;
        rows.retain(|row| order((row.customer_count, row.region_id), (count, id)).is_gt());
    }
    rows.sort_unstable_by(|one, other| {
        order((one.customer_count, one.region_id), (other.customer_count, other.region_id))
    });
    Page::cut(rows, params.size, question, |row| (row.customer_count, row.region_id))
}

fn order(one: (i64, Uuid), other: (i64, Uuid)) -> Ordering {
    other.0.cmp(&one.0).then_with(|| cassandra_order(&one.1, &other.1))
}
