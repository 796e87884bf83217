//! Q2: one customer by id, for login and profile.
//!
//! One row by its whole key: the cheapest read there is, and safe to cache.

use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::fields::{self, PersonName};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::Entity;
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

const BY_ID: &str = "SELECT name, joined_date, country_id, state_id, region_id FROM {ks}.customers WHERE cust_id = ?";

/// Which customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The customer.
    pub customer: Uuid,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The customer.
    pub cust_id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// First name, one space, last name.
    pub full_name: String,
    /// When the customer registered, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub joined_date: i64,
    /// Country of residence.
    pub country_id: Uuid,
    /// State of residence.
    pub state_id: Uuid,
    /// The state's region.
    pub region_id: Uuid,
}

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        Ok(Self { customer: arguments.needed(about, Entity::Customer)? })
    }
}

/// The customer, if there is one with this id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Option<Row>, Error> {
    let row = reader.row::<(PersonName, CqlTimestamp, Uuid, Uuid, Uuid)>(BY_ID, (params.customer,)).await?;
    let Some((name, joined_date, country_id, state_id, region_id)) = row else { return Ok(None) };
    Ok(Some(Row {
        cust_id: params.customer,
        full_name: name.full(),
        first_name: name.first_name,
        last_name: name.last_name,
        joined_date: joined_date.0,
        country_id,
        state_id,
        region_id,
    }))
}
