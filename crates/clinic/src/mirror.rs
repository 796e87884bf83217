//! Native counters that mirror exact totals.
//!
//! The source's schema counts with counters, and reports may still read them. A counter cannot be
//! set and an increment cannot be repeated safely, so a mirror is never incremented by an event:
//! it is reconciled. For each total that moved since the last time, the difference between the
//! exact value and the counter is added. One process at a time does that, under a lease.

use std::collections::{BTreeMap, BTreeSet};

use quorate_session::Class;
use quorate_session::codec::{Counter, CqlDate};
use uuid::Uuid;

use crate::error::Error;
use crate::event::Image;
use crate::lease::{ARRIVAL, Busy, Lease};
use crate::log;
use crate::store::Store;
use crate::stream::Streams;

/// Name of the lease and of the cursor.
const MIRRORS: &str = "mirrors";
/// Events read from the log at once: an imported one is up to 32 KiB, and more in memory.
const PAGE: u32 = 64;
/// Totals collected before they are reconciled: bounds memory.
const CHUNK: usize = 50_000;

const READ_CURSOR: &str = "SELECT seq FROM {ks}.cursors WHERE name = ? AND stream = ?";
const WRITE_CURSOR: &str = "INSERT INTO {ks}.cursors (name, stream, seq) VALUES (?, ?, ?)";
const READ_DOCTOR: &str = "SELECT record_count FROM {ks}.doctor_record_counts WHERE doc_id = ?";
const ADD_DOCTOR: &str = "UPDATE {ks}.doctor_record_counts SET record_count = record_count + ? WHERE doc_id = ?";
const READ_DAY: &str = "SELECT transaction_count FROM {ks}.daily_transactions_by_org WHERE org_id = ? AND day = ?";
const ADD_DAY: &str =
    "UPDATE {ks}.daily_transactions_by_org SET transaction_count = transaction_count + ? WHERE org_id = ? AND day = ?";

/// A total that has a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mirrored {
    /// Organisation and doctor.
    Doctor(Uuid, Uuid),
    /// Organisation and day.
    Day(Uuid, i32),
}

/// Brings the mirrors to the exact values; `busy` says what to do if another process is at it.
pub(crate) async fn reconcile(store: &Store, streams: &Streams, busy: Busy) -> Result<(), Error> {
    let Some(mut lease) = Lease::take(store, MIRRORS, busy).await? else { return Ok(()) };
    let outcome = reconcile_all(store, streams, &mut lease).await;
    lease.release(store).await;
    outcome
}

/// Forgets what is reconciled, so that every mirror is looked at again.
pub(crate) async fn forget(store: &Store, streams: &Streams) -> Result<(), Error> {
    for stream in 0..streams.count() {
        store.write(WRITE_CURSOR, (MIRRORS, stream, 0_i64)).await?;
    }
    Ok(())
}

async fn reconcile_all(store: &Store, streams: &Streams, lease: &mut Lease) -> Result<(), Error> {
    for stream in 0..streams.count() {
        let head = streams.applied(stream).await?;
        let mut done = store.first::<(i64,)>(READ_CURSOR, (MIRRORS, stream)).await?.map_or(0, |(seq,)| seq);
        while done < head {
            let mut moved = BTreeSet::new();
            while done < head && moved.len() < CHUNK {
                for entry in log::read(store, stream, done + 1, head, PAGE).await? {
                    done = entry.seq;
                    moved.extend(entry.event.images.iter().filter_map(mirrored));
                }
                if !lease.renew(store).await? {
                    return Ok(());
                }
            }
            for total in moved {
                if !reconcile_one(store, lease, total).await? {
                    return Ok(());
                }
            }
            if !lease.renew(store).await? {
                return Ok(());
            }
            store.write(WRITE_CURSOR, (MIRRORS, stream, done)).await?;
        }
    }
    Ok(())
}

fn mirrored(image: &Image) -> Option<Mirrored> {
    match image {
        Image::Revenue(image) if image.period == "all" => Some(Mirrored::Doctor(image.org_id, image.doc_id)),
        Image::DayCount(image) => Some(Mirrored::Day(image.org_id, image.day)),
        _ => None,
    }
}

/// Adds what a counter lacks; false if the lease is lost.
async fn reconcile_one(store: &Store, lease: &mut Lease, total: Mirrored) -> Result<bool, Error> {
    loop {
        let difference = exact(store, total).await? - counted(store, total).await?;
        // After the reading, however long that took: the lease was held all the time, so what was
        // read still holds, and is held for long enough now that the increment arrives in it.
        if !lease.renew(store).await? {
            return Ok(false);
        }
        if difference == 0 {
            return Ok(true);
        }
        match add(store, total, difference).await {
            Ok(()) => return Ok(true),
            // It may have been added or may still arrive: wait until it cannot, and look again.
            Err(Error::Unavailable(quorate_session::Error::Unknown { .. })) => {
                if !lease.pause(store, ARRIVAL).await? {
                    return Ok(false);
                }
            }
            Err(error) => return Err(error),
        }
    }
}

async fn exact(store: &Store, total: Mirrored) -> Result<i64, Error> {
    match total {
        Mirrored::Doctor(org_id, doc_id) => {
            Ok(store.revenue_now(org_id, "all", doc_id).await?.map_or(0, |now| now.count))
        }
        Mirrored::Day(org_id, day) => Ok(store.day_now(org_id, day).await?.after),
    }
}

async fn counted(store: &Store, total: Mirrored) -> Result<i64, Error> {
    let counter = match total {
        Mirrored::Doctor(_, doc_id) => store.first::<(Option<Counter>,)>(READ_DOCTOR, (doc_id,)).await?,
        Mirrored::Day(org_id, day) => store.first::<(Option<Counter>,)>(READ_DAY, (org_id, date(day))).await?,
    };
    Ok(counter.and_then(|(counter,)| counter).map_or(0, |counter| counter.0))
}

async fn add(store: &Store, total: Mirrored, difference: i64) -> Result<(), Error> {
    let by = Counter(difference);
    match total {
        Mirrored::Doctor(_, doc_id) => {
            let statement = store.prepared(ADD_DOCTOR, Class::Counter).await?;
            store.session().count(&statement, (by, doc_id)).await?;
        }
        Mirrored::Day(org_id, day) => {
            let statement = store.prepared(ADD_DAY, Class::Counter).await?;
            store.session().count(&statement, (by, org_id, date(day))).await?;
        }
    }
    Ok(())
}

/// What is wrong with the mirrors, by each doctor's records and each organisation's.
pub(crate) async fn differences(
    store: &Store,
    doctors: impl Iterator<Item = (Uuid, i64)>,
    organisations: &BTreeMap<Uuid, i64>,
) -> Result<Vec<String>, Error> {
    let mut differences = Vec::new();
    for (doc_id, exact) in doctors {
        let counted = counted(store, Mirrored::Doctor(Uuid::nil(), doc_id)).await?;
        if counted != exact {
            differences.push(format!("the counter of doctor {doc_id} is {counted}, the records are {exact}"));
        }
    }
    for (org_id, exact) in organisations {
        let counted = counted_days(store, *org_id).await?;
        if counted != *exact {
            differences.push(format!("the counters of organisation {org_id} are {counted}, the records are {exact}"));
        }
    }
    Ok(differences)
}

/// The sum of an organisation's counters.
async fn counted_days(store: &Store, org_id: Uuid) -> Result<i64, Error> {
    const DAYS: &str = "SELECT transaction_count FROM {ks}.daily_transactions_by_org WHERE org_id = ?";
    let statement = store.prepared(DAYS, Class::Read).await?;
    let mut sum = 0;
    let mut state = None;
    loop {
        let (rows, next) = store.session().page(&statement, (org_id,), 5_000, state.as_ref()).await?;
        for row in rows.typed::<(Option<Counter>,)>()? {
            sum += row?.0.map_or(0, |counter| counter.0);
        }
        match next {
            Some(next) => state = Some(next),
            None => return Ok(sum),
        }
    }
}

fn date(day: i32) -> CqlDate {
    CqlDate(day.cast_unsigned().wrapping_add(1 << 31))
}
