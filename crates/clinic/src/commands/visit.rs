//! `book`, `reschedule`, `cancel`, `no_show`, `complete`: the life of a visit.
//!
//! booked → completed | cancelled | `no_show`; booked → booked at another time. A visit takes
//! `[start, start + minutes)` of its doctor and of its customer, whichever organisation the
//! customer's other visits are at. The doctor's time is arbitrated by the stream of the
//! organisation, the customer's by a claim on the customer.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision, Route, id_claim};
use crate::error::Error;
use crate::event::{Completed, Fact, Rescheduled, Visit};
use crate::ids::Entity;
use crate::present::must;
use crate::store::Store;
use crate::stream::Streams;
use crate::totals::{Earner, Totals};

pub(crate) const BOOKED: &str = "booked";
pub(crate) const COMPLETED: &str = "completed";
pub(super) const CANCELLED: &str = "cancelled";
pub(super) const NO_SHOW: &str = "no_show";

/// Length of a visit for which none is given.
pub(crate) const DEFAULT_MINUTES: i32 = 30;
/// The longest visit: a day. Bounds how far back an overlap is looked for.
const MAX_MINUTES: i32 = 24 * 60;
/// How long after its end the rows of an upcoming visit stay if nobody closes it.
const KEPT_AFTER_END_MS: i64 = 30 * 86_400_000;

/// `book`
#[derive(Debug, Clone)]
pub struct Book {
    pub(super) medical_id: Option<Uuid>,
    pub(super) account_id: Uuid,
    pub(super) doc_id: Uuid,
    starts_ms: i64,
    minutes: i32,
    purpose: String,
}

/// `reschedule`
#[derive(Debug, Clone)]
pub struct Reschedule {
    pub(super) medical_id: Uuid,
    starts_ms: i64,
}

/// `cancel`, `no_show`
#[derive(Debug, Clone)]
pub struct Drop {
    pub(super) medical_id: Uuid,
    status: &'static str,
}

/// `complete`
#[derive(Debug, Clone)]
pub struct Complete {
    pub(super) medical_id: Uuid,
    amount: BigDecimal,
}

/// The stream of a visit's organisation.
pub(super) async fn route(store: &Store, streams: &Streams, medical_id: Uuid) -> Result<Route, Error> {
    let visit = must(store.visit(medical_id).await?, Entity::Record, medical_id)?;
    Ok(Route { stream: streams.of(visit.org_id), claims: Vec::new() })
}

impl Book {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        let minutes = fields.whole_or_none("minutes")?.unwrap_or(DEFAULT_MINUTES);
        if !(1..=MAX_MINUTES).contains(&minutes) {
            return Err(Error::invalid(format!("field `minutes` must be between 1 and {MAX_MINUTES}")));
        }
        Ok(Self {
            medical_id: fields.id_or_none("medical_id", Entity::Record)?,
            account_id: fields.id("account_id", Entity::Account)?,
            doc_id: fields.id("doc_id", Entity::Doctor)?,
            starts_ms: fields.instant("starts_at")?,
            minutes,
            purpose: fields.text("purpose")?,
        })
    }

    pub(super) async fn route(&self, store: &Store, streams: &Streams) -> Result<Route, Error> {
        let account = must(store.account(self.account_id).await?, Entity::Account, self.account_id)?;
        let mut claims = vec![customer_claim(account.cust_id)];
        claims.extend(self.medical_id.map(id_claim));
        Ok(Route { stream: streams.of(account.org_id), claims })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let store = context.store;
        let account = must(store.account(self.account_id).await?, Entity::Account, self.account_id)?;
        let doctor = must(store.doctor(self.doc_id).await?, Entity::Doctor, self.doc_id)?;
        if doctor.org_id != account.org_id {
            return Err(Error::refused(format!(
                "doctor {} belongs to another organisation than account {}",
                self.doc_id, self.account_id
            )));
        }
        let medical_id = self.medical_id.unwrap_or(context.new_id);
        if store.visit(medical_id).await?.is_some() {
            return Err(Error::conflict(format!("record {medical_id} exists")));
        }
        let organisation = must(store.organisation(account.org_id).await?, Entity::Organisation, account.org_id)?;
        let visit = Visit {
            medical_id,
            account_id: self.account_id,
            doc_id: self.doc_id,
            org_id: account.org_id,
            cust_id: account.cust_id,
            starts_ms: self.starts_ms,
            minutes: self.minutes,
            purpose: self.purpose.clone(),
            status: BOOKED.to_owned(),
            amount: None,
            currency: account.currency,
            digest: None,
            expires_ms: (!context.at_given).then(|| expiry(self.starts_ms, self.minutes)),
            time_zone: organisation.time_zone,
        };
        check_free(store, &visit).await?;
        Ok(Decision { result_id: medical_id, facts: vec![Fact::VisitBooked(visit)], images: Vec::new() })
    }
}

impl Reschedule {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self { medical_id: fields.id("medical_id", Entity::Record)?, starts_ms: fields.instant("starts_at")? })
    }

    pub(super) async fn route(&self, store: &Store, streams: &Streams) -> Result<Route, Error> {
        let visit = must(store.visit(self.medical_id).await?, Entity::Record, self.medical_id)?;
        Ok(Route { stream: streams.of(visit.org_id), claims: vec![customer_claim(visit.cust_id)] })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let visit = booked(context, self.medical_id, "rescheduled").await?;
        let organisation = context.store.organisation(visit.org_id).await?;
        let from_ms = visit.starts_ms;
        let moved = Visit {
            starts_ms: self.starts_ms,
            expires_ms: (!context.at_given).then(|| expiry(self.starts_ms, visit.minutes)),
            time_zone: organisation.map_or_else(|| "UTC".to_owned(), |organisation| organisation.time_zone),
            ..visit
        };
        check_free(context.store, &moved).await?;
        Ok(Decision {
            result_id: self.medical_id,
            facts: vec![Fact::VisitRescheduled(Rescheduled { visit: moved, from_ms })],
            images: Vec::new(),
        })
    }
}

impl Drop {
    pub(super) fn read(fields: &mut Fields, status: &'static str) -> Result<Self, Error> {
        Ok(Self { medical_id: fields.id("medical_id", Entity::Record)?, status })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let wanted = if self.status == NO_SHOW { "missed" } else { "cancelled" };
        let visit = booked(context, self.medical_id, wanted).await?;
        if self.status == NO_SHOW {
            check_begun(context, &visit, wanted)?;
        }
        let dropped = Visit { status: self.status.to_owned(), ..visit };
        Ok(Decision { result_id: self.medical_id, facts: vec![Fact::VisitDropped(dropped)], images: Vec::new() })
    }
}

impl Complete {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self { medical_id: fields.id("medical_id", Entity::Record)?, amount: fields.amount("amount")? })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let visit = booked(context, self.medical_id, "completed").await?;
        check_begun(context, &visit, "completed")?;
        let visit = Visit { status: COMPLETED.to_owned(), amount: Some(self.amount.clone()), ..visit };
        let doctor = must(context.store.doctor(visit.doc_id).await?, Entity::Doctor, visit.doc_id)?;
        let organisation = must(context.store.organisation(visit.org_id).await?, Entity::Organisation, visit.org_id)?;
        let earner =
            Earner { first_name: &doctor.first_name, last_name: &doctor.last_name, region_id: organisation.region_id };
        let mut totals = Totals::default();
        totals.record(context.store, &visit, earner).await?;
        Ok(Decision {
            result_id: self.medical_id,
            facts: vec![Fact::VisitCompleted(Completed { visit, was_booked: true })],
            images: totals.images(),
        })
    }
}

/// A visit that is booked, or why it cannot be changed.
async fn booked(context: &Context<'_>, medical_id: Uuid, wanted: &str) -> Result<Visit, Error> {
    let visit = must(context.store.visit(medical_id).await?, Entity::Record, medical_id)?;
    if visit.status != BOOKED {
        return Err(Error::refused(format!("record {medical_id} is {} and cannot be {wanted}", visit.status)));
    }
    Ok(visit)
}

fn check_begun(context: &Context<'_>, visit: &Visit, wanted: &str) -> Result<(), Error> {
    if context.at_ms < visit.starts_ms {
        let starts = crate::moment::instant_text(visit.starts_ms);
        return Err(Error::refused(format!(
            "record {} starts at {starts} and cannot be {wanted} before",
            visit.medical_id
        )));
    }
    Ok(())
}

/// Neither the doctor nor the customer has another visit at that time.
async fn check_free(store: &Store, visit: &Visit) -> Result<(), Error> {
    match overlapping(store, visit).await? {
        None => Ok(()),
        Some((whose, _)) => {
            let id = if whose == "doctor" { visit.doc_id } else { visit.cust_id };
            Err(Error::conflict(format!("{whose} {id} has another visit at that time")))
        }
    }
}

/// Whose other visit overlaps a visit, and which.
pub(crate) async fn overlapping(store: &Store, visit: &Visit) -> Result<Option<(&'static str, Uuid)>, Error> {
    let ends_ms = end(visit.starts_ms, visit.minutes);
    let from_ms = visit.starts_ms - i64::from(MAX_MINUTES) * 60_000;
    let overlap = |booked: Vec<(Uuid, i64)>| {
        let other = |(other, ends): &(Uuid, i64)| *other != visit.medical_id && *ends > visit.starts_ms;
        booked.into_iter().find(other).map(|(other, _)| other)
    };
    if let Some(other) = overlap(store.booked_with_doctor(visit.doc_id, from_ms, ends_ms).await?) {
        return Ok(Some(("doctor", other)));
    }
    for account in store.accounts_of(visit.cust_id).await? {
        if let Some(other) = overlap(store.booked_by_account(account.account_id, from_ms, ends_ms).await?) {
            return Ok(Some(("customer", other)));
        }
    }
    Ok(None)
}

fn end(starts_ms: i64, minutes: i32) -> i64 {
    starts_ms + i64::from(minutes) * 60_000
}

/// When the rows of an upcoming visit go if nobody closes it.
pub(crate) fn expiry(starts_ms: i64, minutes: i32) -> i64 {
    end(starts_ms, minutes) + KEPT_AFTER_END_MS
}

fn customer_claim(cust_id: Uuid) -> String {
    format!("customer/{cust_id}")
}
