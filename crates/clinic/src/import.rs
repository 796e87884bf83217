//! Import: rows of the source system become events, in chunks, each exactly once.
//!
//! The files are read in the order of their references. A chunk's rows are checked against what
//! the store has, then each stream takes its rows: under the stream's lock, what is already there
//! is left out, and the rest is appended in events that carry the totals which they move. So an
//! import that was killed anywhere goes on when it is run again, and one that is complete finds
//! every row there. What the rows say never overwrites what commands did since.

mod began;
mod load;
mod locations;
mod lookups;
mod newest;
mod ready;

use std::path::{Path, PathBuf};

use futures::future::{FutureExt as _, LocalBoxFuture};
use serde::Serialize;
use uuid::Uuid;

use crate::Clinic;
use crate::error::Error;
use crate::input::relational::Folder;
use crate::input::rows::{AccountRow, CustomerRow, DoctorRow, LocationRow, OrganisationRow, RecordRow, ReviewRow, Row};
use crate::input::synthea::Export;
use crate::input::{self, Limit, Reject, RejectWriter, Rows};
use crate::trim;
use began::Began;
use load::{Loaded, Streamed};
use lookups::{Lookups, References};
use newest::Newest;
use ready::{Load, Ready, Terms};

/// Rows of a file that are loaded together: the more, the more records share a doctor's totals.
const CHUNK: usize = 16_384;
/// Chunks between two trimmings of the `latest` buckets.
const TRIM_EVERY: usize = 8;
/// Overlapping appointments that are listed one by one.
const LISTED: usize = 100;

/// Where the rows come from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Source {
    /// A folder of the source system's seven tables.
    Relational(PathBuf),
    /// A Synthea CSV export.
    Synthea {
        /// Its folder.
        directory: PathBuf,
        /// Moves all times so that the newest tenth of the encounters lies ahead.
        shift_to_now: bool,
    },
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// Records before this instant, in milliseconds since 1970, are completed; absent = now, and
    /// then the rows of upcoming visits expire.
    pub as_of_ms: Option<i64>,
    /// Folder for the rows that are set aside.
    pub rejects: PathBuf,
    /// How many may be set aside.
    pub max_rejects: Limit,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file that is read.
    pub file: &'static str,
    /// Rows of it so far.
    pub rows: u64,
    /// Bytes of it so far.
    pub bytes: u64,
    /// Its size in bytes.
    pub bytes_total: u64,
}

/// What an import did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// By file.
    pub files: Vec<FileReport>,
    /// What is worth knowing about the input, but no reason to set a row aside.
    pub notices: Vec<String>,
    /// Whether the import stopped because more rows were set aside than allowed.
    pub stopped: bool,
    /// Where the rows that were set aside are.
    pub rejects: PathBuf,
}

/// What an import did with a file.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub file: &'static str,
    /// Rows read.
    pub read: u64,
    /// Rows that are new in the store.
    pub imported: u64,
    /// Rows that were there already, from an earlier import or an earlier line.
    pub unchanged: u64,
    /// Rows set aside.
    pub rejected: u64,
}

impl Report {
    /// Whether nothing was new and nothing was set aside.
    pub fn is_unchanged(&self) -> bool {
        self.files.iter().all(|file| file.imported == 0 && file.rejected == 0)
    }

    /// Rows that are new in the store.
    pub fn imported(&self) -> u64 {
        self.files.iter().map(|file| file.imported).sum()
    }

    /// Rows set aside.
    pub fn rejected(&self) -> u64 {
        self.files.iter().map(|file| file.rejected).sum()
    }
}

/// Imports everything that a source has.
///
/// # Errors
/// `Input` if a file cannot be read or has not the columns of its table; what the store reports
/// otherwise. Rows that are set aside are no error: the report counts them.
pub fn run<'a>(
    clinic: &'a Clinic,
    source: &'a Source,
    options: &'a Options,
    progress: &'a mut (dyn FnMut(Progress) + Send),
) -> LocalBoxFuture<'a, Result<Report, Error>> {
    async move {
        let directory = match source {
            Source::Relational(directory) | Source::Synthea { directory, .. } => directory,
        };
        let began = Began::of(directory);
        let as_of_ms = match options.as_of_ms {
            Some(given) => given,
            None => began.as_of(clinic.store()).await?,
        };
        let (offerings, accounts) = trim::times(clinic.store()).await?;
        let terms = Terms {
            as_of_ms,
            expire: options.as_of_ms.is_none(),
            newest_offerings: Newest::of(offerings),
            newest_accounts: Newest::of(accounts),
        };
        let mut import = Import {
            clinic,
            directory,
            terms,
            lookups: Lookups::default(),
            streams: Streamed::new(clinic.streams().count()),
            rejects: RejectWriter::create(&options.rejects, directory, options.max_rejects)?,
            report: Report { rejects: options.rejects.clone(), ..Report::default() },
            overlaps: 0,
            chunks: 0,
            progress,
        };
        let outcome = match source {
            Source::Relational(directory) => import.relational(&Folder::open(directory)?).await,
            Source::Synthea { directory, shift_to_now } => {
                let export = began.export(clinic.store(), directory, as_of_ms, *shift_to_now).await?;
                import.synthea(&export).await
            }
        };
        match outcome {
            Ok(()) => began.end(clinic.store()).await?,
            Err(Error::Input(input::Error::TooManyRejects { .. })) => import.report.stopped = true,
            Err(error) => return Err(error),
        }
        import.finish().await
    }
    .boxed_local()
}

struct Import<'a> {
    clinic: &'a Clinic,
    directory: &'a Path,
    terms: Terms,
    lookups: Lookups,
    streams: Streamed,
    rejects: RejectWriter,
    report: Report,
    overlaps: u64,
    chunks: usize,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl Import<'_> {
    async fn relational(&mut self, folder: &Folder) -> Result<(), Error> {
        self.report.notices.extend(folder.notices().iter().map(ToString::to_string));
        self.locations(folder.rows::<LocationRow>()?).await?;
        self.table(folder.rows::<OrganisationRow>()?).await?;
        self.table(folder.rows::<CustomerRow>()?).await?;
        self.table(folder.rows::<DoctorRow>()?).await?;
        self.table(folder.rows::<AccountRow>()?).await?;
        self.table(folder.rows::<RecordRow>()?).await?;
        self.table(folder.rows::<ReviewRow>()?).await
    }

    async fn synthea(&mut self, export: &Export) -> Result<(), Error> {
        self.report.notices.extend(export.notices().iter().map(ToString::to_string));
        self.locations(export.locations()).await?;
        self.table(export.organisations()?).await?;
        self.table(export.customers()?).await?;
        self.table(export.doctors()?).await?;
        self.table(export.accounts()).await?;
        self.table(export.records()?).await?;
        self.table(export.reviews()).await
    }

    /// Loads a table, chunk by chunk.
    async fn table<T: Row + Load>(&mut self, rows: Rows<T>) -> Result<(), Error> {
        let mut report = FileReport { file: T::TABLE.file, ..FileReport::default() };
        let bytes_total = self.size_of(report.file);
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let mut taken = Vec::with_capacity(CHUNK);
            let mut rejects = Vec::new();
            let mut bytes = 0;
            for row in rows.by_ref().take(CHUNK) {
                report.read += 1;
                match row? {
                    Ok(row) => {
                        bytes = row.source().offset + row.source().len;
                        taken.push(row);
                    }
                    Err(reject) => rejects.push(reject),
                }
            }
            let loaded = self.chunk(taken, &mut rejects).await;
            self.set_aside(&mut report, rejects)?;
            self.count(&mut report, loaded?);
            (self.progress)(Progress { file: report.file, rows: report.read, bytes, bytes_total });
        }
        self.report.files.push(report);
        Ok(())
    }

    /// Checks a chunk against the store and loads what is new of it.
    async fn chunk<T: Row + Load>(&mut self, rows: Vec<T>, rejects: &mut Vec<Reject>) -> Result<Loaded, Error> {
        let references: Vec<References> = rows.iter().map(Load::references).collect();
        self.lookups.prefetch(self.clinic.store(), &references).await?;
        let mut ready = Vec::with_capacity(rows.len());
        for row in rows {
            match row.ready(&self.lookups, &mut self.terms) {
                Ok(row) => ready.push(row),
                Err(reject) => rejects.push(reject),
            }
        }
        self.lookups.turn();
        let loaded = self.streams.load(self.clinic, ready, T::EXISTING).await?;
        rejects.extend(loaded.taken.iter().map(|source| source.reject(Some(T::ID), input::Reason::OtherContent)));
        self.chunks += 1;
        if self.chunks.is_multiple_of(TRIM_EVERY) {
            trim::run(self.clinic.store(), self.clinic.streams()).await?;
        }
        Ok(loaded)
    }

    /// Size of an input file in bytes; 0 if it cannot be told.
    fn size_of(&self, file: &str) -> u64 {
        std::fs::metadata(self.directory.join(file)).map_or(0, |metadata| metadata.len())
    }

    fn set_aside(&mut self, report: &mut FileReport, mut rejects: Vec<Reject>) -> Result<(), Error> {
        rejects.sort_unstable_by_key(|reject| reject.source.offset);
        for reject in &rejects {
            report.rejected += 1;
            if let Err(error) = self.rejects.reject(reject) {
                self.report.files.push(report.clone());
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn count(&mut self, report: &mut FileReport, loaded: Loaded) {
        report.imported += loaded.imported;
        report.unchanged += loaded.unchanged;
        for overlap in loaded.overlaps {
            self.overlaps += 1;
            if self.overlaps <= LISTED as u64 {
                self.report.notices.push(overlap.to_string());
            }
        }
    }

    async fn finish(mut self) -> Result<Report, Error> {
        if self.overlaps > LISTED as u64 {
            let more = self.overlaps - LISTED as u64;
            self.report.notices.push(format!("{more} more appointments overlap another"));
        }
        self.rejects.finish()?;
        self.clinic.settle().await?;
        Ok(self.report)
    }
}

/// Leaves one row of each id: the first. Says which rows repeat it, and which contradict it.
fn first_of_each(ready: Vec<Ready>, loaded: &mut Loaded) -> Vec<Ready> {
    let mut seen: std::collections::HashMap<Uuid, Uuid> = std::collections::HashMap::with_capacity(ready.len());
    let mut first = Vec::with_capacity(ready.len());
    for row in ready {
        match seen.get(&row.id) {
            None => {
                seen.insert(row.id, row.digest);
                first.push(row);
            }
            Some(digest) if *digest == row.digest => loaded.unchanged += 1,
            Some(_) => loaded.taken.push(row.source),
        }
    }
    first
}
