//! Where generated people live: states of the real world, with currency and time zone.

/// A state.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) state_id: &'static str,
    pub(super) state: &'static str,
    pub(super) country_id: &'static str,
    pub(super) country: &'static str,
    pub(super) region_id: &'static str,
    pub(super) region: &'static str,
    pub(super) currency: &'static str,
    /// Decimals of an amount in the currency, by ISO 4217.
    pub(super) decimals: u32,
    pub(super) zone: &'static str,
    /// How many customers live there, relative to the others.
    pub(super) weight: u64,
}

type Country = (&'static str, &'static str, &'static str, &'static str, &'static str, u32);

const fn place(state: (&'static str, &'static str), country: Country, zone: &'static str, weight: u64) -> Place {
    let (country_id, country, region_id, region, currency, decimals) = country;
    Place {
        state_id: state.0,
        state: state.1,
        country_id,
        country,
        region_id,
        region,
        currency,
        decimals,
        zone,
        weight,
    }
}

const US: Country = ("US", "United States", "north-america", "North America", "USD", 2);
const CA: Country = ("CA", "Canada", "north-america", "North America", "CAD", 2);
const MX: Country = ("MX", "Mexico", "central-america", "Central America", "MXN", 2);
const BR: Country = ("BR", "Brazil", "south-america", "South America", "BRL", 2);
const AR: Country = ("AR", "Argentina", "south-america", "South America", "ARS", 2);
const DE: Country = ("DE", "Germany", "western-europe", "Western Europe", "EUR", 2);
const FR: Country = ("FR", "France", "western-europe", "Western Europe", "EUR", 2);
const CH: Country = ("CH", "Switzerland", "western-europe", "Western Europe", "CHF", 2);
const GB: Country = ("GB", "United Kingdom", "northern-europe", "Northern Europe", "GBP", 2);
const SE: Country = ("SE", "Sweden", "northern-europe", "Northern Europe", "SEK", 2);
const ES: Country = ("ES", "Spain", "southern-europe", "Southern Europe", "EUR", 2);
const IT: Country = ("IT", "Italy", "southern-europe", "Southern Europe", "EUR", 2);
const PL: Country = ("PL", "Poland", "eastern-europe", "Eastern Europe", "PLN", 2);
const ZA: Country = ("ZA", "South Africa", "africa", "Africa", "ZAR", 2);
const KE: Country = ("KE", "Kenya", "africa", "Africa", "KES", 2);
const KW: Country = ("KW", "Kuwait", "middle-east", "Middle East", "KWD", 3);
const IN: Country = ("IN", "India", "south-asia", "South Asia", "INR", 2);
const SG: Country = ("SG", "Singapore", "south-east-asia", "South-East Asia", "SGD", 2);
const JP: Country = ("JP", "Japan", "east-asia", "East Asia", "JPY", 0);
const AU: Country = ("AU", "Australia", "oceania", "Oceania", "AUD", 2);

/// All of them.
pub(super) const PLACES: [Place; 28] = [
    place(("US-CA", "California"), US, "America/Los_Angeles", 90),
    place(("US-NY", "New York"), US, "America/New_York", 70),
    place(("US-TX", "Texas"), US, "America/Chicago", 60),
    place(("US-MA", "Massachusetts"), US, "America/New_York", 30),
    place(("CA-ON", "Ontario"), CA, "America/Toronto", 25),
    place(("MX-JAL", "Jalisco"), MX, "America/Mexico_City", 15),
    place(("BR-SP", "São Paulo"), BR, "America/Sao_Paulo", 45),
    place(("AR-B", "Buenos Aires"), AR, "America/Argentina/Buenos_Aires", 12),
    place(("DE-BY", "Bavaria"), DE, "Europe/Berlin", 40),
    place(("DE-BE", "Berlin"), DE, "Europe/Berlin", 25),
    place(("FR-IDF", "Île-de-France"), FR, "Europe/Paris", 35),
    place(("CH-ZH", "Zürich"), CH, "Europe/Zurich", 10),
    place(("GB-ENG", "England"), GB, "Europe/London", 50),
    place(("GB-SCT", "Scotland"), GB, "Europe/London", 9),
    place(("SE-AB", "Stockholm"), SE, "Europe/Stockholm", 8),
    place(("ES-CT", "Catalonia"), ES, "Europe/Madrid", 18),
    place(("IT-25", "Lombardy"), IT, "Europe/Rome", 18),
    place(("PL-MZ", "Masovia"), PL, "Europe/Warsaw", 14),
    place(("ZA-GP", "Gauteng"), ZA, "Africa/Johannesburg", 16),
    place(("KE-30", "Nairobi"), KE, "Africa/Nairobi", 11),
    place(("KW-KU", "Al Asimah"), KW, "Asia/Kuwait", 3),
    place(("IN-KA", "Karnataka"), IN, "Asia/Kolkata", 65),
    place(("IN-MH", "Maharashtra"), IN, "Asia/Kolkata", 55),
    place(("SG-01", "Central Singapore"), SG, "Asia/Singapore", 22),
    place(("JP-13", "Tokyo"), JP, "Asia/Tokyo", 38),
    place(("JP-27", "Osaka"), JP, "Asia/Tokyo", 17),
    place(("AU-NSW", "New South Wales"), AU, "Australia/Sydney", 20),
    place(("AU-VIC", "Victoria"), AU, "Australia/Melbourne", 13),
];

/// The regions in the order of their first place.
pub(super) fn regions() -> Vec<&'static str> {
    let mut regions: Vec<&str> = PLACES.iter().map(|place| place.region_id).collect();
    regions.dedup();
    regions
}
