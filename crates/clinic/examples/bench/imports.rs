//! How fast an import is, how much memory it takes, and how large its store becomes.

use std::path::{Path, PathBuf};
use std::time::Instant;

use quorate_clinic::import::{self, Options, Source};
use quorate_clinic::input::Limit;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::input::AS_OF_MS;
use crate::machine;
use crate::place::{Lasting, Place};

/// What an import came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// From the opened store to the last settled view.
    pub(crate) seconds: f64,
    /// Until the store was closed as well.
    pub(crate) closed_seconds: f64,
    /// Processor time of all threads in that time, in seconds.
    pub(crate) processor: f64,
    /// Visits that were imported.
    pub(crate) records: u64,
    /// Rows of all files that were imported.
    pub(crate) rows: u64,
    /// Rows that were set aside.
    pub(crate) rejected: u64,
    /// Peak of resident memory in bytes.
    pub(crate) peak: u64,
    /// Resident memory in bytes when so many tenths of the time of `record.csv` had passed.
    pub(crate) during: Vec<u64>,
    /// Bytes given to the disk until then: journal, tables, and tables again when they were merged.
    pub(crate) written: u64,
    /// The store's files in bytes, after closing.
    pub(crate) stored: u64,
}

/// Imports a folder into a new store, in the child.
pub(crate) async fn measure(store: &Path, folder: &Path, synthea: bool) -> Result<Figures, Failure> {
    let place = Place::make(store, Lasting::Periodic).await?;
    let directory = folder.to_owned();
    let source =
        if synthea { Source::Synthea { directory, shift_to_now: false } } else { Source::Relational(directory) };
    let options = Options { as_of_ms: Some(AS_OF_MS), rejects: rejects_of(store), max_rejects: Limit::All };
    let mut during = Vec::new();
    let mut progress = |progress: import::Progress| {
        let tenth = (progress.bytes * 10).checked_div(progress.bytes_total).unwrap_or(0);
        if progress.file == "record.csv" && during.len() as u64 <= tenth {
            during.push(machine::memory());
        }
    };
    let used = machine::processor_seconds();
    let begin = Instant::now();
    let report = import::run(&place.clinic, &source, &options, &mut progress).await?;
    let seconds = begin.elapsed().as_secs_f64();
    place.close().await?;
    let closed_seconds = begin.elapsed().as_secs_f64();
    let records = report
        .files
        .iter()
        .filter(|file| matches!(file.file, "record.csv" | "encounters.csv"))
        .map(|file| file.imported);
    Ok(Figures {
        seconds,
        closed_seconds,
        processor: machine::processor_seconds() - used,
        records: records.sum(),
        rows: report.imported(),
        rejected: report.rejected(),
        peak: machine::peak_memory(),
        during,
        written: machine::written(),
        stored: machine::size_of(store),
    })
}

/// Where the import into a store puts the rows that it sets aside.
pub(crate) fn rejects_of(store: &Path) -> PathBuf {
    store.with_extension("rejects")
}
