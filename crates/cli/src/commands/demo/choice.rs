//! Whom the demonstration is about: found by asking, so that every question has something to say.

use std::collections::BTreeMap;

use anyhow::Context as _;
use quorate_clinic::Clinic;
use quorate_clinic::queries::{self, Arguments};
use serde_json::Value;

use super::text;
use crate::failure::Failure;

/// Rows that are looked through.
const LOOKED_AT: u32 = 1_000;

/// Ratings that are enough to show; beyond them the number of records decides.
const ENOUGH_RATINGS: u64 = 4;

/// The people that the questions are about; ids as texts.
#[derive(Debug)]
pub(super) struct Choice {
    /// A customer with many records and an appointment.
    pub(super) customer: String,
    /// A doctor with appointments.
    pub(super) doctor: String,
    /// The organisation with most records among those with some ratings.
    pub(super) organisation: String,
    /// The year of its newest record.
    pub(super) year: i32,
    /// Who takes part in the visit: a customer of that organisation, the account, a doctor.
    pub(super) patient: Patient,
}

/// Who takes part in the visit.
#[derive(Debug)]
pub(super) struct Patient {
    pub(super) customer: String,
    pub(super) account: String,
    pub(super) doctor: String,
}

/// The rows of an answer.
pub(super) async fn rows(clinic: &Clinic, number: u8, arguments: &Arguments) -> anyhow::Result<Vec<Value>> {
    let answer = queries::run(clinic.reader(), number, arguments, clinic.store().now_ms()).await?;
    Ok(match answer.json {
        Value::Array(rows) => rows,
        Value::Null => Vec::new(),
        row => vec![row],
    })
}

impl Choice {
    /// Looks for them.
    pub(super) async fn of(clinic: &Clinic) -> anyhow::Result<Self> {
        let limit = Some(LOOKED_AT);
        let accounts = rows(clinic, 11, &Arguments { limit, ..Arguments::default() }).await?;
        let owners: BTreeMap<&str, &str> =
            accounts.iter().filter_map(|row| Some((text(row, "account_id")?, text(row, "cust_id")?))).collect();
        let customer = busiest_customer(clinic, owners.values().copied()).await?;
        let organisation = best_known(clinic).await?;
        let of_organisation = Arguments { organisation: Some(organisation.clone()), limit, ..Arguments::default() };
        let records = rows(clinic, 8, &of_organisation).await?;
        let newest = records.first().and_then(|row| text(row, "tx_date")).and_then(|date| date.get(..4));
        let year = newest.and_then(|year| year.parse().ok()).context("the newest record has no year")?;
        let patient = records.iter().find_map(|row| {
            let (account, doctor) = (text(row, "account_id")?, text(row, "doc_id")?);
            let customer = (*owners.get(account)?).to_owned();
            Some(Patient { customer, account: account.to_owned(), doctor: doctor.to_owned() })
        });
        let doctor = next_doctor(clinic, &customer).await?;
        Ok(Self { customer, doctor, organisation, year, patient: patient.ok_or_else(nothing)? })
    }
}

/// The customer with most records among those with an appointment soon.
async fn busiest_customer<'a>(clinic: &Clinic, customers: impl Iterator<Item = &'a str>) -> anyhow::Result<String> {
    let mut best: Option<(bool, usize, &str)> = None;
    for id in customers.collect::<std::collections::BTreeSet<_>>() {
        let customer = Some(id.to_owned());
        let soon = rows(clinic, 6, &Arguments { customer: customer.clone(), ..Arguments::default() }).await?;
        let records = rows(clinic, 3, &Arguments { customer, limit: Some(LOOKED_AT), ..Arguments::default() }).await?;
        best = best.max(Some((!soon.is_empty(), records.len(), id)));
    }
    Ok(best.ok_or_else(nothing)?.2.to_owned())
}

/// The organisation with most records among those with some ratings.
async fn best_known(clinic: &Clinic) -> anyhow::Result<String> {
    let offering = rows(clinic, 1, &Arguments { limit: Some(LOOKED_AT), ..Arguments::default() }).await?;
    let mut best: Option<(u64, u64, &str)> = None;
    for id in offering.iter().filter_map(|row| text(row, "org_id")) {
        let organisation = Arguments { organisation: Some(id.to_owned()), ..Arguments::default() };
        let months = rows(clinic, 9, &organisation).await?;
        let ratings: u64 = months.iter().filter_map(|row| row.get("rating_count")?.as_u64()).sum();
        let doctors = rows(clinic, 14, &organisation).await?;
        let records = doctors.iter().filter_map(|row| row.get("record_count")?.as_u64()).sum();
        best = best.max(Some((ratings.min(ENOUGH_RATINGS), records, id)));
    }
    Ok(best.ok_or_else(nothing)?.2.to_owned())
}

/// The doctor of the customer's next appointment, or else the one with most records.
async fn next_doctor(clinic: &Clinic, customer: &str) -> anyhow::Result<String> {
    let of_customer = Arguments { customer: Some(customer.to_owned()), ..Arguments::default() };
    let mut found = rows(clinic, 6, &of_customer).await?;
    found.extend(rows(clinic, 4, &Arguments::default()).await?);
    let doctor = found.iter().find_map(|row| text(row, "doc_id"));
    Ok(doctor.ok_or_else(nothing)?.to_owned())
}

fn nothing() -> Failure {
    Failure::Missing { what: "the sample data hold too little to show something".to_owned() }
}
