//! Whether the totals that events carry are what their facts add up to (I11).
//!
//! A plain re-computation: it shares nothing with the code that makes images.

use std::collections::HashMap;

use bigdecimal::BigDecimal;
use uuid::Uuid;

use crate::calendar::{day_of, month_of, month_text, year_text};
use crate::event::{Entry, Event, Fact, Image, Visit};

/// The sums of one stream's facts so far.
#[derive(Default)]
pub(crate) struct Sums {
    months: HashMap<(Uuid, i32), (BigDecimal, i64)>,
    days: HashMap<(Uuid, i32), i64>,
    doctors: HashMap<(Uuid, String), (BigDecimal, i64)>,
    ratings: HashMap<(Uuid, i32), (i64, i64)>,
    regions: HashMap<Uuid, i64>,
    homes: HashMap<Uuid, Uuid>,
}

impl Sums {
    /// Adds an event's facts and checks its images against the sums before and after. Says what
    /// is wrong with each image that differs, and with facts that no image counts.
    pub(crate) fn check(&mut self, entry: &Entry) -> Vec<String> {
        let before = self.values(&entry.event);
        self.add(&entry.event);
        let after = self.values(&entry.event);
        let mut wrong = Vec::new();
        for ((image, before), after) in entry.event.images.iter().zip(before).zip(after) {
            if logged(image) != (before.clone(), after.clone()) {
                wrong.push(format!(
                    "stream {} event {}: a total of {} is logged as {:?}, the facts give {:?}",
                    entry.stream,
                    entry.seq,
                    name(image),
                    logged(image),
                    (before, after)
                ));
            }
        }
        wrong.extend(uncounted(entry));
        wrong
    }

    fn add(&mut self, event: &Event) {
        for fact in &event.facts {
            match fact {
                Fact::VisitCompleted(completed) => self.record(&completed.visit),
                Fact::Reviewed(review) => {
                    let sums = self.ratings.entry((review.org_id, month_of(day_of(review.reviewed_ms)))).or_default();
                    sums.0 += i64::from(review.rating);
                    sums.1 += 1;
                }
                Fact::CustomerDescribed(customer) => {
                    if let Some(left) = self.homes.insert(customer.cust_id, customer.region_id) {
                        *self.regions.entry(left).or_default() -= 1;
                    }
                    *self.regions.entry(customer.region_id).or_default() += 1;
                }
                _ => {}
            }
        }
    }

    fn record(&mut self, visit: &Visit) {
        let amount = visit.amount.clone().unwrap_or_default();
        let day = day_of(visit.starts_ms);
        let month = self.months.entry((visit.account_id, month_of(day))).or_default();
        month.0 += &amount;
        month.1 += 1;
        *self.days.entry((visit.org_id, day)).or_default() += 1;
        for period in ["all".to_owned(), year_text(day), month_text(day)] {
            let sums = self.doctors.entry((visit.doc_id, period)).or_default();
            sums.0 += &amount;
            sums.1 += 1;
        }
    }

    fn values(&self, event: &Event) -> Vec<(BigDecimal, i64)> {
        event.images.iter().map(|image| self.value(image)).collect()
    }

    fn value(&self, image: &Image) -> (BigDecimal, i64) {
        let pair = |sums: Option<&(i64, i64)>| sums.map_or_else(Default::default, |(a, b)| (BigDecimal::from(*a), *b));
        let count = |count: Option<&i64>| (BigDecimal::default(), count.copied().unwrap_or(0));
        match image {
            Image::MonthlyExpense(image) => {
                self.months.get(&(image.account_id, image.month)).cloned().unwrap_or_default()
            }
            Image::DayCount(image) => count(self.days.get(&(image.org_id, image.day))),
            Image::Revenue(image) => {
                self.doctors.get(&(image.doc_id, image.period.clone())).cloned().unwrap_or_default()
            }
            Image::RatingMonth(image) => pair(self.ratings.get(&(image.org_id, image.month))),
            Image::Population(image) => count(self.regions.get(&image.region_id)),
        }
    }
}

/// What an image says was before and is after.
fn logged(image: &Image) -> ((BigDecimal, i64), (BigDecimal, i64)) {
    let none = BigDecimal::default;
    match image {
        Image::MonthlyExpense(image) => (
            (image.before.clone(), i64::from(image.visits_before)),
            (image.after.clone(), i64::from(image.visits_after)),
        ),
        Image::DayCount(image) => ((none(), image.before), (none(), image.after)),
        Image::Revenue(image) => ((image.before.clone(), image.count_before), (image.after.clone(), image.count_after)),
        Image::RatingMonth(image) => (
            (BigDecimal::from(image.sum_before), image.count_before),
            (BigDecimal::from(image.sum_after), image.count_after),
        ),
        Image::Population(image) => ((none(), image.before), (none(), image.after)),
    }
}

fn name(image: &Image) -> String {
    match image {
        Image::MonthlyExpense(image) => format!("account {}", image.account_id),
        Image::DayCount(image) => format!("organisation {}", image.org_id),
        Image::Revenue(image) => format!("doctor {} in {}", image.doc_id, image.period),
        Image::RatingMonth(image) => format!("ratings of organisation {}", image.org_id),
        Image::Population(image) => format!("region {}", image.region_id),
    }
}

/// Facts that move totals of which the event has no image.
fn uncounted(entry: &Entry) -> Option<String> {
    let (mut counted, mut rated) = (0_i64, 0_i64);
    for image in &entry.event.images {
        match image {
            Image::DayCount(image) => counted += image.after - image.before,
            Image::RatingMonth(image) => rated += image.count_after - image.count_before,
            _ => {}
        }
    }
    let facts = &entry.event.facts;
    let records = facts.iter().filter(|fact| matches!(fact, Fact::VisitCompleted(_))).count();
    let reviews = facts.iter().filter(|fact| matches!(fact, Fact::Reviewed(_))).count();
    let complete = i64::try_from(records) == Ok(counted) && i64::try_from(reviews) == Ok(rated);
    (!complete)
        .then(|| format!("stream {} event {}: its totals do not count all of its facts", entry.stream, entry.seq))
}
