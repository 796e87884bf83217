//! What Synthea does not have, derived from ids: the same export gives the same rows for ever.
//!
//! Every text made here says that it is synthetic, and so does the credential of every doctor,
//! whose years are made here too.

use uuid::Uuid;

use super::account_id;
use super::source::{Organization, Provider};
use super::survey::{Meeting, Survey};
use crate::ids::{self, Entity};
use crate::input::rows::{DoctorRow, OrganisationRow, ReviewRow};
use crate::moment::DAY_MS;

/// Synthea's classes of encounter in the order of their names, and the type of an organisation
/// most of whose encounters are of the class.
const CLASSES: [(&str, &str); 10] = [
    ("ambulatory", "Outpatient clinic"),
    ("emergency", "Emergency department"),
    ("home", "Home care"),
    ("hospice", "Hospice"),
    ("inpatient", "Hospital"),
    ("outpatient", "Day clinic"),
    ("snf", "Nursing home"),
    ("urgentcare", "Urgent care"),
    ("virtual", "Telehealth"),
    ("wellness", "Primary care"),
];

/// The type of an organisation without encounters, or with other classes only.
const OTHER_TYPE: &str = "Clinic";

const HEADLINES: [&str; 6] = [
    "new appointments this month",
    "evening hours",
    "free first consultation by video",
    "check-ups without waiting",
    "a second opinion within two days",
    "vaccinations for travellers",
];

/// Ratings are mostly good, as where people rate of their own accord.
const RATINGS: [i32; 16] = [5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 2, 1, 0];

/// By rating.
const COMMENTS: [&str; 6] =
    ["never again", "long wait, short visit", "could be better", "as expected", "friendly and clear", "excellent care"];

/// One account in so many has a review.
const ACCOUNTS_PER_REVIEW: u64 = 3;

/// How often each class of encounter occurs.
#[derive(Debug, Default)]
pub(super) struct Classes([u64; CLASSES.len()]);

impl Classes {
    pub(super) fn count(&mut self, class: &str) {
        if let Some(index) = CLASSES.iter().position(|(name, _)| *name == class) {
            self.0[index] += 1;
        }
    }

    /// The type for the commonest class; of equally common ones the first by name.
    pub(super) fn org_type(&self) -> &'static str {
        let mut best = (0, OTHER_TYPE);
        for (count, (_, org_type)) in self.0.iter().zip(CLASSES) {
            if *count > best.0 {
                best = (*count, org_type);
            }
        }
        best.1
    }
}

/// An organisation with an offering from its later half, before the newest tenth of all encounters.
pub(super) fn organisation(organization: Organization, survey: &Survey) -> OrganisationRow {
    let facts = survey.organization(&organization.id);
    let org_type = facts.map_or(OTHER_TYPE, |facts| facts.classes.org_type());
    let chance = mix(organization.id);
    let percent = i64::from(u8::try_from(50 + chance % 40).unwrap_or(50));
    let updated_ms = facts.and_then(|facts| facts.span).map(|(first, last)| first + (last - first) / 100 * percent);
    let updated_ms = updated_ms.map(|ms| survey.newest_tenth_ms().map_or(ms, |newest| ms.min(newest)));
    let headline = HEADLINES[index(chance >> 8, HEADLINES.len())];
    let row = OrganisationRow {
        source: organization.source,
        org_id: organization.id,
        org_type: org_type.to_owned(),
        region_id: organization.state.region_id(),
        org_name: Some(organization.name),
        currency: Some("USD".to_owned()),
        time_zone: Some(organization.state.zone.to_owned()),
        // Without encounters the offering is as old as the export, not as new as the import.
        updated_ms: updated_ms.or(survey.first_ms()),
        offering: Some(format!("[synthetic] {org_type}: {headline}")),
        digest: Uuid::nil(),
    };
    row.sealed()
}

/// A doctor with years that fit each other.
pub(super) fn doctor(provider: &Provider) -> DoctorRow {
    let chance = mix(provider.id);
    let birth_year = 1950 + i32::try_from(index(chance, 45)).unwrap_or(0);
    // Nobody is a doctor before 27; counted to 2022, when the youngest of them are 28.
    let years_since_27 = 2022 - 27 - birth_year;
    let experience_year = i32::try_from(index(chance >> 16, usize::try_from(years_since_27).unwrap_or(1).max(1)));
    // `Ana Luisa894 Flores439`: the last word is the family name.
    let (first_name, last_name) = provider.name.rsplit_once(' ').unwrap_or(("", &provider.name));
    let row = DoctorRow {
        source: provider.source,
        doc_id: provider.id,
        org_id: provider.org_id,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        experience_year: experience_year.unwrap_or(0),
        birth_year,
        degree_type: Some("M.D. (synthetic)".to_owned()),
        institution: Some("synthetic: years derived from the id".to_owned()),
        certification_day: None,
        digest: Uuid::nil(),
    };
    row.sealed()
}

/// A review of an organisation by a patient, one to fourteen days after they met, if this pair has
/// one.
pub(super) fn review(patient: Uuid, organization: Uuid, meeting: &Meeting) -> Option<ReviewRow> {
    let account = account_id(patient, organization);
    let chance = mix(account);
    if !chance.is_multiple_of(ACCOUNTS_PER_REVIEW) {
        return None;
    }
    let rating = RATINGS[index(chance >> 8, RATINGS.len())];
    let comment = usize::try_from(rating).ok().and_then(|rating| COMMENTS.get(rating)).copied().unwrap_or_default();
    let days = 1 + i64::try_from(index(chance >> 24, 14)).unwrap_or(0);
    let row = ReviewRow {
        source: meeting.source,
        review_id: ids::id(Entity::Review, &format!("{patient}/{organization}")),
        review_ms: meeting.first_ms + days * DAY_MS,
        review_rating: rating,
        review_comment: Some(format!("[synthetic] {comment}")),
        media: Vec::new(),
        org_id: organization,
        cust_id: patient,
        digest: Uuid::nil(),
    };
    Some(row.sealed())
}

/// 64 evenly spread bits of an id, whatever kind of UUID it is (the finalizer of `SplitMix64`).
fn mix(id: Uuid) -> u64 {
    let (first, second) = id.as_u64_pair();
    let mut bits = first ^ second.rotate_left(32);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// A number below `len` from some of the bits.
fn index(bits: u64, len: usize) -> usize {
    usize::try_from(bits % (len as u64)).unwrap_or(0)
}
