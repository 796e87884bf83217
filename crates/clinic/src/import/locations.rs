//! Locations: few rows, one stream, names that must agree with each other.

use std::collections::HashMap;

use uuid::Uuid;

use super::load::Loaded;
use super::{FileReport, Import, Progress};
use crate::commands::location::STREAM;
use crate::error::Error;
use crate::event::{Event, Fact, Location, VERSION};
use crate::ids::Entity;
use crate::input::rows::{LocationRow, Row};
use crate::input::{Reason, Reject, Rows};

/// Locations in an event.
const PER_EVENT: usize = 128;

/// What is known so far: the store's, and this file's earlier rows.
#[derive(Default)]
struct Known {
    states: HashMap<Uuid, Location>,
    countries: HashMap<Uuid, String>,
    regions: HashMap<Uuid, String>,
}

impl Import<'_> {
    pub(super) async fn locations(&mut self, rows: Rows<LocationRow>) -> Result<(), Error> {
        let mut report = FileReport { file: LocationRow::TABLE.file, ..FileReport::default() };
        let bytes_total = self.size_of(report.file);
        let mut known = Known::default();
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let mut rejects = Vec::new();
            let mut new = Vec::new();
            let mut loaded = Loaded::default();
            let mut bytes = 0;
            for row in rows.by_ref().take(PER_EVENT) {
                report.read += 1;
                let row = match row? {
                    Ok(row) => row,
                    Err(reject) => {
                        rejects.push(reject);
                        continue;
                    }
                };
                bytes = row.source.offset + row.source.len;
                match self.check(&mut known, row).await? {
                    Ok(Some(location)) => new.push(location),
                    Ok(None) => loaded.unchanged += 1,
                    Err(reject) => rejects.push(reject),
                }
            }
            loaded.imported = new.len() as u64;
            self.append_locations(new).await?;
            self.set_aside(&mut report, rejects)?;
            self.count(&mut report, loaded);
            (self.progress)(Progress { file: report.file, rows: report.read, bytes, bytes_total });
        }
        self.report.files.push(report);
        Ok(())
    }

    /// The location of a row if it is new, nothing if it is known, a reject if it contradicts.
    async fn check(&self, known: &mut Known, row: LocationRow) -> Result<Result<Option<Location>, Reject>, Error> {
        let store = self.clinic.store();
        let location = Location {
            state_id: row.state_id,
            state_name: row.state_name,
            country_id: row.country_id,
            country_name: row.country_name,
            region_id: row.region_id,
            region_name: row.region_name,
        };
        let state = match known.states.get(&location.state_id) {
            Some(state) => Some(state.clone()),
            None => store.location(location.state_id).await?,
        };
        if let Some(state) = state {
            return Ok(if state == location {
                Ok(None)
            } else if state.state_name == location.state_name {
                Err(row.source.reject(Some("STATE_ID"), Reason::OtherContent))
            } else {
                Err(row.source.reject(Some("STATE_NAME"), Reason::OtherName(Entity::State)))
            });
        }
        let country = match known.countries.get(&location.country_id) {
            Some(name) => Some(name.clone()),
            None => store.country_name(location.country_id).await?,
        };
        if country.is_some_and(|name| name != location.country_name) {
            return Ok(Err(row.source.reject(Some("COUNTRY_NAME"), Reason::OtherName(Entity::Country))));
        }
        let region = match known.regions.get(&location.region_id) {
            Some(name) => Some(name.clone()),
            None => store.region_name(location.region_id).await?,
        };
        if region.is_some_and(|name| name != location.region_name) {
            return Ok(Err(row.source.reject(Some("REGION_NAME"), Reason::OtherName(Entity::Region))));
        }
        known.countries.insert(location.country_id, location.country_name.clone());
        known.regions.insert(location.region_id, location.region_name.clone());
        known.states.insert(location.state_id, location.clone());
        Ok(Ok(Some(location)))
    }

    async fn append_locations(&self, mut new: Vec<Location>) -> Result<(), Error> {
        let store = self.clinic.store();
        let mut locked = self.clinic.streams().lock(STREAM).await?;
        while !new.is_empty() {
            let event = Event {
                version: VERSION,
                at_ms: store.now_ms(),
                facts: new.iter().cloned().map(Fact::LocationAdded).collect(),
                ..Event::default()
            };
            if locked.append(store.new_id(), event).await?.is_some() {
                return Ok(());
            }
            // Another process was first: it may have imported the same locations.
            let mut left = Vec::with_capacity(new.len());
            for location in new {
                if store.location(location.state_id).await?.is_none() {
                    left.push(location);
                }
            }
            new = left;
        }
        Ok(())
    }
}
