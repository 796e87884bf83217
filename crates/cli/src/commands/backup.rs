//! `quorate backup`: the log in one file, from which everything else follows.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use quorate_clinic::Clinic;
use quorate_clinic::backup::{self, Summary};

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::Exit;
use crate::render::counted;

/// Write the log to a file: it is all that a restore needs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file appears under its name when it is complete and on the disk, never before.

Examples:
  quorate backup clinic-2026-11-21.log")]
pub(crate) struct Options {
    /// The file to write; one of that name is replaced
    file: PathBuf,
}

/// Writes the backup.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let clinic = connection.clinic().await?;
    let summary = write(&clinic, &options.file).await?;
    drop(clinic);
    connection.close().await?;
    if console.json() {
        console.json_data(&summary)?;
    } else {
        let (events, bytes) = (counted(summary.events, "event", "events"), counted(summary.bytes, "byte", "bytes"));
        console.data(&format!("{events} in {bytes}: {}", options.file.display()))?;
    }
    console.next(&format!("quorate restore {} --store DIR", options.file.display()));
    Ok(Exit::Done)
}

async fn write(clinic: &Clinic, path: &Path) -> anyhow::Result<Summary> {
    let mut name = path.file_name().with_context(|| format!("{} names no file", path.display()))?.to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let outcome = write_to(clinic, &partial).await.and_then(|summary| {
        fs::rename(&partial, path)?;
        Ok(summary)
    });
    if outcome.is_err() {
        drop(fs::remove_file(&partial));
    }
    outcome.with_context(|| format!("cannot write {}", path.display()))
}

async fn write_to(clinic: &Clinic, path: &Path) -> anyhow::Result<Summary> {
    let mut out = BufWriter::new(File::create(path)?);
    let summary = backup::write(clinic, &mut out).await?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(summary)
}
