//! Writes a relational folder of any size, with the skew of real data, for trying and measuring.
//!
//! The same plan gives the same bytes on every machine. Memory does not grow with the number of
//! customers, apart from some bytes per organisation. Nobody in the data exists.

mod draws;
mod faults;
mod population;
mod sheet;
mod words;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use faults::{FAULTS_FILE, FaultEntry, FaultKind};

use super::error::Error;
use super::relational;
use super::rows::{AccountRow, CustomerRow, DoctorRow, LocationRow, OrganisationRow, RecordRow, ReviewRow, Row as _};
use super::table::Table;
use crate::calendar;
use faults::Faults;
use population::Population;
use sheet::Sheet;

/// Marks a folder as generated and says how. Without it, files are never overwritten.
pub const PLAN_FILE: &str = "generated.json";

/// Progress is told once in so many rows.
const ROWS_PER_PROGRESS: u64 = 10_000;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many customers; each has one to four accounts and about nine records.
    pub customers: u64,
    /// Another seed gives other data.
    pub seed: u64,
    /// Milliseconds since 1970. Only its day in UTC counts: all completed records are before it,
    /// all appointments after.
    pub as_of_ms: i64,
    /// If given, about one bad row follows so many good ones, of every kind that an import sets
    /// aside; [`FAULTS_FILE`] lists them. Must not be 0.
    pub rows_per_fault: Option<u64>,
}

/// How many rows were written, by file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// File and rows, faults not counted.
    pub files: Vec<(&'static str, u64)>,
}

/// Writes a folder, which is made if need be. `progress` is called now and then with the file and
/// the number of its rows so far.
///
/// # Errors
/// [`Error::FileExists`] if the folder has files of that name that were not generated.
pub fn write(plan: &Plan, dir: &Path, progress: &mut dyn FnMut(&'static str, u64)) -> Result<Written, Error> {
    claim(plan, dir)?;
    let population = Population::new(plan.customers, plan.seed, calendar::day_of(plan.as_of_ms));
    let faults = match plan.rows_per_fault {
        Some(rows) => Some(Faults::create(dir, plan.seed, rows)?),
        None => None,
    };
    let mut folder = Folder { dir, faults, written: Written::default(), progress };
    folder.file(LocationRow::TABLE, world::PLACES.iter().map(|place| (Population::location_row(place), None)))?;
    let organisations = 0..population.organisations();
    folder.file(OrganisationRow::TABLE, organisations.clone().map(|org| (population.organisation_row(org), None)))?;
    let customers = 0..plan.customers;
    folder.file(CustomerRow::TABLE, customers.clone().map(|customer| (population.customer_row(customer), None)))?;
    let doctors = organisations
        .flat_map(|org| (0..population.doctors(org)).map(move |doctor| (org, doctor)))
        .map(|(org, doctor)| (population.doctor_row(org, doctor), None));
    folder.file(DoctorRow::TABLE, doctors)?;
    let accounts = || customers.clone().flat_map(|customer| population.accounts(customer));
    folder.file(AccountRow::TABLE, accounts().map(|account| (population.account_row(&account), None)))?;
    let records = accounts().flat_map(|account| {
        let elsewhere = population::doc_id((account.org + 1) % population.organisations(), 0);
        let visits: Vec<_> = population.visits(&account).map(|visit| (visit.row, Some(elsewhere.clone()))).collect();
        visits
    });
    folder.file(RecordRow::TABLE, records)?;
    let reviews = accounts().flat_map(|account| {
        let visits = population.visits(&account);
        let reviews: Vec<_> =
            visits.filter_map(|visit| Some((population.review_row(&account, &visit)?, None))).collect();
        reviews
    });
    folder.file(ReviewRow::TABLE, reviews)?;
    if let Some(faults) = folder.faults {
        faults.finish()?;
    }
    Ok(folder.written)
}

struct Folder<'a> {
    dir: &'a Path,
    faults: Option<Faults>,
    written: Written,
    progress: &'a mut dyn FnMut(&'static str, u64),
}

impl Folder<'_> {
    fn file(
        &mut self,
        table: &'static Table,
        rows: impl Iterator<Item = (Vec<String>, Option<String>)>,
    ) -> Result<(), Error> {
        let mut sheet = Sheet::create(self.dir, table)?;
        let mut count = 0;
        for (row, other_doctor) in rows {
            sheet.write(&row)?;
            if let Some(faults) = &mut self.faults {
                faults.follow(&mut sheet, table, count, &row, other_doctor)?;
            }
            count += 1;
            if count % ROWS_PER_PROGRESS == 0 {
                (self.progress)(table.file, count);
            }
        }
        if let Some(faults) = &mut self.faults {
            faults.end(&mut sheet, table)?;
        }
        sheet.finish()?;
        (self.progress)(table.file, count);
        self.written.files.push((table.file, count));
        Ok(())
    }
}

/// Marks the folder before anything else is written, so that a run that was stopped can be
/// repeated.
fn claim(plan: &Plan, dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(Error::at(dir))?;
    let marker: PathBuf = dir.join(PLAN_FILE);
    if !marker.is_file() {
        let taken = relational::TABLES.iter().map(|table| dir.join(table.file)).find(|path| path.exists());
        if let Some(path) = taken {
            return Err(Error::FileExists { path });
        }
    }
    let text = serde_json::to_vec_pretty(plan).map_err(|error| Error::at(&marker)(error.into()))?;
    fs::write(&marker, text).map_err(Error::at(&marker))?;
    let stale = dir.join(FAULTS_FILE);
    if stale.exists() {
        fs::remove_file(&stale).map_err(Error::at(&stale))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
