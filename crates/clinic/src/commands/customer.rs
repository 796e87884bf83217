//! `register_customer`, `rename_customer`, `move_customer`.

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision, Route};
use crate::error::Error;
use crate::event::{Customer, Fact};
use crate::ids::Entity;
use crate::present::must;
use crate::stream::Streams;
use crate::totals::Totals;

/// `register_customer`
#[derive(Debug, Clone)]
pub struct RegisterCustomer {
    pub(super) cust_id: Option<Uuid>,
    first_name: String,
    last_name: String,
    state_id: Uuid,
    joined_ms: Option<i64>,
}

impl RegisterCustomer {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            cust_id: fields.id_or_none("cust_id", Entity::Customer)?,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
            state_id: fields.id("state_id", Entity::State)?,
            joined_ms: fields.instant_or_none("joined_date")?,
        })
    }

    pub(super) fn route(&self, streams: &Streams, new_id: Uuid) -> Route {
        Route { stream: streams.of(self.cust_id.unwrap_or(new_id)), claims: Vec::new() }
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let cust_id = self.cust_id.unwrap_or(context.new_id);
        let location = must(context.store.location(self.state_id).await?, Entity::State, self.state_id)?;
        if context.store.customer(cust_id).await?.is_some() {
            return Err(Error::conflict(format!("customer {cust_id} exists")));
        }
        let customer = Customer {
            cust_id,
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            joined_ms: self.joined_ms.unwrap_or(context.at_ms),
            country_id: location.country_id,
            state_id: self.state_id,
            region_id: location.region_id,
            name_version: 0,
            digest: None,
        };
        let mut totals = Totals::default();
        let region = (location.region_id, location.region_name.as_str());
        totals.customers(context.store, context.stream, region, 1).await?;
        Ok(Decision { result_id: cust_id, facts: vec![Fact::CustomerDescribed(customer)], images: totals.images() })
    }
}

/// `rename_customer`
#[derive(Debug, Clone)]
pub struct RenameCustomer {
    pub(super) cust_id: Uuid,
    first_name: String,
    last_name: String,
}

impl RenameCustomer {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            cust_id: fields.id("cust_id", Entity::Customer)?,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
        })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let customer = must(context.store.customer(self.cust_id).await?, Entity::Customer, self.cust_id)?;
        let renamed = Customer {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            name_version: context.seq,
            ..customer
        };
        Ok(Decision { result_id: self.cust_id, facts: vec![Fact::CustomerDescribed(renamed)], images: Vec::new() })
    }
}

/// `move_customer`
#[derive(Debug, Clone)]
pub struct MoveCustomer {
    pub(super) cust_id: Uuid,
    state_id: Uuid,
}

impl MoveCustomer {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self { cust_id: fields.id("cust_id", Entity::Customer)?, state_id: fields.id("state_id", Entity::State)? })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let customer = must(context.store.customer(self.cust_id).await?, Entity::Customer, self.cust_id)?;
        let location = must(context.store.location(self.state_id).await?, Entity::State, self.state_id)?;
        let mut totals = Totals::default();
        if customer.region_id != location.region_id {
            let left = context.store.region_name(customer.region_id).await?.unwrap_or_default();
            totals.customers(context.store, context.stream, (customer.region_id, left.as_str()), -1).await?;
            let region = (location.region_id, location.region_name.as_str());
            totals.customers(context.store, context.stream, region, 1).await?;
        }
        let moved = Customer {
            country_id: location.country_id,
            state_id: self.state_id,
            region_id: location.region_id,
            ..customer
        };
        Ok(Decision { result_id: self.cust_id, facts: vec![Fact::CustomerDescribed(moved)], images: totals.images() })
    }
}
