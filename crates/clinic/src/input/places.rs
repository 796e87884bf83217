//! Whether locations agree with each other: one name per region, country and state, and one
//! country and region per state.
//!
//! There are a few thousand states in the world, so all of them are held in memory. Seed it with
//! what the store has, so that a second import is held to the first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::reject::{Reason, Reject};
use super::rows::LocationRow;
use crate::ids::Entity;

/// A state's place in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The state's name.
    pub state_name: String,
    /// The country it is part of.
    pub country_id: Uuid,
    /// The region it belongs to.
    pub region_id: Uuid,
}

/// What a location adds to those that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// A state that was not known.
    New,
    /// Nothing: it says what is known already.
    Known,
}

/// The locations that are known.
#[derive(Debug, Default)]
pub struct Places {
    states: HashMap<Uuid, Place>,
    countries: HashMap<Uuid, String>,
    regions: HashMap<Uuid, String>,
}

impl Places {
    /// Adds a location, or rejects it if it contradicts an earlier one, which stays.
    pub fn add(&mut self, row: &LocationRow) -> Result<Addition, Reject> {
        let reject = |column, reason| Err(row.source.reject(Some(column), reason));
        if differs(&self.regions, row.region_id, &row.region_name) {
            return reject("REGION_NAME", Reason::OtherName(Entity::Region));
        }
        if differs(&self.countries, row.country_id, &row.country_name) {
            return reject("COUNTRY_NAME", Reason::OtherName(Entity::Country));
        }
        let addition = match self.states.entry(row.state_id) {
            Entry::Vacant(entry) => {
                entry.insert(Place {
                    state_name: row.state_name.clone(),
                    country_id: row.country_id,
                    region_id: row.region_id,
                });
                Addition::New
            }
            Entry::Occupied(entry) => {
                let known = entry.get();
                if known.state_name != row.state_name {
                    return reject("STATE_NAME", Reason::OtherName(Entity::State));
                }
                if known.country_id != row.country_id {
                    return reject("COUNTRY_ID", Reason::OtherContent);
                }
                if known.region_id != row.region_id {
                    return reject("REGION_ID", Reason::OtherContent);
                }
                Addition::Known
            }
        };
        self.name_region(row.region_id, &row.region_name);
        self.name_country(row.country_id, &row.country_name);
        Ok(addition)
    }

    /// Takes over a state that is in the store.
    pub fn seed_state(&mut self, state_id: Uuid, place: Place) {
        self.states.insert(state_id, place);
    }

    /// Takes over a region's name.
    pub fn name_region(&mut self, region_id: Uuid, name: &str) {
        self.regions.entry(region_id).or_insert_with(|| name.to_owned());
    }

    /// Takes over a country's name.
    pub fn name_country(&mut self, country_id: Uuid, name: &str) {
        self.countries.entry(country_id).or_insert_with(|| name.to_owned());
    }

    /// A state that is known.
    pub fn state(&self, state_id: &Uuid) -> Option<&Place> {
        self.states.get(state_id)
    }

    /// The name of a region that is known.
    pub fn region_name(&self, region_id: &Uuid) -> Option<&str> {
        self.regions.get(region_id).map(String::as_str)
    }

    /// The name of a country that is known.
    pub fn country_name(&self, country_id: &Uuid) -> Option<&str> {
        self.countries.get(country_id).map(String::as_str)
    }
}

fn differs(names: &HashMap<Uuid, String>, id: Uuid, name: &str) -> bool {
    names.get(&id).is_some_and(|known| known != name)
}

#[cfg(test)]
mod tests;
