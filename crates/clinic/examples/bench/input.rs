//! Generated folders, and ids that are drawn from them.
//!
//! A folder that is there already is used again: the same plan gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use quorate_clinic::ids::{self, Entity};
use quorate_clinic::input::generate::{self, PLAN_FILE, Plan};
use uuid::Uuid;

use crate::clock::Dice;
use crate::failure::Failure;

/// 2026-11-21T00:00:00Z: before it visits are completed, after it they lie ahead.
pub(crate) const AS_OF_MS: i64 = 1_795_219_200_000;
/// The same for `PostgreSQL`.
pub(crate) const AS_OF: &str = "2026-11-21T00:00:00Z";
const SEED: u64 = 14;
/// Records that a generated customer has, on average, times 100: 1.69 accounts with 5.5 visits each.
const RECORDS_PER_100_CUSTOMERS: u64 = 930;
/// Ids of each kind that are drawn from a folder.
const DRAWN: usize = 10_000;

/// Writes a folder of about so many records, unless it is there.
pub(crate) fn folder(work: &Path, records: u64) -> Result<PathBuf, Failure> {
    let directory = work.join(format!("input-{records}"));
    let done = directory.join("complete");
    let customers = (records * 100).div_ceil(RECORDS_PER_100_CUSTOMERS);
    let plan = Plan { customers, seed: SEED, as_of_ms: AS_OF_MS, rows_per_fault: None };
    let text = serde_json::to_string(&plan)?;
    if directory.join(PLAN_FILE).is_file() && fs::read_to_string(&done).is_ok_and(|said| said == text) {
        return Ok(directory);
    }
    generate::write(&plan, &directory, &mut |_, _| {})?;
    fs::write(&done, text).map_err(Failure::at(&done))?;
    Ok(directory)
}

/// Ids that exist in a folder, some thousands of each kind, the same in every run.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) customers: Vec<Uuid>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) doctors: Vec<Doctor>,
    pub(crate) organisations: Vec<Uuid>,
    pub(crate) regions: Vec<Uuid>,
}

/// An account and what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) customer: Uuid,
    pub(crate) organisation: Uuid,
}

/// A doctor and where they work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doctor {
    pub(crate) id: Uuid,
    pub(crate) organisation: Uuid,
}

impl Sample {
    /// Draws ids. Doctors and organisations are all there, customers and accounts a sample.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let mut dice = Dice::new(SEED);
        let customers = drawn(folder, "customer.csv", &["CUST_ID"], DRAWN, &mut dice)?;
        let accounts = drawn(folder, "account.csv", &["ACCOUNT_ID", "CUST_ID", "ORG_ID"], DRAWN, &mut dice)?;
        let doctors = drawn(folder, "doctor.csv", &["DOC_ID", "ORG_ID"], usize::MAX, &mut dice)?;
        let organisations = drawn(folder, "organisation.csv", &["ORG_ID"], usize::MAX, &mut dice)?;
        let regions = drawn(folder, "location.csv", &["REGION_ID"], usize::MAX, &mut dice)?;
        let id = |row: &[String], index: usize, entity| ids::id(entity, row.get(index).map_or("", String::as_str));
        let mut sample = Self {
            customers: customers.iter().map(|row| id(row, 0, Entity::Customer)).collect(),
            accounts: Vec::new(),
            doctors: Vec::new(),
            organisations: organisations.iter().map(|row| id(row, 0, Entity::Organisation)).collect(),
            regions: regions.iter().map(|row| id(row, 0, Entity::Region)).collect(),
        };
        sample.accounts.extend(accounts.iter().map(|row| Account {
            id: id(row, 0, Entity::Account),
            customer: id(row, 1, Entity::Customer),
            organisation: id(row, 2, Entity::Organisation),
        }));
        sample.doctors.extend(
            doctors
                .iter()
                .map(|row| Doctor { id: id(row, 0, Entity::Doctor), organisation: id(row, 1, Entity::Organisation) }),
        );
        sample.regions.sort_unstable();
        sample.regions.dedup();
        Ok(sample)
    }
}

/// Some rows of a file, each as likely as any other (reservoir sampling), with the named columns.
fn drawn(
    folder: &Path,
    file: &str,
    columns: &[&str],
    wanted: usize,
    dice: &mut Dice,
) -> Result<Vec<Vec<String>>, Failure> {
    let path = folder.join(file);
    let mut reader = csv::Reader::from_path(&path)?;
    let places = places(reader.headers()?, columns, &path)?;
    let mut kept: Vec<Vec<String>> = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut seen = 0;
    while reader.read_record(&mut record)? {
        seen += 1;
        let place = if kept.len() < wanted { kept.len() } else { dice.below(seen) };
        if place >= wanted {
            continue;
        }
        let row = places.iter().map(|index| record.get(*index).unwrap_or_default().to_owned()).collect();
        match kept.get_mut(place) {
            Some(old) => *old = row,
            None => kept.push(row),
        }
    }
    Ok(kept)
}

/// Where columns are in a header.
pub(crate) fn places(header: &csv::StringRecord, columns: &[&str], path: &Path) -> Result<Vec<usize>, Failure> {
    let place = |column: &&str| header.iter().position(|name| name == *column);
    columns
        .iter()
        .map(place)
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| Failure::Malformed { path: path.to_owned(), what: "a column is missing" })
}
