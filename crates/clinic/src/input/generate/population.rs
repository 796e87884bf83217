//! Who there is: organisations, doctors, customers, accounts, visits and reviews, each a function
//! of the seed and its number.
//!
//! Only the organisations are held in memory, some bytes each. Popularity follows Zipf's law, of
//! organisations within a region and of doctors within an organisation, whose number is bounded so
//! that an organisation's costs do not grow with the data.

use super::draws::{Draws, Kind, zipf_sums};
use super::words;
use super::world::{self, PLACES, Place};
use crate::moment::{self, DAY_MS, day_text, instant_text};

/// Most doctors of an organisation.
pub(super) const DOCTORS_LIMIT: usize = 60;
/// Customers per organisation, about.
const CUSTOMERS_PER_ORGANISATION: u64 = 200;
/// The first customers joined so many days before the last.
const YEARS_DAYS: u64 = 6 * 365;
/// Appointments are made at most so many days ahead.
const AHEAD_DAYS: u64 = 60;
/// One visit in so many lies ahead.
const VISITS_PER_UPCOMING: u64 = 12;
/// One completed visit in so many is followed by a review.
const VISITS_PER_REVIEW: u64 = 5;

/// First hour of the day at which visits start, in UTC.
const FIRST_HOUR: usize = 7;
/// How busy the hours are, summed up: mornings and afternoons, less at noon.
const HOUR_SUMS: [u64; 13] = [2, 10, 24, 40, 52, 58, 63, 73, 87, 99, 107, 111, 112];
/// Visits start at the full hour and the half more often than at the quarters.
const QUARTER_SUMS: [u64; 4] = [4, 5, 8, 9];
/// One to four accounts.
const ACCOUNT_SUMS: [u64; 4] = [55, 82, 94, 100];
/// By ratings 0 to 5.
const RATING_SUMS: [u64; 6] = [2, 6, 12, 22, 52, 100];

/// Everybody.
#[derive(Debug)]
pub(super) struct Population {
    seed: u64,
    /// The first day that is not past.
    today: i32,
    regions: Vec<&'static str>,
    place_sums: Vec<u64>,
    organisations: Vec<Organisation>,
    /// By region: its organisations, and the sums of their weights.
    by_region: Vec<(Vec<u32>, Vec<u64>)>,
    doctor_sums: Vec<u64>,
}

#[derive(Debug)]
struct Organisation {
    place: u8,
    doctors: u8,
}

/// An account with what its visits need.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) org: u32,
    number: u64,
    customer: u64,
    opened_day: i32,
}

/// A visit with what its review needs.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) row: Vec<String>,
    number: u64,
    starts_ms: i64,
}

impl Population {
    pub(super) fn new(customers: u64, seed: u64, today: i32) -> Self {
        let regions = world::regions();
        let place_sums: Vec<u64> = PLACES
            .iter()
            .scan(0, |sum, place| {
                *sum += place.weight;
                Some(*sum)
            })
            .collect();
        let count = (customers / CUSTOMERS_PER_ORGANISATION).clamp(regions.len() as u64, u64::from(u32::MAX));
        let mut organisations = Vec::new();
        let mut members = vec![Vec::new(); regions.len()];
        for number in 0..count {
            let mut draws = Draws::of(seed, Kind::Organisation, number);
            let usual = draws.weighted(&place_sums);
            // The first organisations see to it that no region is without one.
            let first = regions.get(usize::try_from(number).unwrap_or(usize::MAX));
            let place = first.and_then(|id| PLACES.iter().position(|place| place.region_id == *id)).unwrap_or(usual);
            let doctors = 4 + draws.below(DOCTORS_LIMIT as u64 - 3);
            organisations.push(Organisation {
                place: u8::try_from(place).unwrap_or(0),
                doctors: u8::try_from(doctors).unwrap_or(4),
            });
            members[region_of(&regions, place)].push(u32::try_from(number).unwrap_or(0));
        }
        let by_region = members
            .into_iter()
            .map(|members| {
                let sums = zipf_sums(members.len(), 10);
                (members, sums)
            })
            .collect();
        let doctor_sums = zipf_sums(DOCTORS_LIMIT, 3);
        Self { seed, today, regions, place_sums, organisations, by_region, doctor_sums }
    }

    pub(super) fn organisations(&self) -> u32 {
        u32::try_from(self.organisations.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn doctors(&self, org: u32) -> u64 {
        u64::from(self.organisation(org).doctors)
    }

    pub(super) fn location_row(place: &Place) -> Vec<String> {
        texts(&[place.state_id, place.state, place.country_id, place.country, place.region_id, place.region])
    }

    pub(super) fn organisation_row(&self, org: u32) -> Vec<String> {
        let place = self.place(org);
        let mut draws = Draws::of(self.seed, Kind::Organisation, u64::from(org) | 1 << 40);
        let org_type = draws.pick(&words::ORG_TYPES);
        let name = format!("{} {org_type} {}", draws.pick(&words::ORG_NAMES), place.state);
        let updated_ms = self.today_ms() - (1 + whole(&mut draws, 700)) * DAY_MS + of_day(&mut draws);
        let offering = if draws.once_in(5) { "" } else { draws.pick(&words::OFFERINGS) };
        let currency = if place.currency == "USD" && draws.once_in(2) { "" } else { place.currency };
        vec![
            org_id(org),
            org_type.to_owned(),
            place.region_id.to_owned(),
            if draws.once_in(20) { String::new() } else { name },
            currency.to_owned(),
            place.zone.to_owned(),
            if draws.once_in(20) { String::new() } else { instant_text(updated_ms) },
            offering.to_owned(),
        ]
    }

    pub(super) fn doctor_row(&self, org: u32, doctor: u64) -> Vec<String> {
        let mut draws = Draws::of(self.seed, Kind::Doctor, u64::from(org) << 8 | doctor);
        let born = 1950 + draws.below(45);
        let experience = draws.below(2022 - 27 - born);
        let has_credential = !draws.once_in(4);
        let certified = moment::parse_day(&format!("{}-06-30", born + 27)).unwrap_or(0) + day(&mut draws, 300);
        let credential = |text: &str| if has_credential { text.to_owned() } else { String::new() };
        vec![
            doc_id(org, doctor),
            org_id(org),
            draws.pick(&words::FIRST_NAMES).to_owned(),
            last_name(&mut draws),
            experience.to_string(),
            born.to_string(),
            credential(draws.pick(&words::DEGREES)),
            credential(draws.pick(&words::SCHOOLS)),
            credential(&day_text(certified)),
        ]
    }

    pub(super) fn customer_row(&self, customer: u64) -> Vec<String> {
        let mut draws = Draws::of(self.seed, Kind::Customer, customer);
        let place = &PLACES[draws.weighted(&self.place_sums)];
        let joined_day = self.joined_day(&mut draws);
        let joined_ms = i64::from(joined_day) * DAY_MS + of_day(&mut draws);
        vec![
            cust_id(customer),
            draws.pick(&words::FIRST_NAMES).to_owned(),
            last_name(&mut draws),
            if draws.once_in(2) { day_text(joined_day) } else { instant_text(joined_ms) },
            place.country_id.to_owned(),
            place.state_id.to_owned(),
        ]
    }

    pub(super) fn accounts(&self, customer: u64) -> Vec<Account> {
        let mut draws = Draws::of(self.seed, Kind::Customer, customer);
        let place = draws.weighted(&self.place_sums);
        let joined_day = self.joined_day(&mut draws);
        let count = Draws::of(self.seed, Kind::Account, customer | 1 << 60).weighted(&ACCOUNT_SUMS) as u64 + 1;
        (0..count)
            .map(|index| {
                let number = customer * 4 + index;
                let mut draws = Draws::of(self.seed, Kind::Account, number);
                // Some consult an organisation on the other side of the world.
                let place = if draws.once_in(10) { draws.weighted(&self.place_sums) } else { place };
                let (members, sums) = &self.by_region[region_of(&self.regions, place)];
                let org = members[draws.weighted(sums)];
                let span = u64::try_from(self.today - joined_day).unwrap_or(2).saturating_sub(1).max(1);
                let opened_day = if index == 0 { joined_day } else { joined_day + day(&mut draws, span) };
                Account { id: format!("A{customer:07}-{index}"), org, number, customer, opened_day }
            })
            .collect()
    }

    pub(super) fn account_row(&self, account: &Account) -> Vec<String> {
        let mut draws = Draws::of(self.seed, Kind::Account, account.number | 1 << 61);
        let opened = if draws.once_in(4) { String::new() } else { day_text(account.opened_day) };
        vec![
            account.id.clone(),
            draws.pick(&words::ACCOUNT_TYPES).to_owned(),
            cust_id(account.customer),
            org_id(account.org),
            opened,
        ]
    }

    /// The visits of an account, three to eight.
    pub(super) fn visits(&self, account: &Account) -> impl Iterator<Item = Visit> {
        let count = 3 + Draws::of(self.seed, Kind::Record, account.number | 1 << 60).below(6);
        (0..count).map(|index| self.visit(account, index))
    }

    /// The review of a visit, if there is one.
    pub(super) fn review_row(&self, account: &Account, visit: &Visit) -> Option<Vec<String>> {
        let mut draws = Draws::of(self.seed, Kind::Review, visit.number);
        if visit.starts_ms >= self.today_ms() || !draws.once_in(VISITS_PER_REVIEW) {
            return None;
        }
        // Visits of yesterday end before the last hour of it.
        let later_ms = visit.starts_ms + (1 + whole(&mut draws, 10)) * DAY_MS;
        let review_ms = later_ms.min(self.today_ms() - DAY_MS / 24);
        let rating = draws.weighted(&RATING_SUMS);
        let comment = if draws.once_in(3) { words::COMMENTS[rating] } else { "" };
        let media = if draws.once_in(12) { "photos/1.jpg|photos/2.jpg" } else { "" };
        Some(vec![
            format!("V{}", &visit.row[0][1..]),
            instant_text(review_ms),
            rating.to_string(),
            comment.to_owned(),
            media.to_owned(),
            org_id(account.org),
            cust_id(account.customer),
        ])
    }

    fn visit(&self, account: &Account, index: u64) -> Visit {
        let number = account.number * 8 + index;
        let mut draws = Draws::of(self.seed, Kind::Record, number);
        let known = usize::try_from(self.doctors(account.org)).unwrap_or(1);
        let doctor = draws.weighted(&self.doctor_sums[..known]) as u64;
        let weekend = |day: i32| (day + 3).rem_euclid(7) >= 5;
        let day = if draws.once_in(VISITS_PER_UPCOMING) {
            let day = self.today + 1 + day(&mut draws, AHEAD_DAYS);
            if weekend(day) && !draws.once_in(5) { day + 2 } else { day }
        } else {
            let span = u64::try_from(self.today - account.opened_day).unwrap_or(1).max(1);
            let day = account.opened_day + day(&mut draws, span);
            if weekend(day) && !draws.once_in(5) { (day - 2).max(account.opened_day) } else { day }
        };
        let starts_ms = i64::from(day) * DAY_MS + of_day(&mut draws);
        let (purpose, price) = draws.pick(&words::PURPOSES);
        let decimals = self.place(account.org).decimals;
        let parts = if draws.once_in(4) { draws.below(10_u64.pow(decimals)) } else { 0 };
        let fraction = format!("{parts:0width$}", width = usize::try_from(decimals).unwrap_or(0));
        let row = vec![
            format!("M{}-{index}", &account.id[1..]),
            account.id.clone(),
            doc_id(account.org, doctor),
            instant_text(starts_ms),
            purpose.to_owned(),
            if decimals == 0 { format!("{price}00") } else { format!("{price}.{fraction}") },
        ];
        Visit { row, number, starts_ms }
    }

    fn organisation(&self, org: u32) -> &Organisation {
        &self.organisations[org as usize]
    }

    fn place(&self, org: u32) -> &'static Place {
        &PLACES[usize::from(self.organisation(org).place)]
    }

    fn today_ms(&self) -> i64 {
        i64::from(self.today) * DAY_MS
    }

    /// At least two days ago.
    fn joined_day(&self, draws: &mut Draws) -> i32 {
        self.today - 2 - day(draws, YEARS_DAYS)
    }
}

pub(super) fn org_id(org: u32) -> String {
    format!("O{org:05}")
}

pub(super) fn doc_id(org: u32, doctor: u64) -> String {
    format!("D{org:05}-{doctor}")
}

fn cust_id(customer: u64) -> String {
    format!("C{customer:07}")
}

fn last_name(draws: &mut Draws) -> String {
    let names = if draws.once_in(200) { &words::AWKWARD_LAST_NAMES[..] } else { &words::LAST_NAMES[..] };
    draws.pick(names).to_owned()
}

/// When on a day something happens: in office hours, on the quarter.
fn of_day(draws: &mut Draws) -> i64 {
    let hour = FIRST_HOUR + draws.weighted(&HOUR_SUMS);
    let quarter = draws.weighted(&QUARTER_SUMS);
    i64::try_from(hour * 60 + quarter * 15).unwrap_or(0) * 60_000
}

fn day(draws: &mut Draws, end: u64) -> i32 {
    i32::try_from(draws.below(end)).unwrap_or(0)
}

fn whole(draws: &mut Draws, end: u64) -> i64 {
    i64::try_from(draws.below(end)).unwrap_or(0)
}

fn region_of(regions: &[&str], place: usize) -> usize {
    regions.iter().position(|region| *region == PLACES[place].region_id).unwrap_or(0)
}

fn texts(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}
