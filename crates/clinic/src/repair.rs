//! Putting right what a verification found, and making all views anew.
//!
//! A repaired row is an event: ordered with all others, in the backup, and part of the fold, so
//! that the next verification agrees. A rebuild changes no event.

use futures::future::{BoxFuture, FutureExt as _};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Clinic;
use crate::error::Error;
use crate::event::{Event, Fact, Repair, VERSION};
use crate::mirror;
use crate::tables::VIEWS;
use crate::verify::{self, Progress};

/// Repairs in an event.
const PER_EVENT: usize = 64;
/// The stream of repairs.
const STREAM: i32 = 0;

/// What a repair did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Repaired {
    /// Rows that were put right.
    pub rows: u64,
    /// What a verification finds afterwards.
    pub after: verify::Report,
}

/// Puts every row right that differs from the log, and verifies again.
pub fn repair<'a>(clinic: &'a Clinic, progress: Progress<'a>) -> BoxFuture<'a, Result<Repaired, Error>> {
    async move {
        let mut repaired = Repaired::default();
        let mut before = u64::MAX;
        loop {
            let report = verify::run(clinic, progress).await?;
            if report.differences.is_empty() {
                repaired.after =
                    if report.violations.is_empty() { report } else { reconcile(clinic, progress).await? };
                return Ok(repaired);
            }
            if report.total_differences >= before {
                // Rows that were written with a timestamp of the future stay: no event of now overrides them.
                repaired.after = report;
                return Ok(repaired);
            }
            before = report.total_differences;
            for rows in report.differences.chunks(PER_EVENT) {
                let facts: Vec<Fact> = rows
                    .iter()
                    .map(|difference| {
                        Fact::RowRepaired(Repair {
                            table: difference.table.to_owned(),
                            cells: difference.row.as_ref().unwrap_or(&difference.key).as_bytes().to_vec(),
                            present: difference.row.is_some(),
                        })
                    })
                    .collect();
                append(clinic, facts).await?;
                repaired.rows += rows.len() as u64;
            }
            // Only the first differences are listed, and counters wait for the rows: another round.
        }
    }
    .boxed()
}

/// Looks at every counter mirror again: of what is no row, they are what can be put right.
async fn reconcile(clinic: &Clinic, progress: Progress<'_>) -> Result<verify::Report, Error> {
    mirror::forget(clinic.store(), clinic.streams()).await?;
    verify::run(clinic, progress).await
}

async fn append(clinic: &Clinic, facts: Vec<Fact>) -> Result<(), Error> {
    let store = clinic.store();
    loop {
        let event = Event { version: VERSION, at_ms: store.now_ms(), facts: facts.clone(), ..Event::default() };
        let mut locked = clinic.streams().lock(STREAM).await?;
        if locked.append(store.new_id(), event).await?.is_some() {
            return Ok(());
        }
    }
}

/// Empties every view and projects the log again. Interrupted, it goes on when the clinic is
/// opened again, because the cursors are emptied first.
pub fn rebuild<'a>(clinic: &'a Clinic, progress: Progress<'a>) -> BoxFuture<'a, Result<u64, Error>> {
    async move {
        clinic.catch_up().await?;
        let store = clinic.store();
        let count = clinic.streams().count();
        // Every stream stays locked until its views are empty: nobody may project in between.
        let mut locks = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        for stream in 0..count {
            locks.push(clinic.streams().lock(stream).await?);
        }
        store.schema("TRUNCATE TABLE {ks}.cursors").await?;
        store.schema("TRUNCATE TABLE {ks}.top_doctors").await?;
        for view in VIEWS {
            store.schema(&format!("TRUNCATE TABLE {{ks}}.{}", view.name)).await?;
        }
        for mut locked in locks {
            locked.reset();
        }
        let mut tasks = JoinSet::new();
        for stream in 0..count {
            let clinic = clinic.clone();
            tasks.spawn(async move { clinic.streams().applied(stream).await });
        }
        let (mut events, mut done) = (0, 0);
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok(applied) => events += u64::try_from(applied?).unwrap_or_default(),
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
            done += 1;
            progress(done * 1_000 / u32::try_from(count).unwrap_or(1));
        }
        clinic.settle_wholly().await?;
        Ok(events)
    }
    .boxed()
}
