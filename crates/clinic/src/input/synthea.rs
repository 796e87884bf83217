//! A Synthea CSV export, read as the same rows as the relational input.
//!
//! Patients are customers, organizations organisations, providers doctors, encounters records; an
//! account stands for a patient and an organization who met. What Synthea does not have is derived
//! from ids, never drawn, and marked synthetic where it can be read: doctors' years, offerings and
//! reviews. No social security number, licence, passport or address is ever read.
//!
//! A first pass keeps facts per patient, organization, provider and pair of patient and
//! organization; encounters are only streamed. Rows are digested with the times of the export, so
//! that an import whose times are moved knows its rows again at another time.

mod derive;
mod source;
mod states;
mod survey;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::error::Error;
use super::reader::TableReader;
use super::reject::{Reason, Reject};
use super::rows::{AccountRow, CustomerRow, DoctorRow, LocationRow, OrganisationRow, RecordRow, ReviewRow};
use super::{Notice, Rows};
use crate::ids::{self, Entity};
use source::{ENCOUNTERS, Encounter, ORGANIZATIONS, Organization, PATIENTS, PROVIDERS, Patient, Provider, TABLES};
use survey::Survey;

/// Whether and how far the times of an export are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Times stay as they are.
    None,
    /// So far that the newest tenth of the encounters lies at or after as-of.
    ToNow,
    /// By this many milliseconds. An import that goes on uses what [`Export::shift_ms`] said when
    /// it began.
    By(i64),
}

/// A folder with a Synthea CSV export.
#[derive(Debug)]
pub struct Export {
    dir: PathBuf,
    survey: Arc<Survey>,
    shift_ms: i64,
    as_of_ms: i64,
    notices: Vec<Notice>,
}

impl Export {
    /// Opens an export and makes the first pass over it.
    ///
    /// `as_of_ms` is the instant, in milliseconds since 1970, to which [`Shift::ToNow`] moves the
    /// times and from which on no review is derived.
    pub fn open(dir: &Path, as_of_ms: i64, shift: Shift) -> Result<Self, Error> {
        let mut notices = vec![Notice::Synthetic];
        for table in TABLES {
            if !dir.join(table.file).is_file() {
                return Err(Error::MissingFile {
                    dir: dir.to_owned(),
                    file: table.file,
                    format: "synthea",
                    expected: TABLES.map(|table| table.file).join(", "),
                });
            }
            TableReader::open(dir, table)?;
        }
        let survey = Survey::of(dir)?;
        let shift_ms = match shift {
            Shift::None => 0,
            Shift::By(ms) => ms,
            Shift::ToNow => survey.start_of_newest_tenth(dir)?.map_or(0, |start| ceil_to_second(as_of_ms - start)),
        };
        if shift_ms != 0 {
            notices.push(Notice::Shifted { by_ms: shift_ms });
        }
        Ok(Self { dir: dir.to_owned(), survey: Arc::new(survey), shift_ms, as_of_ms, notices })
    }

    /// What is worth saying once about the export.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// By how much all times are moved, in milliseconds.
    pub fn shift_ms(&self) -> i64 {
        self.shift_ms
    }

    /// The states that patients and organizations are in.
    pub fn locations(&self) -> Rows<LocationRow> {
        let rows: Vec<LocationRow> = self.survey.locations().collect();
        Box::new(rows.into_iter().map(|row| Ok(Ok(row))))
    }

    /// Organizations, with a derived offering.
    pub fn organisations(&self) -> Result<Rows<OrganisationRow>, Error> {
        let (survey, shift_ms, as_of_ms) = (Arc::clone(&self.survey), self.shift_ms, self.as_of_ms);
        self.rows(&ORGANIZATIONS, move |reader| {
            let next = reader.next(Organization::read)?;
            Ok(next.map(|outcome| {
                outcome.map(|organization| {
                    let mut row = derive::organisation(organization, &survey);
                    row.updated_ms = row.updated_ms.map(|ms| moved(ms, shift_ms, as_of_ms));
                    row
                })
            }))
        })
    }

    /// Patients who had an encounter; they joined with the first.
    pub fn customers(&self) -> Result<Rows<CustomerRow>, Error> {
        let (survey, shift_ms, as_of_ms) = (Arc::clone(&self.survey), self.shift_ms, self.as_of_ms);
        self.rows(&PATIENTS, move |reader| {
            let next = reader.next(Patient::read)?;
            Ok(next.map(|outcome| {
                outcome.and_then(|patient| {
                    let mut row = customer(patient, &survey)?;
                    row.joined_ms = moved(row.joined_ms, shift_ms, as_of_ms);
                    Ok(row)
                })
            }))
        })
    }

    /// Providers, with derived years.
    pub fn doctors(&self) -> Result<Rows<DoctorRow>, Error> {
        let survey = Arc::clone(&self.survey);
        self.rows(&PROVIDERS, move |reader| {
            let next = reader.next(Provider::read)?;
            Ok(next.map(|outcome| {
                outcome.and_then(|provider| {
                    if survey.has_organization(&provider.org_id) {
                        Ok(derive::doctor(&provider))
                    } else {
                        let reason = Reason::UnknownReference(Entity::Organisation);
                        Err(provider.source.reject(Some("ORGANIZATION"), reason))
                    }
                })
            }))
        })
    }

    /// Pairs of a patient and an organization, in the order of their first lines.
    pub fn accounts(&self) -> Rows<AccountRow> {
        let (shift_ms, as_of_ms) = (self.shift_ms, self.as_of_ms);
        let meetings = self.survey.meetings_in_order();
        Box::new(meetings.into_iter().map(move |((patient, organization), meeting)| {
            let row = AccountRow {
                source: meeting.source,
                account_id: account_id(patient, organization),
                account_type: if meeting.uninsured { "pay-as-you-visit" } else { "monthly subscription" }.to_owned(),
                cust_id: patient,
                org_id: organization,
                opened_ms: Some(meeting.first_ms),
                digest: Uuid::nil(),
            };
            let mut row = row.sealed();
            row.opened_ms = Some(moved(meeting.first_ms, shift_ms, as_of_ms));
            Ok(Ok(row))
        }))
    }

    /// Encounters.
    pub fn records(&self) -> Result<Rows<RecordRow>, Error> {
        let (survey, shift_ms) = (Arc::clone(&self.survey), self.shift_ms);
        self.rows(&ENCOUNTERS, move |reader| {
            let next = reader.next(Encounter::read)?;
            Ok(next.map(|outcome| {
                outcome.and_then(|encounter| {
                    let mut row = record(encounter, &survey)?;
                    row.tx_ms += shift_ms;
                    Ok(row)
                })
            }))
        })
    }

    /// Derived reviews: of about a third of the accounts, a few days after the first encounter.
    pub fn reviews(&self) -> Rows<ReviewRow> {
        let (shift_ms, as_of_ms) = (self.shift_ms, self.as_of_ms);
        let meetings = self.survey.meetings_in_order();
        Box::new(meetings.into_iter().filter_map(move |((patient, organization), meeting)| {
            let mut row = derive::review(patient, organization, &meeting)?;
            row.review_ms += shift_ms;
            (row.review_ms < as_of_ms).then_some(Ok(Ok(row)))
        }))
    }

    fn rows<T: 'static>(
        &self,
        table: &'static super::table::Table,
        mut next: impl FnMut(&mut TableReader) -> Result<Option<Result<T, Reject>>, Error> + Send + 'static,
    ) -> Result<Rows<T>, Error> {
        let mut reader = TableReader::open(&self.dir, table)?;
        Ok(Box::new(std::iter::from_fn(move || next(&mut reader).transpose())))
    }
}

/// The id of the account of a patient at an organization.
fn account_id(patient: Uuid, organization: Uuid) -> Uuid {
    ids::id(Entity::Account, &format!("{patient}/{organization}"))
}

fn customer(patient: Patient, survey: &Survey) -> Result<CustomerRow, Reject> {
    let Some(joined_ms) = survey.first_encounter(&patient.id) else {
        return Err(patient.source.reject(None, Reason::NeverSeen));
    };
    let row = CustomerRow {
        source: patient.source,
        cust_id: patient.id,
        first_name: patient.first_name,
        last_name: patient.last_name,
        joined_ms,
        country_id: states::country_id(),
        state_id: patient.state.id(),
        digest: Uuid::nil(),
    };
    Ok(row.sealed())
}

fn record(encounter: Encounter, survey: &Survey) -> Result<RecordRow, Reject> {
    let reject = |column, reason| Err(encounter.source.reject(Some(column), reason));
    if let Err(fault) = survey.check(&encounter) {
        return Err(fault.at(encounter.source));
    }
    match survey.organization_of(&encounter.provider) {
        None => return reject("PROVIDER", Reason::UnknownReference(Entity::Doctor)),
        Some(organization) if organization != encounter.organization => {
            return reject("PROVIDER", Reason::OtherOrganisation);
        }
        Some(_) => {}
    }
    let row = RecordRow {
        source: encounter.source,
        medical_id: encounter.id,
        account_id: account_id(encounter.patient, encounter.organization),
        doc_id: encounter.provider,
        tx_ms: encounter.start_ms,
        medical_purpose: encounter.purpose,
        medical_amt: encounter.cost,
        digest: Uuid::nil(),
    };
    Ok(row.sealed())
}

/// Whole seconds, so that moved times look like times.
fn ceil_to_second(ms: i64) -> i64 {
    (ms + 999).div_euclid(1_000) * 1_000
}

/// A time after the shift. Who has an appointment has joined and opened an account by then, so
/// what is moved beyond as-of took place at as-of.
fn moved(ms: i64, shift_ms: i64, as_of_ms: i64) -> i64 {
    if shift_ms == 0 { ms } else { (ms + shift_ms).min(as_of_ms.max(ms)) }
}

#[cfg(test)]
mod tests;
