//! `quorate restore`: a clinic from a backup.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::Context as _;
use quorate_clinic::backup;
use quorate_clinic::schema::Replication;

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::Exit;
use crate::render::counted;
use crate::replication;

/// Make a clinic from a backup, in a keyspace that has none
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The keyspace must be empty or absent. A restore that was interrupted: `quorate reset --yes`, then again.

Examples:
  quorate restore clinic-2026-11-21.log --store ./restored
  quorate restore clinic-2026-11-21.log --contact-points 10.0.0.1 --replication dc1:3")]
pub(crate) struct Options {
    /// The file that `quorate backup` wrote
    file: PathBuf,
    /// Copies of each row: simple:3, or per data centre dc1:3,dc2:3
    #[arg(long, value_name = "COPIES")]
    replication: Option<String>,
}

/// Restores.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let asked = options.replication.as_deref().map(Replication::parse).transpose()?;
    let file = File::open(&options.file).with_context(|| format!("cannot read {}", options.file.display()))?;
    let connection = Connection::open(settings, Absent::Make).await?;
    let replication = match asked {
        Some(replication) => replication,
        None => replication::fitting(&connection, &settings.target()?).await?,
    };
    let summary = backup::restore(&connection.store(), &replication, &mut BufReader::new(file)).await?;
    // Opening projects what the log holds, and settling brings the boards up to it.
    let clinic = connection.clinic().await?;
    clinic.settle().await?;
    drop(clinic);
    connection.close().await?;
    if console.json() {
        console.json_data(&summary)?;
    } else {
        console.data(&format!("{} restored", counted(summary.events, "event", "events")))?;
    }
    console.next("quorate verify");
    Ok(Exit::Done)
}
