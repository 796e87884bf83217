//! From an event to the rows that it leaves in the views. Pure: reads nothing, knows no clock.
//!
//! Every effect overwrites a whole row by its key. A row that moves is deleted at the event's
//! timestamp and written anew one tick later, so any number of repetitions, in any order within
//! the suffix, ends in the same rows. Nothing is written that another stream also writes.

use uuid::Uuid;

use crate::calendar::{day_of, first_day, month_of, month_text, quarter_text, year_of};
use crate::cells::Cells;
use crate::event::{
    Account, Completed, Customer, Doctor, Entry, Fact, Image, Location, Offering, Organisation, Repair, Rescheduled,
    Review, Trim, Visit,
};
use crate::queries::{
    ACCOUNT_MONTHS, ACCOUNTS_BY_CUSTOMER, ACCOUNTS_BY_MONTH, APPOINTMENTS_BY_ACCOUNT, APPOINTMENTS_BY_DOCTOR,
    CUSTOMERS, DOCTORS, MONTHLY_EXPENSES, OFFERINGS, PERIODS, POPULATION, RATINGS, RECORDS_BY_AMOUNT,
    RECORDS_BY_DOCTOR, RECORDS_BY_ORGANISATION, REVENUE, TRANSACTIONS,
};
use crate::tables::{
    ACCOUNTS, COUNTRIES, NEWEST_OFFERINGS, ORGANISATIONS, REGIONS, REMINDERS, REQUESTS, REVIEWS,
    REVIEWS_BY_ORGANISATION, STATES, VIEWS, VISITS,
};
use crate::view::View;

/// Channels by which a customer is reminded.
pub(crate) const CHANNELS: [&str; 2] = ["email", "sms"];
/// How long before a visit its reminders are due.
pub(crate) const REMIND_BEFORE_MS: i64 = 24 * 3_600_000;
/// The bucket with the newest rows.
pub(crate) const LATEST: &str = "latest";
/// The one partition that counts customers by region.
pub(crate) const WORLD: &str = "world";
/// The one partition that lists the months with new accounts.
pub(crate) const ACCOUNTS_SCOPE: &str = "accounts";

/// A write to a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutation {
    /// Where.
    pub view: &'static View,
    /// Its timestamp in microseconds.
    pub ts: i64,
    /// What.
    pub change: Change,
}

/// What a mutation does.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Writes a whole row.
    Put {
        /// All columns in order.
        row: Cells,
        /// When it goes by itself, in milliseconds since 1970.
        expires_ms: Option<i64>,
    },
    /// Deletes a row.
    Delete {
        /// Its key.
        key: Cells,
    },
    /// Deletes the rows of a partition whose first clustering column is below a value.
    DeleteBelow {
        /// The partition key, then the value.
        bound: Cells,
    },
}

/// The rows that an event leaves, in the order of its facts and images.
pub fn project(entry: &Entry) -> Vec<Mutation> {
    let mut out = Effects { ts: entry.ts, mutations: Vec::with_capacity(4 + entry.event.facts.len() * 6) };
    for fact in &entry.event.facts {
        out.fact(entry.stream, fact);
    }
    for image in &entry.event.images {
        out.image(image);
    }
    out.put(
        &REQUESTS,
        Cells::new()
            .uuid(entry.request_id)
            .int(entry.stream)
            .bigint(entry.seq)
            .uuid(entry.event.request_digest)
            .uuid(entry.event.result_id),
    );
    out.mutations
}

struct Effects {
    ts: i64,
    mutations: Vec<Mutation>,
}

impl Effects {
    fn put(&mut self, view: &'static View, row: Cells) {
        self.put_until(view, row, None);
    }

    fn put_until(&mut self, view: &'static View, row: Cells, expires_ms: Option<i64>) {
        self.mutations.push(Mutation { view, ts: self.ts + 1, change: Change::Put { row, expires_ms } });
    }

    fn delete(&mut self, view: &'static View, key: Cells) {
        self.mutations.push(Mutation { view, ts: self.ts, change: Change::Delete { key } });
    }

    fn fact(&mut self, stream: i32, fact: &Fact) {
        match fact {
            Fact::LocationAdded(location) => self.location(location),
            Fact::OrganisationRegistered(organisation) => self.organisation(organisation),
            Fact::OfferingPublished(offering) => self.offering(offering),
            Fact::DoctorDescribed(doctor) => self.doctor(doctor),
            Fact::CustomerDescribed(customer) => self.customer(customer),
            Fact::AccountOpened(account) => {
                self.account(account);
                let month = month_of(day_of(account.created_ms));
                self.put(&ACCOUNT_MONTHS, Cells::new().text(ACCOUNTS_SCOPE).date(month).int(stream));
            }
            Fact::AccountHolderRenamed(account) => self.account(account),
            Fact::VisitBooked(visit) => self.booked(visit),
            Fact::VisitRescheduled(Rescheduled { visit, from_ms }) => {
                self.forget_upcoming(visit, *from_ms);
                self.booked(visit);
            }
            Fact::VisitDropped(visit) => {
                self.forget_upcoming(visit, visit.starts_ms);
                self.visit(visit);
            }
            Fact::VisitCompleted(completed) => self.completed(completed),
            Fact::Reviewed(review) => self.review(review),
            Fact::BucketTrimmed(trim) => self.trim(trim),
            Fact::RowRepaired(repair) => self.repair(repair),
            Fact::AttemptVoided(voided) => self.put(
                &REQUESTS,
                Cells::new().uuid(voided.attempt).int(stream).bigint(0).uuid(Uuid::nil()).uuid(Uuid::nil()),
            ),
        }
    }

    fn location(&mut self, location: &Location) {
        self.put(
            &STATES,
            Cells::new()
                .uuid(location.state_id)
                .text(&location.state_name)
                .uuid(location.country_id)
                .uuid(location.region_id),
        );
        self.put(&COUNTRIES, Cells::new().uuid(location.country_id).text(&location.country_name));
        self.put(&REGIONS, Cells::new().uuid(location.region_id).text(&location.region_name));
    }

    fn organisation(&mut self, organisation: &Organisation) {
        self.put(
            &ORGANISATIONS,
            Cells::new()
                .uuid(organisation.org_id)
                .text(&organisation.org_type)
                .uuid(organisation.region_id)
                .text_or_null(organisation.org_name.as_deref())
                .text(&organisation.currency)
                .text(&organisation.time_zone)
                .uuid_or_null(organisation.digest),
        );
    }

    fn offering(&mut self, offering: &Offering) {
        let row = |bucket: &str| {
            Cells::new()
                .text(bucket)
                .timestamp(offering.updated_ms)
                .uuid(offering.org_id)
                .text(&offering.org_type)
                .text_or_null(offering.headline.as_deref())
                .text_or_null(offering.body.as_deref())
        };
        if let (true, Some(previous)) = (offering.newest, offering.previous_ms) {
            self.delete(&OFFERINGS, Cells::new().text(LATEST).timestamp(previous).uuid(offering.org_id));
        }
        if offering.latest {
            self.put(&OFFERINGS, row(LATEST));
        }
        self.put(&OFFERINGS, row(&quarter_text(day_of(offering.updated_ms))));
        if offering.newest {
            self.put(&NEWEST_OFFERINGS, Cells::new().uuid(offering.org_id).timestamp(offering.updated_ms));
        }
    }

    fn doctor(&mut self, doctor: &Doctor) {
        self.put(
            &DOCTORS,
            Cells::new()
                .uuid(doctor.doc_id)
                .uuid(doctor.org_id)
                .name(&doctor.first_name, &doctor.last_name)
                .credential(doctor.degree_type.as_deref(), doctor.institution.as_deref(), doctor.certification_day)
                .int(doctor.experience_year)
                .int(doctor.birth_year)
                .uuid_or_null(doctor.digest),
        );
    }

    fn customer(&mut self, customer: &Customer) {
        self.put(
            &CUSTOMERS,
            Cells::new()
                .uuid(customer.cust_id)
                .name(&customer.first_name, &customer.last_name)
                .timestamp(customer.joined_ms)
                .uuid(customer.country_id)
                .uuid(customer.state_id)
                .uuid(customer.region_id)
                .bigint(customer.name_version)
                .uuid_or_null(customer.digest),
        );
    }

    fn account(&mut self, account: &Account) {
        let by_month = |bucket: &str| {
            Cells::new()
                .text(bucket)
                .timestamp(account.created_ms)
                .uuid(account.account_id)
                .uuid(account.cust_id)
                .name(&account.first_name, &account.last_name)
        };
        self.put(
            &ACCOUNTS,
            Cells::new()
                .uuid(account.account_id)
                .uuid(account.cust_id)
                .uuid(account.org_id)
                .text(&account.account_type)
                .name(&account.first_name, &account.last_name)
                .text(&account.currency)
                .timestamp(account.created_ms)
                .bigint(account.name_version)
                .int(i32::from(account.latest))
                .uuid_or_null(account.digest),
        );
        if account.latest {
            self.put(&ACCOUNTS_BY_MONTH, by_month(LATEST));
        }
        self.put(&ACCOUNTS_BY_MONTH, by_month(&month_text(day_of(account.created_ms))));
        self.put(
            &ACCOUNTS_BY_CUSTOMER,
            Cells::new()
                .uuid(account.cust_id)
                .timestamp(account.created_ms)
                .uuid(account.account_id)
                .uuid(account.org_id)
                .text(&account.account_type)
                .name(&account.first_name, &account.last_name)
                .text(&account.currency),
        );
    }

    fn visit(&mut self, visit: &Visit) {
        let row = Cells::new()
            .uuid(visit.medical_id)
            .uuid(visit.account_id)
            .uuid(visit.doc_id)
            .uuid(visit.org_id)
            .uuid(visit.cust_id)
            .timestamp(visit.starts_ms)
            .int(visit.minutes)
            .text(&visit.purpose)
            .text(&visit.status)
            .decimal_or_null(visit.amount.as_ref())
            .text(&visit.currency);
        let row = match visit.expires_ms {
            Some(expires) => row.timestamp(expires),
            None => row.raw(None),
        };
        self.put(&VISITS, row.uuid_or_null(visit.digest));
    }

    fn booked(&mut self, visit: &Visit) {
        self.visit(visit);
        let ends_ms = visit.starts_ms + i64::from(visit.minutes) * 60_000;
        self.put_until(
            &APPOINTMENTS_BY_ACCOUNT,
            Cells::new()
                .uuid(visit.account_id)
                .timestamp(visit.starts_ms)
                .uuid(visit.medical_id)
                .uuid(visit.doc_id)
                .uuid(visit.cust_id)
                .text(&visit.purpose)
                .timestamp(ends_ms),
            visit.expires_ms,
        );
        self.put_until(
            &APPOINTMENTS_BY_DOCTOR,
            Cells::new()
                .uuid(visit.doc_id)
                .timestamp(visit.starts_ms)
                .uuid(visit.medical_id)
                .uuid(visit.account_id)
                .uuid(visit.cust_id)
                .text(&visit.purpose)
                .timestamp(ends_ms),
            visit.expires_ms,
        );
        for channel in CHANNELS {
            let key = reminder_key(visit, visit.starts_ms, channel);
            let name = format!("reminder/{}/{}/{channel}", visit.medical_id, visit.starts_ms);
            let row = key
                .uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
                .uuid(visit.cust_id)
                .uuid(visit.org_id)
                .timestamp(visit.starts_ms)
                .text(&visit.time_zone);
            self.put_until(&REMINDERS, row, visit.expires_ms);
        }
    }

    fn forget_upcoming(&mut self, visit: &Visit, starts_ms: i64) {
        let key = |owner: Uuid| Cells::new().uuid(owner).timestamp(starts_ms).uuid(visit.medical_id);
        self.delete(&APPOINTMENTS_BY_ACCOUNT, key(visit.account_id));
        self.delete(&APPOINTMENTS_BY_DOCTOR, key(visit.doc_id));
        for channel in CHANNELS {
            self.delete(&REMINDERS, reminder_key(visit, starts_ms, channel));
        }
    }

    fn completed(&mut self, completed: &Completed) {
        let visit = &completed.visit;
        if completed.was_booked {
            self.forget_upcoming(visit, visit.starts_ms);
        }
        self.visit(visit);
        let Some(amount) = &visit.amount else { return };
        self.put(
            &RECORDS_BY_AMOUNT,
            Cells::new()
                .uuid(visit.account_id)
                .decimal(amount)
                .timestamp(visit.starts_ms)
                .uuid(visit.medical_id)
                .uuid(visit.doc_id)
                .text(&visit.purpose)
                .text(&visit.currency),
        );
        self.put(
            &RECORDS_BY_DOCTOR,
            Cells::new()
                .uuid(visit.doc_id)
                .int(year_of(visit.starts_ms))
                .timestamp(visit.starts_ms)
                .uuid(visit.medical_id)
                .uuid(visit.account_id)
                .text(&visit.purpose)
                .decimal(amount)
                .text(&visit.currency),
        );
        self.put(
            &RECORDS_BY_ORGANISATION,
            Cells::new()
                .uuid(visit.org_id)
                .date(month_of(day_of(visit.starts_ms)))
                .timestamp(visit.starts_ms)
                .uuid(visit.medical_id)
                .uuid(visit.doc_id)
                .uuid(visit.account_id)
                .text(&visit.purpose)
                .decimal(amount)
                .text(&visit.currency),
        );
    }

    fn review(&mut self, review: &Review) {
        self.put(&REVIEWS, Cells::new().uuid(review.review_id).uuid(review.org_id).uuid_or_null(review.digest));
        self.put(
            &REVIEWS_BY_ORGANISATION,
            Cells::new()
                .uuid(review.org_id)
                .int(year_of(review.reviewed_ms))
                .timestamp(review.reviewed_ms)
                .uuid(review.review_id)
                .uuid(review.cust_id)
                .int(review.rating)
                .text_or_null(review.comment.as_deref())
                .texts(&review.media),
        );
    }

    fn trim(&mut self, trim: &Trim) {
        if let Some(view) = view_named(&trim.table) {
            let bound = Cells::new().text(LATEST).timestamp(trim.cutoff_ms);
            self.mutations.push(Mutation { view, ts: self.ts, change: Change::DeleteBelow { bound } });
        }
    }

    fn repair(&mut self, repair: &Repair) {
        let (Some(view), Some(cells)) = (view_named(&repair.table), Cells::from_bytes(repair.cells.clone())) else {
            return;
        };
        if repair.present {
            self.put(view, cells);
        } else {
            self.delete(view, cells);
        }
    }

    fn image(&mut self, image: &Image) {
        match image {
            Image::MonthlyExpense(image) => self.put(
                &MONTHLY_EXPENSES,
                Cells::new()
                    .uuid(image.account_id)
                    .date(image.month)
                    .decimal(&image.after)
                    .int(image.visits_after)
                    .text(&image.currency),
            ),
            Image::DayCount(image) => {
                self.put(&TRANSACTIONS, Cells::new().uuid(image.org_id).date(image.day).bigint(image.after));
                if image.before == 0 {
                    self.put(&PERIODS, Cells::new().uuid(image.org_id).date(month_of(image.day)));
                }
            }
            Image::Revenue(image) => {
                self.put(
                    &REVENUE,
                    Cells::new()
                        .uuid(image.org_id)
                        .text(&image.period)
                        .uuid(image.doc_id)
                        .name(&image.first_name, &image.last_name)
                        .bigint(image.count_after)
                        .decimal(&image.after)
                        .text(&image.currency),
                );
                if let (0, Some(month)) = (image.count_before, month_of_period(&image.period)) {
                    self.put(&PERIODS, Cells::new().uuid(image.doc_id).date(month));
                }
            }
            Image::RatingMonth(image) => self.put(
                &RATINGS,
                Cells::new().uuid(image.org_id).date(image.month).bigint(image.sum_after).bigint(image.count_after),
            ),
            Image::Population(image) => self.put(
                &POPULATION,
                Cells::new()
                    .text(WORLD)
                    .uuid(image.region_id)
                    .int(image.shard)
                    .text(&image.region_name)
                    .bigint(image.after),
            ),
        }
    }
}

/// The view of a name.
pub(crate) fn view_named(name: &str) -> Option<&'static View> {
    VIEWS.iter().copied().find(|view| view.name == name)
}

fn month_of_period(period: &str) -> Option<i32> {
    let (year, month) = period.rsplit_once('-')?;
    Some(first_day(year.parse().ok()?, month.parse().ok()?))
}

fn reminder_key(visit: &Visit, starts_ms: i64, channel: &str) -> Cells {
    let send_ms = starts_ms - REMIND_BEFORE_MS;
    Cells::new().date(day_of(send_ms)).timestamp(send_ms).uuid(visit.medical_id).text(channel)
}

#[cfg(test)]
mod tests;
