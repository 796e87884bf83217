//! From a row to the facts that it becomes, once everything that it refers to is known.

use uuid::Uuid;

use super::lookups::{Lookups, References};
use super::newest::Newest;
use crate::commands::visit::{BOOKED, COMPLETED, DEFAULT_MINUTES, expiry};
use crate::event::{Account, Completed, Customer, Doctor, Fact, Offering, Organisation, Review, Visit};
use crate::ids::Entity;
use crate::input::rows::{AccountRow, CustomerRow, DoctorRow, OrganisationRow, RecordRow, ReviewRow};
use crate::input::{Reason, Reject, Source};

/// A row whose references are all there.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) source: Source,
    /// What the row is, by id and content.
    pub(super) id: Uuid,
    pub(super) digest: Uuid,
    /// The aggregate root whose stream owns it.
    pub(super) root: Uuid,
    pub(super) facts: Vec<Fact>,
    /// Whose revenue a record counts for.
    pub(super) earner: Option<Earner>,
    /// The name of a customer's region.
    pub(super) region_name: Option<String>,
}

/// Whose revenue a record counts for.
#[derive(Debug)]
pub(super) struct Earner {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) region_id: Uuid,
}

/// What the import as a whole decides for its rows.
pub(super) struct Terms {
    /// Records before this instant are completed.
    pub(super) as_of_ms: i64,
    /// Whether upcoming rows expire: not when the caller chose the instant.
    pub(super) expire: bool,
    pub(super) newest_offerings: Newest,
    pub(super) newest_accounts: Newest,
}

/// A kind of row that becomes facts.
pub(super) trait Load: Sized {
    /// Reads the digest of what the store has under the row's id.
    const EXISTING: &'static str;
    /// The column of the id.
    const ID: &'static str;

    fn references(&self) -> References;

    fn ready(self, known: &Lookups, terms: &mut Terms) -> Result<Ready, Reject>;
}

impl Ready {
    /// Rows that sort near each other move the same totals.
    pub(super) fn neighbours(&self) -> (Uuid, i64) {
        match self.facts.first() {
            Some(Fact::VisitCompleted(completed)) => (completed.visit.doc_id, completed.visit.starts_ms),
            Some(Fact::Reviewed(review)) => (review.org_id, review.reviewed_ms),
            _ => (Uuid::nil(), 0),
        }
    }
}

/// What a row refers to, or a reject that names the column.
fn known<T>(found: Option<T>, source: Source, column: &'static str, entity: Entity) -> Result<T, Reject> {
    found.ok_or_else(|| source.reject(Some(column), Reason::UnknownReference(entity)))
}

impl Load for OrganisationRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.organisations WHERE org_id = ?";
    const ID: &'static str = "ORG_ID";

    fn references(&self) -> References {
        References { region: Some(self.region_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, terms: &mut Terms) -> Result<Ready, Reject> {
        known(lookups.region(self.region_id), self.source, "REGION_ID", Entity::Region)?;
        let updated_ms = self.updated_ms.unwrap_or(terms.as_of_ms);
        let offering = Offering {
            org_id: self.org_id,
            org_type: self.org_type.clone(),
            updated_ms,
            headline: self.offering,
            body: None,
            previous_ms: None,
            latest: terms.newest_offerings.admits(updated_ms),
            newest: true,
        };
        let organisation = Organisation {
            org_id: self.org_id,
            org_type: self.org_type,
            region_id: self.region_id,
            org_name: self.org_name,
            currency: self.currency.unwrap_or_else(|| "USD".to_owned()),
            time_zone: self.time_zone.unwrap_or_else(|| "UTC".to_owned()),
            digest: Some(self.digest),
        };
        Ok(Ready {
            source: self.source,
            id: self.org_id,
            digest: self.digest,
            root: self.org_id,
            facts: vec![Fact::OrganisationRegistered(organisation), Fact::OfferingPublished(offering)],
            earner: None,
            region_name: None,
        })
    }
}

impl Load for CustomerRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.customers WHERE cust_id = ?";
    const ID: &'static str = "CUST_ID";

    fn references(&self) -> References {
        References { state: Some(self.state_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, _: &mut Terms) -> Result<Ready, Reject> {
        let location = known(lookups.state(self.state_id), self.source, "STATE_ID", Entity::State)?;
        if location.country_id != self.country_id {
            return Err(self.source.reject(Some("COUNTRY_ID"), Reason::CountryNotOfState));
        }
        let customer = Customer {
            cust_id: self.cust_id,
            first_name: self.first_name,
            last_name: self.last_name,
            joined_ms: self.joined_ms,
            country_id: self.country_id,
            state_id: self.state_id,
            region_id: location.region_id,
            name_version: 0,
            digest: Some(self.digest),
        };
        Ok(Ready {
            source: self.source,
            id: self.cust_id,
            digest: self.digest,
            root: self.cust_id,
            facts: vec![Fact::CustomerDescribed(customer)],
            earner: None,
            region_name: Some(location.region_name.clone()),
        })
    }
}

impl Load for DoctorRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.doctors WHERE doc_id = ?";
    const ID: &'static str = "DOC_ID";

    fn references(&self) -> References {
        References { organisation: Some(self.org_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, _: &mut Terms) -> Result<Ready, Reject> {
        known(lookups.organisation(self.org_id), self.source, "ORG_ID", Entity::Organisation)?;
        let doctor = Doctor {
            doc_id: self.doc_id,
            org_id: self.org_id,
            first_name: self.first_name,
            last_name: self.last_name,
            experience_year: self.experience_year,
            birth_year: self.birth_year,
            degree_type: self.degree_type,
            institution: self.institution,
            certification_day: self.certification_day,
            digest: Some(self.digest),
        };
        Ok(Ready {
            source: self.source,
            id: self.doc_id,
            digest: self.digest,
            root: self.org_id,
            facts: vec![Fact::DoctorDescribed(doctor)],
            earner: None,
            region_name: None,
        })
    }
}

impl Load for AccountRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.accounts WHERE account_id = ?";
    const ID: &'static str = "ACCOUNT_ID";

    fn references(&self) -> References {
        References { customer: Some(self.cust_id), organisation: Some(self.org_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, terms: &mut Terms) -> Result<Ready, Reject> {
        let customer = known(lookups.customer(self.cust_id), self.source, "CUST_ID", Entity::Customer)?;
        let organisation = known(lookups.organisation(self.org_id), self.source, "ORG_ID", Entity::Organisation)?;
        let created_ms = self.opened_ms.unwrap_or(customer.joined_ms);
        let account = Account {
            account_id: self.account_id,
            cust_id: self.cust_id,
            org_id: self.org_id,
            account_type: self.account_type,
            first_name: customer.first_name.clone(),
            last_name: customer.last_name.clone(),
            currency: organisation.currency.clone(),
            created_ms,
            name_version: customer.name_version,
            digest: Some(self.digest),
            latest: terms.newest_accounts.admits(created_ms),
        };
        Ok(Ready {
            source: self.source,
            id: self.account_id,
            digest: self.digest,
            root: self.org_id,
            facts: vec![Fact::AccountOpened(account)],
            earner: None,
            region_name: None,
        })
    }
}

impl Load for RecordRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.visits WHERE medical_id = ?";
    const ID: &'static str = "MEDICAL_ID";

    fn references(&self) -> References {
        References { account: Some(self.account_id), doctor: Some(self.doc_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, terms: &mut Terms) -> Result<Ready, Reject> {
        let account = known(lookups.account(self.account_id), self.source, "ACCOUNT_ID", Entity::Account)?;
        let doctor = known(lookups.doctor(self.doc_id), self.source, "DOC_ID", Entity::Doctor)?;
        if doctor.org_id != account.org_id {
            return Err(self.source.reject(Some("DOC_ID"), Reason::OtherOrganisation));
        }
        let organisation =
            known(lookups.organisation(account.org_id), self.source, "ACCOUNT_ID", Entity::Organisation)?;
        let completed = self.tx_ms < terms.as_of_ms;
        let visit = Visit {
            medical_id: self.medical_id,
            account_id: self.account_id,
            doc_id: self.doc_id,
            org_id: account.org_id,
            cust_id: account.cust_id,
            starts_ms: self.tx_ms,
            minutes: DEFAULT_MINUTES,
            purpose: self.medical_purpose,
            status: if completed { COMPLETED } else { BOOKED }.to_owned(),
            amount: completed.then_some(self.medical_amt),
            currency: account.currency.clone(),
            digest: Some(self.digest),
            expires_ms: (!completed && terms.expire).then(|| expiry(self.tx_ms, DEFAULT_MINUTES)),
            time_zone: if completed { String::new() } else { organisation.time_zone.clone() },
        };
        let fact = if completed {
            Fact::VisitCompleted(Completed { visit, was_booked: false })
        } else {
            Fact::VisitBooked(visit)
        };
        Ok(Ready {
            source: self.source,
            id: self.medical_id,
            digest: self.digest,
            root: account.org_id,
            facts: vec![fact],
            earner: completed.then(|| Earner {
                first_name: doctor.first_name.clone(),
                last_name: doctor.last_name.clone(),
                region_id: organisation.region_id,
            }),
            region_name: None,
        })
    }
}

impl Load for ReviewRow {
    const EXISTING: &'static str = "SELECT digest FROM {ks}.reviews WHERE review_id = ?";
    const ID: &'static str = "REVIEW_ID";

    fn references(&self) -> References {
        References { customer: Some(self.cust_id), organisation: Some(self.org_id), ..References::default() }
    }

    fn ready(self, lookups: &Lookups, _: &mut Terms) -> Result<Ready, Reject> {
        known(lookups.organisation(self.org_id), self.source, "ORG_ID", Entity::Organisation)?;
        known(lookups.customer(self.cust_id), self.source, "CUST_ID", Entity::Customer)?;
        let review = Review {
            review_id: self.review_id,
            org_id: self.org_id,
            cust_id: self.cust_id,
            reviewed_ms: self.review_ms,
            rating: self.review_rating,
            comment: self.review_comment,
            media: self.media,
            digest: Some(self.digest),
        };
        Ok(Ready {
            source: self.source,
            id: self.review_id,
            digest: self.digest,
            root: self.org_id,
            facts: vec![Fact::Reviewed(review)],
            earner: None,
            region_name: None,
        })
    }
}
