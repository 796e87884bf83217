//! The present state that commands decide by, read from the views.
//!
//! Exact when the stream that owns the row is locked and caught up. Rows come back as the facts
//! that would write them, so that a change is: read, alter, append.

use bigdecimal::BigDecimal;
use quorate_session::codec::{CqlDate, CqlTimestamp};
use quorate_session::{DeserializeValue, SerializeValue};
use uuid::Uuid;

use crate::cells::Cells;
use crate::error::Error;
use crate::event::{Account, Customer, DayCount, Doctor, Location, MonthlyExpense, Organisation, RatingMonth, Visit};
use crate::ids::Entity;
use crate::projection::WORLD;
use crate::queries::{CUSTOMERS, DOCTORS, MONTHLY_EXPENSES, POPULATION, RATINGS, REVENUE, TRANSACTIONS};
use crate::store::Store;
use crate::tables::{ACCOUNTS, COUNTRIES, NEWEST_OFFERINGS, ORGANISATIONS, REGIONS, REQUESTS, REVIEWS, STATES, VISITS};

/// The type `person_name`.
#[derive(Debug, Clone, SerializeValue, DeserializeValue)]
#[scylla(crate = quorate_session)]
struct Name {
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The type `doctor_credential`.
#[derive(Debug, Clone, SerializeValue, DeserializeValue)]
#[scylla(crate = quorate_session)]
struct Credential {
    degree_type: Option<String>,
    institution: Option<String>,
    certification_date: Option<CqlDate>,
}

impl Name {
    fn split(name: Option<Self>) -> (String, String) {
        let name = name.unwrap_or(Self { first_name: None, last_name: None });
        (name.first_name.unwrap_or_default(), name.last_name.unwrap_or_default())
    }
}

/// A request that was answered before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub(crate) stream: i32,
    pub(crate) seq: i64,
    pub(crate) digest: Uuid,
    pub(crate) result_id: Uuid,
}

/// A customer's account, as the list of its accounts has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountRef {
    pub(crate) account_id: Uuid,
    pub(crate) org_id: Uuid,
}

/// A doctor's sums in a period.
#[derive(Debug, Clone)]
pub(crate) struct RevenueNow {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) count: i64,
    pub(crate) revenue: BigDecimal,
    pub(crate) currency: String,
}

impl Store {
    pub(crate) async fn answered(&self, request_id: Uuid) -> Result<Option<Answered>, Error> {
        let row = self.typed::<(Uuid, i32, i64, Uuid, Uuid)>(&REQUESTS, &Cells::new().uuid(request_id)).await?;
        Ok(row.map(|(_, stream, seq, digest, result_id)| Answered { stream, seq, digest, result_id }))
    }

    pub(crate) async fn location(&self, state_id: Uuid) -> Result<Option<Location>, Error> {
        let row = self.typed::<(Uuid, String, Uuid, Uuid)>(&STATES, &Cells::new().uuid(state_id)).await?;
        let Some((state_id, state_name, country_id, region_id)) = row else { return Ok(None) };
        let country_name = self.country_name(country_id).await?.unwrap_or_default();
        let region_name = self.region_name(region_id).await?.unwrap_or_default();
        Ok(Some(Location { state_id, state_name, country_id, country_name, region_id, region_name }))
    }

    pub(crate) async fn country_name(&self, country_id: Uuid) -> Result<Option<String>, Error> {
        let row = self.typed::<(Uuid, String)>(&COUNTRIES, &Cells::new().uuid(country_id)).await?;
        Ok(row.map(|(_, name)| name))
    }

    pub(crate) async fn region_name(&self, region_id: Uuid) -> Result<Option<String>, Error> {
        let row = self.typed::<(Uuid, String)>(&REGIONS, &Cells::new().uuid(region_id)).await?;
        Ok(row.map(|(_, name)| name))
    }

    pub(crate) async fn organisation(&self, org_id: Uuid) -> Result<Option<Organisation>, Error> {
        type Row = (Uuid, String, Uuid, Option<String>, String, String, Option<Uuid>);
        let row = self.typed::<Row>(&ORGANISATIONS, &Cells::new().uuid(org_id)).await?;
        Ok(row.map(|(org_id, org_type, region_id, org_name, currency, time_zone, digest)| Organisation {
            org_id,
            org_type,
            region_id,
            org_name,
            currency,
            time_zone,
            digest,
        }))
    }

    pub(crate) async fn newest_offering(&self, org_id: Uuid) -> Result<Option<i64>, Error> {
        let row = self.typed::<(Uuid, CqlTimestamp)>(&NEWEST_OFFERINGS, &Cells::new().uuid(org_id)).await?;
        Ok(row.map(|(_, updated)| updated.0))
    }

    pub(crate) async fn doctor(&self, doc_id: Uuid) -> Result<Option<Doctor>, Error> {
        type Row = (Uuid, Uuid, Option<Name>, Option<Credential>, i32, i32, Option<Uuid>);
        let row = self.typed::<Row>(&DOCTORS, &Cells::new().uuid(doc_id)).await?;
        Ok(row.map(|(doc_id, org_id, name, credential, experience_year, birth_year, digest)| {
            let (first_name, last_name) = Name::split(name);
            let credential =
                credential.unwrap_or(Credential { degree_type: None, institution: None, certification_date: None });
            Doctor {
                doc_id,
                org_id,
                first_name,
                last_name,
                experience_year,
                birth_year,
                degree_type: credential.degree_type,
                institution: credential.institution,
                certification_day: credential.certification_date.map(days),
                digest,
            }
        }))
    }

    pub(crate) async fn customer(&self, cust_id: Uuid) -> Result<Option<Customer>, Error> {
        type Row = (Uuid, Option<Name>, CqlTimestamp, Uuid, Uuid, Uuid, i64, Option<Uuid>);
        let row = self.typed::<Row>(&CUSTOMERS, &Cells::new().uuid(cust_id)).await?;
        Ok(row.map(|(cust_id, name, joined, country_id, state_id, region_id, name_version, digest)| {
            let (first_name, last_name) = Name::split(name);
            Customer {
                cust_id,
                first_name,
                last_name,
                joined_ms: joined.0,
                country_id,
                state_id,
                region_id,
                name_version,
                digest,
            }
        }))
    }

    pub(crate) async fn account(&self, account_id: Uuid) -> Result<Option<Account>, Error> {
        type Row = (Uuid, Uuid, Uuid, String, Option<Name>, String, CqlTimestamp, i64, i32, Option<Uuid>);
        let row = self.typed::<Row>(&ACCOUNTS, &Cells::new().uuid(account_id)).await?;
        Ok(row.map(
            |(account_id, cust_id, org_id, account_type, name, currency, created, name_version, latest, digest)| {
                let (first_name, last_name) = Name::split(name);
                Account {
                    account_id,
                    cust_id,
                    org_id,
                    account_type,
                    first_name,
                    last_name,
                    currency,
                    created_ms: created.0,
                    name_version,
                    digest,
                    latest: latest == 1,
                }
            },
        ))
    }

    pub(crate) async fn visit(&self, medical_id: Uuid) -> Result<Option<Visit>, Error> {
        type Row = (
            Uuid,
            Uuid,
            Uuid,
            Uuid,
            Uuid,
            CqlTimestamp,
            i32,
            String,
            String,
            Option<BigDecimal>,
            String,
            Option<CqlTimestamp>,
            Option<Uuid>,
        );
        let row = self.typed::<Row>(&VISITS, &Cells::new().uuid(medical_id)).await?;
        Ok(row.map(|row| Visit {
            medical_id: row.0,
            account_id: row.1,
            doc_id: row.2,
            org_id: row.3,
            cust_id: row.4,
            starts_ms: row.5.0,
            minutes: row.6,
            purpose: row.7,
            status: row.8,
            amount: row.9,
            currency: row.10,
            expires_ms: row.11.map(|expires| expires.0),
            digest: row.12,
            time_zone: String::new(),
        }))
    }

    pub(crate) async fn review_exists(&self, review_id: Uuid) -> Result<Option<Option<Uuid>>, Error> {
        let row = self.typed::<(Uuid, Uuid, Option<Uuid>)>(&REVIEWS, &Cells::new().uuid(review_id)).await?;
        Ok(row.map(|(_, _, digest)| digest))
    }

    pub(crate) async fn accounts_of(&self, cust_id: Uuid) -> Result<Vec<AccountRef>, Error> {
        const CQL: &str = "SELECT account_id, org_id FROM {ks}.accounts_by_customer WHERE cust_id = ?";
        let rows = self.read(CQL, (cust_id,)).await?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in rows.typed::<(Uuid, Uuid)>()? {
            let (account_id, org_id) = row?;
            accounts.push(AccountRef { account_id, org_id });
        }
        Ok(accounts)
    }

    /// A doctor's visits booked to start in `[from, to)`: their ids and ends.
    pub(crate) async fn booked_with_doctor(&self, doc_id: Uuid, from: i64, to: i64) -> Result<Vec<(Uuid, i64)>, Error> {
        const CQL: &str = "SELECT medical_id, ends_at FROM {ks}.appointments_by_doctor \
                           WHERE doc_id = ? AND starts_at >= ? AND starts_at < ?";
        self.booked(CQL, doc_id, from, to).await
    }

    /// An account's visits booked to start in `[from, to)`: their ids and ends.
    pub(crate) async fn booked_by_account(&self, account: Uuid, from: i64, to: i64) -> Result<Vec<(Uuid, i64)>, Error> {
        const CQL: &str = "SELECT medical_id, ends_at FROM {ks}.appointments_by_account \
                           WHERE account_id = ? AND starts_at >= ? AND starts_at < ?";
        self.booked(CQL, account, from, to).await
    }

    async fn booked(&self, cql: &'static str, owner: Uuid, from: i64, to: i64) -> Result<Vec<(Uuid, i64)>, Error> {
        let rows = self.read(cql, (owner, CqlTimestamp(from), CqlTimestamp(to))).await?;
        let mut booked = Vec::with_capacity(rows.len());
        for row in rows.typed::<(Uuid, CqlTimestamp)>()? {
            let (medical_id, ends) = row?;
            booked.push((medical_id, ends.0));
        }
        Ok(booked)
    }

    /// Whether an account has any completed record.
    pub(crate) async fn has_records(&self, account_id: Uuid) -> Result<bool, Error> {
        const CQL: &str = "SELECT month FROM {ks}.monthly_expenses_by_account WHERE account_id = ? LIMIT 1";
        Ok(!self.read(CQL, (account_id,)).await?.is_empty())
    }

    /// The non-empty months of a doctor or organisation.
    pub(crate) async fn active_months(&self, owner: Uuid) -> Result<Vec<i32>, Error> {
        const CQL: &str = "SELECT month FROM {ks}.active_months WHERE owner_id = ?";
        let rows = self.read(CQL, (owner,)).await?;
        let mut months = Vec::with_capacity(rows.len());
        for row in rows.typed::<(CqlDate,)>()? {
            months.push(days(row?.0));
        }
        Ok(months)
    }

    /// An account's month, as an image in which nothing moved.
    pub(crate) async fn month_now(&self, account_id: Uuid, month: i32) -> Result<Option<MonthlyExpense>, Error> {
        let key = Cells::new().uuid(account_id).date(month);
        let row = self.typed::<(Uuid, CqlDate, BigDecimal, i32, String)>(&MONTHLY_EXPENSES, &key).await?;
        Ok(row.map(|(account_id, _, total, visits, currency)| MonthlyExpense {
            account_id,
            month,
            currency,
            before: total.clone(),
            after: total,
            visits_before: visits,
            visits_after: visits,
        }))
    }

    /// An organisation's day, as an image in which nothing moved.
    pub(crate) async fn day_now(&self, org_id: Uuid, day: i32) -> Result<DayCount, Error> {
        let key = Cells::new().uuid(org_id).date(day);
        let row = self.typed::<(Uuid, CqlDate, i64)>(&TRANSACTIONS, &key).await?;
        let count = row.map_or(0, |(_, _, count)| count);
        Ok(DayCount { org_id, day, before: count, after: count })
    }

    /// A doctor's sums in a period.
    pub(crate) async fn revenue_now(&self, org: Uuid, period: &str, doctor: Uuid) -> Result<Option<RevenueNow>, Error> {
        type Row = (Uuid, String, Uuid, Option<Name>, i64, BigDecimal, String);
        let key = Cells::new().uuid(org).text(period).uuid(doctor);
        let row = self.typed::<Row>(&REVENUE, &key).await?;
        Ok(row.map(|(_, _, _, name, count, revenue, currency)| {
            let (first_name, last_name) = Name::split(name);
            RevenueNow { first_name, last_name, count, revenue, currency }
        }))
    }

    /// An organisation's ratings of a month, as an image in which nothing moved.
    pub(crate) async fn ratings_now(&self, org_id: Uuid, month: i32) -> Result<RatingMonth, Error> {
        let key = Cells::new().uuid(org_id).date(month);
        let row = self.typed::<(Uuid, CqlDate, i64, i64)>(&RATINGS, &key).await?;
        let (sum, count) = row.map_or((0, 0), |(_, _, sum, count)| (sum, count));
        Ok(RatingMonth { org_id, month, sum_before: sum, sum_after: sum, count_before: count, count_after: count })
    }

    /// Customers of a region that a stream owns.
    pub(crate) async fn population_now(&self, region_id: Uuid, shard: i32) -> Result<i64, Error> {
        let key = Cells::new().text(WORLD).uuid(region_id).int(shard);
        let row = self.typed::<(String, Uuid, i32, String, i64)>(&POPULATION, &key).await?;
        Ok(row.map_or(0, |(.., customers)| customers))
    }
}

/// An error for what must exist.
pub(crate) fn must<T>(found: Option<T>, entity: Entity, id: Uuid) -> Result<T, Error> {
    found.ok_or(Error::NotFound { entity, id })
}

/// A CQL date in days since 1970-01-01.
pub(crate) fn days(date: CqlDate) -> i32 {
    date.0.wrapping_sub(1 << 31).cast_signed()
}
