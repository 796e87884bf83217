//! Q7: one doctor by id, for login and the check of a licence.
//!
//! One row by its whole key. The age is derived on reading; a stored age would be wrong within
//! a year.

use quorate_session::DeserializeValue;
use quorate_session::codec::{CqlDate, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::{Arguments, AsOf};
use super::fields::{self, PersonName};
use super::reader::Reader;
use crate::calendar::year_of;
use crate::error::Error;
use crate::ids::Entity;
use crate::view::View;

/// Doctors by id. One row per partition.
pub const DOCTORS: View = View {
    name: "doctors",
    partition: &["doc_id"],
    clustering: &[],
    values: &["org_id", "name", "credential", "experience_year", "birth_year", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.doctors (
    doc_id uuid,
    org_id uuid,
    name frozen<person_name>,
    credential frozen<doctor_credential>,
    experience_year int,
    birth_year int,
    digest uuid,
    PRIMARY KEY ((doc_id))
) WITH compaction = {'class': 'SizeTieredCompactionStrategy'}
    AND comment = 'Q7 doctor by id'",
};

const BY_ID: &str = "SELECT org_id, name, credential, experience_year, birth_year FROM {ks}.doctors WHERE doc_id = ?";

/// Which doctor, and at what time their age is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// The doctor.
    pub doctor: Uuid,
    /// Now.
    pub as_of: AsOf,
}

/// A doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The doctor.
    pub doc_id: Uuid,
    /// The organisation that recruited the doctor.
    pub org_id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// First name, one space, last name.
    pub full_name: String,
    /// Years of experience.
    pub experience_year: i32,
    /// Year of birth.
    pub birth_year: i32,
    /// The present year less the year of birth.
    pub age: i32,
    /// What is known of degree, school and certification, if anything is.
    pub credential: Option<Credential>,
}

/// A doctor's credential; what is not known is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Credential {
    /// Degree: M.D., D.O., …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degree_type: Option<String>,
    /// Medical school.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// The day on which the certification was obtained, in days since 1970-01-01.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "fields::print_some_day")]
    pub certification_date: Option<i32>,
}

#[derive(DeserializeValue)]
#[scylla(crate = quorate_session)]
struct DoctorCredential {
    degree_type: Option<String>,
    institution: Option<String>,
    certification_date: Option<CqlDate>,
}

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About, as_of: AsOf) -> Result<Self, Error> {
        Ok(Self { doctor: arguments.needed(about, Entity::Doctor)?, as_of })
    }
}

/// The doctor, if there is one with this id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Option<Row>, Error> {
    let row = reader.row::<(Uuid, PersonName, Option<DoctorCredential>, i32, i32)>(BY_ID, (params.doctor,)).await?;
    let Some((org_id, name, credential, experience_year, birth_year)) = row else { return Ok(None) };
    Ok(Some(Row {
        doc_id: params.doctor,
        org_id,
        full_name: name.full(),
        first_name: name.first_name,
        last_name: name.last_name,
        experience_year,
        birth_year,
        age: year_of(params.as_of.instant()).saturating_sub(birth_year),
        credential: credential.map(Credential::from).filter(|credential| !credential.is_empty()),
    }))
}

impl Credential {
    fn is_empty(&self) -> bool {
        self.degree_type.is_none() && self.institution.is_none() && self.certification_date.is_none()
    }
}

impl From<DoctorCredential> for Credential {
    fn from(cell: DoctorCredential) -> Self {
        Self {
            degree_type: cell.degree_type,
            institution: cell.institution,
            certification_date: cell.certification_date.map(fields::days),
        }
    }
}
