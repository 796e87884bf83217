//! `register_organisation`: an organisation joins, with its profile as its first offering.

use uuid::Uuid;

use super::fields::{Fields, wrong};
use super::{Context, Decision, Route};
use crate::error::Error;
use crate::event::{Fact, Offering, Organisation};
use crate::ids::Entity;
use crate::input::values::{check_currency, check_zone};
use crate::present::must;
use crate::stream::Streams;

/// `register_organisation`
#[derive(Debug, Clone)]
pub struct RegisterOrganisation {
    pub(super) org_id: Option<Uuid>,
    org_type: String,
    region_id: Uuid,
    org_name: Option<String>,
    currency: String,
    time_zone: String,
}

impl RegisterOrganisation {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        let currency = fields.text_or_none("currency")?.unwrap_or_else(|| "USD".to_owned());
        let time_zone = fields.text_or_none("time_zone")?.unwrap_or_else(|| "UTC".to_owned());
        check_currency(&currency).map_err(|error| wrong("currency", error))?;
        check_zone(&time_zone).map_err(|error| wrong("time_zone", error))?;
        Ok(Self {
            org_id: fields.id_or_none("org_id", Entity::Organisation)?,
            org_type: fields.text("org_type")?,
            region_id: fields.id("region_id", Entity::Region)?,
            org_name: fields.text_or_none("org_name")?,
            currency,
            time_zone,
        })
    }

    pub(super) fn route(&self, streams: &Streams, new_id: Uuid) -> Route {
        Route { stream: streams.of(self.org_id.unwrap_or(new_id)), claims: Vec::new() }
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let org_id = self.org_id.unwrap_or(context.new_id);
        must(context.store.region_name(self.region_id).await?, Entity::Region, self.region_id)?;
        if context.store.organisation(org_id).await?.is_some() {
            return Err(Error::conflict(format!("organisation {org_id} exists")));
        }
        let organisation = Organisation {
            org_id,
            org_type: self.org_type.clone(),
            region_id: self.region_id,
            org_name: self.org_name.clone(),
            currency: self.currency.clone(),
            time_zone: self.time_zone.clone(),
            digest: None,
        };
        let offering = Offering {
            org_id,
            org_type: self.org_type.clone(),
            updated_ms: context.at_ms,
            latest: true,
            newest: true,
            ..Offering::default()
        };
        Ok(Decision {
            result_id: org_id,
            facts: vec![Fact::OrganisationRegistered(organisation), Fact::OfferingPublished(offering)],
            images: Vec::new(),
        })
    }
}
