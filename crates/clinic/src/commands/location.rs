//! `add_location`: a state with its country and region.

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision};
use crate::error::Error;
use crate::event::{Fact, Location};
use crate::ids::Entity;

/// The stream of all locations: they are few, and their names must agree with each other.
pub(crate) const STREAM: i32 = 0;

/// `add_location`
#[derive(Debug, Clone)]
pub struct AddLocation(Location);

impl AddLocation {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self(Location {
            state_id: fields.id("state_id", Entity::State)?,
            state_name: fields.text("state_name")?,
            country_id: fields.id("country_id", Entity::Country)?,
            country_name: fields.text("country_name")?,
            region_id: fields.id("region_id", Entity::Region)?,
            region_name: fields.text("region_name")?,
        }))
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let location = &self.0;
        if context.store.location(location.state_id).await?.is_some() {
            return Err(Error::conflict(format!("state {} exists", location.state_id)));
        }
        let country = context.store.country_name(location.country_id).await?;
        check_name(Entity::Country, location.country_id, country, &location.country_name)?;
        let region = context.store.region_name(location.region_id).await?;
        check_name(Entity::Region, location.region_id, region, &location.region_name)?;
        Ok(Decision {
            result_id: location.state_id,
            facts: vec![Fact::LocationAdded(location.clone())],
            images: Vec::new(),
        })
    }
}

fn check_name(entity: Entity, id: Uuid, known: Option<String>, given: &str) -> Result<(), Error> {
    match known {
        Some(known) if known != given => Err(Error::conflict(format!("{entity} {id} exists under another name"))),
        _ => Ok(()),
    }
}
