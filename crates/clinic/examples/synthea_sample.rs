//! Makes the sample that is shipped: some patients of a Synthea CSV export, in a `tar.gz`.
//!
//! `cargo run -p quorate-clinic --example synthea_sample -- EXPORT 60 crates/cli/sample/synthea-60.tar.gz`
//!
//! Keeps the first patients of the export, their encounters, and the organizations, providers and
//! payers of these, and of each file only the columns that an import reads: what identifies a
//! patient elsewhere (social security number, licence, passport, address, maiden name) is not even
//! in the sample. The same export gives the same bytes.

use std::collections::HashSet;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};

const PATIENTS: (&str, &[&str]) = ("patients.csv", &["Id", "BIRTHDATE", "FIRST", "LAST", "STATE"]);
const ORGANIZATIONS: (&str, &[&str]) = ("organizations.csv", &["Id", "NAME", "STATE"]);
const PROVIDERS: (&str, &[&str]) = ("providers.csv", &["Id", "ORGANIZATION", "NAME"]);
const PAYERS: (&str, &[&str]) = ("payers.csv", &["Id", "NAME"]);
const ENCOUNTERS: (&str, &[&str]) = (
    "encounters.csv",
    &[
        "Id",
        "START",
        "PATIENT",
        "ORGANIZATION",
        "PROVIDER",
        "PAYER",
        "ENCOUNTERCLASS",
        "DESCRIPTION",
        "TOTAL_CLAIM_COST",
        "REASONDESCRIPTION",
    ],
);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(export), Some(patients), Some(archive)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: synthea_sample EXPORT PATIENTS ARCHIVE".into());
    };
    let export = PathBuf::from(export);
    let patients: usize = patients.to_string_lossy().parse()?;

    let chosen = table(&export, PATIENTS, |index, _| index < patients)?;
    let ids = column(&chosen, 0);
    let encounters = table(&export, ENCOUNTERS, |_, row| ids.contains(&row[2]))?;
    let (organization_ids, provider_ids) = (column(&encounters, 3), column(&encounters, 4));
    let payer_ids = column(&encounters, 5);
    let providers = table(&export, PROVIDERS, |_, row| provider_ids.contains(&row[0]))?;
    let organizations = table(&export, ORGANIZATIONS, |_, row| organization_ids.contains(&row[0]))?;
    let payers = table(&export, PAYERS, |_, row| payer_ids.contains(&row[0]))?;

    let gzip = GzBuilder::new().mtime(0).write(File::create(archive)?, Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for ((file, columns), rows) in [
        (PATIENTS, &chosen),
        (ORGANIZATIONS, &organizations),
        (PROVIDERS, &providers),
        (PAYERS, &payers),
        (ENCOUNTERS, &encounters),
    ] {
        append(&mut tar, file, columns, rows)?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

/// The chosen columns of the rows of a file for which `keep` holds, given its number and columns.
fn table(
    export: &Path,
    (file, columns): (&str, &[&str]),
    keep: impl Fn(usize, &[String]) -> bool,
) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(export.join(file))?;
    let headers = reader.headers()?.clone();
    let places = columns
        .iter()
        .map(|column| headers.iter().position(|header| header == *column))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| format!("{file} lacks one of {}", columns.join(", ")))?;
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record?;
        let row: Vec<String> = places.iter().map(|place| record[*place].to_owned()).collect();
        if keep(index, &row) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn column(rows: &[Vec<String>], index: usize) -> HashSet<String> {
    rows.iter().map(|row| row[index].clone()).collect()
}

fn append(
    tar: &mut tar::Builder<impl std::io::Write>,
    file: &str,
    columns: &[&str],
    rows: &[Vec<String>],
) -> Result<(), Box<dyn Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let content = writer.into_inner()?;
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    tar.append_data(&mut header, file, content.as_slice())?;
    Ok(())
}
