//! The seven kinds of row, as typed values.
//!
//! A row holds what the input says: a value that the input leaves out stays absent here, because
//! its default depends on other rows or on the import's time. References are ids that nobody has
//! looked up yet. Instants are milliseconds since 1970, days are days since 1970-01-01.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::fields::{Content, Fault, Fields};
use super::reject::Source;
use super::table::{Table, mandatory, optional};
use super::values::{check_currency, check_zone};
use crate::ids::Entity;

/// A row of the relational input.
pub trait Row: Sized + Send + 'static {
    /// The file it stands in, with its columns.
    const TABLE: &'static Table;

    /// Where it stands.
    fn source(&self) -> Source;

    /// Stands for everything the input says in this row, and for nothing else: the row of another
    /// import, or of another line, has the same digest exactly if it says the same. Amounts are
    /// compared as numbers, instants as instants.
    fn digest(&self) -> Uuid;
}

/// How a row is read from the columns of its table.
pub(super) trait Parse: Row {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault>;
}

/// A state with its country and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationRow {
    /// Where it stands.
    pub source: Source,
    /// The state.
    pub state_id: Uuid,
    /// Its name.
    pub state_name: String,
    /// The country it is part of.
    pub country_id: Uuid,
    /// Its name.
    pub country_name: String,
    /// The region it belongs to.
    pub region_id: Uuid,
    /// Its name.
    pub region_name: String,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Where it stands.
    pub source: Source,
    /// The organisation.
    pub org_id: Uuid,
    /// What kind of organisation it is.
    pub org_type: String,
    /// The region it serves.
    pub region_id: Uuid,
    /// Its name.
    pub org_name: Option<String>,
    /// ISO 4217; USD if absent.
    pub currency: Option<String>,
    /// IANA name; UTC if absent.
    pub time_zone: Option<String>,
    /// When its offering is from; the import's as-of if absent.
    pub updated_ms: Option<i64>,
    /// Headline of its offering.
    pub offering: Option<String>,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// Where it stands.
    pub source: Source,
    /// The customer.
    pub cust_id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// When the customer joined.
    pub joined_ms: i64,
    /// The country, which must be the state's.
    pub country_id: Uuid,
    /// The state.
    pub state_id: Uuid,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

/// A doctor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorRow {
    /// Where it stands.
    pub source: Source,
    /// The doctor.
    pub doc_id: Uuid,
    /// The organisation that recruited the doctor.
    pub org_id: Uuid,
    /// First name; empty where the source has only one name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Years of experience.
    pub experience_year: i32,
    /// Year of birth.
    pub birth_year: i32,
    /// Type of medical degree.
    pub degree_type: Option<String>,
    /// Medical school.
    pub institution: Option<String>,
    /// When the certification was obtained, in days since 1970-01-01.
    pub certification_day: Option<i32>,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Where it stands.
    pub source: Source,
    /// The account.
    pub account_id: Uuid,
    /// How it is paid.
    pub account_type: String,
    /// Whose it is.
    pub cust_id: Uuid,
    /// With whom it is.
    pub org_id: Uuid,
    /// When it was opened; the customer's date of joining if absent.
    pub opened_ms: Option<i64>,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

/// A visit: completed if it starts before the import's as-of, otherwise an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Where it stands.
    pub source: Source,
    /// The visit.
    pub medical_id: Uuid,
    /// The account it is on.
    pub account_id: Uuid,
    /// The doctor, who must be of the account's organisation.
    pub doc_id: Uuid,
    /// When it starts.
    pub tx_ms: i64,
    /// What for, in the customer's words.
    pub medical_purpose: String,
    /// What it costs, not negative, in the organisation's currency.
    pub medical_amt: BigDecimal,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Where it stands.
    pub source: Source,
    /// The review.
    pub review_id: Uuid,
    /// When it was written.
    pub review_ms: i64,
    /// 0 to 5.
    pub review_rating: i32,
    /// What it says.
    pub review_comment: Option<String>,
    /// Addresses of pictures and the like.
    pub media: Vec<String>,
    /// Of which organisation.
    pub org_id: Uuid,
    /// By whom.
    pub cust_id: Uuid,
    /// Digest of the source's values, see [`Row::digest`].
    pub digest: Uuid,
}

impl Row for LocationRow {
    const TABLE: &'static Table = &Table {
        file: "location.csv",
        columns: &[
            mandatory("STATE_ID"),
            mandatory("STATE_NAME"),
            mandatory("COUNTRY_ID"),
            mandatory("COUNTRY_NAME"),
            mandatory("REGION_ID"),
            mandatory("REGION_NAME"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        Content::of(Self::TABLE.file)
            .id(self.state_id)
            .text(&self.state_name)
            .id(self.country_id)
            .text(&self.country_name)
            .id(self.region_id)
            .text(&self.region_name)
            .digest()
    }
}

impl Parse for LocationRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        Ok(Self {
            source,
            state_id: fields.id("STATE_ID", Entity::State)?,
            state_name: fields.owned("STATE_NAME")?,
            country_id: fields.id("COUNTRY_ID", Entity::Country)?,
            country_name: fields.owned("COUNTRY_NAME")?,
            region_id: fields.id("REGION_ID", Entity::Region)?,
            region_name: fields.owned("REGION_NAME")?,
        })
    }
}

impl Row for OrganisationRow {
    const TABLE: &'static Table = &Table {
        file: "organisation.csv",
        columns: &[
            mandatory("ORG_ID"),
            mandatory("ORG_TYPE"),
            mandatory("REGION_ID"),
            optional("ORG_NAME"),
            optional("CURRENCY"),
            optional("TIME_ZONE"),
            optional("UPDATED_AT"),
            optional("OFFERING"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl OrganisationRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Content::of(Self::TABLE.file)
            .id(self.org_id)
            .text(&self.org_type)
            .id(self.region_id)
            .optional_text(self.org_name.as_deref())
            .optional_text(self.currency.as_deref())
            .optional_text(self.time_zone.as_deref())
            .optional_number(self.updated_ms)
            .optional_text(self.offering.as_deref())
            .digest();
        self
    }
}

impl Parse for OrganisationRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let row = Self {
            source,
            org_id: fields.id("ORG_ID", Entity::Organisation)?,
            org_type: fields.owned("ORG_TYPE")?,
            region_id: fields.id("REGION_ID", Entity::Region)?,
            org_name: fields.optional_owned("ORG_NAME"),
            currency: fields.optional_checked("CURRENCY", check_currency)?,
            time_zone: fields.optional_checked("TIME_ZONE", check_zone)?,
            updated_ms: fields.optional_instant("UPDATED_AT")?,
            offering: fields.optional_owned("OFFERING"),
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}

impl Row for CustomerRow {
    const TABLE: &'static Table = &Table {
        file: "customer.csv",
        columns: &[
            mandatory("CUST_ID"),
            mandatory("FIRST_NAME"),
            mandatory("LAST_NAME"),
            mandatory("JOINED_DATE"),
            mandatory("COUNTRY_ID"),
            mandatory("STATE_ID"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl CustomerRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Content::of(Self::TABLE.file)
            .id(self.cust_id)
            .text(&self.first_name)
            .text(&self.last_name)
            .number(self.joined_ms)
            .id(self.country_id)
            .id(self.state_id)
            .digest();
        self
    }
}

impl Parse for CustomerRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let row = Self {
            source,
            cust_id: fields.id("CUST_ID", Entity::Customer)?,
            first_name: fields.owned("FIRST_NAME")?,
            last_name: fields.owned("LAST_NAME")?,
            joined_ms: fields.instant("JOINED_DATE")?,
            country_id: fields.id("COUNTRY_ID", Entity::Country)?,
            state_id: fields.id("STATE_ID", Entity::State)?,
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}

impl Row for DoctorRow {
    const TABLE: &'static Table = &Table {
        file: "doctor.csv",
        columns: &[
            mandatory("DOC_ID"),
            mandatory("ORG_ID"),
            mandatory("FIRST_NAME"),
            mandatory("LAST_NAME"),
            mandatory("EXPERIENCE_YEAR"),
            mandatory("BIRTH_YEAR"),
            optional("CREDENTIAL_M"),
            optional("CREDENTIAL_S"),
            optional("CREDENTIAL_D"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl DoctorRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Content::of(Self::TABLE.file)
            .id(self.doc_id)
            .id(self.org_id)
            .text(&self.first_name)
            .text(&self.last_name)
            .number(self.experience_year.into())
            .number(self.birth_year.into())
            .optional_text(self.degree_type.as_deref())
            .optional_text(self.institution.as_deref())
            .optional_number(self.certification_day.map(i64::from))
            .digest();
        self
    }
}

impl Parse for DoctorRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let row = Self {
            source,
            doc_id: fields.id("DOC_ID", Entity::Doctor)?,
            org_id: fields.id("ORG_ID", Entity::Organisation)?,
            first_name: fields.owned("FIRST_NAME")?,
            last_name: fields.owned("LAST_NAME")?,
            experience_year: fields.whole("EXPERIENCE_YEAR")?,
            birth_year: fields.whole("BIRTH_YEAR")?,
            degree_type: fields.optional_owned("CREDENTIAL_M"),
            institution: fields.optional_owned("CREDENTIAL_S"),
            certification_day: fields.optional_day("CREDENTIAL_D")?,
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}

impl Row for AccountRow {
    const TABLE: &'static Table = &Table {
        file: "account.csv",
        columns: &[
            mandatory("ACCOUNT_ID"),
            mandatory("ACCOUNT_TYPE"),
            mandatory("CUST_ID"),
            mandatory("ORG_ID"),
            optional("OPENED_AT"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl AccountRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Content::of(Self::TABLE.file)
            .id(self.account_id)
            .text(&self.account_type)
            .id(self.cust_id)
            .id(self.org_id)
            .optional_number(self.opened_ms)
            .digest();
        self
    }
}

impl Parse for AccountRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let row = Self {
            source,
            account_id: fields.id("ACCOUNT_ID", Entity::Account)?,
            account_type: fields.owned("ACCOUNT_TYPE")?,
            cust_id: fields.id("CUST_ID", Entity::Customer)?,
            org_id: fields.id("ORG_ID", Entity::Organisation)?,
            opened_ms: fields.optional_instant("OPENED_AT")?,
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}

impl Row for RecordRow {
    const TABLE: &'static Table = &Table {
        file: "record.csv",
        columns: &[
            mandatory("MEDICAL_ID"),
            mandatory("ACCOUNT_ID"),
            mandatory("DOC_ID"),
            mandatory("TX_DATE"),
            mandatory("MEDICAL_PURPOSE"),
            mandatory("MEDICAL_AMT"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl RecordRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Content::of(Self::TABLE.file)
            .id(self.medical_id)
            .id(self.account_id)
            .id(self.doc_id)
            .number(self.tx_ms)
            .text(&self.medical_purpose)
            .decimal(&self.medical_amt)
            .digest();
        self
    }
}

impl Parse for RecordRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let row = Self {
            source,
            medical_id: fields.id("MEDICAL_ID", Entity::Record)?,
            account_id: fields.id("ACCOUNT_ID", Entity::Account)?,
            doc_id: fields.id("DOC_ID", Entity::Doctor)?,
            tx_ms: fields.instant("TX_DATE")?,
            medical_purpose: fields.owned("MEDICAL_PURPOSE")?,
            medical_amt: fields.amount("MEDICAL_AMT")?,
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}

impl Row for ReviewRow {
    const TABLE: &'static Table = &Table {
        file: "review.csv",
        columns: &[
            mandatory("REVIEW_ID"),
            mandatory("REVIEW_DATE"),
            mandatory("REVIEW_RATING"),
            optional("REVIEW_COMMENT"),
            optional("MEDIA"),
            mandatory("ORG_ID"),
            mandatory("CUST_ID"),
        ],
    };

    fn source(&self) -> Source {
        self.source
    }

    fn digest(&self) -> Uuid {
        self.digest
    }
}

impl ReviewRow {
    /// Sets the digest from the other values.
    pub(super) fn sealed(mut self) -> Self {
        let mut content = Content::of(Self::TABLE.file);
        content
            .id(self.review_id)
            .number(self.review_ms)
            .number(self.review_rating.into())
            .optional_text(self.review_comment.as_deref())
            .id(self.org_id)
            .id(self.cust_id);
        for medium in &self.media {
            content.text(medium);
        }
        self.digest = content.digest();
        self
    }
}

impl Parse for ReviewRow {
    fn parse(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let media = fields.optional_text("MEDIA").unwrap_or_default();
        let row = Self {
            source,
            review_id: fields.id("REVIEW_ID", Entity::Review)?,
            review_ms: fields.instant("REVIEW_DATE")?,
            review_rating: fields.rating("REVIEW_RATING")?,
            review_comment: fields.optional_owned("REVIEW_COMMENT"),
            media: media.split('|').filter(|medium| !medium.is_empty()).map(str::to_owned).collect(),
            org_id: fields.id("ORG_ID", Entity::Organisation)?,
            cust_id: fields.id("CUST_ID", Entity::Customer)?,
            digest: Uuid::nil(),
        };
        Ok(row.sealed())
    }
}
