//! The rows of a chunk, stream by stream.

use std::collections::HashMap;
use std::fmt;

use futures::stream::{self, StreamExt, TryStreamExt};
use quorate_session::Class;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::ready::Ready;
use crate::Clinic;
use crate::commands::follow;
use crate::error::Error;
use crate::event::{Entry, Event, Fact, VERSION, Visit};
use crate::follow_up;
use crate::input::Source;
use crate::store::Store;
use crate::stream::Locked;
use crate::totals::{Earner, Totals};

/// Bytes of an event at most, about: an append is one partition's conditional batch.
const EVENT_BYTES: usize = 32 * 1024;
/// What a row adds to its event, about, with the totals that it moves.
const ROW_BYTES: usize = 400;
/// Reads in flight at once.
const READS: usize = 64;

/// What became of rows.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) imported: u64,
    pub(super) unchanged: u64,
    /// Rows whose id is taken by other content.
    pub(super) taken: Vec<Source>,
    pub(super) overlaps: Vec<Overlap>,
}

/// An appointment of the input that overlaps another.
#[derive(Debug)]
pub(super) struct Overlap {
    source: Source,
    medical_id: Uuid,
    other: Uuid,
    whose: &'static str,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, medical_id, other, whose } = self;
        write!(f, "{} line {}: appointment {medical_id} overlaps {other} of the same {whose}", source.file, source.line)
    }
}

/// The totals of each stream, kept from chunk to chunk.
pub(super) struct Streamed {
    totals: HashMap<i32, Kept>,
    count: i32,
}

#[derive(Default)]
struct Kept {
    totals: Totals,
    /// The position up to which they count.
    seq: i64,
}

impl Streamed {
    pub(super) fn new(count: i32) -> Self {
        Self { totals: HashMap::new(), count }
    }

    /// Loads rows into their streams, all streams at once.
    pub(super) async fn load(
        &mut self,
        clinic: &Clinic,
        ready: Vec<Ready>,
        existing: &'static str,
    ) -> Result<Loaded, Error> {
        let mut loaded = Loaded::default();
        let mut by_stream: HashMap<i32, Vec<Ready>> = HashMap::new();
        for row in super::first_of_each(ready, &mut loaded) {
            by_stream.entry(clinic.streams().of(row.root)).or_default().push(row);
        }
        let mut tasks = JoinSet::new();
        for stream in 0..self.count {
            let Some(mut rows) = by_stream.remove(&stream) else { continue };
            // Records of a doctor one after the other: an event then moves few totals for many records.
            rows.sort_by_key(Ready::neighbours);
            let kept = self.totals.remove(&stream).unwrap_or_default();
            let part = Loader { clinic: clinic.clone(), existing, kept, loaded: Loaded::default() };
            tasks.spawn(async move { (stream, part.run(stream, rows).await) });
        }
        let mut failed = None;
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok((stream, Ok((kept, part)))) => {
                    self.totals.insert(stream, kept);
                    loaded.imported += part.imported;
                    loaded.unchanged += part.unchanged;
                    loaded.taken.extend(part.taken);
                    loaded.overlaps.extend(part.overlaps);
                }
                Ok((_, Err(error))) => failed = failed.or(Some(error)),
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }
        failed.map_or(Ok(loaded), Err)
    }
}

struct Loader {
    clinic: Clinic,
    existing: &'static str,
    kept: Kept,
    loaded: Loaded,
}

impl Loader {
    async fn run(mut self, stream: i32, rows: Vec<Ready>) -> Result<(Kept, Loaded), Error> {
        let clinic = self.clinic.clone();
        let mut entries = Vec::new();
        {
            let mut locked = clinic.streams().lock(stream).await?;
            if self.kept.seq + 1 != locked.next_seq() {
                self.kept.totals.forget();
            }
            let mut rows = rows.into_iter().peekable();
            while rows.peek().is_some() {
                let slice: Vec<Ready> = rows.by_ref().take(EVENT_BYTES / ROW_BYTES).collect();
                entries.extend(self.append(&mut locked, &slice).await?);
            }
            self.kept.seq = locked.next_seq() - 1;
        }
        for entry in &entries {
            follow(clinic.store(), clinic.streams(), entry).await?;
        }
        Ok((self.kept, self.loaded))
    }

    /// Appends what is new of some rows; gives the event back if other streams must follow.
    async fn append(&mut self, locked: &mut Locked<'_>, rows: &[Ready]) -> Result<Option<Entry>, Error> {
        let clinic = self.clinic.clone();
        let store = clinic.store();
        loop {
            let (new, known) = self.split(store, rows).await?;
            if new.is_empty() {
                self.settle(rows, &known);
                return Ok(None);
            }
            self.move_totals(store, locked.stream(), &new).await?;
            let overlaps = overlaps(store, &new).await?;
            let event = Event {
                version: VERSION,
                at_ms: store.now_ms(),
                facts: new.iter().flat_map(|row| row.facts.iter().cloned()).collect(),
                images: self.kept.totals.images(),
                ..Event::default()
            };
            match locked.append(store.new_id(), event).await? {
                None => self.kept.totals.forget(),
                Some(entry) => {
                    self.loaded.imported += new.len() as u64;
                    self.loaded.overlaps.extend(overlaps);
                    self.settle(rows, &known);
                    return Ok(follow_up::is_needed(&entry.event).then_some(entry));
                }
            }
        }
    }

    /// Which rows the store does not have, and the digests of those that it has.
    async fn split<'r>(
        &self,
        store: &Store,
        rows: &'r [Ready],
    ) -> Result<(Vec<&'r Ready>, HashMap<Uuid, Option<Uuid>>), Error> {
        let statement = store.prepared(self.existing, Class::Read).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let known: HashMap<Uuid, Option<Uuid>> = stream::iter(ids)
            .map(async |id| {
                let answer = store.session().execute(&statement, (id,)).await?;
                let row = answer.first::<(Option<Uuid>,)>()?;
                Ok::<_, Error>(row.map(|(digest,)| (id, digest)))
            })
            .buffer_unordered(READS)
            .try_filter_map(|found| std::future::ready(Ok(found)))
            .try_collect()
            .await?;
        let new = rows.iter().filter(|row| !known.contains_key(&row.id)).collect();
        Ok((new, known))
    }

    /// Counts the rows that the store had.
    fn settle(&mut self, rows: &[Ready], known: &HashMap<Uuid, Option<Uuid>>) {
        for row in rows {
            match known.get(&row.id) {
                None => {}
                Some(Some(digest)) if *digest == row.digest => self.loaded.unchanged += 1,
                Some(_) => self.loaded.taken.push(row.source),
            }
        }
    }

    async fn move_totals(&mut self, store: &Store, stream: i32, rows: &[&Ready]) -> Result<(), Error> {
        let totals = &mut self.kept.totals;
        let visits = rows.iter().flat_map(|row| &row.facts).filter_map(|fact| match fact {
            Fact::VisitCompleted(completed) => Some(&completed.visit),
            _ => None,
        });
        totals.prefetch(store, visits).await?;
        for row in rows {
            for fact in &row.facts {
                match fact {
                    Fact::VisitCompleted(completed) => {
                        if let Some(earner) = &row.earner {
                            let earner = Earner {
                                first_name: &earner.first_name,
                                last_name: &earner.last_name,
                                region_id: earner.region_id,
                            };
                            totals.record(store, &completed.visit, earner).await?;
                        }
                    }
                    Fact::Reviewed(review) => {
                        totals.rating(store, review.org_id, review.reviewed_ms, review.rating).await?;
                    }
                    Fact::CustomerDescribed(customer) => {
                        let name = row.region_name.as_deref().unwrap_or_default();
                        totals.customers(store, stream, (customer.region_id, name), 1).await?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// Appointments among new rows that overlap another, of the store or among themselves.
async fn overlaps(store: &Store, rows: &[&Ready]) -> Result<Vec<Overlap>, Error> {
    let mut overlaps = Vec::new();
    let mut before: Vec<&Visit> = Vec::new();
    for row in rows {
        for fact in &row.facts {
            let Fact::VisitBooked(visit) = fact else { continue };
            let found = match crate::commands::visit::overlapping(store, visit).await? {
                Some(found) => Some(found),
                None => before.iter().find_map(|other| shared(visit, other)),
            };
            if let Some((whose, other)) = found {
                overlaps.push(Overlap { source: row.source, medical_id: visit.medical_id, other, whose });
            }
            before.push(visit);
        }
    }
    Ok(overlaps)
}

/// Whose time two visits both take.
fn shared(visit: &Visit, other: &Visit) -> Option<(&'static str, Uuid)> {
    let ends = |visit: &Visit| visit.starts_ms + i64::from(visit.minutes) * 60_000;
    if visit.starts_ms >= ends(other) || other.starts_ms >= ends(visit) {
        None
    } else if visit.doc_id == other.doc_id {
        Some(("doctor", other.medical_id))
    } else if visit.cust_id == other.cust_id {
        Some(("customer", other.medical_id))
    } else {
        None
    }
}
