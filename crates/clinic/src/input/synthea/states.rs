//! The states and territories of the United States: their two spellings, region and time zone.
//!
//! Synthea writes names in patients and abbreviations in organizations. Regions are those of the
//! Census Bureau; the zone is the one in which most people of the state live.

use uuid::Uuid;

use crate::ids::{self, Entity};

/// A state, territory or the federal district.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) abbreviation: &'static str,
    pub(super) name: &'static str,
    pub(super) region: &'static str,
    pub(super) zone: &'static str,
}

impl State {
    const fn of(abbreviation: &'static str, name: &'static str, region: &'static str, zone: &'static str) -> Self {
        Self { abbreviation, name, region, zone }
    }

    pub(super) fn id(&self) -> Uuid {
        ids::id(Entity::State, self.abbreviation)
    }

    pub(super) fn region_id(&self) -> Uuid {
        ids::id(Entity::Region, self.region)
    }
}

/// The country's name.
pub(super) const COUNTRY: &str = "United States";

/// The country's id, from its code of ISO 3166.
pub(super) fn country_id() -> Uuid {
    ids::id(Entity::Country, "US")
}

/// The state with a name or abbreviation.
pub(super) fn find(text: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == text || state.abbreviation == text)
}

const NORTHEAST: &str = "US Northeast";
const MIDWEST: &str = "US Midwest";
const SOUTH: &str = "US South";
const WEST: &str = "US West";
const TERRITORIES: &str = "US Territories";

#[rustfmt::skip]
pub(super) const STATES: [State; 56] = [
    State::of("AL", "Alabama", SOUTH, "America/Chicago"),
    State::of("AK", "Alaska", WEST, "America/Anchorage"),
    State::of("AZ", "Arizona", WEST, "America/Phoenix"),
    State::of("AR", "Arkansas", SOUTH, "America/Chicago"),
    State::of("CA", "California", WEST, "America/Los_Angeles"),
    State::of("CO", "Colorado", WEST, "America/Denver"),
    State::of("CT", "Connecticut", NORTHEAST, "America/New_York"),
    State::of("DE", "Delaware", SOUTH, "America/New_York"),
    State::of("DC", "District of Columbia", SOUTH, "America/New_York"),
    State::of("FL", "Florida", SOUTH, "America/New_York"),
    State::of("GA", "Georgia", SOUTH, "America/New_York"),
    State::of("HI", "Hawaii", WEST, "Pacific/Honolulu"),
    State::of("ID", "Idaho", WEST, "America/Boise"),
    State::of("IL", "Illinois", MIDWEST, "America/Chicago"),
    State::of("IN", "Indiana", MIDWEST, "America/Indiana/Indianapolis"),
    State::of("IA", "Iowa", MIDWEST, "America/Chicago"),
    State::of("KS", "Kansas", MIDWEST, "America/Chicago"),
    State::of("KY", "Kentucky", SOUTH, "America/Kentucky/Louisville"),
    State::of("LA", "Louisiana", SOUTH, "America/Chicago"),
    State::of("ME", "Maine", NORTHEAST, "America/New_York"),
    State::of("MD", "Maryland", SOUTH, "America/New_York"),
    State::of("MA", "Massachusetts", NORTHEAST, "America/New_York"),
    State::of("MI", "Michigan", MIDWEST, "America/Detroit"),
    State::of("MN", "Minnesota", MIDWEST, "America/Chicago"),
    State::of("MS", "Mississippi", SOUTH, "America/Chicago"),
    State::of("MO", "Missouri", MIDWEST, "America/Chicago"),
    State::of("MT", "Montana", WEST, "America/Denver"),
    State::of("NE", "Nebraska", MIDWEST, "America/Chicago"),
    State::of("NV", "Nevada", WEST, "America/Los_Angeles"),
    State::of("NH", "New Hampshire", NORTHEAST, "America/New_York"),
    State::of("NJ", "New Jersey", NORTHEAST, "America/New_York"),
    State::of("NM", "New Mexico", WEST, "America/Denver"),
    State::of("NY", "New York", NORTHEAST, "America/New_York"),
    State::of("NC", "North Carolina", SOUTH, "America/New_York"),
    State::of("ND", "North Dakota", MIDWEST, "America/Chicago"),
    State::of("OH", "Ohio", MIDWEST, "America/New_York"),
    State::of("OK", "Oklahoma", SOUTH, "America/Chicago"),
    State::of("OR", "Oregon", WEST, "America/Los_Angeles"),
    State::of("PA", "Pennsylvania", NORTHEAST, "America/New_York"),
    State::of("RI", "Rhode Island", NORTHEAST, "America/New_York"),
    State::of("SC", "South Carolina", SOUTH, "America/New_York"),
    State::of("SD", "South Dakota", MIDWEST, "America/Chicago"),
    State::of("TN", "Tennessee", SOUTH, "America/Chicago"),
    State::of("TX", "Texas", SOUTH, "America/Chicago"),
    State::of("UT", "Utah", WEST, "America/Denver"),
    State::of("VT", "Vermont", NORTHEAST, "America/New_York"),
    State::of("VA", "Virginia", SOUTH, "America/New_York"),
    State::of("WA", "Washington", WEST, "America/Los_Angeles"),
    State::of("WV", "West Virginia", SOUTH, "America/New_York"),
    State::of("WI", "Wisconsin", MIDWEST, "America/Chicago"),
    State::of("WY", "Wyoming", WEST, "America/Denver"),
    State::of("AS", "American Samoa", TERRITORIES, "Pacific/Pago_Pago"),
    State::of("GU", "Guam", TERRITORIES, "Pacific/Guam"),
    State::of("MP", "Northern Mariana Islands", TERRITORIES, "Pacific/Guam"),
    State::of("PR", "Puerto Rico", TERRITORIES, "America/Puerto_Rico"),
    State::of("VI", "Virgin Islands", TERRITORIES, "America/Puerto_Rico"),
];
