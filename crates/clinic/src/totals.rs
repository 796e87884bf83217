//! The totals that an event moves, from what they are now to what they will be.
//!
//! Between two events the present values are kept, so that a bulk load reads each total once;
//! they are exact as long as every append in between succeeded, and must be dropped when one was
//! lost to another writer.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use bigdecimal::BigDecimal;
use futures::stream::{self, StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::calendar::{day_of, first_day, month_of, month_text, year_month, year_text};
use crate::error::Error;
use crate::event::{Image, MonthlyExpense, Population, Revenue, Visit};
use crate::store::Store;

/// Totals of a stream kept in memory at most; about 250 bytes each.
const KEPT: usize = 8_000;
/// Reads of totals in flight at once.
const READS: usize = 64;

/// What a total is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Month(Uuid, i32),
    Day(Uuid, i32),
    Revenue(Uuid, Uuid, Period),
    Ratings(Uuid, i32),
    Population(Uuid),
}

/// The spans over which a doctor's revenue is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Period {
    All,
    /// First day of the year.
    Year(i32),
    /// First day of the month.
    Month(i32),
}

/// Whose record counts, beyond what the visit itself says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earner<'a> {
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) region_id: Uuid,
}

/// Totals as they are after the events so far, and those that the next event moves.
#[derive(Default)]
pub(crate) struct Totals {
    known: HashMap<Key, Image>,
    moved: Vec<Key>,
    is_moved: HashSet<Key>,
}

impl Totals {
    /// Reads what records will move, many at once.
    pub(crate) async fn prefetch(&mut self, store: &Store, visits: impl Iterator<Item = &Visit>) -> Result<(), Error> {
        let mut missing: Vec<Key> = visits.flat_map(record_keys).filter(|key| !self.known.contains_key(key)).collect();
        missing.sort_unstable();
        missing.dedup();
        let loaded: Vec<(Key, Image)> = stream::iter(missing)
            .map(async |key| Ok::<_, Error>((key, load(store, key, 0).await?)))
            .buffer_unordered(READS)
            .try_collect()
            .await?;
        self.known.extend(loaded);
        Ok(())
    }

    /// Counts a completed record.
    pub(crate) async fn record(&mut self, store: &Store, visit: &Visit, earner: Earner<'_>) -> Result<(), Error> {
        let zero = BigDecimal::default();
        let amount = visit.amount.as_ref().unwrap_or(&zero);
        for key in record_keys(visit) {
            match self.moving(store, key, 0).await? {
                Image::MonthlyExpense(image) => {
                    image.currency.clone_from(&visit.currency);
                    image.after += amount;
                    image.visits_after += 1;
                }
                Image::DayCount(image) => image.after += 1,
                Image::Revenue(image) => {
                    earner.first_name.clone_into(&mut image.first_name);
                    earner.last_name.clone_into(&mut image.last_name);
                    image.region_id = earner.region_id;
                    image.currency.clone_from(&visit.currency);
                    image.after += amount;
                    image.count_after += 1;
                }
                Image::RatingMonth(_) | Image::Population(_) => {}
            }
        }
        Ok(())
    }

    /// Counts a review.
    pub(crate) async fn rating(
        &mut self,
        store: &Store,
        org: Uuid,
        reviewed_ms: i64,
        rating: i32,
    ) -> Result<(), Error> {
        let key = Key::Ratings(org, month_of(day_of(reviewed_ms)));
        if let Image::RatingMonth(image) = self.moving(store, key, 0).await? {
            image.sum_after += i64::from(rating);
            image.count_after += 1;
        }
        Ok(())
    }

    /// Counts customers into a region, or out of it.
    pub(crate) async fn customers(
        &mut self,
        store: &Store,
        shard: i32,
        region: (Uuid, &str),
        by: i64,
    ) -> Result<(), Error> {
        if let Image::Population(image) = self.moving(store, Key::Population(region.0), shard).await? {
            region.1.clone_into(&mut image.region_name);
            image.after += by;
        }
        Ok(())
    }

    /// The images of the event that is about to be appended.
    pub(crate) fn images(&mut self) -> Vec<Image> {
        let images = self.moved.iter().filter_map(|key| self.known.get(key).cloned()).collect();
        self.moved.clear();
        self.is_moved.clear();
        if self.known.len() > KEPT {
            self.known.clear();
        }
        images
    }

    /// Forgets everything: another writer may have moved it.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
        self.moved.clear();
        self.is_moved.clear();
    }

    async fn moving(&mut self, store: &Store, key: Key, shard: i32) -> Result<&mut Image, Error> {
        let image = match self.known.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(load(store, key, shard).await?),
        };
        if self.is_moved.insert(key) {
            self.moved.push(key);
            settle(image);
        }
        Ok(image)
    }
}

/// What was after the last event is before the next.
fn settle(image: &mut Image) {
    match image {
        Image::MonthlyExpense(image) => {
            image.before.clone_from(&image.after);
            image.visits_before = image.visits_after;
        }
        Image::DayCount(image) => image.before = image.after,
        Image::Revenue(image) => {
            image.before.clone_from(&image.after);
            image.count_before = image.count_after;
        }
        Image::RatingMonth(image) => {
            image.sum_before = image.sum_after;
            image.count_before = image.count_after;
        }
        Image::Population(image) => image.before = image.after,
    }
}

fn record_keys(visit: &Visit) -> [Key; 5] {
    let day = day_of(visit.starts_ms);
    [
        Key::Month(visit.account_id, month_of(day)),
        Key::Day(visit.org_id, day),
        Key::Revenue(visit.org_id, visit.doc_id, Period::All),
        Key::Revenue(visit.org_id, visit.doc_id, Period::Year(first_day(year_month(day).0, 1))),
        Key::Revenue(visit.org_id, visit.doc_id, Period::Month(month_of(day))),
    ]
}

async fn load(store: &Store, key: Key, shard: i32) -> Result<Image, Error> {
    Ok(match key {
        Key::Month(account_id, month) => {
            Image::MonthlyExpense(store.month_now(account_id, month).await?.unwrap_or(MonthlyExpense {
                account_id,
                month,
                ..Default::default()
            }))
        }
        Key::Day(org_id, day) => Image::DayCount(store.day_now(org_id, day).await?),
        Key::Revenue(org_id, doc_id, span) => Image::Revenue(load_revenue(store, org_id, doc_id, span).await?),
        Key::Ratings(org_id, month) => Image::RatingMonth(store.ratings_now(org_id, month).await?),
        Key::Population(region_id) => {
            let customers = store.population_now(region_id, shard).await?;
            Image::Population(Population {
                region_id,
                shard,
                before: customers,
                after: customers,
                ..Default::default()
            })
        }
    })
}

async fn load_revenue(store: &Store, org_id: Uuid, doc_id: Uuid, span: Period) -> Result<Revenue, Error> {
    let period = match span {
        Period::All => "all".to_owned(),
        Period::Year(day) => year_text(day),
        Period::Month(day) => month_text(day),
    };
    let mut image = Revenue { org_id, doc_id, ..Default::default() };
    if let Some(now) = store.revenue_now(org_id, &period, doc_id).await? {
        image.first_name = now.first_name;
        image.last_name = now.last_name;
        image.currency = now.currency;
        image.count_before = now.count;
        image.count_after = now.count;
        image.before.clone_from(&now.revenue);
        image.after = now.revenue;
    }
    image.period = period;
    Ok(image)
}
